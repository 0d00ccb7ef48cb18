"""From a question to ranked passages: candidates by four signals, then one tuned combination of them.

Signals of a passage: BM25 over words, concept by concept with its synonyms; BM25 over character bigrams; the cosine
of its vector; the cosine of its best sentence; the share of the question's concepts that it speaks of; whether it
speaks of the years asked for. Each is scaled to 0..1 over the candidates and weighed (convex combination: Bruch et
al. 2023, arXiv:2210.11934); equal ranks would let the weak signals outvote the strong ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from corpus.model import Document
from indexer.lexical import LexicalIndex
from indexer.tokenise import bigrams
from indexer.vectors import VectorIndex
from search.initiatives import Initiatives
from search.model import Filters
from search.query import Query
from search.weights import Weights

CANDIDATES = 200
NEIGHBOURS = 10_000

Floats = NDArray[np.float32]


SIGNALS = ("words", "bigrams", "passage", "sentence", "coverage", "years")
"""The columns of ``Ranking.signals``, and the names of their weights."""


@dataclass(frozen=True)
class Ranking:
    """Candidates by position in the index. After ``fused`` they are in order, best first.

    signals: shape (candidates, len(SIGNALS)), each 0..1. cosine: of the best sentence, or of the whole passage when
    that is closer, as it is. sentence: position of the best sentence in the index, -1 for none. scores: fused.
    best: the highest score, be it of a row that ``take`` left out.
    """

    positions: NDArray[np.int64]
    signals: Floats
    cosine: Floats
    sentence: NDArray[np.int64]
    scores: Floats
    best: float = 0.0

    @property
    def coverage(self) -> Floats:
        """Return the share of the question's concepts, by weight, that each passage speaks of."""
        coverage: Floats = self.signals[:, SIGNALS.index("coverage")]
        return coverage

    def take(self, rows: Sequence[int]) -> Ranking:
        """Return the ranking restricted to some of its rows, in that order."""
        at = np.asarray(rows, dtype=np.int64)
        return Ranking(
            self.positions[at], self.signals[at], self.cosine[at], self.sentence[at], self.scores[at], self.best
        )

    def fused(self, weights: Weights) -> Ranking:
        """Return the ranking in the order of the weighed sum of its signals."""
        scores = self.signals @ np.array([getattr(weights, name) for name in SIGNALS], dtype=np.float32)
        order = np.lexsort((self.positions, -scores))
        return replace(self, scores=scores, best=float(scores.max(initial=0))).take(order.tolist())


