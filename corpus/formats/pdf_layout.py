"""The order in which a page is read: tables, columns, vertical writing, turned text."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from corpus.formats.pdf_drawing import Rule
from corpus.formats.pdf_lines import (
    Character,
    Fragment,
    Line,
    TabStops,
    fragments_of,
    is_wide,
    line_of,
    rows_of,
)
from corpus.formats.pdf_page import Glyph, PageContent
from corpus.formats.pdf_tables import Grid, Table, grids_of, table_of, texts_of
from corpus.formats.pdf_writing import split_writing, turned_rule

_MIN_COLUMN_LINES = 4
_MIN_COLUMN_WIDTH = 9.0
_CANDIDATES = 6


@dataclass(frozen=True, slots=True)
class TextBlock:
    """Lines in reading order. left, right: sides of the column or box that they fill; None where it is the page.
    table: the same as a row, where they stand in the only cell with text of a table.
    """

    lines: tuple[Line, ...]
    left: float | None = None
    right: float | None = None
    vertical: bool = False
    table: Table | None = None


Block = TextBlock | Table
_Item = Fragment | Table | TextBlock
_Row = list[_Item]


@dataclass(frozen=True, slots=True)
class PageLayout:
    """blocks: in reading order. width: of the page as its reader sees it, in points. plain: sizes tell no headings."""

    blocks: tuple[Block, ...]
    width: float
    plain: bool = False


def page_layout(content: PageContent, stops: TabStops) -> PageLayout:
    """Return the blocks of a page in reading order. stops: tab stops seen so far in the document; it is added to."""
    quarters = Counter(glyph.quarter for glyph in content.glyphs)
    if not quarters:
        return PageLayout((), content.width)
    quarter = quarters.most_common(1)[0][0]
    across = (quarter + 1) % 4
    # The letters within vertical writing are turned; they belong to the page's main direction.
    own = [glyph for glyph in content.glyphs if glyph.quarter in (quarter, across)]
    flat, columns = split_writing(own, quarter)
    rules = [turned_rule(rule, quarter) for rule in content.rules]
    blocks = arranged(flat, columns, rules, stops)
    for other in ((quarter + 2) % 4, (quarter + 3) % 4):
        turned = [glyph for glyph in content.glyphs if glyph.quarter == other]
        if turned:
            blocks += _turned_aside(turned, other)
    return PageLayout(tuple(blocks), content.height if quarter % 2 else content.width)


def arranged(
    flat: Sequence[Character], columns: Sequence[Character], rules: Sequence[Rule], stops: TabStops
) -> list[Block]:
    """Return the blocks of horizontal and of vertical characters and of the tables that drawn lines make."""
    tables, flat, columns = _tables(flat, columns, rules, stops)
    level = _read(flat, tables, stops)
    upright = [replace(block, vertical=True) for block in _read(columns, [], None) if isinstance(block, TextBlock)]
    if not upright:
        return level
    if len(columns) <= len(flat):
        return [*level, *upright]
    # A horizontal title stands above the columns, a page number below.
    top = min(each.left for each in columns)
    above = [block for block in level if _top(block) < top]
    return [*above, *upright, *(block for block in level if _top(block) >= top)]


def _turned_aside(glyphs: Sequence[Glyph], quarter: int) -> list[Block]:
    flat, _ = split_writing(glyphs, quarter)
    return _read(flat, [], None)


def _top(block: Block) -> float:
    return block.lines[0].y if isinstance(block, TextBlock) else block.box.y0


def _tables(
    flat: Sequence[Character], columns: Sequence[Character], rules: Sequence[Rule], stops: TabStops
) -> tuple[list[Table | TextBlock], list[Character], list[Character]]:
    """The tables and boxes of a page, and the characters that stand in none."""
    grids = grids_of(rules)
    if not grids:
        return [], list(flat), list(columns)
    contents: list[dict[int, list[Character]]] = [{} for _ in grids]
    outside: list[Character] = []
    for character in (*flat, *columns):
        middle = (character.left + character.right) / 2
        x, y = (-character.y, middle) if character.vertical else (middle, character.y)
        for number, grid in enumerate(grids):
            cell = grid.cell_at(x, y)
            if cell >= 0:
                contents[number].setdefault(cell, []).append(character)
                break
        else:
            outside.append(character)
    found: list[Table | TextBlock] = []
    for number, (grid, content) in enumerate(zip(grids, contents, strict=True)):
        visible = {cell: some for cell, some in content.items() if any(not each.text.isspace() for each in some)}
        if len(visible) > 1 and grid.count > 1:
            found.append(table_of(grid, texts_of(grid, visible)))
            continue
        rest = [character for some in content.values() for character in some]
        boxed = _box(grid, visible, stops) if visible and not _encloses(grid, grids[:number], contents) else None
        if boxed is None:
            outside += rest
        else:
            found.append(boxed)
    return found, [each for each in outside if not each.vertical], [each for each in outside if each.vertical]


def _encloses(grid: Grid, smaller: Sequence[Grid], contents: Sequence[dict[int, list[Character]]]) -> bool:
    box = grid.box
    return any(
        content and box.x0 <= other.box.x0 and other.box.x1 <= box.x1 and box.y0 <= other.box.y0 <= box.y1
        for other, content in zip(smaller, contents, strict=False)
    )


def _box(grid: Grid, content: dict[int, list[Character]], stops: TabStops) -> TextBlock | None:
    """The text in a frame, which is read on its own."""
    [(cell, characters)] = content.items()
    if any(character.vertical for character in characters):
        return None
    lines = [line_of(row) for each in rows_of(characters) if (row := fragments_of(each, stops))]
    left, right = grid.sides(cell)
    padding = max(min(line.left for line in lines) - left, 0.0)
    table = table_of(grid, texts_of(grid, content)) if grid.count > 1 else None
    return TextBlock(tuple(lines), left + padding, right - padding, table=table)


def _read(
    characters: Sequence[Character], obstacles: Sequence[Table | TextBlock], stops: TabStops | None
) -> list[Block]:
    """The blocks of characters of one direction, with the tables and boxes in their places."""
    rows = rows_of(characters)
    if stops is not None:
        # The tab stops of the whole page are known before any line is cut.
        for row in rows:
            if wide := fragments_of(row):
                stops.note(wide)
        stops.settle()
    items: list[_Row] = [_with_blank_cell(cut, stops) for row in rows if (cut := fragments_of(row, stops))]
    items += [[obstacle] for obstacle in obstacles]
    items.sort(key=_row_top)
    return _blocks(items, None)


def _with_blank_cell(row: list[Fragment], stops: TabStops | None) -> _Row:
    """A line that begins at a tab stop begins with a blank cell."""
    first = row[0]
    if stops is None or not stops.is_blank_cell(first):
        return list(row)
    return [first._replace(text="\t" + first.text.lstrip()), *row[1:]]


def _row_top(row: _Row) -> float:
    return min(_box_of(item).y0 for item in row)


def _box_of(item: _Item) -> Rule:
    if isinstance(item, Table):
        return item.box
    if isinstance(item, TextBlock):
        left = item.left if item.left is not None else item.lines[0].left
        right = item.right if item.right is not None else item.lines[0].right
        return Rule(left, item.lines[0].y - item.lines[0].size / 2, right, item.lines[-1].y)
    return Rule(item.left, item.y - item.size / 2, item.right, item.y + item.size / 2)


def _blocks(rows: Sequence[_Row], sides: tuple[float, float] | None, depth: int = 0) -> list[Block]:
    cut = _gutter(rows) if depth < 4 else None
    if cut is not None:
        start, end, at = cut
        # Lines above the right column may as well be the end of a paragraph as wide as the page.
        first = next(row for row in rows[start:end] if any(_box_of(item).x0 >= at for item in row))
        while _row_top(rows[start]) < _row_top(first) - 5:
            start += 1
        left = [part for row in rows[start:end] if (part := [item for item in row if _box_of(item).x0 < at])]
        right = [part for row in rows[start:end] if (part := [item for item in row if _box_of(item).x0 >= at])]
        return [
            *_blocks(rows[:start], sides, depth + 1),
            *_blocks(left, _sides(left), depth + 1),
            *_blocks(right, _sides(right), depth + 1),
            *_blocks(rows[end:], sides, depth + 1),
        ]
    blocks: list[Block] = []
    lines: list[Line] = []
    left_side, right_side = sides or (None, None)

    def close() -> None:
        if lines:
            blocks.append(TextBlock(tuple(lines), left_side, right_side))
            lines.clear()

    for row in rows:
        pieces = [item for item in row if isinstance(item, Fragment)]
        if pieces:
            lines.append(line_of(pieces))
        for item in row:
            if not isinstance(item, Fragment):
                close()
                blocks.append(item)
    close()
    return blocks


def _sides(rows: Sequence[_Row]) -> tuple[float, float]:
    boxes = [_box_of(item) for row in rows for item in row]
    return min(box.x0 for box in boxes), max(box.x1 for box in boxes)


def _gutter(rows: Sequence[_Row]) -> tuple[int, int, float] | None:
    """The longest run of rows that an upright white strip parts into two columns of running text, and its place."""
    if len(rows) < _MIN_COLUMN_LINES:
        return None
    lefts = Counter(round(_box_of(item).x0 / 4) for row in rows for item in row)
    margin = min(lefts)
    best: tuple[int, int, float] | None = None
    for place, count in lefts.most_common(_CANDIDATES):
        if count < _MIN_COLUMN_LINES or place <= margin + 10:
            continue
        at = min(_box_of(item).x0 for row in rows for item in row if round(_box_of(item).x0 / 4) == place) - 2
        for start, end in _free_runs(rows, at):
            if (best is None or end - start > best[1] - best[0]) and _are_columns(rows[start:end], at):
                best = (start, end, at)
    return best


def _free_runs(rows: Sequence[_Row], at: float) -> list[tuple[int, int]]:
    runs: list[tuple[int, int]] = []
    start = 0
    for index in range(len(rows) + 1):
        if index == len(rows) or any(_box_of(item).x0 < at < _box_of(item).x1 for item in rows[index]):
            if index - start >= _MIN_COLUMN_LINES:
                runs.append((start, index))
            start = index + 1
    return runs


def _are_columns(rows: Sequence[_Row], at: float) -> bool:
    """Whether both sides are running text: enough lines, wide enough, most of them full, alike in width."""
    widths: list[float] = []
    for wanted in (True, False):
        pieces = [item for row in rows for item in row if isinstance(item, Fragment) and (item.left < at) is wanted]
        if len(pieces) < _MIN_COLUMN_LINES:
            return False
        left, right = min(each.left for each in pieces), max(each.right for each in pieces)
        size = statistics.median(each.size for each in pieces)
        full = sum(each.right > right - 1.6 * size and each.left < left + 2.2 * size for each in pieces)
        letters = sum(is_wide(character) or character.isalpha() for each in pieces for character in each.text)
        length = sum(len(each.text) for each in pieces)
        if right - left < _MIN_COLUMN_WIDTH * size or full < 0.45 * len(pieces) or letters < 0.6 * length:
            return False
        widths.append(right - left)
    return max(widths) < 1.8 * min(widths)
