"""What a question asks for: cities, years, and the concepts that a passage must speak of."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from corpus.fiscal_years import find_fiscal_years
from corpus.municipalities import find_municipalities
from indexer.lexical import LexicalIndex
from indexer.tokenise import Token, fold, tokens, words
from search.vocabulary import Vocabulary

MAX_CHARACTERS = 2000
# Topics are nouns; a compound repeats what its parts say.
VERB_WEIGHT, PAIR_WEIGHT = 0.5, 0.5

_JAPANESE = re.compile(r"[぀-ヿ一-鿿ｦ-ﾟ]")
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
    """

    text: str
    body: str
    language: str
    municipalities: tuple[str, ...]
    outside: tuple[str, ...]
    fiscal_years: tuple[int, ...]
    concepts: tuple[Concept, ...]


def understand(text: str, known: Sequence[str], vocabulary: Vocabulary, index: LexicalIndex) -> Query:
    """Return what a question asks for.

    known: municipalities in the collection. index: of words; it tells which terms documents have, and how rare.
    """
    text = text[:MAX_CHARACTERS]
    mentions = find_municipalities(text, known)
    body = text
    for mention in sorted(mentions, key=lambda mention: mention.span, reverse=True):
        start, end = mention.span
        body = f"{body[:start]} {body[end:]}"
    # A particle is left behind where a name stood: つくばみらい市の -> の.
    body = re.sub(r"^[\sのでは、,']+", "", body).strip() or text
    years = [
        year for found in find_fiscal_years(text) for year in range(found.first, min(found.last, found.first + 15) + 1)
    ]
    language = "ja" if _JAPANESE.search(text) else "en"
    return Query(
        text=text,
        body=body,
        language=language,
        municipalities=tuple(dict.fromkeys(mention.name for mention in mentions if mention.in_collection)),
        outside=tuple(dict.fromkeys(mention.name for mention in mentions if not mention.in_collection)),
        fiscal_years=tuple(dict.fromkeys(years)),
        concepts=tuple(_concepts(body, language, vocabulary, index)),
    )


def _concepts(body: str, language: str, vocabulary: Vocabulary, index: LexicalIndex) -> list[Concept]:
    found, rest = vocabulary.find(fold(body))
    concepts = []
    for name, expressions in found:
        alternatives = tuple(terms for terms in dict.fromkeys(tuple(words(name)) for name in expressions) if terms)
        if alternatives:
            # The alternative that the documents use tells how rare the concept is.
            concepts.append(Concept(name, alternatives, min(_mean_weight(terms, index) for terms in alternatives)))
    taken = {term for concept in concepts for terms in concept.alternatives for term in terms}
    for token in tokens(rest):
        for concept in _token_concepts(token, language, index):
            name = concept.name
            if name in taken or vocabulary.is_general(name) or _NUMBER.fullmatch(name):
                continue
            taken.add(name)
            concepts.append(concept)
    return concepts


def _token_concepts(token: Token, language: str, index: LexicalIndex) -> Iterator[Concept]:
    """Return the concept of a word, and that of its compound with the word before when documents have it."""
    terms = [term for term in (token.lemma, token.origin) if term and term in index.frequency] or [token.lemma]
    # English words that no document has say nothing about documents in Japanese; unknown Japanese ones do.
    if language == "ja" or terms[0] in index.frequency:
        weight = min(map(index.weight, terms)) * (1 if token.noun else VERB_WEIGHT)
        yield Concept(token.lemma, tuple((term,) for term in terms), weight)
    if token.pair in index.frequency:
        yield Concept(token.pair, ((token.pair,),), index.weight(token.pair) * PAIR_WEIGHT)


def _mean_weight(terms: Sequence[str], index: LexicalIndex) -> float:
    return sum(map(index.weight, terms)) / len(terms)
