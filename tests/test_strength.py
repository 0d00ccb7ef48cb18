"""How firmly a quote speaks for a municipality."""

from __future__ import annotations

import pytest

from search import SearchEngine
from search.concepts import Concept
from search.strength import is_denied, strength_of, target_about

TOPIC = (Concept("テレワーク", (("テレワーク",),), 3.0),)


@pytest.mark.parametrize(
    ("strength", "quote"),
    [
        ("target", "テレワーク利用者を100人とすることを目標とする。"),
        ("target", "テレワークの実施率 50%以上"),
        ("done", "令和5年4月からテレワークを本格導入した。"),
        ("done", "テレワークを実施しています。今後は研修を検討する。"),
        ("done", "テレワーク制度を導入済み"),
        ("planned", "テレワークの導入を検討している。"),
        ("planned", "テレワークの説明会を行った。 達成状況 △ 遅延"),
        ("planned", "テレワークの活用を進める。"),
        ("planned", "テレワークの環境整備が求められている。"),
        ("mentioned", "テレワークとは、離れた場所で働くこと"),
        ("mentioned", "窓口を開設した。テレワーク"),
    ],
)
def test_strength_of_a_quote(strength: str, quote: str) -> None:
    assert strength_of(quote, TOPIC, is_planned=False) == strength


def test_an_item_of_a_plan_is_planned_where_it_says_nothing_else() -> None:
    assert strength_of("▶テレワークの活用▶研修の実施", TOPIC, is_planned=True) == "planned"
    assert strength_of("テレワークを導入した。", TOPIC, is_planned=True) == "done"


def test_a_date_is_no_figure_aimed_at() -> None:
    assert strength_of("令和5年度の目標はテレワークの普及である。", TOPIC, is_planned=False) != "target"


@pytest.mark.parametrize(
    ("denied", "quote"),
    [
        (True, "テレワークは実施していない。"),
        (True, "テレワークの目標は設定せず、個別に判断する。"),
        (True, "テレワークは未導入である。"),
        (False, "テレワークを実施している。窓口は設けない。"),
        (False, "テレワークを導入した。"),
    ],
)
def test_what_denies_a_topic(denied: bool, quote: str) -> None:
    assert is_denied(quote, TOPIC) == denied


def test_targets_about_a_topic_are_of_its_own_indicators(engine: SearchEngine) -> None:
    found = {}
    for initiative in engine.initiatives:
        target = target_about(initiative, engine.understand("テレワーク").concepts)
        if target:
            found[initiative.document_id] = target.name
    assert set(found) == {"yuki-2021-plan"}  # the one of Tsukubamirai is misread in the document
    assert all("テレワーク" in name for name in found.values())
