"""The client of a language model, against a real server on this machine: replies as they stream, and every failure."""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from chat_server import ChatServer, Conversation, Received, chatting, saying, sending
from server import free_port

from corpus.errors import CorpusError
from corpus.settings import Settings
from search.errors import SearchError
from search.language_model import MOST_BYTES, LanguageModel, ModelError

pytest_plugins = ["chat_server"]

MESSAGES = [{"role": "system", "content": "規則"}, {"role": "user", "content": '{"question": "質問"}'}]
KEY = "sk-never-shown-4711"


@pytest.fixture
def chat() -> Iterator[ChatServer]:
    with chatting(saying("答え[1]。")) as server:
        yield server


def model_of(url: str, seconds: float = 20.0, first_seconds: float = 20.0) -> LanguageModel:
    settings = Settings(
        llm_url=url, llm_model="qwen3:8b", llm_key=KEY, llm_seconds=seconds, llm_first_seconds=first_seconds
    )
    model = LanguageModel.from_settings(settings)
    assert model
    return model


def trouble(model: LanguageModel) -> str:
    with pytest.raises(ModelError) as raised:
        list(model.reply(MESSAGES))
    assert KEY not in f"{raised.value!r} {raised.value} {raised.value.detail}"
    return raised.value.trouble


def test_a_reply_comes_piece_by_piece(chat: ChatServer) -> None:
    pieces = list(model_of(chat.url).reply(MESSAGES))
    assert "".join(pieces) == "答え[1]。" and len(pieces) > 1
    received = chat.received[0]
    assert received.path == "/v1/chat/completions"
    assert received.headers["authorization"] == f"Bearer {KEY}"
    assert received.body["model"] == "qwen3:8b"
    assert received.body["messages"] == MESSAGES
    assert received.body["stream"] is True


def test_a_piece_is_given_before_the_next_is_sent(chat: ChatServer) -> None:
    def behaviour(conversation: Conversation, _: Received) -> None:
        conversation.begin()
        conversation.piece("前半")
        chat.over.wait(20)
        conversation.piece("後半", finish_reason="stop")

    chat.behaviour = behaviour
    reply = model_of(chat.url).reply(MESSAGES)
    assert next(reply) == "前半"
    chat.over.set()
    assert list(reply) == ["後半"]


def test_a_server_that_does_not_stream_is_understood(chat: ChatServer) -> None:
    whole = {"choices": [{"message": {"role": "assistant", "content": "答え[1]。"}, "finish_reason": "stop"}]}
    chat.behaviour = sending(json.dumps(whole).encode(), "application/json; charset=utf-8")
    assert list(model_of(chat.url).reply(MESSAGES)) == ["答え[1]。"]


def test_the_whole_endpoint_may_be_named_too_and_a_key_is_not_needed(chat: ChatServer) -> None:
    model = LanguageModel.from_settings(Settings(llm_url=f"{chat.url}/chat/completions/", llm_model="m"))
    assert model and "".join(model.reply(MESSAGES)) == "答え[1]。"
    assert chat.received[0].path == "/v1/chat/completions"
    assert "authorization" not in chat.received[0].headers


@pytest.mark.parametrize(
    ("data", "content_type", "status", "expected"),
    [
        (b"", "text/event-stream", 500, "refused"),
        (b'{"error": "no"}', "application/json", 401, "refused"),
        (b'{"error": {"message": "no such model"}}', "application/json", 200, "refused"),
        (b'data: {"error": {"message": "out of memory"}}\n\n', "text/event-stream", 200, "refused"),
        (b"<html>hello</html>", "application/json", 200, "unreadable"),
        (b"data: {not json}\n\n", "text/event-stream", 200, "unreadable"),
        (b'data: {"choices": [{"delta": {"content": ["a"]}}]}\n\n', "text/event-stream", 200, "unreadable"),
        (b'data: "text"\n\n', "text/event-stream", 200, "unreadable"),
        (b"data: [1]\n\n", "text/event-stream", 200, "unreadable"),
        (b'data: {"choices": [{"delta": {"content": "\xff"}}]}\n\n', "text/event-stream", 200, "unreadable"),
        (b"data: " + b"[" * 100_000 + b"\n\n", "text/event-stream", 200, "unreadable"),
        (b"<html>hello</html>", "text/html", 200, "cut"),
        (b"", "text/event-stream", 200, "cut"),
        (b'data: {"choices": [{"delta": {"content": "a"}}]}\n\n', "text/event-stream", 200, "cut"),
        (
            b'data: {"choices": [{"delta": {"content": "a"}, "finish_reason": "length"}]}\n\ndata: [DONE]\n\n',
            "text/event-stream",
            200,
            "cut",
        ),
        (b":" + b" " * (MOST_BYTES + 1), "text/event-stream", 200, "long"),
        (b" " * (MOST_BYTES + 1), "application/json", 200, "long"),
    ],
)
def test_what_is_no_reply_is_named(
    chat: ChatServer, data: bytes, content_type: str, status: int, expected: str
) -> None:
    chat.behaviour = sending(data, content_type, status)
    assert trouble(model_of(chat.url)) == expected


def test_a_compressed_reply_is_not_unpacked(chat: ChatServer) -> None:
    chat.behaviour = sending(b"\x1f\x8b", Content_Encoding="gzip")
    assert trouble(model_of(chat.url)) == "unreadable"


def test_a_broken_connection_is_named(chat: ChatServer) -> None:
    chat.behaviour = sending(b'data: {"choices": []}\n\n', Content_Length="1000")
    assert trouble(model_of(chat.url)) == "cut"


def test_a_server_that_is_not_there_is_named() -> None:
    assert trouble(model_of(f"http://127.0.0.1:{free_port()}/v1")) == "unreachable"
    assert trouble(model_of("http://nobody.invalid/v1")) == "unreachable"


