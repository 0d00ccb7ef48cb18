"""Figures in running text: 32,000時間, 3億5,000万円, 三百件 and 100% as numbers with their units, years apart."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal

from corpus.fiscal_years import find_fiscal_years, mention_years
from corpus.model import Span

_DIGITS = "〇一二三四五六七八九"
_OLD_DIGITS = str.maketrans("零壱弐参", "〇一二三")
_SMALL = {"十": 10, "百": 100, "千": 1000}
_LARGE = {"万": 10**4, "億": 10**8, "兆": 10**12}
_NUMBER = r"(?:\d{1,3}(?:, ?\d{3})+(?!\d)|\d+)(?:\.\d+)?"
_PIECE = re.compile(rf"{_NUMBER}|[{_DIGITS}十百千万億兆]")
_RUN = re.compile(
    rf"(?P<minus>[△▲] ?|(?<![\w)）%~〜])-)?"
    rf"(?:{_NUMBER}|[{_DIGITS}十百千万億兆])(?: ?[千万億兆]|(?<=[十百千万億兆])(?:{_NUMBER})|[{_DIGITS}十百])*"
)
_UNIT = re.compile(r" ?(%|[A-Za-z]+|[一-鿿々ァ-ヶつ])")
_PLACES = re.compile(r"[かカヵケヶ個](?=[所月年国])")
_SCALE = {"thousand": 10**3, "million": 10**6, "billion": 10**9}


@dataclass(frozen=True, slots=True)
class Figure:
    """A number in a text. unit: the first character, or the Latin word, after it; empty when it stands alone.

    value: of the number with 万, 億 and the like; below zero after △. span: in the text that it was found in.
    """

    value: Decimal
    unit: str
    span: Span
    is_written: bool = False
    """In kanji numerals only."""


@dataclass(frozen=True, slots=True)
class Year:
    """A year, or each year of a range, that a text names. span: of the whole mention."""

    year: int
    span: Span


def read_figures(text: str, no_numbers: Collection[str] = ()) -> tuple[list[Figure], list[Year]]:
    """Return the figures of a text in NFKC, in order, and its years, which are no figures.

    no_numbers: words with numerals in them that count nothing, 一部.
    """
    years: list[Year] = []
    rest = text
    for mention in find_fiscal_years(text):
        years += [Year(year, mention.span) for year in {*mention_years(mention), mention.last}]
        rest = _blanked(rest, mention.span)
    for word in sorted(no_numbers, key=len, reverse=True):
        rest = rest.replace(word, "　" * len(word))
    rest = _PLACES.sub("箇", rest.replace("パーセント", "%    ")).translate(_OLD_DIGITS)
    return [_figure(rest, match) for match in _RUN.finditer(rest)], years


def _blanked(text: str, span: Span) -> str:
    start, end = span
    return f"{text[:start]}{'　' * (end - start)}{text[end:]}"


def _figure(text: str, match: re.Match[str]) -> Figure:
    value = _value(match[0])
    end = match.end()
    if scale := re.compile(rf" ({'|'.join(_SCALE)})(?![a-z])", re.IGNORECASE).match(text, end):
        value, end = value * _SCALE[scale[1].lower()], scale.end()
    unit = _UNIT.match(text, end)
    is_written = not re.search(r"\d", match[0])
    return Figure(-value if match["minus"] else value, unit[1].lower() if unit else "", match.span(), is_written)


def _value(run: str) -> Decimal:
    total = section = Decimal(0)
    current: Decimal | None = None
    before = ""
    for piece in _PIECE.findall(run):
        if piece in _LARGE:
            below = section + (current or 0)
            total += (below or 1) * _LARGE[piece]
            section, current = Decimal(0), None
        elif piece in _SMALL:
            section += (1 if current is None else current) * _SMALL[piece]
            current = None
        elif piece in _DIGITS:
            digit = Decimal(_DIGITS.index(piece))
            current = current * 10 + digit if current is not None and before in _DIGITS else digit
        else:
            current = Decimal(re.sub(r"[, ]", "", piece))
        before = piece
    return total + section + (current or 0)
