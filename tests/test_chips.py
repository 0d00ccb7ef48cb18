"""How a question was read: chips above its results that can be switched off, in a real browser and as HTML."""

from __future__ import annotations

from html import escape
from typing import Any

import gradio as gr
import pytest
from browsing import Visit, visit
from harmless import assert_harmless
from playwright.sync_api import Browser, Locator, expect
from server import HOSTILE

from search import SearchEngine
from search.query import Query, Recognised
from ui.chips import chips_html
from ui.handlers import Asked, Handlers
from ui.texts import Language, text

pytest_plugins = ["server", "browsing"]

QUESTION = "結城市の令和7年度の残業"
CITY, YEAR, OVERTIME = "municipality:結城市", "year:令和7年度", "synonyms:残業"
LONG = "水戸市と結城市の令和7年度の数値目標で総務課が担当する残業、テレワーク、DX、窓口、研修、公共施設、RPA、民間委託"
_BOXES = {"ask": "question", "find": "find_words"}
_NO_FILTERS: tuple[Any, ...] = ([], [], 0, [], [], False)


# In the browser.


@pytest.mark.parametrize("tab", ["ask", "find"])
def test_chips_say_what_was_understood(browser: Browser, app_url: str, engine: SearchEngine, tab: str) -> None:
    with visit(browser, app_url, "ja") as visited:
        _look_for(visited, tab, QUESTION)
        line = visited.page.get_by_role("group", name=text("reading", "ja"))
        expect(line).to_be_visible()
        keys = [chip.get_attribute("data-key") for chip in _chips(visited).all()]
        assert keys == [one.key for one in engine.understand(QUESTION).recognised]
        for key, shown in ((CITY, "自治体：結城市"), (YEAR, "年度：令和7年度"), (OVERTIME, "類語：残業＝時間外勤務")):
            expect(_chip(visited, key)).to_contain_text(shown)
            expect(_chip(visited, key)).to_have_attribute("aria-pressed", "true")
        expect(_chip(visited, CITY)).to_contain_text(text("effect_filter", "ja"))
        expect(_chip(visited, OVERTIME)).to_contain_text(text("effect_expand", "ja"))


def test_city_that_is_switched_off_widens_the_search_until_it_is_on_again(browser: Browser, app_url: str) -> None:
    with visit(browser, app_url, "ja") as visited:
        _look_for(visited, "find", QUESTION)
        other = visited.page.locator("ol.k-hits > li.k-card h3").filter(has_not_text="結城市")
        expect(_chip(visited, CITY)).to_be_visible()
        expect(other).to_have_count(0)

        _chip(visited, CITY).click()
        expect(other.first).to_be_visible()
        expect(_chip(visited, CITY)).to_have_attribute("aria-pressed", "false")
        expect(_chip(visited, CITY)).to_contain_text(text("effect_off", "ja"))
        expect(_chip(visited, OVERTIME)).to_have_attribute("aria-pressed", "true")

        # The rest by keyboard: the press has kept the focus.
        expect(_chip(visited, CITY)).to_be_focused()
        visited.page.keyboard.press("Space")
        expect(other).to_have_count(0)
        expect(_chip(visited, CITY)).to_have_attribute("aria-pressed", "true")
        expect(_chip(visited, CITY)).to_be_focused()
        visited.page.keyboard.press("Enter")
        expect(other.first).to_be_visible()


def test_chip_asks_its_own_question_again(browser: Browser, app_url: str) -> None:
    with visit(browser, app_url, "ja") as visited:
        _look_for(visited, "ask", QUESTION)
        expect(_chip(visited, CITY)).to_be_visible()
        visited.box("question").fill("つくばみらい市の")  # not yet asked
        _chip(visited, CITY).click()
        expect(_chip(visited, CITY)).to_contain_text(text("effect_off", "ja"))
        expect(visited.page.locator(".k-question")).to_have_text(QUESTION)
        expect(visited.box("question")).to_have_value("つくばみらい市の")


def test_two_quick_presses_both_count(browser: Browser, app_url: str) -> None:
    with visit(browser, app_url, "ja") as visited:
        _look_for(visited, "find", QUESTION)
        expect(_chip(visited, CITY)).to_be_visible()
        _chip(visited, CITY).evaluate(
            f"chip => {{ chip.click(); chip.parentElement.querySelector('[data-key=\"{OVERTIME}\"]').click(); }}"
        )
        for key in (CITY, OVERTIME):
            expect(_chip(visited, key)).to_contain_text(text("effect_off", "ja"))
        expect(_chip(visited, YEAR)).to_have_attribute("aria-pressed", "true")