@dataclass(frozen=True)
class Retriever:
    """The parts of an open index that ranking needs.

    document_at: for each passage the position of its document in ``documents``. initiatives: of the index. owners: for
    each sentence the position of its passage. first: for each passage the position of its first sentence, with one
    entry more for the end.
    """

    documents: Sequence[Document]
    document_at: NDArray[np.int64]
    initiatives: Initiatives
    words: LexicalIndex
    bigrams: LexicalIndex
    passage_vectors: VectorIndex
    sentence_vectors: VectorIndex
    owners: NDArray[np.int64]
    first: NDArray[np.int64]

    def candidates(self, query: Query, vector: Floats, filters: Filters, focus: Filters | None = None) -> Ranking:
        """Return the candidates for a question with their signals; none when the filters leave no passage.

        vector: the question's, shape (dimension,), normalised. focus: the best passages that it admits
        must be among the candidates, however good those of others are.
        """
        allowed = self.admitted(filters)
        pools = [allowed, allowed & self.admitted(focus)] if focus else [allowed]
        lexical, coverage = self._concept_signals(query)
        grams = self.bigrams.scores(bigrams(query.body))
        near = self._near(vector)
        chosen = np.unique(np.concatenate([_pool(signal, pool) for pool in pools for signal in (lexical, grams, near)]))
        whole = self.passage_vectors.cosines(vector, chosen)
        sentence, closest = self._best_sentences(vector, chosen)
        columns = (
            _scaled(lexical[chosen]),
            _scaled(grams[chosen]),
            _spread(whole),
            _spread(closest),
            coverage[chosen],
            self._year_signal(query, chosen),
        )
        signals = np.stack(columns, axis=1).astype(np.float32)
        return Ranking(chosen, signals, np.maximum(whole, closest), sentence, np.zeros(len(chosen), dtype=np.float32))

    def _near(self, vector: Floats) -> Floats:
        """Return for every passage the cosine of its vector or its best sentence; 0 for those far from the question."""
        signal = np.zeros(len(self.document_at), dtype=np.float32)
        for index, owners in ((self.passage_vectors, None), (self.sentence_vectors, self.owners)):
            positions, cosines = index.search(vector, NEIGHBOURS)
            np.maximum.at(signal, positions if owners is None else owners[positions], cosines)
        return signal

    def admitted(self, filters: Filters) -> NDArray[np.bool_]:
        """Return for every passage whether it passes the filters."""
        mask: NDArray[np.bool_] = np.array([admits(filters, document) for document in self.documents], dtype=bool)[
            self.document_at
        ]
        of_initiatives = self.initiatives.passages(filters)
        return mask if of_initiatives is None else mask & of_initiatives

    def searched(self, filters: Filters) -> list[Document]:
        """Return the documents in which something passes the filters."""
        if self.initiatives.passages(filters) is None:
            return [document for document in self.documents if admits(filters, document)]
        return [self.documents[position] for position in np.unique(self.document_at[self.admitted(filters)])]

    def _concept_signals(self, query: Query) -> tuple[Floats, Floats]:
        """Return for every passage its BM25 over the concepts, and the share of the concepts that it speaks of."""
        total = np.zeros(self.words.texts, dtype=np.float32)
        covered = np.zeros(self.words.texts, dtype=np.float32)
        whole = sum(concept.weight for concept in query.concepts)
        if not whole:  # nothing known to speak of: neither a sign for a passage nor against it
            covered += 0.5
        for concept in query.concepts:
            best = np.zeros_like(total)
            share = np.zeros_like(total)
            for terms in concept.alternatives:
                scores = [self.words.scores([term]) for term in terms]
                weights = [self.words.weight(term) for term in terms]
                np.maximum(best, np.sum(scores, axis=0), out=best)
                held = sum(weight * (score > 0) for weight, score in zip(weights, scores, strict=True)) / sum(weights)
                np.maximum(share, held, out=share)
            total += best
            if whole:
                covered += (concept.weight / whole * share**2).astype(np.float32)
        return total, covered

    def _best_sentences(self, vector: Floats, chosen: NDArray[np.int64]) -> tuple[NDArray[np.int64], Floats]:
        spans = [np.arange(self.first[at], self.first[at + 1]) for at in chosen]
        every = np.concatenate(spans) if spans else np.zeros(0, dtype=np.int64)
        best = np.full(len(chosen), -1, dtype=np.int64)
        cosine = np.zeros(len(chosen), dtype=np.float32)
        if not len(every):
            return best, cosine
        cosines = self.sentence_vectors.cosines(vector, every)
        start = 0
        for row, span in enumerate(spans):
            if len(span):
                at = int(np.argmax(cosines[start : start + len(span)]))
                best[row], cosine[row] = span[at], cosines[start + at]
            start += len(span)
        return best, cosine

    def _year_signal(self, query: Query, chosen: NDArray[np.int64]) -> Floats:
        """Return 1 where a passage prints a year asked for, 1/2 where its document covers or reports on it."""
        signal = np.zeros(len(chosen), dtype=np.float32)
        if not query.fiscal_years:
            return signal
        printed = self.words.scores([f"fy{year}" for year in query.fiscal_years])
        years = set(query.fiscal_years)
        named = [bool(years & {document.report_fiscal_year, *document.fiscal_years}) for document in self.documents]
        signal += 0.5 * (printed[chosen] > 0)
        signal += 0.5 * np.array(named)[self.document_at[chosen]]
        return signal


def admits(filters: Filters, document: Document) -> bool:
    """Return whether a document passes the filters, those of initiatives aside."""
    if filters.municipalities and document.municipality not in filters.municipalities:
        return False
    if filters.kinds and not any(
        kind == document.kind or kind in document.kind.split("-and-") for kind in filters.kinds
    ):
        return False
    if filters.fiscal_year is not None:
        first, last = document.fiscal_years
        return first <= filters.fiscal_year <= last or filters.fiscal_year == document.report_fiscal_year
    return True


def _pool(signal: Floats, allowed: NDArray[np.bool_]) -> NDArray[np.int64]:
    signal = np.where(allowed, signal, 0)
    top = np.argpartition(-signal, min(CANDIDATES, len(signal)) - 1)[:CANDIDATES]
    return top[signal[top] > 0]


def _scaled(scores: Floats) -> Floats:
    top = scores.max(initial=0)
    return scores / top if top > 0 else scores


def _spread(cosines: Floats) -> Floats:
    low, high = cosines.min(initial=1), cosines.max(initial=0)
    return (cosines - low) / (high - low) if high > low else np.zeros_like(cosines)
