"""Workbooks are read as Excel shows them; huge, damaged and hostile ones end in one clear line."""

from __future__ import annotations

from pathlib import Path

import pytest
from corpus_files import one_line
from office_files import OFFICE, lines_found, part, rewritten
from openpyxl import Workbook

import corpus.formats.grid
from corpus.errors import CorpusError
from corpus.formats.excel import read_excel
from corpus.formats.number_format import shown, shown_text
from corpus.settings import Settings

OMITAMA = (Settings().documents / "omitama-2026-plan.txt").read_text(encoding="utf-8")
PLAN = OFFICE / "plan.xlsx"
SHEET = "xl/worksheets/sheet1.xml"
STRINGS = "xl/sharedStrings.xml"


def saved(rows: list[list[object]], path: Path, merged: tuple[str, ...] = ()) -> Path:
    book = Workbook()
    assert book.active is not None
    book.active.title = "表"
    for row in rows:
        book.active.append(row)
    for place in merged:
        book.active.merge_cells(place)
    book.save(path)
    return path


def test_a_workbook_of_libreoffice() -> None:
    extracted = read_excel(OFFICE / "plan.xlsx")
    assert extracted.text == (
        "# 取組一覧\n\n架空市行政改革 取組一覧\n\n柱\t取組\t達成率\t効果額\t完了日\n"
        "窓口\t手続の オンライン化\t50.0%\t1,234,567円\t2026年4月1日\n"
        "窓口\t書かない窓口\t33.3%\t0円\n計\t\t\t1,234,567円\n"
        "※効果額は見込み\n\n# 作業用\n\n担当の覚え\n"
    )
    assert extracted.pages == ()
    assert extracted.remarks == ("Hidden sheets were read too: 作業用.", "Notes on cells left out: 1.")


def test_values_read_as_they_are_shown() -> None:
    extracted = read_excel(OFFICE / "formats.xlsx")
    assert extracted.text == (
        "# 書式\n\n区分\t値\n割合\t50%\t隠れた列\n割合一桁\t12.5%\n件数\t1,234件\n金額\t▲ 1,234,567円\n千円\t1,235\n"
        "年度\t2026年度\n日付\t2026年4月1日\n和暦\t2026年4月1日\n月\t2026年4月\n時刻\t2026年4月1日 9:30\n整数\t12\n"
        "小数\t0.3\n真偽\tTRUE\n文字の数\t001\n誤り\t#DIV/0!\n計\n\n"
        "# 方眼紙\n\n取組シート\n\n取組名\t窓口の 改善\n主管課\t総務課\n\n注記\n"
    )
    assert [remark.split(";")[0] for remark in extracted.remarks] == [
        "Hidden rows and columns were read too: 1 and 1.",
        "Formulas without a stored value, left out: 1",
        "Notes on cells left out: 1.",
    ]


def test_no_line_of_a_real_plan_is_lost() -> None:
    assert lines_found(OMITAMA, read_excel(OFFICE / "omitama-text.xlsx").text) == 1
    # Here LibreOffice took 12-1 for a date and (1) for a negative number when it imported the text.
    assert lines_found(OMITAMA, read_excel(OFFICE / "omitama-guessed.xlsx").text) > 0.98


@pytest.mark.parametrize(
    ("value", "number_format", "text"),
    [
        (-1234, '#,##0;"▲ "#,##0', "▲ 1,234"),
        (0, '#,##0;-#,##0;"-"', "-"),
        (0, "#,##0;-#,##0;", ""),
        (-0.031, '0.0%;"△"0.0%', "△3.1%"),
        (1234567, '_ * #,##0_ ;_ * -#,##0_ ;_ * "-"_ ;_ @_ ', "1,234,567"),
        (1500, "[$¥-411]#,##0", "¥1,500"),
        (3100001, "000\\-0000", "310-0001"),
        (12, '[>=10]0"件以上";0"件"', "12件以上"),
        (5, 'General"件"', "5件"),
        (2.5, "0", "3"),
        (-0.4, "0", "0"),
        (12345.678, "0.00E+00", "1.23E+04"),
        (0.5, "# ?/?", "0.5"),
        (1 / 3, "General", "0.333333333"),
        (1234567890123, "General", "1234567890123"),
        (1e300, "0.00", "1" + "0" * 300 + ".00"),
        (46113, 'ggge"年度"', "2026年度"),
        (46113, "m/d;@", "4月1日"),
        (46113, "d-mmm-yy", "2026年4月1日"),
        (46113.0625, "yyyy/m/d h:mm", "2026年4月1日 1:30"),
        (0.6, "h:mm", "14:24"),
        (1.1, "[h]:mm", "26:24"),
        (59, "yyyy/m/d", "1900年2月28日"),
        (-5, "yyyy/m/d", "-5"),
        (9e9, "yyyy/m/d", "9000000000"),
        (5, '"' * 301, ""),
        (5, ";" * 1000, ""),
    ],
)
def test_number_formats(value: float, number_format: str, text: str) -> None:
    assert shown(value, number_format) == text


