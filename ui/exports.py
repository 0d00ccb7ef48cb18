"""Downloads: the comparison or the answer that is shown as a file for a spreadsheet, made when it is asked for.

Nothing is written on the server, and Gradio's own files stay closed: a request says again what to compare or ask.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable, Mapping
from html import escape
from typing import Any, Literal

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from indexer.errors import IndexerError
from search import SearchEngine, SearchError
from search.export import FORMATS, Sheet, answer_sheets, csv_bytes, matrix_sheets, xlsx_bytes
from ui.inputs import InputError, checked_filters, checked_ignore, checked_question, checked_themes
from ui.texts import Language, language_of, text

Exported = Literal["comparison", "answer"]

# The end of a file's name: the text on its button.
_ENDS = {".xlsx": "export_xlsx", ".csv": "export_csv", "-citations.csv": "export_citations"}
_EXPORTED: tuple[Exported, ...] = ("comparison", "answer")
_FILES = {f"{exported}{end}": (exported, end) for exported in _EXPORTED for end in _ENDS}
_MOST_BYTES = 100_000
# A comparison of many themes takes seconds: more at a time than this only makes each of them slower.
_AT_A_TIME = 2

_logger = logging.getLogger(__name__)


def export_buttons(exported: Exported, given: Mapping[str, object], language: Language) -> str:
    """Return the buttons that save what is shown as a file. given: what it was made of, as the route takes it."""
    buttons = "".join(
        f'<button type="button" class="k-open" data-export="{exported}{end}">{escape(text(key, language))}</button>'
        for end, key in _ENDS.items()
    )
    label, failed = (escape(text(key, language)) for key in ("export", "export_failed"))
    return (
        f'<div class="k-exports" role="group" aria-label="{label}" data-failed="{failed}" '
        f'data-given="{escape(json.dumps(given, ensure_ascii=False))}"><span role="status"></span>'
        f"<span>{label}</span>{buttons}</div>"
    )


class Exports:
    """What answers ``POST /export/NAME``, NAME one of comparison and answer with .xlsx, .csv or -citations.csv.

    The body is JSON: themes and municipalities of a comparison; question, ignore and the filters of an answer. The
    reply is the file, or JSON with ``error``: a message in the language of the request.
    """

    def __init__(self, current: Callable[[], SearchEngine]) -> None:
        """Answer each request with the engine that ``current`` gives."""
        self._current = current
        self._turn = asyncio.Semaphore(_AT_A_TIME)
        self.route = Route("/export/{name}", self._reply, methods=["POST"])

    async def _reply(self, request: Request) -> Response:
        name, language = request.path_params["name"], language_of(request.headers)
        if name not in _FILES:
            return JSONResponse({"error": text("error_export", language)}, 404)
        status = 400
        try:
            given = await _body(request)
            async with self._turn:
                data = await run_in_threadpool(self._file, *_FILES[name], given, language)
            return Response(
                data,
                media_type=FORMATS[name.rsplit(".", 1)[1]],
                headers={"content-disposition": f'attachment; filename="{name}"', "cache-control": "no-store"},
            )
        except InputError as error:
            message = error.message(language)
        except (SearchError, IndexerError) as error:
            message = text("error_search", language, detail=error)
        except Exception:
            # The last line before the user: the page shows no stack trace, the log keeps it.
            _logger.exception("a download failed")
            status, message = 500, text("error_unexpected", language)
        return JSONResponse({"error": message}, status)

    def _file(self, exported: Exported, end: str, given: Mapping[str, Any], language: Language) -> bytes:
        sheets = self._comparison(given, language) if exported == "comparison" else self._answer(given)
        if end == ".xlsx":
            return xlsx_bytes(sheets)
        return csv_bytes(sheets[end == "-citations.csv"])

    def _comparison(self, given: Mapping[str, Any], language: Language) -> tuple[Sheet, Sheet]:
        engine = self._current()
        rows = checked_filters(engine, given.get("municipalities")).municipalities
        return matrix_sheets(engine.compare(checked_themes(given.get("themes")), rows), language)

    def _answer(self, given: Mapping[str, Any]) -> tuple[Sheet, Sheet]:
        engine = self._current()
        names = ("municipalities", "fiscal_year", "kinds", "departments", "statuses", "numeric_target")
        filters = checked_filters(engine, *map(given.get, names))
        question, ignore = checked_question(given.get("question")), checked_ignore(given.get("ignore"))
        return answer_sheets(engine.ask(question, filters, ignore))


async def _body(request: Request) -> dict[str, Any]:
    """Return the JSON of a request. Raises InputError when it is too long, no JSON or no table."""
    data = b""
    async for chunk in request.stream():
        data += chunk
        if len(data) > _MOST_BYTES:
            raise InputError("error_export")
    try:
        given = json.loads(data)
    except (ValueError, RecursionError):
        given = None
    if not isinstance(given, dict):
        raise InputError("error_export")
    return given
