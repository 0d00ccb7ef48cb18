"""Comparisons and answers as files for a spreadsheet: what they hold, what cannot run, how they are saved."""

from __future__ import annotations

import csv
import gc
import io
import json
import re
import resource
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from browsing import visit
from openpyxl import load_workbook
from openpyxl.workbook import Workbook
from playwright.sync_api import Browser, expect

from corpus.formats import read_file
from corpus.model import Citation
from search import Answer, Cell, Finding, Matrix, SearchEngine
from search.__main__ import main
from search.errors import SearchError
from search.export import Sheet, answer_sheets, csv_bytes, matrix_sheets, write_sheets, xlsx_bytes
from search.names import strength_name
from ui.render import matrix_html
from ui.texts import Language, text

pytest_plugins = ["browsing", "server"]

THEMES = ["テレワーク", "RPA", "核融合"]
QUESTION = "テレワークに取り組んでいる市は？"
BOM = "\ufeff"
FORMULAS = (
    *("=1+1", "+1", "-1", "@SUM(A1)", "\t=1+1", "\r=1+1", "＝1+1", "＋1", "－1", "＠a", " =1+1", "\u3000=1+1"),
    '=HYPERLINK("http://example.com","x")',
)


@pytest.fixture(scope="module")
def matrix(engine: SearchEngine) -> Matrix:
    return engine.compare(THEMES)


@pytest.fixture(scope="module")
def answer(engine: SearchEngine) -> Answer:
    return engine.ask(QUESTION)


def workbook(data: bytes) -> Workbook:
    return load_workbook(io.BytesIO(data))


def rows_of(data: bytes) -> list[list[str]]:
    """Return the rows of a CSV file."""
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def named(sheet: Sheet) -> list[dict[str, str | int]]:
    return [dict(zip(sheet.columns, row, strict=True)) for row in sheet.rows]


# What they hold


@pytest.mark.parametrize("language", ["ja", "en"])
def test_a_comparison_has_strengths_and_numbers_that_its_citations_bear_out(
    matrix: Matrix, engine: SearchEngine, language: Language
) -> None:
    table, sources = matrix_sheets(matrix, language)
    assert table.columns[1:] == tuple(THEMES)
    cited = {int(row[0]): row for row in sources.rows}
    assert sorted(cited) == list(range(1, len(cited) + 1))
    seen: list[int] = []
    for cells, row in zip(matrix.cells, table.rows, strict=True):
        for cell, shown in zip(cells, map(str, row[1:]), strict=True):
            if cell.finding is None:
                assert shown == ("記載なし" if language == "ja" else "not stated")
                continue
            assert shown.startswith(strength_name(cell.finding.strength, language))
            numbers = [int(number) for number in re.findall(r"\[(\d+)\]", shown)]
            assert re.sub(r"\[\d+\]", "", shown).endswith(cell.finding.statement)
            assert len(numbers) == len(cell.finding.citations) > 0
            for number in numbers:
                assert cited[number][1:3] == (cell.municipality, cell.theme)
            seen += numbers
    assert seen == sorted(cited)
    keys = ("quote", "title", "id", "context", "page", "line", "start", "end")
    for row in sources.rows:
        place = dict(zip(keys, row[4:], strict=True))
        canonical = engine.canonical_text(str(place["id"]))
        assert canonical[int(place["start"]) : int(place["end"])] == place["quote"]
        assert canonical.count("\n", 0, int(place["start"])) + 1 == place["line"]
    assert all(cell.finding is None for row in matrix.cells for cell in row if cell.theme == "核融合")


def test_a_workbook_shows_the_comparison_and_its_citations(matrix: Matrix) -> None:
    sheets = matrix_sheets(matrix, "ja")
    book = workbook(xlsx_bytes(sheets))
    assert book.sheetnames == ["比較", "出典"]
    for sheet in sheets:
        read = book[sheet.name]
        assert [tuple("" if cell is None else cell for cell in row) for row in read.values] == [
            sheet.columns,
            *sheet.rows,
        ]
        assert read.freeze_panes == "B2"
        assert all(cell.alignment.wrap_text for row in read for cell in row)
    assert [type(cell.value) for cell in book["出典"]["A"][1:]] == [int] * len(sheets[1].rows)


def test_csv_is_what_excel_opens(matrix: Matrix) -> None:
    for sheet in matrix_sheets(matrix, "ja"):
        data = csv_bytes(sheet)
        assert data.startswith(BOM.encode())
        rows = [list(map(str, row)) for row in (sheet.columns, *sheet.rows)]
        # A quote may begin with the dash of a list.
        assert rows_of(data) == [[f"'{cell}" if cell.startswith("-") else cell for cell in row] for row in rows]
        quoted = re.sub(r'"(?:[^"]|"")*"', "", data.decode("utf-8"))
        assert quoted.count("\r\n") == quoted.count("\n") == len(sheet.rows) + 1


