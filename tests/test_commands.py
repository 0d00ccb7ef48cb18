"""``python -m search`` does what its help says: output in UTF-8, errors in one line, a status that tells them."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from search import SearchEngine
from search.__main__ import main

ROOT = Path(__file__).parent.parent
COMMANDS = ("find", "ask", "compare", "batch")


def run(*arguments: str | bytes, **environment: str | None) -> subprocess.CompletedProcess[bytes]:
    """Return what a process of its own does; an environment variable that is None is not set."""
    variables = {**os.environ, **environment}
    return subprocess.run(
        [sys.executable, "-m", "search", *arguments],
        cwd=ROOT,
        env={name: value for name, value in variables.items() if value is not None},
        capture_output=True,
        timeout=120,
        check=False,
    )


def failure(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """Return the one line on stderr of a command that fails."""
    assert main(list(arguments)) == 1
    out, err = capsys.readouterr()
    assert out == "" and err.startswith("search: ") and err.count("\n") == 1 and "Traceback" not in err
    return err


def options_of(text: str) -> dict[str, str]:
    """Return the options of a help text, each with its explanation."""
    entries = (" ".join(entry.split()) for entry in re.split(r"\n(?=  -)", text.split("options:\n")[1]))
    parts = (re.fullmatch(r"(?:-\w, )?(--[\w-]+)(?: \{\S+\}| [A-Z][\w.]*)? ?(.*)", entry) for entry in entries)
    return {part[1]: part[2] for part in parts if part}


# Help and usage


@pytest.mark.parametrize("command", COMMANDS)
def test_help_explains_every_option(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        main([command, "--help"])
    assert stop.value.code == 0
    text = capsys.readouterr().out
    usage = text.split("positional arguments:")[0]
    options = options_of(text)
    assert set(re.findall(r"--[\w-]+", usage)) <= set(options)
    assert all(options.values()), options
    assert {"--index", "--help"} <= set(options)
    positional = text.split("positional arguments:\n")[1].split("\n\n")[0]
    assert re.fullmatch(r"  \S.*?\s{2,}\S.+", positional.split("\n")[0])


def test_help_of_all_commands(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        main(["--help"])
    assert stop.value.code == 0
    text = capsys.readouterr().out
    assert all(re.search(rf"^    {command} +\S", text, re.MULTILINE) for command in COMMANDS)


def test_help_loads_no_model_library() -> None:
    code = (
        "import sys, runpy\n"
        "sys.argv = ['search', '--help']\n"
        "try:\n    runpy.run_module('search', run_name='__main__')\n"
        "except SystemExit as stop:\n    assert stop.code == 0\n"
        "heavy = {'torch', 'sentence_transformers', 'transformers', 'sklearn', 'faiss', 'gradio'} & set(sys.modules)\n"
        "sys.exit(f'loaded: {heavy}' if heavy else 0)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["seek", "テレワーク"],
        ["find"],
        ["find", "テレワーク", "--colour"],
        ["find", "テレワーク", "--top-k", "many"],
        ["ask", "テレワーク", "--kind", "計画"],
        ["ask", "テレワーク", "--fiscal-year", "令和7年度"],
        ["compare"],
        ["compare", "テレワーク", "--fiscal-year", "2025"],
        ["batch", "questions.jsonl"],
        ["batch", "--out", "run.jsonl"],
    ],
)
def test_wrong_usage_is_status_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        main(arguments)
    assert stop.value.code == 2
    out, err = capsys.readouterr()
    assert out == "" and err.startswith("usage: python -m search") and "error: " in err.splitlines()[-1]


# Errors


@pytest.mark.parametrize("command", [["find", "テレワーク"], ["ask", "テレワーク"], ["compare", "テレワーク"]])
def test_a_missing_index_names_the_command_to_run(
    command: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "python -m indexer build" in failure(capsys, *command, "--index", str(tmp_path / "none"))


def test_errors_say_what_there_is(index: Path, capsys: pytest.CaptureFixture[str]) -> None:
    where = ("--index", str(index))
    assert "no documents of 水戸市; use one of つくばみらい市" in failure(
        capsys, "find", "テレワーク", "--municipality", "水戸市", *where
    )
    assert "use 1 to 200" in failure(capsys, "find", "テレワーク", "--top-k", "0", *where)
    assert "the question is empty" in failure(capsys, "ask", " ", *where)


def test_an_error_of_a_process_is_one_line_and_status_1(tmp_path: Path) -> None:
    done = run("ask", "テレワーク", KAIKAKU_INDEX=str(tmp_path / "none"))
    assert (done.returncode, done.stdout) == (1, b"")
    assert done.stderr.decode().count("\n") == 1
    assert "no index there yet: run `python -m indexer build`" in done.stderr.decode()


# Output


def test_output_is_utf8_whatever_the_locale_says(index: Path) -> None:
    """The ASCII of the C locale, which Python would use without its UTF-8 mode, cannot say any of it."""
    done = run(
        *("ask", "which cities target telework?"),
        KAIKAKU_INDEX=str(index),
        LC_ALL="C",
        PYTHONUTF8="0",
        PYTHONCOERCECLOCALE="0",
        PYTHONIOENCODING=None,
    )
    assert (done.returncode, done.stderr) == (0, b"")
    text = done.stdout.decode("utf-8")
    assert text.startswith("Stated as numeric target: 結城市 (Yuki)[1].") and "テレワーク" in text


@pytest.mark.skipif(os.name == "nt", reason="pipes of POSIX")
def test_a_closed_pipe_is_no_error(index: Path) -> None:
    """The reader is gone before anything is printed; so little is printed that it waits in the buffer until the end."""
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [sys.executable, "-m", "search", "find", "テレワーク", "--top-k", "1"],
        cwd=ROOT,
        env={**os.environ, "KAIKAKU_INDEX": str(index), "PYTHONUNBUFFERED": ""},
        stdout=writing,
        stderr=subprocess.PIPE,
        timeout=120,
        check=False,
    )
    os.close(writing)
    assert (done.returncode, done.stderr) == (0, b"")


def test_find_prints_passages_as_text_and_as_json(
    index: Path, engine: SearchEngine, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["find", "結城市のテレワーク", "--top-k", "3", "--kind", "plan", "--fiscal-year", "2021"]
    hits = engine.search("結城市のテレワーク", 3)
    assert main([*arguments, "--index", str(index)]) == 0
    out, err = capsys.readouterr()
    assert err == "" and out.startswith(f"1. {hits[0].passage.context}\n［担当課: ")
    assert f"］\n{hits[0].passage.text}\n\n2. " in out
    assert main([*arguments, "--index", str(index), "--json"]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(line["rank"], line["doc"], line["text"]) for line in lines] == [
        (hit.rank, hit.passage.document.id, hit.passage.text) for hit in hits
    ]


def test_ask_and_compare_print_answers_as_json(
    index: Path, engine: SearchEngine, capsys: pytest.CaptureFixture[str]
) -> None:
    question = "テレワークに取り組んでいる市は？"
    assert main(["ask", question, "--municipality", "結城市", "--json", "--index", str(index)]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert (answer["municipalities"], answer["abstained"]) == (["結城市"], False)
    for citation in answer["citations"]:
        assert engine.canonical_text(citation["doc"])[slice(*citation["span"])] == citation["quote"]
    two = ["--municipality", "結城市", "--municipality", "石岡市"]
    assert main(["compare", "テレワーク", "核融合", *two, "--json", "--index", str(index)]) == 0
    matrix = json.loads(capsys.readouterr().out)
    assert (matrix["municipalities"], matrix["themes"]) == (["結城市", "石岡市"], ["テレワーク", "核融合"])
    statements = [[cell["statement"] is not None for cell in row] for row in matrix["cells"]]
    assert statements == [[True, False], [False, False]]
    assert main(["compare", "テレワーク", *two, "--index", str(index)]) == 0
    text = capsys.readouterr().out
    assert "【結城市｜テレワーク】\n数値目標：「" in text and "【石岡市｜テレワーク】\n記載なし\n" in text


# Runs


def questions_file(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    path = folder / "questions.jsonl"
    path.write_text(text, encoding=encoding, newline="")
    return path


def test_batch_writes_a_line_for_every_question(index: Path, tmp_path: Path) -> None:
    """With a byte order mark, CR LF, empty lines, other keys, line separators in a text, questions nobody can ask."""
    questions = [
        {"id": "q1", "question": "結城市のテレワーク", "type": "lookup"},
        {"id": "長い", "question": "テレワーク" * 1000},
        {"id": "q3", "question": "テレワーク\u2028の\x85事例"},
        {"id": "q4", "question": ""},
        {"id": "\ud800", "question": "\udfff"},
    ]
    lines = [json.dumps(question, ensure_ascii=number == 5) for number, question in enumerate(questions, 1)]
    path = questions_file(tmp_path, "\r\n\r\n".join(lines), "utf-8-sig")
    out = tmp_path / "run.jsonl"
    out.write_text("old", encoding="utf-8")
    done = run("batch", str(path), "--out", str(out), "--top-k", "3", KAIKAKU_INDEX=str(index))
    assert (done.returncode, done.stdout.decode(), done.stderr) == (0, f"5 questions: {out}\n", b"")
    run_lines = [json.loads(line) for line in out.read_text(encoding="utf-8").split("\n")[:-1]]
    assert [line["id"] for line in run_lines] == [question["id"] for question in questions]
    assert [line["answer"]["abstained"] for line in run_lines] == [False, True, False, True, True]
    assert [len(line["passages"]) for line in run_lines] == [3, 0, 3, 0, 0]
    assert sorted(file.name for file in tmp_path.iterdir()) == ["questions.jsonl", "run.jsonl"]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ('{"id": "1", "question": "テレワーク"}\n{"id": "2", "question": \n', "line 2: not JSON"),
        ('{"id": "1", "question": "テレワーク"}\n\n["2"]\n', "line 3: no texts id and question"),
        ('{"id": 1, "question": "テレワーク"}\n', "line 1: no texts id and question"),
        ('{"id": "1"}\n', "line 1: no texts id and question"),
        ('{"id": "1", "question": "a"}\n{"id": "1", "question": "b"}\n', "line 2: the id '1' stands in line 1 too"),
        ("[" * 100_000, "line 1: not JSON"),
    ],
    ids=["broken", "no table", "number", "missing key", "duplicate id", "deep"],
)
def test_a_bad_question_file_is_named_by_its_line_and_leaves_the_old_run_alone(
    index: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, complaint: str
) -> None:
    path, out = questions_file(tmp_path, text), tmp_path / "run.jsonl"
    out.write_text("old", encoding="utf-8")
    message = failure(capsys, "batch", str(path), "--out", str(out), "--index", str(index))
    assert f"{path}, {complaint}" in message
    assert out.read_text(encoding="utf-8") == "old"
    assert sorted(file.name for file in tmp_path.iterdir()) == ["questions.jsonl", "run.jsonl"]


def test_a_question_file_that_is_no_utf8_or_not_there_is_named(
    index: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    where = ("--out", str(tmp_path / "run.jsonl"), "--index", str(index))
    path = questions_file(tmp_path, '{"id": "1", "question": "テレワーク"}', "cp932")
    assert f"{path}: cannot be read as UTF-8 text" in failure(capsys, "batch", str(path), *where)
    assert "none.jsonl: cannot be read" in failure(capsys, "batch", str(tmp_path / "none.jsonl"), *where)


def test_a_run_that_cannot_be_written_or_made_leaves_nothing_behind(
    index: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    line = '{"id": "1", "question": "テレワーク"}\n'
    path = questions_file(tmp_path, line)
    batch = ("batch", str(path), "--index", str(index), "--out")
    assert "cannot be written" in failure(capsys, *batch, str(tmp_path / "none" / "run.jsonl"))
    assert "cannot be written" in failure(capsys, *batch, str(path / "run.jsonl"))
    assert "give another --out" in failure(capsys, *batch, str(tmp_path))
    assert "has the questions; give another --out" in failure(capsys, *batch, str(path))
    assert "use 1 to 200" in failure(capsys, *batch, str(tmp_path / "run.jsonl"), "--top-k", "0")
    assert [file.name for file in tmp_path.iterdir()] == ["questions.jsonl"]
    assert path.read_text(encoding="utf-8") == line
