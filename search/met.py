"""Which passages meet the conditions of a question that do not restrict it."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from corpus.fiscal_years import find_fiscal_years
from corpus.model import Passage
from search.conditions import Condition
from search.initiatives import Initiatives
from search.model import Filters
from search.signals import Floats

_ROLES = ("baseline", "target", "actual")
_FIGURE = re.compile(r"\d\s*(?:%|％|件|人|円|か所|箇所|回|時間|団体|台|種類|世帯|施設|点|日|年|㎡|m2)")
_DATE = re.compile(r"\d\s*年|\d\s*月|毎[年月週]|FY\s*\d")
_OF_PLACES = ("document", "document_kind", "department", "status")
_OF_FIGURES = ("numbers", "numeric_target", "role", "date")


class ConditionIndex:
    """The passages of an index by what conditions ask for. Nothing changes after making it."""

    def __init__(self, passages: Sequence[Passage], initiatives: Initiatives) -> None:
        self._initiatives = initiatives
        self._titles = np.array([passage.document.title for passage in passages], dtype=str)
        self._kinds = np.array([passage.document.kind for passage in passages], dtype=str)
        printed = [_printed_roles(passage, initiatives) for passage in passages]
        self._roles = {role: np.array([role in roles for roles in printed], dtype=np.float32) for role in _ROLES}
        self._dates = {
            "date": np.array([_DATE.search(one.text) is not None for one in passages], dtype=np.float32),
            "period": np.array([_has_period(one.text) for one in passages], dtype=np.float32),
        }
        has_figure = np.array([_FIGURE.search(passage.text) is not None for passage in passages], dtype=bool)
        is_value = np.array([bool(roles) for roles in printed], dtype=bool)
        self._figures = np.where(is_value, 1, np.where(has_figure, 0.5, 0)).astype(np.float32)

    def places(self, conditions: Sequence[Condition], chosen: NDArray[np.int64]) -> Floats:
        """Return the share of the conditions on documents and initiatives that each passage meets, 0..1; 0 without."""
        return self._share([one for one in conditions if one.kind in _OF_PLACES], chosen)

    def figures(self, conditions: Sequence[Condition], chosen: NDArray[np.int64]) -> Floats:
        """Return the share of the wishes for figures that each passage meets, 0..1; 0 without.

        A value of an indicator meets them; another figure with a unit meets half of the wish for some number.
        """
        return self._share([one for one in conditions if one.kind in _OF_FIGURES], chosen)

    def _share(self, conditions: Sequence[Condition], chosen: NDArray[np.int64]) -> Floats:
        total = np.zeros(len(chosen), dtype=np.float32)
        for condition in conditions:
            total += self._met(condition)[chosen]
        return total / np.float32(max(1, len(conditions)))

    def _met(self, condition: Condition) -> Floats:
        if condition.kind == "document":
            named: Floats = (self._titles == condition.value).astype(np.float32)
            return named
        if condition.kind == "document_kind":
            met: Floats = np.greater_equal(np.char.find(self._kinds, condition.value), 0).astype(np.float32)
            return met
        if condition.kind == "role":
            return self._roles[condition.value]
        if condition.kind == "date":
            return self._dates[condition.value]
        if condition.kind == "numbers":
            return self._figures
        filters = {
            "department": Filters(departments=[condition.value]),
            "status": Filters(statuses=[condition.value]),
            "numeric_target": Filters(numeric_target=True),
        }[condition.kind]
        mask = self._initiatives.passages(filters)
        return np.zeros(len(self._kinds), dtype=np.float32) if mask is None else mask.astype(np.float32)


def _printed_roles(passage: Passage, initiatives: Initiatives) -> set[str]:
    """Return the roles of the values of indicators that a passage prints."""
    initiative = initiatives.of(passage)
    start, end = passage.span
    return {kpi.role for kpi in initiative.own_kpis if start <= kpi.span[0] < end} if initiative else set()


def _has_period(text: str) -> bool:
    return any(mention.first < mention.last for mention in find_fiscal_years(text))
