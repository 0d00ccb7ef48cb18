"""PDF files become text as the bundled texts are: paragraphs, rows, headings, each on its page."""

from __future__ import annotations

import os
import time
import unicodedata
import zlib
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from itertools import pairwise
from pathlib import Path

import pytest
from corpus_files import one_line
from PIL import Image

import corpus.formats.pdf
from corpus.errors import CorpusError
from corpus.formats.page_image import page_image
from corpus.formats.pdf import is_garbled, read_pdf
from corpus.model import Extracted
from corpus.settings import Settings

FILES = Path(__file__).parent / "files" / "pdf"
BODY = (
    "本市では、平成18年3月に「行財政改革大綱」を策定し、行財政改革に取り組んだ結果、行政経営システムの確立、"
    "人事評価制度の確立、定員適正化の実現等の成果を上げました。"
)
MORE = (
    "しかし、人口減少や少子・高齢化の進行、高度化・多様化する公共サービスへの需要など、本市を取り巻く環境は"
    "大きく変化しており、それを踏まえた対応が不可欠となっています。"
)
LAST = "このため、AI（人工知能）などの技術革新や働き方改革の実践など、多様な行財政改革が求められています。"


def read(name: str) -> Extracted:
    return read_pdf(FILES / f"{name}.pdf")


def lines(name: str) -> list[str]:
    return read(name).text.split("\n")


def plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())


def problem(path: Path) -> str:
    with pytest.raises(CorpusError) as error:
        read_pdf(path)
    assert str(error.value).startswith(path.name)
    return one_line(error)


