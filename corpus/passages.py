"""Passages 箇所: a document cut along its structure, never across two initiatives, and nothing of it lost."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass, replace
from itertools import pairwise

from corpus.fields import Fields, load_fields
from corpus.initiatives import initiatives_of
from corpus.lines import BOILERPLATE, Kind, Line, split_lines
from corpus.model import CanonicalText, Document, Initiative, Passage, Span
from corpus.sections import BARE_CHARACTERS, Section, split_sections
from corpus.structure import BRACKETED_LEVEL, classify

MIN_CHARACTERS = 80
SOFT_CHARACTERS = 200
MAX_CHARACTERS = 350
LONGEST_CHARACTERS = 450
"""A passage with the headings and column names above it is at most this long."""

_SENTENCE_END = re.compile(r"(?<=。)(?![」』）)])|(?=[▶►▪〈])|(?<=\s)(?=[○・【])|(?<=\t)")
_FISCAL_YEAR = re.compile(r"(?:令和|平成|[RH])?\s*(?:\d{1,4}|元)\s*年度?|(?:19|20)\d\d")
_CLAUSE_END = re.compile(r"(?<=[、，,])|(?<=\s)")
_OPENING = re.compile(r"(?:\s+|#{1,6}(?=[^\S\n]))*+")


@dataclass(frozen=True)
class Cutting:
    """A document's passages, in order, the spans of its boilerplate with the kind of each, and its initiatives."""

    passages: tuple[Passage, ...]
    boilerplate: tuple[tuple[Span, Kind], ...]
    initiatives: tuple[Initiative, ...]


@dataclass(frozen=True, slots=True)
class _Unit:
    """A stretch that stays whole. action: the action of the initiative that it belongs to.

    opens: a group begins here; leads: it belongs to what follows; keeps: it belongs to what precedes.
    parted: boilerplate stands before it.
    """

    span: Span
    action: str | None = None
    opens: bool = False
    leads: bool = False
    keeps: bool = False
    parted: bool = False


def cut(document: Document, canonical: CanonicalText, fields: Fields | None = None) -> Cutting:
    """Return a document's passages and boilerplate; together they hold every character that is not blank."""
    fields = fields or load_fields()
    lines = classify(split_lines(canonical.text), fields, canonical.pages)
    sections = list(split_sections(lines, fields))
    initiatives, owners = initiatives_of(document, canonical.text, sections, fields)
    boilerplate = tuple((line.span, line.kind) for line in lines if line.kind in BOILERPLATE)
    parted = {after.span[0] for before, after in pairwise(lines) if before.kind in BOILERPLATE}
    passages = [
        passage
        for at, section in enumerate(sections)
        for passage in _section_passages(
            document, canonical, section, initiatives[owners[at]] if at in owners else None, fields, parted
        )
    ]
    return Cutting(tuple(passages), boilerplate, initiatives)


def _section_passages(
    document: Document,
    canonical: CanonicalText,
    section: Section,
    initiative: Initiative | None,
    fields: Fields,
    parted: Set[int],
) -> Iterator[Passage]:
    path = list(section.path)
    text = canonical.text
    units = (
        replace(unit, parted=True) if unit.span[0] in parted else unit for unit in _units(text, section.lines, fields)
    )
    for span, group in _pack(units):
        start, end = _trim(text, span)
        if start == end:
            continue
        where = [*path, *([group] if group else [])]
        yield Passage(
            document=document,
            text=text[start:end],
            span=(start, end),
            context=_context(document, where, initiative),
            section=tuple(where),
            initiative=initiative.ordinal if initiative else None,
            initiative_number=initiative.number if initiative else None,
            initiative_title=initiative.title if initiative else None,
            departments=initiative.departments if initiative else (),
            labels=section.columns,
            page=canonical.page(start),
        )


def _context(document: Document, path: Iterable[str], initiative: Initiative | None) -> str:
    parts = [document.municipality, document.title, " > ".join(path)]
    if initiative:
        parts += [" ".join(filter(None, (initiative.number, initiative.title))), "・".join(initiative.departments)]
    return " ｜ ".join(" ".join(part.split()) for part in parts if part)


