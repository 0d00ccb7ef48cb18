"""Operators for those who want them: ``A AND B``, ``A OR B``, ``NOT A``, ``-A``, ``"phrase"``, parentheses.

A question in which none of them stands is left alone: AND, OR and NOT count only in capitals beside words that are not,
and brackets only around operators. What cannot be read as an operator is a word like any other.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeVar

MAX_DEPTH = 20
"""Brackets in each other that are read; deeper ones are as if they were not there."""

MAX_OPERANDS = 40
"""Different words and phrases that operators can demand; further ones are searched for and no more."""

_PIECE = re.compile(r'"[^"]*"|[()]|(?P<minus>(?<![^\s()"])-(?=[^\W\d]|["(]))|[^\s"()]+')
_QUOTES = str.maketrans("“”„‟＂", '"""""')
_IN_SMALL = re.compile(r"[a-z぀-ヿ一-鿿]")
_SHOUTED_WORDS = 6  # WHICH CITIES OUTSOURCE AND AUTOMATE COUNTERS is a question, RPA AND DX is not
_OPERATOR = re.compile(r'(?<![^\s)"])(?:AND|OR|NOT)(?![^\s("])|"[^"]+"|(?<!\S)-(?=[^\W\d]|["(])')
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]+")
_INVISIBLE = re.compile(r"[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]+")  # soft hyphen, zero width, bidi

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Requirement:
    """What a passage must hold. kind: ``word`` (by its synonyms too), ``phrase`` (as it stands), or how parts join."""

    kind: Literal["word", "phrase", "and", "or", "not"]
    text: str = ""
    parts: tuple[Requirement, ...] = ()

    def __str__(self) -> str:
        """Return the requirement as a user would write it."""
        if not self.parts:
            return f'"{self.text}"' if self.kind == "phrase" else self.text
        written = [f"({part})" if len(part.parts) > 1 else str(part) for part in self.parts]
        return f"NOT {written[0]}" if self.kind == "not" else f" {self.kind.upper()} ".join(written)

    def words(self) -> Iterator[str]:
        """Return the words in it, phrases aside."""
        if self.kind == "word":
            yield self.text
        for part in self.parts:
            yield from part.words()

    def fold(
        self, leaf: Callable[[Requirement], Result], join: Callable[[Requirement, list[Result]], Result]
    ) -> Result:
        """Return what ``leaf`` gives for words and phrases, joined by ``join``."""
        return join(self, [part.fold(leaf, join) for part in self.parts]) if self.parts else leaf(self)


def read_operators(text: str) -> tuple[str, Requirement | None]:
    """Return the words of a question without its operators and without what they exclude, and what they require."""
    plain = visible(unicodedata.normalize("NFKC", text)).translate(_QUOTES)
    if not _OPERATOR.search(plain):
        return text, None
    if not _IN_SMALL.search(plain) and len(plain.split()) >= _SHOUTED_WORDS:
        return text, None
    parser = _Parser(_pieces(plain))
    requirements = parser.all()
    whole = _few(_joined("and", requirements), set()) if requirements else None
    words = " ".join(parser.words)
    return (words, whole) if whole else (words or text, None)


def visible(text: str) -> str:
    """Return a text without the characters that show nothing; they part words that belong together.

    Control characters become blanks (the tokeniser takes NUL for the end of a text).
    """
    return _INVISIBLE.sub("", _CONTROL.sub(" ", text))


def _pieces(text: str) -> list[str]:
    """Return words, phrases, operators and brackets in order, without brackets too deep and without NOT NOT."""
    pieces: list[str] = []
    depth = 0
    for match in _PIECE.finditer(text):
        piece = "NOT" if match["minus"] else match[0]
        if piece == "(":
            depth += 1
        is_too_deep = piece in ("(", ")") and depth > MAX_DEPTH
        if piece == ")":
            depth = max(depth - 1, 0)
        if piece == "NOT" and pieces[-1:] == ["NOT"]:
            pieces.pop()
        elif not is_too_deep:
            pieces.append(piece)
    return pieces


