"""The notations in which cities print indicators, progress and departments, each read from a few lines."""

from __future__ import annotations

import pytest

from corpus.departments import department_names, torn_departments
from corpus.initiatives import extract
from corpus.model import Document, Initiative
from corpus.reading import canonical_text

DOCUMENT = Document(
    "x", "架空市", "00000", "架空県", "行政改革実施計画", "plan-and-report", (2025, 2029), 2025, "x.txt", "0" * 64
)
SHEET = "調書\n\n取組名\t{title}\n担当課\t総務課\n{body}\n"


def read(body: str) -> Initiative:
    """Return the initiative of a sheet with these lines; the document has a second sheet."""
    other = SHEET.format(title="ほかの取組", body="現状\tなし")
    canonical = canonical_text(SHEET.format(title="窓口の改善", body=body) + "\n" + other)
    first, second = extract(DOCUMENT, canonical)
    assert (first.title, second.title) == ("窓口の改善", "ほかの取組")
    for kpi in first.kpis:
        assert canonical.text[slice(*kpi.span)] == kpi.value
    return first


def cells(initiative: Initiative) -> list[tuple[str, str, int | None, str]]:
    return [(kpi.name, kpi.role, kpi.fiscal_year, kpi.value) for kpi in initiative.kpis]


KPIS = {
    "beside": (
        "指標\t待ち時間\t現状値（R6）\t15分\t目標値（R11）\t5分",
        [("待ち時間", "baseline", 2024, "15分"), ("待ち時間", "target", 2029, "5分")],
    ),
    "columns": (
        "成果指標\t基準値（令和6年度）\t目標値（令和11年度）\n待ち時間\t15分\t5分\n満足度\t70％\t調整中",
        [
            ("待ち時間", "baseline", 2024, "15分"),
            ("待ち時間", "target", 2029, "5分"),
            ("満足度", "baseline", 2024, "70％"),
        ],
    ),
    "years": (
        "年次計画\tR7\tR8\tR9\n\t検討\t実施\t→\n指標\t待ち時間\n\t10分\t—\t5分",
        [("待ち時間", "target", 2025, "10分"), ("待ち時間", "target", 2027, "5分")],
    ),
    "plan and result": (
        "指標の推移（待ち時間）\tR7\tR8\n目標\t10分\t5分\n実績\t12分\t",
        [
            ("待ち時間", "target", 2025, "10分"),
            ("待ち時間", "target", 2026, "5分"),
            ("待ち時間", "actual", 2025, "12分"),
        ],
    ),
    "brackets": (
        "目指す姿\t便利である。【待ち時間 5分以下（R11年度）、満足度 80％以上】\n"
        "総括評価\t短くなった。 【待ち時間 7分（2025年度）】",
        [
            ("待ち時間", "target", 2029, "5分以下"),
            ("満足度", "target", None, "80％以上"),
            ("待ち時間", "actual", 2025, "7分"),
        ],
    ),
    "years after a bracket": (
        "総括評価\t【受付件数】 令和元年度 窓口120件、郵送30件 令和2年度 窓口100件",
        [("窓口", "actual", 2019, "120件"), ("郵送", "actual", 2019, "30件"), ("窓口", "actual", 2020, "100件")],
    ),
    "aimed at": ("目標\t待ち時間を減らす。満足度80％を目指す。", [("満足度", "target", None, "80％")]),
    "unit in its column": (
        "指標\t単位\t現状値（R6）\t目標値（R11）\n利用者数\t人\t1,200\t2,000",
        [("利用者数", "baseline", 2024, "1,200"), ("利用者数", "target", 2029, "2,000")],
    ),
}


@pytest.mark.parametrize("notation", KPIS)
def test_a_notation_of_indicators(notation: str) -> None:
    body, expected = KPIS[notation]
    assert cells(read(body)) == expected
    if notation == "unit in its column":
        assert {(kpi.number, kpi.unit) for kpi in read(body).kpis} == {(1200, "人"), (2000, "人")}


