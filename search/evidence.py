"""Which municipalities have evidence for a question: a logistic model over what their best passages say.

The features do not depend on the number of municipalities: the share of the question's topics that a passage speaks of,
the cosine of its best sentence, its fused score relative to the best passage of any municipality, whether a filter
admits that one or not (what others say decides how near is near), and the share of the topics that the municipality's
documents speak of anywhere: what none of them says is not said in other words either, most of the time. The weights
are fitted on ``eval/calibration.jsonl`` (``python -m eval tune``), never on the evaluation questions.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from corpus.model import Passage
from search.retrieval import Ranking
from search.weights import Weights

DEPTH = 5
FEATURES = ("coverage", "in_city", "cosine", "relative")
"""The features, in the order of ``features``, and the names of their weights."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """A municipality's best passages, strongest first.

    rows: of the ranking. probabilities: for each, that it answers the question (0..1). lacks_term: its documents do not
    say a technical term of the question.
    """

    municipality: str
    rows: tuple[int, ...]
    probabilities: tuple[float, ...]
    lacks_term: bool = False

    def above(self, threshold: float) -> tuple[int, ...]:
        """Return the rows that are at least this probable, strongest first."""
        return tuple(row for row, value in zip(self.rows, self.probabilities, strict=True) if value >= threshold)


def features(ranking: Ranking, row: int) -> tuple[float, ...]:
    """Return one row of a ranking as the model sees it: ``FEATURES``."""
    relative = float(ranking.scores[row]) / ranking.best if ranking.best > 0 else 0.0
    own = (ranking.spoken, ranking.in_city, ranking.cosine)
    return *(float(column[row]) for column in own), relative


def probability(values: Sequence[float], weights: Weights) -> float:
    """Return the probability that a passage with these features answers the question."""
    logit = weights.evidence_bias + sum(
        getattr(weights, f"evidence_{name}") * value for name, value in zip(FEATURES, values, strict=True)
    )
    return 1 / (1 + math.exp(-logit))


def best_rows(ranking: Ranking, passages: Sequence[Passage]) -> dict[str, list[int]]:
    """Return the first ``DEPTH`` rows of each municipality in a ranking: those that can be its evidence."""
    rows: dict[str, list[int]] = {}
    for row, position in enumerate(ranking.positions):
        own = rows.setdefault(passages[position].document.municipality, [])
        if len(own) < DEPTH:
            own.append(row)
    return rows


def weigh(ranking: Ranking, passages: Sequence[Passage], weights: Weights) -> list[Evidence]:
    """Return the evidence of every municipality in a ranking, strongest first."""
    found = []
    for municipality, own in best_rows(ranking, passages).items():
        scored = sorted(
            ((probability(features(ranking, row), weights), row) for row in own), key=lambda it: (-it[0], it[1])
        )
        rows, values = tuple(row for _, row in scored), tuple(value for value, _ in scored)
        found.append(Evidence(municipality, rows, values, bool(ranking.unsaid[rows[0]])))
    return sorted(found, key=lambda evidence: (-evidence.probabilities[0], evidence.rows[0]))
