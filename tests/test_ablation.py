"""Ablation: what is lost without each part of the search, and where the tables stand."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import get_args

import pytest
from evaluation import question, write
from small_index import catalogue_of

from eval import ablation
from eval.__main__ import main
from eval.ablation import BEGIN, ENCODER_PART, END, MEASURES, PARTS, TYPES, Ablation, ablate, ablation_text
from eval.jsonl import EvaluationError
from eval.questions import QuestionSet, read_questions
from indexer.build import build
from indexer.encoder import Encoder
from search import SearchEngine
from search.concepts import Source
from search.recognised import Kind
from search.signals import SIGNALS
from search.weights import load_weights

PAGE = f"# 検索\n\n前\n\n{BEGIN}\n古い表\n{END}\n\n後\n"


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Questions in words that the documents do not have, for others that mean the same, and one without an answer."""
    in_other_words = [
        ("施設命名権の取組", "tsukubamirai-2019-plan", "ネーミングライツ"),
        ("光学文字認識の取組", "ishioka-2022-outline", "AI-OCR"),
        ("タスクフォースの取組", "ishioka-2022-outline", "プロジェクトチーム"),
    ]
    values = [
        question(f"other-{at}", "paraphrase", [(document, [quote])], question=text)
        for at, (text, document, quote) in enumerate(in_other_words)
    ]
    nothing = question("nothing", "unanswerable", question="火星への移住は？")
    return write(tmp_path_factory.mktemp("questions") / "mine.jsonl", [*values, nothing])


