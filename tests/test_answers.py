"""Answers say what the documents say, city by city; without evidence they abstain."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from asked import ASKED

from indexer.tokenise import fold
from search import Answer, Filters, SearchEngine, SearchError
from search.batch import answer_to_json, matrix_to_json, run_lines
from search.citations import verified
from search.names import bilingual
from search.vocabulary import load_vocabulary

pytest_plugins = ["asked"]

CITIES = ("つくばみらい市", "小美玉市", "結城市", "石岡市")
QUESTIONS_FILE = Path(__file__).parent.parent / "eval" / "questions.jsonl"

UNANSWERABLE = (
    "核融合発電の研究はどこまで進みましたか",
    "When will nuclear fusion be commercially viable?",
    "おいしい寿司屋を教えてください",
    "where can I eat good sushi?",
    "asdf",
    "asdf qwer zxcv",
    "Lorem ipsum dolor sit amet, consectetur adipiscing elit",
    "ぺぽぴゃ みょんくらげ",
    "へろもぴ ぬゆよ",
    "あああああああ",
    "？？？",
    "😀😀😀",
    "結城市の恐竜はなぜ絶滅したのですか",
    "What sushi does Ishioka serve?",
    "どの市ですか",
    "which cities?",
)


def frame(answer: Answer) -> str:
    """Return an answer's text without quotes and names of the documents, their sources and municipalities."""
    text = answer.text
    for citation in answer.citations:
        quote = " ".join(citation.quote.split())
        assert f"「{quote}」" in answer.text and citation.context in answer.text
        text = text.replace(f"「{quote}」", "").replace(citation.context, "")
    text = re.sub("「[^」]*」", "", text)  # indicators and initiatives
    text = re.sub(r"\d[\d,.]*[^\s\[\]()]*", "", text)  # values as printed: 15.3万㎡
    for name in (*CITIES, "水戸市"):
        text = text.replace(bilingual(name), "").replace(name, "")
    return text


# Answers


@pytest.mark.parametrize("question", ["どの市がテレワークを目標にしていますか", "which cities target telework?"])
def test_telework_is_found_for_three_cities_and_not_for_the_fourth(engine: SearchEngine, question: str) -> None:
    answer = engine.ask(question)
    assert set(answer.municipalities) == {"つくばみらい市", "小美玉市", "結城市"}
    assert answer.without_evidence == ("石岡市",)
    for finding in answer.findings:
        assert any("テレワーク" in citation.quote for citation in finding.citations), finding.municipality
        assert all(verified(citation, engine.canonical_text) for citation in finding.citations)
        assert all(citation.document.municipality == finding.municipality for citation in finding.citations)
        assert finding.municipality in answer.text
    assert "石岡市" in answer.text


@pytest.mark.parametrize(
    ("word", "questions"),
    [
        (
            "ハラスメント",
            ["ハラスメント対策に取り組んでいる市はどこですか", "What are the cities doing about harassment?"],
        ),
        ("出前講座", ["出前講座を行っている市はどこですか", "Tell me about cities that give delivery lectures"]),
        ("パブリックコメント", ["パブリックコメントを実施する市を知りたい", "which cities collect public comments?"]),
        ("時差出勤", ["時差出勤ができる市は？", "Which municipalities offer staggered working hours?"]),
    ],
)
def test_cities_are_those_whose_documents_say_so(engine: SearchEngine, word: str, questions: list[str]) -> None:
    saying = {
        document.municipality
        for document in engine.documents
        if word in "".join(engine.canonical_text(document.id).split())
    }
    for question in questions:
        answer = engine.ask(question)
        assert set(answer.municipalities) == saying, question
        assert set(answer.without_evidence) == set(CITIES) - saying
        assert all(finding.citations for finding in answer.findings)


def test_most_concepts_of_the_vocabulary_are_found_in_the_right_cities(engine: SearchEngine) -> None:
    texts: dict[str, str] = {}
    for document in engine.documents:
        text = "".join(fold(engine.canonical_text(document.id)).lower().split())
        texts[document.municipality] = texts.get(document.municipality, "") + text
    right, wrong = 0, []
    for group in load_vocabulary().groups[::20]:
        names = ["".join(fold(name).lower().split()) for name in group]
        saying = {city for city, text in texts.items() if any(name in text for name in names)}
        found = set(engine.ask(f"どの市が{group[0]}に取り組んでいますか").municipalities)
        right += found == saying
        if found != saying:
            wrong.append((group[0], found ^ saying))
    assert right >= 4 * len(wrong), wrong


