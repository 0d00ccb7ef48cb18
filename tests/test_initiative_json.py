"""Initiatives as JSON, and what a hit tells of its own."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from corpus.initiative_json import initiative_from_json, initiative_to_json
from search import Filters, SearchEngine
from search.__main__ import main
from search.batch import hit_to_json, run_lines

KEYS = ["doc", "number", "title", "section", "departments", "overview", "actions", "kpis", "progress", "period"]
KPI = ["name", "role", "fiscal_year", "value", "number", "unit", "span", "certain", "reason"]
PROGRESS = ["action", "fiscal_year", "status", "printed", "span", "certain", "reason"]
PASSAGE = ["rank", "doc", "municipality", "text", "context", "score", "span", "page"]


def test_an_initiative_goes_to_json_and_back(engine: SearchEngine) -> None:
    for initiative in engine.initiatives:
        table = initiative_to_json(initiative)
        assert list(table) == [*KEYS, "span", "spans"]
        assert all(list(kpi) == [*KPI, "scope"] for kpi in table["kpis"])
        assert all(list(progress) == PROGRESS for progress in table["progress"])
        again = json.loads(json.dumps(table, ensure_ascii=False))
        assert again == table
        assert initiative_from_json(again, initiative.ordinal) == initiative


def test_a_hit_tells_of_its_initiative(engine: SearchEngine) -> None:
    for hit in engine.search("収納率の実績", 50):
        table = hit_to_json(hit)
        assert list(table) == [*PASSAGE, "number", "title", "departments", "initiative"]
        if hit.initiative is None:
            assert (table["title"], table["departments"], table["initiative"]) == (None, [], None)
            continue
        assert (table["number"], table["title"]) == (hit.initiative.number, hit.initiative.title)
        assert table["departments"] == list(hit.initiative.departments)
        own = [kpi.value for kpi in hit.initiative.kpis if kpi.scope == "initiative"]
        assert [kpi["value"] for kpi in table["initiative"]["kpis"]] == own
        assert all(list(kpi) == KPI for kpi in table["initiative"]["kpis"])
        assert [one["printed"] for one in table["initiative"]["progress"]] == [
            progress.printed for progress in hit.initiative.progress
        ]
        text = engine.canonical_text(table["doc"])
        for value in table["initiative"]["kpis"]:
            assert text[slice(*value["span"])] == value["value"]
        for progress in table["initiative"]["progress"]:
            assert text[slice(*progress["span"])] == progress["printed"]


def test_values_of_a_whole_chapter_are_none_of_an_initiatives(engine: SearchEngine) -> None:
    hits = [hit for hit in engine.search("研修", 50, Filters(["石岡市"])) if hit.initiative]
    assert any(hit.initiative and hit.initiative.kpis for hit in hits)
    assert [hit_to_json(hit)["initiative"]["kpis"] for hit in hits] == [[]] * len(hits)


def test_run_files_stay_small(engine: SearchEngine) -> None:
    (line,) = run_lines(engine, [{"id": "1", "question": "収納率の実績"}])
    assert all(list(passage) == PASSAGE for passage in line["passages"])


# The command line.


def test_find_prints_a_line_of_the_initiative(index: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["find", "収納率の維持向上 国民健康保険税", "--status", "遅延", "--department", "国保年金課"]
    assert main([*arguments, "--top-k", "1", "--index", str(index)]) == 0
    assert "\n［担当課: 国保年金課 ｜ 指標: 収納率 目標値 " in (shown := capsys.readouterr().out)
    assert " ｜ 進捗: 達成、順調、遅延、未着手］\n" in shown


def test_the_line_marks_doubts_and_counts_the_rest(index: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["find", "収納率 介護保険料", "--department", "介護福祉課", "--numeric-target"]
    assert main([*arguments, "--index", str(index)]) == 0  # none of its targets can be read as a number
    assert "介護保険料" not in capsys.readouterr().out
    assert main(["find", "収納率 介護保険料", "--department", "介護福祉課", "--index", str(index)]) == 0
    line = next(line for line in capsys.readouterr().out.splitlines() if "9.8.5%" in line and line.startswith("［"))
    assert "9.8.5%以上（要確認）" in line
    assert "、ほか7件 ｜ 進捗: " in line


@pytest.mark.parametrize(("option", "value"), [("--department", "総務"), ("--status", "遅れ")])
def test_wrong_names_end_with_one_line(
    index: Path, option: str, value: str, capsys: pytest.CaptureFixture[str]
) -> None:
    for command in ("find", "ask"):
        assert main([command, "研修", option, value, "--index", str(index)]) == 1
        out, err = capsys.readouterr()
        assert out == ""
        assert len(err.splitlines()) == 1
        assert value in err
