"""The record of an initiative that one sheet, row or chapter gives: its fields, each at its place in the text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from corpus.cells import Cell, trimmed
from corpus.departments import known_departments
from corpus.fields import Fields
from corpus.fiscal_years import find_fiscal_years
from corpus.model import Document, Initiative, Kpi, Progress, Span
from corpus.progress import read_legend

_BULLET = r"[▶►▪■・○●◎◇◆□➢✓]"
_BULLETS = re.compile(rf"(?:(?<=\s)|^)(?={_BULLET}\s*[^\s\d])|(?=[▶►▪])")


@dataclass(frozen=True)
class TextFacts:
    """What is known of a whole document when its parts are read. legend: the status that a mark stands for."""

    document: Document
    text: str
    fields: Fields
    departments: tuple[str, ...]
    legend: Mapping[str, str]

    @classmethod
    def of(cls, document: Document, text: str, fields: Fields) -> TextFacts:
        """Return the facts of a document's text."""
        return cls(document, text, fields, known_departments(text), read_legend(text, fields))

    def report_year(self, headings: Iterable[str]) -> int | None:
        """Return the fiscal year that a heading says is reported on (2024年度報告), else the document's."""
        for heading in headings:
            for mention in find_fiscal_years(heading):
                printed = heading[slice(*mention.span)]
                if re.search("[年令平RＲ]", printed) and re.match(
                    r"\s*の?(?:報告|実績|進捗|取組)", heading[mention.span[1] :]
                ):
                    return mention.last
        return self.document.report_fiscal_year


@dataclass(frozen=True)
class Record:
    """The fields of an initiative as one sheet, row or chapter prints them (see ``Initiative``).

    in_table: it is a row of a table, which names each initiative once.
    """

    number: str | None
    title: str
    section: tuple[str, ...]
    departments: tuple[str, ...]
    overview: str
    actions: tuple[str, ...]
    kpis: tuple[Kpi, ...]
    progress: tuple[Progress, ...]
    period: tuple[int, int] | None
    span: Span
    in_table: bool = False
    spans: dict[str, tuple[Span, ...]] = field(default_factory=dict)

    def initiative(self, document_id: str, ordinal: int, shared: Sequence[Kpi]) -> Initiative:
        """Return the initiative; shared: the values that its section prints for all of its initiatives."""
        return Initiative(
            document_id=document_id,
            ordinal=ordinal,
            number=self.number,
            title=self.title,
            section=self.section,
            departments=self.departments,
            overview=self.overview,
            actions=self.actions,
            kpis=(*self.kpis, *shared),
            progress=self.progress,
            period=self.period,
            span=self.span,
            spans=self.spans,
        )


def bulleted(cell: Cell) -> list[Cell]:
    """Return the items of a cell, without their bullets; a cell without bullets is one item."""
    starts = [match.start() for match in _BULLETS.finditer(cell.text)]
    if not starts:
        return [cell] if cell.text else []
    ends = [*starts[1:], len(cell.text)]
    items = []
    for start, end in zip(starts, ends, strict=True):
        mark = re.match(rf"{_BULLET}\s*", cell.text[start:end])
        begin = start + (mark.end() if mark else 0)
        items.append(trimmed(cell.text[begin:end], cell.span[0] + begin, cell.column))
    return items


def read_period(cells: Iterable[Cell]) -> tuple[tuple[int, int] | None, list[Span]]:
    """Return the first period that cells name, and the span of its cell."""
    for cell in cells:
        years = [year for mention in find_fiscal_years(cell.text) for year in (mention.first, mention.last)]
        if years:
            return (min(years), max(years)), [cell.span]
    return None, []


def find_span(value: str | None, text: str, span: Span) -> list[Span]:
    """Return where a number or name stands in a stretch of the text, printed with other blanks and dashes perhaps."""
    if not value:
        return []
    pattern = r"\s*".join("[-‐–－ー−]" if sign == "-" else re.escape(sign) for sign in value if not sign.isspace())
    match = re.compile(pattern).search(text, *span)
    return [match.span()] if match else []


def unique(kpis: Iterable[Kpi]) -> tuple[Kpi, ...]:
    """Return values without those that an earlier one holds already: at the same place, or said again."""
    kept: list[Kpi] = []
    for kpi in kpis:
        again = any(
            (held.span[0] < kpi.span[1] and kpi.span[0] < held.span[1])
            or (held.name, held.role, held.fiscal_year, held.value) == (kpi.name, kpi.role, kpi.fiscal_year, kpi.value)
            for held in kept
        )
        if not again:
            kept.append(kpi)
    return tuple(sorted(kept, key=lambda kpi: kpi.span))


def spans_of(**spans: Sequence[Span]) -> dict[str, tuple[Span, ...]]:
    """Return the spans of fields by name, without those that have none."""
    return {name: tuple(places) for name, places in spans.items() if places}
