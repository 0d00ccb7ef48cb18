"""The index on disk: immutable generations, and one pointer that says which is current.

    INDEX/CURRENT                    name of the current generation and sha256 of its manifest, swapped in one step
                                     (os.replace)
    INDEX/writer.lock                held by the one process that writes
    INDEX/generations/NAME/
        manifest.json                format, model, tokeniser, counts, documents, sha256 of every other file
        passages.jsonl               passages in index order
        documents/ID.txt             canonical texts, against which every citation is verified
        words/ bigrams/              BM25 (bm25s)
        passages.faiss sentences.faiss sentences.npy

A generation is written in full and synced before the pointer moves, so a reader sees a whole index or the one before.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import filelock
import numpy as np

from corpus.model import Document, Passage
from indexer.errors import IndexerError, IndexMismatchError, IndexMissingError
from indexer.tokenise import tokeniser_versions

FORMAT_VERSION = 1
BUILD_COMMAND = "python -m indexer build"
_STALE_SECONDS = 3600
_NAME = re.compile(r"\d{8}T\d{6}-[0-9a-f]{8}")
_POINTER = re.compile(rf"(?P<name>{_NAME.pattern}) (?P<digest>[0-9a-f]{{64}})\n")


@dataclass(frozen=True)
class Layout:
    """Where the parts of one generation are."""

    folder: Path

    @property
    def manifest(self) -> Path:
        return self.folder / "manifest.json"

    @property
    def passages(self) -> Path:
        return self.folder / "passages.jsonl"

    @property
    def words(self) -> Path:
        return self.folder / "words"

    @property
    def bigrams(self) -> Path:
        return self.folder / "bigrams"

    @property
    def passage_vectors(self) -> Path:
        return self.folder / "passages.faiss"

    @property
    def sentence_vectors(self) -> Path:
        return self.folder / "sentences.faiss"

    @property
    def sentences(self) -> Path:
        return self.folder / "sentences.npy"

    def document(self, document_id: str) -> Path:
        """Return the file of a document's canonical text."""
        return self.folder / "documents" / f"{document_id}.txt"

    def files(self) -> list[Path]:
        """Return every file of the generation but the manifest."""
        return sorted(path for path in self.folder.rglob("*") if path.is_file() and path != self.manifest)


