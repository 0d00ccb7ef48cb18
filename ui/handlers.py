"""What stands behind the buttons of the page: inputs to HTML, errors to messages in the browser's language."""

from __future__ import annotations

import logging
from collections.abc import Callable

import gradio as gr

from search import SearchEngine, SearchError
from ui.inputs import InputError, checked_filters, checked_question, checked_themes
from ui.library import Library
from ui.reader import empty_html, reader_html
from ui.render import answer_html, documents_html, hits_html, matrix_html, notice
from ui.texts import Language, language_of, text

HITS = 20
DOCUMENTS_TAB = "documents"

_logger = logging.getLogger(__name__)


class Handlers:
    """The event handlers of one page over one engine."""

    def __init__(self, engine: SearchEngine) -> None:
        self._engine = engine
        self._library = Library(engine)

    def show_answer(
        self, question: str, municipalities: list[str], kinds: list[str], fiscal_year: int | None, request: gr.Request
    ) -> str:
        """Return the answer to a question as HTML."""

        def answer(language: Language) -> str:
            asked = checked_question(question)
            filters = checked_filters(self._engine, municipalities, fiscal_year, kinds)
            return answer_html(self._engine.ask(asked, filters), self._library, language)

        return _shown(answer, request)

    def show_hits(
        self, question: str, municipalities: list[str], kinds: list[str], fiscal_year: int | None, request: gr.Request
    ) -> str:
        """Return the best passages as HTML."""

        def hits(language: Language) -> str:
            asked = checked_question(question)
            filters = checked_filters(self._engine, municipalities, fiscal_year, kinds)
            return hits_html(self._engine.search(asked, HITS, filters), self._library, language)

        return _shown(hits, request)

    def show_matrix(self, themes: str, municipalities: list[str], request: gr.Request) -> str:
        """Return the table of municipalities against themes as HTML."""

        def matrix(language: Language) -> str:
            filters = checked_filters(self._engine, municipalities)
            return matrix_html(self._engine.compare(checked_themes(themes), filters.municipalities), language)

        return _shown(matrix, request)

    def example(self, number: int) -> Callable[[gr.Request], str]:
        """Return the handler that gives an example question in the browser's language."""

        # Gradio finds the request by its annotation, which it does not look for in a functools.partial.
        def example(request: gr.Request) -> str:
            return text(f"example_{number}", _language(request))

        return example

    def show_documents(self, request: gr.Request) -> tuple[str, str]:
        """Return the list of documents and the empty reader, for a page that is being opened."""
        language = _language(request)
        return documents_html(self._library.documents, language), empty_html(language)

    def open_passage(self, event: gr.EventData, request: gr.Request) -> tuple[gr.Tabs, str]:
        """Turn to the reader and return what it shows for the button that was pressed."""

        def passage(language: Language) -> str:
            try:
                document = self._library.document(event.doc)
                start, end = int(event.start), int(event.end)
                first = int(getattr(event, "first", -1))
            except (AttributeError, TypeError, ValueError):
                raise InputError("error_unknown_passage") from None
            if document is None or not 0 <= start <= end <= len(self._library.text(document)):
                raise InputError("error_unknown_passage")
            return reader_html(self._library, document, (start, end), first if first >= 0 else None, language)

        return gr.Tabs(selected=DOCUMENTS_TAB), _shown(passage, request)


def _language(request: gr.Request | None) -> Language:
    return language_of(getattr(request, "headers", None))


def _shown(render: Callable[[Language], str], request: gr.Request) -> str:
    """Return what ``render`` gives, or its error as a message."""
    language = _language(request)
    try:
        return render(language)
    except InputError as error:
        message = error.message(language)
    except SearchError as error:
        message = text("error_search", language, detail=error)
    except Exception:
        # The last line before the user: the page shows no stack trace, the log keeps it.
        _logger.exception("a request failed")
        message = text("error_unexpected", language)
    return notice(text("error", language), message, is_error=True)
