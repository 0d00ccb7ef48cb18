"""The initiatives of an index: which one a passage is of, and which of them a filter admits."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from difflib import get_close_matches

import numpy as np
from numpy.typing import NDArray

from corpus.fields import load_fields
from corpus.model import Initiative, Kpi, Passage
from search.errors import SearchError
from search.model import Filters

_NEAREST = 5
_COMPARED_CHARACTERS = 60

Mask = NDArray[np.bool_]


class Initiatives:
    """The initiatives of an index and where its passages belong. Nothing changes after opening.

    departments: every name, that of most initiatives first. statuses: every normalised word, in the order of
    ``corpus/data/fields.toml``, from done to not begun.
    """

    def __init__(self, initiatives: Sequence[Initiative], passages: Sequence[Passage]) -> None:
        self.all = tuple(initiatives)
        self._position = {(one.document_id, one.ordinal): position for position, one in enumerate(self.all)}
        self._at = np.array([self._position_of(passage) for passage in passages], dtype=np.int64)
        self._of_department: dict[str, list[int]] = defaultdict(list)
        self._of_status: dict[str, list[int]] = defaultdict(list)
        for position, initiative in enumerate(self.all):
            for department in dict.fromkeys(initiative.departments):
                self._of_department[department].append(position)
            for status in dict.fromkeys(progress.status for progress in initiative.progress):
                self._of_status[status].append(position)
        self._numeric = np.array([has_numeric_target(initiative) for initiative in self.all], dtype=bool)
        self.departments = tuple(sorted(self._of_department, key=lambda name: (-len(self._of_department[name]), name)))
        order = {status: place for place, status in enumerate(dict.fromkeys(load_fields().statuses.values()))}
        self.statuses = tuple(sorted(self._of_status, key=lambda status: (order.get(status, len(order)), status)))

    def of(self, passage: Passage) -> Initiative | None:
        """Return the initiative that a passage is of; None when it is of none."""
        position = self._position_of(passage)
        return None if position < 0 else self.all[position]

    def _position_of(self, passage: Passage) -> int:
        return -1 if passage.initiative is None else self._position.get((passage.document.id, passage.initiative), -1)

    def passages(self, filters: Filters) -> Mask | None:
        """Return which passages are of an initiative that the filters admit; None when they admit every passage."""
        if not (filters.departments or filters.statuses or filters.numeric_target):
            return None
        admitted = np.ones(len(self.all), dtype=bool)
        if filters.departments:
            admitted &= self._any(self._of_department, filters.departments)
        if filters.statuses:
            admitted &= self._any(self._of_status, filters.statuses)
        if filters.numeric_target:
            admitted &= self._numeric
        of_none = np.zeros(1, dtype=bool)  # what position -1 finds
        mask: Mask = np.concatenate([admitted, of_none])[self._at]
        return mask

    def _any(self, positions: dict[str, list[int]], names: Iterable[str]) -> Mask:
        mask = np.zeros(len(self.all), dtype=bool)
        for name in names:
            mask[positions.get(name, [])] = True
        return mask

    def check(self, filters: Filters) -> None:
        """Raise SearchError, naming what there is, when a filter asks for what no initiative has."""
        for name in filters.departments or ():
            if name not in self._of_department:
                near = nearest(name, self.departments)
                known = f"; the nearest of {len(self.departments)}: {', '.join(near)}" if near else ""
                raise SearchError(f"no initiative is of the department {name}{known}")
        for status in filters.statuses or ():
            if status not in self._of_status:
                known = f"use one of {', '.join(self.statuses)}" if self.statuses else "no document reports progress"
                raise SearchError(f"no initiative has the progress {status}; {known}")


def has_numeric_target(initiative: Initiative) -> bool:
    """Return whether an initiative has a target of its own, not of its whole chapter, that is a number."""
    return any(kpi.role == "target" and kpi.number is not None for kpi in initiative.own_kpis)


def nearest(name: str, names: Sequence[str]) -> list[str]:
    """Return the few of ``names`` that are most like ``name``, the nearest first."""
    return get_close_matches(name[:_COMPARED_CHARACTERS], names, n=_NEAREST, cutoff=0.0)


def indicators(kpis: Iterable[Kpi]) -> dict[str, list[Kpi]]:
    """Return values by the name of their indicator; both in the order in which they are printed."""
    named: dict[str, list[Kpi]] = {}
    for kpi in kpis:
        named.setdefault(kpi.name, []).append(kpi)
    return named
