"""Fitting the ranker: one weight a signal, from generated questions, and how that carries over to an unseen city.

The weights maximise the probability that a softmax over a question's candidates gives to those that answer it (ListNet,
Cao et al. 2007, with several right answers), and are kept at zero or more: every signal speaks for a passage.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from eval.generated import Generated
from eval.measures import met_gold
from eval.questions import Question
from eval.render import align
from search.model import Filters
from search.retrieval import Ranking
from search.signals import SIGNALS

if TYPE_CHECKING:
    from search.engine import SearchEngine

_RIDGE = 1e-4
_ROUNDS = 300
_DEPTH = 20

Mixture = NDArray[np.float32]
"""A weight for each signal, in the order of ``SIGNALS``; they add up to 1."""


@dataclass(frozen=True)
class Ranked:
    """One question's candidates. relevant: which are right; lengths: of their texts, in characters. kind: of question.

    municipality: that the question was made from, or of its first gold document.
    """

    signals: NDArray[np.float32]
    positions: NDArray[np.int64]
    relevant: NDArray[np.bool_]
    lengths: NDArray[np.int64]
    kind: str
    municipality: str


@dataclass(frozen=True)
class Quality:
    """Means over questions: S@1, S@500c and S@2000c by whole passages, MRR@20."""

    questions: int
    first: float
    within_500: float
    within_2000: float
    reciprocal: float


def rank_generated(engine: SearchEngine, questions: Sequence[Generated]) -> list[Ranked]:
    """Return the candidates of generated questions."""
    municipality = {document.id: document.municipality for document in engine.documents}
    ranked = []
    for question in questions:
        own = _candidates(engine, question.question)
        relevant = np.isin(own.positions, list(question.relevant))
        ranked.append(_ranked(engine, own, relevant, question.kind, municipality[question.document]))
    return ranked


def rank_gold(engine: SearchEngine, questions: Sequence[Question]) -> list[Ranked]:
    """Return the candidates of questions with gold evidence, those that have an answer."""
    municipality = {document.id: document.municipality for document in engine.documents}
    ranked = []
    for question in questions:
        if question.answerable:
            own = _candidates(engine, question.question)
            passages = [engine.passages[position] for position in own.positions]
            relevant = np.array([bool(met_gold(question, one.document.id, one.text)) for one in passages])
            city = municipality.get(question.gold[0].doc, "")
            ranked.append(_ranked(engine, own, relevant, question.type, city))
    return ranked


def _candidates(engine: SearchEngine, question: str) -> Ranking:
    query = engine.understand(question)
    return engine.candidates(query, Filters(municipalities=query.municipalities or None))


def _ranked(engine: SearchEngine, own: Ranking, relevant: NDArray[np.bool_], kind: str, municipality: str) -> Ranked:
    lengths = np.array([len(engine.passages[position].text) for position in own.positions])
    return Ranked(own.signals, own.positions, relevant, lengths, kind, municipality)


def fit(ranked: Sequence[Ranked]) -> Mixture:
    """Return the weights that rank right candidates first. Kinds of questions count by the root of their number."""
    import torch

    useful = [one for one in ranked if one.relevant.any() and not one.relevant.all()]
    counts = Counter(one.kind for one in useful)
    rows = max(len(one.positions) for one in useful)
    signals = torch.zeros(len(useful), rows, len(SIGNALS))
    absent = torch.ones(len(useful), rows, dtype=torch.bool)
    wrong = torch.ones(len(useful), rows, dtype=torch.bool)
    share = torch.tensor([counts[one.kind] ** -0.5 for one in useful])
    for at, one in enumerate(useful):
        signals[at, : len(one.signals)] = torch.from_numpy(one.signals)
        absent[at, : len(one.signals)] = False
        wrong[at, : len(one.signals)] = torch.from_numpy(~one.relevant)
    logarithm = torch.zeros(len(SIGNALS), requires_grad=True)
    optimiser = torch.optim.LBFGS([logarithm], lr=0.5, max_iter=_ROUNDS, line_search_fn="strong_wolfe")

    def loss() -> torch.Tensor:
        optimiser.zero_grad()
        weights = logarithm.exp()
        scores = (signals @ weights).masked_fill(absent, -1e9)
        surprise = scores.logsumexp(1) - scores.masked_fill(wrong, -1e9).logsumexp(1)
        value: torch.Tensor = (surprise * share).sum() / share.sum() + _RIDGE * weights.square().sum()
        value.backward()  # type: ignore[no-untyped-call]
        return value

    optimiser.step(loss)  # type: ignore[no-untyped-call]
    weights = logarithm.detach().exp().numpy()
    mixture: Mixture = weights / weights.sum()
    return mixture


def quality(ranked: Sequence[Ranked], mixture: Mixture) -> Quality:
    """Return how well weights rank questions."""
    scores = np.array([_score(one, mixture) for one in ranked]) if ranked else np.zeros((1, 4))
    return Quality(len(ranked), *map(float, scores.mean(axis=0)))


def _score(one: Ranked, mixture: Mixture) -> tuple[float, float, float, float]:
    order = np.lexsort((one.positions, -(one.signals @ mixture)))[:_DEPTH]
    hits = np.flatnonzero(one.relevant[order])
    if not len(hits):
        return 0.0, 0.0, 0.0, 0.0
    first = int(hits[0])
    read = int(one.lengths[order][: first + 1].sum())
    return float(first == 0), float(read <= 500), float(read <= 2000), 1 / (first + 1)


def by_unseen_city(generated: Sequence[Ranked], gold: Sequence[Ranked]) -> Iterator[tuple[str, str, Quality, Quality]]:
    """Yield, for each city and set of questions, the quality of weights fitted without the city, and with all cities.

    The sets are ``generated`` and ``calibration``: the questions about that city, of which none was fitted on.
    """
    whole = fit(generated)
    sets: Mapping[str, Mapping[str, list[Ranked]]] = {
        "generated": _by_city(generated),
        "calibration": _by_city(gold),
    }
    for city in sorted(sets["generated"]):
        without = fit([one for one in generated if one.municipality != city])
        for name, cities in sets.items():
            own = cities.get(city, [])
            if own:
                yield city, name, quality(own, without), quality(own, whole)


def _by_city(ranked: Sequence[Ranked]) -> dict[str, list[Ranked]]:
    cities: dict[str, list[Ranked]] = defaultdict(list)
    for one in ranked:
        cities[one.municipality].append(one)
    return cities


def carry_over_text(generated: Sequence[Ranked], gold: Sequence[Ranked]) -> str:
    """Return a table of ``by_unseen_city``."""
    head = ["city", "questions", "n", "S@1", "S@500c", "S@2000c", "MRR"]
    rows = [head]
    for city, name, without, whole in by_unseen_city(generated, gold):
        pairs = zip(_values(without), _values(whole), strict=True)
        rows.append([city, name, str(without.questions), *(f"{one:.3f} ({other:.3f})" for one, other in pairs)])
    return f"{align(rows)}\n\nWeights fitted without the city's questions; in brackets with them."


def _values(one: Quality) -> tuple[float, ...]:
    return one.first, one.within_500, one.within_2000, one.reciprocal
