"""The signals that passages are ranked by, each a column: what it measures, and how it is made comparable.

No signal depends on which other passages a filter hides: shares are of the question's own concepts, cosines are told in
standard deviations above the mean of all passages. So a weight means the same with a filter and without.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from indexer.lexical import LexicalIndex
from search.concepts import Concept

SIGNALS = (
    "words",
    "bigrams",
    "passage",
    "sentence",
    "title",
    "passage_alone",
    "coverage",
    "closeness",
    "context",
    "initiative",
    "years",
    "places",
    "figures",
)
"""The columns of ``Ranking.signals``, and the names of their weights.

words: BM25 over the concepts with all that says them, as a share of the most that they could give. bigrams: BM25 over
character bigrams, likewise. passage, sentence, title: cosine of the question with the passage, with its best sentence,
with the title above it. passage_alone: the first of them where no passage speaks of much of the question, so that words
have little to say. coverage: share of the concepts that the passage speaks of; closeness: that one sentence of it
speaks of; context: that the line above it speaks of (headings, title, departments); initiative: that all passages of
its initiative or section together speak of. years: whether it speaks of the years asked for. places: the share of the
conditions on its document and initiative that it meets; figures: of the wishes for figures and dates.
"""

RELATED = 0.8
"""What a related word (for an everyday wording, a translation, another spelling) counts beside one of same meaning."""

_SAID = 0.75
"""What of a technical term, by weight, is as good as all of it."""

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class ConceptSignals:
    """For every text its share of the BM25 that the concepts could give, and the share of each concept it speaks of.

    words: shape (texts,); shares: shape (concepts, texts). All 0..1.
    """

    words: Floats
    shares: Floats


def concept_signals(concepts: Sequence[Concept], index: LexicalIndex) -> ConceptSignals:
    """Return what the texts of an index say of concepts, by the best of each concept's wordings."""
    words = np.zeros(index.texts, dtype=np.float32)
    shares = np.zeros((len(concepts), index.texts), dtype=np.float32)
    weights = concept_weights(concepts)
    for at, concept in enumerate(concepts):
        best = np.zeros(index.texts, dtype=np.float32)
        for factor, wordings in ((1.0, concept.alternatives), (RELATED, concept.related)):
            for terms in wordings:
                _add_wording(terms, factor, index, best, shares[at])
        words += weights[at] * best
    return ConceptSignals(words, shares)


def concept_weights(concepts: Sequence[Concept]) -> Floats:
    """Return the weights of concepts as shares of their sum, shape (concepts,)."""
    weights = np.array([concept.weight for concept in concepts], dtype=np.float32)
    whole = float(weights.sum())
    return weights / whole if whole > 0 else weights


def topic_shares(
    concepts: Sequence[Concept], shares: Floats, municipality_at: NDArray[np.int64]
) -> tuple[Floats, Floats, NDArray[np.bool_]]:
    """Return for every text the share of the topics that it speaks of, and that its municipality speaks of (0..1).

    The third says whether its municipality lacks a technical term of the question.

    The topics are the concepts that ask for nothing that any topic has. A municipality speaks of words that stand
    together in the question where one text speaks of them: 道路反射鏡 is not said by 道路 here and 鏡 there.
    shares: of each concept that each text speaks of (``ConceptSignals.shares``).
    """
    texts = shares.shape[1]
    runs: dict[int, list[int]] = {}
    for at, concept in enumerate(concepts):
        if not concept.is_request:
            runs.setdefault(concept.run if concept.run >= 0 else -2 - at, []).append(at)
    whole = sum(concepts[at].weight for own in runs.values() for at in own)
    spoken, in_city = np.zeros(texts, dtype=np.float32), np.zeros(texts, dtype=np.float32)
    if whole <= 0:
        half = np.full(texts, 0.5, dtype=np.float32)
        return half, half, np.zeros(texts, dtype=bool)
    unsaid = np.zeros(texts, dtype=bool)
    for own in runs.values():
        weights = np.array([concepts[at].weight for at in own], dtype=np.float32) / np.float32(whole)
        said = (weights @ shares[own]).astype(np.float32)
        most = np.zeros(int(municipality_at.max(initial=-1)) + 1, dtype=np.float32)
        np.maximum.at(most, municipality_at, said)
        spoken += said
        in_city += most[municipality_at]
        if concepts[own[0]].is_technical:
            unsaid |= (most < _SAID * weights.sum())[municipality_at]
    return spoken, in_city, unsaid


def _add_wording(terms: tuple[str, ...], factor: float, index: LexicalIndex, best: Floats, share: Floats) -> None:
    """Raise ``best`` and ``share`` to what a wording gives: the part of its terms that a text has, by their weights."""
    if len(terms) == 1:
        positions, scores = index.postings(terms[0])
        if len(positions):
            best[positions] = np.maximum(best[positions], factor / index.weight(terms[0]) * scores)
            share[positions] = np.maximum(share[positions], factor)
        return
    if not any(term in index.frequency for term in terms):
        return
    weights = [index.weight(term) for term in terms]
    whole = sum(weights)
    scored = np.zeros(index.texts, dtype=np.float32)
    held = np.zeros(index.texts, dtype=np.float32)
    for term, weight in zip(terms, weights, strict=True):
        positions, scores = index.postings(term)
        scored[positions] += scores
        held[positions] += weight
    np.maximum(best, factor / whole * scored, out=best)
    # Half of a compound is often another thing: 市営住宅 is no 市営プール.
    np.maximum(share, factor * np.square(held / whole), out=share)


def lexical_share(terms: Sequence[str], index: LexicalIndex) -> Floats:
    """Return for every text its BM25 for terms as a share of the most that they could give."""
    total = np.zeros(index.texts, dtype=np.float32)
    most = 0.0
    for term in terms:
        positions, scores = index.postings(term)
        total[positions] += scores
        most += index.weight(term)
    return total / most if most > 0 else total


def standardised(cosines: Floats, every: Floats) -> Floats:
    """Return cosines as 0 at the mean of ``every`` one and below, 1 at five standard deviations above it."""
    mean, deviation = float(every.mean()), float(every.std())
    if deviation <= 0:
        return np.zeros_like(cosines)
    scaled: Floats = np.clip((cosines - mean) / (5 * deviation), 0, 1).astype(np.float32)
    return scaled
