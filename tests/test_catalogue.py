"""Catalogues become documents, and what is wrong with one is said in one line."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from corpus_files import PLAN, one_line

from corpus.catalogue import Catalogue, load_catalogue
from corpus.errors import CorpusError

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
