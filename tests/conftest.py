"""What the tests share: the bundled documents, one index built from them, and an engine over it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from corpus.catalogue import Catalogue, load_catalogue
from corpus.settings import Settings
from indexer.build import build
from indexer.encoder import Encoder
from search import SearchEngine


@pytest.fixture(scope="session", autouse=True)
def nothing_of_the_user(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Documents and words that the user of this machine has added are none of the tests'."""
    folder = tmp_path_factory.mktemp("user")
    os.environ["KAIKAKU_LIBRARY"] = str(folder / "none")
    os.environ["KAIKAKU_VOCABULARY"] = str(folder / "none.tsv")


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    return load_catalogue(Settings().documents)


@pytest.fixture(scope="session")
def encoder() -> Encoder:
    return Encoder.load()


@pytest.fixture(scope="session")
def index(tmp_path_factory: pytest.TempPathFactory, catalogue: Catalogue, encoder: Encoder) -> Path:
    """The folder of an index over the bundled documents; commands and servers started by tests find it too."""
    folder = tmp_path_factory.mktemp("index")
    build(catalogue, folder, encoder)
    os.environ["KAIKAKU_INDEX"] = str(folder)
    return folder


@pytest.fixture(scope="session")
def engine(index: Path) -> SearchEngine:
    return SearchEngine.open(index)
