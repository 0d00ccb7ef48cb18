"""The concepts of a question: what a passage must speak of, in any of the words that say it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from indexer.lexical import LexicalIndex
from search.everyday import Everyday
from search.spelling import Spelling
from search.vocabulary import Vocabulary

Terms = tuple[str, ...]
Source = Literal["synonyms", "everyday", "translation", "spelling"]


@dataclass(frozen=True, slots=True)
class Expansion:
    """What a wording of the question was taken for. name: the wording; words: what it also means, as they are shown."""

    source: Source
    name: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Concept:
    """One thing that the question is about.

    name: as it stands in the question. alternatives: lists of index terms, any of which says it. related: lists of
    terms that may say it: what documents print for an everyday wording, translations, other spellings. weight: how much
    it tells (inverse document frequency, in nats). is_topic: it is more than a single verb or adjective, which may have
    a meaning in any question. is_request: it asks for something that any topic has (数値目標). run: the number of the
    words that stand together and that it is of; the concepts of a compound have the same one. is_technical: those words
    are such as documents do not put in others: a loan word, Latin letters, a long compound.
    """

    name: str
    alternatives: tuple[Terms, ...]
    weight: float
    related: tuple[Terms, ...] = ()
    is_topic: bool = True
    is_request: bool = False
    run: int = -1
    is_technical: bool = False


@dataclass(frozen=True)
class Knowledge:
    """What concepts are found by. index: of words; it tells which terms documents have, and how rare."""

    vocabulary: Vocabulary
    everyday: Everyday
    spelling: Spelling
    index: LexicalIndex


@dataclass(frozen=True)
class Reading:
    """The concepts of a text, and the expansions that made them, those switched off too."""

    concepts: tuple[Concept, ...]
    expansions: tuple[Expansion, ...]
