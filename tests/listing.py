"""Lists and progress as tests ask for them: over an engine's initiatives, with citations of its canonical texts."""

from __future__ import annotations

from corpus.model import Citation, Document, Initiative, Span
from search import SearchEngine
from search.lists import Listing, listed


def document_of(engine: SearchEngine, initiative: Initiative) -> Document:
    return next(one for one in engine.documents if one.id == initiative.document_id)


def citation(engine: SearchEngine, document_id: str, span: Span) -> Citation | None:
    """Return the citation of a span; None when nothing is printed there."""
    quote = engine.canonical_text(document_id)[slice(*span)]
    document = next(one for one in engine.documents if one.id == document_id)
    return Citation(document, quote, span, "") if quote.strip() else None


def list_of(engine: SearchEngine, question: str) -> Listing | None:
    return listed(
        engine.understand(question),
        engine.initiatives,
        engine.documents,
        engine.canonical_text,
        lambda document_id, span: citation(engine, document_id, span),
    )
