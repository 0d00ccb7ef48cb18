"""The field's words: what means the same, in Japanese and English (``data/vocabulary.tsv``), and words without a topic.

A question is matched by its longest expressions. The files are data: a line more needs no code.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

from corpus.model import Span
from search.errors import SearchError
from search.spelling_english import american, latin_words, stem

_DATA = Path(__file__).parent / "data"
_BETWEEN = 2  # words of any topic between those of an English expression: unused city land
_IS_LATIN = re.compile(r"[\x00-\x7f]+")


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).lower().strip()


@lru_cache(maxsize=20_000)
def _stem(word: str) -> str:
    """Return the stem of an English word in its American spelling."""
    return stem(american(word))


def english_key(text: str) -> tuple[str, ...]:
    """Return what notations of an English expression share: the stems of its words in American spelling."""
    return tuple(_stem(word) for word in latin_words(text))


@dataclass(frozen=True)
class Vocabulary:
    """Groups of Japanese expressions that mean the same, found by any of them or by an English one.

    translations: for each group its English expressions, as written.
    """

    groups: tuple[tuple[str, ...], ...]
    translations: tuple[tuple[str, ...], ...]
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

    def same(self, expression: str) -> tuple[str, ...]:
        """Return the Japanese expressions that mean the same as a Japanese one of the vocabulary; none for others."""
        own = _plain(expression)
        groups = self.japanese.get(own, ())
        return tuple(dict.fromkeys(name for group in groups for name in self.groups[group] if _plain(name) != own))

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
        """Return the expressions of English words that stand together, or with words of any topic between them."""
        matches = list(re.finditer(r"[a-z0-9]+", text))
        every = range(len(matches))
        with_topic = [at for at in every if not self.is_general(matches[at].group())]
        keys = [_stem(match.group()) for match in matches]
        for chosen in (every, with_topic):
            for first in range(len(chosen)):
                for last in range(min(len(chosen), first + self._longest_english), first, -1):
                    own = chosen[first:last]
                    groups = self.english.get(tuple(keys[at] for at in own))
                    if groups and own[-1] - own[0] < len(own) + _BETWEEN:
                        yield matches[own[0]].start(), matches[own[-1]].end(), groups
                        break


def _whole(text: str, start: int, end: int) -> bool:
    """Return whether a match cuts no Latin or katakana word in two."""
    for edge, inner in ((start - 1, start), (end, end - 1)):
        if 0 <= edge < len(text):
            for pattern in (r"[a-z0-9]", r"[ァ-ヶー]"):
                if re.match(pattern, text[edge]) and re.match(pattern, text[inner]):
                    return False
    return True


def load_vocabulary(own: Path | None = None) -> Vocabulary:
    """Return the vocabulary that ships with the package, extended by a user's file of the same form where there is one.

    The same object as before while the file is the same. Raises SearchError when the user's file cannot be used.
    """
    return _loaded(own, _version(own))


def _version(own: Path | None) -> tuple[int, int] | None:
    """Return what changes with a file, its size and time; None when there is none."""
    if own is None:
        return None
    try:
        found = own.stat()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise SearchError(f"{own}: cannot be read ({error}); make it readable, or remove it") from error
    return found.st_size, found.st_mtime_ns


@lru_cache(maxsize=4)
def _loaded(own: Path | None, version: tuple[int, int] | None) -> Vocabulary:
    groups: list[tuple[str, ...]] = []
    english_names: list[tuple[str, ...]] = []
    japanese: dict[str, tuple[int, ...]] = {}
    english: dict[tuple[str, ...], tuple[int, ...]] = {}
    lines = [line for _, line in data_lines(_DATA / "vocabulary.tsv")]
    if own is not None and version is not None:
        lines += _own_lines(own)
    for group, translations in map(_parsed, lines):
        for name in group:
            key = _plain(name)
            if _IS_LATIN.fullmatch(key):
                english[english_key(key)] = (*english.get(english_key(key), ()), len(groups))
            else:
                japanese[key] = (*japanese.get(key, ()), len(groups))
        for translation in translations:
            if key_words := english_key(translation):
                english[key_words] = tuple(dict.fromkeys((*english.get(key_words, ()), len(groups))))
        groups.append(group)
        english_names.append(translations)
    general = frozenset(_plain(line.split(" #")[0]) for _, line in data_lines(_DATA / "general_words.txt"))
    stems = {_stem(word) for word in general}
    return Vocabulary(tuple(groups), tuple(english_names), japanese, english, general | stems)


def _parsed(line: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the expressions of a line that mean the same, and their English ones."""
    names, _, translations = line.partition("\t")
    group, english = (tuple(name.strip() for name in part.split("|") if name.strip()) for part in (names, translations))
    return group, english


def _own_lines(path: Path) -> list[str]:
    try:
        lines = list(data_lines(path))
    except (OSError, UnicodeDecodeError) as error:
        raise SearchError(f"{path}: cannot be read as UTF-8 text ({error}); save it as UTF-8, or remove it") from error
    for number, line in lines:
        group, english = _parsed(line)
        if not group or len(set(map(_plain, (*group, *english)))) < 2:
            problem = "only one expression" if group else "no expression before the tab"
            raise SearchError(
                f"{path}, line {number}: {problem}; write those that mean the same on one line, parted by |, and "
                "English ones after a tab"
            )
    return [line for _, line in lines]


def data_lines(path: Path) -> Iterable[tuple[int, str]]:
    """Return the lines of a file that are neither blank nor comments, each with its number."""
    for number, line in enumerate(path.read_text(encoding="utf-8-sig").splitlines(), 1):
        if line.strip() and not line.startswith("#"):
            yield number, line
