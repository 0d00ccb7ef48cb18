"""Initiatives that have a sheet or a chapter of their own: names of fields with their values beside or below them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from corpus.cells import Cell, Row, rows_of
from corpus.departments import department_names, torn_departments
from corpus.fields import Fields, squeeze
from corpus.fiscal_years import only_year
from corpus.initiative_facts import TextFacts, bulleted, find_span, read_period, spans_of, unique
from corpus.initiative_numbers import printed_number
from corpus.kpi_tables import table_kpis
from corpus.kpi_text import aimed_kpis, arrow_kpis, bracket_kpis, prose_kpis
from corpus.lines import Kind
from corpus.model import Initiative, Kpi, Span
from corpus.progress import sheet_progress
from corpus.sections import Section
from corpus.values import is_blank

_HEAD_ROWS = 8
_BODY = frozenset(("overview", "goal", "action", "indicator", "summary", "schedule", "other"))
_TORN_END = re.compile(r"\s+[^\s〈<（(「]{0,8}[〉>）)」]$")
_TORN_LABEL = re.compile(r"[言管主]?課")
_MARK = re.compile(r"[\s●○◎〇◯→⇒\-‐–—－ー]*")

Entries = dict[str, list[Cell]]


def sheet_initiative(section: Section, facts: TextFacts) -> Initiative:
    """Return the initiative of a sheet or chapter, not yet numbered."""
    title_at = next((at for at, line in enumerate(section.lines) if (section.title or "") in line.text), 0)
    headed = section.lines[title_at].kind is Kind.HEADING  # headings above a chapter's own are not of it
    lines = section.lines[title_at:] if headed else section.lines
    rows = rows_of(lines, facts.fields)
    span = (lines[0].span[0], lines[-1].span[1])
    year = facts.report_year(section.path)
    entries, actions = _entries(rows, facts.fields)
    title = " ".join((section.title or "").split())
    if sum(map(title.count, "〉>）)」")) > sum(map(title.count, "〈<（(「")):  # the end of another cell
        title = _TORN_END.sub("", title)
    departments, department_spans = _departments(rows, entries, section, facts)
    overview = [cell for cell in entries.get("overview", []) if not is_blank(cell.text)]
    period, period_span = read_period(entries.get("period", []))
    if period is None or period[0] == period[1]:  # 取組期間 may head the years of the schedule, one a column
        years, places = _scheduled(rows)
        first, last = facts.document.fiscal_years
        if years and not (first <= years[0] and years[1] <= last and years != (first, last)):  # else one was not read
            period, period_span = years, places
    return Initiative(
        document_id=facts.document.id,
        ordinal=-1,
        number=section.number,
        title=title,
        section=section.path,
        departments=departments,
        overview="\n".join(cell.text for cell in overview),
        actions=tuple(f"{label} {cell.text}".strip() for label, cell in actions),
        kpis=unique(_kpis(rows, facts, year)),
        progress=tuple(sheet_progress(facts.text, rows, facts.fields, year, facts.legend)),
        period=period,
        span=span,
        spans=spans_of(
            number=find_span(section.number, facts.text, span),
            title=find_span(title, facts.text, span),
            departments=department_spans,
            overview=[cell.span for cell in overview],
            actions=[cell.span for _, cell in actions],
            period=period_span,
        ),
    )


def section_kpis(section: Section, facts: TextFacts) -> tuple[Kpi, ...]:
    """Return the values of indicators in a section that is no initiative's."""
    return unique(table_kpis(facts.text, rows_of(section.lines, facts.fields), facts.fields, "target"))


def _entries(rows: Sequence[Row], fields: Fields) -> tuple[Entries, list[tuple[str, Cell]]]:
    """Return the cells of each field, and the actions with their numbers."""
    held: Entries = {}
    actions: dict[str, Cell] = {}
    below: dict[int, frozenset[str]] = {}  # fields whose values stand under their names
    for row in rows:
        filled = row.filled
        if row.kind is Kind.HEADING and not any(fields.label(cell.text) for cell in filled):
            below = {}
            continue
        current: frozenset[str] | None = None
        number: str | None = None
        for at, cell in enumerate(filled):
            label = fields.label(cell.text)
            if action := fields.action_number(cell.text):
                number, current = action, frozenset()
                below.pop(cell.column, None)
            elif label and not (squeeze(cell.text) in fields.statuses and current and "progress" in current):
                current, number = label.fields, None
                alone = at == len(filled) - 1 or fields.label(filled[at + 1].text) is not None
                below[cell.column] = label.fields if alone else frozenset()
            elif number:
                if not _MARK.fullmatch(cell.text):
                    actions.setdefault(number, cell)
                    number = None
            else:
                names = current if current is not None else below.get(cell.column, frozenset())
                for name in names:
                    held.setdefault(name, []).append(cell)
                if current is not None and "department" in current:
                    below[cell.column] = current
        below = {at: names for at, names in below.items() if at == 0 or any(cell.column == at for cell in filled)}
    listed = [("", item) for cell in held.get("action", []) if not is_blank(cell.text) for item in bulleted(cell)]
    return held, [*actions.items(), *([] if actions else listed)]


