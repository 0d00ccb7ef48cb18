"""Tables of initiatives: which columns hold what, and the rows that belong to one initiative."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from corpus.cells import before_named
from corpus.fields import Fields, Label, squeeze
from corpus.fiscal_years import only_year
from corpus.lines import Kind, Line

# A table that names initiatives says one of these things about them.
_ABOUT = frozenset(
    ("overview", "action", "department", "indicator", "baseline", "target", "actual", "progress", "schedule", "period")
)


_SUM = re.compile(r"(?:総|小|合)?計額?|合計欄")
_A_NUMBER = re.compile(r"\W{0,2}(?:No\.?)?\s*[\dⅠ-Ⅻ①-⑳A-Za-zア-ン]{1,4}(?:\W{1,3}[\d①-⑳]{1,3}\W?){0,3}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class TableRow:
    """The lines of one initiative in a table. group: names of the groups that it stands in, outermost first.

    title: empty for rows that are of none, such as sums.
    """

    lines: tuple[Line, ...]
    number: str | None
    title: str
    group: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class InitiativeTable:
    """A table of initiatives: the rows that name its columns, and its initiatives."""

    head: tuple[Line, ...]
    rows: tuple[TableRow, ...]


def column_labels(head: Sequence[Line], fields: Fields) -> dict[int, Label]:
    """Return the fields that the columns of a table hold, by column, with the year that stands above or below.

    A name over several columns (目標値 over R7, R8) holds for each of them that has a name of its own below.
    """
    found: dict[int, Label] = {}
    for depth, line in enumerate(head):
        over: str = ""
        for at, cell in enumerate(line.cells):
            over = cell or over
            below = any(at < len(other.cells) and other.cells[at] for other in head[depth + 1 :])
            name = cell or (over if below else "")
            label, year = fields.label(name), only_year(name)
            held = found.get(at)
            if label:
                above = held.over if held else ""
                if held and "indicator" in held.fields and held.text != label.text:
                    above = held.text
                year = label.year or (held.year if held else None)
                found[at] = Label(label.fields, year, label.text, label.since, above)
            elif year is not None:
                found[at] = replace(held, year=year) if held else Label(frozenset(), year)
            elif name and below and held is None:
                found[at] = Label(frozenset(), over=" ".join(name.split()))  # the name of an indicator over its roles
    return {at: label for at, label in found.items() if label.fields}


def title_column(head: Sequence[Line], fields: Fields) -> int | None:
    """Return the column of the initiatives' names: that beside their numbers, else the most specific name."""
    if not head:
        return None
    names = [squeeze(cell) for cell in head[0].cells]
    labels = column_labels(head, fields)
    titles = [at for at, label in labels.items() if "title" in label.fields]
    beside = next((at for at in titles if at - 1 in labels and "number" in labels[at - 1].fields), None)
    if beside is not None:
        return beside
    return next((names.index(name) for name in fields.title if name in names), titles[0] if titles else None)


def read_table(lines: Sequence[Line], fields: Fields) -> InitiativeTable | None:
    """Return the initiatives of a table; None when it is a table of something else."""
    size = 1
    while size < len(lines) and continues_head(lines[size], fields):
        size += 1
    head, body = tuple(lines[:size]), lines[size:]
    labels = column_labels(head, fields)
    title = title_column(head, fields)
    if title is None or not body or not any(label.fields & _ABOUT for at, label in labels.items() if at != title):
        return None
    number = next((at for at, label in labels.items() if "number" in label.fields), None)
    groups = [at for at in range(title) if at not in labels or not labels[at].fields & {"number", *_ABOUT}]
    numbered = number is not None and _mostly_numbered(body, title, number)
    rows = tuple(_rows(body, title, number, groups, fields, numbered))
    return InitiativeTable(head, rows) if rows else None


def goes_on(line: Line, fields: Fields) -> bool:
    """Return whether a row goes on with the table above it: it is not the head of another, nor a sentence alone."""
    if line.kind is not Kind.ROW:
        return False
    filled = [cell for cell in line.cells if cell]
    if len(filled) == 1:
        return "。" not in filled[0] or not line.cells[0]
    labels = [cell for cell in filled if fields.label(cell)]
    return len(labels) < 2 or len(labels) * 3 < len(filled) * 2 or only_year(filled[-1]) is not None


def continues_head(line: Line, fields: Fields) -> bool:
    """Return whether a row holds nothing but years and names of fields: the second row of a head."""
    filled = [cell for cell in line.cells if cell]
    named = [cell for cell in filled if fields.label(cell) or only_year(cell)]
    return line.kind is Kind.COLUMNS or (bool(filled) and len(named) * 4 >= len(filled) * 3 and not line.cells[0])


def _mostly_numbered(lines: Sequence[Line], title: int, number: int) -> bool:
    """Return whether the rows of a table have numbers: then one without is the rest of the row above, cut off."""
    cells = [line.cells for line in lines]
    named = [row for row in cells if title < len(row) and row[title] and number < len(row)]
    return sum(bool(_A_NUMBER.fullmatch(row[number])) for row in named) * 2 > len(named)


def _rows(
    lines: Sequence[Line], title: int, number: int | None, groups: Sequence[int], fields: Fields, numbered: bool
) -> Iterator[TableRow]:
    held: list[Line] = []
    above: list[Line] = []
    named: tuple[str | None, str] | None = None
    over: str | None = None
    inside: dict[int, str] = {}

    def whole() -> Iterator[TableRow]:
        if named:
            group = ([over] if over else []) + [inside[at] for at in sorted(inside)]
            yield TableRow(tuple(held), named[0], named[1], tuple(group))

    for line in lines:
        cells = line.cells
        filled = [cell for cell in cells if cell]
        own = (cells[number] or None) if number is not None and number < len(cells) else None
        name = before_named(cells[title], fields) if title < len(cells) else ""
        if _SUM.fullmatch(squeeze(next(iter(filled), ""))):
            yield from whole()
            held, named, above = [], None, [*above, line]
            continue
        if len(filled) == 1 and not (name and own) and not filled[0].startswith("※") and cells[0] and len(cells) > 1:
            yield from whole()
            held, named, above, over, inside = [], None, [*above, line], filled[0], {}
            continue
        merged = named is not None and name == named[1] and own in (None, named[0])
        merged = merged or (numbered and not _A_NUMBER.fullmatch(own or ""))
        if not re.search(r"[^\W\d_]{2}", name) or name.startswith("※") or merged:
            (held if named else above).append(line)
            continue
        yield from whole()
        held, named, above = [*above, line], (own, name), []
        for at in groups:
            if at < len(cells) and cells[at] and not fields.label(cells[at]):
                inside = {other: text for other, text in inside.items() if other < at} | {at: cells[at]}
    yield from whole()
    if above:
        yield TableRow(tuple(above), None, "", ())
