"""The commands of ``python -m indexer``: what they do, print and return."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from small_index import (
    BUILD,
    OTHER_TEXT,
    ROOT,
    TEXT,
    catalogue_of,
    contents,
    environment,
    flip,
    generations,
    indexer,
    main_over,
    only_line,
    text_of,
)

from corpus.catalogue import Catalogue
from indexer.__main__ import main
from indexer.store import open_generation
from indexer.tokenise import tokeniser_versions

pytest_plugins = ["small_index"]


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
