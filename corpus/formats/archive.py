"""What an office file (docx, xlsx) must be before it is read: a ZIP archive of XML parts that does no harm."""

from __future__ import annotations

import posixpath
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, NamedTuple
from urllib.parse import unquote

from lxml import etree

from corpus.errors import CorpusError
from corpus.reading import MAX_BYTES, check_file

MAX_UNPACKED_BYTES = 500_000_000
MAX_ENTRIES = 10_000
MAX_RATIO = 200
MAX_PART_BYTES = 100_000_000
"""Of a part that is held as a tree, which takes some ten times that in memory."""
MAX_CELLS = 2_000_000
MAX_CHARACTERS = 50_000_000

_RATIO_FROM = 10_000_000  # bytes; a small part of blanks packs well and does no harm
_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_HEAD = 65_536
_DOCTYPE = tuple(
    word.encode(code) for word in ("<!DOCTYPE", "<!ENTITY") for code in ("ascii", "utf-16-le", "utf-16-be")
)
_DAMAGE = (etree.XMLSyntaxError, zipfile.BadZipFile, zlib.error, OSError, EOFError, RuntimeError, ValueError)


class Relation(NamedTuple):
    """A link from one part to another. kind: the last word of its type; target: name of the part."""

    kind: str
    target: str


@dataclass(frozen=True, slots=True)
class Package:
    """An office file that passed the checks of ``open_package``. name: of the file, for messages."""

    name: str
    archive: zipfile.ZipFile
    parts: frozenset[str]

    def root(self, part: str) -> Any | None:
        """Return the root element of an XML part, or None when there is no such part.

        Raises CorpusError when the part is damaged or defines entities.
        """
        if part not in self.parts:
            return None
        try:
            if self.archive.getinfo(part).file_size > MAX_PART_BYTES:
                raise CorpusError(f"{self.name}: {part} has more than {MAX_PART_BYTES:,} bytes; split the file")
            data = self.archive.read(part)
            self._refuse_entities(data, part)
            parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True)
            root = etree.fromstring(data, parser)
        except _DAMAGE as error:
            raise self.damaged(part) from error
        if root.getroottree().docinfo.internalDTD is not None:
            raise self._entities(part)
        return root

    def stream(self, part: str, names: tuple[str, ...]) -> Iterator[Any]:
        """Yield the elements of the given names of a large XML part as it is read, and free each after its use.

        Raises CorpusError when the part is missing, damaged or defines entities.
        """
        if part not in self.parts:
            raise self.damaged(part)
        try:
            with self.archive.open(part) as source:
                self._refuse_entities(source.read(_HEAD), part)
            with self.archive.open(part) as source:
                yield from self._elements(source, part, names)
        except _DAMAGE as error:
            raise self.damaged(part) from error

    def _elements(self, source: IO[bytes], part: str, names: tuple[str, ...]) -> Iterator[Any]:
        safe = {"resolve_entities": False, "no_network": True, "load_dtd": False, "remove_comments": True}
        first = True
        for _, element in etree.iterparse(source, events=("end",), tag=[f"{{*}}{name}" for name in names], **safe):
            if first and element.getroottree().docinfo.internalDTD is not None:
                raise self._entities(part)
            first = False
            yield element
            element.clear()
            while (before := element.getprevious()) is not None:
                before.getparent().remove(before)

    def relations(self, part: str) -> dict[str, Relation]:
        """Return the part's links to other parts of the file, by id; "" names the file as a whole."""
        folder, base = posixpath.split(part)
        root = self.root(posixpath.join(folder, "_rels", f"{base}.rels"))
        found: dict[str, Relation] = {}
        for element in [] if root is None else root:
            target = element.get("Target", "")
            if element.get("TargetMode") == "External" or not target:
                continue
            path = target.lstrip("/") if target.startswith("/") else posixpath.join(folder, target)
            kind = element.get("Type", "").rsplit("/", 1)[-1]
            found[element.get("Id", "")] = Relation(kind, self._part(posixpath.normpath(path)))
        return found

    def _part(self, path: str) -> str:
        return path if path in self.parts else unquote(path)

    def main_part(self, usual: str) -> str:
        """Return the name of the part that holds the document; ``usual`` is where it stands in most files.

        Raises CorpusError when there is none.
        """
        for relation in self.relations("").values():
            if relation.kind == "officeDocument" and relation.target in self.parts:
                return relation.target
        if usual in self.parts:
            return usual
        raise CorpusError(f"{self.name}: the part {usual} is missing, so it is damaged; save it again from the program")

    def damaged(self, part: str) -> CorpusError:
        """Return the error for a part that cannot be read."""
        return CorpusError(f"{self.name}: damaged at {part}; open it in the program it comes from and save it again")

    def _refuse_entities(self, head: bytes, part: str) -> None:
        if any(word in head for word in _DOCTYPE):
            raise self._entities(part)

    def _entities(self, part: str) -> CorpusError:
        return CorpusError(
            f"{self.name}: {part} defines XML entities, which no office program writes; save it again from the program"
        )


