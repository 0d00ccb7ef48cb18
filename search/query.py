"""What a question asks for: cities, years, documents, and the concepts that a passage must speak of."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from corpus.fiscal_years import mention_years
from corpus.model import Span
from corpus.municipalities import Mention, find_municipalities
from indexer.tokenise import fold, tokens
from search.bare_names import bare_names
from search.concepts import Concept, Knowledge
from search.conditions import Condition, find_conditions
from search.errors import SearchError
from search.model import NO_FILTERS, Filters
from search.operators import Requirement, read_operators, visible
from search.reading import read_concepts
from search.recognised import (
    Recognised,
    YearRead,
    is_on,
    read_years,
    recognised_city,
    recognised_condition,
    recognised_expansion,
    recognised_operators,
    recognised_year,
    unique,
)
from search.required import Wanted, admitted_municipalities

MAX_CHARACTERS = 2000

_LATIN_WORDS = re.compile(r"[a-z]{2}|[A-Za-z]+\s+[A-Za-z]+")
_LATIN_WORD = re.compile(r"[A-Za-z]+")
_PARTICLE = re.compile(r"(?:での|では|の|で|は|['’]s\b)?[\s、,]*")
_JAPANESE = re.compile(r"[぀-ヿ一-鿿ｦ-ﾟ]")
_KEYWORDS = re.compile(r"(?<=[぀-ヿ一-鿿]{2}) (?=[぀-ヿ一-鿿]{2})")
_OWN_CITY = re.compile(r"(?:[本当同]|わが|我が)[市町村区](?![一-鿿])")
_NUMBER = re.compile(r"\d{1,2}")

_EMBEDDED = {"synonyms": 2, "everyday": 4, "translation": 3, "spelling": 2}
"""How many words of an expansion the question's vector takes in: the encoder knows little of the field's own words."""


_FILTERED = {
    "document_kind": "kinds",
    "year": "fiscal_year",
    "department": "departments",
    "status": "statuses",
    "numeric_target": "numeric_target",
}
"""What is recognised, and the filter that it may become."""


@dataclass(frozen=True, slots=True)
class Query:
    """A question, understood.

    municipalities: those in the collection that it names; outside: those it names that have no documents.
    fiscal_years: the years it names. body: the question without the names of municipalities. language: ja or en.
    filters: what it restricts the search to, municipalities aside. conditions: what comes first. requirement: what its
    operators demand; wanted: what each word in it is; excluded: municipalities that they rule out. understood: whether
    documents have any word of its topic, or it asks in words that any topic has (結城市の目標は？). recognised: all of
    this, for the user.
    """

    text: str
    body: str
    language: str
    municipalities: tuple[str, ...]
    outside: tuple[str, ...]
    fiscal_years: tuple[int, ...]
    concepts: tuple[Concept, ...]
    understood: bool
    filters: Filters = NO_FILTERS
    conditions: tuple[Condition, ...] = ()
    requirement: Requirement | None = None
    wanted: Mapping[str, Wanted] = field(default_factory=dict)
    excluded: tuple[str, ...] = ()
    recognised: tuple[Recognised, ...] = ()

    @property
    def embedded(self) -> str:
        """Return what the question's vector is made of: the body, and the words that its wordings were taken for."""
        words = [
            word
            for one in self.recognised
            if one.effect == "expand" and one.on
            for word in one.means[: _EMBEDDED[one.kind]]
        ]
        return " ".join([fold(self.body), *words])

    @property
    def asks_for_all(self) -> bool:
        """Return whether the question asks for the initiatives of a department, with a status or with a target."""
        return bool(self.filters.departments or self.filters.statuses or self.filters.numeric_target)

    def restricted_by(self, filters: Filters) -> Query:
        """Return the query with some of its filters; the others, municipalities aside, are mere boosts."""
        kept = {kind for kind, name in _FILTERED.items() if getattr(filters, name)} | {"municipality", "operators"}
        recognised = [
            replace(one, effect="boost") if one.effect == "filter" and one.kind not in kept else one
            for one in self.recognised
        ]
        return replace(self, filters=filters, recognised=tuple(recognised))


