"""The HTML of the page: untrusted text is escaped, answers and the reader show what was found, in both languages."""

from __future__ import annotations

from html import unescape
from pathlib import Path
from typing import Any

import gradio as gr
import pytest
from harmless import assert_harmless
from server import HOSTILE

from search import Answer, SearchEngine
from ui.answer_html import answer_html
from ui.handlers import Handlers
from ui.library import Library
from ui.reader import WINDOW_CHARACTERS, reader_html, window
from ui.render import documents_html, hits_html, matrix_html
from ui.texts import TEXTS, language_of, text

pytest_plugins = ["server"]

QUESTION = "どの市がテレワークを目標にしていますか"


@pytest.fixture(scope="module")
def hostile_engine(hostile_index: Path) -> SearchEngine:
    return SearchEngine.open(hostile_index)


# HTML of untrusted text.


def test_question_comes_back_escaped(engine: SearchEngine) -> None:
    question = f"テレワーク {HOSTILE[0]} {HOSTILE[1]}"
    html = answer_html(engine.ask(question), Library(engine), "ja")
    assert_harmless(html)
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html
    handlers = Handlers(lambda: engine)
    hits, _ = handlers.show_hits(question, None, _request("ja"), [HOSTILE[0]], [], 0, [], [], False)
    assert_harmless(hits)
    assert_harmless(handlers.show_matrix(question, [], _request("en")))


def test_document_text_and_title_come_back_escaped(hostile_engine: SearchEngine) -> None:
    engine, library = hostile_engine, Library(hostile_engine)
    document = engine.documents[0]
    answer = engine.ask("テレワークの推進")
    assert not answer.abstained
    pages = {
        "answer": answer_html(answer, library, "ja"),
        "hits": hits_html(engine.search("テレワークの推進", 20), library, "en"),
        "matrix": matrix_html(engine.compare(["テレワーク"]), "ja"),
        "documents": documents_html(library, "en"),
        "reader": reader_html(library, document, (5, 40), None, "ja"),
    }
    for html in pages.values():
        assert_harmless(html)
    for hostile in HOSTILE:
        assert hostile in unescape(pages["reader"]), "the reader shows the document's own characters"


# Reader.


def test_reader_highlights_exactly_the_cited_words(engine: SearchEngine) -> None:
    library = Library(engine)
    for citation in engine.ask(QUESTION).citations:
        html = reader_html(library, citation.document, citation.span, None, "ja")
        marks = "".join(part.split(">", 1)[1].split("</mark>")[0] for part in html.split("<mark")[1:])
        plain = unescape(marks.replace('<span class="k-tab">', "").replace("</span>", ""))
        assert plain == citation.quote
        assert html.count('id="cited"') == 1


@pytest.mark.parametrize("width", [0, 1, 37, 390, 3999, 50_000])
def test_reader_shows_a_small_window_and_leaves_no_gap(width: int) -> None:
    source = ("文" * width + "\n") * (50_000 // (width + 1) + 1)
    seen = 0
    while seen < len(source):
        start, end = window(source, (0, 0), seen)
        assert start <= seen < end
        assert end - start <= WINDOW_CHARACTERS + 400
        seen = end
    cited = (len(source) // 2, len(source) // 2 + 200)
    start, end = window(source, cited, None)
    assert start <= cited[0] < cited[1] <= end


def test_moving_back_in_the_reader_leaves_no_gap(engine: SearchEngine) -> None:
    library = Library(engine)
    document = max(engine.documents, key=lambda document: len(library.text(document)))
    source = library.text(document)
    first = window(source, (len(source), len(source)), None)[0]
    while first:
        html = reader_html(library, document, (0, 0), first, "ja")
        back = int(html.split('data-first="')[1].split('"')[0])
        start, end = window(source, (0, 0), back)
        assert start < first <= end
        first = start


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"doc": "none", "start": "0", "end": "1"},
        {"doc": "yuki-2021-plan", "start": "5", "end": "1"},
        {"doc": "yuki-2021-plan", "start": "0", "end": "99999999"},
        {"doc": "yuki-2021-plan", "start": "x", "end": None},
        {"doc": ["yuki-2021-plan"], "start": 0, "end": 1},
        {"doc": "../../etc/passwd", "start": "0", "end": "1"},
    ],
)
def test_reader_refuses_places_that_do_not_exist(engine: SearchEngine, data: dict[str, Any]) -> None:
    _, html = Handlers(lambda: engine).open_passage(gr.EventData(None, data), _request("en"))
    assert text("error_unknown_passage", "en") in html


def test_unexpected_failure_shows_no_stack_trace(engine: SearchEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> Answer:
        raise RuntimeError("secret detail")

    monkeypatch.setattr(engine, "ask", fail)
    shown, asked = Handlers(lambda: engine).show_answer("窓口", None, _request("ja"), [], [], 0, [], [], False)
    assert asked is None
    assert text("error_unexpected", "ja") in shown
    assert "secret" not in shown


# Languages.


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("ja", "ja"),
        ("ja-JP,ja;q=0.9,en;q=0.8", "ja"),
        ("en-US,en;q=0.9,ja;q=0.8", "en"),
        ("fr-FR,ja;q=0.5", "en"),
        ("*", "ja"),
        ("", "ja"),
    ],
)
def test_language_is_the_browsers_first_choice(header: str, language: str) -> None:
    assert language_of({"accept-language": header}) == language
    assert language_of(None) == "ja"


def test_every_text_has_the_same_values_in_both_languages() -> None:
    for key, (japanese, english) in TEXTS.items():
        assert _fields(japanese) == _fields(english), key


def _fields(template: str) -> set[str]:
    return {part.split("}")[0] for part in template.split("{")[1:]}


def _request(language: str) -> gr.Request:
    return gr.Request(headers={"accept-language": language})
