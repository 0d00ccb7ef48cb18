"""Tables of every format become rows: merged cells filled, nested tables opened, columns without text left out."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

from corpus.errors import CorpusError
from corpus.formats.archive import MAX_CELLS, MAX_CHARACTERS

Rows = dict[int, dict[int, str]]
"""Text by row and column, both counted from 0; what has no text is not in it."""

MAX_COLUMNS = 16_384

# Not the ideographic space: it is the document's own way to space words.
_BREAKS = re.compile(r"[ \xa0]*[\t\n\r\x0b\x0c\x1c-\x1f\x85\u2028\u2029][\s]*")


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell and the rows and columns that it covers.

    inner: rows of a table inside the cell, which then stand in place of ``text``.
    """

    row: int
    column: int
    text: str
    rows: int = 1
    columns: int = 1
    inner: tuple[tuple[str, ...], ...] = ()


def one_line(text: str) -> str:
    """Return the text of a cell: line breaks and tabs in it become blanks."""
    return _BREAKS.sub(" ", text).strip()


def place(rows: Iterable[Iterable[Cell]]) -> list[Cell]:
    """Return the cells of an HTML table at their rows and columns: each takes the next place that is free.

    Only the spans of the given cells are used, not their rows and columns.
    """
    placed: list[Cell] = []
    taken: dict[int, int] = {}  # by column: the first row below the cell that covers it
    listed = list(rows)
    covered_places = 0
    for number, row in enumerate(listed):
        column = 0
        for cell in row:
            while taken.get(column, 0) > number:
                column += 1
            columns = min(max(cell.columns, 1), max(MAX_COLUMNS - column, 1))
            down = min(max(cell.rows, 1), len(listed) - number)
            placed.append(replace(cell, row=number, column=column, rows=down, columns=columns))
            if down > 1 and (covered_places := covered_places + columns) <= MAX_CELLS:
                taken.update((covered, number + down) for covered in range(column, column + columns))
            column += columns
    return placed


def opened(cells: Sequence[Cell]) -> list[Cell]:
    """Return the cells with the tables inside them as rows and columns of the outer table.

    A row with a table of three rows in one of its cells becomes three rows; its other cells stand in each of them.
    """
    if not any(cell.inner for cell in cells):
        return list(cells)
    last_row = max(cell.row + cell.rows for cell in cells)
    last_column = max(cell.column + cell.columns for cell in cells)
    heights, widths = [1] * last_row, [1] * last_column
    for cell in cells:
        if cell.inner:
            heights[cell.row] = max(heights[cell.row], len(cell.inner))
            widths[cell.column] = max(widths[cell.column], *map(len, cell.inner))
    tops, lefts = list(accumulate(heights, initial=0)), list(accumulate(widths, initial=0))
    result = []
    for cell in cells:
        top, left = tops[cell.row], lefts[cell.column]
        for down, row in enumerate(cell.inner):
            result += [Cell(top + down, left + across, text) for across, text in enumerate(row)]
        if not cell.inner:
            rows, columns = tops[cell.row + cell.rows] - top, lefts[cell.column + cell.columns] - left
            result.append(Cell(top, left, cell.text, rows, columns))
    return result


def fill(cells: Iterable[Cell], name: str) -> Rows:
    """Return the text of a table's rows: a cell merged over rows stands in each, one merged over columns once.

    A row in which no text begins is no row: forms set on squared paper cover several with every cell.
    Raises CorpusError when there are too many cells; ``name`` is the file's, for the message.
    """
    rows: Rows = {}
    tall: list[Cell] = []
    count = 0
    for cell in cells:
        if not cell.text:
            continue
        count += 1
        if count > MAX_CELLS:
            raise _too_many(name)
        rows.setdefault(cell.row, {})[cell.column] = cell.text
        if cell.rows > 1:
            tall.append(cell)
    numbers = sorted(rows)
    for cell in tall:
        for at in range(bisect_left(numbers, cell.row + 1), bisect_left(numbers, cell.row + cell.rows)):
            rows[numbers[at]].setdefault(cell.column, cell.text)
            count += 1
            if count > MAX_CELLS:
                raise _too_many(name)
    return {number: rows[number] for number in numbers}


def _too_many(name: str) -> CorpusError:
    return CorpusError(f"{name}: more than the limit of {MAX_CELLS:,} cells with text; split the file")


def table_lines(rows: Rows, name: str) -> list[str]:
    """Return the rows of one table as lines: a tab between cells, blank cells at the end dropped.

    A row with one cell keeps a tab, which makes it a row, unless the whole table is one column.
    Raises CorpusError when the text is too long.
    """
    columns = {column: at for at, column in enumerate(sorted({column for row in rows.values() for column in row}))}
    return list(_limited((_line(row, columns) for row in rows.values()), name))


def _line(row: Mapping[int, str], columns: Mapping[int, int]) -> str:
    cells = [""] * (max(columns[column] for column in row) + 1)
    for column, text in row.items():
        cells[columns[column]] = text
    return "\t".join(cells) + ("\t" if len(cells) == 1 < len(columns) else "")


def _limited(lines: Iterable[str], name: str) -> Iterator[str]:
    characters = 0
    for line in lines:
        characters += len(line) + 1
        if characters > MAX_CHARACTERS:
            raise CorpusError(f"{name}: more than the limit of {MAX_CHARACTERS:,} characters; split the file")
        yield line


def sheet_lines(rows: Rows, name: str, tall: Iterable[Cell] = ()) -> list[str]:
    """Return the rows of a whole sheet as lines; blank rows part blocks, each with columns of its own.

    tall: cells merged over rows, which hold a block together. A lone cell at the head or the foot of a block is a
    title or a note, so plain text. Raises CorpusError when the text is too long.
    """
    return list(_limited(_sheet_lines(rows, tall), name))


def _sheet_lines(rows: Rows, tall: Iterable[Cell]) -> Iterator[str]:
    bottoms = {cell.row: cell.row + cell.rows - 1 for cell in sorted(tall, key=lambda cell: cell.rows)}
    block: Rows = {}
    bottom = -1
    for number, row in rows.items():
        if block and number > bottom + 1:
            yield from _block_lines(block)
            yield ""
            block = {}
        block[number] = row
        bottom = max(bottom, number, bottoms.get(number, number))
    yield from _block_lines(block)


def _block_lines(block: Rows) -> Iterator[str]:
    numbers = list(block)
    several = [at for at, number in enumerate(numbers) if len(block[number]) > 1]
    head, foot = (several[0], several[-1] + 1) if several else (len(numbers), len(numbers))
    first = min((min(block[number]) for number in numbers[head:foot]), default=0)
    # A lone cell to the right of the first column belongs to the table, in the column where it stands.
    foot = max((at + 1 for at in range(foot, len(numbers)) if min(block[numbers[at]]) > first), default=foot)
    table = [block[number] for number in numbers[head:foot]]
    places = {column: at for at, column in enumerate(sorted({column for row in table for column in row}))}
    yield from (next(iter(block[number].values())) for number in numbers[:head])
    yield from (_line(row, places) for row in table)
    yield from (next(iter(block[number].values())) for number in numbers[foot:])