def _units(text: str, lines: Sequence[Line], fields: Fields) -> Iterator[_Unit]:
    action: str | None = None
    scheduled = False
    for line in lines:
        if line.kind in (Kind.HEADING, Kind.COLUMNS):
            action, scheduled = None, False
            # A name in brackets, or the names of columns, belongs to what follows, yet parts nothing by itself.
            opens = line.kind is Kind.HEADING and line.level != BRACKETED_LEVEL
            yield _Unit(line.span, opens=opens, leads=True)
            continue
        cells = line.cells
        filled = [cell for cell in cells if cell]
        row = line.kind is Kind.ROW
        number = fields.action_number(cells[0]) if row else None
        years = row and sum(bool(_FISCAL_YEAR.fullmatch(cell)) for cell in cells) >= 2
        if number:
            action = f"{number} {filled[1] if len(filled) > 1 else ''}"[:80].strip()
        if number or line.kind is Kind.TITLE:
            scheduled = False
        opens = line.kind is Kind.TITLE or number is not None or (years and bool(cells[0]))
        # A cell alone in its row names the rows below it; figures stay below the years that head their columns.
        leads = row and len(filled) == 1 and bool(cells[0]) and len(filled[0]) <= MIN_CHARACTERS and not scheduled
        keeps = row and not opens and (scheduled or not cells[0])
        scheduled = scheduled or years
        for at, span in enumerate(_pieces(text, line.span)):
            yield _Unit(span, action, opens=opens and at == 0, leads=leads, keeps=keeps and at == 0)


def _pieces(text: str, span: Span) -> Iterator[Span]:
    """Return a line whole, or in stretches of at most ``MAX_CHARACTERS`` that end with sentences, items or cells."""
    start, end = span
    if end - start <= MAX_CHARACTERS:
        yield span
        return
    ends = [start + match.start() for match in _SENTENCE_END.finditer(text[start:end]) if match.start()] + [end]
    while start < end:
        stops = ends[bisect_right(ends, start) : bisect_right(ends, start + MAX_CHARACTERS)]
        if not stops:
            window = text[start : min(end, start + MAX_CHARACTERS)]
            clauses = [start + match.start() for match in _CLAUSE_END.finditer(window) if match.start()]
            stops = [clauses[-1] if clauses else start + len(window)]
        # The first stop past the soft size makes short, whole pieces; the last one serves when none is.
        stop = next((stop for stop in stops if stop - start >= SOFT_CHARACTERS), stops[-1])
        if end - stop < MIN_CHARACTERS and end - start <= MAX_CHARACTERS:
            stop = end
        yield start, stop
        start = stop


def _pack(units: Iterable[_Unit]) -> Iterator[tuple[Span, str | None]]:
    """Return passages' spans, each with its action: units are joined until the passage is long enough to read alone."""
    pending: list[_Unit] = []
    for unit in units:
        if pending and unit.parted:
            yield _joined(pending)
            pending = []
        if pending and _breaks(pending, unit):
            at = len(pending)
            while at and pending[at - 1].leads:
                at -= 1
            if at and pending[at - 1].span[1] - pending[0].span[0] >= BARE_CHARACTERS:
                yield _joined(pending[:at])
                pending = pending[at:]
            if pending and unit.span[1] - pending[0].span[0] > LONGEST_CHARACTERS:  # headings without a body
                yield _joined(pending)
                pending = []
        pending.append(unit)
    if pending:
        yield _joined(pending)


def _breaks(pending: Sequence[_Unit], unit: _Unit) -> bool:
    length = pending[-1].span[1] - pending[0].span[0]
    if length + unit.span[1] - unit.span[0] > MAX_CHARACTERS:
        return True
    return not unit.keeps and length >= (MIN_CHARACTERS if unit.opens else SOFT_CHARACTERS)


def _joined(pending: Sequence[_Unit]) -> tuple[Span, str | None]:
    action = next((unit.action for unit in pending if unit.action), None)
    return (pending[0].span[0], pending[-1].span[1]), action


def _trim(text: str, span: Span) -> Span:
    """Return the span without blanks and Markdown heading signs at its ends."""
    match = _OPENING.match(text, *span)
    start, end = match.end() if match else span[0], span[1]
    while start < end and text[end - 1].isspace():
        end -= 1
    return start, end
