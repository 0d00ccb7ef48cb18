"""The filters by department, progress and numeric target over HTTP and in a browser."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from browsing import visit
from gradio_client import Client
from gradio_client.exceptions import AppError
from playwright.sync_api import Browser, expect
from server import running
from small_index import TEXT, catalogue_of

from corpus.catalogue import load_catalogue
from indexer.build import build
from indexer.encoder import Encoder
from search import Filters, SearchEngine
from search.batch import answer_to_json, hit_to_json
from ui.texts import Language, status_name, text

pytest_plugins = ["server", "browsing", "paged"]

QUESTION = "収納率を上げる取組は？"


@pytest.fixture(scope="module")
def client(app_url: str) -> Client:
    return Client(app_url, verbose=False)


@pytest.fixture(scope="module")
def english_client(app_url: str) -> Client:
    return Client(app_url, verbose=False, headers={"Accept-Language": "en"})


@pytest.mark.parametrize(
    ("given", "filters"),
    [
        ({"departments": ["収納課", "財政課"]}, Filters(departments=["収納課", "財政課"])),
        ({"statuses": ["遅延"]}, Filters(statuses=["遅延"])),
        ({"numeric_target": True}, Filters(numeric_target=True)),
        ({"departments": [], "statuses": None, "numeric_target": False}, None),
    ],
)
def test_endpoints_filter_as_the_engine_does(
    client: Client, engine: SearchEngine, given: dict[str, Any], filters: Filters | None
) -> None:
    hits = client.predict(QUESTION, top_k=5, **given, api_name="/find")
    assert hits == [hit_to_json(hit) for hit in engine.search(QUESTION, 5, filters)]
    answer = client.predict(QUESTION, **given, api_name="/ask")
    assert answer == answer_to_json(engine.ask(QUESTION, filters))


def test_new_parameters_stand_behind_the_old_ones(client: Client) -> None:
    described: Any = client.view_api(print_info=False, return_format="dict")
    names = [one["parameter_name"] for one in described["named_endpoints"]["/find"]["parameters"]]
    assert names[:5] == ["question", "top_k", "municipalities", "fiscal_year", "kinds"]
    assert names[5:] == ["departments", "statuses", "numeric_target", "ignore"]
    old = client.predict("テレワーク", 2, ["結城市"], 2025, ["plan"], api_name="/find")
    assert [hit["municipality"] for hit in old] == ["結城市", "結城市"]


def test_documents_tell_the_number_of_initiatives(client: Client, engine: SearchEngine) -> None:
    documents = client.predict(api_name="/documents")
    assert sum(document["initiatives"] for document in documents) == len(engine.initiatives)


@pytest.mark.parametrize(
    ("arguments", "japanese", "english"),
    [
        ({"departments": ["総務"]}, "担当課「総務」の取組はありません", "department “総務”. The nearest of"),
        ({"departments": ["総務"]}, "近い名前: 総務課", ": 総務課"),
        ({"departments": "総務課"}, "「departments」は文字列の一覧", "“departments” must be a list of texts"),
        ({"statuses": ["遅れ"]}, "達成、順調、遅延、未着手", "progress “遅れ”. Choose from: 達成"),
        ({"statuses": [5]}, "「statuses」は文字列の一覧", "“statuses” must be a list of texts"),
        ({"numeric_target": "yes"}, "true か false", "must be true or false, not “yes”"),
    ],
)
def test_wrong_filters_are_explained(
    client: Client, english_client: Client, arguments: dict[str, Any], japanese: str, english: str
) -> None:
    for one, expected in ((client, japanese), (english_client, english)):
        for endpoint in ("/find", "/ask"):
            with pytest.raises(AppError) as caught:
                one.predict("窓口", **arguments, api_name=endpoint)
            assert expected in str(caught.value)


# In the browser.


@pytest.mark.parametrize("language", ["ja", "en"])
def test_readers_filter_by_progress_and_check_a_figure_in_one_click(
    browser: Browser, app_url: str, engine: SearchEngine, language: Language
) -> None:
    with visit(browser, app_url, language) as visited:
        page = visited.page
        visited.tab("tab_find")
        visited.box("find_words").fill("収納率 市営住宅")
        page.get_by_label(text("filter_statuses", language)).locator("visible=true").click()
        page.get_by_role("option", name=status_name("遅延", language), exact=True).click()
        page.get_by_label(text("filter_departments", language)).locator("visible=true").fill("開発")
        page.get_by_role("option", name="開発指導課", exact=True).click()
        page.get_by_role("checkbox", name=text("filter_numeric_target", language)).locator("visible=true").check()
        visited.button("find_button").click()
        cards = page.locator("ol.k-hits > li.k-card")
        expect(cards.first).to_be_visible()
        filters = Filters(departments=["開発指導課"], statuses=["遅延"], numeric_target=True)
        assert cards.count() == len(engine.search("収納率 市営住宅", 20, filters))
        facts = cards.first.locator(".k-facts")
        expect(facts).to_contain_text("開発指導課")
        expect(facts.locator(".k-late").first).to_contain_text("遅延")

        facts.get_by_role("button", name="75%以上", exact=True).click()
        expect(page.locator("#cited")).to_be_in_viewport()
        expect(page.locator("#cited")).to_have_text("75%以上")
        visited.tab("tab_find")
        facts.locator(".k-late").first.click()
        expect(page.locator("#cited")).to_have_text("遅延")


def test_answers_are_filtered_and_show_facts(browser: Browser, app_url: str) -> None:
    with visit(browser, app_url, "ja") as visited:
        page = visited.page
        page.get_by_role("button", name=text("filters", "ja")).first.click()
        page.get_by_role("checkbox", name=text("filter_numeric_target", "ja")).locator("visible=true").check()
        visited.box("question").fill("どの市がテレワークを目標にしていますか")
        visited.box("question").press("Enter")
        card = page.locator("article.k-card", has_text="結城市")
        expect(card.locator(".k-facts")).to_contain_text("テレワークPCの稼働率")
        card.locator(".k-facts").get_by_role("button", name="100%", exact=True).click()
        expect(page.locator("#cited")).to_have_text("100%")


def test_documents_tab_shows_the_number_of_initiatives(browser: Browser, app_url: str, engine: SearchEngine) -> None:
    with visit(browser, app_url, "en") as visited:
        visited.tab("tab_documents")
        shown = visited.page.locator(".k-documents")
        count = sum(initiative.document_id == "yuki-2021-plan" for initiative in engine.initiatives)
        expect(shown).to_contain_text(text("initiative_count", "en", count=count))


def test_choices_follow_the_index(browser: Browser, tmp_path: Path, encoder: Encoder, paged_documents: Path) -> None:
    index = tmp_path / "index"
    build(catalogue_of(tmp_path / "before", plan=TEXT), index, encoder)
    with running(index, tmp_path / "app.log") as url:
        client = Client(url, verbose=False)
        for field, name, message in (
            ("departments", "総務課", "担当課の分かる取組"),
            ("statuses", "順調", "進捗の書かれた"),
        ):
            with pytest.raises(AppError, match=message):
                client.predict("窓口", **{field: [name]}, api_name="/find")
        build(load_catalogue(paged_documents), index, encoder)
        with visit(browser, url, "en") as visited:
            page = visited.page
            visited.tab("tab_find")
            visited.box("find_words").fill("窓口予約システム")
            page.get_by_label(text("filter_statuses", "en")).locator("visible=true").click()
            page.get_by_role("option", name="やや遅延 (slightly delayed)", exact=True).click()
            page.get_by_label(text("filter_departments", "en")).locator("visible=true").click()
            page.get_by_role("option", name="市民課", exact=True).click()
            visited.button("find_button").click()
            expect(page.locator("ol.k-hits > li.k-card").first).to_contain_text("みどり市 (Midori)")
