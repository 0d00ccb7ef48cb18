"""From the ranking of a question to its answer, in the form that the question asks for."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from search.answer import compose, decline, quoted, unmet_remark, year_remark
from search.cell_answers import Cells, cells_of
from search.evidence import weigh
from search.forms import about_one, about_several
from search.list_text import list_remarks, list_statements, list_table
from search.lists import Listing
from search.model import STRENGTHS, Answer, Finding, Hit, Statement, Strength, cited_by
from search.proofs import Proof, Question, proofs
from search.strength import is_denied

_FINDING_CITATIONS = 3


def answer(question: Question, hits: Sequence[Hit]) -> Answer:
    """Return the answer to a question, or one that abstains. hits: the passages found, which it shows beside."""
    query, asked = question.query, question.asked
    evidence = weigh(question.ranking, question.holdings.passages, question.weights)
    confidence = max((one.probabilities[0] for one in evidence), default=0.0)
    reason = _unknown_years(question)
    confidence = 0.0 if reason else confidence
    found = [] if reason else proofs(question, evidence)
    cells = cells_of(question) if found else Cells()
    if cells.blank and len(question.searched) == 1:
        found, reason, confidence = [], cells.blank, 0.0
    if asked.negative:
        denied = [one for one in found if is_denied(one.quotes[0].citation.quote, query.concepts)]
        if not denied:
            return _those_without(question, found, hits, confidence)
        found = denied
    kept, weaker, wants = _by_wants(question, found)
    if not kept:
        return _declined(question, hits, confidence, reason)
    remarks = list(cells.remarks)
    if asked.wants and not wants and asked.kind == "cities" and not asked.negative:
        remarks.append(unmet_remark(asked.wants, query.language))
    missing = _missing(question, [proof.municipality for proof in kept])
    is_alone = len(question.searched) == 1
    form = about_one(question, kept[0], cells) if is_alone else about_several(question, kept, cells, weaker)
    return compose(
        query,
        asked.kind,
        form.statements,
        _findings(kept, form.statements if is_alone else ()),
        missing,
        hits,
        form.table,
        remarks=[*remarks, *form.remarks],
        confidence=confidence,
        wants=wants,
    )


def _by_wants(question: Question, found: Sequence[Proof]) -> tuple[list[Proof], list[Proof], Strength | None]:
    """Return the proofs as firm as the question asks for, the firmest first, then the others, and that strength.

    The strength is None where the question accepts any, and where nothing is as firm: what there is comes then.
    """
    asked = question.asked
    if asked.kind != "cities":
        return list(found), [], None
    ordered = sorted(found, key=lambda proof: STRENGTHS.index(proof.strength))
    kept = [proof for proof in ordered if asked.wants in proof.strengths]
    if asked.negative or not kept:
        return ordered, [], None
    return kept, [proof for proof in ordered if proof not in kept], asked.wants


def _findings(found: Sequence[Proof], statements: Sequence[Statement]) -> list[Finding]:
    """Return the findings; where statements about one municipality say it all, with their citations."""
    if not statements:
        return [proof.finding() for proof in found]
    cited = cited_by(statements, None, ())
    return [Finding(found[0].municipality, " ".join(map(quoted, cited)), cited, found[0].strength)]


def findings(question: Question) -> list[Finding]:
    """Return the findings of the municipalities that have evidence, strongest first."""
    evidence = weigh(question.ranking, question.holdings.passages, question.weights)
    return [proof.finding() for proof in proofs(question, evidence)]


def list_answer(question: Question, listing: Listing, hits: Sequence[Hit]) -> Answer:
    """Return the answer that a list is: counted, complete, and with the documents that cannot say."""
    query = question.query
    remarks = list_remarks(listing, query.language)
    statements = list_statements(listing, query.language)
    if not statements:
        return decline(query, "list", question.searched, hits, reason="\n".join(remarks))
    found = []
    for name in listing.municipalities:
        citations = [one.citations[0] for one in listing.entries if one.document.municipality == name]
        shown = tuple(dict.fromkeys(citations))[:_FINDING_CITATIONS]
        found.append(Finding(name, " ".join(map(quoted, shown)), shown))
    missing = _missing(question, listing.municipalities)
    table = list_table(listing, query.language)
    return compose(query, "list", statements, found, missing, hits, table, remarks=remarks)


def _missing(question: Question, municipalities: Collection[str]) -> list[str]:
    """Return the municipalities that were searched and are not among these."""
    return [name for name in question.searched if name not in municipalities]


def _declined(question: Question, hits: Sequence[Hit], confidence: float, reason: str = "") -> Answer:
    kind, is_narrowed = question.asked.kind, question.is_narrowed
    return decline(
        question.query, kind, question.searched, hits, is_narrowed=is_narrowed, confidence=confidence, reason=reason
    )


def _unknown_years(question: Question) -> str:
    """Return the remark that no document speaks of any year asked for; nothing where one does."""
    years = question.query.fiscal_years
    retriever = question.holdings.retriever
    if not years or any(retriever.has_year(name, year) for name in question.searched for year in years):
        return ""
    return year_remark(years, question.query.language)


def _those_without(question: Question, found: Sequence[Proof], hits: Sequence[Hit], confidence: float) -> Answer:
    """Return the answer to a question for those who do not: the municipalities without evidence."""
    missing = _missing(question, [proof.municipality for proof in found])
    if not found or not missing:
        return _declined(question, hits, confidence)
    form = about_several(replace(question, asked=replace(question.asked, kind="cities")), found, Cells())
    return compose(
        question.query,
        "cities",
        form.statements,
        [proof.finding() for proof in found],
        missing,
        hits,
        form.table,
        confidence=confidence,
        negative=True,
    )
