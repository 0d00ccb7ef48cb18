"""How well a document was read: what stands in passages, what was found of its initiatives, what looks wrong."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass

from corpus.catalogue import Catalogue
from corpus.model import CanonicalText, Document, Initiative, Span
from corpus.passages import cut
from corpus.readings import canonical_of

FIELDS = ("number", "title", "departments", "overview", "actions", "kpis", "progress", "period")

_PLACES = 3
# What a reader writes where it could not tell a character, by name.
_SUSPICIOUS = {
    "replacement characters": re.compile("\ufffd"),
    "private use characters": re.compile("[\ue000-\uf8ff\U000f0000-\U0010ffff]"),
    "control characters": re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]"),
    "characters without a code": re.compile(r"\(cid:\d+\)"),
}
_HALF_WIDTH_KANA = re.compile("[\uff66-\uff9f]")


@dataclass(frozen=True, slots=True)
class Suspicious:
    """A kind of suspicious characters: how many, and the spans of the first ones."""

    name: str
    count: int
    places: tuple[Span, ...]


@dataclass(frozen=True)
class Report:
    """The reading of one document.

    pages: None when its format has none. in_passages, in_boilerplate: shares of the characters that are not blank.
    fields: by name, in how many initiatives it was found and in how many it is missing. half_width_kana: share of the
    characters that are not blank. unread: numbers of the pages without text; scanned: of those read by character
    recognition.
    """

    id: str
    format: str
    pages: int | None
    characters: int
    lines: int
    passages: int
    in_passages: float
    in_boilerplate: float
    initiatives: int
    fields: dict[str, dict[str, int]]
    suspicious: tuple[Suspicious, ...]
    half_width_kana: float
    unread: tuple[int, ...]
    scanned: tuple[int, ...]
    remarks: tuple[str, ...]


def report_on(catalogue: Catalogue, document: Document) -> Report:
    """Return the report on a document's reading. Raises CorpusError when its file cannot be used."""
    reading = catalogue.reading(document)
    canonical = canonical_of(reading, catalogue.path(document))
    cutting = cut(document, canonical)
    extracted = reading.extracted
    return Report(
        id=document.id,
        format=reading.format,
        pages=len(extracted.pages) or None,
        characters=len(canonical.text),
        lines=len(canonical.text.splitlines()),
        passages=len(cutting.passages),
        in_passages=_share(canonical.text, (passage.span for passage in cutting.passages)),
        in_boilerplate=_share(canonical.text, (span for span, _ in cutting.boilerplate)),
        initiatives=len(cutting.initiatives),
        fields=_fields(cutting.initiatives),
        suspicious=_suspicious(canonical),
        half_width_kana=_half_width(canonical.text),
        unread=extracted.unread,
        scanned=extracted.scanned,
        remarks=extracted.remarks,
    )


def report_to_json(report: Report) -> dict[str, object]:
    """Return a report as a table that JSON can hold."""
    return asdict(report)


def report_lines(report: Report, canonical: CanonicalText) -> str:
    """Return a report for people."""
    lines = [
        f"{report.id}: {report.format}",
        f"pages            {'none in this format' if report.pages is None else report.pages}",
        f"characters       {report.characters:,} in {report.lines:,} lines",
        f"in passages      {report.in_passages:.1%} ({report.passages} passages)",
        f"in boilerplate   {report.in_boilerplate:.1%}",
        f"initiatives      {report.initiatives}",
    ]
    if report.initiatives:
        lines += [
            f"  {name:14} found in {count['found']}, missing in {count['missing']}"
            for name, count in report.fields.items()
        ]
    for each in report.suspicious:
        places = ", ".join(_place(canonical, span) for span in each.places)
        lines.append(f"suspicious       {each.count} {each.name}, first at {places}")
    if not report.suspicious:
        lines.append("suspicious       no characters")
    lines.append(f"half-width kana  {report.half_width_kana:.1%}")
    if report.unread:
        lines.append(f"without text     pages {_numbers(report.unread)}")
    if report.scanned:
        lines.append(f"recognised       pages {_numbers(report.scanned)} (by character recognition)")
    return "\n".join([*lines, *(f"remark           {remark}" for remark in report.remarks)])


def _share(text: str, spans: Iterable[Span]) -> float:
    covered = bytearray(len(text))
    for start, end in spans:
        covered[start:end] = b"\x01" * (end - start)
    words = [at for at, character in enumerate(text) if not character.isspace()]
    return sum(covered[at] for at in words) / len(words) if words else 0.0


def _fields(initiatives: Sequence[Initiative]) -> dict[str, dict[str, int]]:
    counts = {}
    for name in FIELDS:
        found = sum(bool(getattr(initiative, name)) for initiative in initiatives)
        counts[name] = {"found": found, "missing": len(initiatives) - found}
    return counts


def _suspicious(canonical: CanonicalText) -> tuple[Suspicious, ...]:
    found = []
    for name, pattern in _SUSPICIOUS.items():
        spans = [match.span() for match in pattern.finditer(canonical.text)]
        if spans:
            found.append(Suspicious(name, len(spans), tuple(spans[:_PLACES])))
    return tuple(found)


def _half_width(text: str) -> float:
    words = sum(not character.isspace() for character in text)
    return len(_HALF_WIDTH_KANA.findall(text)) / words if words else 0.0


def _place(canonical: CanonicalText, span: Span) -> str:
    line = f"line {canonical.text.count(chr(10), 0, span[0]) + 1}"
    page = canonical.page(span[0])
    return f"page {page}, {line}" if page else line


def _numbers(numbers: tuple[int, ...]) -> str:
    return ", ".join(map(str, numbers))
