"""The parts of an index that ranking needs, read from its files."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from corpus.model import Document, Passage
from indexer.generation import Layout
from indexer.lexical import LexicalIndex
from indexer.vectors import VectorIndex
from search.initiatives import Initiatives
from search.met import ConditionIndex
from search.retrieval import Retriever


def open_retriever(
    layout: Layout,
    documents: Sequence[Document],
    passages: Sequence[Passage],
    initiatives: Initiatives,
    sentences: NDArray[np.int32],
) -> Retriever:
    """Return the retriever over a generation of an index. sentences: its rows (passage, start, end)."""
    document_at = {document.id: position for position, document in enumerate(documents)}
    groups: dict[tuple[object, ...], int] = {}
    municipalities: dict[str, int] = {}
    numbers = [municipalities.setdefault(passage.document.municipality, len(municipalities)) for passage in passages]
    return Retriever(
        passages=passages,
        documents=documents,
        document_at=np.array([document_at[passage.document.id] for passage in passages], dtype=np.int64),
        municipality_at=np.array(numbers, dtype=np.int64),
        group_at=np.array([groups.setdefault(_group(passage), len(groups)) for passage in passages], dtype=np.int64),
        initiatives=initiatives,
        conditions=ConditionIndex(passages, initiatives),
        words=LexicalIndex.load(layout.words),
        bigrams=LexicalIndex.load(layout.bigrams),
        sentence_words=LexicalIndex.load(layout.sentence_words),
        contexts=LexicalIndex.load(layout.contexts),
        passage_vectors=VectorIndex(layout.passage_vectors),
        sentence_vectors=VectorIndex(layout.sentence_vectors),
        title_vectors=VectorIndex(layout.title_vectors),
        owners=sentences[:, 0].astype(np.int64),
        title_at=np.load(layout.titles, allow_pickle=False).astype(np.int64),
    )


def _group(passage: Passage) -> tuple[object, ...]:
    """Return what the passages of one initiative share, or of one section where there is no initiative."""
    own = passage.section if passage.initiative is None else passage.initiative
    return passage.document.id, own
