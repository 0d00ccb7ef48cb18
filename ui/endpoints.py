"""The public HTTP interface: typed, plain parameters in, JSON out, the records of the command line's ``--json``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any, TypeVar, get_type_hints

import gradio as gr

from indexer.errors import IndexerError
from search import SearchEngine, SearchError
from search.batch import answer_to_json, hit_to_json, matrix_to_json, query_to_json
from search.categories import most_used
from ui.inputs import (
    MAX_THEMES,
    InputError,
    checked_filters,
    checked_ignore,
    checked_question,
    checked_themes,
    checked_top_k,
)
from ui.texts import language_of, text

Json = dict[str, Any]
Given = TypeVar("Given")


class Endpoints:
    """The functions behind ``/find``, ``/ask``, ``/understand``, ``/compare`` and ``/documents``.

    Each raises gr.Error with a message for the user, in the language of the request's Accept-Language header
    (Japanese without one), when an input cannot be used.
    """

    def __init__(self, current: Callable[[], SearchEngine]) -> None:
        """Answer each request with the engine that ``current`` gives."""
        self._current = current

    def find(
        self,
        question: str,
        top_k: int = 10,
        municipalities: list[str] | None = None,
        fiscal_year: int | None = None,
        kinds: list[str] | None = None,
        departments: list[str] | None = None,
        statuses: list[str] | None = None,
        numeric_target: bool = False,
        ignore: list[str] | None = None,
        request: gr.Request | None = None,
    ) -> list[dict[str, Any]]:
        """Return the best passages for a question: rank, doc, municipality, text, context, score, span, page.

        A passage of an initiative has its number, title, departments and, as initiative, its kpis (name, role,
        fiscal_year, value, number, unit, span, certain, reason) and its progress (action, fiscal_year, status, printed,
        span, certain, reason). Every span: characters in the document's canonical text.

        municipalities: names such as 結城市. fiscal_year: a Western year. kinds: outline, plan, report,
        plan-and-report. departments: whole names such as 総務課. statuses: words such as 順調, 遅延, 未着手.
        numeric_target: only initiatives with a target in numbers. Nothing given means no restriction.
        ignore: what the question must not be taken for, by the keys or kinds that /understand gives (synonyms).
        """

        def hits() -> list[Json]:
            engine = self._current()
            filters = checked_filters(engine, municipalities, fiscal_year, kinds, departments, statuses, numeric_target)
            found = engine.search(checked_question(question), checked_top_k(top_k), filters, checked_ignore(ignore))
            return [hit_to_json(hit) for hit in found]

        return _answered(hits, request)

    def ask(
        self,
        question: str,
        municipalities: list[str] | None = None,
        fiscal_year: int | None = None,
        kinds: list[str] | None = None,
        departments: list[str] | None = None,
        statuses: list[str] | None = None,
        numeric_target: bool = False,
        ignore: list[str] | None = None,
        request: gr.Request | None = None,
    ) -> dict[str, Any]:
        """Return the answer to a question: text, kind, statements, table, remarks, municipalities and citations.

        Beside them strengths, without_evidence, abstained and confidence (0 to 1). Statements and rows of the table
        cite by number, from 1, of citations; each of these has doc, municipality, quote, span (characters in the
        canonical text), context, page and line. The filters and ignore are those of /find.
        """

        def answer() -> Json:
            engine = self._current()
            filters = checked_filters(engine, municipalities, fiscal_year, kinds, departments, statuses, numeric_target)
            return answer_to_json(engine.ask(checked_question(question), filters, checked_ignore(ignore)))

        return _answered(answer, request)

    def understand(
        self, question: str, ignore: list[str] | None = None, request: gr.Request | None = None
    ) -> dict[str, Any]:
        """Return how a question is read: language, municipalities, outside, fiscal_years, recognised.

        outside: municipalities without documents. Each of recognised has key, kind, name (as in the question), means
        (what it was taken for), effect (filter, boost, expand, none) and on. ignore: the keys or kinds to switch off.
        """

        def reading() -> Json:
            return query_to_json(self._current().understand(checked_question(question), checked_ignore(ignore)))

        return _answered(reading, request)

    def compare(
        self,
        themes: list[str] | None = None,
        municipalities: list[str] | None = None,
        categories: bool = False,
        request: gr.Request | None = None,
    ) -> dict[str, Any]:
        """Return municipalities against themes: municipalities, themes, cells (rows of statements with citations).

        Each cell has municipality, theme, statement, strength (target, done, planned, mentioned) and citations; a null
        statement means that nothing is stated. categories: what the documents themselves order their initiatives under
        are themes, too, those of most initiatives, up to as many themes as one comparison can have.
        """

        def matrix() -> Json:
            engine = self._current()
            rows = checked_filters(engine, municipalities).municipalities
            own = [one.name for one in most_used(engine.categories(rows), MAX_THEMES)] if categories else []
            given = checked_themes(themes) if themes or not own else []
            return matrix_to_json(engine.compare(list(dict.fromkeys([*given, *own]))[:MAX_THEMES], rows))

        return _answered(matrix, request)

    def documents(self) -> list[dict[str, Any]]:
        """Return the documents of the index: id, municipality, title, kind, years, characters of text, initiatives."""
        engine = _answered(self._current, None)
        initiatives = Counter(initiative.document_id for initiative in engine.initiatives)
        return [
            {
                "id": document.id,
                "municipality": document.municipality,
                "municipality_code": document.municipality_code,
                "prefecture": document.prefecture,
                "title": document.title,
                "kind": document.kind,
                "fiscal_years": list(document.fiscal_years),
                "report_fiscal_year": document.report_fiscal_year,
                "sha256": document.sha256,
                "characters": len(engine.canonical_text(document.id)),
                "initiatives": initiatives[document.id],
            }
            for document in engine.documents
        ]


# Gradio describes a result by the annotation as it stands, which would be a text here.
for _function in (Endpoints.find, Endpoints.ask, Endpoints.understand, Endpoints.compare, Endpoints.documents):
    _function.__annotations__ = get_type_hints(_function)


def _answered(give: Callable[[], Given], request: gr.Request | None) -> Given:
    language = language_of(getattr(request, "headers", None))
    try:
        return give()
    except InputError as error:
        message = error.message(language)
    except (SearchError, IndexerError) as error:
        message = text("error_search", language, detail=error)
    raise gr.Error(message, print_exception=False)
