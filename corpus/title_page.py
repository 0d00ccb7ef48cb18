"""The title page of a document, found by its lines: its title, its other headings, and the headers of its pages."""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from corpus.fields import squeeze
from corpus.fiscal_years import find_fiscal_years
from corpus.model import Span
from corpus.municipalities import find_municipalities

_LINES = 40
_CHARACTERS = 300_000
"""So much of a document is read for what it says of itself."""
_LONGEST_TITLE = 60
_REPEATED = 3

# Here the title page is over.
_BODY = re.compile(r"(?:目次|もくじ|contents|はじめに|第[1一]章.*|[1I一]\W.*)", re.IGNORECASE)
_NO_TITLE = re.compile(r"[-・※○●◎■□◆◇▶►*]|\(?\d{1,2}[).．、 ]|第[\d一二三四五六七八九十]+[章節条]|[①-⑳]")
_ENCLOSED = re.compile(r"\((.*)\)|【(.*)】|「(.*)」|〔(.*)〕|《(.*)》|〈(.*)〉|～(.*)～|~(.*)~")
_ONLY_NUMBERED = re.compile(r".{0,12}第[\d一二三四五六七八九十]+[次期]")


@dataclass(frozen=True, slots=True)
class Line:
    """A line with words; of a row with one cell that is not blank, this cell. text: as printed, at ``span``."""

    text: str
    span: Span


@dataclass(frozen=True)
class TitlePage:
    """What stands at the beginning of a document and above its pages.

    title: empty when none was found; title_lines: the lines it is made of. lines: of the title page. heads: lines
    among the first 40 that could be titles. headers: lines that could be titles and stand on several pages, the
    most frequent first. limit: so many characters of the text were looked at.
    """

    title: str
    title_lines: tuple[Line, ...]
    lines: tuple[Line, ...]
    heads: tuple[Line, ...]
    headers: tuple[Line, ...]
    limit: int = _CHARACTERS

    @property
    def title_span(self) -> Span:
        """Return the span from the first to the last line of the title."""
        return self.title_lines[0].span[0], self.title_lines[-1].span[1]


def read_title_page(text: str) -> TitlePage:
    """Return the title page of a canonical text."""
    lines = _lines(text[:_CHARACTERS])
    first = lines[:_LINES]
    over = next((at for at, line in enumerate(first) if at and _BODY.fullmatch(squeeze(line.text))), len(first))
    page = tuple(first[:over])
    heads = tuple(line for line in first if _could_be_title(line.text))
    headers = _headers(lines)
    title_lines = _title_lines(page) or headers[:1]
    return TitlePage(_joined(title_lines), title_lines, page, heads, headers)


def ends_a_title(text: str) -> str | None:
    """Return the word by which a line could be a document's title, 大綱 or 実績報告; None when it could not."""
    match = _pattern().fullmatch(squeeze(text).strip("「」『』"))
    inside = None if match else _ENCLOSED.fullmatch(squeeze(text))
    if inside:
        return ends_a_title(next(group for group in inside.groups() if group is not None))
    return match["word"] if match else None


def _lines(text: str) -> list[Line]:
    lines = []
    for match in re.finditer(r"[^\n]+", text):
        filled = [cell for cell in re.finditer(r"[^\t]+", match.group()) if cell.group().strip("# \u3000")]
        if len(filled) != 1:
            if filled:  # a row of a table is no title, but ends one
                lines.append(Line("", match.span()))
            continue
        own = filled[0].group()
        content = re.sub(r"^\s*#{1,6}\s", "", own).strip()
        start = match.start() + filled[0].start() + own.index(content)
        lines.append(Line(content[:200], (start, start + len(content[:200]))))
    return lines


def _could_be_title(text: str) -> bool:
    return (
        len(text) <= _LONGEST_TITLE
        and "。" not in text
        and not _NO_TITLE.match(text.lstrip("「『"))
        and ends_a_title(text) is not None
    )


