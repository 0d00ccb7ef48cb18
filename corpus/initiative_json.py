"""Initiatives as JSON: the one shape of the command line, of the index and of the HTTP interface."""

from __future__ import annotations

from typing import Any

from corpus.model import Initiative, Kpi, Progress, Span


def initiative_to_json(initiative: Initiative) -> dict[str, Any]:
    """Return an initiative with all of its fields; every span is a range of the document's canonical text."""
    return {
        "doc": initiative.document_id,
        "number": initiative.number,
        "title": initiative.title,
        "section": list(initiative.section),
        "departments": list(initiative.departments),
        "overview": initiative.overview,
        "actions": list(initiative.actions),
        "kpis": [kpi_to_json(kpi) for kpi in initiative.kpis],
        "progress": [progress_to_json(progress) for progress in initiative.progress],
        "period": list(initiative.period) if initiative.period else None,
        "span": list(initiative.span),
        "spans": {name: [list(span) for span in spans] for name, spans in initiative.spans.items()},
    }


def kpi_to_json(kpi: Kpi) -> dict[str, Any]:
    """Return a value of an indicator with all of its fields."""
    return {name: getattr(kpi, name) for name in Kpi.__slots__} | {"span": list(kpi.span)}


def progress_to_json(progress: Progress) -> dict[str, Any]:
    """Return the progress of an action with all of its fields."""
    return {name: getattr(progress, name) for name in Progress.__slots__} | {"span": list(progress.span)}


def initiative_lines(initiative: Initiative) -> str:
    """Return an initiative as lines to read, its values and progress with the places where they stand."""
    lines = [f"{initiative.document_id} {initiative.number or '-'} {initiative.title}"]
    if initiative.departments:
        lines.append(f"  担当: {'・'.join(initiative.departments)}")
    for kpi in initiative.kpis:
        year = f"{kpi.fiscal_year}年度" if kpi.fiscal_year else ""
        doubt = "" if kpi.certain else f"（要確認: {kpi.reason}）"
        lines.append(_line("指標:", kpi.name, kpi.role, year, f"{kpi.value}{doubt}", f"[{kpi.span[0]}]"))
    for one in initiative.progress:
        doubt = "" if one.certain else f"（要確認: {one.reason}）"
        year = f"{one.fiscal_year}年度" if one.fiscal_year else ""
        lines.append(_line("進捗:", one.action, year, f"{one.status}{doubt}", f"[{one.span[0]}]"))
    return "\n".join(lines)


def _line(*words: str) -> str:
    return "  " + " ".join(word for part in words for word in part.split())


def initiative_from_json(table: dict[str, Any], ordinal: int) -> Initiative:
    """Return the initiative that ``initiative_to_json`` gave as a table; ordinal: its place in its document.

    Raises KeyError, TypeError or ValueError when it is not one.
    """
    return Initiative(
        document_id=table["doc"],
        ordinal=ordinal,
        number=table["number"],
        title=table["title"],
        section=tuple(table["section"]),
        departments=tuple(table["departments"]),
        overview=table["overview"],
        actions=tuple(table["actions"]),
        kpis=tuple(Kpi(**{**kpi, "span": _span(kpi["span"])}) for kpi in table["kpis"]),
        progress=tuple(Progress(**{**one, "span": _span(one["span"])}) for one in table["progress"]),
        period=_span(table["period"]) if table["period"] else None,
        span=_span(table["span"]),
        spans={name: tuple(_span(span) for span in spans) for name, spans in table["spans"].items()},
    )


def _span(pair: list[int]) -> Span:
    start, end = pair
    return start, end
