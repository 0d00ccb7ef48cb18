"""Pages of a document that has pages: in the index, in citations, in the reader and on the command line."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from search import SearchEngine
from search.__main__ import main
from ui.answer_html import answer_html
from ui.library import Library
from ui.reader import reader_html

pytest_plugins = ["paged"]

QUESTION = "みどり市の窓口予約システム"


def test_pages_come_back_from_the_index(paged_engine: SearchEngine, engine: SearchEngine) -> None:
    pages = paged_engine.pages("midorino")
    assert len(pages) == 8
    assert [paged_engine.page("midorino", start) for start in pages] == [1, 2, 3, 4, 5, 6, 7, 8]
    assert [paged_engine.page("midorino", start - 1) for start in pages[1:]] == [1, 2, 3, 4, 5, 6, 7]
    for passage in paged_engine.passages:
        assert passage.page == paged_engine.page("midorino", passage.span[0])
    assert engine.pages("yuki-2021-plan") == ()
    assert engine.page("yuki-2021-plan", 5) is None


def test_a_citation_is_on_the_page_where_its_quote_begins(paged_engine: SearchEngine) -> None:
    answer = paged_engine.ask(QUESTION)
    assert answer.citations
    for hit in paged_engine.search("令和7年度の進捗状況", 20):
        assert hit.citation.page == paged_engine.page("midorino", hit.citation.span[0])
    for citation in answer.citations:
        assert re.search(rf"^\[\d+\] .* ｜ {citation.page}頁$", answer.text, re.MULTILINE)
    english = paged_engine.ask("online booking of counters in Midori")
    for citation in english.citations:
        assert re.search(rf"^\[\d+\] .* ｜ p\. {citation.page}$", english.text, re.MULTILINE)


def test_a_document_without_pages_has_none_in_its_source(engine: SearchEngine) -> None:
    text = engine.ask("結城市のテレワーク").text
    assert re.search(r"^\[1\] .* ｜ \d+行目$", text, re.MULTILINE)
    assert not re.search(r"\d頁$|p\. \d", text, re.MULTILINE)


def test_find_prints_the_page(paged_index: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["find", QUESTION, "--top-k", "1", "--index", str(paged_index)]) == 0
    assert re.search(r"^1\. みどり市 ｜ .* ｜ \d頁$", capsys.readouterr().out, re.MULTILINE)


@pytest.mark.parametrize(("language", "mark"), [("ja", "{}頁"), ("en", "p. {}")])
def test_reader_marks_where_pages_begin(paged_engine: SearchEngine, language: str, mark: str) -> None:
    library = Library(paged_engine)
    document = paged_engine.documents[0]
    pages = paged_engine.pages(document.id)
    html = reader_html(library, document, (0, 0), 0, language)  # type: ignore[arg-type]
    marks = re.findall(r'<span class="k-page">([^<]*)</span>', html)
    assert marks == [mark.format(number) for number in range(1, len(marks) + 1)]
    assert len(marks) >= 5
    # From the middle of a page on: the page is named at the top.
    late = reader_html(library, document, (0, 0), pages[3] + 200, language)  # type: ignore[arg-type]
    first, *_ = re.findall(r'<span class="k-page">([^<]*)</span>', late)
    shown_from = int(re.search(r"(?:文字中|characters) ([\d,]+)", late)[1].replace(",", "")) - 1  # type: ignore[index]
    assert first == mark.format(paged_engine.page(document.id, shown_from))


def test_cards_name_the_page(paged_engine: SearchEngine) -> None:
    html = answer_html(paged_engine.ask(QUESTION), Library(paged_engine), "ja")
    assert re.search(r"<span>\d頁</span>", html)
