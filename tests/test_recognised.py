"""What was understood of a question is shown, and each thing that is shown can really be switched off."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from searching import ranked

from indexer.tokenise import fold
from search import SearchEngine
from search.model import NO_FILTERS
from search.reading_line import reading_lines
from search.signals import SIGNALS

ROOT = Path(__file__).parent.parent
QUESTIONS = (
    "つくばみらい市の2024年度報告で残業を減らす取組のうち総務課が担当する未着手の取組は？",
    "結城市と小美玉市のテレワークの目標値はいつ何%",
    "Which organisations in Yuki promote telework in FY2025?",
    "数値目標のあるチャトボットの取組",
    "土浦市のチャレンジする市役所の人材育成",
    "テレワーク AND 残業 NOT 研修",
    "庁内共通の基盤",
    "年度末の会計と人材の育成",
)


def kinds(engine: SearchEngine, question: str) -> set[str]:
    return {one.kind for one in engine.understand(question).recognised}


def test_the_questions_here_are_taken_for_things_of_every_kind(engine: SearchEngine) -> None:
    assert {kind for question in QUESTIONS for kind in kinds(engine, question)} == {
        *("municipality", "outside", "year", "document", "document_kind", "department", "status", "numeric_target"),
        *("numbers", "role", "date", "operators", "synonyms", "everyday", "translation", "spelling"),
    }


@pytest.mark.parametrize("question", QUESTIONS)
def test_keys_are_unique_and_stand_in_the_line_that_is_shown(engine: SearchEngine, question: str) -> None:
    query = engine.understand(question)
    keys = [one.key for one in query.recognised]
    assert len(set(keys)) == len(keys)
    lines = reading_lines(query)
    if not keys:
        assert lines == ["読み取り: 語のとおりに探します"]
        return
    assert all(f"--ignore {key!r}" in line for key, line in zip(keys, lines, strict=True))
    assert all(one.on for one in query.recognised)


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_key_or_a_kind_that_is_ignored_is_shown_as_off_and_no_other_is(engine: SearchEngine, question: str) -> None:
    for one in engine.understand(question).recognised:
        if one.kind == "operators":  # without them the question has other words
            continue
        by_key = {other.key: other.on for other in engine.understand(question, [one.key]).recognised}
        assert not by_key.pop(one.key)
        assert all(by_key.values())
        by_kind = engine.understand(question, [one.kind]).recognised
        assert all(other.on == (other.kind != one.kind) for other in by_kind)
        assert "オフ" in "".join(reading_lines(engine.understand(question, [one.key])))


@pytest.mark.parametrize("question", QUESTIONS)
def test_with_everything_ignored_nothing_but_the_words_is_left(engine: SearchEngine, question: str) -> None:
    off = kinds(engine, question) | {"synonyms", "everyday", "translation", "spelling"}
    query = engine.understand(question, off)
    assert query.filters == NO_FILTERS and query.requirement is None and query.conditions == ()
    assert query.municipalities == query.outside == query.fiscal_years == ()
    assert query.embedded.strip() == fold(query.body).strip()
    assert {concept.name: concept.related for concept in query.concepts if concept.related} == {}
    hits = engine.search(question, 5, ignore=off)
    unused = [SIGNALS.index(name) for name in ("years", "places", "figures")]
    assert hits and all(hit.signals[at] == 0 for hit in hits for at in unused)


def test_a_municipality_that_is_ignored_restricts_nothing(engine: SearchEngine) -> None:
    question = "結城市のテレワーク"
    for ignore in (["municipality:結城市"], ["municipality"]):
        assert engine.understand(question, ignore).municipalities == ()
        found = {hit.passage.document.municipality for hit in engine.search(question, 20, ignore=ignore)}
        assert len(found) > 1
        assert len(engine.ask(question, ignore=ignore).municipalities) > 1


def test_one_of_two_municipalities_can_be_ignored(engine: SearchEngine) -> None:
    query = engine.understand("結城市と小美玉市のテレワーク", ["municipality:小美玉市"])
    assert query.municipalities == ("結城市",)


def test_a_municipality_without_documents_that_is_ignored_makes_nothing_be_declined(engine: SearchEngine) -> None:
    assert engine.ask("水戸市のテレワーク").abstained
    assert not engine.ask("水戸市のテレワーク", ignore=["outside:水戸市"]).abstained


def test_a_year_that_is_ignored_neither_restricts_nor_comes_first(engine: SearchEngine) -> None:
    question = "2024年度報告でテレワーク"
    query = engine.understand(question, ["year:2024年度"])
    assert query.fiscal_years == () and query.filters.fiscal_year is None
    years = SIGNALS.index("years")
    assert any(hit.signals[years] for hit in engine.search(question))
    assert not any(hit.signals[years] for hit in engine.search(question, ignore=["year"]))


def test_a_status_that_is_ignored_restricts_nothing_and_one_is_left(engine: SearchEngine) -> None:
    question = "総務課が担当する未着手の取組"
    query = engine.understand(question, ["status:未着手"])
    assert (query.filters.statuses, query.filters.departments) == (None, ("総務課",))
    found = engine.search(question, 100, ignore=["status"])
    assert any(hit.initiative and "未着手" not in {one.status for one in hit.initiative.progress} for hit in found)


@pytest.mark.parametrize(
    ("question", "key", "word"),
    [
        ("残業", "synonyms:残業", "時間外"),
        ("家賃を払わない人", "everyday:家賃を払わない", "滞納"),
        ("チャトボットの導入", "spelling:チャトボット", "チャットボット"),
        ("which organisations", "translation:organisations", "団体"),
    ],
)
def test_an_expansion_that_is_ignored_adds_no_words(engine: SearchEngine, question: str, key: str, word: str) -> None:
    def searched(ignore: list[str]) -> set[str]:
        concepts = engine.understand(question, ignore).concepts
        return {term for one in concepts for terms in (*one.alternatives, *one.related) for term in terms}

    assert word in searched([])
    assert word not in searched([key])
    assert word not in searched([key.split(":", maxsplit=1)[0]])


def test_ignoring_what_was_not_recognised_changes_nothing(engine: SearchEngine) -> None:
    plain = ranked(engine.search("結城市の残業"))
    for ignore in (["year:令和7年度"], ["synonyms:テレワーク"], ["translation"], [""], ["\ud800"], ["no such kind"]):
        assert ranked(engine.search("結城市の残業", ignore=ignore)) == plain


@pytest.mark.parametrize("name", ["当市", "本市", "市", "町"])
def test_the_own_city_names_no_city_and_no_topic(engine: SearchEngine, name: str) -> None:
    query = engine.understand(f"{name}のテレワーク")
    assert query.municipalities == query.outside == ()
    assert [concept.name for concept in query.concepts] == ["テレワーク"]


@pytest.mark.parametrize("year", ["R7", "令和7年度", "令和七年度", "２０２５年度", "FY2025", "2025"])
def test_a_year_in_any_notation_is_recognised_the_same(engine: SearchEngine, year: str) -> None:
    query = engine.understand(f"結城市のテレワークの{year}の目標")
    assert [one.means for one in query.recognised if one.kind == "year"] == [("2025",)]
    assert query.fiscal_years == (2025,)
    assert engine.search(query.text)[0].passage.initiative_title == "テレワーク環境の充実"


def test_the_command_line_ignores_too(index: Path) -> None:
    command = [sys.executable, "-m", "search", "find", "結城市の残業", "--explain", "--index", str(index)]
    done = subprocess.run(
        [*command, "--ignore", "municipality", "--ignore", "synonyms:残業", "--top-k", "20"],
        cwd=ROOT,
        capture_output=True,
        check=False,
        timeout=120,
    )
    assert (done.returncode, done.stderr) == (0, b"")
    text = done.stdout.decode("utf-8")
    assert "自治体: 結城市（オフ; --ignore 'municipality:結城市'）" in text
    assert "（オフ; --ignore 'synonyms:残業'）" in text
    assert "つくばみらい市 ｜" in text
