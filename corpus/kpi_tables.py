"""Values of indicators in grids: columns of roles (基準値, 目標値), columns of years, and names beside their values."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice

from corpus.cells import Cell, Row
from corpus.departments import department_names
from corpus.fields import Fields, Label
from corpus.fiscal_years import only_year
from corpus.kpi_cells import cell_kpis, kpi
from corpus.kpi_text import name_alone
from corpus.lines import Kind
from corpus.model import Kpi
from corpus.values import cell_values, find_values, is_blank

_ROLES = frozenset(("baseline", "target", "actual"))
_BY_ROW = "by row"
_HEAD_CELLS = 200  # no head of a table has more
_NAME_CHARACTERS = 80
_NAME_IN_LABEL = re.compile(r"[(（]([^()（）]+)[)）]\s*$")


@dataclass(frozen=True, slots=True)
class Column:
    """What a column of a table of indicators holds.

    role: of its values; ``by row`` where each row names the role; ``name`` and ``unit`` of the indicators.
    name: of the indicator, where the head itself names it. since: the year of the first of two values, 3.0→4.0.
    """

    role: str
    year: int | None = None
    name: str | None = None
    since: int | None = None

    @property
    def has_values(self) -> bool:
        """Return whether the column holds values."""
        return self.role in _ROLES or self.role == _BY_ROW


@dataclass
class _State:
    """What the rows above say about the next one."""

    columns: dict[int, Column] = field(default_factory=dict)
    name: str | None = None  # of the indicator
    role: str | None = None  # of values whose row names none
    heading: str | None = None
    stacked: bool = False  # a value with figures stood below the name of its role
    above: dict[int, str] = field(default_factory=dict)  # the cells of the row before
    waiting: list[tuple[str, int | None]] = field(default_factory=list)  # roles whose values stand in later lines


def value_columns(labels: Mapping[int, Label], has_years: bool = False) -> dict[int, Column]:
    """Return the columns of values, and of names and units of indicators; empty when no column holds values.

    has_years: other columns of the table are years.
    """
    columns: dict[int, Column] = {}
    labels = dict(islice(labels.items(), _HEAD_CELLS))
    for at, label in labels.items():
        role = _column_role(label, list(labels.values()), has_years)
        if role:
            columns[at] = Column(role, label.year, label.over or None, label.since)
        elif "indicator" in label.fields and label.year is not None:
            columns[at] = Column(_BY_ROW, label.year, label.text)
        elif "indicator" in label.fields:
            columns[at] = Column("name", name=label.text)
        elif "unit" in label.fields:
            columns[at] = Column("unit")
    return columns if has_years or any(column.has_values for column in columns.values()) else {}


def _column_role(label: Label, labels: Sequence[Label], has_years: bool) -> str | None:
    if not label.fields & _ROLES:
        return None
    others = [other for other in labels if other is not label]
    # 数値目標 heads names where other columns hold the values; 現状 is prose where none does.
    if "indicator" in label.fields and label.year is None and (has_years or any(other.role for other in others)):
        return None
    if label.fields & {"overview", "summary", "goal"} and label.year is None:
        with_values = any(other.fields & (_ROLES | {"indicator"}) for other in others)
        if not with_values:
            return None
    return label.role


def table_kpis(text: str, rows: Sequence[Row], fields: Fields, default_role: str) -> Iterator[Kpi]:
    """Return the values in the rows of a sheet or section, in order.

    default_role: of yearly values beside the indicator's name when no label names their role.
    """
    state = _State()
    for row in rows:
        if row.filled:
            yield from _row_kpis(text, row, state, fields, default_role)


def _row_kpis(text: str, row: Row, state: _State, fields: Fields, default_role: str) -> Iterator[Kpi]:
    filled = row.filled
    labels = [fields.label(cell.text) for cell in filled]
    if row.kind in (Kind.HEADING, Kind.TITLE) and not (labels[-1] and labels[-1].fields & _ROLES):
        heading = filled[-1].text.lstrip("# ").strip() if row.kind is Kind.HEADING else None
        state.columns, state.role, state.name, state.waiting, state.stacked = {}, None, None, [], False
        state.heading = heading
        return
    above, state.above = state.above, {cell.column: cell.text for cell in filled}
    if _note_head(row, labels, above, state):
        return
    if len(filled) == 1 and len(row.cells) == 1:
        found = list(_stacked(text, filled[0], labels[0], state))
        yield from found
        if labels[0] and labels[0].role is None and "indicator" not in labels[0].fields:
            state.columns, state.role = {}, None
        if found or labels[0]:
            return
    first = labels[0]
    if first and not first.fields & (_ROLES | {"indicator"}):
        state.columns, state.role = {}, None
        if "schedule" not in first.fields:
            state.name = None
    if first and "indicator" in first.fields:
        state.role = default_role
    elif first and first.role:
        state.role = first.role
    if state.columns:
        yield from _under_head(text, row, state, fields)
    else:
        yield from _side_kpis(text, row, labels, state)


def _note_head(row: Row, labels: Sequence[Label | None], above: Mapping[int, str], state: _State) -> bool:
    """Keep the columns that a row names; return whether it heads a table, or goes on with the head above it."""
    if len(row.filled) > _HEAD_CELLS:
        return False
    # A cell merged over both rows of a head is printed in each, or in the first alone.
    pairs = list(zip(row.filled, labels, strict=True))
    pairs = [pair for pair in pairs if above.get(pair[0].column) != pair[0].text] or pairs
    filled, labels = zip(*pairs, strict=True)
    years = {cell.column: year for cell in filled if (year := only_year(cell.text)) is not None}
    roles = {at: column for at, column in state.columns.items() if column.role in _ROLES}
    named = {cell.column: label for cell, label in zip(filled, labels, strict=True) if label}
    if years and roles and len(years) == len(filled) and all(any(at >= role for role in roles) for at in years):
        over = {at: roles[max(role for role in roles if role <= at)] for at in years}
        kept = {at: column for at, column in state.columns.items() if at not in roles or column.year}
        state.columns = kept | {at: replace(over[at], year=year) for at, year in years.items()}
        return True
    if len(years) >= 2:
        columns = value_columns(named, has_years=True)
        state.columns = columns | {at: Column(_BY_ROW, year) for at, year in years.items()}
        first = named.get(filled[0].column)
        state.role = first.role if first and "indicator" not in first.fields else None
        own = _NAME_IN_LABEL.search(filled[0].text) if first and "indicator" in first.fields else None
        state.name = own.group(1) if own else None  # 指標の推移（窓口の待ち時間）
        state.columns.pop(filled[0].column if own else -1, None)
        return True
    if len(filled) >= 2 and len(named) * 3 >= len(filled) * 2 and not any(map(_is_figure, filled)):
        columns = value_columns({at: _under(label, at, named, above) for at, label in named.items()})
        if columns:
            state.columns, state.waiting, state.role = columns, [], None
        return bool(columns)
    return False


def _under(label: Label, at: int, named: Mapping[int, Label], above: Mapping[int, str]) -> Label:
    """Return a name of a role with what stands over it in the row before, where that is the name of an indicator."""
    over = max((place for place in above if place <= at), default=None)
    if over is None or not label.role or label.over or len(named) >= len(above) or only_year(above[over]):
        return label
    return replace(label, over=above[over]) if re.search(r"[^\W\d_]{2}", above[over]) else label


def _is_figure(cell: Cell) -> bool:
    """Return whether a cell is a value and little else."""
    return any((value.span[1] - value.span[0]) * 5 >= len(cell.text) * 3 for value in find_values(cell.text))


def _under_head(text: str, row: Row, state: _State, fields: Fields) -> Iterator[Kpi]:
    """Return the values of a row under the columns that the head above it names."""
    columns = state.columns
    by_row = any(column.role == _BY_ROW for column in columns.values())
    free = [cell for cell in row.filled if fields.label(cell.text) is None]
    under = [cell for cell in free if cell.column in columns and columns[cell.column].has_values]
    if by_row and not _are_values(under, sum(column.has_values for column in columns.values())):
        names = [cell for cell in free if len(cell.text) <= _NAME_CHARACTERS]
        if state.role and len(free) == len(names) and names:
            state.name = names[0].text
        return
    named = [cell.text for cell in free if cell not in under and _can_name(cell.text, fields)]
    if by_row and named:
        state.name = named[-1]
    yield from row_values(text, row, columns, fields, state.name or state.heading, state.role)


def row_values(
    text: str,
    row: Row,
    columns: Mapping[int, Column],
    fields: Fields,
    name: str | None = None,
    role: str | None = None,
    unit: str | None = None,
) -> Iterator[Kpi]:
    """Return the values of a row of a table.

    name: of the indicator, where no column holds it. role: of values whose columns leave it to the row, where the row
    does not name it itself. unit: of values that print none, where no column holds it.
    """
    held: dict[str, str] = {}
    for cell in row.filled:
        column = columns.get(cell.column)
        label = fields.label(cell.text)
        if label and label.role and (column is None or column.role == "name"):
            role = label.role  # 計画 or 実績, before the values of the years
        elif column and not column.has_values and label is None:
            held.setdefault(column.role, cell.text)
    if "name" not in held:
        first = min((at for at, column in columns.items() if column.has_values), default=0)
        beside = [cell.text for cell in row.filled if cell.column < first and _can_name(cell.text, fields)]
        whole = not any(column.role == "name" for column in columns.values())
        held["name"] = (beside[-1] if beside and whole else name) or ""
    unit = unicodedata.normalize("NFKC", held["unit"]) if "unit" in held else unit
    row_year = next((year for cell in row.filled[:1] if (year := only_year(cell.text)) is not None), None)
    for cell in row.filled:
        column = columns.get(cell.column)
        if column is None or not column.has_values or fields.label(cell.text):
            continue
        year = column.year or row_year
        own_role = role if column.role == _BY_ROW else column.role
        own_name = column.name or held["name"]
        if own_role and own_name:
            since = column.since if own_role == "target" else None
            yield from cell_kpis(text, cell, own_name, own_role, year, unit, since)


def _can_name(cell: str, fields: Fields) -> bool:
    words = re.search(r"[^\W\d_]{2}", cell) is not None
    return words and len(cell) <= _NAME_CHARACTERS and fields.label(cell) is None and not department_names(cell)


def _are_values(cells: Sequence[Cell], columns: int) -> bool:
    """Return whether cells under years are values, not the name of the indicator or steps of a schedule."""
    if not cells or not all(is_blank(cell.text) or cell_values(cell.text) for cell in cells):
        return False
    return any(map(_is_figure, cells)) or len(cells) == columns


def _stacked(text: str, cell: Cell, label: Label | None, state: _State) -> Iterator[Kpi]:
    """Return the value of a line that follows the name of its role, or names: 基準値（R2） / 目標 / 20 件 / 30 件."""
    if label and label.role and (label.year or not label.fields & {"goal", "summary"}):
        state.waiting.append((label.role, label.year))
        return
    if label is not None:
        state.waiting = []
        return
    if not state.waiting or state.heading is None:
        return
    blank = is_blank(cell.text)
    values = [] if blank else cell_values(cell.text)
    if values and values[0].number is None and not state.stacked:  # words are a value only beside figures
        values = []
    if blank or (values and len(cell.text) <= 30):
        role, year = state.waiting.pop(0)
        state.stacked = state.stacked or bool(values)
        if values:
            yield kpi(text, cell, values[0], state.heading, role, values[0].year or year)
    else:
        state.waiting = []


def _side_kpis(text: str, row: Row, labels: Sequence[Label | None], state: _State) -> Iterator[Kpi]:
    """Return the values beside the names of their roles in a row."""
    filled = row.filled
    role: str | None = None
    year: int | None = None
    for cell, label in zip(filled, labels, strict=True):
        if label and label.role and len(filled) > 1 and not (label is labels[0] and "indicator" in label.fields):
            role, year = label.role, label.year
        elif label:
            role = "name" if "indicator" in label.fields else None
        elif role == "name" or (role is None and state.role and cell.column == 1 and labels[0] is None):
            state.name = (name_alone(cell.text) or None) if len(cell.text) <= _NAME_CHARACTERS else None
            role = None
        elif role and len(cell.text) <= _NAME_CHARACTERS and "。" not in cell.text and _mostly_values(cell.text):
            values = cell_values(cell.text)
            lead = cell.text[: values[0].span[0]].strip(" 　:：①") if values and values[0].number is not None else ""
            name = lead or state.name or state.heading
            if name and find_values(cell.text):
                yield from cell_kpis(text, cell, name, role, year)


def _mostly_values(cell: str) -> bool:
    """Return whether a cell holds values and their names and years, and is no sentence with a figure in it."""
    values = find_values(cell)
    return not values or len(re.sub(r"[(（][^()（）]*[)）]", "", cell[values[-1].span[1] :]).strip()) <= 6
