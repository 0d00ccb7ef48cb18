"""The sentence of a passage that a quote is drawn around."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from corpus.model import Span
from indexer.sentences import sentence_spans
from indexer.tokenise import words
from search.query import Concept

# The nearest sentence gives way only to one that clearly speaks of more of the question.
_TOLERANCE = 0.1


def focus(text: str, nearest: Span | None, concepts: Sequence[Concept]) -> Span | None:
    """Return the span of a passage's text to quote around: its nearest sentence, or one that holds more concepts.

    nearest: the sentence whose vector is nearest to the question's, if the passage has sentences.
    """
    sentences = _sentences(text)
    if not sentences or not concepts:
        return nearest
    held = {span: share(terms, concepts) for span, terms in sentences}
    fullest = max(held, key=lambda span: held[span])
    if nearest is not None and held.get(nearest, 0.0) >= held[fullest] - _TOLERANCE:
        return nearest
    return fullest


def share(terms: frozenset[str], concepts: Sequence[Concept]) -> float:
    """Return the share of the concepts, by weight, that a set of index terms speaks of (0..1)."""
    whole = sum(concept.weight for concept in concepts)
    held = sum(
        concept.weight * max(sum(term in terms for term in wanted) / len(wanted) for wanted in concept.alternatives)
        for concept in concepts
    )
    return held / whole if whole else 0.0


@lru_cache(maxsize=4096)
def _sentences(text: str) -> tuple[tuple[Span, frozenset[str]], ...]:
    return tuple((span, frozenset(words(text[slice(*span)]))) for span in sentence_spans(text))
