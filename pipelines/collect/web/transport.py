"""Connections to the addresses the guard allowed, and one deadline for a whole request. Knows no robots and no pacing.

What reads a body has as long for all of it as for the rest of the request: `httpx` alone limits each single read, so
a server that sends a byte a second is never done.
"""

from __future__ import annotations

import ssl
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import Any
from urllib.parse import unquote

import httpcore
import httpx
from pydantic import HttpUrl

from pipelines.collect.web.guard import Guard
from pipelines.settings import Http

POOLS = 32
"""Each request looks at every connection of its pool (and asks the system about it): small pools keep that cheap."""

MAX_IDLE = 4
"""Connections of one pool kept open after their request: 128 in all, of the 256 files that macOS allows a process."""

KEEPALIVE = 30.0
"""Seconds for which an idle connection is kept: longer than the pause between two requests to a host, by default."""

ERRORS: tuple[tuple[type[Exception], type[httpx.TransportError]], ...] = (
    (httpcore.ConnectTimeout, httpx.ConnectTimeout),
    (httpcore.ReadTimeout, httpx.ReadTimeout),
    (httpcore.WriteTimeout, httpx.WriteTimeout),
    (httpcore.PoolTimeout, httpx.PoolTimeout),
    (httpcore.ConnectError, httpx.ConnectError),
    (httpcore.ReadError, httpx.ReadError),
    (httpcore.WriteError, httpx.WriteError),
    (httpcore.ProxyError, httpx.ProxyError),
    (httpcore.UnsupportedProtocol, httpx.UnsupportedProtocol),
    (httpcore.LocalProtocolError, httpx.LocalProtocolError),
    (httpcore.RemoteProtocolError, httpx.RemoteProtocolError),
)

DRAIN = 1 << 16
"""Bytes of a body that nobody asked for (of a 404, of a redirect) which are read all the same, so that the connection
can serve the next request: a new one costs more."""

BROKEN = (httpcore.RemoteProtocolError, httpcore.ReadError, httpcore.WriteError)
"""How a kept connection ends that the server has given up meanwhile."""


class Patience(float):
    """The timeout of one operation in seconds, which also knows when the request it belongs to must have ended.

    httpcore hands the timeouts of a request down to the stream as they are; so each read knows whose read it is, also
    on a connection that served other requests before, and in whatever thread.
    """

    __slots__ = ("connected", "ends", "heard")
    ends: float
    connected: bool
    """A new connection was made for the request."""
    heard: bool
    """Something came in after the request was sent."""

    @classmethod
    def until(cls, ends: float, seconds: float) -> Patience:
        """`ends` is a time of `time.monotonic`."""
        patience = cls(seconds)
        patience.ends, patience.connected, patience.heard = ends, False, False
        return patience


def _left(timeout: float | None, error: type[Exception]) -> float:
    """What an operation may still take; raises `error` if nothing is left."""
    assert isinstance(timeout, Patience)
    left = timeout.ends - time.monotonic()
    if left <= 0:
        raise error("the deadline of the request has passed")
    return min(timeout, left)


