"""Peers: generic searches over naive windows of the same documents, measured as the search is."""

from __future__ import annotations

import json
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path

import pytest
from evaluation import GOOD, line, question, questions_of, report_of, write
from small_index import catalogue_of, hashing_encoder

from eval.__main__ import main
from eval.measures import MEASURES, RETRIEVAL_MEASURES, score
from eval.peers import OVERLAP, PEERS, WINDOW, peer_lines, window_spans, windows_of
from eval.questions import DEFAULT_QUESTIONS, QuestionSet, read_questions
from eval.render import report_markdown, report_text
from eval.runs import RunAnswer, RunLine, RunPassage
from eval.text import normalise
from indexer.build import build
from search import SearchEngine

Lines = Mapping[str, Mapping[str, RunLine]]


@pytest.fixture(scope="module")
def questions() -> QuestionSet:
    return read_questions(DEFAULT_QUESTIONS)


@pytest.fixture(scope="module")
def peers(engine: SearchEngine, questions: QuestionSet) -> Lines:
    return peer_lines(engine, questions.questions, 20)


def answered(doc: str, text: str) -> Lines:
    """Return the run lines of one peer that found one passage for the question of ``GOOD``."""
    passages = (RunPassage(doc, text),)
    return {"BM25": {"q": RunLine("q", passages, RunAnswer("", (), abstained=False), None)}}


# Windows


@pytest.mark.parametrize(
    ("length", "spans"),
    [
        (0, []),
        (1, [(0, 1)]),
        (100, [(0, 100)]),
        (400, [(0, 400)]),
        (401, [(0, 400), (300, 401)]),
        (700, [(0, 400), (300, 700)]),
        (701, [(0, 400), (300, 700), (600, 701)]),
    ],
)
def test_a_text_is_cut_into_windows_to_its_end_and_no_further(length: int, spans: list[tuple[int, int]]) -> None:
    assert window_spans(length) == spans


def test_windows_are_verbatim_cover_their_document_and_overlap(engine: SearchEngine) -> None:
    for document in engine.documents:
        text = engine.canonical_text(document.id)
        windows, spans = windows_of(engine, document.id), window_spans(len(text))
        assert [window.text for window in windows] == [text[start:end] for start, end in spans]
        assert {window.doc for window in windows} == {document.id}
        assert max(len(window.text) for window in windows) == WINDOW
        assert (spans[0][0], spans[-1][1]) == (0, len(text))
        assert all(end - start == OVERLAP for (_, end), (start, _) in pairwise(spans))


# What the peers find


def test_every_peer_is_measured_on_all_questions(
    tmp_path: Path, engine: SearchEngine, questions: QuestionSet, peers: Lines
) -> None:
    asked = {question.id for question in questions.questions}
    windows = {window for document in engine.documents for window in windows_of(engine, document.id)}
    assert tuple(peers) == PEERS
    for lines in peers.values():
        assert set(lines) == asked
        for found in lines.values():
            assert len(set(found.passages)) == len(found.passages) <= 20
            assert set(found.passages) <= windows
    report = report_of(tmp_path, questions, peers=peers)
    for means in report.peers.values():
        assert means.keys() == report.means.keys()
        assert all(means["total"][name] is not None for name in RETRIEVAL_MEASURES)
        assert all(means[kind][name] is None for kind in means for name in MEASURES if name not in RETRIEVAL_MEASURES)


def test_peers_are_as_good_as_such_stacks_are(tmp_path: Path, questions: QuestionSet, peers: Lines) -> None:
    means = report_of(tmp_path, questions, peers=peers).peers
    found = {name: means[name]["total"]["S@10"] or 0.0 for name in PEERS}
    assert found["BM25"] > 0.8
    assert found["encoder"] > 0.65
    assert found["fusion"] > max(found["BM25"], found["encoder"])


def test_a_quote_that_no_window_holds_whole_is_missed(tmp_path: Path, engine: SearchEngine) -> None:
    document = engine.documents[0].id
    text = engine.canonical_text(document)
    # The first window ends at 400, the next one begins at 300.
    cut, whole = text[280:410], text[310:400]
    assert normalise(text).count(normalise(whole)) == 1
    asked = questions_of(
        tmp_path,
        question("cut", gold=[(document, [cut])], question=cut),
        question("whole", gold=[(document, [whole])], question=whole),
    )
    for name, lines in peer_lines(engine, asked.questions, 10).items():
        scores = score(asked.questions, lines)
        assert all(scores["cut"][measure] == 0 for measure in RETRIEVAL_MEASURES), name
        assert scores["whole"]["S@10"] == 1, name
    assert {text[:400], text[300:700]} & {passage.text for passage in lines["cut"].passages}


