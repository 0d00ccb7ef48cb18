"""What stands on a PDF page, as pdfium tells it: characters, ruled lines, pictures."""

from __future__ import annotations

import ctypes
import math
import threading
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import pypdfium2
import pypdfium2.raw as pdfium

from corpus.errors import CorpusError
from corpus.formats.pdf_drawing import Drawn, Rule

MAX_PAGES = 2_000
MAX_CHARACTERS_ON_PAGE = 200_000

# pdfium is not safe to use from two threads at once.
_LOCK = threading.RLock()


class Glyph(NamedTuple):
    """A character in the coordinates of the page, in points. x, y: origin; quarter: turns clockwise of 90 degrees."""

    text: str
    x: float
    y: float
    left: float
    bottom: float
    right: float
    top: float
    size: float
    quarter: int


@dataclass(frozen=True, slots=True)
class PageContent:
    """width, height: of the page as it is drawn without its turn, in points. picture_share: part of the page that
    pictures cover. shapes: number of drawn paths. crowded: too many objects to look for ruled lines.
    unmapped: characters whose font does not say which they are. overfull: there are more characters than are read.
    """

    width: float
    height: float
    glyphs: tuple[Glyph, ...]
    rules: tuple[Rule, ...]
    picture_share: float
    shapes: int
    crowded: bool
    unmapped: int
    overfull: bool


@contextmanager
def open_pdf(path: Path) -> Iterator[Any]:
    """Give the pypdfium2 document of a file, and close it. Other threads wait meanwhile.

    Raises CorpusError when the file is missing, unreadable, encrypted, damaged, or has too many pages.
    """
    with _LOCK:
        try:
            document = pypdfium2.PdfDocument(path)
        except FileNotFoundError as error:
            raise CorpusError(f"{path.name}: no such file; check the name") from error
        except OSError as error:
            raise CorpusError(
                f"{path.name}: cannot be read ({error.strerror}); check the file's permissions"
            ) from error
        except pypdfium2.PdfiumError as error:
            raise CorpusError(f"{path.name}: {_problem(path, getattr(error, 'err_code', None))}") from error
        try:
            pages = len(document)
            if pages == 0:
                raise CorpusError(f"{path.name}: a damaged PDF, no page in it can be found; get the file again")
            if pages > MAX_PAGES:
                raise CorpusError(f"{path.name}: {pages:,} pages, more than the limit of {MAX_PAGES:,}; split the file")
            yield document
        finally:
            document.close()


def _problem(path: Path, code: int | None) -> str:
    if code == pdfium.FPDF_ERR_PASSWORD:
        return "encrypted, it needs a password to open; save it without a password and add that file"
    if code == pdfium.FPDF_ERR_SECURITY:
        return "encrypted in a way that cannot be read; save it without protection and add that file"
    try:
        with path.open("rb") as file:
            begins = file.read(1024)
    except OSError:
        return "cannot be read; check the file's permissions"
    if not begins.strip():
        return "the file is empty; give a file with text in it"
    if b"%PDF" not in begins:
        return "not a PDF although its name says so; give the PDF itself"
    return "a damaged PDF; get the file again, or open it in a PDF viewer and print it to a new PDF"


def read_page(page: Any) -> PageContent:
    """Return what stands on a pypdfium2 page. Raises pypdfium2.PdfiumError when it cannot be parsed."""
    left, bottom, right, top = page.get_bbox()
    width, height = max(right - left, 1.0), max(top - bottom, 1.0)
    text_page = page.get_textpage()
    try:
        glyphs, unmapped = _glyphs(text_page.raw)
        overfull = pdfium.FPDFText_CountChars(text_page.raw) > MAX_CHARACTERS_ON_PAGE
    finally:
        text_page.close()
    found = Drawn(width * height)
    found.objects_of(page.raw)
    return PageContent(
        width,
        height,
        tuple(_without_shadows(glyphs)),
        () if found.crowded else tuple(found.rules),
        min(found.pictures / (width * height), 1.0),
        found.shapes,
        found.crowded,
        unmapped,
        overfull,
    )


def _glyphs(text_page: Any) -> tuple[list[Glyph], int]:
    glyphs: list[Glyph] = []
    unmapped = 0
    box, matrix = pdfium.FS_RECTF(), pdfium.FS_MATRIX()
    x, y = ctypes.c_double(), ctypes.c_double()
    high = 0
    for index in range(min(pdfium.FPDFText_CountChars(text_page), MAX_CHARACTERS_ON_PAGE)):
        if pdfium.FPDFText_IsGenerated(text_page, index) == 1:
            continue
        code = pdfium.FPDFText_GetUnicode(text_page, index)
        if 0xD800 <= code < 0xDC00:  # 16-bit wide characters, as on Windows
            high = code
            continue
        if 0xDC00 <= code < 0xE000:
            code, high = (0x10000 + ((high - 0xD800) << 10) + code - 0xDC00 if high else 0xFFFD), 0
        unmapped += code != 0 and pdfium.FPDFText_HasUnicodeMapError(text_page, index) == 1
        if code in (0xFFFE, 2) and pdfium.FPDFText_IsHyphen(text_page, index) == 1:
            code = 0x2D
        unmapped += code == 0
        # pdfium marks line ends and unknown characters with NUL and non-characters.
        if (code < 0x20 and code != 9) or 0x7F <= code < 0xA0 or code & 0xFFFE == 0xFFFE or code > 0x10FFFF:
            continue
        pdfium.FPDFText_GetLooseCharBox(text_page, index, box)
        pdfium.FPDFText_GetCharOrigin(text_page, index, x, y)
        pdfium.FPDFText_GetMatrix(text_page, index, matrix)
        scale = math.sqrt(abs(matrix.a * matrix.d - matrix.b * matrix.c))
        size = pdfium.FPDFText_GetFontSize(text_page, index) * scale
        if not 0.5 < size < 5_000 or not all(map(math.isfinite, (x.value, y.value, box.left, box.right))):
            continue
        quarter = round(math.atan2(-matrix.b, matrix.a) / (math.pi / 2)) % 4
        character = chr(code)
        # Ligatures, and radicals that stand for the kanji of the same form, are the font's, not the document's.
        unfold = 0xFB00 <= code <= 0xFB06 or 0x2F00 <= code <= 0x2FD5
        for part in unicodedata.normalize("NFKC", character) if unfold else character:
            glyphs.append(Glyph(part, x.value, y.value, box.left, box.bottom, box.right, box.top, size, quarter))
    return glyphs, unmapped


def _without_shadows(glyphs: list[Glyph]) -> Iterator[Glyph]:
    """The characters but those printed again on (nearly) the same place for boldness or as a shadow."""
    seen: dict[tuple[str, int, int], list[Glyph]] = {}
    for glyph in glyphs:
        width, height = abs(glyph.right - glyph.left), abs(glyph.top - glyph.bottom)
        reach = min(0.25 * glyph.size, 0.4 * max(width, height))
        if reach > 0.2 and not glyph.text.isspace():
            column, row = int(glyph.x / reach), int(glyph.y / reach)
            places = ((glyph.text, column + i, row + j) for i in (-1, 0, 1) for j in (-1, 0, 1))
            near = (other for place in places for other in seen.get(place, ()))
            # Side by side, two narrow letters such as l are hardly more apart than that.
            across, down = min(reach, 0.5 * width), min(reach, 0.5 * height)
            if any(abs(other.x - glyph.x) <= across and abs(other.y - glyph.y) <= down for other in near):
                continue
            seen.setdefault((glyph.text, column, row), []).append(glyph)
        yield glyph
