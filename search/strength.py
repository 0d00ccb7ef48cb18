"""How firmly a quote speaks for a municipality: a figure aimed at, done, planned, or merely mentioned.

The wordings are data, ``data/strength.toml``.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from corpus.model import Initiative, Kpi
from search.citations import plain
from search.concepts import Concept
from search.focus import spoken, terms_of
from search.model import STRENGTHS, Strength

_FILE = Path(__file__).parent / "data" / "strength.toml"
_CLAUSE = re.compile(r"[。\n\t▶▪■○]")
_FIGURE = re.compile(r"\d(?!月|日|年)")
_END_CHARACTERS = 14
ABOUT = 0.5
"""Of the question's concepts, by weight: how much a clause or the name of an indicator that is about them says."""


def strength_of(quote: str, concepts: Sequence[Concept], is_planned: bool) -> Strength:
    """Return how firmly a quote speaks of concepts. is_planned: it is an item of a plan, to be done."""
    found = {strength for clause in _clauses(quote, concepts) if (strength := _of_clause(clause))}
    if "done" in found and _patterns()["unreached"].search(quote):
        found = (found - {"done"}) | {"planned"}
    if found:
        return next(strength for strength in STRENGTHS if strength in found)
    return "planned" if is_planned else "mentioned"


def is_denied(quote: str, concepts: Sequence[Concept]) -> bool:
    """Return whether a clause of a quote says that what the concepts are about is not done."""
    return any(
        _patterns()["negated"].search(clause) and spoken(terms_of(clause), concepts) >= ABOUT
        for clause in _clauses(quote, concepts)
    )


def target_about(initiative: Initiative, concepts: Sequence[Concept]) -> Kpi | None:
    """Return an initiative's own target in figures whose indicator is about concepts; None without one."""
    for kpi in initiative.own_kpis:
        if kpi.role == "target" and kpi.number is not None and spoken(terms_of(plain(kpi.name)), concepts) >= ABOUT:
            return kpi
    return None


def _of_clause(clause: str) -> Strength | None:
    patterns = _patterns()
    if patterns["target"].search(clause) and _FIGURE.search(clause):
        return "target"
    for part in (clause[-_END_CHARACTERS:], clause):
        if patterns["planned"].search(part):
            return "planned"
        if patterns["done"].search(part) and not patterns["negated"].search(part):
            return "done"
    return None


def _clauses(quote: str, concepts: Sequence[Concept]) -> list[str]:
    """Return the clauses that are about concepts, as far as any is; without concepts, all."""
    clauses = [plain(clause) for clause in _CLAUSE.split(quote) if clause.strip()]
    if not concepts:
        return clauses
    said = [spoken(terms_of(clause), concepts) for clause in clauses]
    least = min(ABOUT, max(said, default=0.0))
    return [clause for clause, share in zip(clauses, said, strict=True) if share and share >= least]


@cache
def _patterns() -> Mapping[str, re.Pattern[str]]:
    table = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    return {name: re.compile("|".join(texts)) for name, texts in table.items()}
