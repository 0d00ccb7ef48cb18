"""What keeps the page on this machine: closed routes, and headers that forbid the browser to ask anybody else."""

from __future__ import annotations

import os
import re
from collections.abc import MutableMapping

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

# Of Gradio's interface the page and its clients need these; closed are files by path, uploads, the proxy, and
# fetching of http(s) addresses, which would make the server itself ask outside.
_OPEN_ROUTES = re.compile(
    r"/gradio_api/(?:info|openapi\.json|app_id|startup-events|theme\.css|login_check|queue/(?:join|data)|"
    r"call/.+|run/.+|api/.+|heartbeat/[^/]+|cancel|reset)/?"
)
_CLOSED_PAGES = re.compile(r"/(?:monitoring|deep_link|svelte)(?:/.*)?")

# Gradio's own page needs inline scripts and eval (templates of gr.HTML).
_HEADERS = {
    b"content-security-policy": b"default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; "
    b"style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; "
    b"object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'self'",
    b"x-content-type-options": b"nosniff",
    b"referrer-policy": b"no-referrer",
}


class ClosedRoutes:
    """ASGI middleware: answers 404 to what the page does not need, and adds the security headers to the rest."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or close it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *_HEADERS.items()]
            await send(message)

        app = self._app if is_open(scope["path"]) else PlainTextResponse("Not found", status_code=404)
        await app(scope, receive, send_with_headers)


def is_open(path: str) -> bool:
    """Return whether a path of the server is open to the browser and to clients."""
    if path.startswith("/gradio_api"):
        return _OPEN_ROUTES.fullmatch(path) is not None and ".." not in path
    return _CLOSED_PAGES.fullmatch(path) is None


def stay_local(host: str, environment: MutableMapping[str, str] = os.environ) -> None:
    """Turn off telemetry, and keep proxies of the environment out of Gradio's calls to its own address."""
    environment["GRADIO_ANALYTICS_ENABLED"] = "False"
    for name in ("NO_PROXY", "no_proxy"):
        given = environment.get(name, "")
        environment[name] = ",".join(dict.fromkeys(filter(None, [*given.split(","), "localhost", "127.0.0.1", host])))
