"""Conditions that a question says: they restrict a search when there is no doubt, and let the best come first else."""

from __future__ import annotations

import pytest

from search import Filters, Hit, SearchEngine
from search.conditions import find_conditions, title_names
from search.errors import SearchError
from search.model import NO_FILTERS
from search.signals import SIGNALS


def found(question: str, departments: tuple[str, ...] = (), statuses: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    """Return kind and value of the conditions in a question."""
    return [(one.kind, one.value) for one in find_conditions(question, {}, departments, statuses)]


def signal(hit: Hit, name: str) -> float:
    return hit.signals[SIGNALS.index(name)]


@pytest.mark.parametrize(
    ("question", "filters"),
    [
        ("未着手の取組", Filters(statuses=("未着手",))),
        ("まだ始まっていない取組", Filters(statuses=("未着手",))),
        ("進捗状況が「達成」", Filters(statuses=("達成",))),
        ("進捗が達成の事業", Filters(statuses=("達成",))),
        ("遅れている事業", Filters(statuses=("遅延",))),
        ("計画どおりの取組", Filters(statuses=("順調",))),
        ("Which initiatives are delayed?", Filters(statuses=("遅延",))),
        ("initiatives that are not started", Filters(statuses=("未着手",))),
        ("総務課が担当する取組", Filters(departments=("総務課",))),
        ("總務課が担当する取組", Filters(departments=("総務課",))),
        ("財政課の所管する事業", Filters(departments=("財政課",))),
        ("２０２４年度報告でテレワーク", Filters(kinds=("report",), fiscal_year=2024)),
        ("2024年度報告で", Filters(kinds=("report",), fiscal_year=2024)),
        ("令和6年度の実績報告", Filters(kinds=("report",), fiscal_year=2024)),
        ("R6年度報告", Filters(kinds=("report",), fiscal_year=2024)),
        ("大綱だけで人材育成", Filters(kinds=("outline",))),
        ("アクションプランではどうなっている", Filters(kinds=("plan",))),
        ("数値目標のある取組", Filters(numeric_target=True)),
        ("目標値を設定している市", Filters(numeric_target=True)),
        ("initiatives with numeric targets", Filters(numeric_target=True)),
        ("総務課が担当する未着手の取組", Filters(departments=("総務課",), statuses=("未着手",))),
        ("担当課が総務課の取組", Filters(departments=("総務課",))),
        ("主管課が「総務課」となっている取組", Filters(departments=("総務課",))),
        ("「総務課」が担当する取組", Filters(departments=("総務課",))),
        ("initiatives of the general affairs division", Filters(departments=("総務課",))),
        ("measures led by the finance department", Filters(departments=("財政課",))),
        ("Which projects is the division of finance responsible for?", Filters(departments=("財政課",))),
        ("進捗状況が順調の取組", Filters(statuses=("順調",))),
        ("達成状況が未着手の取組", Filters(statuses=("未着手",))),
    ],
)
def test_an_explicit_condition_restricts_the_search(engine: SearchEngine, question: str, filters: Filters) -> None:
    assert engine.understand(question).filters == filters
    hits = engine.search(question, 100)
    assert hits
    for hit in hits:
        if filters.statuses:
            assert hit.initiative and {one.status for one in hit.initiative.progress} & set(filters.statuses)
        if filters.departments:
            assert hit.initiative and set(hit.initiative.departments) & set(filters.departments)
        if filters.numeric_target:
            assert hit.initiative and any(
                one.role == "target" and one.number is not None for one in hit.initiative.own_kpis
            )
        if filters.kinds:
            assert any(kind in hit.passage.document.kind for kind in filters.kinds)


@pytest.mark.parametrize(
    "question",
    [
        "目標の30%は達成した？",
        "目標を達成するための取組方針",
        "取組が遅れていないか",
        "未着手とは何ですか",
        "総務課と財政課の統合",
        "企画財政課が担当する取組",
        "アクションプランの策定方法",
        "取組の達成状況",
        "達成率の高い取組",
        "The finance division merged with another",
        "大綱を改定する",
        "2024年度の残業時間",
        "数値目標の設定方法",
        "数値目標のない取組",
        "テレワークの数値目標がありますか",
        "テレワークの目標値は？",
    ],
)
def test_what_leaves_a_doubt_does_not_restrict_the_search(engine: SearchEngine, question: str) -> None:
    query = engine.understand(question)
    assert query.filters == NO_FILTERS
    assert not [one.key for one in query.recognised if one.effect == "filter"]


@pytest.mark.parametrize(
    "question",
    [
        "達成していない取組",
        "遅延していない取組",
        "達成した取組以外",
        "総務課が担当していない取組",
        "総務課の取組を除く",
        "大綱だけでなく計画も",
        "目標値の設定がない取組",
        "2024年度報告以外で",
        "not delayed initiatives",
        "initiatives that aren't on track",
        "initiatives other than the delayed ones",
        "initiatives without numeric targets",
        "遅延している取組がない市",
        "総務課以外が担当する取組",
        "人事課と総務課以外が担当する取組",
        "数値目標を設定していない取組",
        "数値目標がある取組以外",
        "未達成でない取組",
        "2024年度報告だけでなく計画も",
    ],
)
def test_a_negated_condition_neither_restricts_the_search_nor_comes_first(engine: SearchEngine, question: str) -> None:
    query = engine.understand(question)
    assert query.filters == NO_FILTERS
    assert not {one.kind for one in query.conditions} - {"role"}


@pytest.mark.parametrize(
    "question", ["遅れている取組はありませんか", "遅延している取組はない？", "遅延した事業はないですか"]
)
def test_who_asks_whether_there_are_none_asks_for_them(engine: SearchEngine, question: str) -> None:
    assert engine.understand(question).filters == Filters(statuses=("遅延",))


@pytest.mark.parametrize(
    ("question", "status"),
    [("達成していない取組", "未達成"), ("着手していない取組", "未着手"), ("計画どおりに進んでいない取組", "遅延")],
)
def test_a_status_may_say_itself_that_something_is_not(question: str, status: str) -> None:
    statuses = ("達成", "順調", "遅延", "未達成", "未着手")
    assert [value for kind, value in found(question, (), statuses) if kind == "status"] == [status]


@pytest.mark.parametrize(
    ("question", "departments"),
    [
        ("人事課と総務課が担当する取組", ("人事課", "総務課")),
        ("人事課、財政課及び総務課の所管する取組", ("人事課", "財政課", "総務課")),
        ("人事課や総務課が担当する取組", ("人事課", "総務課")),
        ("人事課・総務課が担当", ("人事課", "総務課")),
        ("人事課だけでなく総務課が担当する取組", ("人事課", "総務課")),
        ("人事課ではなく総務課が担当する取組", ("総務課",)),
    ],
)
def test_all_departments_that_are_named_together_count(
    engine: SearchEngine, question: str, departments: tuple[str, ...]
) -> None:
    assert engine.understand(question).filters.departments == departments


def test_all_progress_that_is_named_together_counts(engine: SearchEngine) -> None:
    assert engine.understand("遅延または未着手の取組").filters.statuses == ("遅延", "未着手")


@pytest.mark.parametrize("question", ["全庁で取り組むDX", "関係各課が担当する取組", "全課で取り組む節電"])
def test_what_the_whole_office_does_is_no_department(engine: SearchEngine, question: str) -> None:
    query = engine.understand(question)
    assert query.filters == NO_FILTERS and query.conditions == ()


@pytest.mark.parametrize(
    "question",
    ["石岡市の未着手の取組", "結城市の2024年度報告で", "1990年度報告でテレワーク", "結城市で魅力発信課が担当する取組"],
)
def test_a_condition_that_nothing_can_meet_only_lets_others_come_first(engine: SearchEngine, question: str) -> None:
    query = engine.understand(question)
    assert query.filters == NO_FILTERS
    assert {one.effect for one in query.recognised if one.kind in ("status", "document_kind", "department")} == {
        "boost"
    }
    assert engine.search(question)


def test_a_condition_that_a_chosen_filter_leaves_nothing_for_only_lets_others_come_first(engine: SearchEngine) -> None:
    assert engine.search("石岡市の未着手の取組")
    filters = Filters(["石岡市"])
    assert engine.search("未着手の取組", filters=filters)
    query = engine.understand("未着手の取組", filters=filters)
    assert query.filters == NO_FILTERS
    assert {one.effect for one in query.recognised if one.kind == "status"} == {"boost"}
    assert engine.understand("未着手の取組").filters == Filters(statuses=("未着手",))
    with pytest.raises(SearchError, match="架空市"):
        engine.understand("未着手の取組", filters=Filters(["架空市"]))


def test_a_condition_alone_is_answered_by_what_meets_it(engine: SearchEngine) -> None:
    for question in ("遅延している取組はどれですか", "達成した取組はどれですか", "順調な取組はどれですか"):
        answer = engine.ask(question)
        assert not answer.abstained and answer.municipalities == ("つくばみらい市",), question


def test_a_condition_that_does_not_restrict_lets_what_meets_it_come_first(engine: SearchEngine) -> None:
    question = "テレワークPCの稼働率の目標"
    assert [one.kind for one in engine.understand(question).conditions] == ["role"]
    first = engine.search(question)[0]
    assert signal(first, "figures") == 1
    assert first.initiative and any(kpi.role == "target" for kpi in first.initiative.own_kpis)
    assert signal(engine.search(question, ignore=["role"])[0], "figures") == 0


def test_a_document_is_named_by_what_only_its_title_says(engine: SearchEngine) -> None:
    query = engine.understand("チャレンジする市役所の人材育成")
    titles = {one.value for one in query.conditions if one.kind == "document"}
    assert titles and query.filters == NO_FILTERS
    first = engine.search("チャレンジする市役所の人材育成")[0]
    assert first.passage.document.title in titles and signal(first, "places") == 1
    assert "役所" not in "".join(concept.name for concept in query.concepts)


@pytest.mark.parametrize(
    ("title", "names"),
    [
        ("石岡市行政改革大綱", ()),
        ("第5次石岡市行財政改革大綱実施計画（令和3年度～令和7年度）", ()),
        ("石岡市行革計画　FY2021-FY2025", ()),
        ("行革計画（2021（令和3）年度から2025（令和7）年度まで）", ()),
        ("石岡市スマート市役所ビジョン（案）", ("スマート市役所ビジョン",)),
        ("ＤＸ戦略プラン　2025", ("dx戦略プラン",)),
        ("", ()),
    ],
)
def test_words_that_titles_are_made_of_name_no_document(title: str, names: tuple[str, ...]) -> None:
    assert title_names(title, "石岡市") == names


@pytest.mark.parametrize(
    ("question", "conditions"),
    [
        ("おおむね順調", [("status", "概ね順調")]),
        ("順調", [("status", "順調")]),
        ("未達成", [("status", "未達成"), ("role", "actual")]),
        ("やや遅れ", [("status", "やや遅延")]),
        ("いつからいつまで", [("date", "period")]),
        ("いつ", [("date", "date")]),
        ("何人", [("numbers", "")]),
        ("何円で何件", [("numbers", "")]),
        ("outlined in latin", []),
        ("企画総務課", []),
        ("総務課", [("department", "総務課")]),
        ("general affairs division", [("department", "総務課")]),
        ("department of general affairs", [("department", "総務課")]),
        ("general affairs", []),
        ("finance division", []),
        ("達成度", [("role", "actual")]),
    ],
)
def test_the_longest_wording_counts_and_no_word_is_cut(question: str, conditions: list[tuple[str, ...]]) -> None:
    statuses = ("達成", "未達成", "順調", "概ね順調", "遅延", "やや遅延")
    assert found(question, ("総務課",), statuses) == conditions


def test_conditions_that_no_initiative_can_meet_are_none() -> None:
    assert found("未着手の取組を総務課が担当", (), ()) == []


def test_conditions_stand_where_they_say(engine: SearchEngine) -> None:
    text = "2024年度報告で総務課が担当する未着手の取組"
    conditions = find_conditions(text, {}, engine.departments, engine.statuses)
    assert [text[slice(*one.span)] for one in conditions] == ["年度報告", "総務課", "未着手"]
    assert [one.name for one in conditions] == ["年度報告", "総務課", "未着手"]
    # The year before it makes the kind of document explicit, which is read later.
    assert [one.explicit for one in conditions] == [False, True, True]
