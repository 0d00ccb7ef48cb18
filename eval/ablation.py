"""What each part of the search is worth: each is switched off, one at a time, all else equal.

Parts are the expansions of a question, what it says of the documents that it means, each signal of the ranking, the
spread over documents, and the fitting of the embedded encoder to the field. Parts stand in for each other: what one
loses when it is off is what only it can do, not all that it does. Nothing is fitted anew without a part.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from corpus.library import load_documents
from corpus.settings import Settings
from eval.jsonl import EvaluationError
from eval.measures import Scores, score
from eval.questions import Question, QuestionSet
from eval.render import align
from eval.report import TOTAL, mean_scores, round_numbers
from eval.runs import RunAnswer, RunLine, RunPassage
from eval.searching import open_engine
from indexer.build import build
from indexer.encoder import EMBEDDED, EMBEDDED_BASE, Encoder, EncoderError
from search.engine import SearchEngine
from search.errors import SearchError
from search.model import Filters
from search.query import Query
from search.retrieval import Ranking
from search.signals import SIGNALS
from search.weights import load_weights

MEASURES = ("S@1", "MRR@10", "S@500c", "S@2000c", "cov@10")
TYPES = ("paraphrase", "english")
"""Types of questions whose S@2000c is shown too: those in other words than the documents'."""

BEGIN, END = "<!-- ablation: begin -->", "<!-- ablation: end -->"
"""Between these lines of a page the tables stand."""

_TOP_K = 20
_BY_TYPE = "S@2000c"
_NO_ANSWER = RunAnswer("", (), abstained=False)
_NOTE = f"""\
Each line: the search without that part, as the difference from the whole. changed: questions whose first {_TOP_K}
passages differ. {" and ".join(TYPES)}: {_BY_TYPE} of that type. Blank: no difference; a dash: no such question."""

Values = Mapping[str, float | None]
"""Means by column: ``MEASURES`` over all answerable questions, then ``TYPES``; None without such questions."""


@dataclass(frozen=True)
class Part:
    """What is switched off: kinds of what is understood of a question (``ignored``), or weights (``zeroed``)."""

    name: str
    ignored: tuple[str, ...] = ()
    zeroed: tuple[str, ...] = ()


_EXPANSIONS = ("synonyms", "everyday", "translation", "spelling")
_CONDITIONS = ("municipality", "year", "document", "document_kind", "department", "status")
_FIGURES = ("numbers", "role", "date", "numeric_target")
_COSINES = ("passage", "sentence", "title", "passage_alone")

PARTS = (
    *(Part(f"expansion: {kind}", ignored=(kind,)) for kind in _EXPANSIONS),
    Part("expansion: all four", ignored=_EXPANSIONS),
    *(Part(f"question: {kind}", ignored=(kind,)) for kind in _CONDITIONS),
    Part("question: figures asked for", ignored=_FIGURES),
    *(Part(f"signal: {name}", zeroed=(name,)) for name in SIGNALS),
    Part("signal: all four cosines", zeroed=_COSINES),
    Part("spread over documents", zeroed=("spread",)),
)
ENCODER_PART = "encoder: fitted to the field"


@dataclass(frozen=True)
class Without:
    """What is found without a part. changed: number of questions whose passages differ. values: the means then."""

    part: str
    changed: int
    values: Values


@dataclass(frozen=True)
class Ablation:
    """The table of one file of questions. questions: the answerable ones. whole: the means of the whole search."""

    name: str
    sha256: str
    questions: int
    whole: Values
    without: tuple[Without, ...]

    def to_json(self) -> dict[str, Any]:
        """Return the table as JSON values, numbers rounded to 4 digits."""
        parts = {one.part: {"changed": one.changed, "measures": one.values} for one in self.without}
        values = {
            "questions": {"file": self.name, "sha256": self.sha256, "answerable": self.questions},
            "whole": self.whole,
            "without": parts,
        }
        rounded: dict[str, Any] = round_numbers(values)
        return rounded


class _Engine(SearchEngine):
    """An engine that keeps the candidates of a question: weights have no part in them."""

    known: dict[Any, Ranking]

    def candidates(self, query: Query, filters: Filters | None = None, focus: Filters | None = None) -> Ranking:
        key = query.text, query.recognised, repr(filters), repr(focus)
        if key not in self.known:
            self.known[key] = super().candidates(query, filters, focus)
        return self.known[key]


def ablate(
    index: Path | None, sets: Sequence[QuestionSet], parts: Sequence[Part] = PARTS, *, progress: bool = False
) -> list[Ablation]:
    """Return the table of each set of questions, in their order, by searching an index (None: the default one).

    The encoder is a part where the index holds the vectors of the embedded one, the catalogue its documents, and the
    encoder as it is without the fitting can be loaded. With ``progress`` a bar on stderr counts the parts.

    Raises EvaluationError when the index cannot be searched, or a set has no question that can be answered.
    """
    from tqdm import tqdm

    tables = [_Table(asked) for asked in sets]
    whole = _opened(index, open_engine(index).encoder, ())
    for table in tables:
        table.search_whole(whole)
    with (
        _before_fitting(whole) as base,
        tqdm(total=len(parts), desc="without", unit="part", disable=not progress) as bar,
    ):
        for part in parts:
            engine = _reopened(index, whole, part.zeroed) if part.zeroed else whole
            for table in tables:
                table.search_without(part.name, engine, part.ignored)
            bar.update()
        if base:
            for table in tables:
                table.search_without(ENCODER_PART, base, ())
    return [table.ablation() for table in tables]


