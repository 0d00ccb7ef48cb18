"""A file that hangs, crashes or eats memory ends the process that reads it, not the one that asked."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest
from corpus_files import PLAN, one_line

import corpus.isolation
import corpus.readings
from corpus.errors import CorpusError
from corpus.formats import format_of, is_plain_text, read_file
from corpus.isolation import Reading, read_isolated, reading_from_json, reading_to_json
from corpus.model import Extracted
from corpus.reading import canonical_reading
from corpus.readings import keep_reading, read_reading

ROOT = Path(__file__).resolve().parent.parent
READING = Reading("pdf", Extracted("改革\nプラン\n", (0, 3), (2,), (), ("一部の文字は読めません。",)))
SHA256 = "0" * 64


def reader(folder: Path, monkeypatch: pytest.MonkeyPatch, *code: str) -> Path:
    """Let ``code`` stand in the place of the process that reads; return a file for it."""
    package = folder / "corpus" / "formats"
    package.mkdir(parents=True)
    (folder / "corpus" / "__init__.py").touch()
    (package / "__init__.py").touch()
    (package / "__main__.py").write_text(
        "\n".join(["import os, sys, time, signal, subprocess", *code]), encoding="utf-8"
    )
    monkeypatch.setattr(corpus.isolation, "_ROOT", folder)
    path = folder / "計画.pdf"
    path.write_bytes(b"%PDF-1.7")
    return path


def refused(path: Path, seconds: float = 30) -> str:
    with pytest.raises(CorpusError) as error:
        read_isolated(path, seconds)
    message = one_line(error)
    assert message.startswith(f"{path}: ")
    return message


def test_a_reader_that_hangs_is_ended_with_all_that_it_started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    child = "subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'], stdout=1)"
    pids = tmp_path / "pids"
    path = reader(
        tmp_path, monkeypatch, f"child = {child}", f"open({str(pids)!r}, 'w').write(str(child.pid))", "time.sleep(600)"
    )
    start = time.monotonic()
    assert "took more than 3 seconds; split the file, or set KAIKAKU_READ_SECONDS higher" in refused(path, 3)
    assert time.monotonic() - start < 30
    pid = int(pids.read_text(encoding="utf-8"))
    for _ in range(100):
        if not Path(f"/proc/{pid}").exists() or "Z" in Path(f"/proc/{pid}/stat").read_text().split()[2]:
            break
        time.sleep(0.05)
    else:
        pytest.fail("the reader's child lives")


@pytest.mark.skipif(os.name == "nt", reason="needs signals")
@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("os.kill(os.getpid(), signal.SIGSEGV)", "SIGSEGV"),
        ("os.kill(os.getpid(), signal.SIGKILL)", "SIGKILL"),
        ("sys.exit(3)", "exit status 3"),
        ('print(\'{"format": "pdf"\')', "exit status 0"),
        ("print('[' * 100_000)", "exit status 0"),
        ('print(\'{"format": "pdf", "text": 5}\')', "exit status 0"),
        ("print('not a reading')", "exit status 0"),
    ],
)
def test_a_reader_that_crashes_is_one_clear_line(
    code: str, told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    message = refused(reader(tmp_path, monkeypatch, code))
    assert f"ended the reader ({told}); the file is damaged or too large: save it again or split it" in message


def in_reader(path: Path, patch: str) -> dict[str, str]:
    """Return what the real reading process prints when ``patch`` stands for its readers."""
    code = (
        "import sys, os, corpus.formats.__main__ as m\n"
        f"def read(path, name, seconds):\n    {patch}\nm.read_format = read\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", f"{code}sys.exit(m.main({str(path)!r}, 60))"],
        check=False,
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert run.stdout.count("{") == 1
    return dict(json.loads(run.stdout))


@pytest.mark.skipif(sys.platform != "linux", reason="needs limits on memory")
def test_a_reader_that_eats_memory_or_fails_says_so(tmp_path: Path) -> None:
    path = tmp_path / "plan.pdf"
    path.write_bytes(b"%PDF-1.7")
    assert "takes too much memory; split the file" in in_reader(path, "return bytearray(8 << 30)")["error"]
    assert "takes too much memory" in in_reader(path, "return read(path, name, seconds)")["error"]
    told = in_reader(path, "raise ZeroDivisionError('of\\n the font')")["error"]
    assert told == f"{path}: cannot be read (ZeroDivisionError: of the font); save it again or as another format"
    most = corpus.isolation.MAX_CHARACTERS
    long = in_reader(path, f"from corpus.model import Extracted; return Extracted('a' * ({most} + 1))")
    assert f"{most + 1:,} characters of text, more than the limit of {most:,}; split the file" in long["error"]


def test_what_a_library_prints_does_not_mix_with_the_reading(tmp_path: Path) -> None:
    path = tmp_path / "plan.pdf"
    path.write_bytes(b"%PDF-1.7")
    patch = (
        "print('warning'); os.write(1, b'more'); from corpus.model import Extracted; return Extracted('\\ud800改革')"
    )
    assert in_reader(path, patch)["text"] == "\ud800改革"


def test_a_text_is_read_by_the_real_process(tmp_path: Path) -> None:
    path = tmp_path / "-計 画.txt"
    path.write_text(PLAN, encoding="cp932")
    assert read_isolated(path) == Reading("text", Extracted(PLAN))
    path.write_bytes(PLAN.encode() + b"\xff\xfd")
    assert "the encoding is not UTF-8, Shift_JIS or EUC-JP" in refused(path)


def test_a_reading_goes_through_json_and_back() -> None:
    assert reading_from_json(json.loads(json.dumps(reading_to_json(READING)))) == READING
    table = reading_to_json(READING) | {"text": "改\ud800革"}
    assert reading_from_json(table).extracted.text == "改\ufffd革"
    for wrong in (
        {"text": None},
        {"pages": [5, 3]},
        {"pages": ["1"]},
        {"unread": [-1]},
        {"remarks": [1]},
        {"format": 1},
    ):
        with pytest.raises((ValueError, TypeError)):
            reading_from_json(reading_to_json(READING) | wrong)


def test_a_kept_reading_is_used_until_the_readers_change_or_it_is_damaged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "plan.pdf"
    path.write_bytes(b"%PDF-1.7")
    made: list[Path] = []

    def make(path: Path, seconds: float) -> Reading:
        made.append(path)
        return READING

    monkeypatch.setattr(corpus.readings, "read_isolated", make)
    assert read_reading(path, SHA256) == READING
    keep_reading(READING, SHA256, tmp_path)
    assert read_reading(path, SHA256, tmp_path) == READING
    assert len(made) == 1
    kept = tmp_path / f"{SHA256}.json"
    whole = kept.read_bytes()
    for damaged in (b"", b"[]", whole[:-9], b"\xff" + whole, whole.replace(b'"pages": [0, 3]', b'"pages": [3, 0]')):
        kept.write_bytes(damaged)
        assert read_reading(path, SHA256, tmp_path) == READING
        assert kept.read_bytes() == whole
    assert len(made) == 6
    monkeypatch.setattr(corpus.readings, "reader_version", lambda: "newer")
    read_reading(path, SHA256, tmp_path)
    assert len(made) == 7
    assert read_reading(path, SHA256, tmp_path / "none") == READING  # it cannot be kept there, and that is no matter


# Formats


@pytest.mark.parametrize(
    ("name", "data", "told"),
    [
        ("plan.txt", "改革".encode(), "text"),
        ("plan.MD", "# 改革".encode(), "markdown"),
        ("plan.csv", "課,改革".encode("cp932"), "csv"),
        ("plan.txt", b"%PDF-1.7\n", "pdf"),
        ("plan", b"%PDF-1.7\n", "pdf"),
        ("plan.txt", "\ufeff<!DOCTYPE html><p>改革".encode(), "html"),
        ("plan.md", "<html>改革".encode(), "markdown"),
        ("plan.txt", b"how a file begins: %PDF-1.7", "text"),
    ],
)
def test_the_format_is_what_a_file_holds(name: str, data: bytes, told: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    assert format_of(path) == told
    assert is_plain_text(path) == (told == "text")


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("plan.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 99, "save it as .docx or .xlsx without a password"),
        ("plan.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 99, "without a password"),
        ("plan.png", b"\x89PNG\r\n\x1a\n", "an image; make a PDF of it"),
        ("plan.zip", b"PK\x03\x04broken", "a damaged file"),
        ("plan.docx", b"no archive", "not a .docx file although it is named so"),
        ("plan.pdf", b"no PDF", "not a .pdf file although it is named so"),
        ("plan.ppt", b"text", "no format is known by the name ending '.ppt'; use one of .txt"),
        ("plan.gz", b"\x1f\x8b\x08", "unpack it"),
    ],
)
def test_what_cannot_be_read_says_what_to_make_of_it(name: str, data: bytes, reason: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(CorpusError) as error:
        read_file(path)
    assert one_line(error).startswith(f"{path}: ")
    assert reason in str(error.value)


def test_an_open_document_says_what_to_save_it_as(tmp_path: Path) -> None:
    path = tmp_path / "計画.ods"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
    with pytest.raises(CorpusError, match=r"an OpenDocument file; save it as \.docx, \.xlsx or PDF"):
        format_of(path)


@pytest.mark.parametrize("name", ["pdf/locked.pdf", "pdf/garbled.pdf"])
def test_what_cannot_be_read_is_named_with_its_folder(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))  # no Tesseract
    refused(Path(__file__).parent / "files" / name)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs pipes with names")
def test_a_pipe_or_a_huge_file_is_refused_before_it_is_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "plan.pdf")
    with pytest.raises(CorpusError, match="not a file but a device or a pipe"):
        format_of(tmp_path / "plan.pdf")
    with (tmp_path / "huge.txt").open("wb") as file:
        file.truncate(1 << 40)
    with pytest.raises(CorpusError, match=r"more than the limit of 50,000,000; split the file"):
        read_file(tmp_path / "huge.txt")


def test_pages_begin_where_their_text_does_in_the_canonical_text() -> None:
    source = "<p>表紙</p>\n\n\n\n<b>本文</b>\n"
    canonical = canonical_reading(Extracted(source, (0, source.index("<b>"), len(source))))
    assert [canonical.text[start : start + 2] for start in canonical.pages] == ["表紙", "本文", ""]
    assert [canonical.page(canonical.text.index(word)) for word in ("表紙", "本文")] == [1, 2]
