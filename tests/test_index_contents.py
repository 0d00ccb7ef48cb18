"""What is in an index: its manifest, its passages and texts, and the kinds of its files."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import numpy as np
import pytest
from small_index import catalogue_of

from corpus.catalogue import Catalogue
from corpus.passages import cut
from indexer.build import build
from indexer.encoder import Encoder
from indexer.generation import FORMAT_VERSION, damaged_files, passages_from_json
from indexer.lexical import LexicalIndex
from indexer.store import open_generation
from indexer.tokenise import tokeniser_versions, words
from indexer.vectors import VectorIndex
from search import SearchEngine

pytest_plugins = ["small_index"]


def test_the_manifest_says_what_the_index_was_made_from(index: Path, catalogue: Catalogue, encoder: Encoder) -> None:
    layout, manifest = open_generation(index)
    assert manifest.format_version == FORMAT_VERSION
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", manifest.created)
    assert manifest.model == {
        "name": "embedded",
        "fingerprint": encoder.fingerprint,
        "dimension": 512,
        "query_prompt": "",
        "document_prompt": "",
    }
    assert manifest.tokeniser == tokeniser_versions()
    assert manifest.documents == catalogue.documents
    for document in manifest.documents:
        assert document.sha256 == hashlib.sha256((catalogue.folder / document.file).read_bytes()).hexdigest()
    assert manifest.counts == {
        "documents": len(catalogue.documents),
        "initiatives": len(layout.initiatives.read_text(encoding="utf-8").splitlines()),
        "passages": len(layout.passages.read_text(encoding="utf-8").splitlines()),
        "sentences": len(np.load(layout.sentences, allow_pickle=False)),
    }
    assert VectorIndex(layout.passage_vectors).size == manifest.counts["passages"]
    assert VectorIndex(layout.sentence_vectors).size == manifest.counts["sentences"]


def test_the_manifest_has_size_and_digest_of_every_file(index: Path) -> None:
    layout, manifest = open_generation(index)
    files = {path.relative_to(layout.folder).as_posix(): path for path in layout.folder.rglob("*") if path.is_file()}
    assert set(manifest.files) == set(files) - {"manifest.json"}
    for name, entry in manifest.files.items():
        data = files[name].read_bytes()
        assert entry == {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
    assert damaged_files(layout, manifest) == []


def test_the_manifest_has_the_prompts_of_the_model(tmp_path: Path, small: Catalogue, tiny_model: Path) -> None:
    build(small, tmp_path / "index", Encoder.load(str(tiny_model)))
    model = open_generation(tmp_path / "index")[1].model
    assert (model["query_prompt"], model["document_prompt"]) == ("検索クエリ: ", "検索文書: ")
    assert (model["name"], model["dimension"]) == (str(tiny_model), 8)


def test_passages_and_texts_come_back_as_they_were_cut(index: Path, catalogue: Catalogue) -> None:
    layout, manifest = open_generation(index)
    texts = {document.id: catalogue.read(document) for document in catalogue.documents}
    expected = [passage for document in catalogue.documents for passage in cut(document, texts[document.id]).passages]
    assert passages_from_json(layout.passages, manifest.documents) == expected
    for id_, canonical in texts.items():
        assert layout.document(id_).read_bytes().decode("utf-8") == canonical.text


def test_sentences_contexts_and_titles_are_those_of_the_passages(index: Path) -> None:
    layout, manifest = open_generation(index)
    passages = passages_from_json(layout.passages, manifest.documents)
    spans = np.load(layout.sentences, allow_pickle=False)
    sentences, contexts = LexicalIndex.load(layout.sentence_words), LexicalIndex.load(layout.contexts)
    assert (sentences.texts, contexts.texts) == (len(spans), len(passages))
    for at in range(0, len(spans), 97):
        owner, start, end = spans[at].tolist()
        for term in words(passages[owner].text[start:end]):
            assert at in sentences.postings(term)[0], term
    titles = np.load(layout.titles, allow_pickle=False)
    vectors = VectorIndex(layout.title_vectors)
    assert len(titles) == len(passages) and titles.min() >= -1 and titles.max() == vectors.size - 1
    for at, passage in enumerate(passages):
        if passage.initiative_title:
            assert titles[at] >= 0
            for term in words(passage.initiative_title):
                assert at in contexts.postings(term)[0], (passage.context, term)
    same = [titles[at] for at, one in enumerate(passages) if one.initiative_title == "テレワーク環境の充実"]
    assert len(same) > 1 and len(set(same)) == 1


def test_no_file_of_an_index_is_a_pickle(index: Path) -> None:
    for path in open_generation(index)[0].files():
        assert path.suffix in {".json", ".jsonl", ".txt", ".npy", ".faiss"}, path
        if path.suffix == ".npy":
            assert np.load(path, allow_pickle=False).dtype != object
        assert not path.read_bytes().startswith(b"\x80"), path


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("text", ["RPA", "の", "12", "の。\n\nRPA"])
def test_documents_without_a_sentence_make_an_index_that_opens(tmp_path: Path, encoder: Encoder, text: str) -> None:
    catalogue = catalogue_of(tmp_path / "documents", plan=text)
    counts = build(catalogue, tmp_path / "index", encoder)
    assert counts["sentences"] == 0
    assert counts["passages"] > 0
    engine = SearchEngine.open(tmp_path / "index")
    assert engine.canonical_text("plan") == text
    for question in ("RPA", "の", "テレワークを導入しているか？", "12"):
        assert all(hit.passage.text in text for hit in engine.search(question))
        engine.ask(question)
