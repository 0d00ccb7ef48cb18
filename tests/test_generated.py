"""Questions generated to fit the ranking: from the documents alone, always the same, each with what answers it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from eval.generated import Generated, generate
from eval.questions import CALIBRATION, DEFAULT_QUESTIONS, read_questions
from search import SearchEngine

ROOT = Path(__file__).parent.parent
COUNT = 600
JAPANESE = re.compile(r"[぀-ヿ一-鿿ｦ-ﾟ]")


@pytest.fixture(scope="module")
def generated(engine: SearchEngine) -> list[Generated]:
    return generate(engine, COUNT)


def test_as_many_as_wanted_and_always_the_same(engine: SearchEngine, generated: list[Generated]) -> None:
    assert len(generated) == COUNT
    assert generate(engine, 50) == generated[:50]
    assert generate(engine, 0) == []


def test_another_process_writes_the_same(generated: list[Generated], index: Path) -> None:
    code = (
        "from eval.generated import generate; from search import SearchEngine; import sys\n"
        "sys.stdout.reconfigure(encoding='utf-8')\n"
        "print('\\n'.join(one.question for one in generate(SearchEngine.open(), 50)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={**os.environ, "KAIKAKU_INDEX": str(index), "PYTHONHASHSEED": "7"},
        capture_output=True,
        check=True,
        timeout=120,
    )
    assert done.stdout.decode("utf-8").splitlines() == [one.question for one in generated[:50]]


def test_what_answers_a_question_is_of_the_document_it_was_made_from(
    engine: SearchEngine, generated: list[Generated]
) -> None:
    for one in generated:
        assert one.relevant and all(0 <= position < len(engine.passages) for position in one.relevant)
        assert {engine.passages[position].document.id for position in one.relevant} == {one.document}


def test_questions_are_of_many_kinds_cities_and_wordings(engine: SearchEngine, generated: list[Generated]) -> None:
    kinds = Counter(one.kind for one in generated)
    assert {"title", "department", "action", "sentence", "passage", "date", "kpi-target"} <= set(kinds)
    of_city = Counter(
        document.municipality for document in engine.documents for one in generated if one.document == document.id
    )
    assert set(of_city) == set(engine.municipalities) and min(of_city.values()) >= 5
    assert len({one.question for one in generated}) > 0.95 * COUNT
    english = [one.question for one in generated if not JAPANESE.search(one.question)]
    assert 0.02 * COUNT < len(english) < 0.3 * COUNT


def test_no_question_is_empty_or_has_a_placeholder_left(generated: list[Generated]) -> None:
    for one in generated:
        assert len(one.question.strip()) >= 2 and not re.search(r"[{}]|None", one.question), one.question


def test_some_use_other_words_than_the_documents(engine: SearchEngine, generated: list[Generated]) -> None:
    text = {document.id: "".join(engine.canonical_text(document.id).split()) for document in engine.documents}
    japanese = [one for one in generated if JAPANESE.search(one.question)]
    other = [
        one
        for one in japanese
        if any(word not in text[one.document] for word in re.findall(r"[一-鿿]{2,}|[ァ-ヶー]{3,}", one.question))
    ]
    assert len(other) > 0.1 * len(japanese)


def test_half_width_marks_stand_only_behind_half_width_kana(engine: SearchEngine) -> None:
    half = [one.question for one in generate(engine, 2000) if re.search(r"[ｦ-ﾟ]", one.question)]
    assert any(re.search(r"[ｦ-ﾝ]", question) for question in half)
    assert [question for question in half if re.search(r"[^ｦ-ﾝ][ﾞﾟ]|[\u3099\u309a]", question)] == []


def test_a_good_part_is_found_but_not_all(engine: SearchEngine, generated: list[Generated]) -> None:
    """Questions that nothing finds teach nothing, nor do questions that everything finds."""
    sample = generated[:80]
    found = 0
    for one in sample:
        texts = {engine.passages[position].text for position in one.relevant}
        found += any(hit.passage.text in texts for hit in engine.search(one.question, 10))
    assert 0.4 * len(sample) < found < len(sample)


def test_no_evaluation_question_is_among_them(generated: list[Generated]) -> None:
    judged = {one.question for path in (CALIBRATION, DEFAULT_QUESTIONS) for one in read_questions(path).questions}
    assert judged and not judged & {one.question for one in generated}
