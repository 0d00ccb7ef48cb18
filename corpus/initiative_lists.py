"""Lists of initiatives (取組一覧): what only they print of an initiative that has a sheet of its own."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from difflib import SequenceMatcher

from corpus.departments import department_names
from corpus.fields import Fields
from corpus.initiative_numbers import printed_number
from corpus.lines import Line
from corpus.model import Initiative
from corpus.sections import Section
from corpus.tables import title_column

_SAME_TITLE = 0.85
_SHORTEST_NAME = 4
_COMPARED_CELLS = 2_000
_PUNCTUATION = re.compile(r"[\W_]+")


def title_key(title: str) -> str:
    """Return the form in which titles are compared: without punctuation and blanks."""
    return _PUNCTUATION.sub("", title).lower()


def similar(first: str, second: str) -> float:
    """Return how alike two titles are, from 0.85 to 1; 0 when they are less alike than prints of one title are."""
    matcher = SequenceMatcher(None, title_key(first), title_key(second), autojunk=False)
    if matcher.real_quick_ratio() < _SAME_TITLE or matcher.quick_ratio() < _SAME_TITLE:
        return 0.0
    ratio = matcher.ratio()
    return ratio if ratio >= _SAME_TITLE else 0.0


def filled_from_lists(
    initiatives: Sequence[Initiative], sections: Sequence[Section], fields: Fields
) -> list[Initiative]:
    """Give initiatives the number and departments that only a list of all initiatives (取組一覧) prints for them."""
    lines = [
        line
        for section in sections
        if section.title is None and title_column(section.head, fields) is not None
        for line in section.lines
        if line not in section.head
    ]
    listed = [(cell, line, at) for line in lines for at, cell in enumerate(line.cells) if len(cell) >= _SHORTEST_NAME]
    filled: list[Initiative] = []
    for initiative in initiatives:
        row = None if initiative.number and initiative.departments else _listed(initiative.title, listed)
        if row is None:
            filled.append(initiative)
            continue
        line, title_at = row
        cells = line.cells
        before = next((c for c in reversed(range(title_at)) if cells[c]), None)
        near = None if before is None else (before, printed_number(cells[before]))
        departments = next((names for cell in reversed(cells) if (names := department_names(cell))), ())
        spans = dict(initiative.spans)
        number = initiative.number
        if number is None and near and near[1]:
            number = near[1]
            spans["number"] = (_cell_span(line, near[0]),)
        if not initiative.departments and departments:
            place = next(c for c in reversed(range(len(cells))) if department_names(cells[c]) == departments)
            spans["departments"] = (_cell_span(line, place),)
        filled.append(
            replace(initiative, number=number, departments=initiative.departments or departments, spans=spans)
        )
    return filled


def _listed(title: str, cells: Sequence[tuple[str, Line, int]]) -> tuple[Line, int] | None:
    """Return the row of a list that names an initiative, and the column of the name.

    cells: the list's cells, each with its row and column. Of a very long list only equal names are found.
    """
    key = title_key(title)
    equal = next((place for place in cells if title_key(place[0]) == key), None)
    if equal or len(cells) > _COMPARED_CELLS:
        return equal[1:] if equal else None
    best = max(cells, key=lambda place: similar(title, place[0]), default=None)
    return best[1:] if best and similar(title, best[0]) else None


def _cell_span(line: Line, column: int) -> tuple[int, int]:
    cells = line.text.split("\t")
    start = line.span[0] + sum(len(cell) + 1 for cell in cells[:column])
    raw = cells[column]
    return start + len(raw) - len(raw.lstrip()), start + len(raw.rstrip())
