"""Word documents (.docx, .docm): paragraphs, lists, tables, text boxes and notes in reading order."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from corpus.errors import CorpusError
from corpus.formats.archive import Package, Relation, attribute, drawn_lines, local_name, open_package, words
from corpus.formats.blocks import GAP, Block, in_cell, set_out
from corpus.formats.grid import MAX_COLUMNS, Cell, fill, one_line, opened, table_lines
from corpus.formats.word_styles import Styles, load_styles
from corpus.model import Extracted

_SKIPPED = {
    "pPr", "rPr", "sdtPr", "sdtEndPr", "del", "moveFrom", "instrText", "delInstrText", "delText", "rt", "rubyPr",
    "fldData", "annotationRef",
}  # fmt: skip
_BREAKS = {"br": "\n", "cr": "\n", "tab": "\t", "ptab": "\t", "noBreakHyphen": "-"}
# Symbol fonts have no characters of their own: what their signs look like (Wingdings, Symbol).
_SIGNS = {
    "6c": "●", "6e": "■", "6f": "□", "70": "□", "71": "□", "75": "◆", "76": "❖", "77": "◆", "a1": "○", "a4": "◎",
    "a7": "▪", "a8": "□", "b7": "・", "d8": "➢", "e0": "→", "e8": "→", "f0": "⇨", "fc": "✓", "fe": "☑",
}  # fmt: skip


@dataclass(slots=True)
class _Document:
    """What the walk through a document needs and meets. pending: notes to print below the block that cites them."""

    package: Package
    relations: dict[str, Relation]
    styles: Styles
    notes: dict[tuple[str, str], Any]
    pending: list[tuple[str, Any]] = field(default_factory=list)
    cited: int = 0
    pictures: int = 0


def read_word(path: Path) -> Extracted:
    """Return the text of a Word document, headings marked by their level, headers and footers once at the end.

    Deleted text of tracked changes is left out, inserted and hidden text is kept; footnotes stand below the block that
    cites them. There are no pages: only Word knows where they end. Comments and pictures are told in the remarks.
    Raises CorpusError when the file cannot be read: missing, damaged, encrypted, too large, without words.
    """
    with open_package(path) as package:
        part = package.main_part("word/document.xml")
        root = package.root(part)
        body = None if root is None else next(root.iterchildren("{*}body"), None)
        if body is None:
            raise CorpusError(f"{path.name}: not a Word document (.docx, .docm); give it the name of what it is")
        relations = package.relations(part)
        document = _Document(package, relations, load_styles(package, relations), _notes(package, relations))
        try:
            blocks = list(_blocks(document, body))
            blocks += _margins(document, body)
        except RecursionError as error:
            raise CorpusError(f"{path.name}: tables nested too deeply; take the text out of the inner ones") from error
        text = words(path.name, "\n".join(set_out(blocks)).rstrip("\n") + "\n")
        return Extracted(text, remarks=tuple(_remarks(document)))


def _notes(package: Package, relations: dict[str, Relation]) -> dict[tuple[str, str], Any]:
    notes = {}
    for relation in relations.values():
        if relation.kind in ("footnotes", "endnotes"):
            root = package.root(relation.target)
            for note in [] if root is None else root:
                if attribute(note, "type") in ("", "normal"):
                    notes[relation.kind, attribute(note, "id")] = note
    return notes


def _margins(document: _Document, body: Any) -> Iterator[Block]:
    """Yield the different headers and footers; a line without letters is a page number."""
    seen: set[str] = set()
    for kind in ("header", "footer"):
        for reference in body.iter(f"{{*}}{kind}Reference"):
            relation = document.relations.get(attribute(reference, "id"))
            root = document.package.root(relation.target) if relation else None
            for block in [] if root is None else _blocks(document, root):
                lines = tuple(line for line in block.lines if line not in seen and any(map(str.isalpha, line)))
                seen.update(lines)
                if lines:
                    yield replace(block, lines=lines, apart=True)


def _blocks(document: _Document, container: Any) -> Iterator[Block]:
    """Yield what a body, a cell, a text box or a note holds."""
    for element in container:
        match local_name(element):
            case "p":
                yield from _paragraph(document, element)
            case "tbl":
                yield from _table(document, element)
            case "AlternateContent":
                yield from _blocks(document, _chosen(element))
            case "sdt" | "sdtContent" | "ins" | "moveTo" | "customXml" | "smartTag" | "Choice" | "Fallback":
                yield from _blocks(document, element)
            case _:
                continue
        if local_name(container) == "body":
            yield from _cited_notes(document)


def _cited_notes(document: _Document) -> Iterator[Block]:
    while document.pending:
        mark, note = document.pending.pop(0)
        text = one_line(" ".join(line for block in _blocks(document, note) for line in block.lines))
        yield Block((f"{mark} {text}",))


def _paragraph(document: _Document, element: Any) -> Iterator[Block]:
    boxes: list[Any] = []
    text = "".join(_inline(document, element, boxes))
    level = document.styles.heading_level(element)
    label, depth = document.styles.label(element) or ("", 0)
    if level and text.strip():
        number = f"{label} " if label not in ("", "-") else ""
        yield Block((number + one_line(text),), apart=True, level=level)
    else:
        lines = [_unindented(line) for line in text.split("\n")]
        if text.strip() and label:
            lines[0] = f"{'  ' * depth}{label} {lines[0].strip()}"
        # An empty paragraph parts blocks, unless it only carries a text box or was deleted.
        if text.strip() or not (boxes or element.find(".//{*}del") is not None):
            yield Block(tuple(lines))
    for box in boxes:
        blocks = list(_blocks(document, box)) if local_name(box) == "txbxContent" else [Block(tuple(drawn_lines(box)))]
        if any(line for block in blocks for line in block.lines):
            yield GAP
            yield from blocks
            yield GAP


def _unindented(line: str) -> str:
    """Return a line without tabs that only indent it; those of a line set in columns stay."""
    stripped = line.strip(" \t")
    return line.rstrip() if "\t" in stripped else stripped


def _inline(document: _Document, element: Any, boxes: list[Any]) -> Iterator[str]:
    """Yield the text within a paragraph, and put its text boxes into ``boxes``."""
    for child in element:
        name = local_name(child)
        if name == "t":
            yield child.text or ""
        elif name in _SKIPPED:
            continue
        elif name in _BREAKS:
            yield _BREAKS[name]
        elif name == "sym":
            code = attribute(child, "char").lower()
            yield _SIGNS.get(code[-2:], "・") if code.startswith("f0") else _character(code)
        elif name in ("footnoteReference", "endnoteReference"):
            # Taken out: a note that cites itself must not be read for ever.
            note = document.notes.pop((name.replace("Reference", "s"), attribute(child, "id")), None)
            if note is not None:
                document.cited += 1
                document.pending.append((f"[{document.cited}]", note))
                yield f"[{document.cited}]"
        elif name in ("drawing", "pict", "object"):
            boxes += _boxes(document, child)
        elif name == "AlternateContent":
            yield from _inline(document, _chosen(child), boxes)
        else:
            yield from _inline(document, child, boxes)


def _character(code: str) -> str:
    return chr(int(code, 16)) if re.fullmatch(r"[0-9a-f]{4}", code) and not code.startswith("d") else ""


def _chosen(alternatives: Any) -> Any:
    """Return one of the forms in which a file says the same for new and old programs."""
    return next(alternatives.iterchildren("{*}Choice"), alternatives)


def _boxes(document: _Document, element: Any) -> Iterator[Any]:
    """Yield the parts of a drawing that hold text."""
    for child in element:
        match local_name(child):
            case "txbxContent" | "txBody":
                yield child
            case "AlternateContent":
                yield from _boxes(document, _chosen(child))
            case "relIds":
                relation = document.relations.get(attribute(child, "dm"))
                root = document.package.root(relation.target) if relation else None
                if root is not None:
                    yield root
            case "blip" | "imagedata" | "chart":
                document.pictures += 1
            case _:
                yield from _boxes(document, child)


def _table(document: _Document, table: Any) -> Iterator[Block]:
    rows = [list(_parts(row, "tc")) for row in _parts(table, "tr") if row.find("{*}trPr/{*}del") is None]
    if all(len(row) <= 1 for row in rows):  # a frame around text
        yield GAP
        for row in rows:
            for cell in row:
                yield from _blocks(document, cell)
        yield GAP
        return
    name = document.package.name
    cells = opened(_cells(document, rows))
    yield Block(tuple(table_lines(fill(cells, name), name)), apart=True, table=True)


def _parts(element: Any, name: str) -> Iterator[Any]:
    """Yield the rows of a table or the cells of a row, also those in content controls and tracked changes."""
    for child in element:
        if local_name(child) == name:
            yield child
        elif local_name(child) in ("sdt", "sdtContent", "ins", "moveTo", "customXml"):
            yield from _parts(child, name)


def _cells(document: _Document, rows: list[list[Any]]) -> list[Cell]:
    cells: list[Cell] = []
    above: dict[int, int] = {}  # by column: the cell that a merge over rows goes on with
    for number, row in enumerate(rows):
        column = _count(row[0].getparent(), "trPr", "gridBefore", 0) if row else 0
        merging: dict[int, int] = {}
        for element in row:
            columns = _count(element, "tcPr", "gridSpan", 1)
            merge = element.find("{*}tcPr/{*}vMerge")
            if merge is not None and attribute(merge, "val") != "restart" and column in above:
                at = merging[column] = above[column]
                cells[at] = replace(cells[at], rows=number - cells[at].row + 1)
            else:
                text, inner = in_cell(list(_blocks(document, element)))
                if merge is not None:
                    merging[column] = len(cells)
                cells.append(Cell(number, column, text, 1, columns, inner))
            column += columns
        above = merging
    return cells


def _count(element: Any, properties: str, name: str, otherwise: int) -> int:
    child = element.find(f"{{*}}{properties}/{{*}}{name}")
    value = "" if child is None else attribute(child, "val")
    return min(int(value), MAX_COLUMNS) if value.isdecimal() else otherwise


def _remarks(document: _Document) -> Iterator[str]:
    comments = sum(
        1
        for relation in document.relations.values()
        if relation.kind == "comments"
        for root in [document.package.root(relation.target)]
        for _ in ([] if root is None else root.iter("{*}comment"))
    )
    if comments:
        yield f"Comments left out: {comments:,}."
    if document.pictures:
        yield f"Pictures and charts whose words were not read: {document.pictures:,}."
