"""Variant characters 異体字: the table of them, and that a text is found by the common ones."""

from __future__ import annotations

import unicodedata
from importlib import resources

import pytest

from corpus.catalogue import Catalogue
from indexer.tokenise import bigrams, fold, tokens, tokens_of_folded, words
from search import SearchEngine


def lines() -> list[str]:
    return resources.files("indexer").joinpath("data/variants.tsv").read_text(encoding="utf-8").splitlines()


def table() -> dict[str, str]:
    pairs = (line.split("\t") for line in lines() if line and not line.startswith("#"))
    return {variant: common for common, variants in pairs for variant in variants}


def test_the_file_says_where_it_comes_from_and_has_two_columns() -> None:
    assert lines()[0].startswith("#") and "常用漢字表" in " ".join(line for line in lines() if line.startswith("#"))
    rows = [line.split("\t") for line in lines() if line and not line.startswith("#")]
    assert len(rows) > 100
    for row in rows:
        assert len(row) == 2 and len(row[0]) == 1 and row[1], row
        assert all(character == character.strip() for character in "".join(row)), row


def test_every_character_stands_once_and_no_variant_is_a_common_one() -> None:
    rows = [line.split("\t") for line in lines() if line and not line.startswith("#")]
    commons = [common for common, _ in rows]
    variants = [variant for _, variants in rows for variant in variants]
    assert len(set(commons)) == len(commons)
    assert len(set(variants)) == len(variants)
    assert set(commons).isdisjoint(variants)


def test_characters_are_single_kanji_that_normalising_keeps() -> None:
    """What NFKC folds by itself is not listed, and would not be met."""
    for variant, common in table().items():
        for character in (variant, common):
            assert unicodedata.normalize("NFKC", character) == character, character
            assert unicodedata.category(character) == "Lo" and "IDEOGRAPH" in unicodedata.name(character), character


def test_every_variant_folds_to_its_common_character() -> None:
    for variant, common in table().items():
        assert fold(variant) == common
        assert len(fold(f"市{variant}市")) == 3


@pytest.mark.parametrize(
    ("text", "common"),
    [
        ("髙齢者", "高齢者"),
        ("總務課", "総務課"),
        ("茨城縣", "茨城県"),
        ("宮﨑", "宮崎"),
        ("渡邊", "渡辺"),
        ("齋藤", "斎藤"),
        ("圖書館の豫約", "図書館の予約"),
        ("會計の檢査", "会計の検査"),
        ("廣報", "広報"),
    ],
)
def test_old_forms_give_the_terms_of_the_common_ones(text: str, common: str) -> None:
    assert fold(text) == common
    assert words(text) == words(common) != []
    assert bigrams(text) == bigrams(common) != []


def test_folding_twice_changes_nothing(catalogue: Catalogue) -> None:
    for document in catalogue.documents:
        folded = fold(catalogue.read(document).text)
        assert folded.translate({ord(variant): common for variant, common in table().items()}) == folded


def test_a_question_in_old_forms_has_the_concepts_of_the_common_forms(engine: SearchEngine) -> None:
    assert engine.understand("總務課の廣報の豫算").concepts == engine.understand("総務課の広報の予算").concepts


def test_a_question_in_old_forms_finds_what_the_common_forms_find(engine: SearchEngine) -> None:
    old, common = engine.search("總務課の廣報の豫算", 5), engine.search("総務課の広報の予算", 5)
    assert [hit.passage.span for hit in old] == [hit.passage.span for hit in common]


def test_a_phrase_in_old_forms_is_found(engine: SearchEngine) -> None:
    assert engine.search('"圖書館"', 5) and [hit.passage.span for hit in engine.search('"圖書館"', 5)] == [
        hit.passage.span for hit in engine.search('"図書館"', 5)
    ]


def test_an_index_holds_what_a_document_in_old_forms_says_under_the_common_ones() -> None:
    assert {"高齢", "図書"} <= set(words("髙齢者の圖書"))


# What tokens tell


@pytest.mark.parametrize(
    "text", ["テレワークＰＣの稼働率　100％", "ﾃﾚﾜｰｸを導入しない。\n会計、會計", "R P A の 導 入", "髙齢者が減らない"]
)
def test_the_span_of_a_token_is_where_it_stands_in_the_folded_text(text: str) -> None:
    folded, end = fold(text), 0
    found = tokens(text)
    assert found == tokens_of_folded(folded) != []
    for token in found:
        start, stop = token.span
        assert end <= start < stop <= len(folded)
        assert folded[start:stop].lower().startswith(token.surface)
        end = stop


@pytest.mark.parametrize(
    ("text", "negated"),
    [
        ("払わない", ["払う"]),
        ("払わず", ["払う"]),
        ("払わなかった", ["払う"]),
        ("払っていない", ["払う"]),
        ("払いません", ["払う"]),
        ("払う", []),
        ("払うが届かない", ["届く"]),
        ("無駄のない仕事", ["無駄"]),
        ("ない", []),
    ],
)
def test_a_word_that_is_denied_is_told(text: str, negated: list[str]) -> None:
    assert [token.lemma for token in tokens(text) if token.negated] == negated


def test_what_denies_a_word_belongs_to_its_span() -> None:
    (token,) = tokens("払わない")
    assert "払わない"[slice(*token.span)] == "払わない"
