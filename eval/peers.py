"""Peers: what a generic stack finds in the same documents, so that a report shows what the search is worth.

Each peer ranks naive windows of 400 characters of the canonical texts, cut without regard to what stands there. Windows
overlap by 100 characters, as such stacks usually do: without that, S@10 and S@2000c of all three were lower, on the
development and on the calibration questions. A quote that no window holds whole is not found; nothing mends that. The
question is taken as it stands: no synonyms, no years, no translation, no filter by city.

- ``BM25``: bm25s with its own settings (Lù 2024, arXiv:2407.03618) over the lemmas of content words that fugashi finds
  after NFKC, without a few empty ones. It does not take the terms of ``indexer.tokenise``: a yardstick must not grow
  with what it measures. Windows that share no word with the question are not returned.
- ``encoder``: the cosine of the window and the question, by the encoder of the index.
- ``fusion``: the mean of the two, each min-max scaled over all windows (the convex combination of Bruch, Gai & Ingber
  2023, arXiv:2210.11934, at one half).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from eval.questions import Question
from eval.runs import RunAnswer, RunLine, RunPassage

if TYPE_CHECKING:
    from search.engine import SearchEngine

WINDOW, OVERLAP = 400, 100
"""In characters."""

PEERS = ("BM25", "encoder", "fusion")

_CONTENT = frozenset({"名詞", "動詞", "形容詞", "形状詞", "副詞", "代名詞", "接頭辞", "接尾辞"})
_EMPTY = frozenset(
    {
        *("為る", "有る", "居る", "成る", "出来る", "無い", "於く", "依る", "因る", "付く", "つく"),
        *("御", "事", "等", "為", "物", "其の", "此の"),
    }
)
_WORD = re.compile(r"\w")

_Scores = NDArray[np.floating[Any]]
_NO_ANSWER = RunAnswer("", (), abstained=False)


def peer_lines(
    engine: SearchEngine, questions: Sequence[Question], top_k: int, *, progress: bool = False
) -> dict[str, Mapping[str, RunLine]]:
    """Return the run lines of each of ``PEERS``, by question id: at most ``top_k`` windows each, and no answer.

    With ``progress`` a bar on stderr counts the windows that are encoded.
    """
    windows = [window for document in engine.documents for window in windows_of(engine, document.id)]
    texts = [window.text for window in windows]
    vectors = engine.encoder.encode_documents(texts, progress=progress, label="encoding windows")
    words = _Words(texts)
    lines: dict[str, dict[str, RunLine]] = {name: {} for name in PEERS}
    for question in questions:
        by_words = words.scores(question.question)
        cosines: _Scores = vectors @ engine.encoder.encode_query(question.question)
        sharing = _best(by_words, top_k)
        rankings = (
            sharing[by_words[sharing] > 0],
            _best(cosines, top_k),
            _best((_scaled(by_words) + _scaled(cosines)) / 2, top_k),
        )
        for name, ranking in zip(PEERS, rankings, strict=True):
            passages = tuple(windows[position] for position in ranking)
            lines[name][question.id] = RunLine(question.id, passages, _NO_ANSWER, None)
    return dict(lines)


def windows_of(engine: SearchEngine, document_id: str) -> list[RunPassage]:
    """Return the windows of a document's canonical text in order; raises SearchError when the index has it not."""
    text = engine.canonical_text(document_id)
    return [RunPassage(document_id, text[start:end]) for start, end in window_spans(len(text))]


def window_spans(length: int) -> list[tuple[int, int]]:
    """Return start and end of the windows of a text of ``length`` characters; the last one ends with the text."""
    if not length:
        return []
    # A window that began within the last overlap would hold nothing that the one before does not.
    starts = range(0, max(length - OVERLAP, 1), WINDOW - OVERLAP)
    return [(start, min(start + WINDOW, length)) for start in starts]


class _Words:
    """BM25 over texts."""

    def __init__(self, texts: Sequence[str]) -> None:
        import bm25s

        terms = [_lemmas(text) for text in texts]
        self._known = {term for text in terms for term in text}
        self._size = len(texts)
        self._index = bm25s.BM25()
        if self._known:  # bm25s cannot hold texts without a single word
            self._index.index(terms, show_progress=False)

    def scores(self, question: str) -> _Scores:
        """Return the score of every text, shape (texts,); zeros when they have no word of the question."""
        known = [term for term in _lemmas(question) if term in self._known]
        if not known:
            return np.zeros(self._size, dtype=np.float32)
        scores: _Scores = self._index.get_scores(known)
        return scores


def _lemmas(text: str) -> list[str]:
    """Return the lemmas of a text's content words, in lower case."""
    found = []
    for word in _tagger()(unicodedata.normalize("NFKC", text)):
        # unidic writes a loan word's lemma with its origin: テレワーク-telework.
        lemma = (word.feature.lemma or word.surface).lower().partition("-")[0]
        if word.feature.pos1 in _CONTENT and lemma and lemma not in _EMPTY and _WORD.search(word.surface):
            found.append(lemma)
    return found


@cache
def _tagger() -> Any:
    import fugashi

    return fugashi.Tagger()


def _best(scores: _Scores, top_k: int) -> NDArray[np.int64]:
    """Return the positions of the highest scores, best first, equal ones in the order of the documents."""
    return np.argsort(-scores, kind="stable")[:top_k]


def _scaled(scores: _Scores) -> _Scores:
    """Return the scores from 0 to 1; zeros where all are equal."""
    if not scores.size or scores.max() == scores.min():
        return np.zeros_like(scores)
    scaled: _Scores = (scores - scores.min()) / (scores.max() - scores.min())
    return scaled
