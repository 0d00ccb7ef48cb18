"""The README's examples print what they show, and its commands exist."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
def examples() -> ModuleType:
    specification = importlib.util.spec_from_file_location("examples", ROOT / "docs" / "examples.py")
    assert specification and specification.loader
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


def test_readme_examples_show_their_real_output(examples: ModuleType, index: Path) -> None:
    text = examples.README.read_text(encoding="utf-8")
    assert text.count("```console") == 11
    assert examples.with_output(text) == text, "run `python docs/examples.py`"


def test_readme_shows_the_measures_of_the_committed_report(examples: ModuleType) -> None:
    readme = examples.README.read_text(encoding="utf-8")
    report = (ROOT / "eval" / "report" / "report.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (?:total|type) .*$", report, re.MULTILINE)
    assert rows
    for row in rows:
        assert row in readme


def test_readme_names_only_files_that_exist(examples: ModuleType) -> None:
    readme = examples.README.read_text(encoding="utf-8")
    for path in re.findall(r"\]\(([\w./-]+)\)|`((?:corpus|indexer|search|eval|docs)/[\w./-]+)`", readme):
        name = path[0] or path[1]
        assert (ROOT / name).exists(), name


def test_readme_names_only_make_targets_that_exist(examples: ModuleType) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in set(re.findall(r"make ([a-z]+)", examples.README.read_text(encoding="utf-8"))):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target
