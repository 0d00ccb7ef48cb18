"""The Gradio page over the documents: ``python app.py``."""

from __future__ import annotations

import argparse
import os
import socket
import sys
from pathlib import Path
from typing import Any

import gradio as gr
from starlette.middleware import Middleware

from corpus.errors import CorpusError
from corpus.settings import Settings
from indexer.encoder import EncoderError
from indexer.errors import IndexerError
from search import SearchError
from search.language_model import LanguageModel
from search.live import LiveEngine
from ui.endpoints import Endpoints
from ui.exports import Exports
from ui.handlers import DOCUMENTS_TAB, Handlers
from ui.network import ClosedRoutes, stay_local
from ui.reworded import model_notice_html
from ui.texts import (
    TEXTS,
    TITLE,
    browser_texts,
    fiscal_year_key,
    fiscal_years,
    language_of,
    municipality_key,
    status_key,
)

_UI = Path(__file__).resolve().parent / "ui"
_SCRIPT = "\n".join(
    (_UI / name).read_text(encoding="utf-8") for name in ("open_passage.js", "chips.js", "copy_answer.js", "export.js")
)
_FILTERED_KINDS = ("outline", "plan", "report")
_REFRESHED = (0, 2, 3, 4)
"""Of the filters, those whose choices change with the index, in the order of ``ui.handlers.Choices``."""
_EXAMPLES = sum(key.startswith("example_") for key in TEXTS)
# A search is bound by the processor: more at a time than this only makes each of them slower.
_SEARCHES_AT_A_TIME = 4
# A rewording waits for its model, beside the searches.
_REWORDINGS_AT_A_TIME = 4
_THREADS = 16
_WARM_UP = "行政改革"
# Nothing is fetched: the first of these that the reader's system has.
_FONTS = ("Hiragino Sans", "BIZ UDPGothic", "Yu Gothic UI", "Meiryo", "Noto Sans CJK JP", "Noto Sans JP")


def main(arguments: list[str] | None = None) -> int:
    """Serve the page until interrupted; return the exit status: 0, 1 for a failure, 2 for wrong usage."""
    parser = argparse.ArgumentParser(prog="python app.py", description="Search and cited answers in the browser.")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    parser.add_argument("--port", type=_port, default=7860, help="port to listen on (default: %(default)s)")
    parser.add_argument("--index", type=Path, metavar="DIR", help="folder of the index")
    options = parser.parse_args(arguments)
    stay_local(options.host)
    try:
        # Before the index is loaded, so that the answer comes at once.
        socket.create_server((options.host, options.port)).close()
        model = LanguageModel.from_settings(Settings.from_environment())
        engine = LiveEngine(options.index)
        engine.current().ask(_WARM_UP)
        _serve(engine, options.host, options.port, model)
    except (CorpusError, EncoderError, IndexerError, SearchError) as error:
        print(f"app: {error}", file=sys.stderr)
        return 1
    except OSError as error:
        reason = error.strerror or error
        print(f"app: cannot listen on {options.host}:{options.port} ({reason}); choose another --port", file=sys.stderr)
        return 1
    except KeyboardInterrupt:  # Ctrl-C is how the server is stopped
        return 0
    return 0


