"""Weights: as data, and as they are fitted."""

from __future__ import annotations

import tomllib
from dataclasses import asdict, fields

import pytest

from eval.generated import generate
from eval.jsonl import EvaluationError
from eval.questions import CALIBRATION, DEFAULT_QUESTIONS, read_questions
from eval.ranker import rank_generated
from eval.tuning import tune
from search import SearchEngine
from search.signals import SIGNALS
from search.weights import Weights, load_weights


def test_weights_written_as_toml_are_read_back_the_same() -> None:
    weights = load_weights()
    assert Weights(**tomllib.loads(weights.to_toml())) == weights
    assert set(SIGNALS) <= {field.name for field in fields(Weights)}


def test_calibration_and_development_questions_have_no_question_in_common() -> None:
    calibration = {question.question for question in read_questions(CALIBRATION).questions}
    assert not calibration & {question.question for question in read_questions(DEFAULT_QUESTIONS).questions}


def test_too_few_questions_are_refused(engine: SearchEngine) -> None:
    with pytest.raises(EvaluationError, match="too few questions"):
        tune(engine, read_questions(CALIBRATION).questions[:10], [])


def test_committed_weights_are_near_those_that_tuning_gives(engine: SearchEngine) -> None:
    generated = rank_generated(engine, generate(engine, 2500))
    fitted, committed = (
        asdict(weights) for weights in (tune(engine, read_questions(CALIBRATION).questions, generated), load_weights())
    )
    for name, value in committed.items():
        assert fitted[name] == pytest.approx(value, rel=0.25, abs=0.05), f"{name}: run `python -m eval tune --write`"
