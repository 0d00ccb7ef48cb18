"""Tuning of the search's numbers on the calibration questions, which nobody is judged by.

Ranking weights: of some hundreds of random mixtures of the signals, the best for each of many resamples of the
questions, averaged (bagging: Breiman 1996); the average of good mixtures carries over better than the best one.
Evidence model: logistic regression over the best passages of each municipality that a question is about. Thresholds:
for municipalities that must be found, the one with the best mean of city F1, questions declined rightly and not
declined wrongly; for a municipality that the question names, the logistic one moved by how much more often such
questions have an answer (prior shift: Saerens et al. 2002).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from eval.jsonl import EvaluationError
from eval.measures import met_gold
from eval.questions import Question
from search.evidence import DEPTH, features
from search.model import Filters
from search.retrieval import SIGNALS, Ranking
from search.weights import Weights

if TYPE_CHECKING:
    from search.engine import SearchEngine

_MIXTURES, _RESAMPLES, _ROUNDS = 600, 200, 4
_DEPTH = 20
_THRESHOLDS = np.arange(0.2, 0.81, 0.05)


@dataclass(frozen=True)
class _Ranked:
    """One answerable question's candidates. relevant: which are; lengths: of their texts, in characters."""

    ranking: Ranking
    relevant: NDArray[np.bool_]
    lengths: NDArray[np.int64]


@dataclass(frozen=True)
class _Sighting:
    """A municipality that a question is about. rows: features of its best passages; true: whether it has evidence."""

    question: str
    named: bool
    rows: NDArray[np.float64]
    true: bool


def tune(engine: SearchEngine, questions: Sequence[Question]) -> Weights:
    """Return weights fitted to questions with an engine's index. Raises EvaluationError when there are too few."""
    if sum(question.answerable for question in questions) < 30 or all(question.answerable for question in questions):
        raise EvaluationError("too few questions to tune on: give 30 answerable ones, and unanswerable ones too")
    weights = _ranking_weights([_ranked(engine, question) for question in questions if question.answerable])
    sightings = [sighting for question in questions for sighting in _sightings(engine, question, weights)]
    return _evidence_weights(weights, sightings)


def _ranked(engine: SearchEngine, question: Question) -> _Ranked:
    query = engine.understand(question.question)
    ranking = engine.candidates(query, Filters(query.municipalities))
    passages = [engine.passages[position] for position in ranking.positions]
    relevant = [bool(met_gold(question, passage.document.id, passage.text)) for passage in passages]
    return _Ranked(ranking, np.array(relevant), np.array([len(passage.text) for passage in passages]))


def _ranking_weights(ranked: Sequence[_Ranked]) -> Weights:
    random = np.random.default_rng(1)
    mixtures = random.dirichlet(np.full(len(SIGNALS), 1.5), _MIXTURES).astype(np.float32)
    quality = np.array([[_quality(question, mixture) for mixture in mixtures] for question in ranked])
    samples = random.integers(0, len(quality), (_RESAMPLES, len(quality)))
    best = [mixtures[int(np.argmax(quality[sample].mean(axis=0)))] for sample in samples]
    mean = np.mean(best, axis=0)
    return replace(Weights(), **{name: round(float(value), 3) for name, value in zip(SIGNALS, mean, strict=True)})


def _quality(question: _Ranked, mixture: NDArray[np.float32]) -> float:
    """Return a mean of S@1, S@500c, S@2000c (by whole passages) and MRR."""
    order = np.lexsort((question.ranking.positions, -(question.ranking.signals @ mixture)))[:_DEPTH]
    hits = np.flatnonzero(question.relevant[order])
    if not len(hits):
        return 0.0
    read = int(question.lengths[order][: hits[0] + 1].sum())
    first = int(hits[0])
    return 0.2 * (first == 0) + 0.35 * (read <= 500) + 0.35 * (read <= 2000) + 0.1 / (first + 1)


def _sightings(engine: SearchEngine, question: Question, weights: Weights) -> list[_Sighting]:
    query = engine.understand(question.question)
    named = query.municipalities
    if query.outside and not named:
        return []
    ranking = engine.candidates(query, None, named).fused(weights)
    rows: dict[str, list[tuple[float, ...]]] = {name: [] for name in named or engine.municipalities}
    for row, position in enumerate(ranking.positions):
        own = rows.get(engine.passages[position].document.municipality)
        if own is not None and len(own) < DEPTH:
            own.append(features(ranking, row))
    return [
        _Sighting(
            question.id, bool(named), np.array(own), question.answerable if named else name in question.municipalities
        )
        for name, own in rows.items()
        if own
    ]


def _evidence_weights(weights: Weights, sightings: Sequence[_Sighting]) -> Weights:
    from sklearn.linear_model import LogisticRegression

    true = np.array([sighting.true for sighting in sightings])
    chosen = np.array([sighting.rows[0] for sighting in sightings])
    model = LogisticRegression(C=10)
    # The passage that speaks for a municipality is the one that the model itself finds strongest.
    for _ in range(_ROUNDS):
        model.fit(chosen, true)
        chosen = np.array([sighting.rows[np.argmax(model.decision_function(sighting.rows))] for sighting in sightings])
    probability = model.predict_proba(chosen)[:, 1]
    named = np.array([sighting.named for sighting in sightings])
    odds, named_odds = _odds(true), _odds(true[named])
    coverage, cosine, relative = (round(float(value), 2) for value in model.coef_[0])
    return replace(
        weights,
        evidence_bias=round(float(model.intercept_[0]), 2),
        evidence_coverage=coverage,
        evidence_cosine=cosine,
        evidence_relative=relative,
        evidence_threshold=_found_threshold(
            [sighting for sighting in sightings if not sighting.named], probability[~named]
        ),
        answer_threshold=round(1 / (1 + named_odds / odds), 2),
    )


def _odds(true: NDArray[np.bool_]) -> float:
    return float(true.sum() + 1) / float((~true).sum() + 1)


def _found_threshold(sightings: Sequence[_Sighting], probability: NDArray[np.float64]) -> float:
    """Return the threshold with the best mean of city F1 and of rightly answered or declined questions."""
    by_question: dict[str, list[int]] = {}
    for at, sighting in enumerate(sightings):
        by_question.setdefault(sighting.question, []).append(at)
    means = []
    for threshold in _THRESHOLDS:
        agreement, answered, declined = [], [], []
        for rows in by_question.values():
            found = {at for at in rows if probability[at] >= threshold}
            true = {at for at in rows if sightings[at].true}
            if true:
                agreement.append(2 * len(found & true) / (len(found) + len(true)))
                answered.append(bool(found))
            else:
                declined.append(not found)
        means.append(np.mean([np.mean(agreement), np.mean(answered), np.mean(declined)]))
    # The middle of the plateau, not its edge.
    best = np.flatnonzero(np.array(means) >= max(means) - 0.01)
    return round(float(_THRESHOLDS[best].mean()), 2)
