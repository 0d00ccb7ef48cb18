"""Whether a sentence that a language model wrote says no more than what it cites; strict rather than kind.

What is checked cannot prove a sentence right, only find it wrong or unsupported: its citations exist; its figures,
years and names stand in what every municipality that it cites says; its other words mostly do; what is printed with
"not", or as a plan, is not told as its opposite. Words and patterns are data, ``data/rewording.toml``.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator, Sequence
from functools import cache
from typing import Literal

from corpus.fiscal_years import named_years
from corpus.model import Citation
from corpus.municipalities import all_municipalities, find_municipalities
from corpus.roman_names import fold_romaji
from search.cited import Source
from search.figures import Figure, read_figures
from search.model import Answer, Statement, place
from search.wording import (
    Said,
    english_words,
    english_words_in,
    is_english,
    proper_nouns,
    tells_past,
    wordings,
)

Fault = Literal["citation", "form", "city", "name", "number", "sense", "words"]
FAULTS: tuple[Fault, ...] = ("citation", "form", "city", "name", "number", "sense", "words")
"""Why a sentence is not shown: no citation, or none that exists; markup, an address, foreign signs; a municipality, a
name or a figure that is not in what is cited; its opposite; words that are neither there nor in the question."""

LONGEST = 400

_MARK = r"[\[［]\s*[\d０-９]{1,4}(?:\s*[,，、]\s*[\d０-９]{1,4})*\s*[\]］]"
_MARKS = re.compile(rf"((?:\s*{_MARK})+)")
_PRINTABLE = re.compile("[ -~°±·×÷À-ɏ‐-―‘’“”…※←-↙−∼○◯◎●△▲▽▼□■◇◆☆★、-〟〜ぁ-ゟ゠-ヿ々一-鿿㐀-䶿豈-\ufaff￥]*")
_MARKUP = re.compile(r"[<>{}\[\]*_`#|^\\@]|://|(?i:www\.|[a-z0-9-]\.[a-z]{2,})")
_QUOTED = re.compile(r"「([^「」]*)」|『([^『』]*)』|[“\"]([^“”\"]*)[”\"]")
_KATAKANA = re.compile(r"[ァ-ヶー]{2,}")
_LATIN = re.compile(r"[A-Za-zÀ-ɏ]+[0-9]*")
_BODY = re.compile(r"[一-鿿々ァ-ヶー]+(?:課|局|室|部|係|班|センター|グループ|チーム)(?![一-鿿々ァ-ヶー])")
_PLACE = re.compile(r"[一-鿿々ァ-ヶー]+[都道府県市町村](?![一-鿿々ァ-ヶー])")


class Grounds:
    """What the sentences of a rewording may rest on: an answer's citations that were sent, by their numbers."""

    def __init__(self, answer: Answer, numbers: Collection[int]) -> None:
        self._citations = {number: one for number, one in enumerate(answer.citations, 1) if number in numbers}
        self.question = Said([answer.question])
        years = set(named_years(answer.question))
        self.year = years.pop() if len(years) == 1 else None
        self._initiatives = [hit.initiative for hit in answer.hits if hit.initiative]
        self._told = [(one.text, one.citations) for one in answer.statements]
        if answer.table:
            self._told += [(" ".join(row.cells), row.citations) for row in answer.table.rows]
        cities = {one.document.municipality for one in answer.citations}
        self.municipalities = tuple(
            sorted({*cities, *answer.municipalities, *answer.without_evidence, *answer.outside})
        )

    def check(self, sentence: str) -> Statement | Fault:
        """Return a sentence with its citations, its marks taken out; or why it must not be shown.

        What stands before a mark is checked against that mark's citations alone.
        """
        first, *others = _MARKS.split(sentence.strip())
        if not others or not first.strip():
            return "citation"
        texts, marks = [first, *others[1::2]], others[::2]
        texts[-2:] = ["".join(texts[-2:])]  # what follows the last mark ends its sentence
        parts: list[tuple[str, list[int]]] = []
        for text, mark in zip(texts, marks, strict=True):
            numbers = [int(number) for number in re.findall(r"\d+", mark)]
            if parts and not re.search(r"\w", text):  # [1]、[2]
                parts[-1][1].extend(numbers)
            else:
                parts.append((text, numbers))
        every = list(dict.fromkeys(number for _, numbers in parts for number in numbers))
        if any(number not in self._citations for number in every):
            return "citation"
        plain = unicodedata.normalize("NFKC", "".join(texts)).strip()
        if len(plain) > LONGEST or not _PRINTABLE.fullmatch(plain) or _MARKUP.search(plain):
            return "form"
        for text, numbers in parts:
            part = _Part(text, [self._citations[number] for number in numbers], self)
            if fault := part.fault():
                return fault
        return Statement("".join(texts).strip(), tuple(self._citations[number] for number in every))

    def source(self, citations: Sequence[Citation]) -> Source:
        """Return what citations say, with what the answer itself says by these alone."""
        places = {place(one) for one in citations}
        told = [text for text, own in self._told if own and {place(one) for one in own} <= places]
        initiatives = [
            one
            for one in self._initiatives
            if any(one.document_id == id_ and one.span[0] <= start < one.span[1] for id_, (start, _) in places)
        ]
        return Source(citations, told, initiatives)


