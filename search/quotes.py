"""The sentences of a ranking that answer a question: what a statement quotes.

A sentence is as good as its passage, and better for holding the question's concepts, a figure or date of the kind asked
for, and the year asked for. The four weights were chosen on the calibration questions.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from corpus.fiscal_years import find_fiscal_years, mention_years
from corpus.model import Citation, Passage, Span
from search.asked import Asked
from search.citations import plain, quote_span, trimmed
from search.holdings import Holdings
from search.query import Query
from search.retrieval import Ranking

QUOTE_CHARACTERS = 140
_OF_EVERY = 400
"""How long a quote may be that names things one after the other."""
_CONCEPTS, _ANSWER, _YEAR = 0.6, 0.5, 0.2
_LEAST = 0.6
"""What a further quote must be worth, as a share of the best."""
_STOP = re.compile(r"[。、，,\s▶▪・）)」]")


@dataclass(frozen=True, slots=True)
class Quote:
    """A sentence worth quoting, of a passage. score: higher is better, comparable within one question only.

    share: of the question's concepts, that the sentence speaks of (0..1).
    """

    passage: Passage
    citation: Citation
    score: float
    share: float


def best_quotes(
    query: Query, asked: Asked, ranking: Ranking, rows: Sequence[int], holdings: Holdings, count: int
) -> list[Quote]:
    """Return the best quotes of some rows of a ranking, best first; no place and no wording twice."""
    chosen: list[Quote] = []
    every = _candidates(query, asked, ranking, rows, holdings)
    for score, passage, span, share in sorted(every, key=lambda it: -it[0]):
        if len(chosen) == count or (chosen and score < _LEAST * chosen[0].score):
            break
        citation = holdings.cited(passage, span)
        if citation is not None and not any(same_place(citation, other.citation) for other in chosen):
            chosen.append(Quote(passage, citation, score, share))
    return chosen


def _candidates(
    query: Query, asked: Asked, ranking: Ranking, rows: Sequence[int], holdings: Holdings
) -> Iterator[tuple[float, Passage, Span, float]]:
    """Return score, passage, span in its text and share of the concepts of what could be quoted."""
    best = ranking.best or 1.0
    most = _OF_EVERY if asked.every else QUOTE_CHARACTERS
    for row in rows:
        position = int(ranking.positions[row])
        passage = holdings.passages[position]
        whole = float(ranking.scores[row]) / best
        for sentence in holdings.retriever.sentences_of(position).tolist():
            _, start, end = holdings.sentences[sentence].tolist()
            share = float(ranking.sentence_shares[sentence])
            for span in _spans(passage.text, (start, end), most):
                score = whole + _CONCEPTS * share + _printed(query, asked, passage.text[slice(*span)])
                yield score, passage, span, share


def _printed(query: Query, asked: Asked, quote: str) -> float:
    score = 0.0
    if asked.answer and asked.answer.search(quote):
        score += _ANSWER
    if query.fiscal_years:
        years = {year for mention in find_fiscal_years(quote) for year in mention_years(mention)}
        score += _YEAR * (not years.isdisjoint(query.fiscal_years))
    return score


def _spans(text: str, sentence: Span, most: int) -> list[Span]:
    """Return what to quote around a sentence: the lines around it, or the two ends of one that is too long."""
    start, end = quote_span(text, sentence, most)
    if end - start <= most:
        return [(start, end)]
    stops = [stop.end() for stop in _STOP.finditer(text, start, end)]
    first = max((stop for stop in stops if stop - start <= most), default=start + most)
    last = min((stop for stop in stops if end - stop <= most), default=end - most)
    return [trimmed(text, (start, first)), trimmed(text, (last, end))]


def same_place(one: Citation, other: Citation) -> bool:
    """Return whether two citations overlap, or quote the same words."""
    (start, end), (first, last) = one.span, other.span
    overlap = one.document.id == other.document.id and start < last and first < end
    return overlap or plain(one.quote) == plain(other.quote)
