"""``python -m corpus report``: what a reading holds and what looks wrong in it."""

from __future__ import annotations

import json

import pytest
from library_files import Place

import corpus.readings
from corpus.__main__ import main
from corpus.isolation import Reading
from corpus.library import load_documents
from corpus.model import Extracted
from corpus.report import FIELDS, report_lines, report_on, report_to_json

pytest_plugins = ["library_files", "small_index"]

TEXT = "水戸市行政改革プラン\n\n第1章 窓口\n\n窓口の\ufffd手続を\ue000改め(cid:12)る\x85。ｺﾝﾋﾞﾆ\ufffd交付\n"


@pytest.mark.parametrize("document_id", ["yuki-2021-plan", "ishioka-2022-outline", "tsukubamirai-2024-report"])
def test_a_bundled_document_is_reported_on(document_id: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", document_id, "--json"]) == 0
    table = json.loads(capsys.readouterr().out)
    assert (table["id"], table["format"], table["pages"]) == (document_id, "text", None)
    assert 0.98 < table["in_passages"] + table["in_boilerplate"] <= 1  # signs of headings are in neither
    assert list(table["fields"]) == list(FIELDS)
    assert {counts["found"] + counts["missing"] for counts in table["fields"].values()} == {table["initiatives"]}
    assert main(["report", document_id]) == 0
    assert f"characters       {table['characters']:,} in " in capsys.readouterr().out


def test_pages_and_odd_characters_are_counted_and_placed(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    extracted = Extracted(TEXT, (0, TEXT.index("第1章"), len(TEXT)), (2,), (3,), ("一部の文字は読めません。",))
    monkeypatch.setattr(corpus.readings, "read_isolated", lambda path, seconds: Reading("pdf", extracted))
    path = place.folder / "plan.pdf"
    path.write_bytes(b"%PDF-1.7")
    given = ["--fiscal-years", "2024"]
    assert place.add(path, *given)[0]["pages"] == 3
    catalogue = load_documents(place.settings)
    document = catalogue.document("mito-2024-plan")
    report = report_on(catalogue, document)
    assert (report.format, report.pages, report.scanned, report.unread) == ("pdf", 3, (2,), (3,))
    canonical = catalogue.read(document)
    found = {
        each.name: (each.count, [canonical.text[slice(*span)] for span in each.places]) for each in report.suspicious
    }
    assert found == {
        "replacement characters": (2, ["\ufffd", "\ufffd"]),
        "private use characters": (1, ["\ue000"]),
        "control characters": (1, ["\x85"]),
        "characters without a code": (1, ["(cid:12)"]),
    }
    assert 0 < report.half_width_kana < 1
    assert json.loads(json.dumps(report_to_json(report)))["unread"] == [3]
    lines = report_lines(report, canonical)
    assert "suspicious       2 replacement characters, first at page 2, line 5, page 2, line 5\n" in lines
    assert "without text     pages 3\n" in lines
    assert "recognised       pages 2 (by character recognition)\n" in lines
    assert lines.endswith("remark           一部の文字は読めません。")


def test_an_unknown_id_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", "nope"]) == 1
    assert capsys.readouterr().err.startswith("corpus: no document has the id 'nope'; the catalogue has: ")