class _Stream(httpcore.NetworkStream):
    """A connection whose operations end with the request they serve."""

    def __init__(self, stream: httpcore.NetworkStream) -> None:
        self._stream = stream

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        data = self._stream.read(max_bytes, _left(timeout, httpcore.ReadTimeout))
        assert isinstance(timeout, Patience)
        timeout.heard = True
        return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, _left(timeout, httpcore.WriteTimeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        left = _left(timeout, httpcore.ConnectTimeout)
        return _Stream(self._stream.start_tls(ssl_context, server_hostname, left))

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


class _Backend(httpcore.NetworkBackend):
    """Connects to what the guard gives for a name, one address after the other; without a guard, to the proxy."""

    def __init__(self, guard: Guard | None) -> None:
        self._guard, self._sockets = guard, httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        assert isinstance(timeout, Patience)
        timeout.connected = True
        addresses = self._guard.addresses(host, port) if self._guard else [host]
        problem: Exception = httpcore.ConnectError(f"{host} has no address")
        for address in addresses:
            left = _left(timeout, httpcore.ConnectTimeout)
            try:
                return _Stream(self._sockets.connect_tcp(address, port, left, local_address, socket_options))
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                problem = error
        raise problem


class GuardedTransport(httpx.BaseTransport):
    """Sends requests through `guard`. Safe to share between threads.

    A request must have ended by its extension `deadline` (a time of `time.monotonic`; by default `http.deadline`
    seconds from now), its body read included; no single step of it may take longer than `http.timeout`.
    Raises what `httpx.HTTPTransport` raises, and the `CollectError` of the guard.
    """

    def __init__(self, http: Http, guard: Guard) -> None:
        self._http, self._guard = http, guard
        context = httpx.create_ssl_context(trust_env=False)
        self._pools = [_pool(http.proxy, guard, context) for _ in range(POOLS)]

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if self._http.proxy:
            self._guard.check_url(str(request.url))
        url = request.url
        ends = request.extensions.get("deadline") or time.monotonic() + self._http.deadline
        target = httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path)
        with _as_httpx_error():
            answer = self._send(request, target, ends)
        assert isinstance(answer.stream, Iterable)
        body = _Body(answer.stream, _length(answer))
        return httpx.Response(answer.status, headers=answer.headers, stream=body, extensions=answer.extensions)

    def _send(self, request: httpx.Request, target: httpcore.URL, ends: float) -> httpcore.Response:
        """The head of the answer. A request without effects goes out again if it met a kept connection that the server
        had just closed (RFC 9112, 9.3.1), at most once: the other idle ones are then most likely dead, too."""
        pool = self._pools[hash((target.host, target.port)) % POOLS]
        for attempt in (1, 2):
            patience = Patience.until(ends, self._http.timeout)
            steps = dict.fromkeys(("connect", "read", "write", "pool"), patience)
            outgoing = httpcore.Request(
                request.method, target, headers=request.headers.raw, content=request.stream,
                extensions={"timeout": steps},
            )  # fmt: skip
            try:
                answer = pool.handle_request(outgoing)
                if patience.heard:
                    return answer
                answer.close()
                raise httpcore.RemoteProtocolError("the answer was there before the question, behind another one")
            except BROKEN:
                if attempt == 2 or patience.connected or request.method not in ("GET", "HEAD"):
                    raise
        raise AssertionError("unreachable")

    def close(self) -> None:
        for pool in self._pools:
            pool.close()


def _pool(proxy: HttpUrl | None, guard: Guard, context: ssl.SSLContext) -> httpcore.ConnectionPool:
    """HTTP/1.1 only: one request at a time goes to a host, so HTTP/2 has nothing to give here."""
    if proxy is None:
        return httpcore.ConnectionPool(
            ssl_context=context, max_connections=None, max_keepalive_connections=MAX_IDLE, keepalive_expiry=KEEPALIVE,
            network_backend=_Backend(guard),
        )  # fmt: skip
    user, password = unquote(proxy.username or ""), unquote(proxy.password or "")
    return httpcore.HTTPProxy(
        f"{proxy.scheme}://{proxy.host}:{proxy.port}", proxy_auth=(user, password) if user or password else None,
        ssl_context=context, max_connections=None, max_keepalive_connections=MAX_IDLE, keepalive_expiry=KEEPALIVE,
        network_backend=_Backend(None),
    )  # fmt: skip


def _length(answer: httpcore.Response) -> bytes:
    """Content-Length as it stands; of a 304 it is that of the page which does not come."""
    if answer.status == httpx.codes.NOT_MODIFIED:
        return b"0"
    return next((value for name, value in answer.headers if name.lower() == b"content-length"), b"")


class _Body(httpx.SyncByteStream):
    def __init__(self, parts: Iterable[bytes], length: bytes) -> None:
        self._parts, self._length = parts, length
        self._began = False

    def __iter__(self) -> Iterator[bytes]:
        self._began = True
        with _as_httpx_error():
            yield from self._parts

    def close(self) -> None:
        if not self._began and not (self._length.isdigit() and int(self._length[:9]) > DRAIN):
            with suppress(httpx.TransportError):
                self._drain()
        if hasattr(self._parts, "close"):
            self._parts.close()

    def _drain(self) -> None:
        size = 0
        for part in self:
            size += len(part)
            if size > DRAIN:
                return


@contextmanager
def _as_httpx_error() -> Iterator[None]:
    try:
        yield
    except Exception as error:
        for theirs, ours in ERRORS:
            if isinstance(error, theirs):
                raise ours(str(error)) from error
        raise
