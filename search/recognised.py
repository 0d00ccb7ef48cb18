"""What was understood of a question, one thing at a time, for the user to see and to switch off."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Literal

from corpus.fiscal_years import YearMention, find_fiscal_years
from corpus.municipalities import Mention
from search.concepts import Expansion
from search.conditions import Condition
from search.model import Filters
from search.operators import Requirement

_BETWEEN = 2  # characters between a year and the kind of document that it dates

Kind = Literal[
    "municipality",
    "outside",
    "year",
    "document",
    "document_kind",
    "department",
    "status",
    "numeric_target",
    "numbers",
    "role",
    "date",
    "operators",
    "synonyms",
    "everyday",
    "translation",
    "spelling",
]
Effect = Literal["filter", "boost", "expand", "none"]


@dataclass(frozen=True, slots=True)
class Recognised:
    """One thing that was understood of a question, for the user to see and to switch off.

    name: as it stands in the question. means: what it was taken for. effect: ``filter`` (nothing else is found),
    ``boost`` (it comes first), ``expand`` (further words are searched for), ``none`` (a city without documents).
    on: False when the user has switched it off.
    """

    kind: Kind
    name: str
    means: tuple[str, ...]
    effect: Effect
    on: bool = True

    @property
    def key(self) -> str:
        """Return what it is switched off by."""
        return f"{self.kind}:{self.name}"


@dataclass(frozen=True, slots=True)
class YearRead:
    """A year that a question names. on: False when the user has switched it off."""

    mention: YearMention
    on: bool

    def dates(self, condition: Condition) -> bool:
        """Return whether a condition is a kind of document beside the year: 2024年度報告, 行革プラン（2019-2023）."""
        start, end = self.mention.span
        first, last = condition.span
        is_beside = start < first <= end + _BETWEEN or last <= start <= last + _BETWEEN
        return condition.kind == "document_kind" and is_beside


def is_on(kind: str, name: str, off: Collection[str]) -> bool:
    """Return whether neither a thing nor all of its kind is switched off."""
    return kind not in off and f"{kind}:{name}" not in off


def recognised_city(mention: Mention, off: Collection[str]) -> Recognised:
    """Return a municipality that the question names."""
    kind: Kind = "municipality" if mention.in_collection else "outside"
    effect: Effect = "filter" if mention.in_collection else "none"
    return Recognised(kind, mention.name, (mention.name,), effect, is_on(kind, mention.name, off))


def read_years(text: str, off: Collection[str]) -> list[YearRead]:
    """Return the years in a folded question, in order."""
    return [YearRead(one, is_on("year", text[slice(*one.span)], off)) for one in find_fiscal_years(text)]


def recognised_year(text: str, one: YearRead, filters: Filters) -> Recognised:
    """Return a year of a question. filters: what the question restricts the search to."""
    means = tuple(dict.fromkeys(map(str, (one.mention.first, one.mention.last))))
    effect: Effect = "filter" if one.on and filters.fiscal_year == one.mention.first else "boost"
    return Recognised("year", text[slice(*one.mention.span)], means, effect, one.on)


def recognised_condition(condition: Condition, on: bool) -> Recognised:
    """Return a condition on documents or initiatives."""
    effect: Effect = "filter" if condition.explicit else "boost"
    means = (condition.value,) if condition.value else ()
    return Recognised(condition.kind, condition.name, means, effect, on)


def recognised_operators(requirement: Requirement | None, off: Collection[str]) -> list[Recognised]:
    """Return what the operators demand, all together; nothing without operators."""
    if requirement is None:
        return []
    name = str(requirement)
    return [Recognised("operators", name, (), "filter", is_on("operators", name, off))]


def recognised_expansion(expansion: Expansion, off: Collection[str]) -> Recognised:
    """Return a wording and what else it was taken for."""
    on = is_on(expansion.source, expansion.name, off)
    return Recognised(expansion.source, expansion.name, expansion.words, "expand", on)


def unique(recognised: Sequence[Recognised]) -> tuple[Recognised, ...]:
    """Return what was recognised, the same thing once."""
    return tuple({one.key: one for one in recognised}.values())