def test_municipalities_and_those_without_evidence_are_all_that_were_searched(answers: list[Answer]) -> None:
    for question, answer in zip(ASKED, answers, strict=True):
        named = {
            name
            for name, letters in zip(CITIES, ("Tsukubamirai", "Omitama", "Yuki", "Ishioka"), strict=True)
            if name in question or letters in question
        }
        searched = [*answer.municipalities, *answer.without_evidence]
        assert set(searched) == (named or set(CITIES)), question
        assert len(searched) == len(set(searched))
        assert answer.question == question


def test_answers_are_framed_in_the_language_of_the_question(answers: list[Answer]) -> None:
    spoken = {answer.language for answer in answers if not answer.abstained}
    assert spoken == {"ja", "en"}
    for answer in answers:
        rest = frame(answer)
        if answer.language == "en":
            assert not re.search(r"[぀-ヿ一-鿿]", rest), rest
        else:
            assert not re.search(r"[A-Za-z]", rest), rest
        for citation in answer.citations:
            assert re.search(r"[぀-ヿ一-鿿]", citation.quote)


def test_answers_show_no_figure_of_their_own(engine: SearchEngine, many: list[Answer]) -> None:
    printed = " ".join(document.title for document in engine.documents)
    for answer in many:
        cited = answer.citations
        places = " ".join(f"{citation.line} {citation.page} {number}" for number, citation in enumerate(cited, 1))
        evidence = " ".join([printed, places, *(f"{citation.quote} {citation.context}" for citation in cited)])
        # Plans print the years of a table once, above it, and in another notation.
        said = re.sub(r"(?:令和|平成)\d+年度|FY\d{4}", "", answer.text)
        own = {figure for figure in re.findall(r"\d{2,}", said) if figure not in re.findall(r"\d+", evidence)}
        assert own == set(), answer.question


@pytest.mark.parametrize("question", UNANSWERABLE)
def test_what_no_document_answers_is_declined(engine: SearchEngine, question: str) -> None:
    answer = engine.ask(question)
    assert answer.abstained
    assert answer.findings == () == answer.citations == answer.municipalities
    japanese = "見つかりませんでした" in answer.text
    assert japanese == (answer.language == "ja") and japanese != ("No passage" in answer.text)


@pytest.mark.parametrize(
    ("question", "remark"),
    [
        ("水戸市のテレワークの目標は？", "水戸市の文書は収録されていません"),
        ("What is the telework target of Mito City?", "no documents of 水戸市 (Mito)"),
        ("札幌市と土浦市の窓口改革", "札幌市、土浦市の文書は収録されていません"),
    ],
)
def test_a_city_without_documents_is_named_as_such(engine: SearchEngine, question: str, remark: str) -> None:
    answer = engine.ask(question)
    assert answer.abstained and remark in answer.text
    assert answer.findings == () == answer.citations == answer.without_evidence


def test_a_city_without_documents_beside_one_with_documents_is_named_too(engine: SearchEngine) -> None:
    answer = engine.ask("水戸市と結城市のテレワーク")
    assert answer.municipalities == ("結城市",) and not answer.abstained
    assert "水戸市の文書は収録されていません" in answer.text


def test_a_question_of_general_words_about_one_city_is_answered(engine: SearchEngine) -> None:
    assert engine.ask("結城市の計画の目標は？").municipalities == ("結城市",)
    assert engine.ask("計画の目標は？", Filters(["結城市"])).municipalities == ("結城市",)


def test_filters_restrict_answers(engine: SearchEngine) -> None:
    question = "テレワークに取り組んでいる市は？"
    assert engine.ask(question, Filters(["結城市"])).municipalities == ("結城市",)
    only = engine.ask(question, Filters(["小美玉市", "石岡市"]))
    assert (only.municipalities, only.without_evidence) == (("小美玉市",), ("石岡市",))
    # What a filter hides does not make the rest better evidence.
    for filters in (Filters(["石岡市"]), Filters(kinds=["outline"]), Filters(fiscal_year=2022, kinds=["outline"])):
        answer = engine.ask(question, filters)
        assert (answer.abstained, answer.without_evidence) == (True, ("石岡市",))
    for filters in (Filters(kinds=["report"]), Filters(fiscal_year=2027), Filters(["つくばみらい市"], 2020, ["plan"])):
        answer = engine.ask(question, filters)
        for citation in (*answer.citations, *(hit.citation for hit in answer.hits)):
            document = citation.document
            assert not filters.kinds or filters.kinds[0] in document.kind
            first, last = document.fiscal_years
            assert filters.fiscal_year is None or first <= filters.fiscal_year <= last
            assert not filters.municipalities or document.municipality in filters.municipalities


# Comparison


