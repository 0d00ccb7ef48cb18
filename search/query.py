"""What a question asks for: cities, years, and the concepts that a passage must speak of."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from corpus.fiscal_years import named_years
from corpus.model import Span
from corpus.municipalities import find_municipalities
from indexer.lexical import LexicalIndex
from indexer.tokenise import Token, fold, tokens, words
from search.vocabulary import Vocabulary

MAX_CHARACTERS = 2000
# Topics are nouns; a compound repeats what its parts say.
VERB_WEIGHT, PAIR_WEIGHT = 0.5, 0.5

_LATIN_WORDS = re.compile(r"[a-z]{2}|[A-Za-z]+\s+[A-Za-z]+")
_LATIN_WORD = re.compile(r"[A-Za-z]+")
_PARTICLE = re.compile(r"(?:での|では|の|で|は|['’]s\b)?[\s、,]*")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]+")
_INVISIBLE = re.compile(r"[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]+")  # soft hyphen, zero width, bidi
_JAPANESE = re.compile(r"[぀-ヿ一-鿿ｦ-ﾟ]")
_OR = re.compile(r"\s*(?:や|・|、|または|又は|もしくは|若しくは|あるいは|,? or |/)\s*")
_NUMBER = re.compile(r"\d{1,2}")


@dataclass(frozen=True, slots=True)
class Concept:
    """One thing that the question is about.

    name: as it stands in the question. alternatives: lists of index terms, any of which says it. weight: how much
    it tells (inverse document frequency, in nats).
    """

    name: str
    alternatives: tuple[tuple[str, ...], ...]
    weight: float


@dataclass(frozen=True, slots=True)
class Query:
    """A question, understood.

    municipalities: those in the collection that it names; outside: those it names that have no documents.
    fiscal_years: the years it names. body: the question without the names of municipalities. language: ja or en.
    understood: whether documents have any word of its topic, or it asks in words that any topic has (結城市の目標は？).
    """

    text: str
    body: str
    language: str
    municipalities: tuple[str, ...]
    outside: tuple[str, ...]
    fiscal_years: tuple[int, ...]
    concepts: tuple[Concept, ...]
    understood: bool


def understand(text: str, known: Sequence[str], vocabulary: Vocabulary, index: LexicalIndex) -> Query:
    """Return what a question asks for.

    known: municipalities in the collection. index: of words; it tells which terms documents have, and how rare.
    """
    mentions = find_municipalities(text, known)
    body = text
    for mention in sorted(mentions, key=lambda mention: mention.span, reverse=True):
        start, end = mention.span
        # A particle is left behind where a name stood, つくばみらい市の; at the beginning it says nothing.
        particle = _PARTICLE.match(body, end) if not body[:start].strip() else None
        body = f"{body[:start]} {body[particle.end() if particle else end :]}"
    # Characters that show nothing part words that belong together, or end the text for the tokeniser (NUL).
    body = _INVISIBLE.sub("", _CONTROL.sub(" ", body)).strip() or text
    language = _language(text, body)
    concepts = tuple(_concepts(body, language, vocabulary, index))
    return Query(
        text=text,
        body=body,
        language=language,
        municipalities=tuple(dict.fromkeys(mention.name for mention in mentions if mention.in_collection)),
        outside=tuple(dict.fromkeys(mention.name for mention in mentions if not mention.in_collection)),
        fiscal_years=tuple(dict.fromkeys(named_years(text))),
        concepts=concepts,
        understood=any(_known_terms(concepts, index)) if concepts else _is_general(body, vocabulary),
    )


def _language(text: str, body: str) -> str:
    # A bare acronym (RPA) is a keyword, in a collection in Japanese.
    if not _LATIN_WORDS.search(fold(text)):
        return "ja"
    # A municipality's name in Japanese does not make a sentence in English Japanese.
    sentence = len(_LATIN_WORD.findall(fold(body))) >= 3
    return "ja" if _JAPANESE.search(body if sentence else text) else "en"


def _known_terms(concepts: Sequence[Concept], index: LexicalIndex) -> Iterator[bool]:
    for concept in concepts:
        for terms in concept.alternatives:
            yield from (term in index.frequency for term in terms)


def _is_general(text: str, vocabulary: Vocabulary) -> bool:
    """Return whether a text has words, and only such as questions of any topic have."""
    lemmas = [token.lemma for token in tokens(text)]
    return bool(lemmas) and all(vocabulary.is_general(lemma) or _NUMBER.fullmatch(lemma) for lemma in lemmas)


@dataclass(frozen=True, slots=True)
class _Run:
    """Words that stand together: an expression of the vocabulary, or neighbouring words."""

    span: Span
    concepts: tuple[Concept, ...]

    @property
    def alternatives(self) -> tuple[tuple[str, ...], ...]:
        """Return what says all of the run: any alternative of one concept, the terms of several together."""
        if len(self.concepts) == 1:
            return self.concepts[0].alternatives
        return (tuple(concept.alternatives[0][0] for concept in self.concepts),)


def _concepts(body: str, language: str, vocabulary: Vocabulary, index: LexicalIndex) -> list[Concept]:
    text = fold(body).lower()
    runs = [_expression(text, span, expressions, index) for span, expressions in vocabulary.find(text)]
    runs += _token_runs(text, runs, language, vocabulary, index)
    concepts: list[Concept] = []
    for listed in _listed(text, sorted((run for run in runs if run.concepts), key=lambda run: run.span)):
        concepts.extend(listed[0].concepts if len(listed) == 1 else [_any_of(text, listed)])
    return concepts


def _expression(text: str, span: Span, expressions: Sequence[str], index: LexicalIndex) -> _Run:
    alternatives = tuple(terms for terms in dict.fromkeys(map(_terms, expressions)) if terms)
    if not alternatives:
        return _Run(span, ())
    # The alternative that the documents use tells how rare the concept is.
    weight = min(sum(map(index.weight, terms)) / len(terms) for terms in alternatives)
    return _Run(span, (Concept(text[slice(*span)], alternatives, weight),))


@lru_cache(maxsize=10_000)
def _terms(expression: str) -> tuple[str, ...]:
    return tuple(words(expression))


def _token_runs(
    text: str, expressions: Sequence[_Run], language: str, vocabulary: Vocabulary, index: LexicalIndex
) -> list[_Run]:
    """Return the runs of words of ``text`` that have a topic and stand outside the ``expressions`` found already."""
    taken = {term for run in expressions for terms in run.alternatives for term in terms}
    runs: list[_Run] = []
    end = 0
    for token in tokens(text):
        start = max(text.find(token.surface, end), end)
        end = start + len(token.surface)
        if any(start < run.span[1] and run.span[0] < end for run in expressions):
            continue
        new = [
            concept
            for concept in _token_concepts(token, language, index)
            if concept.name not in taken
            and not vocabulary.is_general(concept.name)
            and not _NUMBER.fullmatch(concept.name)
        ]
        taken.update(concept.name for concept in new)
        if runs and runs[-1].span[1] == start and token.noun:
            runs[-1] = _Run((runs[-1].span[0], end), (*runs[-1].concepts, *new))
        else:
            runs.append(_Run((start, end), tuple(new)))
    return runs


def _listed(text: str, runs: Sequence[_Run]) -> list[list[_Run]]:
    """Return the runs, those that the question lists as examples (A や B, A or B) together."""
    lists: list[list[_Run]] = []
    for run in runs:
        if lists and _OR.fullmatch(text[lists[-1][-1].span[1] : run.span[0]]):
            lists[-1].append(run)
        else:
            lists.append([run])
    return lists


def _any_of(text: str, runs: Sequence[_Run]) -> Concept:
    weight = sum(concept.weight for run in runs for concept in run.concepts) / len(runs)
    return Concept(
        text[runs[0].span[0] : runs[-1].span[1]],
        tuple(dict.fromkeys(alternative for run in runs for alternative in run.alternatives)),
        weight,
    )


def _token_concepts(token: Token, language: str, index: LexicalIndex) -> Iterator[Concept]:
    """Return the concept of a word, and that of its compound with the word before when documents have it."""
    terms = [term for term in (token.lemma, token.origin) if term and term in index.frequency] or [token.lemma]
    # English words that no document has say nothing about documents in Japanese; unknown Japanese ones do.
    if language == "ja" or terms[0] in index.frequency:
        weight = min(map(index.weight, terms)) * (1 if token.noun else VERB_WEIGHT)
        yield Concept(token.lemma, tuple((term,) for term in terms), weight)
    if token.pair in index.frequency:
        yield Concept(token.pair, ((token.pair,),), index.weight(token.pair) * PAIR_WEIGHT)
