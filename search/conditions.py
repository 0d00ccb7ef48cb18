"""Which documents and initiatives a question says it means: kinds, departments, progress, targets in numbers.

Where the wording leaves no doubt (未着手の取組, 総務課が担当する, 2024年度報告で) a condition restricts the search;
elsewhere it lets what meets it come first. What is negated or excluded (総務課の取組を除く) is no condition. The
wordings are data, ``data/conditions.toml``.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

from corpus.fiscal_years import find_fiscal_years
from corpus.model import Document, Span
from indexer.tokenise import fold

ConditionKind = Literal[
    "document", "document_kind", "department", "status", "numeric_target", "numbers", "role", "date"
]

_FILE = Path(__file__).parent / "data" / "conditions.toml"
_PART_OF_A_NAME = re.compile(r"[一-鿿ァ-ヶー]$")
_LATIN = re.compile(r"[a-z0-9]")
_BETWEEN_NAMES = re.compile(r"[\s()<>「」『』【】]+")
_SHORTEST_NAME = 5
_OF_A_NAME = re.compile(r"[^\W\d_]{2}")


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition. name: as it stands in the question, at ``span`` of its folded text. value: what it asks for.

    kind: ``document`` (value: its title), ``document_kind`` (of ``DOCUMENT_KINDS``), ``department``, ``status``
    (normalised), ``numeric_target`` (an initiative with one), ``numbers`` (a figure is asked for), ``role`` (which
    figure: of ``corpus.model.Kpi.role``) or ``date`` (when: ``date`` or ``period``). explicit: it restricts the search.
    """

    kind: ConditionKind
    name: str
    value: str
    span: Span
    explicit: bool


@dataclass(frozen=True)
class _Wordings:
    kinds: Mapping[str, str]
    statuses: Mapping[str, str]
    numbers: tuple[str, ...]
    roles: Mapping[str, str]
    dates: Mapping[str, str]
    titles: tuple[str, ...]
    not_departments: frozenset[str]
    english: Mapping[str, tuple[str, ...]]
    listed: re.Pattern[str]
    explicit: Mapping[str, re.Pattern[str]]
    negated: Mapping[str, re.Pattern[str]]


@cache
def _wordings() -> _Wordings:
    table = tomllib.loads(_FILE.read_text(encoding="utf-8"))

    def by_word(section: str) -> dict[str, str]:
        return {word: value for value, words in table[section].items() for word in words}

    def patterns(section: str) -> dict[str, re.Pattern[str]]:
        return {name: re.compile(filled(text, table["parts"])) for name, text in table[section].items()}

    return _Wordings(
        by_word("kinds"),
        by_word("statuses"),
        tuple(table["numbers"]["words"]),
        by_word("roles"),
        by_word("dates"),
        tuple(sorted(table["titles"]["words"], key=len, reverse=True)),
        frozenset(table["departments"]["none"]),
        _english_departments(table["departments"]),
        re.compile(table["listed"]["between"]),
        patterns("explicit"),
        patterns("negated"),
    )


def filled(text: str, parts: Mapping[str, str]) -> str:
    """Return a pattern with the named parts in place of ``<name>``, in these as well."""
    return re.sub(r"<(\w+)>", lambda part: filled(parts[part[1]], parts), text)


