"""Questions with gold evidence, from a JSON Lines file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from eval.jsonl import EvaluationError, Record, parse_lines, read_bytes, sha256
from eval.text import normalise

QUESTION_TYPES = (
    "lookup",
    "paraphrase",
    "precedent",
    "progress",
    "list",
    "era",
    "crosscity",
    "english",
    "typo",
    "unanswerable",
)
"""The types of DESIGN, in the order of the reports."""

DEFAULT_QUESTIONS = Path(__file__).with_name("questions.jsonl")
CALIBRATION = Path(__file__).with_name("calibration.jsonl")
"""The development set."""


@dataclass(frozen=True, slots=True)
class Gold:
    """One piece of gold evidence: a document and the quotes of which a relevant passage holds at least one."""

    doc: str
    quotes: tuple[str, ...]
    note: str


@dataclass(frozen=True, slots=True)
class Question:
    """One question. type: one of ``QUESTION_TYPES``. gold: empty exactly for unanswerable questions.

    municipalities: the true answer's set of cities, names with their suffix. answer: for the human reader.
    answer_keys: strings that a right answer shows.
    """

    id: str
    lang: str
    type: str
    question: str
    gold: tuple[Gold, ...]
    municipalities: tuple[str, ...]
    answer: str
    answer_keys: tuple[str, ...]

    @property
    def answerable(self) -> bool:
        """Return whether the documents answer the question."""
        return self.type != "unanswerable"

    @property
    def asks_for_cities(self) -> bool:
        """Return whether the answer is measured as a set of municipalities."""
        return self.type == "crosscity" or (self.type == "english" and bool(self.municipalities))


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """The questions of one file. name: without its folder. sha256: of the file's bytes."""

    name: str
    sha256: str
    questions: tuple[Question, ...]

    def by_type(self) -> Mapping[str, tuple[Question, ...]]:
        """Return the questions of each type that occurs, in the order of ``QUESTION_TYPES``."""
        groups = {kind: tuple(q for q in self.questions if q.type == kind) for kind in QUESTION_TYPES}
        return {kind: group for kind, group in groups.items() if group}


def read_questions(path: Path) -> QuestionSet:
    """Return the questions of a UTF-8 JSON Lines file, with or without a byte order mark; other keys are ignored.

    Raises EvaluationError, naming file and line, for a file that cannot be read, holds no question, bad JSON,
    a missing or wrong key, or the same id twice.
    """
    data = read_bytes(path)
    questions: dict[str, Question] = {}
    for record in parse_lines(data, str(path)):
        question = _question(record)
        if question.id in questions:
            raise EvaluationError(f'{record.where}: the id "{question.id}" stands on an earlier line too: rename one')
        questions[question.id] = question
    if not questions:
        raise EvaluationError(f"{path} holds no questions: write one JSON object per line")
    return QuestionSet(path.name, sha256(data), tuple(questions.values()))


def _question(record: Record) -> Question:
    question = Question(
        id=record.identifier("id"),
        lang=record.identifier("lang"),
        type=record.text("type"),
        question=record.text("question"),
        gold=tuple(_gold(gold) for gold in record.records("gold")),
        municipalities=record.texts("municipalities"),
        answer=record.text("answer", blank=True),
        answer_keys=record.texts("answer_keys"),
    )
    if question.type not in QUESTION_TYPES:
        known = ", ".join(QUESTION_TYPES)
        raise EvaluationError(f"{record.where}: there is no type {question.type!r}: use one of {known}")
    if question.answerable and not question.gold:
        raise EvaluationError(f'{record.where}: "gold" is empty: add evidence or make the type unanswerable')
    if not question.answerable and question.gold:
        raise EvaluationError(f'{record.where}: an unanswerable question has "gold": empty it or change the type')
    if question.type == "crosscity" and not question.municipalities:
        raise EvaluationError(f'{record.where}: "municipalities" is empty: a crosscity question needs its cities')
    return question


def _gold(record: Record) -> Gold:
    quotes = record.texts("quotes")
    # A quote of nothing but tags or asterisks would be met by every passage.
    if not quotes or not all(normalise(quote) for quote in quotes):
        raise EvaluationError(f'{record.where}: "quotes" needs quotes that hold text: add what the document says')
    note = record.text("note", blank=True) if "note" in record.values else ""
    return Gold(record.text("doc"), quotes, note)
