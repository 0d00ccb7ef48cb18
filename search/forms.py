"""The forms of answers: sentences and a table about one municipality or about several."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from corpus.model import Citation, Initiative
from search.answer import quoted
from search.cell_answers import Cells
from search.citations import plain
from search.model import STRENGTHS, Row, Statement, Table
from search.names import municipality_name, strength_name
from search.progress_table import progress_of
from search.proofs import Proof, Question
from search.quotes import Quote, same_place

_STATEMENTS = 3
_BESIDE_CELLS = 2
_OF_CITIES = (("自治体", "Municipality"), ("記述", "Stated as"), ("根拠", "Evidence"))
_OF_VALUES = (("指標", "Indicator"), ("基準値", "Baseline"), ("目標値", "Target"), ("実績", "Actual"))

_OF_PRECEDENTS = (
    ("自治体", "Municipality"),
    ("取組", "Initiative"),
    ("担当課", "Departments"),
    ("状況", "Status"),
    ("根拠", "Evidence"),
)
_NAMED = 4


@dataclass(frozen=True, slots=True)
class Form:
    """What an answer says: at most three sentences, a table, and what is to be said of the table."""

    statements: tuple[Statement, ...]
    table: Table | None = None
    remarks: tuple[str, ...] = ()


def about_one(question: Question, proof: Proof, cells: Cells) -> Form:
    """Return the form of an answer about one municipality: the cells asked for, then what it says in its own words."""
    values = cells.said.get(proof.municipality, ())
    further = [one.citation for one in proof.quotes]
    if values:  # beside a cell, only another place, and a figure of the kind asked for
        shown = [citation for value in values for citation in value.citations]
        figure = question.asked.answer
        other = (one for one in further if not any(same_place(one, cited) for cited in shown))
        further = [one for one in other if figure is None or figure.search(one.quote)][: _BESIDE_CELLS - len(values)]
    quotes = [Statement(quoted(citation), (citation,)) for citation in further]
    statements = (*values, *quotes)[:_STATEMENTS]
    if question.asked.kind == "precedent":
        return _precedents(question, [proof])
    if question.asked.kind == "progress":
        return Form(
            statements,
            *_progress(question, cells.initiative or question.holdings.initiative_of(proof.quotes[0].passage)),
        )
    return Form(statements)


def about_several(question: Question, found: Sequence[Proof], cells: Cells, weaker: Sequence[Proof] = ()) -> Form:
    """Return the form of an answer about several municipalities: who, and a row of the table for each.

    weaker: proofs of those that say it less firmly than the question asks for; they are only named.
    """
    language, kind = question.query.language, question.asked.kind
    if kind == "precedent":
        return _precedents(question, found)
    if kind == "cities":
        statements = [*_by_strength(found, language), *_by_strength(weaker, language)]
        if len(found) == 1:
            statements += [Statement(quoted(one.citation), (one.citation,)) for one in found[0].quotes]
    else:
        statements = [cells.first(proof.municipality) or _said(proof, language) for proof in found]
    shown = tuple(statements[:_STATEMENTS])
    # What the sentences have said already needs no table.
    if len(found) == 1 or (kind not in ("cities", "compare") and len(found) <= _STATEMENTS):
        return Form(shown)
    return Form(shown, _comparison(found, cells, language))


def _by_strength(found: Sequence[Proof], language: str) -> list[Statement]:
    """Return one sentence for each strength, the strongest first, that names its municipalities."""
    statements = []
    for strength in STRENGTHS:
        own = [proof for proof in found if proof.strength == strength]
        if not own:
            continue
        names = [municipality_name(proof.municipality, language) for proof in own]
        name = strength_name(strength, language)
        text = (
            f"{name}の記述があるのは、{'、'.join(names)}です。"
            if language == "ja"
            else f"Stated as {name}: {', '.join(names)}."
        )
        statements.append(Statement(text, tuple(proof.best.citation for proof in own)))
    return statements


def _said(proof: Proof, language: str) -> Statement:
    best = proof.quotes[0].citation
    return Statement(f"{municipality_name(proof.municipality, language)}: {quoted(best)}", (best,))


def _comparison(found: Sequence[Proof], cells: Cells, language: str) -> Table:
    """Return the table of municipalities: how firmly each says it, its indicator where one was read, the quote."""
    rows = []
    for proof in found:
        best, read = proof.best.citation, cells.values.get(proof.municipality)
        values = (read.name, *read.by_role) if read else ("",) * len(_OF_VALUES)
        shown = (municipality_name(proof.municipality, language), strength_name(proof.strength, language))
        citations = dict.fromkeys((*(read.citations if read else ()), best))
        rows.append(Row((*shown, *values, quoted(best)), tuple(citations)))
    columns = [names[language == "en"] for names in (*_OF_CITIES[:2], *_OF_VALUES, _OF_CITIES[2])]
    kept = [at for at in range(len(columns)) if any(row.cells[at] for row in rows)]
    return Table(
        tuple(columns[at] for at in kept),
        tuple(Row(tuple(row.cells[at] for at in kept), row.citations) for row in rows),
    )


def _precedents(question: Question, found: Sequence[Proof]) -> Form:
    """Return the form of precedents: a row for each initiative or section that a quote is of, the first ones named."""
    language = question.query.language
    rows: dict[object, Row] = {}
    for proof in found:
        for quote, strength in zip(proof.quotes, proof.strengths, strict=True):
            passage = quote.passage
            title = passage.initiative_title or (passage.section[-1] if passage.section else passage.document.title)
            outcome, told = _outcome(question, quote)
            cells = (
                municipality_name(proof.municipality, language),
                f"{passage.initiative_number or ''} {plain(title)}".strip(),
                "、".join(passage.departments),
                outcome or strength_name(strength, language),
                quoted(quote.citation),
            )
            own = passage.section if passage.initiative is None else passage.initiative
            rows.setdefault((passage.document.id, own), Row(cells, (quote.citation, *told)))
    firsts = list({row.cells[0]: row for row in reversed(rows.values())}.values())[::-1][:_NAMED]
    if language == "ja":
        names = "、".join(f"{row.cells[0]}の「{row.cells[1]}」" for row in firsts)
        text = f"近い取組に、{names}があります。"
    else:
        text = f"Near to it are {', '.join(f'「{row.cells[1]}」 of {row.cells[0]}' for row in firsts)}."
    columns = tuple(names[language == "en"] for names in _OF_PRECEDENTS)
    return Form((Statement(text, tuple(row.citations[0] for row in firsts)),), Table(columns, tuple(rows.values())))


def _outcome(question: Question, quote: Quote) -> tuple[str, tuple[Citation, ...]]:
    """Return the progress of the initiative that a quote is of, and its proofs; nothing without progress."""
    initiative, document = question.holdings.initiative_of(quote.passage), quote.citation.document.id
    progress = initiative.progress if initiative else ()
    counts = Counter(one.status for one in progress)
    proofs = {one.status: question.holdings.cite_exact(document, one.span) for one in progress}
    told = [status for status in counts if proofs[status]]
    text = "・".join(status if len(progress) == 1 else f"{status}{counts[status]}件" for status in told)
    return text, tuple(one for one in proofs.values() if one)


def _progress(question: Question, initiative: Initiative | None) -> tuple[Table | None, tuple[str, ...]]:
    """Return what was planned and reached in an initiative, and what is to be said of that table."""
    if initiative is None:
        return None, ()
    holdings, id_ = question.holdings, initiative.document_id
    language, text = question.query.language, holdings.canonical_text(id_)
    told = progress_of(initiative, holdings.document(id_), language, text, lambda span: holdings.cite_exact(id_, span))
    return told.table, told.remarks
