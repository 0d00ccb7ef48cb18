"""Horizontal and vertical writing, and turned pages: glyphs as their reader sees them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from corpus.formats.pdf_drawing import Rule
from corpus.formats.pdf_lines import Character, is_wide
from corpus.formats.pdf_page import Glyph


def turned(x: float, y: float, quarter: int) -> tuple[float, float]:
    """Return a place on the page as (x, y) rightwards and downwards for a reader of text turned by ``quarter``."""
    return ((x, -y), (-y, -x), (-x, y), (y, x))[quarter]


def turned_rule(rule: Rule, quarter: int) -> Rule:
    """Return a drawn line as such a reader sees it."""
    (ax, ay), (bx, by) = turned(rule.x0, rule.y0, quarter), turned(rule.x1, rule.y1, quarter)
    return Rule(min(ax, bx), min(ay, by), max(ax, bx), max(ay, by))


def upright(glyph: Glyph, quarter: int) -> Character:
    """Return a glyph that is turned by ``quarter`` as a character of horizontal writing."""
    left, y = turned(glyph.x, glyph.y, quarter)
    corner, other = turned(glyph.left, glyph.bottom, quarter)[0], turned(glyph.right, glyph.top, quarter)[0]
    low, high = min(corner, other), max(corner, other)
    if is_wide(glyph.text):
        # Some fonts give the box of the ink only: punctuation takes a full width all the same.
        high = max(high, min(left + glyph.size, high + 0.75 * glyph.size))
        low = min(low, left)
    return Character(glyph.text, low, high, y - 0.4 * glyph.size, glyph.size)


def in_column(glyph: Glyph, quarter: int) -> Character:
    """Return a glyph of vertical writing as a character of the column, seen with the page turned to the left.

    It is upright on a page turned by ``quarter``, or a Latin letter turned by one quarter more.
    """
    across = (quarter + 1) % 4
    if glyph.quarter == across:
        return upright(glyph, across)._replace(vertical=True)
    x, y = turned(glyph.x, glyph.y, quarter)
    middle = x + glyph.size / 2
    top = y - 0.88 * glyph.size
    return Character(glyph.text, top, top + glyph.size, -middle, glyph.size, True)


def split_writing(glyphs: Sequence[Glyph], quarter: int) -> tuple[list[Character], list[Character]]:
    """Return the characters of horizontal and of vertical writing among the glyphs of a page that is seen upright at
    ``quarter``; the vertical ones as seen with the page turned to the left, its right side on top.
    """
    flat: list[Character] = []
    columns: list[Character] = []
    units = list(_units(glyphs, quarter))
    vertical = [False] * len(units)
    for start, end in _columns(units):
        vertical[start:end] = [True] * (end - start)
    for unit, is_vertical in zip(units, vertical, strict=True):
        parts = glyphs[unit.start : unit.end]
        if not is_vertical:
            flat += [upright(glyph, quarter) for glyph in parts if glyph.quarter == quarter]
            if unit.sideways:
                columns += [in_column(glyph, quarter) for glyph in parts]
        elif len(parts) > 1:  # figures set side by side in a column
            size = parts[0].size
            text = "".join(part.text for part in parts)
            columns.append(Character(text, unit.y - size / 2, unit.y + size / 2, -unit.x, size, True))
        else:
            columns += [in_column(glyph, quarter) for glyph in parts]
    return flat, columns


class _Unit(NamedTuple):
    """What takes one place in a column: glyphs ``start`` to ``end`` with their middle. sideways: turned letter."""

    x: float
    y: float
    size: float
    narrow: bool
    sideways: bool
    start: int
    end: int


def _units(glyphs: Sequence[Glyph], quarter: int) -> Iterator[_Unit]:
    index = 0
    while index < len(glyphs):
        glyph = glyphs[index]
        x, y = turned(glyph.x, glyph.y, quarter)
        if glyph.quarter != quarter:
            one, other = turned(glyph.left, glyph.bottom, quarter), turned(glyph.right, glyph.top, quarter)
            yield _Unit(x + 0.4 * glyph.size, (one[1] + other[1]) / 2, glyph.size, True, True, index, index + 1)
            index += 1
            continue
        end = index + 1
        if glyph.text.isascii() and glyph.text.isalnum():
            while end < len(glyphs) and end - index <= 3 and _follows(glyphs[end - 1], glyphs[end], quarter):
                end += 1
        if 2 <= end - index <= 3:
            last = turned(glyphs[end - 1].x, glyphs[end - 1].y, quarter)[0] + 0.5 * glyph.size
            yield _Unit((x + last) / 2, y - 0.38 * glyph.size, glyph.size, True, False, index, end)
        else:
            end = index + 1
            narrow = not is_wide(glyph.text)
            middle = x + (0.25 if narrow else 0.5) * glyph.size
            yield _Unit(middle, y - 0.38 * glyph.size, glyph.size, narrow, False, index, end)
        index = end


def _follows(before: Glyph, after: Glyph, quarter: int) -> bool:
    if after.quarter != quarter or not (after.text.isascii() and after.text.isalnum()):
        return False
    (ax, ay), (bx, by) = turned(before.x, before.y, quarter), turned(after.x, after.y, quarter)
    return abs(ay - by) < 0.1 * before.size and 0 < bx - ax < before.size


def _columns(units: Sequence[_Unit]) -> Iterator[tuple[int, int]]:
    """Runs of units, in the order of printing, of which each stands right under the one before."""
    start, wide = 0, 0
    for index in range(1, len(units) + 1):
        if index < len(units) and _below(units[index - 1], units[index]):
            wide += not units[index].narrow
            continue
        if wide >= 2 or (wide and any(unit.sideways for unit in units[start:index])):
            yield start, index
        start, wide = index, 0


def _below(upper: _Unit, lower: _Unit) -> bool:
    size = max(upper.size, lower.size)
    step = (lower.y - upper.y) / size
    least = 0.3 if upper.sideways or lower.sideways else 0.8
    return abs(upper.x - lower.x) < 0.35 * size and least <= step <= 1.36
