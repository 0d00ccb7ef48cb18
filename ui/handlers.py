"""What stands behind the buttons of the page: inputs to HTML, errors to messages in the browser's language."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass, field, replace
from typing import Any

import gradio as gr

from indexer.errors import IndexerError
from search import Answer, Filters, SearchEngine, SearchError
from search.categories import most_used
from search.language_model import LanguageModel
from search.names import municipality_name
from search.rewording import reword
from ui.answer_html import answer_html
from ui.chips import chips_html
from ui.exports import export_buttons
from ui.inputs import MAX_THEMES, InputError, checked_filters, checked_ignore, checked_question, checked_themes
from ui.library import Library
from ui.reader import empty_html, reader_html
from ui.render import documents_html, hits_html, matrix_html, notice
from ui.reworded import reworded_html
from ui.texts import Language, fiscal_year_name, fiscal_years, language_of, status_name, text

HITS = 20
DOCUMENTS_TAB = "documents"

NamedChoices = tuple[list[tuple[str, str]], list[tuple[str, int]], list[tuple[str, str]], list[tuple[str, str]]]

Shown = tuple[str, "Asked | None"] | tuple[str, "Asked | None", str]
"""HTML of results and what was asked; of an answer that will be reworded also the place for that, empty."""

Results = Callable[[Library, "Asked", Filters, Language], tuple[str, Answer | None]]
"""What makes the HTML of results, and the answer if they are one: of a question, filtered, in a language."""

_logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Asked:
    """A question whose results are shown, with the keys of its chips that are off. answer: kept to be reworded."""

    question: str
    ignore: tuple[str, ...] = ()
    answer: Answer | None = field(default=None, compare=False, repr=False)


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
    """The event handlers of one page. current: gives the engine that a request is answered with, all of it.

    model: rewords answers, where one is set.
    """

    def __init__(self, current: Callable[[], SearchEngine], model: LanguageModel | None = None) -> None:
        self._current = current
        self._model = model
        self._library: Library | None = None

    def _now(self) -> Library:
        engine, library = self._current(), self._library
        if library is None or library.engine is not engine:
            library = self._library = Library(engine)
        return library

    def show_answer(self, question: str, asked: Asked | None, request: gr.Request, *filters: Any) -> Shown:
        """Return the answer to a question as HTML, and what was asked; ``asked``: before."""
        return self._show(_answer, lambda: _anew(question, asked), filters, request)

    def change_answer(self, event: gr.EventData, request: gr.Request, *filters: Any) -> Shown:
        """Return the answer as ``show_answer`` does, to the question that a chip was pressed of."""
        return self._show(_answer, lambda: _pressed(event), filters, request)

    def reword(self, asked: Asked | None, request: gr.Request) -> Iterator[str]:
        """Return the growing HTML of how the language model rewords the answer that is shown."""
        if self._model is None or asked is None or asked.answer is None:
            yield ""
            return
        language = _language(request)
        try:
            with closing(reword(asked.answer, self._model)) as steps:
                for step in steps:
                    yield reworded_html(step, asked.answer, self._model, language)
        except Exception:
            _logger.exception("a rewording failed")
            yield notice(text("error", language), text("error_unexpected", language), is_error=True)

    def show_hits(self, question: str, asked: Asked | None, request: gr.Request, *filters: Any) -> Shown:
        """Return the best passages as HTML, and what was asked; ``asked``: before."""
        return self._show(_hits, lambda: _anew(question, asked), filters, request)

    def change_hits(self, event: gr.EventData, request: gr.Request, *filters: Any) -> Shown:
        """Return the best passages as ``show_hits`` does, for the question that a chip was pressed of."""
        return self._show(_hits, lambda: _pressed(event), filters, request)

    def _show(self, results: Results, given: Callable[[], Asked], filters: Sequence[Any], request: gr.Request) -> Shown:
        answered: list[Asked] = []

        def show(language: Language) -> str:
            asked, library = given(), self._now()
            municipalities, kinds, fiscal_year, *of_initiatives = filters
            checked = checked_filters(library.engine, municipalities, fiscal_year, kinds, *of_initiatives)
            html, answer = results(library, asked, checked, language)
            answered.append(replace(asked, answer=answer if self._model else None))
            return html

        shown = _shown(show, request), answered[0] if answered else None
        return (*shown, "") if self._model and results is _answer else shown

    def show_matrix(self, themes: str, municipalities: list[str], request: gr.Request) -> str:
        """Return the table of municipalities against themes as HTML."""

        def matrix(language: Language) -> str:
            engine = self._now().engine
            rows = checked_filters(engine, municipalities).municipalities
            columns = checked_themes(themes, {category.name for category in engine.categories()})
            buttons = export_buttons("comparison", {"themes": columns, "municipalities": rows}, language)
            return buttons + matrix_html(engine.compare(columns, rows), language)

        return _shown(matrix, request)

    def fill_themes(self, municipalities: list[str], request: gr.Request) -> Any:
        """Return the categories of documents of municipalities, or of all, as themes: one on each line."""
        engine, language = self._now().engine, _language(request)
        try:
            found = engine.categories(checked_filters(engine, municipalities).municipalities)
        except InputError as error:
            gr.Warning(error.message(language))
            return gr.skip()
        if not found:
            gr.Info(text("no_categories", language))
            return gr.skip()
        if len(found) > MAX_THEMES:
            gr.Info(text("many_categories", language, count=len(found), limit=MAX_THEMES))
        return "\n".join(category.name for category in most_used(found, MAX_THEMES))

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


def _anew(question: object, before: Asked | None) -> Asked:
    """Return what is asked in the box: a new question with everything on, the same one again with its chips as set."""
    checked = checked_question(question)
    return before if before and before.question == checked else Asked(checked)


def _pressed(event: gr.EventData) -> Asked:
    try:
        return Asked(checked_question(event.question), checked_ignore(event.ignore))
    except (AttributeError, TypeError):  # not what the page sends
        raise InputError("error_question_not_text") from None


def _answer(library: Library, asked: Asked, filters: Filters, language: Language) -> tuple[str, Answer]:
    answer = library.engine.ask(asked.question, filters, asked.ignore)
    given = {"question": asked.question, "ignore": asked.ignore, **asdict(filters)}
    tools = export_buttons("answer", given, language) if answer.table else ""
    return answer_html(answer, library, language, _chips(library, asked, filters, language), tools), answer


def _hits(library: Library, asked: Asked, filters: Filters, language: Language) -> tuple[str, None]:
    hits = library.engine.search(asked.question, HITS, filters, asked.ignore)
    return hits_html(hits, library, language, _chips(library, asked, filters, language)), None


def _chips(library: Library, asked: Asked, filters: Filters, language: Language) -> str:
    return chips_html(library.engine.understand(asked.question, asked.ignore, filters), language)


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
