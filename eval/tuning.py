"""Tuning of the search's numbers, none of them on the questions that it is judged by.

Ranking weights: ``eval.ranker``, on questions generated from the documents. How far the results of several cities are
spread: what covers most gold documents of the calibration questions. Evidence model: logistic regression over the best
passages of each municipality that a question is about. Beside the calibration questions stands one for each concept of
the vocabulary: which municipality takes it up? Those whose documents print it do; many concepts are in no document,
and say how that looks. All of them weigh half of the calibration questions: what counts as true of them is what one
feature of the model tells. Thresholds: for a municipality that has to be found, that with the best mean F1 of the sets
of municipalities, where none found is right for a question that none answers; for one that the question names, 1/2
moved by how much more often such questions have an answer (prior shift: Saerens et al. 2002).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from eval.jsonl import EvaluationError
from eval.measures import met_gold
from eval.questions import Question
from eval.ranker import Ranked, fit
from indexer.tokenise import fold
from search.evidence import FEATURES, best_rows, features
from search.model import Filters
from search.query import Query
from search.retrieval import Ranking
from search.signals import SIGNALS
from search.spread import spread
from search.vocabulary import load_vocabulary
from search.weights import Weights

if TYPE_CHECKING:
    from search.engine import SearchEngine

_ROUNDS = 4
_SPREADS = (0.0, 0.01, 0.02, 0.03, 0.05, 0.07, 0.1, 0.15, 0.2)
_COVERING = 10
_CONCEPTS = 0.5
_QUESTIONS = (
    "{}に取り組んでいる市はどこですか",
    "{}の事例を教えてください",
    "{}",
    "{}を進めている自治体を探しています",
)


@dataclass(frozen=True)
class _Sighting:
    """A municipality that a question is about. rows: features of its best passages; true: whether it has evidence."""

    question: str
    named: bool
    rows: NDArray[np.float64]
    true: bool


def tune(engine: SearchEngine, questions: Sequence[Question], generated: Sequence[Ranked]) -> Weights:
    """Return weights fitted to questions with an engine's index. Raises EvaluationError when there are too few."""
    if sum(question.answerable for question in questions) < 30 or all(question.answerable for question in questions):
        raise EvaluationError("too few questions to tune on: give 30 answerable ones, and unanswerable ones too")
    mixture = fit(generated)
    ranking = {name: round(float(value), 3) for name, value in zip(SIGNALS, mixture, strict=True)}
    weights = replace(Weights(), **ranking)
    weights = replace(weights, spread=_best_spread(engine, weights, questions))
    asked = [sighting for question in questions for sighting in _question_sightings(engine, weights, question)]
    return _evidence_weights(weights, asked, list(_concept_sightings(engine, weights)))


def _best_spread(engine: SearchEngine, weights: Weights, questions: Sequence[Question]) -> float:
    """Return the least spread that covers most gold documents of the questions about several cities."""
    several = [
        question for question in questions if question.answerable and len({gold.doc for gold in question.gold}) > 1
    ]
    rankings = []
    for question in several:
        query = engine.understand(question.question)
        rankings.append(engine.candidates(query, Filters(municipalities=query.municipalities or None)).fused(weights))
    covered = {spread: _covered(engine, several, rankings, spread) for spread in _SPREADS}
    return max(_SPREADS, key=lambda spread: (round(covered[spread], 6), -spread))


def _covered(engine: SearchEngine, questions: Sequence[Question], rankings: Sequence[Ranking], share: float) -> float:
    total = 0.0
    for question, ranking in zip(questions, rankings, strict=True):
        passages = [engine.passages[position] for position in ranking.positions]
        rows, _ = spread(ranking.scores, [one.document.id for one in passages], share)
        met = {
            passages[row].document.id
            for row in rows[:_COVERING].tolist()
            if met_gold(question, passages[row].document.id, passages[row].text)
        }
        total += len(met) / len({gold.doc for gold in question.gold})
    return total


