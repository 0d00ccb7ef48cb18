"""Readers of files, one module for each format, and the choice among them by a file's name and contents."""

from __future__ import annotations

import math
import zipfile
import zlib
from pathlib import Path

from corpus.errors import CorpusError
from corpus.model import Extracted

_BY_SUFFIX = {
    ".txt": "text",
    ".text": "text",
    ".md": "markdown",
    ".markdown": "markdown",
    ".html": "html",
    ".htm": "html",
    ".csv": "csv",
    ".tsv": "csv",
    ".pdf": "pdf",
    ".docx": "word",
    ".docm": "word",
    ".xlsx": "excel",
    ".xlsm": "excel",
}
# Formats whose first bytes tell them, whatever the name says, and what to do with a file that is one.
_REFUSED = (
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old or locked Office file; save it as .docx or .xlsx without a password"),
    (b"{\\rtf", "a rich text file; save it as .docx"),
    (b"\x1f\x8b", "a compressed file; unpack it and give the files in it"),
    (b"7z\xbc\xaf\x27\x1c", "an archive; unpack it and give the files in it"),
    (b"Rar!\x1a\x07", "an archive; unpack it and give the files in it"),
    (b"\x89PNG", "an image; make a PDF of it"),
    (b"\xff\xd8\xff", "an image; make a PDF of it"),
    (b"II*\x00", "an image; make a PDF of it"),
    (b"MM\x00*", "an image; make a PDF of it"),
)
_ZIP = b"PK\x03\x04"
_PDF = b"%PDF-"
_PDF_WITHIN = 1024  # readers of PDF accept that much before the header
_PAGE_STARTS = (b"<!doctype html", b"<html")


def read_file(path: Path) -> Extracted:
    """Return what a file of any known format holds. It may take long or crash: see ``corpus.isolation``.

    Raises CorpusError when the file is missing, too large, damaged or of no known format.
    """
    return read_format(path, format_of(path))


def read_format(path: Path, format_name: str, seconds: float = math.inf) -> Extracted:
    """Return what a file of the given format (as ``format_of`` names it) holds. Raises CorpusError.

    seconds: time that there is; character recognition leaves pages unread that do not fit in it.
    """
    # Each brings its own library: only one is loaded.
    if format_name == "pdf":
        from corpus.formats.pdf import read_pdf

        return read_pdf(path, seconds)
    if format_name == "word":
        from corpus.formats.word import read_word

        return read_word(path)
    if format_name == "excel":
        from corpus.formats.excel import read_excel

        return read_excel(path)
    if format_name == "html":
        from corpus.formats.html import read_html

        return read_html(path)
    if format_name == "csv":
        from corpus.formats.csv_file import read_csv

        return read_csv(path)
    if format_name == "markdown":
        from corpus.formats.markdown import read_markdown

        return read_markdown(path)
    from corpus.reading import read_source

    return Extracted(read_source(path))


def is_plain_text(path: Path) -> bool:
    """Return whether a file is text that needs no reader: by its name, and by its first bytes."""
    return _BY_SUFFIX.get(path.suffix.lower()) == "text" and _by_contents(_head(path)) is None


def format_of(path: Path) -> str:
    """Return a file's format: text, markdown, html, csv, pdf, word or excel. What it holds counts more than its name.

    Raises CorpusError when it is none of these.
    """
    head = _head(path)
    for signature, what in _REFUSED:
        if head.startswith(signature):
            raise CorpusError(f"{path}: {what}")
    named = _BY_SUFFIX.get(path.suffix.lower())
    held = _by_contents(head)
    if held == "zip":
        return _office_format(path)
    if held == "pdf" or (held == "html" and named in (None, "text")):
        return held
    if named is None:
        raise CorpusError(
            f"{path}: no format is known by the name ending {path.suffix!r}; use one of {', '.join(_BY_SUFFIX)}"
        )
    if named in ("pdf", "word", "excel"):
        raise CorpusError(f"{path}: not a {path.suffix.lower()} file although it is named so; save it again")
    return named


def _head(path: Path) -> bytes:
    from corpus.reading import check_file

    check_file(path)
    try:
        with path.open("rb") as file:
            return file.read(_PDF_WITHIN)
    except OSError as error:
        raise CorpusError(f"{path}: cannot be read ({error.strerror}); check the file's permissions") from error


def _by_contents(head: bytes) -> str | None:
    if head.startswith(_ZIP):
        return "zip"
    if any(head.startswith(signature) for signature, _ in _REFUSED):
        return "refused"
    # A text may quote the sign of a PDF; a PDF that does not begin with it has no words before it.
    if head.startswith(_PDF) or (_PDF in head and b"\x00" in head[: head.index(_PDF)]):
        return "pdf"
    return "html" if head.lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith(_PAGE_STARTS) else None


def _office_format(path: Path) -> str:
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
            kind = archive.read("mimetype")[:99] if "mimetype" in names else b""
    except (zipfile.BadZipFile, zlib.error, OSError, ValueError, RuntimeError) as error:  # NotImplementedError too
        raise CorpusError(f"{path}: a damaged file ({error}); save it again") from error
    if "word/document.xml" in names:
        return "word"
    if "xl/workbook.xml" in names or "xl/workbook.bin" in names:
        return "excel"
    if "ppt/presentation.xml" in names:
        raise CorpusError(f"{path}: a presentation; save it as PDF")
    if b"opendocument" in kind:
        raise CorpusError(f"{path}: an OpenDocument file; save it as .docx, .xlsx or PDF")
    raise CorpusError(f"{path}: an archive, not a document; unpack it and give the files in it")