def _headers(lines: Sequence[Line]) -> tuple[Line, ...]:
    places = defaultdict(list)
    for line in lines:
        if line.text and _could_be_title(line.text):
            places[squeeze(line.text)].append(line)
    repeated = [lines for lines in places.values() if len(lines) >= _REPEATED]
    return tuple(lines[0] for lines in sorted(repeated, key=len, reverse=True))


def _title_lines(page: Sequence[Line]) -> tuple[Line, ...]:
    at = next((at for at, line in enumerate(page) if _could_be_title(line.text)), None)
    if at is None:
        return ()
    if at + 1 < len(page) and squeeze(page[at].text) in _bare() and _is_own_title(page[at + 1].text):
        at += 1  # the name of a workbook's sheet stands above
    first = at
    while first and first > at - 2 and _belongs_before(page[first - 1].text, page[first].text):
        first -= 1
    last = at + 1
    while last < min(len(page), at + 3) and _could_be_title(page[last].text) and not _names_several(page[last].text):
        last += 1
    return tuple(page[first:last])


def _is_own_title(text: str) -> bool:
    return _could_be_title(text) and bool(find_municipalities(text, ()))


def _belongs_before(before: str, text: str) -> bool:
    """Return whether a title that begins with ``text`` has ``before`` as its first part."""
    if not before or len(before) > _LONGEST_TITLE or "。" in before or find_fiscal_years(before):
        return False
    if _is_whole_name(before):
        return before not in text
    if _ONLY_NUMBERED.fullmatch(squeeze(before)) or _ENCLOSED.fullmatch(squeeze(text)):
        return True
    # 計画, or 実施計画, alone is no title yet.
    return squeeze(text) in _bare() and not _ENCLOSED.fullmatch(squeeze(before)) and before[-1] not in "!！"


def _is_whole_name(text: str) -> bool:
    mentions = find_municipalities(text, ())
    return bool(mentions) and mentions[-1].span[1] == len(text) and len(text) <= 12


def _names_several(text: str) -> bool:
    """Return whether a line names several documents, which this one is made of: 行政改革大綱・DX推進計画."""
    parts = re.split(r"[・,、]|及び|並びに", text)
    return sum(ends_a_title(part) is not None and squeeze(part) not in _bare() for part in parts) > 1


def _joined(lines: Sequence[Line]) -> str:
    title = ""
    for line in lines:
        part = " ".join(line.text.split())
        runs_on = _is_whole_name(title) or _ONLY_NUMBERED.fullmatch(squeeze(title)) or _ENCLOSED.fullmatch(part)
        runs_on = runs_on or squeeze(part) in _bare() or _ENCLOSED.fullmatch(squeeze(part))
        title = f"{title}{part}" if runs_on or not title else f"{title} {part}"
    return title


@cache
def title_words() -> dict[str, Any]:
    """Return the table of the words of titles, ``data/titles.toml``."""
    return tomllib.loads((Path(__file__).parent / "data" / "titles.toml").read_text(encoding="utf-8"))


@cache
def _pattern() -> re.Pattern[str]:
    table = title_words()
    words = sorted((word for kind in ("outline", "plan", "report") for word in table[kind]), key=len, reverse=True)
    tails = sorted(table["tails"], key=len, reverse=True)
    any_of = "|".join(map(re.escape, words))
    tail = "|".join(map(re.escape, tails))
    # squeeze made （） into () and took the blanks away.
    return re.compile(
        rf"[^。]*(?P<word>{any_of})"
        rf"(?:\([^()]*\)|【[^】]*】|\[[^\]]*\]|<[^>]*>|〈[^〉]*〉|[(](?:19|20)\d\d[^()]*[)]|(?:19|20)\d\d|第\w{{1,3}}[期次版]"
        rf"|[-~〜―−](?={tail})|{tail}|個別項目)*"
    )


@cache
def _bare() -> frozenset[str]:
    table = title_words()
    words = [word for kind in ("outline", "plan", "report") for word in table[kind]]
    return frozenset([*words, *(f"{word}{tail}" for word in words for tail in table["tails"]), "実施計画", "推進計画"])
