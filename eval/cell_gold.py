"""The hand-made gold of the documents' initiatives, indicator values and progress, from a JSON Lines file."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from eval.jsonl import EvaluationError, Record, parse_lines, read_bytes, sha256

DEFAULT_GOLD = Path(__file__).with_name("cells.jsonl")
ROLES = ("baseline", "target", "actual")


@dataclass(frozen=True, slots=True)
class GoldKpi:
    """One printed value. accept: other ways to cut it out that are right too, ``9 点(10 点満点)`` for ``9 点``.

    number, unit: how a reader reads it; they are not measured. doubtful: the text leaves open which value, role or
    year is meant, so the record counts for and against nobody.
    """

    name: str
    role: str
    fiscal_year: int | None
    value: str
    number: float | None
    unit: str | None
    accept: tuple[str, ...] = ()
    doubtful: bool = False


@dataclass(frozen=True, slots=True)
class GoldProgress:
    """How far one action got. action: its label with its number, ``取組内容1``. doubtful: as in ``GoldKpi``."""

    action: str
    fiscal_year: int | None
    status: str
    printed: str
    doubtful: bool = False


@dataclass(frozen=True, slots=True)
class GoldInitiative:
    """One initiative as printed, with the errors of the extraction from PDF.

    number: None when none is printed. departments: as a careful reader reads them. complete: every value and status
    that the initiative prints is listed, so that whatever else is found there is wrong.
    """

    doc: str
    number: str | None
    title: str
    departments: tuple[str, ...]
    period: tuple[int, int] | None
    complete: bool
    kpis: tuple[GoldKpi, ...]
    progress: tuple[GoldProgress, ...]


@dataclass(frozen=True, slots=True)
class GoldSection:
    """All indicator values that stand in a section but in no initiative of it."""

    doc: str
    section: str
    kpis: tuple[GoldKpi, ...]


@dataclass(frozen=True, slots=True)
class CellGold:
    """The gold of one file. name: without its folder. sha256: of the file's bytes."""

    name: str
    sha256: str
    initiatives: tuple[GoldInitiative, ...]
    sections: tuple[GoldSection, ...]

    @property
    def documents(self) -> tuple[str, ...]:
        """Return the ids of the documents, in the order of the file."""
        docs = [*(initiative.doc for initiative in self.initiatives), *(section.doc for section in self.sections)]
        return tuple(dict.fromkeys(docs))


def read_gold(path: Path) -> CellGold:
    """Return the gold of a UTF-8 JSON Lines file; a line whose title is null is a section; other keys are ignored.

    Raises EvaluationError, naming file and line, for a file that cannot be read or holds nothing, bad JSON, a missing
    or wrong key, or the same initiative or section twice.
    """
    data = read_bytes(path)
    initiatives: dict[tuple[str, str | None, str], GoldInitiative] = {}
    sections: dict[tuple[str, str], GoldSection] = {}
    for record in parse_lines(data, str(path)):
        if "title" in record.values and record.values["title"] is None:
            section = GoldSection(record.identifier("doc"), record.identifier("section"), _kpis(record))
            _refuse_second(record, (section.doc, section.section), sections, "section")
            sections[section.doc, section.section] = section
        else:
            initiative = _initiative(record)
            key = (initiative.doc, initiative.number, initiative.title)
            _refuse_second(record, key, initiatives, "initiative")
            initiatives[key] = initiative
    if not initiatives and not sections:
        raise EvaluationError(f"{path} holds no initiatives: write one JSON object per line")
    return CellGold(path.name, sha256(data), tuple(initiatives.values()), tuple(sections.values()))


def _refuse_second(record: Record, key: object, known: Iterable[object], what: str) -> None:
    if key in known:
        raise EvaluationError(f"{record.where}: the {what} stands on an earlier line too: keep one of the two")


def _initiative(record: Record) -> GoldInitiative:
    return GoldInitiative(
        doc=record.identifier("doc"),
        number=_text_or_null(record, "number"),
        title=record.identifier("title"),
        departments=record.texts("departments"),
        period=_period(record),
        complete=record.boolean("complete"),
        kpis=_kpis(record),
        progress=tuple(_progress(progress) for progress in record.records("progress")),
    )


def _kpis(record: Record) -> tuple[GoldKpi, ...]:
    return tuple(_kpi(kpi) for kpi in record.records("kpis"))


def _kpi(record: Record) -> GoldKpi:
    role = record.text("role")
    if role not in ROLES:
        raise EvaluationError(f"{record.where}: there is no role {role!r}: use one of {', '.join(ROLES)}")
    return GoldKpi(
        name=record.text("name"),
        role=role,
        fiscal_year=_year_or_null(record, "fiscal_year"),
        value=record.text("value"),
        number=None if _is_null(record, "number") else record.number("number"),
        unit=_text_or_null(record, "unit"),
        accept=record.texts("accept") if "accept" in record.values else (),
        doubtful=_doubtful(record),
    )


def _progress(record: Record) -> GoldProgress:
    return GoldProgress(
        action=record.text("action", blank=True),
        fiscal_year=_year_or_null(record, "fiscal_year"),
        status=record.text("status"),
        printed=record.text("printed"),
        doubtful=_doubtful(record),
    )


def _doubtful(record: Record) -> bool:
    return "doubtful" in record.values and record.boolean("doubtful")


def _is_null(record: Record, key: str) -> bool:
    return key in record.values and record.values[key] is None


def _text_or_null(record: Record, key: str) -> str | None:
    return None if _is_null(record, key) else record.identifier(key)


def _year_or_null(record: Record, key: str) -> int | None:
    if _is_null(record, key):
        return None
    year = record.number(key)
    if not year.is_integer() or not 1868 <= year <= 2200:
        raise EvaluationError(f'{record.where}: "{key}" is {year:g}: make it a Western year, such as 2024, or null')
    return int(year)


def _period(record: Record) -> tuple[int, int] | None:
    if _is_null(record, "period"):
        return None
    years = record.values.get("period")
    if not isinstance(years, list) or len(years) != 2 or not all(type(year) is int for year in years):
        raise EvaluationError(f'{record.where}: "period" is no pair of years: write [2024, 2028] or null')
    return years[0], years[1]
