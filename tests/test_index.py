"""The index on disk: what is in it, what damages it, and that no crash, full disk or second writer does.

Builds that must die do so in forks of a fresh process, which no thread of pytest's shares: see ``told_by_a_process``.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from corpus.catalogue import Catalogue, load_catalogue
from corpus.errors import CorpusError
from corpus.passages import cut
from indexer.__main__ import main
from indexer.build import build
from indexer.encoder import Encoder
from indexer.errors import IndexerError, IndexMismatchError, IndexMissingError
from indexer.generation import FORMAT_VERSION, damaged_files, passages_from_json, write_manifest
from indexer.lexical import LexicalIndex
from indexer.store import open_generation, open_manifest, writing
from indexer.tokenise import tokeniser_versions
from indexer.vectors import VectorIndex, write_vectors
from search import SearchEngine

ROOT = Path(__file__).resolve().parent.parent
BUILD = "python -m indexer build"
TEXT = """# 行政改革大綱

## 第1章 テレワークの推進

職員の多様な働き方を進めるため、テレワークを導入する。令和7年度までに全ての課で実施する。

## 第2章 公共施設の再編

老朽化した公共施設について、指定管理者制度の導入や統廃合を検討し、維持管理の費用を減らす。
"""
OTHER_TEXT = TEXT.replace("テレワーク", "ペーパーレス化")

needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork and SIGKILL")


def catalogue_of(folder: Path, **texts: str) -> Catalogue:
    """Write documents with these ids and texts, and their catalogue; return it."""
    folder.mkdir(parents=True, exist_ok=True)
    entries = []
    for id_, text in texts.items():
        (folder / f"{id_}.txt").write_text(text, encoding="utf-8")
        entries.append(
            f'[[document]]\nid = "{id_}"\nfile = "{id_}.txt"\nmunicipality = "結城市"\nmunicipality_code = "08207"\n'
            f'prefecture = "茨城県"\ntitle = "行政改革大綱"\nkind = "outline"\nfiscal_years = [2021, 2025]\n'
        )
    (folder / "catalog.toml").write_text("\n".join(entries), encoding="utf-8")
    return load_catalogue(folder)


def text_of(index: Path) -> str:
    """Return the text of all passages of an index that opens and is whole."""
    layout, manifest = open_generation(index)
    return "\n".join(passage.text for passage in passages_from_json(layout.passages, manifest.documents))


def contents(index: Path) -> dict[str, bytes]:
    """Return what a reader of an index reads: the pointer and every file of the current generation."""
    folder = open_generation(index)[0].folder
    files = [index / "CURRENT", *(path for path in folder.rglob("*") if path.is_file())]
    return {path.relative_to(index).as_posix(): path.read_bytes() for path in files}


def generations(index: Path) -> set[str]:
    return {path.name for path in (index / "generations").iterdir()}


def entries(index: Path) -> set[str]:
    return {path.name for path in index.iterdir()}


def tampered(index: Path, **changes: Any) -> None:
    """Publish the current manifest with some of its values changed."""
    path = open_generation(index)[0].manifest
    path.write_text(json.dumps({**json.loads(path.read_text(encoding="utf-8")), **changes}), encoding="utf-8")
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    (index / "CURRENT").write_text(f"{path.parent.name} {digest}\n", encoding="utf-8")


def flip(path: Path, at: int) -> None:
    data = bytearray(path.read_bytes())
    data[at] ^= 1
    path.write_bytes(data)


def failing(encoder: Encoder, error: BaseException) -> Encoder:
    """Return an encoder that stops with an error when it is given texts."""

    def embed(texts: list[str], is_query: bool) -> NDArray[np.float32]:
        raise error

    return dataclasses.replace(encoder, _embed=embed)


def hashing_encoder() -> Encoder:
    """Return an encoder that needs no torch, so that a process may be forked: equal texts get equal random vectors."""

    def embed(texts: list[str], is_query: bool) -> NDArray[np.float32]:
        seeds = [int.from_bytes(hashlib.sha256(text.encode()).digest()[:8]) for text in texts]
        return np.array([np.random.default_rng(seed).normal(size=512) for seed in seeds], dtype=np.float32)

    return Encoder("hashing", 512, "0" * 64, "", "", embed)


def environment(**variables: Path | str) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT), **{name: str(value) for name, value in variables.items()}}


def indexer(
    *arguments: str, documents: Path, index: Path, prefix: tuple[str, ...] = (), hears_interrupts: bool = False
) -> subprocess.Popen[str]:
    """Start ``python -m indexer`` as a process of its own.

    hears_interrupts: even where this process does not, as those that a shell starts in the background.
    """
    hearing = (
        "import runpy, signal; signal.signal(signal.SIGINT, signal.default_int_handler); "
        "runpy.run_module('indexer', run_name='__main__', alter_sys=True)"
    )
    python = ("-c", hearing) if hears_interrupts else ("-m", "indexer")
    return subprocess.Popen(
        [*prefix, sys.executable, *python, *arguments],
        cwd=ROOT,
        env=environment(KAIKAKU_DOCUMENTS=documents, KAIKAKU_INDEX=index, KAIKAKU_MODEL="embedded"),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def only_line(text: str) -> str:
    """Return the one line that a text has."""
    lines = text.splitlines()
    assert len(lines) == 1, text
    return lines[0]


@pytest.fixture
def small(tmp_path: Path) -> Catalogue:
    return catalogue_of(tmp_path / "documents", plan=TEXT)


@pytest.fixture(scope="module")
def built_once(tmp_path_factory: pytest.TempPathFactory, encoder: Encoder) -> Path:
    folder = tmp_path_factory.mktemp("small")
    build(catalogue_of(folder / "documents", plan=TEXT), folder / "index", encoder)
    return folder / "index"


@pytest.fixture
def small_index(tmp_path: Path, built_once: Path) -> Path:
    """An index over the documents of ``small``, to damage and to write to."""
    return Path(shutil.copytree(built_once, tmp_path / "index"))


@pytest.fixture
def index_copy(tmp_path: Path, index: Path) -> Path:
    """A copy of the index over the bundled documents, to damage."""
    return Path(shutil.copytree(index, tmp_path / "copy"))


@pytest.fixture(scope="module")
def tiny_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A real sentence-transformers model of 8 dimensions, with prompts."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import StaticEmbedding
    from tokenizers import Tokenizer, models

    vocabulary = {
        token: at for at, token in enumerate(["[UNK]", *"行政改革大綱実施計画検索クエリ文書", "tele", "work"])
    }
    tokenizer = Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]", max_input_chars_per_word=1000))
    weights = np.random.default_rng(0).normal(size=(len(vocabulary), 8)).astype(np.float32)
    model = SentenceTransformer(
        modules=[StaticEmbedding(tokenizer, embedding_weights=weights)],
        prompts={"query": "検索クエリ: ", "document": "検索文書: "},
        device="cpu",
    )
    folder = tmp_path_factory.mktemp("models") / "tiny"
    model.save(str(folder))
    return folder


# Words


def test_the_score_of_an_unknown_term_is_zero_everywhere() -> None:
    index = LexicalIndex.build([["改革", "推進"], ["計画"], []])
    for terms in ([], ["市民"], ["市民", "市民"]):
        assert index.scores(terms).tolist() == [0, 0, 0]
    assert index.scores(["市民", "計画"]).tolist() == index.scores(["計画"]).tolist()


def test_a_text_scores_by_the_terms_it_holds() -> None:
    index = LexicalIndex.build([["改革", "推進", "改革"], ["改革", "計画", "市民"], ["計画"]])
    first, second, third = index.scores(["改革"])
    assert first > second > third == 0
    assert index.scores(["改革", "計画"])[1] == pytest.approx(index.scores(["改革"])[1] + index.scores(["計画"])[1])


def test_the_weight_of_a_term_falls_with_its_frequency() -> None:
    index = LexicalIndex.build([["改革"] + ["推進"] * (at < 5) + ["市民"] * (at < 1) for at in range(10)])
    weights = [index.weight(term) for term in ("無名", "市民", "推進", "改革")]
    assert weights == sorted(weights, reverse=True)
    assert len(set(weights)) == 4
    assert weights[-1] > 0


@pytest.mark.parametrize("texts", [[["改革", "推進"], [], ["計画", "改革", "ＲＰＡ"]], [["a"]], [[], []]])
def test_a_saved_word_index_gives_equal_scores(tmp_path: Path, texts: list[list[str]]) -> None:
    built = LexicalIndex.build(texts)
    built.save(tmp_path / "words")
    loaded = LexicalIndex.load(tmp_path / "words")
    assert (loaded.texts, loaded.frequency) == (built.texts, built.frequency) == (len(texts), built.frequency)
    for terms in ([], ["改革"], ["改革", "計画", "無名"], ["a", "a"]):
        scores = loaded.scores(terms)
        assert (scores.dtype, scores.shape) == (np.float32, (len(texts),))
        assert np.array_equal(scores, built.scores(terms))


@pytest.mark.filterwarnings("error")
def test_texts_without_any_term_make_an_index_that_finds_nothing(tmp_path: Path) -> None:
    LexicalIndex.build([[], []]).save(tmp_path / "words")
    assert LexicalIndex.load(tmp_path / "words").scores(["改革"]).tolist() == [0, 0]


# Vectors


@pytest.fixture
def vectors() -> NDArray[np.float32]:
    rows = np.random.default_rng(1).normal(size=(50, 12)).astype(np.float32)
    normalised: NDArray[np.float32] = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    return normalised


def test_cosines_are_those_of_numpy(tmp_path: Path, vectors: NDArray[np.float32]) -> None:
    write_vectors(tmp_path / "v.faiss", vectors)
    index = VectorIndex(tmp_path / "v.faiss")
    assert (index.size, index.dimension) == (50, 12)
    positions = np.array([7, 0, 49, 7])
    assert index.cosines(vectors[3], positions) == pytest.approx(vectors[positions] @ vectors[3], abs=1e-6)
    assert index.cosines(vectors[3], np.zeros(0, dtype=np.int64)).shape == (0,)


def test_the_nearest_vectors_come_best_first(tmp_path: Path, vectors: NDArray[np.float32]) -> None:
    write_vectors(tmp_path / "v.faiss", vectors)
    query = vectors[3]
    positions, cosines = VectorIndex(tmp_path / "v.faiss").search(query, 10)
    expected = np.argsort(-(vectors @ query))[:10]
    assert positions.tolist() == expected.tolist()
    assert positions[0] == 3
    assert cosines == pytest.approx((vectors @ query)[expected], abs=1e-6)


def test_asking_for_more_vectors_than_there_are_gives_all(tmp_path: Path, vectors: NDArray[np.float32]) -> None:
    write_vectors(tmp_path / "v.faiss", vectors)
    positions, cosines = VectorIndex(tmp_path / "v.faiss").search(vectors[0], 10_000)
    assert sorted(positions) == list(range(50))
    assert len(cosines) == 50


def test_an_index_of_no_vectors_finds_nothing(tmp_path: Path, vectors: NDArray[np.float32]) -> None:
    write_vectors(tmp_path / "v.faiss", vectors[:0])
    index = VectorIndex(tmp_path / "v.faiss")
    assert (index.size, index.dimension) == (0, 12)
    assert [part.shape for part in index.search(vectors[0], 5)] == [(0,), (0,)]


@pytest.mark.parametrize("data", [b"", b"IxFI", b"no vectors at all" * 9])
def test_a_file_that_holds_no_vectors_is_damaged(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "v.faiss").write_bytes(data)
    with pytest.raises(IndexMissingError, match=rf"v\.faiss is damaged: run `{BUILD}`"):
        VectorIndex(tmp_path / "v.faiss")


# What is in an index


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


# Damage


def test_verify_finds_one_flipped_byte_in_any_file(index_copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    verify = ["verify", "--index", str(index_copy)]
    assert main(verify) == 0
    assert "all whole" in capsys.readouterr().out
    folder = open_generation(index_copy)[0].folder
    for path in [index_copy / "CURRENT", *(path for path in folder.rglob("*") if path.is_file())]:
        size = path.stat().st_size
        for at in (0, size // 2, size - 1):
            flip(path, at)
            assert main(verify) == 1, (path, at)
            output, errors = capsys.readouterr()
            assert output == ""
            assert BUILD in only_line(errors)
            if path.parent != index_copy:
                assert path.relative_to(folder).as_posix().removesuffix(".json") in errors
            flip(path, at)
    assert main(verify) == 0


def test_an_index_with_a_flipped_byte_does_not_open(index_copy: Path) -> None:
    folder = open_generation(index_copy)[0].folder
    for path in (path for path in folder.rglob("*") if path.is_file()):
        flip(path, path.stat().st_size // 2)
        with pytest.raises(IndexMissingError, match=rf"damaged \(.*\): run `{BUILD}`"):
            SearchEngine.open(index_copy)
        flip(path, path.stat().st_size // 2)
    assert SearchEngine.open(index_copy).search("テレワーク")


def test_any_flipped_byte_of_manifest_or_pointer_is_a_clear_error(small_index: Path) -> None:
    for path, stride in ((open_generation(small_index)[0].manifest, 7), (small_index / "CURRENT", 1)):
        for at in range(0, path.stat().st_size, stride):
            flip(path, at)
            with pytest.raises(IndexerError, match=BUILD):
                open_manifest(small_index)
            flip(path, at)
    open_generation(small_index)


def test_no_index_is_an_error_that_names_the_command(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "file").write_text("", encoding="utf-8")
    for folder in ("missing", "empty", "file", "file/below"):
        with pytest.raises(IndexMissingError, match=rf"{folder}: no index there yet: run `{BUILD}`") as caught:
            SearchEngine.open(tmp_path / folder)
        only_line(str(caught.value))


@pytest.mark.parametrize(
    "pointer",
    [
        b"",
        b"\n",
        b"20260101T000000-00000000",
        b"20260101T000000-00000000 " + b"0" * 64 + b"\n",
        b"../..",
        b"../.. " + b"0" * 64 + b"\n",
        b"/etc",
        b"\x00\x01",
        b"\xff\xfe\x80",
        "世代".encode(),
        b"x" * 100_000,
    ],
)
def test_a_pointer_to_nowhere_is_an_error_that_names_the_command(small_index: Path, pointer: bytes) -> None:
    (small_index / "CURRENT").write_bytes(pointer)
    with pytest.raises(IndexMissingError, match=rf"the index is damaged \(.*\): run `{BUILD}`") as caught:
        SearchEngine.open(small_index)
    only_line(str(caught.value))


def test_a_pointer_out_of_the_index_is_not_followed(tmp_path: Path, small_index: Path) -> None:
    outside = Path(shutil.copytree(open_generation(small_index)[0].folder, tmp_path / "outside"))
    digest = hashlib.sha256((outside / "manifest.json").read_bytes()).hexdigest()
    for name in ("../../outside", str(outside)):
        (small_index / "CURRENT").write_text(f"{name} {digest}\n", encoding="utf-8")
        with pytest.raises(IndexMissingError, match="CURRENT"):
            open_generation(small_index)


def test_a_pointer_that_is_a_folder_is_no_index(small_index: Path) -> None:
    (small_index / "CURRENT").unlink()
    (small_index / "CURRENT").mkdir()
    with pytest.raises(IndexMissingError, match=BUILD):
        open_generation(small_index)


def test_a_truncated_or_missing_file_is_named(small_index: Path) -> None:
    folder = open_generation(small_index)[0].folder
    for path in (path for path in folder.rglob("*") if path.is_file()):
        data = path.read_bytes()
        name = "its manifest" if path.name == "manifest.json" else path.relative_to(folder).as_posix()
        for damage in (path.unlink, lambda path=path, data=data: path.write_bytes(data[: len(data) // 2])):
            damage()
            with pytest.raises(IndexMissingError, match=rf"damaged \({re.escape(name)}\): run `{BUILD}`") as caught:
                SearchEngine.open(small_index)
            only_line(str(caught.value))
            path.write_bytes(data)
    open_generation(small_index)


@pytest.mark.parametrize("text", ["", "not JSON", "null", "[]", "7", '"format_version"', "{}", '{"format_version": 1}'])
def test_a_manifest_that_is_none_is_damage(small_index: Path, text: str) -> None:
    open_generation(small_index)[0].manifest.write_text(text, encoding="utf-8")
    with pytest.raises(IndexMissingError, match=rf"damaged \(its manifest\): run `{BUILD}`"):
        SearchEngine.open(small_index)


@pytest.mark.parametrize("changes", [{"documents": 7}, {"documents": [{}]}, {"new": 1}])
def test_a_manifest_of_another_shape_is_damage(small_index: Path, changes: dict[str, Any]) -> None:
    tampered(small_index, **changes)
    with pytest.raises(IndexMissingError, match=rf"run `{BUILD}`"):
        SearchEngine.open(small_index)


def test_a_manifest_that_somebody_edited_does_not_open(small_index: Path) -> None:
    manifest = open_generation(small_index)[0].manifest
    manifest.write_text(manifest.read_text(encoding="utf-8").replace("結城市", "石岡市"), encoding="utf-8")
    with pytest.raises(IndexMissingError, match=rf"damaged \(its manifest\): run `{BUILD}`"):
        SearchEngine.open(small_index)


@pytest.mark.parametrize("version", [0, FORMAT_VERSION + 1, "1", None])
def test_another_format_is_told_from_damage(small_index: Path, version: object) -> None:
    tampered(small_index, format_version=version, keys_of_the_future={})
    message = rf"has format {version}, this program reads {FORMAT_VERSION}: run `{BUILD}`"
    with pytest.raises(IndexMismatchError, match=message) as caught:
        SearchEngine.open(small_index)
    only_line(str(caught.value))


@pytest.mark.parametrize("name", ["version", "fugashi", "unidic-lite"])
def test_another_tokeniser_is_told_from_damage(small_index: Path, name: str) -> None:
    tampered(small_index, tokeniser={**tokeniser_versions(), name: "0.0.1"})
    with pytest.raises(IndexMismatchError, match=rf"tokeniser .*0\.0\.1.*this program has .*run `{BUILD}`") as caught:
        SearchEngine.open(small_index)
    only_line(str(caught.value))


def test_another_model_is_named_with_both_dimensions_and_the_command(small_index: Path, tiny_model: Path) -> None:
    message = rf"model embedded \(512 dimensions\), this is {tiny_model} \(8\): run `{BUILD} --model {tiny_model}`"
    with pytest.raises(IndexMismatchError, match=message) as caught:
        SearchEngine.open(small_index, model=str(tiny_model))
    only_line(str(caught.value))


# Publishing in one step


@pytest.mark.parametrize("error", [RuntimeError("out of memory"), KeyboardInterrupt(), SystemExit(1), MemoryError()])
def test_a_build_that_stops_leaves_the_index_before(
    tmp_path: Path, small_index: Path, encoder: Encoder, error: BaseException
) -> None:
    before = contents(small_index)
    changed = catalogue_of(tmp_path / "changed", plan=OTHER_TEXT)
    with pytest.raises(type(error)):
        build(changed, small_index, failing(encoder, error))
    assert contents(small_index) == before
    assert len(generations(small_index)) == 1
    assert entries(small_index) == {"CURRENT", "generations", "writer.lock"}
    build(changed, small_index, encoder)
    assert "ペーパーレス" in text_of(small_index)


def test_a_document_that_vanishes_leaves_the_index_before(tmp_path: Path, small_index: Path, encoder: Encoder) -> None:
    before = contents(small_index)
    changed = catalogue_of(tmp_path / "changed", first=OTHER_TEXT, second=TEXT)
    (tmp_path / "changed" / "second.txt").unlink()
    with pytest.raises(CorpusError, match=r"second\.txt"):
        build(changed, small_index, encoder)
    assert contents(small_index) == before
    assert len(generations(small_index)) == 1


def test_the_first_build_that_stops_leaves_no_index(tmp_path: Path, small: Catalogue, encoder: Encoder) -> None:
    index = tmp_path / "index"
    with pytest.raises(KeyboardInterrupt):
        build(small, index, failing(encoder, KeyboardInterrupt()))
    assert generations(index) == set()
    with pytest.raises(IndexMissingError, match="no index there yet"):
        open_generation(index)


# Crashes, in processes of their own


def in_fork(work: Callable[[], object]) -> tuple[int, str]:
    """Do ``work`` in a fork; return its exit status (negative: the signal that ended it) and its error, if any.

    The status is 1 for an error and 2 for a KeyboardInterrupt.
    """
    reading, telling = os.pipe()
    process = os.fork()
    if not process:
        status, message = 0, ""
        try:
            work()
        except KeyboardInterrupt:
            status = 2
        except BaseException as error:
            status, message = 1, f"{type(error).__name__}: {error}"
        os.write(telling, message.encode())
        os._exit(status)
    os.close(telling)
    with os.fdopen(reading, encoding="utf-8") as pipe:
        message = pipe.read()
    return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]), message


_FILE_EVENTS = {"open", "os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.listdir", "os.scandir", "shutil.rmtree"}


def end_at_step(step: int, index: Path, end: Callable[[], object]) -> None:
    """Call ``end`` when this process is about to do the ``step``-th thing with files or folders of the index."""
    steps = 0

    def hook(event: str, arguments: tuple[object, ...]) -> None:
        nonlocal steps
        paths = [os.fsdecode(argument) for argument in arguments if isinstance(argument, str | bytes | os.PathLike)]
        if event in _FILE_EVENTS and any(path.startswith(str(index)) for path in paths):
            steps += 1
            if steps == step:
                end()

    sys.addaudithook(hook)


def interrupt() -> None:
    raise KeyboardInterrupt


def kill() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def load(index: Path) -> None:
    """Open an index of the hashing encoder, all parts of it."""
    engine = SearchEngine(*open_generation(index), hashing_encoder())
    assert engine.search("行政改革")


def end_builds_at_every_step(folder: Path, end: Callable[[], object]) -> Iterator[dict[str, Any]]:
    """Build again and again, each time ended one step later, until a build is through; say what each left."""
    index, encoder = folder / "index", hashing_encoder()
    before, after = catalogue_of(folder / "before", plan=TEXT), catalogue_of(folder / "after", plan=OTHER_TEXT)
    build(before, index, encoder)
    current, published = open_generation(index)[0].folder.name, generations(index)
    step, status = 0, 1
    while status:
        step += 1

        def work(step: int = step) -> None:
            end_at_step(step, index, end)
            build(after, index, encoder)

        status, message = in_fork(work)
        told = {"status": status, "message": message, "text": text_of(index)}
        published.add(open_generation(index)[0].folder.name)
        left = generations(index) - published
        # The next writer; a whole build where there is a new index, else one that ends when it has begun.
        if open_generation(index)[0].folder.name != current or step % 10 == 0:
            build(before, index, encoder)
            current = open_generation(index)[0].folder.name
            published.add(current)
            load(index)
        else:
            with suppress(KeyboardInterrupt), writing(index):
                raise KeyboardInterrupt
        yield {**told, "left": sorted(left), "left_then": sorted(generations(index) - published)}


def build_within_limits(folder: Path) -> Iterator[dict[str, Any]]:
    """Build with every limit on the size of files that some file of the index exceeds; say what came of each."""
    import resource

    index, encoder = folder / "index", hashing_encoder()
    before, after = catalogue_of(folder / "before", plan=TEXT), catalogue_of(folder / "after", plan=OTHER_TEXT)
    build(before, index, encoder)
    whole = contents(index)
    sizes = sorted({len(data) for data in whole.values()})
    for limit in [0, *(size - 1 for size in sizes), sizes[-1]]:

        def work(limit: int = limit) -> None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
            build(after, index, encoder)

        status, message = in_fork(work)
        load(index)
        is_untouched = contents(index) == whole
        yield {"limit": limit, "status": status, "message": message, "untouched": is_untouched}
        if not is_untouched:
            build(before, index, encoder)
            whole = contents(index)


def told_by_a_process(call: str, folder: Path) -> list[dict[str, Any]]:
    """Return what a generator of this module yields in a fresh process, whose forks share it with no thread."""
    code = (
        "import json, sys; from pathlib import Path; from test_index import *; FOLDER = Path(sys.argv[1])\n"
        f"for told in {call}: print(json.dumps(told), flush=True)"
    )
    run = subprocess.run(
        [sys.executable, "-c", code, str(folder)],
        check=False,
        cwd=Path(__file__).parent,
        env=environment(),
        capture_output=True,
        text=True,
    )
    assert run.returncode == 0, run.stderr
    assert run.stderr == ""
    return [json.loads(line) for line in run.stdout.splitlines()]


@needs_fork
@pytest.mark.parametrize(("end", "ended"), [("kill", -9), ("interrupt", 2)])
def test_a_build_ended_at_any_step_leaves_a_whole_index(tmp_path: Path, end: str, ended: int) -> None:
    told = told_by_a_process(f"end_builds_at_every_step(FOLDER, {end})", tmp_path)
    assert len(told) > 50
    assert [build["status"] for build in told] == [ended] * (len(told) - 1) + [0]
    # Once the pointer has moved readers have the new index, and never before it has.
    is_new = ["ペーパーレス" in build["text"] for build in told]
    assert is_new == sorted(is_new)
    assert is_new[0] is False
    assert is_new[-2] is True
    assert any(build["left"] for build in told) == (end == "kill")
    assert [build["left_then"] for build in told] == [[]] * len(told)


@needs_fork
def test_a_file_that_does_not_fit_leaves_the_index_before(tmp_path: Path) -> None:
    told = told_by_a_process("build_within_limits(FOLDER)", tmp_path)
    assert len(told) > 10
    assert [(build["status"], build["untouched"]) for build in told[:-1]] == [(1, True)] * (len(told) - 1)
    message = r"IndexerError: .*/index: writing failed \(.*\); the index before is untouched\. Free some space .*"
    assert [build["message"] for build in told[:-1] if not re.fullmatch(message, build["message"])] == []
    assert (told[-1]["status"], told[-1]["untouched"]) == (0, False)


@pytest.fixture
def little_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 512 KiB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=512k", "tmpfs", str(folder)]
    if not shutil.which("mount") or subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("this user may not mount a file system")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_a_full_disk_leaves_the_index_before(tmp_path: Path, little_disk: Path) -> None:
    index, ballast, encoder = little_disk / "index", little_disk / "ballast", hashing_encoder()
    build(catalogue_of(tmp_path / "before", plan=TEXT), index, encoder)
    changed = catalogue_of(tmp_path / "after", plan=OTHER_TEXT)
    before, kept = contents(index), generations(index)
    page = os.statvfs(little_disk).f_frsize
    failures = 0
    while contents(index) == before:
        ballast.unlink(missing_ok=True)
        ballast.write_bytes(bytes(page * max(0, os.statvfs(little_disk).f_bavail - failures)))
        try:
            build(changed, index, encoder)
        except IndexerError as error:
            failures += 1
            assert "the index before is untouched. Free some space" in only_line(str(error))
            assert contents(index) == before
            assert generations(index) == kept
            assert entries(index) == {"CURRENT", "generations", "writer.lock"}
    assert failures > 10
    load(index)
    assert "ペーパーレス" in text_of(index)


def test_an_array_that_was_cut_off_is_not_published(small_index: Path) -> None:
    before = contents(small_index)
    source = open_generation(small_index)[0].folder
    for path in (path for path in source.rglob("*.npy") if path.stat().st_size):
        with pytest.raises(IndexerError, match=rf"{path.name} was cut off.*the index before is untouched"):
            _publish_with_half(path, source, small_index)
        assert contents(small_index) == before


def _publish_with_half(path: Path, source: Path, index: Path) -> None:
    with writing(index) as layout:
        shutil.copytree(source, layout.folder, dirs_exist_ok=True)
        cut_off = layout.folder / path.relative_to(source)
        os.truncate(cut_off, cut_off.stat().st_size - 1)
        write_manifest(layout, source="", model={}, counts={}, documents=())


@pytest.fixture(scope="module")
def middling(tmp_path_factory: pytest.TempPathFactory, catalogue: Catalogue) -> Catalogue:
    """A document that takes long enough to embed for a signal to arrive meanwhile."""
    text = catalogue.read(catalogue.document("omitama-2026-plan")).text
    return catalogue_of(tmp_path_factory.mktemp("middling"), plan=OTHER_TEXT + text)


def wait_for(file: str, index: Path, process: subprocess.Popen[str]) -> None:
    """Return as soon as a generation besides those published has the file, or the process has ended."""
    published = generations(index)
    while process.poll() is None and not any(
        (index / "generations" / name / file).exists() for name in generations(index) - published
    ):
        time.sleep(0.001)


@pytest.mark.skipif(os.name == "nt", reason="needs SIGKILL")
@pytest.mark.parametrize("moment", ["words/params.index.json", "manifest.json"])
def test_a_killed_build_process_leaves_a_whole_index(
    small: Catalogue, small_index: Path, encoder: Encoder, middling: Catalogue, moment: str
) -> None:
    before = contents(small_index)
    process = indexer("build", "--quiet", documents=middling.folder, index=small_index)
    wait_for(moment, small_index, process)
    process.kill()
    process.communicate()
    left = generations(small_index) - {open_generation(small_index)[0].folder.name}
    # From the manifest to the pointer it is a matter of milliseconds: the kill may come too late.
    assert contents(small_index) == before or (moment == "manifest.json" and "ペーパーレス" in text_of(small_index))
    assert SearchEngine.open(small_index).search("行政改革")
    published = {open_generation(small_index)[0].folder.name}
    build(small, small_index, encoder)
    published.add(open_generation(small_index)[0].folder.name)
    assert left
    assert generations(small_index) - published <= {name for name in left if name in before}
    assert entries(small_index) == {"CURRENT", "generations", "writer.lock"}


@pytest.mark.skipif(os.name == "nt", reason="needs SIGINT")
def test_control_c_stops_a_build_and_leaves_the_index_before(small_index: Path, middling: Catalogue) -> None:
    before = contents(small_index)
    process = indexer("build", "--quiet", documents=middling.folder, index=small_index, hears_interrupts=True)
    wait_for("words/params.index.json", small_index, process)
    process.send_signal(signal.SIGINT)
    output, errors = process.communicate()
    assert (process.returncode, output) == (1, "")
    assert only_line(errors) == "indexer: stopped; the index before is untouched"
    assert contents(small_index) == before
    assert len(generations(small_index)) == 1


# Writers and readers


def test_a_second_writer_is_told_so_and_nothing_is_lost(small: Catalogue, small_index: Path, encoder: Encoder) -> None:
    before = contents(small_index)
    with writing(small_index) as layout:
        shutil.copytree(open_generation(small_index)[0].folder, layout.folder, dirs_exist_ok=True)
        message = rf"{small_index}: another process is writing this index; try again when it is done"
        with pytest.raises(IndexerError, match=message):
            build(small, small_index, encoder)
        process = indexer("build", documents=small.folder, index=small_index)
        output, errors = process.communicate()
        assert (process.returncode, output) == (1, "")
        assert re.search(message, only_line(errors))
        assert contents(small_index) == before
        assert layout.manifest.is_file()
    assert open_generation(small_index)[0] == layout
    build(small, small_index, encoder)


def test_a_reader_goes_on_with_its_index_through_rebuilds(tmp_path: Path, small_index: Path, encoder: Encoder) -> None:
    engine = SearchEngine.open(small_index)
    layout, manifest = open_generation(small_index)
    hits = engine.search("テレワークの導入")
    changed = catalogue_of(tmp_path / "changed", plan=OTHER_TEXT)
    build(changed, small_index, encoder)
    # Opened before the rebuild and read after it, as by a reader that is slow to load.
    assert SearchEngine(layout, manifest, encoder).search("テレワークの導入") == hits
    build(changed, small_index, encoder)
    shutil.rmtree(layout.folder)
    assert engine.search("テレワークの導入") == hits
    assert "ペーパーレス" in SearchEngine.open(small_index).search("ペーパーレス化")[0].passage.text


def test_readers_that_open_during_rebuilds_find_a_whole_index(tmp_path: Path) -> None:
    index, encoder = tmp_path / "index", hashing_encoder()
    catalogues = [catalogue_of(tmp_path / name, plan=text) for name, text in (("a", TEXT), ("b", OTHER_TEXT))]
    build(catalogues[0], index, encoder)
    is_done = threading.Event()

    def read() -> set[str]:
        texts = set()
        while not is_done.is_set():
            texts.add(text_of(index))
        return texts

    with ThreadPoolExecutor(2) as pool:
        readers = [pool.submit(read) for _ in range(2)]
        try:
            for turn in range(1, 15):
                build(catalogues[turn % 2], index, encoder)
        finally:
            is_done.set()
        assert len(set[str]().union(*(reader.result() for reader in readers))) == 2


def age(path: Path) -> None:
    os.utime(path, (0, 0))


def test_only_old_generations_that_nobody_should_be_opening_are_removed(
    small: Catalogue, small_index: Path, encoder: Encoder
) -> None:
    names = [open_generation(small_index)[0].folder.name]
    for _ in range(3):
        build(small, small_index, encoder)
        names.append(open_generation(small_index)[0].folder.name)
    assert generations(small_index) == set(names)
    for name in (names[0], names[2], names[3]):
        age(small_index / "generations" / name)
    build(small, small_index, encoder)
    # The first is old; the second is young; the fourth is old, but readers may have just found it current.
    assert generations(small_index) == {names[1], names[3], open_generation(small_index)[0].folder.name}
    assert names[2] not in generations(small_index)


def test_what_others_put_into_the_folder_of_an_index_stays(tmp_path: Path, small: Catalogue, encoder: Encoder) -> None:
    index = tmp_path / "index"
    (index / "generations" / "of my family").mkdir(parents=True)
    for path in (index / "notes.txt", index / "CURRENT.bak", index / "generations" / "of my family" / "photo.jpg"):
        path.write_text("mine", encoding="utf-8")
        age(path)
    age(index / "generations" / "of my family")
    for _ in range(2):
        build(small, index, encoder)
    assert (index / "generations" / "of my family" / "photo.jpg").is_file()
    assert entries(index) == {"CURRENT", "CURRENT.bak", "notes.txt", "generations", "writer.lock"}


def test_a_build_mends_a_damaged_index(small: Catalogue, small_index: Path, encoder: Encoder) -> None:
    flip(open_generation(small_index)[0].passages, 7)
    build(small, small_index, encoder)
    assert "テレワーク" in text_of(small_index)
    (small_index / "CURRENT").write_bytes(b"\xff")
    build(small, small_index, encoder)
    assert "テレワーク" in text_of(small_index)
    (small_index / "CURRENT").unlink()
    build(small, small_index, encoder)
    assert "テレワーク" in text_of(small_index)
    assert len(generations(small_index)) == 1


@pytest.mark.parametrize("below", ["index", "deeper/index", ""])
def test_a_folder_that_cannot_be_written_is_a_clear_error(
    tmp_path: Path, small: Catalogue, tiny_model: Path, capsys: pytest.CaptureFixture[str], below: str
) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    folder = tmp_path / "file" / below if below else tmp_path / "file"
    assert main_over(small, folder, "build", "--model", str(tiny_model)) == 1
    output, errors = capsys.readouterr()
    assert output == ""
    assert re.fullmatch(rf"indexer: {folder}: cannot be written \(.+\); set KAIKAKU_INDEX to another folder\n", errors)


# Commands


def main_over(catalogue: Catalogue, index: Path, *arguments: str) -> int:
    """Run a command in this process over these documents and this index; return its exit status."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KAIKAKU_DOCUMENTS", str(catalogue.folder))
        patch.setenv("KAIKAKU_INDEX", str(index))
        return main(list(arguments))


