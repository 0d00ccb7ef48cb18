"""The records that every room speaks in. The words are those of DESIGN: municipality, document, passage, citation."""

from __future__ import annotations

from array import array
from dataclasses import dataclass

Span = tuple[int, int]
"""Half-open range of characters in a document's canonical text."""

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
class CanonicalText:
    """A document's text as it is searched, cited and shown, tied to the source file.

    text: the decoded source without a byte order mark, with ``\\n`` line ends and without formatting markup;
    every other character is the document's own. offsets: for each character of ``text`` its position in the
    decoded source (characters, not bytes).
    """

    text: str
    offsets: array[int]

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
    the text's cells belong to. page: page number where the source has pages.
    """

    document: Document
    text: str
    span: Span
    context: str
    section: tuple[str, ...] = ()
    initiative_number: str | None = None
    initiative_title: str | None = None
    departments: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Citation:
    """A quote 出典 and where it stands: ``canonical.text[span[0]:span[1]] == quote``."""

    document: Document
    quote: str
    span: Span
    context: str
    page: int | None = None
