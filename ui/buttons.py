"""Buttons that open a place of a document in the reader; ``open_passage.js`` tells the server of a press."""

from __future__ import annotations

from html import escape

from corpus.model import Document, Span


def open_button(
    document: Document, span: Span, label: str, css_class: str = "k-open", title: str = "", spoken: str = ""
) -> str:
    """Return a button that opens a span of a document in the reader.

    label: HTML. title: plain text. spoken: plain text, what a screen reader calls the button in place of the label.
    """
    about = f' title="{escape(title)}"' if title else ""
    about += f' aria-label="{escape(spoken)}"' if spoken else ""
    return (
        f'<button type="button" class="{css_class}" data-doc="{escape(document.id)}" '
        f'data-start="{span[0]}" data-end="{span[1]}"{about}>{label}</button>'
    )
