"""HTML of answers, hits, comparisons and the list of documents.

``gr.HTML`` does not sanitise: everything that comes from a document, a question or a catalogue passes ``html.escape``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from corpus.model import Citation, Document, Initiative, Passage
from search import Answer, Cell, Finding, Hit, Matrix
from search.answer import outside_remark
from search.citations import plain
from search.names import page_name
from ui.buttons import open_button
from ui.facts import facts_html
from ui.library import Library
from ui.texts import Language, municipality_name, period, text

_EXCERPT_CHARACTERS = 140


def notice(title: str, body: str = "", *, is_error: bool = False) -> str:
    """Return a message of the page; both texts are plain."""
    role, kind = ("alert", "error") if is_error else ("status", "info")
    lines = "".join(f"<p>{escape(line)}</p>" for line in body.splitlines())
    return f'<div class="k-notice k-{kind}" role="{role}"><strong>{escape(title)}</strong>{lines}</div>'


def cells(source: str) -> str:
    """Return document text as HTML; tabs stay, each inside an element that draws the border of a cell."""
    return '<span class="k-tab">\t</span>'.join(escape(cell) for cell in source.split("\t"))


def answer_html(answer: Answer, library: Library, language: Language, chips: str = "") -> str:
    """Return an answer: a card for each municipality with evidence, and the names of those without.

    chips: HTML of how the question was read, which stands between the question and its answer.
    """
    # Outside of what is read out when it changes: a reader switches chips one by one.
    asked = f'<p class="k-question">{escape(answer.question)}</p>{chips}'
    if answer.abstained:
        body = notice(text("abstained", language), answer.text)
        return asked + _result(body, _hits_details("nearby", answer.hits, library, language))
    searched = len(answer.findings) + len(answer.without_evidence)
    summary = text("found_count", language, searched=searched, found=len(answer.findings))
    return asked + _result(
        f'<p class="k-summary">{escape(summary)}</p>' if searched > 1 else "",
        _names(text("without_evidence", language), answer.without_evidence, language),
        "".join(_card(finding, library, language) for finding in answer.findings),
        notice(outside_remark(answer.outside, language)) if answer.outside else "",
        _hits_details("retrieved", answer.hits, library, language),
    )


def hits_html(hits: Sequence[Hit], library: Library, language: Language, chips: str = "") -> str:
    """Return search results, each passage with its citation highlighted. chips: HTML of how the question was read."""
    if not hits:
        return chips + _result(notice(text("no_hits", language), text("no_hits_advice", language)))
    count = escape(text("hit_count", language, count=len(hits)))
    return chips + _result(f'<p class="k-summary">{count}</p>', _hits(hits, language))


def matrix_html(matrix: Matrix, language: Language) -> str:
    """Return a comparison as a table, municipalities x themes; the cells open their passages."""
    head = "".join(f'<th scope="col">{escape(theme)}</th>' for theme in matrix.themes)
    rows = "".join(
        f'<tr><th scope="row">{escape(municipality_name(name, language))}</th>'
        f"{''.join(_cell(cell, language) for cell in row)}</tr>"
        for name, row in zip(matrix.municipalities, matrix.cells, strict=True)
    )
    corner = f'<th scope="col">{escape(text("municipality", language))}</th>'
    return _result(
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


def source_html(document: Document, passage: Passage | None, page: int | None, language: Language) -> str:
    """Return where a quote stands: document, section, initiative, page."""
    parts = [f'<span class="k-title">{escape(document.title)}</span>', kind_badge(document, language)]
    if passage and passage.section:
        parts.append(f'<span class="k-section">{escape(" › ".join(passage.section))}</span>')
    if passage and (passage.initiative_number or passage.initiative_title):
        initiative = " ".join(part for part in (passage.initiative_number, passage.initiative_title) if part)
        parts.append(_labelled("initiative", initiative, language))
    if page is not None:
        parts.append(f"<span>{escape(page_name(page, language))}</span>")
    return f'<div class="k-source">{" ".join(parts)}</div>'


def kind_badge(document: Document, language: Language) -> str:
    """Return the kind of a document as a badge."""
    return f'<span class="k-badge">{escape(text(f"kind_{document.kind}", language))}</span>'


def _result(*parts: str) -> str:
    return f'<div class="k-result" aria-live="polite">{"".join(parts)}</div>'


def _labelled(key: str, value: str, language: Language) -> str:
    return f'<span class="k-field"><b>{escape(text(key, language))}</b> {escape(value)}</span>'


def _names(label: str, names: Iterable[str], language: Language) -> str:
    listed = ("、" if language == "ja" else ", ").join(municipality_name(name, language) for name in names)
    return f'<p class="k-missing"><b>{escape(label)}</b> {escape(listed)}</p>' if listed else ""


def _card(finding: Finding, library: Library, language: Language) -> str:
    prefecture = finding.citations[0].document.prefecture
    quotes = ""
    told: set[tuple[str, int]] = set()  # the facts of an initiative stand beside its first quote
    for citation in finding.citations:
        passage = library.passage(citation)
        initiative = library.engine.initiative_of(passage) if passage else None
        key = (initiative.document_id, initiative.ordinal) if initiative else None
        quotes += _figure(citation, cells(citation.quote), passage, None if key in told else initiative, language)
        told |= {key} if key else set()
    name = escape(municipality_name(finding.municipality, language))
    return f'<article class="k-card"><h3>{name} <small>{escape(prefecture)}</small></h3>{quotes}</article>'


def _figure(
    citation: Citation, quote: str, passage: Passage | None, initiative: Initiative | None, language: Language
) -> str:
    document = citation.document
    source = source_html(document, passage, citation.page, language)
    facts = facts_html(initiative, document, language) if initiative else ""
    button = open_button(document, citation.span, escape(text("open", language)))
    return (
        f'<figure class="k-citation"><div class="k-beside"><blockquote lang="ja">{quote}</blockquote>{facts}</div>'
        f"<figcaption>{source}{button}</figcaption></figure>"
    )


def _hits_details(key: str, hits: Sequence[Hit], library: Library, language: Language) -> str:
    if not hits:
        return ""
    title = escape(text(key, language, count=len(hits)))
    return f'<details class="k-details"><summary>{title}</summary>{_hits(hits, language)}</details>'


def _hits(hits: Sequence[Hit], language: Language) -> str:
    return f'<ol class="k-hits">{"".join(_hit(hit, language) for hit in hits)}</ol>'


def _hit(hit: Hit, language: Language) -> str:
    passage, document = hit.passage, hit.passage.document
    start, end = (at - passage.span[0] for at in hit.citation.span)
    quote = f"{cells(passage.text[:start])}<mark>{cells(passage.text[start:end])}</mark>{cells(passage.text[end:])}"
    if (start, end) == (0, len(passage.text)):
        quote = cells(passage.text)  # a highlight on everything shows nothing
    name = escape(municipality_name(document.municipality, language))
    figure = _figure(hit.citation, quote, passage, hit.initiative, language)
    return f'<li class="k-card"><h3>{name} <small>{escape(document.prefecture)}</small></h3>{figure}</li>'


def _cell(cell: Cell, language: Language) -> str:
    if cell.finding is None:
        return f'<td class="k-none">{escape(text("no_evidence", language))}</td>'
    first, *others = cell.finding.citations
    buttons = [open_button(first.document, first.span, escape(_excerpt(first.quote)), "k-excerpt")]
    buttons += [
        open_button(other.document, other.span, escape(text("more_evidence", language, number=number)), "k-more")
        for number, other in enumerate(others, 2)
    ]
    return f"<td>{''.join(buttons)}</td>"


def _excerpt(quote: str) -> str:
    excerpt = plain(quote)
    return excerpt if len(excerpt) <= _EXCERPT_CHARACTERS else f"{excerpt[:_EXCERPT_CHARACTERS]}…"


def _document_item(document: Document, library: Library, language: Language) -> str:
    label = f'<span class="k-title">{escape(document.title)}</span>'
    button = open_button(document, (0, 0), label, "k-document")
    count = escape(text("initiative_count", language, count=library.initiatives[document.id]))
    about = f"{kind_badge(document, language)} <span>{escape(period(document, language))}</span> <span>{count}</span>"
    return f'<li>{button}<div class="k-source">{about}</div></li>'