def test_formats_add_to_texts_too() -> None:
    assert shown_text("佐藤", '@"様"') == "佐藤様"
    assert shown_text("=cmd|' /C calc'!A0", "0.0") == "=cmd|' /C calc'!A0"
    assert shown(44651, "yyyy/m/d", from_1904=True) == "2026年4月1日"


def test_formulas_are_text_never_run(tmp_path: Path) -> None:
    strings = part(PLAN, STRINGS).replace("書かない窓口", "=cmd|' /C calc'!A0")
    made = rewritten(PLAN, tmp_path / "cmd.xlsx", {STRINGS: strings})
    assert "\n窓口\t=cmd|' /C calc'!A0\t33.3%" in read_excel(made).text
    with pytest.raises(CorpusError) as error:
        read_excel(saved([["=1+1"]], tmp_path / "only.xlsx"))
    assert "save it again" in one_line(error)


def test_blocks_titles_and_notes(tmp_path: Path) -> None:
    rows: list[list[object]] = [
        [None, None, None],
        [None, "題", None, None],
        [None, None, None, "単位：件"],
        [None, "柱", "年度", "値"],
        [None, "窓口", None, 3],
        [None, "小計"],
        [None, None, None, 5],
        [None, "※注"],
        [],
        [None, "次の表", "値"],
    ]
    assert read_excel(saved(rows, tmp_path / "a.xlsx")).text == (
        "# 表\n\n題\n単位：件\n柱\t年度\t値\n窓口\t\t3\n小計\t\n\t\t5\n※注\n\n次の表\t値\n"
    )


def test_merged_cells(tmp_path: Path) -> None:
    rows: list[list[object]] = [["柱", "目標"], [None, "R8", "R9"], ["窓口", 1, 2], [None], [None, 3, 4]]
    made = saved(rows, tmp_path / "merged.xlsx", ("A1:A2", "B1:C1", "A3:A5"))
    assert read_excel(made).text == "# 表\n\n柱\t目標\n柱\tR8\tR9\n窓口\t1\t2\n窓口\t3\t4\n"


def test_furigana_and_line_breaks_stay_out_of_a_cell(tmp_path: Path) -> None:
    runs = "<r><t>達成</t></r><r><t>率</t></r><rPh sb='0' eb='2'><t>タッセイ</t></rPh>"
    strings = part(PLAN, STRINGS).replace('<t xml:space="preserve">達成率</t>', runs)
    made = rewritten(PLAN, tmp_path / "a.xlsx", {STRINGS: strings.replace("効果額", "効果_x000D_\n額\t(円)")})
    assert "\n柱\t取組\t達成率\t効果 額 (円)\t" in read_excel(made).text


def test_text_boxes_over_a_sheet_are_read(tmp_path: Path) -> None:
    drawing = (
        '<xdr:wsDr xmlns:xdr="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing" '
        'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><xdr:twoCellAnchor><xdr:sp><xdr:txBody>'
        "<a:p><a:r><a:t>図の</a:t></a:r><a:r><a:t>説明</a:t></a:r></a:p></xdr:txBody></xdr:sp></xdr:twoCellAnchor></xdr:wsDr>"
    )
    relations = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        '<Relationship Id="rId9" Target="../drawings/d.xml" '
        'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/drawing"/></Relationships>'
    )
    parts: dict[str, str | bytes | None] = {
        "xl/worksheets/_rels/sheet1.xml.rels": relations,
        "xl/drawings/d.xml": drawing,
    }
    made = rewritten(saved([["値"]], tmp_path / "a.xlsx"), tmp_path / "b.xlsx", parts)
    assert read_excel(made).text == "# 表\n\n値\n\n図の説明\n"


