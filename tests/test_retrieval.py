"""Found passages are right, in order, cited and the same every time."""

from __future__ import annotations

import math
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from searching import ranked

from corpus.catalogue import Catalogue
from indexer.tokenise import bigrams
from search import Filters, SearchEngine, SearchError
from search.duplicates import ALIKE


@pytest.mark.parametrize("question", ["結城市のテレワーク", "結城のテレワーク", "Telework in Yuki", "ﾃﾚﾜｰｸ　結城市"])
def test_a_named_city_filters(engine: SearchEngine, question: str) -> None:
    assert {hit.passage.document.municipality for hit in engine.search(question, top_k=30)} == {"結城市"}


def test_municipality_filter(engine: SearchEngine) -> None:
    for municipalities in (["石岡市"], ["石岡市", "小美玉市"]):
        hits = engine.search("職員の研修", 30, Filters(municipalities=municipalities))
        assert {hit.passage.document.municipality for hit in hits} == set(municipalities)


@pytest.mark.parametrize(
    ("kinds", "admitted"),
    [
        (["plan"], {"plan", "plan-and-report"}),
        (["report"], {"report", "plan-and-report"}),
        (["plan-and-report"], {"plan-and-report"}),
        (["outline"], {"outline"}),
        (["outline", "report"], {"outline", "report", "plan-and-report"}),
        ([], {"outline", "plan", "report", "plan-and-report"}),
    ],
)
def test_kind_filter(engine: SearchEngine, kinds: list[str], admitted: set[str]) -> None:
    hits = engine.search("職員の研修", 100, Filters(kinds=kinds))
    assert {hit.passage.document.kind for hit in hits} == admitted


@pytest.mark.parametrize("year", [2020, 2022, 2024, 2026, 2028, 2030])
def test_fiscal_year_filter(engine: SearchEngine, year: int) -> None:
    expected = {
        document.id
        for document in engine.documents
        if document.fiscal_years[0] <= year <= document.fiscal_years[1] or document.report_fiscal_year == year
    }
    hits = engine.search("職員の研修", 200, Filters(fiscal_year=year))
    assert {hit.passage.document.id for hit in hits} == expected


def test_filters_that_leave_nothing_give_nothing(engine: SearchEngine) -> None:
    assert engine.search("研修", filters=Filters(fiscal_year=1990)) == []
    assert engine.search("研修", filters=Filters(["石岡市"], kinds=["report"])) == []
    assert engine.ask("研修に取り組む市は？", Filters(fiscal_year=1990)).abstained


def test_unknown_filters_are_errors_that_name_what_there_is(engine: SearchEngine) -> None:
    for name in ("水戸市", "石岡", ""):
        with pytest.raises(SearchError, match="つくばみらい市, 小美玉市, 結城市, 石岡市"):
            engine.search("研修", filters=Filters(municipalities=[name]))
    with pytest.raises(SearchError, match="outline, plan, report, plan-and-report"):
        engine.ask("研修", filters=Filters(kinds=["計画"]))


@pytest.mark.parametrize("top_k", [1, 7, 200])
def test_top_k_limits(engine: SearchEngine, top_k: int) -> None:
    hits = engine.search("職員", top_k)
    assert len(hits) == top_k
    assert ranked(hits) == ranked(engine.search("職員", 200))[:top_k]


@pytest.mark.parametrize("top_k", [0, -1, 201, 10**9])
def test_top_k_out_of_range_is_an_error(engine: SearchEngine, top_k: int) -> None:
    with pytest.raises(SearchError, match="use 1 to 200"):
        engine.search("職員", top_k)


def test_asking_for_more_than_there_is_gives_all_there_is(engine: SearchEngine) -> None:
    own = [passage for passage in engine.passages if passage.document.municipality == "石岡市"]
    hits = engine.search("職員", 200, Filters(["石岡市"]))
    assert 0 < len(hits) <= len(own) < 200


QUESTIONS = (
    "どの市がテレワークを目標にしていますか",
    "which cities target telework?",
    "結城市の令和7年度の稼働率",
    "RPAやチャットボット",
    "残業を減らす",
    "How many municipalities outsource clerical work?",
    "ハンコの廃止",
    "公共施設の延床面積",
    "Ishioka's staff training",
    "？？？",
)


def test_results_are_ranked_by_descending_score(engine: SearchEngine) -> None:
    for question in QUESTIONS:
        hits = engine.search(question, 50)
        assert [hit.rank for hit in hits] == list(range(1, len(hits) + 1))
        assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
        assert all(math.isfinite(hit.score) for hit in hits)


def test_results_are_the_same_every_time_and_from_many_threads(engine: SearchEngine) -> None:
    def results(question: str) -> tuple[object, ...]:
        return ranked(engine.search(question)), engine.ask(question)

    alone = [results(question) for question in QUESTIONS]
    assert [results(question) for question in QUESTIONS] == alone
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(results, QUESTIONS * 2)) == alone * 2


def test_near_duplicates_of_a_city_are_folded(engine: SearchEngine) -> None:
    for question in ("広域連携", "ワークライフバランス", "市税の収納率", "取組目標"):
        kept: list[tuple[str, set[str]]] = []
        for hit in engine.search(question, 60):
            grams = set(bigrams(hit.passage.text))
            city = hit.passage.document.municipality
            for other_city, other in kept:
                assert other_city != city or len(grams & other) < ALIKE * len(grams | other)
            kept.append((city, grams))


def test_there_are_near_duplicates_to_fold(engine: SearchEngine) -> None:
    texts = Counter((passage.document.municipality, passage.text) for passage in engine.passages)
    (city, text), count = texts.most_common(1)[0]
    assert count > 1, "choose another way to test folding: no passage is printed twice"
    found = [hit for hit in engine.search(text[:300], 50, Filters([city])) if hit.passage.text == text]
    assert len(found) == 1


def test_the_title_of_an_initiative_finds_it_first(engine: SearchEngine, catalogue: Catalogue) -> None:
    for document in catalogue.documents:
        titles = list(
            dict.fromkeys(
                passage.initiative_title
                for passage in engine.passages
                if passage.document.id == document.id and passage.initiative_title
            )
        )
        assert len(titles) >= 10, document.id
        chosen = titles[:: len(titles) // 10][:10]
        found = [
            engine.search(title, 1, Filters([document.municipality]))[0].passage.initiative_title for title in chosen
        ]
        missed = [title for title, other in zip(chosen, found, strict=True) if title != other]
        assert len(missed) <= 1, (document.id, missed)
