"""A document of which pages were left unread is read again when its file is added again, and only then."""

from __future__ import annotations

from pathlib import Path

import pytest
from library_files import PLAN, Place
from small_index import main_over

import corpus.readings
from corpus.isolation import Reading
from corpus.model import Extracted
from corpus.readings import digest_of, keep_reading

pytest_plugins = ["library_files", "small_index"]

SHORT = Reading("pdf", Extracted(PLAN, (0, len(PLAN)), (1,), (2,), ("Page 2: is scanned and was not read.",)))
WHOLE_TEXT = PLAN + "窓口を一つにする。\n"
WHOLE = Reading("pdf", Extracted(WHOLE_TEXT, (0, len(PLAN)), (1, 2)))


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[Reading]:
    """What the process that reads returns next; the last for ever."""
    readings = [SHORT]
    monkeypatch.setattr(
        corpus.readings, "read_isolated", lambda path, seconds: readings.pop(0) if len(readings) > 1 else readings[0]
    )
    return readings


@pytest.fixture
def path(place: Place) -> Path:
    path = place.folder / "計画.pdf"
    path.write_bytes(b"%PDF-1.7")
    return path


def test_more_time_or_tesseract_reads_more_of_a_document(place: Place, path: Path, made: list[Reading]) -> None:
    assert place.add(path)[0]["unread"] == [2]
    assert place.add(path)[0]["action"] == "unchanged"
    made[:] = [WHOLE]
    told = place.add(path)[0]
    assert (told["action"], told["unread"], told["note"]) == ("replaced", [], "more of its pages were read")
    assert "窓口を一つにする" in place.text()
    made[:] = [SHORT]  # less time
    assert place.add(path)[0]["action"] == "unchanged"
    assert "窓口を一つにする" in place.text()
    assert place.ids() == ["bundled", "mito-2024-plan"]


def test_an_index_older_than_the_reading_is_caught_up(place: Place, path: Path, made: list[Reading]) -> None:
    place.add(path)
    keep_reading(WHOLE, digest_of(path), place.library / "readings")  # and killed
    assert main_over(place.bundled, place.index, "status", *place.model) == 1
    place.told()
    assert place.add(path)[0]["action"] == "unchanged"
    assert "窓口を一つにする" in place.text()
    assert main_over(place.bundled, place.index, "status", *place.model) == 0
    assert made == [SHORT]
