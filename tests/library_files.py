"""Files that users add, and a place for a library and an index to add them to.

A plugin whose names tests import as well: PYTEST_DONT_REWRITE.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from small_index import catalogue_of, contents, main_over, text_of

from corpus.catalogue import Catalogue
from corpus.library import load_holdings
from corpus.settings import Settings
from indexer.store import open_generation

BUNDLED = "# 行政改革大綱\n\n## テレワークの推進\n\n職員の多様な働き方を進めるため、テレワークを導入する。\n"
PLAN = """水戸市第8次行財政改革プラン

令和6年度～令和10年度

目次

第1章 キャッシュレス決済

窓口の支払いにキャッシュレス決済を取り入れ、待ち時間を減らす。
"""
OTHER_PLAN = PLAN.replace("キャッシュレス決済", "オンライン申請")


@dataclass(frozen=True)
class Place:
    """Documents of the tool, a library and an index, with the commands over them. model: options that name it."""

    folder: Path
    bundled: Catalogue
    model: tuple[str, ...]
    told: Callable[[], tuple[str, str]]

    @property
    def library(self) -> Path:
        return self.folder / "library"

    @property
    def index(self) -> Path:
        return self.folder / "index"

    @property
    def settings(self) -> Settings:
        return Settings(documents=self.bundled.folder, library=self.library, index=self.index)

    def file(self, name: str, text: str, encoding: str = "utf-8") -> Path:
        path = self.folder / name
        path.write_bytes(text.encode(encoding))
        return path

    def run(self, command: str, *arguments: object) -> tuple[int, str, str]:
        """Run a command; return its status, output and errors."""
        status = main_over(self.bundled, self.index, command, *map(str, arguments), *self.model, "--quiet")
        return (status, *self.told())

    def add(self, *arguments: object) -> list[dict[str, Any]]:
        """Add files, which must succeed; return what is told of each."""
        status, output, errors = self.run("add", "--json", *arguments)
        assert (status, errors) == (0, "")
        return [json.loads(line) for line in output.splitlines()]

    def refused(self, command: str, *arguments: object) -> str:
        """Run a command that must fail and change nothing; return its one line on standard error."""
        before = self.state()
        status, _, errors = self.run(command, *arguments)
        assert status == 1
        assert self.state() == before
        assert errors.startswith("indexer: ") and errors.count("\n") == 1, errors
        return errors.removeprefix("indexer: ").strip()

    def state(self) -> dict[str, bytes]:
        """Return all that the library and the index hold for a reader."""
        files = {path.name: path.read_bytes() for path in self.library.rglob("*") if path.is_file()}
        files.pop("writer.lock", None)
        return files | (contents(self.index) if (self.index / "CURRENT").exists() else {})

    def ids(self) -> list[str]:
        """Return the ids of the catalogue, which must be those of the index."""
        ids = [document.id for document in load_holdings(self.settings).documents]
        assert [document.id for document in open_generation(self.index)[1].documents] == ids
        return ids

    def text(self) -> str:
        return text_of(self.index)


@pytest.fixture
def place(
    tmp_path: Path, tiny_model: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Place:
    """A tool with one bundled document, an empty library and no index yet."""
    monkeypatch.setenv("KAIKAKU_LIBRARY", str(tmp_path / "library"))
    monkeypatch.setattr("sys.stdin", None)

    def told() -> tuple[str, str]:
        output, errors = capsys.readouterr()
        return output, errors

    return Place(tmp_path, catalogue_of(tmp_path / "documents", bundled=BUNDLED), ("--model", str(tiny_model)), told)
