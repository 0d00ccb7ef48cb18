"""Initiatives in the index: which passage is of which, and searches within those of a department or a progress."""

from __future__ import annotations

import re
import time

import pytest
from searching import ranked

from corpus.catalogue import Catalogue
from corpus.model import Initiative
from corpus.passages import cut
from search import Filters, SearchEngine, SearchError

QUESTION = "収納率の維持向上"
FILTERS = (
    Filters(departments=["総務課"]),
    Filters(departments=["収納課", "財政課"]),
    Filters(statuses=["遅延"]),
    Filters(statuses=["遅延", "未着手"]),
    Filters(numeric_target=True),
    Filters(["つくばみらい市"], 2020, ["report"], ["国保年金課"], ["未着手"], True),
)


def passes(filters: Filters, initiative: Initiative | None) -> bool:
    """What the filters say, read off the fields of the initiative."""
    if initiative is None:
        return False
    targets = [kpi for kpi in initiative.kpis if kpi.role == "target" and kpi.scope == "initiative"]
    statuses = {progress.status for progress in initiative.progress}
    return (
        (not filters.departments or bool(set(filters.departments) & set(initiative.departments)))
        and (not filters.statuses or bool(set(filters.statuses) & statuses))
        and (not filters.numeric_target or any(kpi.number is not None for kpi in targets))
    )


# In the index.


def test_initiatives_come_back_as_they_were_read(engine: SearchEngine, catalogue: Catalogue) -> None:
    read = [cut(document, catalogue.read(document)).initiatives for document in catalogue.documents]
    assert engine.initiatives == tuple(initiative for of_document in read for initiative in of_document)
    assert engine.manifest.counts["initiatives"] == len(engine.initiatives) > 100


def test_a_passage_belongs_to_the_initiative_that_it_names(engine: SearchEngine) -> None:
    owned = 0
    for passage in engine.passages:
        initiative = engine.initiative_of(passage)
        assert (initiative is None) == (passage.initiative is None)
        if initiative:
            owned += 1
            assert initiative.document_id == passage.document.id
            assert (initiative.number, initiative.title) == (passage.initiative_number, passage.initiative_title)
            assert initiative.departments == passage.departments
    assert owned > len(engine.passages) // 2


def test_departments_and_statuses_are_those_that_occur(engine: SearchEngine) -> None:
    assert set(engine.departments) == {name for one in engine.initiatives for name in one.departments}
    assert engine.departments[0] == "総務課"
    assert set(engine.statuses) == {progress.status for one in engine.initiatives for progress in one.progress}
    assert engine.statuses == ("達成", "順調", "遅延", "未着手")


# Searches.


@pytest.mark.parametrize("filters", FILTERS)
def test_only_passages_of_initiatives_that_pass_are_found(engine: SearchEngine, filters: Filters) -> None:
    hits = engine.search(QUESTION, 200, filters)
    assert hits
    for hit in hits:
        assert hit.initiative == engine.initiative_of(hit.passage)
        assert passes(filters, hit.initiative), hit.passage.context
        assert not filters.municipalities or hit.passage.document.municipality in filters.municipalities
    # No initiative that passes is missed.
    found = {(hit.passage.document.id, hit.passage.initiative) for hit in hits}
    if not filters.municipalities and len(hits) < 200:
        admitted = {(one.document_id, one.ordinal) for one in engine.initiatives if passes(filters, one)}
        assert found == admitted & {(passage.document.id, passage.initiative) for passage in engine.passages}


def test_a_department_is_its_whole_name(engine: SearchEngine) -> None:
    hits = engine.search("管理", 200, Filters(departments=["管財課"]))
    assert hits
    assert {hit.passage.departments for hit in hits if "契約管財課" in hit.passage.departments} == set()


def test_empty_filters_are_none(engine: SearchEngine) -> None:
    empty = Filters([], None, [], [], [], False)
    assert ranked(engine.search(QUESTION, 20, empty)) == ranked(engine.search(QUESTION, 20))


@pytest.mark.parametrize("filters", FILTERS)
def test_answers_cite_only_initiatives_that_pass(engine: SearchEngine, filters: Filters) -> None:
    answer = engine.ask("収納率を上げる取組は？", filters)
    spans = {(passage.document.id, passage.span): engine.initiative_of(passage) for passage in engine.passages}
    for citation in answer.citations:
        owners = [
            initiative
            for (document_id, (start, end)), initiative in spans.items()
            if document_id == citation.document.id and start <= citation.span[0] and citation.span[1] <= end
        ]
        assert any(passes(filters, initiative) for initiative in owners)
    assert all(passes(filters, hit.initiative) for hit in answer.hits)


def test_cities_without_such_an_initiative_were_not_searched(engine: SearchEngine) -> None:
    """Only Tsukubamirai's documents report progress."""
    answer = engine.ask("収納率を上げる取組は？", Filters(statuses=["遅延"]))
    assert answer.municipalities == ("つくばみらい市",)
    assert answer.without_evidence == ()
    other = engine.ask("結城市のテレワークは？", Filters(statuses=["遅延"]))
    assert other.abstained
    assert other.text.startswith("絞り込みの条件に合う箇所の中に")


def test_filters_that_leave_nothing_give_nothing(engine: SearchEngine) -> None:
    filters = Filters(["石岡市"], statuses=["順調"])
    assert engine.search("研修", filters=filters) == []
    answer = engine.ask("Which cities train their staff?", filters)
    assert answer.abstained
    assert "that the filters admit" in answer.text


@pytest.mark.parametrize(
    ("filters", "message"),
    [
        (Filters(departments=["総務"]), r"no initiative is of the department 総務; the nearest of \d+: 総務課, "),
        (Filters(departments=["総務課", "総務課 "]), r"the department 総務課 ; the nearest of \d+: 総務課, "),
        (Filters(departments=["x" * 100_000]), r"; the nearest of \d+: "),
        (Filters(statuses=["遅れ"]), "no initiative has the progress 遅れ; use one of 達成, 順調, 遅延, 未着手"),
    ],
)
def test_unknown_names_are_errors_that_name_what_there_is(engine: SearchEngine, filters: Filters, message: str) -> None:
    for ask in (lambda: engine.search("研修", filters=filters), lambda: engine.ask("研修", filters)):
        with pytest.raises(SearchError) as caught:
            ask()
        assert re.search(message, str(caught.value))
        assert str(caught.value).count("課") < 10


def test_filters_take_no_time_to_speak_of(engine: SearchEngine) -> None:
    def seconds(filters: Filters | None) -> float:
        engine.search(QUESTION, 10, filters)
        start = time.perf_counter()
        for _ in range(10):
            engine.search(QUESTION, 10, filters)
        return time.perf_counter() - start

    plain = min(seconds(None) for _ in range(3))
    for filters in FILTERS:
        assert min(seconds(filters) for _ in range(3)) < 2 * plain + 0.05