@contextmanager
def open_package(path: Path) -> Iterator[Package]:
    """Give the parts of an office file, open while in use; nothing but its table of contents is unpacked.

    Raises CorpusError when the file is missing, empty, encrypted, of the old binary formats, damaged or too large.
    """
    check_file(path)
    name = path.name
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD)
    except OSError as error:
        raise CorpusError(f"{path}: cannot be read ({error.strerror}); check the file's permissions") from error
    if not head:
        raise CorpusError(f"{name}: the file is empty; give a file with text in it")
    if head.startswith(_COMPOUND):
        raise CorpusError(_compound(path, name))
    try:
        archive = zipfile.ZipFile(path)
        entries = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        what = "it ends too early or is damaged" if head.startswith(b"PK") else "it is not a .docx or .xlsx file"
        raise CorpusError(f"{name}: {what}; open it in the program it comes from and save it again") from error
    with archive:
        _refuse_bombs(name, entries)
        yield Package(name, archive, frozenset(entry.filename for entry in entries))


def _compound(path: Path, name: str) -> str:
    """Return what is wrong with a file in the container of the old formats, which also holds encrypted files."""
    with path.open("rb") as file:
        encrypted = "EncryptedPackage".encode("utf-16-le") in file.read(MAX_BYTES)
    if encrypted:
        return f"{name}: protected by a password; save it without a password"
    return (
        f"{name}: an old Office file (.doc, .xls) or one with a password; save it as .docx or .xlsx without a password"
    )


def _refuse_bombs(name: str, entries: list[zipfile.ZipInfo]) -> None:
    if len(entries) > MAX_ENTRIES:
        raise CorpusError(f"{name}: {len(entries):,} parts, more than the limit of {MAX_ENTRIES:,}; split the file")
    unpacked = sum(entry.file_size for entry in entries)
    if unpacked > MAX_UNPACKED_BYTES:
        raise CorpusError(
            f"{name}: {unpacked:,} bytes when unpacked, more than the limit of {MAX_UNPACKED_BYTES:,}; split the file"
        )
    for entry in entries:
        if entry.flag_bits & 1:
            raise CorpusError(f"{name}: protected by a password; save it without a password")
        if entry.file_size > max(_RATIO_FROM, MAX_RATIO * entry.compress_size):
            raise CorpusError(
                f"{name}: {entry.filename} unpacks to more than {MAX_RATIO} times its size, as in a ZIP bomb; "
                "save it again from the program it comes from"
            )


def words(name: str, text: str) -> str:
    """Return ``text``. Raises CorpusError when there are no words in it or more than the limit."""
    if len(text) > MAX_CHARACTERS:
        raise CorpusError(
            f"{name}: {len(text):,} characters, more than the limit of {MAX_CHARACTERS:,}; split the file"
        )
    if not any(character.isalnum() for character in text):
        raise CorpusError(f"{name}: no words in it; give a file with text in it")
    return text


def local_name(element: Any) -> str:
    """Return an element's name without its namespace, which differs between strict and usual files."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def attribute(element: Any, name: str) -> str:
    """Return an attribute by its name without a namespace; "" when there is none."""
    return next((value for key, value in element.attrib.items() if key.rpartition("}")[2] == name), "")


def drawn_lines(element: Any) -> Iterator[str]:
    """Yield the paragraphs of a drawing: of its text boxes and diagrams."""
    for paragraph in element.iter("{*}p"):
        if next(paragraph.iterancestors("{*}Fallback"), None) is None:  # the same again for old programs
            text = "".join(part.text or "" for part in paragraph.iter("{*}t")).strip()
            if text:
                yield text
