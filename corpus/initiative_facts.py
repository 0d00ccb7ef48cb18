"""What the readers of sheets and of tables share: facts of the document, and the reading of single cells."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from corpus.cells import Cell, trimmed
from corpus.departments import known_departments
from corpus.fields import Fields
from corpus.fiscal_years import find_fiscal_years
from corpus.model import Document, Kpi, Span
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
    pattern = r"\s*".join(map(_printed, (sign for sign in value if not sign.isspace())))
    match = re.compile(pattern).search(text, *span)
    return [match.span()] if match else []


def _printed(sign: str) -> str:
    """Return a pattern for the signs that a sign of a number may be printed as."""
    if sign == "-":
        return "[-‐–－ー−]"
    return f"[{sign}{chr(ord(sign) + 0xFEE0)}]" if "0" <= sign <= "9" else re.escape(sign)


def unique(kpis: Iterable[Kpi]) -> tuple[Kpi, ...]:
    """Return values in their order, without those that an earlier one holds: at the same place, or said again."""
    starts: list[int] = []
    ends: list[int] = []
    said: set[tuple[str, str, int | None, str]] = set()
    kept: list[Kpi] = []
    for kpi in kpis:
        key = (kpi.name, kpi.role, kpi.fiscal_year, kpi.value)
        at = bisect_left(starts, kpi.span[1])  # those kept are apart, so only the last that begins before counts
        if key in said or (at and ends[at - 1] > kpi.span[0]):
            continue
        starts.insert(at, kpi.span[0])
        ends.insert(at, kpi.span[1])
        said.add(key)
        kept.append(kpi)
    return tuple(sorted(kept, key=lambda kpi: kpi.span))


def spans_of(**spans: Sequence[Span]) -> dict[str, tuple[Span, ...]]:
    """Return the spans of fields by name, without those that have none."""
    return {name: tuple(places) for name, places in spans.items() if places}
