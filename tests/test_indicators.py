"""From a question to the values of indicators that it asks for, their wording, and the quotes that prove them."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from indexer.lexical import LexicalIndex
from indexer.store import open_generation
from search import SearchEngine
from search.cells_asked import Missing, cells_asked
from search.citations import QUOTE_CHARACTERS, verified
from search.differences import compared, difference, difference_sentence
from search.indicator_values import cell_citations, missing_sentence, values_sentence
from search.indicators import CellMatch, Indicators

Cells = list[tuple[str, int | None, str]]


@pytest.fixture(scope="module")
def indicators(engine: SearchEngine, index: Path) -> Indicators:
    layout, _ = open_generation(index)
    return Indicators(engine.initiatives, engine.documents, LexicalIndex.load(layout.words).weight)


def matches(engine: SearchEngine, indicators: Indicators, question: str) -> list[CellMatch]:
    return indicators.match(engine.understand(question), [hit.passage for hit in engine.search(question, 3)])


def asked(match: CellMatch) -> Cells:
    return [(kpi.role, kpi.fiscal_year, kpi.value) for kpi in match.asked]


@pytest.mark.parametrize(
    ("question", "name", "cells"),
    [
        ("結城市のテレワークPCの稼働率の令和7年度目標は？", "テレワークPCの稼働率", [("target", 2025, "100%")]),
        ("結城市のテレワークPCの稼働率のR4目標値", "テレワークPCの稼働率", [("target", 2022, "70%")]),
        ("結城市のテレワークPCの稼働率の目標は？", "テレワークPCの稼働率", [("target", 2025, "100%")]),
        ("What is the FY2023 target for the telework PC operating rate in Yuki?", "テレワークPCの稼働率",
         [("target", 2023, "80%")]),
        ("小美玉市の市民向けフォーム数の基準値は何件？", "市民向け フォーム 数", [("baseline", 2024, "549件")]),
        ("小美玉市の例規の見直し率の基準値と目標値", "例規 見直し率",
         [("baseline", 2024, "0%"), ("target", 2030, "100%")]),
        ("小美玉市で2024年に549件だった市民向けフォーム数の目標は？", "市民向け フォーム 数",
         [("target", 2030, "1,000件"), ("baseline", 2024, "549件")]),
        ("つくばみらい市の苦情申立件数は2024年度に何件でしたか", "苦情申立件数", [("actual", 2024, "0件")]),
        ("つくばみらい市の苦情申立件数", "苦情申立件数", [("actual", 2024, "0件"), ("target", None, "0 件")]),
        ("つくばみらい市の市民懇談会の年間参加者数、目標は達成できた？", "市民懇談会の年間参加者数",
         [("target", 2027, "150 人"), ("actual", 2024, "556人")]),
        ("つくばみらい市の新規事業と廃止事業のうち廃止事業数は令和元年度と令和2年度で？", "廃止事業",
         [("actual", 2019, "1事業"), ("actual", 2020, "2事業")]),
        ("結城市の施設保有量縮減目標の達成率は令和5年度にいくつを目指す？",
         "施設保有量縮減目標(延床面積24,000㎡縮減)の達成率", [("target", 2023, "11.7%")]),
        ("結城市の市長との意見交換会の開催回数の目標は何回？", "開催回数", [("target", 2025, "3回")]),
    ],
)  # fmt: skip
def test_a_question_is_taken_to_the_cells_it_asks_for(
    engine: SearchEngine, indicators: Indicators, question: str, name: str, cells: Cells
) -> None:
    best = matches(engine, indicators, question)[0]
    assert best.series.name == name
    assert asked(best) == cells
    assert not best.missing


@pytest.mark.parametrize(
    "question",
    [
        "つくばみらい市の男性職員の育児休業取得率の目標は？",
        "結城市の女性職員の育児休業取得率の目標は？",
        "結城市の市税の過年度収納率の目標値は？",
        "結城市の介護保険料の収納率の目標は？",
        "結城市の電子申請の件数の目標は？",
        "結城市のコンビニ交付の件数の目標は？",
        "小美玉市の借地の面積の目標は？",
        "小美玉市のAI利用職員数の目標は何人？",
        "小美玉市の職員数の目標値は？",
        "小美玉市の時間外勤務の目標は何件？",
        "石岡市のテレワークの実施率の目標は？",
        "つくばみらい市の有給休暇の取得日数の目標は？",
        "水戸市のふるさと納税の寄附額の目標は？",
        "結城市の目標は？",
    ],
)
def test_no_other_indicator_takes_the_place_of_one_that_is_not_printed(
    engine: SearchEngine, indicators: Indicators, question: str
) -> None:
    assert matches(engine, indicators, question) == []


@pytest.mark.parametrize(
    ("question", "missing"),
    [
        ("結城市の令和6年度のテレワークPCの稼働率の実績は？", Missing("actual", 2024)),
        ("結城市のテレワークPCの稼働率の令和12年度の目標値は？", Missing("target", 2030)),
        ("結城市のテレワークPCの稼働率の基準値は？", Missing("baseline", None)),
        ("つくばみらい市の電子申請の年間件数は2024年度に何件でしたか", Missing("actual", 2024)),
        ("つくばみらい市の改善提案の検討・対応率の2035年度の目標値は？", Missing("target", 2035)),
    ],
)
def test_a_value_that_is_not_printed_is_missing(
    engine: SearchEngine, indicators: Indicators, question: str, missing: Missing
) -> None:
    best = matches(engine, indicators, question)[0]
    assert best.asked == ()
    assert best.missing == (missing,)


def test_a_target_of_the_whole_plan_answers_for_its_years(engine: SearchEngine, indicators: Indicators) -> None:
    best = matches(engine, indicators, "つくばみらい市の改善提案の検討・対応率の令和7年度の目標値は？")[0]
    assert asked(best) == [("target", None, "100%")]
    assert "年度" not in values_sentence(best.series, best.asked, "ja")


def test_an_indicator_of_a_whole_section_is_one_series(engine: SearchEngine, indicators: Indicators) -> None:
    printed = sum(kpi.name == "連携協定数" for one in engine.initiatives for kpi in one.kpis)
    series = [one for one in indicators.all if one.name == "連携協定数"]
    assert printed > 2
    assert [len(one.values) for one in series] == [2]


def test_two_spellings_in_one_sheet_are_one_series(indicators: Indicators) -> None:
    series = next(one for one in indicators.all if one.name == "各校の学校運営協議会の年間実施回数")
    assert {kpi.role for kpi in series.values} == {"target", "actual"}


def test_every_value_is_in_one_series(engine: SearchEngine, indicators: Indicators) -> None:
    printed = {(one.document_id, kpi) for one in engine.initiatives for kpi in one.kpis}
    held = [(one.document.id, kpi) for one in indicators.all for kpi in one.values]
    assert len(held) == len(set(held))
    assert set(held) == printed


def test_both_documents_of_a_city_match_the_newer_first(engine: SearchEngine, indicators: Indicators) -> None:
    found = matches(engine, indicators, "つくばみらい市の管理職の女性比率の目標は？")
    assert [one.series.document.report_fiscal_year for one in found] == [2024, 2020]
    assert [asked(one)[0][2] for one in found] == ["30%", "30%"]


def test_each_city_with_the_indicator_matches(engine: SearchEngine, indicators: Indicators) -> None:
    found = matches(engine, indicators, "ふるさと納税の寄附額の目標値はいくらですか")
    assert {one.series.document.municipality for one in found} == {"小美玉市", "つくばみらい市", "結城市"}
    assert all(kpi.role == "target" for one in found for kpi in one.asked)


def test_indicators_that_fit_as_well_all_match(engine: SearchEngine, indicators: Indicators) -> None:
    found = matches(engine, indicators, "つくばみらい市の収納率の目標は？")
    assert found[0].series.document.report_fiscal_year == 2024
    assert len({one.series.within for one in found if one.series.name == "収納率"}) == 4


def test_the_words_of_a_cell(engine: SearchEngine, indicators: Indicators) -> None:
    def sentence(question: str, language: str) -> str:
        best = matches(engine, indicators, question)[0]
        return values_sentence(best.series, best.asked, language)

    telework = "結城市のテレワークPCの稼働率の令和7年度の目標値"
    assert sentence(telework, "ja") == "結城市の「テレワークPCの稼働率」の令和7年度の目標値は100%です。"
    assert sentence(telework, "en") == "The FY2025 target of 結城市 (Yuki) for 「テレワークPCの稼働率」 is 100%."
    area = "小美玉市の公共施設延床面積の目標値"
    begin = "（基準値: 令和6年度 16.5万㎡）"
    assert sentence(area, "ja") == f"小美玉市の「公共施設延床面積」の令和12年度の目標値は15.3万㎡です{begin}。"
    assert sentence(area, "en").endswith("is 15.3万㎡ (baseline: 16.5万㎡ (FY2024)).")
    mistakes = "つくばみらい市の業務ミス件数、令和元年度と令和2年度は何件ですか"
    name = "つくばみらい市の「業務ミス件数」"
    assert sentence(mistakes, "ja") == f"{name}の実績は令和元年度 5件、令和2年度 2件です。"
    assert "actual 5件 (FY2019), 2件 (FY2020)." in sentence(mistakes, "en")
    talks = "結城市の市長との意見交換会の開催回数の令和7年度目標"
    assert sentence(talks, "ja") == "結城市の「開催回数」（市長との意見交換会の開催）の令和7年度の目標値は3回です。"


def test_a_doubt_is_said_with_the_value(indicators: Indicators) -> None:
    doubtful = [(one, kpi) for one in indicators.all for kpi in one.values if not kpi.certain]
    assert doubtful
    for one, kpi in doubtful:
        assert kpi.reason
        assert f"（要確認: {kpi.reason}）" in values_sentence(one, [kpi], "ja")
        assert f"(to be checked: {kpi.reason})" in values_sentence(one, [kpi], "en")


def test_what_is_missing_is_said_with_its_role_and_year(engine: SearchEngine, indicators: Indicators) -> None:
    best = matches(engine, indicators, "結城市の令和6年度のテレワークPCの稼働率の実績は？")[0]
    assert "令和6年度の実績は" in missing_sentence(best.series, best.missing[0], "ja")
    assert "no FY2024 actual of 結城市 (Yuki)" in missing_sentence(best.series, best.missing[0], "en")


def test_every_value_is_quoted_and_nearly_all_with_their_name(engine: SearchEngine, indicators: Indicators) -> None:
    named = every = 0
    for one in indicators.all:
        own = [passage for passage in engine.passages if passage.document == one.document]
        for kpi in one.values:
            (citation,) = cell_citations([kpi], own)
            assert citation.span[0] <= kpi.span[0] < kpi.span[1] <= citation.span[1]
            assert len(citation.quote) <= QUOTE_CHARACTERS
            assert verified(citation, engine.canonical_text)
            every += 1
            named += re.sub(r"\s", "", kpi.name) in re.sub(r"\s", "", citation.quote)
    assert named / every > 0.95


def test_one_quote_holds_the_values_of_one_row(engine: SearchEngine, indicators: Indicators) -> None:
    series = next(one for one in indicators.all if one.name == "テレワークPCの稼働率")
    own = [passage for passage in engine.passages if passage.document == series.document]
    assert len(series.values) == 5
    assert len(cell_citations(series.values, own)) == 1


def test_a_difference_is_exact_and_shows_its_parts(engine: SearchEngine, indicators: Indicators) -> None:
    question = "小美玉市の公共施設延床面積の目標は、基準値からどれだけ減る？"
    assert cells_asked(engine.understand(question).body).difference
    pair = compared(matches(engine, indicators, question)[0])
    assert pair
    found = difference(*pair)
    assert found
    assert found.amount == Decimal("-1.2")
    assert (
        difference_sentence(found, "ja")
        == "令和12年度の目標値15.3万㎡は、令和6年度の基準値16.5万㎡より1.2万㎡の減です。"
    )
    grown = matches(engine, indicators, "結城市のテレワークPCの稼働率は令和3年度から令和7年度でどれだけ増える？")[0]
    pair = compared(grown)
    assert pair
    found = difference(*pair)
    assert found
    assert difference_sentence(found, "en") == (
        "The FY2025 target (100%) is 50 percentage points more than the FY2021 target (50%)."
    )


def test_there_is_no_difference_of_what_is_no_plain_number(indicators: Indicators) -> None:
    first = next(one for one in indicators.all if one.name == "公共施設延床面積").values[0]
    assert difference(first, replace(first, certain=False, reason="読み取り誤りの疑い")) is None
    assert difference(first, replace(first, unit="㎡", value="153,000㎡", number=153000.0)) is None
    assert difference(first, replace(first, value="5%減", number=5.0, unit="%")) is None
    assert difference(first, replace(first, value="基準値より増", number=None, unit=None)) is None
    assert difference(first, replace(first, value="17.5万㎡")) is None  # not the number that was read


@pytest.mark.parametrize(
    ("question", "is_asked"),
    [
        ("基準値と目標値の差は？", True),
        ("2030年度までにどれだけ減らしますか", True),
        ("何件増やす計画ですか", True),
        ("By how much does the rate grow?", True),
        ("目標値は何件ですか", False),
        ("他市との差別化は？", False),
    ],
)
def test_differences_are_for_questions_that_ask_for_them(question: str, is_asked: bool) -> None:
    assert cells_asked(question).difference is is_asked
