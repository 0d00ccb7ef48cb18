"""Lists of initiatives: all that meets a condition and nothing else, each entry with the place that shows it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from listing import list_of

from corpus.model import Initiative
from search import SearchEngine
from search.initiatives import has_numeric_target
from search.list_text import list_remarks, list_statements, list_table
from search.lists import Listing

# How questions name each bundled document: by its city alone, or by its kind and year where a city has two.
PLACES = {
    "tsukubamirai-2024-report": ("つくばみらい市の2024年度報告で", "つくばみらい市の令和6年度の実績報告で"),
    "tsukubamirai-2019-plan": ("つくばみらい市の2020年度報告で", "つくばみらい市の行政改革プラン（2019-2023）で"),
    "omitama-2026-plan": ("小美玉市で", "小美玉市の計画で"),
    "yuki-2021-plan": ("結城市で", "結城市のアクションプランで"),
    "ishioka-2022-outline": ("石岡市で", "石岡市の大綱で"),
}
OF_DEPARTMENTS = (
    "{}が担当する取組は？",
    "{}の取組をすべて挙げてください",
    "担当課が「{}」となっている項目を教えてください",
    "{}が担当課に入っている取組を列挙して",
    "{}が所管している事業には何がありますか",
    "{}が関わっている取組は何件ありますか",
)
OF_STATUSES = (
    "進捗状況が「{}」の取組内容は？",
    "{}の取組をすべて挙げて",
    "{}と評価された取組内容の一覧",
    "進捗が{}となっている取組項目はどれですか",
    "達成状況が{}の項目を列挙してください",
)
OF_TARGETS = (
    "数値目標のある取組は？",
    "目標値が設定されている取組を一覧で",
    "数値目標を掲げている取組項目を列挙して",
    "数値目標を設定している取組は何件ありますか",
    "目標値が示されている項目をすべて教えて",
)
OF_SECTIONS = (
    "{}の取組は？",
    "{}の取組をすべて挙げてください",
    "{}に含まれる取組項目の一覧",
    "{}に位置付けられている取組には何がありますか",
    "{}に属する取組を列挙して",
)
OF_DOCUMENTS = ("取組をすべて挙げて", "取組の一覧を見せてください", "全取組のリスト", "取組は全部で何件ありますか")

Key = tuple[str, int]


def within(engine: SearchEngine, document: str, holds: Callable[[Initiative], bool] = lambda _: True) -> set[Key]:
    return {(one.document_id, one.ordinal) for one in engine.initiatives if one.document_id == document and holds(one)}


def keys(listing: Listing | None) -> set[Key] | None:
    return listing and {(one.document.id, one.initiative.ordinal) for one in listing.entries}


def actions(listing: Listing | None) -> set[tuple[str, tuple[int, int]]] | None:
    if listing is None:
        return None
    return {(one.document.id, one.progress.span) for one in listing.entries if one.progress}


def departments(engine: SearchEngine, document: str) -> list[str]:
    every = {name for one in engine.initiatives if one.document_id == document for name in one.departments}
    return sorted(every & set(engine.departments) - {"関係各課", "全庁"})


def some(engine: SearchEngine, question: str) -> Listing:
    found = list_of(engine, question)
    assert found is not None, question
    return found


@pytest.mark.parametrize("document", PLACES)
def test_the_list_of_a_department_has_all_of_its_initiatives(engine: SearchEngine, document: str) -> None:
    for name in departments(engine, document):
        gold = within(engine, document, lambda one, name=name: name in one.departments)
        for at, wording in enumerate(OF_DEPARTMENTS):
            question = PLACES[document][at % 2] + wording.format(name)
            listing = some(engine, question)
            assert keys(listing) == gold and listing.count == len(gold), question


@pytest.mark.parametrize("document", ["tsukubamirai-2024-report", "tsukubamirai-2019-plan"])
def test_the_list_of_a_status_has_all_actions_with_it(engine: SearchEngine, document: str) -> None:
    for status in engine.statuses:
        gold = {
            (one.document_id, progress.span)
            for one in engine.initiatives
            for progress in one.progress
            if one.document_id == document and progress.status == status
        }
        for at, wording in enumerate(OF_STATUSES):
            question = PLACES[document][at % 2] + wording.format(status)
            listing = some(engine, question)
            assert actions(listing) == gold and listing.count == len(gold), question


@pytest.mark.parametrize("document", PLACES)
def test_the_list_of_numeric_targets_has_all_initiatives_with_one(engine: SearchEngine, document: str) -> None:
    gold = within(engine, document, has_numeric_target)
    for at, wording in enumerate(OF_TARGETS):
        listing = some(engine, PLACES[document][at % 2] + wording)
        assert keys(listing) == gold and listing.count == len(gold), wording
    lacking = some(engine, PLACES[document][0] + "目標値のない取組は？")
    assert keys(lacking) == within(engine, document) - gold


@pytest.mark.parametrize(
    ("document", "names"),
    [
        ("omitama-2026-plan", ("基本方針1", "変革を推進する職場風土の形成")),
        ("omitama-2026-plan", ("基本方針2", "部局横断的な業務変革", "基本方針２「部局横断的な業務変革」")),
        ("omitama-2026-plan", ("基本方針3", "「財政健全化と持続可能な運営」")),
        ("ishioka-2022-outline", ("基本施策4", "広域連携と協働によるイノベーションの推進")),
        ("ishioka-2022-outline", ("基本施策6", "開かれた市政の実現")),
    ],
)
def test_the_list_of_a_section_has_all_below_its_heading(
    engine: SearchEngine, document: str, names: tuple[str, ...]
) -> None:
    gold = within(engine, document, lambda one: names[0] in "".join(one.section))
    assert gold
    for name in names:
        for wording in OF_SECTIONS:
            question = PLACES[document][0][:-1] + "の" + wording.format(name)
            assert keys(list_of(engine, question)) == gold, question


@pytest.mark.parametrize("document", PLACES)
def test_the_list_of_a_document_has_all_of_its_initiatives(engine: SearchEngine, document: str) -> None:
    for wording in OF_DOCUMENTS:
        question = PLACES[document][1][:-1] + "の" + wording
        assert keys(list_of(engine, question)) == within(engine, document), question


@pytest.mark.parametrize(
    ("question", "document", "holds"),
    [
        (
            "List all initiatives of the finance division in the 2020 report of Tsukubamirai",
            "tsukubamirai-2019-plan",
            lambda one: "財政課" in one.departments,
        ),
        ("Which initiatives is the personnel department responsible for in Omitama?", "omitama-2026-plan", "人事課"),
        ("What initiatives are handled by the general affairs division in Yuki?", "yuki-2021-plan", "総務課"),
        ("How many initiatives does the general affairs division have in Ishioka?", "ishioka-2022-outline", "総務課"),
        ("List the initiatives with numeric targets in Yuki City", "yuki-2021-plan", has_numeric_target),
        ("Show me every initiative under basic policy 2 in Omitama", "omitama-2026-plan", "基本方針2"),
    ],
)
def test_lists_are_asked_for_in_english(
    engine: SearchEngine, question: str, document: str, holds: Callable[[Initiative], bool] | str
) -> None:
    if isinstance(holds, str):
        word = holds
        holds = lambda one: word in one.departments or word in "".join(one.section)  # noqa: E731
    gold = within(engine, document, holds)
    assert gold and keys(list_of(engine, question)) == gold


@pytest.mark.parametrize(
    "question",
    [
        "Which actions were delayed in FY2020 in Tsukubamirai?",
        "List all actions that are delayed in Tsukubamirai",
        "つくばみらい市で2020年度に遅延と報告された取組項目",
        "遅れている取組はありませんか",
    ],
)
def test_a_status_is_listed_with_its_printed_word_and_place(engine: SearchEngine, question: str) -> None:
    listing = some(engine, question)
    assert listing.count == 6 and {one.document.id for one in listing.entries} == {"tsukubamirai-2019-plan"}
    for row in list_table(listing, "ja").rows:
        assert row.cells[-1] == "遅延" and row.citations[0].quote.endswith("遅延")


def test_conditions_are_joined(engine: SearchEngine) -> None:
    listing = some(engine, "つくばみらい市の2020年度報告で総務課が担当する未着手の取組は？")
    assert listing.entries
    for one in listing.entries:
        assert "総務課" in one.departments and one.progress and one.progress.status == "未着手"
    both = some(engine, "つくばみらい市で遅延または未着手の取組を一覧で")
    assert {one.progress.status for one in both.entries if one.progress} == {"遅延", "未着手"}


def test_a_year_without_a_document_is_that_of_the_progress(engine: SearchEngine) -> None:
    listing = some(engine, "2024年度に未着手の取組は？")
    assert {one.progress.fiscal_year for one in listing.entries if one.progress} == {2024}
    assert some(engine, "2022年度に未着手の取組は？").entries == ()


def test_a_year_beside_targets_is_theirs(engine: SearchEngine) -> None:
    listing = some(engine, "令和7年度の数値目標が設定されている取組項目の一覧")
    assert {kpi.fiscal_year for one in listing.entries for kpi in one.kpis} == {2025}
    assert listing.municipalities == ("結城市",)
    assert "令和7年度の数値の目標がある取組は" in list_statements(listing, "ja")[0].text


def test_progress_is_listed_for_every_action(engine: SearchEngine) -> None:
    listing = some(engine, "つくばみらい市の2024年度報告の取組の進捗を一覧表にして")
    document = "tsukubamirai-2024-report"
    assert listing.count == sum(len(one.progress) for one in engine.initiatives if one.document_id == document)
    (sentence,) = list_statements(listing, "ja")
    assert f"{listing.count}件" in sentence.text and len(sentence.citations) == listing.count


def test_the_department_in_the_first_place_is_the_marked_one(engine: SearchEngine) -> None:
    gold = within(engine, "omitama-2026-plan", lambda one: "人事課" in one.departments)
    involved = some(engine, "小美玉市で人事課が関わっている取組は？")
    main = some(engine, "小美玉市で人事課が主担当の取組には何がありますか")
    assert keys(involved) == gold
    assert keys(main) == {key for key in gold if key != ("omitama-2026-plan", 6)}  # ★行革デジタル推進課 総務課 人事課
    assert [one.title for one in main.involved] == ["フロントヤード改革の推進"]
    assert any("フロントヤード改革の推進" in remark for remark in list_remarks(main, "ja"))


def test_a_topic_restricts_a_list_to_what_speaks_of_it(engine: SearchEngine) -> None:
    listing = some(engine, "収納率に関する取組で未着手のものは？")
    assert listing.entries
    for one in listing.entries:
        assert "収納率" in one.initiative.title and one.progress and one.progress.status == "未着手"


def test_indicators_are_listed_once_also_those_of_whole_sections(engine: SearchEngine) -> None:
    for question, document in (
        ("石岡市の指標を一覧で", "ishioka-2022-outline"),
        ("結城市のKPIをすべて挙げて", "yuki-2021-plan"),
    ):
        listing = some(engine, question)
        printed = {
            kpi.span
            for one in engine.initiatives
            if one.document_id == document
            for kpi in one.kpis
            if kpi.role == "target"
        }
        listed = [kpi.span for one in listing.entries for kpi in one.kpis]
        assert set(listed) == printed and len(listed) == len(printed), question


@pytest.mark.parametrize(
    "question",
    [
        "総務課はテレワークで何をしていますか",
        "総務課が担当するテレワークの取組は？",
        "総務課の残業",
        "未着手の取組の理由は何ですか",
        "未着手の取組の課題を教えて",
        "遅れている取組がある市は？",
        "どの市の取組が未着手ですか",
        "人事課以外が担当する取組は？",
        "人事課だけが担当する取組は？",
        "総務課が担当していない取組",
        "達成率が100%の取組",
        "目標値が100%の取組を一覧で",
        "最も件数の多い取組は？",
        "一部事務組合の名称を一覧で",
        "オープンデータの種類を列挙して",
        "まちづくりの取組一覧",
        "行政評価の取組一覧",
        "事業評価の一覧",
        "行革デジタル推進課が単独で担当する取組は？",
        "結城市の取組は？",
        "結城市の目標値は？",
        "取組一覧",
        "なぜ未着手の取組があるのですか",
        "Why are initiatives delayed in Tsukubamirai?",
        "Which cities have delayed initiatives?",
        "What is the general affairs division doing about telework?",
        "水戸市の未着手の取組",
        "未着手",
        "総務課",
    ],
)
def test_what_asks_for_more_or_less_is_no_list(engine: SearchEngine, question: str) -> None:
    assert list_of(engine, question) is None


def test_titles_and_indicators_are_topics_and_no_lists(engine: SearchEngine) -> None:
    for one in engine.initiatives:
        for wording in ("{}", "{}について教えてください", "{}の進捗は？", "{}はどうなっている？", "{}の目標値は？"):
            assert list_of(engine, wording.format(one.title)) is None, (wording, one.title)


def test_every_entry_is_cited_word_for_word(engine: SearchEngine) -> None:
    for question in ("総務課の取組一覧", "順調の取組を一覧で", "数値目標のある取組", "石岡市の指標を一覧で"):
        listing = some(engine, question)
        table = list_table(listing, "ja")
        assert len(table.rows) == len(listing.entries)
        for entry, row in zip(listing.entries, table.rows, strict=True):
            assert len(row.cells) == len(table.columns) and row.citations
            for cited in row.citations:
                assert engine.canonical_text(cited.document.id)[slice(*cited.span)] == cited.quote
            quotes = " ".join(cited.quote for cited in row.citations)
            for kpi in entry.kpis:
                assert kpi.value in quotes, question
            if entry.progress:
                assert entry.progress.printed in quotes, question


def test_sentences_count_and_name_what_is_listed(engine: SearchEngine) -> None:
    listing = some(engine, "つくばみらい市の2024年度報告で進捗状況が「達成」の取組内容は？")
    count, names = list_statements(listing, "ja")
    title = "つくばみらい市行政改革プラン アクションプラン個別項目 実績報告（2024年度報告）"
    assert count.text == f"つくばみらい市の「{title}」で進捗状況が「達成」の取組内容は2件です。"
    assert len(count.citations) == 2 and count.citations == names.citations
    for one in listing.entries:
        assert one.citations[0].quote.split("\t")[1].split(" ")[0] in names.text
    english = list_statements(
        some(engine, "List all actions that are achieved in the 2024 report of Tsukubamirai"), "en"
    )
    assert "there are 2 actions reported as 「達成」 for FY2024." in english[0].text
    several = list_statements(some(engine, "総務課の取組一覧"), "ja")[0].text
    assert (
        several == "総務課が担当する取組は44件です（つくばみらい市が16件、小美玉市が4件、結城市が17件、石岡市が7件）。"
    )


def test_the_same_action_of_several_initiatives_is_named_with_each(engine: SearchEngine) -> None:
    names = list_statements(some(engine, "つくばみらい市の2020年度報告で遅延の取組"), "ja")[1].text
    assert "「債権管理についての検討」（収納率の維持向上（税・介護保険料））" in names


def test_what_nothing_meets_is_said_with_where_it_was_looked_for(engine: SearchEngine) -> None:
    none = some(engine, "つくばみらい市の2024年度報告で遅延の取組")
    assert none.count == 0 and list_statements(none, "ja") == () and list_table(none, "ja").rows == ()
    (remark,) = list_remarks(none, "ja")
    assert "2024年度報告" in remark and "0件" in remark
    assert "0 actions" in list_remarks(none, "en")[0]
    untold = some(engine, "石岡市の未着手の取組")
    assert untold.searched == () and [one.id for one in untold.untold] == ["ishioka-2022-outline"]
    assert "分かりません" in list_remarks(untold, "ja")[0]
    other = some(engine, "結城市で魅力発信課が担当する取組")
    assert other.entries == () and "結城市" in list_remarks(other, "ja")[0]


def test_doubts_and_what_stands_for_whole_sections_are_remarked(engine: SearchEngine) -> None:
    assert any("読み取りに疑い" in remark for remark in list_remarks(some(engine, "数値目標のある取組"), "ja"))
    sections = list_remarks(some(engine, "石岡市で数値目標のある取組"), "ja")
    assert any("柱ごと" in remark for remark in sections)
    unread = list_remarks(some(engine, "つくばみらい市の2024年度報告で秘書広報課が担当する取組"), "ja")
    assert any("広報の充実" in remark and "読み取れません" in remark for remark in unread)