@pytest.fixture
def run(
    tmp_path: Path, small: Catalogue, tiny_model: Path, capsys: pytest.CaptureFixture[str]
) -> Callable[..., tuple[int, dict[str, Any]]]:
    """Run a command with ``--json`` and the tiny model; return its status and what it printed, nothing for nothing."""

    def command(*arguments: str) -> tuple[int, dict[str, Any]]:
        model = () if "--model" in arguments or arguments[0] == "verify" else ("--model", str(tiny_model))
        status = main_over(small, tmp_path / "index", *arguments, *model, "--json")
        output, errors = capsys.readouterr()
        assert output.count("\n") == bool(output)
        assert errors == "" or (not output and only_line(errors).startswith("indexer: "))
        return status, json.loads(output or "{}")

    return command


Command = Callable[..., tuple[int, dict[str, Any]]]


def test_build_if_stale_rebuilds_only_for_what_has_changed(tmp_path: Path, small: Catalogue, run: Command) -> None:
    stale = "build", "--if-stale", "--quiet"
    index, documents = tmp_path / "index", small.folder
    status, told = run(*stale)
    assert (status, told["built"], told["documents"]) == (0, True, 1)
    assert {"passages", "sentences", "seconds"} <= set(told)
    before = contents(index)
    assert run(*stale) == (0, {"built": False})
    assert contents(index) == before

    catalogue_of(documents, plan=OTHER_TEXT)
    assert run(*stale)[1]["built"] is True
    assert "ペーパーレス" in text_of(index)
    catalog = documents / "catalog.toml"
    catalog.write_text(catalog.read_text(encoding="utf-8").replace("結城市", "石岡市"), encoding="utf-8")
    assert run(*stale)[1]["built"] is True
    assert open_generation(index)[1].documents[0].municipality == "石岡市"
    catalogue_of(documents, plan=OTHER_TEXT, outline=TEXT)
    assert run(*stale)[1]["documents"] == 2
    catalogue_of(documents, outline=TEXT)
    assert run(*stale)[1]["documents"] == 1
    assert run(*stale)[1] == {"built": False}
    assert run(*stale, "--model", "embedded")[1]["built"] is True
    assert open_generation(index)[1].model["name"] == "embedded"


