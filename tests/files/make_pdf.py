"""Makes the PDF files of the tests: python tests/files/make_pdf.py [folder].

Needs LibreOffice (soffice), Chromium with playwright, and Noto CJK fonts. The tests read the files that are kept here.
"""

from __future__ import annotations

import io
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import docx
import openpyxl
import pypdfium2
from openpyxl.styles import Border, Side
from playwright.sync_api import sync_playwright
from pypdfium2 import raw

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
DOCUMENTS = Path(__file__).resolve().parents[2] / "corpus" / "documents"
FONTS = "font-family: 'Noto Serif CJK JP', serif; font-size: 10.5pt; line-height: 1.6"
BODY = (
    "本市では、平成18年3月に「行財政改革大綱」を策定し、行財政改革に取り組んだ結果、行政経営システムの確立、"
    "人事評価制度の確立、定員適正化の実現等の成果を上げました。"
)
MORE = (
    "しかし、人口減少や少子・高齢化の進行、高度化・多様化する公共サービスへの需要など、本市を取り巻く環境は"
    "大きく変化しており、それを踏まえた対応が不可欠となっています。"
)
LAST = "このため、AI（人工知能）などの技術革新や働き方改革の実践など、多様な行財政改革が求められています。"

COLUMNS = f"""<style>@page {{ size: A4; margin: 20mm }} body {{ {FONTS} }}
.two {{ columns: 2; column-gap: 10mm; text-align: justify }} p {{ margin: 0 0 1em }}</style>
<h1>行政改革だより</h1><p>{LAST}</p>
<div class="two">{"".join(f"<p>第{n}の話。{BODY}{MORE}</p>" for n in ("一", "二", "三", "四"))}</div>
<p>おわりに。{LAST}</p>"""

VERTICAL = f"""<style>@page {{ size: A4; margin: 20mm }} html {{ writing-mode: vertical-rl }} body {{ {FONTS} }}
.beside {{ text-combine-upright: all }}</style>
<h1>縦書きの大綱</h1><p>{BODY}</p><p>平成<span class="beside">18</span>年にICTを使う。{MORE}</p><p>{LAST}</p>"""

TABLE = f"""<style>@page {{ size: A4; margin: 20mm }} body {{ {FONTS} }}
table {{ border-collapse: collapse; width: 100% }}
td, th {{ border: 1px solid #000; padding: 3px }} th {{ background: #def }}
.open td, .open th {{ border-left: none; border-right: none }}</style>
<h1>第1章　取組の一覧</h1><p>{BODY}</p>
<table><tr><th rowspan="2">実施項目</th><th rowspan="2">主管課</th><th colspan="3">取組期間</th></tr>
<tr><th>2024</th><th>2025</th><th>2026</th></tr>
<tr><td>人材の育成</td><td rowspan="2">総務課</td><td>検討</td><td>実施</td><td>実施</td></tr>
<tr><td>定員の管理</td><td>実施</td><td colspan="2">継続</td></tr>
<tr><td>指標</td><td colspan="4">{MORE}<br>・外部研修<br>・内部研修</td></tr></table>
<h2>1 左右の線のない表</h2>
<table class="open"><tr><th>指標</th><th>基準値</th></tr><tr><td>受講率</td><td>50%</td></tr></table><p>{LAST}</p>"""

SHADOW = f"""<style>@page {{ size: A4; margin: 20mm }} body {{ {FONTS} }}
h1 {{ text-shadow: 1px 1px 0 #888, 0.5px 0 0 #000 }}</style><h1>影のある見出し</h1><p>{BODY}</p>"""

LANDSCAPE = f"""<style>@page {{ size: A4 landscape; margin: 20mm }} body {{ {FONTS} }}
table {{ border-collapse: collapse }} td {{ border: 1px solid #000; padding: 4px }}</style>
<h1>横長のページ</h1><p>{BODY}</p>
<table><tr><td>実施項目</td><td>人材の育成</td></tr><tr><td>主管課</td><td>総務課</td></tr></table><p>{MORE}</p>"""

# In fonts whose figures 1 and letters l stand close together.
DIGITS = """<style>@page { size: A4; margin: 20mm } body { font-family: 'Liberation Serif' }</style>
<p>令和11年度までに111件、1,111円、1111人とする。</p>
<p style="font-family: 'Liberation Sans'">Skill, filling, 1.11...</p>"""