def _english_departments(table: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """Return Japanese names of departments by English ones: finance division, division of finance."""
    names: dict[str, tuple[str, ...]] = {}
    for name, translations in table["english"].items():
        for words in translations:
            for unit in table["units"]:
                for whole in (f"{words} {unit}", f"{unit} of {words}"):
                    names[whole] = (*names.get(whole, ()), name)
    return names


def document_names(documents: Iterable[Document]) -> dict[str, str]:
    """Return the titles of documents by what they may be called (``title_names``)."""
    return {name: one.title for one in documents for name in title_names(one.title, one.municipality)}


def title_names(title: str, municipality: str) -> tuple[str, ...]:
    """Return what a document may be called by, folded and in lower case: the parts of its title that no other has.

    Words that titles of plans are made of (行政改革大綱, アクションプラン) and years name no document.
    """
    plain = unicodedata.normalize("NFKC", title).replace(municipality, " ")
    parts = map(fold, _BETWEEN_NAMES.split(plain))
    return tuple(part.lower() for part in parts if len(part) >= _SHORTEST_NAME and _is_name(part))


def _is_name(part: str) -> bool:
    for year in reversed(find_fiscal_years(part)):
        part = part[: year.span[0]] + part[year.span[1] :]
    part = part.lower()
    for word in _wordings().titles:
        part = part.replace(word, "")
    return bool(_OF_A_NAME.search(part))


def find_conditions(
    text: str, documents: Mapping[str, str], departments: Sequence[str], statuses: Sequence[str]
) -> list[Condition]:
    """Return the conditions in a question, folded and in lower case, in order.

    documents: titles by what they are called (``title_names``). departments, statuses: those that the index has; a
    condition that no initiative can meet is none.
    """
    wordings = _wordings()
    places: tuple[tuple[ConditionKind, Mapping[str, Sequence[str]]], ...] = (
        ("document", {name: (title,) for name, title in documents.items()}),
        ("document_kind", {name: (kind,) for name, kind in wordings.kinds.items()}),
        ("department", _department_names(departments, wordings)),
        ("status", {name: (status,) for name, status in wordings.statuses.items()}),
    )
    found = list(_numbers(text, wordings))
    for kind, values in places:
        spans = _places(text, list(values))
        if kind == "department":
            spans = [span for span in spans if not _PART_OF_A_NAME.search(text[: span[0]])]
        for run in _runs(text, spans, wordings.listed):
            whole = run[0][0], run[-1][1]
            if _is_negated(text, whole, kind, wordings):
                continue
            explicit = _is_explicit(text, whole, kind, wordings)
            named = ((text[slice(*span)], span) for span in run)
            found += [Condition(kind, name, value, span, explicit) for name, span in named for value in values[name]]
    return sorted(
        (one for one in found if one.kind != "status" or one.value in statuses), key=lambda condition: condition.span
    )


def _department_names(departments: Iterable[str], wordings: _Wordings) -> dict[str, tuple[str, ...]]:
    """Return the departments that a question may name, by their own names and by English ones."""
    known = [name for name in departments if name not in wordings.not_departments]
    names = {english: tuple(name for name in meant if name in known) for english, meant in wordings.english.items()}
    return {name: there for name, there in names.items() if there} | {name.lower(): (name,) for name in known}


def _runs(text: str, spans: Sequence[Span], between: re.Pattern[str]) -> list[list[Span]]:
    """Return spans with those together that a question lists: 人事課と総務課."""
    runs: list[list[Span]] = []
    for span in spans:
        if runs and between.fullmatch(text[runs[-1][-1][1] : span[0]]):
            runs[-1].append(span)
        else:
            runs.append([span])
    return runs


def _is_explicit(text: str, span: Span, kind: ConditionKind, wordings: _Wordings) -> bool:
    before, after = (wordings.explicit.get(f"{side}_{kind}") for side in ("before", "after"))
    return bool((before and before.search(text[: span[0]])) or (after and after.match(text[span[1] :])))


def _is_negated(text: str, span: Span, kind: ConditionKind, wordings: _Wordings) -> bool:
    after = text[span[1] :]
    own = wordings.negated.get(f"after_{kind}")
    return bool(
        wordings.negated["before"].search(text[: span[0]])
        or wordings.negated["after"].match(after)
        or (own and own.match(after))
    )


def _numbers(text: str, wordings: _Wordings) -> Iterator[Condition]:
    target = wordings.explicit["numeric_target"].search(text)
    if target and not _is_negated(text, target.span(), "numeric_target", wordings):
        yield Condition("numeric_target", target.group(), "", target.span(), True)
        return
    for span in _places(text, wordings.numbers)[:1]:
        if not _is_negated(text, span, "numbers", wordings):
            yield Condition("numbers", text[slice(*span)], "", span, False)
    seen: set[str] = set()
    kinds: tuple[tuple[ConditionKind, Mapping[str, str]], ...] = (("role", wordings.roles), ("date", wordings.dates))
    for kind, values in kinds:
        for span in _places(text, list(values)):
            value = values[text[slice(*span)]]
            if kind == "role" and wordings.negated["after_role"].match(text[span[1] :]):
                continue
            # Who asks from when to when does not ask for any date.
            if value not in seen and not (value == "date" and "period" in seen):
                seen.add(value)
                yield Condition(kind, text[slice(*span)], value, span, False)


def _places(text: str, names: Sequence[str]) -> list[Span]:
    """Return where names stand in a text, in order; of two that overlap the longer one. No Latin word is cut."""
    spans: list[Span] = []
    for name in sorted(set(names), key=len, reverse=True):
        start = text.find(name)
        while start >= 0:
            end = start + len(name)
            apart = all(end <= other[0] or other[1] <= start for other in spans)
            if apart and _is_whole(text, start, end):
                spans.append((start, end))
            start = text.find(name, start + 1)
    return sorted(spans)


def _is_whole(text: str, start: int, end: int) -> bool:
    cut_before = start > 0 and _LATIN.match(text[start - 1]) and _LATIN.match(text[start])
    cut_after = end < len(text) and _LATIN.match(text[end]) and _LATIN.match(text[end - 1])
    return not (cut_before or cut_after)
