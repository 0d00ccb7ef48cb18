"""A language model behind an OpenAI-compatible endpoint (Ollama, llama.cpp, vLLM …): its replies, as they stream.

Source of the protocol: OpenAI API reference, "Create chat completion", and the WHATWG HTML standard, 9.2 "Server-sent
events". The key is in no message, record of a log or representation; redirects are not followed, so that it goes to the
host that was named and to no other.
"""

from __future__ import annotations

import ipaddress
import json
import logging
import queue
import threading
import time
from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import urlsplit

import httpx

from corpus.settings import Settings
from search.errors import SearchError

Trouble = Literal["unreachable", "slow", "refused", "unreadable", "cut", "long", "empty", "withheld"]
"""Why a model gave no reply, or no whole one: no connection; over time; an HTTP status or error instead; not the
protocol; ended early; too long; nothing in it; nothing to send it."""

MOST_BYTES = 1 << 20
_ENDPOINT = "/chat/completions"
_logger = logging.getLogger(__name__)


class ModelError(Exception):
    """A reply that did not come, or not whole. detail: a few words on it, such as HTTP 404; never the server's."""

    def __init__(self, trouble: Trouble, detail: str = "") -> None:
        super().__init__(f"{trouble} {detail}".strip())
        self.trouble = trouble
        self.detail = detail


@dataclass(frozen=True)
class LanguageModel:
    """A model and where it is asked.

    name: as the server calls it. endpoint: the whole address. seconds: for a whole reply; first_seconds: for the first
    sign of it, and at most between two.
    """

    name: str
    endpoint: str
    key: str = field(default="", repr=False)
    seconds: float = Settings.llm_seconds
    first_seconds: float = Settings.llm_first_seconds

    @classmethod
    def from_settings(cls, settings: Settings) -> LanguageModel | None:
        """Return the model that the settings name; None when they name no address.

        Raises SearchError, which says what to set, when what they name cannot be used.
        """
        if not settings.llm_url:
            return None
        endpoint = _endpoint(settings.llm_url)
        name = settings.llm_model.strip()
        if not name or not name.isprintable():
            raise SearchError(
                "KAIKAKU_LLM_URL is set but KAIKAKU_LLM_MODEL names no model; set it to a model that the server has, "
                "or unset KAIKAKU_LLM_URL"
            )
        if not all("!" <= character <= "~" for character in settings.llm_key):
            raise SearchError(
                "KAIKAKU_LLM_KEY has blanks or other characters that no key has; set it to the key alone, or unset it"
            )
        return cls(name, endpoint, settings.llm_key, settings.llm_seconds, settings.llm_first_seconds)

    @property
    def host(self) -> str:
        """Return where the model runs: host and, when one is named, port."""
        return urlsplit(self.endpoint).netloc

    def reply(self, messages: Sequence[Mapping[str, str]]) -> Generator[str, None, None]:
        """Return the pieces of a reply as they come; messages: each with ``role`` and ``content``.

        Raises ModelError when it does not come, not in time or not whole. Closing the iterator ends the request.
        """
        body = json.dumps({"model": self.name, "messages": list(messages), "stream": True, "temperature": 0})
        # A thread of its own: neither a name server nor a dripping connection can hold up the reader beyond its time.
        pieces: queue.SimpleQueue[str | ModelError | None] = queue.SimpleQueue()
        left = threading.Event()
        start = time.monotonic()
        threading.Thread(target=self._read, args=(body, pieces, left), name="language-model", daemon=True).start()
        end, is_begun = start + self.first_seconds, False
        try:
            while True:
                now = time.monotonic()
                try:
                    piece = pieces.get(timeout=max(0.0, min(end, start + self.seconds) - now))
                except queue.Empty:
                    raise ModelError("slow") from None
                if isinstance(piece, ModelError):
                    raise piece
                if piece is None:
                    return
                if time.monotonic() > start + self.seconds:
                    raise ModelError("slow")
                if not is_begun:
                    end, is_begun = start + self.seconds, True
                if piece:
                    yield piece
        finally:
            left.set()

    def _read(self, body: str, pieces: queue.SimpleQueue[str | ModelError | None], left: threading.Event) -> None:
        """Put the pieces of a reply into a queue, empty ones for signs of life, then None or what went wrong."""
        headers = {"Content-Type": "application/json", "Accept-Encoding": "identity", "User-Agent": "kaikaku"}
        if self.key:
            headers["Authorization"] = f"Bearer {self.key}"
        try:
            with (
                httpx.Client(
                    timeout=self.first_seconds, follow_redirects=False, trust_env=not _is_this_machine(self.endpoint)
                ) as client,
                client.stream("POST", self.endpoint, content=body.encode(), headers=headers) as response,
            ):
                for piece in _pieces(response):
                    if left.is_set():
                        return
                    pieces.put(piece)
            pieces.put(None)
        except ModelError as error:
            pieces.put(error)
        except httpx.TimeoutException:
            pieces.put(ModelError("slow"))
        except (httpx.ConnectError, httpx.ProxyError):
            pieces.put(ModelError("unreachable"))
        except (httpx.ReadError, httpx.RemoteProtocolError):
            pieces.put(ModelError("cut"))
        except Exception as error:  # a stack trace might hold the key
            _logger.error("a request to the language model failed: %s", type(error).__name__)
            pieces.put(ModelError("unreachable", type(error).__name__))


