"""Initiatives that are rows of a table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from corpus.cells import Cell, Row, rows_of
from corpus.departments import department_names
from corpus.fields import Fields, Label
from corpus.initiative_facts import TextFacts, bulleted, find_span, read_period, spans_of, unique
from corpus.kpi_tables import row_values, value_columns
from corpus.kpi_text import arrow_kpis, bracket_kpis
from corpus.model import Initiative, Kpi, Progress
from corpus.progress import cell_progress
from corpus.sections import Section
from corpus.tables import column_labels, title_column
from corpus.values import is_blank


def table_initiative(section: Section, facts: TextFacts) -> Initiative:
    """Return the initiative of a table's row and of the rows that go on with it, not yet numbered."""
    lines = [line for line in section.lines if line not in section.head]
    lines = lines[next(at for at, line in enumerate(lines) if (section.title or "") in line.text) :]
    rows = rows_of(lines, facts.fields)
    labels = column_labels(section.head, facts.fields)
    title_at = title_column(section.head, facts.fields)
    year = facts.report_year(section.path)
    span = (lines[0].span[0], lines[-1].span[1])

    held: dict[str, list[Cell]] = {}
    title_cells = []
    for cell, names in _labelled(rows, labels, facts.fields):
        if cell.column == title_at:
            title_cells.append(cell)
        elif not is_blank(cell.text):
            for name in names:
                held.setdefault(name, []).append(cell)
    departments = held.get("department", [])
    actions = [item for cell in held.get("action", []) for item in bulleted(cell)]
    overview = held.get("overview") or held.get("action", [])
    period, period_span = read_period(held.get("period", []))
    title = " ".join((section.title or "").split())
    return Initiative(
        document_id=facts.document.id,
        ordinal=-1,
        number=section.number,
        title=title,
        section=section.path,
        departments=tuple(dict.fromkeys(name for cell in departments for name in department_names(cell.text))),
        overview="\n".join(cell.text for cell in overview),
        actions=tuple(item.text for item in actions),
        kpis=unique(_kpis(rows, labels, facts, year, section.unit)),
        progress=tuple(_progress(rows, labels, facts, year)),
        period=period,
        span=span,
        spans=spans_of(
            number=find_span(section.number, facts.text, span),
            title=find_span(title, facts.text, title_cells[0].span) if title_cells else [],
            departments=[cell.span for cell in departments],
            overview=[cell.span for cell in overview],
            actions=[item.span for item in actions],
            period=period_span,
        ),
    )


def _labelled(
    rows: Sequence[Row], labels: Mapping[int, Label], fields: Fields
) -> Iterator[tuple[Cell, frozenset[str]]]:
    """Return the cells with the fields that they are of; a cell merged over rows once.

    A name in brackets within a cell (〈取組内容〉) holds for what follows it there.
    """
    above: dict[int, str] = {}
    departments = [at for at, label in labels.items() if "department" in label.fields]
    for row in rows:
        inner: tuple[int, frozenset[str]] | None = None
        shifted = departments and not any(cell.column >= departments[0] for cell in row.filled)
        counts = Counter(cell.column for cell in row.filled)
        parted = {column for column, count in counts.items() if count > 1}
        for cell in row.filled:
            if cell.column in parted and (label := fields.label(cell.text)):
                inner = cell.column, label.fields
            elif shifted and cell is row.filled[-1] and department_names(cell.text):
                yield cell, labels[departments[0]].fields  # blank cells before it were lost
            elif above.get(cell.column) != cell.text:
                outer = labels[cell.column].fields if cell.column in labels else frozenset()
                yield cell, inner[1] if inner and inner[0] == cell.column else outer
        above = {cell.column: cell.text for cell in row.filled}


def _kpis(
    rows: Sequence[Row], labels: Mapping[int, Label], facts: TextFacts, year: int | None, unit: str | None
) -> Iterator[Kpi]:
    columns = value_columns(labels)
    name: str | None = None
    above: tuple[str, ...] = ()
    for row in rows:
        values = tuple(cell.text for cell in row.filled if cell.column in columns)
        if columns and values != above:  # merged over rows, they are one row's
            found = list(row_values(facts.text, row, columns, facts.fields, name, unit=unit))
            name = found[-1].name if found else name
            yield from found
        above = values
        for cell in row.filled:
            role = labels[cell.column].role if cell.column in labels else None
            yield from bracket_kpis(facts.text, cell.span, role or "target", year)
            if cell.column in labels and "indicator" in labels[cell.column].fields:
                yield from arrow_kpis(facts.text, cell.span)


def _progress(
    rows: Sequence[Row], labels: Mapping[int, Label], facts: TextFacts, year: int | None
) -> Iterator[Progress]:
    columns = {at: label for at, label in labels.items() if "progress" in label.fields and not label.role}
    for row in rows[:1]:
        for cell in row.filled:
            if cell.column in columns:
                own = columns[cell.column].year or year
                found = cell_progress(facts.text, cell, facts.fields, own, facts.legend)
                if found:
                    yield found
