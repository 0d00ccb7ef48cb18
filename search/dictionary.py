"""English expressions to Japanese words (``data/dictionary.tsv``), for what the field's vocabulary lacks."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import repeat
from pathlib import Path

from search.spelling_english import american, english_stems

_FILE = Path(__file__).parent / "data" / "dictionary.tsv"

# Forms that share no stem with their word.
_IRREGULAR_PAIRS = """\
    women:woman men:man children:child people:person feet:foot teeth:tooth lives:life leaves:leave
    built:build bought:buy sold:sell paid:pay held:hold kept:keep made:make spent:spend lent:lend sent:send lost:lose
    left:leave met:meet led:lead fed:feed found:find fell:fall fallen:fall rose:rise risen:rise grew:grow grown:grow
    began:begin begun:begin broke:break broken:break chose:choose chosen:choose drove:drive driven:drive gave:give
    given:give took:take taken:take wrote:write written:write spoke:speak spoken:speak shrank:shrink shrunk:shrink
    taught:teach thought:think brought:bring caught:catch dealt:deal hid:hide hidden:hide rode:ride saw:see seen:see
    sought:seek shut:shut slept:sleep stole:steal stolen:steal swam:swim threw:throw thrown:throw understood:understand
    withdrew:withdraw withdrawn:withdraw undertook:undertake undertaken:undertake rebuilt:rebuild"""
IRREGULAR: dict[str, str] = dict(pair.split(":") for pair in _IRREGULAR_PAIRS.split())


@dataclass(frozen=True)
class Dictionary:
    """Japanese words for English expressions of up to ``longest_expression`` words."""

    rows: dict[str, str]
    """An expression, its words parted by single spaces, to its Japanese words, parted by |; sorted."""
    expressions: tuple[str, ...]
    longest_expression: int

    def longest(self, words: Sequence[str], start: int) -> tuple[int, tuple[str, ...]]:
        """Return how many words at ``start`` form the longest known expression, and its Japanese words, best first.

        The words are runs of letters and digits in lower case. (0, ()) when no expression begins at ``start``.
        """
        for count in range(min(self.longest_expression, len(words) - start), 0, -1):
            if japanese := self._translate(words[start : start + count]):
                return count, tuple(japanese.split("|"))
        return 0, ()

    def find(self, words: Sequence[str]) -> list[tuple[int, int, tuple[str, ...]]]:
        """Return the expressions in a question, read from left to right: first word, end, Japanese words."""
        found = []
        start = 0
        while start < len(words):
            count, japanese = self.longest(words, start)
            if count:
                found.append((start, start + count, japanese))
            start += count or 1
        return found

    def _translate(self, words: Sequence[str]) -> str:
        spellings = dict.fromkeys(
            " ".join(changed)
            for changed in (words, map(american, words), [IRREGULAR.get(word, word) for word in words])
        )
        for spelling in spellings:
            if spelling in self.rows:
                return self.rows[spelling]
        for spelling in reversed(spellings):
            if same_stem := self._of_stem(spelling):
                return self.rows[max(same_stem, key=lambda known: _likeness(known, spelling))]
        if len(words) == 2:
            return self.rows.get("".join(words), "")
        if len(words) == 1 and len(words[0]) > 6:
            halves = (f"{words[0][:cut]} {words[0][cut:]}" for cut in range(3, len(words[0]) - 2))
            return next((self.rows[known] for known in halves if known in self.rows), "")
        return ""

    def _of_stem(self, spelling: str) -> list[str]:
        """Return the expressions whose words have the stems of those of ``spelling``."""
        own = english_stems(spelling)
        if not own or len(own[0]) < 3:
            return []
        # A stem is how its words begin, but for its last letter: studi of study. So what can match stands together.
        begin = own[0][:-1]
        first = bisect_left(self.expressions, begin)
        last = bisect_left(self.expressions, begin + "\x7f")
        pattern = re.compile(" ".join(f"{re.escape(stem[:-1])}[a-z0-9]*" for stem in own))
        near = (known for known in self.expressions[first:last] if pattern.fullmatch(known))
        return [known for known in near if english_stems(known) == own]


def _likeness(known: str, asked: str) -> tuple[bool, int, int, str]:
    """Return a key by which, of expressions with the stems of ``asked``, the nearest is the greatest.

    Of house and housing, houses is the plural of house; and who asks how to collaborate does not mean collaborators.
    """
    is_person = known.endswith(("er", "or")) and not re.search(r"(?:er|or)s?$", asked)
    shared = next(
        (i for i, (a, b) in enumerate(zip(known, asked, strict=False)) if a != b), min(map(len, (known, asked)))
    )
    return not is_person, shared, -len(known), known


@cache
def load_dictionary(file: Path = _FILE) -> Dictionary:
    """Return the dictionary that ships with the package; read at the first English question, not before."""
    lines = file.read_text(encoding="utf-8").splitlines()
    rows = dict(line.split("\t") for line in lines if not line.startswith("#"))
    return Dictionary(rows, tuple(rows), max(map(str.count, rows, repeat(" ")), default=0) + 1)
