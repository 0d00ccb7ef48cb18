"""The structure of a canonical text: its lines by kind, and the sheets, tables and sections that they form.

No city has a parser of its own. Three layouts are told apart by their lines: a sheet for each initiative (取組シート,
調書, 実績報告), one table with an initiative in each row, and headings with prose.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from corpus.boilerplate import (
    HEADER_CHARACTERS,
    close_contents,
    contents_lines,
    page_edges,
    page_headers,
    repeated_form,
)
from corpus.cells import cell_texts
from corpus.fields import Fields, squeeze
from corpus.fiscal_years import only_year
from corpus.lines import BRACKETED, Kind, Line

_ITEM = re.compile(r"\s*(?:[-*・●○◎▶►▪■□◆◇★☆※➢]|[⇒→])\s*\S")
_MARKDOWN = re.compile(r"(#{1,6})\s+\S")
_HEADINGS = (
    (2, re.compile(r"基本(?:方針|目標|施策|戦略)\s*[0-9０-９Ⅰ-Ⅹ]{1,2}(?:[\s　：:．.]|$)")),
    (
        4,
        re.compile(
            r"(?:重点|主要|個別|改革|実施)?(?:取組|取り組み|取組み|施策|項目|事業)(?:項目|番号)?\s*(?:№|No\.?)?\s*"
            r"[0-9０-９]{1,2}(?:\s*[-－‐–]\s*[0-9０-９]{1,2}){0,2}[\s　：:．.]+[^\d\s].{2}"
        ),
    ),
    (2, re.compile(r"第\s*[0-9０-９一二三四五六七八九十]+\s*[章節編部]")),
    (3, re.compile(r"[0-9０-９]{1,2}\s*[.．、 　]\s*[^\d\s.,．，%％].{3}")),
    (4, re.compile(r"[0-9０-９]{1,2}(?:\s*[-－‐–]\s*[0-9０-９]{1,2}){1,2}[.．\s　]+[^\d\s.,．，%％].{2}")),
    (4, re.compile(r"[ⅠⅡⅢⅣⅤⅥIVX]{1,4}\s*[.．、 　]\s*\S")),
    (4, re.compile(r"[（(][0-9０-９一二三四五六七八九十]{1,2}[)）]\s*\S")),
    (5, re.compile(r"[①-⑳]\s*\S")),
)
_RECURRING_LEVEL = 5
_ISOLATED_LEVEL = 6
BRACKETED_LEVEL = 7
NUMBERED = "number and title"  # what heads sheets that do not name their title
_SHEET_ROWS = 30
_SENTENCE = re.compile(r"[。、，]")
_FIGURES = re.compile(r"^[\d０-９,.，．%％\s]|[0-9０-９]{3,}|[:：]$|^【?(?:基準|目標|現状|実績)")


def classify(lines: Sequence[Line], fields: Fields, pages: Sequence[int] = ()) -> list[Line]:
    """Return the lines with their kinds and heading levels. pages: where pages begin, in a document that has them."""
    edges = page_edges(lines, pages)
    kept = [line for at, line in enumerate(lines) if at not in edges]
    classified = iter(_classify(kept, fields))
    return [replace(line, kind=Kind.PAGE_EDGE) if at in edges else next(classified) for at, line in enumerate(lines)]


def _classify(lines: Sequence[Line], fields: Fields) -> list[Line]:
    title_label = _title_label(lines, fields)
    if title_label is None and sum(_is_numbered_title(line, fields) for line in lines) >= 2:
        title_label = NUMBERED
    kinds = [_kind_of_row(line, title_label, fields) for line in lines]
    contents = contents_lines(lines, kinds, fields)
    headers = page_headers(lines, kinds, fields)
    classified = [
        _classify_text(lines, at, headers, contents, title_label)
        if kind is Kind.TEXT
        else Line(line.span, line.text, Kind.CONTENTS if at in contents else kind, line.level, line.blank_before)
        for at, (line, kind) in enumerate(zip(lines, kinds, strict=True))
    ]
    return _level_headings(close_contents(classified))


def _title_label(lines: Sequence[Line], fields: Fields) -> str | None:
    """Return the field name that heads the document's sheets, if it has sheets.

    The name begins two or more rows and a value follows it. Where another field stands in the same row, the values
    must differ: else it is the first column of one table's repeated head.
    """
    alone: Counter[str] = Counter()
    counts: Counter[str] = Counter()
    headed: Counter[str] = Counter()
    values: dict[str, set[str]] = {label: set() for label in fields.title}
    for place, line in enumerate(lines):
        cells = cell_texts(line, fields)
        if len(cells) < 2:
            continue
        for at, cell in enumerate(cells):
            label = squeeze(cell)
            if label in values and (value := _value(cells[at:], fields)):
                values[label].add(squeeze(value))
                alone[label] += not is_columns(cells, fields)
                counts[label] += 1
                headed[label] += _is_headed(lines, place, fields)
    return next(
        (
            label
            for label in fields.title
            if (alone[label] > 1 or len(values[label]) > 1) and headed[label] * 5 < counts[label] * 4
        ),
        None,
    )


def _is_numbered_title(line: Line, fields: Fields) -> bool:
    """Return whether a row heads a sheet without a name for its title: 取組番号, 3, 窓口の改善."""
    filled = [cell for cell in line.cells if cell] if "\t" in line.text else []
    if len(filled) != 3 or not fields.is_a(filled[0], "number"):
        return False
    return bool(re.search(r"\d", filled[1])) and len(filled[1]) <= 8 and bool(re.search(r"[^\W\d_]{3}", filled[2]))


def _is_headed(lines: Sequence[Line], at: int, fields: Fields) -> bool:
    """Return whether a field stands below others under a heading: then the heading names the initiative, not it."""
    above = at - 1
    while at - above < _SHEET_ROWS and above >= 0 and "\t" in lines[above].text and fields.label(lines[above].cells[0]):
        above -= 1
    text = lines[above].text.strip() if above >= 0 else ""
    return above < at - 1 and any(pattern.match(text) for _, pattern in (*_HEADINGS, (0, _MARKDOWN)))


def _value(cells: Sequence[str], fields: Fields) -> str | None:
    """Return the first filled cell after a row's first one, unless it is the name of a field or a year."""
    value = next((cell for cell in cells[1:] if cell), None)
    return None if value is None or fields.label(value) or only_year(value) else value


