"""Municipalities named in Roman letters: Tsukuba-mirai, Omitama City, city of Yuki, Ishioka-shi, Mito市."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence, Set
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from corpus.municipalities import Municipality

_LETTERS = re.compile(r"(?<![A-Za-zÀ-ɏ0-9_])[A-Za-zÀ-ɏ]+(?![A-Za-zÀ-ɏ0-9_])")
_JOINTS = (" ", "-", "'", "’")
_KINDS = {"city": "市区", "town": "町", "village": "村", "ward": "区", "shi": "市", "cho": "町", "machi": "町"}
_KINDS |= {"mura": "村", "ku": "区", "市": "市", "区": "区", "町": "町", "村": "村"}
_KIND = re.compile(rf"[ -]?({'|'.join(_KINDS)})(?![A-Za-z])", re.IGNORECASE)
_KIND_OF = re.compile(r"(?<![A-Za-z])(city|town|village|ward) of $", re.IGNORECASE)

# In the order of their codes, 01 to 47.
_PREFECTURE_LIST = """
hokkaido aomori iwate miyagi akita yamagata fukushima ibaraki tochigi gunma saitama chiba tokyo kanagawa niigata toyama
ishikawa fukui yamanashi nagano gifu shizuoka aichi mie shiga kyoto osaka hyogo nara wakayama tottori shimane okayama
hiroshima yamaguchi tokushima kagawa ehime kochi fukuoka saga nagasaki kumamoto oita miyazaki kagoshima okinawa
"""
_PREFECTURES = tuple(_PREFECTURE_LIST.split())
_ENGLISH_LIST = "ama ami china date goto ide ina isa kai mine nose noto oda saga sai seto so sue tome tone usa wake"
_ENGLISH = frozenset(_ENGLISH_LIST.split())
_NOT_BARE = {*_ENGLISH, *_PREFECTURES, "asahi", "hitachi", "kawasaki", "kikai", "obama", "sakura", "shinto", "toyota"}
_BEFORE_BARE = {"Are", "Compare", "Did", "Do", "Does", "For", "Has", "Have", "In", "Is"}

RomanName = tuple[int, int, list["Municipality"]]


def find_roman_names(text: str, by_romaji: Mapping[str, list[Municipality]], known: Set[str]) -> Iterator[RomanName]:
    """Yield start, end and the municipalities meant, in order and without overlap.

    by_romaji: all municipalities under ``fold_romaji`` of their romaji. known: the names that are recognised without a
    word such as City. Any other bare name counts only inside a sentence, capitalised, and if it can be nothing else.
    """
    tokens = list(_LETTERS.finditer(text))
    done = 0
    for at, token in enumerate(tokens):
        if token.start() < done:
            continue
        for size in (3, 2, 1):
            found = _name_at(text, tokens[at : at + size], by_romaji, known) if at + size <= len(tokens) else None
            if not found and size == 1 and at and _may_stand_bare(text, tokens[at - 1], token):
                found = _bare_city(token, by_romaji)
            if found:
                yield found
                done = found[1]
                break


def named_prefectures(text: str) -> set[int]:
    """Return the numbers (1 to 47, the first two digits of the code) of the prefectures that are named in ``text``."""
    return {_PREFECTURES.index(word.lower()) + 1 for word in _LETTERS.findall(text) if word.lower() in _PREFECTURES}


def fold_romaji(word: str) -> str:
    """Return one spelling for Ōmitama, Oomitama and Ohmitama, and for Sanmu and Sammu."""
    letters = "".join(c for c in unicodedata.normalize("NFD", word.lower()) if not unicodedata.combining(c))
    letters = re.sub("oo|ou|oh(?![aeiouy])", "o", letters).replace("uu", "u")
    return re.sub("m(?=[bmp])", "n", letters)


def _name_at(
    text: str, group: Sequence[re.Match[str]], by_romaji: Mapping[str, list[Municipality]], known: Set[str]
) -> RomanName | None:
    if any(text[a.end() : b.start()] not in _JOINTS for a, b in pairwise(group)):
        return None
    start, end = group[0].start(), group[-1].end()
    spelled, word = text[start:end], "".join(token[0].lower() for token in group)
    rows = _rows(word, by_romaji)
    rows_known = [row for row in rows if row.name in known]
    if not rows or (len(group) > 1 and not rows_known and "-" not in spelled and not spelled.istitle()):
        return None
    before, after = _KIND_OF.search(text, 0, start), _KIND.match(text, end)
    if before and before[1].islower() and word in _PREFECTURES:
        before = None  # which city of Ibaraki
    if kind := after or before:
        by_kind = [[row for row in rows if row.name[-1] == suffix] for suffix in _KINDS[kind[1].lower()]]
        rows = next(filter(None, by_kind), rows_known)
        if not rows or (word in _ENGLISH and spelled.islower()):
            return None
        return before.start() if before else start, after.end() if after else end, rows
    return (start, end, rows_known) if rows_known and word not in _ENGLISH else None


def _bare_city(token: re.Match[str], by_romaji: Mapping[str, list[Municipality]]) -> RomanName | None:
    rows = _rows(token[0].lower(), by_romaji)
    is_one_city = len({row.name for row in rows}) == 1 and rows[0].name[-1] in "市区"
    return (token.start(), token.end(), rows) if is_one_city else None


def _may_stand_bare(text: str, before: re.Match[str], token: re.Match[str]) -> bool:
    """Return whether ``token`` is a capitalised word inside a sentence, and no part of a person's or other name."""
    word, following = token[0], text[token.end() : token.end() + 2]
    if len(word) < 5 or not word.istitle() or word.lower() in _NOT_BARE:
        return False
    is_inside = text[before.end() : token.start()] in (" ", ", ") and (before[0].islower() or before[0] in _BEFORE_BARE)
    return is_inside and not (following[:1] == " " and following[1:].isupper())


def _rows(word: str, by_romaji: Mapping[str, list[Municipality]]) -> list[Municipality]:
    # Short words only as they are: "so" is not Soo.
    return [row for row in by_romaji.get(fold_romaji(word), []) if len(word) > 3 or row.romaji == word]