@pytest.fixture(scope="module")
def other_documents(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A catalogue that is not of the index: the encoder before its fitting is not tried."""
    folder = tmp_path_factory.mktemp("other")
    catalogue_of(folder, only="# 大綱\n\n窓口を改善する。\n")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KAIKAKU_DOCUMENTS", str(folder))
        yield


@pytest.fixture(scope="module")
def table(index: Path, asked: Path, other_documents: None) -> Ablation:
    return ablate(index, [read_questions(asked)])[0]


def without(table: Ablation, part: str) -> ablation.Without:
    return next(one for one in table.without if one.part == part)


def test_parts_are_all_expansions_conditions_and_signals() -> None:
    ignored = {kind for part in PARTS for kind in part.ignored}
    assert set(get_args(Source)) <= ignored
    # Who writes operators means them, and a city without documents is no part of a search.
    assert ignored == set(get_args(Kind)) - {"outside", "operators"}
    assert {name for part in PARTS for name in part.zeroed} == {*SIGNALS, "spread"}


def test_a_table_has_every_part_and_the_answerable_questions_only(table: Ablation) -> None:
    assert [one.part for one in table.without] == [part.name for part in PARTS]
    assert table.questions == 3
    assert list(table.whole) == [*MEASURES, *TYPES]
    assert table.whole["paraphrase"] == table.whole["S@2000c"] == 1
    assert table.whole["english"] is None


def test_without_synonyms_questions_in_other_words_find_less(table: Ablation) -> None:
    lost = without(table, "expansion: synonyms")
    assert lost.changed == 3
    # A good encoder finds some of them all the same.
    for values in (lost.values, without(table, "expansion: all four").values):
        assert (values["S@2000c"] or 0) <= 2 / 3
    # Nothing was spelt otherwise, and no year was named.
    for part in ("expansion: spelling", "question: year", "signal: years"):
        assert (without(table, part).changed, without(table, part).values) == (0, table.whole)


def test_a_signal_at_weight_zero_changes_what_is_found(table: Ablation) -> None:
    assert without(table, "signal: bigrams").changed > 0
    assert without(table, "signal: all four cosines").changed > 0
    assert without(table, "spread over documents").changed > 0


def test_what_changes_is_what_an_engine_with_that_weight_finds_otherwise(
    table: Ablation, engine: SearchEngine, index: Path, asked: Path
) -> None:
    texts = [one.question for one in read_questions(asked).questions if one.answerable]
    for name in ("bigrams", "title"):
        other = SearchEngine.open(index, encoder=engine.encoder, weights=replace(load_weights(), **{name: 0.0}))
        changed = sum(found(engine, text) != found(other, text) for text in texts)
        assert without(table, f"signal: {name}").changed == changed, name


def found(engine: SearchEngine, text: str) -> list[tuple[str, str]]:
    return [(hit.passage.document.id, hit.passage.text) for hit in engine.search(text, 20)]


def test_the_fitting_of_the_encoder_is_a_part(
    tmp_path: Path, encoder: Encoder, asked: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build(catalogue_of(tmp_path / "documents", only="# 大綱\n\n窓口を改善する。\n"), tmp_path / "index", encoder)
    monkeypatch.setenv("KAIKAKU_DOCUMENTS", str(tmp_path / "documents"))
    monkeypatch.setattr(ablation, "EMBEDDED_BASE", encoder.name)
    table = ablate(tmp_path / "index", [read_questions(asked)], [])[0]
    assert [(one.part, one.changed) for one in table.without] == [(ENCODER_PART, 0)]  # the same one twice
    monkeypatch.setattr(ablation, "EMBEDDED_BASE", str(tmp_path / "none"))
    assert ablate(tmp_path / "index", [read_questions(asked)], [])[0].without == ()


def test_questions_without_an_answer_alone_are_refused(tmp_path: Path, index: Path) -> None:
    only = read_questions(write(tmp_path / "only.jsonl", [question("u", "unanswerable")]))
    with pytest.raises(EvaluationError, match=r"only\.jsonl holds no question that can be answered"):
        ablate(index, [only])


def test_a_question_that_cannot_be_asked_is_named(tmp_path: Path, index: Path) -> None:
    long = read_questions(write(tmp_path / "long.jsonl", [question("q", gold=[("a", ["b"])], question="あ" * 3000)]))
    with pytest.raises(EvaluationError, match=r"long\.jsonl, q: the question has 3,000 characters"):
        ablate(index, [long])


def test_text_shows_differences_and_nothing_where_there_is_none(table: Ablation) -> None:
    lines = ablation_text([table, table]).splitlines()
    assert lines[0] == "mine.jsonl, 3 questions"
    assert lines[2].split() == ["without", "changed", *MEASURES, *TYPES]
    assert lines[3].split() == ["(nothing)", *(f"{table.whole[name]:.3f}" for name in (*MEASURES, "paraphrase")), "-"]
    synonyms = next(line for line in lines if line.startswith("expansion: synonyms"))
    lost = 1 - (without(table, "expansion: synonyms").values["S@2000c"] or 0)
    assert f"−{lost:.3f}" in synonyms
    spelling = next(line for line in lines if line.startswith("expansion: spelling"))
    assert spelling.split() == ["expansion:", "spelling", "-"]
    assert all(line == line.rstrip() for line in lines)
    assert sum(line == lines[0] for line in lines) == 2


# The page and the command


@pytest.mark.parametrize("page", ["", f"{END}\n{BEGIN}\n", f"{BEGIN}\n", f"{PAGE}{PAGE}", f"{PAGE}{END}\n"])
def test_a_page_without_its_markers_is_refused_and_left_alone(
    tmp_path: Path, asked: Path, page: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "page.md"
    path.write_text(page, encoding="utf-8")
    # The index, which is not there, is not even looked for.
    assert main(["ablate", "--questions", str(asked), "--index", str(tmp_path / "none"), "--write", str(path)]) == 1
    error = capsys.readouterr().err
    assert f"page.md: put the lines {BEGIN} and {END} where the tables belong" in error
    assert error.count("\n") == 1
    assert path.read_text(encoding="utf-8") == page


def test_command_writes_the_tables_between_the_markers_and_prints_json(
    tmp_path: Path,
    index: Path,
    asked: Path,
    table: Ablation,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def measured(searched: Path | None, sets: list[QuestionSet], *, progress: bool) -> list[Ablation]:
        assert (searched, [one.name for one in sets], progress) == (index, ["mine.jsonl"], True)
        return [table]

    monkeypatch.setattr(ablation, "ablate", measured)
    path = tmp_path / "page.md"
    path.write_text(PAGE, encoding="utf-8")
    arguments = ["ablate", "--questions", str(asked), "--index", str(index)]
    assert main([*arguments, "--write", str(path)]) == 0
    text = capsys.readouterr().out.rstrip("\n")
    assert text == ablation_text([table])
    assert path.read_text(encoding="utf-8") == PAGE.replace("古い表", f"```text\n{text}\n```")
    assert main([*arguments, "--write", str(path), "--json"]) == 0  # once more: in the place of the tables
    assert path.read_text(encoding="utf-8").count("```text") == 1
    written = json.loads(capsys.readouterr().out)["tables"][0]
    assert written["questions"]["answerable"] == 3
    assert set(written["without"]) == {part.name for part in PARTS}
    lost = without(table, "expansion: synonyms").values["S@2000c"]
    assert written["without"]["expansion: synonyms"]["measures"]["S@2000c"] == pytest.approx(lost, abs=1e-4)
    assert written["whole"]["english"] is None
    assert sorted(path.name for path in tmp_path.iterdir()) == ["page.md"]


def test_the_page_of_the_docs_has_its_markers() -> None:
    from eval.parser import PAGE as page

    text = page.read_text(encoding="utf-8")
    assert (text.count(BEGIN), text.count(END)) == (1, 1)


def test_errors_are_one_line(tmp_path: Path, asked: Path, capsys: pytest.CaptureFixture[str]) -> None:
    in_another_encoding = tmp_path / "sjis.md"
    in_another_encoding.write_bytes(PAGE.encode("shift_jis"))
    wrong = [
        (["--index", str(tmp_path / "none")], "run `python -m indexer build`"),
        (["--write", str(tmp_path / "none.md")], "none.md does not exist"),
        (["--write", str(in_another_encoding)], "sjis.md: the text is not UTF-8"),
    ]
    for arguments, message in wrong:
        assert main(["ablate", "--questions", str(asked), *arguments]) == 1
        error = capsys.readouterr().err
        assert message in error
        assert error.count("\n") == 1
