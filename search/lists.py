"""Lists of initiatives under a condition: complete and counted, read from the initiatives and not from passages.

``search.list_text`` says a list in sentences and as a table.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from corpus.model import Citation, Document, Initiative, Kpi, Progress, Span
from indexer.tokenise import fold, words
from search.citations import QUOTE_CHARACTERS, plain
from search.initiatives import has_numeric_target, indicators
from search.list_question import ListQuestion, list_question
from search.model import NO_FILTERS, Filters
from search.query import Query
from search.retrieval import admits

Cite = Callable[[str, Span], Citation | None]
"""Give the verified citation of a span of a document's canonical text, by the document's id; None when it is none."""

_MARKS = "★☆◎○●※*"
_AFTER_ACTION = re.compile(r"\s+(?:進捗状況|達成状況)(?:\s.*)?$")
_BEFORE_ACTION = re.compile(r"^(?:取組の?内容|取組項目)\s+(?=\S)")


@dataclass(frozen=True, slots=True)
class Listed:
    """One entry of a list. progress: of the action that it is; kpis: the values of the indicator that it is.

    citations: the places in the document that show the entry and what it was listed for, at least one.
    """

    document: Document
    initiative: Initiative
    departments: tuple[str, ...]
    progress: Progress | None
    kpis: tuple[Kpi, ...]
    citations: tuple[Citation, ...]

    @property
    def of_section(self) -> bool:
        """Return whether the entry is an indicator that stands for all initiatives of a section together."""
        return bool(self.kpis) and self.kpis[0].scope == "section"

    @property
    def certain(self) -> bool:
        """Return whether the printed progress and values leave no doubt."""
        return all(kpi.certain for kpi in self.kpis) and (self.progress is None or self.progress.certain)


@dataclass(frozen=True, slots=True)
class Listing:
    """A list that a question asks for. entries: in the order of the documents.

    years: of the progress or of the targets; none for any. searched: the documents in which entries were looked for;
    untold: those that cannot say, for lack of progress. by_section: those that have such targets only for whole
    sections. unread: initiatives that would meet the conditions but for their departments, which could not be read.
    involved: those of the departments, but not in the first place.
    """

    asked: ListQuestion
    years: tuple[int, ...]
    entries: tuple[Listed, ...]
    searched: tuple[Document, ...]
    untold: tuple[Document, ...] = ()
    by_section: tuple[Document, ...] = ()
    unread: tuple[Initiative, ...] = ()
    involved: tuple[Initiative, ...] = ()

    @property
    def count(self) -> int:
        """Return how many there are: actions with progress, indicators where these are asked for, else initiatives."""
        if self.asked.statuses or self.asked.listed != "initiatives":
            return len(self.entries)
        return len({(one.document.id, one.initiative.ordinal) for one in self.entries})

    @property
    def municipalities(self) -> tuple[str, ...]:
        """Return the municipalities with entries."""
        return tuple(dict.fromkeys(one.document.municipality for one in self.entries))


def listed(
    query: Query,
    initiatives: Sequence[Initiative],
    documents: Sequence[Document],
    text: Callable[[str], str],
    cite: Cite,
    filters: Filters = NO_FILTERS,
) -> Listing | None:
    """Return the list that a question asks for, of all that meets its conditions; None when it asks for no list.

    initiatives: of an index, in the order of its documents; text: the canonical text of a document id. filters: the
    user's own. An entry without a verified citation is left out.
    """
    municipalities = query.municipalities or filters.municipalities or None
    chosen = [
        one
        for one in documents
        if admits(replace(filters, municipalities=municipalities), one) and one.municipality not in query.excluded
    ]
    ids = {one.id for one in chosen}
    asked = list_question(query, [one for one in initiatives if one.document_id in ids], chosen)
    if asked is None:
        return None
    if filters.departments or filters.statuses or filters.numeric_target:
        asked = replace(
            asked,
            departments=tuple(filters.departments or asked.departments),
            statuses=tuple(filters.statuses or asked.statuses),
            numeric_target=filters.numeric_target or asked.numeric_target,
        )
    chosen = _documents(asked, query.fiscal_years, chosen)
    if not chosen:
        return None
    by_id = {one.id: one for one in chosen}
    within = [one for one in initiatives if one.document_id in by_id]
    needs_progress = bool(asked.statuses) or asked.listed == "progress"
    years = _years(asked, query.fiscal_years, within) if not (asked.kinds and needs_progress) else frozenset()
    reporting = {one.document_id for one in within for progress in one.progress if progress.fiscal_year in years}
    reporting = reporting or {one.document_id for one in within if one.progress}
    silent = {one.id for one in chosen} - {one.document_id for one in within if one.progress}
    seen: set[tuple[str, Span]] = set()
    entries = [
        replace(entry, citations=cited)
        for one in within
        if _meets(one, asked, text)
        for entry, spans in _entries(one, by_id[one.document_id], asked, years, text)
        if not _is_repeated(entry, seen)
        if (cited := tuple(filter(None, (cite(one.document_id, span) for span in spans))))
    ]
    if asked.topic and not entries:
        return None
    of_sections = {one.document_id for one in within if len(one.own_kpis) < len(one.kpis)}
    with_own = {one.document_id for one in within if has_numeric_target(one)}
    anywhere, any_place = replace(asked, departments=()), replace(asked, main=False)
    about_targets = asked.numeric_target or asked.without == "target"
    return Listing(
        asked,
        tuple(sorted(years)),
        tuple(entries),
        tuple(one for one in chosen if not needs_progress or one.id in reporting),
        tuple(one for one in chosen if needs_progress and one.id in silent),
        tuple(one for one in chosen if about_targets and one.id in of_sections - with_own),
        tuple(one for one in within if asked.departments and not one.departments and _meets(one, anywhere, text)),
        tuple(one for one in within if asked.main and _meets(one, any_place, text) and not _meets(one, asked, text)),
    )


def _documents(asked: ListQuestion, years: Sequence[int], documents: Sequence[Document]) -> list[Document]:
    """Return the documents that a question is for. A year beside a kind of document, 2024年度報告, is of the report."""
    chosen = [one for one in documents if not asked.documents or one.title in asked.documents]
    if asked.kinds:
        # 行革プラン is a kind of document, and stands in titles of reports on such plans.
        chosen = [
            one
            for one in chosen
            if any(admits(Filters(kinds=(kind,)), one) or name in fold(one.title).lower() for kind, name in asked.kinds)
        ]
    if years and not asked.statuses:
        chosen = [one for one in chosen if any(admits(Filters(fiscal_year=year), one) for year in years)]
    elif years and asked.kinds:
        reported = [one for one in chosen if one.report_fiscal_year in years]
        chosen = reported or [one for one in chosen if any(admits(Filters(fiscal_year=year), one) for year in years)]
    return chosen


def _years(asked: ListQuestion, years: Sequence[int], initiatives: Iterable[Initiative]) -> frozenset[int]:
    """Return the years of the progress or of the targets that a list is restricted to; none for any.

    A year for which no target is printed is that of the document.
    """
    if asked.statuses or asked.listed == "progress":
        return frozenset(years)
    if not asked.numeric_target and asked.listed != "indicators":
        return frozenset()
    printed = {kpi.fiscal_year for one in initiatives for kpi in one.kpis if kpi.role == "target"}
    return frozenset(years) & {year for year in printed if year is not None}


def _meets(initiative: Initiative, asked: ListQuestion, text: Callable[[str], str]) -> bool:
    """Return whether an initiative meets the conditions on initiatives."""
    departments = initiative.departments
    if asked.main:
        departments = marked_departments(initiative, text(initiative.document_id)) or departments
    if asked.departments and not set(departments) & set(asked.departments):
        return False
    if asked.sections and initiative.section not in asked.sections:
        return False
    if asked.numeric_target and not has_numeric_target(initiative):
        return False
    if asked.without == "target" and has_numeric_target(initiative):
        return False
    if asked.without == "department" and initiative.departments:
        return False
    return not asked.topic or speaks_of(initiative, asked)


def speaks_of(initiative: Initiative, asked: ListQuestion) -> bool:
    """Return whether an initiative's title, actions or indicators have the words of every concept of a topic."""
    named = [initiative.title, *initiative.actions, *indicators(initiative.own_kpis)]
    terms = frozenset(words("\n".join(named)))
    return all(any(terms.issuperset(wording) for wording in one.alternatives) for one in asked.topic)