def build_page(engine: LiveEngine, i18n: gr.I18n, model: LanguageModel | None = None) -> gr.Blocks:
    """Return the page over an engine: four tabs, and the five public endpoints.

    i18n: translates labels and choices. model: rewords answers beside them, where one is set.
    """
    handlers = Handlers(engine.current, model)
    first = handlers.choices()
    # Only the endpoints are for clients; what the page's own buttons do may change with the page.
    private: dict[str, Any] = {"api_visibility": "private", "show_progress": "minimal", "concurrency_id": "search"}

    def municipality_filter() -> gr.Dropdown:
        choices = [(i18n(municipality_key(name)), name) for name in first.municipalities]
        return gr.Dropdown(choices, multiselect=True, label=i18n("filter_municipalities"), info=i18n("empty_means_all"))

    def filters(is_open: bool) -> list[gr.components.Component]:
        kinds = [(i18n(f"kind_{kind}"), kind) for kind in _FILTERED_KINDS]
        years = [(i18n("any_fiscal_year"), 0), *((i18n(fiscal_year_key(year)), year) for year in first.years)]
        statuses = [(i18n(status_key(status)), status) for status in first.statuses]
        several: dict[str, Any] = {"multiselect": True, "info": i18n("empty_means_all")}
        with gr.Accordion(i18n("filters"), open=is_open, elem_classes="k-filters"):
            with gr.Row():
                of_documents = [
                    municipality_filter(),
                    gr.CheckboxGroup(kinds, label=i18n("filter_kinds"), info=i18n("empty_means_all")),
                    gr.Dropdown(years, value=0, label=i18n("filter_fiscal_year"), info=i18n("fiscal_year_info")),
                ]
            with gr.Row():
                of_initiatives = [
                    gr.Dropdown(list(first.departments), label=i18n("filter_departments"), **several),
                    gr.Dropdown(statuses, label=i18n("filter_statuses"), **several),
                    gr.Checkbox(
                        label=i18n("filter_numeric_target"), info=i18n("numeric_target_info"), elem_classes="k-check"
                    ),
                ]
        return [*of_documents, *of_initiatives]

    def newer_choices(request: gr.Request) -> list[Any]:
        now = handlers.choices()
        if now == first:
            return [gr.skip()] * len(refreshed)  # the browser translates those that it has
        municipalities, *others = (gr.update(choices=named) for named in now.named(language_of(request.headers)))
        return [municipalities, *(update for update in (municipalities, *others) for _ in ("ask", "find"))]

    with gr.Blocks(title=TITLE, analytics_enabled=False, fill_width=False) as page:
        gr.HTML(f"<h1>{TITLE}</h1><p>{i18n('intro')}</p>", elem_classes="k-header", apply_default_css=False)
        with gr.Tabs() as tabs:
            with gr.Tab(i18n("tab_ask"), id="ask"):
                with gr.Row(elem_classes="k-asking"):
                    question = gr.Textbox(
                        label=i18n("question"), placeholder=i18n("question_placeholder"), autofocus=True, scale=8
                    )
                    ask = gr.Button(i18n("ask_button"), variant="primary", scale=1, min_width=110)
                with gr.Row(elem_classes="k-examples"):
                    gr.Markdown(i18n("examples"))
                    examples = [gr.Button(i18n(f"example_{number}"), size="sm") for number in range(1, _EXAMPLES + 1)]
                ask_filters = filters(is_open=False)
                if model:
                    gr.HTML(model_notice_html(str(i18n("model_notice")), model), apply_default_css=False)
                reworded = [_html()] if model else []
                answer, asked = _html(), gr.State()
            with gr.Tab(i18n("tab_find"), id="find"):
                with gr.Row(elem_classes="k-asking"):
                    words = gr.Textbox(
                        label=i18n("find_words"), placeholder=i18n("find_placeholder"), info=i18n("find_info"), scale=8
                    )
                    find = gr.Button(i18n("find_button"), variant="primary", scale=1, min_width=110)
                find_filters = filters(is_open=True)
                hits, searched = _html(), gr.State()
            with gr.Tab(i18n("tab_compare"), id="compare"):
                with gr.Row():
                    themes = gr.Textbox(
                        label=i18n("themes"), placeholder=i18n("themes_placeholder"), lines=3, max_lines=20, scale=6
                    )
                    with gr.Column(scale=3):
                        compared = municipality_filter()
                        categories = gr.Button(i18n("categories_button"), size="sm")
                        compare = gr.Button(i18n("compare_button"), variant="primary")
                matrix = _html()
            with gr.Tab(i18n("tab_documents"), id=DOCUMENTS_TAB), gr.Row():
                with gr.Column(scale=3, min_width=260):
                    documents = _html()
                with gr.Column(scale=8, min_width=420):
                    reader = _html()

        ask_inputs, answered = [question, asked, *ask_filters], [answer, asked, *reworded]
        answering = [gr.on([ask.click, question.submit], handlers.show_answer, ask_inputs, answered, **private)]
        for number, example in enumerate(examples, 1):
            chosen = example.click(handlers.example(number), None, question, **private)
            answering.append(chosen.then(handlers.show_answer, ask_inputs, answered, **private))
        found = [hits, searched]
        gr.on([find.click, words.submit], handlers.show_hits, [words, searched, *find_filters], found, **private)
        # A press on a chip. Never skipped: the page itself waits for one to be answered before it sends the next.
        pressed = answer.input(handlers.change_answer, ask_filters, answered, trigger_mode="multiple", **private)
        if model:
            waiting = {
                "concurrency_id": "reword",
                "concurrency_limit": _REWORDINGS_AT_A_TIME,
                "show_progress": "hidden",
            }
            rewording = [
                event.then(handlers.reword, asked, reworded, trigger_mode="multiple", **{**private, **waiting})
                for event in (*answering, pressed)
            ]
            asking = [ask.click, question.submit, answer.input, *(example.click for example in examples)]
            gr.on(asking, None, cancels=rewording, api_visibility="private")
        hits.input(handlers.change_hits, find_filters, found, trigger_mode="multiple", **private)
        categories.click(handlers.fill_themes, compared, themes, **private)
        gr.on([compare.click, themes.submit], handlers.show_matrix, [themes, compared], matrix, **private)
        for shown in (answer, *reworded, hits, matrix, documents, reader):
            shown.read(handlers.open_passage, None, [tabs, reader], **private)
        page.load(handlers.show_documents, None, [documents, reader], **private)

        refreshed = [compared, *(filters_[at] for at in _REFRESHED for filters_ in (ask_filters, find_filters))]
        page.load(newer_choices, None, refreshed, **private)

        endpoints = Endpoints(engine.current)
        for endpoint in (
            endpoints.find,
            endpoints.ask,
            endpoints.understand,
            endpoints.compare,
            endpoints.documents,
        ):
            gr.api(endpoint, api_name=endpoint.__name__, concurrency_id="search")
    page.queue(default_concurrency_limit=_SEARCHES_AT_A_TIME)
    return page


