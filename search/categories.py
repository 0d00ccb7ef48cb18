"""Categories 分類: the headings under which plans order their own initiatives, 基本方針 or 総合計画体系, as printed."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from corpus.model import Initiative, Kpi, Passage, Progress, Span
from search.answer import quoted
from search.citations import plain, quote_span
from search.holdings import Holdings
from search.model import STRENGTHS, Finding, Strength

# What stands above nearly all initiatives of a document does not tell one of them from another; recognition of
# characters spells a few of them otherwise.
_SHARED = 0.9
_FEWEST_INITIATIVES = 2
_LONGEST_NAME = 80
_QUOTE_CHARACTERS = 120
# What is being done, of the normalised words for progress of corpus/data/fields.toml.
_DONE = frozenset(("完了", "達成", "順調", "概ね順調", "継続", "実施中"))
_SIGNS = r"\s【】\[\]［］〔〕〈〉《》()（）:：.．、,，・●○■◆▶"
# 【基本方針1】 変革を…, 8.実施計画 …, I 市民と…: a first piece, and what follows it.
_FIRST = re.compile(rf"[{_SIGNS}]*+([^{_SIGNS}『「“①-⑳]++|[①-⑳])[{_SIGNS}]*+(.+)")
_NUMBER = re.compile(r"(?:\d|[一二三四五六七八九十]|[IVX]|令和|平成|元)*+[a-zA-Zァ-ヶ]?")
# Recognition of characters reads a dash as one of many, even as the digit one 一.
_NO_LETTER = re.compile(r"[\W_ー一]+")


@dataclass(frozen=True, slots=True)
class Category:
    """What initiatives are ordered under. name: as most of its documents print it, without number and signs before it.

    initiatives: at least two of one document, in the order of documents and within each.
    """

    name: str
    initiatives: tuple[Initiative, ...]


def categories(initiatives: Iterable[Initiative], text_of: Callable[[str], str]) -> tuple[Category, ...]:
    """Return the categories of initiatives, in the order in which their documents come and print them.

    text_of: gives the canonical text of a document's id. A document's categories are the outermost headings above its
    initiatives, or rows of their sheets, that do not stand above nearly all of them. Those of several documents with
    the same name are one. A document without such headings has none.
    """
    documents: dict[str, list[Initiative]] = defaultdict(list)
    for initiative in initiatives:
        documents[initiative.document_id].append(initiative)
    members: dict[str, list[Initiative]] = defaultdict(list)
    names: dict[str, Counter[str]] = defaultdict(Counter)
    for id_, own in documents.items():
        named = [(one, _category_name(path)) for one, path in zip(own, _told_apart(own, text_of(id_)), strict=True)]
        sizes = Counter(_key(name) for _, name in named if name)
        for initiative, name in named:
            if name and sizes[_key(name)] >= _FEWEST_INITIATIVES:
                members[_key(name)].append(initiative)
                names[_key(name)][name] += 1
    return tuple(Category(names[key].most_common(1)[0][0], tuple(own)) for key, own in members.items())


class Categories:
    """The categories of an index, and what its municipalities have under them. Nothing changes after making it."""

    def __init__(self, holdings: Holdings) -> None:
        self._holdings = holdings
        self._municipality = {document.id: document.municipality for document in holdings.documents}
        self.all = categories(holdings.initiatives.all, holdings.canonical_text)
        self._by_key = {_key(category.name): category for category in self.all}
        self._passages: dict[tuple[str, int], list[Passage]] = {
            (initiative.document_id, initiative.ordinal): [] for one in self.all for initiative in one.initiatives
        }
        for passage in holdings.passages:
            if passage.initiative is not None and (passage.document.id, passage.initiative) in self._passages:
                self._passages[passage.document.id, passage.initiative].append(passage)

    def of(self, municipalities: Collection[str] | None = None) -> tuple[Category, ...]:
        """Return the categories that documents of any of these municipalities have; all of them for None or none."""
        if not municipalities:
            return self.all
        return tuple(
            one
            for one in self.all
            if any(self._municipality[initiative.document_id] in municipalities for initiative in one.initiatives)
        )

    def findings(self, theme: str) -> dict[str, Finding]:
        """Return what each municipality has under the category that a theme names: its firmest initiative's words.

        Empty for a theme that is no category. Every citation is checked against its document.
        """
        category = self._by_key.get(_key(theme))
        own: dict[str, list[Initiative]] = defaultdict(list)
        for initiative in category.initiatives if category else ():
            own[self._municipality[initiative.document_id]].append(initiative)
        found = {name: self._finding(name, initiatives) for name, initiatives in own.items()}
        return {name: finding for name, finding in found.items() if finding}

    def _finding(self, municipality: str, initiatives: Sequence[Initiative]) -> Finding | None:
        for initiative, strength, span in strongest(initiatives):
            for passage in self._passages[initiative.document_id, initiative.ordinal]:
                start, end = (at - passage.span[0] for at in span)
                if not 0 <= start < len(passage.text):
                    continue
                quote = quote_span(passage.text, (start, min(end, len(passage.text))), _QUOTE_CHARACTERS)
                if citation := self._holdings.cited(passage, quote):
                    return Finding(municipality, quoted(citation), (citation,), strength)
        return None


def most_used(found: Sequence[Category], limit: int) -> tuple[Category, ...]:
    """Return at most ``limit`` categories, those of most initiatives, in their order."""
    kept = sorted(range(len(found)), key=lambda at: (-len(found[at].initiatives), at))[:limit]
    return tuple(found[at] for at in sorted(kept))


def strongest(initiatives: Iterable[Initiative]) -> list[tuple[Initiative, Strength, Span]]:
    """Return initiatives with how firm each is and the span that shows it, the firmest first.

    ``target``: its own target that is a number, one without doubt; ``done``: progress or an actual value, without
    doubt; ``planned``: what it is to do, or its title. Equally firm ones keep their order.
    """
    firm = [(initiative, *_firmest(initiative)) for initiative in initiatives]
    return sorted(firm, key=lambda it: STRENGTHS.index(it[1]))


def _firmest(initiative: Initiative) -> tuple[Strength, Span]:
    sure = [kpi for kpi in initiative.own_kpis if kpi.certain and kpi.number is not None]
    targets: list[Kpi] = [kpi for kpi in sure if kpi.role == "target"]
    if targets:
        return "target", targets[0].span
    done: list[Kpi | Progress] = [one for one in initiative.progress if one.certain and one.status in _DONE]
    done += [kpi for kpi in sure if kpi.role == "actual"]
    if done:
        return "done", done[0].span
    spans = initiative.spans
    return "planned", (*spans.get("actions", ()), *spans.get("overview", ()), *spans.get("title", ()), initiative.span)[
        0
    ]


def _told_apart(initiatives: Sequence[Initiative], text: str) -> list[list[str]]:
    """Return what each initiative of a document is ordered under, outermost first, without what nearly all are."""
    paths = [[*one.section, *_printed(text[one.span[0] : one.span[1]])] for one in initiatives]
    counts = Counter(key for path in paths for key in set(map(_key, path)))
    return [[part for part in path if counts[_key(part)] < _SHARED * len(paths)] for path in paths]


def _printed(sheet: str) -> Iterator[str]:
    """Return what the rows of a sheet print that name its category: of the named row and those that go on with it."""
    labels, _ = _words()
    within = False
    for line in sheet.split("\n"):
        cells = [plain(cell) for cell in line.split("\t")]
        if len(cells) == 1:
            within = False
        elif cells[0]:
            within = _squeezed(cells[0]) in labels
        if within and (value := next(filter(None, cells[1:]), "")):
            yield value


def _category_name(path: Iterable[str]) -> str | None:
    return next((name for part in path if (name := _subject(part))), None)


def _subject(heading: str) -> str | None:
    """Return a heading without what comes before its subject; None when it has none."""
    rest = plain(heading)
    while (found := _FIRST.fullmatch(rest)) and _says_nothing(found[1]):
        rest = found[2]
    if _says_nothing(rest) or len(rest) > _LONGEST_NAME:
        return None
    return rest


def _says_nothing(words: str) -> bool:
    _, structure = _words()
    left = _NO_LETTER.sub("", structure.sub("", unicodedata.normalize("NFKC", words)))
    return len(left) < 2 or _NUMBER.fullmatch(left) is not None


def _key(name: str) -> str:
    """Return the form in which names are compared."""
    return _NO_LETTER.sub("", unicodedata.normalize("NFKC", name)).casefold()


def _squeezed(cell: str) -> str:
    return _NO_LETTER.sub("", unicodedata.normalize("NFKC", cell[:_LONGEST_NAME]))


@cache
def _words() -> tuple[frozenset[str], re.Pattern[str]]:
    """Return the labels of categories, and what finds the words that name parts of documents."""
    table = tomllib.loads((Path(__file__).parent / "data" / "categories.toml").read_text(encoding="utf-8"))
    longest = sorted(table["structure"], key=len, reverse=True)
    return frozenset(map(_squeezed, table["labels"])), re.compile("|".join(map(re.escape, longest)))
