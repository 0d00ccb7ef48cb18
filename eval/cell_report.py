"""Scores of the extractor: counts, rates, and their text for the terminal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from eval.cell_gold import CellGold
from eval.render import align

TOTAL = "total"
_CELLS = {"kpis": "KPIs", "progress": "progress", "section_kpis": "section KPIs"}
_NOTE = (
    "Doubtful records of the gold count on neither side. A dash: nothing to measure. "
    "Lower is better for: spurious, wrong-as-certain."
)


@dataclass(frozen=True, slots=True)
class Tally:
    """Cells of one kind, without doubtful ones and without repeats of a cell that is right.

    expected: in the gold; met: of these, found. judged: found where the gold is complete; wrong: of these, not in the
    gold. certain, wrong_certain: of the judged and of the wrong, those not marked as uncertain by the extractor.
    """

    expected: int = 0
    met: int = 0
    judged: int = 0
    wrong: int = 0
    certain: int = 0
    wrong_certain: int = 0

    def __add__(self, other: Tally) -> Tally:
        return Tally(*(getattr(self, name) + getattr(other, name) for name in self.__slots__))

    def rates(self) -> dict[str, float | None]:
        """Return the measures; None where there is nothing to divide by."""
        return {
            "recall": _share(self.met, self.expected),
            "precision": _share(self.judged - self.wrong, self.judged),
            "wrong-as-certain": _share(self.wrong_certain, self.certain),
        }


@dataclass(frozen=True, slots=True)
class Failure:
    """One thing that is not right. cause: ``missing``, ``spurious`` or ``wrong``. what: ``initiative``, ``kpi`` …"""

    cause: str
    what: str
    doc: str
    initiative: str
    expected: str | None
    found: str | None


@dataclass(frozen=True, slots=True)
class Score:
    """What was found of one document, or of all.

    initiatives: in the gold; right: of these, found with number and title. extracted: by the extractor; spurious: of
    these, like none of the gold. departments_right: initiatives of the gold whose set of departments was found.
    """

    initiatives: int = 0
    right: int = 0
    extracted: int = 0
    spurious: int = 0
    departments_right: int = 0
    kpis: Tally = field(default_factory=Tally)
    progress: Tally = field(default_factory=Tally)
    section_kpis: Tally = field(default_factory=Tally)

    def __add__(self, other: Score) -> Score:
        return Score(*(getattr(self, name) + getattr(other, name) for name in self.__slots__))

    def rates(self) -> dict[str, float | None]:
        """Return the measures of the initiatives; None where there is nothing to divide by."""
        return {
            "found": _share(self.right, self.initiatives),
            "spurious": _share(self.spurious, self.extracted),
            "departments": _share(self.departments_right, self.initiatives),
        }

    def to_json(self) -> dict[str, Any]:
        """Return the counts and the measures."""
        cells = {name: getattr(self, name) for name in _CELLS}
        return {
            "counts": asdict(self),
            "measures": self.rates() | {name: tally.rates() for name, tally in cells.items()},
        }


@dataclass(frozen=True, slots=True)
class CellReport:
    """The scores of a gold file's documents, by id, and everything that is not right."""

    gold: CellGold
    scores: Mapping[str, Score]
    failures: tuple[Failure, ...]

    @property
    def total(self) -> Score:
        """Return the score of all documents together."""
        return sum(self.scores.values(), Score())

    def to_json(self) -> dict[str, Any]:
        """Return the report for a JSON file."""
        return {
            "gold": {"file": self.gold.name, "sha256": self.gold.sha256},
            "documents": {doc: score.to_json() for doc, score in self.scores.items()},
            TOTAL: self.total.to_json(),
            "failures": [asdict(failure) for failure in self.failures],
        }


def cells_text(report: CellReport, with_failures: bool) -> str:
    """Return ``report`` for the terminal; ``with_failures``: each failure on a line, else their numbers only."""
    scores = {**report.scores, TOTAL: report.total}
    rows = [["initiatives", "n", "extracted", *Score().rates()]]
    rows += [
        [doc, str(score.initiatives), str(score.extracted), *map(_rate, score.rates().values())]
        for doc, score in scores.items()
    ]
    parts = [align(rows)]
    for name, heading in _CELLS.items():
        tallies = {doc: getattr(score, name) for doc, score in scores.items()}
        rows = [[heading, "n", "extracted", *Tally().rates()]]
        rows += [
            [doc, str(tally.expected), str(tally.judged), *map(_rate, tally.rates().values())]
            for doc, tally in tallies.items()
            if tally != Tally()
        ]
        parts.append(align(rows))
    counts = Counter((failure.cause, failure.what) for failure in report.failures)
    lines = [f"{cause} {what}: {number}" for (cause, what), number in sorted(counts.items())]
    parts += [_NOTE, "\n".join(["failures, each with --failures:", *lines]) if lines else "failures: none"]
    if with_failures:
        order = sorted(report.failures, key=lambda failure: (failure.cause, failure.what))
        parts.append("\n".join(_line(failure) for failure in order))
    return "\n\n".join(part for part in parts if part)


def _line(failure: Failure) -> str:
    what = [f"{name} {text}" for name in ("expected", "found") if (text := getattr(failure, name)) is not None]
    return f"{failure.cause} {failure.what} | {failure.doc} | {failure.initiative} | {'; '.join(what)}"


def _rate(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None
