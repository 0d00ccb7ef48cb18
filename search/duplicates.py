"""Near-duplicates: cities print the same sentence in a plan and again in its report; one of them is enough."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from corpus.model import Passage
from indexer.tokenise import bigrams

ALIKE = 0.9


def without_duplicates(rows: Iterable[int], positions: NDArray[np.int64], passages: Sequence[Passage]) -> Iterator[int]:
    """Return the rows of a ranking without those that repeat an earlier one of the same municipality.

    positions: of the rows in ``passages``. Two passages are alike when their sets of character bigrams overlap by
    ``ALIKE`` (Jaccard).
    """
    kept: list[tuple[str, frozenset[str]]] = []
    for row in rows:
        passage = passages[int(positions[row])]
        grams = _grams(passage.text)
        if any(municipality == passage.document.municipality and _alike(grams, other) for municipality, other in kept):
            continue
        kept.append((passage.document.municipality, grams))
        yield row


def _alike(one: frozenset[str], other: frozenset[str]) -> bool:
    # Sets of very different sizes cannot overlap by so much.
    if min(len(one), len(other)) < ALIKE * max(len(one), len(other)):
        return False
    return len(one & other) >= ALIKE * len(one | other)


@lru_cache(maxsize=4096)
def _grams(text: str) -> frozenset[str]:
    return frozenset(bigrams(text))
