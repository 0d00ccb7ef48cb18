"""An index over one PDF file of eight pages with sheets of initiatives.

A plugin whose names tests import as well: PYTEST_DONT_REWRITE.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from office_files import FILES

from corpus.catalogue import load_catalogue
from indexer.build import build
from indexer.encoder import Encoder
from search import SearchEngine

ENTRY = """[[document]]
id = "midorino"
file = "sheets.pdf"
municipality = "みどり市"
municipality_code = "10212"
prefecture = "群馬県"
title = "行財政改革実施計画"
kind = "plan-and-report"
fiscal_years = [2025, 2029]
"""


@pytest.fixture(scope="session")
def paged_documents(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("paged")
    shutil.copy(FILES / "city" / "sheets.pdf", folder)
    (folder / "catalog.toml").write_text(ENTRY, encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def paged_index(paged_documents: Path, encoder: Encoder) -> Path:
    build(load_catalogue(paged_documents), paged_documents / "index", encoder)
    return paged_documents / "index"


@pytest.fixture(scope="session")
def paged_engine(paged_index: Path) -> SearchEngine:
    return SearchEngine.open(paged_index)
