"""What a search takes and gives: filters, hits, answers, comparisons."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, fields

from corpus.model import Citation, Initiative, Passage


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
class Finding:
    """What one municipality's documents say: a statement in the documents' words and its citations."""

    municipality: str
    statement: str
    citations: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer 回答. text: ready to show, in ``language``.

    municipalities: those with evidence, best first. without_evidence: those searched without result. outside: those
    that the question names but that have no documents.
    abstained: nothing answers the question; ``text`` then says so and why. language: ``ja`` or ``en``.
    """

    question: str
    text: str
    language: str
    findings: tuple[Finding, ...] = ()
    without_evidence: tuple[str, ...] = ()
    outside: tuple[str, ...] = ()
    abstained: bool = False
    hits: tuple[Hit, ...] = field(default=(), repr=False)

    @property
    def municipalities(self) -> tuple[str, ...]:
        """Return the names of the municipalities with evidence."""
        return tuple(finding.municipality for finding in self.findings)

    @property
    def citations(self) -> tuple[Citation, ...]:
        """Return all citations, in the order of the findings."""
        return tuple(citation for finding in self.findings for citation in finding.citations)


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
