"""Questions made from the documents' own structure, to fit the ranking on: titles, indicators, departments, sentences.

Each is put in one of many wordings, with words of the document exchanged for others that mean the same (the field's
vocabulary, everyday wordings, English), misspelt or left as they are. What answers it is known: the passages that hold
what the question was made from. No evaluation question has a part in it.
"""

from __future__ import annotations

import random
import re
import tomllib
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from corpus.model import Initiative, Passage, Span, inside
from corpus.municipalities import all_municipalities
from indexer.sentences import sentence_spans
from indexer.tokenise import fold, tokens
from search.everyday import load_everyday
from search.names import fiscal_year_name
from search.vocabulary import Vocabulary, load_vocabulary

if TYPE_CHECKING:
    from search.engine import SearchEngine

_FORMS = Path(__file__).parent / "question_forms.toml"
_SEED = 20
_IN_OTHER_WORDS, _PARTLY = 0.3, 0.3
_MISSPELT = 0.05
_IN_ENGLISH = 0.2
_SENTENCE_CHARACTERS = (15, 120)
_WORDS = (2, 4)
_HALF_WIDTH = str.maketrans(
    "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワンッャュョァィゥェォー\u3099\u309a",
    "ｱｲｳｴｵｶｷｸｹｺｻｼｽｾｿﾀﾁﾂﾃﾄﾅﾆﾇﾈﾉﾊﾋﾌﾍﾎﾏﾐﾑﾒﾓﾔﾕﾖﾗﾘﾙﾚﾛﾜﾝｯｬｭｮｧｨｩｪｫｰﾞﾟ",
)
_KATAKANA = re.compile(r"[ァ-ヶー]+")
_DATE = re.compile(r"\d年\d+月|\d年度から|\d月\d+日")
_NO_TOPIC = re.compile(r"\d|年度|^(?:令和|平成|取組|本市|当市|以下|以上|概要|項目)|関係各課|よう$|ため$|こと$")


@dataclass(frozen=True, slots=True)
class Generated:
    """A question with the positions of the passages that answer it. document, kind: where and what it was made from."""

    question: str
    document: str
    kind: str
    relevant: frozenset[int]


@dataclass(frozen=True, slots=True)
class _Source:
    """What a question is made from. text: in the document's words; spans: where its answer stands."""

    kind: str
    text: str
    document: str
    municipality: str
    spans: tuple[Span, ...]
    year: int | None = None
    department: str = ""


def generate(engine: SearchEngine, count: int) -> list[Generated]:
    """Return at most ``count`` questions over an index; always the same. Longer documents give more of them."""
    chance = random.Random(_SEED)
    sources = list(_sources(engine))
    chance.shuffle(sources)
    writer = _Writer(chance)
    by_document: dict[str, list[int]] = defaultdict(list)
    for position, passage in enumerate(engine.passages):
        by_document[passage.document.id].append(position)
    generated: list[Generated] = []
    for source in sources:
        if len(generated) == count:
            break
        relevant = frozenset(
            position for position in by_document[source.document] if _holds(engine.passages[position], source.spans)
        )
        question = writer.question(source)
        if relevant and question:
            generated.append(Generated(question, source.document, source.kind, relevant))
    return generated


def _holds(passage: Passage, spans: Sequence[Span]) -> bool:
    return any(inside(span, passage.span) for span in spans)


def _sources(engine: SearchEngine) -> Iterator[_Source]:
    municipality = {document.id: document.municipality for document in engine.documents}
    for initiative in engine.initiatives:
        yield from _initiative_sources(initiative, municipality[initiative.document_id])
    for passage in engine.passages:
        own = passage.document.id, passage.document.municipality
        yield _Source("passage", passage.text, *own, (passage.span,))
        for start, end in sentence_spans(passage.text):
            if _SENTENCE_CHARACTERS[0] <= end - start <= _SENTENCE_CHARACTERS[1]:
                span = passage.span[0] + start, passage.span[0] + end
                text = passage.text[start:end]
                yield _Source("date" if _DATE.search(text) else "sentence", text, *own, (span,))


def _initiative_sources(initiative: Initiative, municipality: str) -> Iterator[_Source]:
    own = initiative.document_id, municipality
    spans = tuple(span for name in ("title", "overview", "actions") for span in initiative.spans.get(name, ()))
    yield _Source("title", initiative.title, *own, spans)
    for department in initiative.departments[:1]:
        yield _Source("department", initiative.title, *own, spans, department=department)
    for kpi in initiative.own_kpis:
        yield _Source(f"kpi-{kpi.role}", kpi.name, *own, (kpi.span,), year=kpi.fiscal_year)
    for action, span in zip(initiative.actions, initiative.spans.get("actions", ()), strict=False):
        yield _Source("action", action, *own, (span,))


