"""The data files of the search and of the questions made for it: their form, and that what they say can be used."""

from __future__ import annotations

import math
import re
import string
import tomllib
import unicodedata
from collections import Counter
from dataclasses import fields
from pathlib import Path

import pytest
from searching import terms

import eval
import search
from corpus.model import DOCUMENT_KINDS
from indexer.tokenise import fold, tokens
from search import SearchEngine
from search.signals import SIGNALS
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


# Everyday words


def everyday_lines() -> list[tuple[int, list[str]]]:
    lines = (DATA / "everyday.tsv").read_text(encoding="utf-8").splitlines()
    return [(number, line.split("\t")) for number, line in enumerate(lines, 1) if line and not line.startswith("#")]


@pytest.mark.parametrize("name", ["everyday.tsv", "confusable.tsv", "conditions.toml", "general_words.txt"])
def test_data_files_are_normalised_and_say_what_they_are(name: str) -> None:
    text = (DATA / name).read_text(encoding="utf-8")
    assert text.startswith("# ") and text.endswith("\n")
    assert unicodedata.is_normalized("NFC", text)
    assert not re.search(r"[\r\ufeff\u3000\u200b]", text)
    assert not re.search(r"[ \t]$", text, re.MULTILINE)


def test_everyday_words_have_two_columns_of_clean_expressions() -> None:
    assert len(everyday_lines()) > 500
    for number, cells in everyday_lines():
        assert len(cells) == 2, number
        for cell in cells:
            expressions = cell.split("|")
            assert all(expression and expression == expression.strip() for expression in expressions), number
            assert len(set(expressions)) == len(expressions), number
        assert len(cells[1].split("|")) <= 5, number
        assert set(cells[0].split("|")).isdisjoint(cells[1].split("|")), number


def test_no_everyday_wording_stands_in_two_lines() -> None:
    lines: dict[str, list[int]] = {}
    for number, (wordings, _) in everyday_lines():
        for wording in wordings.split("|"):
            lines.setdefault(unicodedata.normalize("NFKC", wording), []).append(number)
    assert {wording: where for wording, where in lines.items() if len(where) > 1} == {}


def test_no_two_lines_are_told_apart_by_particles_alone() -> None:
    """A wording is found by its content words: two lines with the same would be one."""
    lines: dict[tuple[tuple[str, bool], ...], set[int]] = {}
    for number, (wordings, _) in everyday_lines():
        for wording in wordings.split("|"):
            lines.setdefault(tuple((one.lemma, one.negated) for one in tokens(wording)), set()).add(number)
    assert {words: where for words, where in lines.items() if len(where) > 1} == {}


def test_every_everyday_wording_has_words_and_is_not_a_general_word() -> None:
    vocabulary = load_vocabulary()
    for number, (wordings, _) in everyday_lines():
        for wording in wordings.split("|"):
            assert tokens(wording), (number, wording)
            assert wording not in vocabulary.general, (number, wording)


# Confusable characters


def test_confusable_characters_are_sets_of_single_characters() -> None:
    lines = (DATA / "confusable.tsv").read_text(encoding="utf-8").splitlines()
    sets = [line for line in lines if line and not line.startswith("#")]
    assert len(sets) > 20
    assert len({frozenset(line) for line in sets}) == len(sets), "a set stands twice"
    for line in sets:
        assert len(line) >= 2 and len(set(line)) == len(line), line
        assert line.isprintable() and " " not in line and "\t" not in line, line


def test_confusable_characters_are_such_as_terms_have() -> None:
    """Terms are folded and in lower case: another character would never be met."""
    lines = (DATA / "confusable.tsv").read_text(encoding="utf-8").splitlines()
    for line in lines:
        if line and not line.startswith("#"):
            assert fold(line).lower() == line, line


# Conditions


def conditions() -> dict[str, dict[str, object]]:
    table: dict[str, dict[str, object]] = tomllib.loads((DATA / "conditions.toml").read_text(encoding="utf-8"))
    return table


def test_conditions_have_the_values_that_documents_have() -> None:
    table = conditions()
    words = {"kinds", "statuses", "departments", "numbers", "roles", "dates", "titles"}
    assert set(table) == words | {"listed", "parts", "explicit", "negated"}
    assert set(table["kinds"]) <= set(DOCUMENT_KINDS)
    fields = Path(search.__file__).parent.parent / "corpus" / "data" / "fields.toml"
    normalised = tomllib.loads(fields.read_text(encoding="utf-8"))
    known = {name for section in normalised.values() if isinstance(section, dict) for name in section}
    assert set(table["statuses"]) <= known
    assert set(table["roles"]) == {"baseline", "target", "actual"}
    assert set(table["dates"]) == {"date", "period"}
    assert set(table["numbers"]) == set(table["titles"]) == {"words"}


@pytest.mark.parametrize("section", ["kinds", "statuses", "departments", "numbers", "roles", "dates", "titles"])
def test_wordings_of_conditions_are_as_questions_are_read_and_stand_once(section: str) -> None:
    seen: list[str] = []
    for name, wordings in conditions()[section].items():
        if name == "english":
            continue  # of several departments the same
        assert isinstance(wordings, list) and wordings
        seen += wordings
    assert [word for word in seen if fold(word).lower() != word or word != word.strip() or not word] == []
    assert [word for word, count in Counter(seen).items() if count > 1] == []


def test_patterns_of_conditions_compile_and_match_no_empty_text() -> None:
    table = conditions()
    for section in ("listed", "explicit", "negated"):
        for name, pattern in table[section].items():
            assert isinstance(pattern, str)
            assert not re.compile(pattern).search(""), name
            assert pattern.startswith("^") == name.startswith("after"), name
            assert set(re.findall(r"<(\w+)>", pattern)) <= set(table["parts"]), name


# Question forms


def test_question_forms_have_placeholders_that_are_filled() -> None:
    path = Path(eval.__file__).parent / "question_forms.toml"
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    kinds = {"title", "department", "action", "sentence", "date", "passage", "kpi-target", "kpi-baseline", "kpi-actual"}
    assert set(table) == kinds | {"anywhere", "english"}
    for kind, forms in table.items():
        assert forms and len(set(forms)) == len(forms), kind
        for form in forms:
            names = {name for _, name, _, _ in string.Formatter().parse(form) if name is not None}
            assert "topic" in names and names <= {"topic", "city", "year", "department"}, form
            assert "department" not in names or kind == "department", form
            assert "year" not in names or kind.startswith("kpi-") or kind == "english", form
            assert "city" not in names or kind != "anywhere", form


def test_question_forms_are_packed_with_the_package() -> None:
    root = Path(eval.__file__).parent.parent
    packed = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]["package-data"]
    assert "question_forms.toml" in packed["eval"] or any("*" in name for name in packed["eval"])
