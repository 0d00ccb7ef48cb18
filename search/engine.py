"""The search engine: an open index, and what can be asked of it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from itertools import islice
from pathlib import Path

import numpy as np

from corpus.model import DOCUMENT_KINDS, Citation, Document, Initiative, Passage
from corpus.settings import Settings
from indexer.encoder import Encoder
from indexer.errors import IndexMismatchError
from indexer.generation import (
    BUILD_COMMAND,
    Layout,
    Manifest,
)
from indexer.store import open_generation
from search.answer import decline
from search.answering import answer, findings, list_answer
from search.asked import Asked, asked
from search.categories import Categories, Category
from search.concepts import Knowledge
from search.conditions import document_names
from search.duplicates import without_duplicates
from search.errors import SearchError
from search.everyday import load_everyday
from search.explain import Explanation, explain
from search.holdings import Holdings
from search.lists import listed
from search.model import NO_FILTERS, Answer, Cell, Filters, Hit, Matrix, joined
from search.proofs import Question
from search.query import Collected, Query, check_question, understand
from search.retrieval import Ranking
from search.spelling import Spelling
from search.spread import spread
from search.vocabulary import load_vocabulary
from search.weights import Weights, load_weights

MAX_TOP_K = 200
_HITS_OF_AN_ANSWER = 10
# The filters of a question that stand or fall together: a year is one only beside a kind of document, 2024年度報告.
_TOGETHER = (("kinds", "fiscal_year"), ("departments",), ("statuses",), ("numeric_target",))
_CITATIONS_ALONE, _CITATIONS_AMONG = 3, 2


class SearchEngine:
    """Search, ask and compare over one index. Safe to use from several threads: nothing changes after opening."""

    def __init__(self, layout: Layout, manifest: Manifest, encoder: Encoder, weights: Weights | None = None) -> None:
        self.manifest = manifest
        self._holdings = holdings = Holdings(layout, manifest)
        self.passages, self.municipalities = holdings.passages, holdings.municipalities
        self._initiatives, self._retriever = holdings.initiatives, holdings.retriever
        self.initiatives = self._initiatives.all
        self.departments, self.statuses = self._initiatives.departments, self._initiatives.statuses
        self.encoder = encoder
        self._weights = weights or load_weights()
        words = self._retriever.words
        vocabulary = load_vocabulary(Settings.from_environment().vocabulary)
        knowledge = Knowledge(vocabulary, load_everyday(), Spelling(words.frequency), words)
        names = document_names(manifest.documents)
        self._collected = Collected(
            self.municipalities, names, self.departments, self.statuses, knowledge, holdings.prints
        )

    @classmethod
    def open(
        cls,
        path: Path | str | None = None,
        *,
        model: str | None = None,
        encoder: Encoder | None = None,
        weights: Weights | None = None,
    ) -> SearchEngine:
        """Return the engine over an index; by default the one of the settings, with the model of the settings.

        encoder: is used when the index was made with it, and saves loading the model. weights: in place of those that
        ship with the package. ``search.live`` has an engine that notices when the index is published anew.

        Raises IndexMissingError or IndexMismatchError, each naming the command to run, and EncoderError when the
        model cannot be loaded.
        """
        settings = Settings.from_environment()
        layout, manifest = open_generation(Path(path) if path else settings.index)
        if encoder is None or encoder.fingerprint != manifest.model["fingerprint"]:
            encoder = Encoder.load(model or settings.model)
        if encoder.fingerprint != manifest.model["fingerprint"]:
            raise IndexMismatchError(
                f"the index was made with the model {manifest.model['name']} "
                f"({manifest.model['dimension']} dimensions), this is {encoder.name} ({encoder.dimension}): "
                f"run `{BUILD_COMMAND} --model {model or settings.model}`"
            )
        encoder.one_thread()
        return cls(layout, manifest, encoder, weights)

    @property
    def documents(self) -> tuple[Document, ...]:
        """Return the documents of the index, in the order of the catalogue."""
        return self.manifest.documents

    def canonical_text(self, document_id: str) -> str:
        """Return a document's canonical text. Raises SearchError when the index has no such document."""
        return self._holdings.canonical_text(document_id)

    def pages(self, document_id: str) -> tuple[int, ...]:
        """Return where the pages begin in a document's canonical text; empty when it has no pages."""
        return self._holdings.pages(document_id)

    def page(self, document_id: str, position: int) -> int | None:
        """Return the number, from 1, of the page that a position of a document stands on; None without pages."""
        return self._holdings.page(document_id, position)

    def initiative_of(self, passage: Passage) -> Initiative | None:
        """Return the initiative that a passage is of; None when it is of none."""
        return self._holdings.initiative_of(passage)

    def search(
        self, question: str, top_k: int = 10, filters: Filters | None = None, ignore: Collection[str] = ()
    ) -> list[Hit]:
        """Return the best passages for a question, at most ``top_k``.

        What the question says of the documents that it means (a municipality above all) restricts the search like a
        filter. ignore: what it must not be taken for, see ``understand``. Raises SearchError when the question is empty
        or too long, or a filter names what the index does not have.
        """
        check_top_k(top_k)
        query = self.understand(question, ignore, filters)
        filters = filters or NO_FILTERS
        if query.municipalities and not filters.municipalities:
            filters = replace(filters, municipalities=query.municipalities)
        return self._hits(query, self.candidates(query, joined(filters, query.filters)).fused(self._weights), top_k)

    def ask(self, question: str, filters: Filters | None = None, ignore: Collection[str] = ()) -> Answer:
        """Return what the documents say to a question, municipality by municipality, or an answer that abstains.

        Raises SearchError as ``search`` does; ``ignore`` as there.
        """
        given = filters or NO_FILTERS
        query = self.understand(question, ignore, given)
        filters = joined(given, query.filters)
        searched_in = dict.fromkeys(document.municipality for document in self._retriever.searched(filters))
        scope = [name for name in searched_in if name not in query.excluded]
        named = [name for name in query.municipalities if name in scope]
        searched = named or scope
        ranking = self._rank_within(query, replace(filters, municipalities=named or filters.municipalities or None))
        hits = self._hits(query, ranking, _HITS_OF_AN_ANSWER)
        holdings = self._holdings
        listing = listed(query, self.initiatives, self.documents, self.canonical_text, holdings.cite_exact, given)
        asking = Asked("list") if listing else asked(query)
        if query.outside and not named:
            return decline(query, asking.kind, (), hits)
        if query.municipalities and not named:  # the filters exclude what the question asks about
            return decline(query, asking.kind, scope, hits, is_narrowed=True)
        is_named = bool(named) or len(filters.municipalities or ()) == 1
        asked_for = self._question(query, asking, ranking, searched, is_named, filters != NO_FILTERS)
        return list_answer(asked_for, listing, hits) if listing else answer(asked_for, hits)

    def compare(self, themes: Sequence[str], municipalities: Sequence[str] | None = None) -> Matrix:
        """Return the evidence of each municipality for each theme. Raises SearchError as ``search`` does.

        A theme that names a category (``categories``) is, for a municipality that has it, what its initiatives say.
        """
        if not themes:
            raise SearchError("no theme to compare; give at least one")
        filters = self._checked(Filters(municipalities=municipalities))
        rows = tuple(dict.fromkeys(filters.municipalities or self.municipalities))
        columns = []
        for theme in themes:
            query = self.understand(theme).restricted_by(NO_FILTERS)  # every municipality has a cell
            ranking = self._rank_within(query, filters)
            question = self._question(query, Asked("cities"), ranking, rows, False, False)
            found = {finding.municipality: finding for finding in findings(question)}
            columns.append(found | self._categories.findings(theme))
        cells = tuple(
            tuple(Cell(name, theme, column.get(name)) for theme, column in zip(themes, columns, strict=True))
            for name in rows
        )
        return Matrix(rows, tuple(themes), cells)

    def categories(self, municipalities: Sequence[str] | None = None) -> tuple[Category, ...]:
        """Return what the documents of municipalities, or of all, order their initiatives under, as they print it.

        Raises SearchError for a municipality without documents.
        """
        return self._categories.of(self._checked(Filters(municipalities=municipalities)).municipalities)

    @cached_property
    def _categories(self) -> Categories:
        return Categories(self._holdings)

    def candidates(self, query: Query, filters: Filters | None = None, focus: Filters | None = None) -> Ranking:
        """Return the candidates for a question with their signals, not yet weighed.

        focus: the best passages that it admits are among them, however good others are.
        """
        vector = self.encoder.encode_query(query.embedded)
        return self._retriever.candidates(query, vector, filters or NO_FILTERS, focus)

    def explain(self, query: Query, hit: Hit) -> Explanation:
        """Return why a hit of ``search`` was found. query: what ``understand`` gave for the same question."""
        return explain(query, hit, self._weights)

    def understand(self, question: str, ignore: Collection[str] = (), filters: Filters | None = None) -> Query:
        """Return what a question asks for. Raises SearchError as ``search`` does.

        ignore: keys of what it must not be taken for (``Query.recognised``), or kinds of it (``synonyms``). filters:
        the user's; a condition that nothing can meet beside them was not meant as one and only lets others come first.
        """
        check_question(question)
        query = understand(question, self._collected, ignore)
        given = joined(self._checked(filters), Filters(query.municipalities or None))
        kept = NO_FILTERS
        for names in _TOGETHER:
            tried = replace(kept, **{name: getattr(query.filters, name) for name in names})
            if tried != kept and self._retriever.admitted(joined(given, tried)).any():
                kept = tried
        return query if kept == query.filters else query.restricted_by(kept)

    def _checked(self, filters: Filters | None) -> Filters:
        filters = filters or NO_FILTERS
        for name in filters.municipalities or ():
            if name not in self.municipalities:
                raise SearchError(f"no documents of {name}; use one of {', '.join(self.municipalities)}")
        for kind in filters.kinds or ():
            if kind not in DOCUMENT_KINDS:
                raise SearchError(f"no kind of document is {kind!r}; use one of {', '.join(DOCUMENT_KINDS)}")
        self._initiatives.check(filters)
        return filters

    def _rank_within(self, query: Query, filters: Filters) -> Ranking:
        """Return the ranking of what the filters admit, with scores and signals as among all documents.

        Whether a passage is evidence must not depend on which others a filter hides.
        """
        focus = filters if filters != NO_FILTERS else None
        ranking = self.candidates(query, focus=focus).fused(self._weights)
        admitted = self._retriever.admitted(filters)[ranking.positions]
        return ranking.take(np.flatnonzero(admitted).tolist())

    def _hits(self, query: Query, ranking: Ranking, top_k: int) -> list[Hit]:
        documents = self._retriever.document_at[ranking.positions]
        # Of one city's documents that which answers best may fill the page.
        penalty = 0.0 if len(query.municipalities) == 1 else self._weights.spread
        rows, lowered = spread(ranking.scores, documents.tolist(), penalty)
        scores = dict(zip(rows.tolist(), lowered.tolist(), strict=True))
        cited = islice(self._cited(query, ranking, scores), top_k)
        hits = []
        for rank, (row, citation) in enumerate(cited, 1):
            passage = self.passages[int(ranking.positions[row])]
            signals = tuple(map(float, ranking.signals[row]))
            hits.append(Hit(rank, passage, scores[row], citation, self.initiative_of(passage), signals))
        return hits

    def _cited(self, query: Query, ranking: Ranking, rows: Iterable[int]) -> Iterator[tuple[int, Citation]]:
        """Return rows of a ranking, each with its citation: without repetitions, and only what the documents print."""
        for row in without_duplicates(rows, ranking.positions, self.passages):
            citation = self._holdings.cite_best(query, ranking, row)
            if citation is not None:
                yield row, citation

    def _question(
        self, query: Query, asking: Asked, ranking: Ranking, searched: Sequence[str], named: bool, is_narrowed: bool
    ) -> Question:
        return Question(query, asking, ranking, self._holdings, self._weights, searched, named, is_narrowed)


def check_top_k(top_k: int) -> None:
    """Raise SearchError when a search cannot return this many passages."""
    if not 1 <= top_k <= MAX_TOP_K:
        raise SearchError(f"top_k is {top_k}; use 1 to {MAX_TOP_K}")
