"""How many initiatives, indicator values and progress cells the extractor gets right, against a hand-made gold."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from corpus.catalogue import load_catalogue
from corpus.errors import CorpusError
from corpus.initiatives import extract, section_kpis
from corpus.model import Initiative, Kpi, Progress
from corpus.settings import Settings
from eval.cell_gold import CellGold, GoldInitiative, GoldKpi, GoldProgress
from eval.cell_report import CellReport, Failure, Score, Tally
from eval.jsonl import EvaluationError
from eval.text import squeeze

SectionKpis = Sequence[tuple[tuple[str, ...], Kpi]]
"""Indicator values that belong to no initiative, each with the headings above it."""

_NO_LETTER = re.compile(r"[\W_]+")
_ACTION_NUMBER = re.compile(r"\D{0,8}?(\d+)")


@dataclass(frozen=True, slots=True)
class _Cell:
    """What is compared of an indicator value or a progress cell, of the gold or found.

    keys: a cell is right when one of them is the same. core: the value, or the action's number. place: name, role and
    year of a value; None for progress. flag: in the gold, whether it is doubtful; found, whether the extractor is
    certain.
    """

    keys: frozenset[tuple[str, str, int | None]]
    core: str
    place: tuple[str, str, int | None] | None
    shown: str
    flag: bool


def measure(gold: CellGold) -> CellReport:
    """Run the extractor on the documents of ``gold`` and compare. Raises EvaluationError when that cannot be done."""
    scores: dict[str, Score] = {}
    failures: list[Failure] = []
    for doc in gold.documents:
        scores[doc], more = compare_document(gold, doc, *_extract(doc))
        failures += more
    return CellReport(gold, scores, tuple(failures))


def _extract(doc: str) -> tuple[Sequence[Initiative], SectionKpis]:
    try:
        catalogue = load_catalogue(Settings.from_environment().documents)
        document = catalogue.document(doc)
        canonical = catalogue.read(document)
    except CorpusError as error:
        raise EvaluationError(" ".join(str(error).split())) from error
    return extract(document, canonical), section_kpis(document, canonical)


def compare_document(
    gold: CellGold, doc: str, found: Sequence[Initiative], of_sections: SectionKpis = ()
) -> tuple[Score, list[Failure]]:
    """Return the score and the failures of one document, of which ``found`` was extracted."""
    expected = [initiative for initiative in gold.initiatives if initiative.doc == doc]
    score = Score(initiatives=len(expected), extracted=len(found))
    failures: list[Failure] = []
    pairs, spurious = _pair(expected, found)
    for want, have in pairs:
        more, why = _compare_initiative(want, have)
        score, failures = score + more, failures + why
    for have in spurious:
        name = _name(have)
        kpis, kpi_failures = _compare_kpis(doc, name, (), have.own_kpis)
        progress, progress_failures = _compare_progress(doc, name, (), have.progress)
        score += Score(spurious=1, kpis=kpis, progress=progress)
        failures += [Failure("spurious", "initiative", doc, name, None, name), *kpi_failures, *progress_failures]
    sections = [section for section in gold.sections if section.doc == doc]
    if sections:
        # By document, not by section: one damaged heading level would make every value below it wrong.
        wanted = [kpi for section in sections for kpi in section.kpis]
        tally, why = _compare_kpis(doc, "sections", wanted, [kpi for _, kpi in of_sections], what="section kpi")
        score, failures = score + Score(section_kpis=tally), failures + why
    return score, failures


def _pair(
    expected: Sequence[GoldInitiative], found: Sequence[Initiative]
) -> tuple[list[tuple[GoldInitiative, Initiative | None]], list[Initiative]]:
    """Pair what agrees in number and title, then in title, then in number; each stands in one pair at most."""
    partners: dict[int, Initiative] = {}
    left = list(found)
    for agreement in range(3):
        for place, want in enumerate(expected):
            if place in partners:
                continue
            have = next((have for have in left if _agreements(want, have)[agreement]), None)
            if have is not None:
                partners[place] = have
                left.remove(have)
    return [(want, partners.get(place)) for place, want in enumerate(expected)], left


def _agreements(want: GoldInitiative, have: Initiative) -> tuple[bool, bool, bool]:
    number = number_key(want.number) == number_key(have.number)
    title = title_key(want.title) == title_key(have.title)
    return number and title, title, number and want.number is not None


def _compare_initiative(want: GoldInitiative, have: Initiative | None) -> tuple[Score, list[Failure]]:
    doc, name = want.doc, _name(want)
    found_kpis = have.own_kpis if have else []
    found_progress = have.progress if have else ()
    kpis, kpi_failures = _compare_kpis(doc, name, want.kpis, found_kpis, want.complete)
    progress, progress_failures = _compare_progress(doc, name, want.progress, found_progress, want.complete)
    failures = [*kpi_failures, *progress_failures]
    if have is None:
        return Score(kpis=kpis, progress=progress), [Failure("missing", "initiative", doc, name, name, None), *failures]
    departments = _names(want.departments) == _names(have.departments)
    if not departments:
        shown = [", ".join(names) or "none" for names in (want.departments, have.departments)]
        failures.insert(0, Failure("wrong", "departments", doc, name, *shown))
    right = _agreements(want, have)[0]
    if not right:
        failures.insert(0, Failure("wrong", "initiative", doc, name, name, _name(have)))
    return Score(right=int(right), departments_right=int(departments), kpis=kpis, progress=progress), failures


def _compare_kpis(
    doc: str,
    name: str,
    expected: Iterable[GoldKpi],
    found: Iterable[Kpi],
    complete: bool = True,
    what: str = "kpi",
) -> tuple[Tally, list[Failure]]:
    want = [_kpi_cell(kpi, (kpi.value, *kpi.accept), kpi.doubtful) for kpi in expected]
    have = [_kpi_cell(kpi, (kpi.value,), kpi.certain) for kpi in found]
    tally, differences = _compare(want, have, complete)
    return tally, [Failure(cause, what, doc, name, *shown) for cause, *shown in differences]


def _compare_progress(
    doc: str, name: str, expected: Iterable[GoldProgress], found: Iterable[Progress], complete: bool = True
) -> tuple[Tally, list[Failure]]:
    want = [_progress_cell(progress, progress.doubtful) for progress in expected]
    have = [_progress_cell(progress, progress.certain) for progress in found]
    tally, differences = _compare(want, have, complete)
    return tally, [Failure(cause, "progress", doc, name, *shown) for cause, *shown in differences]


def _compare(
    expected: Sequence[_Cell], found: Sequence[_Cell], complete: bool
) -> tuple[Tally, list[tuple[str, str | None, str | None]]]:
    """Return the counts, and of each failure its cause and what was expected and found."""
    sure = [cell for cell in expected if not cell.flag]
    doubtful = [cell for cell in expected if cell.flag]
    left, missing, right = list(found), list[_Cell](), list[_Cell]()
    for want in sure:
        have = next((cell for cell in left if cell.keys & want.keys), None)
        if have is None:
            missing.append(want)
        else:
            left.remove(have)
            right.append(have)
    known = {key for cell in sure for key in cell.keys}
    left = [cell for cell in left if not cell.keys & known and not any(_alike(cell, other) for other in doubtful)]
    tally = Tally(len(sure), len(right))
    if complete:
        certain = [sum(cell.flag for cell in cells) for cells in (right, left)]
        tally += Tally(0, 0, len(right) + len(left), len(left), sum(certain), certain[1])
    failures: list[tuple[str, str | None, str | None]] = []
    for aspect in ("core", "place"):
        for want in [cell for cell in missing if getattr(cell, aspect) is not None]:
            have = next((cell for cell in left if getattr(cell, aspect) == getattr(want, aspect)), None)
            if have is not None:
                missing.remove(want)
                left.remove(have)
                failures.append(("wrong", want.shown, have.shown))
    failures += [("missing", cell.shown, None) for cell in missing]
    failures += [("spurious", None, cell.shown) for cell in left] if complete else []
    return tally, failures


def _alike(have: _Cell, doubtful: _Cell) -> bool:
    """Return whether ``have`` may be what a doubtful cell is about: its value, or more or less of its characters."""
    if doubtful.place:
        return have.core in doubtful.core or doubtful.core in have.core
    return have.core == doubtful.core


def _kpi_cell(kpi: GoldKpi | Kpi, values: Iterable[str], flag: bool) -> _Cell:
    year = kpi.fiscal_year
    return _Cell(
        keys=frozenset((squeeze(value), kpi.role, year) for value in values),
        core=squeeze(kpi.value),
        place=(squeeze(kpi.name), kpi.role, year),
        shown=f"{kpi.name}: {' '.join(kpi.value.split())} ({kpi.role}, {year or 'no year'})",
        flag=flag,
    )


def _progress_cell(progress: GoldProgress | Progress, flag: bool) -> _Cell:
    action = unicodedata.normalize("NFKC", progress.action)  # white space parts the number from one after it
    number = _ACTION_NUMBER.match(action)
    core = number[1] if number else ""
    label = squeeze(action[: number.end()] if number else action)
    year = progress.fiscal_year
    return _Cell(
        keys=frozenset({(core, progress.status, year)}),
        core=core,
        place=None,
        shown=f"{label or 'no action'}: {progress.status} ({year or 'no year'})",
        flag=flag,
    )


def number_key(number: str | None) -> str | None:
    """Return what is compared of an initiative's number: ``1-①``, ``1-(1)`` and ``１－１`` are all ``1-1``."""
    if number is None:
        return None
    plain = unicodedata.normalize("NFKC", number).replace("ー", "-")  # often typed for a dash
    return "-".join(_NO_LETTER.sub(" ", plain).split()).casefold()


def title_key(title: str) -> str:
    """Return what is compared of a title: NFKC, without white space and punctuation."""
    return _NO_LETTER.sub("", squeeze(title))


def _names(departments: Iterable[str]) -> frozenset[str]:
    return frozenset(squeeze(department) for department in departments)


def _name(initiative: GoldInitiative | Initiative) -> str:
    return " ".join(f"{initiative.number or ''} {initiative.title}".split())
