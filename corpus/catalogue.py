"""The catalogue of documents: ``catalog.toml`` beside the files."""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from corpus.errors import CorpusError
from corpus.isolation import READ_SECONDS, Reading
from corpus.model import DOCUMENT_KINDS, CanonicalText, Document
from corpus.reading import decode
from corpus.readings import canonical_of, read_reading

CATALOGUE_NAME = "catalog.toml"
FIRST_YEAR, LAST_YEAR = 1868, 2200
ID = re.compile(r"[a-z0-9][a-z0-9._-]{0,79}")
_TEXTS = ("id", "file", "municipality", "municipality_code", "prefecture", "title", "kind")


@dataclass(frozen=True)
class Catalogue:
    """The documents of a folder, in the order of its ``catalog.toml``.

    files: by id, the files of documents that lie in other folders. readings: folder where readings of converted files
    are kept, None when they are not. read_seconds: how long reading a file may take.
    """

    folder: Path
    documents: tuple[Document, ...]
    files: Mapping[str, Path] = field(default_factory=dict, compare=False)
    readings: Path | None = None
    read_seconds: float = READ_SECONDS

    def document(self, document_id: str) -> Document:
        """Return the document with this id. Raises CorpusError when there is none."""
        for document in self.documents:
            if document.id == document_id:
                return document
        known = ", ".join(document.id for document in self.documents)
        raise CorpusError(f"no document has the id {document_id!r}; the catalogue has: {known}")

    def read(self, document: Document) -> CanonicalText:
        """Return a document's canonical text. Raises CorpusError when the file cannot be used."""
        return canonical_of(self.reading(document), self.path(document))

    def reading(self, document: Document) -> Reading:
        """Return what was read from a document's file, and its format. Raises CorpusError as ``read`` does."""
        return read_reading(self.path(document), document.sha256, self.readings, self.read_seconds)

    def path(self, document: Document) -> Path:
        """Return the file of a document."""
        return self.files.get(document.id, self.folder / document.file)


def load_catalogue(folder: Path) -> Catalogue:
    """Return the catalogue of a folder. ``corpus.library.load_documents`` returns it with the users' own documents.

    Raises CorpusError, naming the entry, when the catalogue or a file is missing or wrong, when two documents have
    one id, or when one file is listed twice.
    """
    path = folder / CATALOGUE_NAME
    try:
        table = read_table(path)
    except (FileNotFoundError, NotADirectoryError) as error:
        raise CorpusError(f"{path}: no catalogue there; set KAIKAKU_DOCUMENTS to a folder that has one") from error
    if not table.get("document"):
        raise CorpusError(f"{path}: no [[document]] in it; add at least one")
    return Catalogue(folder, read_documents(table, path))


def read_table(path: Path) -> dict[str, Any]:
    """Return what a ``catalog.toml`` holds.

    Raises FileNotFoundError or NotADirectoryError when there is none, CorpusError when it cannot be read.
    """
    try:
        return tomllib.loads(decode(path.read_bytes(), str(path)))
    except (FileNotFoundError, NotADirectoryError):
        raise
    except OSError as error:
        raise CorpusError(f"{path}: cannot be read ({error.strerror}); it must be a readable file") from error
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise CorpusError(f"{path}: not valid TOML ({error}); mend that line") from error


def read_documents(table: dict[str, Any], path: Path) -> tuple[Document, ...]:
    """Return the documents of the catalogue ``path``, which holds ``table``. Raises as ``load_catalogue`` does."""
    entries = table.get("document", [])
    if not isinstance(entries, list):
        raise CorpusError(f"{path}: no [[document]] in it; add at least one")
    documents = tuple(_document(entry, number, path) for number, entry in enumerate(entries, 1))
    ids: set[str] = set()
    files: set[Path] = set()
    for document in documents:
        file = (path.parent / document.file).resolve()
        for key, known in (("id", document.id in ids), ("file", file in files)):
            if known:
                raise CorpusError(f"{path}: two documents have the {key} {getattr(document, key)!r}; give each its own")
        ids.add(document.id)
        files.add(file)
    return documents


def _document(entry: Any, number: int, path: Path) -> Document:
    if not isinstance(entry, dict):
        raise CorpusError(f"{path}: entry {number} is not a table; write it as [[document]]")
    where = f"{path}: document {entry.get('id', number)!r}"
    for key in _TEXTS:
        if not isinstance(entry.get(key), str) or not entry[key].strip():
            raise CorpusError(f"{where}: {key} is missing or not a text; add it")
    if not ID.fullmatch(entry["id"]):
        raise CorpusError(
            f"{where}: an id has up to 80 of a-z, 0-9, '.', '_' and '-', beginning with a letter or digit"
        )
    if entry["kind"] not in DOCUMENT_KINDS:
        raise CorpusError(f"{where}: kind is {entry['kind']!r}; use one of {', '.join(DOCUMENT_KINDS)}")
    years = entry.get("fiscal_years")
    if not isinstance(years, list) or not 1 <= len(years) <= 2 or not all(type(year) is int for year in years):
        raise CorpusError(f"{where}: fiscal_years is not [first, last]; write for example [2021, 2025]")
    if not all(FIRST_YEAR <= year <= LAST_YEAR for year in years):
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
