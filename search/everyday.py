"""Everyday wordings and what municipal documents print for them (``data/everyday.tsv``).

A wording is found by its words, whatever particles stand between and however they are inflected: 家賃を払わない人 has
the line of 家賃の未払い. A phrase may have other words between its own, or them in another order, and each may be one
that the file gives for it: ごみの量をもっと削る has the line of ごみの量を減らす, as 減らす and 削る share a line.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path

from indexer.tokenise import Token, tokens
from search.vocabulary import data_lines, load_vocabulary

_FILE = Path(__file__).parent / "data" / "everyday.tsv"
# What a noun made of a verb ends in, and the ending of the verb; those in e have る after it.
_VERB_ENDINGS = dict(zip("いきぎしちにびみりえけげせてねべめれ", "うくぐすつぬぶむるるるるるるるるるる", strict=True))
_GAP = 2  # words that may stand between two words of a wording


@dataclass(frozen=True, slots=True)
class _Word:
    lemma: str
    negated: bool


@dataclass(frozen=True)
class Everyday:
    """lines: the wordings of each line as written, with their terms. terms: those of a wording by its words.

    with_lemma: the wordings that have a lemma. others: lemmas that may stand for a lemma. phrases: the wordings of
    which two words have a topic; 市 and 仕組み in other words are no phrase.
    """

    lines: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]
    terms: Mapping[tuple[_Word, ...], tuple[str, ...]]
    with_lemma: Mapping[str, tuple[tuple[_Word, ...], ...]]
    others: Mapping[str, frozenset[str]]
    phrases: frozenset[tuple[_Word, ...]]

    def find(self, words: Sequence[Token]) -> list[tuple[tuple[int, ...], tuple[str, ...]]]:
        """Return which words are an everyday wording, as positions in order, each with its terms.

        Of phrases that share a word the longest is taken; its words may also be wordings on their own.
        """
        found: list[tuple[tuple[int, ...], tuple[str, ...]]] = []
        taken: set[int] = set()
        matches = sorted(self._matches(words), key=lambda it: (-len(it[0]), it[0], -_as_written(it, words)))
        for positions, wording in matches:
            if len(positions) == 1 or taken.isdisjoint(positions):
                taken.update(positions if len(positions) > 1 else ())
                found.append((positions, self.terms[wording]))
        return sorted(found)

    def _matches(self, words: Sequence[Token]) -> Iterator[tuple[tuple[int, ...], tuple[_Word, ...]]]:
        possible = [self._possible(word) for word in words]
        wordings = dict.fromkeys(
            wording for lemmas in possible for lemma in sorted(lemmas) for wording in self.with_lemma.get(lemma, ())
        )
        every = frozenset().union(*possible)
        for wording in wordings:
            if any(one.lemma not in every for one in wording):
                continue
            if len(wording) == 1:
                yield from (
                    ((at,), wording)
                    for at, word in enumerate(words)
                    if wording[0].lemma in _forms(word) and word.negated == wording[0].negated
                )
            elif positions := _together(wording, words, possible if wording in self.phrases else None):
                yield positions, wording

    def _possible(self, word: Token) -> frozenset[str]:
        forms = _forms(word)
        return forms.union(*(self.others.get(form, ()) for form in forms))


def _forms(word: Token) -> frozenset[str]:
    """Return the lemma of a word, and of a noun that a verb may have made the verb: 取り立て, 取り立てる."""
    lemma = word.lemma
    if not word.noun or word.pair or lemma[-1] not in _VERB_ENDINGS:  # 計画どおり is no 通る
        return frozenset((lemma,))
    return frozenset((lemma, lemma + "る", lemma[:-1] + _VERB_ENDINGS[lemma[-1]]))


def _as_written(match: tuple[tuple[int, ...], tuple[_Word, ...]], words: Sequence[Token]) -> int:
    """Return how many words of a wording stand in a text themselves, and in its order."""
    positions, wording = match
    return sum(words[at].lemma == one.lemma for at, one in zip(positions, wording, strict=True))


def _together(
    wording: Sequence[_Word], words: Sequence[Token], possible: Sequence[frozenset[str]] | None
) -> tuple[int, ...] | None:
    """Return where the words of a wording stand near each other in a text, in order; None where they do not.

    possible: lemmas that each word of the text may stand for; None when it stands for itself.
    """
    lemmas = possible or [_forms(word) for word in words]
    positions: list[int] = []
    for one in wording:
        at = next(
            (
                at
                for at, word in enumerate(words)
                if at not in positions and one.lemma in lemmas[at] and word.negated == one.negated
            ),
            None,
        )
        if at is None:
            return None
        positions.append(at)
    positions.sort()
    if any(later - earlier > _GAP + 1 for earlier, later in pairwise(positions)):
        return None
    # Who reduces the overtime of employees does not reduce employees.
    if any(word.noun for word in words[positions[-2] + 1 : positions[-1]]):
        return None
    return tuple(positions)


@cache
def load_everyday() -> Everyday:
    """Return the everyday wordings that ship with the package."""
    terms: dict[tuple[_Word, ...], list[str]] = defaultdict(list)
    others: dict[str, set[str]] = defaultdict(set)
    lines: list[tuple[tuple[str, ...], tuple[str, ...]]] = []
    for _, line in data_lines(_FILE):
        wordings, official = (tuple(part.split("|")) for part in line.split("\t"))
        lines.append((wordings, official))
        alone = set()
        for wording in wordings:
            key = tuple(_Word(word.lemma, word.negated) for word in tokens(wording))
            if key:
                terms[key] += [term for term in official if term not in terms[key]]
            if len(key) == 1 and not key[0].negated:
                alone.add(key[0].lemma)
        # 制度 may stand for 仕組み, and 仕組み for it; but not for システム, for which 仕組み may stand as well.
        single = {words[0].lemma for term in official if len(words := tokens(term)) == 1} if alone else set()
        for lemma in alone:
            others[lemma] |= alone | single
        for lemma in single:
            others[lemma] |= alone
    is_general = load_vocabulary().is_general
    with_lemma: dict[str, list[tuple[_Word, ...]]] = defaultdict(list)
    for key in terms:
        for word in key:
            with_lemma[word.lemma].append(key)
    return Everyday(
        tuple(lines),
        {key: tuple(official) for key, official in terms.items()},
        {lemma: tuple(keys) for lemma, keys in with_lemma.items()},
        {lemma: frozenset(same) for lemma, same in others.items()},
        frozenset(key for key in terms if sum(not is_general(word.lemma) for word in key) > 1),
    )
