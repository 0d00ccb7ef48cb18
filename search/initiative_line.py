"""An initiative in one line of text: department, indicators, progress."""

from __future__ import annotations

from itertools import islice

from corpus.model import Initiative, Kpi, Progress
from search.citations import plain
from search.names import fiscal_year_name, role_name

_KPIS = 3
_DOUBT = "（要確認）"


def initiative_line(initiative: Initiative) -> str:
    """Return what a plan and its report say of an initiative, in the documents' own words; empty for nothing.

    What may be misread is marked 要確認.
    """
    kpis = initiative.own_kpis
    values = [_kpi(kpi) for kpi in islice(kpis, _KPIS)]
    if len(kpis) > _KPIS:
        values.append(f"ほか{len(kpis) - _KPIS}件")
    statuses = dict.fromkeys(_progress(progress) for progress in initiative.progress)
    parts = {"担当課": initiative.departments, "指標": values, "進捗": statuses}
    return " ｜ ".join(f"{name}: {'、'.join(words)}" for name, words in parts.items() if words)


def _kpi(kpi: Kpi) -> str:
    year = "" if kpi.fiscal_year is None else fiscal_year_name(kpi.fiscal_year, "ja")
    words = (plain(kpi.name), role_name(kpi.role, "ja"), year, plain(kpi.value))
    return " ".join(word for word in words if word) + ("" if kpi.certain else _DOUBT)


def _progress(progress: Progress) -> str:
    return progress.status + ("" if progress.certain else _DOUBT)
