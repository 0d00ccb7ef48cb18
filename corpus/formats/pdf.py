"""PDF files: text with page numbers, ruled tables, headings, scanned pages."""

from __future__ import annotations

import math
import re
import time
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pypdfium2

from corpus.errors import CorpusError
from corpus.formats import ocr
from corpus.formats.pdf_layout import PageLayout, arranged, page_layout
from corpus.formats.pdf_lines import TabStops
from corpus.formats.pdf_page import MAX_CHARACTERS_ON_PAGE, open_pdf, read_page
from corpus.formats.pdf_paragraphs import document_text
from corpus.formats.pdf_scans import Scan, recognise_pages
from corpus.model import Extracted

MAX_CHARACTERS = 50_000_000
_MORE_TIME = "set KAIKAKU_READ_SECONDS higher and add the file again"
_FEW = 16
_PICTURE = 0.25
_MANY_SHAPES = 150
_GARBLED = 0.1
_CID = re.compile(r"\(cid:\d+\)")


@dataclass(slots=True)
class _Found:
    """What is noted while pages are read: page numbers. pictured: to be recognised, with the characters they have."""

    pictured: dict[int, int] = field(default_factory=dict)
    scanned: list[int] = field(default_factory=list)
    unread: list[int] = field(default_factory=list)
    late: list[int] = field(default_factory=list)
    recognised_again: list[int] = field(default_factory=list)
    garbled: list[int] = field(default_factory=list)
    crowded: list[int] = field(default_factory=list)
    overfull: list[int] = field(default_factory=list)
    damaged: list[int] = field(default_factory=list)


def read_pdf(path: Path, seconds: float = math.inf) -> Extracted:
    """Return the text of a PDF with the place where each page begins, pages that were recognised or could not be read,
    and remarks on them. seconds: when character recognition is to end; scanned pages after that are left unread.

    Raises CorpusError when the file is missing, encrypted, damaged or too large, or has no text that can be read.
    """
    ends = time.monotonic() + seconds
    found = _Found()
    layouts: list[PageLayout] = []
    stops = TabStops()
    characters = 0
    with open_pdf(path) as document:
        for number in range(1, len(document) + 1):
            layout, count = _read(document, number, stops, found)
            layouts.append(layout)
            characters += count
            if characters > MAX_CHARACTERS:
                raise CorpusError(
                    f"{path.name}: more than {MAX_CHARACTERS:,} characters by page {number}; split the file"
                )
        # After the text of all other pages: the time may end before all are recognised.
        for scan in recognise_pages(document, list(found.pictured), ends):
            recognised = _recognised(scan, found)
            if recognised is not None:
                layouts[scan.number - 1] = recognised
    text, pages = document_text(layouts)
    if not any(unicodedata.category(character)[0] in "LN" for character in text):
        raise CorpusError(f"{path.name}: {_no_text(found, len(layouts))}")
    unread = sorted([*found.unread, *found.late])
    return Extracted(text, pages, tuple(found.scanned), tuple(unread), tuple(_remarks(found)))


def _read(document: Any, number: int, stops: TabStops, found: _Found) -> tuple[PageLayout, int]:
    """The layout of a page and the number of its characters."""
    try:
        page = document[number - 1]
    except pypdfium2.PdfiumError:
        found.damaged.append(number)
        return PageLayout((), 0), 0
    try:
        content = read_page(page)
        if content.crowded:
            found.crowded.append(number)
        if content.overfull:
            found.overfull.append(number)
        letters = sum(not glyph.text.isspace() for glyph in content.glyphs)
        pictured = content.picture_share > _PICTURE or (letters == 0 and content.shapes > _MANY_SHAPES)
        garbled = is_garbled("".join(glyph.text for glyph in content.glyphs), content.unmapped)
        if (letters < _FEW and pictured) or garbled:
            found.pictured[number] = 0 if garbled else letters
        if garbled:
            found.garbled.append(number)
        return page_layout(content, stops), letters
    except pypdfium2.PdfiumError:
        found.damaged.append(number)
        return PageLayout((), 0), 0
    finally:
        page.close()


