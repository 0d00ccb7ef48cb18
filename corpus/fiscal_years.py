"""Years in Japanese and English text: 令和7年度, R7, 2025年度 and FY2025 are one year, 令和3～7年度 is five.

A bare number from 1950 to 2099 is read as a year unless what stands around it says that it counts something or belongs
to a code; alone in a table cell it is a year.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from corpus.model import Span
from corpus.normalise import normalise, source_span

_TABLE = Path(__file__).with_name("data") / "eras.tsv"
_AROUND_YEAR = re.compile(r"[\s()（）年度末計画]*")
_HAS_NUMBER = re.compile(r"\d|[元一二三四五六七八九十]")
_LONGEST_RANGE = 60
_MOST_YEARS = 15

# 令和元度 is how scans spell 令和元年度.
_YEAR = re.compile(
    r"""
    (?: (?P<era>令和|平成|昭和|大正)\ {0,2}(?P<number>元|\d{1,2}|[一二三四五六七八九十]{1,3})
      | (?<![A-Za-z0-9_])(?P<letter>[RHSTrhst])(?P<gap>\ ?)(?P<letter_number>元|\d{1,2})
      | (?<![A-Za-z0-9_])(?:(?P<fiscal>(?i:FY|fiscal(?:\ years?)?))\ ?)?
        (?P<western>(?:19[5-9]|20\d)\d|(?<=FY)\d\d|(?<=FY\ )\d\d)
    )(?!\d)
    (?:\ {0,2}(?P<unit>年?度|年(?!間)|(?i:fiscal\ year|FY)(?![A-Za-z0-9])))?
    """,
    re.VERBOSE,
)
_OPENING = re.compile(r" {0,2}\( {0,2}")
_CLOSING = re.compile(r" {0,2}\)(?: {0,2}(年度|年(?!間)))?")
_TO = re.compile(r" {0,2}([~〜∼]|[-‐-―−ー]|から) {0,2}| (to|through|until) ")
_SHORT_END = re.compile(
    r"(\d{1,2})(?!\d|\.\d)(?: {0,2}(年度|年(?!間)))?(?! {0,2}[月日人件回円%所カヵヶ個]|[A-Za-z]| {0,2}か[所月年国])"
)
_ALSO = re.compile(r" {0,2}(?:[・、,/と]|及び) {0,2}((\d{1,2}) {0,2}年度)(?!目)")
_ENCLOSED = re.compile("[①-⒛⓪-⓿¹²³⁰⁴-⁹₀-₉]")  # NFKC would make 12024 of ①2024

_COUNTED = re.compile(
    r"""
    \ {0,2}(?:
        人(?![事口材権件]) | 本(?![市町村計年]) | 個(?!別) | 社(?!会) | 日(?!本) | 分(?![野析]) | 点(?!検)
      | 部(?!門) | 時(?!点) | つ(?!く) | [件円名台回枚校戸棟軒票歩番号冊頁千万億百箇秒月週席株口%]
      | 世帯 | 団体 | 施設 | 地[点区] | 自治体 | 市町村 | 品目 | 種類 | 年間 | [かカヵヶ][所月年国] | ページ
      | メートル | キロ | トン | ヘクタール | 平方 | 立方 | パーセント | ポイント
      | (?:[ck]?m[23]?|mm|kg|g|t|ha|L|kWh?|yen|JPY|people|persons|residents|employees|staff|households|hours|days|cases
          |times|items|units|points|percent)(?![A-Za-z0-9]))
    | [A-Za-z_]
    | ,\d{3}(?!\d)
    | \.(?=\d)(?!(?:0?[1-9]|1[0-2])(?:\.\d{1,2})?(?![\d.%円人]))
    | \ ?[-~〜‐-―−]\ ?(?!(?:19[5-9]|20\d)\d(?!\d))\d{3}
    """,
    re.VERBOSE,
)
_COUNTING = re.compile(r"(?:約|計|延べ?|のべ|第|全|最大|[¥\\$#〒]|No\.?) ?$|\d[-.:]$|(?<!\d{3})\d,$")


@dataclass(frozen=True, slots=True)
class YearMention:
    """A year or a range of years that a text names.

    first, last: Western years, both included, equal for a single year. span: in the text as given. is_fiscal: it is
    written as a fiscal year (年度, FY, fiscal); otherwise it is a calendar date or the text does not say.
    """

    first: int
    last: int
    span: Span
    is_fiscal: bool


class _Year(NamedTuple):
    year: int
    before_first: int  # the year that 7 is added to in 令和3～7年度 and 28 in 2024～28年度
    end: int
    is_fiscal: bool


def _read_eras() -> dict[str, tuple[int, int]]:
    rows = [line.split("\t") for line in _TABLE.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    return {key: (int(first), int(last)) for era, letter, first, last in rows[1:] for key in (era, letter)}


_ERAS = _read_eras()


def find_fiscal_years(text: str) -> list[YearMention]:
    """Return the years that ``text`` names, in order and without overlap.

    令和元年度, R1, 平成31年度, 2019年度 and FY2019 are all 2019; a date keeps its calendar year. A year printed twice,
    2021（令和3）年度, is one mention, and so is a range: 令和3～7年度, 2026年度から2030年度まで. 令和3・4年度 is two.
    """
    plain, offsets = normalise(_ENCLOSED.sub(" ", text))
    mentions: list[YearMention] = []
    at = 0
    while match := _YEAR.search(plain, at):
        at = match.end()
        first = _read(plain, match)
        if first is None:
            continue
        last = _range_end(plain, first) or first
        is_era = first.before_first % 100 != 0
        also = _ALSO.match(plain, last.end) if is_era else None
        is_fiscal = first.is_fiscal or last.is_fiscal or also is not None
        span = source_span(offsets, (match.start(), last.end), len(text))
        mentions.append(YearMention(first.year, last.year, span, is_fiscal))
        at = last.end
        while also:
            year = first.before_first + int(also[2])
            mentions.append(YearMention(year, year, source_span(offsets, also.span(1), len(text)), True))
            at = also.end()
            also = _ALSO.match(plain, at)
    return mentions


def only_year(cell: str) -> int | None:
    """Return the year that a cell is; None when it holds anything else."""
    mentions = find_fiscal_years(cell) if len(cell) <= 20 and _HAS_NUMBER.search(cell) else []
    if len(mentions) != 1 or mentions[0].first != mentions[0].last:
        return None
    rest = cell[: mentions[0].span[0]] + cell[mentions[0].span[1] :]
    return mentions[0].first if _AROUND_YEAR.fullmatch(rest) else None


def named_years(text: str) -> list[int]:
    """Return every year that ``text`` names, in order, with repetitions. A range gives 15 years at most, its first."""
    return [year for mention in find_fiscal_years(text) for year in mention_years(mention)]


def mention_years(mention: YearMention) -> range:
    """Return the years of a mention, of a long range the first 15."""
    return range(mention.first, min(mention.last, mention.first + _MOST_YEARS - 1) + 1)


def year_tokens(text: str) -> list[str]:
    """Return ``FY2025`` for every year that ``text`` names (``named_years``).

    By these tokens 令和7年度, R7 and 2025年度 meet in the lexical index.
    """
    return [f"FY{year}" for year in named_years(text)]


def _read(text: str, match: re.Match[str], in_range: bool = False) -> _Year | None:
    """Return the year that ``match`` reads, with the same year in parentheses after it, or None where it is none."""
    year = _read_plain(text, match, in_range)
    opening = _OPENING.match(text, year.end) if year else None
    inside = _YEAR.match(text, opening.end()) if opening else None
    again = _read_plain(text, inside) if inside else None
    closing = _CLOSING.match(text, again.end) if again else None
    if not (year and again and closing) or again.year != year.year:
        return year
    is_fiscal = year.is_fiscal or again.is_fiscal or closing[1] == "年度"
    return year._replace(end=closing.end(), is_fiscal=is_fiscal)


def _read_plain(text: str, match: re.Match[str], in_range: bool = False) -> _Year | None:
    unit, end = match["unit"], match.end()
    is_fiscal = bool(match["fiscal"]) or unit not in (None, "年")
    if western := match["western"]:
        before = "" if in_range else text[max(0, match.start() - 6) : match.start()]
        if not unit and not is_fiscal and (_COUNTED.match(text, end) or _COUNTING.search(before)):
            return None
        year = int(western) + (2000 if len(western) == 2 else 0)
        return _Year(year, year - year % 100, end, is_fiscal)
    first_year, last_letter_year = _ERAS[match["era"] or match["letter"].upper()]
    number = _number(match["number"] or match["letter_number"])
    if match["letter"]:
        stands_alone = match["letter"] in "RH" and not match["gap"] and not re.match("[A-Za-z_]", text[end : end + 1])
        if number > last_letter_year or not (unit or stands_alone):
            return None
    return _Year(first_year + number - 1, first_year - 1, end, is_fiscal) if number else None


def _range_end(text: str, first: _Year) -> _Year | None:
    """Return the last year of the range that ``first`` begins, or None where it begins none."""
    to = _TO.match(text, first.end)
    if not to:
        return None
    if match := _YEAR.match(text, to.end()):
        last = _read(text, match, in_range=True)
        return last if last and first.year < last.year <= first.year + _LONGEST_RANGE else None
    short = _SHORT_END.match(text, to.end())
    if not short or to[2]:
        return None
    # Without 年 only a wave is a range (R5~7); 令和3年度から5年 is a duration.
    is_range = short[2] == "年度" or (to[1] != "から" and short[2]) or (to[1] in "~〜∼" and first.before_first % 100)
    year = first.before_first + int(short[1])
    return (
        _Year(year, first.before_first, short.end(), bool(short[2] == "年度"))
        if is_range and year > first.year
        else None
    )


def _number(digits: str) -> int:
    if digits == "元" or digits.isdecimal():
        return 1 if digits == "元" else int(digits)
    tens, _, ones = digits.rpartition("十")
    values = {digit: value for value, digit in enumerate("一二三四五六七八九", start=1)}
    return (10 * values.get(tens, 1) if "十" in digits else 0) + values.get(ones, 0)