def test_an_answer_has_its_table_and_its_own_numbers(answer: Answer, engine: SearchEngine) -> None:
    assert answer.table
    table, sources = answer_sheets(answer)
    assert table.columns == (*answer.table.columns, "出典")
    assert [row[:-1] for row in table.rows] == [row.cells for row in answer.table.rows]
    for row, shown in zip(answer.table.rows, table.rows, strict=True):
        numbers = [int(number) - 1 for number in re.findall(r"\d+", str(shown[-1]))]
        assert {answer.citations[number] for number in numbers} == set(row.citations)
    assert [(row["番号"], row["原文"]) for row in named(sources)] == [
        (number, citation.quote) for number, citation in enumerate(answer.citations, 1)
    ]
    alone = engine.ask("結城市のテレワーク")
    assert alone.table is None
    assert [row[0] for row in answer_sheets(alone)[0].rows] == [one.text for one in alone.statements]
    with pytest.raises(SearchError, match="no table to write"):
        answer_sheets(engine.ask("水戸市の窓口のデジタル化は？"))


def test_the_project_reads_its_own_files(matrix: Matrix, tmp_path: Path) -> None:
    sheets = matrix_sheets(matrix, "ja")
    for name in ("comparison.xlsx", "comparison.csv"):
        path, *_ = write_sheets(tmp_path / name, sheets)
        read = read_file(path)
        assert all(theme in read.text for theme in THEMES)
        assert "テレワークPCの稼働率" in read.text


# What cannot run


@pytest.mark.parametrize("hostile", FORMULAS)
def test_no_text_becomes_a_formula(hostile: str) -> None:
    sheet = Sheet("表", (hostile, "数"), ((hostile, 1), (f"{hostile}\n{hostile}", -1)))
    data = xlsx_bytes([sheet])
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")
    read = workbook(data)["表"]
    for cell in (read["A1"], read["A2"], read["A3"]):
        assert (cell.data_type, cell.quotePrefix) == ("s", True)
    assert read["A2"].value == hostile
    assert [read["B2"].value, read["B3"].value] == [1, -1]
    rows = rows_of(csv_bytes(sheet))
    assert rows == [[f"'{hostile}", "数"], [f"'{hostile}", "1"], [f"'{hostile}\n{hostile}", "-1"]]


def test_no_theme_or_question_becomes_a_formula(engine: SearchEngine) -> None:
    themes = ['=HYPERLINK("http://example.com")テレワーク', "@RPA"]
    table, sources = matrix_sheets(engine.compare(themes), "en")
    assert rows_of(csv_bytes(table))[0][1:] == [f"'{theme}" for theme in themes]
    assert {row[2] for row in rows_of(csv_bytes(sources))[1:]} <= {f"'{theme}" for theme in themes}
    assert workbook(xlsx_bytes([table]))["Comparison"]["B1"].data_type == "s"


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("改\x00革\x0b\x1f\ufffe", "改革"),
        ("改\ud800革", "改\ufffd革"),
        ("#N/A", "#N/A"),
        ("2025/4/1", "2025/4/1"),
        ("あ" * 40_000, "あ" * 32_766 + "…"),
        ("𠮟" * 20_000, "𠮟" * 16_383 + "…"),
        ("あ" * 32_767, "あ" * 32_767),
        ('改,"革"\r\n', '改,"革"\r\n'),
    ],
)
def test_a_cell_holds_what_a_cell_can_hold(given: str, kept: str) -> None:
    sheet = Sheet("表", ("名",), ((given,),))
    cell = workbook(xlsx_bytes([sheet]))["表"]["A2"]
    assert (cell.data_type, str(cell.value).replace("\r", "")) == ("s", kept.replace("\r", ""))
    assert rows_of(csv_bytes(sheet))[1] == [kept]


# Saving


@contextmanager
def full_disk() -> Iterator[None]:
    """Let files end after 1,000 bytes, as on a disk that is full then."""
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000, limits[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)


