"""The reader: a window of a document's canonical text with the cited span highlighted in it."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from html import escape

from corpus.model import Document, Span
from search.names import municipality_name, page_name
from ui.library import Library
from ui.render import cells, kind_badge, notice
from ui.texts import Language, period, text

WINDOW_CHARACTERS = 4000
"""How much text is shown at a time: a document may have millions of characters, a page that holds them all freezes."""
_BEFORE_CITED = 1500
_SNAP_CHARACTERS = 400
_BACK_CHARACTERS = WINDOW_CHARACTERS - 2 * _SNAP_CHARACTERS  # both ends may snap: rather an overlap than a gap


def empty_html(language: Language) -> str:
    """Return the reader before a document is chosen."""
    return notice(text("reader_empty", language))


def reader_html(library: Library, document: Document, cited: Span, start: int | None, language: Language) -> str:
    """Return a document's text around ``cited`` (empty: nothing is cited), or from ``start`` when that is given."""
    source = library.text(document)
    first, last = window(source, cited, start)
    position = text("reader_position", language, total=f"{len(source):,}", start=f"{first + 1:,}", end=f"{last:,}")
    before = max(0, first - _BACK_CHARACTERS)
    earlier = _move("reader_earlier", document, cited, before, language, is_possible=first > 0)
    later = _move("reader_later", document, cited, last, language, is_possible=last < len(source))
    is_outside = cited[0] < cited[1] and not (first <= cited[0] and cited[1] <= last)
    back = _move("reader_return", document, cited, None, language) if is_outside else ""
    pages = _pages(library.engine.pages(document.id), (first, last), language)
    # The browser is told of every opening, also of one that shows the same text again.
    return (
        f'<article class="k-reader" data-opened="{time.monotonic_ns()}">'
        f'<header><h2>{escape(document.title)}</h2><div class="k-source">'
        f"<span>{escape(municipality_name(document.municipality, language))}</span> {kind_badge(document, language)} "
        f"<span>{escape(period(document, language))}</span> <span>{escape(position)}</span></div>"
        f'<div class="k-moves">{earlier}{back}{later}</div></header>'
        f'<div class="k-text" lang="ja" tabindex="0" aria-label="{escape(document.title)}">'
        f"{_lines(source, (first, last), cited, library.headings(document), pages)}</div>"
        f'<footer class="k-moves">{earlier}{later}</footer></article>'
    )


def window(source: str, cited: Span, start: int | None) -> Span:
    """Return the part of a text to show: some 4,000 characters of whole lines, or all of a short text."""
    begin = cited[0] - _BEFORE_CITED if start is None else start
    begin = _line_start(source, max(0, min(begin, len(source) - WINDOW_CHARACTERS)))
    end = begin + WINDOW_CHARACTERS
    if end + _SNAP_CHARACTERS >= len(source):
        return begin, len(source)  # a rest of a few lines is no window of its own
    return begin, _line_start(source, end)


def _line_start(source: str, at: int) -> int:
    newline = source.rfind("\n", max(0, at - _SNAP_CHARACTERS), at)
    return at if newline < 0 else newline + 1


def _pages(pages: Sequence[int], shown: Span, language: Language) -> dict[int, str]:
    """Return the marks of the pages in the part of a text that is shown, by the position that each stands at."""
    numbers = {max(start, shown[0]): number for number, start in enumerate(pages, 1) if start < shown[1]}
    return {at: f'<span class="k-page">{escape(page_name(number, language))}</span>' for at, number in numbers.items()}


def _lines(source: str, shown: Span, cited: Span, headings: frozenset[int], pages: Mapping[int, str]) -> str:
    html: list[str] = []
    start, last = shown
    is_first_mark = True
    while start < last:
        newline = source.find("\n", start, last)
        end = last if newline < 0 else newline + 1
        line = source[start:end]
        html += [mark for at, mark in pages.items() if start <= at < end]
        from_, to = max(start, cited[0]), min(end, cited[1])
        if from_ < to:
            mark = ' id="cited" tabindex="-1"'
            content = (
                f"{cells(source[start:from_])}<mark{mark if is_first_mark else ''}>{cells(source[from_:to])}</mark>"
                f"{cells(source[to:end])}"
            )
            is_first_mark = False
        else:
            content = cells(line)
        is_heading = start + len(line) - len(line.lstrip(" \u3000")) in headings
        html.append(f'<span class="k-heading">{content}</span>' if is_heading else content)
        start = end
    return "".join(html)


def _move(
    key: str, document: Document, cited: Span, start: int | None, language: Language, *, is_possible: bool = True
) -> str:
    where = "" if start is None else f' data-first="{start}"'
    return (
        f'<button type="button" class="k-open" data-doc="{escape(document.id)}" data-start="{cited[0]}" '
        f'data-end="{cited[1]}"{where}{"" if is_possible else " disabled"}>{escape(text(key, language))}</button>'
    )
