"""What a document says of itself: municipality, title, kind and years, each with the place where it is printed."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from corpus.errors import CorpusError
from corpus.fields import squeeze
from corpus.model import CanonicalText, Span
from corpus.municipalities import Municipality, all_municipalities, find_municipalities
from corpus.periods import read_period, read_report_year
from corpus.title_page import Line, TitlePage, ends_a_title, read_title_page, title_words

_FREQUENT, _SURELY = 3, 10
"""A municipality that a text names so often, and so many times as often as any other, is likely, or surely, its own."""

# What may stand beside the name of the municipality that signs a document: 茨城県結城市役所 総務部.
_SIGNATURE = re.compile(r"\W*(?:\w{2,3}[都道府県])?(?:\w{1,4}郡)?(?:役[所場]|長|\s*\w{2,8}[部課室])*\W*")
_UNLISTED = re.compile(r"(北海道|東京都|京都府|大阪府|\w{2,3}県)(\w{1,20}[市区町村])")
UNLISTED_CODE = "00000"

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Found(Generic[Value]):
    """A value and the words that say it. span: of the words in the canonical text; None when the file's name says it.

    sure: False when it is no more than likely, and a person has to confirm it.
    """

    value: Value
    quote: str
    span: Span | None
    sure: bool = True


@dataclass(frozen=True, slots=True)
class Metadata:
    """What could be read; None what could not. notes: why something could not, a sentence each, by field."""

    municipality: Found[Municipality] | None
    title: Found[str] | None
    kind: Found[str] | None
    fiscal_years: Found[tuple[int, int]] | None
    report_fiscal_year: Found[int] | None
    notes: dict[str, str]


def read_metadata(canonical: CanonicalText, file_name: str = "") -> Metadata:
    """Return what a document's text, and where that is silent its file's name, says of it."""
    page = read_title_page(canonical.text)
    notes: dict[str, str] = {}
    municipality = _municipality(canonical.text, page, file_name, notes)
    kind = _kind(page, file_name)
    report = kind is not None and kind.value in ("report", "plan-and-report")
    year = read_report_year(page, file_name) if report else None
    years = read_period(canonical.text, page, year[0] if year else None, notes)
    return Metadata(
        municipality=municipality,
        title=Found(page.title, page.title, page.title_span) if page.title else None,
        kind=kind,
        fiscal_years=Found(*years) if years else None,
        report_fiscal_year=Found(*year) if year else None,
        notes=notes,
    )


def municipality_named(text: str) -> Municipality:
    """Return the municipality with this name (結城市; where several bear it 広島県府中市) or five-digit code.

    One that is not in the list of today's, such as one that was merged, is taken when its prefecture stands before its
    name (茨城県谷和原村); its code is then ``00000``. Raises CorpusError when there is none, or several.
    """
    name = squeeze(text)
    rows = [row for row in all_municipalities() if name in (row.code, row.name, row.prefecture + row.name)]
    if not rows:
        # Towns are often written with their district: 茨城県東茨城郡茨城町.
        rows = [
            row
            for row in all_municipalities()
            if name.endswith(f"郡{row.name}") and (name.startswith(row.prefecture) or "県" not in name)
        ]
    unlisted = None if rows else _UNLISTED.fullmatch(name)
    if unlisted:
        return Municipality(UNLISTED_CODE, unlisted[1], unlisted[2], "", "")
    if not rows:
        raise CorpusError(
            f"no municipality is called {text!r} today; write its whole name, such as 結城市 or 広島県府中市, "
            "and one that is no more with its prefecture: 茨城県谷和原村"
        )
    if len(rows) > 1:
        raise CorpusError(f"several municipalities are called {text!r}; write {' or '.join(map(_full_name, rows))}")
    return rows[0]


def _full_name(row: Municipality) -> str:
    return row.prefecture + row.name


def _municipality(text: str, page: TitlePage, file_name: str, notes: dict[str, str]) -> Found[Municipality] | None:
    """Return the municipality that the most telling place names, where that names one and no other."""
    alone = [line for line in page.lines if _is_signature(line)]
    for lines in (page.title_lines, alone, page.heads, page.headers):
        named = _named_in(lines)
        if named:
            return _the_one(named, text, page, notes)
    row = _in_file_name(file_name)
    if row:
        return Found(row, file_name, None)
    return _most_frequent(text, page, notes)


def _is_signature(line: Line) -> bool:
    mentions = find_municipalities(line.text, ())
    rest = line.text
    for mention in reversed(mentions):
        rest = rest[: mention.span[0]] + rest[mention.span[1] :]
    return bool(mentions) and _SIGNATURE.fullmatch(rest) is not None


def _named_in(lines: Iterable[Line]) -> dict[str, Found[str | None]]:
    """Return the names in these lines, each with its prefecture where that is printed, and where it stands first."""
    named: dict[str, Found[str | None]] = {}
    for line in lines:
        for mention in find_municipalities(line.text, ()):
            start = line.span[0] + mention.span[0]
            quote = line.text[slice(*mention.span)]
            known = named.get(mention.name)
            if not known or (known.value is None and mention.prefecture):
                named[mention.name] = Found(mention.prefecture, quote, (start, start + len(quote)))
    return {name: found for name, found in named.items() if _rows(name, None)}


def _rows(name: str, prefecture: str | None) -> list[Municipality]:
    return [row for row in all_municipalities() if row.name == name and prefecture in (None, row.prefecture)]


def _the_one(
    named: dict[str, Found[str | None]], text: str, page: TitlePage, notes: dict[str, str], sure: bool = True
) -> Found[Municipality] | None:
    if len(named) > 1:
        notes["municipality"] = f"several are named: {', '.join(named)}"
        return None
    name, found = next(iter(named.items()))
    rows = _rows(name, found.value)
    if len(rows) > 1:  # 府中市 of 東京都 or of 広島県: only its own prefecture before its name, or on the cover, tells
        told = [row for row in rows if _full_name(row) in text]
        rows = told or [row for row in rows if any(row.prefecture in line.text for line in page.lines)] or rows
    if len(rows) > 1:
        notes["municipality"] = f"{name} may be {' or '.join(map(_full_name, rows))}"
        return None
    return Found(rows[0], found.quote, found.span, sure)


def _in_file_name(file_name: str) -> Municipality | None:
    stem = Path(file_name).stem
    names = {(mention.name, mention.prefecture) for mention in find_municipalities(stem, ())}
    rows = [row for name, prefecture in names for row in _rows(name, prefecture)]
    if not names:
        words = set(re.split(r"[^a-z]+", stem.lower()))
        words |= {re.sub(r"-?(?:shi|machi|cho|mura|son|ku|city|town)$", "", word) for word in words}
        rows = [row for row in all_municipalities() if len(row.romaji) > 3 and row.romaji in words]
    return rows[0] if len(rows) == 1 else None


def _most_frequent(text: str, page: TitlePage, notes: dict[str, str]) -> Found[Municipality] | None:
    mentions = [mention for mention in find_municipalities(text[: page.limit], ()) if _rows(mention.name, None)]
    counts = Counter(mention.name for mention in mentions).most_common(2)
    if not counts:
        notes["municipality"] = "none is named"
        return None
    name, count = counts[0]
    others = counts[1][1] if len(counts) > 1 else 1
    if count < _FREQUENT * others:
        notes["municipality"] = f"none stands on the title page or in a header; in the text: {', '.join(dict(counts))}"
        return None
    first = next(mention for mention in mentions if mention.name == name)
    found: Found[str | None] = Found(first.prefecture, f"{text[slice(*first.span)]} ({count} times)", first.span)
    return _the_one({name: found}, text, page, notes, sure=count >= _SURELY * others)


def _kind(page: TitlePage, file_name: str) -> Found[str] | None:
    """Return the kind that the title's last word says, or that sheets of plan and report side by side make."""
    sheet = next((line for line in page.headers if ends_a_title(line.text) in title_words()["sheets"]), None)
    report = next((line for line in page.headers if _kind_of(line.text) == "report"), None)
    if sheet and report:
        return Found("plan-and-report", f"{sheet.text} / {report.text}", min(sheet.span, report.span))
    for line in reversed(page.title_lines):
        kind = _kind_of(line.text)
        if kind:
            return Found(kind, line.text, line.span)
    stem = Path(file_name).stem
    kind = _kind_of(re.sub(r"[\s_\-0-9]+$", "", stem))
    return Found(kind, file_name, None) if kind else None


def _kind_of(text: str) -> str | None:
    word = ends_a_title(text)
    return next((kind for kind in ("outline", "plan", "report") if word in title_words()[kind]), None)