def test_a_question_without_a_word_of_the_documents_is_left_to_the_encoder(
    tmp_path: Path, engine: SearchEngine
) -> None:
    asked = questions_of(tmp_path, {**GOOD, "question": "zyzzyva qwerty"}).questions
    lines = {name: lines["q"].passages for name, lines in peer_lines(engine, asked, 7).items()}
    assert lines["BM25"] == ()
    assert len(lines["encoder"]) == 7
    assert lines["fusion"] == lines["encoder"]


def test_the_city_that_a_question_names_is_no_filter(questions: QuestionSet, peers: Lines) -> None:
    naming = next(question.id for question in questions.questions if "結城市" in question.question)
    for lines in peers.values():
        assert len({found.doc for found in lines[naming].passages}) > 1


def test_documents_without_a_content_word_have_peers_too(tmp_path: Path) -> None:
    index = tmp_path / "index"
    encoder = hashing_encoder()
    build(catalogue_of(tmp_path / "documents", only="では、する。\n"), index, encoder)
    engine = SearchEngine.open(index, encoder=encoder)
    asked = questions_of(tmp_path, GOOD).questions
    found = {name: lines["q"].passages for name, lines in peer_lines(engine, asked, 5).items()}
    assert found["BM25"] == ()
    assert len(found["fusion"]) == 1


# Reports and commands


def test_report_shows_peers_only_when_they_were_asked_for(tmp_path: Path) -> None:
    asked = questions_of(tmp_path, GOOD, question("u", "unanswerable"))
    lines = [line("q", [("yuki", "引用")]), line("u")]
    without = report_of(tmp_path, asked, *lines)
    assert "peers" not in without.to_json()
    for text in (report_text(without), report_markdown(without)):
        assert "BM25 " not in text
        assert "Kaikaku" not in text
    beside = report_of(tmp_path, asked, *lines, peers=answered("yuki", "別の文"))
    values = beside.to_json()
    assert values["peers"]["BM25"]["total"]["S@1"] == 0
    assert values["peers"]["BM25"]["total"]["abstain"] is None
    assert {key: value for key, value in values.items() if key != "peers"} == without.to_json()
    markdown = report_markdown(beside).splitlines()
    assert "| system | S@1 | S@10 | MRR@10 | nDCG@10 | S@500c | S@2000c | cov@10 |" in markdown
    assert "| Kaikaku | 1.000 | 1.000 | 1.000 | 1.000 | 1.000 | 1.000 | 1.000 |" in markdown
    assert "| BM25 | 0.000 | 0.000 | 0.000 | 0.000 | 0.000 | 0.000 | 0.000 |" in markdown
    # One measure by type, without the type that it does not apply to.
    at = markdown.index("| S@2000c | lookup |")
    assert markdown[at + 1 : at + 4] == ["|---|---:|", "| Kaikaku | 1.000 |", "| BM25 | 0.000 |"]
    tables = report_text(beside).split("\n\n")
    assert tables[:2] == report_text(without).split("\n\n")[:2]
    assert [row.split()[0] for row in tables[2].splitlines()] == ["system", "Kaikaku", "BM25"]
    assert tables[3].splitlines() == ["S@2000c  lookup", "Kaikaku   1.000", "BM25      0.000"]


def test_run_command_measures_peers_with_the_search(
    tmp_path: Path, index: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = [json.loads(text) for text in DEFAULT_QUESTIONS.read_text(encoding="utf-8").splitlines()[:3]]
    out = tmp_path / "report"
    arguments = ["run", "--index", str(index), "--questions", str(write(tmp_path / "mine.jsonl", asked))]
    assert main([*arguments, "--out", str(out), "--peers", "--json"]) == 0
    captured = capsys.readouterr()
    report = json.loads(captured.out)
    assert report == json.loads((out / "report.json").read_text(encoding="utf-8"))
    assert set(report["peers"]) == set(PEERS)
    assert "encoding windows" in captured.err
    assert "| fusion |" in (out / "report.md").read_text(encoding="utf-8")
    assert main([*arguments, "--out", str(out), "--json"]) == 0
    again = json.loads(capsys.readouterr().out)
    assert (again["measures"], "peers" in again) == (report["measures"], False)


def test_peers_of_a_given_run_are_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = str(write(tmp_path / "run.jsonl", []))
    with pytest.raises(SystemExit) as caught:
        main(["run", "--run", run, "--peers"])
    assert caught.value.code == 2
    error = capsys.readouterr().err
    assert "usage: python -m eval run" in error
    assert "argument --peers: not allowed with argument --run: peers search the index, a run does not" in error
