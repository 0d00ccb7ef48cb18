"""Characters of a page, turned upright, become lines of text; wide gaps in a line become tabs."""

from __future__ import annotations

import itertools
import re
import statistics
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

TAB = 1.25
"""A gap of so many widths of a character parts two cells; the blank of one character's width (U+3000) is less."""
_STOP_COUNT = 3
_STEPS = (35.433, 36.0, 42.0, 42.55, 28.346, 21.0, 20.976)
"""Default distances of tab stops in points: of LibreOffice, Word in English and Japanese, and others."""
_NO_LINE_START = "、。，．・：；？！ー）」』】〕〉》〟’”,.:;?!)]}ぁぃぅぇぉっゃゅょァィゥェォッャュョ々"
_OPENING = "（「『【〔〈《‘“([{"


class Character(NamedTuple):
    """A character as its reader sees it: left and right grow rightwards, y (its middle) downwards. vertical: of a
    column of vertical writing, with the page turned to the left.
    """

    text: str
    left: float
    right: float
    y: float
    size: float
    vertical: bool = False


class Fragment(NamedTuple):
    """A piece of a line without a wide gap in it. left and right are of what can be seen, without blanks."""

    text: str
    left: float
    right: float
    y: float
    size: float


@dataclass(frozen=True, slots=True)
class Line:
    """text: cells parted by tabs. cells: left side of each."""

    text: str
    left: float
    right: float
    y: float
    size: float
    cells: tuple[float, ...]

    @property
    def is_row(self) -> bool:
        return "\t" in self.text


def is_wide(text: str) -> bool:
    """Return whether a character takes the full width of its size."""
    return unicodedata.east_asian_width(text[0]) in "WF"


def rows_of(characters: Iterable[Character]) -> list[list[Character]]:
    """Return the characters that stand on one line each, lines from top to bottom."""
    rows: list[list[Character]] = []
    anchor = Character("", 0, 0, -1e9, 0)
    for character in sorted(characters, key=lambda each: (each.y, each.left)):
        if character.y - anchor.y > 0.35 * max(anchor.size, character.size):
            rows.append([])
            anchor = character
        rows[-1].append(character)
    for row in rows:
        row.sort(key=lambda each: each.left)
    return rows


class TabStops:
    """Where the tab stops of a document are, learnt from its wide gaps: most gaps that tabs make are narrow."""

    def __init__(self) -> None:
        self._seen: Counter[int] = Counter()
        self._lefts: Counter[int] = Counter()
        self._grid: tuple[float, float] | None = None

    def note(self, row: Sequence[Fragment]) -> None:
        """Learn from a line that was cut at wide gaps."""
        self._lefts[round(10 * row[0].left)] += 1
        self._seen.update(round(10 * fragment.left) for fragment in row[1:])

    def settle(self) -> None:
        """Take stock of what was learnt: find out whether the stops are at equal distances from the left side."""
        total = self._seen.total()
        self._grid = None
        if total < 8:
            return
        for left, count in self._lefts.most_common(2):
            for step in _STEPS:
                hits = sum(n for place, n in self._seen.items() if _off_grid(place / 10, left / 10, step) < 0.5)
                if hits > 0.8 * total and count > 2:
                    self._grid = (left / 10, step)
                    return

    def has(self, left: float) -> bool:
        """Return whether a place is a tab stop."""
        if self._grid is not None:
            return _off_grid(left, *self._grid) < 0.35
        return sum(self._seen[round(10 * left) + near] for near in range(-4, 5)) >= _STOP_COUNT

    def is_blank_cell(self, fragment: Fragment) -> bool:
        """Return whether a line that begins with this fragment begins with a tab."""
        if self._grid is None or fragment.left - self._grid[0] < 2.5 * fragment.size:
            return False
        return _off_grid(fragment.left, *self._grid) < 0.35


def _off_grid(place: float, left: float, step: float) -> float:
    off = (place - left) % step
    return min(off, step - off)


