"""Word documents are read in order: headings, lists, tables, boxes, notes; what is hostile is refused in one line."""

from __future__ import annotations

from pathlib import Path

import pytest
from corpus_files import one_line
from docx import Document
from office_files import OFFICE, lines_found, part, rewritten

from corpus.errors import CorpusError
from corpus.formats.word import read_word
from corpus.formats.word_styles import numeral
from corpus.settings import Settings

OMITAMA = (Settings().documents / "omitama-2026-plan.txt").read_text(encoding="utf-8")
TAB = "\t"
PLAN = f"""\
# 架空市行政改革実施計画

# 第1章 策定の趣旨

人口減少に備え、業務を見直す[1]。
[1] 見直しの手引は別に定める。
目標は六十件である。内部の覚え
連絡先	総務課
電話	00-0000

- 窓口の改善
  - 待ち時間の短縮
- 書類の削減
(1) 現状の把握
(2) 対策の実施
本文の段落。

囲みの中の説明

# 第2章 取組シート

取組名	窓口手続の オンライン化
目標	指標	令和8年度	令和9年度
目標	利用率	50%	60%
備考{TAB}

次は表の中の表。

主管課	総務課
年度別	実績は次のとおり。
年度別	2024年度	3件
年度別	2025年度	5件

枠囲みの一行目
枠囲みの二行目

以上

架空市行政改革推進計画
"""


def document(body: str) -> str:
    """Return the main part of a document: body is WordprocessingML."""
    namespaces = "".join(
        f' xmlns:{prefix}="{name}"'
        for prefix, name in {
            "w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
            "mc": "http://schemas.openxmlformats.org/markup-compatibility/2006",
            "wps": "http://schemas.microsoft.com/office/word/2010/wordprocessingShape",
            "v": "urn:schemas-microsoft-com:vml",
            "m": "http://schemas.openxmlformats.org/officeDocument/2006/math",
        }.items()
    )
    return f'<?xml version="1.0" encoding="UTF-8"?><w:document{namespaces}><w:body>{body}</w:body></w:document>'


def paragraph(inner: str) -> str:
    return f"<w:p>{inner}</w:p>"


def run(text: str) -> str:
    return f"<w:r><w:t>{text}</w:t></w:r>"


def cell(text: str, properties: str = "") -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{paragraph(run(text))}</w:tc>"


def read_body(body: str, folder: Path) -> str:
    made = rewritten(OFFICE / "styles.docx", folder / "made.docx", {"word/document.xml": document(body)})
    return read_word(made).text


def test_a_document_of_libreoffice_is_read_in_order() -> None:
    extracted = read_word(OFFICE / "plan.docx")
    assert extracted.text == PLAN
    assert extracted.pages == ()
    assert extracted.remarks == ("Comments left out: 1.",)


def test_styles_of_word_make_headings_lists_and_merged_cells() -> None:
    assert read_word(OFFICE / "styles.docx").text == (
        "# 架空市行革プラン\n\n# 基本方針\n\n方針の本文。\n- 点検する\n- 直す\n1. 最初に\n2. 次に\n\n## 目標\n\n"
        "柱\t目標\n歳出\t削減\t10件\n歳出\t維持\n\n架空市行革プラン 冊子\n"
    )


@pytest.mark.parametrize("name", ["omitama-lines.docx", "omitama-tables.docx"])
def test_no_line_of_a_real_plan_is_lost(name: str) -> None:
    text = read_word(OFFICE / name).text
    assert lines_found(OMITAMA, text) == 1
    assert text.count("\t") > 200


def test_text_boxes_are_read_once(tmp_path: Path) -> None:
    box = f"<w:txbxContent>{paragraph(run('箱の中'))}</w:txbxContent>"
    drawing = (
        "<w:r><mc:AlternateContent><mc:Choice Requires='wps'><w:drawing><wps:txbx>"
        f"{box}</wps:txbx></w:drawing></mc:Choice><mc:Fallback><w:pict><v:textbox>{box}</v:textbox></w:pict>"
        "</mc:Fallback></mc:AlternateContent></w:r>"
    )
    assert read_body(paragraph(run("前") + drawing + run("後")), tmp_path) == "前後\n\n箱の中\n"
    only_old = f"<w:r><w:pict><v:textbox>{box}</v:textbox></w:pict></w:r>"
    assert read_body(paragraph(only_old), tmp_path) == "箱の中\n"


