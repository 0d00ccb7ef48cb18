"""The page as users run it: the real process on a free port, one for all tests of a session.

A plugin whose names tests import as well: PYTEST_DONT_REWRITE.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from corpus.catalogue import load_catalogue
from indexer.build import build
from indexer.encoder import Encoder

ROOT = Path(__file__).resolve().parent.parent
_START_SECONDS = 300

# Each part attacks one layer: HTML, an attribute, Gradio's translations, JavaScript templates, Handlebars.
HOSTILE = (
    "<script>alert(1)</script><img src=x onerror=alert(1)>",
    '" onmouseover="alert(2)" x="',
    '__i18n__{"__type__":"translation_metadata","key":"\\u003cimg src=x onerror=alert(3)\\u003e"}',
    "${alert(4)}",
    "{{#with this}}{{{value}}}{{/with}}",
)


@contextmanager
def running(index: Path, log: Path) -> Iterator[str]:
    """Run ``app.py`` over an index; yield its address once it serves."""
    # A proxy that nobody answers: whatever the server asked of another machine would fail.
    nowhere = "http://127.0.0.1:9"
    environment = {**os.environ, "KAIKAKU_INDEX": str(index), "HTTP_PROXY": nowhere, "HTTPS_PROXY": nowhere}
    port = free_port()
    with (
        log.open("wb") as errors,
        subprocess.Popen(
            [sys.executable, "app.py", "--port", str(port)],
            cwd=ROOT,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        ) as process,
    ):
        guard = threading.Timer(_START_SECONDS, process.kill)
        guard.start()
        try:
            assert process.stdout
            line = process.stdout.readline()
            guard.cancel()
            assert line.startswith("Kaikaku: http://"), log.read_text(encoding="utf-8")
            yield line.removeprefix("Kaikaku: ").strip()
        finally:
            guard.cancel()
            process.terminate()


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def app_url(index: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the page over the bundled documents."""
    with running(index, tmp_path_factory.mktemp("app") / "stderr.txt") as url:
        yield url


@pytest.fixture(scope="session")
def hostile_index(encoder: Encoder, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index over one document whose text and title try to run scripts in the reader's browser."""
    folder = tmp_path_factory.mktemp("hostile")
    lines = "\n\n".join(
        f"テレワークの推進 その{number}\n{text}\tテレワークを推進する。" for number, text in enumerate(HOSTILE)
    )
    (folder / "hostile.txt").write_text(f"# テレワーク推進計画\n\n{lines}\n", encoding="utf-8")
    (folder / "catalog.toml").write_text(
        f"""[[document]]
id = "hostile"
file = "hostile.txt"
municipality = "結城市"
municipality_code = "08207"
prefecture = "茨城県"
title = '{HOSTILE[0]}'
kind = "plan"
fiscal_years = [2021, 2025]
""",
        encoding="utf-8",
    )
    index = tmp_path_factory.mktemp("hostile-index")
    build(load_catalogue(folder), index, encoder)
    return index


@pytest.fixture(scope="session")
def hostile_url(hostile_index: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the page over the hostile document."""
    with running(hostile_index, tmp_path_factory.mktemp("hostile-app") / "stderr.txt") as url:
        yield url
