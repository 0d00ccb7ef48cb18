"""An engine that runs sees what is added and removed from its next request on."""

from __future__ import annotations

import shutil
import threading
from pathlib import Path

import pytest
from gradio_client import Client
from gradio_client.exceptions import AppError
from library_files import BUNDLED, PLAN, Place
from server import running
from small_index import OTHER_TEXT, catalogue_of, indexer

from indexer.build import build
from indexer.encoder import Encoder
from indexer.errors import IndexMissingError
from search.live import LiveEngine

pytest_plugins = ["server", "small_index", "library_files"]


def test_a_published_index_is_used_from_the_next_request(tmp_path: Path, small_index: Path, encoder: Encoder) -> None:
    live = LiveEngine(small_index)
    before = live.current()
    assert live.current() is before
    assert before.ask("テレワーク").citations
    build(catalogue_of(tmp_path / "after", other=OTHER_TEXT), small_index, encoder)
    now = live.current()
    assert now is not before
    assert live.current() is now
    assert [document.id for document in now.documents] == ["other"]
    assert not any("テレワーク" in hit.passage.text for hit in now.search("テレワーク"))
    assert now.encoder is before.encoder
    # A request in flight ends on the index it began with.
    assert before.ask("テレワーク").citations


def test_threads_that_ask_at_once_open_the_new_index_once(tmp_path: Path, small_index: Path, encoder: Encoder) -> None:
    live = LiveEngine(small_index)
    build(catalogue_of(tmp_path / "after", other=OTHER_TEXT), small_index, encoder)
    engines = []
    threads = [threading.Thread(target=lambda: engines.append(live.current())) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(engines) == 8
    assert len(set(map(id, engines))) == 1
    assert [document.id for document in engines[0].documents] == ["other"]


def test_an_index_that_cannot_be_opened_is_not_answered_from_the_old_one(
    tmp_path: Path, small_index: Path, encoder: Encoder
) -> None:
    live = LiveEngine(small_index)
    build(catalogue_of(tmp_path / "after", other=OTHER_TEXT), small_index, encoder)
    hidden = small_index.rename(tmp_path / "hidden")
    with pytest.raises(IndexMissingError, match="no index there yet: run `python -m indexer build`"):
        live.current()
    shutil.copytree(hidden, small_index)
    assert [document.id for document in live.current().documents] == ["other"]
    (small_index / "CURRENT").write_text("damaged", encoding="utf-8")
    with pytest.raises(IndexMissingError, match="damaged"):
        live.current()


def test_the_running_page_answers_from_what_is_there_now(place: Place, encoder: Encoder) -> None:
    build(catalogue_of(place.bundled.folder, bundled=BUNDLED), place.index, encoder)
    with running(place.index, place.folder / "app.log") as url:
        client = Client(url, verbose=False)

        def change(*arguments: str) -> None:
            process = indexer(*arguments, "--quiet", documents=place.bundled.folder, index=place.index)
            assert process.communicate()[1] == ""
            assert process.returncode == 0

        def answering() -> list[str]:
            ids = [document["id"] for document in client.predict(api_name="/documents")]
            hits = client.predict("キャッシュレス決済", api_name="/find")
            assert {hit["doc"] for hit in hits} <= set(ids)
            return ids

        assert answering() == ["bundled"]
        change("add", str(place.file("plan.txt", PLAN)))
        assert answering() == ["bundled", "mito-2024-plan"]
        answer = client.predict("キャッシュレス決済を取り入れた市は？", api_name="/ask")
        assert answer["municipalities"] == ["水戸市"]
        change("remove", "mito-2024-plan")
        assert answering() == ["bundled"]
        assert client.predict("キャッシュレス決済を取り入れた市は？", api_name="/ask")["municipalities"] == []
        (place.index / "CURRENT").unlink()
        with pytest.raises(AppError, match="python -m indexer build"):
            client.predict("テレワーク", api_name="/find")
