"""The parts of an Excel file: its sheets and, one by one, the cells that have a value."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from openpyxl.styles.numbers import BUILTIN_FORMATS

from corpus.errors import CorpusError
from corpus.formats.archive import MAX_CELLS, MAX_CHARACTERS, Package, local_name
from corpus.formats.grid import MAX_COLUMNS
from corpus.formats.number_format import shown, shown_text

_PLACE = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]{1,7})")
_LINE = re.compile(r"_x([0-9A-Fa-f]{4})_")
_TRUE = {"1", "true"}
_TRUTH = {"0": "FALSE", "1": "TRUE"}
# Numbers of the formats that Japanese Excel knows without their text (ECMA-376 part 1, 18.8.30); eras read as years.
_JAPANESE_FORMATS = {
    27: "yyyy年m月d日",
    28: "m月d日",
    29: "m月d日",
    30: "m/d/yyyy",
    31: "yyyy年m月d日",
    32: "h時mm分",
    33: "h時mm分ss秒",
    34: "yyyy年m月",
    35: "m月d日",
    36: "yyyy年m月d日",
    50: "yyyy年m月d日",
    51: "m月d日",
    52: "yyyy年m月",
    53: "m月d日",
    54: "m月d日",
    55: "yyyy年m月",
    56: "m月d日",
    57: "yyyy年m月d日",
    58: "m月d日",
}


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet of a workbook. part: the name of its XML."""

    name: str
    part: str
    hidden: bool


@dataclass(frozen=True, slots=True)
class Value:
    """A cell that is not blank, at its row and column (from 0). text: as the program shows it."""

    row: int
    column: int
    text: str


@dataclass(slots=True)
class Found:
    """What is met beside the values while a sheet is read: counts, and the ranges of merged cells.

    merged: first row, first column, last row, last column, from 0. uncomputed: formulas without a stored value.
    """

    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    uncomputed: int = 0
    hidden_rows: int = 0
    hidden_columns: int = 0


@dataclass(frozen=True, slots=True)
class Workbook:
    """A workbook's sheets in order and what their cells refer to."""

    package: Package
    sheets: tuple[Sheet, ...]
    strings: tuple[str, ...]
    formats: tuple[str, ...]
    from_1904: bool


def open_workbook(package: Package) -> Workbook:
    """Return the workbook of a package; its cells are read by ``values``.

    Raises CorpusError when a part is missing or damaged, or when the file is not a workbook.
    """
    part = package.main_part("xl/workbook.xml")
    if part.endswith(".bin"):
        raise CorpusError(f"{package.name}: a binary workbook (.xlsb); save it as .xlsx")
    root = package.root(part)
    if root is None or local_name(root) != "workbook":
        raise CorpusError(f"{package.name}: not an Excel workbook (.xlsx, .xlsm); give it the name of what it is")
    relations = package.relations(part)
    sheets = []
    for element in root.iter("{*}sheet"):
        relation = next((relations.get(value) for key, value in element.attrib.items() if key.endswith("}id")), None)
        if relation is not None and relation.kind == "worksheet":
            hidden = element.get("state", "visible") != "visible"
            sheets.append(Sheet(element.get("name", ""), relation.target, hidden))
    if not sheets:
        raise CorpusError(f"{package.name}: no sheet with cells in it; save it again from the program it comes from")
    named = {relation.kind: relation.target for relation in relations.values()}
    properties = next(root.iter("{*}workbookPr"), None)
    return Workbook(
        package,
        tuple(sheets),
        tuple(_strings(package, named.get("sharedStrings", ""))),
        tuple(_formats(package, named.get("styles", ""))),
        properties is not None and properties.get("date1904") in _TRUE,
    )


def _strings(package: Package, part: str) -> Iterator[str]:
    """Yield the texts that cells refer to by number, without the furigana set above them."""
    if part not in package.parts:
        return
    characters = 0
    for element in package.stream(part, ("si",)):
        text = rich_text(element)
        characters += len(text)
        if characters > MAX_CHARACTERS:
            raise CorpusError(f"{package.name}: more than the limit of {MAX_CHARACTERS:,} characters; split the file")
        yield text


def rich_text(element: Any) -> str:
    """Return the text of a shared or inline string: of its runs, not of their readings (rPh)."""
    parts = []
    for child in element:
        match local_name(child):
            case "t":
                parts.append(child.text or "")
            case "r":
                parts += [text.text or "" for text in child if local_name(text) == "t"]
    return _LINE.sub(lambda match: chr(int(match[1], 16)), "".join(parts))


