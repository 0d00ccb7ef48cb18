"""Questions that the documents answer, with their answers: asked once for all tests of a session.

A plugin whose names tests import as well: PYTEST_DONT_REWRITE.
"""

from __future__ import annotations

import pytest

from search import Answer, SearchEngine

ASKED = (
    "どの市がテレワークを目標にしていますか",
    "which cities target telework?",
    "残業時間を減らす目標を比べたい",
    "Which cities fight harassment at work?",
    "結城市の未利用地はどう売却しますか",
    "石岡市の人材育成について教えてください",
    "What does Omitama plan for public facilities?",
    "つくばみらい市の市税の収納率の実績は？",
    "水戸市と結城市の窓口改革",
    "Compare Yuki and Mito City on digital procedures",
)


@pytest.fixture(scope="session")
def answers(engine: SearchEngine) -> list[Answer]:
    return [engine.ask(question) for question in ASKED]


@pytest.fixture(scope="session")
def titles(engine: SearchEngine) -> list[str]:
    """Titles of initiatives, over all documents."""
    every = list(dict.fromkeys(passage.initiative_title for passage in engine.passages if passage.initiative_title))
    return every[:: len(every) // 50][:50]


@pytest.fixture(scope="session")
def many(engine: SearchEngine, titles: list[str], answers: list[Answer]) -> list[Answer]:
    """The answers, and those to the titles of initiatives."""
    return [*answers, *map(engine.ask, titles)]
