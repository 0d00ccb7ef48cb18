"""What ``python -m indexer add`` tells of a file: as lines for people, and as a table for JSON."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from corpus.candidates import Candidate, Planned
from corpus.metadata import Found
from corpus.model import CanonicalText, Document
from corpus.terminal import plain

_FIELDS = ("municipality", "title", "kind", "fiscal_years", "report_fiscal_year")
_NAMES = {"fiscal_years": "fiscal years", "report_fiscal_year": "report year"}
_LONGEST_QUOTE = 60


def planned_lines(planned: Planned) -> str:
    """Return a file's fields, a line each, with where each was found."""
    candidate, document = planned.candidate, planned.document
    lines = [f"{candidate.path}: {planned.action}, id {document.id}{f' ({planned.note})' if planned.note else ''}"]
    for name in _FIELDS:
        value = _shown(document, name)
        if value:
            lines.append(f"  {_NAMES.get(name, name):13} {value}   [{_source(candidate, document, name)}]")
    return "\n".join(map(plain, [*lines, f"  {'reading':13} {reading_line(candidate)}", *_remarks(candidate)]))


def reading_line(candidate: Candidate) -> str:
    """Return a reading in short: format, pages and characters."""
    extracted = candidate.reading.extracted
    parts = [candidate.reading.format]
    if extracted.pages:
        parts.append(f"{len(extracted.pages)} pages")
    parts.append(f"{len(candidate.canonical.text):,} characters")
    if extracted.scanned:
        parts.append(f"{len(extracted.scanned)} pages by character recognition")
    if extracted.unread:
        parts.append(f"{len(extracted.unread)} pages without text: {_numbers(extracted.unread)}")
    return ", ".join(parts)


def planned_table(planned: Planned, initiatives: int) -> dict[str, Any]:
    """Return all that is known of a file; ``found`` says for each field that was read where it stands."""
    candidate, document = planned.candidate, planned.document
    extracted = candidate.reading.extracted
    return {
        "path": str(candidate.path),
        "action": planned.action,
        **asdict(document),
        "note": planned.note or None,
        "found": {name: _found_table(candidate, document, name) for name in _FIELDS},
        "format": candidate.reading.format,
        "pages": len(extracted.pages) or None,
        "characters": len(candidate.canonical.text),
        "initiatives": initiatives,
        "scanned": list(extracted.scanned),
        "unread": list(extracted.unread),
        "remarks": list(extracted.remarks),
    }


def place(found: Found[Any], canonical: CanonicalText) -> str:
    """Return where a value was found: page and line, or the file's name."""
    if found.span is None:
        return "file name"
    line = f"line {canonical.text.count(chr(10), 0, found.span[0]) + 1}"
    page = canonical.page(found.span[0])
    return f"page {page}, {line}" if page else line


def _shown(document: Document, name: str) -> str:
    if name == "municipality":
        return f"{document.municipality} ({document.prefecture}, {document.municipality_code})"
    if name == "fiscal_years":
        first, last = document.fiscal_years
        return str(first) if first == last else f"{first}-{last}"
    value = getattr(document, name)
    return "" if value is None else str(value)


def _is_read(candidate: Candidate, document: Document, name: str) -> bool:
    """Return whether a field of a document is what was read from the file now."""
    found = getattr(candidate.metadata, name)
    if found is None or getattr(candidate.given, name) is not None:
        return False
    return bool((found.value.name if name == "municipality" else found.value) == getattr(document, name))


def _source(candidate: Candidate, document: Document, name: str) -> str:
    if getattr(candidate.given, name) is not None:
        return "given"
    if not _is_read(candidate, document, name):
        return "catalogue"
    found = getattr(candidate.metadata, name)
    quote = " ".join(found.quote.split())
    quote = quote if len(quote) <= _LONGEST_QUOTE else f"{quote[:_LONGEST_QUOTE]}…"
    return f"{place(found, candidate.canonical)}: {quote}{'' if found.sure else '; not sure'}"


def _found_table(candidate: Candidate, document: Document, name: str) -> dict[str, Any] | None:
    if not _is_read(candidate, document, name):
        return None
    found = getattr(candidate.metadata, name)
    return {
        "where": place(found, candidate.canonical),
        "quote": found.quote,
        "span": list(found.span) if found.span else None,
        "sure": found.sure,
    }


def _remarks(candidate: Candidate) -> list[str]:
    return [f"  {'remark':13} {remark}" for remark in candidate.reading.extracted.remarks]


def _numbers(numbers: tuple[int, ...]) -> str:
    shown = ", ".join(map(str, numbers[:10]))
    return f"{shown}, …" if len(numbers) > 10 else shown