def _question_sightings(engine: SearchEngine, weights: Weights, question: Question) -> list[_Sighting]:
    query = engine.understand(question.question)
    if query.outside and not query.municipalities:
        return []
    # Whether a city that is not asked about has evidence too is not written down.
    true = question.municipalities if question.answerable else ()
    return _sightings(engine, weights, question.id, query, query.municipalities or engine.municipalities, true)


def _concept_sightings(engine: SearchEngine, weights: Weights) -> Iterator[_Sighting]:
    """Return sightings of a question for each concept of the vocabulary, true where the documents print it."""
    texts: dict[str, str] = {}
    for document in engine.documents:
        text = _unspaced(engine.canonical_text(document.id))
        texts[document.municipality] = texts.get(document.municipality, "") + text
    for at, expressions in enumerate(load_vocabulary().groups):
        names = [_unspaced(expression) for expression in expressions]
        true = [municipality for municipality, text in texts.items() if any(name in text for name in names)]
        query = engine.understand(_QUESTIONS[at % len(_QUESTIONS)].format(expressions[0]))
        if query.concepts and not query.municipalities:
            yield from _sightings(engine, weights, f"concept {at}", query, engine.municipalities, true)


def _unspaced(text: str) -> str:
    return "".join(fold(text).lower().split())


def _sightings(
    engine: SearchEngine, weights: Weights, name: str, query: Query, scope: Sequence[str], true: Sequence[str]
) -> list[_Sighting]:
    named = query.municipalities
    ranking = engine.candidates(query, focus=Filters(named) if named else None).fused(weights)
    rows = best_rows(ranking, engine.passages)
    return [
        _Sighting(
            name,
            bool(named),
            np.array([features(ranking, row) for row in rows[municipality]]),
            municipality in true,
        )
        for municipality in scope
        if municipality in rows
    ]


def _evidence_weights(weights: Weights, asked: Sequence[_Sighting], generated: Sequence[_Sighting]) -> Weights:
    from sklearn.linear_model import LogisticRegression

    sightings = [*asked, *generated]
    true = np.array([sighting.true for sighting in sightings])
    chosen = np.array([sighting.rows[0] for sighting in sightings])
    shares = np.repeat([1.0, _CONCEPTS * len(asked) / max(1, len(generated))], [len(asked), len(generated)])
    model = LogisticRegression(C=10)
    # The passage that speaks for a municipality is the one that the model itself finds strongest.
    for _ in range(_ROUNDS):
        model.fit(chosen, true, sample_weight=shares)
        chosen = np.array([sighting.rows[np.argmax(model.decision_function(sighting.rows))] for sighting in sightings])
    probability = model.predict_proba(chosen)[: len(asked), 1]
    true = true[: len(asked)]
    named = np.array([sighting.named for sighting in asked])
    values = [round(float(value), 2) for value in (*model.coef_[0], model.intercept_[0])]
    return replace(
        weights,
        **{f"evidence_{feature}": value for feature, value in zip(FEATURES, values[:-1], strict=True)},
        evidence_bias=values[-1],
        evidence_threshold=_best_threshold(
            [one for one in zip(asked, probability.tolist(), strict=True) if not one[0].named]
        ),
        answer_threshold=round(1 / (1 + _odds(true[named]) / _odds(true)), 2),
    )


def _odds(true: NDArray[np.bool_]) -> float:
    return float(true.sum() + 1) / float((~true).sum() + 1)


def _best_threshold(sightings: Sequence[tuple[_Sighting, float]]) -> float:
    """Return the threshold of probability with the best mean F1 over questions; of equal ones that in the middle."""
    questions: dict[str, list[tuple[bool, float]]] = {}
    for sighting, value in sightings:
        questions.setdefault(sighting.question, []).append((sighting.true, value))
    means = {least / 100: np.mean([_f1(one, least / 100) for one in questions.values()]) for least in range(10, 91)}
    best = [least for least, mean in means.items() if mean >= max(means.values()) - 1e-9]
    return best[len(best) // 2]


def _f1(municipalities: Sequence[tuple[bool, float]], least: float) -> float:
    true = sum(one for one, _ in municipalities)
    found = sum(value >= least for _, value in municipalities)
    right = sum(one and value >= least for one, value in municipalities)
    return 2 * right / (true + found) if true + found else 1.0
