"""Comparisons and answers as files for a spreadsheet: a table and, beside it, the citations that its numbers mean.

Texts come from documents and questions: a cell that a spreadsheet would run as a formula is stored as text. Source:
OWASP, CSV Injection; ECMA-376 part 1, 18.4.8 (strings of a workbook); RFC 4180 (CSV).
"""

from __future__ import annotations

import csv
import errno
import io
import os
import re
import unicodedata
import uuid
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from lxml.etree import SerialisationError
from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from corpus.durable import UNFINISHED
from corpus.model import Citation
from search.answer import marked, quoted
from search.errors import SearchError
from search.model import Answer, Cell, Matrix, numbered, place
from search.names import municipality_name, strength_name

FORMATS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
"""The name endings of the files that can be written, with their media types."""

_BOM = "\ufeff"  # without it Excel reads a CSV file in the code page of the system
_MOST_CHARACTERS = 32_767  # of a cell of Excel, in UTF-16 units
_STARTS_FORMULA = tuple("=+-@\t\r\n")
_LEADING = " \u3000\u00a0\u200b\ufeff"
_NO_TEXT = re.compile(f"{ILLEGAL_CHARACTERS_RE.pattern}|[\ufffe\uffff]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_ESCAPE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")  # a workbook means the character of that code by _x0041_
_WIDTHS = {"short": 14, "long": 48}
_LONG_CHARACTERS = 14
_HEAD = PatternFill("solid", fgColor="E2E8F0")


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet of an export. columns: headings; every row has as many cells."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str | int, ...], ...]


def matrix_sheets(matrix: Matrix, language: str) -> tuple[Sheet, Sheet]:
    """Return a comparison and its citations; language: ``ja`` or ``en``.

    A cell has its strength, its statement and the numbers of its citations, or says that nothing is stated. Every
    citation of a cell has a number of its own, row by row.
    """
    rows: list[tuple[str | int, ...]] = []
    cited: list[tuple[str | int, ...]] = []
    for name, cells in zip(matrix.municipalities, matrix.cells, strict=True):
        texts = []
        for cell in cells:
            citations = cell.finding.citations if cell.finding else ()
            numbers = range(len(cited) + 1, len(cited) + 1 + len(citations))
            strength = strength_name(cell.finding.strength, language) if cell.finding else ""
            cited += [
                (number, name, cell.theme, strength, *_place(citation))
                for number, citation in zip(numbers, citations, strict=True)
            ]
            texts.append(cell_text(cell, numbers, language))
        rows.append((municipality_name(name, language), *texts))
    head = _word("municipality", language)
    columns = (_word("number", language), head, _word("theme", language), _word("strength", language))
    return (
        Sheet(_word("comparison", language), (head, *matrix.themes), tuple(rows)),
        Sheet(_word("sources", language), (*columns, *_place_columns(language)), tuple(cited)),
    )


def answer_sheets(answer: Answer) -> tuple[Sheet, Sheet]:
    """Return an answer's table, or its statements where it has none, and its citations under their numbers.

    Raises SearchError when the answer abstains: there is nothing to write.
    """
    language = answer.language
    if answer.abstained:
        raise SearchError("nothing answers the question, so there is no table to write; ask in other words")
    numbers = numbered(answer.citations)

    def marks(citations: Iterable[Citation]) -> str:
        return marked("", [numbers[place(one)] for one in citations])

    sources = _word("sources", language)
    if answer.table:
        columns = (*answer.table.columns, sources)
        rows = tuple((*row.cells, marks(row.citations)) for row in answer.table.rows)
    else:
        columns = (_word("answer", language), sources)
        rows = tuple((one.text, marks(one.citations)) for one in answer.statements)
    strengths = {one.municipality: strength_name(one.strength, language) for one in answer.findings}
    cited = tuple(
        (number, one.document.municipality, strengths.get(one.document.municipality, ""), *_place(one))
        for number, one in enumerate(answer.citations, 1)
    )
    of_sources = (_word("number", language), _word("municipality", language), _word("strength", language))
    return (
        Sheet(_word("answer", language), columns, rows),
        Sheet(sources, (*of_sources, *_place_columns(language)), cited),
    )


def cell_text(cell: Cell, numbers: Sequence[int], language: str) -> str:
    """Return a cell's strength and statement, or that nothing is stated.

    numbers: of its citations; each stands behind what it quotes. None are shown when there are none.
    """
    if cell.finding is None:
        return _word("not_stated", language)
    statement, unquoted = cell.finding.statement, []
    for number, citation in zip(numbers, cell.finding.citations, strict=False):
        before, quote, after = statement.partition(quoted(citation))
        if quote:
            statement = f"{before}{marked(quote, [number])}{after}"
        else:
            unquoted.append(number)
    colon = "：" if language == "ja" else ": "
    return f"{strength_name(cell.finding.strength, language)}{colon}{marked(statement, unquoted)}"


