"""What a search gives, as the tests compare it."""

from __future__ import annotations

from search import Hit, SearchEngine


def terms(engine: SearchEngine, question: str) -> set[tuple[str, ...]]:
    return {terms for concept in engine.understand(question).concepts for terms in concept.alternatives}


def ranked(hits: list[Hit]) -> list[tuple[int, str, tuple[int, int], float, tuple[int, int]]]:
    return [(hit.rank, hit.passage.document.id, hit.passage.span, hit.score, hit.citation.span) for hit in hits]
