"""Every example of docs/sources.md, taken out of the page and run: it lists what the page promises.

What is added to an example is only where things are on this machine: the demo press as proxy, servers and files.
"""

from __future__ import annotations

import gzip
import json
import os
import re
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import yaml

from pipelines.collect import Archive, CandidateStore, Fetcher, State, Visit, Window, collect_pages, poll
from pipelines.demo import DEMO_END, DEMO_START, RunningPress, serve_press
from pipelines.demo.site import listing
from pipelines.demo.stories import PUBLISHERS, Publisher, read_stories
from pipelines.settings import Settings, load_settings

PAGE = Path(__file__).resolve().parents[2] / "docs" / "sources.md"
EXAMPLES = [yaml.safe_load(block) for block in re.findall(r"^```yaml\n(.*?)^```$", PAGE.read_text(), re.DOTALL | re.M)]
SOURCES = {source["id"]: example for example in EXAMPLES for source in example.get("sources", ())}
TODAY = date(2026, 3, 16)
WINDOW = Window(DEMO_START, DEMO_END, TODAY)
BOTE, SPIEGEL, LEDGER = PUBLISHERS

GERMAN = "Der Hersteller will im kommenden Jahr ein Werk in Sachsen bauen und dort Maschinen fertigen, teilte er mit."
ENGLISH = "The maker wants to build a plant in the north next year and to make machines there, it said on Monday."


@dataclass(frozen=True, slots=True)
class World:
    """What the examples are run against. `files` stands for /srv, `server` for the archives on the web."""

    press: RunningPress
    files: Path
    server: str
    served: dict[str, bytes]
    asked: list[str]


@dataclass(frozen=True, slots=True)
class Expected:
    """Links with their archive dates, losses by reason, and the content of what is fetched within the window."""

    days: Mapping[str, date]
    failures: Mapping[str, int] = field(default_factory=dict)
    bodies: Mapping[str, bytes] = field(default_factory=dict)


@pytest.fixture(scope="module")
def press() -> Iterator[RunningPress]:
    with serve_press() as press:
        yield press


@pytest.fixture
def world(press: RunningPress, tmp_path: Path) -> Iterator[World]:
    served: dict[str, bytes] = {}
    asked: list[str] = []
    with serving(served, asked) as server:
        yield World(press, tmp_path / "srv", server, served, asked)