class _Table:
    """One set of questions, as it is searched."""

    def __init__(self, asked: QuestionSet) -> None:
        self._asked = asked
        self._questions = [question for question in asked.questions if question.answerable]
        if not self._questions:
            raise EvaluationError(f"{asked.name} holds no question that can be answered: give another file")
        self._queries: dict[str, Query] = {}
        self._lines: dict[str, RunLine] = {}
        self._scores: Scores = {}
        self._without: list[Without] = []

    def search_whole(self, engine: SearchEngine) -> None:
        for question in self._questions:
            try:
                self._queries[question.id] = engine.understand(question.question)
            except SearchError as error:
                raise EvaluationError(f"{self._asked.name}, {question.id}: {error}") from None
            self._lines[question.id] = _line(engine, question, ())
        self._scores = score(self._questions, self._lines)

    def search_without(self, part: str, engine: SearchEngine, ignored: tuple[str, ...]) -> None:
        lines: dict[str, RunLine] = {}
        for question in self._questions:
            before = self._lines[question.id]
            # What is not read otherwise is not found otherwise.
            is_same = bool(ignored) and engine.understand(question.question, ignored) == self._queries[question.id]
            line = before if is_same else _line(engine, question, ignored)
            if line != before:
                lines[question.id] = line
        changed = [question for question in self._questions if question.id in lines]
        values = self._values({**self._scores, **score(changed, lines)})
        self._without.append(Without(part, len(changed), values))

    def ablation(self) -> Ablation:
        whole = self._values(self._scores)
        return Ablation(self._asked.name, self._asked.sha256, len(self._questions), whole, tuple(self._without))

    def _values(self, scores: Scores) -> Values:
        means = mean_scores(replace(self._asked, questions=tuple(self._questions)), scores)
        total = {measure: means[TOTAL][measure] for measure in MEASURES}
        return {**total, **{kind: means[kind][_BY_TYPE] if kind in means else None for kind in TYPES}}


def _line(engine: SearchEngine, question: Question, ignored: tuple[str, ...]) -> RunLine:
    passages = (hit.passage for hit in engine.search(question.question, _TOP_K, ignore=ignored))
    return RunLine(question.id, tuple(RunPassage(one.document.id, one.text) for one in passages), _NO_ANSWER, None)


def _opened(index: Path | None, encoder: Encoder, zeroed: tuple[str, ...]) -> _Engine:
    weights = replace(load_weights(), **dict.fromkeys(zeroed, 0.0))
    engine = _Engine.open(index, encoder=encoder, weights=weights)
    assert isinstance(engine, _Engine)
    engine.known = {}
    return engine


def _reopened(index: Path | None, whole: _Engine, zeroed: tuple[str, ...]) -> _Engine:
    """Return the engine with some weights at zero; its candidates are those of the whole one."""
    engine = _opened(index, whole.encoder, zeroed)
    if engine.manifest != whole.manifest:
        raise EvaluationError("the index was published anew meanwhile: start the command again")
    engine.known = whole.known
    return engine


@contextmanager
def _before_fitting(whole: SearchEngine) -> Iterator[SearchEngine | None]:
    """Give an engine over the same documents by the embedded encoder before its fitting, or None without one."""
    catalogue = load_documents(Settings.from_environment())
    encoder = None
    if whole.encoder.name == EMBEDDED and tuple(catalogue.documents) == whole.documents:
        with suppress(EncoderError):
            encoder = Encoder.load(EMBEDDED_BASE)
    if encoder is None:
        yield None
        return
    with tempfile.TemporaryDirectory() as folder:
        build(catalogue, Path(folder), encoder)
        yield _opened(Path(folder), encoder, ())


def ablation_text(tables: Sequence[Ablation]) -> str:
    """Return the tables as text: the values of the whole search, then the differences without each part."""
    parts = [f"{table.name}, {table.questions} questions\n\n{_aligned(table)}" for table in tables]
    return "\n\n".join([*parts, _NOTE])


def _aligned(table: Ablation) -> str:
    rows = [["without", "changed", *MEASURES, *TYPES], ["(nothing)", "", *map(_number, table.whole.values())]]
    for one in table.without:
        pairs = zip(one.values.values(), table.whole.values(), strict=True)
        rows.append([one.part, str(one.changed or ""), *(_difference(*pair) for pair in pairs)])
    return "\n".join(line.rstrip() for line in align(rows).splitlines())


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"


def _difference(value: float | None, whole: float | None) -> str:
    if value is None or whole is None:
        return "-"
    difference = round(value - whole, 3)
    return f"{difference:+.3f}".replace("-", "−") if difference else ""


def with_tables(page: str, text: str, name: str) -> str:
    """Return a Markdown page with a text between its markers in place of what stands there.

    Raises EvaluationError, which names the page, when it has not each marker once, in order.
    """
    head, begin, rest = page.partition(BEGIN)
    _, end, tail = rest.partition(END)
    if not (begin and end) or page.count(BEGIN) + page.count(END) != 2:
        raise EvaluationError(f"{name}: put the lines {BEGIN} and {END} where the tables belong, each once, in order")
    return f"{head}{BEGIN}\n```text\n{text}\n```\n{END}{tail}"