def _joined(kind: Literal["and", "or"], parts: Sequence[Requirement]) -> Requirement:
    """Return parts as one; of several that are the same, one, still as a condition."""
    if len(parts) == 1:
        return parts[0]
    flat = [inner for part in parts for inner in (part.parts if part.kind == kind else (part,))]
    return Requirement(kind, parts=tuple(dict.fromkeys(flat)))


def _few(requirement: Requirement, operands: set[Requirement]) -> Requirement | None:
    """Return a requirement without the words and phrases that are too many. operands: those before it."""
    if not requirement.parts:
        if len(operands) < MAX_OPERANDS:
            operands.add(requirement)
        return requirement if requirement in operands else None
    parts = tuple(few for part in requirement.parts if (few := _few(part, operands)))
    return replace(requirement, parts=parts) if parts else None


class _Parser:
    """words: what is left to search by, in order."""

    def __init__(self, pieces: list[str]) -> None:
        self._pieces = pieces
        self._at = 0
        self.words: list[str] = []

    def all(self) -> list[Requirement]:
        """Return the conditions; a word that no operator joins is one of the question's, not a condition."""
        found: list[Requirement] = []
        while self._at < len(self._pieces):
            found += [part for part in self._side_by_side(wanted=True, is_whole=True) if part.kind != "word"]
            self._at += 1  # a bracket that closes nothing
        return found

    def _side_by_side(self, wanted: bool, is_whole: bool = False) -> list[Requirement]:
        """Return what stands side by side up to a closing bracket. is_whole: it stands in no brackets."""
        found = []
        while self._peek() not in (None, ")"):
            begin = self._at
            # Brackets that nothing joins part nothing: the words in them are the question's.
            is_plain = is_whole and self._peek() == "(" and self._after_bracket() not in ("AND", "OR")
            part = None if is_plain else self._any(wanted)
            if part:
                found.append(part)
            elif self._at == begin:  # an operator that belongs to nothing
                self._at += 1
        return found

    def _after_bracket(self) -> str | None:
        """Return what follows the bracket that closes the one that comes next."""
        depth = 0
        for at in range(self._at, len(self._pieces)):
            depth += {"(": 1, ")": -1}.get(self._pieces[at], 0)
            if not depth:
                return self._pieces[at + 1] if at + 1 < len(self._pieces) else None
        return None

    def _any(self, wanted: bool) -> Requirement | None:
        return self._chain("or", lambda: self._every(wanted))

    def _every(self, wanted: bool) -> Requirement | None:
        return self._chain("and", lambda: self._one(wanted))

    def _chain(self, kind: Literal["and", "or"], part: Callable[[], Requirement | None]) -> Requirement | None:
        parts = [part()]
        while self._peek() == kind.upper() and self._at + 1 < len(self._pieces):
            self._at += 1
            parts.append(part())
        real = [one for one in parts if one]
        return _joined(kind, real) if real else None

    def _one(self, wanted: bool) -> Requirement | None:
        piece = self._peek()
        if piece is None or piece in ("AND", "OR", ")"):
            return None
        self._at += 1
        if piece == "NOT":
            part = self._one(not wanted)
            if part and part.kind == "not":
                return part.parts[0]
            return Requirement("not", parts=(part,)) if part else None
        if piece == "(":
            inner = self._side_by_side(wanted)
            if self._peek() == ")":
                self._at += 1
            return _together(inner, wanted)
        is_phrase = piece.startswith('"')
        word = piece.strip('"').strip()
        if not word:
            return None
        if wanted:
            self.words.append(word)
        return Requirement("phrase" if is_phrase else "word", word)

    def _peek(self) -> str | None:
        return self._pieces[self._at] if self._at < len(self._pieces) else None


def _together(parts: Sequence[Requirement], wanted: bool) -> Requirement | None:
    """Return what parts side by side in brackets say: all are wanted, or each is excluded: NOT (a b), NOT (a NOT b)."""
    if not wanted:
        named = [part for part in parts if part.kind != "not"]
        parts = [*([_joined("or", named)] if named else []), *(part for part in parts if part.kind == "not")]
    return _joined("and", parts) if parts else None
