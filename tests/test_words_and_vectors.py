"""The two indexes that a search reads: words and their scores, vectors and their cosines."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from small_index import BUILD

from indexer.errors import IndexMissingError
from indexer.lexical import LexicalIndex
from indexer.vectors import VectorIndex, write_vectors

# Words


def test_the_score_of_an_unknown_term_is_zero_everywhere() -> None:
    index = LexicalIndex.build([["改革", "推進"], ["計画"], []])
    for terms in ([], ["市民"], ["市民", "市民"]):
        assert index.scores(terms).tolist() == [0, 0, 0]
    assert index.scores(["市民", "計画"]).tolist() == index.scores(["計画"]).tolist()


def test_a_text_scores_by_the_terms_it_holds() -> None:
    index = LexicalIndex.build([["改革", "推進", "改革"], ["改革", "計画", "市民"], ["計画"]])
    first, second, third = index.scores(["改革"])
    assert first > second > third == 0
    assert index.scores(["改革", "計画"])[1] == pytest.approx(index.scores(["改革"])[1] + index.scores(["計画"])[1])


def test_the_weight_of_a_term_falls_with_its_frequency() -> None:
    index = LexicalIndex.build([["改革"] + ["推進"] * (at < 5) + ["市民"] * (at < 1) for at in range(10)])
    weights = [index.weight(term) for term in ("無名", "市民", "推進", "改革")]
    assert weights == sorted(weights, reverse=True)
    assert len(set(weights)) == 4
    assert weights[-1] > 0


@pytest.mark.parametrize("texts", [[["改革", "推進"], [], ["計画", "改革", "ＲＰＡ"]], [["a"]], [[], []]])
def test_a_saved_word_index_gives_equal_scores(tmp_path: Path, texts: list[list[str]]) -> None:
    built = LexicalIndex.build(texts)
    built.save(tmp_path / "words")
    loaded = LexicalIndex.load(tmp_path / "words")
    assert (loaded.texts, loaded.frequency) == (built.texts, built.frequency) == (len(texts), built.frequency)
    for terms in ([], ["改革"], ["改革", "計画", "無名"], ["a", "a"]):
        scores = loaded.scores(terms)
        assert (scores.dtype, scores.shape) == (np.float32, (len(texts),))
        assert np.array_equal(scores, built.scores(terms))


@pytest.mark.filterwarnings("error")
def test_texts_without_any_term_make_an_index_that_finds_nothing(tmp_path: Path) -> None:
    LexicalIndex.build([[], []]).save(tmp_path / "words")
    assert LexicalIndex.load(tmp_path / "words").scores(["改革"]).tolist() == [0, 0]


def test_postings_are_the_texts_that_have_a_term_with_their_scores(tmp_path: Path) -> None:
    built = LexicalIndex.build([["改革", "推進", "改革"], ["計画"], [], ["改革"]])
    built.save(tmp_path / "words")
    for index in (built, LexicalIndex.load(tmp_path / "words")):
        positions, scores = index.postings("改革")
        assert sorted(positions.tolist()) == [0, 3]
        assert scores.tolist() == index.scores(["改革"])[positions].tolist()
        assert [len(part) for part in index.postings("無名")] == [0, 0]


def test_postings_of_texts_without_any_term_are_empty(tmp_path: Path) -> None:
    LexicalIndex.build([[], []]).save(tmp_path / "words")
    assert [len(part) for part in LexicalIndex.load(tmp_path / "words").postings("改革")] == [0, 0]


# Vectors


@pytest.fixture
def vectors() -> NDArray[np.float32]:
    rows = np.random.default_rng(1).normal(size=(50, 12)).astype(np.float32)
    normalised: NDArray[np.float32] = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    return normalised


def test_cosines_are_those_of_numpy(tmp_path: Path, vectors: NDArray[np.float32]) -> None:
    write_vectors(tmp_path / "v.faiss", vectors)
    index = VectorIndex(tmp_path / "v.faiss")
    assert (index.size, index.dimension) == (50, 12)
    positions = np.array([7, 0, 49, 7])
    assert index.cosines(vectors[3], positions) == pytest.approx(vectors[positions] @ vectors[3], abs=1e-6)
    assert index.cosines(vectors[3], np.zeros(0, dtype=np.int64)).shape == (0,)


def test_the_nearest_vectors_come_best_first(tmp_path: Path, vectors: NDArray[np.float32]) -> None:
    write_vectors(tmp_path / "v.faiss", vectors)
    query = vectors[3]
    positions, cosines = VectorIndex(tmp_path / "v.faiss").search(query, 10)
    expected = np.argsort(-(vectors @ query))[:10]
    assert positions.tolist() == expected.tolist()
    assert positions[0] == 3
    assert cosines == pytest.approx((vectors @ query)[expected], abs=1e-6)


def test_asking_for_more_vectors_than_there_are_gives_all(tmp_path: Path, vectors: NDArray[np.float32]) -> None:
    write_vectors(tmp_path / "v.faiss", vectors)
    positions, cosines = VectorIndex(tmp_path / "v.faiss").search(vectors[0], 10_000)
    assert sorted(positions) == list(range(50))
    assert len(cosines) == 50


def test_an_index_of_no_vectors_finds_nothing(tmp_path: Path, vectors: NDArray[np.float32]) -> None:
    write_vectors(tmp_path / "v.faiss", vectors[:0])
    index = VectorIndex(tmp_path / "v.faiss")
    assert (index.size, index.dimension) == (0, 12)
    assert [part.shape for part in index.search(vectors[0], 5)] == [(0,), (0,)]


@pytest.mark.parametrize("data", [b"", b"IxFI", b"no vectors at all" * 9])
def test_a_file_that_holds_no_vectors_is_damaged(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "v.faiss").write_bytes(data)
    with pytest.raises(IndexMissingError, match=rf"v\.faiss is damaged: run `{BUILD}`"):
        VectorIndex(tmp_path / "v.faiss")
