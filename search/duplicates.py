"""Near-duplicates: cities print the same sentence in a plan and again in its report; one of them is enough."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from corpus.model import Passage
from indexer.tokenise import bigrams

ALIKE = 0.9


def without_duplicates(rows: Iterable[int], passages: Sequence[Passage]) -> Iterator[int]:
    """Return the rows of ``passages`` without those that repeat an earlier one of the same municipality.

    Two passages are alike when their sets of character bigrams overlap by ``ALIKE`` (Jaccard).
    """
    kept: list[tuple[str, set[str]]] = []
    for row in rows:
        passage = passages[row]
        grams = set(bigrams(passage.text))
        if any(
            municipality == passage.document.municipality and len(grams & other) >= ALIKE * len(grams | other)
            for municipality, other in kept
        ):
            continue
        kept.append((passage.document.municipality, grams))
        yield row
