"""Sections: the stretches of a document that a passage never crosses, with what is known of each.

A section is a sheet, a row of a table of initiatives, or the stretch between two boilerplate lines or headings.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, replace
from itertools import pairwise

from corpus.cells import cell_texts, rows_of
from corpus.fields import Fields, squeeze
from corpus.initiative_numbers import enumerated_title, numbered_heading, printed_number
from corpus.lines import BOILERPLATE, Kind, Line
from corpus.structure import BRACKETED_LEVEL, heading_name, title_value
from corpus.tables import continues_head, goes_on, read_table

_UNIT = re.compile(r"\s*[(（［\[]?\s*単位\s*[:：]\s*([^\s()（）［］\[\]]{1,6})\s*[)）］\]]?\s*")
_CHAPTER_FIELDS = frozenset(
    (
        "department",
        "overview",
        "goal",
        "action",
        "indicator",
        "baseline",
        "target",
        "actual",
        "progress",
        "period",
        "schedule",
    )
)
BARE_CHARACTERS = 40


@dataclass(frozen=True, slots=True)
class Section:
    """Lines that belong together. path: headings above it, outermost first; head: the rows that name its columns.

    title, number: as printed, when it is the sheet, row or chapter of one initiative. unit: of its table's figures,
    printed above it.
    """

    lines: tuple[Line, ...]
    path: tuple[str, ...] = ()
    number: str | None = None
    title: str | None = None
    head: tuple[Line, ...] = ()
    unit: str | None = None

    @property
    def columns(self) -> tuple[str, ...]:
        """Return the names of its table's columns."""
        return tuple(self.head[0].cells) if self.head else ()


def split_sections(lines: Sequence[Line], fields: Fields) -> Iterator[Section]:
    """Return the sections of a document in order; every line that is not boilerplate is in one of them."""
    boilerplate = [line.span[0] for line in lines if line.kind in BOILERPLATE]
    held: Section | None = None
    for section in _sections(lines, fields):
        whole = section
        if held is not None:
            first, second = held.lines[0].span[0], section.lines[0].span[0]
            following = bisect_right(boilerplate, first)
            if following < len(boilerplate) and boilerplate[following] < second:
                yield held
            else:
                whole = replace(section, lines=held.lines + section.lines)
        # A bare heading is no passage of its own: it goes with what it stands above.
        bare = whole.title is None and sum(len(line.text) for line in whole.lines) < BARE_CHARACTERS
        held = whole if bare else None
        if not bare:
            yield whole
    if held is not None:
        yield held


def _sections(lines: Sequence[Line], fields: Fields) -> Iterator[Section]:
    starts = _sheet_starts(lines, fields)
    chapters = {} if starts else _chapters(lines, fields)
    headings: dict[int, str] = {}
    units: dict[str, str | None] = {}
    at = 0
    while at < len(lines):
        if at in starts:
            end = _sheet_end(lines, at, starts)
            yield _sheet(lines[at:end], headings, fields)
            at = end
            continue
        if at in chapters:
            yield _chapter(lines[at : chapters[at]], headings)
            at = chapters[at]
            continue
        line = lines[at]
        if line.kind is Kind.COLUMNS:
            end = _table_end(lines, at, {*starts, *chapters}, fields)
            above = [match[1] for line in lines[max(0, at - 2) : at] if (match := _UNIT.fullmatch(line.text))]
            # On the next page of a table its head is printed again, its unit not.
            unit = above[-1] if above else units.get(squeeze(line.text))
            units[squeeze(line.text)] = unit
            table = [line for line in lines[at:end] if line.kind not in BOILERPLATE]
            yield from _table(table, _path(headings), fields, unit, listed=bool(starts))
            at = end
            continue
        end = at
        while end < len(lines) and end not in starts and end not in chapters and (end == at or not _parts(lines, end)):
            _note_heading(headings, lines[end])
            end += 1
        body = tuple(line for line in lines[at:end] if line.kind not in BOILERPLATE)
        if body:
            yield Section(body, _path(headings))
        at = end


def _table_end(lines: Sequence[Line], at: int, others: Set[int], fields: Fields) -> int:
    """Return where a table ends; others: where something else begins. It may go on over the edge of a page."""
    end = at + 1
    while end < len(lines) and not lines[end].blank_before and continues_head(lines[end], fields):
        end += 1
    while end < len(lines) and end not in others:
        following = end
        while following < len(lines) and lines[following].kind is Kind.PAGE_EDGE and following not in others:
            following += 1
        if following == len(lines) or following in others or not goes_on(lines[following], fields):
            break
        if following > end and len(lines[following].cells) != len(lines[at].cells):
            break
        end = following + 1
    return end


def _parts(lines: Sequence[Line], at: int) -> bool:
    """Return whether a new section begins at a line: at a table, and at a heading that follows a body."""
    line, before = lines[at], lines[at - 1]
    if line.kind in (Kind.COLUMNS, Kind.PAGE_HEADER, Kind.CONTENTS):
        return True
    return line.kind is Kind.HEADING and line.level < BRACKETED_LEVEL and before.kind is not Kind.HEADING


def _note_heading(headings: dict[int, str], line: Line) -> None:
    if line.kind is Kind.HEADING and line.level < BRACKETED_LEVEL:
        for level in [level for level in headings if level >= line.level]:
            del headings[level]
        headings[line.level] = heading_name(line)
    elif line.kind is Kind.PAGE_HEADER and re.match(r"\w", line.text) and len(line.text) >= 8:
        headings.clear()
        headings[1] = line.text.strip()


def _path(headings: dict[int, str]) -> tuple[str, ...]:
    return tuple(headings[level] for level in sorted(headings))


