"""HTML of an answer: its sentences with numbered sources, its table, and the evidence of each municipality.

Everything that comes from a document or a question is escaped, as in ``ui.render``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape

from corpus.model import Citation
from search import Answer
from search.answer import quoted, source_line
from search.citations import plain
from search.model import Place, QuestionKind, Strength, Table, numbered, place
from search.names import municipality_name, strength_name
from ui.buttons import open_button
from ui.library import Library
from ui.render import cells, figure_html, hits_details, notice, result
from ui.texts import Language, text

_SHOWN_SOURCES = 5
_LONG_TABLE = 10
_SHOWN_MARKS = 6
_LONG_CELL = 40
_BLANK_LINES = re.compile(r"\n\s*\n")

_ASK_FOR_VALUES: tuple[QuestionKind, ...] = ("fact", "list", "progress")
"""Kinds of questions that do not ask how firmly a city speaks of something."""


def answer_html(answer: Answer, library: Library, language: Language, chips: str = "", tools: str = "") -> str:
    """Return an answer: what it says, then what it rests on, then the passages that were retrieved.

    chips: HTML of how the question was read, which stands between the question and its answer. tools: HTML of what can
    be done with the answer.
    """
    # Outside of what is read out when it changes: a reader switches chips one by one.
    asked = f'<p class="k-question">{escape(answer.question)}</p>{chips}'
    if answer.abstained:
        body = notice(text("abstained", language), answer.text)
        return asked + result(body, hits_details("nearby", answer.hits, language))
    numbers = numbered(answer.citations)
    return asked + result(
        _said(answer, numbers, language, tools),
        _evidence(answer, numbers, library, language),
        hits_details("retrieved", answer.hits, language),
    )


def _said(answer: Answer, numbers: Mapping[Place, int], language: Language, tools: str) -> str:
    """Return the card of the answer itself, in the language of the question."""
    statements = "".join(
        f'<p class="k-statement">{escape(one.text)}<sup>{citation_marks(one.citations, numbers, language)}</sup></p>'
        for one in answer.statements
    )
    # Who has no evidence may be what was asked.
    kind = "k-statement" if answer.negative else "k-remark"
    remarks = "".join(f'<p class="{kind}">{escape(remark)}</p>' for remark in answer.remarks)
    said = remarks + statements if answer.negative else statements + remarks
    table = _table(answer.table, numbers, language) if answer.table else ""
    return (
        f'<section class="k-card k-answer" lang="{escape(answer.language)}" aria-label="{text("answer", language)}">'
        f"{said}{table}{_copy_button(answer.text, language)}{tools}</section>"
    )


def citation_marks(citations: Iterable[Citation], numbers: Mapping[Place, int], language: Language) -> str:
    """Return the numbers of citations as buttons that open them: of very many the first and the last."""
    marks = [
        open_button(
            citation.document,
            citation.span,
            f"[{number}]",
            "k-number",
            title=source_line(citation, language),
            spoken=text("open_source", language, number=number),
        )
        for number, citation in {numbers[place(citation)]: citation for citation in citations}.items()
    ]
    return "".join(marks if len(marks) <= _SHOWN_MARKS else [*marks[: _SHOWN_MARKS - 1], "…", marks[-1]])


def _table(table: Table, numbers: Mapping[Place, int], language: Language) -> str:
    caption = escape(text("table_caption", language, count=len(table.rows)))
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in (*table.columns, text("sources", language)))
    rows = []
    for row in table.rows:
        first, *others = row.cells
        rest = "".join(map(_cell, others))
        marks = citation_marks(row.citations, numbers, language)
        rows.append(f'<tr><th scope="row">{escape(first)}</th>{rest}<td>{marks}</td></tr>')
    return (
        f'<div class="k-scroll" role="region" aria-label="{caption}" tabindex="0"><table class="k-table">'
        f'<caption>{caption}</caption><thead><tr>{head}</tr></thead><tbody lang="ja">{"".join(rows)}</tbody>'
        "</table></div>"
    )


def _cell(cell: str) -> str:
    return f'<td class="k-long">{escape(cell)}</td>' if len(cell) > _LONG_CELL else f"<td>{escape(cell)}</td>"


def _copy_button(answer: str, language: Language) -> str:
    label, copied, failed = (escape(text(key, language)) for key in ("copy", "copied", "not_copied"))
    return (
        f'<p class="k-tools"><button type="button" class="k-open" data-copy="{escape(answer)}" '
        f'data-label="{label}" data-copied="{copied}" data-failed="{failed}">{label}</button></p>'
    )


def _evidence(answer: Answer, numbers: Mapping[Place, int], library: Library, language: Language) -> str:
    """Return every citation under its number: a card for each municipality, or one list when one alone was asked."""
    groups: dict[str, list[Citation]] = {finding.municipality: [] for finding in answer.findings}
    for citation in answer.citations:
        groups.setdefault(citation.document.municipality, []).append(citation)
    shown = 0 if answer.table and len(answer.table.rows) > _LONG_TABLE else _SHOWN_SOURCES
    is_judged = answer.kind not in _ASK_FOR_VALUES
    strengths = {one.municipality: one.strength for one in answer.findings if is_judged}
    searched = len(groups) + len(answer.without_evidence)
    summary = text("found_count", language, searched=searched, found=len(groups))
    cards = [f'<p class="k-summary">{escape(summary)}</p>'] if searched > 1 else []
    for name, citations in groups.items():
        about = f"<small>{escape(citations[0].document.prefecture)}</small>{_badge(strengths.get(name), language)}"
        title = f"{escape(municipality_name(name, language))} {about}"
        if searched == 1:
            title = f"{escape(text('sources', language))} <small>{escape(municipality_name(name, language))}</small>"
        figures = list(_figures(answer, citations, numbers, library, language))
        cards.append(f'<article class="k-card"><h3>{title}</h3>{_folded(figures, shown, language)}</article>')
    return "".join(cards)


def _badge(strength: Strength | None, language: Language) -> str:
    if strength is None:
        return ""
    return f' <span class="k-badge k-strength k-{strength}">{escape(strength_name(strength, language))}</span>'


def _figures(
    answer: Answer,
    citations: Sequence[Citation],
    numbers: Mapping[Place, int],
    library: Library,
    language: Language,
) -> Iterator[str]:
    """Return citations as figures: no words that the answer shows already, no facts of what its table lists."""
    rows = answer.table.rows if answer.table else ()
    shown = {plain(cell) for row in rows for cell in row.cells}
    said = "\n".join([*(one.text for one in answer.statements), *shown])
    known: set[tuple[str, int]] = set()  # the facts of an initiative stand beside its first quote
    for citation in citations:
        is_told = quoted(citation) in said or plain(citation.quote) in shown
        quote = "" if is_told else cells(_BLANK_LINES.sub("\n", citation.quote))
        passage = library.passage(citation)
        initiative = library.engine.initiative_of(passage) if passage else None
        if initiative and plain(initiative.title) in shown:
            initiative = None
        key = (initiative.document_id, initiative.ordinal) if initiative else None
        facts_of = None if key in known else initiative
        known |= {key} if key else set()
        yield figure_html(citation, quote, passage, facts_of, language, numbers[place(citation)])


def _folded(figures: Sequence[str], count: int, language: Language) -> str:
    """Return sources, those beyond the first ``count`` folded: an answer may rest on a hundred."""
    shown, rest = "".join(figures[:count]), figures[count:]
    if not rest:
        return shown
    summary = escape(text("more_sources" if shown else "all_sources", language, count=len(rest)))
    return f'{shown}<details class="k-sources"><summary>{summary}</summary>{"".join(rest)}</details>'
