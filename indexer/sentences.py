"""Sentences of a passage: the unit of the second vector index, and of quotes."""

from __future__ import annotations

import re

from corpus.model import Span

# A sentence ends with 。, a line, an item mark or a cell; a mark inside brackets ends nothing.
_END = re.compile(r"(?<=。)(?![」』）)])|\n|\t|(?=[▶►▪])|(?<=\s)(?=[○・])|(?=〈)|(?<=〉)")
_MIN_LETTERS = 4
_LETTER = re.compile(r"[^\W\d_]")


def sentence_spans(text: str) -> list[Span]:
    """Return the spans of the sentences, items and cells of ``text`` that have at least a few letters."""
    spans: list[Span] = []
    start = 0
    for end in [*(match.start() for match in _END.finditer(text)), len(text)]:
        lead = len(text[start:end]) - len(text[start:end].lstrip())
        sentence = text[start + lead : end].rstrip()
        if len(_LETTER.findall(sentence)) >= _MIN_LETTERS:
            spans.append((start + lead, start + lead + len(sentence)))
        start = end
    return spans
