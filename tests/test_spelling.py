"""Misspelt words find what was meant; words that documents have are never taken for others."""

from __future__ import annotations

import time

import pytest
from searching import ranked

from search import SearchEngine
from search.spelling import Spelling

TERMS = (
    "テレワーク",
    "チャットボット",
    "チェック",
    "インターフェース",
    "サービス",
    "オンライン",
    "telework",
    "target",
    "庁舎",
    "連用総務",
)


@pytest.fixture(scope="module")
def spelling() -> Spelling:
    return Spelling(TERMS)


@pytest.mark.parametrize(
    ("asked", "meant"),
    [
        ("テレワーーク", "テレワーク"),
        ("テワーク", "テレワーク"),
        ("テレワータ", "テレワーク"),
        ("レテワーク", "テレワーク"),
        ("チャトボット", "チャットボット"),
        ("チヤツトボツト", "チャットボット"),
        ("チエック", "チェック"),
        ("サービズ", "サービス"),
        ("インタフェース", "インターフェース"),
        ("インターフエイス", ""),
        ("telewrok", "telework"),
        ("telework", ""),
        ("taget", "target"),
        ("tarrget", "target"),
        ("テレワーク", ""),
        ("核融合", ""),
        ("庁府", ""),
        ("テレ", ""),
        ("", ""),
        ("x", ""),
        ("TARGE1", ""),
    ],
)
def test_an_unknown_word_stands_for_one_that_is_one_edit_away(spelling: Spelling, asked: str, meant: str) -> None:
    assert spelling.meant(asked) == ((meant,) if meant else ())


@pytest.mark.parametrize("term", TERMS)
def test_a_known_word_stands_for_itself(spelling: Spelling, term: str) -> None:
    assert spelling.meant(term) == ()


def test_other_spellings_of_a_loan_word_come_before_edits() -> None:
    assert Spelling(["チェック", "チエツ"]).meant("チエック") == ("チェック",)


def test_no_more_than_three_words_are_meant() -> None:
    assert len(Spelling([f"テレワー{end}" for end in "アイウエオカキ"]).meant("テレワーク")) == 3


@pytest.mark.parametrize(
    ("asked", "known"),
    [("庁府", ()), ("府舎", ("庁舎",)), ("運用総務", ("連用総務",)), ("庁", ()), ("", ()), ("庁舎", ())],
)
def test_misread_words_differ_by_one_character_that_is_easily_confused(
    spelling: Spelling, asked: str, known: tuple[str, ...]
) -> None:
    assert spelling.misread(asked) == known


def test_the_longest_words_are_looked_up_at_once(spelling: Spelling) -> None:
    begun = time.thread_time()
    for text in ("テ" * 2000, "力" * 2000, "a" * 2000, "庁" * 2000):
        assert spelling.meant(text) == spelling.misread(text) == ()
    assert time.thread_time() - begun < 1


# In a search


def spelt(engine: SearchEngine, question: str) -> dict[str, tuple[str, ...]]:
    return {one.name: one.means for one in engine.understand(question).recognised if one.kind == "spelling"}


@pytest.mark.parametrize(
    ("misspelt", "right"),
    [
        ("テレワーークの推進", "テレワークの推進"),
        ("チャトボットの導入", "チャットボットの導入"),
        ("チヤットボットの導入", "チャットボットの導入"),
        ("キヤッシュレス決済", "キャッシュレス決済"),
        ("telewrok in Yuki", "telework in Yuki"),
    ],
)
def test_a_misspelt_question_finds_what_the_right_one_finds(engine: SearchEngine, misspelt: str, right: str) -> None:
    assert spelt(engine, misspelt) and not spelt(engine, right)
    first = engine.search(right, 1)[0].passage.text
    assert first in [hit.passage.text for hit in engine.search(misspelt, 3)]


def test_words_that_documents_have_are_never_taken_for_others(engine: SearchEngine) -> None:
    """Every initiative's own title, as its documents print it."""
    titles = sorted({one.title for one in engine.initiatives if one.title})
    assert len(titles) > 100
    taken = {title: spelt(engine, title) for title in titles if spelt(engine, title)}
    assert taken == {}


@pytest.mark.parametrize("question", ["テレワークの推進", "広報の充実", "チャットボットの導入", "公共施設の統廃合"])
def test_an_exact_question_is_not_hurt_by_spelling(engine: SearchEngine, question: str) -> None:
    assert spelt(engine, question) == {}
    assert ranked(engine.search(question)) == ranked(engine.search(question, ignore=["spelling"]))


@pytest.mark.parametrize("name", ["斎藤", "鈴木", "佐藤", "山口"])
def test_a_name_in_kanji_is_not_edited_by_its_reading(engine: SearchEngine, name: str) -> None:
    assert spelt(engine, name) == {}


@pytest.mark.parametrize(
    "question", ["how do I cook rice", "learn to play guitar", "What is the capital of France?", "a red boat"]
)
def test_a_right_english_word_is_not_taken_for_another(engine: SearchEngine, question: str) -> None:
    assert spelt(engine, question) == {}


def test_what_recognition_made_of_a_word_is_found_by_the_word(engine: SearchEngine) -> None:
    """人事評価制度の運用 stands in a scan as 連用."""
    hits = engine.search("人事評価制度の運用", 10)
    assert any(hit.passage.initiative_title == "人事評価制度の連用" for hit in hits)
