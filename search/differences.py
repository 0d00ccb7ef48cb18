"""What two values of an indicator differ by: computed exactly, shown with both, for questions that ask for it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from corpus.model import Kpi
from search.citations import plain
from search.indicators import CellMatch
from search.names import fiscal_year_name, role_name

_AMOUNT = re.compile(r"(?P<sign>[▲△−-]?)(?P<digits>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)(?P<unit>\D*)")


@dataclass(frozen=True, slots=True)
class Difference:
    """later minus earlier. unit: as printed, ``%`` for percentage points."""

    earlier: Kpi
    later: Kpi
    amount: Decimal
    unit: str

    @property
    def printed(self) -> str:
        """Return the size of the difference, without its sign, with commas where a value has them."""
        grouped = any("," in one.value for one in (self.earlier, self.later))
        return f"{abs(self.amount):,f}" if grouped else f"{abs(self.amount):f}"


def compared(match: CellMatch) -> tuple[Kpi, Kpi] | None:
    """Return the two values of a match whose difference is meant, the earlier first; None without two that differ.

    The first and the last of those asked for; of one target alone, that and the baseline.
    """
    cells = sorted(match.asked, key=lambda cell: cell.fiscal_year or 0)
    if len(cells) == 1 and cells[0].role != "baseline":
        baselines = [kpi for kpi in match.series.values if kpi.role == "baseline"]
        cells = [*baselines[:1], *cells]
    return (cells[0], cells[-1]) if len(cells) > 1 else None


def difference(earlier: Kpi, later: Kpi) -> Difference | None:
    """Return what two values differ by; None when one is in doubt or no plain number, or their units differ."""
    amounts = [_amount(one) for one in (earlier, later)]
    first, last = amounts
    if first is None or last is None or first[1] != last[1]:
        return None
    return Difference(earlier, later, last[0] - first[0], last[1])


def _amount(cell: Kpi) -> tuple[Decimal, str] | None:
    """Return the number and the unit that a value prints; None for any other value: 4%減, 23億1千万円, 4回~6回."""
    match = _AMOUNT.fullmatch(re.sub(r"\s", "", cell.value))
    if not cell.certain or cell.number is None or not match or match["unit"] != (cell.unit or ""):
        return None
    amount = Decimal(match["digits"].replace(",", ""))
    amount = -amount if match["sign"] else amount
    return (amount, match["unit"]) if float(amount) == cell.number else None


def difference_sentence(one: Difference, language: str) -> str:
    """Return one sentence with a difference and the two values that it is of."""
    parts = [(_dated(cell, language), plain(cell.value)) for cell in (one.earlier, one.later)]
    (earlier, before), (later, after) = parts
    if language == "en":
        unit = " percentage points" if one.unit == "%" else one.unit
        way = "more" if one.amount > 0 else "less"
        if not one.amount:
            return f"The {later} ({after}) is the same as the {earlier} ({before})."
        return f"The {later} ({after}) is {one.printed}{unit} {way} than the {earlier} ({before})."
    unit = "ポイント" if one.unit == "%" else one.unit
    if not one.amount:
        return f"{later}{after}は、{earlier}{before}と同じです。"
    way = "増" if one.amount > 0 else "減"
    return f"{later}{after}は、{earlier}{before}より{one.printed}{unit}の{way}です。"


def _dated(cell: Kpi, language: str) -> str:
    role = role_name(cell.role, language)
    if cell.fiscal_year is None:
        return role
    return f"{fiscal_year_name(cell.fiscal_year, language)}{' ' if language == 'en' else 'の'}{role}"