def _sheet_starts(lines: Sequence[Line], fields: Fields) -> frozenset[int]:
    """Return where sheets begin: at the page header above a title row, else at the lines that lead to the row."""
    starts = set()
    for at, line in enumerate(lines):
        if line.kind is Kind.PAGE_HEADER and (at == 0 or lines[at - 1].kind is not Kind.PAGE_HEADER):
            starts.add(at)
    titles = [at for at, line in enumerate(lines) if line.kind is Kind.TITLE]
    if not titles:
        return frozenset()
    near = {title - above for title in titles for above in range(1, 9)}
    headed = starts & near
    if len(headed) * 2 >= len(titles):
        return frozenset(starts)
    begins = set()
    for title in titles:
        start = title
        while start and _leads_sheet(lines[start - 1], fields):
            start -= 1
        begins.add(start)
    return frozenset(begins)


def _leads_sheet(line: Line, fields: Fields) -> bool:
    """Return whether a line above a sheet's title belongs to it: its number or heading, not the field of another."""
    if line.kind is Kind.ROW:  # its number may stand in the row above its title
        filled = [cell for cell in line.cells if cell]
        return len(filled) <= 3 and any(fields.is_a(cell, "number") for cell in filled[:-1])
    if line.kind not in (Kind.TEXT, Kind.HEADING) or len(line.text) > 40:
        return False
    return fields.label(cell_texts(line, fields)[0]) is None


def _sheet_end(lines: Sequence[Line], start: int, starts: frozenset[int]) -> int:
    end = start + 1
    while end < len(lines) and end not in starts:
        end += 1
    if end == len(lines):  # after the last sheet, closing words of the document may follow
        rows = [at for at in range(start, end) if lines[at].kind in (Kind.ROW, Kind.TITLE)]
        if rows and rows[-1] + 1 < end and lines[rows[-1] + 1].blank_before:
            return rows[-1] + 1
    return end


def _sheet(lines: Sequence[Line], headings: dict[int, str], fields: Fields) -> Section:
    above = next((at for at, line in enumerate(lines) if line.kind is Kind.TITLE), 0)
    for at, line in enumerate(lines):
        if line.kind is Kind.PAGE_HEADER or at < above:
            _note_heading(headings, line)
    body = tuple(line for line in lines if line.kind not in BOILERPLATE)
    title_row = next((line for line in body if line.kind is Kind.TITLE), None)
    if title_row is None and sum(fields.label(line.cells[0]) is not None for line in body) >= 2:
        # The label itself is misread: the first row of two cells names the initiative.
        title_row = next((line for line in body if sum(map(bool, line.cells)) >= 2), None)
    title = title_value(cell_texts(title_row, fields), fields) if title_row else None
    head = body[: next((at + 12 for at, line in enumerate(body) if line is title_row), 12)]
    number = next((found for line in head[:8] if (found := printed_number(" ".join(line.cells)))), None)
    return Section(lines=body, path=_path(headings), number=_numbered(head[:8], fields) or number, title=title)


def _numbered(head: Sequence[Line], fields: Fields) -> str | None:
    """Return the number that stands in the cell after its label: 整理番号, 12."""
    for line in head:
        cells = [cell for cell in line.cells if cell]
        for label, value in pairwise(cells):
            if fields.is_a(label, "number") and len(value) <= 10 and re.search(r"[\d①-⑳Ⅰ-Ⅻ]", value):
                return printed_number(value) or squeeze(value)
    return None


def _table(
    lines: Sequence[Line], path: tuple[str, ...], fields: Fields, unit: str | None, listed: bool
) -> Iterator[Section]:
    """Return a section for each row of a table of initiatives; any other table is one section.

    listed: the document has sheets, of which a table of initiatives is but the list.
    """
    table = None if listed else read_table(lines, fields)
    if table is None:
        yield Section(tuple(lines), path, head=(lines[0],))
        return
    first = True
    for row in table.rows:
        within = (*path, *(" ".join(group.split()) for group in row.group))
        own = (*table.head, *row.lines) if first else row.lines
        number, title = printed_number(row.number or ""), row.title or None
        if number is None:
            number, title = enumerated_title(row.title) or (None, title)
        yield Section(own, within, number, title, table.head, unit)
        first = False


def _chapters(lines: Sequence[Line], fields: Fields) -> dict[int, int]:
    """Return where chapters of initiatives begin and end: a heading, then its department and other fields by name."""
    headings = [at for at, line in enumerate(lines) if _is_chapter_heading(line, fields)]
    chapters: dict[int, int] = {}
    for place, at in enumerate(headings):
        following = headings[place + 1] if place + 1 < len(headings) else len(lines)
        named = {
            field
            for row in rows_of(lines[at + 1 : following], fields)
            if row.kind is not Kind.COLUMNS and row.filled
            for label in [fields.label(row.filled[0].text)]
            if label
            for field in label.fields & _CHAPTER_FIELDS
        }
        if "department" in named and len(named) >= 2:
            level = lines[at].level
            end = next((other for other in headings[place + 1 :] if lines[other].level <= level), len(lines))
            chapters[at] = end
    return chapters


def _is_chapter_heading(line: Line, fields: Fields) -> bool:
    return line.kind is Kind.HEADING and line.level < BRACKETED_LEVEL and fields.label(heading_name(line)) is None


def _chapter(lines: Sequence[Line], headings: dict[int, str]) -> Section:
    _note_heading(headings, lines[0])
    number, title = numbered_heading(heading_name(lines[0]))
    body = tuple(line for line in lines if line.kind not in BOILERPLATE)
    path = _path({level: name for level, name in headings.items() if level < lines[0].level})
    return Section(body, path, number, title)
