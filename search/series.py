"""The indicators of documents, each with all values that are printed of it."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from corpus.model import Document, Initiative, Kpi
from indexer.tokenise import fold

_NOT_OF_NAME = re.compile(r"[\s の()（）・、]")
_SHORT = 5  # 収納率, 開催回数: names that many indicators have


@dataclass(frozen=True, slots=True)
class Series:
    """The values of one indicator of one document, in the order printed.

    initiative: the one that the indicator is of; for an indicator of a whole section, the first of it. within: the
    initiative's title where the name alone does not tell which indicator it is (収納率, 開催回数); empty elsewhere.
    """

    document: Document
    initiative: Initiative
    name: str
    values: tuple[Kpi, ...]
    within: str = ""

    @property
    def of_section(self) -> bool:
        """Return whether the indicator is of all initiatives of its section together."""
        return self.values[0].scope == "section"


def all_series(initiatives: Sequence[Initiative], documents: Mapping[str, Document]) -> list[Series]:
    """Return the indicators in the order printed; one that stands for a whole section, once."""
    found: dict[tuple[str, str, object], tuple[Initiative, dict[Kpi, None]]] = {}
    for initiative in initiatives:
        if initiative.document_id not in documents:
            continue
        names = _names(initiative)
        first = {names[kpi.name]: kpi.span for kpi in reversed(initiative.kpis)}
        for kpi in initiative.kpis:
            name = names[kpi.name]
            place: object = first[name] if kpi.scope == "section" else initiative.ordinal
            _, values = found.setdefault((initiative.document_id, name, place), (initiative, {}))
            values[kpi] = None
    count = Counter((document, name) for document, name, _ in found)
    every = []
    for (document, name, _), (initiative, values) in found.items():
        first_value = next(iter(values))
        alone = first_value.scope == "section" or (len(name) > _SHORT and count[document, name] == 1)
        within = "" if alone else initiative.title
        every.append(Series(documents[initiative.document_id], initiative, first_value.name, tuple(values), within))
    return every


def _names(initiative: Initiative) -> dict[str, str]:
    """Return for each printed name of an indicator what is the same for its other spellings.

    A sheet may print the target under a longer name (特定健康診査受診率) than what came of it (受診率).
    """
    roles: dict[str, set[str]] = defaultdict(set)
    for kpi in initiative.kpis:
        roles[_key(kpi.name)].add(kpi.role)
    longer = {
        name: [other for other in roles if other.endswith(name) and other != name and not roles[other] & roles[name]]
        for name in roles
    }
    ends = [name for others in longer.values() for name in others]
    same = {
        name: others[0] if len(others) == 1 and ends.count(others[0]) == 1 and "target" in roles[others[0]] else name
        for name, others in longer.items()
    }
    return {kpi.name: same[_key(kpi.name)] for kpi in initiative.kpis}


def _key(name: str) -> str:
    """Return what the spellings of one indicator's name share: 年間実施回数, 年間の実施回数."""
    return _NOT_OF_NAME.sub("", fold(name).lower())


def siblings(every: Sequence[Series]) -> dict[tuple[str, int], list[str]]:
    """Return the names of the indicators of each initiative, by its document and ordinal."""
    names: dict[tuple[str, int], list[str]] = defaultdict(list)
    for one in every:
        names[one.document.id, one.initiative.ordinal].append(one.name)
    return names


def texts_of(series: Series, siblings: Sequence[str]) -> tuple[list[str], ...]:
    """Return the texts of a series, those that say most of it first: name, title, headings, the rest of the initiative.

    siblings: the names of all indicators of the initiative. A whole section's indicator has no initiative of its own.
    """
    initiative = series.initiative
    headings = [series.document.title, *initiative.section]
    if series.of_section:
        return [series.name], [], headings, []
    return (
        [series.name],
        [initiative.title],
        [*headings, *initiative.departments],
        [initiative.overview, *initiative.actions, *siblings],
    )
