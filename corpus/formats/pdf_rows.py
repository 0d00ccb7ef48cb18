"""Rows of tables that go on over the end of a page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from corpus.formats.pdf_layout import Block, PageLayout, TextBlock
from corpus.formats.pdf_lines import joined
from corpus.formats.pdf_tables import Table

_RUNNING_LINES = 3


def rows_made_whole(pages: Sequence[PageLayout]) -> list[PageLayout]:
    """Return the pages with each row that goes on in the table on the next page in one piece, where it begins."""
    whole = list(pages)
    for number in range(len(whole) - 1):
        ending, beginning = _table_at(whole[number].blocks, True), _table_at(whole[number + 1].blocks, False)
        if ending is None or beginning is None:
            continue
        upper, lower = _as_table(whole[number].blocks[ending]), _as_table(whole[number + 1].blocks[beginning])
        if upper is None or lower is None or not same_columns(upper, lower):
            continue
        row = _row_made_whole(upper, lower)
        if row is not None:
            broken = lower.broken if len(lower.rows) == 1 and same_columns(lower, upper) else frozenset()
            upper = replace(upper, rows=(*upper.rows[:-1], row), broken=broken)
            whole[number] = _with_block(whole[number], ending, upper)
            whole[number + 1] = _with_block(whole[number + 1], beginning, replace(lower, rows=lower.rows[1:]))
    return whole


def _table_at(blocks: Sequence[Block], end: bool) -> int | None:
    """Where the last or first table is, with no more than a running foot or head beyond it."""
    places = range(len(blocks) - 1, -1, -1) if end else range(len(blocks))
    lines = 0
    for place in places:
        block = blocks[place]
        if _as_table(block) is not None:
            return place
        lines += len(block.lines) if isinstance(block, TextBlock) else 0
        if lines > _RUNNING_LINES:
            break
    return None


def _as_table(block: Block) -> Table | None:
    return block if isinstance(block, Table) else block.table


def _row_made_whole(upper: Table, lower: Table) -> str | None:
    """The last row of a table with the first of the next, when that is its rest: it has no label, and each of its
    cells is under a cell whose last line is full.
    """
    if not upper.rows or not lower.rows:
        return None
    above = upper.rows[-1].split("\t")
    below = [""] * len(above)
    for field, x in zip(lower.rows[0].split("\t"), lower.xs, strict=False):
        below[min(range(len(above)), key=lambda column: abs(upper.xs[column] - x))] = field
    going_on = {index for index, field in enumerate(below) if field}
    if not going_on <= upper.broken:
        return None
    if 0 in going_on and len(going_on) == 1:
        return None
    return "\t".join(joined(one, other, True) if other else one for one, other in zip(above, below, strict=True))


def _with_block(page: PageLayout, place: int, table: Table) -> PageLayout:
    rest = (table,) if table.rows else ()
    return replace(page, blocks=(*page.blocks[:place], *rest, *page.blocks[place + 1 :]))


def same_columns(one: Table, other: Table) -> bool:
    """Return whether each side of a column of ``other`` is one of ``one``, which may have more; both are as wide."""
    outer = abs(one.xs[0] - other.xs[0]) < 3 and abs(one.xs[-1] - other.xs[-1]) < 3
    return outer and all(min(abs(x - each) for each in one.xs) < 3 for x in other.xs)