def marked_departments(initiative: Initiative, text: str) -> tuple[str, ...]:
    """Return the departments that a document marks among an initiative's (★人事課); none when it marks none."""
    printed = "\n".join(text[slice(*span)] for span in initiative.spans.get("departments", ()))
    return tuple(name for name in initiative.departments if re.search(rf"[{_MARKS}]\s*{re.escape(name)}", printed))


def action_text(initiative: Initiative, progress: Progress, citation: Citation) -> str:
    """Return the text of an action as printed, without its label; empty when there is none.

    It stands in the row of its progress, which the citation quotes, or else where the plan lists the actions.
    """
    listed = next((one for one in initiative.actions if one.split(" ")[0] == progress.action), "")
    for text in (plain(citation.quote), plain(listed)) if progress.action else ():
        label = re.match(r"\s*".join(map(re.escape, progress.action)), text)
        if label and (found := _BEFORE_ACTION.sub("", _AFTER_ACTION.sub("", text[label.end() :])).strip()):
            return found
    return ""


def _entries(
    initiative: Initiative, document: Document, asked: ListQuestion, years: frozenset[int], text: Callable[[str], str]
) -> Iterator[tuple[Listed, list[Span]]]:
    """Return the entries of an initiative that meets the conditions, each with the spans to cite."""
    canonical = text(document.id)
    departments = initiative.departments
    head = _head(initiative, bool(asked.departments))
    if asked.statuses or asked.listed == "progress":
        for one in initiative.progress:
            if (not asked.statuses or one.status in asked.statuses) and (not years or one.fiscal_year in years):
                yield Listed(document, initiative, departments, one, (), ()), [row_span(canonical, one.span), *head]
    elif asked.numeric_target or asked.listed == "indicators":
        every = initiative.own_kpis if asked.numeric_target or asked.departments else initiative.kpis
        for values in indicators(kpi for kpi in every if kpi.role == "target").values():
            kept = tuple(kpi for kpi in values if not years or kpi.fiscal_year in years)
            if kept and (not asked.numeric_target or any(kpi.number is not None for kpi in kept)):
                spans = value_spans(canonical, (kpi.span for kpi in kept))
                entry = Listed(document, initiative, departments, None, kept, ())
                yield entry, spans if entry.of_section else [*spans, *head]
    else:
        yield Listed(document, initiative, departments, None, (), ()), head


