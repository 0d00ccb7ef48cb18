"""The HTML of an answer: numbered sources, its table, the evidence of each municipality; untrusted text is escaped."""

from __future__ import annotations

import re
from dataclasses import replace
from html import escape, unescape
from pathlib import Path

import pytest
from harmless import assert_harmless
from server import HOSTILE

from corpus.model import Citation
from indexer.encoder import Encoder
from search import Answer, Finding, SearchEngine
from search.answer import answer_text, quoted
from search.model import STRENGTHS, Row, Statement, Table
from search.names import line_name
from ui.answer_html import answer_html
from ui.library import Library
from ui.texts import text

pytest_plugins = ["server"]

_MARK = re.compile(
    r'<button type="button" class="k-number" data-doc="([^"]*)" data-start="(\d+)" data-end="(\d+)" title="([^"]*)" '
    r'aria-label="([^"]*)">\[(\d+)\]</button>'
)


def made_answer(
    statements: tuple[Statement, ...],
    *,
    table: Table | None = None,
    remarks: tuple[str, ...] = (),
    findings: tuple[Finding, ...],
    without_evidence: tuple[str, ...] = (),
    language: str = "ja",
) -> Answer:
    return Answer(
        "どうですか",
        answer_text(statements, table, remarks, findings, language),
        language,
        statements=statements,
        table=table,
        remarks=remarks,
        findings=findings,
        without_evidence=without_evidence,
    )


def cited(engine: SearchEngine, question: str, count: int) -> tuple[Citation, ...]:
    return tuple(hit.citation for hit in engine.search(question, count))


def listed_initiatives(engine: SearchEngine, count: int) -> Answer:
    """A list of initiatives, each cited by its title."""
    document = engine.documents[0]
    source = engine.canonical_text(document.id)
    own = [one for one in engine.initiatives if one.document_id == document.id and "title" in one.spans][:count]
    citations = [
        Citation(document, source[slice(*one.spans["title"][0])], one.spans["title"][0], "", line=1) for one in own
    ]
    rows = tuple(
        Row((citation.quote, "・".join(one.departments)), (citation,))
        for one, citation in zip(own, citations, strict=True)
    )
    return made_answer(
        (Statement(f"次の{count}件です。", (citations[0],)),),
        table=Table(("取組", "担当課"), rows),
        findings=(Finding(document.municipality, "", tuple(citations)),),
    )


def said_html(html: str) -> str:
    return html.split("<section")[1].split("</section>", maxsplit=1)[0]


@pytest.mark.parametrize("hostile", HOSTILE)
def test_every_part_of_an_answer_comes_back_escaped(hostile_index: Path, encoder: Encoder, hostile: str) -> None:
    hostile_engine = SearchEngine.open(hostile_index, encoder=encoder)
    citation = hostile_engine.search("テレワークの推進", 1)[0].citation
    citation = replace(citation, context=hostile)
    answer = made_answer(
        (Statement(hostile, (citation,)),),
        table=Table((hostile, "取組", "短い"), (Row((hostile, hostile, hostile[:30]), (citation,)),)),
        remarks=(hostile,),
        findings=(Finding("結城市", hostile, (citation,)),),
        without_evidence=(hostile,),
        language=hostile,
    )
    for language in ("ja", "en"):
        html = answer_html(answer, Library(hostile_engine), language)  # type: ignore[arg-type]
        assert_harmless(html)
        assert f"<td>{escape(hostile[:30])}</td>" in html
        said = unescape(said_html(html))
        assert said.count(hostile) >= 7  # statement, remark, heading, two cells, and what two buttons open


