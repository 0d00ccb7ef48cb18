"""From a question to the indicators 指標 that it asks for, and to their values.

Which indicator is meant is decided first, by its name and where it stands; which of its values, after that: a value
that was not read is said to be missing, and no other indicator takes its place.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Sequence, Set
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from corpus.model import Document, Initiative, Kpi, Passage
from indexer.tokenise import fold, tokens, words
from search.cells_asked import CellsAsked, Missing, cells_asked, chosen, has_topic
from search.concepts import Concept
from search.query import Query
from search.retrieval import admits
from search.series import Series, all_series, siblings, texts_of
from search.signals import RELATED, Floats, concept_weights
from search.vocabulary import load_vocabulary

_LEAST = 0.65  # measured: below it every other match is another indicator

_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
_CREDITS = (1.0, 0.9, 0.7, 0.5)
"""What a term counts that stands in the name, the title, the headings, elsewhere in the initiative."""
_OF_TOPIC, _OF_LITERAL, _OF_NAME = 0.6, 0.25, 0.15
_IN_TITLE, _LEAST_NAMED, _WHOLE_NAME = 0.75, 0.5, 0.9
_BONUS, _BEST = 0.05, 3
_AS_SURE, _NEARLY_AS_SURE = 0.06, 0.2

Positions = NDArray[np.int64]
_NONE: tuple[Positions, Floats] = np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.float32)


@dataclass(frozen=True, slots=True)
class CellMatch:
    """An indicator that a question asks for. score: how surely (0..1).

    asked: the values that it asks for, in its order; empty when none of them is printed. missing: what it asks for and
    was not read in the document, be it that it is not printed or stands in running text.
    """

    series: Series
    score: float
    asked: tuple[Kpi, ...]
    missing: tuple[Missing, ...]


@dataclass(frozen=True)
class _Held:
    """What indicators hold of a question, each of shape (indicators,), 0..1.

    topic: of its concepts, by weight, wherever they stand; named: of those that the name or the title says; literal:
    of its own nouns. said: the index terms that the question says, in any wording.
    """

    topic: Floats
    named: Floats
    literal: Floats
    said: Set[str]


class Indicators:
    """The indicators of an index. Nothing changes after making it.

    weight: how much a term of the documents tells (``LexicalIndex.weight``).
    """

    def __init__(
        self, initiatives: Sequence[Initiative], documents: Sequence[Document], weight: Callable[[str], float]
    ) -> None:
        self._weight = weight
        self.all = tuple(all_series(initiatives, {document.id: document for document in documents}))
        self._names = [fold(one.name).lower() for one in self.all]
        self._name_terms = [frozenset(words(one.name)) for one in self.all]
        self._units = [frozenset(kpi.unit for kpi in one.values) for one in self.all]
        self._every_unit = frozenset(unit for units in self._units for unit in units if unit)
        self._numbers = [_numbers_of(one) for one in self.all]
        names = siblings(self.all)
        postings: dict[str, dict[int, float]] = defaultdict(dict)
        for position, one in enumerate(self.all):
            for credit, texts in zip(
                _CREDITS, texts_of(one, names[one.document.id, one.initiative.ordinal]), strict=True
            ):
                for term in words("\n".join(texts)):
                    postings[term].setdefault(position, credit)
        self._postings = {
            term: (np.fromiter(held, dtype=np.int64), np.fromiter(held.values(), dtype=np.float32))
            for term, held in postings.items()
        }

    def match(self, query: Query, best: Sequence[Passage] = ()) -> list[CellMatch]:
        """Return the indicators that a question asks for, best first, each with the values that it asks for.

        best: the best passages of the ranking, in order; an indicator that one of the first prints is more surely the
        one that is meant. Of one document only those come that are as sure as its surest.
        """
        asked = cells_asked(query.body)
        at = self._admitted(query, asked)
        concepts = [one for one in query.concepts if one.is_topic and has_topic(one.name)]
        if not concepts or not len(at):
            return []
        asks = asked.any_value or any(one.kind in ("numbers", "role", "numeric_target") for one in query.conditions)
        held = self._held(query, concepts, asked, at)
        most = _OF_TOPIC * held.topic + _OF_LITERAL * held.literal + _OF_NAME + 2 * _BONUS
        found = []
        for column in np.flatnonzero(most >= _LEAST):
            position = int(at[column])
            series = self.all[position]
            said = self._said(self._name_terms[position], held.said)
            # What only the rest of the initiative speaks of is another thing than its indicator.
            if asked.contradicts(self._names[position], fold(series.initiative.title)):
                continue
            if max(said, held.named[column]) < _LEAST_NAMED or (not asks and said < _WHOLE_NAME):
                continue
            score = float(_OF_TOPIC * held.topic[column] + _OF_LITERAL * held.literal[column] + _OF_NAME * said)
            score += _BONUS * bool(asked.numbers & self._numbers[position])
            score += _BONUS * any(_prints(one, series) for one in best[:_BEST])
            if score >= _LEAST:
                cells, missing = chosen(series.values, asked, self._names[position], series.document.fiscal_years)
                found.append(CellMatch(series, score, cells, missing))
        return [replace(one, score=min(one.score, 1.0)) for one in _surest(found)]

    def _admitted(self, query: Query, asked: CellsAsked) -> Positions:
        """Return the positions of the indicators that the question does not rule out: by municipality, kind, unit."""
        cities = set(query.municipalities)
        if query.outside and not cities:
            return np.zeros(0, dtype=np.int64)
        titles = {one.value for one in query.conditions if one.kind == "document"}
        documents = {
            one.document.id
            for one in self.all
            if (not cities or one.document.municipality in cities)
            and one.document.municipality not in query.excluded
            and (not titles or one.document.title in titles)
            and admits(query.filters, one.document)
        }
        departments = set(query.filters.departments or ())
        units = {unit for unit in self._every_unit if asked.measured_in(unit, "")}
        return np.array(
            [
                position
                for position, one in enumerate(self.all)
                if one.document.id in documents
                and (not departments or departments & set(one.initiative.departments))
                and (
                    units & self._units[position]
                    or (None in self._units[position] and asked.measured_in(None, self._names[position]))
                )
            ],
            dtype=np.int64,
        )

    def _held(self, query: Query, concepts: Sequence[Concept], asked: CellsAsked, at: Positions) -> _Held:
        own = tokens(asked.topic)
        general = load_vocabulary().is_general
        nouns = dict.fromkeys(one.lemma for one in own if one.noun and len(one.lemma) > 1 and has_topic(one.lemma))
        literal = tuple(noun for noun in nouns if not general(noun))
        wordings = [
            (number, factor, terms)
            for number, concept in enumerate(concepts)
            for factor, every in ((1.0, concept.alternatives), (RELATED, concept.related))
            for terms in every
        ]
        whole, parts = self._shares([*(terms for *_, terms in wordings), literal], at)
        spoken = np.zeros((len(concepts), len(at)), dtype=np.float32)
        for (number, factor, _), share in zip(wordings, whole, strict=False):
            np.maximum(spoken[number], factor * share, out=spoken[number])
        weights = concept_weights(concepts)
        said = {term for one in own for term in (one.lemma, one.origin, one.pair)}
        said.update(term for *_, terms in wordings for term in terms)
        named = weights @ np.where(spoken >= _IN_TITLE, spoken, 0)
        return _Held(weights @ spoken, named, parts[-1], said)

    def _shares(self, wordings: Sequence[Sequence[str]], at: Positions) -> tuple[Floats, Floats]:
        """Return the share of each wording that each indicator prints, by weight and ``_CREDITS``: (wordings, at).

        First as one thing, half of which is another thing (市営住宅 is no 市営プール); then as so many words.
        """
        column = np.full(len(self.all), -1, dtype=np.int64)
        column[at] = np.arange(len(at))
        row: dict[str, int] = {}
        credits: list[Floats] = []
        for term in {term for terms in wordings for term in terms}:
            positions, counted = self._postings.get(term, _NONE)
            columns = column[positions]
            if (columns >= 0).any():
                row[term] = len(credits)
                credits.append(np.zeros(len(at), dtype=np.float32))
                credits[-1][columns[columns >= 0]] = counted[columns >= 0]
        table = np.stack(credits) if credits else np.zeros((0, len(at)), dtype=np.float32)
        held = (table > 0).astype(np.float32)
        whole, parts = (np.zeros((len(wordings), len(at)), dtype=np.float32) for _ in range(2))
        for number, terms in enumerate(wordings):
            known = [term for term in terms if term in row]
            if known:  # one product of all wordings would be shared out among threads, which costs more than it
                rows = [row[term] for term in known]
                own = np.array([self._weight(term) for term in known], dtype=np.float32)
                own /= sum(map(self._weight, terms))
                parts[number] = own @ table[rows]
                # Words from different places make no compound: it counts as the least of its places.
                least = np.where(table[rows] > 0, table[rows], 1).min(axis=0)
                whole[number] = least * (own @ held[rows]) ** 2
        return whole, parts

    def _said(self, name: frozenset[str], terms: Set[str]) -> float:
        whole = sum(map(self._weight, name))
        return sum(map(self._weight, name & terms)) / whole if whole else 0.0


def _surest(found: Sequence[CellMatch]) -> list[CellMatch]:
    """Return the surest matches of each document, and of a city's documents those that are nearly as sure.

    What a document prints comes before what is missing, a newer document before an older one.
    """
    of_document: dict[str, float] = {}
    of_city: dict[str, float] = {}
    for one in found:
        document = one.series.document
        of_document[document.id] = max(one.score, of_document.get(document.id, 0.0))
        of_city[document.municipality] = max(one.score, of_city.get(document.municipality, 0.0))
    kept = [
        one
        for one in found
        if one.score >= of_document[one.series.document.id] - _AS_SURE
        and one.score >= of_city[one.series.document.municipality] - _NEARLY_AS_SURE
    ]
    kept.sort(
        key=lambda one: (
            bool(one.asked),
            of_city[one.series.document.municipality],
            _newness(one.series.document),
            one.score,
        ),
        reverse=True,
    )
    return kept


def _newness(document: Document) -> tuple[int, int]:
    return document.report_fiscal_year or document.fiscal_years[0], document.fiscal_years[1]


def _prints(passage: Passage, series: Series) -> bool:
    """Return whether a passage prints a value of an indicator."""
    start, end = passage.span
    return passage.document.id == series.document.id and any(start <= kpi.span[0] < end for kpi in series.values)


def _numbers_of(series: Series) -> frozenset[str]:
    """Return the numbers that the name and the values of an indicator print."""
    printed = fold(" ".join([series.name, *(kpi.value for kpi in series.values)]))
    return frozenset(number.replace(",", "") for number in _NUMBER.findall(printed))
