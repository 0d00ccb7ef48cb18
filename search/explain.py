"""Why a passage was found: its signals with their weights, and which words of it say what the question is about."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from indexer.build import indexed_text
from indexer.tokenise import words
from search.concepts import Concept
from search.model import Hit
from search.query import Query
from search.signals import SIGNALS
from search.weights import Weights

_LEAST_SHOWN = 0.0005


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one signal adds to a passage's score. value: 0..1; share: value x weight."""

    signal: str
    value: float
    weight: float
    share: float


@dataclass(frozen=True, slots=True)
class Match:
    """A concept of the question and the terms of the passage that say it; none when it does not speak of it.

    related: they are terms that may say it (of an everyday wording, a translation, another spelling), not the same.
    share: how much of that wording the passage holds, 0..1.
    """

    concept: str
    terms: tuple[str, ...]
    related: bool
    share: float


@dataclass(frozen=True, slots=True)
class Explanation:
    """The signals of a passage, the strongest first, and its matches in the order of the question."""

    signals: tuple[Contribution, ...]
    matches: tuple[Match, ...]

    def to_json(self) -> dict[str, Any]:
        """Return the explanation as JSON values."""
        return asdict(self)


def explain(query: Query, hit: Hit, weights: Weights) -> Explanation:
    """Return why a hit of a query was found."""
    contributions = [
        Contribution(name, value, weight, value * weight)
        for name, value in zip(SIGNALS, hit.signals, strict=True)
        for weight in (getattr(weights, name),)
    ]
    held = frozenset(words(indexed_text(hit.passage)))
    return Explanation(
        tuple(sorted(contributions, key=lambda one: -one.share)),
        tuple(_match(concept, held) for concept in query.concepts),
    )


def _match(concept: Concept, held: frozenset[str]) -> Match:
    """Return the wording of a concept of which a passage holds most; a part of it where it does not hold all."""
    best = max(
        (
            (len(own) / len(terms), not related, own)
            for wordings, related in ((concept.alternatives, False), (concept.related, True))
            for terms in wordings
            if (own := tuple(term for term in terms if term in held))
        ),
        default=(0.0, True, ()),
    )
    return Match(concept.name, best[2], not best[1], best[0])


def explanation_lines(explanation: Explanation) -> list[str]:
    """Return an explanation as lines of text."""
    signals = " ".join(
        f"{one.signal} {one.value:.2f}×{one.weight:.3f}={one.share:.3f}"
        for one in explanation.signals
        if one.share >= _LEAST_SHOWN
    )
    matches = (
        f"{one.concept}{'≈' if one.related else '='}{'+'.join(one.terms)}{'' if one.share == 1 else ' (一部)'}"
        if one.terms
        else f"{one.concept}: ―"
        for one in explanation.matches
    )
    return [f"  信号: {signals}", f"  一致: {'、'.join(matches) or '―'}"]
