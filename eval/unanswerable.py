"""Questions that no document answers, made from questions that one does: with another city, topic or year.

What is exchanged is checked against the documents: the city has none; the topic is printed in none of the documents
that the question is about, in none of its expressions; the year is neither printed nor covered by them. So each
differs from an answerable question in one thing, the thing that makes it unanswerable. No development question has a
part in it.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from corpus.fiscal_years import find_fiscal_years, named_years
from corpus.municipalities import Municipality, all_municipalities, find_municipalities
from eval.generated import question_forms
from indexer.tokenise import fold, tokens
from search.names import fiscal_year_name
from search.vocabulary import data_lines, load_vocabulary

if TYPE_CHECKING:
    from search.engine import SearchEngine

Exchanged = Literal["city", "topic", "year"]
EXCHANGED: tuple[Exchanged, ...] = ("city", "topic", "year")

_TOPICS = Path(__file__).with_name("absent_topics.txt")
_SEED = 21
_FAR = 20  # years before and after those of the documents
_NEIGHBOURS = 0.5  # share of the cities that are of a prefecture with documents
_ONLY_STEM = 0.2  # share of the Japanese city names without their suffix
_OF_ANOTHER_CITY = 0.4  # share of the topics of named cities that another city's documents print
_JAPANESE = re.compile(r"[぀-ヿ一-鿿]")
_LATIN = re.compile(r"[\x00-\x7f]+")
_LATIN_CITY = re.compile(r"[ -](?:city|shi)\b", re.IGNORECASE)
_NO_TOPIC = re.compile(
    r"\d|年度|計画|大綱|プラン|文書|職員$|[率数額値度間標績地民]$|自治体|取組|比較|作成|策定|導入|実施|検討|何|いくら|資源$|確立$|推進$|向上$|強化$"
)
_ENGLISH = {"市": "City", "町": "Town", "村": "Village", "区": "Ward"}
# Forms that ask for one topic, without a department or a year.
_FORMS = ("title", "kpi-target", "action", "date", "sentence")


@dataclass(frozen=True, slots=True)
class Source:
    """An answerable question. origin: where it is from; has_topic: whether its longest noun is what it is about."""

    question: str
    origin: str
    has_topic: bool = True


@dataclass(frozen=True, slots=True)
class Unanswerable:
    """A question that nothing answers. source: the answerable one; ``old`` of it was exchanged for ``new``."""

    question: str
    kind: Exchanged
    named: bool
    source: Source
    old: str
    new: str


def exchange(engine: SearchEngine, sources: Sequence[Source], count: int) -> list[Unanswerable]:
    """Return at most ``count`` questions of each kind that the documents of an index do not answer; always the same."""
    maker = _Maker(engine)
    made: list[Unanswerable] = []
    for kind in EXCHANGED:
        own = {one.question: one for one in maker.questions(kind, sources)}
        made += list(own.values())[:count]
    return made


def unspaced(text: str) -> str:
    """Return a text as expressions are looked for in it: folded, in lower case, without white space."""
    return "".join(fold(text).lower().split())


@dataclass(frozen=True, slots=True)
class _Topic:
    """What may be put in the place of a topic: its expressions, and the cities whose documents print any of them."""

    japanese: Sequence[str]
    english: Sequence[str]
    is_of_vocabulary: bool
    printed_by: frozenset[str]


class _Maker:
    """Exchanges one thing of a question. Every choice comes from a seed of its own for each kind."""

    def __init__(self, engine: SearchEngine) -> None:
        self._cities = engine.municipalities
        self._texts: dict[str, str] = {}
        self._years: dict[str, set[int]] = {}
        for document in engine.documents:
            text = engine.canonical_text(document.id)
            first, last = document.fiscal_years
            years = self._years.setdefault(document.municipality, set())
            years |= {*range(first, last + 1), document.report_fiscal_year or first, *named_years(text)}
            own = self._texts.get(document.municipality, "")
            self._texts[document.municipality] = f"{own}\n{unspaced(text)}"
        self._topics = [_Topic(*names, self._printing(names[0])) for names in _topics()]
        prefectures = {document.prefecture for document in engine.documents}
        self._neighbours, self._others = _strangers(set(self._cities), prefectures, "\n".join(self._texts.values()))

    def questions(self, kind: Exchanged, sources: Sequence[Source]) -> Iterator[Unanswerable]:
        chance = random.Random(f"{_SEED} {kind}")
        changes: Mapping[Exchanged, Callable[[random.Random, Source], Unanswerable | None]] = {
            "city": self._other_city,
            "topic": self._other_topic,
            "year": self._other_year,
        }
        change = partial(changes[kind], chance)
        # Some sources lend themselves to it and some do not: these give one question, and then one more.
        for _ in range(3):
            yield from filter(None, map(change, chance.sample(sources, len(sources))))

    def _other_city(self, chance: random.Random, source: Source) -> Unanswerable | None:
        mentions = [one for one in find_municipalities(source.question, self._cities) if one.in_collection]
        if len(mentions) != 1:
            return None
        pool = self._neighbours if self._neighbours and chance.random() < _NEIGHBOURS else self._others
        start, end = mentions[0].span
        printed = source.question[start:end]
        new = _printed_like(printed, chance.choice(pool), chance)
        return Unanswerable(source.question[:start] + new + source.question[end:], "city", True, source, printed, new)

    def _other_year(self, chance: random.Random, source: Source) -> Unanswerable | None:
        mentions = find_fiscal_years(source.question)
        cities = self._named(source.question)
        taken = set().union(*(self._years[city] for city in cities or self._cities))
        free = [year for year in range(min(taken) - _FAR, max(taken) + _FAR) if year not in taken and year >= 1990]
        near = [year for year in free if min(abs(year - other) for other in taken) <= _FAR // 4]
        if not 0 < len(mentions) <= len(free):
            return None
        years = chance.sample(near if len(near) >= len(mentions) and chance.random() < 0.5 else free, len(mentions))
        text, names = source.question, []
        for mention, year in zip(reversed(mentions), years, strict=True):
            start, end = mention.span
            names.append(_year_like(text[start:end], year))
            text = text[:start] + names[-1] + text[end:]
        old = "・".join(source.question[slice(*mention.span)] for mention in mentions)
        return Unanswerable(text, "year", bool(cities), source, old, "・".join(reversed(names)))

    def _other_topic(self, chance: random.Random, source: Source) -> Unanswerable | None:
        cities = self._named(source.question)
        absent = self._absent(cities, chance)
        if not absent:
            return None
        topic = chance.choice(absent)
        in_japanese = bool(_JAPANESE.search(source.question))
        new = chance.choice(topic.japanese if in_japanese else topic.english)
        if source.has_topic:
            text = fold(source.question)
            names = [slice(*one.span) for one in find_municipalities(text, self._cities)]
            span = _topic(text, names, in_japanese)
            if span is None:
                return None
            question, old = text[: span[0]] + new + text[span[1] :], text[slice(*span)]
        elif in_japanese and len(cities) == 1:
            form = chance.choice(question_forms()[chance.choice(_FORMS)])
            question, old = form.format(topic=new, city=cities[0], year=""), ""
        elif in_japanese and not cities:
            question, old = chance.choice(question_forms()["anywhere"]).format(topic=new), ""
        else:
            return None
        return Unanswerable(question, "topic", bool(cities), source, old, new)

    def _printing(self, expressions: Sequence[str]) -> frozenset[str]:
        """Return the cities whose documents print any of the expressions."""
        plain = [unspaced(name) for name in expressions]
        return frozenset(city for city, text in self._texts.items() if any(name in text for name in plain))

    def _absent(self, cities: Sequence[str], chance: random.Random) -> list[_Topic]:
        """Return topics that the documents of cities (none: of all) do not print."""
        elsewhere = bool(cities) and chance.random() < _OF_ANOTHER_CITY
        return [
            topic
            for topic in self._topics
            # Of the vocabulary only what another city's documents print: it has umbrella words as well.
            if topic.is_of_vocabulary == elsewhere
            and bool(topic.printed_by) >= elsewhere
            and not topic.printed_by.intersection(cities or self._cities)
        ]

    def _named(self, question: str) -> list[str]:
        return [one.name for one in find_municipalities(question, self._cities) if one.in_collection]


def _topics() -> Iterator[tuple[list[str], list[str], bool]]:
    """Return the expressions of each topic in Japanese and in English, and whether it is of the search's vocabulary."""
    for _, line in data_lines(_TOPICS):
        japanese, _, english = line.partition("\t")
        yield japanese.split("|"), english.split("|"), False
    vocabulary = load_vocabulary()
    for names, translations in zip(vocabulary.groups, vocabulary.translations, strict=True):
        if translations and not _NO_TOPIC.search(names[0]) and len(names[0]) > 3:
            yield [names[0], *names[1:]], list(translations), True


