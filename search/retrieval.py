"""From a question to ranked passages: candidates by words, bigrams and vectors, then one weighed sum of their signals.

A convex combination (Bruch et al. 2023, arXiv:2210.11934); equal ranks would let the weak signals outvote the strong.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from corpus.model import Document, Passage
from indexer.lexical import LexicalIndex
from indexer.tokenise import bigrams
from indexer.vectors import VectorIndex
from search.initiatives import Initiatives
from search.met import ConditionIndex
from search.model import Filters
from search.query import Query
from search.required import held
from search.signals import SIGNALS, Floats, concept_signals, concept_weights, lexical_share, standardised, topic_shares
from search.weights import Weights

CANDIDATES = 200
NEIGHBOURS = 10_000


@dataclass(frozen=True)
class Ranking:
    """Candidates by position in the index. After ``fused`` they are in order, best first.

    signals: shape (candidates, len(SIGNALS)), each 0..1. cosine: of the best sentence, or of the whole passage when
    that is closer, as it is. spoken, in_city, unsaid: of the question's topics (``topic_shares``). scores:
    fused. vector: the question's. sentence_shares: for every sentence of the index the share of the question's concepts
    that it speaks of. best: the highest score, be it of a row that ``take`` left out.
    """

    positions: NDArray[np.int64]
    signals: Floats
    cosine: Floats
    spoken: Floats
    in_city: Floats
    unsaid: NDArray[np.bool_]
    scores: Floats
    vector: Floats
    sentence_shares: Floats
    best: float = 0.0

    def take(self, rows: Sequence[int]) -> Ranking:
        """Return the ranking restricted to some of its rows, in that order."""
        at = np.asarray(rows, dtype=np.int64)
        return replace(
            self,
            positions=self.positions[at],
            signals=self.signals[at],
            cosine=self.cosine[at],
            spoken=self.spoken[at],
            in_city=self.in_city[at],
            unsaid=self.unsaid[at],
            scores=self.scores[at],
        )

    def fused(self, weights: Weights) -> Ranking:
        """Return the ranking in the order of the weighed sum of its signals."""
        scores = self.signals @ np.array([getattr(weights, name) for name in SIGNALS], dtype=np.float32)
        order = np.lexsort((self.positions, -scores))
        return replace(self, scores=scores, best=float(scores.max(initial=0))).take(order.tolist())


@dataclass(frozen=True)
class Retriever:
    """The parts of an open index that ranking needs.

    document_at: for each passage the position of its document in ``documents``; municipality_at: the number of its
    municipality. group_at: for each passage the number
    of its initiative or section. initiatives, conditions: of the index. owners: for each sentence the position of its
    passage, ascending. title_at: for each passage the position of its title, or -1.
    """

    passages: Sequence[Passage]
    documents: Sequence[Document]
    document_at: NDArray[np.int64]
    municipality_at: NDArray[np.int64]
    group_at: NDArray[np.int64]
    initiatives: Initiatives
    conditions: ConditionIndex
    words: LexicalIndex
    bigrams: LexicalIndex
    sentence_words: LexicalIndex
    contexts: LexicalIndex
    passage_vectors: VectorIndex
    sentence_vectors: VectorIndex
    title_vectors: VectorIndex
    owners: NDArray[np.int64]
    title_at: NDArray[np.int64]

    def candidates(self, query: Query, vector: Floats, filters: Filters, focus: Filters | None = None) -> Ranking:
        """Return the candidates for a question with their signals; none when the filters leave no passage.

        vector: the question's, shape (dimension,), normalised. focus: the best passages that it admits
        must be among the candidates, however good those of others are.
        """
        allowed = self.admitted(filters)
        if query.requirement:
            allowed &= held(query.requirement, query.wanted, self.passages, self.words, self.bigrams)
        pools = [allowed, allowed & self.admitted(focus)] if focus else [allowed]
        said = concept_signals(query.concepts, self.words)
        grams = lexical_share(bigrams(query.body), self.bigrams)
        whole = self._cosines(self.passage_vectors, vector)
        sentence = self._best_of_sentences(self._cosines(self.sentence_vectors, vector))
        chosen = np.unique(
            np.concatenate([_pool(signal, pool) for pool in pools for signal in (said.words, grams, whole, sentence)])
        )
        weights = concept_weights(query.concepts)
        # Nothing known to speak of is neither a sign for a passage nor against it.
        spoken = weights @ said.shares if len(weights) else np.full(len(self.passages), 0.5, dtype=np.float32)
        unsaid = 1 - float(spoken.max(initial=0))
        passage = standardised(whole[chosen], whole)
        shares = weights @ concept_signals(query.concepts, self.sentence_words).shares
        columns = {
            "words": said.words[chosen],
            "bigrams": grams[chosen],
            "passage": passage,
            "sentence": standardised(sentence[chosen], sentence),
            "title": self._titles(vector, chosen),
            "passage_alone": unsaid * passage,
            "coverage": spoken[chosen],
            "closeness": self._best_of_sentences(shares)[chosen],
            "context": weights @ concept_signals(query.concepts, self.contexts).shares[:, chosen],
            "initiative": self._together(said.shares, weights)[chosen],
            "years": self._year_signal(query, chosen),
            "places": self.conditions.places(query.conditions, chosen),
            "figures": self.conditions.figures(query.conditions, chosen),
        }
        signals = np.stack([columns[name] for name in SIGNALS], axis=1).astype(np.float32)
        cosine = np.maximum(whole, sentence)[chosen]
        topics, in_city, lacking = topic_shares(query.concepts, said.shares, self.municipality_at)
        scores = np.zeros(len(chosen), dtype=np.float32)
        own = topics[chosen], in_city[chosen], lacking[chosen]
        return Ranking(chosen, signals, cosine, *own, scores, vector, shares)

    def sentences_of(self, position: int) -> NDArray[np.int64]:
        """Return the positions of the sentences of a passage."""
        return np.arange(*np.searchsorted(self.owners, (position, position + 1)))

    def best_sentence(self, vector: Floats, position: int) -> int | None:
        """Return the position of the sentence of a passage that is nearest to a question's vector; None without any."""
        own = self.sentences_of(position)
        if not len(own):
            return None
        return int(own[np.argmax(self.sentence_vectors.cosines(vector, own))])

    def _cosines(self, index: VectorIndex, vector: Floats) -> Floats:
        """Return the cosine of every vector of an index with a question's; those far from it are as far as the last."""
        positions, cosines = index.search(vector, NEIGHBOURS)
        every = np.full(index.size, cosines[-1] if len(cosines) else 0, dtype=np.float32)
        every[positions] = cosines
        return every

    def _best_of_sentences(self, values: Floats) -> Floats:
        """Return for every passage the highest value of its sentences; 0 for a passage without any."""
        best = np.zeros(len(self.document_at), dtype=np.float32)
        np.maximum.at(best, self.owners, values)
        return best

    def _titles(self, vector: Floats, chosen: NDArray[np.int64]) -> Floats:
        cosines = self._cosines(self.title_vectors, vector)
        own = self.title_at[chosen]
        scaled = standardised(cosines[own], cosines) if len(cosines) else np.zeros(len(chosen), dtype=np.float32)
        return np.where(own >= 0, scaled, 0).astype(np.float32)

    def _together(self, shares: Floats, weights: Floats) -> Floats:
        """Return for every passage the share of the concepts that its initiative or section speaks of."""
        groups = int(self.group_at.max(initial=-1)) + 1
        total = np.zeros(groups, dtype=np.float32)
        for weight, share in zip(weights, shares, strict=True):
            best = np.zeros(groups, dtype=np.float32)
            np.maximum.at(best, self.group_at, share)
            total += weight * best
        return total[self.group_at]

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

    def has_year(self, municipality: str, year: int) -> bool:
        """Return whether a document of a municipality prints a year, or covers or reports on it."""
        documents = [at for at, document in enumerate(self.documents) if document.municipality == municipality]
        if any(admits(Filters(fiscal_year=year), self.documents[at]) for at in documents):
            return True
        return bool(np.isin(self.document_at[self.words.postings(f"fy{year}")[0]], documents).any())

    def _year_signal(self, query: Query, chosen: NDArray[np.int64]) -> Floats:
        """Return 1 where a passage prints a year asked for, 1/2 where its document covers or reports on it."""
        signal = np.zeros(len(chosen), dtype=np.float32)
        if not query.fiscal_years:
            return signal
        printed = np.zeros(self.words.texts, dtype=bool)
        for year in query.fiscal_years:
            printed[self.words.postings(f"fy{year}")[0]] = True
        years = set(query.fiscal_years)
        named = [bool(years & {document.report_fiscal_year, *document.fiscal_years}) for document in self.documents]
        signal += 0.5 * printed[chosen]
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
