"""Files become canonical text, catalogues become documents, and what is wrong with either is said in one line."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import corpus.reading
from corpus.__main__ import main
from corpus.catalogue import Catalogue, load_catalogue
from corpus.errors import CorpusError
from corpus.reading import canonical_text, decode, read_text
from corpus.settings import Settings

DOCUMENTS = sorted(Settings().documents.glob("*.txt"))
PLAN = "架空市改革プラン\n\n1 窓口手続のオンライン化\n\n待ち時間と紙の使用を減らすため、手続を順次改めていく。\n"
ENTRY = {
    "id": "kakuu-plan",
    "file": "plan.txt",
    "municipality": "架空市",
    "municipality_code": "00000",
    "prefecture": "架空県",
    "title": "架空市改革プラン",
    "kind": "plan",
    "fiscal_years": [2025, 2029],
}


def catalogue_of(folder: Path, *entries: dict[str, object]) -> Path:
    """Write a catalogue and the plan that it names; a value of None leaves the key out."""
    (folder / "plan.txt").write_text(PLAN, encoding="utf-8")
    tables = (
        "[[document]]\n"
        + "".join(f"{key} = {json.dumps(value)}\n" for key, value in entry.items() if value is not None)
        for entry in entries
    )
    (folder / "catalog.toml").write_text("\n".join(tables), encoding="utf-8")
    return folder


def one_line(error: pytest.ExceptionInfo[CorpusError]) -> str:
    message = str(error.value)
    assert len(message.splitlines()) == 1
    return message


# Decoding


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.stem)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp932", "euc_jp", "euc_jis_2004", "iso2022_jp"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_every_encoding_and_line_end_reads_alike(path: Path, encoding: str, line_end: str) -> None:
    text = path.read_text(encoding="utf-8")[:5_000]
    # The characters that an encoding lacks (① in EUC-JP) are taken out; few documents have more than a handful.
    text = text.encode(encoding, "ignore").decode(encoding)
    assert len(text) > 4_900
    assert decode(text.replace("\n", line_end).encode(encoding), path.name) == text


def test_the_mark_and_the_escapes_tell_the_encoding() -> None:
    assert decode(b"\xfe\xff" + PLAN.encode("utf-16-be"), "plan.txt") == PLAN
    assert decode(f"{PLAN}\x1b$B".encode(), "plan.txt") == f"{PLAN}\x1b$B"  # a stray escape, yet UTF-8


@pytest.mark.parametrize(
    ("data", "reason", "remedy"),
    [
        (b"", "is empty", "give a file with text"),
        (b" \r\n\t \n", "is empty", "give a file with text"),
        ("\u3000\n\ufeff\n".encode(), "no words", "give a file with text"),
        (b"\xef\xbb\xbf", "no words", "give a file with text"),
        ("---\n★☆◆ ***\n・・・・\n".encode(), "no words", "give a file with text"),
        (b"PK\x03\x04\x00\x00\x08", "a binary file", "export it as UTF-8 text"),
        (PLAN.encode("utf-16-le"), "a binary file", "export it as UTF-8 text"),
        (PLAN.encode() + b"\xff\xfd", "not UTF-8, Shift_JIS or EUC-JP", "save it as UTF-8"),
        (PLAN.encode()[:-5] + b"\xed\xa0\x80\n", "not UTF-8, Shift_JIS or EUC-JP", "save it as UTF-8"),
        (b"\xef\xbb\xbf" + PLAN.encode("cp932"), "not valid utf-8", "save it as UTF-8"),
        (b"\xff\xfe\x00\xd8A\x00", "not valid utf-16", "save it as UTF-8"),
    ],
    ids=[
        "empty",
        "blanks",
        "wide blanks",
        "mark",
        "symbols",
        "NUL",
        "UTF-16",
        "bytes",
        "surrogate",
        "mark only",
        "half",
    ],
)
def test_a_file_that_is_no_text_is_refused_by_name(data: bytes, reason: str, remedy: str, tmp_path: Path) -> None:
    path = tmp_path / "計画.txt"
    path.write_bytes(data)
    with pytest.raises(CorpusError) as error:
        read_text(path)
    message = one_line(error)
    assert message.startswith(f"{path}: ")
    assert reason in message
    assert remedy in message


def test_a_file_over_the_limit_is_refused_with_both_numbers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "plan.txt"
    path.write_bytes(b"a" * 1_001)
    monkeypatch.setattr(corpus.reading, "MAX_BYTES", 1_001)
    assert read_text(path).text == "a" * 1_001
    monkeypatch.setattr(corpus.reading, "MAX_BYTES", 1_000)
    with pytest.raises(CorpusError, match=r"plan\.txt: 1,001 bytes, more than the limit of 1,000; split the file"):
        read_text(path)


def test_a_missing_file_and_a_folder_are_told_apart(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="no such file; put it there") as error:
        read_text(tmp_path / "none.txt")
    assert one_line(error).startswith(f"{tmp_path / 'none.txt'}: ")
    with pytest.raises(CorpusError, match="a folder, not a file; name a file in it") as error:
        read_text(tmp_path)
    assert one_line(error).startswith(f"{tmp_path}: ")


# Canonical text


def astray(source: str) -> list[int]:
    """Return where a canonical character, other than an inserted blank, is not the one it points at."""
    text, offsets = (canonical := canonical_text(source)).text, canonical.offsets
    assert list(offsets) == sorted(offsets)
    pairs = enumerate(zip(text, offsets, strict=True))
    return [at for at, (own, offset) in pairs if own != source[offset] and (own, source[offset]) != (" ", "<")]


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.stem)
def test_canonical_text_drops_formatting_loses_no_word_and_points_at_its_source(path: Path) -> None:
    source = decode(path.read_bytes(), path.name)
    text = canonical_text(source).text
    assert not re.search(r"</?(?:p|ul|table|thead|tbody|tr|td|th|u)\b|\*\*", text)
    dropped = re.sub(r"</?(?:p|ul|table|thead|tbody|tr|td|th|u)(?: [^<>]*)?>|\*\*", "", source)
    assert "".join(text.split()) == "".join(dropped.split())
    assert astray(source) == []


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("<p>改<b>革</b>を<u>進</u>める。</p>\n", "改革を進める。\n"),
        ("**重点** 改**革**の3 ** 2", "重点 改革の3 ** 2"),
        ("前<script>alert(1)</script>後", "前<script>alert(1)</script>後"),
        ("<input type='radio'/>有 <市長> 5<10>3 <h1>題</h1>", "<input type='radio'/>有 <市長> 5<10>3 <h1>題</h1>"),
        ("<ul><li>研修</li><li>派遣</li></ul>\n", "研修 派遣 \n"),
        ("<ul><li>研修<li>派遣</ul>", "研修 派遣"),
        ("項目<UL CLASS='x'><LI>研修<BR/>派遣", "項目 研修 派遣"),
        ("改革\u3000 \n計画\t \t\t\n\n\n\n目標", "改革\n計画\t\n\n目標"),
        ("\ufeff改\x00革\x0b案\x7f", "改革案"),
    ],
)
def test_tags_and_emphasis_go_and_every_word_stays_apart(source: str, text: str) -> None:
    assert canonical_text(source).text == text
    assert astray(source) == []


def test_a_canonical_span_leads_to_its_place_in_the_source() -> None:
    source = "# 計画\n<p>改<b>革</b>案</p>"
    canonical = canonical_text(source)
    start = canonical.text.index("改革案")
    first, last = canonical.source_span((start, start + 3))
    assert source[first:last] == "改<b>革</b>案"
    assert canonical.source_span((start, start)) == (first, first)
    assert canonical.source_span((0, len(canonical.text)))[0] == 0


# The catalogue


def test_the_bundled_catalogue_names_five_documents_of_four_cities(catalogue: Catalogue) -> None:
    assert len(catalogue.documents) == 5
    assert {document.municipality for document in catalogue.documents} == {
        "つくばみらい市",
        "小美玉市",
        "結城市",
        "石岡市",
    }
    report = catalogue.document("tsukubamirai-2024-report")
    assert (report.kind, report.fiscal_years, report.report_fiscal_year) == ("report", (2024, 2028), 2024)
    assert catalogue.document("ishioka-2022-outline").fiscal_years == (2022, 2022)
    assert all(re.fullmatch(r"[0-9a-f]{64}", document.sha256) for document in catalogue.documents)
    with pytest.raises(CorpusError, match="no document has the id 'nope'; the catalogue has: tsukubamirai"):
        catalogue.document("nope")


def test_a_catalogue_with_a_byte_order_mark_is_read(tmp_path: Path) -> None:
    path = catalogue_of(tmp_path, ENTRY) / "catalog.toml"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    catalogue = load_catalogue(tmp_path)
    assert catalogue.documents[0].title == "架空市改革プラン"
    assert catalogue.read(catalogue.documents[0]).text == PLAN


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"title": None}, "title is missing"),
        ({"municipality": " "}, "municipality is missing"),
        ({"prefecture": 8}, "prefecture is missing or not a text"),
        ({"id": None}, "document 1: id is missing"),
        ({"id": "Kakuu Plan"}, "an id has up to 80 of a-z"),
        ({"id": "../kakuu"}, "an id has up to 80 of a-z"),
        ({"kind": "memo"}, "kind is 'memo'; use one of outline, plan, report, plan-and-report"),
        ({"fiscal_years": None}, r"write for example \[2021, 2025\]"),
        ({"fiscal_years": []}, r"write for example \[2021, 2025\]"),
        ({"fiscal_years": 2025}, r"write for example \[2021, 2025\]"),
        ({"fiscal_years": ["令和7年度"]}, r"write for example \[2021, 2025\]"),
        ({"fiscal_years": [True, 2025]}, r"write for example \[2021, 2025\]"),
        ({"fiscal_years": [7, 11]}, r"not Western years; write for example \[2021, 2025\]"),
        ({"fiscal_years": [2029, 2025]}, r"ends before it begins; write \[first, last\]"),
        ({"report_fiscal_year": "2024年度"}, "report_fiscal_year is not a year; write for example 2024"),
        ({"file": "none.txt"}, "'none.txt' cannot be read"),
        ({"file": "."}, "'.' cannot be read"),
        ({"file": "plan\0.txt"}, "cannot be read"),
        ({"file": "../plan.txt"}, "outside the catalogue's folder; move it there"),
        ({"file": "/etc/hostname"}, "outside the catalogue's folder; move it there"),
        ({"file": "link.txt"}, "outside the catalogue's folder; move it there"),
        ({"file": "ring.txt"}, "'ring.txt' cannot be read"),
    ],
    ids=lambda value: json.dumps(value) if isinstance(value, dict) else "",
)
def test_a_wrong_entry_is_named_with_its_remedy(change: dict[str, object], reason: str, tmp_path: Path) -> None:
    (tmp_path / "plan.txt").write_text(PLAN, encoding="utf-8")
    folder = tmp_path / "documents"
    folder.mkdir()
    (folder / "link.txt").symlink_to(tmp_path / "plan.txt")
    (folder / "ring.txt").symlink_to(folder / "ring.txt")
    with pytest.raises(CorpusError, match=reason) as error:
        load_catalogue(catalogue_of(folder, ENTRY | change))
    assert one_line(error).startswith(f"{folder / 'catalog.toml'}: document ")


@pytest.mark.parametrize("file", ["plan.txt", "./plan.txt", "sub/../plan.txt"])
def test_two_entries_for_one_file_are_refused(file: str, tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    with pytest.raises(CorpusError, match=r"two documents have the file .*; give each its own"):
        load_catalogue(catalogue_of(tmp_path, ENTRY, ENTRY | {"id": "other", "file": file}))


def test_two_entries_with_one_id_are_refused(tmp_path: Path) -> None:
    (tmp_path / "other.txt").write_text(PLAN, encoding="utf-8")
    with pytest.raises(CorpusError, match="two documents have the id 'kakuu-plan'; give each its own"):
        load_catalogue(catalogue_of(tmp_path, ENTRY, ENTRY | {"file": "other.txt"}))


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (None, "no catalogue there; set KAIKAKU_DOCUMENTS"),
        ("", "the file is empty"),
        ("id = kakuu", "not valid TOML .*; mend that line"),
        ("x = " + "[" * 20_000, "not valid TOML"),
        ("# nothing yet", r"no \[\[document\]\] in it; add at least one"),
        ("document = 1", r"no \[\[document\]\] in it; add at least one"),
        ("document = [1]", r"entry 1 is not a table; write it as \[\[document\]\]"),
    ],
    ids=["missing", "empty", "not TOML", "deep", "comment", "number", "list"],
)
def test_a_folder_without_a_usable_catalogue_says_what_to_do(content: str | None, reason: str, tmp_path: Path) -> None:
    if content is not None:
        (tmp_path / "catalog.toml").write_text(content, encoding="utf-8")
    with pytest.raises(CorpusError, match=reason) as error:
        load_catalogue(tmp_path)
    assert one_line(error).startswith(f"{tmp_path / 'catalog.toml'}: ")


def test_a_catalogue_that_is_a_folder_or_in_a_file_is_no_traceback(tmp_path: Path) -> None:
    (tmp_path / "catalog.toml").mkdir()
    with pytest.raises(CorpusError, match="cannot be read"):
        load_catalogue(tmp_path)
    (tmp_path / "file").touch()
    with pytest.raises(CorpusError, match="no catalogue there"):
        load_catalogue(tmp_path / "file")


# The command line


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


@pytest.mark.parametrize("arguments", [["--help"], ["list", "--help"], ["passages", "--help"], ["text", "--help"]])
def test_help_explains_every_command_and_option(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        main(arguments)
    assert stop.value.code == 0
    rows = re.findall(r"^ {2,4}(?:-\S+, --|--)?([\w-]+)( {2,}\S.*| +[A-Z]+)?$", capsys.readouterr().out, re.MULTILINE)
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
