"""Web pages are read as a browser shows them, and Markdown with its tables as rows."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from corpus_files import one_line
from office_files import FILES

from corpus.errors import CorpusError
from corpus.formats.html import read_html
from corpus.formats.markdown import read_markdown

PAGE = FILES / "sources" / "page.html"


def read(data: str | bytes, folder: Path) -> str:
    path = folder / "page.html"
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return read_html(path).text


def test_a_page() -> None:
    assert read_html(PAGE).text == (
        "行政改革の取組｜架空市\n\n- ホーム\n- 市政\n\n# 行政改革の 取組\n\n"
        "市は業務を見直し、人口減少に備えます。目標は AI & RPA です。\n第二行\n\n"
        "## 進め方\n\n1. 現状の把握\n2. 対策\n  - 窓口\n  - 書類\n\n- 点検する\n  毎年度\n\n### 年度別の目標\n\n"
        "単位：件\n\n取組\t目標\n取組\t令和8年度\t\t令和9年度\n窓口\t10 以上\t\t20\n窓口\t前年比増\n"
        "書類\t紙\t5\t30\n書類\t電子\t7\t30\n\nお問い合わせ\n\n総務課\n\n整形済み\n  字下げ\n\n最後の\n段落\n"
    )


def test_nothing_unseen_is_read() -> None:
    text = read_html(PAGE).text
    for word in ("書いてはいけない", "見えない覚え", "隠した文", "スクリプトを有効に", "ぎょうむ", "color"):
        assert word not in text


# A page in one Japanese encoding that declares another is left to browsers too, which believe it.
@pytest.mark.parametrize(
    ("encoding", "declared"),
    [
        *((encoding, "") for encoding in ("utf-8", "utf-8-sig", "utf-16", "cp932", "euc_jp", "iso2022_jp")),
        *((encoding, "utf-8") for encoding in ("utf-8-sig", "utf-16", "cp932", "euc_jp", "iso2022_jp")),
        *((encoding, "Shift_JIS") for encoding in ("utf-8", "utf-8-sig", "utf-16", "cp932", "iso2022_jp")),
        *((encoding, "EUC-JP") for encoding in ("utf-8", "utf-16", "euc_jp")),
        *((encoding, "x-unknown") for encoding in ("utf-8", "cp932", "euc_jp")),
        *((encoding, "iso-8859-1") for encoding in ("utf-8", "cp932", "euc_jp")),
    ],
)
def test_encodings_whatever_a_page_declares(encoding: str, declared: str, tmp_path: Path) -> None:
    page = PAGE.read_text(encoding="utf-8").replace('charset="utf-8"', f'charset="{declared}"' if declared else "")
    assert read(page.encode(encoding, "replace"), tmp_path).count("行政改革") == 2


def test_a_page_declared_in_shift_jis_may_use_its_wider_signs(tmp_path: Path) -> None:
    page = '<meta http-equiv="Content-Type" content="text/html; charset=Shift_JIS"><p>①㈱髙橋'
    assert read(page.encode("cp932"), tmp_path) == "①㈱髙橋\n"


def test_spans_beyond_the_table(tmp_path: Path) -> None:
    page = "<table><tr><td rowspan=99999 colspan=99999>a<td>b<tr><td>c<tr><td rowspan=0>d<td colspan=x>e</table>"
    assert read(page, tmp_path) == "a\tb\na\tc\na\td\te\n"


def test_a_table_that_sets_the_page_is_text(tmp_path: Path) -> None:
    page = "<table><tr><td><ul><li>案内</ul><td><h2>取組</h2><p>本文</p><table><tr><td>柱<td>値</table></table>"
    assert read(page, tmp_path) == "- 案内\n\n## 取組\n\n本文\n\n柱\t値\n"
    assert read("<table><tr><td>一つ</table>", tmp_path) == "一つ\n"


def test_text_in_the_wrong_place_is_not_lost(tmp_path: Path) -> None:
    page = "<ul>外<li>中</ul><table>表外<tr>行外<td>甲<td>乙</table><dl><dt>語<dd>意味</dl></p>末<foo>知らない"
    text = read(page, tmp_path)
    for word in ("外", "中", "表外", "行外", "甲\t乙", "語\n意味", "末", "知らない"):
        assert word in text


def test_a_line_break_between_japanese_characters_is_no_blank(tmp_path: Path) -> None:
    assert read("<p>行政\n 改革と\nAI and\nRPA\n</p>", tmp_path) == "行政改革と AI and RPA\n"


def test_entities_scripts_and_addresses_are_only_text(tmp_path: Path) -> None:
    page = (
        '<!DOCTYPE html [<!ENTITY a "x"><!ENTITY b "&a;&a;">]><p>&b;&lt;script&gt;</p><img src="http://x.invalid/a.png">'
        '<link rel="stylesheet" href="http://x.invalid/a.css"><iframe src="file:///etc/passwd">内</iframe>'
        "<script>alert(1)</script><p onclick=alert(1)>本文"
    )
    text = read(page, tmp_path)
    assert "<script>" in text
    assert "本文" in text
    assert "alert" not in text and "root:" not in text


def test_deep_and_long_pages_end_soon(tmp_path: Path) -> None:
    started = time.monotonic()
    assert read("<div>" * 20_000 + "深い" + "</div>" * 20_000 + "<script>消</script>", tmp_path) == "深い\n"
    assert read("<table border=1><tr><td>a<td>" * 300 + "深い", tmp_path).endswith("深い\n")
    assert read("<td>" * 20_000 + "x", tmp_path).strip() == "x"
    rows = "<tr><td>あ<td>い<td rowspan=3 colspan=1000>う</tr>" * 3_000
    assert read(f"<table>{rows}</table>", tmp_path).count("\n") == 3_000
    assert time.monotonic() - started < 20


def test_what_is_no_page_is_refused_in_one_line(tmp_path: Path) -> None:
    for data in (b"", b"<p> </p>", b"<script>alert(1)</script>", b"\x00\x01\x02<html>"):
        with pytest.raises(CorpusError) as error:
            read(data, tmp_path)
        assert "page.html: " in one_line(error)


# Markdown


def markdown(text: str, folder: Path) -> str:
    path = folder / "plan.md"
    path.write_text(text, encoding="utf-8")
    return read_markdown(path).text


def test_tables_of_markdown_become_rows(tmp_path: Path) -> None:
    text = (
        "# 計画\n\n| 柱 | 目標 |\n|:---|---:|\n| 窓口 | 50% |\n| a \\| b | |\n\n- 項目 | 値\n\n"
        "柱 | 値\n--- | ---\n甲 | 1\n"
    )
    assert markdown(text, tmp_path) == "# 計画\n\n柱\t目標\n窓口\t50%\na | b\t\n\n- 項目 | 値\n\n柱\t値\n甲\t1\n"


def test_what_only_looks_like_a_table_stays(tmp_path: Path) -> None:
    text = "```\n| a | b |\n|---|---|\n| c | d |\n```\n\n見出し\n---\n\n| 一人の行 |\n\n| a | b |\n|---|\n"
    assert markdown(text, tmp_path) == text
    assert markdown("本文だけ\n  字下げ\n\n\n末", tmp_path) == "本文だけ\n  字下げ\n\n\n末"


def test_markdown_in_shift_jis_and_without_words(tmp_path: Path) -> None:
    path = tmp_path / "plan.md"
    path.write_bytes("| 柱 | 値 |\n|--|--|\n| 窓口の改善 | 1 |\n".encode("cp932"))
    assert read_markdown(path).text == "柱\t値\n窓口の改善\t1\n"
    path.write_bytes(b"---\n")
    with pytest.raises(CorpusError) as error:
        read_markdown(path)
    assert "no words" in one_line(error)


@pytest.mark.parametrize("text", ["|-" * 30_000, "| a " * 30_000 + "\n" + "|-" * 30_000 + "x", "|" * 100_000 + "a"])
def test_rules_of_tables_take_no_time(text: str, tmp_path: Path) -> None:
    started = time.monotonic()
    assert markdown(f"あ\n{text}\n{text}\n", tmp_path)
    assert time.monotonic() - started < 5
