"""The gold of initiatives and cells, and the measures over it, worked out by hand; ``python -m eval cells``."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Sequence
from pathlib import Path

import pytest
from evaluation import Json, write

from corpus.catalogue import load_catalogue
from corpus.model import CanonicalText, Document, Initiative, Kpi, Progress
from corpus.settings import Settings
from eval.__main__ import main
from eval.cell_gold import DEFAULT_GOLD, CellGold, read_gold
from eval.cell_report import CellReport, Failure, Score, Tally
from eval.cells import compare_document, measure, number_key, title_key
from eval.jsonl import EvaluationError
from eval.text import squeeze

FIELDS = Path(__file__).resolve().parent.parent / "corpus" / "data" / "fields.toml"
DOCS = {
    "tsukubamirai-2024-report": 23,
    "tsukubamirai-2019-plan": 29,
    "omitama-2026-plan": 27,
    "yuki-2021-plan": 39,
    "ishioka-2022-outline": 26,
}


def gold_kpi(value: str, role: str = "target", year: int | None = 2024, **other: object) -> Json:
    kpi = {"name": "受講率", "role": role, "fiscal_year": year, "value": value, "number": None, "unit": None}
    return {**kpi, **other}


def gold_progress(action: str, status: str = "順調", **other: object) -> Json:
    return {"action": action, "fiscal_year": 2024, "status": status, "printed": status, **other}


def gold_initiative(number: str | None, title: str, **other: object) -> Json:
    initiative = {"doc": "架空", "number": number, "title": title, "departments": ["総務課"], "period": None}
    return {**initiative, "complete": True, "kpis": [], "progress": [], **other}


def kpi(value: str, role: str = "target", year: int | None = 2024, name: str = "受講率", certain: bool = True) -> Kpi:
    return Kpi(name, role, year, value, None, None, (0, len(value)), certain)


def progress(action: str, status: str = "順調", year: int | None = 2024) -> Progress:
    return Progress(action, year, status, status, (0, 2))


def found(
    number: str | None, title: str, kpis: Sequence[Kpi] = (), steps: Sequence[Progress] = (), department: str = "総務課"
) -> Initiative:
    return Initiative("架空", 0, number, title, (), (department,), "", (), tuple(kpis), tuple(steps), None, (0, 1), {})


def gold_of(folder: Path, *values: Json) -> CellGold:
    return read_gold(write(folder / "gold.jsonl", values))


def compare(folder: Path, wanted: Sequence[Json], extracted: Sequence[Initiative]) -> tuple[Score, list[Failure]]:
    return compare_document(gold_of(folder, *wanted), "架空", extracted)


def told(failures: Sequence[Failure]) -> list[tuple[str, str, str | None, str | None]]:
    return [(failure.cause, failure.what, failure.expected, failure.found) for failure in failures]


def test_the_gold_lists_the_initiatives_of_the_five_documents() -> None:
    gold = read_gold(DEFAULT_GOLD)
    counts = {doc: sum(initiative.doc == doc for initiative in gold.initiatives) for doc in gold.documents}
    assert counts == DOCS
    assert {section.doc for section in gold.sections} == {"ishioka-2022-outline"}
    assert all(initiative.complete for initiative in gold.initiatives)
    cells = [cell for entry in gold.initiatives for cell in (*entry.kpis, *entry.progress)]
    cells += [cell for section in gold.sections for cell in section.kpis]
    assert len(cells) > 500
    assert sum(cell.doubtful for cell in cells) < len(cells) / 10
    statuses = {cell.status for entry in gold.initiatives for cell in entry.progress}
    assert statuses == {"達成", "順調", "遅延", "未着手"}
    assert statuses <= set(tomllib.loads(FIELDS.read_text(encoding="utf-8"))["status"])


def test_every_value_of_the_gold_stands_in_its_document() -> None:
    gold = read_gold(DEFAULT_GOLD)
    catalogue = load_catalogue(Settings().documents)
    texts = {doc: squeeze(catalogue.read(catalogue.document(doc)).text) for doc in gold.documents}
    printed = [(entry.doc, entry.title) for entry in gold.initiatives]
    printed += [(entry.doc, cell.printed) for entry in gold.initiatives for cell in entry.progress]
    printed += [(entry.doc, cell.action) for entry in gold.initiatives for cell in entry.progress]
    printed += [(section.doc, section.section) for section in gold.sections]
    for entry in (*gold.initiatives, *gold.sections):
        printed += [(entry.doc, text) for cell in entry.kpis for text in (cell.value, *cell.accept)]
    assert [(doc, text) for doc, text in printed if squeeze(text) not in texts[doc]] == []


def test_what_is_all_right_has_no_failures(tmp_path: Path) -> None:
    wanted = gold_initiative(
        "1-①",
        "人材の確保・育成",
        kpis=[gold_kpi("50 %"), gold_kpi("60%", "actual")],
        progress=[gold_progress("取組内容1"), gold_progress("取組内容2", "達成")],
    )
    have = found(
        "1-(1)",
        "人材の確保 育成",
        [kpi("５０％"), kpi("60%", "actual")],
        [progress("取組内容 1 研修を行う"), progress("取組内容2 2024年度の採用", "達成")],
    )
    score, failures = compare(tmp_path, [wanted], [have])
    assert failures == []
    assert score == Score(1, 1, 1, 0, 1, Tally(2, 2, 2, 0, 2, 0), Tally(2, 2, 2, 0, 2, 0))
    assert score.rates() == {"found": 1, "spurious": 0, "departments": 1}
    assert score.section_kpis.rates() == {"recall": None, "precision": None, "wrong-as-certain": None}


def test_missing_and_spurious_initiatives_count_with_their_cells(tmp_path: Path) -> None:
    wanted = [gold_initiative("1", "甲", kpis=[gold_kpi("1件")]), gold_initiative("2", "乙", kpis=[gold_kpi("2件")])]
    have = [found("1", "甲", [kpi("1件")]), found("9", "丙", [kpi("3件")], [progress("取組内容1")])]
    score, failures = compare(tmp_path, wanted, have)
    assert told(failures) == [
        ("missing", "initiative", "2 乙", None),
        ("missing", "kpi", "受講率: 2件 (target, 2024)", None),
        ("spurious", "initiative", None, "9 丙"),
        ("spurious", "kpi", None, "受講率: 3件 (target, 2024)"),
        ("spurious", "progress", None, "取組内容1: 順調 (2024)"),
    ]
    assert score == Score(2, 1, 2, 1, 1, Tally(2, 1, 2, 1, 2, 1), Tally(0, 0, 1, 1, 1, 1))
    assert score.rates() == {"found": 0.5, "spurious": 0.5, "departments": 0.5}
    assert score.kpis.rates() == {"recall": 0.5, "precision": 0.5, "wrong-as-certain": 0.5}


def test_a_wrong_number_title_or_department_is_wrong_and_its_cells_are_still_compared(tmp_path: Path) -> None:
    wanted = [
        gold_initiative("1", "甲", kpis=[gold_kpi("1件")]),
        gold_initiative("2", "乙"),
        gold_initiative(None, "丙"),
    ]
    have = [found("2", "別"), found("7", "甲", [kpi("1件")]), found(None, "丙", department="財政課")]
    score, failures = compare(tmp_path, wanted, have)
    assert told(failures) == [
        ("wrong", "initiative", "1 甲", "7 甲"),
        ("wrong", "initiative", "2 乙", "2 別"),
        ("wrong", "departments", "総務課", "財政課"),
    ]
    assert (score.right, score.spurious, score.departments_right, score.kpis.met) == (1, 0, 2, 1)
    # No number on either side is no agreement in the number.
    score, failures = compare(tmp_path, [gold_initiative(None, "丁")], [found(None, "戊")])
    assert [failure.cause for failure in failures] == ["missing", "spurious"]


def test_a_wrong_year_role_value_or_status_is_wrong_on_both_sides(tmp_path: Path) -> None:
    wanted = gold_initiative(
        "1",
        "甲",
        kpis=[gold_kpi("1件"), gold_kpi("2件"), gold_kpi("3件", name="提案数")],
        progress=[gold_progress("取組内容1"), gold_progress("取組内容2")],
    )
    cells = [kpi("1件", year=2025), kpi("2件", "actual", certain=False), kpi("30件", name="提案数")]
    steps = [progress("取組内容1", "遅延"), progress("取組内容2", year=None)]
    score, failures = compare(tmp_path, [wanted], [found("1", "甲", cells, steps)])
    assert told(failures) == [
        ("wrong", "kpi", "受講率: 1件 (target, 2024)", "受講率: 1件 (target, 2025)"),
        ("wrong", "kpi", "受講率: 2件 (target, 2024)", "受講率: 2件 (actual, 2024)"),
        ("wrong", "kpi", "提案数: 3件 (target, 2024)", "提案数: 30件 (target, 2024)"),
        ("wrong", "progress", "取組内容1: 順調 (2024)", "取組内容1: 遅延 (2024)"),
        ("wrong", "progress", "取組内容2: 順調 (2024)", "取組内容2: 順調 (no year)"),
    ]
    assert score.kpis == Tally(3, 0, 3, 3, 2, 2)
    assert score.progress == Tally(2, 0, 2, 2, 2, 2)


def test_equal_values_are_counted_one_by_one_and_repeats_not_at_all(tmp_path: Path) -> None:
    wanted = [gold_initiative("1", "甲", kpis=[gold_kpi("1人"), gold_kpi("1人")])]
    assert compare(tmp_path, wanted, [found("1", "甲", [kpi("1人")])])[0].kpis == Tally(2, 1, 1, 0, 1, 0)
    assert compare(tmp_path, wanted, [found("1", "甲", [kpi("1人")] * 3)])[0].kpis == Tally(2, 2, 2, 0, 2, 0)


def test_doubtful_cells_count_on_neither_side_and_other_cuts_are_accepted(tmp_path: Path) -> None:
    wanted = gold_initiative(
        "1",
        "甲",
        kpis=[gold_kpi("9.8.3%以上", doubtful=True), gold_kpi("9 点", accept=["9 点(10 点満点)"])],
        progress=[gold_progress("取組内容1", doubtful=True)],
    )
    for value in ("9.8.3%以上", "8.3%"):
        have = found("1", "甲", [kpi(value, year=None), kpi("9点(10点満点)")], [progress("取組内容1", "遅延")])
        score, failures = compare(tmp_path, [wanted], [have])
        assert failures == []
        assert (score.kpis, score.progress) == (Tally(1, 1, 1, 0, 1, 0), Tally())
    assert compare(tmp_path, [wanted], [found("1", "甲")])[0].kpis == Tally(1, 0)
    # Another action than the doubtful one is wrong.
    score, _ = compare(tmp_path, [wanted], [found("1", "甲", steps=[progress("取組内容11")])])
    assert score.progress == Tally(0, 0, 1, 1, 1, 1)


def test_what_an_incomplete_record_does_not_list_is_not_wrong(tmp_path: Path) -> None:
    wanted = gold_initiative("1", "甲", complete=False, kpis=[gold_kpi("1件"), gold_kpi("2件")])
    score, failures = compare(tmp_path, [wanted], [found("1", "甲", [kpi("1件"), kpi("8件", name="他")])])
    assert score.kpis == Tally(2, 1)
    assert told(failures) == [("missing", "kpi", "受講率: 2件 (target, 2024)", None)]


def test_values_of_sections_are_compared_by_document(tmp_path: Path) -> None:
    section = {"doc": "架空", "title": None, "section": "第1章", "kpis": [gold_kpi("1件"), gold_kpi("2件")]}
    gold = gold_of(tmp_path, gold_initiative("1", "甲"), section)
    score, failures = compare_document(gold, "架空", [found("1", "甲")])
    assert score.section_kpis == Tally(2, 0)
    assert [(failure.cause, failure.what) for failure in failures] == [("missing", "section kpi")] * 2
    score, _ = compare_document(gold, "架空", [found("1", "甲")], [(("別の見出し",), kpi("2件"))])
    assert score.section_kpis == Tally(2, 1, 1, 0, 1, 0)


@pytest.mark.parametrize(
    ("one", "other"), [("1-①", "1-(1)"), ("1-①", "１ － １"), ("2-⑪", "2–11"), ("3ー2", "3-②"), ("III-(2)", "Ⅲ－２")]
)
def test_ways_to_write_a_number_are_one(one: str, other: str) -> None:
    assert number_key(one) == number_key(other)


def test_numbers_and_titles_that_differ_stay_apart() -> None:
    assert len({number_key(number) for number in ("1-1", "11", "1-11", "1", None)}) == 5
    assert title_key("「広報」の充実（HP・SNS）") == title_key("広報の充実ＨＰSNS")
    assert title_key("定員管理") != title_key("定員管理計画")


def test_totals_add_up_over_documents() -> None:
    one, two = Score(2, 1, 3, 1, 0, Tally(4, 2, 2, 1, 2, 1)), Score(2, 2, 1, 0, 1, Tally(1, 1, 1, 0, 0, 0))
    total = CellReport(CellGold("g", "0", (), ()), {"a": one, "b": two}, ()).total
    assert total == Score(4, 3, 4, 1, 1, Tally(5, 3, 3, 1, 2, 1))
    assert total.kpis.rates() == {"recall": 0.6, "precision": pytest.approx(2 / 3), "wrong-as-certain": 0.5}


def stand_in(monkeypatch: pytest.MonkeyPatch, section_kpis: bool) -> None:
    """Put an extractor that finds one initiative of the small gold, with one value in the wrong year."""

    def extract(document: Document, canonical: CanonicalText) -> tuple[Initiative, ...]:
        assert document.id == "yuki-2021-plan"
        assert "結城市" in canonical.text
        return (found("1", "市民参画", [kpi("40回", year=2021), kpi("50回", year=2024)]),)

    of_sections = ((("章",), kpi("9件")),) if section_kpis else ()
    monkeypatch.setattr("eval.cells.extract", extract)
    monkeypatch.setattr("eval.cells.section_kpis", lambda document, canonical: of_sections)


def small_gold(folder: Path) -> Path:
    wanted = gold_initiative("1", "市民参画", kpis=[gold_kpi("40回", year=2021), gold_kpi("50回", year=2022)])
    section = {"title": None, "section": "第1章", "kpis": [gold_kpi("9件")]}
    return write(folder / "gold.jsonl", [{**entry, "doc": "yuki-2021-plan"} for entry in (wanted, section)])


def test_cells_command_prints_measures_and_failures(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    stand_in(monkeypatch, section_kpis=False)
    gold = str(small_gold(tmp_path))
    assert main(["cells", "--gold", gold]) == 0
    printed = capsys.readouterr().out
    rows = [line.split() for line in printed.splitlines()]
    assert ["yuki-2021-plan", "1", "1", "1.000", "0.000", "1.000"] in rows
    assert ["yuki-2021-plan", "2", "2", "0.500", "0.500", "0.500"] in rows
    assert ["yuki-2021-plan", "1", "0", "0.000", "-", "-"] in rows
    assert "wrong kpi: 1\n" in printed
    assert "50回" not in printed
    assert main(["cells", "--gold", gold, "--failures"]) == 0
    cells = "expected 受講率: 50回 (target, 2022); found 受講率: 50回 (target, 2024)"
    assert f"wrong kpi | yuki-2021-plan | 1 市民参画 | {cells}" in capsys.readouterr().out.splitlines()


def test_cells_command_writes_json_and_uses_the_values_of_sections(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    stand_in(monkeypatch, section_kpis=True)
    assert main(["cells", "--gold", str(small_gold(tmp_path)), "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["gold"]["file"] == "gold.jsonl"
    assert report["total"] == report["documents"]["yuki-2021-plan"]
    assert report["total"]["measures"]["kpis"] == {"recall": 0.5, "precision": 0.5, "wrong-as-certain": 0.5}
    assert report["total"]["measures"]["section_kpis"]["recall"] == 1
    assert [failure["cause"] for failure in report["failures"]] == ["wrong"]


def wrong_gold(**other: object) -> str:
    return json.dumps({**gold_initiative("1", "甲"), **other}, ensure_ascii=False)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "holds no initiatives"),
        ("{", "line 1: bad JSON"),
        (wrong_gold() + "\n" + wrong_gold(), "line 2: the initiative stands on an earlier line too"),
        (wrong_gold(complete="yes"), '"complete" is a string: make it true or false'),
        (wrong_gold(title=""), '"title" is empty'),
        (wrong_gold(period=[2024]), '"period" is no pair of years'),
        (wrong_gold(kpis=[gold_kpi("1件", role="goal")]), "kpis 1: there is no role 'goal': use one of baseline"),
        (wrong_gold(kpis=[gold_kpi("1件", year=6)]), '"fiscal_year" is 6: make it a Western year'),
        (wrong_gold(progress=[{"action": "取組内容1"}]), 'the key "fiscal_year" is missing'),
        (json.dumps({"doc": "a", "title": None, "kpis": []}), 'the key "section" is missing'),
    ],
)
def test_a_wrong_line_of_the_gold_is_named(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "gold.jsonl"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(EvaluationError) as caught:
        read_gold(path)
    assert message in str(caught.value)
    assert len(str(caught.value).splitlines()) == 1


def test_errors_of_the_command_are_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    stand_in(monkeypatch, section_kpis=False)
    unknown = write(tmp_path / "unknown.jsonl", [gold_initiative("1", "甲")])
    broken = tmp_path / "broken.jsonl"
    broken.write_text('{"doc": ', encoding="utf-8")
    for path, message in (
        (tmp_path / "none.jsonl", "none.jsonl does not exist: check the path"),
        (broken, "broken.jsonl, line 1: bad JSON"),
        (unknown, "no document has the id '架空'"),
    ):
        assert main(["cells", "--gold", str(path)]) == 1
        captured = capsys.readouterr()
        assert (captured.out, captured.err.count("\n")) == ("", 1)
        assert captured.err.startswith("eval: ")
        assert message in captured.err


def test_the_extractor_meets_the_committed_gold() -> None:
    """What is asked of the bundled documents, and more."""
    total = measure(read_gold(DEFAULT_GOLD)).total
    initiatives = total.rates()
    assert (initiatives["found"] or 0) >= 0.98
    assert (initiatives["spurious"] or 0) <= 0.02
    assert (initiatives["departments"] or 0) >= 0.97
    for tally in (total.kpis, total.section_kpis, total.progress):
        rates = tally.rates()
        assert (rates["recall"] or 0) >= 0.98
        assert (rates["wrong-as-certain"] or 0) <= 0.01
