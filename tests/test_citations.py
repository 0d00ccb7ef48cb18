"""Every quote can be checked against its document, and nothing is cited that no document says."""

from __future__ import annotations

import dataclasses
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from corpus.model import Citation, Passage
from indexer.encoder import Encoder
from indexer.store import open_generation
from search import Answer, SearchEngine, SearchError
from search.citations import QUOTE_CHARACTERS, quote_span, verified

pytest_plugins = ["asked"]


def test_every_citation_stands_in_its_document(engine: SearchEngine, many: list[Answer]) -> None:
    passages: dict[str, list[Passage]] = {}
    for passage in engine.passages:
        passages.setdefault(passage.document.id, []).append(passage)
    assert len(many) >= 60
    count = 0
    for answer in many:
        for citation in (*(hit.citation for hit in answer.hits), *answer.citations):
            start, end = citation.span
            assert engine.canonical_text(citation.document.id)[start:end] == citation.quote
            assert citation.quote.strip() == citation.quote != ""
            holder = next(
                passage
                for passage in passages[citation.document.id]
                if passage.span[0] <= start and end <= passage.span[1] and passage.context == citation.context
            )
            assert len(citation.quote) <= min(QUOTE_CHARACTERS, len(holder.text))
            assert verified(citation, engine.canonical_text)
            count += 1
    assert count > 500


def test_citations_of_hits_lie_in_their_passage(engine: SearchEngine, titles: list[str]) -> None:
    for title in titles[:20]:
        for hit in engine.search(title, 20):
            (start, end), (first, last) = hit.citation.span, hit.passage.span
            assert first <= start < end <= last
            assert hit.passage.text[start - first : end - first] == hit.citation.quote
            assert hit.citation.document == hit.passage.document


def test_a_tampered_citation_is_not_verified(engine: SearchEngine, answers: list[Answer]) -> None:
    citations = [citation for answer in answers for citation in answer.citations]
    other = {document.municipality: document for document in engine.documents}
    for citation in citations:
        start, end = citation.span
        elsewhere = other["石岡市" if citation.document.municipality != "石岡市" else "結城市"]
        for tampered in (
            dataclasses.replace(citation, span=(start + 1, end + 1)),
            dataclasses.replace(citation, span=(start - 1, end - 1)),
            dataclasses.replace(citation, span=(start, end - 1)),
            dataclasses.replace(citation, quote=citation.quote[:-1] + "〓"),
            dataclasses.replace(citation, quote=citation.quote.replace("\n", " ") + " "),
            dataclasses.replace(citation, quote="", span=(start, start)),
            dataclasses.replace(citation, document=elsewhere),
            dataclasses.replace(citation, span=(10**9, 10**9 + len(citation.quote))),
            dataclasses.replace(citation, span=(start - 10**9, end - 10**9)),
        ):
            assert not verified(tampered, engine.canonical_text), tampered


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace("テレワーク", "テレワープ"),
        lambda text: "〇" + text,
        lambda text: text[: len(text) // 2],
        lambda _: "",
    ],
    ids=["a word altered, same size", "shifted by one", "cut short", "emptied"],
)
def test_nothing_is_cited_that_the_indexed_text_does_not_say(
    index: Path, encoder: Encoder, tmp_path: Path, change: Callable[[str], str]
) -> None:
    shutil.copytree(index, tmp_path / "index")
    layout, manifest = open_generation(tmp_path / "index")
    path = layout.document("yuki-2021-plan")
    text = change(path.read_text(encoding="utf-8"))
    path.write_text(text, encoding="utf-8", newline="\n")
    engine = SearchEngine(layout, manifest, encoder)  # as if the store had noticed nothing
    for question in ("結城市のテレワーク", "テレワークPCの稼働率", "which cities target telework?"):
        answer = engine.ask(question)
        shown = [*(hit.citation for hit in engine.search(question, 30)), *answer.citations]
        shown += [hit.citation for hit in answer.hits]
        for citation in shown:
            start, end = citation.span
            assert engine.canonical_text(citation.document.id)[start:end] == citation.quote != ""
        cited = [citation for citation in shown if citation.document.id == "yuki-2021-plan"]
        assert not any("テレワークPCの稼働率" in citation.quote for citation in cited if "テレワークPC" not in text)


@pytest.mark.parametrize("focus", [None, (0, 5), (150, 160), (380, 390), (0, 394)])
def test_quotes_are_whole_lines_around_what_matters_and_of_bounded_length(focus: tuple[int, int] | None) -> None:
    text = "\n".join(f"{number}行目は" + "あ" * 74 for number in range(1, 6))
    assert len(text) == 394
    start, end = quote_span(text, focus)
    first, last = focus or (0, 0)
    assert 0 <= start <= first <= last <= end
    assert end - start <= max(QUOTE_CHARACTERS, last - first)
    assert start == 0 or text[start - 1] == "\n"
    assert end == len(text) or text[end] == "\n"


def test_a_citation_of_an_unknown_document_is_an_error(engine: SearchEngine, answers: list[Answer]) -> None:
    citation: Citation = answers[0].citations[0]
    unknown = dataclasses.replace(citation, document=dataclasses.replace(citation.document, id="nowhere"))
    with pytest.raises(SearchError, match="no document has the id 'nowhere'; use one of tsukubamirai-2024-report"):
        verified(unknown, engine.canonical_text)
