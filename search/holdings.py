"""What an open index holds, and citations of it that are checked before anyone sees them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from corpus.model import Citation, Document, Initiative, Passage, Span, inside, page_of
from indexer.generation import Layout, Manifest, initiatives_from_json, pages_from_json, passages_from_json
from search.citations import cite, quote_citation, quote_span, verified
from search.errors import SearchError
from search.focus import focus
from search.indicators import Indicators
from search.initiatives import Initiatives
from search.opening import open_retriever
from search.query import Query
from search.retrieval import Ranking


class Holdings:
    """The documents of an index, their passages, initiatives and sentences. Nothing changes after opening.

    sentences: for each sentence its passage and its span in it, shape (sentences, 3), ascending.
    """

    def __init__(self, layout: Layout, manifest: Manifest) -> None:
        self.documents: tuple[Document, ...] = manifest.documents
        self.passages: list[Passage] = passages_from_json(layout.passages, manifest.documents)
        self.municipalities = tuple(dict.fromkeys(document.municipality for document in manifest.documents))
        self._texts = {
            document.id: layout.document(document.id).read_text(encoding="utf-8") for document in manifest.documents
        }
        self._of_document: dict[str, list[Passage]] = {document.id: [] for document in manifest.documents}
        for passage in self.passages:
            self._of_document[passage.document.id].append(passage)
        self._pages = pages_from_json(layout.pages)
        self.initiatives = Initiatives(initiatives_from_json(layout.initiatives), self.passages)
        self.sentences = np.load(layout.sentences, allow_pickle=False)
        self.retriever = open_retriever(layout, manifest.documents, self.passages, self.initiatives, self.sentences)
        self.indicators = Indicators(self.initiatives.all, self.documents, self.retriever.words.weight)

    def document(self, document_id: str) -> Document:
        """Return a document of the index by its id."""
        return next(one for one in self.documents if one.id == document_id)

    def canonical_text(self, document_id: str) -> str:
        """Return a document's canonical text. Raises SearchError when the index has no such document."""
        try:
            return self._texts[document_id]
        except KeyError:
            raise SearchError(f"no document has the id {document_id!r}; use one of {', '.join(self._texts)}") from None

    def prints(self, word: str) -> bool:
        """Return whether a document prints a word."""
        return any(word in text for text in self._texts.values())

    def pages(self, document_id: str) -> tuple[int, ...]:
        """Return where the pages begin in a document's canonical text; empty when it has no pages."""
        return self._pages.get(document_id, ())

    def page(self, document_id: str, position: int) -> int | None:
        """Return the number, from 1, of the page that a position of a document stands on; None without pages."""
        return page_of(self.pages(document_id), position)

    def initiative_of(self, passage: Passage) -> Initiative | None:
        """Return the initiative that a passage is of; None when it is of none."""
        return self.initiatives.of(passage)

    def cited(self, passage: Passage, span: Span) -> Citation | None:
        """Return the citation of a span of a passage's text; None when the document does not print it there."""
        return self.checked(quote_citation(passage, span))

    def cite_exact(self, document_id: str, span: Span) -> Citation | None:
        """Return the citation of a span of a document; None when the document does not print it."""
        if passage := self._holding(document_id, span):
            return self.cited(passage, _within(passage, span))
        document = self.document(document_id)
        quote = self.canonical_text(document_id)[slice(*span)]
        return self.checked(Citation(document, quote, span, f"{document.municipality} ｜ {document.title}"))

    def cite_span(self, document_id: str, span: Span, most: int) -> Citation | None:
        """Return the citation of the words around a span of a document, about ``most`` characters; None without any."""
        passage = self._holding(document_id, span)
        return self.cited(passage, quote_span(passage.text, _within(passage, span), most)) if passage else None

    def _holding(self, document_id: str, span: Span) -> Passage | None:
        """Return the first passage of a document that holds all of a span; None without any."""
        return next((one for one in self._of_document[document_id] if inside(span, one.span)), None)

    def cite_best(self, query: Query, ranking: Ranking, row: int) -> Citation | None:
        """Return the citation of what answers best in a row of a ranking; None when the document does not print it."""
        position = int(ranking.positions[row])
        passage = self.passages[position]
        sentence = self.retriever.best_sentence(ranking.vector, position)
        nearest = None
        if sentence is not None:
            _, start, end = self.sentences[sentence]
            nearest = int(start), int(end)
        return self.checked(cite(passage, focus(passage.text, nearest, query.concepts)))

    def checked(self, citation: Citation) -> Citation | None:
        """Return a citation that the document bears out, with its page and line; None for any other.

        The quote may stand on a later page than its passage begins on.
        """
        if not verified(citation, self.canonical_text):
            return None
        document, start = citation.document.id, citation.span[0]
        line = self.canonical_text(document).count("\n", 0, start) + 1
        return replace(citation, page=self.page(document, start), line=line)


def _within(passage: Passage, span: Span) -> Span:
    """Return a span of a document as one of a passage's text."""
    return span[0] - passage.span[0], span[1] - passage.span[0]
