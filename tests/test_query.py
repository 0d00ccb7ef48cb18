"""Questions are understood as they are meant."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from searching import ranked, terms

import search
from search import Filters, SearchEngine
from search.vocabulary import load_vocabulary


def names(engine: SearchEngine, question: str) -> list[str]:
    return [concept.name for concept in engine.understand(question).concepts]


@pytest.mark.parametrize(
    ("question", "municipalities"),
    [
        ("結城市のテレワーク", ["結城市"]),
        ("結城のテレワーク", ["結城市"]),
        ("テレワークを進める石岡市", ["石岡市"]),
        ("石岡のRPA", ["石岡市"]),
        ("小美玉のAI", ["小美玉市"]),
        ("つくばみらい市では残業を減らせたか", ["つくばみらい市"]),
        ("つくばみらいの残業", ["つくばみらい市"]),
        ("ﾂｸﾊﾞﾐﾗｲ市の残業", ["つくばみらい市"]),
        ("結城市と小美玉市のテレワーク", ["結城市", "小美玉市"]),
        ("Telework in Yuki", ["結城市"]),
        ("What does Tsukubamirai City plan for telework?", ["つくばみらい市"]),
        ("Omitama's overtime target", ["小美玉市"]),
        ("telework, ishioka", ["石岡市"]),
        ("Ｙｕｋｉ Ｃｉｔｙ telework", ["結城市"]),
        ("どの市がテレワークを目標にしていますか", []),
        ("結城紬の振興", []),
    ],
)
def test_question_names_its_municipalities(engine: SearchEngine, question: str, municipalities: list[str]) -> None:
    query = engine.understand(question)
    assert list(query.municipalities) == municipalities
    assert query.outside == ()


@pytest.mark.parametrize(
    ("question", "outside", "inside"),
    [
        ("水戸市のテレワーク", ["水戸市"], []),
        ("Telework in Mito City", ["水戸市"], []),
        ("土浦市と結城市のテレワークを比較して", ["土浦市"], ["結城市"]),
    ],
)
def test_question_names_municipalities_without_documents(
    engine: SearchEngine, question: str, outside: list[str], inside: list[str]
) -> None:
    query = engine.understand(question)
    assert (list(query.outside), list(query.municipalities)) == (outside, inside)


@pytest.mark.parametrize(
    "year", ["令和7年度", "令和７年度", "R7", "2025年度", "２０２５年度", "FY2025", "fiscal 2025", "fiscal year 2025"]
)
def test_years_in_any_notation_are_one_year(engine: SearchEngine, year: str) -> None:
    assert engine.understand(f"テレワーク {year} target").fiscal_years == (2025,)


def test_year_ranges_are_all_their_years(engine: SearchEngine) -> None:
    assert engine.understand("令和3～7年度の人事評価").fiscal_years == (2021, 2022, 2023, 2024, 2025)


def test_passages_of_the_year_asked_for_come_first(engine: SearchEngine) -> None:
    for question in ("テレワークの実績 令和6年度", "テレワークの実績 2024年度", "テレワークの実績 FY2024"):
        assert engine.search(question, filters=Filters(["つくばみらい市"]))[0].passage.document.id.endswith(
            "2024-report"
        )


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("どの市がテレワークを目標にしていますか", "ja"),
        ("テレワーク", "ja"),
        ("ﾃﾚﾜｰｸ", "ja"),
        ("残業", "ja"),
        ("RPA", "ja"),
        ("RPAとは", "ja"),
        ("which cities target telework?", "en"),
        ("ｗｈｉｃｈ　ｃｉｔｉｅｓ　ｔａｒｇｅｔ　ｔｅｌｅｗｏｒｋ？", "en"),
        ("telework", "en"),
        ("RPA in Yuki", "en"),
        ("Does 結城市 target telework?", "en"),
        ("結城市 telework", "ja"),
    ],
)
def test_language_is_that_of_the_question(engine: SearchEngine, question: str, language: str) -> None:
    assert engine.understand(question).language == language


@pytest.mark.parametrize(
    ("question", "word"),
    [
        ("残業を減らす取組", "時間外勤務"),
        ("ハンコをなくす", "押印"),
        ("はんこをなくす", "押印"),
        ("結城市のはんこ", "押印"),
        ("リモートワーク", "テレワーク"),
        ("育休", "育児休業"),
        ("パブコメ", "パブリックコメント"),
        ("ネット予約", "予約"),
        ("overtime", "時間外勤務"),
        ("harassment in the workplace", "ハラスメント"),
        ("public comments", "パブリックコメント"),
    ],
)
def test_synonyms_find_the_word_of_the_documents(engine: SearchEngine, question: str, word: str) -> None:
    assert any(word in hit.passage.text for hit in engine.search(question, top_k=3))


@pytest.mark.parametrize("width", ["ﾃﾚﾜｰｸ", "テレワーク", "テレ\u200bワーク", "テレワ\u00adーク", "\x00テレワーク\x07"])
def test_width_and_invisible_characters_change_nothing(engine: SearchEngine, width: str) -> None:
    assert names(engine, width) == ["テレワーク"]
    assert ranked(engine.search(f"{width}の目標"))[0][1:3] == ranked(engine.search("テレワークの目標"))[0][1:3]


@pytest.mark.parametrize(
    "question", ["RPAやチャットボットの導入", "RPA・チャットボット", "RPAまたはチャットボット", "RPA or chatbot"]
)
def test_listed_examples_are_alternatives(engine: SearchEngine, question: str) -> None:
    concepts = engine.understand(question).concepts
    assert len(concepts) == 1
    assert {("rpa",), *terms(engine, "チャットボット")} <= set(concepts[0].alternatives)


def test_things_that_must_come_together_are_no_alternatives(engine: SearchEngine) -> None:
    assert len(engine.understand("窓口の押印").concepts) == 2


@pytest.mark.parametrize(
    ("question", "topic"),
    [
        ("どの市がテレワークを目標にしていますか", ["テレワーク"]),
        ("テレワークに取り組んでいる自治体の事例を教えてください", ["テレワーク"]),
        ("テレワークについて各市の状況を比較してください", ["テレワーク"]),
        ("テレワークを導入している市町村はどこですか？", ["テレワーク"]),
        ("which cities target telework?", ["telework"]),
        ("Tell me about the municipalities that are working on telework.", ["telework"]),
        ("Can you list all cities with telework, please?", ["telework"]),
        ("結城市のテレワークの令和7年度の目標は？", ["テレワーク"]),
    ],
)
def test_concepts_carry_no_scaffolding(engine: SearchEngine, question: str, topic: list[str]) -> None:
    assert [name for name in names(engine, question) if "年度" not in name and "令和" not in name] == topic


@pytest.mark.parametrize(
    ("question", "body"),
    [
        ("結城市のテレワーク", "テレワーク"),
        ("結城市では、テレワークを", "テレワークを"),
        ("Yuki's telework", "telework"),
        ("結城市のはんこ", "はんこ"),
        ("はんこ", "はんこ"),
        ("のりあいタクシー", "のりあいタクシー"),
        ("でんし決裁", "でんし決裁"),
    ],
)
def test_only_the_particle_of_a_removed_name_is_removed(engine: SearchEngine, question: str, body: str) -> None:
    assert engine.understand(question).body == body


def test_vocabulary_expressions_are_found_in_many_threads(engine: SearchEngine) -> None:
    words = sorted({word for key in load_vocabulary().english for word in key if word.isalpha()})
    questions = [" ".join(words[at : at + 6]) for at in range(0, 600, 6)]
    alone = [names(engine, question) for question in questions]
    search.vocabulary._stem.cache_clear()
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(8) as pool:
            together = list(pool.map(lambda question: names(engine, question), questions))
    finally:
        sys.setswitchinterval(before)
    assert together == alone
