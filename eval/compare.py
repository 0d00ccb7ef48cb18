"""Two runs over the same questions: differences, the questions won and lost, and whether chance explains them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from eval.measures import LOWER_IS_BETTER, MEASURES, Scores, score
from eval.questions import Question, QuestionSet
from eval.report import Means, count_questions, mean_scores, round_numbers
from eval.runs import Run

TESTED_MEASURES = ("S@2000c", "MRR@10")
FLIPS = 10_000
_SEED = 20_260_401
_EPSILON = 1e-9
"""Differences below this are rounding."""


@dataclass(frozen=True, slots=True)
class Change:
    """Ids of the questions on which run B is better (``won``) and worse (``lost``) than run A in one measure."""

    won: tuple[str, ...]
    lost: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Runs A and B side by side. differences: B - A. p_values: of ``TESTED_MEASURES``, where they apply."""

    questions_file: str
    questions_sha256: str
    a_file: str
    a_sha256: str
    b_file: str
    b_sha256: str
    counts: Mapping[str, int]
    a_means: Means
    b_means: Means
    differences: Means
    changes: Mapping[str, Change]
    p_values: Mapping[str, float]

    def to_json(self) -> dict[str, Any]:
        """Return the comparison as JSON values, numbers rounded to 4 digits; dump it with sorted keys."""
        measures = {
            kind: {
                name: {"a": a, "b": self.b_means[kind][name], "difference": self.differences[kind][name]}
                for name, a in means.items()
            }
            for kind, means in self.a_means.items()
        }
        values = {
            "questions": {"file": self.questions_file, "sha256": self.questions_sha256, "counts": self.counts},
            "a": {"file": self.a_file, "sha256": self.a_sha256},
            "b": {"file": self.b_file, "sha256": self.b_sha256},
            "measures": measures,
            "changes": {name: {"won": change.won, "lost": change.lost} for name, change in self.changes.items()},
            "p_values": self.p_values,
        }
        rounded: dict[str, Any] = round_numbers(values)
        return rounded


def compare_runs(questions: QuestionSet, a: Run, b: Run, texts: Mapping[str, str] | None = None) -> Comparison:
    """Return the comparison of runs ``a`` and ``b``. texts: see ``eval.measures.score``."""
    a_scores, b_scores = score(questions.questions, a.lines, texts), score(questions.questions, b.lines, texts)
    a_means, b_means = mean_scores(questions, a_scores), mean_scores(questions, b_scores)
    return Comparison(
        questions_file=questions.name,
        questions_sha256=questions.sha256,
        a_file=a.name,
        a_sha256=a.sha256,
        b_file=b.name,
        b_sha256=b.sha256,
        counts=count_questions(questions),
        a_means=a_means,
        b_means=b_means,
        differences={kind: _minus(b_means[kind], means) for kind, means in a_means.items()},
        changes={name: _change(questions.questions, a_scores, b_scores, name) for name in MEASURES},
        p_values={
            name: sign_flip_p_value(differences)
            for name in TESTED_MEASURES
            if (differences := list(_differences(questions.questions, a_scores, b_scores, name).values()))
        },
    )


def sign_flip_p_value(differences: Sequence[float], flips: int = FLIPS) -> float:
    """Return the two-sided p-value of the paired randomisation test of ``differences``, whose mean is tested against 0.

    Under the null hypothesis each difference could as well have the other sign: the share of random sign assignments
    whose mean is at least as far from 0 as the observed one, the observed one counted among them, so it is never 0
    (Smucker, Allan & Carterette 2007; Phipson & Smyth 2010). The seed is fixed. 1.0 when there are no differences.
    """
    values = np.array([difference for difference in differences if abs(difference) > _EPSILON])
    if not values.size:
        return 1.0
    observed = abs(values.sum()) - _EPSILON
    generator = np.random.default_rng(_SEED)
    extreme = 0
    # One flip at a time keeps the memory small for any number of questions.
    for _ in range(flips):
        signs = generator.integers(0, 2, size=values.size) * 2 - 1
        extreme += abs(float(signs @ values)) >= observed
    return (extreme + 1) / (flips + 1)


def _minus(b: Mapping[str, float | None], a: Mapping[str, float | None]) -> dict[str, float | None]:
    def difference(left: float | None, right: float | None) -> float | None:
        return None if left is None or right is None else left - right

    return {name: difference(b[name], a[name]) for name in MEASURES}


def _differences(questions: Sequence[Question], a: Scores, b: Scores, name: str) -> dict[str, float]:
    # How answers are cited is measured where a run answers, and that is not the same in both.
    return {q.id: b[q.id][name] - a[q.id][name] for q in questions if name in a[q.id] and name in b[q.id]}


def _change(questions: Sequence[Question], a: Scores, b: Scores, name: str) -> Change:
    better = -1 if name in LOWER_IS_BETTER else 1
    differences = _differences(questions, a, b, name)
    return Change(
        won=tuple(id_ for id_, value in differences.items() if value * better > _EPSILON),
        lost=tuple(id_ for id_, value in differences.items() if value * better < -_EPSILON),
    )
