"""Small documents, indexes over them, and what tests do with both.

A plugin whose names tests import as well: PYTEST_DONT_REWRITE.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from corpus.catalogue import Catalogue, load_catalogue
from indexer.__main__ import main
from indexer.build import build
from indexer.encoder import Encoder
from indexer.generation import passages_from_json
from indexer.store import open_generation

ROOT = Path(__file__).resolve().parent.parent
BUILD = "python -m indexer build"
TEXT = """# 行政改革大綱

## 第1章 テレワークの推進

職員の多様な働き方を進めるため、テレワークを導入する。令和7年度までに全ての課で実施する。

## 第2章 公共施設の再編

老朽化した公共施設について、指定管理者制度の導入や統廃合を検討し、維持管理の費用を減らす。
"""
OTHER_TEXT = TEXT.replace("テレワーク", "ペーパーレス化")


def catalogue_of(folder: Path, **texts: str) -> Catalogue:
    """Write documents with these ids and texts, and their catalogue; return it."""
    folder.mkdir(parents=True, exist_ok=True)
    entries = []
    for id_, text in texts.items():
        (folder / f"{id_}.txt").write_text(text, encoding="utf-8")
        entries.append(
            f'[[document]]\nid = "{id_}"\nfile = "{id_}.txt"\nmunicipality = "結城市"\nmunicipality_code = "08207"\n'
            f'prefecture = "茨城県"\ntitle = "行政改革大綱"\nkind = "outline"\nfiscal_years = [2021, 2025]\n'
        )
    (folder / "catalog.toml").write_text("\n".join(entries), encoding="utf-8")
    return load_catalogue(folder)


def text_of(index: Path) -> str:
    """Return the text of all passages of an index that opens and is whole."""
    layout, manifest = open_generation(index)
    return "\n".join(passage.text for passage in passages_from_json(layout.passages, manifest.documents))


def contents(index: Path) -> dict[str, bytes]:
    """Return what a reader of an index reads: the pointer and every file of the current generation."""
    folder = open_generation(index)[0].folder
    files = [index / "CURRENT", *(path for path in folder.rglob("*") if path.is_file())]
    return {path.relative_to(index).as_posix(): path.read_bytes() for path in files}


def generations(index: Path) -> set[str]:
    return {path.name for path in (index / "generations").iterdir()}


def entries(index: Path) -> set[str]:
    return {path.name for path in index.iterdir()}


def flip(path: Path, at: int) -> None:
    data = bytearray(path.read_bytes())
    data[at] ^= 1
    path.write_bytes(data)


def hashing_encoder() -> Encoder:
    """Return an encoder that needs no torch, so that a process may be forked: equal texts get equal random vectors."""

    def embed(texts: list[str], is_query: bool) -> NDArray[np.float32]:
        seeds = [int.from_bytes(hashlib.sha256(text.encode()).digest()[:8]) for text in texts]
        return np.array([np.random.default_rng(seed).normal(size=512) for seed in seeds], dtype=np.float32)

    return Encoder("hashing", 512, "0" * 64, "", "", embed)


def environment(**variables: Path | str) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT), **{name: str(value) for name, value in variables.items()}}


def indexer(
    *arguments: str, documents: Path, index: Path, prefix: tuple[str, ...] = (), hears_interrupts: bool = False
) -> subprocess.Popen[str]:
    """Start ``python -m indexer`` as a process of its own.

    hears_interrupts: even where this process does not, as those that a shell starts in the background.
    """
    hearing = (
        "import runpy, signal; signal.signal(signal.SIGINT, signal.default_int_handler); "
        "runpy.run_module('indexer', run_name='__main__', alter_sys=True)"
    )
    python = ("-c", hearing) if hears_interrupts else ("-m", "indexer")
    return subprocess.Popen(
        [*prefix, sys.executable, *python, *arguments],
        cwd=ROOT,
        env=environment(KAIKAKU_DOCUMENTS=documents, KAIKAKU_INDEX=index, KAIKAKU_MODEL="embedded"),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def main_over(catalogue: Catalogue, index: Path, *arguments: str) -> int:
    """Run a command in this process over these documents and this index; return its exit status."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KAIKAKU_DOCUMENTS", str(catalogue.folder))
        patch.setenv("KAIKAKU_INDEX", str(index))
        return main(list(arguments))


def only_line(text: str) -> str:
    """Return the one line that a text has."""
    lines = text.splitlines()
    assert len(lines) == 1, text
    return lines[0]


@pytest.fixture
def small(tmp_path: Path) -> Catalogue:
    return catalogue_of(tmp_path / "documents", plan=TEXT)


@pytest.fixture(scope="module")
def built_once(tmp_path_factory: pytest.TempPathFactory, encoder: Encoder) -> Path:
    folder = tmp_path_factory.mktemp("small")
    build(catalogue_of(folder / "documents", plan=TEXT), folder / "index", encoder)
    return folder / "index"


@pytest.fixture
def small_index(tmp_path: Path, built_once: Path) -> Path:
    """An index over the documents of ``small``, to damage and to write to."""
    return Path(shutil.copytree(built_once, tmp_path / "index"))


@pytest.fixture(scope="module")
def tiny_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A real sentence-transformers model of 8 dimensions, with prompts."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import StaticEmbedding
    from tokenizers import Tokenizer, models

    vocabulary = {
        token: at for at, token in enumerate(["[UNK]", *"行政改革大綱実施計画検索クエリ文書", "tele", "work"])
    }
    tokenizer = Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]", max_input_chars_per_word=1000))
    weights = np.random.default_rng(0).normal(size=(len(vocabulary), 8)).astype(np.float32)
    model = SentenceTransformer(
        modules=[StaticEmbedding(tokenizer, embedding_weights=weights)],
        prompts={"query": "検索クエリ: ", "document": "検索文書: "},
        device="cpu",
    )
    folder = tmp_path_factory.mktemp("models") / "tiny"
    model.save(str(folder))
    return folder
