"""Runs: what a system answered to the questions, one JSON line per question, as ``search batch`` writes them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from eval.jsonl import EvaluationError, Record, parse_lines, read_bytes, sha256
from eval.questions import QuestionSet


@dataclass(frozen=True, slots=True)
class RunPassage:
    """One returned passage. doc: document id. text: verbatim."""

    doc: str
    text: str


@dataclass(frozen=True, slots=True)
class RunAnswer:
    """The answer to one question. municipalities: names as answered."""

    text: str
    municipalities: tuple[str, ...]
    abstained: bool


@dataclass(frozen=True, slots=True)
class RunLine:
    """All that one question got. passages: from the top. seconds, find_seconds: of ask and find, where given."""

    id: str
    passages: tuple[RunPassage, ...]
    answer: RunAnswer
    seconds: float | None
    find_seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Run:
    """One run. name: of the file, without its folder. sha256: of its bytes. lines: by question id."""

    name: str
    sha256: str
    lines: Mapping[str, RunLine]


def read_run(path: Path, questions: QuestionSet) -> Run:
    """Return the run of a UTF-8 JSON Lines file in the format of ``search batch``.

    What the measures read must be there: ``id``; ``rank``, ``doc`` and ``text`` of each of ``passages``, listed by
    rank from 1; ``text``, ``municipalities`` and ``abstained`` of ``answer``. The other keys of the format, and
    ``seconds`` (of the ask) and ``find_seconds`` (of the search for passages alone), are checked where they are given,
    so that runs of other systems can be measured.
    A file without lines is a run that answered nothing. Raises EvaluationError, naming file and line, for anything
    else, for an id that is not among ``questions`` and for the same id twice.
    """
    return parse_run(read_bytes(path), path, questions)


def parse_run(data: bytes, path: Path, questions: QuestionSet) -> Run:
    """Return the run that ``data``, the bytes of ``path``, holds; see ``read_run``."""
    known = {question.id for question in questions.questions}
    lines: dict[str, RunLine] = {}
    for record in parse_lines(data, str(path)):
        line = _line(record)
        if line.id not in known:
            remedy = "take the questions that the run was made from, or remove the line"
            raise EvaluationError(f'{record.where}: the id "{line.id}" is not in {questions.name}: {remedy}')
        if line.id in lines:
            raise EvaluationError(f'{record.where}: the id "{line.id}" stands on an earlier line too: remove one')
        lines[line.id] = line
    return Run(path.name, sha256(data), lines)


def _line(record: Record) -> RunLine:
    answer = record.record("answer")
    _check_names(answer, "without_evidence")
    if "citations" in answer.values:
        for citation in answer.records("citations"):
            citation.text("doc")
            citation.text("quote")
            _check_span(citation)
    return RunLine(
        id=record.identifier("id"),
        passages=tuple(_passage(passage, rank) for rank, passage in enumerate(record.records("passages"), start=1)),
        answer=RunAnswer(answer.text("text", blank=True), answer.texts("municipalities"), answer.boolean("abstained")),
        seconds=_seconds(record, "seconds", "ask"),
        find_seconds=_seconds(record, "find_seconds", "find"),
    )


def _seconds(record: Record, key: str, call: str) -> float | None:
    if record.values.get(key) is None:
        return None
    seconds = record.number(key)
    if seconds < 0:
        raise EvaluationError(f'{record.where}: "{key}" is negative: give the time per {call}, or leave it out')
    return seconds


def _passage(record: Record, rank: int) -> RunPassage:
    if record.number("rank") != rank:
        raise EvaluationError(f'{record.where}: "rank" is not {rank}: list the passages by rank, from 1, without gaps')
    for key in ("municipality", "context"):
        if key in record.values:
            record.text(key, blank=True)
    if "score" in record.values:
        record.number("score")
    if record.values.get("page") is not None:
        record.number("page")
    _check_span(record)
    return RunPassage(record.text("doc"), record.text("text", blank=True))


def _check_names(record: Record, key: str) -> None:
    if key in record.values:
        record.texts(key)


def _check_span(record: Record) -> None:
    if "span" not in record.values:
        return
    span = record.values["span"]
    whole = isinstance(span, list) and all(isinstance(end, int) and not isinstance(end, bool) for end in span)
    if not whole or len(span) != 2 or not 0 <= span[0] <= span[1]:
        raise EvaluationError(f'{record.where}: "span" is no range: make it [start, end] with 0 <= start <= end')