class _Part:
    """A sentence, or the part of it before a mark, with what it cites."""

    def __init__(self, text: str, citations: Sequence[Citation], grounds: Grounds) -> None:
        self._text = unicodedata.normalize("NFKC", text).replace("パーセント", "%")
        self._grounds = grounds
        self._is_english = is_english(self._text)
        self._figures, self._years = read_figures(self._text, wordings().no_numbers)
        self._mentions = find_municipalities(self._text, grounds.municipalities)
        self._unnamed = self._text  # without municipalities and years
        for start, end in [*(one.span for one in self._mentions), *(one.span for one in self._years)]:
            self._unnamed = self._unnamed[:start] + " " * (end - start) + self._unnamed[end:]
        by_city: dict[str, list[Citation]] = {}
        for one in citations:
            by_city.setdefault(one.document.municipality, []).append(one)
        self._sources = {city: grounds.source(own) for city, own in by_city.items()}
        self._all = grounds.source(citations)

    def fault(self) -> Fault | None:
        if self._names_other_city():
            return "city"
        if not all(self._names_of(source) for source in self._sources.values()):
            return "name"
        if not all(self._figures_of(source) for source in self._sources.values()):
            return "number"
        if not self._sense():
            return "sense"
        return None if self._words() else "words"

    def _names_other_city(self) -> bool:
        cities = set(self._sources)
        if any(mention.name not in cities for mention in self._mentions):
            return True
        generic = {*wordings().no_municipalities, *(one.document.prefecture for one in self._all.citations)}
        places = [place for place in _PLACE.findall(self._unnamed) if place not in generic]
        if any(not self._all.said.has(place) for place in places):
            return True
        # A bare name that begins an English sentence is taken for no city by find_municipalities.
        words = (
            {word.lower() for word in re.findall(r"[A-ZĀ-Ž][a-zā-ž]+", self._unnamed)} if self._is_english else set()
        )
        return any(fold_romaji(word) in _all_romaji() and word not in wordings().frame for word in words)

    def _names_of(self, source: Source) -> bool:
        """Return whether every name stands in what one municipality says, the question or the municipality's name."""
        said, asked = source.said, self._grounds.question
        quoted = ("".join(match) for match in _QUOTED.findall(self._text))
        if not all(said.has(quote) for quote in quoted):
            return False
        bodies = (body for body in _BODY.findall(self._unnamed) if body not in wordings().no_departments)
        if not all(said.has(body) for body in bodies):
            return False
        names = [*_KATAKANA.findall(self._unnamed), *proper_nouns(self._unnamed)]
        if not all(said.has(name) or asked.has(name) for name in names):
            return False
        known = said.latin | asked.latin | source.romaji
        latin = _LATIN.findall(self._unnamed)
        if self._is_english:
            own = self._text.strip().split()[0]
            latin = [word for word in latin if word[0].isupper() and not (word == own and word.istitle())]
            known |= wordings().frame | english_words_in([word.lower() for word in latin], said)
        return all(word.lower() in known for word in latin)

    def _figures_of(self, source: Source) -> bool:
        if self._is_english and wordings().counts(self._text):
            return False
        if any(year.year not in source.years for year in self._years):
            return False
        if not all(source.bears(figure, self._is_english) for figure in self._figures):
            return False
        return all(source.pairs(*pair) for pair in self._pairs()) and self._roles(source)

    def _pairs(self) -> Iterator[tuple[int, Figure, str]]:
        """Return every figure with the year that is named last before it, first after it or in the question.

        With them comes the text from the one to the other; empty when the year is the question's.
        """
        for figure in self._figures:
            if not self._years and self._grounds.year is not None:
                yield self._grounds.year, figure, ""
            before = [year for year in self._years if year.span[0] < figure.span[0]]
            nearest = before[-1:] or self._years[:1]
            if nearest and len({year.year for year in self._years if year.span == nearest[0].span}) == 1:
                start, end = (pick(nearest[0].span[at], figure.span[at]) for at, pick in enumerate((min, max)))
                yield nearest[0].year, figure, self._text[start : end + 1]

    def _roles(self, source: Source) -> bool:
        """Return whether of the figures that cells hold one is what the sentence calls it: target, actual, baseline."""
        text = self._text.lower()
        named = {role for role, names in wordings().roles.items() if any(name in text for name in names)}
        if len(named) != 1:
            return True
        held = [roles for figure in self._figures if (roles := source.roles(figure))]
        return not held or any(roles & named for roles in held)

    def _sense(self) -> bool:
        said = self._all.said
        is_reported = any(one.document.kind == "report" for one in self._all.citations)
        if tells_past(self._text) and not (said.tells_past or is_reported):
            return False
        if self._is_english and wordings().denies(self._text):
            return any(True in polarity for polarity in said.polarity.values())
        own = Said([self._text])
        return all(
            polarity <= said.polarity[lemma]
            for lemma, polarity in own.polarity.items()
            if lemma in said.polarity and lemma not in wordings().frame
        )

    def _words(self) -> bool:
        """Return whether the words are mostly those of what is cited, and hardly any from nowhere."""
        text, said, asked = self._unnamed, self._all.said, self._grounds.question
        if self._is_english:
            words = [word for word in english_words(text) if word not in self._all.romaji]
            cited = english_words_in(words, said)
            unseen = set(words) - cited - english_words_in(words, asked)
            return 3 * len(unseen) <= len(set(words)) and 3 * len(cited) >= len(set(words))
        own = Said([text]).content - wordings().frame
        cited = {word for word in own if said.speaks(word)}
        unseen = {word for word in own - cited if not asked.speaks(word)}
        return 5 * len(unseen) <= len(own) and 2 * len(cited) >= len(own)


@cache
def _all_romaji() -> frozenset[str]:
    return frozenset(fold_romaji(row.romaji) for row in all_municipalities())
