"""The page in a real browser, in Japanese and in English."""

from __future__ import annotations

import re

import pytest
from browsing import visit
from playwright.sync_api import Browser, Page, expect

from search import SearchEngine
from ui.texts import Language, text

pytest_plugins = ["server", "browsing"]


@pytest.mark.parametrize(
    ("language", "question"),
    [("ja", "どの市がテレワークを目標にしていますか"), ("en", "which cities target telework?")],
)
def test_question_is_answered_city_by_city_and_every_quote_opens_in_its_document(
    browser: Browser, app_url: str, engine: SearchEngine, language: Language, question: str
) -> None:
    with visit(browser, app_url, language) as visited:
        page = visited.page
        expect(page).to_have_title("Kaikaku 改革")
        assert page.evaluate("document.documentElement.lang") == language
        visited.box("question").fill(question)
        visited.box("question").press("Enter")

        cards = page.locator("article.k-card")
        expect(cards).to_have_count(3)
        names = cards.locator("h3").all_inner_texts()
        for name in ("つくばみらい市", "小美玉市", "結城市"):
            assert sum(name in shown for shown in names) == 1
        for card in cards.all():
            assert card.locator("figure.k-citation").count() >= 1
            assert card.locator(".k-strength").count() == 1
        expect(page.locator(".k-remark")).to_contain_text("石岡市")

        card = cards.filter(has_text="結城市").first
        figure = card.locator("figure.k-citation").filter(has=page.locator("blockquote")).first
        quote = figure.locator("blockquote").text_content() or ""
        figure.get_by_role("button", name=text("open", language)).click()
        marked = _marked(page)
        assert marked.split() == quote.split()
        document = next(document for document in engine.documents if document.id == "yuki-2021-plan")
        assert marked in engine.canonical_text(document.id)
        expect(page.locator(".k-reader h2")).to_have_text(document.title)


def _marked(page: Page) -> str:
    """Return what the reader shows as cited, once it shows it."""
    expect(page.locator("#cited")).to_be_in_viewport()
    marks = "text => [...text.querySelectorAll('mark')].map(mark => mark.textContent).join('')"
    return str(page.locator(".k-text").evaluate(marks))


@pytest.mark.parametrize(
    ("language", "question"),
    [("ja", "結城市のテレワークPCの稼働率の令和7年度目標は？"), ("en", "Which cities introduce AI or RPA?")],
)
def test_number_of_a_sentence_opens_the_quote_that_proves_it(
    browser: Browser, app_url: str, engine: SearchEngine, language: Language, question: str
) -> None:
    answer = engine.ask(question)
    citation = answer.statements[-1].citations[-1]
    name = text("open_source", language, number=answer.citations.index(citation) + 1)
    with visit(browser, app_url, language) as visited:
        visited.box("question").fill(question)
        visited.box("question").press("Enter")
        visited.page.get_by_role("button", name=name, exact=True).first.press("Enter")
        expect(visited.page.locator(".k-reader h2")).to_have_text(citation.document.title)
        assert _marked(visited.page) == citation.quote


@pytest.mark.parametrize("is_secure", [True, False])
def test_answer_is_copied_with_its_sources(
    browser: Browser, app_url: str, engine: SearchEngine, is_secure: bool
) -> None:
    with visit(browser, app_url, "ja") as visited:
        page = visited.page
        page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        if not is_secure:  # what a browser makes of plain HTTP from another machine
            page.evaluate("Object.defineProperty(navigator, 'clipboard', { value: undefined })")
        visited.button("example_1").click()
        visited.button("copy").click()
        expect(visited.button("copied")).to_be_focused()
        visited.tab("tab_compare")
        visited.box("themes").press("Control+V")
        expect(visited.box("themes")).to_have_value(engine.ask(text("example_1", "ja")).text)


def test_answer_fits_a_narrow_window(browser: Browser, app_url: str) -> None:
    with visit(browser, app_url, "en") as visited:
        visited.page.set_viewport_size({"width": 400, "height": 800})
        visited.button("example_1").click()
        expect(visited.page.locator("article.k-card").first).to_be_visible()
        assert visited.page.evaluate("document.documentElement.scrollWidth") <= 400


def test_reader_moves_on_and_comes_back_to_the_cited_words(browser: Browser, app_url: str) -> None:
    with visit(browser, app_url, "ja") as visited:
        page = visited.page
        visited.button("example_1").click()
        expect(visited.box("question")).to_have_value(text("example_1", "ja"))
        page.locator("article.k-card .k-open").first.click()
        expect(page.locator("#cited")).to_be_in_viewport()
        quote = page.locator("#cited").text_content()
        before = page.locator(".k-text").inner_text()
        page.locator(".k-reader header").get_by_role("button", name=text("reader_earlier", "ja")).click()
        expect(page.locator(".k-text")).not_to_have_text(before, use_inner_text=True)
        if page.locator("#cited").count() == 0:
            visited.button("reader_return").click()
        expect(page.locator("#cited")).to_be_in_viewport()
        expect(page.locator("#cited")).to_have_text(quote or "")

        # The answer is still there, and the same quote opens once more after the reader was scrolled away from it.
        page.locator(".k-text").evaluate("text => { text.scrollTop = text.scrollHeight }")
        visited.tab("tab_ask")
        page.locator("article.k-card .k-open").first.click()
        expect(page.locator("#cited")).to_be_in_viewport()