def _departments(
    rows: Sequence[Row], entries: Entries, section: Section, facts: TextFacts
) -> tuple[tuple[str, ...], list[Span]]:
    """Return the departments of a sheet: those beside or under their label, torn ones mended."""
    for row in rows[:_HEAD_ROWS]:
        label = facts.fields.label(row.filled[0].text) if row.filled else None
        if label and label.fields & _BODY and not label.fields & {"title", "department"}:
            break
        cells = _department_cells(row, section, facts.fields)
        names = torn_departments([text for text, _ in cells], facts.departments)
        if names:
            return names, [span for _, span in cells]
    named = [(cell, department_names(cell.text)) for cell in entries.get("department", [])]
    found = [(cell, names) for cell, names in named if names]
    return tuple(dict.fromkeys(name for _, names in found for name in names)), [cell.span for cell, _ in found]


def _department_cells(row: Row, section: Section, fields: Fields) -> list[tuple[str, Span]]:
    """Return the cells of a sheet's head that may hold the departments: after their label, else names of offices."""
    names = [name for name in fields.named("department") if len(name) > 1]
    cells: list[tuple[str, Span]] = []
    label = ""  # of the label, what has been read: recognition tears it over cells
    for cell in row.filled:
        plain = squeeze(cell.text)
        whole = next((name for name in names if plain.startswith(name)), None)
        if whole:
            label, cells = whole, []
            plain = plain[len(whole) :]
        elif not cells and (label + plain in names or _TORN_LABEL.fullmatch(plain)):
            label += plain
            continue
        elif not label and any(name.startswith(plain) for name in names):
            label = plain
            continue
        if not plain:
            continue
        text = cell.text[-len(plain) :] if whole and cell.text.endswith(plain) else plain if whole else cell.text
        if label:
            words = text.split()
            if not cells and len(words) > 1 and _TORN_LABEL.fullmatch(words[0]):
                text = " ".join(words[1:])
            cells.append((text.strip(), cell.span))
        elif cell.text != section.title and not re.search(r"[〈〉<>（(]", text):
            number = printed_number(text)
            rest = text.replace(number, "").strip() if number else text
            if rest and fields.label(rest) is None and len(department_names(rest)) == len(rest.split()):
                cells.append((rest, cell.span))
    return cells


def _scheduled(rows: Sequence[Row]) -> tuple[tuple[int, int] | None, list[Span]]:
    """Return the period that the columns of the schedules name, all of them together: recognition loses single ones."""
    found: list[tuple[int, Span]] = []
    for row in rows:
        years = [(year, cell.span) for cell in row.filled if (year := only_year(cell.text)) is not None]
        found += years if len(years) >= 2 else []
    if len(found) < 3:
        return None, []
    years_named = [year for year, _ in found]
    return (min(years_named), max(years_named)), [span for _, span in found]


def _kpis(rows: Sequence[Row], facts: TextFacts, year: int | None) -> Iterator[Kpi]:
    yield from table_kpis(facts.text, rows, facts.fields, "target")
    for span, role in _regions(rows, facts.fields):
        yield from bracket_kpis(facts.text, span, role, year)
        yield from prose_kpis(facts.text, span, None, facts.fields)
        yield from arrow_kpis(facts.text, span)
        if role == "target":
            yield from aimed_kpis(facts.text, span)


def _regions(rows: Sequence[Row], fields: Fields) -> Iterator[tuple[Span, str | None]]:
    """Return the stretches whose text may name values, with the role of values in it: None where no label tells it."""
    role: str | None = None
    skipped = False
    held: Span | None = None
    for row in rows:
        label = next((found for cell in row.filled[:2] if (found := fields.label(cell.text))), None)
        action = any(fields.action_number(cell.text) for cell in row.filled[:1])
        heading = row.kind is Kind.HEADING and label is None
        names = frozenset(("action",)) if action else label.fields if label else frozenset()
        if label or action or heading:
            if held:
                yield held, role
            held = None
        if heading:
            role, skipped = None, False
            if not row.filled[0].text.startswith("【"):  # the name of an indicator may stand as a heading
                continue
        if names & {"goal", "indicator", "target", "overview"}:
            role, skipped = "target", False
        elif names & {"summary", "actual"}:
            role, skipped = "actual", False
        elif names & {"action", "other", "progress"} and "title" not in names:
            skipped = True
        if not skipped and row.cells:
            held = (held[0] if held else row.cells[0].span[0], row.cells[-1].span[1])
    if held:
        yield held, role
