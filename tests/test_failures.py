"""Wrong answers, each with its cause. The causes were worked out by hand."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from evaluation import Json, development_questions, line, perfect_line, question, questions_of, report_of, write

from eval.__main__ import main
from eval.failures import CAUSES, WrongAnswer, wrong_answers
from eval.questions import DEFAULT_QUESTIONS, QuestionSet, read_questions
from eval.render import failures_text, report_markdown, report_text
from eval.runs import read_run

GOLD = [("yuki", ["稼働率100%"])]
FOUND = [("yuki", "端末の稼働率100%を目標とする")]


def faults(folder: Path, questions: QuestionSet, *lines: Json) -> list[tuple[str, str, str]]:
    run = read_run(write(folder / "run.jsonl", lines), questions)
    return [(one.id, one.cause, one.detail) for one in wrong_answers(questions.questions, run.lines)]


def test_each_cause_is_told_from_the_run_and_the_gold(tmp_path: Path) -> None:
    asked = [
        question(id_, gold=GOLD, answer_keys=["100%"])
        for id_ in ("right", "late", "unsaid", "unfound", "declined", "gone")
    ]
    asked += [question("keyless", gold=GOLD), question("kept", "unanswerable"), question("answered", "unanswerable")]
    questions = questions_of(tmp_path, *asked)
    quote = {"doc": "yuki", "quote": "窓口\nの\t取組", "span": [0, 8]}
    found = faults(
        tmp_path,
        questions,
        line("right", FOUND, text="目標は100%です。"),
        line("late", FOUND, text="あ" * 300 + "100%"),
        line("unsaid", FOUND, text="目標があります。"),
        # The passage is there, but behind 2,000 characters of another.
        line("unfound", [("yuki", "い" * 2000), *FOUND], text="目標があります。"),
        line("declined", FOUND, abstained=True, confidence=0.04),
        line("keyless", [("yuki", "別")], text="何か"),
        line("kept", abstained=True),
        line("answered", text="あります。", citations=[quote], confidence=0.91),
    )
    assert found == [
        ("late", "key beyond the first 300 characters", "missing: 100%"),
        ("unsaid", "evidence retrieved, not in the answer", "missing: 100%"),
        ("unfound", "no evidence retrieved", "missing: 100%"),
        ("declined", "declined though answerable", "confidence 0.04"),
        ("gone", "no line in the run", ""),
        ("keyless", "no evidence retrieved", ""),
        ("answered", "answered though unanswerable", "confidence 0.91; first quote: 窓口 の 取組"),
    ]


def test_missing_and_extra_cities_are_told_with_what_speaks_for_them(tmp_path: Path) -> None:
    asked = question("q", "crosscity", GOLD, municipalities=["結城市", "石岡市", "古河市"])
    passages = [("omitama", "関係のない箇所"), ("ishioka", "石岡市の稼働率")]
    made = line(
        "q",
        passages,
        municipalities=["結城市", "小美玉市", "水戸市"],
        strengths={"結城市": "target", "小美玉市": "mentioned"},
        citations=[{"doc": "omitama", "quote": "稼働を" + "検" * 100, "span": [0, 103], "municipality": "小美玉市"}],
    )
    made["passages"][1]["municipality"] = "石岡市"
    assert faults(tmp_path, questions_of(tmp_path, asked), made) == [
        ("q", "missing city", "古河市 (no passage in the run)"),
        ("q", "missing city", "石岡市 (best passage at rank 2: 石岡市の稼働率)"),
        ("q", "extra city", f"小美玉市 (strength mentioned, quote 稼働を{'検' * 76}…)"),
        ("q", "extra city", "水戸市 (no citation in the run)"),
    ]


def test_expected_and_given_are_for_a_reader(tmp_path: Path) -> None:
    asked = question(
        "q", "crosscity", GOLD, answer="100%", answer_keys=["100%", "結城市"], municipalities=["結城市", "石岡市"]
    )
    lookup = question("r", gold=GOLD, answer="100%", answer_keys=["100%"])
    questions = questions_of(tmp_path, asked, lookup, question("u", "unanswerable"))
    text = "一行目\n二行目" + "あ" * 300
    lines = [line(id_, FOUND, text=text) for id_ in ("q", "r", "u")]
    run = read_run(write(tmp_path / "run.jsonl", lines), questions)
    first, *_, second, third = wrong_answers(questions.questions, run.lines)
    assert first.expected == "100%; shows 100%, 結城市; cities 結城市, 石岡市"
    assert second.expected == "100%; shows 100% in the first 300 characters"
    assert third.expected == "declined: no document answers it"
    assert first.given == "一行目 二行目" + "あ" * 192 + "…"
    assert first.type == "crosscity" and first.question == asked["question"]


def test_a_perfect_run_has_no_faults_and_an_empty_one_has_every_question(tmp_path: Path) -> None:
    questions = read_questions(DEFAULT_QUESTIONS)
    assert faults(tmp_path, questions, *map(perfect_line, development_questions())) == []
    assert len(faults(tmp_path, questions)) == len(questions.questions)


def test_reports_tell_the_faults(tmp_path: Path) -> None:
    questions = questions_of(tmp_path, question("q", gold=GOLD, answer_keys=["100%"]), question("u", "unanswerable"))
    report = report_of(tmp_path, questions, line("q", FOUND, text="<b>|*"), line("u", abstained=True))
    (wrong,) = report.wrong
    assert report.to_json()["wrong_answers"] == [
        {name: getattr(wrong, name) for name in ("id", "type", "question", "expected", "given", "cause", "detail")}
    ]
    markdown = report_markdown(report)
    assert "### Evidence retrieved, not in the answer: 1" in markdown
    assert (
        "| q (lookup): 問い？ | missing: 100% | 答え; shows 100% in the first 300 characters | \\<b\\>\\|\\* |"
        in markdown
    )
    assert "  evidence retrieved, not in the answer: 1" in report_text(report)


def test_the_terminal_gets_no_control_characters() -> None:
    wrong = WrongAnswer("q", "lookup", "問い\x1b[31m", "a", "b\x07", "no evidence retrieved", "")
    text = failures_text([wrong])
    assert text.splitlines()[0] == "wrong answers: 1, faults: 1"
    assert all(character.isprintable() or character == "\n" for character in text)


def test_failures_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    values = development_questions()
    lines = [perfect_line(one) for one in values]
    answerable = next(at for at, one in enumerate(values) if one["type"] == "lookup")
    lines[answerable]["answer"]["abstained"] = True
    run = write(tmp_path / "run.jsonl", lines)
    assert main(["failures", str(run)]) == 0
    printed = capsys.readouterr().out
    assert printed.startswith("wrong answers: 1, faults: 1\n\ndeclined though answerable: 1\n")
    assert f"{values[answerable]['id']} (lookup) {values[answerable]['question']}" in printed
    assert main(["failures", str(run), "--json"]) == 0
    (wrong,) = json.loads(capsys.readouterr().out)["wrong_answers"]
    assert (wrong["id"], wrong["cause"]) == (values[answerable]["id"], CAUSES[1])
    assert main(["failures", str(tmp_path / "none.jsonl")]) == 1
    assert "does not exist" in capsys.readouterr().err
