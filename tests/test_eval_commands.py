"""``python -m eval``: what it prints and writes, and its errors in one line."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import pytest
from evaluation import GOOD, Json, development_questions, line, perfect_line, questions_of, write

from corpus.errors import CorpusError
from eval.__main__ import main
from eval.jsonl import EvaluationError
from eval.questions import read_questions
from eval.runs import read_run
from eval.searching import OpenSearch, RunLines, open_search, timed_lines

ROOT = Path(__file__).resolve().parent.parent


def command(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "eval", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


@pytest.mark.parametrize(
    "arguments",
    [["--help"], ["run", "--help"], ["compare", "--help"], ["failures", "--help"], ["abstention", "--help"]],
)
def test_every_command_has_help(arguments: list[str]) -> None:
    done = command(*arguments)
    assert done.returncode == 0
    assert "usage: python -m eval" in done.stdout
    assert "examples:" in done.stdout


@pytest.mark.parametrize(
    "arguments",
    [[], ["fly"], ["run", "--top-k", "0"], ["run", "--run", "a", "--index", "b"], ["compare", "a"], ["failures"]],
)
def test_wrong_usage_exits_with_two(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2
    assert "usage: python -m eval" in capsys.readouterr().err


def test_run_command_measures_a_given_run_and_writes_reports(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = write(tmp_path / "mine.jsonl", [perfect_line(values) for values in development_questions()])
    out = tmp_path / "new" / "report"
    assert main(["run", "--run", str(run), "--out", str(out), "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed == json.loads((out / "report.json").read_text(encoding="utf-8"))
    assert printed["measures"]["total"]["S@2000c"] == 1
    assert sorted(path.name for path in out.iterdir()) == ["report.json", "report.md"]
    assert main(["run", "--run", str(run), "--out", str(out)]) == 0
    assert "S@2000c" in capsys.readouterr().out


def test_run_command_asks_the_search_and_keeps_its_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    answers = {values["id"]: perfect_line(values) for values in development_questions()}

    def fake_search(index: Path | None, top_k: int) -> OpenSearch:
        assert (index, top_k) == (tmp_path / "index", 5)
        return OpenSearch(
            lambda asked: (answers[values["id"]] for values in asked), {"model name": "embedded"}, engine=None
        )

    monkeypatch.setattr("eval.__main__.open_search", fake_search)
    arguments = ["run", "--index", str(tmp_path / "index"), "--top-k", "5", "--out", str(tmp_path / "out")]
    assert main([*arguments, "--json"]) == 0
    captured = capsys.readouterr()
    report = json.loads(captured.out)
    assert report["run"]["index"] == {"model name": "embedded"}
    assert report["seconds"]["median"] is not None
    assert report["measures"]["total"]["city exact"] == 1
    assert captured.err.count("110/110") == 2  # the round that warms up, and the one that is kept
    assert captured.err.index("warming up") < captured.err.index("asking")
    assert "peers" not in report
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["report.json", "report.md", "run.jsonl"]
    # The run that was kept gives the same measures.
    assert main(["run", "--run", str(tmp_path / "out" / "run.jsonl"), "--out", str(tmp_path / "again"), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["measures"] == report["measures"]


def test_times_of_a_search_are_those_of_its_find_and_its_ask(tmp_path: Path, index: Path) -> None:
    asked = write(
        tmp_path / "questions.jsonl",
        [{**GOOD, "question": "テレワークの目標は？"}, {**GOOD, "id": "long", "question": "あ" * 100_000}],
    )
    questions = read_questions(asked)
    found, refused = (json.loads(text) for text in timed_lines(questions.questions, open_search(index, 5).run_lines))
    assert len(found["passages"]) == 5
    assert 0 < found["seconds"] < 10
    assert 0 < found["find_seconds"] < 10
    # The time of a question that was not asked would make the others look quick.
    assert (refused["seconds"], refused["find_seconds"]) == (None, None)
    run = read_run(write(tmp_path / "run.jsonl", [found, refused]), questions)
    assert (run.lines["q"].seconds, run.lines["q"].find_seconds) == (found["seconds"], found["find_seconds"])
    assert run.lines["long"].find_seconds is None


def test_errors_of_the_searching_rooms_become_one_line_and_defects_do_not(tmp_path: Path) -> None:
    asked = questions_of(tmp_path, GOOD).questions

    def failing(error: Exception) -> RunLines:
        def run_lines(questions: Iterable[Mapping[str, str]]) -> Iterator[Json]:
            yield line(next(iter(questions))["id"])
            raise error

        return run_lines

    with pytest.raises(EvaluationError, match=r"^the index is gone: build it$"):
        list(timed_lines(asked, failing(CorpusError("the index is gone:\nbuild it"))))
    with pytest.raises(ZeroDivisionError):
        list(timed_lines(asked, failing(ZeroDivisionError())))


def test_compare_command_prints_both_runs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = [perfect_line(values) for values in development_questions()]
    a, b = write(tmp_path / "a.jsonl", lines[:-1]), write(tmp_path / "b.jsonl", lines)
    assert main(["compare", str(a), str(b)]) == 0
    captured = capsys.readouterr()
    assert "abstain: B better on 1, worse on 0\n  + dev-110" in captured.out
    assert "a.jsonl has no line for 1 of 110 questions" in captured.err
    assert main(["compare", str(a), str(b), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["changes"]["abstain"] == {"won": ["dev-110"], "lost": []}


def test_errors_are_one_line_on_stderr(tmp_path: Path) -> None:
    missing = str(tmp_path / "none.jsonl")
    run = str(write(tmp_path / "run.jsonl", []))
    wrong = [
        (["run", "--run", missing], "none.jsonl does not exist: check the path"),
        (["run", "--run", str(tmp_path)], "cannot be read (Is a directory)"),
        (["run", "--questions", missing], "none.jsonl does not exist"),
        (["compare", run, missing], "none.jsonl does not exist"),
    ]
    for arguments, message in wrong:
        done = command(*arguments)
        assert (done.returncode, done.stdout) == (1, "")
        assert message in done.stderr
        assert done.stderr.count("\n") == 1


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = write(tmp_path / "run.jsonl", [])
    assert main(["run", "--run", str(run), "--out", str(run / "report")]) == 1
    assert "name another folder with --out" in capsys.readouterr().err
