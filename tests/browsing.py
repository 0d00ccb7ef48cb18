"""A real browser that visits the page as readers do. A missing browser is a failure: nothing here is skipped.

A plugin whose names tests import as well: PYTEST_DONT_REWRITE.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

from ui.texts import Language, text

CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# The machine may be busy with other tests.
_PATIENCE = 60_000
LOCALES: dict[Language, str] = {"ja": "ja-JP", "en": "en-US"}


@dataclass
class Visit:
    """A page with what it did that a reader does not see."""

    page: Page
    language: Language
    requests: list[str] = field(default_factory=list)
    dialogs: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def tab(self, key: str) -> None:
        self.page.get_by_role("tab", name=text(key, self.language), exact=True).click()

    def box(self, key: str) -> Locator:
        return self.page.get_by_role("textbox", name=text(key, self.language))

    def button(self, key: str) -> Locator:
        return self.page.get_by_role("button", name=text(key, self.language), exact=True)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    expect.set_options(timeout=_PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@contextmanager
def visit(browser: Browser, url: str, language: Language) -> Iterator[Visit]:
    """Open the page; afterwards, nothing may have left this machine, no script of a document may have run."""
    context = browser.new_context(locale=LOCALES[language], viewport={"width": 1280, "height": 900})
    context.set_default_timeout(_PATIENCE)
    page = context.new_page()
    visited = Visit(page, language)
    page.on("request", lambda request: visited.requests.append(request.url))
    page.on("pageerror", lambda error: visited.errors.append(str(error)))

    def dismiss(dialog: object) -> None:
        visited.dialogs.append(str(dialog))
        dialog.dismiss()  # type: ignore[attr-defined]

    page.on("dialog", dismiss)
    page.goto(url)
    expect(visited.box("question")).to_be_visible()
    yield visited
    outside = [request for request in visited.requests if not request.startswith((url, "data:", "blob:"))]
    assert outside == []
    assert visited.dialogs == []
    assert visited.errors == []
    context.close()
