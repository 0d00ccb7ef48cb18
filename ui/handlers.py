"""What stands behind the buttons of the page: inputs to HTML, errors to messages in the browser's language."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass

import gradio as gr

from indexer.errors import IndexerError
from search import SearchEngine, SearchError
from ui.inputs import InputError, checked_filters, checked_question, checked_themes
from ui.library import Library
from ui.reader import empty_html, reader_html
from ui.render import answer_html, documents_html, hits_html, matrix_html, notice
from ui.texts import Language, fiscal_year_name, fiscal_years, language_of, municipality_name, status_name, text

HITS = 20
DOCUMENTS_TAB = "documents"

NamedChoices = tuple[list[tuple[str, str]], list[tuple[str, int]], list[tuple[str, str]], list[tuple[str, str]]]

_logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Choices:
    """What the filters of the page can be set to."""

    municipalities: tuple[str, ...]
    years: tuple[int, ...]
    departments: tuple[str, ...]
    statuses: tuple[str, ...]

    def named(self, language: Language) -> NamedChoices:
        """Return the choices of each filter in this order, each with its name for readers of ``language``."""
        years = [(fiscal_year_name(year, language), year) for year in self.years]
        return (
            [(municipality_name(name, language), name) for name in self.municipalities],
            [(text("any_fiscal_year", language), 0), *years],
            [(name, name) for name in self.departments],
            [(status_name(status, language), status) for status in self.statuses],
        )


class Handlers:
    """The event handlers of one page. current: gives the engine that a request is answered with, all of it."""

    def __init__(self, current: Callable[[], SearchEngine]) -> None:
        self._current = current
        self._library: Library | None = None

    def _now(self) -> Library:
        engine, library = self._current(), self._library
        if library is None or library.engine is not engine:
            library = self._library = Library(engine)
        return library

    def show_answer(
        self,
        question: str,
        municipalities: list[str],
        kinds: list[str],
        fiscal_year: int | None,
        departments: list[str],
        statuses: list[str],
        numeric_target: bool,
        request: gr.Request,
    ) -> str:
        """Return the answer to a question as HTML."""

        def answer(language: Language) -> str:
            asked = checked_question(question)
            library = self._now()
            filters = checked_filters(
                library.engine, municipalities, fiscal_year, kinds, departments, statuses, numeric_target
            )
            return answer_html(library.engine.ask(asked, filters), library, language)

        return _shown(answer, request)

    def show_hits(
        self,
        question: str,
        municipalities: list[str],
        kinds: list[str],
        fiscal_year: int | None,
        departments: list[str],
        statuses: list[str],
        numeric_target: bool,
        request: gr.Request,
    ) -> str:
        """Return the best passages as HTML."""

        def hits(language: Language) -> str:
            asked = checked_question(question)
            library = self._now()
            filters = checked_filters(
                library.engine, municipalities, fiscal_year, kinds, departments, statuses, numeric_target
            )
            return hits_html(library.engine.search(asked, HITS, filters), library, language)

        return _shown(hits, request)

    def show_matrix(self, themes: str, municipalities: list[str], request: gr.Request) -> str:
        """Return the table of municipalities against themes as HTML."""

        def matrix(language: Language) -> str:
            engine = self._now().engine
            filters = checked_filters(engine, municipalities)
            return matrix_html(engine.compare(checked_themes(themes), filters.municipalities), language)

        return _shown(matrix, request)

    def example(self, number: int) -> Callable[[gr.Request], str]:
        """Return the handler that gives an example question in the browser's language."""

        # Gradio finds the request by its annotation, which it does not look for in a functools.partial.
        def example(request: gr.Request) -> str:
            return text(f"example_{number}", _language(request))

        return example

    def show_documents(self, request: gr.Request) -> tuple[str, str]:
        """Return the list of documents and the empty reader, for a page that is being opened."""
        shown = _shown(lambda language: documents_html(self._now(), language), request)
        return shown, empty_html(_language(request))

    def choices(self) -> Choices:
        """Return what the filters can be set to now."""
        engine = self._current()
        return Choices(
            engine.municipalities, tuple(fiscal_years(engine.documents)), engine.departments, engine.statuses
        )

    def open_passage(self, event: gr.EventData, request: gr.Request) -> tuple[gr.Tabs, str]:
        """Turn to the reader and return what it shows for the button that was pressed."""

        def passage(language: Language) -> str:
            library = self._now()
            try:
                document = library.document(event.doc)
                start, end = int(event.start), int(event.end)
                first = int(getattr(event, "first", -1))
            except (AttributeError, TypeError, ValueError):
                raise InputError("error_unknown_passage") from None
            if document is None or not 0 <= start <= end <= len(library.text(document)):
                raise InputError("error_unknown_passage")
            return reader_html(library, document, (start, end), first if first >= 0 else None, language)

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
    except (SearchError, IndexerError) as error:
        message = text("error_search", language, detail=error)
    except Exception:
        # The last line before the user: the page shows no stack trace, the log keeps it.
        _logger.exception("a request failed")
        message = text("error_unexpected", language)
    return notice(text("error", language), message, is_error=True)
