"""Initiatives 取組 of a document, from its sheets, rows and chapters; each field at its place in the text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from statistics import median

from corpus.fields import Fields, load_fields
from corpus.initiative_lists import filled_from_lists, similar, title_key
from corpus.lines import split_lines
from corpus.model import CanonicalText, Document, Initiative, Kpi
from corpus.records import Record, TextFacts
from corpus.sections import Section, split_sections
from corpus.sheet_records import section_kpis as kpis_of_section
from corpus.sheet_records import sheet_record
from corpus.structure import classify
from corpus.table_records import table_record

_FEW_SHARES = 3
_OTHER_DIGITS = "同じ名の指標の他の値と桁が違う（読み取り誤りの疑い）"


def extract(document: Document, canonical: CanonicalText, fields: Fields | None = None) -> tuple[Initiative, ...]:
    """Return a document's initiatives, in order of their first place in the text."""
    fields = fields or load_fields()
    sections = list(split_sections(classify(split_lines(canonical.text), fields, canonical.pages), fields))
    return initiatives_of(document, canonical.text, sections, fields)[0]


def initiatives_of(
    document: Document, text: str, sections: Sequence[Section], fields: Fields
) -> tuple[tuple[Initiative, ...], dict[int, int]]:
    """Return the initiatives of a document's sections, and for each section of one, by number, its ordinal."""
    facts = TextFacts.of(document, text, fields)
    records: list[Record] = []
    owners: dict[int, int] = {}
    alike: dict[str, list[int]] = {}  # records by title and by number, where the same initiative may be
    for at, section in enumerate(sections):
        if section.title is None:
            continue
        record = table_record(section, facts) if section.head else sheet_record(section, facts)
        keys = [title_key(record.title), *([f"No. {record.number}"] if record.number else [])]
        near = dict.fromkeys(place for key in keys for place in reversed(alike.get(key, ())))
        same = next((place for place in near if _is_same(records[place], record)), None)
        if same is None:
            same = len(records)
            records.append(record)
        else:
            records[same] = _merge(records[same], record, adjacent=owners.get(at - 1) == same)
        owners[at] = same
        for key in keys:
            alike.setdefault(key, []).append(same)
    records = _with_doubts(filled_from_lists(records, sections, fields))
    whole = _section_kpis(sections, facts)
    depth = _chapter_depth([record.section for record in records])
    shared: dict[tuple[str, ...], list[Kpi]] = {}
    for path, kpi in whole if depth else ():
        shared.setdefault(path[:depth], []).append(kpi)
    return tuple(
        record.initiative(document.id, ordinal, shared.get(record.section[:depth], ()))
        for ordinal, record in enumerate(records)
    ), owners


def section_kpis(
    document: Document, canonical: CanonicalText, fields: Fields | None = None
) -> tuple[tuple[tuple[str, ...], Kpi], ...]:
    """Return the values of indicators that stand in no initiative but in a chapter for all of it, with its path."""
    fields = fields or load_fields()
    sections = list(split_sections(classify(split_lines(canonical.text), fields, canonical.pages), fields))
    return tuple(_section_kpis(sections, TextFacts.of(document, canonical.text, fields)))


def _section_kpis(sections: Sequence[Section], facts: TextFacts) -> list[tuple[tuple[str, ...], Kpi]]:
    found: list[tuple[tuple[str, ...], Kpi]] = []
    for section in sections:
        if section.title is None:
            found += [(section.path, replace(kpi, scope="section")) for kpi in kpis_of_section(section, facts)]
    return found


def _with_doubts(records: Sequence[Record]) -> list[Record]:
    """Mark the shares that are far below all others of their name in the document: recognition loses digits (95%)."""
    shares: dict[str, list[float]] = {}
    for kpi in (kpi for record in records for kpi in record.kpis):
        if kpi.unit == "%" and kpi.number is not None:
            shares.setdefault(kpi.name, []).append(kpi.number)
    usual = {name: median(numbers) for name, numbers in shares.items() if len(numbers) > _FEW_SHARES}

    def doubted(kpi: Kpi) -> Kpi:
        low = kpi.unit == "%" and kpi.number is not None and kpi.number * 5 < usual.get(kpi.name, 0)
        return replace(kpi, certain=False, reason=_OTHER_DIGITS) if low and kpi.certain else kpi

    return [replace(record, kpis=tuple(map(doubted, record.kpis))) for record in records]


def _chapter_depth(paths: Sequence[tuple[str, ...]]) -> int:
    """Return how many headings of a path tell the chapters of a document apart; 0 when none do."""
    deepest = min(map(len, paths), default=0)
    return next((depth for depth in range(1, deepest + 1) if len({path[:depth] for path in paths}) > 1), 0)


def _is_same(held: Record, record: Record) -> bool:
    """Return whether two records are of one initiative: its plan and its report, not two rows of one table."""
    if held.in_table and record.in_table:
        return False
    if held.number and record.number and held.number != record.number:
        return False
    if title_key(held.title) == title_key(record.title):
        return True
    return bool(held.number) and held.number == record.number and similar(held.title, record.title) > 0


def _merge(held: Record, record: Record, adjacent: bool) -> Record:
    """Return the record of a plan with that of its report: what the plan has stays, what it lacks is added."""
    seen = {(kpi.name, kpi.role, kpi.fiscal_year, kpi.value) for kpi in held.kpis}
    kpis = [kpi for kpi in record.kpis if (kpi.name, kpi.role, kpi.fiscal_year, kpi.value) not in seen]
    span = max(held.span, record.span, key=lambda span: span[1] - span[0])
    if adjacent:
        span = min(held.span[0], record.span[0]), max(held.span[1], record.span[1])
    named = {name: spans for name, spans in record.spans.items() if name not in held.spans}
    return replace(
        held,
        number=held.number or record.number,
        departments=held.departments or record.departments,
        overview=held.overview or record.overview,
        actions=held.actions or record.actions,
        kpis=(*held.kpis, *kpis),
        progress=(*held.progress, *record.progress),
        period=held.period or record.period,
        span=span,
        spans=held.spans | named,
    )