def fragments_of(row: Sequence[Character], stops: TabStops | None = None) -> list[Fragment]:
    """Return a line cut where gaps are wide or end at a tab stop."""
    fragments: list[Fragment] = []
    parts: list[str] = []
    start = right = size = y = 0.0
    blank, blank_end = "", 0.0
    before: Character | None = None
    lead = " " if row[0].text.isspace() else ""
    tight = _small_gaps(row) < 3
    for character in row:
        if character.text.isspace():
            blank, blank_end = blank + character.text, character.right
            continue
        if before is not None:
            gap, after = character.left - right, character.left - max(right, blank_end if blank else right)
            unit = min(size, character.size)
            wide = gap >= (2.0 if blank else TAB) * unit or (blank and after >= 0.6 * unit and gap >= TAB * unit)
            if not wide and tight and after > 0.04 * unit and stops is not None and stops.has(character.left):
                wide = not (0.1 < gap / unit < 0.3 and is_wide(before.text) != is_wide(character.text))
            if wide:
                fragments.append(Fragment("".join(parts), start, right, y, size))
                parts = []
            elif blank or gap >= _blank_width(before.text, character.text, tight) * unit:
                parts.append(blank or " ")
        if not parts:
            start, y, size = character.left, character.y, character.size
        parts.append(lead + character.text)
        lead = ""
        size = max(size, character.size)
        right = character.right
        before, blank = character, ""
    if parts:
        # A blank at a line end tells that the words around it are not one.
        fragments.append(Fragment("".join(parts) + (" " if blank else ""), start, right, y, size))
    return _spread_out(fragments)


def _blank_width(before: str, after: str, tight: bool) -> float:
    """A gap from this width on (in sizes) is a blank although no blank is printed."""
    # Between Japanese and Latin letters, programs leave up to a quarter on their own.
    return 0.17 if tight and is_wide(before[-1]) == is_wide(after) else 0.35


def _small_gaps(row: Sequence[Character]) -> int:
    """How many gaps are neither none nor wide: many in a line that is spread out to the margin."""
    count = 0
    for before, after in itertools.pairwise(row):
        gap = after.left - before.right
        if is_wide(before.text) == is_wide(after.text) and 0.03 * after.size < gap < 0.5 * after.size:
            count += 1
    return count


def _spread_out(fragments: list[Fragment]) -> list[Fragment]:
    """A word printed with equal wide gaps between its characters (均等割付) is one fragment."""
    if len(fragments) < 2 or any(len(each.text.strip()) > 1 or not is_wide(each.text.strip()) for each in fragments):
        return fragments
    gaps = [after.left - before.right for before, after in itertools.pairwise(fragments)]
    if max(gaps) - min(gaps) > 0.5 * fragments[0].size or max(gaps) > 5 * fragments[0].size:
        return fragments
    if not all(unicodedata.category(each.text) in ("Lo", "Lm") for each in fragments if len(each.text) == 1):
        return fragments
    first, last = fragments[0], fragments[-1]
    return [first._replace(text="".join(each.text.strip() for each in fragments), right=last.right)]


def line_of(fragments: Sequence[Fragment]) -> Line:
    """Return fragments that stand beside each other as one line."""
    return Line(
        "\t".join(each.text for each in fragments),
        fragments[0].left,
        fragments[-1].right,
        statistics.median(each.y for each in fragments),
        max(each.size for each in fragments),
        tuple(each.left for each in fragments),
    )


def first_unit(text: str) -> float:
    """Return about how wide (in sizes) the beginning of a line is that no line end may part."""
    width = 0.0
    index = 0
    while index < len(text) and text[index] in _OPENING:
        width += 1.0 if is_wide(text[index]) else 0.4
        index += 1
    if index < len(text):
        if text[index].isascii() and not text[index].isspace():
            word = re.match(r"[!-~]+", text[index:])
            length = len(word.group()) if word else 1
            width += 0.5 * length
            index += length
        else:
            width += 1.0 if is_wide(text[index]) else 0.5
            index += 1
    while index < len(text) and text[index] in _NO_LINE_START:
        width += 1.0 if is_wide(text[index]) else 0.4
        index += 1
    return width


def joined(before: str, after: str, wrapped: bool) -> str:
    """Return the text of two lines as one: Japanese without a blank when the line end is only for want of room."""
    if not before or not after or after[0] == "\t":
        return before.rstrip() + after
    if before[-1].isspace() or after[0].isspace():
        return before.rstrip() + " " + after.lstrip()
    if before.endswith("-") and len(before) > 1 and before[-2].isalpha() and before.isascii() and after[0].islower():
        return before[:-1] + after
    latin = before[-1].isascii() and after[0].isascii() and before[-1] not in "-/(" and after[0] not in ")-,."
    return before + ("" if wrapped and not latin else " ") + after
