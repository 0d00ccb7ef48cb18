"""How far an initiative got: planned against actual with the printed values, each cited where it stands."""

from __future__ import annotations

import pytest
from listing import citation, document_of

from corpus.model import Initiative
from search import SearchEngine
from search.progress_table import ProgressAnswer, progress_of


def initiative(engine: SearchEngine, document: str, title: str) -> Initiative:
    return next(one for one in engine.initiatives if one.document_id == document and one.title == title)


def told(engine: SearchEngine, one: Initiative, language: str = "ja") -> ProgressAnswer:
    text = engine.canonical_text(one.document_id)
    document = document_of(engine, one)
    return progress_of(one, document, language, text, lambda span: citation(engine, one.document_id, span))


def test_target_actual_value_and_progress_are_summarised(engine: SearchEngine) -> None:
    one = initiative(engine, "tsukubamirai-2024-report", "収納率の維持向上")
    values, actions = told(engine, one).statements
    name = "市税収納率(住民税・固定資産税・軽自動車税)"
    assert values.text == f"「{name}」の令和9年度の目標値は99.2%、令和6年度の実績は99.3%です。"
    assert actions.text == "「収納率の維持向上」の取組内容3件の令和6年度の進捗は順調3件です。"
    english = told(engine, one, "en").statements
    assert english[0].text == f"「{name}」: target for FY2027 99.2%, actual for FY2024 99.3%."
    assert english[1].text == "Progress of 「収納率の維持向上」 in FY2024, 3 actions: 「順調」 3."


def test_the_table_sets_planned_against_actual(engine: SearchEngine) -> None:
    table = told(engine, initiative(engine, "tsukubamirai-2019-plan", "収納率の維持向上（使用料－市営住宅）")).table
    assert table is not None
    columns = ("指標・取組内容", "目標値", "令和元年度 実績", "令和2年度 実績", "令和2年度 進捗状況")
    assert table.columns == columns
    cells = [row.cells for row in table.rows]
    assert cells[0] == ("収納率", "75%以上", "68.99%", "72.28%", "")
    assert cells[5] == ("取組項目3 債権管理についての検討", "", "", "", "遅延")


def test_years_of_a_plan_stand_in_order_and_missing_actual_values_are_remarked(engine: SearchEngine) -> None:
    answer = told(engine, initiative(engine, "yuki-2021-plan", "テレワーク環境の充実"))
    assert answer.table is not None
    assert answer.table.columns == ("指標・取組内容", *(f"令和{year}年度 目標値" for year in range(3, 8)))
    assert answer.table.rows[0].cells == ("テレワークPCの稼働率", "50%", "70%", "80%", "90%", "100%")
    assert [one.text for one in answer.statements] == ["「テレワークPCの稼働率」の令和7年度の目標値は100%です。"]
    assert any("「テレワークPCの稼働率」の実績" in remark for remark in answer.remarks)
    assert not any("実績" in one.text for one in answer.statements)


def test_an_actual_value_under_another_name_is_not_said_to_be_missing(engine: SearchEngine) -> None:
    one = initiative(engine, "tsukubamirai-2024-report", "コミュニティ・スクールの推進")
    assert len({kpi.name for kpi in one.own_kpis}) == 2
    assert not any("実績" in remark and "見つかりません" in remark for remark in told(engine, one).remarks)


def test_what_may_be_misread_is_marked(engine: SearchEngine) -> None:
    answer = told(engine, initiative(engine, "tsukubamirai-2024-report", "人材の確保"))
    assert "（要確認）" in answer.statements[0].text and any("要確認" in remark for remark in answer.remarks)
    misprinted = told(engine, initiative(engine, "tsukubamirai-2024-report", "広報の充実")).table
    assert misprinted is not None and "回調（順調）（要確認）" in [row.cells[-1] for row in misprinted.rows]


@pytest.mark.parametrize("language", ["ja", "en"])
def test_every_value_is_printed_where_its_citation_stands(engine: SearchEngine, language: str) -> None:
    for one in engine.initiatives:
        answer = told(engine, one, language)
        text = engine.canonical_text(one.document_id)
        parts = [*answer.statements, *(answer.table.rows if answer.table else ())]
        for part in parts:
            assert part.citations
            assert all(text[slice(*cited.span)] == cited.quote for cited in part.citations)
        if answer.table is None:
            assert not one.progress and not one.kpis and not answer.statements and answer.remarks
            continue
        kpis = one.own_kpis or one.kpis
        assert len(answer.table.rows) == len({kpi.name for kpi in kpis}) + len(one.progress)
        spans = [cited.span for row in answer.table.rows for cited in row.citations]
        for start, end in [value.span for value in (*kpis, *one.progress)]:
            assert any(first <= start and end <= last for first, last in spans), (one.title, text[start:end])


def test_without_a_citation_nothing_is_told(engine: SearchEngine) -> None:
    one = initiative(engine, "yuki-2021-plan", "テレワーク環境の充実")
    answer = progress_of(one, document_of(engine, one), "ja", engine.canonical_text(one.document_id), lambda _: None)
    assert answer.statements == () and answer.table is None
