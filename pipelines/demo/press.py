"""The embedded press as a server: a plain HTTP proxy on loopback that answers for its own three hosts and no other.

What it serves is rendered by `site`; it never passes a request on, so a run through it cannot leave the machine.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Condition, Thread
from types import MappingProxyType
from urllib.parse import urlsplit

from pipelines.demo.site import Resource, render_site
from pipelines.demo.stories import PUBLISHERS, Story, all_stories

LOOPBACK = "127.0.0.1"
IDLE = 10.0
"""Seconds after which a silent connection is dropped."""
GOODBYE = 5.0
"""Seconds to wait for open connections when the press stops."""

TEXT = "text/plain; charset=utf-8"
UNKNOWN_HOST = "the demo press serves only its own three hosts"
NO_TUNNELS = "the demo press opens no tunnels"
NOT_FOUND = "no such page"
BAD_ADDRESS = "the address cannot be read"


@dataclass(frozen=True, slots=True)
class Answer:
    """A response before it is written: status, headers, and the body a GET gets."""

    status: HTTPStatus
    headers: Mapping[str, str]
    body: bytes = b""


class Press:
    """All three hosts with these stories, rendered once. Answers are functions of the request alone."""

    def __init__(self, stories: Iterable[Story] | None = None) -> None:
        """Without `stories`, the press has all that there are."""
        listed = sorted(all_stories() if stories is None else stories, key=lambda story: (story.listed, story.id))
        sites = {
            publisher.host: render_site(publisher, tuple(s for s in listed if s.publisher.id == publisher.id))
            for publisher in PUBLISHERS
        }
        self.sites: Mapping[str, Mapping[str, Resource]] = MappingProxyType(sites)

    def answer(self, host: str, target: str, headers: Mapping[str, str]) -> Answer:
        """`host` without port; `target` is path and query; `headers` may carry the validators of an earlier answer."""
        site = self.sites.get(host)
        if site is None:
            return _plain(HTTPStatus.BAD_GATEWAY, UNKNOWN_HOST)
        resource = site.get(target)
        if resource is None:
            return _plain(HTTPStatus.NOT_FOUND, NOT_FOUND)
        validators = {"ETag": resource.etag, "Last-Modified": format_datetime(_utc(resource), usegmt=True)}
        if _is_unchanged(resource, headers):
            return Answer(HTTPStatus.NOT_MODIFIED, validators)
        return Answer(HTTPStatus.OK, {**validators, "Content-Type": resource.content_type}, resource.body)


class RunningPress:
    """A press that listens. `port` is the one the system chose when none was asked for."""

    def __init__(self, server: _Server) -> None:
        self._server = server
        self.port = int(server.server_address[1])

    @property
    def press(self) -> Press:
        return self._server.press

    @property
    def proxy_url(self) -> str:
        return f"http://{LOOPBACK}:{self.port}"

    def publish(self, stories: Iterable[Story]) -> None:
        """From now on serve these stories and no others."""
        self._server.press = Press(stories)


@contextmanager
def serve_press(
    port: int = 0, on_request: Callable[[str], None] = lambda _: None, stories: Iterable[Story] | None = None
) -> Iterator[RunningPress]:
    """Serve the press on loopback until the block ends. `port` 0 takes a free one; without `stories` it has them all.

    `on_request` is told each URL before it is answered, by the thread that answers.
    Raises `OSError` when the port is taken.
    """
    server = _Server((LOOPBACK, port), Press(stories), on_request)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, name="demo-press", daemon=True)
    thread.start()
    try:
        yield RunningPress(server)
    finally:
        server.shutdown()
        thread.join(GOODBYE)
        server.hang_up()
        server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, address: tuple[str, int], press: Press, on_request: Callable[[str], None]) -> None:
        self.press, self.on_request = press, on_request
        self._open: set[socket.socket] = set()
        self._changed = Condition()
        super().__init__(address, _Handler)

    def server_bind(self) -> None:
        # HTTPServer's own looks the host's name up, which can ask a name server.
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()
        self.server_name, self.server_port = LOOPBACK, int(self.server_address[1])

    def get_request(self) -> tuple[socket.socket, tuple[str, int]]:
        connection, address = super().get_request()
        with self._changed:
            self._open.add(connection)
        return connection, address

    def shutdown_request(self, request: socket.socket | tuple[bytes, socket.socket]) -> None:
        super().shutdown_request(request)
        with self._changed:
            self._open.discard(request)  # type: ignore[arg-type]  # the tuple is for datagrams
            self._changed.notify_all()

    def hang_up(self) -> None:
        """End kept-alive connections, so that no thread outlives the press."""
        with self._changed:
            for connection in self._open:
                try:
                    connection.shutdown(socket.SHUT_RDWR)
                except OSError:
                    continue  # the client was quicker
            self._changed.wait_for(lambda: not self._open, GOODBYE)

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up in the middle is no news; the standard library would print a traceback."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "ClaimhousePress"
    sys_version = ""
    wbufsize = -1  # head and body in one packet: two cost 40 ms of delayed acknowledgement
    timeout = IDLE
    server: _Server

    def do_GET(self) -> None:
        self._send(self._answer(), with_body=True)

    def do_HEAD(self) -> None:
        self._send(self._answer(), with_body=False)

    def do_CONNECT(self) -> None:
        self.close_connection = True
        self._send(_plain(HTTPStatus.NOT_IMPLEMENTED, NO_TUNNELS), with_body=True)

    def log_message(self, format: str, *args: object) -> None:
        """The press is silent; who wants to know what was fetched reads `collection_log`."""

    def _answer(self) -> Answer:
        # A proxy gets the absolute form, `GET http://host/path`; a server the path and a Host header (RFC 9112, 3.2).
        try:
            absolute = urlsplit(
                self.path if "://" in self.path else f"http://{self.headers.get('Host', '')}{self.path}"
            )
        except ValueError:  # such as "http://[half/an/address"
            return _plain(HTTPStatus.BAD_REQUEST, BAD_ADDRESS)
        if absolute.scheme != "http":
            return _plain(HTTPStatus.BAD_GATEWAY, UNKNOWN_HOST)
        self.server.on_request(absolute.geturl())
        target = (absolute.path or "/") + (f"?{absolute.query}" if absolute.query else "")
        return self.server.press.answer(absolute.hostname or "", target, dict(self.headers.items()))

    def _send(self, answer: Answer, *, with_body: bool) -> None:
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        if answer.status is not HTTPStatus.NOT_MODIFIED:
            self.send_header("Content-Length", str(len(answer.body)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        if with_body:
            self.wfile.write(answer.body)


def _plain(status: HTTPStatus, text: str) -> Answer:
    return Answer(status, {"Content-Type": TEXT}, f"{text}\n".encode())


def _utc(resource: Resource) -> datetime:
    return resource.last_modified.astimezone(UTC).replace(microsecond=0)


def _is_unchanged(resource: Resource, headers: Mapping[str, str]) -> bool:
    """If-None-Match decides where it is given, else If-Modified-Since (RFC 9110, 13.2.2)."""
    given = {name.lower(): value for name, value in headers.items()}
    if tags := given.get("if-none-match"):
        known = {tag.strip().removeprefix("W/") for tag in tags.split(",")}
        return bool(known & {"*", resource.etag})
    try:
        since = parsedate_to_datetime(given.get("if-modified-since", ""))
    except ValueError:
        return False
    return since.tzinfo is not None and _utc(resource) <= since