@contextmanager
def serving(served: Mapping[str, bytes], asked: list[str]) -> Iterator[str]:
    """A server on loopback that answers by path, whatever the query, and 404 for the rest."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1

        def do_GET(self) -> None:
            asked.append(self.path)
            body = served.get(self.path.partition("?")[0])
            self.send_response(404 if body is None else 200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body or b"")))
            self.end_headers()
            self.wfile.write(body or b"")

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


def settings_of(example: dict[str, Any], world: World, tmp_path: Path) -> Settings:
    """The example as a whole sources file on this machine."""
    text = yaml.safe_dump(example, allow_unicode=True)
    on_web = re.sub(r"https://(?:web\.archive|data\.commoncrawl)\.org", world.server, text)
    file = yaml.safe_load(on_web.replace("/srv", str(world.files)))
    http = {**file.get("http", {}), "delay": 0}
    if on_web == text:
        http["proxy"] = world.press.proxy_url
    else:
        http["allow_loopback"] = True
        file["environment"] = "test"
    path = tmp_path / "sources.yaml"
    path.write_text(yaml.safe_dump({"start_date": DEMO_START, **file, "http": http}))
    return load_settings(tmp_path / "home", path, {})


# --- what each example must give ---


def listed_by(publisher: Publisher) -> dict[str, date]:
    """What the press lists, and the UTC day under which it does."""
    links = listing(publisher, read_stories(publisher))
    return {link.url: link.listed.astimezone(UTC).date() for link in links}


def of_some_sections(_: World) -> Expected:
    everything = listed_by(BOTE)
    wanted = {
        url: day
        for url, day in everything.items()
        if url.split("/")[3] in ("unternehmen", "industrie", "handel") and not url.endswith("-kaffee")
    }
    assert 0 < len(wanted) < len(everything) - 1
    return Expected(wanted, {"excluded": len(everything) - len(wanted)})


def of_a_feed(_: World) -> Expected:
    return Expected(listed_by(BOTE))


def of_a_sitemap(_: World) -> Expected:
    return Expected(listed_by(LEDGER))


def of_archive_pages(_: World) -> Expected:
    return Expected({story.url: story.listed.astimezone(UTC).date() for story in read_stories(BOTE)})


def of_a_web_archive(world: World) -> Expected:
    url, body = "http://wirtschaftsbote.example/alt/werk", html(GERMAN)
    rows = [
        ["timestamp", "original", "mimetype", "statuscode", "digest", "length"],
        ["20260304103000", url, "text/html", "200", "SHA", "900"],
        ["2026", url, "text/html", "200", "SHA", "900"],
    ]
    world.served["/cdx/search/cdx"] = json.dumps(rows).encode()
    world.served[f"/web/20260304103000id_/{url}"] = body
    return Expected({url: date(2026, 3, 4)}, {"bad_feed": 1}, {url: body})


def of_warc_files(world: World) -> Expected:
    new, old = "http://wirtschaftsbote.example/neu", "http://archiv.wirtschaftsbote.example/frueher"
    english, other = "http://wirtschaftsbote.example/en", "http://harbourledger.example/other"
    crawls = world.files / "crawls"
    (crawls / "before" / "2019").mkdir(parents=True)
    records = [warc_record(new, GERMAN), warc_record(english, ENGLISH, lang="en"), warc_record(other, GERMAN)]
    (crawls / "2026-03.warc.gz").write_bytes(b"".join(map(gzip.compress, records)))
    (crawls / "before" / "2019" / "a.warc").write_bytes(warc_record(old, GERMAN, "2019-05-02T23:30:00Z"))
    (crawls / "2025-12.warc.gz").write_bytes(gzip.compress(warc_record("http://wirtschaftsbote.example/x", GERMAN)))
    days = {new: date(2026, 3, 4), old: date(2019, 5, 2)}
    return Expected(days, {"excluded": 2}, {new: html(GERMAN, "de")})


def of_a_listing_of_warc_files(world: World) -> Expected:
    folder = "/crawl-data/CC-NEWS/2026/03"
    names = [f"CC-NEWS-2026{day}012345-00001.warc.gz" for day in ("0304", "0320")]
    paths = "".join(f"{folder[1:]}/{name}\n" for name in names)
    url, other = "http://technikspiegel.example/artikel/alt", "http://elsewhere.example/a"
    records = [warc_record(url, GERMAN), warc_record(other, GERMAN)]
    world.served[f"{folder}/warc.paths.gz"] = gzip.compress(paths.encode())
    world.served[f"{folder}/{names[0]}"] = b"".join(map(gzip.compress, records))
    return Expected({url: date(2026, 3, 4)}, {"excluded": 1}, {url: html(GERMAN, "de")})


def of_a_folder(world: World) -> Expected:
    canonical = "http://wirtschaftsbote.example/gespeichert"
    page = html(GERMAN, "de", f'<link rel="canonical" href="{canonical}">')
    folder = world.files / "saved-pages"
    files = {"a.html": page, "below/b.txt": GERMAN.encode(), "empty.htm": b" ", "photo.jpg": b"\xff\xd8"}
    changed = datetime(2026, 3, 5, 23, 30, tzinfo=UTC).timestamp()
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        os.utime(path, (changed, changed))
    text = (folder / "below" / "b.txt").as_uri()
    days = dict.fromkeys((canonical, text), date(2026, 3, 5))
    return Expected(days, {"empty_page": 1}, {canonical: page, text: GERMAN.encode()})


EXPECTED: dict[str, Callable[[World], Expected]] = {
    "wirtschaftsbote-unternehmen": of_some_sections,
    "wirtschaftsbote": of_a_feed,
    "harbourledger": of_a_sitemap,
    "harbourledger-site": of_a_sitemap,
    "wirtschaftsbote-archiv": of_archive_pages,
    "wirtschaftsbote-wayback": of_a_web_archive,
    "old-crawls": of_warc_files,
    "ccnews-de": of_a_listing_of_warc_files,
    "saved": of_a_folder,
}


def html(text: str, lang: str = "de", head: str = "") -> bytes:
    return f'<!DOCTYPE html><html lang="{lang}"><head><title>T</title>{head}</head><p>{text}</p></html>'.encode()


def warc_record(url: str, text: str, date: str = "2026-03-04T10:00:00Z", *, lang: str = "de") -> bytes:
    """A response record as any crawler writes it, not packed."""
    block = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + html(text, lang)
    head = (
        f"WARC/1.1\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:example:{len(url)}>\r\nWARC-Date: {date}\r\n"
        f"WARC-Target-URI: {url}\r\nContent-Type: application/http;msgtype=response\r\n"
        f"Content-Length: {len(block)}\r\n\r\n"
    )
    return head.encode() + block + b"\r\n\r\n"


# --- the tests ---


def test_every_example_is_run() -> None:
    assert set(EXPECTED) == set(SOURCES)


@pytest.mark.parametrize("source_id", SOURCES)
def test_the_example_lists_what_the_page_promises(source_id: str, world: World, tmp_path: Path) -> None:
    expected = EXPECTED[source_id](world)
    settings = settings_of(SOURCES[source_id], world, tmp_path)
    source = settings.source(source_id)
    with State(settings.home.collection) as state, Fetcher(settings.file.http, state=state) as fetcher:
        polled = poll(Visit(source, fetcher, WINDOW, spool=settings.home.spool))
        assert {c.url: c.archive_date for c in polled.candidates} == expected.days
        assert polled.failures == expected.failures
        if expected.bodies:
            archive, broken = Archive(settings.home.warc, state), Counter[str]()
            CandidateStore(state).take(source.id, polled)
            collect_pages([source], DEMO_START, DEMO_END, state=state, archive=archive, fetcher=fetcher)
            days = set(expected.days.values())
            bodies = {page.url: page.body for day in days for page in archive.pages(day, failures=broken)}
            assert (bodies, broken) == (expected.bodies, {})


def test_a_web_archive_is_asked_for_the_dates_of_the_run(world: World, tmp_path: Path) -> None:
    of_a_web_archive(world)
    settings = settings_of(SOURCES["wirtschaftsbote-wayback"], world, tmp_path)
    with Fetcher(settings.file.http) as fetcher:
        poll(Visit(settings.source("wirtschaftsbote-wayback"), fetcher, WINDOW))
    [question] = [parse_qs(urlsplit(path).query) for path in world.asked if path.startswith("/cdx")]
    asked = {name: question[name] for name in ("url", "from", "to")}
    assert asked == {"url": ["wirtschaftsbote.example"], "from": ["20260302"], "to": ["20260315"]}


def test_only_the_files_of_the_run_are_downloaded(world: World, tmp_path: Path) -> None:
    of_a_listing_of_warc_files(world)
    settings = settings_of(SOURCES["ccnews-de"], world, tmp_path)
    with Fetcher(settings.file.http) as fetcher:
        poll(Visit(settings.source("ccnews-de"), fetcher, WINDOW, spool=settings.home.spool))
    files = [path for path in world.asked if path.endswith(".warc.gz")]
    assert files == ["/crawl-data/CC-NEWS/2026/03/CC-NEWS-20260304012345-00001.warc.gz"]
    left = sorted(path.name for path in settings.home.spool.rglob("*") if path.is_file())
    assert [name.partition("-0000")[0] for name in left] == ["CC-NEWS-20260304012345"] * 2, "the download is let go"
    assert left[1] == f"{left[0]}.json", "beside the copy stands what was left out of it"


def test_examples_of_other_settings_do_what_the_page_says(world: World, tmp_path: Path) -> None:
    others = [example for example in EXAMPLES if "sources" not in example]
    files = {key: settings_of(example, world, tmp_path).file for example in others for key in example}
    assert set(files) == {"collect", "http"}
    assert f"goes back {files['collect'].collect.window_days} days" in PAGE.read_text(encoding="utf-8")
    defaults = type(files["collect"].collect)()
    assert f"{defaults.window_days} with the defaults" in PAGE.read_text(encoding="utf-8")
    assert files["http"].http.concurrency == 8