def _recognised(scan: Scan, found: _Found) -> PageLayout | None:
    """The layout of a page by character recognition, None when its own text is all there is."""
    number, words = scan.number, scan.words
    garbled = number in found.garbled
    if words is None or sum(len(each.text) for each in words.characters) <= found.pictured[number]:
        if scan.damaged or scan.late:
            (found.damaged if scan.damaged else found.late).append(number)
        elif not garbled:
            found.unread.append(number)
        return None
    found.scanned.append(number)
    if garbled:
        found.garbled.remove(number)
        found.recognised_again.append(number)
    flat = () if words.vertical else words.characters
    columns = words.characters if words.vertical else ()
    blocks = arranged(flat, columns, words.rules, TabStops())
    return PageLayout(tuple(blocks), scan.width, plain=True)


def is_garbled(text: str, unmapped: int = 0) -> bool:
    """Return whether the text of a page is not what is printed on it: fonts that do not say which characters they show
    leave unknown or private characters, letters of far scripts, or Latin letters that make no words.
    """
    characters = [character for character in _CID.sub("\ufffd", text) if not character.isspace()]
    if not characters:
        return unmapped > 0
    unknown = sum(character == "\ufffd" or unicodedata.category(character) in ("Co", "Cn") for character in characters)
    if max(unknown, unmapped) > _GARBLED * len(characters):
        return True
    japanese = sum(unicodedata.east_asian_width(character) in "WFH" for character in characters)
    foreign = sum(
        character.isalpha() and ord(character) > 0x7F and unicodedata.east_asian_width(character) in "NA"
        for character in characters
    )
    if foreign > 0.3 * len(characters) and japanese < 0.2 * len(characters):
        return True
    latin = [character.lower() for character in characters if character.isascii() and character.isalpha()]
    if len(latin) < 80 or len(latin) < 0.5 * len(characters):
        return False
    # Shifted codes: no language written in Latin letters has so few vowels, or hardly an e.
    return sum(character in "aeiouy" for character in latin) < 0.2 * len(latin) or latin.count("e") < 0.03 * len(latin)


def _no_text(found: _Found, count: int) -> str:
    if len(found.damaged) == count:
        return "a damaged PDF, none of its pages can be read; get the file again"
    if found.late:
        return f"scanned pages; the time was over before one of them was recognised; {_MORE_TIME}"
    if found.unread or found.garbled:
        if not ocr.is_installed():
            return f"scanned pages without text; to have them recognised {ocr.HOW_TO_GET}"
        return "scanned pages on which no text was recognised; scan them again, straight and at 300 dpi or more"
    return "no words in it; give a file with text in it"


def _remarks(found: _Found) -> list[str]:
    get = "" if ocr.is_installed() else f"; to have them recognised {ocr.HOW_TO_GET}"
    scanned = [number for number in found.scanned if number not in found.recognised_again]
    notes = (
        (scanned, "scanned and read by character recognition (Tesseract): expect wrong characters"),
        (found.recognised_again, "have text in fonts that cannot be read, and were read by character recognition"),
        (found.unread, f"have a picture but no text that could be read{get}"),
        (found.late, f"scanned, and left unread when the time was over; {_MORE_TIME}"),
        (found.garbled, f"have text in fonts that cannot be read: it may be wrong{get}"),
        (found.crowded, "are drawings of very many lines: their tables are read as plain text"),
        (found.overfull, f"have more than {MAX_CHARACTERS_ON_PAGE:,} characters: the rest was left out"),
        (found.damaged, "are damaged and were left out"),
    )
    return [f"{_pages(numbers)}: {note}." for numbers, note in notes if numbers]


def _pages(numbers: Sequence[int]) -> str:
    """``Pages 1, 3-5``."""
    spans: list[list[int]] = []
    for number in numbers:
        if spans and number == spans[-1][1] + 1:
            spans[-1][1] = number
        else:
            spans.append([number, number])
    words = ", ".join(f"{first}" if first == last else f"{first}-{last}" for first, last in spans)
    return f"{'Page' if len(numbers) == 1 else 'Pages'} {words}"
