"""What the search declines: risk and coverage over answerable questions and ones that nothing answers.

The answerable ones are the calibration questions and questions generated from the documents, the others are made of
them (``eval.unanswerable``). ``Answer.confidence`` orders all of them; a threshold on it trades coverage, the share of
questions that are answered, for risk, the share of the answered that should not have been or were answered with the
wrong passages (selective prediction: El-Yaniv & Wiener 2010, Geifman & El-Yaniv 2017).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from corpus.model import Citation
from corpus.municipalities import find_municipalities
from eval.generated import generate
from eval.measures import met_gold
from eval.questions import Question
from eval.report import round_numbers
from eval.unanswerable import EXCHANGED, Source, Unanswerable, exchange

if TYPE_CHECKING:
    from search.engine import SearchEngine
    from search.model import Answer

ANSWERABLE = "answerable"
_BINS = 10
_GENERATED = 2000
# Words picked from sentences and passages do not ask for anything definite.
_OF_INITIATIVES = ("title", "department", "action", "kpi-baseline", "kpi-target", "kpi-actual")
_SHOWN = 3  # hits that a declined question is judged by


@dataclass(frozen=True, slots=True)
class Asked:
    """One question with what was made of it.

    kind: ``ANSWERABLE``, or what was exchanged; origin: the calibration question or ``generated``; old, new: what was
    exchanged. named: it names a city that has documents, or in the place of which another was put. right: the best
    passages answer it; never for a question that nothing answers.
    """

    question: str
    kind: str
    origin: str
    named: bool
    confidence: float
    declined: bool
    right: bool
    old: str = ""
    new: str = ""


@dataclass(frozen=True, slots=True)
class Share:
    """How many questions of a group there are, and how many of them were declined."""

    kind: str
    scope: str
    count: int
    declined: int

    @property
    def share(self) -> float | None:
        """Return the share of declined questions; None for an empty group."""
        return self.declined / self.count if self.count else None


@dataclass(frozen=True, slots=True)
class Point:
    """One threshold: the share of questions of at least this confidence, and how many of these should be declined."""

    threshold: float
    coverage: float
    risk: float


@dataclass(frozen=True, slots=True)
class Bin:
    """Questions of like confidence: its mean, and the share of them that the documents answer."""

    first: float
    last: float
    count: int
    predicted: float
    observed: float


@dataclass(frozen=True, slots=True)
class AbstentionReport:
    """All of it. documents, passages: of the index. asked: in the order of asking."""

    documents: int
    passages: int
    asked: tuple[Asked, ...]

    def shares(self) -> list[Share]:
        """Return what was declined, for each kind of question: of all, of those that name a city, of the others."""
        rows = []
        for kind in (ANSWERABLE, *EXCHANGED):
            for scope, named in (("all", None), ("city named", True), ("no city named", False)):
                own = [one for one in self.asked if one.kind == kind and named in (None, one.named)]
                rows.append(Share(kind, scope, len(own), sum(one.declined for one in own)))
        return rows

    def shipped(self) -> Point:
        """Return coverage and risk of what was answered; the threshold is the least confidence among it."""
        answered = [one for one in self.asked if not one.declined]
        least = min((one.confidence for one in answered), default=1.0)
        return Point(least, len(answered) / max(1, len(self.asked)), _risk(answered))

    def curve(self) -> list[Point]:
        """Return risk and coverage at every threshold, the highest first."""
        ordered = sorted(self.asked, key=lambda one: -one.confidence)
        points = []
        for at, one in enumerate(ordered, 1):
            if at == len(ordered) or ordered[at].confidence < one.confidence:
                points.append(Point(one.confidence, at / len(ordered), _risk(ordered[:at])))
        return points

    def tenths(self) -> list[Point]:
        """Return the curve at every tenth of coverage, by the highest threshold that covers as much."""
        curve = self.curve()
        wanted = [tenth / 10 for tenth in range(1, 11)] if curve else []
        return list(dict.fromkeys(next(point for point in curve if point.coverage >= least - 1e-9) for least in wanted))

    def aurc(self) -> float:
        """Return the area under the curve: the mean risk over all coverages; questions of one confidence share it."""
        return _area([(one.confidence, one.right) for one in self.asked])

    def best_aurc(self) -> float:
        """Return the area that these answers would have if every right one had more confidence than every other."""
        return _area([(float(one.right), one.right) for one in self.asked])

    def bins(self) -> list[Bin]:
        """Return the reliability of the confidence in ten bins, empty ones left out."""
        found = []
        for at in range(_BINS):
            own = [one for one in self.asked if min(int(one.confidence * _BINS), _BINS - 1) == at]
            if own:
                predicted = math.fsum(one.confidence for one in own) / len(own)
                observed = sum(one.kind == ANSWERABLE for one in own) / len(own)
                found.append(Bin(at / _BINS, (at + 1) / _BINS, len(own), predicted, observed))
        return found

    def calibration_error(self) -> float:
        """Return the expected calibration error over the bins (Naeini et al. 2015)."""
        return math.fsum(one.count * abs(one.predicted - one.observed) for one in self.bins()) / max(1, len(self.asked))

    def wrong(self) -> list[Asked]:
        """Return what was answered but should not have been, then what should have been, the surest error first."""
        answered = [one for one in self.asked if not one.declined and one.kind != ANSWERABLE]
        declined = [one for one in self.asked if one.declined and one.kind == ANSWERABLE]
        return [
            *sorted(answered, key=lambda one: (EXCHANGED.index(one.kind), -one.confidence, one.question)),
            *sorted(declined, key=lambda one: (one.confidence, one.question)),
        ]

    def to_json(self) -> dict[str, Any]:
        """Return the report as JSON values, numbers rounded to 4 digits; dump it with sorted keys."""
        values = {
            "documents": self.documents,
            "passages": self.passages,
            "questions": len(self.asked),
            "declined": [{**asdict(one), "share": one.share} for one in self.shares()],
            "shipped": asdict(self.shipped()),
            "aurc": self.aurc(),
            "best_aurc": self.best_aurc(),
            "calibration_error": self.calibration_error(),
            "bins": [asdict(one) for one in self.bins()],
            "curve": [asdict(one) for one in self.tenths()],
            "wrong": [asdict(one) for one in self.wrong()],
        }
        rounded: dict[str, Any] = round_numbers(values)
        return rounded


def measure_abstention(
    engine: SearchEngine, questions: Sequence[Question], each: int = 150, *, progress: bool = False
) -> AbstentionReport:
    """Return what an engine makes of questions with and without an answer; always the same for the same index.

    questions: of which the answerable ones are taken, and added to from the documents until there are as many as
    unanswerable ones. each: unanswerable questions of each kind, at most.
    """
    from tqdm import tqdm

    plans = list(_plans(engine, questions, each))
    bar = tqdm(plans, desc="asking", unit="question", disable=not progress)
    return AbstentionReport(len(engine.documents), len(engine.passages), tuple(_ask(engine, plan) for plan in bar))


@dataclass(frozen=True, slots=True)
class _Plan:
    """A question to ask. answers: whether the passage at a position of the index answers it."""

    question: str
    kind: str
    origin: str
    answers: Callable[[int], bool]
    made: Unanswerable | None = None


def _plans(engine: SearchEngine, questions: Sequence[Question], each: int) -> Iterator[_Plan]:
    answerable = [question for question in questions if question.answerable]
    generated = [one for one in generate(engine, _GENERATED) if one.kind in _OF_INITIATIVES]
    sources = [Source(one.question, one.id) for one in answerable if one.type != "paraphrase"]  # no term to exchange
    sources += [Source(one.question, "generated", has_topic=False) for one in generated]
    made = exchange(engine, sources, each)
    for question in answerable[: len(made)]:
        yield _Plan(question.question, ANSWERABLE, question.id, _meets(engine, question))
    for one in generated[: max(0, len(made) - len(answerable))]:
        yield _Plan(one.question, ANSWERABLE, "generated", one.relevant.__contains__)
    for unanswerable in made:
        origin = unanswerable.source.origin
        yield _Plan(unanswerable.question, unanswerable.kind, origin, lambda position: False, unanswerable)


def _meets(engine: SearchEngine, question: Question) -> Callable[[int], bool]:
    def meets(position: int) -> bool:
        passage = engine.passages[position]
        return bool(met_gold(question, passage.document.id, passage.text))

    return meets


def _ask(engine: SearchEngine, plan: _Plan) -> Asked:
    answer = engine.ask(plan.question)
    named = any(one.in_collection for one in find_municipalities(plan.question, engine.municipalities))
    return Asked(
        question=plan.question,
        kind=plan.kind,
        origin=plan.origin,
        named=named if plan.made is None else plan.made.named,
        confidence=answer.confidence,
        declined=answer.abstained,
        right=any(plan.answers(at) for one in _shown(answer) for at in _passages(engine, one)),
        old=plan.made.old if plan.made else "",
        new=plan.made.new if plan.made else "",
    )


def _shown(answer: Answer) -> Sequence[Citation]:
    """Return what an answer stands on; what it would have stood on when it was declined."""
    return answer.citations or [hit.citation for hit in answer.hits[:_SHOWN]]


def _passages(engine: SearchEngine, citation: Citation) -> Iterator[int]:
    """Return the positions of the passages that a citation is of."""
    start, end = citation.span
    for position, passage in enumerate(engine.passages):
        is_same = passage.document.id == citation.document.id
        if is_same and passage.span[0] < end and start < passage.span[1]:
            yield position


def _risk(answered: Sequence[Asked]) -> float:
    return sum(not one.right for one in answered) / len(answered) if answered else 0.0


def _area(scored: Sequence[tuple[float, bool]]) -> float:
    """Return the mean, over all numbers of accepted questions, of the share of wrong ones among them.

    Of questions with one confidence any order is as likely: the expected share is taken.
    """
    ordered = sorted(scored, key=lambda one: -one[0])
    total = wrong = 0.0
    at = 0
    while at < len(ordered):
        end = at
        while end < len(ordered) and ordered[end][0] == ordered[at][0]:
            end += 1
        rate = sum(not right for _, right in ordered[at:end]) / (end - at)
        for position in range(at, end):
            wrong += rate
            total += wrong / (position + 1)
        at = end
    return total / len(ordered) if ordered else 0.0
