"""From the ranking of a question to its answer: which municipalities have evidence, how firm it is, and its proofs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from corpus.model import Citation, Initiative
from search.answer import compose, decline, quoted
from search.asked import Asked
from search.evidence import Evidence, weigh
from search.holdings import Holdings
from search.model import STRENGTHS, Answer, Finding, Hit, Row, Statement, Strength, Table
from search.names import municipality_name, strength_name
from search.query import Query
from search.quotes import QUOTE_CHARACTERS, Quote, best_quotes, same_place
from search.retrieval import Ranking
from search.strength import is_denied, strength_of, target_about
from search.weights import Weights

_STATEMENTS = 3
_QUOTES_ALONE, _QUOTES_AMONG, _QUOTES_JUDGED = 3, 2, 4
# What a city is asked about may stand anywhere in its documents; one that has to be found must be known by the best.
_DEPTH_ALONE = 10


@dataclass(frozen=True)
class Question:
    """A question with what answering it needs.

    ranking: of what the filters admit. searched: the municipalities that the answer is about; named: the question or a
    filter names them, so that each needs less evidence. is_narrowed: filters hid something.
    """

    query: Query
    asked: Asked
    ranking: Ranking
    holdings: Holdings
    weights: Weights
    searched: Sequence[str]
    named: bool
    is_narrowed: bool


@dataclass(frozen=True, slots=True)
class _Proof:
    """What one municipality's documents say: its quotes, the best first, and how firm each is."""

    municipality: str
    quotes: tuple[Quote, ...]
    strengths: tuple[Strength, ...]

    @property
    def strength(self) -> Strength:
        return min(self.strengths, key=STRENGTHS.index)


def answer(question: Question, hits: Sequence[Hit]) -> Answer:
    """Return the answer to a question, or one that abstains. hits: the passages found, which it shows beside."""
    query, asked = question.query, question.asked
    evidence = weigh(question.ranking, question.holdings.passages, question.weights)
    confidence = max((one.probabilities[0] for one in evidence), default=0.0)
    proofs = _proofs(question, evidence)
    remarks: list[str] = []
    if asked.negative:
        denied = [one for one in proofs if is_denied(one.quotes[0].citation.quote, query.concepts)]
        if not denied:
            return _those_without(question, proofs, hits, confidence)
        proofs = denied
    elif asked.kind == "cities" and asked.wants:
        proofs, remarks = _wanted(question, proofs)
    if not proofs:
        return decline(
            query, asked.kind, question.searched, hits, is_narrowed=question.is_narrowed, confidence=confidence
        )
    found = {proof.municipality for proof in proofs}
    missing = [name for name in question.searched if name not in found]
    if len(question.searched) == 1:
        statements, table = [_statement(quote) for quote in proofs[0].quotes], None
    else:
        statements, table = _several(question, proofs)
    findings = [_finding(proof) for proof in proofs]
    return compose(
        query, asked.kind, statements, findings, missing, hits, table, remarks=remarks, confidence=confidence
    )


def findings(question: Question) -> list[Finding]:
    """Return the findings of the municipalities that have evidence, strongest first."""
    evidence = weigh(question.ranking, question.holdings.passages, question.weights)
    return [_finding(proof) for proof in _proofs(question, evidence)]


def _proofs(question: Question, evidence: Sequence[Evidence]) -> list[_Proof]:
    """Return what proves that a municipality is an answer, strongest evidence first.

    A municipality that the question names needs less evidence than one that must be found; every further quote needs as
    much as that.
    """
    query, weights = question.query, question.weights
    # Nothing in the documents is about a question without a word of theirs, however near a vector may be.
    if not query.understood or not (query.concepts or question.named or query.asks_for_all):
        return []
    least = weights.answer_threshold if question.named else weights.evidence_threshold
    if (question.named and query.asks_for_all) or not query.concepts:
        least = 0.0  # what the conditions admit is the answer
    strong = [one for one in evidence if one.probabilities[0] >= least]
    proofs = []
    count = _QUOTES_ALONE if len(strong) == 1 else _QUOTES_AMONG
    for one in strong:
        rows: Sequence[int] = one.above(weights.evidence_threshold) or one.rows[:1]
        if len(question.searched) == 1:
            rows = range(min(_DEPTH_ALONE, len(question.ranking.positions)))
        quotes = best_quotes(query, question.asked, question.ranking, rows, question.holdings, _QUOTES_JUDGED)
        if quotes:
            proofs.append(_proof(question, one.municipality, quotes, count))
    return proofs


