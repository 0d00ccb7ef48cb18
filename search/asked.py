"""In which form a question asks for its answer: its kind, which statements it accepts, what its answer looks like.

The wordings are data, ``data/asked.toml``.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from indexer.tokenise import fold
from search.conditions import filled
from search.model import QuestionKind, Strength
from search.query import Query

_FILE = Path(__file__).parent / "data" / "asked.toml"
_FIGURE = r"[\d一二三四五六七八九十][\d,.、 ]*(?:[億万千百]+[\d,. ]*)*"
_ANY = "."
"""The unit of a figure that may be of any."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a question asks for.

    wants: the least that a municipality must have to be an answer to it; None accepts any statement. negative: it asks
    for those without. every: for every thing of a kind that a text names. answer: how the figure or date that it asks
    for is printed; None when it asks for neither.
    """

    kind: QuestionKind
    wants: Strength | None = None
    negative: bool = False
    every: bool = False
    answer: re.Pattern[str] | None = None


@dataclass(frozen=True)
class _Wordings:
    kinds: Mapping[QuestionKind, re.Pattern[str]]
    wants: Mapping[Strength, re.Pattern[str]]
    negative: re.Pattern[str]
    every: re.Pattern[str]
    answers: tuple[tuple[re.Pattern[str], str], ...]


def asked(query: Query) -> Asked:
    """Return what a question asks for."""
    wordings = _wordings()
    text = fold(query.body).lower()
    units = [unit for pattern, unit in wordings.answers if pattern.search(text)]
    printed = "|".join([unit for unit in units if unit != _ANY] or units)
    kind: QuestionKind = next(
        (kind for kind, pattern in wordings.kinds.items() if pattern.search(text)), "fact" if printed else "passages"
    )
    if kind in ("cities", "compare") and len(query.municipalities) == 1:
        # What one municipality had and has is compared over the years.
        kind = "progress" if kind == "compare" and printed else "fact" if printed else "passages"
    wants = next((strength for strength, pattern in wordings.wants.items() if pattern.search(text)), None)
    negative = len(query.municipalities) != 1 and wordings.negative.search(text) is not None
    answer = re.compile(rf"{_FIGURE}(?:{printed})") if printed else None
    every = kind in ("fact", "passages") and wordings.every.search(text) is not None
    return Asked(kind, wants, negative, every, answer)


@cache
def _wordings() -> _Wordings:
    table = tomllib.loads(_FILE.read_text(encoding="utf-8"))

    def pattern(texts: list[str]) -> re.Pattern[str]:
        return re.compile("|".join(filled(text, table["parts"]) for text in texts))

    return _Wordings(
        {kind: pattern(texts) for kind, texts in table["kinds"].items()},
        {strength: pattern(texts) for strength, texts in table["wants"].items()},
        pattern(table["negative"]["patterns"]),
        pattern(table["every"]["patterns"]),
        tuple((pattern(texts), unit) for unit, texts in table["answers"].items()),
    )