def test_build_if_stale_mends_a_damaged_index(tmp_path: Path, run: Command) -> None:
    run("build", "--quiet")
    flip(open_generation(tmp_path / "index")[0].sentence_vectors, -1)
    assert run("build", "--if-stale", "--quiet")[1]["built"] is True
    assert run("verify")[0] == 0


def test_build_without_if_stale_always_builds(tmp_path: Path, run: Command) -> None:
    for _ in range(2):
        assert run("build", "--quiet")[1]["built"] is True
    assert len(generations(tmp_path / "index")) == 2


def test_status_says_what_the_index_holds_and_whether_it_is_stale(
    tmp_path: Path, small: Catalogue, run: Command
) -> None:
    assert run("status") == (1, {})
    run("build", "--quiet")
    status, told = run("status")
    manifest = open_generation(tmp_path / "index")[1]
    assert status == 0
    assert told == {
        "created": manifest.created,
        "model": manifest.model,
        "tokeniser": tokeniser_versions(),
        "counts": manifest.counts,
        "documents": ["plan"],
        "stale": False,
    }
    catalogue_of(small.folder, plan=OTHER_TEXT)
    status, told = run("status")
    assert (status, told["stale"]) == (1, True)
    catalogue_of(small.folder, plan=TEXT)
    assert run("status")[0] == 0
    flip(open_generation(tmp_path / "index")[0].passages, 0)
    assert run("status") == (1, {})


