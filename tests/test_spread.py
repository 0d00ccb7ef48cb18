"""The order of results over documents, near-duplicates, and signals that do not depend on filters."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from numpy.typing import NDArray

from search import Filters, SearchEngine
from search.signals import SIGNALS
from search.spread import spread
from search.weights import load_weights


def slowly(scores: NDArray[np.float32], documents: list[str], penalty: float) -> list[tuple[int, float]]:
    """Return what spreading must give: at each place the row that is best after what stands before it."""
    step = penalty * float(scores.max(initial=0))
    left, taken, order = list(range(len(scores))), Counter[str](), []
    while left:
        values = {row: float(scores[row]) - step * taken[documents[row]] for row in left}
        best = max(left, key=lambda row: (values[row], -row))
        order.append((best, values[best]))
        taken[documents[best]] += 1
        left.remove(best)
    return order


def spread_rows(scores: NDArray[np.float32], documents: list[str], penalty: float) -> list[tuple[int, float]]:
    """Return the rows in their new order, each with its score there."""
    order, lowered = spread(scores, documents, penalty)
    return list(zip(order.tolist(), lowered.tolist(), strict=True))


def falling(*scores: float) -> NDArray[np.float32]:
    return np.array(scores, dtype=np.float32)


def test_without_a_penalty_nothing_moves() -> None:
    scores = falling(0.9, 0.8, 0.7, 0.1)
    assert spread_rows(scores, ["a", "a", "b", "a"], 0) == [(row, float(scores[row])) for row in range(4)]


def test_a_document_that_has_a_place_is_set_back_for_the_next() -> None:
    order = spread_rows(falling(1.0, 0.95, 0.9), ["a", "a", "b"], 0.1)
    assert [row for row, _ in order] == [0, 2, 1]
    assert [score for _, score in order] == pytest.approx([1.0, 0.9, 0.85])


def test_what_is_much_better_stays_before_another_document() -> None:
    assert [row for row, _ in spread_rows(falling(1.0, 0.95, 0.5), ["a", "a", "b"], 0.1)] == [0, 1, 2]


def test_one_document_keeps_its_order_and_each_place_costs_more() -> None:
    order = spread_rows(falling(1.0, 1.0, 1.0), ["a", "a", "a"], 0.25)
    assert [row for row, _ in order] == [0, 1, 2]
    assert [score for _, score in order] == pytest.approx([1.0, 0.75, 0.5])


def test_nothing_is_spread_to_nothing() -> None:
    assert spread_rows(falling(), [], 0.15) == []


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("penalty", [0, 0.01, 0.15, 1])
def test_the_order_is_that_of_choosing_the_best_each_time(seed: int, penalty: float) -> None:
    chance = np.random.default_rng(seed)
    count = int(chance.integers(1, 60))
    scores = np.sort(chance.random(count).astype(np.float32))[::-1].copy()
    documents = [str(number) for number in chance.integers(0, 6, count)]
    order = spread_rows(scores, documents, penalty)
    expected = slowly(scores, documents, penalty)
    assert [row for row, _ in order] == [row for row, _ in expected]
    assert [score for _, score in order] == pytest.approx([score for _, score in expected], abs=1e-5)
    assert sorted(row for row, _ in order) == list(range(count))


# Of an engine


def test_no_document_crowds_out_the_others(engine: SearchEngine) -> None:
    question = "研修に取り組んでいる市はどこですか"
    query = engine.understand(question)
    ranking = engine.candidates(query).fused(load_weights())
    plain = [engine.passages[position].document.id for position in ranking.positions[:10].tolist()]
    hits = engine.search(question, 10)
    assert len({hit.passage.document.id for hit in hits}) >= len(set(plain))
    assert len({hit.passage.document.municipality for hit in hits}) >= 3
    assert hits[0].passage.document.id == plain[0]


def test_scores_fall_and_the_best_of_a_document_keeps_its_score(engine: SearchEngine) -> None:
    for question in ("職員研修", "テレワーク", "公共施設の統廃合", "which cities target telework?"):
        query = engine.understand(question)
        ranking = engine.candidates(query).fused(load_weights())
        scores = dict(zip(ranking.positions.tolist(), ranking.scores.tolist(), strict=True))
        position = {(one.document.id, one.span): at for at, one in enumerate(engine.passages)}
        hits = engine.search(question, 50)
        assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
        seen: set[str] = set()
        for hit in hits:
            own = scores[position[hit.passage.document.id, hit.passage.span]]
            if hit.passage.document.id in seen:
                assert hit.score < own
            else:
                assert hit.score == pytest.approx(own, abs=1e-6)
            seen.add(hit.passage.document.id)


@pytest.mark.parametrize(
    "question",
    [
        "残業を減らす取組",
        "公共施設の延床面積",
        "保育所の民営化",
        "ペットの火葬",
        "職員研修",
        "which cities outsource counters?",
    ],
)
def test_signals_do_not_depend_on_filters(engine: SearchEngine, question: str) -> None:
    every = {(hit.passage.document.id, hit.passage.span): hit.signals for hit in engine.search(question, 200)}
    met = 0
    for municipality in engine.municipalities:
        for hit in engine.search(question, 50, Filters([municipality])):
            if other := every.get((hit.passage.document.id, hit.passage.span)):
                met += 1
                differing = [name for name, a, b in zip(SIGNALS, hit.signals, other, strict=True) if abs(a - b) > 1e-5]
                assert differing == [], (municipality, hit.passage.text[:40])
    assert met > 20


def test_signals_are_between_nothing_and_all(engine: SearchEngine) -> None:
    for question in (
        "残業を減らす取組",
        "令和7年度のテレワークの目標値",
        "職員 NOT 研修",
        "？？？",
        "a",
        "which cities?",
    ):
        signals = np.array([hit.signals for hit in engine.search(question, 200)])
        assert signals.shape[1] == len(SIGNALS)
        assert np.isfinite(signals).all() and signals.min() >= -1e-6 and signals.max() <= 1 + 1e-6