def test_inline_signs_fields_and_changes(tmp_path: Path) -> None:
    body = paragraph(
        run("一")
        + '<w:r><w:sym w:font="Wingdings" w:char="F0FE"/><w:noBreakHyphen/></w:r>'
        + "<w:r><w:fldChar w:fldCharType='begin'/></w:r><w:r><w:instrText>PAGE</w:instrText></w:r>"
        + f"<w:hyperlink>{run('二')}</w:hyperlink>"
        + f"<w:sdt><w:sdtContent>{run('三')}</w:sdtContent></w:sdt>"
        + "<w:del><w:r><w:delText>消</w:delText></w:r></w:del>"
        + f"<w:moveFrom>{run('元')}</w:moveFrom><w:moveTo>{run('先')}</w:moveTo>"
        + "<m:oMath><m:r><m:t>x=1</m:t></m:r></m:oMath>"
    )
    assert read_body(body, tmp_path) == "一☑-二三先x=1\n"


def test_tabs_that_indent_are_dropped_and_tabs_between_words_kept(tmp_path: Path) -> None:
    tab = "<w:r><w:tab/></w:r>"
    body = paragraph(tab + run("字下げ")) + paragraph(run("課名") + tab + run("総務課"))
    assert read_body(body, tmp_path) == "字下げ\n課名\t総務課\n"


def test_rows_shifted_deleted_and_wrapped(tmp_path: Path) -> None:
    body = (
        "<w:tbl>"
        f"<w:tr>{cell('柱')}{cell('四月')}{cell('五月')}</w:tr>"
        f"<w:tr><w:trPr><w:gridBefore w:val='1'/></w:trPr>{cell('甲')}{cell('乙')}</w:tr>"
        f"<w:tr><w:trPr><w:del/></w:trPr>{cell('消')}{cell('消')}{cell('消')}</w:tr>"
        f"<w:sdt><w:sdtContent><w:tr>{cell('丙')}{cell('')}{cell('丁')}</w:tr></w:sdtContent></w:sdt>"
        "</w:tbl>"
    )
    assert read_body(body, tmp_path) == "柱\t四月\t五月\n\t甲\t乙\n丙\t\t丁\n"


def test_a_cell_merged_over_rows_does_not_make_blank_rows(tmp_path: Path) -> None:
    start, on = "<w:vMerge w:val='restart'/>", "<w:vMerge/>"
    body = (
        f"<w:tbl><w:tr>{cell('取組', start)}{cell('窓口', start)}</w:tr><w:tr>{cell('', on)}{cell('', on)}</w:tr>"
        f"<w:tr>{cell('', on)}{cell('書類')}</w:tr></w:tbl>"
    )
    assert read_body(body, tmp_path) == "取組\t窓口\n取組\t書類\n"


def test_word_opens_what_python_docx_writes_today(tmp_path: Path) -> None:
    made = Document()
    made.add_paragraph("令和8年4月\n改行のあと")
    made.save(str(tmp_path / "new.docx"))
    assert read_word(tmp_path / "new.docx").text == "令和8年4月\n改行のあと\n"


@pytest.mark.parametrize(
    ("form", "number", "shown"),
    [
        ("decimalFullWidth", 12, "１２"),
        ("japaneseCounting", 21, "二十一"),
        ("decimalEnclosedCircle", 3, "③"),
        ("aiueoFullWidth", 2, "イ"),
        ("upperRoman", 4, "IV"),
        ("lowerLetter", 2, "b"),
        ("hex", 2, None),
    ],
)
def test_numbers_of_lists(form: str, number: int, shown: str | None) -> None:
    assert numeral(form, number) == shown


# Hostile and damaged files


