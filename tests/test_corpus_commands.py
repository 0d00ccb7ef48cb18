"""``python -m corpus``: what it prints, and how it ends."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from corpus.__main__ import main
from corpus.catalogue import Catalogue


def command(*arguments: str, **options: Any) -> subprocess.CompletedProcess[str]:
    """Run the command in a process of its own, with the buffered output of a user's shell."""
    env = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"} | options.pop("env", {})
    process = [sys.executable, "-m", "corpus", *arguments]
    options = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | options
    return subprocess.run(process, encoding="utf-8", env=env, check=False, **options)


def test_list_names_every_document(capsys: pytest.CaptureFixture[str], catalogue: Catalogue) -> None:
    assert main(["list"]) == 0
    assert [line.split("\t")[0] for line in capsys.readouterr().out.splitlines()] == [d.id for d in catalogue.documents]
    assert main(["list", "--json"]) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [row["municipality_code"] for row in rows] == ["08235", "08235", "08236", "08207", "08205"]


def test_the_spans_of_passages_are_those_of_the_text(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["text", "yuki-2021-plan"]) == 0
    text = capsys.readouterr().out
    assert main(["text", "yuki-2021-plan", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"doc": "yuki-2021-plan", "text": text}
    assert main(["passages", "yuki-2021-plan", "--json"]) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert len(rows) > 100
    for row in rows:
        assert row["doc"] == "yuki-2021-plan"
        assert row["text"] == text[slice(*row["span"])]
        assert row["context"].startswith("結城市 ｜ ")
    assert main(["passages", "yuki-2021-plan"]) == 0
    assert capsys.readouterr().out.startswith(f"[{rows[0]['span'][0]}-{rows[0]['span'][1]}] {rows[0]['context']}\n")


@pytest.mark.parametrize("arguments", [["--help"], ["list", "--help"], ["passages", "-h"], ["initiatives", "-h"]])
def test_help_explains_every_command_and_option(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        main(arguments)
    assert stop.value.code == 0
    explained = r"^ {2,4}(?:-\S+, --|--)?([\w-]+)( {2,}\S.*|\n {10,}\S.*| +[A-Z]+)?$"
    rows = re.findall(explained, capsys.readouterr().out, re.MULTILINE)
    assert rows
    assert not [name for name, explained in rows if not explained and name != "COMMAND"]


@pytest.mark.parametrize("arguments", [[], ["frob"], ["text"], ["list", "--frob"], ["passages", "a", "b"]])
def test_wrong_usage_exits_with_two(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        main(arguments)
    assert stop.value.code == 2
    assert "usage: python -m corpus" in capsys.readouterr().err


def test_an_unknown_id_is_one_line_on_standard_error() -> None:
    done = command("passages", "nope", "--json")
    assert (done.returncode, done.stdout) == (1, "")
    assert len(done.stderr.splitlines()) == 1
    assert done.stderr.startswith("corpus: no document has the id 'nope'; the catalogue has: ")


def test_pages_of_a_file_that_were_not_read_are_told(tmp_path: Path) -> None:
    file = Path(__file__).parent / "files" / "pdf" / "mixed-scan.pdf"
    done = command("initiatives", str(file), "--json", env={"PATH": str(tmp_path)})  # no Tesseract
    assert done.returncode == 0
    assert done.stderr.startswith(f"corpus: {file}: Page 2: have a picture but no text that could be read; to have")
    assert done.stderr.count("\n") == 1


def test_a_terminal_without_kanji_does_not_end_the_command() -> None:
    done = command("list", env={"PYTHONIOENCODING": "ascii"})
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("tsukubamirai-2024-report\t")


@pytest.mark.parametrize("arguments", ["list", "passages"])
def test_output_piped_into_head_ends_without_complaint(arguments: str) -> None:
    reader, writer = os.pipe()
    os.close(reader)  # head has gone
    with os.fdopen(writer, "w") as gone:
        done = command(arguments, stdout=gone)
    assert (done.returncode, done.stderr) == (0, "")
    shell = f"'{sys.executable}' -m corpus {arguments} | head -n 1"
    piped = subprocess.run(["bash", "-o", "pipefail", "-c", shell], capture_output=True, encoding="utf-8", check=False)
    assert (piped.returncode, piped.stderr, len(piped.stdout.splitlines())) == (0, "", 1)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_a_full_disk_is_one_line_on_standard_error() -> None:
    with Path("/dev/full").open("w") as full:
        done = command("list", stdout=full)
    assert done.returncode == 1
    assert done.stderr == "corpus: the output cannot be written (No space left on device); free some space\n"
