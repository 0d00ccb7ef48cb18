"""What proves that a municipality is an answer to a question: its evidence, its quotes, and how firm they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from corpus.model import Citation
from search.answer import quoted
from search.asked import Asked
from search.evidence import Evidence
from search.holdings import Holdings
from search.model import STRENGTHS, Finding, Strength
from search.query import Query
from search.quotes import QUOTE_CHARACTERS, Quote, best_quotes, same_place
from search.retrieval import Ranking
from search.strength import is_denied, strength_of, target_about
from search.weights import Weights

_QUOTES_ALONE, _QUOTES_AMONG, _FURTHER_PRECEDENTS, _JUDGED = 3, 2, 2, 4
_LEAST_SHARE = 0.5
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
class Proof:
    """What one municipality's documents say: its quotes, the best first, and how firm each is."""

    municipality: str
    quotes: tuple[Quote, ...]
    strengths: tuple[Strength, ...]

    @property
    def strength(self) -> Strength:
        """Return the strength of the firmest quote."""
        return min(self.strengths, key=STRENGTHS.index)

    @property
    def best(self) -> Quote:
        """Return the best of the firmest quotes."""
        return self.quotes[self.strengths.index(self.strength)]

    def finding(self) -> Finding:
        """Return what the proof says, its firmest quote first."""
        best = self.best
        quotes = sorted(self.quotes, key=lambda quote: quote is not best)
        citations: tuple[Citation, ...] = tuple(quote.citation for quote in quotes)
        return Finding(self.municipality, " ".join(map(quoted, citations)), citations, self.strength)


def proofs(question: Question, evidence: Sequence[Evidence]) -> list[Proof]:
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
    margin = weights.term_margin if least else 0.0
    strong = [one for one in evidence if one.probabilities[0] >= least + margin * one.lacks_term]
    found = []
    further = _FURTHER_PRECEDENTS if question.asked.kind == "precedent" else 0
    count = (_QUOTES_ALONE if len(strong) == 1 else _QUOTES_AMONG) + further
    for one in strong:
        rows: Sequence[int] = one.above(weights.evidence_threshold) or one.rows[:1]
        if len(question.searched) == 1:
            rows = range(min(_DEPTH_ALONE, len(question.ranking.positions)))
        quotes = best_quotes(query, question.asked, question.ranking, rows, question.holdings, _JUDGED + further)
        if len(strong) > 1:  # beside another city's, a quote must speak of the topic
            quotes = [one for one in quotes if one.share >= _LEAST_SHARE * quotes[0].share]
        if quotes:
            found.append(_proof(question, one.municipality, quotes, count))
    return found


def _proof(question: Question, municipality: str, quotes: Sequence[Quote], count: int) -> Proof:
    """Return a municipality's proof: its best quotes, that of the strongest statement among them.

    Where the question asks for those who do not, a quote that says so comes first.
    """
    if question.asked.negative:
        quotes = sorted(quotes, key=lambda quote: not is_denied(quote.citation.quote, question.query.concepts))
    judged: list[tuple[Quote, Strength]] = []
    for quote in quotes:
        concepts, document = question.query.concepts, quote.citation.document
        initiative = question.holdings.initiative_of(quote.passage)
        judged.append(
            (quote, strength_of(quote.citation.quote, concepts, bool(initiative) and "plan" in document.kind))
        )
        target = target_about(initiative, concepts) if initiative else None
        if target and (citation := question.holdings.cite_span(document.id, target.span, QUOTE_CHARACTERS)):
            judged.append((replace(quote, citation=citation), "target"))
    if question.asked.negative and is_denied(quotes[0].citation.quote, question.query.concepts):
        judged = judged[:1]
    strongest = min(judged, key=lambda one: STRENGTHS.index(one[1]))
    kept = [one for one in judged if one is not strongest and not same_place(one[0].citation, strongest[0].citation)]
    kept = sorted([strongest, *kept[: count - 1]], key=judged.index)
    return Proof(municipality, tuple(quote for quote, _ in kept), tuple(strength for _, strength in kept))
