"""Municipalities without documents that a question names without City or 市: 稲敷の窓口, the plan of Goka.

``corpus.municipalities`` takes such names for cities only where a document is by one: most are words or surnames too.
A question is short and about municipalities, so here a place name stands for one, unless documents print it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cache

from corpus.model import Span
from corpus.municipalities import Mention, all_municipalities
from indexer.tokenise import place_names

_SUFFIX = re.compile(r"[市町村]$")
_AFTER = re.compile(r"[のはでにがもと、,\s?？]|$")
_IN_ENGLISH = re.compile(
    r"\b(?:[Ii]n|[Oo]f|[Ff]or|[Aa]t|[Bb]y|[Dd]oes|[Dd]id|[Hh]as|[Ii]s|[Ww]as)\s+([A-Z][a-z]{2,})\b|\b([A-Z][a-z]{2,})(?=['’]s\b)"
)


def bare_names(text: str, taken: Sequence[Span], is_printed: Callable[[str], bool]) -> list[Mention]:
    """Return the municipalities that a question names by their bare names, in order.

    taken: what names others already. is_printed: whether a document prints a word.
    """
    words = [span for span in place_names(text) if _AFTER.match(text, span[1])]
    named = [(span, _by_stem().get(text[slice(*span)])) for span in words]
    for match in _IN_ENGLISH.finditer(text):
        at = match.lastindex or 0
        named.append((match.span(at), _by_romaji().get(match[at].lower())))
    return [
        Mention(name, None, span, False)
        for span, name in sorted(named, key=lambda one: one[0])
        if name
        and not any(span[0] < end and start < span[1] for start, end in taken)
        and not is_printed(text[slice(*span)])
    ]


@cache
def _by_stem() -> dict[str, str]:
    """Return names of cities, towns and villages by what stands before their suffix; none that a prefecture has."""
    prefectures = {one.prefecture[:-1] for one in all_municipalities()}
    stems = {_SUFFIX.sub("", one.name): one.name for one in all_municipalities() if _SUFFIX.search(one.name)}
    return {stem: name for stem, name in stems.items() if stem not in prefectures}


@cache
def _by_romaji() -> dict[str, str]:
    return {one.romaji: one.name for one in all_municipalities() if _SUFFIX.search(one.name)}
