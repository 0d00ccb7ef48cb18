"""Fitting the ranking weights: on what they are fitted, how well they rank, and what an unseen city loses."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from eval.generated import generate
from eval.questions import CALIBRATION, read_questions
from eval.ranker import Mixture, Ranked, by_unseen_city, carry_over_text, fit, quality, rank_generated, rank_gold
from search import SearchEngine
from search.signals import SIGNALS

ROOT = Path(__file__).parent.parent
EQUAL: Mixture = np.full(len(SIGNALS), 1 / len(SIGNALS), dtype=np.float32)


@pytest.fixture(scope="module")
def ranked(engine: SearchEngine) -> list[Ranked]:
    return rank_generated(engine, generate(engine, 250))


def made(values: list[list[float]], relevant: list[bool], lengths: list[int], kind: str = "title") -> Ranked:
    """Return a question whose candidates have these values of the first signals, all others 0."""
    signals = np.zeros((len(values), len(SIGNALS)), dtype=np.float32)
    for row, own in enumerate(values):
        signals[row, : len(own)] = own
    return Ranked(signals, np.arange(len(values)), np.array(relevant), np.array(lengths), kind, "結城市")


def only(signal: int) -> Mixture:
    mixture: Mixture = np.eye(len(SIGNALS), dtype=np.float32)[signal]
    return mixture


def test_quality_is_that_of_the_order_that_the_weights_give() -> None:
    one = made([[0.9, 0.1], [0.5, 0.8], [0.1, 0.5]], [False, True, False], [600, 300, 100])
    first, second = quality([one], only(0)), quality([one], only(1))
    assert (first.questions, first.first, first.within_500, first.within_2000) == (1, 0, 0, 1)
    assert first.reciprocal == 0.5
    assert (second.first, second.within_500, second.reciprocal) == (1, 1, 1)
    both = quality([one, made([[1.0], [0.5]], [False, False], [10, 10])], only(1))
    assert (both.questions, both.first, both.reciprocal) == (2, 0.5, 0.5)


def test_quality_of_no_questions_is_nothing() -> None:
    empty = quality([], EQUAL)
    assert (empty.questions, empty.first, empty.reciprocal) == (0, 0, 0)


def test_equal_scores_stand_in_the_order_of_positions() -> None:
    one = made([[0.5], [0.5]], [False, True], [10, 10])
    assert quality([one], only(0)).reciprocal == 0.5


def test_the_signal_that_tells_right_from_wrong_gets_the_weight() -> None:
    chance = np.random.default_rng(3)
    questions = []
    for _ in range(60):
        relevant = [True] + [False] * 9
        values = [[float(chance.random()), 0.9 if right else float(chance.random() * 0.6)] for right in relevant]
        questions.append(made(values, relevant, [100] * 10))
    mixture = fit(questions)
    assert mixture[1] > 0.5 and mixture[0] < 0.1
    assert quality(questions, mixture).first == 1


def test_questions_without_a_right_candidate_teach_nothing() -> None:
    useful = [made([[0.9], [0.1]], [True, False], [10, 10]) for _ in range(5)]
    useless = [made([[0.1], [0.9]], [False, False], [10, 10]), made([[0.1], [0.9]], [True, True], [10, 10])]
    assert fit(useful + useless) == pytest.approx(fit(useful))


def test_weights_are_shares_and_always_the_same(ranked: list[Ranked]) -> None:
    mixture = fit(ranked)
    assert mixture.shape == (len(SIGNALS),)
    assert mixture.min() >= 0 and mixture.sum() == pytest.approx(1, abs=1e-5)
    assert np.array_equal(mixture, fit(ranked))


def test_fitted_weights_rank_better_than_equal_ones(ranked: list[Ranked]) -> None:
    fitted, equal = quality(ranked, fit(ranked)), quality(ranked, EQUAL)
    assert fitted.reciprocal > equal.reciprocal
    assert fitted.questions == equal.questions == len(ranked)


def test_generated_questions_are_ranked_as_a_search_ranks_them(engine: SearchEngine, ranked: list[Ranked]) -> None:
    questions = generate(engine, 250)
    for question, one in zip(questions, ranked, strict=True):
        assert one.kind == question.kind
        assert len(one.signals) == len(one.positions) == len(one.relevant) == len(one.lengths)
        assert set(one.positions[one.relevant].tolist()) <= question.relevant
        documents = {document.id: document.municipality for document in engine.documents}
        assert one.municipality == documents[question.document]
    assert sum(one.relevant.any() for one in ranked) > 0.8 * len(ranked)


def test_gold_questions_are_those_that_have_an_answer(engine: SearchEngine) -> None:
    questions = read_questions(CALIBRATION).questions[:40]
    gold = rank_gold(engine, questions)
    assert len(gold) == sum(question.answerable for question in questions)
    assert {one.kind for one in gold} <= {question.type for question in questions}
    assert sum(one.relevant.any() for one in gold) > 0.8 * len(gold)
    assert {one.municipality for one in gold} <= set(engine.municipalities)


def test_every_city_is_once_unseen(engine: SearchEngine, ranked: list[Ranked]) -> None:
    gold = rank_gold(engine, read_questions(CALIBRATION).questions[:40])
    rows = list(by_unseen_city(ranked, gold))
    assert {city for city, name, _, _ in rows if name == "generated"} == set(engine.municipalities)
    for city, name, without, whole in rows:
        own = [one for one in (ranked if name == "generated" else gold) if one.municipality == city]
        assert without.questions == whole.questions == len(own) > 0
    table = carry_over_text(ranked, gold)
    for city, name, without, _ in rows:
        assert re.search(rf"{city}\s+{name}\s+{without.questions}\s+{without.first:.3f} ", table)


def test_the_command_shows_what_an_unseen_city_loses_and_writes_nothing(index: Path) -> None:
    weights = ROOT / "search" / "data" / "weights.toml"
    before = weights.read_bytes()
    done = subprocess.run(
        [sys.executable, "-m", "eval", "tune", "--unseen", "--generated", "150"],
        cwd=ROOT,
        env={**os.environ, "KAIKAKU_INDEX": str(index)},
        capture_output=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr.decode("utf-8")
    text = done.stdout.decode("utf-8")
    assert text.splitlines()[0].split() == ["city", "questions", "n", "S@1", "S@500c", "S@2000c", "MRR"]
    assert text.count("generated") == text.count("calibration") == 4
    assert weights.read_bytes() == before
