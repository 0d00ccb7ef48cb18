"""What the page shows beside a quote: the passage that it stands in, and the headings of its document."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter

from corpus.fields import load_fields
from corpus.lines import Kind, split_lines
from corpus.model import Citation, Document, Passage
from corpus.structure import classify
from search import SearchEngine


class Library:
    """The documents of an engine, as the page looks things up in them."""

    def __init__(self, engine: SearchEngine) -> None:
        self.engine = engine
        self.documents = engine.documents
        self.initiatives = Counter(initiative.document_id for initiative in engine.initiatives)
        self._texts = {document.id: engine.canonical_text(document.id) for document in engine.documents}
        self._by_id = {document.id: document for document in engine.documents}
        self._headings: dict[str, frozenset[int]] = {}
        self._passages: dict[str, list[Passage]] = {document.id: [] for document in engine.documents}
        for passage in engine.passages:
            self._passages[passage.document.id].append(passage)
        for passages in self._passages.values():
            passages.sort(key=lambda passage: passage.span)

    def document(self, document_id: str) -> Document | None:
        """Return a document, or None when there is none with this id."""
        return self._by_id.get(document_id)

    def text(self, document: Document) -> str:
        """Return a document's canonical text."""
        return self._texts[document.id]

    def passage(self, citation: Citation) -> Passage | None:
        """Return the passage that a citation quotes from, or None when it quotes from none."""
        passages = self._passages[citation.document.id]
        at = bisect_right(passages, citation.span[0], key=lambda passage: passage.span[0]) - 1
        if at < 0 or passages[at].span[1] < citation.span[1]:
            return None
        return passages[at]

    def headings(self, document: Document) -> frozenset[int]:
        """Return where in a document's canonical text the lines begin that are headings or titles of initiatives."""
        if document.id not in self._headings:
            lines = classify(split_lines(self._texts[document.id]), load_fields())
            self._headings[document.id] = frozenset(
                line.span[0] for line in lines if line.kind in (Kind.HEADING, Kind.TITLE)
            )
        return self._headings[document.id]
