"""A user's own synonyms extend the vocabulary; a file that cannot be used is one clear line."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from search.__main__ import main
from search.vocabulary import english_key

ROOT = Path(__file__).parent.parent
WORD = "おうち勤め"
LINE = f"テレワーク|{WORD}\thome sweet office"


def written(folder: Path, data: bytes | str) -> Path:
    path = folder / "vocabulary.tsv"
    path.write_bytes(data.encode("utf-8") if isinstance(data, str) else data)
    return path


def shown(
    path: Path, index: Path, patch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], question: str = WORD
) -> tuple[int, str, str]:
    """Return status, output and errors of a search with this vocabulary."""
    patch.setenv("KAIKAKU_VOCABULARY", str(path))
    status = main(["find", question, "--explain", "--top-k", "1", "--index", str(index)])
    out, err = capsys.readouterr()
    return status, out, err


GOOD = {
    "plain": LINE,
    "BOM": "\ufeff" + LINE,
    "Windows line ends": f"# own words\r\n\r\n{LINE}\r\n",
    "comment above": f"# own words\n\n{LINE}\n",
    "blanks around": f" テレワーク | {WORD} \thome sweet office\n",
    "other lines": f"会議|寄り合い\n{LINE}\n押印|ぺたん\n",
}


@pytest.mark.parametrize("name", GOOD)
def test_own_words_are_found_as_what_they_mean(
    name: str, tmp_path: Path, index: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    status, out, err = shown(written(tmp_path, GOOD[name]), index, monkeypatch, capsys)
    assert (status, err) == (0, "")
    assert f"類語: {WORD} → テレワーク" in out
    assert "テレワーク" in out.split("\n\n", 1)[1]


def test_own_english_words_are_found_too(
    tmp_path: Path, index: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = written(tmp_path, f"{LINE}\n人事評価\tgold star scheme\n")
    for question, word in (("home sweet office", "テレワーク"), ("gold star schemes", "人事評価")):
        status, out, _ = shown(path, index, monkeypatch, capsys, question)
        assert status == 0 and f"訳語: {question} → {word}" in out


def test_own_words_join_those_that_ship(
    tmp_path: Path, index: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    status, out, _ = shown(written(tmp_path, LINE), index, monkeypatch, capsys, "テレワーク")
    assert status == 0 and "リモートワーク" in out.splitlines()[0]


@pytest.mark.parametrize("data", ["", "\n\n", "# nothing yet\n", "\ufeff"])
def test_an_empty_file_changes_nothing(
    data: str, tmp_path: Path, index: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert shown(written(tmp_path, data), index, monkeypatch, capsys, "残業") == shown(
        tmp_path / "none.tsv", index, monkeypatch, capsys, "残業"
    )


def test_a_missing_file_is_no_error(
    tmp_path: Path, index: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    status, out, err = shown(tmp_path / "none" / "vocabulary.tsv", index, monkeypatch, capsys)
    assert (status, err) == (0, "") and f"類語: {WORD}" not in out


BAD = {
    "Shift_JIS": (LINE.encode("cp932"), "cannot be read as UTF-8 text"),
    "UTF-16": (LINE.encode("utf-16"), "cannot be read as UTF-8 text"),
    "picture": (b"\x89PNG\r\n\x1a\n\xff\xd8", "cannot be read as UTF-8 text"),
    "one expression": ("テレワーク\n".encode(), "only one expression"),
    "one expression below others": (f"{LINE}\nテレワーク\n".encode(), "line 2"),
    "one expression and nothing": ("テレワーク|\n".encode(), "only one expression"),
    "English alone": (b"\thome office\n", "line 1"),
    "the same twice": ("テレワーク|ﾃﾚﾜｰｸ\n".encode(), "only one expression"),
    "a tab and nothing": ("テレワーク\t\n".encode(), "only one expression"),
    "comma": (f"テレワーク,{WORD}\n".encode(), "only one expression"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_file_that_cannot_be_used_is_one_line_that_names_it(
    name: str, tmp_path: Path, index: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    data, complaint = BAD[name]
    path = written(tmp_path, data)
    status, out, err = shown(path, index, monkeypatch, capsys)
    assert (status, out) == (1, "")
    assert err.startswith(f"search: {path}") and err.count("\n") == 1 and complaint in err


def test_the_line_that_is_named_is_that_of_the_file(
    tmp_path: Path, index: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = written(tmp_path, f"# own words\n\n{LINE}\nテレワーク\n")
    assert "line 4" in shown(path, index, monkeypatch, capsys)[2]


def test_a_folder_in_place_of_the_file_is_one_line(
    tmp_path: Path, index: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    status, out, err = shown(tmp_path, index, monkeypatch, capsys)
    assert (status, out, err.count("\n")) == (1, "", 1) and str(tmp_path) in err


@pytest.mark.parametrize("command", [["search", "ask", WORD], ["search", "compare", WORD], ["eval", "tune"]])
def test_every_command_says_it_in_one_line(command: list[str], tmp_path: Path, index: Path) -> None:
    path = written(tmp_path, LINE.encode("cp932"))
    done = subprocess.run(
        [sys.executable, "-m", *command],
        cwd=ROOT,
        env={**os.environ, "KAIKAKU_VOCABULARY": str(path), "KAIKAKU_INDEX": str(index)},
        capture_output=True,
        check=False,
        timeout=120,
    )
    lines = done.stderr.decode("utf-8").splitlines()
    assert (done.returncode, done.stdout, len(lines)) == (1, b"", 1)
    assert str(path) in lines[0] and "save it as UTF-8" in lines[0]


def test_a_change_of_the_file_counts_when_the_index_is_opened_again(
    tmp_path: Path, index: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = written(tmp_path, "会議|寄り合い\n")
    assert f"類語: {WORD}" not in shown(path, index, monkeypatch, capsys)[1]
    path.write_text(LINE, encoding="utf-8")
    assert f"類語: {WORD} → テレワーク" in shown(path, index, monkeypatch, capsys)[1]


@pytest.mark.parametrize(
    ("asked", "written_as"),
    [
        ("gaming privatisation", "gaming privatization"),
        ("work centres", "work center"),
        ("analyze costs", "analyse cost"),
    ],
)
def test_either_spelling_of_english_is_found(
    asked: str,
    written_as: str,
    tmp_path: Path,
    index: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    path = written(tmp_path, f"テレワーク\t{written_as}\n")
    assert f"訳語: {asked} → テレワーク" in shown(path, index, monkeypatch, capsys, asked)[1]


@pytest.mark.parametrize(("word", "other"), [("revise", "revision"), ("raise", "raising"), ("expertise", "expertise")])
def test_words_of_one_family_keep_what_they_share(word: str, other: str) -> None:
    assert english_key(word) == english_key(other)
