"""Everyday wordings lead to what documents print, whatever stands between their words, and never the other way."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from indexer.tokenise import tokens
from search import SearchEngine
from search.everyday import load_everyday

ROOT = Path(__file__).parent.parent


def meanings(text: str) -> dict[tuple[str, ...], tuple[str, ...]]:
    """Return the everyday wordings in a text, by their lemmas, with their official terms."""
    words = tokens(text)
    found: dict[tuple[str, ...], tuple[str, ...]] = {}
    for positions, terms in load_everyday().find(words):
        lemmas = tuple(words[at].lemma for at in positions)
        found[lemmas] = (*found.get(lemmas, ()), *terms)
    return found


def expansions(engine: SearchEngine, question: str) -> dict[str, tuple[str, ...]]:
    return {one.name: one.means for one in engine.understand(question).recognised if one.kind == "everyday"}


def related(engine: SearchEngine, question: str) -> set[str]:
    concepts = engine.understand(question).concepts
    return {term for concept in concepts for terms in concept.related for term in terms}


@pytest.mark.parametrize(
    ("question", "term"),
    [
        ("家賃を払わない", "滞納"),
        ("家賃を払わない人", "滞納"),
        ("家賃は払っていないのか", "滞納"),
        ("家賃を払わず", "滞納"),
        ("家賃を全然払わない", "滞納"),
        ("払わない家賃", "滞納"),
        ("ごみを減らす", "ごみ減量"),
        ("ごみの量をもっと減らす", "ごみ減量"),
        ("ごみの量をもっと削る", "ごみ減量"),
        ("減らしたいごみ", "ごみ減量"),
        ("ハンコをなくす", "押印廃止"),
        ("誰も住んでいない家", "空き家"),
        ("誰も住まない家", "空き家"),
        ("取り立て", "徴収"),
        ("取り立てる", "徴収"),
        ("取り立てて", "徴収"),
        ("ｺﾞﾐを減らす", "ごみ減量"),
    ],
)
def test_a_wording_is_found_in_whatever_form_it_stands(question: str, term: str) -> None:
    assert any(term in terms for terms in meanings(question).values()), meanings(question)


@pytest.mark.parametrize(
    ("question", "term"),
    [
        ("家賃を払う人", "滞納"),
        ("家賃について市の職員が窓口で長く説明してから払わない", "滞納"),
        ("家賃", "滞納"),
        ("ごみ", "ごみ減量"),
        ("職員が住んでいる家", "空き家"),
        ("", "滞納"),
    ],
)
def test_other_words_are_not_the_wording(question: str, term: str) -> None:
    assert not any(term in terms for terms in meanings(question).values()), meanings(question)


def test_the_longest_phrase_is_taken_and_its_words_stay_wordings() -> None:
    found = meanings("税金を取り立てる")
    assert set(found) == {("税金",), ("取り立てる",), ("税金", "取り立てる")}


def test_positions_are_those_of_the_words() -> None:
    words = tokens("市はごみの量をもっと減らす")
    for positions, _ in load_everyday().find(words):
        assert positions == tuple(sorted(set(positions)))
        assert {words[at].lemma for at in positions} <= {"塵", "量", "減らす"}


def test_every_wording_of_the_file_is_found_by_itself() -> None:
    missing = []
    for wordings, terms in load_everyday().lines:
        for wording in wordings:
            found = {term for official in meanings(wording).values() for term in official}
            if not set(terms) <= found:
                missing.append(wording)
    assert missing == []


@pytest.mark.parametrize(
    ("question", "term"),
    [
        ("税金を払わない", "滞納"),
        ("うまくいかない", "課題"),
        ("健診に行かない", "受診勧奨"),
        ("もらっていないお金", "債権管理"),
    ],
)
def test_a_denied_wording_comes_before_one_that_is_not(question: str, term: str) -> None:
    assert any(term in terms for terms in meanings(question).values()), meanings(question)


def test_every_process_finds_the_same() -> None:
    """Sets of words are in another order in every process."""
    code = (
        "from indexer.tokenise import tokens; from search.everyday import load_everyday\n"
        "for wordings, _ in load_everyday().lines:\n"
        "    for wording in wordings:\n"
        "        print(ascii(load_everyday().find(tokens(wording))))"
    )
    outputs = {
        subprocess.run(
            [sys.executable, "-c", code],
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
            timeout=120,
        ).stdout
        for seed in ("1", "3", "4")
    }
    assert len(outputs) == 1 and outputs != {b""}


# In a search


@pytest.mark.parametrize("official", ["削減", "滞納", "押印廃止", "空き家", "委託"])
def test_an_official_term_does_not_lead_to_everyday_words(engine: SearchEngine, official: str) -> None:
    assert expansions(engine, official) == {}
    assert related(engine, official).isdisjoint({"減らす", "払う", "任せる", "切り詰める"})


@pytest.mark.parametrize(
    ("question", "word"),
    [
        ("税金を取り立てる", "滞納整理"),
        ("職員を減らす", "定員"),
        ("建物を壊す", "解体"),
        ("役所の仕事を民間に任せる", "委託"),
        ("市役所の建物を長持ちさせる", "長寿命化"),
    ],
)
def test_everyday_words_find_what_documents_print(engine: SearchEngine, question: str, word: str) -> None:
    assert any(word in "".join(hit.passage.text.split()) for hit in engine.search(question, 10))


def test_everyday_words_are_shown_as_they_stand_with_the_official_terms(engine: SearchEngine) -> None:
    assert expansions(engine, "家賃を払わない人")["家賃を払わない"][0] == "滞納"
    assert {name[:4] for name in expansions(engine, "ごみの量をもっと削る")} == {"ごみの量", "削る"}


def test_official_terms_bring_their_synonyms(engine: SearchEngine) -> None:
    assert {"滞納", "未納"} <= related(engine, "家賃を払わない人")


def test_the_words_themselves_count_more_than_what_they_mean(engine: SearchEngine) -> None:
    (concept,) = [one for one in engine.understand("減らす").concepts if one.name == "減らす"]
    assert concept.alternatives == (("減らす",),) and ("削減",) in concept.related


@pytest.mark.parametrize("question", ["減らす", "削減する", "家賃を払わない人", "家賃"])
def test_words_of_the_vocabulary_are_no_everyday_words_on_their_own(engine: SearchEngine, question: str) -> None:
    query = engine.understand(question)
    names = [one.name for one in query.recognised if one.effect == "expand"]
    assert len(set(names)) == len(names)
