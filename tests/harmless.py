"""Whether HTML can do harm in the browser of a reader."""

from __future__ import annotations

from html.parser import HTMLParser


class _Tags(HTMLParser):
    """Collects what a browser would make elements of."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.attributes: set[str] = set()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.add(tag)
        self.attributes.update(name for name, _ in attrs)


def assert_harmless(html: str) -> None:
    tags = _Tags(html)
    assert not tags.names & {"script", "img", "iframe", "svg", "a", "style", "input"}
    assert not {name for name in tags.attributes if name.startswith("on")}
    assert '__i18n__{"' not in html
