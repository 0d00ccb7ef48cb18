"""Sentences of a language model are shown only when they agree with what they cite in the bundled documents."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import replace

import pytest
from rewordings import ALSO_TRUE, FALSE, TRUE, answer_of

from corpus.model import Citation
from indexer.sentences import sentence_spans
from search import Answer, SearchEngine
from search.faithful import Grounds
from search.figures import read_figures
from search.model import Statement
from search.wording import wordings

pytest_plugins = ["chat_server", "rewordings"]


def verdict(answer: Answer, sentence: str) -> str:
    """Return "shown", or why a sentence is not shown."""
    checked = Grounds(answer, range(1, len(answer.citations) + 1)).check(sentence)
    return "shown" if isinstance(checked, Statement) else checked


# Sentences


@pytest.mark.parametrize(
    "sentence",
    [
        TRUE,
        ALSO_TRUE,
        TRUE.replace("令和7年度", "2025年度"),
        TRUE.replace("令和7年度", "R7年度"),
        TRUE.replace("100%", "１００％"),
        TRUE.replace("100%", "100パーセント"),
        ALSO_TRUE.replace("32,000", "３２０００").replace("39,757", "39757"),
        ALSO_TRUE.replace("32,000", "三万二千"),
        ALSO_TRUE.replace("32,000", "3万2千"),
        TRUE.replace("[1]。", "。[1]"),
        TRUE.replace("[1]", "［１］"),
        "結城市はテレワーク職員研修を実施する計画です[1]。",
        "結城市では総務課がテレワーク環境の充実を担当しています[1]。",
        "小美玉市は「テレワークの活用」を取組内容に挙げています[2]。",
        "結城市と小美玉市は、テレワークに取り組んでいます[1][2]。",
        "結城市と小美玉市は、テレワークに取り組んでいます[1, 2]。",
        "結城市は100%[1]、小美玉市は32,000時間を目標としています[2]。",
        "つくばみらい市は、組織機構の見直しを実施していません[3]。",
    ],
)
def test_what_the_documents_say_is_shown(answer: Answer, sentence: str) -> None:
    assert verdict(answer, sentence) == "shown"


@pytest.mark.parametrize(
    ("sentence", "fault"),
    [
        # Citations
        (TRUE.replace("[1]", ""), "citation"),
        (TRUE.replace("[1]", "[4]"), "citation"),
        (TRUE.replace("[1]", "[0]"), "citation"),
        (TRUE.replace("[1]", "[1][99]"), "citation"),
        ("[1]", "citation"),
        # Figures
        (FALSE, "number"),
        (TRUE.replace("100%", "１２０％"), "number"),
        (TRUE.replace("100%", "百二十パーセント"), "number"),
        (TRUE.replace("100%", "100人"), "number"),
        (TRUE.replace("100%", "100"), "number"),
        (TRUE.replace("100%", "10割"), "number"),
        (TRUE.replace("100%", "90%"), "number"),
        (TRUE.replace("100%", "△100%"), "number"),
        (TRUE.replace("100%", "1,00%"), "number"),
        (TRUE.replace("100%", "100万%"), "number"),
        (TRUE.replace("100%", "38%"), "number"),
        (TRUE.replace("令和7年度", "令和6年度"), "number"),
        (TRUE.replace("令和7年度", "令和8年度"), "number"),
        (TRUE.replace("令和7年度", "平成7年度"), "number"),
        (TRUE.replace("令和7年度", "7年度"), "number"),
        (TRUE.replace("とする目標を掲げて", "とした実績となって"), "number"),
        (ALSO_TRUE.replace("32,000", "32,001"), "number"),
        (ALSO_TRUE.replace("32,000時間", "32,000円"), "number"),
        (ALSO_TRUE.replace("39,757時間から32,000時間", "3割減"), "number"),
        (ALSO_TRUE.replace("39,757時間から32,000時間", "約4万時間から約3万時間"), "number"),
        (ALSO_TRUE.replace("[2]", "[1][2]"), "number"),
        ("3市がテレワークに取り組んでいます[1][2]。", "number"),
        ("三つの市がテレワークに取り組んでいます[1][2]。", "number"),
        # Municipalities
        (TRUE.replace("結城市", "小美玉市"), "city"),
        (TRUE.replace("結城市", "水戸市"), "city"),
        (TRUE.replace("結城市", "結城市と水戸市"), "city"),
        (TRUE.replace("結城市", "架空市"), "city"),
        (TRUE.replace("結城市", "石岡"), "city"),
        (TRUE.replace("結城市", "栃木県結城市"), "city"),
        (TRUE.replace("結城市", "Mito City"), "city"),
        ("結城市は32,000時間[1]、小美玉市は100%を目標としています[2]。", "number"),
        # Names
        (TRUE.replace("結城市は", "結城市は人事課が"), "name"),
        (TRUE.replace("結城市は", "結城市は総務部が"), "name"),
        (TRUE.replace("結城市は", "田中氏は"), "name"),
        (TRUE.replace("テレワークPC", "タブレット"), "name"),
        (TRUE.replace("テレワークPC", "Windows"), "name"),
        (TRUE.replace("テレワークPC", "テレワークРС"), "form"),  # in Cyrillic letters
        ("結城市は「全職員の在宅勤務」を掲げています[1]。", "name"),
        ("小美玉市はテレワークPCの活用に取り組んでいます[2]。", "name"),
        # The opposite
        ("つくばみらい市は、組織機構の見直しを実施しています[3]。", "sense"),
        ("小美玉市は、テレワークを活用していません[2]。", "sense"),
        ("小美玉市は、テレワークを活用しました[2]。", "sense"),
        # Content
        ("結城市はテレワークを廃止する計画です[1]。", "words"),
        ("結城市は市民税の減免と給食の無償化を進めます[1]。", "words"),
        ("結城市の取組は優秀で、住民から高く評価されています[1]。", "words"),
        # Form
        ("詳しくは https://example.com を参照[1]。", "form"),
        ("結城市のテレワークは example.com に記載[1]。", "form"),
        ("![結城市](https://example.com/x.png)[1]。", "form"),
        ("[結城市のテレワーク](evil)[1]。", "form"),
        ("**結城市**はテレワークに取り組んでいます[1]。", "form"),
        ("<b>結城市</b>はテレワークに取り組んでいます[1]。", "form"),
        ("＜script＞alert(1)＜/script＞テレワーク[1]。", "form"),
        ("結城\u200b市はテレワークに取り組んでいます[1]。", "form"),
        ("結城市は\u202eテレワークに取り組んでいます[1]。", "form"),
        ("結城市はテレワークに取り組んでいます😀[1]。", "form"),
        (f"結城市は{'テレワーク、' * 100}[1]。", "form"),
    ],
)
def test_what_they_do_not_say_is_not_shown(answer: Answer, sentence: str, fault: str) -> None:
    assert verdict(answer, sentence) == fault


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("Yuki aims for a 100% operating rate of telework PCs in FY2025 [1].", "shown"),
        ("In Yuki, the General Affairs Division is in charge of the telework environment [1].", "shown"),
        ("Omitama plans to reduce overtime from 39,757 hours to 32,000 hours [2].", "shown"),
        ("Omitama promotes telework and measures against harassment and long working hours [2].", "shown"),
        ("Yuki aims for a 120% operating rate of telework PCs in FY2025 [1].", "number"),
        ("Yuki aims for a 100% operating rate of telework PCs in FY2024 [1].", "number"),
        ("Omitama plans to reduce overtime to 32,000 yen [2].", "number"),
        ("Two cities promote telework [1][2].", "number"),
        ("Omitama aims for a 100% operating rate of telework PCs in FY2025 [1].", "city"),
        ("Mito City promotes telework [1].", "city"),
        ("Mito promotes telework [1].", "city"),
        ("In Yuki, the Fire Division is in charge of telework [1].", "name"),
        ("Yuki buys Windows PCs for telework [1].", "name"),
        ("Omitama does not promote telework [2].", "sense"),
        ("Omitama's staff don't telework [2].", "sense"),
        ("Tsukubamirai did not review its organization [3].", "shown"),
        ("Every city praises telework and its excellent mayor [1].", "words"),
        ("See https://example.com [1].", "form"),
        ("Yuki promotes telework.", "citation"),
    ],
)
def test_english_sentences_are_held_to_the_japanese_documents(english: Answer, sentence: str, expected: str) -> None:
    assert verdict(english, sentence) == expected


def printed(engine: SearchEngine) -> Iterator[tuple[Answer, str]]:
    """Yield sentences as documents print them, each with an answer whose [1] is their passage."""
    for passage in engine.passages[::6]:
        cited = Citation(passage.document, passage.text, passage.span, passage.context)
        asked = Answer("何をしますか", "", "ja", statements=(Statement(passage.context, (cited,)),))
        for start, end in sentence_spans(passage.text):
            sentence = passage.text[start:end].strip("▶▪・ ")
            if sentence.endswith("。") and len(sentence) < 300 and "\n" not in sentence:
                yield asked, f"{sentence.removesuffix('。')}[1]。"


def test_what_documents_print_is_shown_and_no_figure_of_it_may_change(engine: SearchEngine) -> None:
    shown, changed = 0, 0
    for asked, sentence in printed(engine):
        found = verdict(asked, sentence)
        assert found in ("shown", "form", "city"), sentence  # a neighbour that it names might be taken for its subject
        shown += found == "shown"
        for digit in re.finditer(r"\d", sentence.removesuffix("[1]。")):
            other = str((int(digit[0]) + 3) % 10)
            wrong = f"{sentence[: digit.start()]}{other}{sentence[digit.end() :]}"
            was, now = (set(read_figures(unicodedata.normalize("NFKC", text))[0]) for text in (sentence, wrong))
            quote = read_figures(unicodedata.normalize("NFKC", asked.citations[0].quote))
            named = {year.year for year in quote[1]}
            new = {one.value for one in now} - {one.value for one in was} - {one.value for one in quote[0]}
            years = {year.year for year in read_figures(unicodedata.normalize("NFKC", wrong))[1]} - named
            if new or years:
                changed += 1
                assert verdict(asked, wrong) != "shown", wrong
    assert shown > 100 and changed > 50


def test_no_bundled_passage_is_taken_for_an_order(engine: SearchEngine) -> None:
    assert [one for one in engine.passages if wordings().is_addressed(f"{one.text}\n{one.context}")] == []


def test_a_figure_without_a_year_is_of_the_year_that_was_asked_for(engine: SearchEngine) -> None:
    asked = answer_of(engine, "結城市のテレワークPCの稼働率の令和7年度目標は？")
    assert verdict(asked, "結城市のテレワークPCの稼働率の目標は100%です[1]。") == "shown"
    assert verdict(asked, "結城市のテレワークPCの稼働率の目標は80%です[1]。") == "number"


def test_what_the_answer_itself_says_by_a_citation_may_be_said_by_it(answer: Answer) -> None:
    sentence = "結城市はテレワークの拠点を12か所とする計画です[1]。"
    assert verdict(answer, sentence) == "number"
    told = Statement("テレワークの拠点: 12か所", answer.citations[:1])
    assert verdict(replace(answer, statements=(told,)), sentence) == "shown"
    both = Statement("テレワークの拠点: 12か所", answer.citations[:2])
    assert verdict(replace(answer, statements=(both,)), sentence) == "number"