def test_search_highlights_and_filters(browser: Browser, app_url: str) -> None:
    with visit(browser, app_url, "ja") as visited:
        page = visited.page
        visited.tab("tab_find")
        visited.box("find_words").fill("窓口のデジタル化")
        page.get_by_role("checkbox", name=text("kind_outline", "ja")).check()
        visited.button("find_button").click()
        hits = page.locator("ol.k-hits > li.k-card")
        expect(hits.first).to_be_visible()
        assert {name.split()[0] for name in hits.locator("h3").all_inner_texts()} == {"石岡市"}
        assert page.locator("ol.k-hits mark").count() > 0


def test_comparison_opens_the_passage_of_a_cell(browser: Browser, app_url: str) -> None:
    with visit(browser, app_url, "en") as visited:
        page = visited.page
        visited.tab("tab_compare")
        visited.box("themes").fill("テレワーク、RPA")
        visited.button("compare_button").click()
        table = page.locator("table.k-matrix")
        expect(table.locator("thead th")).to_have_text([text("municipality", "en"), "テレワーク", "RPA"])
        expect(table.locator("tbody tr")).to_have_count(4)
        table.locator("tr", has_text="結城市").locator("button.k-excerpt").first.click()
        expect(page.locator("#cited")).to_be_in_viewport()


def test_documents_are_listed_and_read(browser: Browser, app_url: str, engine: SearchEngine) -> None:
    with visit(browser, app_url, "en") as visited:
        page = visited.page
        visited.tab("tab_documents")
        expect(page.locator(".k-document")).to_have_count(len(engine.documents))
        title = "小美玉市行革・DX推進計画（案）"
        page.get_by_role("button", name=title).click()
        expect(page.locator(".k-reader h2")).to_have_text(title)
        expect(page.locator(".k-text mark")).to_have_count(0)
        assert len(page.locator(".k-text").text_content() or "") < 5_000


@pytest.mark.parametrize("language", ["ja", "en"])
def test_wrong_questions_get_a_message_in_the_page(browser: Browser, app_url: str, language: Language) -> None:
    with visit(browser, app_url, language) as visited:
        alert = visited.page.get_by_role("alert")
        visited.button("ask_button").click()
        expect(alert).to_contain_text(text("error_empty_question", language))
        visited.box("question").fill("あ" * 10_000)
        visited.button("ask_button").click()
        expect(alert).to_contain_text("10,000")
        expect(alert).to_contain_text("2,000")
        visited.box("question").fill("宇宙人との条約を結んだ市は？ <img src=x onerror=alert(1)>")
        visited.button("ask_button").click()
        expect(visited.page.locator(".k-question")).to_contain_text("<img src=x onerror=alert(1)>")
        expect(visited.page.locator(".k-html img")).to_have_count(0)


def test_api_page_asks_nobody_else(browser: Browser, app_url: str) -> None:
    with visit(browser, app_url, "en") as visited:
        visited.page.get_by_role("button", name=re.compile("API")).click()
        expect(visited.page.get_by_text("/compare").first).to_be_visible()


def test_no_script_of_a_document_runs(browser: Browser, hostile_url: str) -> None:
    with visit(browser, hostile_url, "ja") as visited:
        page = visited.page
        visited.box("question").fill("テレワークの推進")
        visited.box("question").press("Enter")
        page.locator("article.k-card .k-open").first.click()
        reader = page.locator(".k-reader")
        expect(reader).to_contain_text("<script>alert(1)</script><img src=x onerror=alert(1)>")
        for shown in ("${alert(4)}", "{{{value}}}", "__i18n__{", "onmouseover="):
            expect(reader).to_contain_text(shown)
        reader.hover()
        visited.tab("tab_find")
        visited.box("find_words").fill("テレワーク <script>alert(5)</script>")
        visited.box("find_words").press("Enter")
        expect(page.locator("ol.k-hits > li.k-card:visible").first).to_be_visible()
        visited.tab("tab_compare")
        visited.box("themes").fill("テレワーク<img src=x onerror=alert(6)>")
        visited.button("compare_button").click()
        expect(page.locator("table.k-matrix")).to_contain_text("<img src=x onerror=alert(6)>")
        expect(page.locator(".k-html img, .k-html script")).to_have_count(0)
