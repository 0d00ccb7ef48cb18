"""The categories of initiatives: what plans order them under, and what municipalities have under one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from browsing import visit
from gradio_client import Client
from playwright.sync_api import Browser, expect
from small_index import catalogue_of

from corpus.model import Initiative, Kpi, Progress, Span
from indexer.build import build
from indexer.encoder import Encoder
from search import SearchEngine
from search.__main__ import main
from search.categories import categories, most_used, strongest
from ui.inputs import checked_themes
from ui.texts import Language, text

pytest_plugins = ["browsing", "server"]

PRINTED = {
    "つくばみらい市": [
        "時代変化を先取りする“人・組織”的質的改革（挑戦と進化）",
        "好循環の流れを築く財政運営の質的改革 （好循環）",
        "しあわせな市民を増やす行政サービスの質的改革（信頼関係）",
    ],
    "小美玉市": ["変革を推進する職場風土の形成", "部局横断的な業務変革", "財政健全化と持続可能な運営"],
    "結城市": [
        "市民と行政がともに支えあう体制づくり",
        "自立した行政経営の構造づくり",
        "情報化社会に対応した行政サービスの向上",
    ],
    "石岡市": [
        "組織・人材マネジメントの充実",
        "経営・財務マネジメントの充実",
        "課題分析に基づく政策立案の推進",
        "広域連携と協働によるイノベーションの推進",
        "デジタル化の推進・自治体DXの挑戦",
        "開かれた市政の実現",
    ],
}
PLAN = """# 行政改革実施計画

## 第1章 取組内容

### 基本方針{first}

No	取組項目	取組内容	目標値（令和7年度）	担当課
1	窓口のオンライン化	申請の手続をオンラインで受け付ける。	-	市民課
2	ペーパーレス会議	会議の資料を電子化し、紙の使用を減らす。	50%	総務課

### 【基本方針２】 財政の健全化、歳入の確保

No	取組項目	取組内容	目標値（令和7年度）	担当課
3	広告収入の確保	広報紙や封筒に広告を載せる。	-	財政課
4	未利用地の売却	使わない土地を売却し、貸し付ける。	-	管財課
"""
OUTLINE = """# 行政改革大綱

## 第1章 テレワークの推進

