"""A web site on loopback that a test fills with answers, good and bad."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from pydantic import HttpUrl, TypeAdapter

from pipelines.collect import Archive, CandidateStore, Fetcher, State, collect_pages
from pipelines.records import Candidate, SourceLog
from pipelines.settings import Http
from pipelines.sources import Source
from tests.bounded import within

DAY = date(2024, 5, 2)
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


class Collecting:
    """One home: links that are listed, runs over them, and what is in the archive then."""

    def __init__(self, state: State, archive: Archive, fetcher: Fetcher, sources: Sequence[Source]) -> None:
        self.state, self.archive, self.fetcher, self.sources = state, archive, fetcher, sources
        self.candidates = CandidateStore(state)

    def list(self, *urls: str, source_id: str = "example", day: date = DAY, held_at: str | None = None) -> None:
        self.candidates.add(Candidate(source_id, url, day, held_at=held_at) for url in urls)

    def run(self, first: date = DAY, last: date | None = None, **options: Any) -> dict[tuple[str, date], SourceLog]:
        """One run, from recovering what an earlier one left; its logs by source and date."""
        self.archive.recover()
        sources, fetcher = options.pop("sources", self.sources), options.pop("fetcher", self.fetcher)
        logs = within(
            20,
            lambda: collect_pages(
                sources, first, last or first, state=self.state, archive=self.archive, fetcher=fetcher, **options
            ),
        )
        assert len({(log.source_id, log.archive_date) for log in logs}) == len(logs)
        return {(log.source_id, log.archive_date): log for log in logs}

    def run_day(self, **options: Any) -> SourceLog:
        """One run over one source and day."""
        [log] = self.run(**options).values()
        return log

    def bodies(self, day: date = DAY) -> dict[str, bytes]:
        failures: Counter[str] = Counter()
        pages = [(page.url, page.body) for page in self.archive.pages(day, failures=failures)]
        assert not failures
        assert len(dict(pages)) == len(pages)
        return dict(pages)

    def files(self) -> list[str]:
        return sorted(p.relative_to(self.archive.root).as_posix() for p in self.archive.root.rglob("*") if p.is_file())


@pytest.fixture
def home(state: State, archive: Archive, fetcher: Fetcher, site: Site) -> Collecting:
    """A home with one source."""
    return Collecting(state, archive, fetcher, [source(site)])


@pytest.fixture
def web(http: Http, site: Site) -> Iterator[Fetcher]:
    """A fetcher for which `site` is a proxy: paths that are whole addresses make as many hosts as a test wants."""
    with Fetcher(http.model_copy(update={"proxy": HttpUrl(site.url)}), backoff=0.05) as fetcher:
        yield fetcher


def page(text: str, *, canonical: str | None = None, head: str = "") -> str:
    link = f'<link rel="canonical" href="{canonical}">' if canonical else ""
    return f"<html><head><title>{text}</title>{link}{head}</head><body><p>{text}</p></body></html>"


@pytest.fixture
def make_page() -> Callable[..., str]:
    return page
