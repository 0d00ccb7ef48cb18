"""Reports on a run, the lines of a search that is timed, and comparisons of two runs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import pytest
from evaluation import GOOD, Json, development_questions, line, perfect_line, question, questions_of, report_of, write

from eval.compare import compare_runs, sign_flip_p_value
from eval.measures import MEASURES
from eval.questions import DEFAULT_QUESTIONS, QUESTION_TYPES, read_questions
from eval.render import report_markdown, report_text
from eval.report import percentile
from eval.runs import read_run
from eval.searching import index_summary, timed_lines

# Reports


def test_report_is_stable_rounded_and_without_paths(tmp_path: Path) -> None:
    gold = [("yuki", ["引用"])]
    asked = [question(id_, "crosscity", gold, municipalities=["結城市"]) for id_ in ("q", "r", "s")]
    questions = questions_of(tmp_path, *asked)
    timed = {"seconds": 0.12346, "find_seconds": 0.0234}
    lines = [{**line("q", [("yuki", "引用")], municipalities=["<b>市|*"]), **timed}, line("r"), line("s")]
    report = report_of(tmp_path, questions, *lines)
    values = report.to_json()
    assert values["measures"]["total"]["S@1"] == 0.3333
    assert values["seconds"] == {"median": 0.1235, "p95": 0.1235}
    assert values["find_seconds"] == {"median": 0.0234, "p95": 0.0234}
    assert values["failures"]["wrong_cities"][0] == {"id": "q", "missing": ["結城市"], "extra": ["<b>市|*"]}
    assert values["questions"]["counts"] == {"crosscity": 3, "total": 3}
    assert len(values["questions"]["sha256"]) == len(values["run"]["sha256"]) == 64
    assert values["software"]["ir-measures"]
    dumped = json.dumps(values, sort_keys=True)
    assert dumped == json.dumps(report_of(tmp_path, questions, *lines).to_json(), sort_keys=True)
    markdown = report_markdown(report)
    assert "\\<b\\>市\\|\\*" in markdown
    for text in (dumped, markdown, report_text(report)):
        assert str(tmp_path) not in text
    for text in (markdown, report_text(report)):
        assert "time per ask: median 123.5 ms, p95 123.5 ms" in text
        assert "time per find: median 23.4 ms, p95 23.4 ms" in text


def test_times_that_a_run_does_not_give_are_said_to_be_missing(tmp_path: Path) -> None:
    report = report_of(tmp_path, questions_of(tmp_path, GOOD), {**line("q"), "seconds": 0.02})
    assert report.to_json()["find_seconds"] == {"median": None, "p95": None}
    assert "time per ask: median 20.0 ms, p95 20.0 ms\ntime per find: not in the run" in report_text(report)


def test_table_columns_are_aligned(tmp_path: Path) -> None:
    questions = read_questions(DEFAULT_QUESTIONS)
    table = report_text(report_of(tmp_path, questions)).split("\n\n")[0].splitlines()
    assert len(table) == 1 + len(QUESTION_TYPES) + 1
    assert len({len(row) for row in table}) == 1
    assert all(name in table[0] for name in MEASURES)


def test_percentile_is_the_nearest_rank() -> None:
    # 95 % of 20 values is 19 of them; of 21 values 19.95, so 20.
    assert percentile(range(1, 21), 95) == 19
    assert percentile(range(1, 22), 95) == 20
    assert percentile([7.0], 95) == 7


def test_index_summary_keeps_names_and_counts_but_no_paths() -> None:
    manifest: Json = {
        "model": {
            "name": str(Path("/").joinpath("models", "mine")),
            "dimension": 512,
            "fingerprint": "ab12",
            "prompt": "",
        },
    }
    manifest |= {"counts": {"passages": 900}, "documents": ["a", "b"], "host": "pc-7", "files": {"x": {}}}
    expected = {"model name": "mine", "model dimension": 512, "model fingerprint": "ab12"}
    assert index_summary(manifest) == {**expected, "counts passages": 900, "documents": 2}
    assert index_summary(None) is None


def test_lines_of_a_search_are_timed_and_gold_is_not_shown_to_it(tmp_path: Path) -> None:
    questions = questions_of(tmp_path, GOOD)
    seen: list[Mapping[str, str]] = []

    def run_lines(asked: Iterable[Mapping[str, str]]) -> Iterator[Json]:
        for values in asked:
            seen.append(values)
            yield line(values["id"])

    lines = [json.loads(text) for text in timed_lines(questions.questions, run_lines)]
    assert seen == [{"id": "q", "question": "問い？"}]
    assert [values["id"] for values in lines] == ["q"]
    assert 0 <= lines[0]["seconds"] < 1


# Comparisons


def test_comparison_gives_differences_and_the_questions_won_and_lost(tmp_path: Path) -> None:
    gold = [("yuki", ["引用"])]
    questions = questions_of(
        tmp_path, question("q", gold=gold), question("r", gold=gold), question("s", gold=gold, kind="typo")
    )
    found = [("yuki", "引用")]
    a = read_run(write(tmp_path / "a.jsonl", [line("q", found), line("r", abstained=True), line("s")]), questions)
    b = read_run(write(tmp_path / "b.jsonl", [line("q"), line("r", found), line("s", found)]), questions)
    comparison = compare_runs(questions, a, b)
    assert comparison.a_means["total"]["S@1"] == pytest.approx(1 / 3)
    assert comparison.differences["total"]["S@1"] == pytest.approx(1 / 3)
    assert comparison.differences["lookup"]["S@1"] == 0
    assert comparison.differences["typo"]["S@1"] == 1
    assert comparison.differences["total"]["abstain"] is None
    assert (comparison.changes["S@2000c"].won, comparison.changes["S@2000c"].lost) == (("r", "s"), ("q",))
    # Fewer false abstentions are better.
    assert comparison.changes["false abstain"].won == ("r",)
    # Of the eight sign assignments of (-1, 1, 1) all have a sum at least as far from 0.
    assert comparison.p_values == {"S@2000c": 1, "MRR@10": 1}


def test_p_value_of_identical_runs_is_one_and_of_a_clear_gain_small(tmp_path: Path) -> None:
    questions = read_questions(DEFAULT_QUESTIONS)
    perfect = write(tmp_path / "run.jsonl", [perfect_line(values) for values in development_questions()])
    run = read_run(perfect, questions)
    assert compare_runs(questions, run, run).p_values == {"S@2000c": 1, "MRR@10": 1}
    # Ten gains of one: only the two assignments of equal signs of 1,024 are as extreme, p = 0.00195.
    assert sign_flip_p_value([1.0] * 10 + [0.0] * 90) == pytest.approx(2 / 1024, abs=0.0015)
    assert sign_flip_p_value([1.0] * 10) == sign_flip_p_value([-1.0] * 10)
    assert sign_flip_p_value([]) == 1
