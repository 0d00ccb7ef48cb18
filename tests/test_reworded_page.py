"""The page while a language model rewords its answers: it says so, waits for nothing, and shows what was verified."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from browsing import visit
from chat_server import ChatServer, Conversation, Received
from playwright.sync_api import Browser, expect
from rewordings import mixed
from server import running

from ui.texts import Language, text

pytest_plugins = ["server", "browsing", "chat_server", "rewordings"]


@pytest.fixture(scope="module")
def reworded_url(index: Path, chat: ChatServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a page whose answers the server rewords."""
    with ExitStack() as stack:
        with pytest.MonkeyPatch.context() as patch:  # for this process alone
            patch.setenv("KAIKAKU_LLM_URL", chat.url)
            patch.setenv("KAIKAKU_LLM_MODEL", "qwen3:8b")
            url = stack.enter_context(running(index, tmp_path_factory.mktemp("reworded") / "stderr.txt"))
        yield url


@pytest.mark.parametrize("language", ["ja", "en"])
def test_the_page_says_where_passages_go_and_shows_what_was_verified(
    browser: Browser, reworded_url: str, chat: ChatServer, language: Language
) -> None:
    chat.behaviour = mixed
    with visit(browser, reworded_url, language) as visited:
        page = visited.page
        host = chat.url.split("/")[2]
        expect(page.locator(".k-model")).to_contain_text(text("model_notice", language))
        expect(page.locator(".k-model")).to_contain_text("qwen3:8b")
        expect(page.locator(".k-model")).to_contain_text(host)
        visited.box("question").fill("テレワークを目標にしている市はどこですか")
        visited.box("question").press("Enter")
        reworded = page.locator(".k-reworded")
        expect(reworded).to_have_attribute("aria-busy", "false")
        expect(reworded.locator(".k-statement")).to_have_count(1)
        expect(reworded.locator(".k-statement")).to_contain_text("結城市はテレワークに取り組んでいます。")
        expect(reworded).to_contain_text("1")
        expect(page.locator("body")).not_to_contain_text("4711")
        assert page.locator(".k-result").count() >= 1
        reworded.locator("button.k-number").click()
        expect(page.locator("#cited")).to_be_in_viewport()


def test_a_slow_model_holds_up_neither_the_answer_nor_the_next_question(
    browser: Browser, reworded_url: str, chat: ChatServer
) -> None:
    def slowly(conversation: Conversation, received: Received) -> None:
        number = received.number("結城市")
        conversation.begin()
        if "2回目" in received.data["question"]:
            conversation.piece(f"結城市はテレワークの環境を充実させます[{number}]。", finish_reason="stop")
            return
        conversation.piece(f"結城市はテレワークに取り組んでいます[{number}]。次の")
        while not chat.over.wait(0.05):
            conversation.piece("")

    chat.behaviour = slowly
    chat.left.clear()
    with visit(browser, reworded_url, "ja") as visited:
        page = visited.page
        reworded = page.locator(".k-reworded")
        visited.box("question").fill("テレワークを目標にしている市はどこですか")
        visited.box("question").press("Enter")
        expect(page.locator("article.k-card").first).to_be_visible()
        expect(reworded).to_have_attribute("aria-busy", "true")
        expect(reworded).to_contain_text("テレワークに取り組んでいます")
        expect(reworded).to_contain_text(text("rewording", "ja"))
        # While it is still at it, other searches are answered,
        visited.tab("tab_find")
        visited.box("find_words").fill("窓口のデジタル化")
        visited.button("find_button").click()
        expect(page.locator("ol.k-hits > li.k-card:visible").first).to_be_visible()
        # and so is the next question, of which alone the page then tells.
        visited.tab("tab_ask")
        visited.box("question").fill("テレワークを目標にしている市はどこですか（2回目）")
        visited.box("question").press("Enter")
        expect(reworded).to_have_attribute("aria-busy", "false")
        expect(reworded.locator(".k-statement")).to_contain_text("環境を充実させます")
        expect(reworded).not_to_contain_text("取り組んでいます")
    assert chat.left.wait(60)


def test_without_a_model_the_page_says_nothing_of_one(browser: Browser, app_url: str) -> None:
    with visit(browser, app_url, "ja") as visited:
        expect(visited.page.locator(".k-model, .k-reworded")).to_have_count(0)
