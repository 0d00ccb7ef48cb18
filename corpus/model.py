"""The records that every room speaks in. The words are those of DESIGN: municipality, document, passage, citation."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

Span = tuple[int, int]
"""Half-open range of characters in a document's canonical text."""


def inside(inner: Span, outer: Span) -> bool:
    """Return whether one span lies within another, or is the same."""
    return outer[0] <= inner[0] and inner[1] <= outer[1]


DOCUMENT_KINDS = ("outline", "plan", "report", "plan-and-report")


@dataclass(frozen=True, slots=True)
class Document:
    """What the catalogue knows of one document 文書.

    municipality: name with its suffix, ``つくばみらい市``; municipality_code: first five digits of the
    全国地方公共団体コード. kind: one of ``DOCUMENT_KINDS``. fiscal_years: first and last year that the document
    covers (equal when the end is not printed). report_fiscal_year: the year a report reports on.
    sha256: of the source file's bytes.
    """

    id: str
    municipality: str
    municipality_code: str
    prefecture: str
    title: str
    kind: str
    fiscal_years: tuple[int, int]
    report_fiscal_year: int | None
    file: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Extracted:
    """What a reader takes out of a file of any format, all of its words in reading order.

    text: in the form of the bundled texts. ``\\n`` ends a paragraph or a row; a row of a table is one line with a tab
    between its cells (line breaks inside a cell become blanks), a cell merged over rows stands in each of them, a cell
    merged over columns once, with blank cells after it; a heading begins with one to six ``#`` and a blank; a blank
    line parts blocks. pages: where each page begins in ``text``; empty when the format has no pages.
    scanned: numbers (from 1) of the pages read by character recognition. unread: numbers of the pages that have an
    image but no text that could be read. remarks: what a user should know of this reading, a sentence each.
    """

    text: str
    pages: tuple[int, ...] = ()
    scanned: tuple[int, ...] = ()
    unread: tuple[int, ...] = ()
    remarks: tuple[str, ...] = ()


def page_of(pages: Sequence[int], position: int) -> int | None:
    """Return the number, from 1, of the page that a position stands on; pages: where each begins. None without any."""
    return max(bisect_right(pages, position), 1) if pages else None


@dataclass(frozen=True, slots=True)
class CanonicalText:
    """A document's text as it is searched, cited and shown, tied to the source file.

    text: the source without a byte order mark, with ``\\n`` line ends and without formatting markup; every other
    character is the document's own. The source is the decoded file where the file is text, else ``Extracted.text``.
    offsets: for each character of ``text`` its position in the source (characters, not bytes).
    pages: where each page begins in ``text``; empty when the document has no pages.
    """

    text: str
    offsets: array[int]
    pages: tuple[int, ...] = ()

    def page(self, position: int) -> int | None:
        """Return the number, from 1, of the page that a position of ``text`` stands on; None without pages."""
        return page_of(self.pages, position)

    def source_span(self, span: Span) -> Span:
        """Return the range of the decoded source that ``span`` of the canonical text came from."""
        start, end = span
        if start == end:
            return (self.offsets[start], self.offsets[start]) if start < len(self.offsets) else (0, 0)
        return self.offsets[start], self.offsets[end - 1] + 1


@dataclass(frozen=True, slots=True)
class Passage:
    """The unit of retrieval 箇所: a verbatim slice of a document.

    text: ``canonical.text[span[0]:span[1]]``. context: one line that says where the passage stands (city, document,
    section path, initiative number and title, department). labels: names of the table columns or fields that
    the text's cells belong to. initiative: the ordinal of the initiative that it is of. page: page number where the
    source has pages.
    """

    document: Document
    text: str
    span: Span
    context: str
    section: tuple[str, ...] = ()
    initiative: int | None = None
    initiative_number: str | None = None
    initiative_title: str | None = None
    departments: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Kpi:
    """One printed value of an indicator 指標.

    name: of the indicator, as printed. role: ``baseline`` 基準値, ``target`` 目標値 or ``actual`` 実績.
    fiscal_year: that the value is for; None when none is printed. value: as printed, at ``span`` of the canonical
    text. number, unit: its reading; None where it has none (``基準値より増``). certain: False when the place or
    the characters leave a doubt, with the doubt in ``reason``. scope: ``initiative``, or ``section`` for a value that
    the plan sets for all initiatives of the section together.
    """

    name: str
    role: str
    fiscal_year: int | None
    value: str
    number: float | None
    unit: str | None
    span: Span
    certain: bool = True
    reason: str | None = None
    scope: str = "initiative"


@dataclass(frozen=True, slots=True)
class Progress:
    """How far one action got 進捗状況 in the year of a report.

    action: the action's label and text; empty when the initiative has one progress for all. status: one of the
    normalised words of ``data/fields.toml``. printed: the status as printed, at ``span``.
    """

    action: str
    fiscal_year: int | None
    status: str
    printed: str
    span: Span
    certain: bool = True
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Initiative:
    """A 取組: one row or sheet of a plan; its report sheet, where a document has both, belongs to it.

    ordinal: its place, from 0, among the document's initiatives. section: headings above it. period: first and last
    fiscal year. span: from its first to its last character. spans: where the fields stand, by name (``number``,
    ``title``, ``departments``, ``overview``, ``actions``, ``period``); each span holds the printed value.
    """

    document_id: str
    ordinal: int
    number: str | None
    title: str
    section: tuple[str, ...]
    departments: tuple[str, ...]
    overview: str
    actions: tuple[str, ...]
    kpis: tuple[Kpi, ...]
    progress: tuple[Progress, ...]
    period: tuple[int, int] | None
    span: Span
    spans: dict[str, tuple[Span, ...]]

    @property
    def own_kpis(self) -> list[Kpi]:
        """The values of its own indicators, without those that stand for a whole chapter."""
        return [kpi for kpi in self.kpis if kpi.scope == "initiative"]


@dataclass(frozen=True, slots=True)
class Citation:
    """A quote 出典 and where it stands: ``canonical.text[span[0]:span[1]] == quote``.

    page: its page; line: its line of the canonical text, both from 1. A document without pages has lines only.
    """

    document: Document
    quote: str
    span: Span
    context: str
    page: int | None = None
    line: int | None = None