def main(folder: Path) -> None:
    """Make every file anew in a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        text = work / "plan-text.txt"
        report = (DOCUMENTS / "tsukubamirai-2024-report.txt").read_text(encoding="utf-8").splitlines()
        plan = (DOCUMENTS / "yuki-2021-plan.txt").read_text(encoding="utf-8").splitlines()
        text.write_text("\n".join(report[:62] + plan[40:90]) + "\n", encoding="utf-8")
        office(text, folder)
        word_file(work / "word-table.docx")
        office(work / "word-table.docx", folder)
        sheet_file(work / "sheet.xlsx")
        office(work / "sheet.xlsx", folder)
        note = work / "note.txt"
        note.write_text("実施項目\t人材の育成\n主管課\t総務課\n", encoding="utf-8")
        for kind, options in (
            ("locked", {"EncryptFile": True, "DocumentOpenPassword": "secret"}),
            ("owner", {"RestrictPermissions": True, "PermissionPassword": "secret", "EnableCopyingOfContent": False}),
        ):
            shutil.copy(note, work / f"{kind}.txt")
            office(work / f"{kind}.txt", folder, options)
        office(note, work)
        unnamed = (work / "note.pdf").read_bytes().replace(b"/ToUnicode", b"/ToNothing")
        (folder / "garbled.pdf").write_bytes(unnamed)
    pages = {"columns": COLUMNS, "vertical": VERTICAL, "web-table": TABLE, "shadow": SHADOW, "landscape": LANDSCAPE}
    pages["digits"] = DIGITS
    for name, html in pages.items():
        printed(html, folder / f"{name}.pdf")
    turned(folder)
    scans(folder)
    (folder / "landscape.pdf").unlink()


def office(source: Path, folder: Path, options: dict[str, bool | str] | None = None) -> None:
    """Convert a file to PDF with LibreOffice."""
    kind = "calc" if source.suffix == ".xlsx" else "writer"
    given = {key: {"type": kind_of(value), "value": str(value).lower()} for key, value in (options or {}).items()}
    target = f"pdf:{kind}_pdf_Export:{json.dumps(given)}" if given else "pdf"
    with tempfile.TemporaryDirectory() as profile:
        subprocess.run(
            [
                "soffice",
                f"-env:UserInstallation={Path(profile).as_uri()}",
                "--headless",
                "--convert-to",
                target,
                "--outdir",
                str(folder),
                str(source),
            ],
            check=True,
            capture_output=True,
        )


def kind_of(value: bool | str) -> str:
    """LibreOffice's name for the type of an option."""
    return "boolean" if isinstance(value, bool) else "string"


def word_file(path: Path) -> None:
    """A sheet with merged cells and a long cell that goes on over the page."""
    document = docx.Document()
    document.add_heading("行政改革プラン", 0)
    document.add_heading("第1章 総論", 1)
    document.add_paragraph(BODY + MORE)
    document.add_paragraph("・" + LAST)
    table = document.add_table(rows=5, cols=4)
    table.style = "Table Grid"
    cells = {(0, 0): "実施項目", (0, 1): "人材の育成", (0, 2): "主管課", (0, 3): "総務課 人事係"}
    cells |= {(1, 0): "取組内容", (1, 1): "①", (1, 2): "研修の計画", (2, 1): "②", (2, 2): "研修の実施"}
    cells |= {(3, 0): "指標", (3, 1): "受講率", (3, 2): "目標値", (3, 3): "50%"}
    for (row, column), words in cells.items():
        table.cell(row, column).text = words
    table.cell(1, 0).merge(table.cell(2, 0))
    table.cell(1, 2).merge(table.cell(1, 3))
    table.cell(2, 2).merge(table.cell(2, 3))
    table.cell(4, 0).text = "評価"
    table.cell(4, 1).merge(table.cell(4, 3)).text = (BODY + MORE + LAST) * 8
    document.add_heading("第2章 各論", 1)
    document.add_paragraph(LAST)
    document.save(str(path))


def sheet_file(path: Path) -> None:
    """A work sheet with lines around its cells."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    thin = Side(style="thin")
    rows = [
        ("項目番号", "実施項目", "主管課", "指標"),
        ("1-(1)", "人材の育成", "総務課", 50),
        ("1-(2)", "定員管理", None, 0.5),
    ]
    for row in rows:
        sheet.append(row)
    sheet.merge_cells("C2:C3")
    for row in sheet["A1:D3"]:
        for cell in row:
            cell.border = Border(left=thin, right=thin, top=thin, bottom=thin)
    book.save(path)


def printed(html: str, path: Path) -> None:
    """Print a page to PDF with Chromium."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page()
        page.set_content(f'<html lang="ja"><meta charset="utf-8">{html}</html>')
        page.pdf(path=path, prefer_css_page_size=True)
        browser.close()


@contextmanager
def opened(path: Path) -> Iterator[pypdfium2.PdfDocument]:
    document = pypdfium2.PdfDocument(path)
    yield document
    document.close()


def turned(folder: Path) -> None:
    """Upright pages around one that is drawn sideways on an upright sheet and shown turned."""
    with opened(folder / "landscape.pdf") as wide, opened(folder / "shadow.pdf") as upright:
        width, height = wide[0].get_size()
        page = wide[0]
        matrix = raw.FS_MATRIX(0, 1, -1, 0, height, 0)
        raw.FPDFPage_TransFormWithClip(page, matrix, None)
        page.set_mediabox(0, 0, height, width)
        page.set_cropbox(0, 0, height, width)
        page.set_rotation(90)
        page.gen_content()
        made = pypdfium2.PdfDocument.new()
        for source in (upright, wide, upright):
            made.import_pages(source)
        made.save(folder / "turned.pdf")
        made.close()


def scans(folder: Path) -> None:
    """Pictures of pages in place of pages."""
    pictures = {}
    for name in ("web-table", "vertical"):
        with opened(folder / f"{name}.pdf") as document:
            pictures[name] = document[0].render(scale=200 / 72, grayscale=True).to_pil().convert("L")
    pictures["web-table"].save(folder / "scan.pdf", "PDF", resolution=200, quality=40)
    pictures["vertical"].save(folder / "vertical-scan.pdf", "PDF", resolution=200, quality=40)
    with opened(folder / "scan.pdf") as scan, opened(folder / "shadow.pdf") as upright:
        made = pypdfium2.PdfDocument.new()
        made.import_pages(upright)
        made.import_pages(scan)
        made.new_page(595, 842)
        data = io.BytesIO()
        made.save(data)
        (folder / "mixed-scan.pdf").write_bytes(data.getvalue())


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent / "pdf")
