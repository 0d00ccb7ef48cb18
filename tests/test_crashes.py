"""No crash and no full disk damages an index.

Builds that must die do so in forks of a fresh process, which no thread of pytest's shares: see ``told_by_a_process``.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from small_index import (
    OTHER_TEXT,
    TEXT,
    catalogue_of,
    contents,
    entries,
    environment,
    generations,
    hashing_encoder,
    indexer,
    only_line,
    text_of,
)

from corpus.catalogue import Catalogue
from indexer.build import build
from indexer.encoder import Encoder
from indexer.errors import IndexerError
from indexer.generation import write_manifest
from indexer.store import open_generation, writing
from search import SearchEngine

pytest_plugins = ["small_index"]

needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork and SIGKILL")


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
    sizes = sorted({len(data) for data in whole.values()} - {0})  # an empty file fits everywhere
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
        "import json, sys; from pathlib import Path; from test_crashes import *; FOLDER = Path(sys.argv[1])\n"
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
