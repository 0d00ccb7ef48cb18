"""From the catalogue to a published index."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from corpus.catalogue import Catalogue
from corpus.model import Initiative, Passage
from corpus.passages import cut
from corpus.readings import kept_digest
from indexer.errors import IndexerError
from indexer.generation import (
    FORMAT_VERSION,
    Layout,
    passage_to_json,
    write_initiatives,
    write_manifest,
    write_pages,
)
from indexer.lexical import LexicalIndex
from indexer.sentences import sentence_spans
from indexer.store import writing
from indexer.tokenise import bigrams, tokeniser_versions, words
from indexer.vectors import write_vectors

if TYPE_CHECKING:
    from indexer.encoder import Encoder

_ROOT = Path(__file__).resolve().parent.parent


def source_digest(catalogue: Catalogue, model_fingerprint: str) -> str:
    """Return a digest of all that an index is made from: it tells whether a rebuild would change anything."""
    digest = hashlib.sha256()
    for document in catalogue.documents:
        digest.update(json.dumps(asdict(document), sort_keys=True).encode())
        digest.update(kept_digest(document.sha256, catalogue.readings).encode())
    # The code that cuts, tokenises and embeds is a source too.
    for room in ("corpus", "indexer"):
        for path in sorted((_ROOT / room).rglob("*")):
            if path.suffix in (".py", ".toml", ".tsv") and "documents" not in path.parts:
                digest.update(path.read_bytes().replace(b"\r\n", b"\n"))
    digest.update(json.dumps([FORMAT_VERSION, model_fingerprint, tokeniser_versions()], sort_keys=True).encode())
    return digest.hexdigest()


def indexed_text(passage: Passage) -> str:
    """Return what a passage is searched by: where it stands, without city and document, and its text."""
    return "\n".join([*(name for name in _names(passage) if name not in passage.text), passage.text])


def context_text(passage: Passage) -> str:
    """Return where a passage stands, without city and document: headings, title of its initiative, departments."""
    return "\n".join(_names(passage))


def _names(passage: Passage) -> list[str]:
    return [name for name in (*passage.section[-2:], passage.initiative_title or "", *passage.departments) if name]


def title_of(passage: Passage) -> str:
    """Return the title of a passage's initiative, else its nearest heading; empty when it has neither."""
    return passage.initiative_title or (passage.section[-1] if passage.section else "")


def embedded_text(passage: Passage) -> str:
    """Return what a passage's vector stands for: the initiative's title, or the heading, and the text."""
    title = title_of(passage)
    text = " ".join(passage.text.split())
    return text if title in text else f"{title} {text}"


def build(catalogue: Catalogue, index: Path, encoder: Encoder, *, progress: bool = False) -> dict[str, int]:
    """Build an index from all documents of a catalogue and publish it; return its counts.

    Raises CorpusError when a document cannot be read, IndexerError when the index cannot be written.
    """
    with writing(index) as layout:
        passages: list[Passage] = []
        initiatives: list[Initiative] = []
        pages: dict[str, tuple[int, ...]] = {}
        for document in catalogue.documents:
            canonical = catalogue.read(document)
            path = layout.document(document.id)
            path.parent.mkdir(exist_ok=True)
            path.write_text(canonical.text, encoding="utf-8", newline="\n")
            cutting = cut(document, canonical)
            passages.extend(cutting.passages)
            initiatives.extend(cutting.initiatives)
            if canonical.pages:
                pages[document.id] = canonical.pages
        if not passages:
            raise IndexerError("no passage in any document; check the files that the catalogue names")
        with layout.passages.open("w", encoding="utf-8", newline="\n") as file:
            file.writelines(passage_to_json(passage) + "\n" for passage in passages)
        write_initiatives(layout.initiatives, initiatives)
        write_pages(layout.pages, pages)
        texts = [indexed_text(passage) for passage in passages]
        LexicalIndex.build([words(text) for text in texts]).save(layout.words)
        LexicalIndex.build([bigrams(text) for text in texts]).save(layout.bigrams)
        LexicalIndex.build([words(context_text(passage)) for passage in passages]).save(layout.contexts)
        sentences = _write_sentences(layout, passages)
        _write_vectors(layout, passages, sentences, encoder, progress)
        counts = {
            "documents": len(catalogue.documents),
            "initiatives": len(initiatives),
            "passages": len(passages),
            "sentences": len(sentences),
        }
        write_manifest(
            layout,
            source=source_digest(catalogue, encoder.fingerprint),
            model={
                "name": encoder.name,
                "fingerprint": encoder.fingerprint,
                "dimension": encoder.dimension,
                "query_prompt": encoder.query_prompt,
                "document_prompt": encoder.document_prompt,
            },
            counts=counts,
            documents=catalogue.documents,
        )
    return counts


def _write_sentences(layout: Layout, passages: list[Passage]) -> NDArray[np.int32]:
    """Write the sentences and their words; return them as rows (passage, start, end), the span inside the passage."""
    sentences = np.array(
        [(at, *span) for at, passage in enumerate(passages) for span in sentence_spans(passage.text)], dtype=np.int32
    ).reshape(-1, 3)
    LexicalIndex.build([words(text) for text in _texts(sentences, passages)]).save(layout.sentence_words)
    np.save(layout.sentences, sentences, allow_pickle=False)
    return sentences


def _texts(sentences: NDArray[np.int32], passages: list[Passage]) -> list[str]:
    return [passages[at].text[start:end] for at, start, end in sentences]


def _write_vectors(
    layout: Layout, passages: list[Passage], sentences: NDArray[np.int32], encoder: Encoder, progress: bool
) -> None:
    """Write the vectors of passages, of sentences and of titles, and for each passage which title is its own.

    A title is embedded once, however many passages stand under it; a passage without one has -1.
    """
    titles = {title: row for row, title in enumerate(dict.fromkeys(filter(None, map(title_of, passages))))}
    # One list of texts: the encoder sorts by length, and passages may be as short as sentences.
    texts = [*map(embedded_text, passages), *_texts(sentences, passages), *titles]
    vectors = encoder.encode_documents(texts, progress=progress, label="embedding")
    ends = np.cumsum([len(passages), len(sentences)])
    for path, part in zip(
        (layout.passage_vectors, layout.sentence_vectors, layout.title_vectors), np.split(vectors, ends), strict=True
    ):
        write_vectors(path, part)
    np.save(layout.titles, np.array([titles.get(title_of(passage), -1) for passage in passages]), allow_pickle=False)