# Huge, damaged and hostile files


def test_a_sheet_formatted_or_merged_to_its_end_is_small(tmp_path: Path) -> None:
    made = saved([["項目", "値"]], tmp_path / "a.xlsx")
    rows = "".join(f'<row r="{row}"><c r="A{row}" s="0"/><c r="C{row}" s="0"/></row>' for row in range(2, 50_000))
    last = '<row r="1048576"><c r="XFD1048576" s="0"/></row>'
    merged = '<mergeCells><mergeCell ref="A1:A1048576"/><mergeCell ref="C1:XFD1048576"/></mergeCells>'
    text = part(made, SHEET).replace("</sheetData>", f"{rows}{last}</sheetData>{merged}")
    assert read_excel(rewritten(made, tmp_path / "b.xlsx", {SHEET: text})).text == "# 表\n\n項目\t値\n"


def test_limits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = saved([["項目", "値", "年度"]] * 40, tmp_path / "a.xlsx", ("A1:A40",))
    for module, name, limit in (
        ("workbook", "MAX_CELLS", 50),
        ("grid", "MAX_CELLS", 100),
        ("grid", "MAX_CHARACTERS", 90),
        ("archive", "MAX_CHARACTERS", 90),
        ("archive", "MAX_UNPACKED_BYTES", 900),
        ("archive", "MAX_PART_BYTES", 90),
    ):
        with monkeypatch.context() as patch:
            patch.setattr(f"corpus.formats.{module}.{name}", limit)
            with pytest.raises(CorpusError) as error:
                read_excel(made)
            assert "split the file" in one_line(error)
    assert read_excel(made).text.count("\n") == 42
    assert corpus.formats.grid.MAX_CELLS == 2_000_000


def test_entities_are_refused_in_every_part(tmp_path: Path) -> None:
    made = PLAN
    for name in ("xl/workbook.xml", SHEET, STRINGS, "xl/styles.xml", "xl/_rels/workbook.xml.rels"):
        text = part(made, name)
        head, mark, rest = text.partition("?>") if text.startswith("<?xml") else ("", "", text)
        for prefix in ("", "<!--" + "x" * 70_000 + "-->"):
            bomb = f'{head}{mark}{prefix}<!DOCTYPE x [<!ENTITY a "あ"><!ENTITY b "&a;&a;">]>{rest}'
            with pytest.raises(CorpusError) as error:
                read_excel(rewritten(made, tmp_path / "b.xlsx", {name: bomb}))
            assert "entities" in one_line(error)


def test_a_document_or_a_binary_workbook_by_the_name_of_a_workbook(tmp_path: Path) -> None:
    other = tmp_path / "other.xlsx"
    other.write_bytes((OFFICE / "plan.docx").read_bytes())
    with pytest.raises(CorpusError) as error:
        read_excel(other)
    assert "not an Excel workbook" in one_line(error)


def test_every_damaged_byte_gives_a_text_or_a_clear_error(tmp_path: Path) -> None:
    data = (OFFICE / "plan.xlsx").read_bytes()
    damaged = tmp_path / "damaged.xlsx"
    for at in range(0, len(data), 61):
        damaged.write_bytes(data[:at] + bytes([data[at] ^ 0x55]) + data[at + 1 :])
        try:
            assert read_excel(damaged).text
        except CorpusError as error:
            assert len(str(error).splitlines()) == 1


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        (SHEET, 't="s"><v>0<', 't="s"><v>99<'),
        (SHEET, 't="s"><v>0<', 't="s"><v>x<'),
        (SHEET, "</sheetData>", ""),
        (STRINGS, "</sst>", ""),
    ],
)
def test_broken_parts_are_named(name: str, old: str, new: str, tmp_path: Path) -> None:
    text = part(PLAN, name)
    assert old in text
    with pytest.raises(CorpusError) as error:
        read_excel(rewritten(PLAN, tmp_path / "b.xlsx", {name: text.replace(old, new)}))
    assert "damaged" in one_line(error)
