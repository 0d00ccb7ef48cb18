"""An answer over three passages of the bundled documents, and a server on this machine that rewords it.

A plugin whose names tests import as well: PYTEST_DONT_REWRITE.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from chat_server import ChatServer, Conversation, Received, chatting, saying

from corpus.model import Citation
from corpus.settings import Settings
from search import Answer, Hit, SearchEngine
from search.language_model import LanguageModel
from search.model import Finding

# What the answer cites, in this order: [1], [2], [3].
CITED = (
    ("yuki-2021-plan", "テレワークPCの稼働率"),
    ("omitama-2026-plan", "時間外勤務総時間"),
    ("tsukubamirai-2024-report", "組織機構の見直しは実施"),
)
TRUE = "結城市は、テレワークPCの稼働率を令和7年度に100%とする目標を掲げています[1]。"
ALSO_TRUE = "小美玉市は、時間外勤務総時間を39,757時間から32,000時間にすることを目標としています[2]。"
FALSE = "結城市は、テレワークPCの稼働率を令和7年度に120%とする目標を掲げています[1]。"


@pytest.fixture(scope="module")
def chat() -> Iterator[ChatServer]:
    with chatting(saying(TRUE)) as server:
        yield server


@pytest.fixture
def model(chat: ChatServer) -> LanguageModel:
    chat.received.clear()
    return model_at(chat.url)


def model_at(url: str, seconds: float = 60.0, first_seconds: float = 60.0) -> LanguageModel:
    found = LanguageModel.from_settings(
        Settings(llm_url=url, llm_model="qwen3:8b", llm_seconds=seconds, llm_first_seconds=first_seconds)
    )
    assert found
    return found


@pytest.fixture(scope="module")
def answer(engine: SearchEngine) -> Answer:
    return answer_of(engine, "各市の目標と取組は？")


@pytest.fixture(scope="module")
def english(engine: SearchEngine) -> Answer:
    return replace(answer_of(engine, "What do the cities aim for?"), language="en")


def answer_of(engine: SearchEngine, question: str) -> Answer:
    hits = [hit_of(engine, *place) for place in CITED]
    cited = [hit.citation for hit in hits]
    findings = [Finding(one.document.municipality, one.quote, (one,)) for one in cited]
    return Answer(question, "", "ja", findings=tuple(findings), without_evidence=("石岡市",), hits=tuple(hits))


def hit_of(engine: SearchEngine, document_id: str, words: str) -> Hit:
    passage = next(one for one in engine.passages if one.document.id == document_id and words in one.text)
    citation = Citation(passage.document, passage.text, passage.span, passage.context)
    return Hit(1, passage, 1.0, citation, engine.initiative_of(passage))


def mixed(conversation: Conversation, received: Received) -> None:
    """Reword the passage of a city, once as it stands and once with a figure of its own."""
    number = received.number("結城市")
    conversation.say(f"結城市はテレワークに取り組んでいます[{number}]。結城市のテレワークは4711件です[{number}]。")
