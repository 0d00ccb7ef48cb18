"""Answers in the form of their question: cells, lists, progress, precedents, cities; and what is said to be absent."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from search import Answer, Filters, SearchEngine
from search.citations import verified

_EVAL = Path(__file__).parent.parent / "eval"
QUESTIONS = [
    json.loads(line)["question"]
    for name in ("questions.jsonl", "calibration.jsonl")
    for line in (_EVAL / name).read_text(encoding="utf-8").splitlines()
]


@pytest.fixture(scope="module")
def every(engine: SearchEngine) -> list[Answer]:
    """The answers to all questions of both sets."""
    return [engine.ask(question) for question in QUESTIONS]


# What holds for every answer


def test_every_citation_of_every_answer_stands_in_its_document(engine: SearchEngine, every: list[Answer]) -> None:
    assert sum(len(answer.citations) for answer in every) > 500
    for answer in every:
        assert all(verified(citation, engine.canonical_text) for citation in answer.citations), answer.question
        for citation in answer.citations:
            text = engine.canonical_text(citation.document.id)
            assert citation.line == text[: citation.span[0]].count("\n") + 1


def test_every_statement_and_row_has_a_citation_with_a_number_in_the_text(every: list[Answer]) -> None:
    for answer in every:
        if answer.abstained:
            assert (answer.statements, answer.table, answer.citations) == ((), None, ())
            continue
        number = {(one.document.id, one.span): at for at, one in enumerate(answer.citations, 1)}
        head, _, sources = answer.text.rpartition("出典\n" if answer.language == "ja" else "Sources\n")
        assert 1 <= len(answer.statements) <= 3, answer.question
        for part in (*answer.statements, *(answer.table.rows if answer.table else ())):
            assert part.citations
            assert "".join(f"[{number[one.document.id, one.span]}]" for one in part.citations) in head
        for at, citation in enumerate(answer.citations, 1):
            assert f"[{at}] {citation.context}" in sources
            assert " ".join(citation.quote.split()) in answer.text


def test_a_table_has_a_cell_for_every_column(every: list[Answer]) -> None:
    tables = [answer.table for answer in every if answer.table]
    assert len(tables) > 20
    for table in tables:
        assert table.rows and all(len(row.cells) == len(table.columns) for row in table.rows)


def test_confidence_is_a_probability_and_the_kind_that_of_the_question(every: list[Answer]) -> None:
    assert all(0.0 <= answer.confidence <= 1.0 for answer in every)
    assert {answer.kind for answer in every} == {
        "fact",
        "list",
        "progress",
        "cities",
        "compare",
        "precedent",
        "passages",
    }


# Cells


@pytest.mark.parametrize(
    ("question", "value", "others"),
    [
        ("結城市のテレワークPCの稼働率の令和5年度の目標は？", "80%", ["70%", "90%"]),
        ("結城市のテレワークPCの稼働率の令和7年度の目標は？", "100%", ["80%", "90%"]),
        ("What is the FY2022 target of Yuki for the テレワークPCの稼働率?", "70%", ["80%"]),
    ],
)
def test_a_cell_is_that_of_the_year_asked_for(
    engine: SearchEngine, question: str, value: str, others: list[str]
) -> None:
    first = engine.ask(question).statements[0]
    assert value in first.text and not any(other in first.text for other in others)
    assert value in first.citations[0].quote


def test_the_baseline_is_no_target(engine: SearchEngine) -> None:
    said = engine.ask("小美玉市のオープンデータ数の基準値はいくつですか").statements[0].text
    assert "15" in said and "31" not in said and "基準値" in said
    goal = engine.ask("小美玉市のオープンデータ数の目標値はいくつですか").statements[0].text
    assert "目標値は31" in goal and "基準値: 令和6年度 15" in goal


def test_a_difference_is_shown_with_its_parts_and_only_when_asked_for(engine: SearchEngine) -> None:
    asked = engine.ask("小美玉市のオープンデータ数は2024年から2030年でどれだけ増えますか")
    said = " ".join(statement.text for statement in asked.statements)
    assert all(figure in said for figure in ("15", "31", "16"))
    plain = engine.ask("小美玉市のオープンデータ数の2030年の目標は？")
    assert "16" not in plain.statements[0].text


def test_a_blank_cell_is_said_to_be_absent(engine: SearchEngine) -> None:
    answer = engine.ask("結城市のテレワークPCの稼働率の令和5年度の実績は？")
    assert answer.abstained and answer.hits
    assert "「テレワークPCの稼働率」の令和5年度の実績は" in answer.text and "80%" not in answer.text
    # What was done is another question than what was reached.
    assert not engine.ask("結城市はテレワークPCについて何をしましたか").abstained


def test_a_year_that_no_document_speaks_of_is_said_to_be_absent(engine: SearchEngine) -> None:
    answer = engine.ask("小美玉市の公共施設の延床面積の2045年度の目標は？")
    assert answer.abstained and answer.confidence == 0.0 and answer.hits
    assert "令和27年度は" in answer.text
    assert "FY2045" in engine.ask("What is Omitama's floor area target for FY2045?").text
    assert not engine.ask("小美玉市の公共施設の延床面積の2030年度の目標は？").abstained


# Lists


def test_a_list_is_complete_counted_and_in_the_order_of_the_document(engine: SearchEngine) -> None:
    answer = engine.ask("結城市で財政課が担当する取組を全部教えてください")
    of_department = [
        initiative.title
        for initiative in engine.initiatives
        if initiative.document_id == "yuki-2021-plan" and "財政課" in initiative.departments
    ]
    assert answer.kind == "list" and answer.table and len(of_department) > 1
    at = answer.table.columns.index("取組")
    assert [row.cells[at] for row in answer.table.rows] == of_department
    assert f"{len(of_department)}件" in answer.statements[0].text


def test_a_list_of_nothing_says_so(engine: SearchEngine) -> None:
    answer = engine.ask("つくばみらい市の2024年度報告で遅延している取組は？")
    assert answer.abstained and answer.kind == "list"
    assert "0件" in answer.text or "ありません" in answer.text or "見つかりません" in answer.text


def test_what_a_text_names_one_after_the_other_is_quoted_to_its_end(engine: SearchEngine) -> None:
    told = engine.ask("石岡市が構成する一部事務組合の名称を一覧で教えてください")
    quotes = " ".join(citation.quote for citation in told.citations)
    assert "湖北環境衛生組合" in quotes and "茨城県市町村総合事務組合" in quotes
    assert max(len(citation.quote) for citation in told.citations) > 140


# Progress, precedents, comparison


def test_progress_is_told_per_indicator_and_action(engine: SearchEngine) -> None:
    answer = engine.ask("つくばみらい市のふるさと納税はどこまで進んでいますか。目標に対する実績は？")
    assert answer.kind == "progress" and answer.table
    told = json.dumps([row.cells for row in answer.table.rows], ensure_ascii=False)
    assert all(one in told for one in ("40 億円", "23億1千万円", "順調"))


def test_precedents_are_summed_up_by_initiative(engine: SearchEngine) -> None:
    answer = engine.ask("ふるさと納税の先行事例を探しています")
    assert answer.kind == "precedent" and answer.table
    assert answer.table.columns == ("自治体", "取組", "担当課", "状況", "根拠")
    titles = [row.cells[:2] for row in answer.table.rows]
    assert len(titles) == len(set(titles)) and len({city for city, _ in titles}) == len(answer.findings)
    assert any("ふるさと納税" in title for _, title in titles)


def test_cities_are_compared_on_the_same_indicator(engine: SearchEngine) -> None:
    answer = engine.ask("ふるさと納税の寄附額の目標値を市ごとに比べてください")
    assert answer.kind == "compare" and answer.table
    values = {row.cells[0]: " ".join(row.cells) for row in answer.table.rows}
    assert "1,000,000,000円" in values["小美玉市"] and "40 億円" in values["つくばみらい市"]
    assert "300,000千円" in values["結城市"] and "石岡市" not in values


# Cities


def test_strength_is_shown_for_each_city(engine: SearchEngine) -> None:
    answer = engine.ask("どの市がテレワークを目標にしていますか")
    strength = {finding.municipality: finding.strength for finding in answer.findings}
    assert strength["結城市"] == "target" and strength["小美玉市"] == "planned"
    assert answer.statements[0].text == "数値目標の記述があるのは、結城市です。"


def test_what_is_already_done_asks_for_a_fact(engine: SearchEngine) -> None:
    done = engine.ask("AI-OCRをすでに導入した市はどこですか")
    assert done.municipalities and {finding.strength for finding in done.findings} == {"done"}
    none = engine.ask("CSIRTをすでに設置済みの市はどこですか")
    assert none.municipalities == ("結城市",) and none.remarks[0] == "「実施」と読める記述は見つかりませんでした。"


def test_those_who_do_not_are_the_cities_without_evidence(engine: SearchEngine) -> None:
    answer = engine.ask("テレワークに取り組んでいない市はどこですか")
    assert answer.negative and answer.municipalities == ("石岡市",) == answer.without_evidence
    assert answer.text.startswith("根拠となる記述が見つからないのは、石岡市です")
    assert {finding.municipality for finding in answer.findings} == {"つくばみらい市", "小美玉市", "結城市"}
    assert engine.ask("核融合に取り組んでいない市はどこですか").abstained


def test_a_city_that_says_it_does_not_answers_the_question_for_those(engine: SearchEngine) -> None:
    answer = engine.ask("計画終了年度の予定職員数を設定していない市はどこですか")
    assert answer.municipalities == ("小美玉市",) and not answer.negative
    assert "設定せず" in answer.findings[0].citations[0].quote


def test_filters_of_the_user_narrow_lists_and_cells(engine: SearchEngine) -> None:
    only = engine.ask("財政課が担当する取組を一覧にして", Filters(["結城市"]))
    assert only.municipalities == ("結城市",)
    answer = engine.ask("ふるさと納税の寄附額の目標値は？", Filters(["結城市"]))
    assert answer.municipalities == ("結城市",)
    assert {citation.document.municipality for citation in answer.citations} == {"結城市"}
