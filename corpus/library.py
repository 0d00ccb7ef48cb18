"""The documents that users add, beside those that the tool ships with.

    LIBRARY/catalog.toml             as in ``corpus.catalogue``, and ``removed``: ids of bundled documents to leave out
    LIBRARY/files/ID-DIGEST.SUFFIX   a document's file, byte for byte; never written over
    LIBRARY/readings/SHA256.json     what was read from a file, see ``corpus.readings``
    LIBRARY/writer.lock              held by the one process that writes

A change is whole when ``catalog.toml`` is replaced, which is one step; what a killed process leaves is swept by the
next writer.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

import filelock

from corpus.catalogue import CATALOGUE_NAME, Catalogue, load_catalogue, read_documents, read_table
from corpus.durable import UNFINISHED, sync_folder, write_durably
from corpus.errors import CorpusError
from corpus.isolation import Reading
from corpus.model import Document
from corpus.readings import digest_of, keep_reading
from corpus.settings import Settings

_FILES, _READINGS = "files", "readings"
_BEFORE = f"{CATALOGUE_NAME}.before"
_SUFFIX = re.compile(r"\.[A-Za-z0-9]{1,8}")
_HEADER = "# Written by `python -m indexer add` and `remove`. Comments are not kept.\n"


@dataclass(frozen=True)
class Holdings:
    """All documents at hand: bundled ones, those that users added, and the ids of bundled ones that were removed."""

    bundled: tuple[Document, ...]
    added: tuple[Document, ...]
    removed: frozenset[str]

    @property
    def documents(self) -> tuple[Document, ...]:
        """Return the documents in use. An added one with the id of a bundled one stands in its place."""
        own = {document.id: document for document in self.added}
        kept = [own.pop(each.id, each) for each in self.bundled if each.id in own or each.id not in self.removed]
        return (*kept, *own.values())

    @property
    def hidden(self) -> tuple[Document, ...]:
        """Return the bundled documents that are not in use."""
        used = set(self.documents)
        return tuple(document for document in self.bundled if document not in used)

    def without(self, ids: Sequence[str]) -> Holdings:
        """Return the holdings after these documents were removed."""
        bundled = {document.id for document in self.bundled}
        kept = tuple(document for document in self.added if document.id not in ids)
        return replace(self, added=kept, removed=self.removed | (bundled & set(ids)))

    def with_document(self, document: Document) -> Holdings:
        """Return the holdings with a document added, or in the place of the one that has its id."""
        if document in self.bundled:
            kept = tuple(each for each in self.added if each.id != document.id)
            return replace(self, added=kept, removed=self.removed - {document.id})
        at = next((at for at, each in enumerate(self.added) if each.id == document.id), len(self.added))
        added = (*self.added[:at], document, *self.added[at + 1 :])
        return replace(self, added=added, removed=self.removed - {document.id})


def load_documents(settings: Settings) -> Catalogue:
    """Return the catalogue of all documents in use, bundled and added.

    Raises CorpusError, naming the entry, when a catalogue or a file is missing or wrong, or no document is left.
    """
    return catalogue_of(settings, load_holdings(settings))


def load_holdings(settings: Settings) -> Holdings:
    """Return all documents at hand. Raises CorpusError as ``load_documents`` does."""
    bundled = load_catalogue(settings.documents).documents
    path = settings.library / CATALOGUE_NAME
    try:
        table = read_table(path)
    except (FileNotFoundError, NotADirectoryError):
        return Holdings(bundled, (), frozenset())
    removed = table.get("removed", [])
    if not isinstance(removed, list) or not all(isinstance(name, str) for name in removed):
        raise CorpusError(f'{path}: removed is not a list of ids; write for example removed = ["yuki-2021-plan"]')
    return Holdings(bundled, read_documents(table, path), frozenset(removed))


def catalogue_of(settings: Settings, holdings: Holdings) -> Catalogue:
    """Return the catalogue of the documents in use. Raises CorpusError when there are none."""
    if not holdings.documents:
        raise CorpusError(f"{settings.library / CATALOGUE_NAME}: it removes every document; take some out of removed")
    files = {document.id: settings.library / document.file for document in holdings.added}
    readings = settings.library / _READINGS
    return Catalogue(
        settings.documents,
        holdings.documents,
        files,
        readings if readings.is_dir() else None,
        settings.read_seconds,
    )


def file_for(document_id: str, sha256: str, source: Path) -> str:
    """Return the name, in the library, of a document's file: another for other contents."""
    # What the file holds tells its format where the suffix is of no use.
    suffix = source.suffix.lower() if _SUFFIX.fullmatch(source.suffix) else ""
    return f"{_FILES}/{document_id}-{sha256[:12]}{suffix}"


