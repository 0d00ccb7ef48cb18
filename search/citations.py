"""Quotes of a passage, and the check that every quote stands in the document where its citation says."""

from __future__ import annotations

from collections.abc import Callable

from corpus.model import Citation, Passage, Span

QUOTE_CHARACTERS = 200


def cite(passage: Passage, focus: Span | None) -> Citation:
    """Return the citation of a passage: the lines around ``focus`` (a span inside the passage's text), short enough."""
    return quote_citation(passage, quote_span(passage.text, focus))


def quote_citation(passage: Passage, span: Span) -> Citation:
    """Return the citation of a span of a passage's text."""
    start, end = span
    offset = passage.span[0]
    return Citation(
        document=passage.document,
        quote=passage.text[start:end],
        span=(offset + start, offset + end),
        context=passage.context,
        page=passage.page,
    )


def quote_span(text: str, focus: Span | None, most: int = QUOTE_CHARACTERS) -> Span:
    """Return the span to quote: whole lines around the focus, later ones first, up to ``most`` characters.

    A figure stands after its label, in the same row or in the next one; so the quote grows forwards first. A focus
    that is itself longer is kept whole.
    """
    if len(text) <= most:
        return 0, len(text)
    start, end = focus or (0, 0)
    line = text.rfind("\n", 0, start) + 1, _line_end(text, end)
    if line[1] - line[0] <= most:
        start, end = line
    while (after := _line_end(text, end + 1)) > end and after - start <= most:
        end = after
    while start and end - (before := text.rfind("\n", 0, start - 1) + 1) <= most:
        start = before
    if end - start < most // 2:  # one long line: grow by sentences
        end = _last_stop(text, end, min(len(text), start + most))
        start = _first_stop(text, max(0, end - most), start)
    return trimmed(text, (start, end))


def trimmed(text: str, span: Span) -> Span:
    """Return a span without the white space at its ends."""
    start, end = span
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def _line_end(text: str, at: int) -> int:
    if at >= len(text):
        return len(text)
    end = text.find("\n", at)
    return len(text) if end < 0 else end


def _last_stop(text: str, end: int, limit: int) -> int:
    stops = [at + 1 for at in range(end, limit) if text[at] in "。\t\n"]
    return limit if limit == len(text) else (stops[-1] if stops else end)


def _first_stop(text: str, limit: int, start: int) -> int:
    if limit == 0:
        return 0
    return next((at + 1 for at in range(limit, start) if text[at] in "。\t\n"), start)


def verified(citation: Citation, canonical: Callable[[str], str]) -> bool:
    """Return whether a citation's quote stands, character for character, at its span of the canonical text.

    canonical: the canonical text of a document id.
    """
    start, end = citation.span
    return bool(citation.quote) and canonical(citation.document.id)[start:end] == citation.quote


def citation_to_json(citation: Citation) -> dict[str, object]:
    """Return a citation as the command line and the run files print it."""
    return {
        "doc": citation.document.id,
        "municipality": citation.document.municipality,
        "quote": citation.quote,
        "span": list(citation.span),
        "context": citation.context,
        "page": citation.page,
        "line": citation.line,
    }


def plain(quote: str) -> str:
    """Return a quote for running text: cells and lines parted by one space. The citation keeps the exact characters."""
    return " ".join(quote.split())
