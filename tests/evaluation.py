"""Questions, run lines and reports as the tests of the evaluation write them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from eval.measures import score
from eval.questions import DEFAULT_QUESTIONS, QuestionSet, read_questions
from eval.report import Report, build_report
from eval.runs import RunLine, read_run

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


def scores_of(
    folder: Path, questions: QuestionSet, *lines: Json, texts: Mapping[str, str] | None = None
) -> dict[str, Mapping[str, float]]:
    run = read_run(write(folder / "run.jsonl", lines), questions)
    return dict(score(questions.questions, run.lines, texts))


def report_of(
    folder: Path,
    questions: QuestionSet,
    *lines: Json,
    peers: Mapping[str, Mapping[str, RunLine]] | None = None,
    texts: Mapping[str, str] | None = None,
) -> Report:
    run = read_run(write(folder / "run.jsonl", lines), questions)
    return build_report(questions, run, DATE, peers=peers, texts=texts)


def perfect_line(values: Json) -> Json:
    """Return the run line that holds one passage per gold entry, the right cities, and the keys."""
    passages = [(gold["doc"], gold["quotes"][0]) for gold in values["gold"]]
    abstained = values["type"] == "unanswerable"
    text = "、".join(values["answer_keys"])
    return line(values["id"], passages, text=text, municipalities=values["municipalities"], abstained=abstained)


def development_questions() -> list[Json]:
    return [json.loads(text) for text in DEFAULT_QUESTIONS.read_text(encoding="utf-8-sig").split("\n") if text.strip()]


GOOD = question("q", gold=[("yuki", ["引用"])])
