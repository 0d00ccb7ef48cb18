"""Why a passage was found: signals that add up to its score, and words that really stand in it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from indexer.build import indexed_text
from indexer.tokenise import words
from search import Filters, Hit, SearchEngine
from search.explain import explanation_lines
from search.model import joined
from search.signals import SIGNALS
from search.weights import load_weights

ROOT = Path(__file__).parent.parent
QUESTIONS = (
    "残業を減らす取組",
    "結城市の令和7年度のテレワークPCの稼働率の目標値",
    "which cities target telework?",
    "総務課が担当する未着手の取組",
    "職員 NOT 研修",
    "チャトボット",
    "核融合発電所",
    "？？？",
)


def fused(engine: SearchEngine, question: str) -> dict[int, float]:
    """Return the scores of the candidates before spreading, by the positions of their passages."""
    query = engine.understand(question)
    filters = joined(Filters(query.municipalities or None), query.filters)
    ranking = engine.candidates(query, filters).fused(load_weights())
    return dict(zip(ranking.positions.tolist(), ranking.scores.tolist(), strict=True))


def find(index: Path, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "search", "find", *arguments, "--index", str(index)],
        cwd=ROOT,
        capture_output=True,
        check=False,
        timeout=120,
    )
    assert (done.returncode, done.stderr) == (0, b"")
    return done.stdout.decode("utf-8")


@pytest.mark.parametrize("question", QUESTIONS)
def test_the_signals_of_a_hit_add_up_to_its_score_before_spreading(engine: SearchEngine, question: str) -> None:
    query, scores = engine.understand(question), fused(engine, question)
    position = {passage: at for at, passage in enumerate(map(id, engine.passages))}
    hits = engine.search(question, 20)
    assert hits
    seen: set[str] = set()
    for hit in hits:
        explanation = engine.explain(query, hit)
        whole = sum(one.share for one in explanation.signals)
        assert whole == pytest.approx(scores[position[id(hit.passage)]], abs=1e-5)
        assert whole >= hit.score - 1e-5
        if hit.rank == 1:
            assert whole == pytest.approx(hit.score, abs=1e-5)
        seen.add(hit.passage.document.id)
    assert seen


@pytest.mark.parametrize("question", QUESTIONS)
def test_every_signal_is_explained_once_the_strongest_first(engine: SearchEngine, question: str) -> None:
    weights, query = load_weights(), engine.understand(question)
    for hit in engine.search(question, 5):
        signals = engine.explain(query, hit).signals
        assert sorted(one.signal for one in signals) == sorted(SIGNALS)
        assert [one.share for one in signals] == sorted((one.share for one in signals), reverse=True)
        for one in signals:
            assert 0 <= one.value <= 1.0001
            assert one.weight == getattr(weights, one.signal)
            assert one.share == pytest.approx(one.value * one.weight)
            assert one.value == hit.signals[SIGNALS.index(one.signal)]


@pytest.mark.parametrize("question", QUESTIONS)
def test_the_matched_terms_stand_in_the_passage_and_belong_to_the_concept(engine: SearchEngine, question: str) -> None:
    query = engine.understand(question)
    for hit in engine.search(question, 10):
        held = set(words(indexed_text(hit.passage)))
        matches = engine.explain(query, hit).matches
        assert [one.concept for one in matches] == [concept.name for concept in query.concepts]
        for match, concept in zip(matches, query.concepts, strict=True):
            assert set(match.terms) <= held
            said = [set(terms) for terms in (concept.related if match.related else concept.alternatives)]
            assert not match.terms or any(set(match.terms) <= terms for terms in said)
            every = {term for terms in (*concept.alternatives, *concept.related) for term in terms}
            assert match.terms or not every & held


def test_a_word_of_nearly_the_spelling_is_told_from_the_same_word(engine: SearchEngine) -> None:
    def matches(question: str) -> dict[str, tuple[tuple[str, ...], bool]]:
        found = engine.explain(engine.understand(question), engine.search(question, 1)[0]).matches
        return {one.concept: (one.terms, one.related) for one in found}

    assert matches("チャトボット") == {"チャトボット": (("チャットボット",), True)}
    assert matches("チャットボット")["チャットボット"][1] is False


def test_lines_show_what_counts_and_what_is_missing(engine: SearchEngine) -> None:
    question = "テレワークの核融合"
    hit = engine.search(question, 1)[0]
    signals, matches = explanation_lines(engine.explain(engine.understand(question), hit))
    assert signals.startswith("  信号: ") and "coverage " in signals and "=0.000" not in signals.split(" years")[0][:40]
    assert "years" not in signals  # no year is asked for
    assert "テレワーク=テレワーク" in matches and "核融合: ―" in matches.replace("核: ―", "核融合: ―")


def test_an_explanation_is_plain_json(engine: SearchEngine) -> None:
    question = "残業を減らす取組"
    explanation = engine.explain(engine.understand(question), engine.search(question, 1)[0])
    table = json.loads(json.dumps(explanation.to_json(), ensure_ascii=False))
    assert set(table) == {"signals", "matches"}
    assert [one["signal"] for one in table["signals"]] == [one.signal for one in explanation.signals]


def test_the_command_line_explains_every_hit(engine: SearchEngine, index: Path) -> None:
    question = "結城市のリモートワーク"
    text = find(index, question, "--explain", "--top-k", "3")
    reading, _, rest = text.partition("\n\n")
    assert "自治体: 結城市（絞り込み" in reading and "類語: リモートワーク → テレワーク" in reading
    query, hits = engine.understand(question), engine.search(question, 3)
    assert rest.count("  信号: ") == rest.count("  一致: ") == len(hits) == 3
    for hit in hits:
        assert "\n".join(explanation_lines(engine.explain(query, hit))) in rest
    assert "信号" not in find(index, question, "--top-k", "1")


def test_the_command_line_explains_in_json(engine: SearchEngine, index: Path) -> None:
    question = "リモートワーク"
    hits: list[Hit] = engine.search(question, 5)
    lines = [json.loads(line) for line in find(index, question, "--explain", "--json", "--top-k", "5").splitlines()]
    assert [line["rank"] for line in lines] == [hit.rank for hit in hits]
    scores = fused(engine, question)
    position = {(one.document.id, one.span): at for at, one in enumerate(engine.passages)}
    for line, hit in zip(lines, hits, strict=True):
        own = scores[position[hit.passage.document.id, hit.passage.span]]
        assert sum(one["share"] for one in line["explain"]["signals"]) == pytest.approx(own, abs=1e-4)
        assert line["explain"]["matches"][0]["concept"] == "リモートワーク"
    assert "explain" not in json.loads(find(index, question, "--json", "--top-k", "1"))
