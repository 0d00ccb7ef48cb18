"""The order of results for a question about several cities: the best first, but none of them crowds out the others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence

import numpy as np
from numpy.typing import NDArray


def spread(
    scores: NDArray[np.float32], documents: Sequence[Hashable], penalty: float
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Return the rows of a ranking in a new order, and their scores in it, falling.

    Every further passage of a document is set back by ``penalty`` of the best score. scores: best first, shape (rows,).
    documents: which one each row is of. After Carbonell & Goldstein 1998 (MMR), with the document as what makes two
    passages alike.
    """
    before: Counter[Hashable] = Counter()
    places = np.zeros(len(scores), dtype=np.float32)
    for row, document in enumerate(documents):
        places[row] = before[document]
        before[document] += 1
    lowered = scores - penalty * float(scores.max(initial=0)) * places
    order = np.lexsort((np.arange(len(scores)), -lowered))
    return order, lowered[order].astype(np.float32)
