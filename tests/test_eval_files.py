"""Files of questions and of runs: what is accepted, and what is refused with line and remedy."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest
from evaluation import GOOD, Json, line, questions_of, write

from eval.jsonl import EvaluationError
from eval.questions import read_questions
from eval.runs import read_run


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
        ([changed(seconds=-1)], '"seconds" is negative: give the time per ask'),
        ([changed(find_seconds=-1)], '"find_seconds" is negative: give the time per find'),
        ([changed(find_seconds="1")], '"find_seconds" is a string'),
    ],
)
def test_malformed_runs_are_named_with_file_line_and_remedy(tmp_path: Path, lines: list[Json], message: str) -> None:
    questions = questions_of(tmp_path, GOOD)
    path = write(tmp_path / "run.jsonl", lines)
    with pytest.raises(EvaluationError) as caught:
        read_run(path, questions)
    assert message in str(caught.value)
    assert str(path) in str(caught.value)
