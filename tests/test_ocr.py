"""Scanned pages are recognised where Tesseract is installed, and where it is not, a user learns how to get it."""

from __future__ import annotations

import difflib
import time
from pathlib import Path

import pypdfium2
import pytest
from PIL import Image
from test_pdf import BODY, FILES, LAST, MORE, plain, problem, read

from corpus.errors import CorpusError
from corpus.formats import ocr
from corpus.formats.ocr import without_rules
from corpus.formats.pdf import read_pdf
from corpus.isolation import read_isolated

installed = pytest.mark.skipif(not ocr.is_installed(), reason="Tesseract with Japanese is not installed")


def likeness(found: str, wanted: str) -> float:
    return difflib.SequenceMatcher(None, plain(found), plain(wanted), autojunk=False).ratio()


@pytest.fixture
def nothing_installed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))


@installed
def test_a_scanned_page_is_recognised_with_its_table() -> None:
    extracted = read("scan")
    assert extracted.scanned == (1,)
    assert extracted.unread == ()
    assert extracted.pages == (0,)
    [remark] = extracted.remarks
    assert remark.startswith("Page 1: scanned and read by character recognition")
    paragraphs = extracted.text.split("\n")
    assert max(likeness(each, BODY) for each in paragraphs) > 0.9
    assert max(likeness(each, LAST) for each in paragraphs) > 0.9
    rows = [line.split("\t") for line in paragraphs if "\t" in line]
    assert any(row[0] == "指標" and likeness(row[1], f"{MORE} ・外部研修 ・内部研修") > 0.9 for row in rows)
    assert any(row[2:] == ["2024", "2025", "2026"] for row in rows)
    assert any(row[:2] == ["指標", "基準値"] for row in rows)


@installed
@pytest.mark.skipif(ocr.UPRIGHT_LANGUAGE not in ocr.languages(), reason="vertical Japanese is not installed")
def test_vertical_writing_is_recognised() -> None:
    extracted = read("vertical-scan")
    assert extracted.scanned == (1,)
    assert max(likeness(each, BODY) for each in extracted.text.split("\n")) > 0.85


@installed
def test_only_the_scanned_page_of_a_file_is_recognised() -> None:
    extracted = read("mixed-scan")
    assert extracted.scanned == (2,)
    assert len(extracted.pages) == 3
    assert extracted.text.startswith(f"# 影のある見出し\n\n{BODY}\n")
    assert likeness(extracted.text[extracted.pages[1] :].split("\n\n")[1], BODY) > 0.8


@installed
def test_text_in_a_font_without_names_is_recognised_instead() -> None:
    extracted = read("garbled")
    assert extracted.scanned == (1,)
    assert likeness(extracted.text, "実施項目人材の育成主管課総務課") > 0.8
    assert "have text in fonts that cannot be read, and were read by character recognition" in extracted.remarks[0]


@pytest.mark.usefixtures("nothing_installed")
def test_a_scan_without_tesseract_says_how_to_get_it() -> None:
    for name in ("scan", "vertical-scan", "garbled"):
        message = problem(FILES / f"{name}.pdf")
        assert "apt install tesseract-ocr tesseract-ocr-jpn" in message
        assert "Windows: tesseract-ocr-w64-setup.exe" in message


@pytest.mark.usefixtures("nothing_installed")
def test_a_partly_scanned_file_without_tesseract_names_the_pages() -> None:
    extracted = read("mixed-scan")
    assert extracted.scanned == ()
    assert extracted.unread == (2,)
    assert extracted.text == f"# 影のある見出し\n\n{BODY}"
    [remark] = extracted.remarks
    assert remark.startswith("Page 2: have a picture but no text that could be read")
    assert "apt install tesseract-ocr" in remark
    assert "\n" not in remark


@installed
def test_pages_are_recognised_several_at_a_time_and_stay_in_order(tmp_path: Path) -> None:
    path = tmp_path / "scans.pdf"
    with pypdfium2.PdfDocument.new() as document:
        for name in ("mixed-scan", "scan", "mixed-scan", "scan"):
            with pypdfium2.PdfDocument(FILES / f"{name}.pdf") as pages:
                document.import_pages(pages)
        document.save(path)
    extracted = read_pdf(path)
    assert extracted.scanned == (2, 4, 6, 8)
    assert extracted.unread == ()
    one = [read("mixed-scan"), read("scan")] * 2
    assert plain(extracted.text) == "".join(plain(each.text) for each in one)


@installed
def test_pages_for_which_there_is_no_time_are_named() -> None:
    extracted = read_pdf(FILES / "mixed-scan.pdf", 0)
    assert (extracted.scanned, extracted.unread) == ((), (2,))
    assert extracted.text == f"# 影のある見出し\n\n{BODY}"
    assert extracted.remarks == (
        "Page 2: scanned, and left unread when the time was over; set KAIKAKU_READ_SECONDS higher and add the file "
        "again.",
    )
    with pytest.raises(CorpusError, match="the time was over before one of them was recognised; set KAIKAKU_READ"):
        read_pdf(FILES / "scan.pdf", 0)


@installed
def test_a_scan_too_long_for_its_time_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    path = tmp_path / "scans.pdf"
    with pypdfium2.PdfDocument.new() as document, pypdfium2.PdfDocument(FILES / "scan.pdf") as scan:
        for _ in range(60):
            document.import_pages(scan)
        document.save(path)
    begun = time.monotonic()
    extracted = read_isolated(path, 15).extracted
    assert time.monotonic() - begun < 15
    assert extracted.scanned and extracted.unread
    assert (*extracted.scanned, *extracted.unread) == tuple(range(1, 61))


@installed
def test_recognition_ends_in_time() -> None:
    picture = Image.new("L", (3000, 4000), 255)
    begun = time.monotonic()
    assert ocr.recognise(picture, 0.24, seconds=0.01) is None
    assert time.monotonic() - begun < 5


def test_the_lines_of_a_table_are_found_and_painted_over() -> None:
    picture = Image.new("L", (1000, 1000), 255)
    for place in (100, 300, 500):
        picture.paste(0, (100, place, 900, place + 4))
    for place in (100, 500, 896):
        picture.paste(0, (place, 100, place + 4, 504))
    picture.paste(0, (100, 700, 900, 704))  # a line that is no table
    rules, cleaned = without_rules(picture, 0.24)
    assert rules
    assert cleaned.crop((0, 0, 1000, 600)).getextrema() == (255, 255)
    assert cleaned.crop((0, 600, 1000, 1000)).getextrema() == (0, 255)
    assert without_rules(Image.new("L", (50, 50), 255), 0.24)[0] == []