def _is_repeated(entry: Listed, seen: set[tuple[str, Span]]) -> bool:
    """Return whether an entry is the indicator of a whole section, which stands with all of its initiatives, again."""
    if not entry.of_section:
        return False
    key = entry.document.id, entry.kpis[0].span
    if key in seen:
        return True
    seen.add(key)
    return False


def _head(initiative: Initiative, with_departments: bool) -> list[Span]:
    """Return the spans of an initiative's title and departments, as one where they stand close together."""
    title = list(initiative.spans.get("title", ()))[:1] or [initiative.span]
    every = initiative.spans.get("departments", ()) if with_departments else ()
    if not every:
        return title
    whole = min(title[0][0], every[0][0]), max(title[0][1], every[-1][1])
    return [whole] if whole[1] - whole[0] <= QUOTE_CHARACTERS else [*title, (every[0][0], every[-1][1])]


def row_span(text: str, span: Span) -> Span:
    """Return the span of a value from the beginning of its row, which tells what it is of.

    Of a long row it begins with a cell; the row before belongs to it where a value stands first in its own.
    """
    start = text.rfind("\n", 0, span[0]) + 1
    if not text[start : span[0]].strip():
        start = text.rfind("\n", 0, max(start - 1, 0)) + 1
    if span[1] - start > QUOTE_CHARACTERS:
        cell = re.compile(r"[\t\n]").search(text, max(0, span[1] - QUOTE_CHARACTERS), span[0])
        start = cell.end() if cell else span[0]
    while start < span[0] and text[start].isspace():
        start += 1
    return start, span[1]


def value_spans(text: str, spans: Iterable[Span]) -> list[Span]:
    """Return the spans to cite for some values: those that stand close together as one, from their row's beginning."""
    found: list[Span] = []
    for span in sorted(spans):
        if found and span[1] - found[-1][0] <= QUOTE_CHARACTERS:
            found[-1] = found[-1][0], max(span[1], found[-1][1])
        else:
            found.append(row_span(text, span))
    return found