def test_new_question_starts_with_everything_on(browser: Browser, app_url: str) -> None:
    with visit(browser, app_url, "ja") as visited:
        _look_for(visited, "find", QUESTION)
        _chip(visited, CITY).click()
        expect(_chip(visited, CITY)).to_contain_text(text("effect_off", "ja"))

        # The same question among other documents is no new one: what is off stays off.
        visited.page.get_by_role("checkbox", name=text("kind_report", "ja")).locator("visible=true").check()
        visited.button("find_button").click()
        badges = visited.page.locator("ol.k-hits .k-badge")
        expect(badges.filter(has_not_text=text("kind_report", "ja"))).to_have_count(0)
        expect(_chip(visited, CITY)).to_have_attribute("aria-pressed", "false")

        _look_for(visited, "find", f"{QUESTION}の縮減")
        expect(_chip(visited, CITY)).to_have_attribute("aria-pressed", "true")

        # The other tab has its own chips.
        _look_for(visited, "ask", QUESTION)
        expect(_chip(visited, CITY)).to_have_attribute("aria-pressed", "true")


def test_readers_do_not_share_what_is_off(browser: Browser, app_url: str) -> None:
    with visit(browser, app_url, "ja") as first, visit(browser, app_url, "en") as second:
        for visited in (first, second):
            _look_for(visited, "find", QUESTION)
            expect(_chip(visited, CITY)).to_be_visible()
        _chip(first, CITY).click()
        expect(_chip(first, CITY)).to_contain_text(text("effect_off", "ja"))
        _chip(second, OVERTIME).click()
        expect(_chip(second, OVERTIME)).to_contain_text(text("effect_off", "en"))
        expect(_chip(second, CITY)).to_have_attribute("aria-pressed", "true")
        expect(_chip(first, OVERTIME)).to_have_attribute("aria-pressed", "true")


def test_english_page_has_chips_in_english(browser: Browser, app_url: str) -> None:
    with visit(browser, app_url, "en") as visited:
        _look_for(visited, "ask", "What is Yuki's FY2025 target for overtime?")
        expect(visited.page.get_by_role("group", name="How the question was read")).to_be_visible()
        expect(_chip(visited, CITY)).to_have_text("Municipality: 結城市 (Yuki) only")
        expect(_chips(visited).filter(has_text="FY2025")).to_have_count(1)
        translation = _chips(visited).filter(has_text="Translation")
        expect(translation).to_contain_text("overtime = 時間外勤務")
        translation.click()
        expect(translation).to_contain_text("off")


def test_example_has_chips_and_an_error_or_a_question_without_any_has_none(browser: Browser, app_url: str) -> None:
    with visit(browser, app_url, "ja") as visited:
        line = visited.page.locator(".k-reading")
        visited.button("example_2").click()
        expect(_chip(visited, CITY)).to_be_visible()
        visited.box("question").fill(" ")
        visited.button("ask_button").click()
        expect(visited.page.get_by_role("alert")).to_be_visible()
        expect(line).to_have_count(0)
        _look_for(visited, "ask", "ぬるぽ")
        expect(visited.page.locator(".k-question")).to_have_text("ぬるぽ")
        expect(line).to_have_count(0)


def test_hostile_question_stays_text_in_its_chips(browser: Browser, app_url: str) -> None:
    hostile = '"<img src=x onerror=alert(1)>" OR \'`${alert(2)}{{value}} OR 研修'
    with visit(browser, app_url, "ja") as visited:
        _look_for(visited, "find", hostile)
        operators = visited.page.locator(".k-chip[data-key^='operators:']")
        expect(operators).to_contain_text("<img src=x onerror=alert(1)>")
        operators.click()
        expect(operators).to_contain_text(text("effect_off", "ja"))
        operators.click()
        expect(operators).to_contain_text(text("effect_filter", "ja"))
        expect(visited.page.locator(".k-html img, .k-html script")).to_have_count(0)


