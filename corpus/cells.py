"""The grid of a section: its lines as rows of cells, each cell at its place in the canonical text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from corpus.fields import Fields
from corpus.lines import Kind, Line
from corpus.model import Span

# A name before its value in one line or cell: 担当課：市民課, 【担当課】市民課, 〈取組概要〉 常に ...
_NAMED = re.compile(
    r"\s*(?:[【〈<［\[《]([^】〉>］\]》]{1,30})[】〉>］\]》]\s*[:：]?|([^\s:：。、【】]{1,30}?)\s*[:：])\s*"
)
_NAMED_LINE = 200
_AFTER_BULLET = re.compile(r"([^\s:：。、【】]{1,30}?)[\s\u3000]+(?=\S)")
# The same within a text: 〈取組内容〉 ..., or after a gap 担当：市民課　　指標：件数.
_INNER = re.compile(
    r"(?:(?<![^\s。）)」])[【〔]|[〈<])([^〉>】〕]{2,20})[〉>】〕](?![をがはにのと、])"
    r"|(?<=[\s　／/])([^\s:：／/【】]{1,16})[:：]"
)


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell without the blanks around it, ``text`` empty for a blank cell. column: its place in the row, from 0."""

    text: str
    span: Span
    column: int


@dataclass(frozen=True, slots=True)
class Row:
    """A row of cells, or a line of prose as one cell (two, when it names a field before its value)."""

    cells: tuple[Cell, ...]
    kind: Kind

    @property
    def filled(self) -> list[Cell]:
        """Return the cells that are not blank."""
        return [cell for cell in self.cells if cell.text]


def rows_of(lines: Sequence[Line], fields: Fields) -> list[Row]:
    """Return the rows of a section's lines; text is cut at the names of fields that stand in it."""
    rows: list[Row] = []
    above = ""
    for line in lines:
        cells = _cells(line, fields)
        first = cells[0]
        if len(cells) > 1 and first.text == above and line.kind is Kind.ROW and fields.label(above):
            cells[0] = Cell("", (first.span[0], first.span[0]), first.column)  # one name, merged over rows
        above = first.text if len(cells) > 1 else ""
        rows += [Row(tuple(part), line.kind) for part in _fields_apart(cells, line, fields)]
    return rows


def _fields_apart(cells: list[Cell], line: Line, fields: Fields) -> list[list[Cell]]:
    """Return the cells of a line of text that names several fields as a row for each: 担当：総務課　　指標：件数."""
    names = [at for at, cell in enumerate(cells) if at and fields.label(cell.text)] if "\t" not in line.text else []
    if not names or fields.label(cells[0].text) is None:
        return [cells]
    return [cells[first:last] for first, last in pairwise([0, *names, len(cells)])]


def _cells(line: Line, fields: Fields) -> list[Cell]:
    cells: list[Cell] = []
    start = line.span[0]
    for column, raw in enumerate(line.text.split("\t")):
        cell = trimmed(raw, start, column)
        cells += _named(cell, fields) if line.kind is not Kind.COLUMNS else [cell]
        start += len(raw) + 1
    return cells


def cell_texts(line: Line, fields: Fields) -> list[str]:
    """Return the texts of a row's cells, or the parts of a line that names a field before its value."""
    if "\t" in line.text or len(line.text) > _NAMED_LINE or not re.search("[:：】〉〕]", line.text):
        return line.cells
    return [cell.text for cell in _cells(line, fields)]


def trimmed(raw: str, start: int, column: int) -> Cell:
    """Return the cell of a stretch of text that begins at ``start``, without the blanks around it."""
    text = raw.strip()
    begin = start + len(raw) - len(raw.lstrip())
    return Cell(text, (begin, begin + len(text)), column)


def _named(cell: Cell, fields: Fields) -> list[Cell]:
    """Return a cell's parts where names of fields stand before their values in it, else the cell."""
    stripped = re.match(r"[-*・●○◎■□◆◇▼▽]\s*", cell.text)
    at = stripped.end() if stripped else 0
    match = _NAMED.match(cell.text, at)
    if at and (match is None or fields.label(match.group(1) or match.group(2)) is None):
        match = _AFTER_BULLET.match(cell.text, at)
    if match is None or match.end() == len(cell.text):
        return _inner(cell, fields)
    group = next(at for at, name in enumerate(match.groups(), start=1) if name)
    name = match.group(group)
    if fields.label(name) is None:
        return _inner(cell, fields)
    begin = cell.span[0] + match.start(group)
    return [Cell(name, (begin, begin + len(name)), cell.column), *_inner(_rest(cell, match.end()), fields)]


def _inner(cell: Cell, fields: Fields) -> list[Cell]:
    """Return a cell's parts where names of fields head stretches of its text."""
    names = [match for match in _INNER.finditer(cell.text) if fields.label(match.group(1) or match.group(2))]
    if not names:
        return [cell]
    parts = [trimmed(cell.text[: names[0].start()], cell.span[0], cell.column)] if names[0].start() else []
    for match, end in zip(names, [*(after.start() for after in names[1:]), len(cell.text)], strict=True):
        group = 1 if match.group(1) else 2
        begin = cell.span[0] + match.start(group)
        parts.append(Cell(match.group(group), (begin, begin + len(match.group(group))), cell.column))
        parts.append(trimmed(cell.text[match.end() : end], cell.span[0] + match.end(), cell.column))
    return [part for part in parts if part.text]


def before_named(text: str, fields: Fields) -> str:
    """Return what stands in a text before the first name of a field in 〈〉 or 【】; all of it when there is none."""
    match = next((match for match in _INNER.finditer(text) if fields.label(match.group(1) or match.group(2))), None)
    return text[: match.start()].strip() or text if match else text


def _rest(cell: Cell, at: int) -> Cell:
    return trimmed(cell.text[at:], cell.span[0] + at, cell.column)
