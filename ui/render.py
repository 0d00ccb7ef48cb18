"""HTML of hits, comparisons and the list of documents, and of what every result has: quotes, sources, messages.

``gr.HTML`` does not sanitise: everything that comes from a document, a question or a catalogue passes ``html.escape``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape

from corpus.model import Citation, Document, Initiative, Passage
from search import Cell, Hit, Matrix
from search.citations import plain
from search.names import line_name, municipality_name, page_name, strength_name
from ui.buttons import open_button
from ui.facts import facts_html
from ui.library import Library
from ui.texts import Language, period, text

_EXCERPT_CHARACTERS = 140
_CUT_FIGURE = re.compile(r"[\d,.，．]+$")  # a part of a figure is another figure


def notice(title: str, body: str = "", *, is_error: bool = False) -> str:
    """Return a message of the page; both texts are plain."""
    role, kind = ("alert", "error") if is_error else ("status", "info")
    lines = "".join(f"<p>{escape(line)}</p>" for line in body.splitlines())
    return f'<div class="k-notice k-{kind}" role="{role}"><strong>{escape(title)}</strong>{lines}</div>'


def cells(source: str) -> str:
    """Return document text as HTML; tabs stay, each inside an element that draws the border of a cell."""
    return '<span class="k-tab">\t</span>'.join(escape(cell) for cell in source.split("\t"))


def hits_html(hits: Sequence[Hit], library: Library, language: Language, chips: str = "") -> str:
    """Return search results, each passage with its citation highlighted. chips: HTML of how the question was read."""
    if not hits:
        return chips + result(notice(text("no_hits", language), text("no_hits_advice", language)))
    count = escape(text("hit_count", language, count=len(hits)))
    return chips + result(f'<p class="k-summary">{count}</p>', _hits(hits, language))


def matrix_html(matrix: Matrix, language: Language) -> str:
    """Return a comparison as a table, municipalities x themes; the cells open their passages."""
    head = "".join(f'<th scope="col">{escape(theme)}</th>' for theme in matrix.themes)
    rows = "".join(
        f'<tr><th scope="row">{escape(municipality_name(name, language))}</th>'
        f"{''.join(_cell(cell, language) for cell in row)}</tr>"
        for name, row in zip(matrix.municipalities, matrix.cells, strict=True)
    )
    corner = f'<th scope="col">{escape(text("municipality", language))}</th>'
    return result(
        f'<div class="k-scroll" tabindex="0"><table class="k-matrix"><thead><tr>{corner}{head}</tr></thead>'
        f"<tbody>{rows}</tbody></table></div>"
    )


def documents_html(library: Library, language: Language) -> str:
    """Return the list of documents, by municipality, with the number of their initiatives; each opens in the reader."""
    groups: dict[str, list[Document]] = {}
    for document in library.documents:
        groups.setdefault(document.municipality, []).append(document)
    sections = "".join(
        f"<h3>{escape(municipality_name(name, language))} <small>{escape(group[0].prefecture)}</small></h3>"
        f"<ul>{''.join(_document_item(document, library, language) for document in group)}</ul>"
        for name, group in groups.items()
    )
    title = escape(text("document_list", language, count=len(library.documents)))
    return f'<nav class="k-documents"><h2>{title}</h2>{sections}</nav>'


def figure_html(
    citation: Citation,
    quote: str,
    passage: Passage | None,
    initiative: Initiative | None,
    language: Language,
    number: int | None = None,
) -> str:
    """Return a quote with where it stands, and beside it what is known of its initiative.

    quote: HTML; empty for a quote that stands elsewhere on the page. number: of the citation in an answer; what is
    looked up by its number begins with where it stands.
    """
    facts = facts_html(initiative, citation.document, language) if initiative else ""
    words = f'<blockquote lang="ja">{quote}</blockquote>' if quote else ""
    beside = f'<div class="k-beside">{words}{facts}</div>' if words or facts else ""
    mark = f'<b class="k-mark">[{number}]</b> ' if number else ""
    source = f'<div class="k-source">{mark}{_source(citation, passage, language)}</div>'
    button = open_button(citation.document, citation.span, escape(text("open", language)))
    caption = f"<figcaption>{source}{button}</figcaption>"
    return f'<figure class="k-citation">{caption + beside if number else beside + caption}</figure>'


def hits_details(key: str, hits: Sequence[Hit], language: Language) -> str:
    """Return retrieved passages, folded under the text ``key``; empty without any."""
    if not hits:
        return ""
    title = escape(text(key, language, count=len(hits)))
    return f'<details class="k-details"><summary>{title}</summary>{_hits(hits, language)}</details>'


def result(*parts: str) -> str:
    """Return the parts of a result as one, which is read out when it changes."""
    return f'<div class="k-result" aria-live="polite">{"".join(parts)}</div>'


def kind_badge(document: Document, language: Language) -> str:
    """Return the kind of a document as a badge."""
    return f'<span class="k-badge">{escape(text(f"kind_{document.kind}", language))}</span>'


def _source(citation: Citation, passage: Passage | None, language: Language) -> str:
    """Return where a quote stands: document, section, initiative, page or line."""
    document = citation.document
    parts = [f'<span class="k-title">{escape(document.title)}</span>', kind_badge(document, language)]
    if passage and passage.section:
        parts.append(f'<span class="k-section">{escape(" › ".join(passage.section))}</span>')
    if passage and (passage.initiative_number or passage.initiative_title):
        initiative = " ".join(part for part in (passage.initiative_number, passage.initiative_title) if part)
        parts.append(_labelled("initiative", initiative, language))
    where = page_name(citation.page, language) if citation.page is not None else line_name(citation.line, language)
    if where:
        parts.append(f"<span>{escape(where)}</span>")
    return " ".join(parts)


def _labelled(key: str, value: str, language: Language) -> str:
    return f'<span class="k-field"><b>{escape(text(key, language))}</b> {escape(value)}</span>'


def _hits(hits: Sequence[Hit], language: Language) -> str:
    return f'<ol class="k-hits">{"".join(_hit(hit, language) for hit in hits)}</ol>'


def _hit(hit: Hit, language: Language) -> str:
    passage, document = hit.passage, hit.passage.document
    start, end = (at - passage.span[0] for at in hit.citation.span)
    quote = f"{cells(passage.text[:start])}<mark>{cells(passage.text[start:end])}</mark>{cells(passage.text[end:])}"
    if (start, end) == (0, len(passage.text)):
        quote = cells(passage.text)  # a highlight on everything shows nothing
    name = escape(municipality_name(document.municipality, language))
    figure = figure_html(hit.citation, quote, passage, hit.initiative, language)
    return f'<li class="k-card"><h3>{name} <small>{escape(document.prefecture)}</small></h3>{figure}</li>'


def _cell(cell: Cell, language: Language) -> str:
    if cell.finding is None:
        return f'<td class="k-none">{escape(text("not_stated", language))}</td>'
    first, *others = cell.finding.citations
    strength = cell.finding.strength
    badge = f'<span class="k-badge k-strength k-{strength}">{escape(strength_name(strength, language))}</span>'
    buttons = [open_button(first.document, first.span, escape(_excerpt(first.quote)), "k-excerpt")]
    buttons += [
        open_button(other.document, other.span, escape(text("more_evidence", language, number=number)), "k-more")
        for number, other in enumerate(others, 2)
    ]
    return f"<td>{badge}{''.join(buttons)}</td>"


def _excerpt(quote: str) -> str:
    excerpt = plain(quote)
    if len(excerpt) <= _EXCERPT_CHARACTERS:
        return excerpt
    return f"{_CUT_FIGURE.sub('', excerpt[:_EXCERPT_CHARACTERS])}…"


def _document_item(document: Document, library: Library, language: Language) -> str:
    label = f'<span class="k-title">{escape(document.title)}</span>'
    button = open_button(document, (0, 0), label, "k-document")
    count = escape(text("initiative_count", language, count=library.initiatives[document.id]))
    about = f"{kind_badge(document, language)} <span>{escape(period(document, language))}</span> <span>{count}</span>"
    return f'<li>{button}<div class="k-source">{about}</div></li>'
