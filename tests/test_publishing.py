"""Publishing an index in one step, beside other writers and readers."""

from __future__ import annotations

import dataclasses
import os
import re
import shutil
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from small_index import (
    OTHER_TEXT,
    TEXT,
    catalogue_of,
    contents,
    entries,
    flip,
    generations,
    hashing_encoder,
    indexer,
    main_over,
    only_line,
    text_of,
)

from corpus.catalogue import Catalogue
from corpus.errors import CorpusError
from indexer.build import build
from indexer.encoder import Encoder
from indexer.errors import IndexerError, IndexMissingError
from indexer.store import open_generation, writing
from search import SearchEngine

pytest_plugins = ["small_index"]


def failing(encoder: Encoder, error: BaseException) -> Encoder:
    """Return an encoder that stops with an error when it is given texts."""

    def embed(texts: list[str], is_query: bool) -> NDArray[np.float32]:
        raise error

    return dataclasses.replace(encoder, _embed=embed)


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


def test_many_changes_in_an_hour_leave_only_the_last_few_generations(
    small: Catalogue, small_index: Path, encoder: Encoder
) -> None:
    for _ in range(7):
        build(small, small_index, encoder)
        for folder in (small_index / "generations").iterdir():
            minutes_ago = folder.stat().st_mtime - 120
            os.utime(folder, (minutes_ago, minutes_ago))
    assert len(generations(small_index)) <= 6
    open_generation(small_index)
