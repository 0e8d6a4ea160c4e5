"""A web site on loopback that a test fills with answers, good and bad."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from pydantic import TypeAdapter

from pipelines.collect import Archive, Fetcher, State
from pipelines.settings import Http
from pipelines.sources import Source

Answer = Callable[[BaseHTTPRequestHandler], None]


class Site:
    """Answers by path; 404 for the rest, robots.txt included. `log` holds (method, target, User-Agent)."""

    def __init__(self) -> None:
        self.answers: dict[str, list[Answer]] = {}
        self.log: list[tuple[str, str, str]] = []
        self.finished = threading.Event()
        site = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            wbufsize = -1  # head and body in one packet: two cost 40 ms of delayed acknowledgement

            def do_GET(self) -> None:
                site.log.append(("GET", self.path, self.headers.get("User-Agent", "")))
                answers = site.answers.get(self.path, [lambda handler: handler.send_error(404)])
                (answers.pop(0) if len(answers) > 1 else answers[0])(self)

            def log_message(self, *args: object) -> None:
                pass

        class Server(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, *args: object) -> None:
                pass  # a client that hangs up on a bomb is what the tests want

        self.server = Server(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        self._thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._thread.start()

    def add(self, path: str, body: bytes | str = b"", status: int = 200, **headers: str) -> None:
        """Serve `body`; given twice for a path, the answers come in order and the last one stays."""
        data = body.encode() if isinstance(body, str) else body

        def answer(handler: BaseHTTPRequestHandler) -> None:
            handler.send_response(status)
            names = {name.replace("_", "-"): value for name, value in headers.items()}
            for name, value in {"Content-Type": "text/html", "Content-Length": str(len(data)), **names}.items():
                handler.send_header(name, value)
            handler.end_headers()
            handler.wfile.write(data)

        self.add_answer(path, answer)

    def add_answer(self, path: str, answer: Answer) -> None:
        self.answers.setdefault(path, []).append(answer)

    def paths(self) -> list[str]:
        return [path for _, path, _ in self.log]

    def close(self) -> None:
        self.finished.set()
        self.server.shutdown()
        self.server.server_close()
        self._thread.join()


@pytest.fixture
def site() -> Iterator[Site]:
    site = Site()
    yield site
    site.close()


@pytest.fixture
def other_site() -> Iterator[Site]:
    site = Site()
    yield site
    site.close()


@pytest.fixture
def http() -> Http:
    return Http(user_agent="claimhouse/test (tests)", timeout=0.4, delay=0, max_bytes=100_000, allow_loopback=True)


@pytest.fixture
def fetcher(http: Http) -> Iterator[Fetcher]:
    with Fetcher(http, backoff=0.05) as fetcher:
        yield fetcher


@pytest.fixture
def state(tmp_path: Path) -> Iterator[State]:
    with State(tmp_path / "collection") as state:
        yield state


@pytest.fixture
def archive(tmp_path: Path, state: State) -> Archive:
    return Archive(tmp_path / "warc", state)


def source(site: Site, kind: str = "feed", path: str = "/feed", **changes: object) -> Source:
    values = {"id": "example", "name": "Example", "type": kind, "url": site.url + path, "language": "en"}
    return TypeAdapter(Source).validate_python(values | changes)


@pytest.fixture
def make_source() -> Callable[..., Source]:
    return source
