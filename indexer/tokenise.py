"""Japanese text to terms for the lexical index: words by UniDic, and character bigrams."""

from __future__ import annotations

import re
import threading
import unicodedata
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from importlib.metadata import version
from typing import Any

from corpus.fiscal_years import year_tokens
from corpus.model import Span

TOKENISER_VERSION = 2
"""Raise when the terms of any text change: an index holds terms, and question and index must agree."""

_CONTENT = {"名詞", "動詞", "形容詞", "形状詞", "接頭辞", "接尾辞", "代名詞", "副詞"}
_LIGHT = {
    "御",
    "為る",
    "有る",
    "居る",
    "成る",
    "出来る",
    "事",
    "等",
    "為",
    "物",
    "其の",
    "此の",
    "於く",
    "依る",
    "付く",
    "つく",
    "因る",
    "無い",
}
_NOUN = {"名詞", "接頭辞", "接尾辞", "形状詞"}
_NOT = {"ない", "ず", "無い"}
_WORD = re.compile(r"\w")
# OCR sets letters apart: "A I-O C R", "R P A".
_SPACED_LETTERS = re.compile(r"(?<![A-Za-z])([A-Z]) (?=[A-Z](?![A-Za-z]))")
_SPACED_KANJI = re.compile(r"(?<=[぀-ヿ一-鿿]) (?=[぀-ヿ一-鿿])")
_KATAKANA = re.compile(r"[ァ-ヶー]+")
_FORMULA = re.compile(r"[^\W_]")
_tagging = threading.Lock()


@cache
def _tagger() -> Any:
    import fugashi

    return fugashi.Tagger()


def tokeniser_versions() -> dict[str, str | int]:
    """Return what an index must agree on with its reader: our version and those of fugashi and the dictionary."""
    return {
        "version": TOKENISER_VERSION,
        "fugashi": version("fugashi"),
        "unidic-lite": version("unidic-lite"),
    }


def _analysed(text: str) -> list[tuple[str, Any]]:
    """Return the words of a text, each with its features.

    MeCab keeps them in memory that its next parse overwrites, and fugashi reads features from there when asked for
    them: threads take turns, and each reads all features within its turn.
    """
    with _tagging:
        found = [(word.surface, word.feature) for word in _tagger()(text)]
        return [part for word in found for part in (_loan_words(*word) if _is_unknown_loan(*word) else [word])]


def _is_unknown_loan(surface: str, feature: Any) -> bool:
    return feature.lemma is None and bool(_KATAKANA.fullmatch(surface))


def _loan_words(surface: str, feature: Any) -> list[tuple[str, Any]]:
    """Return the words of a compound in katakana of which the dictionary does not know one: スマホ, アプリ.

    The dictionary takes the whole for one unknown word. Loan words that it lacks (``data/loan_words.txt``) part it; a
    word that is only misspelt stays whole.
    """
    for loan in _lacking():
        before, found, after = surface.partition(loan)
        if found and (before or after):
            rest = [[(word.surface, word.feature) for word in _tagger()(part)] for part in (before, after)]
            return [*rest[0], (loan, feature), *rest[1]]
    return [(surface, feature)]


@cache
def _lacking() -> tuple[str, ...]:
    return tuple(sorted(set(_data_lines("loan_words.txt")), key=lambda word: (-len(word), word)))


def _data_lines(name: str) -> list[str]:
    """Return the lines of a data file that are neither blank nor comments."""
    table = resources.files("indexer").joinpath(f"data/{name}").read_text(encoding="utf-8")
    return [line for line in table.splitlines() if line and not line.startswith("#")]


def fold(text: str) -> str:
    """Return ``text`` as it is tokenised: NFKC, variant characters 異体字 as the common ones, torn words joined."""
    # MeCab stops at a NUL, and takes no lone surrogates.
    text = text.replace("\0", " ").encode("utf-8", "replace").decode("utf-8")
    text = unicodedata.normalize("NFKC", text).translate(_variants())
    return _SPACED_KANJI.sub("", _SPACED_LETTERS.sub(r"\1", text))


@cache
def _variants() -> dict[int, str]:
    """Return variant characters 異体字, each with the one that is in common use."""
    pairs = (line.split("\t") for line in _data_lines("variants.tsv"))
    return {ord(variant): common for common, variants in pairs for variant in variants}


@dataclass(frozen=True, slots=True)
class Token:
    """A content word. lemma: lower case; origin: English origin of a loan word, or ""; noun: it can form compounds.

    pair: this noun with the noun before it, as printed, or "". span: in the folded text. negated: ない or ず follows,
    and is in the span.
    """

    surface: str
    lemma: str
    origin: str
    noun: bool
    pair: str
    span: Span
    negated: bool = False


def tokens(text: str) -> list[Token]:
    """Return the content words of a text, in order."""
    return tokens_of_folded(fold(text))


def tokens_of_folded(text: str) -> list[Token]:
    """Return the content words of a text that ``fold`` gave, or of a part of one, in order."""
    found: list[Token] = []
    before = ""
    end = 0
    for printed, feature in _analysed(text):
        start = text.find(printed, end)
        end = start + len(printed)
        lemma, _, origin = (feature.lemma or printed).lower().partition("-")
        if found and lemma in _NOT and not before:
            found[-1] = replace(found[-1], negated=True, span=(found[-1].span[0], end))
        if feature.pos1 not in _CONTENT or lemma in _LIGHT or not _WORD.search(printed):
            before = ""
            continue
        surface = printed.lower()
        noun = feature.pos1 in _NOUN
        # Latin words are no compounds: an English question would be nothing but pairs that no document has.
        pair = before + surface if noun and before and not (before + surface).isascii() else ""
        english = origin.replace("-", "") if origin.isascii() else ""
        found.append(Token(surface, lemma, english, noun, pair, (start, end)))
        before = surface if noun else ""
    return found


def place_names(text: str) -> list[Span]:
    """Return the spans of the words of a text, as it stands, that the dictionary has as names of places."""
    spans: list[Span] = []
    end = 0
    for printed, feature in _analysed(text):
        start = text.find(printed, end)
        end = start + len(printed)
        if feature.pos3 == "地名":
            spans.append((start, end))
    return spans


def words(text: str) -> list[str]:
    """Return the terms of a text's content words: lemmas, and what makes notations meet.

    A loan word gives its lemma and its English origin (テレワーク: ``テレワーク``, ``telework``); neighbouring nouns
    give themselves and the pair (指定管理: ``指定``, ``管理``, ``指定管理``); a year in any notation gives ``fy2025``.
    """
    terms = [term for token in tokens(text) for term in (token.lemma, token.origin, token.pair) if term]
    terms.extend(year.lower() for year in year_tokens(text))
    return terms


def bigrams(text: str) -> list[str]:
    """Return the character bigrams of a text, over letters and digits only: blanks and punctuation part nothing."""
    characters = "".join(_FORMULA.findall(unicodedata.normalize("NFKC", text).translate(_variants()).lower()))
    return [characters[at : at + 2] for at in range(len(characters) - 1)]
