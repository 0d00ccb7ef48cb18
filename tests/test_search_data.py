"""The data files of the search: its vocabulary, its general words and its weights."""

from __future__ import annotations

import math
import tomllib
import unicodedata
from collections import Counter
from dataclasses import fields
from pathlib import Path

from searching import terms

import search
from search import SearchEngine
from search.retrieval import SIGNALS
from search.vocabulary import load_vocabulary
from search.weights import WEIGHTS_FILE, Weights, load_weights

DATA = Path(search.__file__).parent / "data"


def vocabulary_lines() -> list[tuple[int, list[str]]]:
    lines = (DATA / "vocabulary.tsv").read_text(encoding="utf-8").splitlines()
    return [(number, line.split("\t")) for number, line in enumerate(lines, 1) if line and not line.startswith("#")]


def test_vocabulary_has_two_columns_of_clean_expressions() -> None:
    for number, cells in vocabulary_lines():
        assert len(cells) == 2, number
        for cell in cells:
            expressions = cell.split("|")
            assert all(expression and expression == expression.strip() for expression in expressions), number
            assert not [name for name, count in Counter(expressions).items() if count > 1], number
        assert cells[1].isascii() and cells[1] == cells[1].lower(), number


def test_vocabulary_is_normalised() -> None:
    text = (DATA / "vocabulary.tsv").read_text(encoding="utf-8")
    assert unicodedata.is_normalized("NFC", text)
    assert "\r" not in text and "\ufeff" not in text and "\u3000" not in text


def test_no_japanese_expression_stands_in_two_lines() -> None:
    lines: dict[str, list[int]] = {}
    for number, (japanese, _) in vocabulary_lines():
        for expression in japanese.split("|"):
            lines.setdefault(unicodedata.normalize("NFKC", expression).lower(), []).append(number)
    assert {expression: where for expression, where in lines.items() if len(where) > 1} == {}


def test_single_characters_are_only_the_meaning_of_english_words() -> None:
    """In Japanese text one character is part of other words: 税 of 納税, 紙 of 手紙."""
    vocabulary = load_vocabulary()
    for number, (japanese, english) in vocabulary_lines():
        for expression in japanese.split("|"):
            if len(expression) < 2:
                assert japanese == expression and english, number
                assert vocabulary.find(f"納{expression}、{expression}、手{expression}") == []


def test_every_expression_of_the_vocabulary_gives_index_terms(engine: SearchEngine) -> None:
    for number, (japanese, english) in vocabulary_lines():
        for expression in (*japanese.split("|"), *english.split("|")):
            if len(expression) > 1:
                assert any(terms(engine, expression)), (number, expression)


def test_general_words_load_and_are_general() -> None:
    vocabulary = load_vocabulary()
    assert len(vocabulary.general) > 300
    for word in ("どの", "教える", "市", "目標", "which", "city", "cities", "target"):
        assert vocabulary.is_general(word), word
    for word in ("テレワーク", "押印", "telework", "overtime"):
        assert not vocabulary.is_general(word), word


def test_weights_file_has_every_weight_as_a_finite_number() -> None:
    table = tomllib.loads(WEIGHTS_FILE.read_text(encoding="utf-8"))
    assert list(table) == [field.name for field in fields(Weights)]
    assert all(type(value) in (int, float) and math.isfinite(value) for value in table.values())
    weights = load_weights()
    assert all(getattr(weights, name) > 0 for name in SIGNALS)
    assert 0 < weights.answer_threshold <= weights.evidence_threshold < 1
    assert tomllib.loads(weights.to_toml()) == table
