"""Names of municipalities, fiscal years and pages, for readers of Japanese and of English."""

from __future__ import annotations

from functools import cache

from corpus.municipalities import all_municipalities
from search.model import Strength

_ROLES = {"baseline": "基準値", "target": "目標値", "actual": "実績"}
_STRENGTHS: dict[Strength, tuple[str, str]] = {
    "target": ("数値目標", "numeric target"),
    "done": ("実施", "done"),
    "planned": ("計画・検討", "planned"),
    "mentioned": ("言及", "mentioned"),
}


@cache
def _romaji() -> dict[str, str]:
    return {municipality.name: municipality.romaji.capitalize() for municipality in all_municipalities()}


def bilingual(name: str) -> str:
    """Return a municipality's name with its Roman letters, ``結城市 (Yuki)``; the name alone when there are none."""
    romaji = _romaji().get(name)
    return f"{name} ({romaji})" if romaji else name


def municipality_name(name: str, language: str) -> str:
    """Return a municipality's name for readers of a language: 結城市, 結城市 (Yuki)."""
    return bilingual(name) if language == "en" else name


def fiscal_year_name(year: int, language: str) -> str:
    """Return a fiscal year's name: 令和7年度, FY2025."""
    if language == "en":
        return f"FY{year}"
    for era, first in (("令和", 2019), ("平成", 1989)):
        if year >= first:
            number = year - first + 1
            return f"{era}{'元' if number == 1 else number}年度"
    return f"{year}年度"


def page_name(page: int, language: str) -> str:
    """Return how a page is referred to: 12頁, p. 12."""
    return f"p. {page}" if language == "en" else f"{page}頁"


def line_name(line: int | None, language: str) -> str:
    """Return how a line of a text is referred to: 12行目, line 12; nothing for None."""
    if line is None:
        return ""
    return f"line {line}" if language == "en" else f"{line}行目"


def role_name(role: str, language: str) -> str:
    """Return what the value of an indicator is (``corpus.model.Kpi.role``): 目標値, target."""
    return role if language == "en" else _ROLES.get(role, role)


def strength_name(strength: Strength, language: str) -> str:
    """Return how firmly documents speak for a municipality: 数値目標, numeric target."""
    return _STRENGTHS[strength][language == "en"]