No	取組項目	取組内容	担当課
1	テレワークの導入	職員が自宅で働けるようにする。	総務課
2	出先機関の活用	出先機関でも働けるようにする。	総務課
"""


@pytest.fixture(scope="module")
def plans(encoder: Encoder, tmp_path_factory: pytest.TempPathFactory) -> SearchEngine:
    """Two plans that print one category differently, and an outline whose initiatives all stand under one heading."""
    folder = tmp_path_factory.mktemp("plans")
    texts = {"first": PLAN.format(first="1 ＤＸの推進"), "second": PLAN.format(first="Ⅰ：DXの推進"), "outline": OUTLINE}
    build(catalogue_of(folder / "documents", **texts), folder / "index", encoder)
    return SearchEngine.open(folder / "index", encoder=encoder)


# What the documents print


@pytest.mark.parametrize("municipality", PRINTED)
def test_categories_are_what_the_documents_print(municipality: str, engine: SearchEngine) -> None:
    found = engine.categories([municipality])
    assert [category.name for category in found] == PRINTED[municipality]
    for category in found:
        assert len(category.initiatives) >= 2
        for initiative in category.initiatives:
            text = engine.canonical_text(initiative.document_id)
            assert any(category.name in f"{part} {text}" for part in (*initiative.section, ""))


def test_most_initiatives_of_a_plan_have_a_category(engine: SearchEngine) -> None:
    every = engine.categories()
    assert [one.name for one in every] == [name for names in PRINTED.values() for name in names]
    placed = [(one.document_id, one.ordinal) for category in every for one in category.initiatives]
    assert len(placed) == len(set(placed))
    for document in engine.documents:
        ids = [one.document_id for one in engine.initiatives]
        share = sum(id_ == document.id for id_, _ in placed) / ids.count(document.id)
        # The report prints no headings but its own name.
        assert share == 0 if document.id == "tsukubamirai-2024-report" else share > 0.9


def test_documents_share_a_category_that_they_print_differently(plans: SearchEngine) -> None:
    found = {one.name: one for one in plans.categories()}
    assert list(found) == ["ＤＸの推進", "財政の健全化、歳入の確保"]
    assert [(one.document_id, one.title) for one in found["ＤＸの推進"].initiatives] == [
        (id_, title) for id_ in ("first", "second") for title in ("窓口のオンライン化", "ペーパーレス会議")
    ]


@pytest.mark.parametrize(
    ("heading", "name"),
    [
        ("8.実施計画 【基本方針3】 財政健全化", "財政健全化"),
        ("8.実施計画【基本方針3】財政健全化", "財政健全化"),
        ("Ⅱ 自立した行政経営", "自立した行政経営"),
        ("重点項目１　デジタル化", "デジタル化"),
        ("柱1：人づくり", "人づくり"),
        ("(1) ① 協働", "協働"),
        ("2025年問題への対応", "2025年問題への対応"),
        ("5Gの活用", "5Gの活用"),
        ("DX", "DX"),
        ("市民", "市民"),
        ("第3章 取組内容", None),
        ("アクションプラン個別項目一計画調書", None),
        ("令和6年度 実績報告", None),
        ("具体的な取組", None),
        ("【基本方針Ⅳ】", None),
        ("Ａ", None),
        ("改革" * 100, None),
        ("", None),
    ],
)
def test_a_heading_is_a_category_by_its_subject(heading: str, name: str | None) -> None:
    under = [_initiative(number, heading) for number in range(2)]
    others = [_initiative(number, "別の分類") for number in range(2, 4)]
    found = [one.name for one in categories([*under, *others], lambda _: "")]
    assert found == [*([name] if name else []), "別の分類"]


def test_a_heading_of_one_initiative_is_no_category() -> None:
    initiatives = [_initiative(number, f"第{number}章 改革その{'あいうえお'[number]}") for number in range(5)]
    assert categories(initiatives, lambda _: "") == ()
    assert categories([], lambda _: "") == ()


def test_the_most_used_keep_their_order() -> None:
    names = ["窓口の改革"] * 2 + ["財政の改革"] * 4 + ["人事の改革"] * 3
    found = categories([_initiative(number, name) for number, name in enumerate(names)], lambda _: "")
    assert [one.name for one in most_used(found, 2)] == ["財政の改革", "人事の改革"]
    assert most_used(found, 9) == found


# What a municipality has under one


def test_the_firmest_initiative_comes_first() -> None:
    def kpi(role: str, number: float | None, certain: bool = True, scope: str = "initiative") -> Kpi:
        return Kpi("率", role, 2025, "50%", number, "%", (7, 10), certain, None if certain else "?", scope)

    def progress(status: str, certain: bool = True) -> Progress:
        return Progress("", 2024, status, status, (20, 22), certain)

    initiatives = [
        _initiative(0, kpis=(kpi("target", 50, certain=False), kpi("target", None), kpi("target", 5, scope="section"))),
        _initiative(1, progress=(progress("未着手"), progress("順調"))),
        _initiative(2, progress=(progress("遅延"), progress("順調", certain=False))),
        _initiative(3, kpis=(kpi("baseline", 10), kpi("target", 50)), progress=(progress("順調"),)),
        _initiative(4, kpis=(kpi("actual", 10),)),
    ]
    assert [(one.ordinal, strength, span) for one, strength, span in strongest(initiatives)] == [
        (3, "target", (7, 10)),
        (1, "done", (20, 22)),
        (4, "done", (7, 10)),
        (0, "planned", (2, 5)),
        (2, "planned", (2, 5)),
    ]


def test_a_category_is_compared_by_its_own_initiatives(engine: SearchEngine) -> None:
    for municipality, names in PRINTED.items():
        matrix = engine.compare(names)
        assert matrix.themes == tuple(names)
        row = matrix.cells[matrix.municipalities.index(municipality)]
        for cell, category in zip(row, engine.categories([municipality]), strict=True):
            assert cell.finding
            (citation,) = cell.finding.citations
            start, end = citation.span
            assert engine.canonical_text(citation.document.id)[start:end] == citation.quote
            held = [
                one for one in engine.passages if one.document.id == citation.document.id and one.initiative is not None
            ]
            (passage,) = [one for one in held if one.span[0] <= start and end <= one.span[1]]
            own = engine.initiative_of(passage)
            assert own in category.initiatives
            targets = [kpi.value for kpi in own.own_kpis if kpi.role == "target" and kpi.number is not None]
            assert (cell.finding.strength == "target") == bool(targets)
            assert not targets or any(value in citation.quote for value in targets)


def test_a_category_of_two_documents_has_the_firmest_of_both(plans: SearchEngine) -> None:
    (row,) = plans.compare(["DXの推進", "財政の健全化、歳入の確保"]).cells
    digital, finances = (cell.finding for cell in row)
    assert digital and digital.strength == "target" and "50%" in digital.statement
    assert finances and finances.strength == "planned" and "広告" in finances.statement


# Commands, endpoints, page


def test_compare_takes_the_categories_for_themes(index: Path, capsys: pytest.CaptureFixture[str]) -> None:
    where = ("--municipality", "結城市", "--json", "--index", str(index))
    assert main(["compare", "テレワーク", "--categories", *where]) == 0
    matrix = json.loads(capsys.readouterr().out)
    assert matrix["themes"] == ["テレワーク", *PRINTED["結城市"]]
    assert [cell["strength"] for cell in matrix["cells"][0]] == ["target"] * 4


def test_compare_says_when_there_are_no_categories(
    encoder: Encoder, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    build(catalogue_of(tmp_path / "documents", outline=OUTLINE), tmp_path / "index", encoder)
    assert main(["compare", "--categories", "--index", str(tmp_path / "index")]) == 1
    assert "no document orders its initiatives under headings; give a THEME" in capsys.readouterr().err


def test_the_endpoint_takes_the_categories_for_themes(app_url: str) -> None:
    client = Client(app_url, verbose=False)
    matrix = client.predict(municipalities=["小美玉市"], categories=True, api_name="/compare")
    assert matrix["themes"] == PRINTED["小美玉市"]
    assert {cell["strength"] for cell in matrix["cells"][0]} == {"target"}
    matrix = client.predict(["RPA"], ["石岡市"], categories=True, api_name="/compare")
    assert matrix["themes"] == ["RPA", *PRINTED["石岡市"]]


def test_a_theme_with_commas_stays_whole_when_a_document_prints_it_so() -> None:
    name = "財政の健全化、歳入の確保"
    assert checked_themes(f"RPA、AI\n{name}", {name}) == ["RPA", "AI", name]
    assert checked_themes(name) == ["財政の健全化", "歳入の確保"]


@pytest.mark.parametrize("language", ["ja", "en"])
def test_the_page_fills_in_the_categories(browser: Browser, app_url: str, language: Language) -> None:
    with visit(browser, app_url, language) as visited:
        visited.tab("tab_compare")
        visited.button("categories_button").click()
        every = [name for names in PRINTED.values() for name in names]
        expect(visited.box("themes")).to_have_value("\n".join(every))
        visited.button("compare_button").click()
        table = visited.page.locator("table.k-matrix")
        expect(table.locator("thead th")).to_have_text([text("municipality", language), *every])
        expect(table.locator("tbody tr").nth(1).locator(".k-target")).not_to_have_count(0)


def _initiative(
    ordinal: int, *section: str, kpis: tuple[Kpi, ...] = (), progress: tuple[Progress, ...] = ()
) -> Initiative:
    spans: dict[str, tuple[Span, ...]] = {"title": ((0, 2),), "overview": ((2, 5),)}
    return Initiative("plan", ordinal, None, "改革", section, (), "", (), kpis, progress, None, (0, 30), spans)