@dataclass(frozen=True)
class Collected:
    """What an index has that questions may name, and what concepts are found by.

    documents: titles by their names. is_printed: whether a document prints a word.
    """

    municipalities: Sequence[str]
    documents: Mapping[str, str]
    departments: Sequence[str]
    statuses: Sequence[str]
    knowledge: Knowledge
    is_printed: Callable[[str], bool] = lambda word: False


def check_question(text: str) -> None:
    """Raise SearchError when a question cannot be asked: it is empty, too long or not whole Unicode."""
    if not text.strip():
        raise SearchError("the question is empty; write what you look for")
    # Some characters stand for many (㍿, ﷺ); what is read is all of them.
    length = max(len(text), len(unicodedata.normalize("NFKC", text[: MAX_CHARACTERS + 1])))
    if length > MAX_CHARACTERS:
        raise SearchError(f"the question has {length:,} characters; use at most {MAX_CHARACTERS:,}")
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise SearchError("the question is not whole Unicode text (it has surrogates); send it as UTF-8")


def understand(text: str, collected: Collected, ignore: Collection[str] = ()) -> Query:
    """Return what a question asks for.

    ignore: keys of what it must not be taken for (``Recognised.key``), or kinds (``synonyms``) for all of a kind.
    """
    off = frozenset(ignore)
    words, requirement = read_operators(text)
    operators = recognised_operators(requirement, off)
    if not all(one.on for one in operators):
        words, requirement = text, None
    mentions = find_municipalities(words, collected.municipalities)
    mentions += bare_names(words, [mention.span for mention in mentions], collected.is_printed)
    cities = [recognised_city(mention, off) for mention in mentions]
    body = _without(words, [mention for mention, one in zip(mentions, cities, strict=True) if one.on])
    language = _language(words, body)
    wanted = _wanted(requirement, collected, language, off)
    excluded, optional = _by_operators(requirement, wanted, collected.municipalities)
    cities = [one for one in cities if one.means[0] not in optional]
    printed = _folded(body)
    years = read_years(printed, off)  # r7 in small letters may be anything
    folded = printed.lower()
    conditions = [
        (_dated(condition, years), is_on(condition.kind, condition.name, off))
        for condition in find_conditions(folded, collected.documents, collected.departments, collected.statuses)
    ]
    active = [condition for condition, on in conditions if on]
    filters = _filters(active, years)
    named = [one.mention.span for one in years] + [one.span for one in active if one.kind == "document"]
    named += [match.span() for match in _OWN_CITY.finditer(folded)]
    topic = _blanked(folded, named)
    reading = read_concepts(topic, language, collected.knowledge, off)
    return Query(
        text=text,
        body=body,
        language=language,
        municipalities=tuple(dict.fromkeys(one.means[0] for one in cities if one.effect == "filter" and one.on)),
        outside=tuple(dict.fromkeys(one.means[0] for one in cities if one.effect == "none" and one.on)),
        fiscal_years=tuple(dict.fromkeys(year for one in years if one.on for year in mention_years(one.mention))),
        concepts=reading.concepts,
        understood=filters != NO_FILTERS or _is_understood(topic, reading.concepts, collected.knowledge),
        filters=filters,
        conditions=tuple(active),
        requirement=requirement,
        wanted=wanted,
        excluded=excluded,
        recognised=unique(
            [
                *cities,
                *(recognised_year(printed, one, filters) for one in years),
                *(recognised_condition(condition, on) for condition, on in conditions),
                *operators,
                *(recognised_expansion(expansion, off) for expansion in reading.expansions),
            ]
        ),
    )


def _folded(body: str) -> str:
    """Return a question as it is read, in its own case. Blanks between its words stay: ``fold`` would join them."""
    return fold(_KEYWORDS.sub("  ", unicodedata.normalize("NFKC", body)))


def _without(text: str, mentions: Sequence[Mention]) -> str:
    """Return a question without the names of municipalities."""
    body = text
    for mention in sorted(mentions, key=lambda mention: mention.span, reverse=True):
        start, end = mention.span
        # A particle is left behind where a name stood, つくばみらい市の; at the beginning it says nothing.
        particle = _PARTICLE.match(body, end) if not body[:start].strip() else None
        body = f"{body[:start]} {body[particle.end() if particle else end :]}"
    return visible(body).strip() or text


