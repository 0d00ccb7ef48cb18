"""Which values of an indicator a question asks for: their roles, their years, what they measure.

The wordings are data, ``data/indicators.toml``.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from corpus.fiscal_years import YearMention, find_fiscal_years, mention_years
from corpus.model import Kpi
from indexer.tokenise import fold

_FILE = Path(__file__).parent / "data" / "indicators.toml"
_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
_OF_A_PLAN = ("target", "baseline")
_OF_NOW = ("actual", "baseline")
_ROLES = ("actual", "baseline", "target")


@dataclass(frozen=True, slots=True)
class Wish:
    """One value that is asked for. role: of ``Kpi.role``, or ``past`` or ``now``; None for any. year: None for any.

    together: the question has the year right beside the role: 令和7年度の目標.
    """

    role: str | None
    year: int | None
    together: bool = False


@dataclass(frozen=True, slots=True)
class Missing:
    """What is asked for and not among the values read. role: of ``Kpi.role``, None for any; year: None for any."""

    role: str | None
    year: int | None


@dataclass(frozen=True, slots=True)
class _RoleWord:
    role: str
    text: str
    start: int
    end: int


@dataclass(frozen=True)
class _Wordings:
    roles: re.Pattern[str]
    every: re.Pattern[str]
    reached: re.Pattern[str]
    difference: re.Pattern[str]
    before: re.Pattern[str]
    after: re.Pattern[str]
    asking: frozenset[str]
    no_topic: re.Pattern[str]
    measures: Mapping[str, tuple[re.Pattern[str], re.Pattern[str]]]
    without_unit: frozenset[str]
    contrasts: tuple[tuple[re.Pattern[str], ...], ...]


@cache
def _wordings() -> _Wordings:
    table = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    roles = dict(table["roles"])
    every = roles.pop("every")
    return _Wordings(
        re.compile("|".join(f"(?P<{role}>{pattern})" for role, pattern in roles.items())),
        re.compile(every),
        re.compile(table["reached"]["pattern"]),
        re.compile(table["difference"]["pattern"]),
        re.compile(table["beside"]["before"]),
        re.compile(table["beside"]["after"]),
        frozenset(table["asking"]["words"]),
        re.compile(table["asking"]["pattern"]),
        {
            name: (re.compile(one["asked"]), re.compile(rf"(?:{one['units']})(?:/.*)?$"))
            for name, one in table["measures"].items()
        },
        frozenset(name for name, one in table["measures"].items() if one.get("without_unit")),
        tuple(tuple(map(re.compile, group)) for group in table["contrasts"]["groups"]),
    )


def has_topic(name: str) -> bool:
    """Return whether a word of a question says what it is about, and not which value it asks for."""
    wordings = _wordings()
    return name not in wordings.asking and not wordings.no_topic.search(name)


@dataclass(frozen=True)
class CellsAsked:
    """What a question says of the values that it asks for.

    text: the question, folded, without municipalities. years: it names. measures: what it asks to be measured.
    every: it asks for the values of all years. reached: it asks whether a target was reached. difference: it asks by
    how much values differ.
    """

    text: str
    words: tuple[_RoleWord, ...]
    years: tuple[YearMention, ...]
    measures: tuple[str, ...]
    every: bool
    reached: bool
    difference: bool

    @property
    def topic(self) -> str:
        """Return the question without its years and the words that say which value it asks for."""
        text = self.text
        for start, end in (*(one.span for one in self.years), *((one.start, one.end) for one in self.words)):
            text = text[:start] + " " * (end - start) + text[end:]
        return text

    @property
    def numbers(self) -> frozenset[str]:
        """Return the numbers that the question gives, years aside."""
        return frozenset(number.replace(",", "") for number in _NUMBER.findall(self.topic))

    @property
    def any_value(self) -> bool:
        """Return whether the question has a word for a value; what happened in the past may be no value."""
        return bool(
            self.measures
            or self.every
            or self.reached
            or self.difference
            or any(one.role != "past" for one in self.words)
        )

    def measured_in(self, unit: str | None, name: str) -> bool:
        """Return whether values of a unit may be meant; name: of the indicator, folded, for values without a unit."""
        if not self.measures:
            return True
        measures = [_wordings().measures[one] for one in self.measures]
        if unit is None:
            counted = not _wordings().without_unit.isdisjoint(self.measures)
            return counted or any(asked.search(name) for asked, _ in measures)
        return any(units.search(unit) for _, units in measures)

    def contradicts(self, *names: str) -> bool:
        """Return whether the question says what is the opposite of a name: women's for men's, arrears for dues."""
        for group in _wordings().contrasts:
            said = {one for one in group if one.search(self.text)}
            named = {one for name in names for one in group if one.search(name)}
            if said and named and not said & named:
                return True
        return False

    def wishes(self, name: str) -> list[Wish]:
        """Return the values that are asked for of an indicator. Role words that are part of its name ask for none."""
        words = [one for one in self.words if self.text.count(one.text) > name.count(one.text)]
        bound = list(self._bound(words))
        years = [year for mention in self.years for year in mention_years(mention)]
        free_years = [year for year in years if year not in [year for _, year in bound]]
        free_roles = list(dict.fromkeys(one.role for one in words if one.role not in [role for role, _ in bound]))
        if {"target", "actual", "baseline"} & {one.role for one in words}:
            free_roles = [role for role in free_roles if role not in ("past", "now")]
        wishes = [Wish(role, year, True) for role, year in bound]
        if free_roles and free_years:
            wishes += [Wish(role, year) for role in free_roles for year in free_years]
        elif free_roles:
            wishes += [Wish(role, None) for role in free_roles]
        else:
            wishes += [Wish(None, year) for year in free_years]
        if self.reached:
            asked = {one.role for one in wishes}
            if not asked & {"actual", "past", "now"}:
                wishes += [Wish("actual", year) for year in free_years] or [Wish("actual", None)]
            wishes += [Wish("target", None)] if "target" not in asked else []
        return list(dict.fromkeys(wishes)) or [Wish(None, None)]

    def _bound(self, words: Sequence[_RoleWord]) -> Iterator[tuple[str, int]]:
        """Return the roles that a year stands right beside, with that year."""
        wordings = _wordings()
        taken: set[_RoleWord] = set()
        for mention in self.years:
            if mention.first != mention.last:
                continue
            start, end = mention.span
            following = next((one for one in words if one.start >= end and one not in taken), None)
            if following and wordings.before.search(self.text[end : following.start]):
                taken.add(following)
                yield following.role, mention.first
                continue
            preceding = next((one for one in reversed(words) if one.end <= start and one not in taken), None)
            if preceding and wordings.after.search(self.text[preceding.end : start]):
                taken.add(preceding)
                yield preceding.role, mention.first


def cells_asked(body: str) -> CellsAsked:
    """Return what a question, without its municipalities, says of the values that it asks for."""
    wordings = _wordings()
    printed = fold(body)
    text = printed.lower()
    words = tuple(
        _RoleWord(str(match.lastgroup), match.group(), *match.span()) for match in wordings.roles.finditer(text)
    )
    return CellsAsked(
        text,
        words,
        tuple(find_fiscal_years(printed)),
        tuple(name for name, (asked, _) in wordings.measures.items() if asked.search(text)),
        wordings.every.search(text) is not None,
        wordings.reached.search(text) is not None,
        wordings.difference.search(text) is not None,
    )


def chosen(
    values: Sequence[Kpi], asked: CellsAsked, name: str, covered: tuple[int, int]
) -> tuple[tuple[Kpi, ...], tuple[Missing, ...]]:
    """Return the values of one indicator that a question asks for, in its order, and what is missing of them.

    name: of the indicator, folded and in lower case. covered: first and last year of the document.
    """
    cells: dict[Kpi, None] = {}
    missing: dict[Missing, None] = {}
    for wish in asked.wishes(name):
        found = _of(values, wish, covered, asked.every)
        if not found and wish.year is not None and wish.role in _OF_A_PLAN and not wish.together:
            # The year may be that of another value: 2024年に50%だったものの目標. No goal takes the place of a result.
            others = _of(values, Wish(None, wish.year), covered)
            found = [*_of(values, Wish(wish.role, None), covered), *others] if others else []
        cells.update(dict.fromkeys(found))
        if not found:
            role = "actual" if wish.role in ("past", "now") else wish.role
            missing[Missing(role, wish.year)] = None
    printed = {one.fiscal_year for one in cells}
    # Of the years from which to which, those count that are printed.
    within = {
        year
        for mention in asked.years
        if mention.first < mention.last and printed.intersection(mention_years(mention))
        for year in mention_years(mention)
    }
    return tuple(cells), tuple(one for one in missing if one.year not in within)


def _of(values: Sequence[Kpi], wish: Wish, covered: tuple[int, int], every: bool = False) -> list[Kpi]:
    """Return the values that are wished for. every: of all years, where the wish is for none."""
    role, year = wish.role, wish.year
    if year is None:
        return _of_any_year(values, role, every)
    own = [one for one in values if one.fiscal_year == year]
    if role is None:
        return sorted(own, key=lambda one: _ROLES.index(one.role))
    if role in ("past", "now", "actual"):
        # What it began with was measured too.
        return [one for one in own if one.role == "actual"] or [one for one in own if one.role == "baseline"]
    of_role = [one for one in values if one.role == role]
    if covered[0] <= year <= covered[1] and all(one.fiscal_year is None for one in of_role):
        return of_role  # without a year it is for the whole plan
    return [one for one in own if one.role == role]


def _of_any_year(values: Sequence[Kpi], role: str | None, every: bool) -> list[Kpi]:
    if role is None:
        if every:
            return list(values)
        return [*_of_any_year(values, "now", False), *_of_any_year(values, "target", False)]
    roles = _OF_NOW if role in ("past", "now") else (role,)
    for one_role in roles:
        own = [one for one in values if one.role == one_role]
        if own and every:
            return [one for one in values if one.role in roles]
        if own:
            last = max(one.fiscal_year or 0 for one in own)
            return [one for one in own if (one.fiscal_year or 0) == last]
    return []
