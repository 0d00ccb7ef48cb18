"""Sections: the stretches of a document that a passage never crosses, with what is known of each.

A section is a sheet, a row of a table of initiatives, or the stretch between two boilerplate lines or headings.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from corpus.fields import Fields, squeeze
from corpus.structure import BOILERPLATE, BRACKETED_LEVEL, Kind, Line, heading_name

_NUMBER = re.compile(r"(?<!\d)\d{1,2}\s*[-‐–－ー]\s*(?:[①-⑳]|[(（]?\d{1,2}[)）]?)(?!\d)|No\.\s*\d{1,3}", re.IGNORECASE)
_DEPARTMENT = re.compile(r"^.{1,20}(?:課|局|室|部|所|係|班|会|館|センター|全庁)$|^全庁$")
_TORN_DEPARTMENT = re.compile(r"主.{0,3}課(.{2,}?[課局室])")
# Lists of initiatives have rows of a few words; a table that describes them has rows of sentences.
_LIST_ROW_CHARACTERS = 60
BARE_CHARACTERS = 40


@dataclass(frozen=True, slots=True)
class Section:
    """Lines that belong together. path: headings above it, outermost first; columns: names of its table's columns."""

    lines: tuple[Line, ...]
    path: tuple[str, ...] = ()
    number: str | None = None
    title: str | None = None
    departments: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()


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
    starts = _sheet_starts(lines)
    headings: dict[int, str] = {}
    at = 0
    while at < len(lines):
        if at in starts:
            end = _sheet_end(lines, at, starts)
            yield _sheet(lines[at:end], headings, fields)
            at = end
            continue
        line = lines[at]
        if line.kind is Kind.COLUMNS:
            end = at + 1
            while end < len(lines) and lines[end].kind is Kind.ROW and end not in starts:
                end += 1
            yield from _table(lines[at:end], _path(headings), fields)
            at = end
            continue
        end = at
        while end < len(lines) and end not in starts and (end == at or not _parts(lines, end)):
            _note_heading(headings, lines[end])
            end += 1
        body = tuple(line for line in lines[at:end] if line.kind not in BOILERPLATE)
        if body:
            yield Section(body, _path(headings))
        at = end


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


def _sheet_starts(lines: Sequence[Line]) -> frozenset[int]:
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
        while start and lines[start - 1].kind in (Kind.TEXT, Kind.HEADING) and len(lines[start - 1].text) <= 40:
            start -= 1
        begins.add(start)
    return frozenset(begins)


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
    if title_row is None:  # the label itself is misread: the first row of two cells names the initiative
        title_row = next((line for line in body if sum(map(bool, line.cells)) >= 2), None)
    title = next((cell for cell in title_row.cells[1:] if cell), None) if title_row else None
    head = body[: next((at + 12 for at, line in enumerate(body) if line is title_row), 12)]
    number = next((match for line in head[:8] if (match := _NUMBER.search(" ".join(line.cells)))), None)
    return Section(
        lines=body,
        path=_path(headings),
        number=" ".join(number.group().split()) if number else None,
        title=title,
        departments=_departments(head, fields),
    )


def _table(lines: Sequence[Line], path: tuple[str, ...], fields: Fields) -> Iterator[Section]:
    """Return a section for each row of a table of initiatives; any other table is one section."""
    columns, rows = lines[0], lines[1:]
    names = [squeeze(cell) for cell in columns.cells]
    title = next((names.index(label) for label in fields.title if label in names), None)
    described = title is not None and any(name in fields.body and at != title for at, name in enumerate(names))
    lengthy = rows and sum(len(line.text) for line in rows) >= _LIST_ROW_CHARACTERS * len(rows)
    if not (described and lengthy):
        yield Section(tuple(lines), path, columns=tuple(columns.cells))
        return
    number = next((at for at, name in enumerate(names) if name in fields.number), None)
    department = next((at for at, name in enumerate(names) if name in fields.department), None)
    for at, line in enumerate(rows):
        cells = line.cells
        yield Section(
            lines=(columns, line) if at == 0 else (line,),
            path=path,
            number=_cell(cells, number),
            title=_cell(cells, title),
            departments=_department_names(_cell(cells, department) or ""),
            columns=tuple(columns.cells),
        )


def _cell(cells: Sequence[str], at: int | None) -> str | None:
    return (cells[at] or None) if at is not None and at < len(cells) else None


def _department_names(cell: str) -> tuple[str, ...]:
    if "。" in cell:  # a sentence may name an office, it does not say who is in charge
        return ()
    names = (name.strip("★☆◎○（）() ") for name in re.split(r"[\s、，・/／]+", cell))
    return tuple(dict.fromkeys(name for name in names if _DEPARTMENT.match(name)))


def _departments(head: Sequence[Line], fields: Fields) -> tuple[str, ...]:
    """Return the departments that a sheet prints beside, after or below the label."""
    labels = sorted(fields.department, key=len, reverse=True)
    for at, line in enumerate(head):
        cells = line.cells
        for column, cell in enumerate(cells):
            label = next((label for label in labels if squeeze(cell).startswith(label)), None)
            if label is None:
                continue
            below = head[at + 1].cells if at + 1 < len(head) else []
            candidates = [
                cell.replace(label, "", 1),
                *cells[column + 1 :],
                *below[column : column + 1],
                *reversed(below),
            ]
            for candidate in candidates:
                names = _department_names(candidate)
                if names:
                    return names
    for line in head:
        torn = _TORN_DEPARTMENT.search(squeeze(line.text))
        if torn:
            return _department_names(torn.group(1))
    return ()