def pdf_of(*contents: bytes, box: str = "0 0 595 842", kids: str | None = None, more: tuple[bytes, ...] = ()) -> bytes:
    """A PDF with a page for each stream of drawing, in Helvetica. more: further objects, from number 100 on."""
    objects = {1: b"<</Type/Catalog/Pages 2 0 R>>", 3: b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"}
    pages = []
    for index, content in enumerate(contents):
        page, stream = 10 + 2 * index, 11 + 2 * index
        packed = zlib.compress(content)
        objects[stream] = b"<</Length %d/Filter/FlateDecode>>stream\n%s\nendstream" % (len(packed), packed)
        resources = b"<</Font<</F 3 0 R>>/XObject<</X 100 0 R>>>>" if more else b"<</Font<</F 3 0 R>>>>"
        objects[page] = b"<</Type/Page/Parent 2 0 R/MediaBox[%s]/Resources%s/Contents %d 0 R>>" % (
            box.encode(),
            resources,
            stream,
        )
        pages.append(f"{page} 0 R")
    objects[2] = f"<</Type/Pages/Count {len(pages)}/Kids[{kids or ' '.join(pages)}]>>".encode()
    objects |= {100 + index: content for index, content in enumerate(more)}
    file = BytesIO(b"%PDF-1.7\n")
    file.seek(0, os.SEEK_END)
    places = {}
    for number, content in sorted(objects.items()):
        places[number] = file.tell()
        file.write(b"%d 0 obj%s\nendobj\n" % (number, content))
    table = file.tell()
    file.write(b"xref\n0 1\n0000000000 65535 f \n")
    for number, place in places.items():
        file.write(b"%d 1\n%010d 00000 n \n" % (number, place))
    file.write(b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (max(objects) + 1, table))
    return file.getvalue()


# Text and pages


def test_a_text_with_tabs_printed_to_pdf_reads_back_line_by_line() -> None:
    report = (Settings().documents / "tsukubamirai-2024-report.txt").read_text(encoding="utf-8").splitlines()[:62]
    plan = (Settings().documents / "yuki-2021-plan.txt").read_text(encoding="utf-8").splitlines()[40:90]
    text = read("plan-text").text
    source = [line for line in report + plan if plain(line)]
    found = {plain(line) for line in text.split("\n")}
    assert all(plain(line) in plain(text) for line in source)
    assert sum(plain(line) in found for line in source) > 0.85 * len(source)
    assert (
        "取組内容 2\t人材育成基本方針に基づき、職員の能力向上のための職員研修を拡充する。\t進捗状況\t-\t未着手" in text
    )


def test_a_row_that_the_margin_broke_is_one_line_with_its_cells() -> None:
    [row] = [line for line in lines("plan-text") if line.startswith("2024年度の 実施内容\t2024年度は、")]
    assert row.count("\t") == 3
    assert row.endswith("促した。\t後期高齢者医\t療広域連合に")


def test_every_page_has_its_place() -> None:
    extracted = read("plan-text")
    assert len(extracted.pages) == 4
    assert extracted.pages[0] == 0
    assert all(before < after for before, after in pairwise(extracted.pages))
    mixed = read("turned")
    assert mixed.text[mixed.pages[1] :].startswith("# 横長のページ")
    assert mixed.text[mixed.pages[2] :].startswith("# 影のある見出し")


def test_a_page_without_anything_has_its_place_too(tmp_path: Path) -> None:
    path = tmp_path / "blank.pdf"
    words = b"BT /F 12 Tf 72 700 Td (administrative reform) Tj ET"
    path.write_bytes(pdf_of(b"", words, b""))
    extracted = read_pdf(path)
    assert extracted.text == "administrative reform"
    assert extracted.pages == (0, 0, 21)


def test_headings_are_ranked_by_size_and_paragraphs_are_one_line() -> None:
    found = lines("word-table")
    assert found[0] == "# 行政改革プラン"
    assert "## 第1章 総論" in found
    assert "## 第2章 各論" in found
    assert BODY + MORE in found
    assert "・" + LAST in found


# Tables


def test_merged_cells_over_rows_repeat_and_over_columns_stand_once() -> None:
    found = lines("web-table")
    start = found.index("実施項目\t主管課\t取組期間\t\t")
    assert found[start : start + 5] == [
        "実施項目\t主管課\t取組期間\t\t",
        "実施項目\t主管課\t2024\t2025\t2026",
        "人材の育成\t総務課\t検討\t実施\t実施",
        "定員の管理\t総務課\t実施\t継続\t",
        f"指標\t{MORE} ・外部研修 ・内部研修\t\t\t",
    ]
    assert found[start - 1] == "" and found[start + 5] == ""


def test_a_table_without_sides_and_a_work_sheet() -> None:
    found = lines("web-table")
    assert found[found.index("指標\t基準値") + 1] == "受講率\t50%"
    assert lines("sheet") == [
        "項目番号\t実施項目\t主管課\t指標",
        "1-(1)\t人材の育成\t総務課\t50",
        "1-(2)\t定員管理\t総務課\t0.5",
    ]


def test_a_row_that_goes_on_over_the_page_is_one_row() -> None:
    extracted = read("word-table")
    assert len(extracted.pages) == 2
    rows = [line for line in extracted.text.split("\n") if line.startswith(("取組内容", "評価"))]
    assert rows == ["取組内容\t①\t研修の計画\t", "取組内容\t②\t研修の実施\t", f"評価\t{(BODY + MORE + LAST) * 8}\t\t"]
    assert extracted.text[extracted.pages[1] :].lstrip().startswith("## 第2章 各論")


# Columns, vertical writing, turned pages


def test_two_columns_are_read_one_after_the_other() -> None:
    assert [line for line in lines("columns") if line] == [
        "# 行政改革だより",
        LAST,
        *(f"第{number}の話。{BODY}{MORE}" for number in "一二三四"),
        f"おわりに。{LAST}",
    ]


def test_vertical_writing_is_read_from_the_right() -> None:
    assert [line for line in lines("vertical") if line] == [
        "# 縦書きの大綱",
        BODY,
        f"平成18年にICTを使う。{MORE}",
        LAST,
    ]


def test_a_page_drawn_sideways_reads_like_an_upright_one() -> None:
    extracted = read("turned")
    page = extracted.text[extracted.pages[1] : extracted.pages[2]]
    assert page.strip().split("\n\n") == ["# 横長のページ", BODY, "実施項目\t人材の育成\n主管課\t総務課", MORE]


def test_no_digit_is_taken_for_the_shadow_of_the_one_beside_it() -> None:
    found = [line for line in lines("digits") if line]
    assert found == ["令和11年度までに111件、1,111円、1111人とする。", "Skill, filling, 1.11..."]


def test_a_shadow_and_letters_printed_twice_do_not_double() -> None:
    assert [line for line in lines("shadow") if line] == ["# 影のある見出し", BODY]


# Files that cannot be read


def test_a_locked_file_says_so_and_an_owner_password_does_no_harm() -> None:
    assert "needs a password to open; save it without a password" in problem(FILES / "locked.pdf")
    assert plain(read("owner").text) == "実施項目人材の育成主管課総務課"


def test_damaged_files_say_so(tmp_path: Path) -> None:
    whole = (FILES / "word-table.pdf").read_bytes()
    path = tmp_path / "plan.pdf"
    path.write_bytes(whole[:2_000])
    assert "damaged PDF" in problem(path)
    path.write_bytes(b"")
    assert "the file is empty" in problem(path)
    path.write_bytes("行政改革".encode() * 100)
    assert "not a PDF" in problem(path)
    assert "no such file" in problem(tmp_path / "none.pdf")
    path.write_bytes(pdf_of(b""))
    assert "no words in it" in problem(path)


def test_damage_anywhere_is_an_error_or_a_text_never_another_exception(tmp_path: Path) -> None:
    path = tmp_path / "plan.pdf"
    whole = (FILES / "sheet.pdf").read_bytes()
    for place in range(0, len(whole), 997):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 0x55]) * 7 + whole[place + 7 :])
        try:
            assert read_pdf(path).pages
        except CorpusError as error:
            assert len(str(error).splitlines()) == 1


