"""The measures of an evaluation. Values were worked out by hand."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from asked import ASKED
from evaluation import Json, development_questions, line, perfect_line, question, questions_of, report_of, scores_of

from eval.jsonl import EvaluationError
from eval.measures import CITATION_MEASURES, LOWER_IS_BETTER, MEASURES, RETRIEVAL_MEASURES, found_within, met_gold
from eval.questions import DEFAULT_QUESTIONS, QUESTION_TYPES, read_questions
from eval.report import Failures
from eval.runs import RunPassage
from eval.text import normalise
from search import SearchEngine
from search.batch import run_lines

TEXT = "端末稼働率\t100%を目指す。\n"


def cited(values: Json) -> Json:
    """Return a run line whose answer is one statement with one citation that stands."""
    citation = {"doc": "yuki", "quote": TEXT[2:10], "span": [2, 10]}
    answer = {**values["answer"], "citations": [citation], "statements": [{"text": "文。", "citations": [1]}]}
    return {**values, "answer": answer}


def enumerate_questions() -> Iterator[tuple[str, str]]:
    yield from ((f"q{number}", text) for number, text in enumerate(ASKED))


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
    lines = [cited(perfect_line(values)) for values in development_questions()]
    report = report_of(tmp_path, questions, *lines, texts={"yuki": TEXT})
    for kind, means in report.means.items():
        for name in MEASURES:
            assert means[name] in (None, 0 if name in LOWER_IS_BETTER else 1), (kind, name)
    assert all(report.means["total"][name] is not None for name in MEASURES)
    assert report.failures == Failures((), (), (), (), ())
    assert report.wrong == ()


def test_an_empty_run_scores_zero(tmp_path: Path) -> None:
    questions = read_questions(DEFAULT_QUESTIONS)
    report = report_of(tmp_path, questions)
    # Where nothing is answered, nothing is cited.
    assert {report.means["total"][name] for name in MEASURES if name not in CITATION_MEASURES} == {0}
    assert {report.means["total"][name] for name in CITATION_MEASURES} == {None}
    assert len(report.failures.no_line) == len(questions.questions)
    # Lines without passages are the same to the retrieval measures.
    report = report_of(tmp_path, questions, *(line(asked.id) for asked in questions.questions))
    assert {report.means["total"][name] for name in MEASURES if name not in CITATION_MEASURES} == {0}


def test_quotes_stand_character_for_character_at_their_spans(tmp_path: Path) -> None:
    questions = questions_of(tmp_path, *(question(id_, gold=[("yuki", ["引用"])]) for id_ in "abcdef"))
    good = {"doc": "yuki", "quote": "稼働率\t100%", "span": [2, 10]}
    assert TEXT[2:10] == "稼働率\t100%"
    lines = [
        line("a", citations=[good, good]),
        # A blank for the tab, a span beside it, a document that is none: one of four stands.
        line(
            "b",
            citations=[
                good,
                {**good, "quote": "稼働率 100%"},
                {**good, "span": [1, 9]},
                {**good, "doc": "elsewhere"},
            ],
        ),
        line("c", citations=[{"doc": "yuki", "quote": "稼働率"}]),  # a system that gives no spans
        line("d"),
        line("e", citations=[{**good, "quote": "別の文"}], abstained=True),
        line("f", citations=[{**good, "span": [2, 1000]}]),
    ]
    values = scores_of(tmp_path, questions, *lines, texts={"yuki": TEXT})
    assert {id_: scored.get("quotes") for id_, scored in values.items()} == {
        "a": 1,
        "b": 0.25,
        "c": None,
        "d": None,
        "e": None,
        "f": 0,
    }
    without_texts = scores_of(tmp_path, questions, *lines)
    assert all("quotes" not in scored for scored in without_texts.values())


def test_statements_and_rows_without_a_citation_that_exists_are_counted(tmp_path: Path) -> None:
    questions = questions_of(tmp_path, *(question(id_, gold=[("yuki", ["引用"])]) for id_ in "abcdef"))
    citation = {"doc": "yuki", "quote": "稼働率", "span": [2, 5]}
    table = {
        "columns": ["市", ""],
        "rows": [{"cells": ["結城市", ""], "citations": [1]}, {"cells": [], "citations": []}],
    }
    said = {"text": "目標は100%です。", "citations": [1]}
    lines = [
        line("a", citations=[citation], statements=[said, said], table=None),
        # One without a number, and one with a number that the answer does not have.
        line("b", citations=[citation], statements=[said, {**said, "citations": []}, {**said, "citations": [1, 2]}]),
        line("c", citations=[citation], statements=[said], table=table),
        line("d"),  # an older run
        line("e", statements=[], table=None),
        line("f", statements=[{**said, "citations": []}], abstained=True),
    ]
    values = scores_of(tmp_path, questions, *lines)
    shares = {id_: scored.get("uncited") for id_, scored in values.items()}
    assert shares == pytest.approx({"a": 0, "b": 2 / 3, "c": 1 / 3, "d": None, "e": None, "f": None})


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        ({"statements": [{"text": "文", "citations": [0]}]}, '"citations" holds something else'),
        ({"statements": [{"text": "文"}]}, 'the key "citations" is missing'),
        ({"table": {"rows": [{"cells": [1], "citations": []}]}}, '"cells" holds something else'),
        ({"table": []}, '"table" is'),
        ({"strengths": {"結城市": 1}}, '"結城市" is a number'),
        ({"confidence": "high"}, '"confidence" is'),
    ],
)
def test_a_run_with_wrong_parts_is_refused(tmp_path: Path, answer: Json, message: str) -> None:
    questions = questions_of(tmp_path, question("q", gold=[("yuki", ["引用"])]))
    with pytest.raises(EvaluationError, match=re.escape(message)):
        scores_of(tmp_path, questions, line("q", **answer))


def test_the_runs_of_the_search_itself_are_measured_whole(engine: SearchEngine, tmp_path: Path) -> None:
    asked = [question(id_, gold=[("yuki-2021-plan", ["x"])], question=text) for id_, text in enumerate_questions()]
    questions = questions_of(tmp_path, *asked)
    lines = list(run_lines(engine, asked, 3))
    texts = {document.id: engine.canonical_text(document.id) for document in engine.documents}
    values = scores_of(tmp_path, questions, *lines, texts=texts)
    answered = {made["id"] for made in lines if not made["answer"]["abstained"]}
    assert answered
    for id_ in answered:
        assert (values[id_]["quotes"], values[id_]["uncited"]) == (1, 0)


def test_development_questions_have_every_type() -> None:
    assert tuple(read_questions(DEFAULT_QUESTIONS).by_type()) == QUESTION_TYPES
