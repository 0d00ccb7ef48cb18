"""The structure of a canonical text: its lines by kind, and the sheets, tables and sections that they form.

No city has a parser of its own. Three layouts are told apart by their lines: a sheet for each initiative (取組シート,
調書, 実績報告), one table with an initiative in each row, and headings with prose.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum
from itertools import pairwise

from corpus.fields import Fields, squeeze
from corpus.model import Span


class Kind(Enum):
    """What a line is."""

    TEXT = "text"
    ITEM = "item"
    HEADING = "heading"
    ROW = "row"
    COLUMNS = "columns"  # the row that names a table's columns
    TITLE = "title"  # the row that names a sheet's initiative
    PAGE_HEADER = "page header"
    CONTENTS = "table of contents"


BOILERPLATE = (Kind.PAGE_HEADER, Kind.CONTENTS)
"""Kinds of lines that are in no passage."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line that is not blank. level: depth of a heading, 1 the highest; blank_before: a blank line precedes it."""

    span: Span
    text: str
    kind: Kind = Kind.TEXT
    level: int = 0
    blank_before: bool = False

    @property
    def cells(self) -> list[str]:
        """Return the row's cells; a line without tabs is one cell."""
        return [cell.strip() for cell in self.text.split("\t")]


_ITEM = re.compile(r"\s*(?:[-*・●○◎▶►▪■□◆◇★☆※➢]|[⇒→])\s*\S")
_MARKDOWN = re.compile(r"(#{1,6})\s+\S")
_LEADERS = re.compile(r"(?<![・.…‥])(?:[・.…‥]{4,}+\s*+\d{0,3}+|[・.…‥]{2,}+\s*+\d{1,3}+)$")
_CONTENTS_ROW = re.compile(r"[^\t]{2,60}\t\s*+\d{0,3}+\s*+")
_CONTENTS_NAME = re.compile(r"\W*\w{0,4}(?:目次|もくじ|contents)\W*", re.IGNORECASE)
_CONTENTS_GAP = 8  # lines from one entry of a table of contents to the next: chapter names, a page header
_BRACKETED = re.compile(r"[〈＜<(（【［\[][^〉＞>)）】］\]]{2,40}[〉＞>)）】］\]]")
_HEADINGS = (
    (2, re.compile(r"第\s*[0-9０-９一二三四五六七八九十]+\s*[章節編部]")),
    (3, re.compile(r"[0-9０-９]{1,2}\s*[.．、 　]\s*[^\d\s.,．，%％].{3}")),
    (4, re.compile(r"[ⅠⅡⅢⅣⅤⅥIVX]{1,4}\s*[.．、 　]\s*\S")),
    (4, re.compile(r"[（(][0-9０-９一二三四五六七八九十]{1,2}[)）]\s*\S")),
    (5, re.compile(r"[①-⑳]\s*\S")),
)
_HEADER_CHARACTERS = 60
_RECURRING_LEVEL = 5
_ISOLATED_LEVEL = 6
BRACKETED_LEVEL = 7
_SENTENCE = re.compile(r"[。、，]")
_FIGURES = re.compile(r"^[\d０-９,.，．%％\s]|[0-9０-９]{3,}|[:：]$|^【?(?:基準|目標|現状|実績)")


def split_lines(text: str) -> list[Line]:
    """Return the lines of a canonical text that are not blank."""
    lines: list[Line] = []
    start, blank = 0, True
    for raw in text.split("\n"):
        if raw.strip():
            lead = len(raw) - len(raw.lstrip(" \u3000"))
            lines.append(Line((start + lead, start + len(raw)), raw[lead:], blank_before=blank))
            blank = False
        else:
            blank = True
        start += len(raw) + 1
    return lines


def classify(lines: Sequence[Line], fields: Fields) -> list[Line]:
    """Return the lines with their kinds and heading levels."""
    title_label = _title_label(lines, fields)
    kinds = [_kind_of_row(line, title_label, fields) for line in lines]
    contents = _contents(lines, kinds, fields)
    headers = _page_headers(lines, kinds)
    classified = [
        _classify_text(lines, at, headers, contents, title_label)
        if kind is Kind.TEXT
        else replace(line, kind=Kind.CONTENTS if at in contents else kind)
        for at, (line, kind) in enumerate(zip(lines, kinds, strict=True))
    ]
    return _level_headings(_close_contents(classified))


def _title_label(lines: Sequence[Line], fields: Fields) -> str | None:
    """Return the field name that heads the document's sheets, if it has sheets.

    The name begins two or more rows and a value follows it. Where another field stands in the same row, the values
    must differ: else it is the first column of one table's repeated head.
    """
    alone: Counter[str] = Counter()
    values: dict[str, set[str]] = {label: set() for label in fields.title}
    for line in lines:
        label = squeeze(line.cells[0]) if "\t" in line.text else ""
        if label in values and (value := _value(line.cells, fields)):
            values[label].add(squeeze(value))
            alone[label] += not is_columns(line.cells, fields)
    return next((label for label in fields.title if alone[label] > 1 or len(values[label]) > 1), None)


