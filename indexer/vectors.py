"""Vectors in FAISS: inner product on normalised vectors, that is the cosine."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indexer.errors import IndexMissingError


def write_vectors(path: Path, vectors: NDArray[np.float32]) -> None:
    """Write normalised vectors, shape (n, dimension), as a flat index."""
    import faiss

    index = faiss.IndexFlatIP(vectors.shape[1])
    index.add(np.ascontiguousarray(vectors, dtype=np.float32))
    # Given a path, faiss only prints it when the last bytes do not fit on the disk; Python's own file raises OSError.
    with path.open("wb") as file:
        faiss.write_index(index, faiss.PyCallbackIOWriter(file.write))  # type: ignore[attr-defined]  # not in its stubs


class VectorIndex:
    """A flat FAISS index that was written by ``write_vectors``."""

    def __init__(self, path: Path) -> None:
        import faiss

        try:
            self._index: Any = faiss.read_index(str(path))
        except RuntimeError as error:
            raise IndexMissingError(f"{path.name} is damaged: run `python -m indexer build`") from error
        self._faiss: Any = faiss
        self.size: int = self._index.ntotal
        self.dimension: int = self._index.d

    def search(self, query: NDArray[np.float32], top_k: int) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Return the ``top_k`` nearest vectors to a query of shape (dimension,): positions and cosines, best first."""
        if not self.size:
            return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.float32)
        # Its threads and torch's wait for each other on a PC's few cores; the setting is the calling thread's own.
        self._faiss.omp_set_num_threads(1)
        cosines, positions = self._index.search(query[None, :], min(top_k, self.size))
        return positions[0], cosines[0]

    def cosines(self, query: NDArray[np.float32], positions: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return the cosine of a query with the vectors at ``positions``, shape (len(positions),)."""
        if not len(positions):
            return np.zeros(0, dtype=np.float32)
        self._faiss.omp_set_num_threads(1)
        vectors: NDArray[np.float32] = self._index.reconstruct_batch(positions)
        return vectors @ query