@pytest.mark.parametrize(
    "body",
    [
        "年次計画\tR7\tR8\tR9\n\t検討\t実施\t→",
        "指標\t※検討のため指標は設定しない",
        "現状\t令和５年度の利用は63.8％、前年度は12件であった。",
        "取組内容1\t要綱を定める。\n本年度の実施内容\t要綱を定めた。【2019年度達成】",
        "目標値\t●●％\n実績値\t—",
    ],
)
def test_what_is_no_value_of_an_indicator(body: str) -> None:
    assert cells(read(body)) == []


def test_a_value_torn_over_cells_is_doubtful() -> None:
    (kpi,) = read("目指す姿\t便利になる。【利用\t用率 10\t0%】").kpis
    assert (kpi.name, kpi.number, kpi.certain) == ("利用率", 100, False)
    assert kpi.reason and "セル" in kpi.reason


PROGRESS = {
    "取組内容1\t要綱を定める。\t進捗状況\t○\t順調": [("取組内容1", "順調", "順調", True)],
    "取組項目1\t要綱の制定\t達成状況\t◎ 達成": [("取組項目1", "達成", "達成", True)],
    "取組内容1\t要綱を定める。 進捗状況 △ 遅延": [("取組内容1", "遅延", "遅延", True)],
    "取組内容1\t要綱を定める。\t進捗状況\t\n\t\t○\t順調": [("取組内容1", "順調", "順調", True)],
    "取組内容1\t要綱を定める。\t進捗状況\t回調": [("取組内容1", "順調", "回調", False)],
    "取組内容1\t要綱を定める。\t進捗状況\t－": [],
    "進捗状況\t計画どおり": [("", "順調", "計画どおり", True)],
    "評価\tＢ（概ね計画どおり）": [("", "概ね順調", "Ｂ（概ね計画どおり）", True)],
}


@pytest.mark.parametrize("body", PROGRESS)
def test_a_notation_of_progress(body: str) -> None:
    found = read(body).progress
    assert [(item.action, item.status, item.printed, item.certain) for item in found] == PROGRESS[body]
    assert all(item.fiscal_year == 2025 for item in found)


def test_marks_mean_what_the_legend_says() -> None:
    rows = "No\t取組名\t担当課\t進捗\n1\t窓口の改善\t総務課\t△\n2\t公用車の削減\t管財課\t×\n"
    legend = "\n※ ◎：達成　○：順調　△：やや遅れ\n"
    statuses = [[p.status for p in i.progress] for i in extract(DOCUMENT, canonical_text(rows + legend))]
    assert statuses == [["やや遅延"], ["その他"]]


def test_departments_of_a_cell() -> None:
    assert department_names("★行革デジタル推進課 関係各課") == ("行革デジタル推進課", "関係各課")
    assert department_names("総務課・契約管財課、議会事務局") == ("総務課", "契約管財課", "議会事務局")
    assert department_names("総務課が中心となって進める。") == ()


@pytest.mark.parametrize(
    ("torn", "known", "mended"),
    [
        (["上", "下水道", "課"], [], ("上下水道課",)),
        (["行政経", "営デジタル", "レ戦略課"], [], ("行政経営デジタル戦略課",)),
        (["行政経営", "営デジタル", ",戦略課"], [], ("行政経営デジタル戦略課",)),
        (["rt.民窓口課"], ["市民窓口課"], ("市民窓口課",)),
        (["収納課 関係各誤"], ["関係各課"], ("収納課", "関係各課")),
        (["企画政策"], ["企画政策課"], ("企画政策課",)),
        (["の概要"], ["総務課"], ()),
    ],
)
def test_torn_departments_are_mended_by_what_the_document_names(
    torn: list[str], known: list[str], mended: tuple[str, ...]
) -> None:
    assert torn_departments(torn, known) == mended
