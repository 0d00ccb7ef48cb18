"""No crash and no full disk leaves half a document: the catalogue and the index are those before, or the new ones."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from library_files import OTHER_PLAN, PLAN, Place
from small_index import TEXT, catalogue_of, contents, hashing_encoder, indexer, only_line, text_of
from test_crashes import end_at_step, in_fork, needs_fork, told_by_a_process

from corpus.candidates import Given, plan, read_candidate
from corpus.errors import CorpusError
from corpus.library import load_documents, load_holdings
from corpus.settings import Settings
from indexer.adding import add, rebuild_index, remove
from indexer.errors import IndexerError
from search.live import LiveEngine

pytest_plugins = ["library_files", "small_index", "test_crashes"]


def settings_in(folder: Path) -> Settings:
    """Return the settings of a place with one bundled document, a library and an index that is yet to be built."""
    catalogue_of(folder / "documents", bundled=TEXT)
    place = folder / "place"
    return Settings(documents=folder / "documents", library=place / "library", index=place / "index")


def put(settings: Settings, text: str) -> None:
    """Add the plan, or replace it, in this process."""
    (settings.documents / "plan.txt").write_text(text, encoding="utf-8")
    put_file(settings)


def put_file(settings: Settings) -> None:
    candidates = [read_candidate(settings.documents / "plan.txt", Given(), settings)]
    planned, _ = plan(load_holdings(settings), candidates)
    add(settings, candidates, planned, rebuild_index(settings.index, hashing_encoder(), False))


def text_in_catalogue(settings: Settings) -> str:
    """Return the texts of all documents of the catalogue, each of which must be whole."""
    catalogue = load_documents(settings)
    return "".join(catalogue.read(document).text for document in catalogue.documents)


def files(settings: Settings) -> set[str]:
    return {path.relative_to(settings.library).as_posix() for path in settings.library.rglob("*") if path.is_file()}


def end_changes_at_every_step(folder: Path, end: Callable[[], object], removes: bool) -> Iterator[dict[str, Any]]:
    """Change a document (or remove it) again and again, each time ended one step later, until a change is through."""
    settings = settings_in(folder)
    put(settings, PLAN)
    step, status = 0, 1
    while status:
        step += 1

        def work(step: int = step) -> None:
            end_at_step(step, folder / "place", end)
            if removes:
                rebuild = rebuild_index(settings.index, hashing_encoder(), False)
                remove(settings, ["mito-2024-plan"], ["mito-2024-plan"], rebuild)
            else:
                put(settings, OTHER_PLAN)

        status, message = in_fork(work)
        catalogue, index = (
            "キャッシュレス" not in text for text in (text_in_catalogue(settings), text_of(settings.index))
        )
        # The next writer catches up and leaves nothing lying about.
        if catalogue or index or step % 10 == 0:
            put(settings, PLAN)
        left = len(files(settings)) if catalogue or index or step % 10 == 0 else None
        told = {"status": status, "message": message, "catalogue": catalogue, "index": index, "left": left}
        yield told | {
            "then": "キャッシュレス" in text_in_catalogue(settings) and "キャッシュレス" in text_of(settings.index)
        }


@needs_fork
@pytest.mark.parametrize("removes", [False, True], ids=["add", "remove"])
@pytest.mark.parametrize(("end", "ended"), [("kill", -9), ("interrupt", 2)])
def test_a_change_ended_at_any_step_is_made_or_not(tmp_path: Path, end: str, ended: int, removes: bool) -> None:
    call = f"__import__('test_add_crashes').end_changes_at_every_step(FOLDER, {end}, {removes})"
    told = told_by_a_process(call, tmp_path)
    assert len(told) > 50
    assert [change["status"] for change in told] == [ended] * (len(told) - 1) + [0], told
    assert all(change["then"] for change in told)
    made = [(change["catalogue"], change["index"]) for change in told]
    assert made[0] == (False, False)
    assert made[-1] == (True, True)
    # The catalogue comes first; a process that is stopped, not killed, takes it back with the index.
    assert set(made) <= {(False, False), (True, False), (True, True)}
    if end == "interrupt":
        assert (True, False) not in made
    # The catalogue, one file, the lock.
    assert {change["left"] for change in told} <= {None, 3}


def changes_within_limits(folder: Path) -> Iterator[dict[str, Any]]:
    """Change a document under ever higher limits on the size of files; say what came of each."""
    import resource

    settings = settings_in(folder)
    put(settings, PLAN)
    limit, status = 0, 1
    before, index = files(settings), contents(settings.index)
    while status:

        def work(limit: int = limit) -> None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
            put_file(settings)

        (settings.documents / "plan.txt").write_text(OTHER_PLAN, encoding="utf-8")
        status, message = in_fork(work)
        untouched = files(settings) == before and contents(settings.index) == index
        yield {"status": status, "message": message, "untouched": untouched}
        limit = limit * 2 or 100


@needs_fork
def test_a_file_that_does_not_fit_changes_nothing(tmp_path: Path) -> None:
    told = told_by_a_process("__import__('test_add_crashes').changes_within_limits(FOLDER)", tmp_path)
    assert len(told) > 5
    assert {(change["status"], change["untouched"]) for change in told[:-1]} == {(1, True)}
    messages = {change["message"].split(":")[0] for change in told[:-1]}
    assert messages == {"CorpusError", "IndexerError"}
    assert all("Free some space" in change["message"] for change in told[:-1])
    assert told[-1]["status"] == 0


def test_a_full_disk_changes_nothing(tmp_path: Path, little_disk: Path) -> None:
    settings = settings_in(tmp_path)
    settings = Settings(settings.documents, little_disk / "library", little_disk / "index")
    put(settings, PLAN)
    before, index, ballast = files(settings), contents(settings.index), little_disk / "ballast"
    page = os.statvfs(little_disk).f_frsize
    failures: list[str] = []
    while "オンライン" not in text_in_catalogue(settings):
        ballast.unlink(missing_ok=True)
        ballast.write_bytes(bytes(page * max(0, os.statvfs(little_disk).f_bavail - len(failures))))
        try:
            put(settings, OTHER_PLAN)
        except (CorpusError, IndexerError) as error:
            failures.append(type(error).__name__)
            assert "before is untouched. Free some space" in only_line(str(error))
            assert files(settings) == before
            assert contents(settings.index) == index
    assert set(failures) == {"CorpusError", "IndexerError"}
    assert "オンライン" in text_of(settings.index)


@pytest.mark.skipif(os.name == "nt", reason="needs SIGKILL")
def test_a_killed_command_leaves_a_whole_catalogue_and_the_next_one_ends_its_work(place: Place) -> None:
    place.add(place.file("plan.txt", PLAN))
    changed = place.file("plan.txt", OTHER_PLAN * 20)
    before = (place.library / "catalog.toml").read_bytes()
    process = indexer("add", str(changed), "--quiet", documents=place.bundled.folder, index=place.index)
    while process.poll() is None and (place.library / "catalog.toml").read_bytes() == before:
        time.sleep(0.001)
    process.kill()
    process.communicate()
    assert "オンライン申請" in text_in_catalogue(place.settings)
    assert place.add(changed)[0]["action"] == "unchanged"
    assert place.ids() == ["bundled", "mito-2024-plan"]
    assert "オンライン申請" in place.text()


def test_two_commands_at_once_lose_nothing(place: Place) -> None:
    paths = [place.file(f"{name}.txt", PLAN.replace("水戸", name)) for name in ("結城", "小山", "石岡", "土浦")]
    processes = [
        indexer("add", str(path), "--quiet", documents=place.bundled.folder, index=place.index) for path in paths
    ]
    added = ["bundled"]
    for path, process in zip(paths, processes, strict=True):
        _, errors = process.communicate()
        if process.returncode:
            told = only_line(errors)
            assert "another process is changing the documents" in told or "changed meanwhile by another" in told
        else:
            added.append(path.stem)
    assert len(added) > 1
    assert {document.municipality for document in load_documents(place.settings).documents} == {
        "結城市",
        *(f"{name}市" for name in added[1:]),
    }
    assert len(place.ids()) == len(added)


def test_a_removed_document_is_in_no_answer(place: Place) -> None:
    process = indexer("add", str(place.file("p.txt", PLAN)), documents=place.bundled.folder, index=place.index)
    process.communicate()
    live = LiveEngine(place.index)
    assert live.current().ask("キャッシュレス決済を取り入れた市は？").municipalities == ("水戸市",)
    process = indexer("remove", "mito-2024-plan", documents=place.bundled.folder, index=place.index)
    process.communicate()
    engine = live.current()
    assert not engine.ask("キャッシュレス決済を取り入れた市は？").municipalities
    assert all(hit.passage.document.id == "bundled" for hit in engine.search("キャッシュレス決済"))
    assert all(cell.municipality != "水戸市" for row in engine.compare(["キャッシュレス決済"]).cells for cell in row)
