"""The values of a cell, under the name of their indicator: one, two with brackets, or several with ①② before them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from corpus.cells import Cell, trimmed
from corpus.model import Kpi
from corpus.values import Value, cell_values, unit_in_name

_MARK = re.compile("[①-⑳]")
_ARROW = re.compile(r"(?<=[^\s→⇒])\s*[→⇒]\s*(?=[^\s→⇒])")
_TWO = re.compile(r"(.+?)\s*[(（]([^()（）]+)[)）]")


def cell_kpis(
    text: str,
    cell: Cell,
    name: str,
    role: str,
    year: int | None,
    unit: str | None = None,
    since: int | None = None,
) -> Iterator[Kpi]:
    """Return the values of a cell that holds nothing else.

    name: of the indicator, or of several, each with ① ② before it, as the cell's values then have. unit: that a
    column of its own prints. since: the year of the first of two values that an arrow joins, 3.0→4.0, a baseline.
    """
    arrow = _ARROW.search(cell.text) if role == "target" else None
    if arrow:
        first = trimmed(cell.text[: arrow.start()], cell.span[0], cell.column)
        second = trimmed(cell.text[arrow.end() :], cell.span[0] + arrow.end(), cell.column)
        yield from _plain_kpis(text, first, name, "baseline", since, unit)
        yield from _plain_kpis(text, second, name, role, year, unit)
        return
    parts = marked(cell)
    if len(parts) > 1:
        names = {mark: part.text for mark, part in marked(Cell(name, (0, len(name)), 0))}
        for mark, part in parts:
            yield from _plain_kpis(text, part, names.get(mark) or f"{name} {mark}", role, year, unit)
        return
    yield from _plain_kpis(text, cell, name, role, year, unit)


def marked(cell: Cell) -> list[tuple[str, Cell]]:
    """Return the parts of a cell that ① ② begin, each with its mark; none when it does not begin with one."""
    marks = list(_MARK.finditer(cell.text))
    if not marks or marks[0].start():
        return []
    ends = [*(mark.start() for mark in marks[1:]), len(cell.text)]
    parts = []
    for mark, end in zip(marks, ends, strict=True):
        raw = cell.text[mark.end() : end]
        start = cell.span[0] + mark.end() + len(raw) - len(raw.lstrip())
        parts.append((mark.group(), Cell(raw.strip(), (start, start + len(raw.strip())), cell.column)))
    return parts


def _plain_kpis(text: str, cell: Cell, name: str, role: str, year: int | None, unit: str | None) -> Iterator[Kpi]:
    values = cell_values(cell.text)
    plain = " ".join(name.split())
    two = _TWO.fullmatch(plain) if len(values) > 1 else None  # 時間外勤務総時間 (時間外勤務手当)
    for at, value in enumerate(values):
        own = two.group(min(at, 1) + 1) if two else plain
        yield kpi(text, cell, value, own, role, value.year or year, unit)


def kpi(text: str, cell: Cell, value: Value, name: str, role: str, year: int | None, unit: str | None = None) -> Kpi:
    """Return the KPI of a value in a cell. unit: of one that prints none, before that in the name's brackets."""
    start, end = cell.span[0] + value.span[0], cell.span[0] + value.span[1]
    own = value.unit or ((unit or unit_in_name(name)) if value.number is not None else None)
    found = Kpi(" ".join(name.split()), role, year, text[start:end], value.number, own, (start, end))
    return replace(found, certain=False, reason=value.reason) if value.reason else found
