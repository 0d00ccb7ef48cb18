"""Runs: what a system answered to the questions, one JSON line per question, as ``search batch`` writes them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from corpus.model import Span
from eval.jsonl import EvaluationError, Record, parse_lines, read_bytes, sha256
from eval.questions import QuestionSet


@dataclass(frozen=True, slots=True)
class RunPassage:
    """One returned passage. doc: document id. text: verbatim. municipality: of the document, "" where not given."""

    doc: str
    text: str
    municipality: str = ""


@dataclass(frozen=True, slots=True)
class RunCitation:
    """A quote and where it stands: ``span`` of the document's canonical text, None where the run gives none."""

    doc: str
    quote: str
    span: Span | None
    municipality: str = ""


@dataclass(frozen=True, slots=True)
class RunPart:
    """A statement of an answer or a row of its table. citations: the numbers, from 1, of what proves it."""

    text: str
    citations: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class RunAnswer:
    """The answer to one question. municipalities: names as answered; strengths: how firmly each is spoken for.

    parts: its statements and the rows of its table, in order; None where the run does not tell them apart. confidence:
    that the documents answer the question (0..1), where given.
    """

    text: str
    municipalities: tuple[str, ...]
    abstained: bool
    citations: tuple[RunCitation, ...] = ()
    parts: tuple[RunPart, ...] | None = None
    strengths: Mapping[str, str] = field(default_factory=dict)
    confidence: float | None = None


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
    rank from 1; ``text``, ``municipalities`` and ``abstained`` of ``answer``. What some measures and the list of wrong
    answers read beside it (``citations``, ``statements``, ``table``, ``strengths``), the other keys of the format, and
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
    return RunLine(
        id=record.identifier("id"),
        passages=tuple(_passage(passage, rank) for rank, passage in enumerate(record.records("passages"), start=1)),
        answer=RunAnswer(
            answer.text("text", blank=True),
            answer.texts("municipalities"),
            answer.boolean("abstained"),
            tuple(map(_citation, answer.records("citations"))) if "citations" in answer.values else (),
            _parts(answer),
            _strengths(answer),
            answer.number("confidence") if answer.values.get("confidence") is not None else None,
        ),
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


def _citation(record: Record) -> RunCitation:
    return RunCitation(record.text("doc"), record.text("quote"), _span(record), _municipality(record))


def _parts(answer: Record) -> tuple[RunPart, ...] | None:
    """Return the statements and the rows of the table; None for a run that gives neither."""
    if "statements" not in answer.values and answer.values.get("table") is None:
        return None
    statements = answer.records("statements") if "statements" in answer.values else ()
    rows = answer.record("table").records("rows") if answer.values.get("table") is not None else ()
    return (
        *(RunPart(one.text("text", blank=True), one.counts("citations")) for one in statements),
        *(RunPart(" ｜ ".join(one.texts("cells", blank=True)), one.counts("citations")) for one in rows),
    )


def _strengths(answer: Record) -> dict[str, str]:
    if "strengths" not in answer.values:
        return {}
    strengths = answer.record("strengths")
    return {name: strengths.text(name) for name in strengths.values}


def _municipality(record: Record) -> str:
    return record.text("municipality", blank=True) if "municipality" in record.values else ""


def _passage(record: Record, rank: int) -> RunPassage:
    if record.number("rank") != rank:
        raise EvaluationError(f'{record.where}: "rank" is not {rank}: list the passages by rank, from 1, without gaps')
    if "context" in record.values:
        record.text("context", blank=True)
    if "score" in record.values:
        record.number("score")
    if record.values.get("page") is not None:
        record.number("page")
    _span(record)
    return RunPassage(record.text("doc"), record.text("text", blank=True), _municipality(record))


def _check_names(record: Record, key: str) -> None:
    if key in record.values:
        record.texts(key)


def _span(record: Record) -> Span | None:
    if "span" not in record.values:
        return None
    span = record.values["span"]
    whole = isinstance(span, list) and all(isinstance(end, int) and not isinstance(end, bool) for end in span)
    if not whole or len(span) != 2 or not 0 <= span[0] <= span[1]:
        raise EvaluationError(f'{record.where}: "span" is no range: make it [start, end] with 0 <= start <= end')
    return span[0], span[1]
