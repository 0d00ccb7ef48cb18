"""Ruled tables: the cells that drawn lines enclose, and their text."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from corpus.formats.pdf_drawing import Rule
from corpus.formats.pdf_lines import Character, Line, first_unit, fragments_of, joined, line_of, rows_of

_SNAP = 3.0
_MIN_RULE = 4.0
_MAX_RULES = 6_000
_MAX_GRID = 40_000
_EVERY_LINE_IS_FULL = 1e9
_SLACK = 0.4
"""Lines end up to so many sizes before the side although the next character would have had room."""
_MOST_ROOM = 3.5
_SENTENCE_ENDS = "。．！？!?"

_LIST_MARKS = "・●○◎■□◆◇▶➢✓※★☆①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"


@dataclass(frozen=True, slots=True)
class Grid:
    """Cells that drawn lines enclose. xs, ys: places of the lines; cells: for each row of the grid the number of the
    cell that each field belongs to, -1 outside of the table.
    """

    xs: tuple[float, ...]
    ys: tuple[float, ...]
    cells: tuple[tuple[int, ...], ...]

    @property
    def box(self) -> Rule:
        return Rule(self.xs[0], self.ys[0], self.xs[-1], self.ys[-1])

    @property
    def count(self) -> int:
        return len({cell for row in self.cells for cell in row if cell >= 0})

    def cell_at(self, x: float, y: float) -> int:
        """Return the number of the cell at a place, -1 when there is none."""
        column, row = bisect_right(self.xs, x) - 1, bisect_right(self.ys, y) - 1
        if 0 <= row < len(self.ys) - 1 and 0 <= column < len(self.xs) - 1:
            return self.cells[row][column]
        return -1

    def sides(self, cell: int) -> tuple[float, float]:
        """Return the left and right side of a cell."""
        columns = [column for row in self.cells for column, each in enumerate(row) if each == cell]
        return self.xs[min(columns)], self.xs[max(columns) + 1]


@dataclass(frozen=True, slots=True)
class Table:
    """rows: cells parted by tabs. xs: sides of the columns. box: its place. broken: columns of the last row whose text
    may go on in the table on the next page.
    """

    rows: tuple[str, ...]
    xs: tuple[float, ...]
    box: Rule
    broken: frozenset[int] = frozenset()


def grids_of(rules: Sequence[Rule]) -> list[Grid]:
    """Return the grids that drawn lines make: lines that touch make one grid. Smallest grids come first."""
    if len(rules) > _MAX_RULES * 4:
        return []
    level = _merged([(rule.y0, rule.x0, rule.x1) for rule in rules if rule.x1 - rule.x0 >= rule.y1 - rule.y0])
    upright = _merged([(rule.x0, rule.y0, rule.y1) for rule in rules if rule.x1 - rule.x0 < rule.y1 - rule.y0])
    if len(level) + len(upright) > _MAX_RULES:
        return []
    grids = (_grid(*group) for group in _touching(level, upright))
    found = [grid for grid in grids if grid is not None]
    return sorted(found, key=lambda grid: (grid.xs[-1] - grid.xs[0]) * (grid.ys[-1] - grid.ys[0]))


_Bar = tuple[float, float, float]
"""A line: its place across, then from where to where it goes."""


def _merged(bars: list[_Bar]) -> list[_Bar]:
    """Lines that lie on each other or go on where another ends, as one."""
    places = _snapped([at for at, _, _ in bars])
    by_place: dict[float, list[tuple[float, float]]] = {}
    for at, start, end in bars:
        by_place.setdefault(places[at], []).append((start, end))
    merged: list[_Bar] = []
    for at, spans in sorted(by_place.items()):
        spans.sort()
        start, end = spans[0]
        for next_start, next_end in spans[1:]:
            if next_start <= end + _SNAP:
                end = max(end, next_end)
            else:
                merged.append((at, start, end))
                start, end = next_start, next_end
        merged.append((at, start, end))
    return [bar for bar in merged if bar[2] - bar[1] >= _MIN_RULE]


def _snapped(values: Sequence[float]) -> dict[float, float]:
    """Each value with the one that stands for it and its close neighbours (both lines of a double line)."""
    stands: dict[float, float] = {}
    group: list[float] = []
    for value in [*sorted(set(values)), float("inf")]:
        if group and value - group[0] > _SNAP:
            middle = (group[0] + group[-1]) / 2
            stands.update(dict.fromkeys(group, middle))
            group = []
        group.append(value)
    return stands


def _touching(level: list[_Bar], upright: list[_Bar]) -> Iterator[tuple[list[_Bar], list[_Bar]]]:
    parents = list(range(len(level) + len(upright)))
    first_below = [bar[0] for bar in level]
    for index, (x, top, bottom) in enumerate(upright):
        for other in range(bisect_right(first_below, top - _SNAP), bisect_right(first_below, bottom + _SNAP)):
            _, left, right = level[other]
            if left - _SNAP <= x <= right + _SNAP:
                _unite(parents, other, len(level) + index)
    groups: dict[int, tuple[list[_Bar], list[_Bar]]] = {}
    for index, bar in enumerate([*level, *upright]):
        groups.setdefault(_root(parents, index), ([], []))[index >= len(level)].append(bar)
    return (group for group in groups.values() if len(group[0]) > 1 and group[1])


def _root(parents: list[int], index: int) -> int:
    while parents[index] != index:
        parents[index] = parents[parents[index]]
        index = parents[index]
    return index


def _unite(parents: list[int], one: int, other: int) -> None:
    parents[_root(parents, one)] = _root(parents, other)


def _grid(level: list[_Bar], upright: list[_Bar]) -> Grid | None:
    left, right = min(bar[1] for bar in level), max(bar[2] for bar in level)
    top, bottom = min(bar[0] for bar in level), max(bar[0] for bar in level)
    upright = list(upright)
    # Many tables are drawn without their left and right side.
    for side, reaches in ((left, 1), (right, 2)):
        if sum(abs(bar[reaches] - side) <= _SNAP for bar in level) > 1:
            upright.append((side, top, bottom))
    stands = _snapped([bar[0] for bar in upright])
    upright = [(stands[at], start, end) for at, start, end in upright]
    xs, ys = sorted({bar[0] for bar in upright}), sorted({bar[0] for bar in level})
    width, height = len(xs) - 1, len(ys) - 1
    if width < 1 or height < 1 or width * height > _MAX_GRID:
        return None
    beside, above = _covers(upright, ys), _covers(level, xs)
    # Field 0 is the outside; the others are numbered row by row.
    parents = list(range(width * height + 1))

    def field(row: int, column: int) -> int:
        return row * width + column + 1 if 0 <= row < height and 0 <= column < width else 0

    for row in range(height):
        for column in range(width + 1):
            if (xs[column], row) not in beside:
                _unite(parents, field(row, column - 1), field(row, column))
    for row in range(height + 1):
        for column in range(width):
            if (ys[row], column) not in above:
                _unite(parents, field(row - 1, column), field(row, column))
    outside = _root(parents, 0)
    roots = [[_root(parents, field(row, column)) for column in range(width)] for row in range(height)]
    cells = tuple(tuple(-1 if root == outside else root for root in row) for row in roots)
    grid = Grid(tuple(xs), tuple(ys), cells)
    return grid if grid.count else None


def _covers(bars: Sequence[_Bar], marks: Sequence[float]) -> set[tuple[float, int]]:
    """Which stretches between neighbouring marks each line covers for the greater part."""
    covered: set[tuple[float, int]] = set()
    for at, start, end in bars:
        first = max(bisect_right(marks, start) - 1, 0)
        for index in range(first, len(marks) - 1):
            low, high = marks[index], marks[index + 1]
            if low >= end:
                break
            if min(end, high) - max(start, low) > 0.7 * (high - low):
                covered.add((at, index))
    return covered


def table_of(grid: Grid, texts: dict[int, CellText]) -> Table:
    """Return the table of a grid with the text of its cells: a cell merged over rows stands in each, one merged over
    columns once with blank cells after it. Rows without a text of their own are left out.
    """
    starts: set[int] = set()
    lefts: dict[tuple[int, int], int] = {}
    begun: set[int] = set()
    own: list[bool] = []
    for number, row in enumerate(grid.cells):
        fresh = False
        for column, cell in enumerate(row):
            if cell >= 0 and (number, cell) not in lefts:
                lefts[number, cell] = column
                starts.add(column)
                fresh = fresh or (cell not in begun and bool(texts.get(cell, _BLANK).text))
        begun.update(row)
        own.append(fresh)
    rows: list[str] = []
    broken: frozenset[int] = frozenset()
    for number, row in enumerate(grid.cells):
        if own[number]:
            fields = [
                texts.get(cell, _BLANK) if cell >= 0 and lefts[number, cell] == column else _BLANK
                for column, cell in enumerate(row)
                if column in starts
            ]
            rows.append("\t".join(field.text for field in fields))
            broken = frozenset(index for index, field in enumerate(fields) if field.full)
    xs = (*(x for column, x in enumerate(grid.xs[:-1]) if column in starts), grid.xs[-1])
    return Table(tuple(rows), xs, grid.box, broken)


@dataclass(frozen=True, slots=True)
class CellText:
    """full: the last line fills the cell."""

    text: str
    full: bool = False


_BLANK = CellText("")


def cell_text(characters: Sequence[Character], right: float, padding: float) -> CellText:
    """Return the text of a cell as one line. right: the side where lines must end, padding: blank kept before it."""
    lines = [line_of(fragments) for row in rows_of(characters) if (fragments := fragments_of(row))]
    text = ""
    before: Line | None = None
    for line in lines:
        words = line.text.replace("\t", " ")
        if before is None:
            text = words
        else:
            room = (right - padding - before.right) / line.size
            # No item of a list begins in the middle of a word: with hiragana after a word without an end.
            within = "ぁ" <= words[0] <= "ん" and before.text[-1:] not in _SENTENCE_ENDS and room < _MOST_ROOM
            full = within or room < first_unit(words.lstrip()) + _SLACK
            text = joined(text, words, full and words[0] not in _LIST_MARKS)
        before = line
    full = before is not None and before.right + 1.2 * before.size > right - padding
    return CellText(text.strip(), full and text.rstrip()[-1:] not in _SENTENCE_ENDS)


def texts_of(grid: Grid, contents: dict[int, list[Character]]) -> dict[int, CellText]:
    """Return the text of each cell that has characters."""
    insides = {cell: grid.sides(cell) for cell in contents}
    level = {cell: [each for each in characters if not each.vertical] for cell, characters in contents.items()}
    margins = (min(each.left for each in some) - insides[cell][0] for cell, some in level.items() if some)
    padding = max(min(margins, default=0.0), 0.0)
    texts: dict[int, CellText] = {}
    for cell, characters in contents.items():
        text = cell_text(level[cell], insides[cell][1], padding)
        column = [each for each in characters if each.vertical]
        if column:
            text = CellText(joined(text.text, cell_text(column, 0, _EVERY_LINE_IS_FULL).text, True))
        texts[cell] = text
    return texts
