"""Terms of the documents that a word may have been meant for: other spellings, typos, misread characters."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from search.vocabulary import data_lines

_FILE = Path(__file__).parent / "data" / "confusable.tsv"
_KATAKANA = re.compile(r"[ァ-ヶー]+")
_ALPHABETIC = re.compile(r"[ァ-ヶーぁ-ゖ]+|[a-z]+")
_SMALL_KANA = str.maketrans("ァィゥェォッャュョヮ", "アイウエオツヤユヨワ", "ー")
_SHORTEST_EDITED = 4
_SHORTEST_LOOSE = 3
_SHORTEST_MISREAD = 2
_MOST = 3


class Spelling:
    """The terms of an index, found by what is nearly their spelling. Nothing changes after making it."""

    def __init__(self, terms: Iterable[str]) -> None:
        self._terms = frozenset(terms)
        self._loose: dict[str, list[str]] = defaultdict(list)
        self._edited: dict[tuple[str, int], list[str]] = defaultdict(list)
        for term in sorted(self._terms):
            if _KATAKANA.fullmatch(term):
                self._loose[_loose(term)].append(term)
            if len(term) >= _SHORTEST_EDITED - 1 and _ALPHABETIC.fullmatch(term):
                # One edit leaves the first or the last character as it is.
                self._edited[f"{term[0]}-", len(term)].append(term)
                self._edited[f"-{term[-1]}", len(term)].append(term)

    def meant(self, term: str) -> tuple[str, ...]:
        """Return the terms that an unknown term may stand for: none when it is known.

        Other spellings of a loan word (チエック, インタフェース), else terms that one edit makes of it
        (Damerau 1964: one character more, less, another, or two exchanged). Kanji words are not edited: one character
        makes another word of them.
        """
        if term in self._terms:
            return ()
        is_loan_word = len(term) >= _SHORTEST_LOOSE and _KATAKANA.fullmatch(term)
        if is_loan_word and (same := self._loose.get(_loose(term))):
            return tuple(same[:_MOST])
        if len(term) < _SHORTEST_EDITED or not _ALPHABETIC.fullmatch(term):
            return ()
        near = {
            other
            for edge in (f"{term[0]}-", f"-{term[-1]}")
            for length in (len(term) - 1, len(term), len(term) + 1)
            for other in self._edited.get((edge, length), ())
            if _one_edit(term, other)
        }
        return tuple(sorted(near)[:_MOST])

    def misread(self, term: str) -> tuple[str, ...]:
        """Return the known terms that differ from a term by one character which is easily taken for another."""
        if len(term) < _SHORTEST_MISREAD:
            return ()
        sets = _confusable()
        variants = (
            term[:at] + other + term[at + 1 :] for at, character in enumerate(term) for other in sets.get(character, "")
        )
        return tuple(variant for variant in variants if variant in self._terms)[:_MOST]


def _loose(term: str) -> str:
    return term.translate(_SMALL_KANA)


def _one_edit(first: str, second: str) -> bool:
    start = 0
    while start < min(len(first), len(second)) and first[start] == second[start]:
        start += 1
    end = 0
    while end < min(len(first), len(second)) - start and first[-1 - end] == second[-1 - end]:
        end += 1
    rest = first[start : len(first) - end], second[start : len(second) - end]
    return max(map(len, rest)) <= 1 or (len(rest[0]) == 2 and rest[0] == rest[1][::-1])


@cache
def _confusable() -> dict[str, str]:
    sets: dict[str, str] = {}
    for _, line in data_lines(_FILE):
        for character in line:
            others = sets.get(character, "") + line.replace(character, "")
            sets[character] = "".join(dict.fromkeys(others))
    return sets
