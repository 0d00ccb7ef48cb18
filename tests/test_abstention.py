"""Questions that nothing answers, made from answerable ones; and the measures of what is declined."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from corpus.fiscal_years import find_fiscal_years, named_years
from corpus.municipalities import all_municipalities, find_municipalities
from eval.__main__ import main
from eval.abstention import ANSWERABLE, AbstentionReport, Asked, measure_abstention
from eval.abstention_report import abstention_markdown, abstention_text
from eval.generated import generate
from eval.questions import CALIBRATION, DEFAULT_QUESTIONS, read_questions
from eval.unanswerable import EXCHANGED, Source, Unanswerable, exchange, unspaced
from search import SearchEngine
from search.vocabulary import data_lines

ROOT = Path(__file__).parent.parent
TOPICS = ROOT / "eval" / "absent_topics.txt"
EACH = 60
JAPANESE = re.compile(r"[぀-ヿ一-鿿]")


def sources_of(engine: SearchEngine) -> list[Source]:
    asked = [one for one in read_questions(CALIBRATION).questions if one.answerable and one.type != "paraphrase"]
    own = [Source(one.question, one.id) for one in asked]
    return own + [Source(one.question, "generated", has_topic=False) for one in generate(engine, 200)]


@pytest.fixture(scope="module")
def made(engine: SearchEngine) -> list[Unanswerable]:
    return exchange(engine, sources_of(engine), EACH)


def of(made: list[Unanswerable], kind: str) -> list[Unanswerable]:
    return [one for one in made if one.kind == kind]


# The questions


def test_as_many_of_each_kind_as_wanted_none_twice_and_always_the_same(
    engine: SearchEngine, made: list[Unanswerable]
) -> None:
    assert Counter(one.kind for one in made) == dict.fromkeys(EXCHANGED, EACH)
    assert len({one.question for one in made}) == len(made)
    assert exchange(engine, sources_of(engine), EACH) == made


def test_another_process_writes_the_same(made: list[Unanswerable], index: Path) -> None:
    code = (
        "from test_abstention import EACH, sources_of; from eval.unanswerable import exchange\n"
        "from search import SearchEngine; import sys\n"
        "sys.stdout.reconfigure(encoding='utf-8')\n"
        "engine = SearchEngine.open()\n"
        "print('\\n'.join(one.question for one in exchange(engine, sources_of(engine), EACH)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={**os.environ, "KAIKAKU_INDEX": str(index), "PYTHONHASHSEED": "7", "PYTHONPATH": f"{ROOT}:{ROOT}/tests"},
        capture_output=True,
        check=True,
        timeout=120,
    )
    assert done.stdout.decode("utf-8").splitlines() == [one.question for one in made]


def test_the_city_is_one_without_documents(engine: SearchEngine, made: list[Unanswerable]) -> None:
    texts = "".join(unspaced(engine.canonical_text(document.id)) for document in engine.documents)
    japanese = {name for one in all_municipalities() for name in (one.name, one.name[:-1])}
    romaji = {one.romaji.capitalize() for one in all_municipalities()}
    for one in of(made, "city"):
        assert not any(mention.in_collection for mention in find_municipalities(one.question, engine.municipalities))
        assert one.new in japanese or one.new.split()[0] in romaji
        assert f"{one.new}市" not in texts
        before, after = one.source.question.split(one.old, 1)
        assert one.question == before + one.new + after
    kinds = Counter(one.new[-1] for one in of(made, "city") if JAPANESE.search(one.new))
    assert kinds["市"] and kinds["町"] and any(kind not in "市町村" for kind in kinds)
    assert any(not JAPANESE.search(one.new) for one in of(made, "city"))


def test_the_topic_is_printed_in_no_document_that_is_asked(engine: SearchEngine, made: list[Unanswerable]) -> None:
    texts = {name: "" for name in engine.municipalities}
    for document in engine.documents:
        texts[document.municipality] += unspaced(engine.canonical_text(document.id))
    every = "".join(texts.values())
    elsewhere = 0
    for one in of(made, "topic"):
        cities = [mention.name for mention in find_municipalities(one.question, engine.municipalities)]
        own = "".join(texts[name] for name in cities) if cities else every
        assert one.named == bool(cities)
        assert one.new in one.question
        assert unspaced(one.new) not in own, one
        elsewhere += unspaced(one.new) in every
    # Some topics are another city's.
    assert 0 < elsewhere < EACH
    assert any(not one.named for one in of(made, "topic"))


def test_the_year_is_neither_printed_nor_covered(engine: SearchEngine, made: list[Unanswerable]) -> None:
    for one in of(made, "year"):
        cities = [mention.name for mention in find_municipalities(one.question, engine.municipalities)]
        documents = [
            document for document in engine.documents if document.municipality in (cities or engine.municipalities)
        ]
        years = {year for mention in find_fiscal_years(one.question) for year in (mention.first, mention.last)}
        assert years, one
        for document in documents:
            first, last = document.fiscal_years
            assert not years & {*range(first, last + 1), *named_years(engine.canonical_text(document.id))}, one
    notations = "".join(one.new for one in of(made, "year"))
    assert all(notation in notations for notation in ("平成", "令和", "年度", "fiscal"))


def test_topics_are_listed_once_with_an_english_expression() -> None:
    lines = [line.split("\t") for _, line in data_lines(TOPICS)]
    assert len(lines) > 120 and all(len(parts) == 2 and all(parts) for parts in lines)
    expressions = [name for japanese, _ in lines for name in japanese.split("|")]
    assert [name for name, count in Counter(expressions).items() if count > 1] == []


def test_no_development_question_is_a_source_or_a_result(made: list[Unanswerable]) -> None:
    development = {one.question for one in read_questions(DEFAULT_QUESTIONS).questions}
    assert development and not development & {text for one in made for text in (one.question, one.source.question)}


# The measures


def asked(confidence: float, right: bool, kind: str = ANSWERABLE, declined: bool = False) -> Asked:
    return Asked("問い", kind, "q", kind != "topic", confidence, declined, right)


def test_curve_and_area_of_four_questions() -> None:
    report = AbstentionReport(
        1, 1, (asked(0.9, True), asked(0.8, False, "city"), asked(0.6, True), asked(0.1, False, "topic", declined=True))
    )
    assert [(point.threshold, point.coverage, point.risk) for point in report.curve()] == [
        (0.9, 0.25, 0),
        (0.8, 0.5, 0.5),
        (0.6, 0.75, pytest.approx(1 / 3)),
        (0.1, 1, 0.5),
    ]
    # The mean of the four risks; in the best order they are 0, 0, 1/3, 1/2.
    assert report.aurc() == pytest.approx((0 + 1 / 2 + 1 / 3 + 1 / 2) / 4)
    assert report.best_aurc() == pytest.approx((1 / 3 + 1 / 2) / 4)
    shipped = report.shipped()
    assert (shipped.threshold, shipped.coverage) == (0.6, 0.75)
    assert shipped.risk == pytest.approx(1 / 3)
    # |0.9 - 1| and |0.8 - 0| and |0.6 - 1| and |0.1 - 0|, a question each.
    assert report.calibration_error() == pytest.approx((0.1 + 0.8 + 0.4 + 0.1) / 4)
    assert [one.first for one in report.bins()] == [0.1, 0.6, 0.8, 0.9]


def test_questions_of_one_confidence_are_in_no_order() -> None:
    tied = (asked(0.5, True), asked(0.5, False, "year"))
    report, turned = AbstentionReport(1, 1, tied), AbstentionReport(1, 1, tied[::-1])
    assert report.aurc() == turned.aurc() == 0.5
    assert [(point.coverage, point.risk) for point in report.curve()] == [(1, 0.5)]


def test_certainty_falls_into_the_last_bin() -> None:
    (one,) = AbstentionReport(1, 1, (asked(1.0, True),)).bins()
    assert (one.first, one.last, one.predicted, one.observed) == (0.9, 1.0, 1.0, 1.0)


def test_declined_shares_are_by_kind_and_by_whether_a_city_is_named() -> None:
    questions = (asked(0.1, False, "topic", declined=True), asked(0.9, False, "topic"), asked(0.9, False, "city"))
    shares = {(one.kind, one.scope): (one.count, one.share) for one in AbstentionReport(1, 1, questions).shares()}
    assert shares["topic", "all"] == shares["topic", "no city named"] == (2, 0.5)
    assert shares["topic", "city named"] == (0, None)
    assert shares["city", "all"] == (1, 0)


def test_nothing_asked_is_a_report_too() -> None:
    report = AbstentionReport(0, 0, ())
    assert report.to_json()["aurc"] == 0
    assert "AURC" in abstention_text(report) and "# Abstention" in abstention_markdown(report)


@pytest.fixture(scope="module")
def report(engine: SearchEngine) -> AbstentionReport:
    return measure_abstention(engine, read_questions(CALIBRATION).questions, 12)


def test_as_many_with_an_answer_as_without(report: AbstentionReport) -> None:
    assert Counter(one.kind for one in report.asked) == {ANSWERABLE: 36, "city": 12, "topic": 12, "year": 12}
    assert all(0 <= one.confidence <= 1 for one in report.asked)
    assert not any(one.right for one in report.asked if one.kind != ANSWERABLE)


def test_confidence_tells_the_two_apart_better_than_chance(report: AbstentionReport) -> None:
    wrong = sum(not one.right for one in report.asked) / len(report.asked)
    assert report.best_aurc() <= report.aurc() < wrong
    with_answer = [one.declined for one in report.asked if one.kind == ANSWERABLE]
    without = [one.declined for one in report.asked if one.kind != ANSWERABLE]
    assert sum(with_answer) / len(with_answer) < sum(without) / len(without)


def test_pages_hold_every_table_and_what_comes_from_questions_is_escaped(report: AbstentionReport) -> None:
    hostile = replace(report.asked[-1], question="<b>|*", declined=False, confidence=0.99)
    page = abstention_markdown(replace(report, asked=(*report.asked, hostile)))
    assert "\\<b\\>\\|\\*" in page
    for heading in ("What is declined", "Risk and coverage", "Reliability of the confidence"):
        assert f"## {heading}" in page
    assert abstention_markdown(report) == abstention_markdown(report)


def test_command_writes_json_and_page(index: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "new" / "report"
    assert main(["abstention", "--each", "2", "--index", str(index), "--out", str(out), "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed == json.loads((out / "abstention.json").read_text(encoding="utf-8"))
    assert printed["questions"] == 12
    first = {path.name: path.read_bytes() for path in out.iterdir()}
    assert sorted(first) == ["abstention.json", "abstention.md"]
    assert main(["abstention", "--each", "2", "--index", str(index), "--out", str(out)]) == 0
    assert {path.name: path.read_bytes() for path in out.iterdir()} == first