def _proof(question: Question, municipality: str, quotes: Sequence[Quote], count: int) -> _Proof:
    """Return a municipality's proof: its best quotes, that of the strongest statement among them.

    Where the question asks for those who do not, a quote that says so comes first.
    """
    if question.asked.negative:
        quotes = sorted(quotes, key=lambda quote: not is_denied(quote.citation.quote, question.query.concepts))
    judged: list[tuple[Quote, Strength]] = []
    for quote in quotes:
        concepts, document = question.query.concepts, quote.citation.document
        initiative = _initiative(question, quote)
        judged.append(
            (quote, strength_of(quote.citation.quote, concepts, bool(initiative) and "plan" in document.kind))
        )
        target = target_about(initiative, concepts) if initiative else None
        if target and (citation := question.holdings.cite_span(document.id, target.span, QUOTE_CHARACTERS)):
            judged.append((replace(quote, citation=citation), "target"))
    if question.asked.negative:
        judged = judged[:1]
    strongest = min(judged, key=lambda one: STRENGTHS.index(one[1]))
    kept = [one for one in judged if one is not strongest and not same_place(one[0].citation, strongest[0].citation)]
    kept = sorted([strongest, *kept[: count - 1]], key=judged.index)
    return _Proof(municipality, tuple(quote for quote, _ in kept), tuple(strength for _, strength in kept))


def _initiative(question: Question, quote: Quote) -> Initiative | None:
    holdings = question.holdings
    return holdings.initiative_of(holdings.passages[int(question.ranking.positions[quote.row])])


def _wanted(question: Question, proofs: list[_Proof]) -> tuple[list[_Proof], list[str]]:
    """Return the proofs of what the question accepts; all of them, with a remark, where there is none."""
    wants = question.asked.wants
    kept = [proof for proof in proofs if wants in proof.strengths]
    if kept or not proofs or wants is None:
        return kept, []
    name = strength_name(wants, question.query.language)
    if question.query.language == "ja":
        return proofs, [f"「{name}」と読める記述は見つかりませんでした。"]
    return proofs, [f"No passage states it as {name}."]


def _those_without(question: Question, proofs: Sequence[_Proof], hits: Sequence[Hit], confidence: float) -> Answer:
    """Return the answer to a question for those who do not: the municipalities without evidence."""
    found = {proof.municipality for proof in proofs}
    missing = [name for name in question.searched if name not in found]
    if not proofs or not missing:
        return decline(
            question.query,
            question.asked.kind,
            question.searched,
            hits,
            is_narrowed=question.is_narrowed,
            confidence=confidence,
        )
    statements, table = _several(question, proofs)
    findings = [_finding(proof) for proof in proofs]
    return compose(
        question.query, "cities", statements, findings, missing, hits, table, confidence=confidence, negative=True
    )


def _several(question: Question, proofs: Sequence[_Proof]) -> tuple[list[Statement], Table | None]:
    """Return the statements and the table of an answer about several municipalities."""
    language, kind = question.query.language, question.asked.kind
    if kind == "cities":
        statements = _by_strength(proofs, language)
    else:
        statements = [_statement(proof.quotes[0], proof.municipality, language) for proof in proofs[:_STATEMENTS]]
    if len(proofs) == 1:
        first = proofs[0]
        statements += [_statement(quote) for quote in first.quotes[len(statements) - (kind == "cities") :]]
        return statements[:_STATEMENTS], None
    columns = ("自治体", "記述", "根拠") if language == "ja" else ("Municipality", "Stated as", "Evidence")
    rows = tuple(
        Row(
            (
                municipality_name(proof.municipality, language),
                strength_name(proof.strength, language),
                quoted(_best(proof).citation),
            ),
            (_best(proof).citation,),
        )
        for proof in proofs
    )
    return statements, Table(columns, rows)


def _by_strength(proofs: Sequence[_Proof], language: str) -> list[Statement]:
    """Return one sentence for each strength, the strongest first, that names its municipalities."""
    statements = []
    for strength in STRENGTHS:
        own = [proof for proof in proofs if proof.strength == strength]
        if not own:
            continue
        names = [municipality_name(proof.municipality, language) for proof in own]
        name = strength_name(strength, language)
        text = (
            f"{name}の記述があるのは、{'、'.join(names)}です。"
            if language == "ja"
            else f"Stated as {name}: {', '.join(names)}."
        )
        statements.append(Statement(text, tuple(_best(proof).citation for proof in own)))
    return statements[:_STATEMENTS]


def _best(proof: _Proof) -> Quote:
    """Return the best quote of the strongest statement."""
    return proof.quotes[proof.strengths.index(proof.strength)]


def _statement(quote: Quote, municipality: str = "", language: str = "ja") -> Statement:
    name = f"{municipality_name(municipality, language)}: " if municipality else ""
    return Statement(f"{name}{quoted(quote.citation)}", (quote.citation,))


def _finding(proof: _Proof) -> Finding:
    best = _best(proof)
    citations: tuple[Citation, ...] = tuple(
        quote.citation for quote in sorted(proof.quotes, key=lambda quote: quote is not best)
    )
    return Finding(proof.municipality, " ".join(map(quoted, citations)), citations, proof.strength)
