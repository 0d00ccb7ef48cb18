"""A chat completions server on this machine, as Ollama is one: real HTTP, streamed, and every way to fail.

A plugin whose names tests import as well: PYTEST_DONT_REWRITE.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Json = dict[str, Any]


@dataclass
class Received:
    """A request as it came. data: the JSON of the user's message."""

    path: str
    headers: dict[str, str]
    body: Json

    @property
    def data(self) -> Json:
        return dict(json.loads(self.body["messages"][1]["content"]))

    def number(self, municipality: str) -> int:
        """Return the number of the first passage of a municipality."""
        return int(next(one["number"] for one in self.data["passages"] if one["municipality"] == municipality))


Behaviour = Callable[["Conversation", Received], None]


@dataclass
class ChatServer:
    """url: what KAIKAKU_LLM_URL is set to. behaviour: how it answers from now on."""

    url: str
    behaviour: Behaviour
    received: list[Received] = field(default_factory=list)
    left: threading.Event = field(default_factory=threading.Event)
    """Set once a client has gone before its reply was whole."""
    over: threading.Event = field(default_factory=threading.Event)
    """Set at the end of the test: what waits may end."""


class Conversation(BaseHTTPRequestHandler):
    """One request to the server."""

    chat: ChatServer

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        received = Received(self.path, {name.lower(): value for name, value in self.headers.items()}, body)
        self.chat.received.append(received)
        try:
            self.chat.behaviour(self, received)
        except OSError:
            self.chat.left.set()

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""

    def begin(self, content_type: str = "text/event-stream", status: int = 200, **headers: str) -> None:
        """Send the head of a response that ends with its connection."""
        self.send_response(status)
        for name, value in {"Content-Type": content_type, "Connection": "close", **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.close_connection = True

    def piece(self, text: str, **more: object) -> None:
        """Send a piece of a streamed reply."""
        self.event({"choices": [{"index": 0, "delta": {"content": text}, **more}]})

    def event(self, data: Json | str) -> None:
        text = data if isinstance(data, str) else json.dumps(data, ensure_ascii=False)
        self.wfile.write(f"data: {text}\n\n".encode())
        self.wfile.flush()

    def say(self, text: str, size: int = 3) -> None:
        """Stream a whole reply, a few characters at a time, as models do."""
        self.begin()
        self.event({"choices": [{"index": 0, "delta": {"role": "assistant", "content": ""}}]})
        for start in range(0, len(text), size):
            self.piece(text[start : start + size])
        self.piece("", finish_reason="stop")
        self.event({"choices": [], "usage": {"total_tokens": 1}})
        self.event("[DONE]")


def saying(text: str, size: int = 3) -> Behaviour:
    """Reply with a text, whatever is asked."""
    return lambda conversation, _: conversation.say(text, size)


def sending(data: bytes, content_type: str = "text/event-stream", status: int = 200, **headers: str) -> Behaviour:
    """Reply with these bytes, and close."""

    def behaviour(conversation: Conversation, _: Received) -> None:
        conversation.begin(content_type, status, **headers)
        conversation.wfile.write(data)

    return behaviour


@contextmanager
def chatting(behaviour: Behaviour) -> Iterator[ChatServer]:
    """Run a server on a free port."""

    class Own(Conversation):
        pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Own)
    server.daemon_threads = True
    server.handle_error = lambda *_: None  # type: ignore[method-assign]
    chat = Own.chat = ChatServer(f"http://127.0.0.1:{server.server_port}/v1", behaviour)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield chat
    finally:
        chat.over.set()
        with suppress(OSError):
            server.shutdown()
        server.server_close()
        thread.join()