def test_comparison_has_a_cell_for_each_municipality_and_theme(engine: SearchEngine) -> None:
    themes = ["テレワーク", "パブリックコメント", "核融合"]
    matrix = engine.compare(themes)
    assert (matrix.municipalities, matrix.themes) == (CITIES, tuple(themes))
    assert [[(cell.municipality, cell.theme) for cell in row] for row in matrix.cells] == [
        [(city, theme) for theme in themes] for city in CITIES
    ]
    found = [[cell.finding is not None for cell in row] for row in matrix.cells]
    assert found == [[True, True, False], [True, False, False], [True, True, False], [False, False, False]]
    for row in matrix.cells:
        for cell in row:
            if cell.finding:
                assert cell.finding.municipality == cell.municipality
                assert all(verified(citation, engine.canonical_text) for citation in cell.finding.citations)


def test_comparison_of_chosen_municipalities_keeps_their_order(engine: SearchEngine) -> None:
    matrix = engine.compare(["テレワーク"], ["石岡市", "結城市", "石岡市"])
    assert matrix.municipalities == ("石岡市", "結城市")
    assert [[cell.finding is None for cell in row] for row in matrix.cells] == [[True], [False]]
    assert engine.compare(["テレワーク"], ["石岡市"]).cells[0][0].finding is None


def test_comparison_as_json_has_the_same_cells(engine: SearchEngine) -> None:
    table = json.loads(json.dumps(matrix_to_json(engine.compare(["テレワーク"]))))
    assert table["municipalities"] == list(CITIES)
    statements = [[cell["statement"] is None for cell in row] for row in table["cells"]]
    assert statements == [[False], [False], [False], [True]]
    assert [len(row[0]["citations"]) > 0 for row in table["cells"]] == [True, True, True, False]


def test_comparison_of_what_is_not_there_is_an_error(engine: SearchEngine) -> None:
    with pytest.raises(SearchError, match="no documents of 水戸市; use one of つくばみらい市"):
        engine.compare(["テレワーク"], ["水戸市"])
    with pytest.raises(SearchError, match="no theme to compare; give at least one"):
        engine.compare([])
    with pytest.raises(SearchError, match="empty"):
        engine.compare(["テレワーク", " "])


# Runs


def test_run_lines_are_as_designed(engine: SearchEngine) -> None:
    questions = [json.loads(line) for line in QUESTIONS_FILE.read_text(encoding="utf-8").splitlines()[:10]]
    lines = [json.loads(json.dumps(line, ensure_ascii=False)) for line in run_lines(engine, questions, 5)]
    assert [line["id"] for line in lines] == [question["id"] for question in questions]
    for line in lines:
        assert set(line) == {"id", "passages", "answer"}
        assert [passage["rank"] for passage in line["passages"]] == [1, 2, 3, 4, 5]
        for passage in line["passages"]:
            keys = {"rank", "doc", "municipality", "text", "context", "score", "span", "page"}
            assert set(passage) == keys
            assert engine.canonical_text(passage["doc"])[slice(*passage["span"])] == passage["text"]
        answer = line["answer"]
        assert {"text", "municipalities", "without_evidence", "abstained", "citations"} <= set(answer)
        for citation in answer["citations"]:
            assert {"doc", "quote", "span"} <= set(citation)
            assert engine.canonical_text(citation["doc"])[slice(*citation["span"])] == citation["quote"]


def test_questions_that_cannot_be_asked_give_abstaining_lines_and_end_nothing(engine: SearchEngine) -> None:
    questions = ["テレワーク" * 1000, "", "テレワーク\ud800", "テレワーク"]
    lines = list(run_lines(engine, [{"id": str(at), "question": text} for at, text in enumerate(questions)], 3))
    assert [line["answer"]["abstained"] for line in lines] == [True, True, True, False]
    assert [len(line["passages"]) for line in lines] == [0, 0, 0, 3]
    assert "5,000 characters; use at most 2,000" in lines[0]["answer"]["text"]


def test_a_run_with_an_impossible_top_k_is_an_error_and_no_run(engine: SearchEngine) -> None:
    for top_k in (0, 201):
        with pytest.raises(SearchError, match="use 1 to 200"):
            list(run_lines(engine, [{"id": "1", "question": "テレワーク"}], top_k))


def test_an_answer_as_json_says_what_the_answer_says(answers: list[Answer]) -> None:
    for answer in answers:
        table = answer_to_json(answer)
        assert table["text"] == answer.text
        assert table["municipalities"] == list(answer.municipalities)
        assert table["without_evidence"] == list(answer.without_evidence)
        assert [citation["quote"] for citation in table["citations"]] == [c.quote for c in answer.citations]
