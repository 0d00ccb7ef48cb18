"""The sentence of a passage that a quote is drawn around."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from corpus.model import Span
from indexer.sentences import sentence_spans
from indexer.tokenise import words
from search.concepts import Concept
from search.signals import RELATED

# The nearest sentence gives way only to one that clearly speaks of more of the question.
_TOLERANCE = 0.1


def focus(text: str, nearest: Span | None, concepts: Sequence[Concept]) -> Span | None:
    """Return the span of a passage's text to quote around: its nearest sentence, or one that holds more concepts.

    nearest: the sentence whose vector is nearest to the question's, if the passage has sentences.
    """
    sentences = _sentences(text)
    if not sentences or not concepts:
        return nearest
    held = dict(zip((span for span, _ in sentences), shares([terms for _, terms in sentences], concepts), strict=True))
    fullest = max(held, key=lambda span: held[span])
    if nearest is not None and held.get(nearest, 0.0) >= held[fullest] - _TOLERANCE:
        return nearest
    return fullest


def shares(texts: Sequence[frozenset[str]], concepts: Sequence[Concept]) -> list[float]:
    """Return for each set of index terms the share of the concepts, by weight, that it speaks of (0..1)."""
    whole = sum(concept.weight for concept in concepts) or 1.0
    shares = [0.0] * len(texts)
    for concept in concepts:
        every = {term for wording in (*concept.alternatives, *concept.related) for term in wording}
        for at, terms in enumerate(texts):
            if terms.isdisjoint(every):
                continue
            held = max(
                (
                    factor * sum(term in terms for term in wording) / len(wording)
                    for factor, wordings in ((1.0, concept.alternatives), (RELATED, concept.related))
                    for wording in wordings
                    if not terms.isdisjoint(wording)
                ),
                default=0.0,
            )
            shares[at] += concept.weight / whole * held
    return shares


def spoken(terms: frozenset[str], concepts: Sequence[Concept]) -> float:
    """Return the share of the concepts, by weight, that index terms say (0..1): half a compound says nothing."""
    whole = sum(concept.weight for concept in concepts) or 1.0
    said = (
        concept.weight
        for concept in concepts
        if any(terms.issuperset(wording) for wording in (*concept.alternatives, *concept.related))
    )
    return sum(said) / whole


@lru_cache(maxsize=8192)
def terms_of(text: str) -> frozenset[str]:
    """Return the index terms of a text."""
    return frozenset(words(text))


@lru_cache(maxsize=4096)
def _sentences(text: str) -> tuple[tuple[Span, frozenset[str]], ...]:
    return tuple((span, terms_of(text[slice(*span)])) for span in sentence_spans(text))