def test_files_that_cannot_be_written_leave_all_as_it_was(tmp_path: Path) -> None:
    sheets = (Sheet("表", ("名",), (("改革" * 5_000,),)), Sheet("出典", ("番号",), ((1,),)))
    (tmp_path / "folder.xlsx").mkdir()
    (tmp_path / "b-citations.csv").mkdir()
    for name in ("a.csv", "a-citations.csv", "b.csv"):
        (tmp_path / name).write_text("old", encoding="utf-8")
    before = sorted(path.name for path in tmp_path.iterdir())

    def refused(path: Path, named: Path | None = None) -> None:
        with pytest.raises(SearchError) as error:
            write_sheets(path, sheets)
        message = str(error.value)
        assert message.startswith(f"{named or path}: cannot be written (") and message.endswith("give another --out")
        assert "\n" not in message

    refused(tmp_path / "folder.xlsx")
    refused(tmp_path / "b.csv", tmp_path / "b-citations.csv")
    refused(tmp_path / "none" / "a.xlsx")
    refused(tmp_path / "a.csv" / "a.xlsx")
    with full_disk():
        refused(tmp_path / "a.csv")
    assert sorted(path.name for path in tmp_path.iterdir()) == before
    assert {(tmp_path / name).read_text(encoding="utf-8") for name in ("a.csv", "a-citations.csv", "b.csv")} == {"old"}


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # what openpyxl leaves behind
def test_a_workbook_without_room_for_temporary_files_is_not_made(tmp_path: Path) -> None:
    sheets = (Sheet("表", ("名",), (("改革" * 5_000,),)), Sheet("出典", ("番号",), ((1,),)))
    with full_disk(), pytest.raises(SearchError, match="no room for temporary files"):
        write_sheets(tmp_path / "a.xlsx", sheets)
    gc.collect()
    assert list(tmp_path.iterdir()) == []


