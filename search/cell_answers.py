"""The cells that a question asks for, worded: one sentence for each indicator, with its proofs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from corpus.model import Citation, Initiative, Kpi, Passage, inside
from search.cells_asked import CellsAsked, cells_asked
from search.citations import plain
from search.differences import compared, difference, difference_sentence
from search.holdings import Holdings
from search.indicator_values import cell_citations, dated_value, missing_sentence, values_sentence
from search.indicators import CellMatch
from search.model import QuestionKind, Statement
from search.proofs import Question

_KINDS: frozenset[QuestionKind] = frozenset(("fact", "progress", "compare", "passages"))
_BEST_PASSAGES = 3
_SENTENCES = 2
_OF_ANY_ROLE = 3
_ROLES = ("baseline", "target", "actual")


@dataclass(frozen=True, slots=True)
class Values:
    """An indicator of one municipality in the cells of a table.

    by_role: of baseline, target and actual the value asked for, else the newest, with its year; empty without any.
    """

    name: str
    by_role: tuple[str, str, str]
    citations: tuple[Citation, ...]


@dataclass(frozen=True)
class Cells:
    """What was read of the cells that a question asks for.

    said: sentences by municipality, the surest first. values: the surest indicator of each, with a value of each role.
    remarks: what of it was not read. blank: the same, where the question asks for nothing else: then nothing answers
    it. initiative: of the surest cell.
    """

    said: Mapping[str, tuple[Statement, ...]] = field(default_factory=dict)
    values: Mapping[str, Values] = field(default_factory=dict)
    remarks: tuple[str, ...] = ()
    blank: str = ""
    initiative: Initiative | None = None

    def first(self, municipality: str) -> Statement | None:
        """Return the surest sentence about a municipality; None without any."""
        return next(iter(self.said.get(municipality, ())), None)


def cells_of(question: Question) -> Cells:
    """Return the cells that a question asks for, of the documents in its ranking."""
    query, holdings = question.query, question.holdings
    if question.asked.kind not in _KINDS:
        return Cells()
    passages = [holdings.passages[position] for position in question.ranking.positions.tolist()]
    admitted: dict[str, list[Passage]] = {}
    for passage in passages:
        admitted.setdefault(passage.document.id, []).append(passage)
    wished = cells_asked(query.body)
    matches = holdings.indicators.match(query, passages[:_BEST_PASSAGES])
    matches = [match for match in matches if match.series.document.id in admitted]
    read: dict[str, list[tuple[CellMatch, list[Statement]]]] = {}
    for match in matches:
        own = _statements(match, wished, query.language, admitted[match.series.document.id], holdings)
        if own:
            read.setdefault(match.series.document.municipality, []).append((match, own))
    said = {name: _told(own, query.language) for name, own in read.items()}
    surest = [own[0][0] for own in read.values()]
    remarks = [missing_sentence(match.series, one, query.language) for match in surest for one in match.missing]
    blank = ""
    # 何をしましたか asks for no value: only the word itself does.
    asks = any(word.role == "actual" for word in wished.words)
    if asks and matches and not any(match.asked for match in matches) and _is_blank(matches[0], holdings):
        blank = missing_sentence(matches[0].series, matches[0].missing[0], query.language)
    values = {}
    for match in surest:
        document, cells = match.series.document, _chosen(match, wished)
        values[document.municipality] = _values(match, cells, query.language, admitted[document.id], holdings)
    first = surest[0].series.initiative if surest else None
    return Cells(said, values, tuple(dict.fromkeys(remarks)), blank, first)


def _values(
    match: CellMatch, asked: Sequence[Kpi], language: str, passages: Sequence[Passage], holdings: Holdings
) -> Values:
    """Return the values of a match, as far as each has a proof."""
    shown: list[str] = []
    citations: list[Citation] = []
    for role in _ROLES:
        newest = [one for one in match.series.values if one.role == role][-1:]
        cells = [one for one in asked if one.role == role] or newest
        proof = _cited("", cells, passages, holdings) if cells else None
        shown.append("、".join(dated_value(cell, language) for cell in cells) if proof else "")
        citations += proof.citations if proof else ()
    return Values(plain(match.series.name), (shown[0], shown[1], shown[2]), tuple(dict.fromkeys(citations)))


def _told(read: Sequence[tuple[CellMatch, Sequence[Statement]]], language: str) -> tuple[Statement, ...]:
    """Return the first sentences about a municipality; where several documents speak, each with its title."""
    told = [(match.series.document, one) for match, own in read for one in own][:_SENTENCES]
    if len({document.id for document, _ in told}) == 1:
        return tuple(one for _, one in told)
    name = "「{}」では、{}" if language == "ja" else "In 「{}」: {}"
    return tuple(Statement(name.format(plain(document.title), one.text), one.citations) for document, one in told)


def _statements(
    match: CellMatch, wished: CellsAsked, language: str, passages: Sequence[Passage], holdings: Holdings
) -> list[Statement]:
    cells = _chosen(match, wished)
    pairs = [(values_sentence(match.series, cells, language), cells)] if cells else []
    pair = compared(match) if wished.difference else None
    if pair and (apart := difference(*pair)):
        pairs.append((difference_sentence(apart, language), pair))
    return [said for text, cells in pairs if (said := _cited(text, cells, passages, holdings))]


def _chosen(match: CellMatch, wished: CellsAsked) -> Sequence[Kpi]:
    """Return the values to show: those asked for, or the few there are where the question does not say which."""
    says_nothing = not wished.words and not wished.years and len(match.series.values) <= _OF_ANY_ROLE
    return match.series.values if match.asked and says_nothing else match.asked


def _cited(text: str, cells: Sequence[Kpi], passages: Sequence[Passage], holdings: Holdings) -> Statement | None:
    """Return a sentence with its proofs; None unless each of its cells has one in the passages that filters admit."""
    found = [holdings.checked(one) for one in cell_citations(cells, passages)]
    citations = tuple(one for one in found if one is not None)
    is_proven = all(any(inside(cell.span, one.span) for one in citations) for cell in cells)
    return Statement(text, citations) if citations and is_proven else None


def _is_blank(match: CellMatch, holdings: Holdings) -> bool:
    """Return whether a match is for what was reached, and its municipality has plans only: nothing else can tell."""
    municipality = match.series.document.municipality
    kinds = {one.kind for one in holdings.documents if one.municipality == municipality}
    asks_for_actual = any(one.role == "actual" for one in match.missing)
    return asks_for_actual and not any("report" in kind for kind in kinds)
