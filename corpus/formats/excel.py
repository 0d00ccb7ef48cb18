"""Excel workbooks (.xlsx, .xlsm): every sheet's cells as they are shown."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from corpus.errors import CorpusError
from corpus.formats.archive import MAX_CELLS, Package, drawn_lines, open_package, words
from corpus.formats.grid import Cell, fill, one_line, sheet_lines
from corpus.formats.workbook import Found, Sheet, Workbook, open_workbook, values
from corpus.model import Extracted


def read_excel(path: Path) -> Extracted:
    """Return the text of a workbook: each sheet under a heading with its name, its rows with tabs between cells,
    then the text boxes over it.

    Values read as Excel shows them; of a formula the value that was stored. Hidden sheets, rows and columns are read
    and told in the remarks, as are notes (not read) and formulas without a stored value. There are no pages.
    Raises CorpusError when the file cannot be read: missing, damaged, encrypted, too large, without words.
    """
    with open_package(path) as package:
        workbook = open_workbook(package)
        total = Found()
        parts: list[str] = []
        cells = notes = 0
        for sheet in workbook.sheets:
            found = Found()
            lines, count = _sheet(workbook, sheet, found)
            drawn = _drawn(package, sheet)
            lines += ["", *drawn] if drawn and lines else drawn
            cells += count
            if cells > MAX_CELLS:
                raise CorpusError(f"{path.name}: more than the limit of {MAX_CELLS:,} cells; split the file")
            if lines:
                parts += [f"# {one_line(sheet.name)}", "", *lines, ""]
            notes += _notes(package, sheet)
            total.uncomputed += found.uncomputed
            total.hidden_rows += found.hidden_rows if lines else 0
            total.hidden_columns += found.hidden_columns if lines else 0
        if not parts and total.uncomputed:
            raise CorpusError(
                f"{path.name}: {total.uncomputed:,} cells with formulas, but no values stored with them; "
                "open it in Excel or LibreOffice and save it again"
            )
        text = words(path.name, "\n".join(parts).rstrip() + "\n")
        return Extracted(text, remarks=tuple(_remarks(workbook, total, notes)))


def _sheet(workbook: Workbook, sheet: Sheet, found: Found) -> tuple[list[str], int]:
    """Return the lines of a sheet and the number of its cells."""
    placed = {
        (value.row, value.column): Cell(value.row, value.column, text)
        for value in values(workbook, sheet, found)
        if (text := one_line(value.text))
    }
    tall = []
    for top, left, bottom, right in found.merged:
        cell = placed.get((top, left))
        if cell is not None and bottom >= top and right >= left:
            placed[top, left] = replace(cell, rows=bottom - top + 1, columns=right - left + 1)
            tall.append(placed[top, left])
    # Some programs write the cells of a sheet in another order.
    rows = fill((placed[place] for place in sorted(placed)), workbook.package.name)
    return sheet_lines(rows, workbook.package.name, tall), len(placed)


def _drawn(package: Package, sheet: Sheet) -> list[str]:
    """Return the lines of the text boxes that lie over a sheet."""
    parts = [relation.target for relation in package.relations(sheet.part).values() if relation.kind == "drawing"]
    roots = [package.root(part) for part in parts]
    return [one_line(line) for root in roots if root is not None for line in drawn_lines(root)]


def _notes(package: Package, sheet: Sheet) -> int:
    parts = [relation.target for relation in package.relations(sheet.part).values() if relation.kind == "comments"]
    roots = [package.root(part) for part in parts]
    return sum(1 for root in roots if root is not None for _ in root.iter("{*}comment"))


def _remarks(workbook: Workbook, total: Found, notes: int) -> Iterator[str]:
    hidden = [sheet.name for sheet in workbook.sheets if sheet.hidden]
    if hidden:
        yield f"Hidden sheets were read too: {', '.join(one_line(name) for name in hidden)}."
    if total.hidden_rows or total.hidden_columns:
        yield f"Hidden rows and columns were read too: {total.hidden_rows:,} and {total.hidden_columns:,}."
    if total.uncomputed:
        yield (
            f"Formulas without a stored value, left out: {total.uncomputed:,}; "
            "open the file in Excel or LibreOffice and save it again to have them."
        )
    if notes:
        yield f"Notes on cells left out: {notes:,}."
