"""Which passages hold what the operators of a question demand, and which municipalities can."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np

from corpus.model import Passage
from indexer.build import context_text
from indexer.lexical import LexicalIndex
from indexer.tokenise import bigrams, fold
from search.concepts import Concept
from search.initiatives import Mask
from search.operators import Requirement, visible

_BLANKS = re.compile(r"\s+")
_BORDER = "\0"  # fold leaves none of it in any text


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a word of a requirement is, all of it together; where it is nothing it is looked for as it stands.

    municipalities: of which a passage must be of one. years: of which it must print one, for each mention of a year or
    a range. outside: municipalities without documents; they are looked for like other words.
    """

    municipalities: tuple[str, ...] = ()
    years: tuple[range, ...] = ()
    concepts: tuple[Concept, ...] = ()
    outside: tuple[str, ...] = ()


def held(
    requirement: Requirement,
    wanted: Mapping[str, Wanted],
    passages: Sequence[Passage],
    index: LexicalIndex,
    pairs: LexicalIndex,
) -> Mask:
    """Return for every passage whether it holds what is demanded.

    wanted: what each word of the requirement is. index: of the passages' words; pairs: of their character bigrams.
    """

    @cache
    def leaf(part: Requirement) -> Mask:
        own = wanted.get(part.text, Wanted()) if part.kind == "word" else Wanted()
        masks = [_any_of(len(passages), [_terms([f"fy{year}"], index) for year in years]) for years in own.years]
        masks += [_concept(concept, index) for concept in own.concepts]
        if own.municipalities:
            masks.append(np.array([passage.document.municipality in own.municipalities for passage in passages]))
        return _all(len(passages), masks) if masks else _phrase(part.text, passages, pairs)

    def join(part: Requirement, masks: list[Mask]) -> Mask:
        if part.kind == "not":
            return ~masks[0]
        return (_any_of if part.kind == "or" else _all)(len(passages), masks)

    return requirement.fold(leaf, join)


def admitted_municipalities(
    requirement: Requirement, wanted: Mapping[str, Wanted], municipalities: Collection[str]
) -> frozenset[str]:
    """Return the municipalities of which a passage can hold what is demanded, whatever it prints."""
    everywhere = frozenset(municipalities)

    def leaf(part: Requirement) -> tuple[frozenset[str], frozenset[str]]:
        """Return where a passage can hold it, and where every passage does."""
        own = wanted.get(part.text, Wanted()) if part.kind == "word" else Wanted()
        if not (own.municipalities or own.outside):
            return everywhere, frozenset()
        named = everywhere.intersection(own.municipalities)
        return named, frozenset() if own.years or own.concepts else named

    def join(
        part: Requirement, bounds: list[tuple[frozenset[str], frozenset[str]]]
    ) -> tuple[frozenset[str], frozenset[str]]:
        can, must = zip(*bounds, strict=True)
        if part.kind == "not":
            return everywhere - must[0], everywhere - can[0]
        if part.kind == "or":
            return frozenset().union(*can), frozenset().union(*must)
        return everywhere.intersection(*can), everywhere.intersection(*must)

    return requirement.fold(leaf, join)[0]


def _concept(concept: Concept, index: LexicalIndex) -> Mask:
    return _any_of(index.texts, [_terms(terms, index) for terms in (*concept.alternatives, *concept.related)])


def _terms(terms: Sequence[str], index: LexicalIndex) -> Mask:
    masks = []
    for term in terms:
        mask = np.zeros(index.texts, dtype=bool)
        mask[index.postings(term)[0]] = True
        masks.append(mask)
    return _all(index.texts, masks)


def _phrase(phrase: str, passages: Sequence[Passage], pairs: LexicalIndex) -> Mask:
    """Return which passages, or a heading above them, print a phrase, in whatever blanks and widths."""
    possible = _terms(bigrams(phrase), pairs)  # its bigrams leave few passages to look through
    wanted = _squeezed(phrase)
    mask = np.zeros(len(passages), dtype=bool)
    for at in np.flatnonzero(possible).tolist():
        mask[at] = wanted in _printed(context_text(passages[at]), passages[at].text)
    return mask


@lru_cache(maxsize=1 << 17)
def _printed(context: str, text: str) -> str:
    """Return a passage and the headings above it, each without blanks; a phrase never goes on from one to the next."""
    return _BORDER.join(map(_squeezed, [*context.split("\n"), text]))


def _squeezed(text: str) -> str:
    return _BLANKS.sub("", visible(fold(text))).lower()


def _all(count: int, masks: Sequence[Mask]) -> Mask:
    return np.all(masks, axis=0) if len(masks) else np.ones(count, dtype=bool)


def _any_of(count: int, masks: Sequence[Mask]) -> Mask:
    return np.any(masks, axis=0) if len(masks) else np.zeros(count, dtype=bool)
