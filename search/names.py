"""Names of municipalities for readers of English."""

from __future__ import annotations

from functools import cache

from corpus.municipalities import all_municipalities


@cache
def _romaji() -> dict[str, str]:
    return {municipality.name: municipality.romaji.capitalize() for municipality in all_municipalities()}


def bilingual(name: str) -> str:
    """Return a municipality's name with its Roman letters, ``結城市 (Yuki)``; the name alone when there are none."""
    romaji = _romaji().get(name)
    return f"{name} ({romaji})" if romaji else name
