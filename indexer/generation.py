"""One generation of an index: its files, the manifest that describes them, and its records as JSON."""

from __future__ import annotations

import hashlib
import json
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from corpus.initiative_json import initiative_from_json, initiative_to_json
from corpus.model import Document, Initiative, Passage
from indexer.errors import IndexMismatchError
from indexer.tokenise import tokeniser_versions

FORMAT_VERSION = 3
BUILD_COMMAND = "python -m indexer build"


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
    def initiatives(self) -> Path:
        return self.folder / "initiatives.jsonl"

    @property
    def pages(self) -> Path:
        return self.folder / "pages.json"

    @property
    def words(self) -> Path:
        return self.folder / "words"

    @property
    def bigrams(self) -> Path:
        return self.folder / "bigrams"

    @property
    def sentence_words(self) -> Path:
        return self.folder / "sentence_words"

    @property
    def contexts(self) -> Path:
        return self.folder / "contexts"

    @property
    def passage_vectors(self) -> Path:
        return self.folder / "passages.faiss"

    @property
    def sentence_vectors(self) -> Path:
        return self.folder / "sentences.faiss"

    @property
    def title_vectors(self) -> Path:
        return self.folder / "titles.faiss"

    @property
    def sentences(self) -> Path:
        return self.folder / "sentences.npy"

    @property
    def titles(self) -> Path:
        return self.folder / "titles.npy"

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


def write_initiatives(path: Path, initiatives: Iterable[Initiative]) -> None:
    """Write initiatives, one on each line; those of a document come in their order."""
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(json.dumps(initiative_to_json(one), ensure_ascii=False) + "\n" for one in initiatives)


def initiatives_from_json(path: Path) -> list[Initiative]:
    """Return the initiatives of an ``initiatives.jsonl``."""
    initiatives: list[Initiative] = []
    seen: Counter[str] = Counter()
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            table = json.loads(line)
            initiatives.append(initiative_from_json(table, seen[table["doc"]]))
            seen[table["doc"]] += 1
    return initiatives


def write_pages(path: Path, pages: dict[str, tuple[int, ...]]) -> None:
    """Write where the pages begin in the text of each document that has pages, by the document's id."""
    path.write_text(json.dumps(pages), encoding="utf-8")


def pages_from_json(path: Path) -> dict[str, tuple[int, ...]]:
    """Return what ``write_pages`` wrote."""
    return {id_: tuple(pages) for id_, pages in json.loads(path.read_text(encoding="utf-8")).items()}


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


def damaged_files(layout: Layout, manifest: Manifest) -> list[str]:
    """Return the files whose contents are not what the manifest says, by reading all of them."""
    return [name for name, entry in manifest.files.items() if not _is_whole(layout.folder / name, entry)]


def _is_whole(path: Path, entry: dict[str, str | int]) -> bool:
    try:
        return path.stat().st_size == entry["bytes"] and file_digest(path) == entry["sha256"]
    except OSError:
        return False
