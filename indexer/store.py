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
import os
import re
import shutil
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import filelock

from indexer.errors import IndexerError, IndexMismatchError, IndexMissingError
from indexer.generation import BUILD_COMMAND, Layout, Manifest, damaged_files, file_digest
from indexer.tokenise import tokeniser_versions

_STALE_SECONDS, _OPENING_SECONDS = 3600, 60
_RECENT = 4
_NAME = re.compile(r"\d{8}T\d{6}-[0-9a-f]{8}")
_POINTER = re.compile(rf"(?P<name>{_NAME.pattern}) (?P<digest>[0-9a-f]{{64}})\n")


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
        return current_pointer(index)[0]
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
        newest = sorted(_generations(index), key=lambda folder: folder.name, reverse=True)
        for place, folder in enumerate(newest):
            # Many changes in an hour must not fill the disk; the last few may still be being opened.
            limit = _STALE_SECONDS if place < _RECENT else _OPENING_SECONDS
            if folder.name not in kept and time.time() - folder.stat().st_mtime > limit:
                shutil.rmtree(folder, ignore_errors=True)


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
    name, digest = current_pointer(index)
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


def current_pointer(index: Path) -> tuple[str, str]:
    """Return the name of the current generation and the sha256 of its manifest; it changes with every publication.

    Raises IndexMissingError when there is no index, or the pointer is damaged.
    """
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
