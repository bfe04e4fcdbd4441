"""The outermost layer of the app, as plain ASGI: size limits, safe headers, request ids, metrics, the last net.

Why not a chain of middlewares? Each poll would pay for every link; this is one call and one wrapped `send`.
"""

import itertools
import logging
import re
import secrets
from collections.abc import Callable
from time import perf_counter
from typing import Final

from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from guide.errors import GuideError, Malformed, NotFound, TooLarge
from guide.logs import REQUEST_ID
from guide.metrics import Metrics
from guide.replies import INTERNAL, problem, reader_in
from guide.settings import LEAST_LIMIT

_LAYOUT_LIMIT: Final = 32 << 20
"""A building of 20,000 zones is some ten megabytes of GeoJSON."""
_LAYOUT: Final = re.compile(r"/api/v1/draft/zones|/v2/providers/locations")
_UPLOAD: Final = re.compile(r"/api/v1/(draft/import(/.*)?|draft/levels/[^/]+/plan|tracks|uploads(/[^/]*)?)")
_ID: Final = re.compile(rb"[A-Za-z0-9._-]{1,64}")
_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_CLOSED: Final = 499
"""What proxies write down when the other side left before the answer; nobody gets it."""
_HEADERS: Final = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(self), geolocation=(self), microphone=()"),
    # Pages bring their own policy. Of all else: should a browser show it as a document, nothing in it may run.
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'; sandbox"),
)
"""What every answer gets, where it does not bring its own."""
_NAMES: Final = frozenset(name for name, _ in _HEADERS)
_PROCESS: Final = secrets.token_hex(4)
"""The first half of an id, by which processes are told apart; the second is counted."""
_COUNT: Final = itertools.count(1)

log = logging.getLogger("guide.requests")


class Edge:
    """Wraps the whole app."""

    def __init__(self, app: ASGIApp, *, metrics: Metrics, body_limit: int, upload_limit: int) -> None:
        self._app = app
        self._metrics = metrics
        self._body_limit = body_limit
        self._upload_limit = upload_limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, whatever happens inside."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        exchange = _Exchange(scope, receive, send, self._limit)
        token = REQUEST_ID.set(exchange.request_id)
        try:
            await self._answer(scope, exchange)
        finally:
            seconds = perf_counter() - exchange.began
            method = scope["method"] if scope["method"] in _METHODS else "other"
            self._metrics.request(method, _route_of(scope), exchange.status, seconds)
            if log.isEnabledFor(logging.DEBUG):
                log.debug("%s %s %d %.1f ms", method, scope["path"], exchange.status, seconds * 1000)
            REQUEST_ID.reset(token)

    async def _answer(self, scope: Scope, exchange: "_Exchange") -> None:
        try:
            exchange.check()
            await self._app(scope, exchange.receive, exchange.send)
        except GuideError as error:
            await exchange.refuse(error)
        except ClientDisconnect:
            exchange.status = exchange.status or _CLOSED
        except Exception:
            log.exception("%s %s failed unexpectedly", scope["method"], scope["path"])
            extra = {"request_id": exchange.request_id}
            await exchange.refuse(GuideError.of("internal/found", extra=extra, request=exchange.request_id))

    def _limit(self, path: str) -> int:
        if _UPLOAD.fullmatch(path):
            return self._upload_limit
        return max(self._body_limit, _LAYOUT_LIMIT) if _LAYOUT.fullmatch(path) else self._body_limit


class _Exchange:
    """One request and its answer."""

    __slots__ = (
        "_length",
        "_limit",
        "_receive",
        "_scope",
        "_send",
        "_taken",
        "began",
        "request_id",
        "status",
    )

    def __init__(self, scope: Scope, receive: Receive, send: Send, limit: Callable[[str], int]) -> None:
        self.began = perf_counter()
        self.status = 0
        self._scope, self._receive, self._send = scope, receive, send
        self._limit = limit
        self._taken = 0
        self._length = b"0"
        self.request_id = ""
        for name, value in scope["headers"]:
            if name == b"content-length":
                self._length = value
            elif name == b"x-request-id" and _ID.fullmatch(value):
                self.request_id = value.decode()
        if not self.request_id:
            self.request_id = f"{_PROCESS}{next(_COUNT) & 0xFFFFFFFF:08x}"

    def check(self) -> None:
        """Refuse at the head what could only be refused later."""
        if "\0" in self._scope["path"]:
            raise NotFound.of("not_found")
        if b"%00" in self._scope["query_string"]:
            raise Malformed.of("malformed/nul")
        if self._length.isdigit():
            self._check_size(int(self._length))

    async def receive(self) -> Message:
        """The next piece of the body, counted: a body sent in chunks has no length at its head."""
        message = await self._receive()
        if message["type"] == "http.request":
            self._taken += len(message.get("body", b""))
            self._check_size(self._taken)
        return message

    def _check_size(self, count: int) -> None:
        # No limit is below the least, so a poll is not held up by finding out which limit is its own.
        if count > LEAST_LIMIT and count > (limit := self._limit(self._scope["path"])):
            raise TooLarge.of("body_too_large/limit", limit=limit)

    async def send(self, message: Message) -> None:
        """A piece of the answer; its head gets the safe headers."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers = message.get("headers", ())
            named = {name.lower() for name, _ in headers}
            safe = (
                _HEADERS if named.isdisjoint(_NAMES) else [each for each in _HEADERS if each[0] not in named]
            )
            message["headers"] = [*headers, *safe, (b"x-request-id", self.request_id.encode())]
        await self._send(message)

    async def refuse(self, error: GuideError) -> None:
        """Answer with a problem, unless an answer has begun already: then the connection just ends."""
        if self.status:
            self.status = INTERNAL
            return
        header = next((value for name, value in self._scope["headers"] if name == b"accept-language"), b"")
        reader = reader_in(header.decode("latin-1"))
        await problem(error, reader)(self._scope, self._receive, self.send)


def _route_of(scope: Scope) -> str:
    """The route's template, so that a million visits are one line of metrics."""
    route = scope.get("route")
    return getattr(route, "path_format", None) or getattr(route, "path", None) or "none"