def test_compare_writes_the_files_that_its_name_asks_for(
    index: Path, matrix: Matrix, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    where = ("--index", str(index))
    book, table = tmp_path / "比較.XLSX", tmp_path / "比較.csv"
    assert main(["compare", *THEMES, "--out", str(book), *where]) == 0
    out, err = capsys.readouterr()
    assert err == "" and out.endswith(f"\nwritten: {book}\n")
    assert "【結城市｜テレワーク】\n数値目標：「" in out and "【石岡市｜核融合】\n記載なし\n" in out
    assert workbook(book.read_bytes()).sheetnames == ["比較", "出典"]
    assert main(["compare", *THEMES, "--out", str(table), "--json", "--language", "en", *where]) == 0
    assert json.loads(capsys.readouterr().out)["themes"] == THEMES
    sheets = matrix_sheets(matrix, "en")
    assert table.read_bytes() == csv_bytes(sheets[0])
    assert (tmp_path / "比較-citations.csv").read_bytes() == csv_bytes(sheets[1])


def test_ask_writes_its_table(index: Path, answer: Answer, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    book = tmp_path / "answer.xlsx"
    assert main(["ask", QUESTION, "--out", str(book), "--index", str(index)]) == 0
    assert capsys.readouterr().out == f"{answer.text}\nwritten: {book}\n"
    table, _ = answer_sheets(answer)
    assert list(workbook(book.read_bytes())["回答"].values) == [table.columns, *table.rows]


@pytest.mark.parametrize("arguments", [["compare", "RPA", "--out", "a.ods"], ["ask", "RPA", "--out", "a"], ["compare"]])
def test_a_file_or_comparison_that_cannot_be_is_wrong_usage(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stop:
        main(arguments)
    assert stop.value.code == 2
    last = capsys.readouterr().err.splitlines()[-1]
    assert "give a THEME or --categories" in last if arguments == ["compare"] else "end in .csv or .xlsx" in last


# From the page


def test_a_cell_of_the_page_never_shows_a_part_of_a_figure(engine: SearchEngine) -> None:
    document = engine.documents[0]
    for before in range(125, 145):
        quote = "あ" * before + "4,031,724,014円を目指す。"
        citation = Citation(document, quote, (0, len(quote)), "")
        cell = Cell("結城市", "人件費", Finding("結城市", quote, (citation,), "target"))
        shown = matrix_html(Matrix(("結城市",), ("人件費",), ((cell,),)), "ja")
        assert shown.count("数値目標") == 1
        excerpt = re.search(r'k-excerpt"[^>]*>あ*([^<]*)<', shown)
        assert excerpt and (excerpt[1] == "…" or excerpt[1].startswith("4,031,724,014円"))


def test_the_server_makes_a_file_of_what_is_asked_for(app_url: str, matrix: Matrix, answer: Answer) -> None:
    given = {"themes": THEMES, "municipalities": None}
    sheets = matrix_sheets(matrix, "en")

    def reply(name: str, body: object, language: str = "en") -> httpx.Response:
        headers = {"Accept-Language": language}
        return httpx.post(f"{app_url}export/{name}", json=body, headers=headers, timeout=60, trust_env=False)

    file = reply("comparison.csv", given)
    assert (file.status_code, file.content) == (200, csv_bytes(sheets[0]))
    assert file.headers["content-type"] == "text/csv; charset=utf-8"
    assert file.headers["content-disposition"] == 'attachment; filename="comparison.csv"'
    assert file.headers["x-content-type-options"] == "nosniff"
    assert reply("comparison-citations.csv", given).content == csv_bytes(sheets[1])
    assert workbook(reply("comparison.xlsx", given, "ja").content).sheetnames == ["比較", "出典"]
    one = {"question": QUESTION, "ignore": [], "municipalities": ["結城市", "小美玉市"], "fiscal_year": None}
    rows = rows_of(reply("answer.csv", one).content)
    assert rows[0] == [*(answer.table.columns if answer.table else ()), "出典"]
    assert {row[0] for row in rows[1:]} <= {"結城市", "小美玉市"}


def test_what_cannot_be_made_a_file_is_a_message(app_url: str) -> None:
    def error(name: str, body: bytes, status: int = 400) -> str:
        headers = {"Accept-Language": "ja", "Content-Type": "application/json"}
        reply = httpx.post(f"{app_url}export/{name}", content=body, headers=headers, timeout=60, trust_env=False)
        assert reply.status_code == status
        return str(reply.json()["error"])

    for body in (b"", b"[]", b"{", b"[" * 50_000, b"\xff", b'{"themes": ["' + b"a" * 200_000 + b'"]}'):
        assert error("comparison.xlsx", body) == text("error_export", "ja")
    assert error("comparison.xlsx", b"{}") == text("error_empty_themes", "ja")
    assert error("comparison.csv", b'{"themes": {"a": 1}}') == text("error_themes_not_texts", "ja")
    assert "水戸市" in error("comparison.csv", '{"themes": ["RPA"], "municipalities": ["水戸市"]}'.encode())
    assert error("answer.csv", b'{"question": 5}') == text("error_question_not_text", "ja")
    assert "no table to write" in error("answer.csv", '{"question": "水戸市の窓口のデジタル化は？"}'.encode())
    assert error("secret.csv", b"{}", 404) == text("error_export", "ja")


@pytest.mark.parametrize("language", ["ja", "en"])
def test_the_page_saves_what_it_shows(browser: Browser, app_url: str, tmp_path: Path, language: Language) -> None:
    with visit(browser, app_url, language) as visited:
        page = visited.page

        def saved(key: str, name: str) -> bytes:
            with page.expect_download() as started:
                page.locator(".k-exports:visible").get_by_role("button", name=text(key, language), exact=True).click()
            assert started.value.suggested_filename == name
            started.value.save_as(tmp_path / name)
            return (tmp_path / name).read_bytes()

        visited.tab("tab_compare")
        visited.box("themes").fill("テレワーク\nRPA, 核融合")
        visited.button("compare_button").click()
        expect(page.locator("table.k-matrix .k-target").first).to_have_text(strength_name("target", language))
        expect(page.locator("table.k-matrix .k-none").first).to_have_text(text("not_stated", language))
        read = workbook(saved("export_xlsx", "comparison.xlsx"))
        assert [cell.value for cell in read.worksheets[0][1]][1:] == THEMES
        assert rows_of(saved("export_csv", "comparison.csv"))[0][1:] == THEMES
        assert len(rows_of(saved("export_citations", "comparison-citations.csv"))) > 3
        visited.tab("tab_ask")
        visited.box("question").fill(QUESTION)
        visited.button("ask_button").click()
        read = workbook(saved("export_xlsx", "answer.xlsx"))
        shown = page.locator("table.k-table tbody th").all_inner_texts()
        assert [row[0] for row in list(read.worksheets[0].values)[1:]] == shown


def test_a_download_that_fails_says_so(browser: Browser, app_url: str) -> None:
    with visit(browser, app_url, "ja") as visited:
        visited.tab("tab_compare")
        visited.box("themes").fill("テレワーク")
        visited.button("compare_button").click()
        group = visited.page.locator(".k-exports:visible")
        group.evaluate("group => { group.dataset.given = '{}' }")
        visited.button("export_xlsx").click()
        expect(group.get_by_role("status")).to_have_text(text("error_empty_themes", "ja"))
        visited.page.context.set_offline(True)
        visited.button("export_csv").click()
        expect(group.get_by_role("status")).to_have_text(text("export_failed", "ja"))
        visited.page.context.set_offline(False)
