"""The concepts of a question: what says them, what they weigh, and how English questions find Japanese words."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from search import SearchEngine
from search.concepts import Concept
from search.query import Query


def concepts(engine: SearchEngine, question: str) -> dict[str, Concept]:
    return {one.name: one for one in engine.understand(question).concepts}


def searched(query: Query) -> set[str]:
    return {term for one in query.concepts for terms in (*one.alternatives, *one.related) for term in terms}


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("which cities outsource garbage collection?", {"委託", "ごみ収集"}),
        ("How do cities reduce overtime?", {"時間外", "勤務"}),
        ("libraries", {"図書"}),
        ("disaster shelters", {"避難"}),
        ("waste reduction", {"減量"}),
        ("school lunch fees", {"給食", "料金"}),
        ("staff training in Yuki", {"研修"}),
        ("Ishioka's parking lots", {"駐車"}),
    ],
)
def test_an_english_question_finds_japanese_words(engine: SearchEngine, question: str, words: set[str]) -> None:
    query = engine.understand(question)
    assert query.language == "en" and query.understood
    assert words <= searched(query) | {term for term in words if term not in engine_terms(engine)}


def engine_terms(engine: SearchEngine) -> set[str]:
    """Return the words that the documents print, of those that a translation can lead to."""
    text = "".join("".join(passage.text.split()) for passage in engine.passages)
    return {word for word in ("避難", "給食", "駐車", "減量", "ごみ収集", "図書") if word in text}


@pytest.mark.parametrize(
    ("question", "word"),
    [
        ("which cities target telework?", "テレワーク"),
        ("outsourcing to the private sector", "委託"),
        ("collecting unpaid taxes", "滞納"),
        ("digitalisation of city hall counters", "窓口"),
        ("ageing public buildings", "施設"),
    ],
)
def test_english_questions_find_passages(engine: SearchEngine, question: str, word: str) -> None:
    assert any(word in hit.passage.text for hit in engine.search(question, 5))


@pytest.mark.parametrize(
    ("british", "american"),
    [
        ("which organisations", "which organizations"),
        ("neighbourhood associations", "neighborhood associations"),
        ("labour shortage", "labor shortage"),
        ("community centre", "community center"),
        ("privatisation of nurseries", "privatization of nurseries"),
        ("digitalisation of counters", "digitalization of counters"),
        ("organisational reform", "organizational reform"),
    ],
)
def test_british_spelling_finds_what_american_spelling_finds(engine: SearchEngine, british: str, american: str) -> None:
    def words(question: str) -> set[str]:
        return {term for term in searched(engine.understand(question)) if not term.isascii()}

    assert words(british) == words(american) != set()


@pytest.mark.parametrize(
    "question",
    [
        "where can I eat good sushi?",
        "how tall is Mount Fuji",
        "how do I cook rice",
        "What is the capital of France?",
        "learn to play guitar",
        "best sushi restaurant",
        "Who won the world cup?",
    ],
)
def test_an_english_question_about_something_else_is_declined(engine: SearchEngine, question: str) -> None:
    assert engine.ask(question).abstained


def test_an_english_word_without_translation_finds_nothing_alone(engine: SearchEngine) -> None:
    query = engine.understand("xyzzyx frobnication")
    assert not query.understood
    assert engine.ask("xyzzyx frobnication").abstained


def test_ignored_translations_leave_the_english_words(engine: SearchEngine) -> None:
    with_translation = searched(engine.understand("which organisations"))
    without = searched(engine.understand("which organisations", ["translation"]))
    assert "団体" in with_translation and "団体" not in without


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("ﾃﾚﾜｰｸ", "テレワーク"),
        ("テレワーク", "テレワーク"),
        ("ＲＰＡ", "rpa"),
        ("R P A", "rpa"),
        ("髙齢者", "高齢者"),
        ("ﾁｬｯﾄﾎﾞｯﾄ", "チャットボット"),
    ],
)
def test_width_and_variants_change_no_concept(engine: SearchEngine, question: str, expected: str) -> None:
    assert list(concepts(engine, question)) == [expected]
    # Small Latin letters alone are read as English, which has no technical terms of its own.
    found, wanted = (
        [replace(concept, is_technical=False) for concept in engine.understand(text).concepts]
        for text in (question, expected)
    )
    assert found == wanted


def test_a_compound_counts_whole_and_in_parts(engine: SearchEngine) -> None:
    found = concepts(engine, "総務課")
    assert list(found) == ["総務", "課", "総務課"]
    assert found["総務課"].weight < found["総務"].weight + found["課"].weight


def test_rare_words_weigh_more_than_common_ones(engine: SearchEngine) -> None:
    found = concepts(engine, "テレワークと職員と核融合炉")
    assert found["職員"].weight < found["テレワーク"].weight
    # Words that no document has say most: without them a question is not answered.
    assert max(one.weight for name, one in found.items() if "核" in name or "融合" in name) > found["職員"].weight


def test_no_concept_is_named_twice_and_all_weigh_something(engine: SearchEngine) -> None:
    for question in ("テレワークとテレワーク", "減らすと減らす", "telework and telework", "総務課と総務課"):
        found = engine.understand(question).concepts
        assert found
        assert len({one.name for one in found}) == len(found)
        assert all(one.weight > 0 and one.alternatives for one in found)


def test_understood_is_what_documents_have_a_word_of(engine: SearchEngine) -> None:
    assert engine.understand("テレワーク").understood
    assert engine.understand("結城市の目標は？").understood
    assert engine.understand("チャトボット").understood
    assert not engine.understand("ペンギン").understood
    assert not engine.understand("？？？").understood


def test_threads_that_understand_at_once_get_what_one_alone_gets(engine: SearchEngine) -> None:
    questions = [
        "which organisations outsource",
        "家賃を払わない人",
        "チャトボット",
        "テレワーク NOT 研修",
        "髙齢者の國",
    ] * 8
    alone = [engine.understand(question) for question in questions]
    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(engine.understand, questions)) == alone