def title_value(cells: Sequence[str], fields: Fields) -> str | None:
    """Return the name of the initiative in a title row: what follows its label, or else the first cell."""
    at = next((at for at, cell in enumerate(cells) if squeeze(cell) in fields.title), 0)
    if fields.is_a(cells[at], "number"):
        return next((cell for cell in reversed(cells) if cell), None)
    return next((cell for cell in cells[at + 1 :] if cell), None)


def is_columns(cells: Sequence[str], fields: Fields) -> bool:
    """Return whether a row names the columns of a table: it has two or more field names."""
    named = [cell for cell in cells if cell]
    return sum(fields.is_label(cell) for cell in named) >= 2


def _kind_of_row(line: Line, title_label: str | None, fields: Fields) -> Kind:
    cells = cell_texts(line, fields)
    if title_label == NUMBERED and _is_numbered_title(line, fields):
        return Kind.TITLE
    if title_label:
        at = next((at for at, cell in enumerate(cells) if squeeze(cell) == title_label), None)
        if at is not None and re.search(r"\w{2}", _value(cells[at:], fields) or ""):
            return Kind.TITLE
    if "\t" not in line.text:
        return Kind.TEXT
    return Kind.COLUMNS if is_columns(cells, fields) else Kind.ROW


def _level_headings(lines: list[Line]) -> list[Line]:
    """Mend heading levels: extraction programs give one series (基本施策1, 2, ...) or one name several levels."""
    series: dict[str, int] = {}
    names: Counter[str] = Counter()
    for line in lines:
        if line.kind is Kind.HEADING:
            names[heading_name(line)] += 1
            stem = _series_stem(line)
            if stem:
                series[stem] = min(line.level, series.get(stem, line.level))
    return [_level_heading(line, series, names) for line in lines]


def _level_heading(line: Line, series: dict[str, int], names: Counter[str]) -> Line:
    if line.kind is not Kind.HEADING or line.level >= BRACKETED_LEVEL:
        return line
    stem = _series_stem(line)
    if stem:
        return replace(line, level=series[stem])
    numbered = any(pattern.match(heading_name(line)) for _, pattern in _HEADINGS)
    if names[heading_name(line)] >= 3 and not numbered:  # a number keeps its level on every page that repeats it
        return replace(line, level=max(line.level, _RECURRING_LEVEL))
    return line


def heading_name(line: Line) -> str:
    """Return a heading's text without Markdown signs."""
    return line.text.strip().lstrip("#").strip()


def _series_stem(line: Line) -> str | None:
    match = re.match(r"([^\W\d]{2,8})\s*[0-9０-９]{1,2}\b", heading_name(line))
    return match.group(1) if match else None


def _classify_text(
    lines: Sequence[Line],
    at: int,
    headers: frozenset[str],
    contents: frozenset[int],
    title_label: str | None,
) -> Line:
    line = lines[at]
    text = line.text.strip()
    if len(text) <= HEADER_CHARACTERS and repeated_form(text) in headers:
        return replace(line, kind=Kind.PAGE_HEADER)
    if at in contents:
        return replace(line, kind=Kind.CONTENTS)
    markdown = _MARKDOWN.match(text)
    if markdown:
        return replace(line, kind=Kind.HEADING, level=len(markdown.group(1)))
    if BRACKETED.fullmatch(text) and "。" not in text:
        return replace(line, kind=Kind.HEADING, level=BRACKETED_LEVEL)
    if len(text) <= 45 and not _SENTENCE.search(text):
        for level, pattern in _HEADINGS:
            if pattern.match(text):
                return replace(line, kind=Kind.HEADING, level=level)
        if _is_isolated_heading(lines, at, title_label):
            return replace(line, kind=Kind.HEADING, level=_ISOLATED_LEVEL)
    if _ITEM.match(text):
        return replace(line, kind=Kind.ITEM)
    return line


def _is_isolated_heading(lines: Sequence[Line], at: int, title_label: str | None) -> bool:
    """Return whether a short line stands alone above a paragraph, a list or a heading in brackets."""
    if title_label or at + 1 >= len(lines):  # in a document of sheets, stray short lines are torn cells
        return False
    line, after = lines[at], lines[at + 1]
    text = line.text.strip()
    if not line.blank_before or not after.blank_before or len(text) > 30:
        return False
    if _FIGURES.search(text) or _ITEM.match(text):
        return False
    return bool(_ITEM.match(after.text) or BRACKETED.fullmatch(after.text)) or len(after.text) >= 40
