"""The measures of DESIGN, per question, and two of how answers are cited. Every value is a share in 0..1.

Higher is better, but for ``LOWER_IS_BETTER``. ``quotes``: share of the answer's citations whose quote stands, character
for character, at its span in the document. ``uncited``: share of the answer's statements and table rows without a
citation, or with the number of one that the answer does not have.

A measure that does not apply to a question has no value for it. A question that the run lacks has the value 0 in every
measure that applies to it, so it never vanishes from an average (and is not counted as declined).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import ir_measures
from ir_measures import RR, Qrel, ScoredDoc, Success, nDCG

from eval.questions import Question
from eval.runs import RunAnswer, RunCitation, RunLine, RunPart, RunPassage
from eval.text import normalise, squeeze

RETRIEVAL_MEASURES = ("S@1", "S@10", "MRR@10", "nDCG@10", "S@500c", "S@2000c", "cov@10")
CITATION_MEASURES = ("quotes", "uncited")
MEASURES = (*RETRIEVAL_MEASURES, "city F1", "city exact", "keys", "abstain", "false abstain", *CITATION_MEASURES)
"""All measures, in the order of the reports."""

LOWER_IS_BETTER = frozenset({"false abstain", "uncited"})
WHOLE_ANSWER_TYPES = frozenset({"list", "crosscity", "precedent", "english"})
"""Types whose answer keys may stand anywhere in the answer."""

KEY_CHARACTERS = 300
"""For the other types: how much of the answer text is read for the keys."""

_RANKED = {"S@1": Success @ 1, "S@10": Success @ 10, "MRR@10": RR @ 10, "nDCG@10": nDCG @ 10}
_NO_LINE = RunLine("", (), RunAnswer("", (), abstained=False), None)

Scores = Mapping[str, Mapping[str, float]]
"""Question id to measure to value; measures that do not apply are left out."""


def score(
    questions: Sequence[Question], lines: Mapping[str, RunLine], texts: Mapping[str, str] | None = None
) -> Scores:
    """Return the value of each measure for each question.

    texts: the canonical texts of all documents that may be cited, by id; without them ``quotes`` applies to nothing.
    """
    ranked = _ranked_measures(questions, lines)
    scores: dict[str, dict[str, float]] = {}
    for question in questions:
        line = lines.get(question.id, _NO_LINE)
        others = {**_other_measures(question, line), **_citation_measures(line.answer, texts)}
        scores[question.id] = {**ranked.get(question.id, {}), **others}
    return scores


def met_gold(question: Question, doc: str, text: str) -> frozenset[int]:
    """Return which gold entries (indices into ``question.gold``) a passage ``text`` from document ``doc`` meets.

    An entry is met when the passage is from its document and holds one of its quotes, both normalised.
    """
    held = normalise(text)
    return frozenset(
        index
        for index, gold in enumerate(question.gold)
        if gold.doc == doc and any(normalise(quote) in held for quote in gold.quotes)
    )


def gains(question: Question, passages: Sequence[RunPassage]) -> list[int]:
    """Return per passage 1 when it meets a gold entry that no passage above it meets, else 0."""
    met: set[int] = set()
    values = []
    for passage in passages:
        new = met_gold(question, passage.doc, passage.text) - met
        values.append(1 if new else 0)
        met |= new
    return values


def _ranked_measures(questions: Sequence[Question], lines: Mapping[str, RunLine]) -> dict[str, dict[str, float]]:
    """Return Success@1, Success@10, RR@10 (Voorhees 1999) and nDCG@10 (Järvelin & Kekäläinen 2002) by ir_measures.

    The number of relevant items of a question is its number of gold entries. An entry is credited once, to the first
    passage that meets it: that passage has gain 1, one that meets only credited entries has gain 0, one that meets
    several new entries at once still has gain 1. So nDCG stays within 0..1, repeating evidence gains nothing, and
    a passage that swallows several entries cannot reach 1 where single ones could. The first relevant
    passage always has gain 1, so Success and RR are the usual ones.
    """
    qrels: list[Qrel] = []
    docs: list[ScoredDoc] = []
    answerable = [question for question in questions if question.answerable]
    for number, question in enumerate(answerable):
        passages = lines.get(question.id, _NO_LINE).passages
        query = str(number)
        values = gains(question, passages)
        docs += [ScoredDoc(query, f"passage-{rank}", -float(rank)) for rank in range(len(passages))]
        qrels += [Qrel(query, f"passage-{rank}", 1) for rank, gain in enumerate(values) if gain]
        # The ideal ranking has one item per gold entry, whether the run found it or not.
        qrels += [Qrel(query, f"not-found-{n}", 1) for n in range(len(question.gold) - sum(values))]
    result: dict[str, dict[str, float]] = {question.id: dict.fromkeys(_RANKED, 0.0) for question in answerable}
    names = {measure: name for name, measure in _RANKED.items()}
    if qrels and docs:
        for metric in ir_measures.iter_calc(list(names), qrels, docs):
            result[answerable[int(metric.query_id)].id][names[metric.measure]] = float(metric.value)
    return result


def _other_measures(question: Question, line: RunLine) -> dict[str, float]:
    values: dict[str, float] = {}
    if question.answerable:
        values["S@500c"] = found_within(question, line.passages, 500)
        values["S@2000c"] = found_within(question, line.passages, 2000)
        values["cov@10"] = coverage(question, line.passages[:10])
        values["false abstain"] = float(line.answer.abstained)
    else:
        values["abstain"] = float(line.answer.abstained)
    if question.asks_for_cities:
        values["city F1"], values["city exact"] = city_agreement(question, line.answer)
    if question.answer_keys:
        values["keys"] = keys_shown(question, line.answer.text)
    return values


def _citation_measures(answer: RunAnswer, texts: Mapping[str, str] | None) -> dict[str, float]:
    """Return how an answer is cited. What the run does not tell (spans, statements) is not measured."""
    values: dict[str, float] = {}
    if answer.abstained:
        return values
    if texts is not None and answer.citations and all(citation.span for citation in answer.citations):
        values["quotes"] = sum(stands(citation, texts) for citation in answer.citations) / len(answer.citations)
    if answer.parts:
        values["uncited"] = sum(not is_cited(part, answer) for part in answer.parts) / len(answer.parts)
    return values


def stands(citation: RunCitation, texts: Mapping[str, str]) -> bool:
    """Return whether a quote stands at its span in its document; not in a document that is not among ``texts``."""
    text = texts.get(citation.doc)
    return text is not None and citation.span is not None and text[slice(*citation.span)] == citation.quote


def is_cited(part: RunPart, answer: RunAnswer) -> bool:
    """Return whether a statement or row has citations, and the answer has each of them."""
    return bool(part.citations) and max(part.citations) <= len(answer.citations)


def found_within(question: Question, passages: Sequence[RunPassage], characters: int) -> float:
    """Return 1 when a gold quote stands wholly within the first ``characters`` of passage text, else 0.

    Passage texts are read from the top, as they are, without anything between them; a quote must lie inside what is
    read of one passage. So a long passage does not win by being long (the character budget of DESIGN).
    """
    left = characters
    for passage in passages:
        portion = passage.text[:left]
        if met_gold(question, passage.doc, portion):
            return 1.0
        left -= len(portion)
        if left <= 0:
            break
    return 0.0


def coverage(question: Question, passages: Sequence[RunPassage]) -> float:
    """Return the share of the distinct gold documents from which ``passages`` holds a relevant passage."""
    covered = {passage.doc for passage in passages if met_gold(question, passage.doc, passage.text)}
    return len(covered) / len({gold.doc for gold in question.gold})


def answered_cities(answer: RunAnswer) -> frozenset[str]:
    """Return the answer's municipalities, normalised; none when it abstained."""
    return frozenset() if answer.abstained else frozenset(squeeze(name) for name in answer.municipalities)


def true_cities(question: Question) -> frozenset[str]:
    """Return the question's municipalities, normalised."""
    return frozenset(squeeze(name) for name in question.municipalities)


def city_agreement(question: Question, answer: RunAnswer) -> tuple[float, float]:
    """Return F1 (van Rijsbergen 1979, equal weights) and equality of the answered set of cities and the true one."""
    answered, true = answered_cities(answer), true_cities(question)
    return 2 * len(answered & true) / (len(answered) + len(true)), float(answered == true)


def keys_shown(question: Question, text: str) -> float:
    """Return the share of ``answer_keys`` in the answer text, of most types in its first 300 characters."""
    keys = len(question.answer_keys)
    return (keys - len(keys_missing(question, text))) / keys


def keys_missing(question: Question, text: str) -> list[str]:
    """Return the ``answer_keys`` that ``keys_shown`` does not find."""
    held = squeeze(text if question.type in WHOLE_ANSWER_TYPES else text[:KEY_CHARACTERS])
    return [key for key in question.answer_keys if squeeze(key) not in held]
