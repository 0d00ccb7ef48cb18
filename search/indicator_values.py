"""The values of an indicator in a sentence, in Japanese or English, and the quotes that prove them.

Every name and value is the document's own; a doubt about its reading is said with it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import groupby

from corpus.model import Citation, Kpi, Passage, Span, inside
from search.cells_asked import Missing
from search.citations import QUOTE_CHARACTERS, cite, plain
from search.names import bilingual, fiscal_year_name, role_name
from search.series import Series

_NOTE = re.compile(r"\s※.*$", re.DOTALL)


def values_sentence(series: Series, cells: Sequence[Kpi], language: str) -> str:
    """Return one sentence with values of an indicator, in their order; what a target began with stands in brackets.

    cells: at least one of ``series.values``.
    """
    one = cells[0]
    begin = ""
    if one.role == "target" and all(cell.role == "target" for cell in cells):
        baselines = [kpi for kpi in series.values if kpi.role == "baseline"]
        begin = _bracketed(baselines[0], language) if len(baselines) == 1 else ""
    if language == "en":
        if len(cells) == 1:
            return f"The {_dated(one, 'en')} of {_owner(series, 'en')} is {_value(one, 'en')}{begin}."
        groups = "; ".join(
            f"{role_name(role, 'en')} {', '.join(dated_value(cell, 'en') for cell in own)}"
            for role, own in _by_role(cells)
        )
        return f"{_owner(series, 'en')}: {groups}{begin}."
    if len(cells) == 1:
        return f"{_owner(series, 'ja')}の{_dated(one, 'ja')}は{_value(one, 'ja')}です{begin}。"
    groups = "、".join(
        f"{role_name(role, 'ja')}は{'、'.join(dated_value(cell, 'ja') for cell in own)}"
        for role, own in _by_role(cells)
    )
    return f"{_owner(series, 'ja')}の{groups}です{begin}。"


def missing_sentence(series: Series, missing: Missing, language: str) -> str:
    """Return one sentence that says that no such value of an indicator was read in its document.

    It may be printed in running text, where values are not read: the sentence does not say that it is not.
    """
    title = plain(series.document.title)
    if language == "en":
        role = role_name(missing.role, "en") if missing.role else "value"
        year = f"{fiscal_year_name(missing.year, 'en')} " if missing.year else ""
        return f"Among the values read in 「{title}」 there is no {year}{role} of {_owner(series, 'en')}."
    role = role_name(missing.role, "ja") if missing.role else "値"
    year = f"{fiscal_year_name(missing.year, 'ja')}の" if missing.year else ""
    return f"{_owner(series, 'ja')}の{year}{role}は、「{title}」から読み取った値の中にありません。"


def cell_citations(cells: Iterable[Kpi], passages: Sequence[Passage]) -> tuple[Citation, ...]:
    """Return citations whose quotes hold the values, each with its name where that is near; as few as hold them all.

    passages: of the document. A value that stands in none of them has no citation.
    """
    citations: list[Citation] = []
    for cell in cells:
        if any(inside(cell.span, one.span) for one in citations):
            continue
        holding = [passage for passage in passages if inside(cell.span, passage.span)]
        if holding:
            passage = min(holding, key=lambda one: len(one.text))
            citations.append(cite(passage, _focus(cell, passage)))
    return tuple(citations)


def _focus(cell: Kpi, passage: Passage) -> Span:
    """Return the span, inside a passage, from the name of a value's indicator to the value, if they fit a quote."""
    start, end = (at - passage.span[0] for at in cell.span)
    # Cells are parted by tabs and lines, and so may be the words of a name.
    name = r"\s*".join(re.escape(character) for character in cell.name if not character.isspace())
    near = max(0, end - QUOTE_CHARACTERS)
    places = [match.start() for match in re.finditer(name, passage.text[near:start])]
    return (near + places[-1] if places else start), end


def _by_role(cells: Sequence[Kpi]) -> list[tuple[str, list[Kpi]]]:
    return [(role, list(own)) for role, own in groupby(cells, key=lambda cell: cell.role)]


def _owner(series: Series, language: str) -> str:
    """Return whose indicator it is and its name; with the initiative's title where the name alone does not tell."""
    name = f"「{plain(_NOTE.sub('', series.name))}」"
    if language == "en":
        within = f" ({plain(series.within)})" if series.within else ""
        return f"{bilingual(series.document.municipality)} for {name}{within}"
    within = f"（{plain(series.within)}）" if series.within else ""
    return f"{series.document.municipality}の{name}{within}"


def _dated(cell: Kpi, language: str) -> str:
    """Return the role of a value with its year: 令和7年度の目標値, FY2025 target."""
    if cell.fiscal_year is None:
        return role_name(cell.role, language)
    between = " " if language == "en" else "の"
    return f"{fiscal_year_name(cell.fiscal_year, language)}{between}{role_name(cell.role, language)}"


def dated_value(cell: Kpi, language: str) -> str:
    """Return a value with its year: 令和7年度 100%, 100% (FY2025)."""
    if cell.fiscal_year is None:
        return _value(cell, language)
    year = fiscal_year_name(cell.fiscal_year, language)
    return f"{_value(cell, 'en')} ({year})" if language == "en" else f"{year} {_value(cell, 'ja')}"


def _bracketed(cell: Kpi, language: str) -> str:
    if language == "en":
        return f" (baseline: {dated_value(cell, 'en')})"
    return f"（{role_name('baseline', 'ja')}: {dated_value(cell, 'ja')}）"


def _value(cell: Kpi, language: str) -> str:
    """Return a value as printed, with the doubt about its reading."""
    printed = plain(cell.value)
    if cell.certain:
        return printed
    doubt = cell.reason or ""
    return f"{printed} (to be checked: {doubt})" if language == "en" else f"{printed}（要確認: {doubt}）"
