"""Which answers of a run are wrong, and why, as far as the run and the gold tell: one line per fault."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from eval.measures import (
    KEY_CHARACTERS,
    WHOLE_ANSWER_TYPES,
    answered_cities,
    found_within,
    keys_missing,
    true_cities,
)
from eval.questions import Question
from eval.runs import RunLine
from eval.text import squeeze

Cause = Literal[
    "no line in the run",
    "declined though answerable",
    "answered though unanswerable",
    "no evidence retrieved",
    "evidence retrieved, not in the answer",
    "key beyond the first 300 characters",
    "missing city",
    "extra city",
]
CAUSES: tuple[Cause, ...] = get_args(Cause)
"""In the order of the reports."""

_EVIDENCE_CHARACTERS = 2000
_GIVEN_CHARACTERS = 200
_QUOTE_CHARACTERS = 80


@dataclass(frozen=True, slots=True)
class WrongAnswer:
    """One fault of an answer. expected: what a right answer has; given: the beginning of the answer.

    detail: what the cause is told by: the missing keys, the city and its best passage or quote.
    """

    id: str
    type: str
    question: str
    expected: str
    given: str
    cause: Cause
    detail: str


def wrong_answers(questions: Sequence[Question], lines: Mapping[str, RunLine]) -> tuple[WrongAnswer, ...]:
    """Return every fault of a run, in the order of the questions.

    An answer has several where it shows the wrong keys and the wrong cities. Questions whose gold has neither keys nor
    cities are wrong when no gold evidence is retrieved within 2,000 characters.
    """
    return tuple(
        WrongAnswer(
            question.id,
            question.type,
            question.question,
            _expected(question),
            _short(lines[question.id].answer.text, _GIVEN_CHARACTERS) if question.id in lines else "",
            cause,
            detail,
        )
        for question in questions
        for cause, detail in _faults(question, lines.get(question.id))
    )


def _faults(question: Question, line: RunLine | None) -> Iterator[tuple[Cause, str]]:
    if line is None:
        yield "no line in the run", ""
    elif question.answerable and line.answer.abstained:
        yield "declined though answerable", _confidence(line)
    elif question.answerable:
        yield from _of_content(question, line)
        if question.asks_for_cities:
            yield from _of_cities(question, line)
    elif not line.answer.abstained:
        yield (
            "answered though unanswerable",
            "; ".join(part for part in (_confidence(line), _first_quote(line)) if part),
        )


def _of_content(question: Question, line: RunLine) -> Iterator[tuple[Cause, str]]:
    is_found = found_within(question, line.passages, _EVIDENCE_CHARACTERS) > 0
    missing = keys_missing(question, line.answer.text)
    keys = "missing: " + ", ".join(missing) if missing else ""
    if not question.answer_keys:
        if not is_found and not question.asks_for_cities:
            yield "no evidence retrieved", ""
        return
    if not missing:
        return
    late = [key for key in missing if squeeze(key) in squeeze(line.answer.text)]
    if len(late) == len(missing):
        yield "key beyond the first 300 characters", keys
    elif is_found:
        yield "evidence retrieved, not in the answer", keys
    else:
        yield "no evidence retrieved", keys


def _of_cities(question: Question, line: RunLine) -> Iterator[tuple[Cause, str]]:
    answered, true = answered_cities(line.answer), true_cities(question)
    for city in sorted(true - answered):
        yield "missing city", f"{city} ({_best_passage(city, line)})"
    for city in sorted(answered - true):
        yield "extra city", f"{city} ({_shown_for(city, line)})"


def _best_passage(city: str, line: RunLine) -> str:
    for rank, passage in enumerate(line.passages, 1):
        if squeeze(passage.municipality) == city:
            return f"best passage at rank {rank}: {_short(passage.text, _QUOTE_CHARACTERS)}"
    return "no passage in the run"


def _shown_for(city: str, line: RunLine) -> str:
    strength = next((value for name, value in line.answer.strengths.items() if squeeze(name) == city), "")
    quote = next((one.quote for one in line.answer.citations if squeeze(one.municipality) == city), "")
    parts = [f"strength {strength}"] if strength else []
    parts += [f"quote {_short(quote, _QUOTE_CHARACTERS)}"] if quote else []
    return ", ".join(parts) or "no citation in the run"


def _first_quote(line: RunLine) -> str:
    return f"first quote: {_short(line.answer.citations[0].quote, _QUOTE_CHARACTERS)}" if line.answer.citations else ""


def _confidence(line: RunLine) -> str:
    return "" if line.answer.confidence is None else f"confidence {line.answer.confidence:.2f}"


def _expected(question: Question) -> str:
    if not question.answerable:
        return "declined: no document answers it"
    parts = [question.answer]
    if question.answer_keys:
        where = "" if question.type in WHOLE_ANSWER_TYPES else f" in the first {KEY_CHARACTERS} characters"
        parts.append(f"shows {', '.join(question.answer_keys)}{where}")
    if question.asks_for_cities:
        parts.append("cities " + ", ".join(question.municipalities))
    return "; ".join(part for part in parts if part)


def _short(text: str, characters: int) -> str:
    """Return the beginning of a text on one line."""
    line = " ".join(text.split())
    return line if len(line) <= characters else f"{line[: characters - 1]}…"