def _endpoint(url: str) -> str:
    """Return the whole address of the endpoint. Raises SearchError, which does not repeat the given one."""
    example = "such as http://localhost:11434/v1"
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError:
        raise SearchError(f"KAIKAKU_LLM_URL is not an address; set it to one {example}") from None
    if parts.scheme not in ("http", "https") or not parts.hostname or port == 0 or not url.strip().isprintable():
        raise SearchError(f"KAIKAKU_LLM_URL is not an http or https address; set it to one {example}")
    if "@" in parts.netloc or parts.query or parts.fragment or any(character.isspace() for character in url.strip()):
        raise SearchError(
            f"KAIKAKU_LLM_URL has a user name, a query or a blank in it; set it to the bare address, {example}, and "
            "KAIKAKU_LLM_KEY to the key if there is one"
        )
    path = parts.path.rstrip("/")
    return f"{parts.scheme}://{parts.netloc}{path}{'' if path.endswith(_ENDPOINT) else _ENDPOINT}"


def _is_this_machine(endpoint: str) -> bool:
    """Return whether an address is of this machine, for which no proxy of the environment is asked."""
    host = urlsplit(endpoint).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def _pieces(response: httpx.Response) -> Iterator[str]:
    """Return the pieces of text of a response, streamed or whole."""
    if response.status_code != 200:
        raise ModelError("refused", f"HTTP {response.status_code}")
    if response.headers.get("content-encoding", "identity") != "identity":
        raise ModelError("unreadable")
    if response.headers.get("content-type", "").split(";")[0].strip().lower() == "application/json":
        text, _ = _content(b"".join(_limited(response)))
        yield text
        return
    is_whole = False
    line = b""
    for block in _limited(response):
        *lines, line = (line + block).split(b"\n")
        for data in (one.removeprefix(b"data:").strip() for one in lines if one.startswith(b"data:")):
            if data == b"[DONE]":
                return
            text, is_end = _content(data)
            is_whole = is_whole or is_end
            yield text
        yield ""
    if not is_whole:
        raise ModelError("cut")


def _limited(response: httpx.Response) -> Iterator[bytes]:
    size = 0
    for block in response.iter_raw():
        size += len(block)
        if size > MOST_BYTES:
            raise ModelError("long")
        yield block


def _content(data: bytes) -> tuple[str, bool]:
    """Return the text of one chunk, or of a whole reply, and whether it is the last."""
    try:
        chunk: Any = json.loads(data.decode("utf-8"))
        if "error" in chunk:
            raise ModelError("refused")
        if not chunk["choices"]:  # the count of tokens
            return "", False
        choice = chunk["choices"][0]
        text = (choice.get("delta") or choice.get("message") or {}).get("content") or ""
    except (ValueError, RecursionError, KeyError, TypeError, AttributeError, IndexError):
        raise ModelError("unreadable") from None
    if not isinstance(text, str):
        raise ModelError("unreadable")
    if choice.get("finish_reason") == "length":
        raise ModelError("cut")
    return text, choice.get("finish_reason") is not None