@contextmanager
def writing(library: Path) -> Iterator[None]:
    """Let this process alone change the library. Raises CorpusError when another does, or it cannot be written."""
    try:
        for folder in (_FILES, _READINGS):
            (library / folder).mkdir(parents=True, exist_ok=True)
        lock = filelock.FileLock(library / "writer.lock", timeout=0)
        lock.acquire()
    except filelock.Timeout as error:
        raise CorpusError(f"{library}: another process is changing the documents; try again when it is done") from error
    except OSError as error:
        raise CorpusError(
            f"{library}: cannot be written ({error.strerror}); set KAIKAKU_LIBRARY to another folder"
        ) from error
    try:
        yield
    finally:
        lock.release()


@dataclass(frozen=True)
class NewFile:
    """A document to be added with the file that it is made from, and what was read from that."""

    document: Document
    source: Path
    reading: Reading


class Change:
    """A change of the catalogue that is taken back unless it is kept."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self.kept = False

    def keep(self) -> None:
        """Let the change stand, whatever happens next."""
        self.kept = True


@contextmanager
def changing(settings: Settings, holdings: Holdings, new: Sequence[NewFile]) -> Iterator[Change]:
    """Make the catalogue say ``holdings``; take it back when the block ends with an error and did not keep it.

    Only inside ``writing``. Raises CorpusError when it cannot be written, or a file changed since it was read.
    """
    library = settings.library
    change = Change(catalogue_of(settings, holdings))
    try:
        try:
            (library / _BEFORE).unlink(missing_ok=True)
            sweep(library, load_holdings(settings))
            for file in new:
                _copy(file, library)
            _replace_catalogue(library, holdings)
        except OSError as error:
            raise CorpusError(
                f"{library}: writing failed ({error.strerror or error}); the catalogue before is untouched. "
                "Free some space or mend the permissions, then run it again"
            ) from error
        yield change
    except BaseException:
        if not change.kept:
            _take_back(library, settings)
        raise
    sweep(library, holdings)


def sweep(library: Path, holdings: Holdings) -> None:
    """Remove files that no document has: of replaced and removed documents, and of killed processes."""
    files = {document.file for document in holdings.added}
    readings = {f"{_READINGS}/{document.sha256}.json" for document in (*holdings.bundled, *holdings.added)}
    with suppress(OSError):  # they do no harm
        for path in [*library.glob(f"{_FILES}/*"), *library.glob(f"{_READINGS}/*")]:
            if path.is_file() and path.relative_to(library).as_posix() not in files | readings:
                path.unlink()
        for path in [*library.glob(f".*{UNFINISHED}"), library / _BEFORE]:
            path.unlink(missing_ok=True)


def _copy(file: NewFile, library: Path) -> None:
    data = file.source.read_bytes()
    target = library / file.document.file
    write_durably(target, data)
    if digest_of(target) != file.document.sha256:
        raise CorpusError(f"{file.source}: the file changed while it was being added; run it again")
    keep_reading(file.reading, file.document.sha256, library / _READINGS)


def _replace_catalogue(library: Path, holdings: Holdings) -> None:
    path = library / CATALOGUE_NAME
    # Before the disk may be full: to take the change back must need no space.
    before = path.read_bytes() if path.is_file() else b""
    write_durably(library / _BEFORE, before)
    write_durably(path, _toml(holdings).encode())


def _take_back(library: Path, settings: Settings) -> None:
    before = library / _BEFORE
    if before.is_file():
        if before.stat().st_size:
            os.replace(before, library / CATALOGUE_NAME)
        else:
            (library / CATALOGUE_NAME).unlink(missing_ok=True)
            before.unlink()
        sync_folder(library)
    sweep(library, load_holdings(settings))


def _toml(holdings: Holdings) -> str:
    parts = [_HEADER]
    if holdings.removed:
        parts.append(f"removed = [{', '.join(_text(name) for name in sorted(holdings.removed))}]\n")
    for document in holdings.added:
        fields = [
            f"{name} = {_text(getattr(document, name))}\n"
            for name in ("id", "file", "municipality", "municipality_code", "prefecture", "title", "kind")
        ]
        fields.append(f"fiscal_years = {list(document.fiscal_years)}\n")
        if document.report_fiscal_year is not None:
            fields.append(f"report_fiscal_year = {document.report_fiscal_year}\n")
        parts.append("[[document]]\n" + "".join(fields))
    return "\n".join(parts)


def _text(text: str) -> str:
    # JSON escapes all that TOML wants escaped, but for DEL.
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
