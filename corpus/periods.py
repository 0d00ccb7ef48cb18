"""The years that a document covers, and the year that a report reports on, as the document prints them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from itertools import pairwise

from corpus.fiscal_years import YearMention, find_fiscal_years
from corpus.model import Span
from corpus.title_page import Line, TitlePage, title_words

Years = tuple[int, int]

_LONGEST = 20
_SHORT = 40
_MOST_PLACES = 200
_BEFORE, _AFTER = 80, 160
_DURATION = re.compile(r".{0,12}?(?<!\d)(\d{1,2}|[二三四五六七八九十]) ?(?:[かカヵヶケ箇]年|年間)", re.DOTALL)
_REPORTING = re.compile(r"実績|報告|進捗|評価|検証|状況|成果|結果|総括|決算")
_KANJI_NUMBERS = "一二三四五六七八九十"


def read_period(
    text: str, page: TitlePage, report_year: int | None, notes: dict[str, str]
) -> tuple[Years, str, Span | None] | None:
    """Return the first and last fiscal year that a document is for, with the words that say so and their span.

    Looked for on the title page, then where a period is named (計画期間), then in the title's single year or the
    year reported on. None, with a note, when none of these says it.
    """
    for lines in (
        page.title_lines,
        [line for line in page.lines if len(line.text) <= _SHORT and "。" not in line.text],
    ):
        periods = [(line, mention) for line in lines for mention in find_fiscal_years(line.text) if _is_period(mention)]
        if len({(mention.first, mention.last) for _, mention in periods}) == 1:
            line, mention = periods[0]
            return (mention.first, mention.last), *_quoted(line, mention)
    text = text[: page.limit]
    found, counts = _named_periods(text, "periods")
    if counts:
        (best, most), *others = counts.most_common(2)
        if others and others[0][1] == most:
            several = ", ".join(f"{first}-{last}" for first, last in sorted(counts))
            notes["fiscal_years"] = f"several periods are named: {several}"
            return None
        return best, *found[best]
    # Initiatives have periods of their own: the document's is the one that most of them have.
    found, counts = _named_periods(text, "initiative_periods")
    for best, most in counts.most_common(1):
        if 2 * most > counts.total():
            return best, *found[best]
    for line in page.title_lines:
        years = [mention for mention in find_fiscal_years(line.text) if mention.is_fiscal]
        if years:
            return (years[0].first, years[0].last), *_quoted(line, years[0])
    if report_year is not None:
        return (report_year, report_year), f"{report_year}年度の報告", page.title_span if page.title_lines else None
    notes["fiscal_years"] = "no period stands on the title page or beside 計画期間"
    return None


def read_report_year(page: TitlePage, file_name: str) -> tuple[int, str, Span | None] | None:
    """Return the fiscal year that a report reports on, from a title or a header that says so (2024年度報告)."""
    for line in (*page.title_lines, *page.lines, *page.headers, *page.heads):
        if _REPORTING.search(line.text):
            for mention in find_fiscal_years(line.text):
                if mention.first == mention.last and mention.is_fiscal:
                    return mention.first, *_quoted(line, mention)
    for mention in find_fiscal_years(file_name) if _REPORTING.search(file_name) else ():
        if mention.first == mention.last and mention.is_fiscal:
            return mention.first, file_name, None
    return None


def _is_period(mention: YearMention) -> bool:
    return mention.first < mention.last <= mention.first + _LONGEST


def _quoted(line: Line, mention: YearMention) -> tuple[str, Span]:
    start, end = mention.span
    return line.text[start:end], (line.span[0] + start, line.span[0] + end)


def _named_periods(text: str, names: str) -> tuple[dict[Years, tuple[str, Span]], Counter[Years]]:
    """Return the periods that stand beside their names, where each does first, and how often each does."""
    found: dict[Years, tuple[str, Span]] = {}
    counts: Counter[Years] = Counter()
    for match, _ in zip(_names(names).finditer(text), range(_MOST_PLACES), strict=False):
        start, end = _surroundings(text, match.span())
        for years, (first, last) in _periods_in(text[start:end]):
            span = start + first, start + last
            found.setdefault(years, (text[slice(*span)], span))
            counts[years] += 1
            break  # the first beside a name is what it names
    return found, counts


def _surroundings(text: str, name: Span) -> Span:
    """Return the sentence up to the name of a period, and some lines after it."""
    start = max(name[0] - _BEFORE, 0)
    start = max(start, text.rfind("\n", start, name[0]) + 1, text.rfind("。", start, name[0]) + 1)
    end = name[0]
    for _ in range(3):
        while text.startswith("\n", end + 1):
            end += 1
        following = text.find("\n", end + 1)
        end = len(text) if following < 0 else following
    return start, min(end, name[1] + _AFTER)


def _periods_in(text: str) -> Iterator[tuple[Years, Span]]:
    """Yield periods in a stretch of text: ranges, a first year with a duration, and years as heads of columns."""
    mentions = find_fiscal_years(text)
    for mention in mentions:
        if _is_period(mention):
            yield (mention.first, mention.last), mention.span
        elif duration := _DURATION.match(text, mention.span[1]):
            digits = duration[1]
            years = int(digits) if digits.isdecimal() else _KANJI_NUMBERS.index(digits) + 1
            if 1 < years <= _LONGEST:
                yield (mention.first, mention.first + years - 1), (mention.span[0], duration.end())
    columns = [mention for mention in mentions if mention.first == mention.last]
    for at, mention in enumerate(columns):
        run = [mention]
        for before, after in pairwise(columns[at:]):
            if after.first != before.first + 1 or "\t" not in text[before.span[1] : after.span[0]]:
                break
            run.append(after)
        if len(run) >= 3:
            yield (run[0].first, run[-1].first), (run[0].span[0], run[-1].span[1])
            return


@cache
def _names(names: str) -> re.Pattern[str]:
    """Return a pattern of the names of periods, which tables part with blanks and tabs: 取組<tab>期間."""
    words = "|".join(r"\s*".join(word) for word in title_words()[names])
    return re.compile(rf"(?:{words})\s*期\s*間")