def _language(text: str, body: str) -> str:
    # A bare acronym (RPA) is a keyword, in a collection in Japanese.
    if not _LATIN_WORDS.search(fold(text)):
        return "ja"
    # A municipality's name in Japanese does not make a sentence in English Japanese.
    sentence = len(_LATIN_WORD.findall(fold(body))) >= 3
    return "ja" if _JAPANESE.search(body if sentence else text) else "en"


def _is_understood(topic: str, concepts: Sequence[Concept], knowledge: Knowledge) -> bool:
    if not concepts:
        return _is_general(topic, knowledge)
    return any(
        term in knowledge.index.frequency
        for concept in concepts
        for terms in (*concept.alternatives, *(concept.related if concept.is_topic else ()))
        for term in terms
    )


def _is_general(text: str, knowledge: Knowledge) -> bool:
    """Return whether a text has words, and only such as questions of any topic have."""
    lemmas = [token.lemma for token in tokens(text)]
    return bool(lemmas) and all(knowledge.vocabulary.is_general(lemma) or _NUMBER.fullmatch(lemma) for lemma in lemmas)


def _dated(condition: Condition, years: Sequence[YearRead]) -> Condition:
    """Return a kind of document with a year before it, 2024年度報告, as what is meant and nothing else."""
    is_dated = condition.kind == "document_kind" and any(one.dates(condition) for one in years)
    return replace(condition, explicit=True) if is_dated else condition


def _filters(conditions: Sequence[Condition], years: Sequence[YearRead]) -> Filters:
    """Return what the explicit conditions restrict a search to; a year only where it dates a kind of document."""
    explicit = [condition for condition in conditions if condition.explicit]

    def values(kind: str) -> tuple[str, ...] | None:
        return tuple(dict.fromkeys(one.value for one in explicit if one.kind == kind)) or None

    dates = [one.mention.first for one in years if one.on and any(map(one.dates, explicit))]
    return Filters(
        kinds=values("document_kind"),
        fiscal_year=dates[0] if dates else None,
        departments=values("department"),
        statuses=values("status"),
        numeric_target=values("numeric_target") is not None,
    )


def _wanted(
    requirement: Requirement | None, collected: Collected, language: str, off: frozenset[str]
) -> dict[str, Wanted]:
    """Return what each word of a requirement is."""
    wanted = {}
    for word in requirement.words() if requirement else ():
        cities = [city for city in find_municipalities(word, collected.municipalities) if recognised_city(city, off).on]
        rest = fold(_blanked(word, [city.span for city in cities if city.in_collection]))
        years = [one.mention for one in read_years(rest, off) if one.on]
        rest = _blanked(rest, [year.span for year in years]).lower()
        wanted[word] = Wanted(
            tuple(city.name for city in cities if city.in_collection),
            tuple(mention_years(year) for year in years),
            read_concepts(rest, language, collected.knowledge, off).concepts,
            tuple(city.name for city in cities if not city.in_collection),
        )
    return wanted


def _by_operators(
    requirement: Requirement | None, wanted: Mapping[str, Wanted], municipalities: Sequence[str]
) -> tuple[tuple[str, ...], frozenset[str]]:
    """Return the municipalities that operators rule out, and those named in them that are no filter: RPA OR 結城市."""
    if requirement is None:
        return (), frozenset()
    admitted = admitted_municipalities(requirement, wanted, municipalities)
    named = frozenset(name for one in wanted.values() for name in (*one.municipalities, *one.outside))
    excluded = tuple(name for name in municipalities if name not in admitted)
    return excluded, frozenset() if admitted <= named else named


def _blanked(text: str, spans: Sequence[Span]) -> str:
    """Return a text with blanks for what is no topic: years, looked for in every notation, and titles of documents."""
    for start, end in spans:
        text = text[:start] + " " * (end - start) + text[end:]
    return text
