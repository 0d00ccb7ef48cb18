"""The field's words: what means the same, in Japanese and English (``data/vocabulary.tsv``), and words without a topic.

A question is matched by its longest expressions. The files are data: a line more needs no code.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from pathlib import Path

import snowballstemmer

from corpus.model import Span

_DATA = Path(__file__).parent / "data"
_IS_LATIN = re.compile(r"[\x00-\x7f]+")


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).lower().strip()


@lru_cache(maxsize=20_000)
def _stem(word: str) -> str:
    """Return an English word without its ending, so that outsource, outsourcing and outsourced meet."""
    # A stemmer keeps the word in itself while it works: one for each word, or threads get each other's stems.
    stem: str = snowballstemmer.stemmer("english").stemWord(word)
    return stem


def _english_key(text: str) -> tuple[str, ...]:
    return tuple(_stem(word) for word in re.findall(r"[a-z0-9]+", _plain(text)))


@dataclass(frozen=True)
class Vocabulary:
    """Groups of Japanese expressions that mean the same, found by any of them or by an English one."""

    groups: tuple[tuple[str, ...], ...]
    japanese: dict[str, tuple[int, ...]]
    english: dict[tuple[str, ...], tuple[int, ...]]
    general: frozenset[str]

    @cached_property
    def _longest_japanese(self) -> int:
        return max(map(len, self.japanese), default=0)

    @cached_property
    def _longest_english(self) -> int:
        return max(map(len, self.english), default=0)

    def is_general(self, term: str) -> bool:
        """Return whether a term occurs in questions of any topic."""
        return term in self.general or _stem(term) in self.general

    def find(self, text: str) -> list[tuple[Span, tuple[str, ...]]]:
        """Return where expressions of the vocabulary stand in ``text``, in order, each with all that mean the same.

        The text is normalised (NFKC) and in lower case. Longest expressions first; no character belongs to two.
        """
        found: list[tuple[Span, tuple[str, ...]]] = []
        taken = bytearray(len(text))
        for start, end, groups in sorted(
            [*self._japanese(text), *self._english(text)], key=lambda hit: hit[0] - hit[1]
        ):
            if any(taken[start:end]):
                continue
            taken[start:end] = b"\x01" * (end - start)
            expressions = tuple(dict.fromkeys(name for group in groups for name in self.groups[group]))
            found.append(((start, end), expressions))
        return sorted(found)

    def _japanese(self, text: str) -> Iterable[tuple[int, int, tuple[int, ...]]]:
        for start in range(len(text)):
            for end in range(min(len(text), start + self._longest_japanese), start + 1, -1):
                groups = self.japanese.get(text[start:end])
                if groups and _whole(text, start, end):
                    yield start, end, groups
                    break

    def _english(self, text: str) -> Iterable[tuple[int, int, tuple[int, ...]]]:
        matches = list(re.finditer(r"[a-z0-9]+", text))
        keys = [_stem(match.group()) for match in matches]
        for first in range(len(keys)):
            for last in range(min(len(keys), first + self._longest_english), first, -1):
                groups = self.english.get(tuple(keys[first:last]))
                if groups:
                    yield matches[first].start(), matches[last - 1].end(), groups
                    break


def _whole(text: str, start: int, end: int) -> bool:
    """Return whether a match cuts no Latin or katakana word in two."""
    for edge, inner in ((start - 1, start), (end, end - 1)):
        if 0 <= edge < len(text):
            for pattern in (r"[a-z0-9]", r"[ァ-ヶー]"):
                if re.match(pattern, text[edge]) and re.match(pattern, text[inner]):
                    return False
    return True


@cache
def load_vocabulary(folder: Path = _DATA) -> Vocabulary:
    """Return the vocabulary that ships with the package."""
    groups: list[tuple[str, ...]] = []
    japanese: dict[str, tuple[int, ...]] = {}
    english: dict[tuple[str, ...], tuple[int, ...]] = {}
    for line in _lines(folder / "vocabulary.tsv"):
        names, _, translations = line.partition("\t")
        group = tuple(name.strip() for name in names.split("|") if name.strip())
        if not group or names.strip() == "japanese":
            continue
        for name in group:
            key = _plain(name)
            if _IS_LATIN.fullmatch(key):
                english[_english_key(key)] = (*english.get(_english_key(key), ()), len(groups))
            else:
                japanese[key] = (*japanese.get(key, ()), len(groups))
        for translation in translations.split("|"):
            if key_words := _english_key(translation):
                english[key_words] = tuple(dict.fromkeys((*english.get(key_words, ()), len(groups))))
        groups.append(group)
    general = frozenset(_plain(line) for line in _lines(folder / "general_words.txt"))
    return Vocabulary(tuple(groups), japanese, english, general | {_stem(word) for word in general})


def _lines(path: Path) -> Iterable[str]:
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            yield line.split(" #")[0].rstrip() if path.suffix == ".txt" else line
