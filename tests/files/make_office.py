"""Make the files in ``office`` again: ``python tests/files/make_office.py``. It needs LibreOffice (``soffice``)."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from datetime import date, datetime
from html import escape
from pathlib import Path

from docx import Document
from docx.shared import Inches
from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Font

HERE = Path(__file__).parent
OFFICE = HERE / "office"
SOURCES = HERE / "sources"
PLAN = HERE.parents[1] / "corpus/documents/omitama-2026-plan.txt"
WORD = "docx:MS Word 2007 XML"
# Tab, double quote, UTF-8, from row 1, the first 20 columns as text.
AS_TEXT = "Text - txt - csv (StarCalc):9,34,76,1," + "/".join(f"{column}/2" for column in range(1, 21))


def convert(source: Path, name: str, target: str, read_as: str = "") -> None:
    """Have LibreOffice write ``office/name`` from a source."""
    program = shutil.which("soffice")
    if program is None:
        raise SystemExit("soffice was not found; install LibreOffice")
    with tempfile.TemporaryDirectory() as folder:
        filters = [f"--infilter={read_as}"] if read_as else []
        command = [program, "--headless", f"-env:UserInstallation={Path(folder).as_uri()}/profile", *filters]
        subprocess.run([*command, "--convert-to", target, "--outdir", folder, source], check=True, capture_output=True)
        shutil.copyfile(Path(folder, source.stem + Path(name).suffix), OFFICE / name)


def as_html(text: str) -> str:
    """Return a bundled text as a page: its rows as real tables, its headings as headings."""
    parts: list[str] = []
    for line in text.split("\n"):
        row = "".join(f"<td>{escape(cell)}</td>" for cell in line.split("\t"))
        if "\t" in line and parts and parts[-1].endswith("</table>"):
            parts[-1] = parts[-1].removesuffix("</table>") + f"<tr>{row}</tr></table>"
        elif "\t" in line:
            parts.append(f'<table border="1"><tr>{row}</tr></table>')
        elif line.startswith("#"):
            level = len(line) - len(line.lstrip("#"))
            parts.append(f"<h{level}>{escape(line[level:].strip())}</h{level}>")
        else:
            parts.append(f"<p>{escape(line)}</p>")
    return f'<html><head><meta charset="utf-8"></head><body>{"".join(parts)}</body></html>'


def make_formats() -> None:
    """Numbers and dates in the formats that city offices use, by openpyxl."""
    book = Workbook()
    sheet = book.active
    sheet.title = "書式"
    rows = [
        ("割合", 0.5, "0%"),
        ("割合一桁", 0.125, "0.0%"),
        ("件数", 1234, '#,##0"件"'),
        ("金額", -1234567, '#,##0"円";"▲ "#,##0"円"'),
        ("千円", 1234567, "#,##0,"),
        ("年度", 2026, '0"年度"'),
        ("日付", date(2026, 4, 1), "yyyy/m/d"),
        ("和暦", date(2026, 4, 1), '[$-411]ggge"年"m"月"d"日"'),
        ("月", date(2026, 4, 1), 'yyyy"年"m"月"'),
        ("時刻", datetime(2026, 4, 1, 9, 30), "yyyy/m/d h:mm"),
        ("整数", 12.0, "General"),
        ("小数", 0.1 + 0.2, "General"),
        ("真偽", True, "General"),
        ("文字の数", "001", "@"),
        ("誤り", "#DIV/0!", "General"),
    ]
    sheet.append(["区分", "値"])
    for label, value, number_format in rows:
        sheet.append([label, value])
        sheet.cell(sheet.max_row, 2).number_format = number_format
    sheet.append(["計", "=SUM(B2:B3)"])
    sheet["A1"].comment = Comment("見出し", "係")
    sheet.row_dimensions[3].hidden = True
    sheet.column_dimensions["D"].hidden = True
    sheet["D2"] = "隠れた列"
    squared = book.create_sheet("方眼紙")
    for place, text in (("B2:K3", "取組シート"), ("B5:D6", "取組名"), ("E5:K6", "窓口の\n改善"), ("B7:D8", "主管課")):
        squared.merge_cells(place)
        squared[place.split(":")[0]] = text
    squared["E7"] = "総務課"
    squared["B12"] = "注記"
    squared["B1048576"].font = Font(bold=True)
    book.save(OFFICE / "formats.xlsx")


def make_styles() -> None:
    """Headings, lists and merged cells by python-docx, with Word's own styles."""
    document = Document()
    document.add_heading("架空市行革プラン", 0)
    document.add_heading("基本方針", 1)
    document.add_paragraph("方針の本文。")
    document.add_paragraph("点検する", style="List Bullet")
    document.add_paragraph("直す", style="List Bullet")
    document.add_paragraph("最初に", style="List Number")
    document.add_paragraph("次に", style="List Number")
    document.add_heading("目標", 2)
    table = document.add_table(rows=3, cols=3)
    for at, text in enumerate(("柱", "目標", "", "歳出", "削減", "10件", "", "維持", "")):
        table.cell(at // 3, at % 3).text = text
    table.cell(0, 1).merge(table.cell(0, 2))
    table.cell(1, 0).merge(table.cell(2, 0))
    table.autofit = False
    table.columns[0].width = Inches(1)
    document.sections[0].header.paragraphs[0].text = "架空市行革プラン 冊子"
    document.save(str(OFFICE / "styles.docx"))


def main() -> None:
    """Make every file."""
    OFFICE.mkdir(exist_ok=True)
    convert(SOURCES / "plan.fodt", "plan.docx", WORD)
    convert(SOURCES / "plan.fods", "plan.xlsx", "xlsx")
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder, "omitama.html")
        page.write_text(as_html(PLAN.read_text(encoding="utf-8")), encoding="utf-8")
        convert(page, "omitama-tables.docx", WORD, "HTML (StarWriter)")
        for suffix, name, target, read_as in (
            (".txt", "omitama-lines.docx", WORD, ""),
            (".csv", "omitama-text.xlsx", "xlsx", AS_TEXT),
            (".csv", "omitama-guessed.xlsx", "xlsx", "Text - txt - csv (StarCalc):9,34,76,1"),
        ):
            convert(Path(shutil.copyfile(PLAN, Path(folder, f"plan{suffix}"))), name, target, read_as)
    make_formats()
    make_styles()


if __name__ == "__main__":
    main()