def test_status_for_people_names_the_command_when_the_index_is_stale(
    tmp_path: Path, small: Catalogue, tiny_model: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    model = "--model", str(tiny_model)
    assert main_over(small, tmp_path / "index", "build", "--quiet", *model) == 0
    assert re.match(r"indexed 1 documents, \d+ passages, \d+ sentences in [\d.]+ s\n", capsys.readouterr().out)
    assert main_over(small, tmp_path / "index", "status", *model) == 0
    assert BUILD not in capsys.readouterr().out
    catalogue_of(small.folder, plan=OTHER_TEXT)
    assert main_over(small, tmp_path / "index", "status", *model) == 1
    output, errors = capsys.readouterr()
    assert f"run `{BUILD}`" in output.splitlines()[-1]
    assert errors == ""


def test_verify_counts_the_files(tmp_path: Path, run: Command) -> None:
    assert run("verify") == (1, {})
    run("build", "--quiet")
    files = open_generation(tmp_path / "index")[0].files()
    assert run("verify") == (0, {"files": len(files), "damaged": []})


def test_a_build_process_prints_one_json_object_and_nothing_of_its_libraries(tmp_path: Path, small: Catalogue) -> None:
    process = indexer("build", "--quiet", "--json", documents=small.folder, index=tmp_path / "index")
    output, errors = process.communicate()
    assert errors == ""
    assert json.loads(only_line(output))["built"] is True
    process = indexer("verify", "--json", documents=small.folder, index=tmp_path / "index")
    assert process.communicate() == (f'{{"files": {len(contents(tmp_path / "index")) - 2}, "damaged": []}}\n', "")


def test_progress_goes_to_stderr(
    tmp_path: Path, small: Catalogue, tiny_model: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main_over(small, tmp_path / "index", "build", "--json", "--model", str(tiny_model)) == 0
    output, errors = capsys.readouterr()
    assert json.loads(only_line(output))["built"] is True
    assert "embedding: 100%" in errors


@pytest.mark.skipif(not shutil.which("bash"), reason="needs ulimit")
def test_a_process_that_meets_a_full_disk_says_so_in_one_line(small: Catalogue, small_index: Path) -> None:
    before = contents(small_index)
    limited = "bash", "-c", 'ulimit -f 4; exec "$@"', "bash"  # 4 KiB: the vectors do not fit
    process = indexer("build", "--quiet", documents=small.folder, index=small_index, prefix=limited)
    output, errors = process.communicate()
    assert (process.returncode, output) == (1, "")
    assert re.match(r"indexer: .*/index: writing failed \(.*\); the index before is untouched\. ", only_line(errors))
    assert contents(small_index) == before


@pytest.mark.parametrize(
    ("catalog", "message"),
    [
        (None, "no catalogue there"),
        ("[[document]", "not valid TOML"),
        ("", "the file is empty"),
        ("documents = 1", r"no \[\[document\]\] in it"),
    ],
)
def test_a_broken_catalogue_is_one_clear_line(
    tmp_path: Path, small: Catalogue, capsys: pytest.CaptureFixture[str], catalog: str | None, message: str
) -> None:
    path = small.folder / "catalog.toml"
    path.unlink()
    if catalog is not None:
        path.write_text(catalog, encoding="utf-8")
    assert main_over(small, tmp_path / "index", "build") == 1
    output, errors = capsys.readouterr()
    assert output == ""
    assert re.search(message, only_line(errors))
    assert not (tmp_path / "index").exists()


def test_a_model_that_does_not_load_is_one_clear_line(
    tmp_path: Path, small: Catalogue, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "no model").mkdir()
    assert main_over(small, tmp_path / "index", "build", "--model", str(tmp_path / "no model")) == 1
    output, errors = capsys.readouterr()
    assert output == ""
    assert only_line(errors).startswith("indexer: the model in ")
    assert not (tmp_path / "index").exists()


@pytest.mark.parametrize(
    ("command", "options"),
    [
        ((), ["build", "status", "verify"]),
        (("build",), ["--if-stale", "--quiet", "--model", "--index", "--json"]),
        (("status",), ["--model", "--index", "--json"]),
        (("verify",), ["--index", "--json"]),
    ],
)
def test_help_names_every_command_and_option(
    command: tuple[str, ...], options: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit, match="0"):
        main([*command, "--help"])
    output, errors = capsys.readouterr()
    assert errors == ""
    assert output.startswith(" ".join(["usage: python -m indexer", *command]))
    for option in options:
        # Each has its line with words that say what it does.
        assert re.search(rf"^ +{option}(?: [A-Z]+)?\s+\S+ \S+", output, re.MULTILINE), option


def test_help_loads_no_model_and_no_index() -> None:
    code = (
        "import sys\nfrom indexer.__main__ import main\ntry: main(['--help'])\n"
        "finally: sys.exit(bool({'torch', 'faiss', 'bm25s', 'sentence_transformers'} & set(sys.modules)))"
    )
    run = subprocess.run([sys.executable, "-c", code], check=False, cwd=ROOT, env=environment(), capture_output=True)
    assert (run.returncode, run.stderr) == (0, b"")


@pytest.mark.parametrize("arguments", [[], ["rebuild"], ["build", "--fast"], ["verify", "--model", "embedded"]])
def test_wrong_usage_is_status_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(arguments)
    output, errors = capsys.readouterr()
    assert output == ""
    assert "usage: python -m indexer" in errors