def csv_bytes(sheet: Sheet) -> bytes:
    """Return a sheet as CSV that Excel opens: UTF-8 with a byte order mark, CR LF after each row.

    A text that a spreadsheet would take for a formula has an apostrophe before it.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    for row in (sheet.columns, *sheet.rows):
        writer.writerow([_neutral(_clean(cell)) if isinstance(cell, str) else cell for cell in row])
    return f"{_BOM}{text.getvalue()}".encode()


def xlsx_bytes(sheets: Sequence[Sheet]) -> bytes:
    """Return sheets as one Excel workbook: texts are texts, never formulas; the headings stay in view.

    Raises SearchError when there is no room for the temporary files that it is made in.
    """
    book = Workbook()
    book.remove(book.active)
    for sheet in sheets:
        _fill(book.create_sheet(sheet.name), sheet)
    data = io.BytesIO()
    try:
        book.save(data)
    except (OSError, SerialisationError) as error:
        raise SearchError(f"no room for temporary files ({error}); make room, set TMPDIR, or write .csv") from error
    return data.getvalue()


def write_sheets(path: Path, sheets: tuple[Sheet, Sheet]) -> tuple[Path, ...]:
    """Write a table and its citations; return the files.

    FILE.xlsx is one workbook; any other name is that of a CSV file, which has FILE-citations.csv beside it. Raises
    SearchError when a file cannot be written; what was there before is then left as it is, and nothing half written.
    """
    if path.suffix.lower() == ".xlsx":
        files = {path: xlsx_bytes(sheets)}
    else:
        table, citations = map(csv_bytes, sheets)
        files = {path: table, path.with_name(f"{path.stem}-citations{path.suffix}"): citations}
    unfinished = {file: file.with_name(f".{uuid.uuid4().hex}{UNFINISHED}") for file in files}
    file = path
    try:
        for file, data in files.items():
            if file.is_dir():
                raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
            with unfinished[file].open("wb") as opened:
                opened.write(data)
                opened.flush()
                os.fsync(opened.fileno())
        for file, part in unfinished.items():
            os.replace(part, file)
    except OSError as error:
        raise SearchError(f"{file}: cannot be written ({error.strerror or error}); give another --out") from error
    finally:
        for part in unfinished.values():
            with suppress(OSError):
                part.unlink()
    return tuple(files)


def _place(citation: Citation) -> tuple[str | int, ...]:
    """Return a citation's cells in the order of ``_place_columns``; empty where the document has no such thing."""
    document = citation.document
    page, line = (at if at is not None else "" for at in (citation.page, citation.line))
    return citation.quote, document.title, document.id, citation.context, page, line, *citation.span


def _place_columns(language: str) -> tuple[str, ...]:
    return tuple(_word(key, language) for key in ("quote", "title", "id", "context", "page", "line", "start", "end"))


def _clean(text: str) -> str:
    """Return text without what no cell can hold: characters that are none of XML, and more than Excel keeps."""
    text = _SURROGATE.sub("\ufffd", _NO_TEXT.sub("", text))
    units = text.encode("utf-16-le")
    if len(units) <= 2 * _MOST_CHARACTERS:
        return text
    return units[: 2 * (_MOST_CHARACTERS - 1)].decode("utf-16-le", errors="ignore") + "…"


def _is_formula(text: str) -> bool:
    """Return whether a spreadsheet might run a text: full-width signs and blanks before them count, too."""
    start = text.lstrip(_LEADING)[:1]
    return unicodedata.normalize("NFKC", start).startswith(_STARTS_FORMULA)


def _neutral(text: str) -> str:
    return f"'{text}" if _is_formula(text) else text


def _fill(worksheet: Worksheet, sheet: Sheet) -> None:
    for at, row in enumerate((sheet.columns, *sheet.rows), 1):
        for column, value in enumerate(row, 1):
            cell = worksheet.cell(at, column)
            if isinstance(value, str):
                text = _clean(value)
                cell.value = _ESCAPE.sub("_x005F_", text)
                cell.data_type = "s"  # not the formula or the error that openpyxl reads out of =1+1 and #N/A
                cell.quotePrefix = _is_formula(text)
            else:
                cell.value = value
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            if at == 1:
                cell.font, cell.fill = Font(bold=True), _HEAD
    for column, heading in enumerate(sheet.columns, 1):
        longest = max((len(str(row[column - 1])) for row in sheet.rows), default=len(heading))
        width = _WIDTHS["long" if longest > _LONG_CHARACTERS else "short"]
        worksheet.column_dimensions[get_column_letter(column)].width = width
    worksheet.freeze_panes = "B2"


def _word(key: str, language: str) -> str:
    return _WORDS[key][language == "en"]


_WORDS = {
    "comparison": ("比較", "Comparison"),
    "answer": ("回答", "Answer"),
    "sources": ("出典", "Sources"),
    "municipality": ("自治体", "Municipality"),
    "theme": ("テーマ", "Theme"),
    "strength": ("区分", "Strength"),
    "number": ("番号", "Number"),
    "quote": ("原文", "Quote"),
    "title": ("文書名", "Document"),
    "id": ("文書ID", "Document ID"),
    "context": ("記載場所", "Section"),
    "page": ("頁", "Page"),
    "line": ("行", "Line"),
    "start": ("開始文字", "First character"),
    "end": ("終了文字", "End character"),
    "not_stated": ("記載なし", "not stated"),
}