def _formats(package: Package, part: str) -> Iterator[str]:
    """Yield the number format of each cell style."""
    root = package.root(part)
    if root is None:
        return
    own = {element.get("numFmtId"): element.get("formatCode", "") for element in root.iter("{*}numFmt")}
    for styles in root.iterchildren("{*}cellXfs"):
        for style in styles.iterchildren("{*}xf"):
            number = style.get("numFmtId", "0")
            builtin = int(number) if number.isdecimal() else 0
            yield own.get(number) or BUILTIN_FORMATS.get(builtin) or _JAPANESE_FORMATS.get(builtin) or "General"


def values(workbook: Workbook, sheet: Sheet, found: Found) -> Iterator[Value]:
    """Yield the values of a sheet in its order, and put into ``found`` what else there is.

    Raises CorpusError when the sheet is damaged or has more cells with a value than the limit.
    """
    row, count = -1, 0
    for element in workbook.package.stream(sheet.part, ("col", "row", "mergeCell")):
        match local_name(element):
            case "row":
                row = _number(element.get("r"), row + 2) - 1
                before = count
                for value in _row(workbook, element, row, found):
                    count += 1
                    if count > MAX_CELLS:
                        raise CorpusError(
                            f"{workbook.package.name}: more than the limit of {MAX_CELLS:,} cells with a value; "
                            "split the file"
                        )
                    yield value
                found.hidden_rows += count > before and element.get("hidden") in _TRUE
            case "mergeCell":
                ends = [_PLACE.fullmatch(end) for end in element.get("ref", "").split(":")]
                if len(ends) == 2 and ends[0] and ends[1]:
                    (top, left), (bottom, right) = ((int(end[2]) - 1, _column(end[1])) for end in ends if end)
                    found.merged.append((top, left, bottom, right))
            case "col" if element.get("hidden") in _TRUE:
                first, last = _number(element.get("min"), 1), _number(element.get("max"), 1)
                # Up to the last column of a sheet: nothing but the empty rest of it is hidden.
                found.hidden_columns += last - first + 1 if last < MAX_COLUMNS else 0


def _row(workbook: Workbook, element: Any, row: int, found: Found) -> Iterator[Value]:
    column = -1
    for cell in element:
        place = _PLACE.fullmatch(cell.get("r", ""))
        column = _column(place[1]) if place else column + 1
        if not len(cell):
            continue
        text = _text(workbook, cell)
        if text:
            yield Value(row, column, text)
        elif any(local_name(child) == "f" for child in cell) and not _has_value(cell):
            found.uncomputed += 1


def _text(workbook: Workbook, cell: Any) -> str:
    kind = cell.get("t", "n")
    if kind == "inlineStr":
        return next((rich_text(child) for child in cell if local_name(child) == "is"), "")
    raw: str | None = next((child.text for child in cell if local_name(child) == "v"), None)
    if not raw:
        return ""
    style = _number(cell.get("s"), 0)
    number_format = workbook.formats[style] if style < len(workbook.formats) else "General"
    match kind:
        case "s":
            at = _number(raw, -1)
            if not 0 <= at < len(workbook.strings):
                raise workbook.package.damaged(f"the cell {cell.get('r', '')}")
            return shown_text(workbook.strings[at], number_format)
        case "str":
            return shown_text(_LINE.sub(lambda match: chr(int(match[1], 16)), raw), number_format)
        case "b":
            return _TRUTH.get(raw, raw)
        case "d":
            return re.sub(r"^(\d+)-0?(\d+)-0?(\d+)(?:T00:00:00.*)?", r"\1年\2月\3日", raw)
        case "e":
            return raw
    try:
        number = float(raw)
        return shown(number, number_format, workbook.from_1904) if abs(number) < float("inf") else raw
    except ValueError:
        return raw


def _has_value(cell: Any) -> bool:
    return any(local_name(child) == "v" and (child.text or cell.get("t") == "str") for child in cell)


def _number(raw: str | None, otherwise: int) -> int:
    return int(raw) if raw and raw.isascii() and raw.isdecimal() and len(raw) < 9 else otherwise


def _column(letters: str) -> int:
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - ord("A") + 1
    return column - 1