def test_many_chips_fold_and_a_long_one_breaks(browser: Browser, app_url: str) -> None:
    with visit(browser, app_url, "ja") as visited:
        page = visited.page
        page.set_viewport_size({"width": 390, "height": 800})
        _look_for(visited, "ask", LONG)
        fold = page.locator(".k-reading details")
        expect(_chips(visited)).to_have_count(8)
        fold.locator("summary").click()
        last = fold.locator(".k-chip").last
        last.click()
        expect(last).to_contain_text(text("effect_off", "ja"))
        expect(last).to_be_focused()
        last.click()
        expect(last).to_have_attribute("aria-pressed", "true")
        expect(last).to_contain_text(text("effect_expand", "ja"))

        _look_for(visited, "find", f"{'W' * 400} AND {'長' * 400}")
        expect(_chips(visited).filter(has_text="検索式")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") == 390


# As HTML.


def test_expansion_shows_four_words_and_has_all_in_its_title() -> None:
    words = ("あ", "い", "う", "え", "お", "か", "き")
    html = chips_html(_query(Recognised("synonyms", "dx", words, "expand"), text="DXの推進"), "ja")
    assert "<span>DX</span>＝" in html
    assert ">あ・い・う・え</span> ほか3<" in html
    assert "DX＝あ・い・う・え・お・か・き\n" in html.split('title="')[1].split('"')[0]


@pytest.mark.parametrize("language", ["ja", "en"])
def test_every_part_of_a_chip_is_escaped(language: Language) -> None:
    for hostile in HOSTILE:
        recognised = [
            Recognised("operators", hostile, (), "filter"),
            Recognised("synonyms", hostile, (hostile, hostile), "expand", on=False),
            Recognised("department", hostile, (hostile,), "boost"),
            Recognised("municipality", hostile, (hostile,), "filter"),
        ]
        html = chips_html(_query(*recognised, text=hostile), language)
        assert_harmless(html)
        assert f'data-question="{escape(hostile)}"' in html


@pytest.mark.parametrize("language", ["ja", "en"])
def test_every_kind_has_a_chip_in_both_languages(engine: SearchEngine, language: Language) -> None:
    questions = (
        "水戸市と結城市の2024年度報告で未着手の取組",
        "数値目標のある取組",
        "総務課が担当する取組の目標は何件",
        "how do cities cut overtime?",
        "RPA AND 研修",
        "家賃を払わない人への対応",
        "いつまでに",
    )
    for question in questions:
        query = engine.understand(question)
        html = chips_html(query, language)
        assert html.count("k-chip ") == len(query.recognised)
        assert text("read_other", language) not in html
    assert chips_html(_query(), language) == ""
    unknown: Any = "weather"
    assert text("read_other", language) in chips_html(_query(Recognised(unknown, "雨", (), "boost")), language)


@pytest.mark.parametrize(
    "data",
    [None, {}, {"question": QUESTION}, {"question": 5, "ignore": []}, {"question": QUESTION, "ignore": "synonyms"}],
)
def test_press_that_is_none_of_the_pages_own_is_an_error(engine: SearchEngine, data: Any) -> None:
    shown, asked = Handlers(lambda: engine).change_answer(gr.EventData(None, data), _request(), *_NO_FILTERS)
    assert 'role="alert"' in shown
    assert asked is None


def test_unknown_keys_do_no_harm(engine: SearchEngine) -> None:
    data = {"question": QUESTION, "ignore": ["<b>", CITY]}
    shown, asked = Handlers(lambda: engine).change_hits(gr.EventData(None, data), _request(), *_NO_FILTERS)
    assert asked == Asked(QUESTION, ("<b>", CITY))
    assert shown.count('aria-pressed="false"') == 1


def _look_for(visited: Visit, tab: str, question: str) -> None:
    visited.tab(f"tab_{tab}")
    visited.box(_BOXES[tab]).fill(question)
    visited.box(_BOXES[tab]).press("Enter")


def _chips(visited: Visit) -> Locator:
    return visited.page.locator(".k-chip:visible")


def _chip(visited: Visit, key: str) -> Locator:
    return visited.page.locator(f'.k-chip[data-key="{key}"]:visible')


def _query(*recognised: Recognised, text: str = "窓口") -> Query:
    return Query(text, text, "ja", (), (), (), (), True, recognised=recognised)


def _request() -> gr.Request:
    return gr.Request(headers={"accept-language": "ja"})