def _html() -> gr.HTML:
    return gr.HTML(js_on_load=_SCRIPT, elem_classes="k-html", apply_default_css=False)


def _serve(engine: LiveEngine, host: str, port: int, model: LanguageModel | None) -> None:
    now = engine.current()
    i18n = gr.I18n(**browser_texts(now.municipalities, fiscal_years(now.documents), now.statuses))
    page = build_page(engine, i18n, model)
    _, url, _ = page.launch(
        server_name=host,
        server_port=port,
        share=False,
        ssr_mode=False,
        mcp_server=False,
        enable_monitoring=False,
        run_history=False,
        pwa=False,
        inbrowser=False,
        show_error=False,
        quiet=True,
        prevent_thread_lock=True,
        max_threads=_THREADS,
        footer_links=["api"],
        allowed_paths=[],
        blocked_paths=[os.path.abspath(os.sep)],
        app_kwargs={"middleware": [Middleware(ClosedRoutes)], "routes": [Exports(engine.current).route]},
        theme=_theme(),
        css_paths=[_UI / "style.css"],
        i18n=i18n,
    )
    print(f"Kaikaku: {url}", flush=True)
    page.block_thread()


def _theme() -> gr.themes.Base:
    """Return a calm theme in fonts of the reader's own system, its text dark enough to read all day."""
    theme = gr.themes.Default(
        primary_hue="teal",
        neutral_hue="slate",
        font=[*(gr.themes.Font(name) for name in _FONTS), gr.themes.Font("sans-serif")],
        font_mono=[gr.themes.Font("monospace")],
    )
    return theme.set(
        body_background_fill="*neutral_50",
        body_text_color_subdued="*neutral_600",
        block_label_text_color="*neutral_700",
        block_title_text_color="*neutral_700",
        block_info_text_color="*neutral_600",
        color_accent="*primary_600",
        button_primary_background_fill="*primary_700",
        button_primary_background_fill_hover="*primary_800",
        button_secondary_background_fill="*neutral_100",
    )


def _port(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is not a port; use a number from 1 to 65535")
    return int(text)


if __name__ == "__main__":
    sys.exit(main())