@pytest.mark.parametrize("language", ["ja", "en"])
def test_every_number_opens_its_citation_and_is_listed_once(engine: SearchEngine, language: str) -> None:
    citations = cited(engine, "テレワーク", 8)
    cities = dict.fromkeys(citation.document.municipality for citation in citations)
    findings = tuple(
        Finding(name, "", tuple(one for one in citations if one.document.municipality == name)) for name in cities
    )
    statements = (Statement("テレワークを進めています。", citations[:3]), Statement("目標があります。", citations[2:4]))
    html = answer_html(made_answer(statements, findings=findings), Library(engine), language)  # type: ignore[arg-type]
    numbered = made_answer(statements, findings=findings).citations
    marks = _MARK.findall(said_html(html))
    assert [number for *_, number in marks] == ["1", "2", "3", "3", "4"]
    for document_id, start, end, _, spoken, number in marks:
        citation = numbered[int(number) - 1]
        assert (document_id, int(start), int(end)) == (citation.document.id, *citation.span)
        assert spoken == text("open_source", language, number=number)  # type: ignore[arg-type]
    listed = re.findall(r'<b class="k-mark">\[(\d+)\]</b>', html)
    assert sorted(map(int, listed)) == [*range(1, len(numbered) + 1)]
    for number, citation in enumerate(numbered, 1):
        source = html.split(f'<b class="k-mark">[{number}]</b>')[1].split("</figcaption>")[0]
        assert escape(citation.document.title) in source
        assert f'data-start="{citation.span[0]}" data-end="{citation.span[1]}"' in source
        assert line_name(citation.line, language) in source


def test_cards_name_the_city_and_how_firm_its_evidence_is(engine: SearchEngine) -> None:
    citations = {one.document.municipality: one for one in cited(engine, "人材育成", 50)}
    assert len(citations) == len(STRENGTHS)
    findings = tuple(
        Finding(name, "", (citation,), strength)
        for (name, citation), strength in zip(citations.items(), STRENGTHS, strict=True)
    )
    answer = made_answer((Statement("4市です。", tuple(citations.values())),), findings=findings)
    html = answer_html(answer, Library(engine), "ja")
    headings = [re.sub(r"<[^>]*>", "", heading) for heading in re.findall(r"<h3>(.*?)</h3>", html)[: len(findings)]]
    assert [heading.split() for heading in headings] == [
        [finding.municipality, "茨城県", strength]
        for finding, strength in zip(findings, ("数値目標", "実施", "計画・検討", "言及"), strict=True)
    ]
    assert text("found_count", "ja", searched=4, found=4) in html
    english = answer_html(answer, Library(engine), "en")
    for strength in ("numeric target", "done", "planned", "mentioned"):
        assert f">{strength}</span></h3>" in english
    assert "k-strength" not in answer_html(replace(answer, kind="list"), Library(engine), "ja")


def test_one_city_alone_has_a_list_of_sources(engine: SearchEngine) -> None:
    citation = cited(engine, "テレワーク", 1)[0]
    name = citation.document.municipality
    answer = made_answer((Statement("目標があります。", (citation,)),), findings=(Finding(name, "", (citation,)),))
    html = answer_html(answer, Library(engine), "ja")
    assert f"<h3>{text('sources', 'ja')} <small>{name}</small></h3>" in html
    assert "k-strength" not in html
    assert "k-summary" not in html


def test_cities_that_the_answer_is_not_about_have_their_cards_all_the_same(engine: SearchEngine) -> None:
    # 「…していない市は？」: the evidence is that of the others.
    citation = cited(engine, "テレワーク", 1)[0]
    name = citation.document.municipality
    finding = Finding(name, "", (citation,), "done")
    statement = Statement("土浦市の文書には記述がありません。", (citation,))
    answer = replace(made_answer((statement,), findings=(finding,), without_evidence=("土浦市",)), negative=True)
    html = answer_html(answer, Library(engine), "ja")
    assert re.findall(r"<h3>([^ <]*)", html) == [name]
    assert text("found_count", "ja", searched=2, found=1) in html


def test_quote_that_an_answer_says_is_not_repeated_below_it(engine: SearchEngine) -> None:
    said, other = cited(engine, "テレワーク", 2)
    findings = (Finding(said.document.municipality, "", (said, other)),)
    html = answer_html(made_answer((Statement(quoted(said), (said,)),), findings=findings), Library(engine), "ja")
    figures = html.split('<figure class="k-citation">')[1:]
    assert ["<blockquote" in figure for figure in figures] == [False, True]
    shown = unescape(
        re.sub(r"<[^>]*>", "", figures[1].split("<blockquote")[1].split(">", 1)[1].split("</blockquote")[0])
    )
    assert shown.split() == other.quote.split()