def _value(cells: Sequence[str], fields: Fields) -> str | None:
    """Return the first filled cell after a row's first one, unless it is the name of a field."""
    value = next((cell for cell in cells[1:] if cell), None)
    return None if value is None or fields.is_label(value) else value


def is_columns(cells: Sequence[str], fields: Fields) -> bool:
    """Return whether a row names the columns of a table: it has two or more field names."""
    named = [cell for cell in cells if cell]
    return sum(fields.is_label(cell) for cell in named) >= 2


def _kind_of_row(line: Line, title_label: str | None, fields: Fields) -> Kind:
    if "\t" not in line.text:
        return Kind.TEXT
    cells = line.cells
    if title_label and squeeze(cells[0]) == title_label and re.search(r"\w{2}", _value(cells, fields) or ""):
        return Kind.TITLE
    return Kind.COLUMNS if is_columns(cells, fields) else Kind.ROW


def _contents(lines: Sequence[Line], kinds: Sequence[Kind], fields: Fields) -> frozenset[int]:
    """Return the entries of tables of contents: they follow a line that says so (目次), up to the first sentence.

    Elsewhere names with figures (令和7年度, 350) or leaders are data.
    """
    rows = frozenset(_number_rows(lines, kinds, fields))
    found: set[int] = set()
    last: int | None = None
    for at, line in enumerate(lines):
        if len(line.text) <= 20 and _CONTENTS_NAME.fullmatch(squeeze(line.text)):
            last = at
        elif last is None:
            continue
        elif at in rows or (kinds[at] is Kind.TEXT and _LEADERS.search(line.text.strip())):
            found.add(at)
            last = at
        elif "。" in line.text or at - last > _CONTENTS_GAP:
            last = None
    return frozenset(found)


def _number_rows(lines: Sequence[Line], kinds: Sequence[Kind], fields: Fields) -> list[int]:
    """Return the rows ``name, page number`` that stand in runs with three or more ascending numbers."""
    found: list[int] = []
    run: list[int] = []
    for at, line in enumerate([*lines, None]):
        if line is not None and kinds[at] is Kind.ROW and _CONTENTS_ROW.fullmatch(line.text):
            run.append(at)
            continue
        numbers = [int(lines[row].cells[-1]) for row in run if lines[row].cells[-1]]
        if (
            len(numbers) >= 3
            and numbers == sorted(numbers)
            and not any(fields.is_label(lines[r].cells[0]) for r in run)
        ):
            found += run
        run = []
    return found


def _close_contents(lines: list[Line]) -> list[Line]:
    """Take the chapter names between lines of a table of contents into it."""
    closed = list(lines)
    contents = [at for at, line in enumerate(lines) if line.kind is Kind.CONTENTS]
    if contents and contents[0] and lines[contents[0] - 1].kind is Kind.HEADING:
        contents.insert(0, contents[0] - 2)
    for first, following in pairwise(contents):
        if following - first <= 4:
            for at in range(first + 1, following):
                if lines[at].kind in (Kind.HEADING, Kind.ITEM):
                    closed[at] = replace(lines[at], kind=Kind.CONTENTS)
    return closed


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


def repeated_form(text: str) -> str:
    """Return the form in which page headers are compared; OCR reads a dash as one of many, even as the digit one 一."""
    return re.sub(r"[-‐‑–—―－ー一~]", "-", squeeze(text))


def _page_headers(lines: Sequence[Line], kinds: Sequence[Kind]) -> frozenset[str]:
    """Return the repeated lines that stand above a sheet or a table: printed on every page, they say nothing new."""
    forms = [
        repeated_form(line.text)
        if kind is Kind.TEXT and len(line.text) <= _HEADER_CHARACTERS and not _BRACKETED.fullmatch(line.text.strip())
        else ""
        for line, kind in zip(lines, kinds, strict=True)
    ]
    counts = Counter(form for form in forms if form and not form.startswith("#"))
    repeated = {form for form, count in counts.items() if count >= 3}
    above: Counter[str] = Counter()
    for at, kind in enumerate(kinds):
        if kind in (Kind.TITLE, Kind.COLUMNS):
            before = at - 1
            while before >= 0 and forms[before] in repeated:
                above[forms[before]] += 1
                before -= 1
    # A legend (※, ★) or a unit (単位：千円) above a table explains its cells: it stays.
    return frozenset(form for form in repeated if re.match(r"(?!単位)\w", form) and above[form] * 2 >= counts[form])


def _classify_text(
    lines: Sequence[Line],
    at: int,
    headers: frozenset[str],
    contents: frozenset[int],
    title_label: str | None,
) -> Line:
    line = lines[at]
    text = line.text.strip()
    if len(text) <= _HEADER_CHARACTERS and repeated_form(text) in headers:
        return replace(line, kind=Kind.PAGE_HEADER)
    if at in contents:
        return replace(line, kind=Kind.CONTENTS)
    markdown = _MARKDOWN.match(text)
    if markdown:
        return replace(line, kind=Kind.HEADING, level=len(markdown.group(1)))
    if _BRACKETED.fullmatch(text) and "。" not in text:
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
    return bool(_ITEM.match(after.text) or _BRACKETED.fullmatch(after.text)) or len(after.text) >= 40
