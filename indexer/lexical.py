"""BM25 over lists of terms (Robertson & Zaragoza 2009), by bm25s."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class LexicalIndex:
    """BM25 scores of all texts for the terms of a question.

    frequency: in how many texts each term occurs; texts: how many there are. retriever: None when no text has a term,
    which bm25s cannot hold.
    """

    retriever: Any | None
    frequency: dict[str, int]
    texts: int

    @classmethod
    def build(cls, terms: Sequence[Sequence[str]]) -> LexicalIndex:
        """Return the index of texts given as their terms, in order."""
        import bm25s

        frequency: dict[str, int] = {}
        for text in terms:
            for term in set(text):
                frequency[term] = frequency.get(term, 0) + 1
        if not frequency:
            return cls(None, frequency, len(terms))
        retriever = bm25s.BM25(k1=1.2, b=0.6)
        retriever.index([list(text) for text in terms], show_progress=False)
        return cls(retriever, frequency, len(terms))

    def save(self, folder: Path) -> None:
        """Write the index into a new folder."""
        folder.mkdir()
        if self.retriever is not None:
            self.retriever.save(folder, show_progress=False)
        table = {"texts": self.texts, "frequency": self.frequency}
        (folder / "frequency.json").write_text(json.dumps(table, ensure_ascii=False), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> LexicalIndex:
        """Return the index that ``save`` wrote."""
        import bm25s

        table = json.loads((folder / "frequency.json").read_text(encoding="utf-8"))
        retriever = bm25s.BM25.load(folder, show_progress=False) if table["frequency"] else None
        return cls(retriever, table["frequency"], table["texts"])

    def scores(self, terms: Sequence[str]) -> NDArray[np.float32]:
        """Return the BM25 score of every text, shape (texts,); zeros when no term is known."""
        known = [term for term in terms if term in self.frequency]
        if not known or self.retriever is None:
            return np.zeros(self.texts, dtype=np.float32)
        scores: NDArray[np.float32] = self.retriever.get_scores(known)
        return scores

    def postings(self, term: str) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Return which texts have a term, by position, and their BM25 score for it."""
        if self.retriever is None or term not in self.frequency:
            return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.float32)
        table = self.retriever.scores
        at = self.retriever.vocab_dict[term]
        part = slice(int(table["indptr"][at]), int(table["indptr"][at + 1]))
        return table["indices"][part].astype(np.int64), table["data"][part]

    def weight(self, term: str) -> float:
        """Return the inverse document frequency of a term, in nats; a term in no text weighs most."""
        count = self.frequency.get(term, 0)
        return math.log(1 + (self.texts - count + 0.5) / (count + 0.5))
