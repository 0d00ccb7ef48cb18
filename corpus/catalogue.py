"""The catalogue of documents: ``catalog.toml`` beside the files."""

from __future__ import annotations

import hashlib
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from corpus.errors import CorpusError
from corpus.model import DOCUMENT_KINDS, CanonicalText, Document
from corpus.reading import decode, read_text

CATALOGUE_NAME = "catalog.toml"
_ID = re.compile(r"[a-z0-9][a-z0-9._-]{0,79}")
_TEXTS = ("id", "file", "municipality", "municipality_code", "prefecture", "title", "kind")


@dataclass(frozen=True)
class Catalogue:
    """The documents of a folder, in the order of its ``catalog.toml``."""

    folder: Path
    documents: tuple[Document, ...]

    def document(self, document_id: str) -> Document:
        """Return the document with this id. Raises CorpusError when there is none."""
        for document in self.documents:
            if document.id == document_id:
                return document
        known = ", ".join(document.id for document in self.documents)
        raise CorpusError(f"no document has the id {document_id!r}; the catalogue has: {known}")

    def read(self, document: Document) -> CanonicalText:
        """Return a document's canonical text. Raises CorpusError when the file cannot be used."""
        return read_text(self.folder / document.file)


def load_catalogue(folder: Path) -> Catalogue:
    """Return the catalogue of a folder.

    Raises CorpusError, naming the entry, when the catalogue or a file is missing or wrong, when two documents have
    one id, or when one file is listed twice.
    """
    path = folder / CATALOGUE_NAME
    try:
        table = tomllib.loads(decode(path.read_bytes(), str(path)))
    except (FileNotFoundError, NotADirectoryError) as error:
        raise CorpusError(f"{path}: no catalogue there; set KAIKAKU_DOCUMENTS to a folder that has one") from error
    except OSError as error:
        raise CorpusError(f"{path}: cannot be read ({error.strerror}); it must be a readable file") from error
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise CorpusError(f"{path}: not valid TOML ({error}); mend that line") from error
    entries = table.get("document")
    if not isinstance(entries, list) or not entries:
        raise CorpusError(f"{path}: no [[document]] in it; add at least one")
    documents = tuple(_document(entry, number, path) for number, entry in enumerate(entries, 1))
    ids: set[str] = set()
    files: set[Path] = set()
    for document in documents:
        file = (folder / document.file).resolve()
        for key, known in (("id", document.id in ids), ("file", file in files)):
            if known:
                raise CorpusError(f"{path}: two documents have the {key} {getattr(document, key)!r}; give each its own")
        ids.add(document.id)
        files.add(file)
    return Catalogue(folder, documents)


def _document(entry: Any, number: int, path: Path) -> Document:
    if not isinstance(entry, dict):
        raise CorpusError(f"{path}: entry {number} is not a table; write it as [[document]]")
    where = f"{path}: document {entry.get('id', number)!r}"
    for key in _TEXTS:
        if not isinstance(entry.get(key), str) or not entry[key].strip():
            raise CorpusError(f"{where}: {key} is missing or not a text; add it")
    if not _ID.fullmatch(entry["id"]):
        raise CorpusError(
            f"{where}: an id has up to 80 of a-z, 0-9, '.', '_' and '-', beginning with a letter or digit"
        )
    if entry["kind"] not in DOCUMENT_KINDS:
        raise CorpusError(f"{where}: kind is {entry['kind']!r}; use one of {', '.join(DOCUMENT_KINDS)}")
    years = entry.get("fiscal_years")
    if not isinstance(years, list) or not 1 <= len(years) <= 2 or not all(type(year) is int for year in years):
        raise CorpusError(f"{where}: fiscal_years is not [first, last]; write for example [2021, 2025]")
    if not all(1868 <= year <= 2200 for year in years):
        raise CorpusError(f"{where}: fiscal_years are not Western years; write for example [2021, 2025]")
    if years[0] > years[-1]:
        raise CorpusError(f"{where}: fiscal_years ends before it begins; write [first, last]")
    report_year = entry.get("report_fiscal_year")
    if report_year is not None and type(report_year) is not int:
        raise CorpusError(f"{where}: report_fiscal_year is not a year; write for example 2024")
    # A catalogue may come from somebody else: it must not reach files outside its folder.
    file = path.parent / entry["file"]
    try:
        inside = file.resolve().is_relative_to(path.parent.resolve())
        if inside:
            with file.open("rb") as stream:
                digest = hashlib.file_digest(stream, "sha256").hexdigest()
    except (OSError, ValueError, RuntimeError) as error:  # ValueError: a NUL in the name; RuntimeError: links in a ring
        reason = getattr(error, "strerror", None) or error
        raise CorpusError(
            f"{where}: the file {entry['file']!r} cannot be read ({reason}); put it there or take the entry out"
        ) from error
    if not inside:
        raise CorpusError(f"{where}: the file {entry['file']!r} is outside the catalogue's folder; move it there")
    return Document(
        **{key: entry[key] for key in _TEXTS},
        fiscal_years=(years[0], years[-1]),
        report_fiscal_year=report_year,
        sha256=digest,
    )