def _strangers(known: set[str], prefectures: set[str], texts: str) -> tuple[list[Municipality], list[Municipality]]:
    """Return the municipalities without documents that no document names: neighbours, and those further away."""
    romaji = {one.romaji for one in all_municipalities() if one.name in known}
    every = [one for one in all_municipalities() if one.name not in texts and one.romaji not in romaji]
    near = [one for one in every if one.prefecture in prefectures]
    return near, [one for one in every if one.prefecture not in prefectures]


def _printed_like(printed: str, city: Municipality, chance: random.Random) -> str:
    """Return a municipality's name in the letters of another."""
    if _JAPANESE.search(printed):
        return city.name[:-1] if len(city.name) > 2 and chance.random() < _ONLY_STEM else city.name
    romaji = city.romaji.capitalize()
    return f"{romaji} {_ENGLISH[city.name[-1]]}" if _LATIN_CITY.search(printed) or chance.random() < 0.5 else romaji


def _year_like(printed: str, year: int) -> str:
    """Return a year in the notation of another, where that notation has it."""
    new = _in_notation(printed, year)
    read = find_fiscal_years(new)
    return new if [(one.first, one.last) for one in read] == [(year, year)] else f"{year}年度"


def _in_notation(printed: str, year: int) -> str:
    unit = next((unit for unit in ("年度", "年", "度") if printed.endswith(unit)), "")
    if re.match(r"[RH]\d", printed):
        return f"R{year - 2018}{unit}" if year >= 2019 else f"H{year - 1988}{unit}"
    if re.match("令和|平成", printed):
        return fiscal_year_name(year, "ja").removesuffix("年度") + (unit or "年度")
    return re.sub(r"\d{4}.*", f"{year}{unit}", printed) if re.search(r"\d{4}", printed) else f"{year}{unit}"


def _topic(text: str, taken: Sequence[slice], in_japanese: bool) -> tuple[int, int] | None:
    """Return the span of the longest expression of a folded question that can be its topic."""
    spans = [span for span, _ in load_vocabulary().find(text.lower())]
    if in_japanese:
        spans += _compounds(text)
    free = [
        (start, end)
        for start, end in spans
        if bool(_LATIN.fullmatch(text[start:end])) <= (not in_japanese or end - start <= 6)
        and not any(start < name.stop and name.start < end for name in taken)
        and not _NO_TOPIC.search(text[start:end])
        and end - start > (3 if in_japanese else 5)
    ]
    return max(free, key=lambda span: (span[1] - span[0], -span[0]), default=None)


def _compounds(text: str) -> list[tuple[int, int]]:
    """Return the spans of the compounds of nouns in a folded text."""
    runs: list[tuple[int, int]] = []
    for token in tokens(text):
        if token.noun and runs and runs[-1][1] == token.span[0]:
            runs[-1] = runs[-1][0], token.span[1]
        elif token.noun:
            runs.append(token.span)
    return runs