def test_a_silent_server_is_left_after_the_time_for_the_first_sign(chat: ChatServer) -> None:
    chat.behaviour = lambda *_: bool(chat.over.wait(60)) and None
    assert trouble(model_of(chat.url, seconds=600, first_seconds=0.3)) == "slow"


def test_a_dripping_server_is_left_after_the_whole_time(chat: ChatServer) -> None:
    def drip(conversation: Conversation, _: Received) -> None:
        conversation.begin()
        for number in count():
            if chat.over.wait(0.02):
                return
            conversation.piece(f"{number}")

    chat.behaviour = drip
    model = model_of(chat.url, seconds=1.5)
    pieces = []
    with pytest.raises(ModelError, match="slow"):
        for piece in model.reply(MESSAGES):
            pieces.append(piece)
    assert pieces
    assert chat.left.wait(20)


def test_a_reader_who_leaves_ends_the_request(chat: ChatServer) -> None:
    def endless(conversation: Conversation, _: Received) -> None:
        conversation.begin()
        while not chat.over.wait(0.01):
            conversation.piece("a")

    chat.behaviour = endless
    reply = model_of(chat.url).reply(MESSAGES)
    assert next(reply) == "a"
    reply.close()
    assert chat.left.wait(20)


def test_a_redirect_takes_the_key_nowhere(chat: ChatServer) -> None:
    with chatting(saying("盗む[1]。")) as other:
        for status in (301, 302, 307, 308):
            chat.behaviour = sending(b"", status=status, Location=f"{other.url}/chat/completions")
            assert trouble(model_of(chat.url)) == "refused"
        assert other.received == []


def test_proxies_of_the_environment_are_not_asked_for_this_machine(
    chat: ChatServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    with chatting(saying("別の答え[1]。")) as proxy:
        for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
            monkeypatch.setenv(name, proxy.url.removesuffix("/v1"))
        for name in ("NO_PROXY", "no_proxy"):
            monkeypatch.delenv(name, raising=False)
        for url in (chat.url, chat.url.replace("127.0.0.1", "localhost")):
            assert "".join(model_of(url).reply(MESSAGES)) == "答え[1]。"
        assert proxy.received == []


def test_the_key_is_in_no_record_and_no_representation(chat: ChatServer, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    model = model_of(chat.url)
    list(model.reply(MESSAGES))
    chat.behaviour = sending(KEY.encode(), status=403)
    trouble(model)
    trouble(model_of(f"http://127.0.0.1:{free_port()}"))
    assert caplog.records
    assert KEY not in caplog.text
    settings = Settings(llm_url=chat.url, llm_model="m", llm_key=KEY)
    assert KEY not in f"{model!r} {model} {settings!r} {settings}"


# Settings


def test_without_an_address_there_is_no_model() -> None:
    assert LanguageModel.from_settings(Settings()) is None
    assert LanguageModel.from_settings(Settings(llm_model="m", llm_key="k")) is None


@pytest.mark.parametrize(
    ("url", "name", "key", "message"),
    [
        ("http://localhost:11434/v1", "", "", "KAIKAKU_LLM_MODEL names no model; set it"),
        ("localhost:11434", "m", "", "not an http or https address; set it to one such as http://localhost:11434/v1"),
        ("ftp://localhost/v1", "m", "", "not an http or https address"),
        ("file:///etc/passwd", "m", "", "not an http or https address"),
        ("http:///v1", "m", "", "not an http or https address"),
        ("http://localhost:port/v1", "m", "", "not an address; set it"),
        ("http://[::1/v1", "m", "", "not an address; set it"),
        ("http://localhost/v1\x00", "m", "", "not an http or https address"),
        ("http://user:geheim@localhost/v1", "m", "", "has a user name, a query or a blank"),
        ("http://localhost/v1?key=geheim", "m", "", "KAIKAKU_LLM_KEY to the key"),
        ("http://local host/v1", "m", "", "has a user name, a query or a blank"),
        ("http://localhost/v1", "m", "geheim geheim", "KAIKAKU_LLM_KEY has blanks"),
        ("http://localhost/v1", "m", "geheim\r\nX-Other: 1", "KAIKAKU_LLM_KEY has blanks"),
        ("http://localhost/v1", "m", "鍵geheim", "KAIKAKU_LLM_KEY has blanks"),
    ],
)
def test_what_cannot_be_used_is_named_with_what_to_set(url: str, name: str, key: str, message: str) -> None:
    with pytest.raises(SearchError, match=message) as raised:
        LanguageModel.from_settings(Settings(llm_url=url, llm_model=name, llm_key=key))
    assert "geheim" not in str(raised.value) and "\n" not in str(raised.value)


def test_settings_come_from_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in list(os.environ):
        if name.startswith("KAIKAKU_LLM"):
            monkeypatch.delenv(name)
    assert Settings.from_environment().llm_url == ""
    given = {"URL": "http://a/v1", "MODEL": "m", "KEY": " k ", "SECONDS": "90", "FIRST_SECONDS": "5.5"}
    for name, value in given.items():
        monkeypatch.setenv(f"KAIKAKU_LLM_{name}", value)
    settings = Settings.from_environment()
    assert (settings.llm_url, settings.llm_model, settings.llm_key) == ("http://a/v1", "m", "k")
    model = LanguageModel.from_settings(settings)
    assert model and (model.host, model.seconds, model.first_seconds) == ("a", 90, 5.5)
    monkeypatch.setenv("KAIKAKU_LLM_SECONDS", "soon")
    with pytest.raises(CorpusError, match="KAIKAKU_LLM_SECONDS is 'soon'; set it to a number"):
        Settings.from_environment()
