"""Initiatives 取組 of a document, from its sheets, rows and chapters; each field at its place in the text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from statistics import median

from corpus.fields import Fields, load_fields
from corpus.initiative_facts import TextFacts
from corpus.initiative_lists import filled_from_lists, similar, title_key
from corpus.lines import split_lines
from corpus.model import CanonicalText, Document, Initiative, Kpi
from corpus.sections import Section, split_sections
from corpus.sheet_initiatives import section_kpis as kpis_of_section
from corpus.sheet_initiatives import sheet_initiative
from corpus.structure import classify
from corpus.table_initiatives import table_initiative

_FEW_SHARES = 3
_OTHER_DIGITS = "同じ名の指標の他の値と桁が違う（読み取り誤りの疑い）"


def extract(document: Document, canonical: CanonicalText, fields: Fields | None = None) -> tuple[Initiative, ...]:
    """Return a document's initiatives, in order of their first place in the text."""
    fields = fields or load_fields()
    sections = _sections(canonical, fields)
    return initiatives_of(document, canonical.text, sections, fields)[0]


def initiatives_of(
    document: Document, text: str, sections: Sequence[Section], fields: Fields
) -> tuple[tuple[Initiative, ...], dict[int, int]]:
    """Return the initiatives of a document's sections, and for each section of one, by number, its ordinal."""
    facts = TextFacts.of(document, text, fields)
    found: list[Initiative] = []
    rows: list[bool] = []  # whether it is a row of a table, which names each initiative once
    owners: dict[int, int] = {}
    alike: dict[str, list[int]] = {}  # places by title and by number, where the same initiative may be
    for at, section in enumerate(sections):
        if section.title is None:
            continue
        is_row = bool(section.head)
        own = table_initiative(section, facts) if is_row else sheet_initiative(section, facts)
        keys = [title_key(own.title), *([f"No. {own.number}"] if own.number else [])]
        near = dict.fromkeys(place for key in keys for place in reversed(alike.get(key, ())))
        same = next((place for place in near if not (is_row and rows[place]) and _is_same(found[place], own)), None)
        if same is None:
            same = len(found)
            found.append(own)
            rows.append(is_row)
        else:
            found[same] = _merge(found[same], own, adjacent=owners.get(at - 1) == same)
        owners[at] = same
        for key in keys:
            alike.setdefault(key, []).append(same)
    found = _with_doubts(filled_from_lists(found, sections, fields))
    whole = _section_kpis(sections, facts)
    depth = _chapter_depth([initiative.section for initiative in found])
    shared: dict[tuple[str, ...], list[Kpi]] = {}
    for path, kpi in whole if depth else ():
        shared.setdefault(path[:depth], []).append(kpi)
    return tuple(
        replace(own, ordinal=ordinal, kpis=(*own.kpis, *shared.get(own.section[:depth], ())))
        for ordinal, own in enumerate(found)
    ), owners


def section_kpis(
    document: Document, canonical: CanonicalText, fields: Fields | None = None
) -> tuple[tuple[tuple[str, ...], Kpi], ...]:
    """Return the values of indicators that stand in no initiative but in a chapter for all of it, with its path."""
    fields = fields or load_fields()
    sections = _sections(canonical, fields)
    return tuple(_section_kpis(sections, TextFacts.of(document, canonical.text, fields)))


def _sections(canonical: CanonicalText, fields: Fields) -> list[Section]:
    return list(split_sections(classify(split_lines(canonical.text), fields, canonical.pages), fields))


def _section_kpis(sections: Sequence[Section], facts: TextFacts) -> list[tuple[tuple[str, ...], Kpi]]:
    found: list[tuple[tuple[str, ...], Kpi]] = []
    for section in sections:
        if section.title is None:
            found += [(section.path, replace(kpi, scope="section")) for kpi in kpis_of_section(section, facts)]
    return found


def _with_doubts(initiatives: Sequence[Initiative]) -> list[Initiative]:
    """Mark the shares that are far below all others of their name in the document: recognition loses digits (95%)."""
    shares: dict[str, list[float]] = {}
    for kpi in (kpi for initiative in initiatives for kpi in initiative.kpis):
        if kpi.unit == "%" and kpi.number is not None:
            shares.setdefault(kpi.name, []).append(kpi.number)
    usual = {
        name: median(numbers) for name, numbers in shares.items() if len(numbers) > _FEW_SHARES and min(numbers) >= 0
    }

    def doubted(kpi: Kpi) -> Kpi:
        low = kpi.unit == "%" and kpi.number is not None and kpi.name in usual and kpi.number * 5 < usual[kpi.name]
        return replace(kpi, certain=False, reason=_OTHER_DIGITS) if low and kpi.certain else kpi

    return [replace(initiative, kpis=tuple(map(doubted, initiative.kpis))) for initiative in initiatives]


def _chapter_depth(paths: Sequence[tuple[str, ...]]) -> int:
    """Return how many headings of a path tell the chapters of a document apart; 0 when none do."""
    deepest = min(map(len, paths), default=0)
    return next((depth for depth in range(1, deepest + 1) if len({path[:depth] for path in paths}) > 1), 0)


def _is_same(held: Initiative, other: Initiative) -> bool:
    """Return whether two places name one initiative, as its plan and its report do."""
    if held.number and other.number and held.number != other.number:
        return False
    if title_key(held.title) == title_key(other.title):
        return True
    return bool(held.number) and held.number == other.number and similar(held.title, other.title) > 0


def _merge(held: Initiative, other: Initiative, adjacent: bool) -> Initiative:
    """Return the initiative of a plan with that of its report: what the plan has stays, what it lacks is added."""
    seen = {(kpi.name, kpi.role, kpi.fiscal_year, kpi.value) for kpi in held.kpis}
    kpis = [kpi for kpi in other.kpis if (kpi.name, kpi.role, kpi.fiscal_year, kpi.value) not in seen]
    span = max(held.span, other.span, key=lambda span: span[1] - span[0])
    if adjacent:
        span = min(held.span[0], other.span[0]), max(held.span[1], other.span[1])
    named = {name: spans for name, spans in other.spans.items() if name not in held.spans}
    return replace(
        held,
        number=held.number or other.number,
        departments=held.departments or other.departments,
        overview=held.overview or other.overview,
        actions=held.actions or other.actions,
        kpis=(*held.kpis, *kpis),
        progress=(*held.progress, *other.progress),
        period=held.period or other.period,
        span=span,
        spans=held.spans | named,
    )
