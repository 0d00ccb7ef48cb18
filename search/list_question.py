"""Which list of initiatives a question asks for, if it asks for one.

A question is one for a list only when its every word is accounted for: it names conditions, years, cities, documents
and sections, says that initiatives are wanted (or their indicators, or their progress), and what is left over says
nothing. 総務課が担当する取組 is such a question; 総務課の残業 is none, for 残業 is a topic. The wordings are data,
``data/lists.toml``.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from corpus.fiscal_years import find_fiscal_years
from corpus.model import Document, Initiative
from indexer.tokenise import fold
from search.concepts import Concept
from search.conditions import Condition, title_names
from search.query import Query

ListKind = Literal["initiatives", "progress", "indicators"]
Without = Literal["target", "department"]

_FILE = Path(__file__).parent / "data" / "lists.toml"
_RUN = re.compile(r"[一-鿿々ァ-ヶー]{1,40}")
_WORD = re.compile(r"[一-鿿々ァ-ヶーa-z0-9]")
_KANA = re.compile(r"[ぁ-んa-z]")
_LATIN = re.compile(r"[a-z0-9]")
_LABEL = re.compile(r"第?\d{1,2}(?:章|節|部|編)|[一-鿿]{2,6}\d{1,2}")


@dataclass(frozen=True, slots=True)
class ListQuestion:
    """A list that a question asks for; what is empty restricts nothing.

    listed: what a row is of. departments: of which an initiative has one; main: in the first place. sections: headings,
    one of which an initiative stands under. numeric_target: it has a target of its own that is a number. without: what
    it lacks. topic: concepts, all of which it speaks of, and topic_name: as they are named. kinds: of documents, named
    as in the question. documents: titles.
    """

    listed: ListKind
    departments: tuple[str, ...] = ()
    main: bool = False
    statuses: tuple[str, ...] = ()
    numeric_target: bool = False
    without: Without | None = None
    sections: frozenset[tuple[str, ...]] = frozenset()
    section_name: str = ""
    topic: tuple[Concept, ...] = ()
    topic_name: str = ""
    kinds: tuple[tuple[str, str], ...] = ()
    documents: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Wordings:
    listed: Mapping[ListKind, re.Pattern[str]]
    strict: re.Pattern[str]
    passing: re.Pattern[str]
    in_kana: re.Pattern[str]
    compound: re.Pattern[str]
    title: tuple[str, str]
    other: re.Pattern[str]
    main: re.Pattern[str]
    without: Mapping[Without, re.Pattern[str]]
    after_topic: re.Pattern[str]
    before_topic: re.Pattern[str]
    headings: Mapping[str, Sequence[str]]


def list_question(
    query: Query, initiatives: Iterable[Initiative], documents: Iterable[Document]
) -> ListQuestion | None:
    """Return the list that a question asks for among some initiatives; None when it asks for none, or for more."""
    wordings = _wordings()
    if query.requirement is not None or (query.outside and not query.municipalities):
        return None
    text = fold(query.body).lower()
    without: Without | None = next((kind for kind, found in wordings.without.items() if found.search(text)), None)
    said = wordings.without[without].sub(" ", text) if without else text
    if wordings.other.search(_without_names(said, query.conditions, wordings.title)):
        return None
    sections, name, text = _sections(text, initiatives, documents, wordings)
    rest = _without_years(_without_names(text, query.conditions, wordings.title))
    topic_name, topic, rest = _topic(rest, query.concepts, wordings)
    values = {
        kind: tuple(dict.fromkeys(one.value for one in query.conditions if one.kind == kind))
        for kind in ("department", "status", "numeric_target", "document")
    }
    kinds = tuple(dict.fromkeys((one.value, one.name) for one in query.conditions if one.kind == "document_kind"))
    rest = wordings.without[without].sub(" ", rest) if without else rest
    listed = _listed(rest, wordings)
    if listed is None or _left_over(rest, query.concepts, wordings):
        return None
    found = ListQuestion(
        "initiatives" if values["status"] or values["numeric_target"] or without else listed,
        values["department"],
        bool(values["department"] and wordings.main.search(text)),
        values["status"],
        bool(values["numeric_target"]),
        without,
        sections,
        name,
        topic,
        topic_name,
        kinds,
        values["document"],
    )
    return found if _is_restricted(found, rest, query, wordings) else None


def _is_restricted(found: ListQuestion, rest: str, query: Query, wordings: _Wordings) -> bool:
    """Return whether a list is asked for: under a condition, or of all that a city or a document has."""
    strict = wordings.strict.search(rest) is not None
    if found.listed != "initiatives":
        return strict and bool(found.departments or _is_placed(found) or query.municipalities)
    if found.departments or found.statuses or found.numeric_target or found.without or found.sections:
        return True
    if _is_placed(found):
        return strict or wordings.passing.search(rest) is not None
    return strict and bool(query.municipalities)


def _is_placed(found: ListQuestion) -> bool:
    return bool(found.sections or found.documents or found.kinds)


def _listed(rest: str, wordings: _Wordings) -> ListKind | None:
    """Return what is listed; initiatives also where it is only said that something is (総務課の一覧)."""
    order: tuple[ListKind, ...] = ("indicators", "progress", "initiatives")
    named = next((kind for kind in order if wordings.listed[kind].search(rest)), None)
    said = wordings.strict.search(rest) or wordings.passing.search(rest)
    return named or ("initiatives" if said else None)


def _without_names(text: str, conditions: Iterable[Condition], title: tuple[str, str]) -> str:
    """Return a question with blanks for the conditions on documents and initiatives."""
    kinds = ("document", "document_kind", "department", "status", "numeric_target")
    for name, kind in sorted(
        {(one.name, one.kind) for one in conditions if one.kind in kinds}, key=lambda it: -len(it[0])
    ):
        pattern = re.escape(fold(name).lower())
        text = re.sub(f"{title[0]}{pattern}{title[1]}" if kind == "document_kind" else pattern, " ", text)
    return text


def _without_years(text: str) -> str:
    for year in reversed(find_fiscal_years(text)):
        text = f"{text[: year.span[0]]} {text[year.span[1] :]}"
    return text


def _left_over(rest: str, concepts: Iterable[Concept], wordings: _Wordings) -> bool:
    """Return whether a question has more words than those that ask for a list."""
    left = _left(rest, wordings)
    return _WORD.search(left) is not None or any(one.is_topic and fold(one.name).lower() in left for one in concepts)


def _left(text: str, wordings: _Wordings) -> str:
    """Return a text with blanks for the words that ask for a list."""
    left = wordings.in_kana.sub(" ", text)
    return _RUN.sub(lambda run: " " if wordings.compound.fullmatch(run[0]) else run[0], left)


def _topic(rest: str, concepts: Sequence[Concept], wordings: _Wordings) -> tuple[str, tuple[Concept, ...], str]:
    """Return what a list must be about, by name and as concepts, and the question without it: 人材育成に関する取組."""
    after = wordings.after_topic.search(rest)
    before = wordings.before_topic.search(rest)
    if after:
        start = max(rest.rfind(mark, 0, after.start()) + 1 for mark in " 、,のでがはに")
        span = start, after.end()
        name = rest[start : after.start()]
    elif before:
        span = before.start(), len(rest)
        name = rest[before.end() :].strip(" ?.")
    else:
        return "", (), rest
    about = tuple(one for one in concepts if one.is_topic and fold(one.name).lower() in name)
    return (name, about, f"{rest[: span[0]]} {rest[span[1] :]}") if about else ("", (), rest)


def _sections(
    text: str, initiatives: Iterable[Initiative], documents: Iterable[Document], wordings: _Wordings
) -> tuple[frozenset[tuple[str, ...]], str, str]:
    """Return the sections that a question names, how it names them, and the question without their names."""
    cities = {document.id: document.municipality for document in documents}
    sections = dict.fromkeys((one.section, cities[one.document_id]) for one in initiatives if one.section)
    for english, number in re.findall(r"((?:[a-z]+ )?[a-z]+) (\d{1,2})\b", text):
        for label, names in wordings.headings.items():
            for name in names:
                if english == name or english.endswith(f" {name}"):
                    text = text.replace(f"{name} {number}", f"{label}{number}")
    by_name: dict[str, set[tuple[str, ...]]] = {}
    by_label: dict[str, set[tuple[str, ...]]] = {}
    for section, city in sections:
        for heading in section:
            for name in title_names(heading, city):
                if _WORD.search(_left(name, wordings)):
                    by_name.setdefault(name, set()).add(section)
            for label in _LABEL.findall(fold(unicodedata.normalize("NFKC", heading))):
                by_label.setdefault(label.lower(), set()).add(section)
    named = sorted((name for name in by_name if name in text), key=len, reverse=True)
    labelled = [label for label in by_label if re.search(rf"{re.escape(label)}(?!\d)", text)]
    for name in (*named, *labelled):
        text = re.sub(rf"{re.escape(name)}(?!\d)", " ", text)
    found = set().union(*(by_name[name] for name in named)) or set().union(*(by_label[one] for one in labelled))
    return frozenset(found), (named or labelled or [""])[0], text


@cache
def _wordings() -> _Wordings:
    table = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    listed: dict[ListKind, list[str]] = table["listed"]
    strict, passing = table["all"]["strict"], table["all"]["any"]
    said = [*(word for words in listed.values() for word in words), *strict, *passing, *table["around"]["words"]]

    def joined(patterns: Iterable[str]) -> re.Pattern[str]:
        return re.compile("|".join(patterns))

    return _Wordings(
        {kind: _words(words) for kind, words in listed.items()},
        _words(strict),
        _words(passing),
        _words(word for word in said if _KANA.search(word)),
        _compound(said, strict, table["around"]["ends"]),
        tuple(table["around"]["title"]),
        joined(table["other"]["patterns"]),
        joined(table["main"]["patterns"]),
        {"target": joined(table["without"]["target"]), "department": joined(table["without"]["department"])},
        re.compile(table["about"]["after"]),
        re.compile(table["about"]["before"]),
        table["headings"],
    )


def _compound(said: Iterable[str], strict: Iterable[str], ends: Iterable[str]) -> re.Pattern[str]:
    """Return the pattern of a compound with at most one word that is neither of all nor an end: 全取組項目一覧."""

    def any_of(words: Iterable[str]) -> str:
        return "|".join(sorted((re.escape(word) for word in words if not _KANA.search(word)), key=len, reverse=True))

    every = any_of(strict)
    return re.compile(f"(?:{every})*(?:{any_of(said)})?(?:{any_of(ends)})*(?:{every})*")


def _words(words: Iterable[str]) -> re.Pattern[str]:
    """Return the pattern of any of some words, the longest first; no Latin word is cut."""

    def pattern(word: str) -> str:
        return rf"(?<![a-z0-9]){re.escape(word)}(?![a-z0-9])" if _LATIN.match(word) else re.escape(word)

    return re.compile("|".join(map(pattern, sorted(set(words), key=lambda word: (-len(word), word)))))
