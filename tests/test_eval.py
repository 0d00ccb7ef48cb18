"""The evaluation room: questions, runs, measures, reports, comparisons, commands. Values were worked out by hand."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from corpus.errors import CorpusError
from eval.__main__ import main
from eval.compare import compare_runs, sign_flip_p_value
from eval.jsonl import EvaluationError
from eval.measures import MEASURES, RETRIEVAL_MEASURES, found_within, met_gold, score
from eval.questions import DEFAULT_QUESTIONS, QUESTION_TYPES, QuestionSet, read_questions
from eval.render import report_markdown, report_text
from eval.report import Failures, Report, build_report, percentile
from eval.runs import RunPassage, read_run
from eval.searching import RunLines, index_summary, timed_lines
from eval.text import normalise

ROOT = Path(__file__).resolve().parent.parent
DATE = "2026-04-01T00:00:00Z"
Json = dict[str, Any]


def question(id_: str, kind: str = "lookup", gold: Iterable[tuple[str, list[str]]] = (), **other: Any) -> Json:
    entries = [{"doc": doc, "quotes": quotes, "note": ""} for doc, quotes in gold]
    values = {"id": id_, "lang": "ja", "type": kind, "question": "問い？", "gold": entries}
    return {**values, "municipalities": [], "answer": "答え", "answer_keys": [], **other}


def line(id_: str, passages: Iterable[tuple[str, str]] = (), **answer: Any) -> Json:
    return {
        "id": id_,
        "passages": [
            {
                "rank": rank,
                "doc": doc,
                "municipality": "結城市",
                "text": text,
                "context": "",
                "score": 1.0 / rank,
                "span": [0, len(text)],
                "page": None,
            }
            for rank, (doc, text) in enumerate(passages, start=1)
        ],
        "answer": {
            "text": "",
            "municipalities": [],
            "without_evidence": [],
            "abstained": False,
            "citations": [],
            **answer,
        },
    }


def write(path: Path, values: Iterable[Json]) -> Path:
    path.write_text("".join(json.dumps(value, ensure_ascii=False) + "\n" for value in values), encoding="utf-8")
    return path


def questions_of(folder: Path, *values: Json) -> QuestionSet:
    return read_questions(write(folder / "questions.jsonl", values))


def scores_of(folder: Path, questions: QuestionSet, *lines: Json) -> dict[str, Mapping[str, float]]:
    run = read_run(write(folder / "run.jsonl", lines), questions)
    return dict(score(questions.questions, run.lines))


def report_of(folder: Path, questions: QuestionSet, *lines: Json) -> Report:
    return build_report(questions, read_run(write(folder / "run.jsonl", lines), questions), DATE)


def perfect_line(values: Json) -> Json:
    """Return the run line that holds one passage per gold entry, the right cities, and the keys."""
    passages = [(gold["doc"], gold["quotes"][0]) for gold in values["gold"]]
    abstained = values["type"] == "unanswerable"
    text = "、".join(values["answer_keys"])
    return line(values["id"], passages, text=text, municipalities=values["municipalities"], abstained=abstained)


def development_questions() -> list[Json]:
    return [json.loads(text) for text in DEFAULT_QUESTIONS.read_text(encoding="utf-8-sig").split("\n") if text.strip()]


# --- measures -------------------------------------------------------------------------------------------------------


def test_ranked_measures_of_a_relevant_passage_at_rank_two(tmp_path: Path) -> None:
    questions = questions_of(tmp_path, question("q", gold=[("yuki", ["稼働率100%"]), ("ishioka", ["三十人"])]))
    passages = [
        ("yuki", "関係のない箇所"),
        ("yuki", "端末の稼働率100%を目標"),
        ("omitama", "三十人"),
        ("yuki", "稼働率100%"),
    ]
    values = scores_of(tmp_path, questions, line("q", passages))["q"]
    # Gains 0 1 0 0: the third is from another document, the fourth repeats an entry that is credited already.
    # DCG = 1/log2(3); the ideal has two items: 1 + 1/log2(3).
    dcg = 1 / math.log2(3)
    expected = {"S@1": 0, "S@10": 1, "MRR@10": 0.5, "nDCG@10": dcg / (1 + dcg)}
    # cov@10: yuki of {yuki, ishioka}.
    expected |= {"S@500c": 1, "S@2000c": 1, "cov@10": 0.5, "false abstain": 0}
    assert values == pytest.approx(expected)


def test_rank_eleven_is_beyond_the_top_ten(tmp_path: Path) -> None:
    questions = questions_of(tmp_path, question("q", gold=[("yuki", ["目標値"])]))
    values = scores_of(tmp_path, questions, line("q", [("yuki", "別")] * 10 + [("yuki", "目標値")]))["q"]
    assert [values[name] for name in ("S@10", "MRR@10", "nDCG@10", "cov@10", "S@500c")] == [0, 0, 0, 0, 1]


def test_ndcg_credits_each_gold_entry_once_and_stays_within_one(tmp_path: Path) -> None:
    gold = [("yuki", ["甲の取組"]), ("yuki", ["乙の取組"])]
    questions = questions_of(tmp_path, question("q", "list", gold=gold), question("r", "list", gold=gold))
    repeats = [("yuki", "甲の取組")] * 5 + [("yuki", "乙の取組")]
    values = scores_of(tmp_path, questions, line("q", repeats), line("r", [("yuki", "甲の取組と乙の取組")]))
    ideal = 1 + 1 / math.log2(3)
    # Gains 1 0 0 0 0 1: DCG = 1 + 1/log2(7). One passage that holds both entries has gain 1: DCG = 1.
    assert values["q"]["nDCG@10"] == pytest.approx((1 + 1 / math.log2(7)) / ideal)
    assert values["r"]["nDCG@10"] == pytest.approx(1 / ideal)


def test_quotes_match_across_width_white_space_tags_and_asterisks(tmp_path: Path) -> None:
    questions = questions_of(tmp_path, question("q", gold=[("yuki", ["ＡＩ-ＯＣＲ（＊）を *導入*"])]))
    assert met_gold(questions.questions[0], "yuki", "<p>AI-OCR(*)</p>\n<br/>を　導\t入し") == {0}
    assert not met_gold(questions.questions[0], "ishioka", "AI-OCR(*)を導入")
    assert normalise("<ul style='a'>１ < 3 件 > 2</ul>") == "1<3件>2"


def test_a_long_passage_cannot_win_by_being_long(tmp_path: Path) -> None:
    quote = "十字の引用文です。。"  # 10 characters
    asked = questions_of(tmp_path, question("q", gold=[("yuki", [quote])])).questions[0]
    assert len(quote) == 10
    # The quote ends at character 500, then at 501.
    assert found_within(asked, [RunPassage("yuki", "あ" * 490 + quote + "あ" * 9000)], 500) == 1
    assert found_within(asked, [RunPassage("yuki", "あ" * 491 + quote)], 500) == 0
    # The same when 300 characters are spent on the passage above.
    above = RunPassage("omitama", "い" * 300)
    assert found_within(asked, [above, RunPassage("yuki", "あ" * 190 + quote)], 500) == 1
    assert found_within(asked, [above, RunPassage("yuki", "あ" * 191 + quote)], 500) == 0
    # A quote in two halves, one per passage, is not met.
    assert found_within(asked, [RunPassage("yuki", quote[:5]), RunPassage("yuki", quote[5:])], 500) == 0
    # White space and tags are part of what a reader has to get through.
    assert found_within(asked, [RunPassage("yuki", " " * 495 + quote)], 500) == 0


def test_city_measures_compare_sets_and_abstaining_names_no_city(tmp_path: Path) -> None:
    gold = [("yuki", ["引用"])]
    cities = ["結城市", "石岡市", "小美玉市"]
    questions = questions_of(
        tmp_path,
        *(question(id_, "crosscity", gold, municipalities=cities) for id_ in ("half", "all", "declined", "empty")),
        question("english", "english", gold, municipalities=["結城市"]),
        question("english without cities", "english", gold),
        question("lookup", "lookup", gold, municipalities=["結城市"]),
    )
    values = scores_of(
        tmp_path,
        questions,
        # One of two answered is true, one of three true is answered: P 1/2, R 1/3, F1 0.4.
        line("half", municipalities=["結城市", "つくばみらい市"]),
        line("all", municipalities=["小美玉市", "結城市", "石岡市", "石岡市"]),
        line("declined", municipalities=cities, abstained=True),
        line("empty"),
        line("english", municipalities=["結城市", "石岡市"]),
        line("english without cities", municipalities=["結城市"]),
        line("lookup"),
    )
    pairs = {id_: (scored.get("city F1"), scored.get("city exact")) for id_, scored in values.items()}
    assert pairs["half"] == pytest.approx((0.4, 0))
    assert pairs["all"] == (1, 1)
    assert pairs["declined"] == pairs["empty"] == (0, 0)
    assert pairs["english"] == pytest.approx((2 / 3, 0))
    assert pairs["english without cities"] == pairs["lookup"] == (None, None)


@pytest.mark.parametrize("kind", [kind for kind in QUESTION_TYPES if kind != "unanswerable"])
def test_keys_are_read_in_300_characters_or_in_the_whole_answer(tmp_path: Path, kind: str) -> None:
    asked = question(
        "q", kind, [("yuki", ["引用"])], municipalities=["結城市"], answer_keys=["１,０００人", "令和7年度"]
    )
    text = "令和 ７ 年度" + "あ" * 300 + "1,000 人"
    values = scores_of(tmp_path, questions_of(tmp_path, asked), line("q", text=text))["q"]
    # The second key is within 300 characters, the first beyond.
    assert values["keys"] == (1 if kind in ("list", "crosscity", "precedent", "english") else 0.5)


def test_abstaining_is_right_for_unanswerable_questions_only(tmp_path: Path) -> None:
    gold = [("yuki", ["引用"])]
    asked = [question(id_, "unanswerable") for id_ in ("u1", "u2", "u3")]
    asked += [question(id_, gold=gold) for id_ in ("a1", "a2", "a3")]
    questions = questions_of(tmp_path, *asked)
    lines = [line("u1", abstained=True), line("u2"), line("a1", abstained=True), line("a2")]
    report = report_of(tmp_path, questions, *lines)
    # u3 and a3 are missing: not declined, but counted. 1 of 3 each.
    assert report.means["total"]["abstain"] == pytest.approx(1 / 3)
    assert report.means["total"]["false abstain"] == pytest.approx(1 / 3)
    assert report.means["unanswerable"]["S@10"] is None
    assert report.means["lookup"]["abstain"] is None
    assert report.failures.declined == ("a1",)
    assert report.failures.not_declined == ("u2", "u3")
    assert report.failures.no_line == ("u3", "a3")


def test_a_missing_question_counts_as_zero(tmp_path: Path) -> None:
    asked = [question(id_, "crosscity", [("yuki", ["引用"])], municipalities=["結城市"]) for id_ in ("q", "gone")]
    questions = questions_of(tmp_path, *asked)
    found = line("q", [("yuki", "引用")], municipalities=["結城市"])
    report = report_of(tmp_path, questions, found)
    for name in (*RETRIEVAL_MEASURES, "city F1", "city exact"):
        assert report.means["total"][name] == 0.5, name
    assert report.failures.not_found == ("gone",)


def test_a_perfect_run_scores_one_in_every_measure(tmp_path: Path) -> None:
    questions = read_questions(DEFAULT_QUESTIONS)
    report = report_of(tmp_path, questions, *(perfect_line(values) for values in development_questions()))
    for kind, means in report.means.items():
        for name in MEASURES:
            assert means[name] in (None, 0 if name == "false abstain" else 1), (kind, name)
    assert all(report.means["total"][name] is not None for name in MEASURES)
    assert report.failures == Failures((), (), (), (), ())


def test_an_empty_run_scores_zero(tmp_path: Path) -> None:
    questions = read_questions(DEFAULT_QUESTIONS)
    report = report_of(tmp_path, questions)
    assert {report.means["total"][name] for name in MEASURES} == {0}
    assert len(report.failures.no_line) == len(questions.questions)
    # Lines without passages are the same to the retrieval measures.
    report = report_of(tmp_path, questions, *(line(asked.id) for asked in questions.questions))
    assert {report.means["total"][name] for name in MEASURES} == {0}


def test_development_questions_have_every_type() -> None:
    assert tuple(read_questions(DEFAULT_QUESTIONS).by_type()) == QUESTION_TYPES


# --- files ----------------------------------------------------------------------------------------------------------

GOOD = question("q", gold=[("yuki", ["引用"])])


def test_a_byte_order_mark_blank_lines_and_odd_separators_are_accepted(tmp_path: Path) -> None:
    path = tmp_path / "questions.jsonl"
    asked = {**GOOD, "question": "改行\u2028に似た\x85文字"}
    path.write_bytes(b"\xef\xbb\xbf" + json.dumps(asked, ensure_ascii=False).encode() + b"\r\n\r\n")
    assert [q.question for q in read_questions(path).questions] == [asked["question"]]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "holds no questions: write one"),
        (b"\n \n", "holds no questions"),
        (b'\n{"id": ', "line 2: bad JSON at character 8"),
        (b"[1]", "line 1: the line is a list"),
        ("{}\n".encode("utf-16"), "line 1: the text is not UTF-8: save the file as UTF-8"),
        (b'\n{"id": "' + "問".encode("cp932") + b'"}', "line 2: the text is not UTF-8"),
        (b'{"id": ' + b"[" * 100_000, "line 1: a number or a nesting is too long"),
        (b'{"id": ' + b"1" * 5_000 + b"}", "line 1: a number or a nesting is too long"),
        (rb'{"id": "\ud800"}', "has no partner"),
        ({key: value for key, value in GOOD.items() if key != "gold"}, 'line 1: the key "gold" is missing: add it'),
        ({**GOOD, "id": 3}, '"id" is a number: make it a string'),
        ({**GOOD, "id": " "}, '"id" is empty'),
        ({**GOOD, "id": "a\nb"}, '"id" holds control characters'),
        ({**GOOD, "type": "riddle"}, "there is no type 'riddle': use one of lookup,"),
        ({**GOOD, "gold": "x"}, '"gold" is a string: make it a list of objects'),
        ({**GOOD, "gold": ["x"]}, '"gold" holds something else'),
        ({**GOOD, "gold": []}, '"gold" is empty: add evidence'),
        ({**GOOD, "type": "unanswerable"}, 'an unanswerable question has "gold"'),
        ({**GOOD, "type": "crosscity"}, '"municipalities" is empty'),
        ({**GOOD, "gold": [{"doc": "yuki"}]}, 'line 1, gold 1: the key "quotes" is missing'),
        ({**GOOD, "gold": [{"doc": "yuki", "quotes": []}]}, 'line 1, gold 1: "quotes" needs'),
        ({**GOOD, "gold": [{"doc": "yuki", "quotes": ["<p>**"]}]}, 'line 1, gold 1: "quotes" needs'),
        ({**GOOD, "answer_keys": [""]}, '"answer_keys" holds something else'),
    ],
)
def test_malformed_questions_are_named_with_file_line_and_remedy(
    tmp_path: Path, content: bytes | Json, message: str
) -> None:
    path = tmp_path / "mine.jsonl"
    path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
    with pytest.raises(EvaluationError) as caught:
        read_questions(path)
    assert str(path) in str(caught.value)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_question_id_may_stand_once(tmp_path: Path) -> None:
    with pytest.raises(EvaluationError, match=r'line 2: the id "q" stands on an earlier line'):
        questions_of(tmp_path, GOOD, GOOD)


def changed(**changes: Any) -> Json:
    good = line("q", [("yuki", "引用")])
    passage = {**good["passages"][0], **changes.pop("passage", {})}
    answer = {**good["answer"], **changes.pop("answer", {})}
    return {**good, "passages": [passage], "answer": answer, **changes}


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ([{"id": "q"}], 'line 1: the key "answer" is missing'),
        ([line("q"), line("q")], 'line 2: the id "q" stands on an earlier line too: remove one'),
        ([line("dev-999")], 'line 1: the id "dev-999" is not in questions.jsonl'),
        ([changed(passages=None)], '"passages" is null: make it a list of objects'),
        ([changed(passage={"rank": 2})], 'passages 1: "rank" is not 1'),
        ([changed(passage={"rank": True})], '"rank" is true or false: make it a number'),
        ([changed(passage={"text": None})], 'passages 1: "text" is null'),
        ([changed(passage={"doc": ""})], 'passages 1: "doc" is empty'),
        ([changed(passage={"score": math.nan})], '"score" is nan: make it a finite number'),
        ([changed(passage={"span": [3, 1]})], '"span" is no range'),
        ([changed(passage={"span": [0, 1.5]})], '"span" is no range'),
        ([changed(answer={"abstained": "no"})], 'answer: "abstained" is a string: make it true or false'),
        ([changed(answer={"municipalities": [None]})], '"municipalities" holds something else'),
        ([changed(answer={"citations": [{"doc": "yuki"}]})], 'citations 1: the key "quote" is missing'),
        ([changed(seconds=-1)], '"seconds" is negative'),
    ],
)
def test_malformed_runs_are_named_with_file_line_and_remedy(tmp_path: Path, lines: list[Json], message: str) -> None:
    questions = questions_of(tmp_path, GOOD)
    path = write(tmp_path / "run.jsonl", lines)
    with pytest.raises(EvaluationError) as caught:
        read_run(path, questions)
    assert message in str(caught.value)
    assert str(path) in str(caught.value)


# --- reports --------------------------------------------------------------------------------------------------------


def test_report_is_stable_rounded_and_without_paths(tmp_path: Path) -> None:
    gold = [("yuki", ["引用"])]
    asked = [question(id_, "crosscity", gold, municipalities=["結城市"]) for id_ in ("q", "r", "s")]
    questions = questions_of(tmp_path, *asked)
    lines = [{**line("q", [("yuki", "引用")], municipalities=["<b>市|*"]), "seconds": 0.12345}, line("r"), line("s")]
    report = report_of(tmp_path, questions, *lines)
    values = report.to_json()
    assert values["measures"]["total"]["S@1"] == 0.3333
    assert values["seconds"] == {"median": 0.1235, "p95": 0.1235}
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
        "model": {"name": "/home/somebody/models/mine", "dimension": 512, "fingerprint": "ab12", "prompt": ""},
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


# --- comparison -----------------------------------------------------------------------------------------------------


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


# --- commands -------------------------------------------------------------------------------------------------------


def command(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "eval", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


@pytest.mark.parametrize("arguments", [["--help"], ["run", "--help"], ["compare", "--help"]])
def test_every_command_has_help(arguments: list[str]) -> None:
    done = command(*arguments)
    assert done.returncode == 0
    assert "usage: python -m eval" in done.stdout
    assert "examples:" in done.stdout


@pytest.mark.parametrize(
    "arguments", [[], ["fly"], ["run", "--top-k", "0"], ["run", "--run", "a", "--index", "b"], ["compare", "a"]]
)
def test_wrong_usage_exits_with_two(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2
    assert "usage: python -m eval" in capsys.readouterr().err


def test_run_command_measures_a_given_run_and_writes_reports(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = write(tmp_path / "mine.jsonl", [perfect_line(values) for values in development_questions()])
    out = tmp_path / "new" / "report"
    assert main(["run", "--run", str(run), "--out", str(out), "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed == json.loads((out / "report.json").read_text(encoding="utf-8"))
    assert printed["measures"]["total"]["S@2000c"] == 1
    assert sorted(path.name for path in out.iterdir()) == ["report.json", "report.md"]
    assert main(["run", "--run", str(run), "--out", str(out)]) == 0
    assert "S@2000c" in capsys.readouterr().out


def test_run_command_asks_the_search_and_keeps_its_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    answers = {values["id"]: perfect_line(values) for values in development_questions()}

    def open_search(index: Path | None, top_k: int) -> tuple[RunLines, Json]:
        assert (index, top_k) == (tmp_path / "index", 5)
        return lambda asked: (answers[values["id"]] for values in asked), {"model name": "embedded"}

    monkeypatch.setattr("eval.__main__.open_search", open_search)
    arguments = ["run", "--index", str(tmp_path / "index"), "--top-k", "5", "--out", str(tmp_path / "out")]
    assert main([*arguments, "--json"]) == 0
    captured = capsys.readouterr()
    report = json.loads(captured.out)
    assert report["run"]["index"] == {"model name": "embedded"}
    assert report["seconds"]["median"] is not None
    assert report["measures"]["total"]["city exact"] == 1
    assert "110/110" in captured.err
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["report.json", "report.md", "run.jsonl"]
    # The run that was kept gives the same measures.
    assert main(["run", "--run", str(tmp_path / "out" / "run.jsonl"), "--out", str(tmp_path / "again"), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["measures"] == report["measures"]


def test_errors_of_the_searching_rooms_become_one_line_and_defects_do_not(tmp_path: Path) -> None:
    asked = questions_of(tmp_path, GOOD).questions

    def failing(error: Exception) -> RunLines:
        def run_lines(questions: Iterable[Mapping[str, str]]) -> Iterator[Json]:
            yield line(next(iter(questions))["id"])
            raise error

        return run_lines

    with pytest.raises(EvaluationError, match=r"^the index is gone: build it$"):
        list(timed_lines(asked, failing(CorpusError("the index is gone:\nbuild it"))))
    with pytest.raises(ZeroDivisionError):
        list(timed_lines(asked, failing(ZeroDivisionError())))


def test_compare_command_prints_both_runs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = [perfect_line(values) for values in development_questions()]
    a, b = write(tmp_path / "a.jsonl", lines[:-1]), write(tmp_path / "b.jsonl", lines)
    assert main(["compare", str(a), str(b)]) == 0
    captured = capsys.readouterr()
    assert "abstain: B better on 1, worse on 0\n  + dev-110" in captured.out
    assert "a.jsonl has no line for 1 of 110 questions" in captured.err
    assert main(["compare", str(a), str(b), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["changes"]["abstain"] == {"won": ["dev-110"], "lost": []}


def test_errors_are_one_line_on_stderr(tmp_path: Path) -> None:
    missing = str(tmp_path / "none.jsonl")
    run = str(write(tmp_path / "run.jsonl", []))
    wrong = [
        (["run", "--run", missing], "none.jsonl does not exist: check the path"),
        (["run", "--run", str(tmp_path)], "cannot be read (Is a directory)"),
        (["run", "--questions", missing], "none.jsonl does not exist"),
        (["compare", run, missing], "none.jsonl does not exist"),
    ]
    for arguments, message in wrong:
        done = command(*arguments)
        assert (done.returncode, done.stdout) == (1, "")
        assert message in done.stderr
        assert done.stderr.count("\n") == 1


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = write(tmp_path / "run.jsonl", [])
    assert main(["run", "--run", str(run), "--out", str(run / "report")]) == 1
    assert "name another folder with --out" in capsys.readouterr().err
