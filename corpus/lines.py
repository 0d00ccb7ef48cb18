"""The lines of a canonical text, and the kinds that they are of."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

from corpus.model import Span

BRACKETED = re.compile(r"[〈＜<(（【［\[][^〉＞>)）】］\]]{2,40}[〉＞>)）】］\]]")
"""A line of nothing but words in brackets: 〈年度別計画〉."""


class Kind(Enum):
    """What a line is."""

    TEXT = "text"
    ITEM = "item"
    HEADING = "heading"
    ROW = "row"
    COLUMNS = "columns"  # the row that names a table's columns
    TITLE = "title"  # the row that names a sheet's initiative
    PAGE_HEADER = "page header"
    PAGE_EDGE = "page number or running title"
    CONTENTS = "table of contents"


BOILERPLATE = (Kind.PAGE_HEADER, Kind.PAGE_EDGE, Kind.CONTENTS)
"""Kinds of lines that are in no passage."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line that is not blank. level: depth of a heading, 1 the highest; blank_before: a blank line precedes it."""

    span: Span
    text: str
    kind: Kind = Kind.TEXT
    level: int = 0
    blank_before: bool = False

    @property
    def cells(self) -> list[str]:
        """Return the row's cells; a line without tabs is one cell."""
        return [cell.strip() for cell in self.text.split("\t")]


def split_lines(text: str) -> list[Line]:
    """Return the lines of a canonical text that are not blank."""
    lines: list[Line] = []
    start, blank = 0, True
    for raw in text.split("\n"):
        if raw.strip():
            lead = len(raw) - len(raw.lstrip(" \u3000"))
            lines.append(Line((start + lead, start + len(raw)), raw[lead:], blank_before=blank))
            blank = False
        else:
            blank = True
        start += len(raw) + 1
    return lines
