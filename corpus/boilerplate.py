"""What stands on pages without saying anything new: running titles, page numbers, tables of contents."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from corpus.fields import Fields, squeeze
from corpus.lines import BRACKETED, Kind, Line

_LEADERS = re.compile(r"(?<![・.…‥])(?:[・.…‥]{4,}+\s*+\d{0,3}+|[・.…‥]{2,}+\s*+\d{1,3}+)$")
_CONTENTS_ROW = re.compile(r"[^\t]{2,60}\t\s*+\d{0,3}+\s*+")
_CONTENTS_NAME = re.compile(r"\W*\w{0,4}(?:目次|もくじ|contents)\W*", re.IGNORECASE)
_CONTENTS_GAP = 8  # lines from one entry of a table of contents to the next: chapter names, a page header
_PAGE_NUMBER = re.compile(r"\W{0,3}(?:[Pp](?:age)?\.?)?0(?:/0)?(?:頁|ページ)?\W{0,3}")
HEADER_CHARACTERS = 60


def page_edges(lines: Sequence[Line], pages: Sequence[int]) -> frozenset[int]:
    """Return the first and last lines of pages that hold a page number, or what other pages hold there too."""
    starts = [line.span[0] for line in lines]
    bounds = [bisect_left(starts, page) for page in pages] + [len(lines)]
    edges = [{first, last - 1} for first, last in pairwise(bounds) if first < last]
    forms = {at: re.sub(r"[\d〇一二三四五六七八九十]+", "0", squeeze(lines[at].text)) for at in set().union(*edges)}
    counts = Counter(forms.values())
    return frozenset(
        at
        for at, form in forms.items()
        if "\t" not in lines[at].text
        and len(lines[at].text) <= HEADER_CHARACTERS
        and (_PAGE_NUMBER.fullmatch(form) or (counts[form] >= 3 and counts[form] * 3 >= len(edges)))
    )


def contents_lines(lines: Sequence[Line], kinds: Sequence[Kind], fields: Fields) -> frozenset[int]:
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


def close_contents(lines: list[Line]) -> list[Line]:
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


def repeated_form(text: str) -> str:
    """Return the form in which page headers are compared; OCR reads a dash as one of many, even as the digit one 一."""
    return re.sub(r"[-‐‑–—―－ー一~]", "-", squeeze(text))


def page_headers(lines: Sequence[Line], kinds: Sequence[Kind], fields: Fields) -> frozenset[str]:
    """Return the repeated lines that stand above a sheet or a table: printed on every page, they say nothing new."""
    forms = [
        repeated_form(line.text)
        if kind is Kind.TEXT
        and len(line.text) <= HEADER_CHARACTERS
        and not BRACKETED.fullmatch(line.text.strip())
        and not fields.label(line.text)  # a field without a value
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
