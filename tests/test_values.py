"""Printed values are read as number and unit; what is no value is none, and a doubtful one says so."""

from __future__ import annotations

import pytest

from corpus.values import cell_values, find_values, is_blank, unit_in_name

CELLS: list[tuple[str, str, float | None, str | None, int | None]] = [
    ("4,031,724,014円", "4,031,724,014円", 4_031_724_014, "円", None),
    ("11億9,038万円", "11億9,038万円", 1_190_380_000, "円", None),
    ("23億1千万円(2024年度)", "23億1千万円", 2_310_000_000, "円", 2024),
    ("40 億円(2027 年度)", "40 億円", 40, "億円", 2027),
    ("200,000千円", "200,000千円", 200_000, "千円", None),
    ("16.5万㎡", "16.5万㎡", 16.5, "万㎡", None),
    ("１２．５％", "１２．５％", 12.5, "%", None),
    ("-5.76%", "-5.76%", -5.76, "%", None),
    ("▲133千円", "▲133千円", -133, "千円", None),
    ("12.58%未満", "12.58%未満", 12.58, "%", None),
    ("約6.3%減(2024年度)", "約6.3%減", 6.3, "%", 2024),
    ("基準値より10%増", "基準値より10%増", 10, "%", None),
    ("月1回", "月1回", 1, "回", None),
    ("平均2人", "平均2人", 2, "人", None),
    ("20回/年", "20回/年", 20, "回/年", None),
    ("10", "10", 10, None, None),
    ("457 指標", "457 指標", 457, "指標", None),
    ("窓口満足度 80%", "80%", 80, "%", None),
    ("令和6年度：80%", "80%", 80, "%", 2024),
    ("4回~6回", "4回~6回", None, "回", None),
    ("基準値より 増", "基準値より 増", None, None, None),
    ("指標数値管理継続", "指標数値管理継続", None, None, None),
]


@pytest.mark.parametrize(("cell", "printed", "number", "unit", "year"), CELLS, ids=[row[0] for row in CELLS])
def test_the_value_of_a_cell(cell: str, printed: str, number: float | None, unit: str | None, year: int | None) -> None:
    (value,) = cell_values(cell)
    assert cell[slice(*value.span)] == printed
    assert (value.number, value.unit, value.year, value.reason) == (number, unit, year, None)


def test_a_second_figure_in_brackets_and_figures_with_years_are_values_of_their_own() -> None:
    cell = "39,757時間 (94,603,965円)"
    assert [(cell[slice(*value.span)], value.number) for value in cell_values(cell)] == [
        ("39,757時間", 39_757),
        ("94,603,965円", 94_603_965),
    ]
    assert [(value.year, value.number) for value in cell_values("R6 80% R7 85%")] == [(2024, 80), (2025, 85)]


@pytest.mark.parametrize(
    "cell",
    ["", "—", "→", "●●%", "○○件", "調整中", "集計中", "未定", "N/A", "／", "※検討事業のため指標は設定しない"],
)
def test_what_is_no_value(cell: str) -> None:
    assert is_blank(cell)
    assert cell_values(cell) == []


@pytest.mark.parametrize("cell", ["令和7年度", "R7", "2025年度～2029年度", "職員の意識を改める。また、研修を行う。"])
def test_years_and_sentences_are_no_values(cell: str) -> None:
    assert cell_values(cell) == []


def test_dates_years_and_circled_numbers_are_passed_over() -> None:
    text = "令和元年4月1日付け採用 ①一般事務職19人、②保育士8人（2020年度は15人）"
    assert [text[slice(*value.span)] for value in find_values(text)] == ["19人", "8人", "15人"]


@pytest.mark.parametrize("printed", ["9.8.3%以上", "2,6, 245千円", "8.8.29%"])
def test_a_figure_that_is_not_well_formed_has_no_number_and_says_why(printed: str) -> None:
    (value,) = find_values(printed)
    assert value.number is None
    assert value.reason and "読み取り誤り" in value.reason


def test_blanks_within_a_figure_are_passed_over() -> None:
    text = "売却額 19, 987千円、活用割合 64. 5%"
    assert [value.number for value in find_values(text)] == [19_987, 64.5]


def test_the_unit_at_the_end_of_a_name() -> None:
    assert unit_in_name("友だち登録者数（人）") == "人"
    assert unit_in_name("事業費（単位：千円）") == "千円"
    assert unit_in_name("時間外勤務総時間 (時間外勤務手当)") is None