@dataclass(frozen=True)
class Manifest:
    """What an index is made of. files: size in bytes and sha256 of each, by path relative to the generation.

    source: digest of everything that the index was made from (documents, catalogue, code, model), to tell when a
    rebuild would change anything.
    """

    format_version: int
    created: str
    source: str
    model: dict[str, str | int]
    tokeniser: dict[str, str | int]
    counts: dict[str, int]
    documents: tuple[Document, ...]
    files: dict[str, dict[str, str | int]]

    def to_json(self) -> str:
        """Return the manifest as JSON text."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=1, sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> Manifest:
        """Return the manifest that ``to_json`` wrote. Raises ValueError, KeyError or TypeError when it is not one."""
        table = json.loads(text)
        if table["format_version"] != FORMAT_VERSION:
            # An older or newer manifest may have other keys: the version is all that can be relied on.
            raise IndexMismatchError(
                f"the index has format {table['format_version']}, this program reads {FORMAT_VERSION}: "
                f"run `{BUILD_COMMAND}`"
            )
        table["documents"] = tuple(document_from_json(document) for document in table["documents"])
        return cls(**table)


def document_from_json(table: dict[str, Any]) -> Document:
    """Return the document that ``dataclasses.asdict`` turned into a table."""
    return Document(**{**table, "fiscal_years": tuple(table["fiscal_years"])})


def passage_to_json(passage: Passage) -> str:
    """Return a passage as one line of JSON; its document by id."""
    table = {
        name: getattr(passage, name)
        for name in Passage.__slots__
        if name != "document" and getattr(passage, name) not in ((), None)
    }
    return json.dumps({"doc": passage.document.id, **table}, ensure_ascii=False)


def passages_from_json(path: Path, documents: tuple[Document, ...]) -> list[Passage]:
    """Return the passages of a ``passages.jsonl``."""
    by_id = {document.id: document for document in documents}
    passages = []
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            table = json.loads(line)
            document = by_id[table.pop("doc")]
            values: dict[str, Any] = {
                name: tuple(value) if isinstance(value, list) else value for name, value in table.items()
            }
            passages.append(Passage(document=document, **values))
    return passages


@contextmanager
def writing(index: Path) -> Iterator[Layout]:
    """Give an empty generation to write into; publish it when the block ends without an error, else remove it.

    Raises IndexerError when another process is writing, or the folder cannot be written.
    """
    try:
        (index / "generations").mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise IndexerError(
            f"{index}: cannot be written ({error.strerror}); set KAIKAKU_INDEX to another folder"
        ) from error
    try:
        with filelock.FileLock(index / "writer.lock", timeout=0):
            before = _current(index)
            _remove_unpublished(index, before)
            folder = index / "generations" / f"{time.strftime('%Y%m%dT%H%M%S')}-{uuid.uuid4().hex[:8]}"
            folder.mkdir()
            try:
                yield Layout(folder)
                publish(index, folder)
            except BaseException:
                if _current(index) != folder.name:  # else it came after the swap, and readers have it already
                    shutil.rmtree(folder, ignore_errors=True)
                raise
            _remove_old(index, {folder.name, before})
    except filelock.Timeout as error:
        raise IndexerError(f"{index}: another process is writing this index; try again when it is done") from error
    except OSError as error:
        raise IndexerError(
            f"{index}: writing failed ({error.strerror or error}); the index before is untouched. "
            "Free some space or mend the permissions, then run it again"
        ) from error


def publish(index: Path, folder: Path) -> None:
    """Make a finished generation the current one, in one step that survives a crash."""
    for path in sorted(folder.rglob("*"), reverse=True):
        _sync(path)
    _sync(folder)
    pointer = index / "CURRENT.part"
    try:
        pointer.write_text(f"{folder.name} {file_digest(Layout(folder).manifest)}\n", encoding="utf-8", newline="\n")
        _sync(pointer)
        os.replace(pointer, index / "CURRENT")
    finally:
        pointer.unlink(missing_ok=True)
    with suppress(OSError):  # readers have the new generation; should the swap be lost with the power, the one before
        _sync(index)


def _sync(path: Path) -> None:
    if path.is_dir() and os.name == "nt":  # Windows has no handle on a folder to sync
        return
    handle = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _current(index: Path) -> str | None:
    """Return the name of the current generation, None when there is none or the pointer is damaged."""
    try:
        return _pointer(index)[0]
    except IndexMissingError:
        return None


def _generations(index: Path) -> list[Path]:
    """Return the folders of all generations; others that somebody put beside them are none of ours to remove."""
    return [path for path in (index / "generations").iterdir() if _NAME.fullmatch(path.name)]


def _remove_unpublished(index: Path, current: str | None) -> None:
    """Remove the generations that killed writers left. Only the holder of the lock knows that nobody writes them.

    A published one has a manifest, and the pointer was written after it.
    """
    pointer = index / "CURRENT"
    published = pointer.stat().st_mtime_ns if pointer.is_file() else 0
    for folder in _generations(index):
        manifest = Layout(folder).manifest
        was_published = manifest.is_file() and manifest.stat().st_mtime_ns <= published
        if folder.name != current and not was_published:
            shutil.rmtree(folder, ignore_errors=True)


def _remove_old(index: Path, kept: set[str | None]) -> None:
    """Remove the published generations that no reader should still be opening."""
    with suppress(OSError):  # the new index is published, whatever becomes of old ones
        for folder in _generations(index):
            if folder.name not in kept and time.time() - folder.stat().st_mtime > _STALE_SECONDS:
                shutil.rmtree(folder, ignore_errors=True)


def write_manifest(
    layout: Layout,
    *,
    source: str,
    model: dict[str, str | int],
    counts: dict[str, int],
    documents: tuple[Document, ...],
) -> None:
    """Write the manifest of a generation whose other files are all there. Raises OSError when one was cut off."""
    for path in layout.files():
        if path.suffix == ".npy":
            _check_array(path)
    files: dict[str, dict[str, str | int]] = {
        path.relative_to(layout.folder).as_posix(): {"bytes": path.stat().st_size, "sha256": file_digest(path)}
        for path in layout.files()
    }
    manifest = Manifest(
        format_version=FORMAT_VERSION,
        created=time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        source=source,
        model=model,
        tokeniser=tokeniser_versions(),
        counts=counts,
        documents=documents,
        files=files,
    )
    layout.manifest.write_text(manifest.to_json(), encoding="utf-8")


def _check_array(path: Path) -> None:
    # numpy.save does not notice when the last bytes of a small array do not fit on the disk.
    try:
        np.load(path, mmap_mode="r", allow_pickle=False)
    except (ValueError, EOFError) as error:
        raise OSError(f"{path.name} was cut off: is the disk full?") from error


def file_digest(path: Path) -> str:
    """Return the sha256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def open_generation(index: Path) -> tuple[Layout, Manifest]:
    """Return the current generation of an index, every file of which has been read and compared with its sha256.

    Raises IndexMissingError when there is none or it is not whole, IndexMismatchError when another format or
    tokeniser made it.
    """
    layout, manifest = open_manifest(index)
    damaged = damaged_files(layout, manifest)
    if damaged:
        raise IndexMissingError(f"{index}: the index is damaged ({', '.join(damaged)}): run `{BUILD_COMMAND}`")
    return layout, manifest


def open_manifest(index: Path) -> tuple[Layout, Manifest]:
    """Return the current generation of an index as ``open_generation`` does, its other files unread."""
    name, digest = _pointer(index)
    layout = Layout(index / "generations" / name)
    damaged = f"{index}: the index is damaged (its manifest): run `{BUILD_COMMAND}`"
    try:
        data = layout.manifest.read_bytes()
        manifest = Manifest.from_json(data.decode("utf-8"))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise IndexMissingError(damaged) from error
    if manifest.tokeniser != tokeniser_versions():
        raise IndexMismatchError(
            f"{index}: the index was made with the tokeniser {manifest.tokeniser}, "
            f"this program has {tokeniser_versions()}: run `{BUILD_COMMAND}`"
        )
    if hashlib.sha256(data).hexdigest() != digest:
        raise IndexMissingError(damaged)
    return layout, manifest


def _pointer(index: Path) -> tuple[str, str]:
    """Return the name of the current generation and the sha256 of its manifest. Raises IndexMissingError."""
    path = index / "CURRENT"
    if not path.is_file():
        raise IndexMissingError(f"{index}: no index there yet: run `{BUILD_COMMAND}`")
    try:
        match = _POINTER.fullmatch(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        match = None
    if not match:
        raise IndexMissingError(f"{index}: the index is damaged (CURRENT): run `{BUILD_COMMAND}`")
    return match["name"], match["digest"]


def damaged_files(layout: Layout, manifest: Manifest) -> list[str]:
    """Return the files whose contents are not what the manifest says, by reading all of them."""
    return [name for name, entry in manifest.files.items() if not _is_whole(layout.folder / name, entry)]


def _is_whole(path: Path, entry: dict[str, str | int]) -> bool:
    try:
        return path.stat().st_size == entry["bytes"] and file_digest(path) == entry["sha256"]
    except OSError:
        return False