def test_quote_in_a_table_of_cities_leaves_their_facts_in_the_cards(engine: SearchEngine) -> None:
    citation = next(
        hit.citation for hit in engine.search("テレワーク", 10) if hit.initiative and hit.initiative.own_kpis
    )
    name = citation.document.municipality
    table = Table(("自治体", "根拠"), (Row((name, quoted(citation)), (citation,)),))
    statement = Statement("目標があります。", (citation,))
    findings = (Finding(name, "", (citation,)),)
    html = answer_html(made_answer((statement,), table=table, findings=findings), Library(engine), "ja")
    assert "<blockquote" not in html
    assert html.count('class="k-facts"') == 1


def test_table_has_headings_and_the_numbers_of_every_row(engine: SearchEngine) -> None:
    answer = listed_initiatives(engine, 12)
    library = Library(engine)
    html = answer_html(answer, library, "ja")
    table = re.search(r"<table.*?</table>", html)
    assert table
    assert re.findall(r'<th scope="col">([^<]*)</th>', table[0]) == ["取組", "担当課", text("sources", "ja")]
    assert text("table_caption", "ja", count=12) in re.findall(r"<caption>([^<]*)</caption>", table[0])
    rows = re.findall(r"<tr><th scope=\"row\">(.*?)</th><td>(.*?)</td><td>(.*?)</td></tr>", table[0])
    for row, (title, departments, marks) in zip(answer.table.rows, rows, strict=True):  # type: ignore[union-attr]
        assert (unescape(title), unescape(departments)) == row.cells
        assert [(document_id, (int(start), int(end))) for document_id, start, end, *_ in _MARK.findall(marks)] == [
            (one.document.id, one.span) for one in row.citations
        ]
    # The sources say where it stands, not once more what the table shows.
    evidence = html.split("</section>", 1)[1]
    assert evidence.count('class="k-mark"') == 12
    assert "<blockquote" not in evidence
    assert "k-facts" not in evidence
    without_table = answer_html(made_answer(answer.statements, findings=answer.findings), library, "ja")
    assert "scope=" not in without_table
    assert "<blockquote" in without_table
    assert "k-facts" in without_table


@pytest.mark.parametrize(("rows", "unfolded"), [(4, 4), (8, 5), (12, 0)])
def test_many_sources_are_folded_and_of_a_long_table_all(engine: SearchEngine, rows: int, unfolded: int) -> None:
    html = answer_html(listed_initiatives(engine, rows), Library(engine), "ja").split("</section>", 1)[1]
    assert html.split("<details")[0].count('class="k-mark"') == unfolded
    if rows > unfolded:
        key = "more_sources" if unfolded else "all_sources"
        assert f"<summary>{text(key, 'ja', count=rows - unfolded)}</summary>" in html


def test_sentence_about_very_many_sources_shows_the_first_and_the_last(engine: SearchEngine) -> None:
    answer = listed_initiatives(engine, 9)
    answer = replace(answer, statements=(Statement("次の9件です。", answer.citations),))
    sentence = said_html(answer_html(answer, Library(engine), "ja")).split("</sup>")[0]
    assert [number for *_, number in _MARK.findall(sentence)] == ["1", "2", "3", "4", "5", "9"]
    assert "…" in sentence


def test_answer_is_copied_with_its_sources(engine: SearchEngine) -> None:
    answer = listed_initiatives(engine, 3)
    html = answer_html(answer, Library(engine), "en")
    copied = re.search(r'data-copy="([^"]*)"', html)
    assert copied
    assert unescape(copied[1]) == answer.text


def test_abstaining_answer_is_a_notice(engine: SearchEngine) -> None:
    answer = engine.ask("水戸市の窓口のデジタル化は？")
    assert answer.abstained
    html = answer_html(answer, Library(engine), "ja")
    assert text("abstained", "ja") in html
    assert "水戸市の文書は収録されていません" in html
    assert "k-card" not in html.split("<details")[0]


def test_answer_keeps_the_remark_on_places_without_documents(engine: SearchEngine) -> None:
    html = answer_html(engine.ask("水戸市と結城市のRPA"), Library(engine), "ja")
    assert "水戸市の文書は収録されていません" in html
