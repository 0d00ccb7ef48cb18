"""``python -m indexer add`` and ``remove``: what they take, refuse, change and say."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import filelock
import pytest
from library_files import OTHER_PLAN, PLAN, Place
from small_index import ROOT, environment, generations, indexer, only_line

from indexer.__main__ import main

pytest_plugins = ["library_files", "small_index"]


# Adding


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932", "euc_jp", "iso2022_jp"])
def test_a_file_in_any_encoding_is_added_by_what_it_says_of_itself(place: Place, encoding: str) -> None:
    [told] = place.add(place.file("計画.txt", PLAN.replace("～", "~"), encoding))
    assert (told["action"], told["id"], told["municipality_code"]) == ("added", "mito-2024-plan", "08201")
    assert (told["municipality"], told["prefecture"], told["kind"]) == ("水戸市", "茨城県", "plan")
    assert (told["title"], told["fiscal_years"]) == ("水戸市第8次行財政改革プラン", [2024, 2028])
    assert told["found"]["fiscal_years"] == {
        "where": "line 3",
        "quote": "令和6年度~令和10年度",
        "span": [16, 28],
        "sure": True,
    }
    assert place.ids() == ["bundled", "mito-2024-plan"]
    assert "キャッシュレス決済" in place.text()


def test_people_are_told_each_field_and_where_it_stands(place: Place) -> None:
    status, output, errors = place.run("add", place.file("plan.txt", PLAN), "--report-year", "2024")
    assert (status, errors) == (0, "")
    assert re.search(r"plan\.txt: added, id mito-2024-plan\n", output)
    assert "  municipality  水戸市 (茨城県, 08201)   [line 1: 水戸市]\n" in output
    assert "  fiscal years  2024-2028   [line 3: 令和6年度～令和10年度]\n" in output
    assert "  report year   2024   [given]\n" in output
    assert re.search(r"  reading       text, \d+ characters\n", output)
    assert re.search(r"added: mito-2024-plan, \d+ initiatives\nthe index is up to date", output)


def test_the_same_file_again_changes_nothing(place: Place) -> None:
    path = place.file("plan.txt", PLAN)
    place.add(path)
    before, published = place.state(), generations(place.index)
    copy = shutil.copy(path, place.folder / "copy of it.text")
    for arguments in ([path], [copy], [path, "--id", "mito-2024-plan"], [path, path], [path, "--kind", "plan"]):
        told = place.add(*arguments)
        assert {(each["action"], each["id"]) for each in told} == {("unchanged", "mito-2024-plan")}
    assert place.state() == before
    assert generations(place.index) == published
    message = place.refused("add", path, "--id", "another")
    assert "this file is the document mito-2024-plan already; remove that first, or leave out --id" in message


def test_a_changed_file_replaces_its_document(place: Place) -> None:
    place.add(place.file("plan.txt", PLAN))
    [told] = place.add(place.file("plan.txt", OTHER_PLAN))
    assert (told["action"], told["id"]) == ("replaced", "mito-2024-plan")
    assert place.ids() == ["bundled", "mito-2024-plan"]
    assert "オンライン申請" in place.text()
    assert "キャッシュレス" not in place.text()
    assert len(list((place.library / "files").iterdir())) == 1
    [told] = place.add(place.file("other.txt", PLAN.replace("水戸", "結城")), "--id", "mito-2024-plan")
    assert (told["action"], told["municipality"]) == ("replaced", "結城市")
    assert place.ids() == ["bundled", "mito-2024-plan"]


def test_what_is_given_wins_and_corrects_a_document(place: Place) -> None:
    path = place.file("plan.txt", PLAN)
    fields = ["--municipality", "広島県府中市", "--title", " 府中市 改革\n", "--fiscal-years", "2025"]
    [told] = place.add(path, *fields, "--kind", "report", "--report-year", "2025")
    assert (told["id"], told["municipality_code"], told["title"]) == ("fuchu-2025-report", "34208", "府中市 改革")
    assert (told["fiscal_years"], told["report_fiscal_year"]) == ([2025, 2025], 2025)
    assert set(told["found"].values()) == {None}
    [told] = place.add(path, "--title", "府中市改革プラン")
    assert (told["action"], told["id"], told["title"]) == ("replaced", "fuchu-2025-report", "府中市改革プラン")
    assert (told["municipality_code"], told["kind"]) == ("34208", "report")


def test_ids_never_collide_silently(place: Place) -> None:
    place.add(place.file("plan.txt", PLAN))
    other = place.file("dx.txt", PLAN.replace("第8次行財政改革プラン", "DX推進計画"))
    [told] = place.add(other)
    assert (told["action"], told["id"]) == ("added", "mito-2024-plan-b")
    assert told["note"] == "mito-2024-plan is 水戸市「水戸市第8次行財政改革プラン」"
    assert place.ids() == ["bundled", "mito-2024-plan", "mito-2024-plan-b"]
    third = place.file("third.txt", PLAN.replace("第8次行財政改革プラン", "財政計画"))
    assert "id mito-2024-plan-c (mito-2024-plan is 水戸市「" in place.run("add", third)[1]
    place.run("remove", "mito-2024-plan-b")
    assert place.add(other)[0]["id"] == "mito-2024-plan-b"


def test_reports_of_two_years_of_one_plan_are_two_documents(place: Place) -> None:
    reports = [
        place.file(f"{year}.txt", PLAN.replace("プラン", f"プラン\n令和{year}年度実績報告書", 1)) for year in (6, 7)
    ]
    told = place.add(*reports)
    assert [(each["id"], each["fiscal_years"]) for each in told] == [
        ("mito-2024-report", [2024, 2028]),
        ("mito-2025-report", [2024, 2028]),
    ]


def test_what_cannot_be_read_must_be_given(place: Place) -> None:
    path = place.file("memo.txt", "議事の記録\n\n窓口の手続を改める。\n")
    message = place.refused("add", path)
    assert message.startswith(
        f"{path}: cannot read its municipality (none is named); title (not found); kind (not found);"
    )
    for option in ("--municipality", "--title", "--kind", "--fiscal-years"):
        assert option in message
    message = place.refused("add", path, "--municipality", "府中市")
    assert "write 東京都府中市 or 広島県府中市" in message
    given = ["--municipality", "結城市", "--title", "記録", "--kind", "plan", "--fiscal-years", "2024-2025"]
    assert place.add(path, *given)[0]["id"] == "yuki-2024-plan"


def test_what_is_not_sure_is_not_taken_unasked(place: Place) -> None:
    text = PLAN.replace("水戸市", "", 1) + "\n水戸市の職員。\n\n水戸市の窓口。\n\n水戸市の施設。\n"
    path = place.file("plan.txt", text)
    message = place.refused("add", path)
    assert message == f"{path}: its municipality is not sure (水戸市 (3 times)); give --municipality, or --yes"
    assert place.add(path, "--yes")[0]["municipality"] == "水戸市"


def test_all_files_are_added_or_none(place: Place) -> None:
    good = place.file("good.txt", PLAN)
    bad = place.file("bad.txt", "")
    assert "bad.txt: the file is empty" in place.refused("add", good, bad)
    assert "none.txt: no such file" in place.refused("add", good, place.folder / "none.txt")
    assert "the same document as" in place.refused("add", good, place.file("again.txt", OTHER_PLAN))
    name = place.file("a\n\x1b[31m計画.txt", "窓口の手続を改める。")
    assert place.refused("add", name).startswith(f"{place.folder}/a\\n\\x1b[31m計画.txt: cannot read its municipality")
    assert not (place.library / "catalog.toml").exists()


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["a.txt", "b.txt", "--id", "x"],
        ["a.txt", "b.txt", "--title", "x"],
        ["a.txt", "--id", "../x"],
        ["a.txt", "--id", "Ｘ"],
        ["a.txt", "--kind", "memo"],
        ["a.txt", "--fiscal-years", "令和7年度"],
        ["a.txt", "--fiscal-years", "2025-2021"],
        ["a.txt", "--fiscal-years", "7-11"],
        ["a.txt", "--report-year", "1700"],
    ],
)
def test_wrong_usage_exits_with_two(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        main(["add", *arguments])
    assert stop.value.code == 2
    assert "usage: python -m indexer add" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("command", "options"),
    [
        ("add", ["--municipality", "--title", "--kind", "--fiscal-years", "--report-year", "--id", "--yes", "--json"]),
        ("remove", ["ID", "--quiet", "--model", "--index", "--json"]),
    ],
)
def test_help_names_every_option(command: str, options: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="0"):
        main([command, "--help"])
    told = capsys.readouterr().out
    assert [option for option in options if option not in told] == []
    assert command == "remove" or "no terminal it goes ahead" in " ".join(told.split())


# Confirming


@pytest.mark.skipif(not hasattr(os, "openpty"), reason="needs terminals")
@pytest.mark.parametrize(("answer", "status"), [("y", 0), ("n", 1), ("", 1)])
def test_on_a_terminal_it_asks_first(place: Place, answer: str, status: int) -> None:
    path = place.file("plan.txt", PLAN)
    command = [sys.executable, "-m", "indexer", "add", str(path), "--quiet", "--json", *place.model]
    ours, theirs = os.openpty()
    process = subprocess.Popen(
        [*command, "--index", str(place.index)],
        cwd=ROOT,
        env=environment(KAIKAKU_DOCUMENTS=place.bundled.folder),
        stdin=theirs,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    os.write(ours, f"{answer}\n".encode())
    output, errors = process.communicate()
    os.close(ours)
    os.close(theirs)
    assert process.returncode == status
    assert "municipality  水戸市" in errors and "Add this? [y/N] " in errors
    assert bool(output) == (answer == "y")
    if status:
        assert "indexer: nothing was changed; give what was read wrong as an option" in errors
        assert not place.library.exists()
    else:
        assert place.ids() == ["bundled", "mito-2024-plan"]


# Removing


def test_a_removed_document_is_gone_from_catalogue_index_and_disk(place: Place) -> None:
    place.add(place.file("plan.txt", PLAN), place.file("dx.txt", PLAN.replace("水戸", "結城")))
    status, output, _ = place.run("remove", "mito-2024-plan", "--json")
    assert (status, output) == (0, '{"removed": ["mito-2024-plan"]}\n')
    assert place.ids() == ["bundled", "yuki-2024-plan"]
    assert "水戸" not in place.text()
    assert [path.name for path in (place.library / "files").iterdir() if "mito" in path.name] == []


def test_a_bundled_document_is_hidden_and_comes_back_with_its_file(place: Place) -> None:
    place.add(place.file("plan.txt", PLAN))
    place.run("remove", "bundled")
    assert place.ids() == ["mito-2024-plan"]
    assert "テレワーク" not in place.text()
    bundled = place.bundled.path(place.bundled.documents[0])
    [told] = place.add(bundled)
    assert (told["action"], told["id"]) == ("restored", "bundled")
    assert place.ids() == ["bundled", "mito-2024-plan"]
    changed = place.file("changed.txt", OTHER_PLAN)
    assert place.add(changed, "--id", "bundled")[0]["action"] == "replaced"
    assert place.ids() == ["bundled", "mito-2024-plan"]
    place.run("remove", "bundled")
    assert place.ids() == ["mito-2024-plan"]


def test_unknown_ids_and_the_last_document_are_refused(place: Place) -> None:
    place.add(place.file("plan.txt", PLAN))
    message = place.refused("remove", "mito-2024-plan", "nope")
    assert message == "no document has the id 'nope'; the catalogue has: bundled, mito-2024-plan"
    assert "an index needs one; add another" in place.refused("remove", "mito-2024-plan", "bundled")


# Failures


def test_a_second_writer_is_told_to_wait(place: Place) -> None:
    place.add(place.file("plan.txt", PLAN))
    other = place.file("other.txt", OTHER_PLAN)
    with filelock.FileLock(place.library / "writer.lock"):
        assert "another process is changing the documents; try again when it is done" in place.refused("add", other)
        assert "try again when it is done" in place.refused("remove", "bundled")
    with filelock.FileLock(place.index / "writer.lock"):
        assert "another process is writing this index; try again" in place.refused("add", other)
        assert "another process is writing this index; try again" in place.refused("remove", "bundled")
    assert place.add(other)[0]["action"] == "replaced"


def test_an_index_that_lags_behind_the_catalogue_is_caught_up(place: Place) -> None:
    path = place.file("plan.txt", PLAN)
    place.add(path)
    (place.index / "CURRENT").unlink()
    assert place.add(path)[0]["action"] == "unchanged"
    assert place.ids() == ["bundled", "mito-2024-plan"]
    # Killed between the catalogue and the index: the index still has the document.
    (place.library / "catalog.toml").unlink()
    status, _, errors = place.run("remove", "mito-2024-plan")
    assert (status, errors) == (0, "")
    assert place.ids() == ["bundled"]


def test_a_library_that_cannot_be_written_is_one_clear_line(place: Place) -> None:
    place.library.write_text("a file", encoding="utf-8")
    assert "set KAIKAKU_LIBRARY to another folder" in place.refused("add", place.file("plan.txt", PLAN))


def test_a_real_process_reads_other_formats(place: Place) -> None:
    pytest.importorskip("corpus.formats.html")
    path = place.file("計画.html", f"<!DOCTYPE html><html><body><pre>{PLAN}</pre></body></html>".replace("\n", "<br>"))
    given = ["--title", "水戸市プラン", "--kind", "plan", "--fiscal-years", "2024-2028", "--municipality", "水戸市"]
    process = indexer("add", str(path), *given, "--quiet", documents=place.bundled.folder, index=place.index)
    output, errors = process.communicate()
    assert (process.returncode, errors) == (0, "")
    assert "reading       html, " in output
    assert len(list((place.library / "readings").glob("*.json"))) == 1
    assert "キャッシュレス決済" in place.text()
    process = indexer("remove", "nope", documents=place.bundled.folder, index=place.index)
    assert only_line(process.communicate()[1]).startswith("indexer: no document has the id 'nope'")


def test_hostile_files_leave_nothing(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KAIKAKU_READ_SECONDS", "0.001")
    path = place.folder / "slow.html"
    path.write_text("<!DOCTYPE html>" + PLAN, encoding="utf-8")
    assert "took more than 0.001 seconds" in place.refused("add", path)
    monkeypatch.setenv("KAIKAKU_READ_SECONDS", "soon")
    assert "KAIKAKU_READ_SECONDS is 'soon'; set it to a number" in place.refused("add", path)
    monkeypatch.delenv("KAIKAKU_READ_SECONDS")
    broken: dict[str, bytes] = {"a.docx": b"PK\x03\x04x", "b.pdf": b"%PDF-1.4 broken", "c.xlsx": b"\xd0\xcf\x11\xe0"}
    for name, data in broken.items():
        (place.folder / name).write_bytes(data)
        place.refused("add", Path(place.folder / name))
    name = place.file("a\n\x1b[31m計画.txt", "窓口の手続を改める。")
    assert place.refused("add", name).startswith(f"{place.folder}/a\\n\\x1b[31m計画.txt: cannot read its municipality")
    assert not (place.library / "catalog.toml").exists()