def test_entities_are_refused(tmp_path: Path) -> None:
    text = part(OFFICE / "plan.docx", "word/document.xml")
    bomb = '<!DOCTYPE w:document [<!ENTITY a "あ"><!ENTITY b "&a;&a;&a;&a;">]>'
    for prefix in (bomb, "<!--" + "x" * 70_000 + "-->" + bomb, '<!DOCTYPE w:document SYSTEM "file:///etc/hostname">'):
        head, _, rest = text.partition("?>")
        made = rewritten(OFFICE / "plan.docx", tmp_path / "bomb.docx", {"word/document.xml": f"{head}?>{prefix}{rest}"})
        with pytest.raises(CorpusError) as error:
            read_word(made)
        assert "entities" in one_line(error)


def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    bomb = rewritten(OFFICE / "plan.docx", tmp_path / "bomb.docx", {"word/media/image1.bmp": b"\0" * 20_000_000})
    assert bomb.stat().st_size < 100_000
    with pytest.raises(CorpusError) as error:
        read_word(bomb)
    assert "ZIP bomb" in one_line(error)
    parts: dict[str, str | bytes | None] = {f"word/{number}.xml": b"" for number in range(10_001)}
    with pytest.raises(CorpusError) as error:
        read_word(rewritten(OFFICE / "plan.docx", tmp_path / "many.docx", parts))
    assert "parts" in one_line(error)


@pytest.mark.parametrize("length", [0, 3, 100, 5_000, 10_000])
def test_truncated_files(length: int, tmp_path: Path) -> None:
    short = tmp_path / "短い.docx"
    short.write_bytes((OFFICE / "plan.docx").read_bytes()[:length])
    with pytest.raises(CorpusError) as error:
        read_word(short)
    assert one_line(error).startswith("短い.docx: ")


def test_every_damaged_byte_gives_a_text_or_a_clear_error(tmp_path: Path) -> None:
    data = (OFFICE / "plan.docx").read_bytes()
    damaged = tmp_path / "damaged.docx"
    for at in range(0, len(data), 97):
        damaged.write_bytes(data[:at] + bytes([data[at] ^ 0x55]) + data[at + 1 :])
        try:
            assert read_word(damaged).text
        except CorpusError as error:
            assert len(str(error).splitlines()) == 1


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "old Office file"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"), "password"),
        ("改革".encode(), "not a .docx"),
        (OFFICE / "plan.xlsx", "not a Word document"),
    ],
)
def test_other_files_by_the_name_of_a_document(data: bytes | Path, reason: str, tmp_path: Path) -> None:
    other = tmp_path / "other.docx"
    other.write_bytes(data if isinstance(data, bytes) else data.read_bytes())
    with pytest.raises(CorpusError) as error:
        read_word(other)
    assert reason in one_line(error)


def test_missing_parts_and_missing_words(tmp_path: Path) -> None:
    with pytest.raises(CorpusError) as error:
        read_word(rewritten(OFFICE / "plan.docx", tmp_path / "none.docx", {"word/document.xml": None}))
    assert "word/document.xml is missing" in one_line(error)
    with pytest.raises(CorpusError) as error:
        read_body(paragraph(""), tmp_path)
    assert "no words" in one_line(error)
    fewer: dict[str, str | bytes | None] = dict.fromkeys(("word/styles.xml", "word/numbering.xml", "word/comments.xml"))
    assert "窓口の改善" in read_word(rewritten(OFFICE / "plan.docx", tmp_path / "few.docx", fewer)).text


def test_a_note_that_cites_itself_ends(tmp_path: Path) -> None:
    notes = part(OFFICE / "plan.docx", "word/footnotes.xml").replace(
        "<w:footnoteRef/>", '<w:footnoteReference w:id="2"/>'
    )
    assert "footnoteReference" in notes
    made = rewritten(OFFICE / "plan.docx", tmp_path / "note.docx", {"word/footnotes.xml": notes})
    assert read_word(made).text == PLAN


def test_tables_nested_deeply_end_in_a_text_or_a_clear_error(tmp_path: Path) -> None:
    for depth in (5, 60, 400):
        inner = "<w:tbl><w:tr><w:tc>" * depth + paragraph(run("底")) + "</w:tc></w:tr></w:tbl>" * depth
        try:
            assert read_body(inner, tmp_path) == "底\n"
        except CorpusError as error:
            assert depth == 400
            assert len(str(error).splitlines()) == 1