@pytest.mark.parametrize(
    ("text", "unmapped", "garbled"),
    [
        (BODY, 0, False),
        (
            "Administrative reform plan of the city, with targets for each fiscal year and the departments in charge.",
            0,
            False,
        ),
        ("1 2 3 45.6% 78,900 2024 2025", 0, False),
        ("", 0, False),
        ("", 9, True),
        ("(cid:123)(cid:45)(cid:6)行政", 0, True),
        ("\ue001\ue002\ue003改革", 0, True),
        ("ÃÂ¤¥ØÐÞþßåæøÆØÅÄÖÜäöü" * 3, 0, True),
        ("5HIRUPSODQRIWKHFLW\\ZLWKWDUJHWVIRUHDFKILVFDO" * 3, 0, True),
    ],
    ids=["Japanese", "English", "figures", "none", "unmapped", "cid", "private", "mojibake", "shifted"],
)
def test_garbled_text_is_told_from_text(text: str, unmapped: int, garbled: bool) -> None:
    assert is_garbled(text, unmapped) is garbled


# Files that mean harm


def test_too_many_pages_or_characters_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "long.pdf"
    path.write_bytes(pdf_of(b"", kids="10 0 R " * 2_001).replace(b"/Count 1", b"/Count 2001"))
    assert "more than the limit of 2,000; split the file" in problem(path)
    monkeypatch.setattr(corpus.formats.pdf, "MAX_CHARACTERS", 1_000)
    assert "more than 1,000 characters by page 1; split the file" in problem(FILES / "plan-text.pdf")


def test_a_drawing_of_very_many_lines_is_read_without_tables(tmp_path: Path) -> None:
    path = tmp_path / "map.pdf"
    words = b"BT /F 12 Tf 72 700 Td (administrative reform) Tj ET\n"
    drawn = b"".join(b"%d %d m %d %d l S\n" % (i % 500, i % 700, i % 500 + 9, i % 700) for i in range(100_000))
    path.write_bytes(pdf_of(words + drawn))
    begun = time.monotonic()
    extracted = read_pdf(path)
    assert time.monotonic() - begun < 10
    assert extracted.text == "administrative reform"
    assert extracted.remarks == ("Page 1: are drawings of very many lines: their tables are read as plain text.",)


def test_absurd_pages_are_read_and_drawn_small(tmp_path: Path) -> None:
    path = tmp_path / "huge.pdf"
    words = b"BT /F 12 Tf 72 700 Td (administrative reform) Tj ET"
    for box in ("0 0 1e9 1e9", "0 0 0.001 0.001", "0 0 20 14400", "-1e30 -1e30 1e30 1e30"):
        path.write_bytes(pdf_of(words, box=box))
        assert read_pdf(path).text == "administrative reform"
        picture = Image.open(BytesIO(page_image(path, 1)))
        assert picture.width * picture.height <= 26_000_000


def test_forms_within_forms_do_not_hang(tmp_path: Path) -> None:
    path = tmp_path / "nested.pdf"
    forms = []
    for number in range(40):
        inner = b"/X Do " * 2 + b"0 0 9 9 re S"
        resources = b"/Resources<</XObject<</X %d 0 R>>>>" % (101 + number if number < 39 else 100)
        forms.append(
            b"<</Type/XObject/Subtype/Form/BBox[0 0 9 9]%s/Length %d>>stream\n%s\nendstream"
            % (resources, len(inner), inner)
        )
    words = b"BT /F 12 Tf 72 700 Td (administrative reform) Tj ET /X Do"
    path.write_bytes(pdf_of(words, more=tuple(forms[-12:])))
    begun = time.monotonic()
    assert "administrative reform" in read_pdf(path).text
    assert time.monotonic() - begun < 20


# Speed, pictures


def test_ten_pages_a_second_at_least() -> None:
    begun = time.process_time()
    pages = sum(len(read("plan-text").pages) + len(read("web-table").pages) for _ in range(5))
    assert pages / (time.process_time() - begun) > 10


def test_the_picture_of_a_page() -> None:
    picture = Image.open(BytesIO(page_image(FILES / "turned.pdf", 2, 600)))
    assert picture.format == "PNG"
    assert picture.width in (600, 601)
    assert picture.height < picture.width
    assert Image.open(BytesIO(page_image(FILES / "sheet.pdf", 1))).width in (1200, 1201)
    for page in (0, 4):
        with pytest.raises(CorpusError, match=f"turned.pdf: has no page {page}; ask for 1 to 3"):
            page_image(FILES / "turned.pdf", page)
    with pytest.raises(CorpusError, match="needs a password"):
        page_image(FILES / "locked.pdf", 1)
    with pytest.raises(CorpusError, match="ask for 1 to 10,000"):
        page_image(FILES / "sheet.pdf", 1, 0)


def test_readers_in_several_threads_do_not_disturb_each_other() -> None:
    names = ["plan-text", "columns", "vertical", "web-table", "turned"] * 4
    with ThreadPoolExecutor(8) as threads:
        pictures = [threads.submit(page_image, FILES / f"{name}.pdf", 1, 200) for name in names]
        texts = list(threads.map(read, names))
    assert texts == [read(name) for name in names]
    assert all(picture.result().startswith(b"\x89PNG") for picture in pictures)
