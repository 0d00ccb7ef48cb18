"""What a search takes and gives: filters, hits, answers, comparisons."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, fields
from typing import Literal

from corpus.model import Citation, Initiative, Passage, Span

Place = tuple[str, Span]
"""A document's id and a span of it."""

QuestionKind = Literal["fact", "list", "progress", "cities", "compare", "precedent", "passages"]
"""The form that a question asks its answer in. ``passages``: the documents' own sentences, for what, why and how."""

Strength = Literal["target", "done", "planned", "mentioned"]
STRENGTHS: tuple[Strength, ...] = ("target", "done", "planned", "mentioned")
"""How firmly documents speak for a municipality, the strongest first: 数値目標, 実施, 検討・計画, 言及."""


@dataclass(frozen=True, slots=True)
class Filters:
    """Restrict a search. ``None`` or empty means no restriction.

    municipalities: names with their suffix. fiscal_year: a Western year that the document covers or reports on.
    kinds: document kinds (``corpus.model.DOCUMENT_KINDS``); ``plan`` and ``report`` both admit ``plan-and-report``.

    The others admit only passages of initiatives. departments: whole names of which the initiative has one. statuses:
    normalised words (順調, 遅延, 未着手), one of which the progress of an action of the initiative is. numeric_target:
    the initiative has a target of its own that is a number.
    """

    municipalities: Sequence[str] | None = None
    fiscal_year: int | None = None
    kinds: Sequence[str] | None = None
    departments: Sequence[str] | None = None
    statuses: Sequence[str] | None = None
    numeric_target: bool = False


NO_FILTERS = Filters()


def joined(filters: Filters, others: Filters) -> Filters:
    """Return filters, completed by others where they restrict nothing."""
    return Filters(**{one.name: getattr(filters, one.name) or getattr(others, one.name) for one in fields(Filters)})


@dataclass(frozen=True, slots=True)
class Hit:
    """One retrieved passage. score: fused score, higher is better, comparable within one question only.

    citation: the span of the passage that answers best, verified against the canonical text. initiative: the one that
    the passage is of. signals: their values, in the order of ``search.signals.SIGNALS``.
    """

    rank: int
    passage: Passage
    score: float
    citation: Citation
    initiative: Initiative | None = None
    signals: tuple[float, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class Statement:
    """One sentence of an answer. text: without citation marks; citations: what proves it, at least one."""

    text: str
    citations: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table: its cells, and what proves them."""

    cells: tuple[str, ...]
    citations: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table of an answer. columns: their headings; every row has as many cells."""

    columns: tuple[str, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """What one municipality's documents say: a statement in the documents' words, its citations, and how firm it is."""

    municipality: str
    statement: str
    citations: tuple[Citation, ...]
    strength: Strength = "mentioned"


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer 回答. text: ready to show, in ``language``, with the numbers of its citations.

    kind: of the question. statements: the sentences before the table, at most three. remarks: what is said of the
    search and not of the documents. municipalities: those with evidence, best first. without_evidence: those searched
    without result. outside: those that the question names but that have no documents.
    abstained: nothing answers the question; ``text`` then says so and why. language: ``ja`` or ``en``.
    confidence: the probability that the documents answer the question (0..1), by which it was answered or declined.
    negative: the question asks for the municipalities that do not, and they are those without evidence.
    """

    question: str
    text: str
    language: str
    kind: QuestionKind = "passages"
    statements: tuple[Statement, ...] = ()
    table: Table | None = None
    remarks: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    without_evidence: tuple[str, ...] = ()
    outside: tuple[str, ...] = ()
    abstained: bool = False
    confidence: float = 0.0
    negative: bool = False
    hits: tuple[Hit, ...] = field(default=(), repr=False)

    @property
    def municipalities(self) -> tuple[str, ...]:
        """Return the names of the municipalities that are the answer: those with evidence, or those without."""
        if self.negative:
            return self.without_evidence
        return tuple(finding.municipality for finding in self.findings)

    @property
    def citations(self) -> tuple[Citation, ...]:
        """Return all citations, each once: [1] is the first. Those of statements come first, then the table's."""
        return cited_by(self.statements, self.table, self.findings)


def numbered(citations: Iterable[Citation]) -> dict[Place, int]:
    """Return the numbers of citations, from 1, by their places."""
    return {place(one): number for number, one in enumerate(citations, 1)}


def place(citation: Citation) -> Place:
    """Return what tells a citation from others: its document and its span."""
    return citation.document.id, citation.span


def cited_by(statements: Iterable[Statement], table: Table | None, findings: Iterable[Finding]) -> tuple[Citation, ...]:
    """Return the citations of the parts of an answer in the order of their numbers, each place of a document once."""
    groups = [one.citations for one in statements]
    groups += [row.citations for row in table.rows] if table else []
    groups += [one.citations for one in findings]
    return tuple({place(one): one for group in groups for one in group}.values())


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a comparison: the evidence of a municipality for a theme; ``finding`` is None when there is none."""

    municipality: str
    theme: str
    finding: Finding | None


@dataclass(frozen=True, slots=True)
class Matrix:
    """A comparison, municipalities x themes; ``cells[i][j]`` is municipality i for theme j."""

    municipalities: tuple[str, ...]
    themes: tuple[str, ...]
    cells: tuple[tuple[Cell, ...], ...]
