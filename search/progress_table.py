"""How far an initiative got: planned against actual, year by year, and the progress of its actions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from corpus.model import Citation, Document, Initiative, Kpi, Progress, Span
from search.citations import plain
from search.initiatives import indicators
from search.lists import action_text, row_span, value_spans
from search.model import Row, Statement, Table
from search.names import fiscal_year_name, role_name
from search.printed import actions_name, doubt, status_printed

_ROLES = ("baseline", "target", "actual")
_MOST_NAMED = 2


@dataclass(frozen=True, slots=True)
class ProgressAnswer:
    """What a document says of how far an initiative got.

    statements: one or two sentences, none when it prints neither values nor progress. table: a row for every indicator,
    with a column for every role and year, and for every action, with its progress; None when it has no row. remarks:
    what is not printed, or may be misread.
    """

    statements: tuple[Statement, ...]
    table: Table | None
    remarks: tuple[str, ...]


def progress_of(
    initiative: Initiative,
    document: Document,
    language: str,
    text: str,
    cite: Callable[[Span], Citation | None],
) -> ProgressAnswer:
    """Return what a document says of how far one of its initiatives got; all values as printed.

    text: the document's canonical text. cite: gives the verified citation of a span of it, or None; what it gives none
    for is left out.
    """
    named = {
        name: (kpis, citations)
        for name, kpis in indicators(initiative.own_kpis or initiative.kpis).items()
        if (citations := _cited(text, kpis, cite))
    }
    actions = [(one, citation) for one in initiative.progress if (citation := cite(row_span(text, one.span)))]
    remarks = _remarks(initiative, document, named, language)
    if not named and not actions:
        return ProgressAnswer((), None, remarks)
    statements = []
    told = sorted(named, key=lambda name: _rank(named[name][0]))[:_MOST_NAMED]
    if told:
        said = [_said(name, named[name][0], language) for name in told]
        statements.append(
            Statement(
                f"{'; '.join(said)}." if language == "en" else f"{'、'.join(said)}です。",
                tuple(dict.fromkeys(one for name in told for one in named[name][1])),
            )
        )
    if actions:
        statements.append(_actions_said(initiative, actions, language))
    return ProgressAnswer(tuple(statements), _table(initiative, named, actions, language), remarks)


def _cited(text: str, kpis: Iterable[Kpi], cite: Callable[[Span], Citation | None]) -> tuple[Citation, ...]:
    """Return the citations of all values of an indicator; none when one of them cannot be cited."""
    citations = [cite(span) for span in value_spans(text, (kpi.span for kpi in kpis))]
    return tuple(one for one in citations if one is not None) if all(citations) else ()


def _rank(kpis: Sequence[Kpi]) -> int:
    """Return the place of an indicator in a summary: first those with target and actual value, then with either."""
    roles = {kpi.role for kpi in kpis}
    return -2 * ("target" in roles) - ("actual" in roles)


def _said(name: str, kpis: Sequence[Kpi], language: str) -> str:
    """Return what is printed of an indicator: its last baseline, target and actual value."""
    parts = []
    for role in _ROLES:
        values = [kpi for kpi in kpis if kpi.role == role]
        if not values:
            continue
        last = max(values, key=lambda kpi: kpi.fiscal_year or 0)
        year = "" if last.fiscal_year is None else fiscal_year_name(last.fiscal_year, language)
        if language == "en":
            parts.append(f"{role_name(role, language)}{f' for {year}' if year else ''} {_value(last, language)}")
        else:
            parts.append(f"{f'{year}の' if year else ''}{role_name(role, language)}は{_value(last, language)}")
    label = f"「{plain(name)}」"
    return f"{label}: {', '.join(parts)}" if language == "en" else f"{label}の{'、'.join(parts)}"


def _actions_said(initiative: Initiative, actions: Sequence[tuple[Progress, Citation]], language: str) -> Statement:
    counts = Counter(one.status for one, _ in actions)
    years = {one.fiscal_year for one, _ in actions if one.fiscal_year is not None}
    year = fiscal_year_name(years.pop(), language) if len(years) == 1 else ""
    title = f"「{plain(initiative.title)}」"
    if language == "en":
        each = ", ".join(f"「{status}」 {count}" for status, count in counts.items())
        actions_word = "action" if len(actions) == 1 else "actions"
        said = f"Progress of {title}{f' in {year}' if year else ''}, {len(actions)} {actions_word}: {each}."
    else:
        each = "、".join(f"{status}{count}件" for status, count in counts.items())
        label = actions_name(one for one, _ in actions)
        said = f"{title}の{label}{len(actions)}件の{f'{year}の' if year else ''}進捗は{each}です。"
    return Statement(said, tuple(dict.fromkeys(citation for _, citation in actions)))


def _table(
    initiative: Initiative,
    named: dict[str, tuple[list[Kpi], tuple[Citation, ...]]],
    actions: Sequence[tuple[Progress, Citation]],
    language: str,
) -> Table:
    """Return the table: baselines first, then target and actual value of every year together, progress last."""
    printed = {(kpi.role, kpi.fiscal_year) for kpis, _ in named.values() for kpi in kpis}
    keys = sorted(
        printed, key=lambda key: (key[0] != "baseline", key[1] is not None, key[1] or 0, _ROLES.index(key[0]))
    )
    years = sorted({one.fiscal_year for one, _ in actions}, key=lambda year: year or 0)
    first, progress = ("Indicator or action", "progress") if language == "en" else ("指標・取組内容", "進捗状況")
    columns = [first, *(_heading(role_name(role, language), year, language) for role, year in keys)]
    columns += [_heading(progress, year, language) for year in years]
    rows = []
    for name, (kpis, citations) in named.items():
        cells = [
            "、".join(dict.fromkeys(_value(kpi, language) for kpi in kpis if (kpi.role, kpi.fiscal_year) == key))
            for key in keys
        ]
        rows.append(Row((plain(name), *cells, *("" for _ in years)), citations))
    for one, citation in actions:
        label = " ".join(filter(None, (one.action, action_text(initiative, one, citation)))) or plain(initiative.title)
        states = [_status(one, language) if one.fiscal_year == year else "" for year in years]
        rows.append(Row((label, *("" for _ in keys), *states), (citation,)))
    return Table(tuple(columns), tuple(rows))


def _heading(name: str, year: int | None, language: str) -> str:
    return name if year is None else f"{fiscal_year_name(year, language)} {name}"


def _value(kpi: Kpi, language: str) -> str:
    return plain(kpi.value) + doubt(kpi.certain, language)


def _status(progress: Progress, language: str) -> str:
    return status_printed(progress) + doubt(progress.certain, language)


def _remarks(
    initiative: Initiative,
    document: Document,
    named: dict[str, tuple[list[Kpi], tuple[Citation, ...]]],
    language: str,
) -> tuple[str, ...]:
    """Return what is to be said beside the printed values: those that are not printed, above all."""
    en = language == "en"
    remarks = []
    where = f"「{document.title}」"
    roles = {name: {kpi.role for kpi in kpis} for name, (kpis, _) in named.items()}
    without = [name for name in named if "target" in roles[name] and "actual" not in roles[name]]
    # An actual value under another name may be that of a target.
    if without and not any("actual" in found and "target" not in found for found in roles.values()):
        names = (", " if en else "、").join(f"「{plain(name)}」" for name in without)
        remarks.append(
            f"No actual value of {names} was found in {where}."
            if en
            else f"{where}に{names}の実績の記載は見つかりませんでした。"
        )
    if not initiative.progress:
        remarks.append(
            f"No progress was found in {where}." if en else f"{where}に進捗状況の記載は見つかりませんでした。"
        )
    if named and not initiative.own_kpis:
        remarks.append(
            "The indicators are those of the whole section." if en else "指標は、この取組だけでなく柱全体のものです。"
        )
    if any(not kpi.certain for kpis, _ in named.values() for kpi in kpis) or any(
        not one.certain for one in initiative.progress
    ):
        remarks.append(
            "Values marked to be checked may be misread." if en else "要確認の値は、読み取りに誤りの疑いがあります。"
        )
    return tuple(remarks)
