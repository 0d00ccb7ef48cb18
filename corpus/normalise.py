"""NFKC with a map back to the source, so that what is found in normalised text can be shown where it was printed."""

from __future__ import annotations

import re
import unicodedata
from array import array
from functools import lru_cache

# NFKC leaves these alone and none joins the character before it: ASCII, kana, kanji, common punctuation.
_INERT = "\x00-\x7f\u2010\u2012-\u2015\u2018-\u201f\u3001-\u3029\u3041-\u3096\u30a1-\u30fe\u3400-\u4dbf\u4e00-\u9fff"
_OTHER_RUN = re.compile(f"[^{_INERT}]+")


def normalise(text: str) -> tuple[str, array[int]]:
    """Return ``unicodedata.normalize("NFKC", text)`` and, for each of its characters, an index into ``text``.

    The index is that of the first source character that the normalised one comes from: ``ｶﾞ`` becomes one ``ガ`` that
    points at ``ｶ``, and both characters of ``キロ`` point at ``㌔``. Indices never decrease. Use ``source_span`` to
    turn a range of the normalised text into a range of ``text``. Source: Unicode Standard Annex 15.
    """
    if unicodedata.is_normalized("NFKC", text):
        return text, array("I", range(len(text)))
    pieces: list[str] = []
    offsets: array[int] = array("I")
    done = 0
    for run in _OTHER_RUN.finditer(text):
        start = run.start()
        if start > done and not _begins_cluster(text[start]):
            start -= 1
        pieces.append(text[done:start])
        offsets.extend(range(done, start))
        done = run.end()
        while start < done:
            end = start + 1
            while end < done and not _begins_cluster(text[end]):
                end += 1
            piece = _nfkc(text[start]) if end == start + 1 else unicodedata.normalize("NFKC", text[start:end])
            pieces.append(piece)
            offsets.extend([start] * len(piece))
            start = end
    pieces.append(text[done:])
    offsets.extend(range(done, len(text)))
    return "".join(pieces), offsets


def source_span(offsets: array[int], span: tuple[int, int], source_length: int) -> tuple[int, int]:
    """Return the range of the source that ``span`` of the normalised text came from, whole source characters only.

    offsets: as returned by ``normalise``. source_length: number of characters of the source. An empty span gives an
    empty range.
    """
    start, end = span
    first = offsets[start] if start < len(offsets) else source_length
    if end <= start:
        return first, first
    following = offsets[end] if end < len(offsets) else source_length
    return first, max(following, offsets[end - 1] + 1)


@lru_cache(maxsize=4096)
def _nfkc(character: str) -> str:
    return unicodedata.normalize("NFKC", character)


@lru_cache(maxsize=4096)
def _begins_cluster(character: str) -> bool:
    """Return whether nothing before ``character`` can compose with it or be reordered past it."""
    first = unicodedata.normalize("NFKD", character)[0]
    # Marks compose or reorder, and so do Hangul vowels and finals; the last range is Kirat Rai (Unicode 16).
    is_jamo = "\u1160" <= first <= "\u11ff"
    return not (unicodedata.category(first).startswith("M") or is_jamo or "\U00016d63" <= first <= "\U00016d6a")
