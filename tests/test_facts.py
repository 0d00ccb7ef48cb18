"""What a card shows of an initiative: every figure opens its own place, doubts are marked, all text is escaped."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape

import pytest
from harmless import assert_harmless
from server import HOSTILE

from corpus.model import Document, Initiative, Kpi, Progress
from search import Filters, SearchEngine
from search.citations import plain
from ui.answer_html import answer_html
from ui.facts import facts_html
from ui.library import Library
from ui.render import documents_html, hits_html
from ui.texts import text

pytest_plugins = ["server"]

_BUTTON = re.compile(
    r'<button type="button" class="([\w -]+)" data-doc="([^"]+)" data-start="(\d+)" data-end="(\d+)"[^>]*>'
    r"(.*?)</button>"
)


def made(kpis: tuple[Kpi, ...] = (), progress: tuple[Progress, ...] = ()) -> Initiative:
    return Initiative("plan", 0, "1", "窓口", (), (), "", (), kpis, progress, None, (0, 10), {})


def kpi(name: str = "件数", role: str = "target", value: str = "5件", **others: object) -> Kpi:
    values = {"fiscal_year": 2025, "number": 5.0, "unit": "件", "span": (3, 5)} | others
    return Kpi(name=name, role=role, value=value, **values)  # type: ignore[arg-type]


@pytest.fixture
def document(engine: SearchEngine) -> Document:
    return engine.documents[0]


@pytest.mark.parametrize("language", ["ja", "en"])
def test_every_figure_opens_the_place_where_it_is_printed(engine: SearchEngine, language: str) -> None:
    documents = {document.id: document for document in engine.documents}
    for initiative in engine.initiatives:
        source = engine.canonical_text(initiative.document_id)
        html = facts_html(initiative, documents[initiative.document_id], language)  # type: ignore[arg-type]
        shown = {"k-value": [], "k-status": []}  # type: dict[str, list[tuple[int, int]]]
        for css_class, document_id, start, end, label in _BUTTON.findall(html):
            span = int(start), int(end)
            assert document_id == initiative.document_id
            words = unescape(re.sub(r"<span class=\"k-doubt\">.*?</span>|<[^>]*>", "", label))
            printed = plain(source[slice(*span)])
            assert printed in words or set(initiative.departments) & set(re.split(r"[・ ]", words))
            shown[css_class.split()[0]].append(span)
        assert set(shown["k-value"]) >= {kpi.span for kpi in initiative.kpis}
        assert shown["k-status"] == [progress.span for progress in initiative.progress]


def test_values_of_an_indicator_stand_together_in_order(document: Document) -> None:
    kpis = (
        kpi(role="baseline", value="3件", fiscal_year=2024),
        kpi(name="率", value="10%"),
        kpi(value="4件", fiscal_year=2025),
        kpi(value="5件", fiscal_year=None),
    )
    plain_text = re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", facts_html(made(kpis), document, "ja")))
    assert "件数 基準値 令和6年度 3件 → 目標値 令和7年度 4件 5件 率 目標値 令和7年度 10%" in plain_text
    english = re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", facts_html(made(kpis), document, "en")))
    assert "件数 baseline FY2024 3件 → target FY2025 4件 5件" in english


def test_long_lists_are_folded(document: Document) -> None:
    kpis = tuple(kpi(name=f"指標{number}") for number in range(9))
    progress = tuple(Progress(f"取組内容{number}", 2024, "順調", "順調", (1, 3)) for number in range(11))
    html = facts_html(made(kpis, progress), document, "ja")
    assert "<summary>ほか5指標</summary>" in html
    assert "<summary>ほか3件</summary>" in html
    assert html.count('class="k-value"') == 9
    assert html.count("k-status") == 11
    many = facts_html(made(tuple(kpi(fiscal_year=2000 + year) for year in range(20))), document, "ja")
    assert "<details" not in many  # one indicator is never torn apart


def test_doubts_are_marked_with_their_reason(document: Document) -> None:
    doubtful = {"certain": False, "reason": "数字の区切りが正しくない"}
    progress = Progress("", 2024, "順調", "回調", (1, 3), certain=False, reason="読み取り誤りの疑い")
    html = facts_html(made((kpi(**doubtful), kpi(name="率")), (progress,)), document, "ja")
    assert html.count(text("doubt", "ja")) == 2
    assert 'title="数字の区切りが正しくない"><span lang="ja">5件</span>' in html
    assert 'title="読み取り誤りの疑い"' in html
    assert html.count("title=") == 2


def test_values_of_the_whole_chapter_are_told_apart(document: Document) -> None:
    html = facts_html(made((kpi(scope="section"),)), document, "en")
    assert text("section_kpis", "en", count=1) in html.split("<details")[1]
    assert text("kpis", "en") not in html.split("<details")[0]


def test_nothing_known_is_nothing_shown(document: Document) -> None:
    assert facts_html(made(), document, "ja") == ""


@pytest.mark.parametrize("hostile", HOSTILE)
def test_texts_of_a_document_come_back_escaped(document: Document, hostile: str) -> None:
    initiative = replace(
        made(
            (kpi(name=hostile, value=hostile, role=hostile, certain=False, reason=hostile), kpi(scope=hostile)),
            (Progress(hostile * 3, 2024, hostile, hostile, (1, 3), certain=False, reason=hostile),),
        ),
        departments=(hostile,),
    )
    for spans in ({}, {"departments": ((1, 2),)}, {"departments": ((1, 2), (3, 4))}):
        for language in ("ja", "en"):
            html = facts_html(replace(initiative, spans=spans), document, language)  # type: ignore[arg-type]
            assert_harmless(html)
            assert hostile in unescape(html)


# Beside the text.


def test_facts_stand_once_beside_the_quotes_of_an_initiative(engine: SearchEngine) -> None:
    library = Library(engine)
    answer = engine.ask("市税等の収納率の向上は？", Filters(["結城市"]))
    owners = [library.passage(citation) for citation in answer.citations]
    initiatives = {passage.initiative for passage in owners if passage and passage.initiative is not None}
    assert len(answer.citations) > len(initiatives) >= 1
    cards = answer_html(answer, library, "ja").split('<details class="k-details"')[0]
    assert cards.count('class="k-facts"') == len(initiatives)


def test_hits_show_department_indicators_and_progress(engine: SearchEngine) -> None:
    html = hits_html(engine.search("収納率", 5, Filters(departments=["開発指導課"])), Library(engine), "ja")
    assert html.count('class="k-facts"') == 5
    for shown in ("開発指導課", "75%以上", "68.99%", "取組項目3 <b>遅延</b>", "k-late", "k-idle"):
        assert shown in html


def test_documents_show_the_number_of_their_initiatives(engine: SearchEngine) -> None:
    html = documents_html(Library(engine), "ja")
    for document in engine.documents:
        count = sum(initiative.document_id == document.id for initiative in engine.initiatives)
        assert f"<span>取組{count}件</span>" in html
