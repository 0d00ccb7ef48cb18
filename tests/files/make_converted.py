"""Make ``converted/``: the five bundled documents as LibreOffice gives them back, in PDF, Word and Excel.

Run ``python tests/files/make_converted.py`` with LibreOffice (``soffice``) installed, to make them anew.
``lines``: the text files as they are, tabs and all. ``tables``: their rows as true tables, first written as HTML.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from html import escape
from pathlib import Path

HERE = Path(__file__).parent
DOCUMENTS = HERE.parent.parent / "corpus" / "documents"
OUT = HERE / "converted"

TEXT_AS_TABLE = "--infilter=Text - txt - csv (StarCalc):9,34,76,1"  # tabs part cells, UTF-8
TEXT_AS_LINES = "--infilter=Text (encoded):UTF8"


def main() -> int:
    if shutil.which("soffice") is None:
        print("soffice is not installed: apt install libreoffice-writer libreoffice-calc", file=sys.stderr)
        return 1
    for kind in ("lines", "tables"):
        (OUT / kind).mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        for source in sorted(DOCUMENTS.glob("*.txt")):
            text = source.read_text(encoding="utf-8")
            plain, table, page = (work / f"{source.stem}{suffix}" for suffix in (".txt", ".csv", ".html"))
            plain.write_text(text, encoding="utf-8")
            table.write_text(text, encoding="utf-8")
            page.write_text(as_html(text), encoding="utf-8")
            convert(plain, "pdf", OUT / "lines", TEXT_AS_LINES)
            convert(plain, "docx:MS Word 2007 XML", OUT / "lines", TEXT_AS_LINES)
            convert(table, "xlsx", OUT / "lines", TEXT_AS_TABLE)
            convert(page, "docx:MS Word 2007 XML", OUT / "tables", "--infilter=HTML (StarWriter)")
            convert(page, "xlsx", OUT / "tables", "--infilter=HTML (StarCalc)")
    return 0


def convert(path: Path, form: str, folder: Path, *options: str) -> None:
    command = ["soffice", "--headless", *options, "--convert-to", form, "--outdir", str(folder), str(path)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def as_html(text: str) -> str:
    """Return a text with its rows as tables, its headings as headings and its other lines as paragraphs."""
    parts = ['<html><head><meta charset="utf-8"></head><body>']
    rows: list[list[str]] = []
    for line in [*text.split("\n"), ""]:
        if "\t" in line:
            rows.append([cell.strip() for cell in line.split("\t")])
            continue
        if rows:
            width = max(map(len, rows))
            body = "".join(
                "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in [*row, *[""] * (width - len(row))]) + "</tr>"
                for row in rows
            )
            parts.append(f'<table border="1">{body}</table>')
            rows = []
        depth = len(line) - len(line.lstrip("#"))
        if depth:
            parts.append(f"<h{depth}>{escape(line.strip('# *'))}</h{depth}>")
        elif line.strip():
            parts.append(f"<p>{escape(line.strip())}</p>")
    return "\n".join([*parts, "</body></html>"])


if __name__ == "__main__":
    sys.exit(main())