@cache
def question_forms() -> Mapping[str, list[str]]:
    """Return the wordings of questions by what they are made from (``question_forms.toml``)."""
    table: dict[str, list[str]] = tomllib.loads(_FORMS.read_text(encoding="utf-8"))
    return table


class _Writer:
    """Puts what a question is made from into words. Every choice comes from ``chance``."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._vocabulary = load_vocabulary()
        self._english = _english_names(self._vocabulary)
        self._everyday = _everyday_names()
        self._romaji = {one.name: one.romaji.capitalize() for one in all_municipalities()}

    def question(self, source: _Source) -> str:
        """Return a question, or nothing when the source has too few words for one."""
        if self._chance.random() < _IN_ENGLISH and (english := self._in_english(source)):
            return english
        words = self._words(source.text)
        if not words:
            return ""
        manner = self._chance.random()
        if manner < _IN_OTHER_WORDS:
            others = [other for word in words if (other := self._other(word))]
            words = others or words
        elif manner < _IN_OTHER_WORDS + _PARTLY:
            words = [self._other(word) or word if self._chance.random() < 0.5 else word for word in words]
        named = self._chance.random() < 0.7
        form = self._chance.choice(question_forms()[source.kind if named else "anywhere"])
        question = form.format(
            topic=self._chance.choice(("の", "、", " ")).join(words) if len(words) > 1 else words[0],
            city=source.municipality,
            year=self._year(source.year),
            department=source.department,
        )
        return self._misspelt(question) if self._chance.random() < _MISSPELT else question

    def _words(self, text: str) -> list[str]:
        """Return a few of the compounds and nouns of a text, in order."""
        found = _nouns(fold(text))
        few = self._chance.randint(*_WORDS)
        chosen = sorted(self._chance.sample(range(len(found)), min(few, len(found))))
        return [found[at] for at in chosen]

    def _other(self, word: str) -> str:
        """Return another expression for a word: one that means the same, or everyday words; nothing for most words."""
        others = [*self._vocabulary.same(word), *self._everyday.get(word, ())]
        return self._chance.choice(others) if others else ""

    def _in_english(self, source: _Source) -> str:
        words = [self._english[word] for word in _nouns(fold(source.text)) if word in self._english]
        if len(words) < 2:
            return ""
        topic = " and ".join(self._chance.choice(names) for names in words[:3])
        form = self._chance.choice(question_forms()["english"])
        year = "" if source.year is None else f" in fiscal {source.year}"
        return form.format(topic=topic, city=self._romaji[source.municipality], year=year)

    def _year(self, year: int | None) -> str:
        if year is None:
            return ""
        return self._chance.choice((fiscal_year_name(year, "ja"), f"{year}年度", f"R{year - 2018}", f"{year}年")) + "の"

    def _misspelt(self, question: str) -> str:
        if self._chance.random() < 0.5:
            return _KATAKANA.sub(lambda run: unicodedata.normalize("NFKD", run[0]).translate(_HALF_WIDTH), question)
        at = self._chance.randrange(len(question) - 1)
        return question[:at] + question[at + 1 :]


def _nouns(text: str) -> list[str]:
    """Return the compounds of nouns in a folded text, in order, without repetitions."""
    runs: list[list[int]] = []
    for token in tokens(text):
        if not token.noun:
            continue
        start, end = token.span
        if runs and runs[-1][1] == start:
            runs[-1][1] = end
        else:
            runs.append([start, end])
    names = dict.fromkeys(text[start:end] for start, end in runs if end - start > 1)
    return [name for name in names if not _NO_TOPIC.search(name)]


def _english_names(vocabulary: Vocabulary) -> dict[str, list[str]]:
    """Return the English expressions for each Japanese expression of the vocabulary."""
    names: dict[str, list[str]] = defaultdict(list)
    for expressions, translations in zip(vocabulary.groups, vocabulary.translations, strict=True):
        for expression in expressions if translations else ():
            names[expression] += translations
    return names


def _everyday_names() -> dict[str, list[str]]:
    """Return the everyday wordings of each official term."""
    names: dict[str, list[str]] = defaultdict(list)
    for wordings, terms in load_everyday().lines:
        for term in terms:
            names[term] += wordings
    return names
