"""Readings of converted files, kept as JSON so that a file is converted once: ``FOLDER/<sha256 of the file>.json``."""

from __future__ import annotations

import hashlib
import json
from contextlib import suppress
from functools import cache
from importlib import metadata
from pathlib import Path

from corpus.durable import write_durably
from corpus.errors import CorpusError
from corpus.formats import is_plain_text
from corpus.isolation import READ_SECONDS, Reading, read_isolated, reading_from_json, reading_to_json
from corpus.model import CanonicalText, Extracted
from corpus.reading import canonical_reading, checked_words, read_source

_HERE = Path(__file__).resolve().parent
_LIBRARIES = ("beautifulsoup4", "lxml", "openpyxl", "pillow", "pypdfium2")


@cache
def reader_version() -> str:
    """Return a digest of the code that reads files; a reading of another version is made anew."""
    digest = hashlib.sha256()
    for path in [*sorted((_HERE / "formats").glob("*.py")), _HERE / "reading.py"]:
        digest.update(path.read_bytes().replace(b"\r\n", b"\n"))
    for library in _LIBRARIES:
        with suppress(metadata.PackageNotFoundError):
            digest.update(f"{library} {metadata.version(library)}\n".encode())
    return digest.hexdigest()


def read_reading(path: Path, sha256: str, folder: Path | None = None, seconds: float = READ_SECONDS) -> Reading:
    """Return the reading of a file: the one kept in ``folder`` when it is whole and up to date, else a new one.

    sha256: of the file's bytes. A new reading is kept in ``folder`` when that is there and can be written. Raises
    CorpusError when the file cannot be read.
    """
    if is_plain_text(path):
        return Reading("text", Extracted(read_source(path)))
    kept = _kept(folder, sha256) if folder else None
    if kept:
        return kept
    reading = read_isolated(path, seconds)
    if folder:
        with suppress(OSError):  # it is a saving of time only
            keep_reading(reading, sha256, folder)
    return reading


def read_better(path: Path, sha256: str, folder: Path, seconds: float) -> tuple[Reading, bool]:
    """Return what ``read_reading`` does, unless pages of it are unread and reading the file again reads more of them.

    More time, or Tesseract installed since, make that so. Also return whether it is better than the one kept, in whose
    place it is not put yet.
    """
    reading = read_reading(path, sha256, folder, seconds)
    if reading.extracted.unread and _kept(folder, sha256):
        with suppress(CorpusError):
            again = read_isolated(path, seconds)
            if len(again.extracted.unread) < len(reading.extracted.unread):
                return again, True
    return reading, False


def kept_digest(sha256: str, folder: Path | None) -> str:
    """Return the digest of the reading kept of the file that has this sha256; empty when there is none."""
    file = folder and _file(folder, sha256)
    return digest_of(file) if file and file.is_file() else ""


def keep_reading(reading: Reading, sha256: str, folder: Path) -> None:
    """Keep the reading of the file that has this sha256. Raises OSError when it cannot be written."""
    if reading.format == "text":
        return
    table = {"sha256": sha256, "reader": reader_version(), **reading_to_json(reading)}
    write_durably(_file(folder, sha256), json.dumps(table, ensure_ascii=False).encode())


def canonical_of(reading: Reading, path: Path) -> CanonicalText:
    """Return the canonical text of a file's reading. Raises CorpusError when it has no words."""
    return checked_words(canonical_reading(reading.extracted), path)


def _kept(folder: Path, sha256: str) -> Reading | None:
    try:
        table = json.loads(_file(folder, sha256).read_bytes())
        if table["sha256"] != sha256 or table["reader"] != reader_version():
            return None
        return reading_from_json(table)
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None


def _file(folder: Path, sha256: str) -> Path:
    return folder / f"{sha256}.json"


def digest_of(path: Path) -> str:
    """Return the sha256 of a file's bytes, in hexadecimal. Raises CorpusError when it cannot be read."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise CorpusError(f"{path}: cannot be read ({reason}); check the file's permissions") from error
