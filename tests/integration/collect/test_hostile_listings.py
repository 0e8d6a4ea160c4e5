"""Feeds, sitemaps and OPML files that mean harm or are broken, from a server: what is whole is kept, nothing is fetched
for them, and they cost little."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from pipelines.collect import Fetcher, Poll, Visit, Window, poll, read_opml
from pipelines.collect.source_types.sitemap import MAX_CHILDREN, MAX_ENTRIES
from pipelines.collect.web import fetch
from pipelines.errors import CollectError
from pipelines.records import Failure
from pipelines.settings import Http
from tests.integration.collect.hostile import HostileServer, hostile_server, pour
from tests.unit.collect.warcs import record, write_warc

TODAY = date(2024, 5, 6)
CAP = 10_000_000
Look = Callable[..., Poll]


@pytest.fixture
def server() -> Iterator[HostileServer]:
    with hostile_server() as server:
        yield server


@pytest.fixture
def http() -> Http:
    return Http(user_agent="claimhouse/test", timeout=5, delay=0, max_bytes=CAP, allow_loopback=True)


@pytest.fixture
def look(server, fetcher: Fetcher, make_source) -> Look:
    """One look at a source of which the document is given."""

    def look(kind: str, document: str | bytes, *headers: str) -> Poll:
        body = document.encode() if isinstance(document, str) else document
        server.send("/listing", body, *headers)
        return poll(Visit(make_source(server, kind, "/listing"), fetcher, Window(TODAY, TODAY, TODAY)))

    return look


def feed(*items: str) -> str:
    return f"<rss version='2.0'><channel><title>E</title>{''.join(items)}</channel></rss>"


def item(name: str, more: str = "") -> str:
    return f"<item><title>{name}</title><link>https://news.example/{name}</link>{more}</item>"


def urlset(*urls: str) -> str:
    return f"<urlset>{''.join(urls)}</urlset>"


def url(name: str, more: str = "") -> str:
    return f"<url><loc>https://news.example/{name}</loc>{more}</url>"


def index(*locations: str) -> str:
    return f"<sitemapindex>{''.join(f'<sitemap><loc>{each}</loc></sitemap>' for each in locations)}</sitemapindex>"


LISTINGS: dict[str, tuple[Callable[..., str], Callable[..., str]]] = {"feed": (feed, item), "sitemap": (urlset, url)}
ROOTS = {"feed": "rss", "sitemap": "urlset", "opml": "opml"}
LAUGHS = '<!ENTITY e0 "lol">' + "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))


def document_types(root: str, server: HostileServer) -> dict[str, str]:
    """Each declares an entity `e9`."""
    outside = server.send("/outside", b'<!ENTITY e9 "https://stolen.example/">')
    return {
        "laughs": f"<!DOCTYPE {root} [{LAUGHS}]>",
        "from the server": f'<!DOCTYPE {root} [<!ENTITY e9 SYSTEM "{outside}">]>',
        "from a file": f'<!DOCTYPE {root} [<!ENTITY e9 SYSTEM "file:///etc/passwd">]>',
        "by a parameter": f'<!DOCTYPE {root} [<!ENTITY % p SYSTEM "{outside}"> %p;]>',
        "in a type elsewhere": f'<!DOCTYPE {root} SYSTEM "{outside}">',
    }


@pytest.mark.parametrize("kind", ["laughs", "from the server", "from a file", "by a parameter", "in a type elsewhere"])
def test_entities_are_neither_expanded_nor_fetched(server, look, kind):
    """A feed is read without them, a sitemap and an OPML file are refused."""
    start = time.process_time()
    result = look("feed", document_types("rss", server)[kind] + feed(item("a"), item("b", "<guid>&e9;</guid>")))
    assert [candidate.url for candidate in result.candidates] == ["https://news.example/a", "https://news.example/b"]
    assert len(repr(result)) < 2_000
    with pytest.raises(CollectError, match="DOCTYPE") as caught:
        look("sitemap", document_types("urlset", server)[kind] + urlset(url("a"), url("&e9;")))
    assert caught.value.failure is Failure.BAD_FEED
    with pytest.raises(ValueError, match="DOCTYPE"):
        read_opml(
            (document_types("opml", server)[kind] + "<opml><body><outline xmlUrl='&e9;'/></body></opml>").encode()
        )
    assert "/outside" not in server.paths()
    assert time.process_time() - start < 1


@pytest.mark.parametrize("kind", LISTINGS)
def test_of_a_listing_cut_in_the_middle_what_is_whole_is_kept(look, kind):
    whole, entry = LISTINGS[kind]
    document = whole(*map(entry, "abc"))
    result = look(kind, document[: document.index("news.example/c") + 3])
    assert [candidate.url[-1] for candidate in result.candidates] == ["a", "b"]
    assert result.failures == {"bad_feed": 1}


def test_an_index_that_names_itself_ends_whatever_it_calls_itself(server, look):
    me = [f"{server.url}/listing", "/listing", f"{server.url}/listing#top", f"{server.url}/x/../listing?utm_source=a"]
    server.send("/good.xml", urlset(url("a")).encode())
    result = look("sitemap", index(*me, "/good.xml"))
    assert [candidate.url for candidate in result.candidates] == ["https://news.example/a"]
    assert result.failures == {"bad_feed": 1}  # the four are one address
    assert server.paths().count("/listing") == 1


def test_of_50_000_children_a_few_are_read_and_the_rest_is_counted(server, look):
    server.send("/0.xml", urlset(url("a")).encode())
    start = time.process_time()
    result = look("sitemap", index(*(f"/{n}.xml" for n in range(50_000))))
    assert len(result.candidates) == 1
    assert result.failures == {"http_4xx": MAX_CHILDREN - 1, "too_large": 50_000 - MAX_CHILDREN}
    assert len(server.paths()) == MAX_CHILDREN + 2  # robots.txt and the index
    assert time.process_time() - start < 5


@pytest.mark.parametrize(
    ("document", "named"),
    [(urlset(*["<url/>"] * (MAX_ENTRIES + 1)), 0), ("https://news.example/a\n" * (MAX_ENTRIES + 1), 1)],
    ids=["elements", "lines"],
)
def test_a_sitemap_of_more_than_it_may_hold_is_cut(look, document, named):
    result = look("sitemap", gzip.compress(document.encode()))
    assert len(result.candidates) == named
    assert result.failures["too_large"] == 1
    at_the_limit = look("sitemap", "https://news.example/a\n" * MAX_ENTRIES)
    assert at_the_limit.failures == {}


DATES = [
    ("Thu, 01 Jan 1970 00:00:00 GMT", None), ("1970-01-01", None), ("0001-01-01T00:00:00Z", None),
    ("Sat, 01 Jan 2034 00:00:00 GMT", None), ("2034-01-01T00:00:00Z", None), ("9999-12-31T23:59:59-12:00", None),
    ("Thu, 02 May 24 10:30:00 GMT", datetime(2024, 5, 2, 10, 30)),
    ("02 May 99 10:30 GMT", datetime(1999, 5, 2, 10, 30)),
    ("Thu, 02 May 2024 00:30:00 CEST", datetime(2024, 5, 1, 22, 30)), ("neulich", None), ("", None), (None, None),
]  # fmt: skip


@pytest.mark.parametrize(("text", "time_listed"), DATES)
def test_a_date_that_cannot_be_or_is_not_there_means_the_day_on_which_it_was_seen(look, text, time_listed):
    tags = {"feed": "pubDate", "sitemap": "lastmod"}
    for kind, (whole, entry) in LISTINGS.items():
        more = "" if text is None else f"<{tags[kind]}>{text}</{tags[kind]}>"
        [candidate] = look(kind, whole(entry("a", more))).candidates
        expected = time_listed.replace(tzinfo=UTC) if time_listed else None
        assert (candidate.listed_at, candidate.archive_date) == (expected, expected.date() if expected else TODAY), kind


@pytest.mark.parametrize(
    "link", ["../../../etc/passwd", "/..%2f..%2fetc/passwd", "/a/../../b", "..\\..\\x", "/%00/../x"]
)
def test_a_name_with_dots_is_an_address_and_never_a_path(server, look, home, link):
    """The pages are on the server, so that their names get as far as the archive's files."""
    [candidate] = look("feed", feed(f"<item><link>{link}</link></item>")).candidates
    assert candidate.url.startswith(server.url + "/")
    assert "/../" not in candidate.url
    server.send(candidate.url.removeprefix(server.url), b"<p>page", "Content-Type: text/html",
                "Content-Disposition: attachment; filename=../../x", "Content-Location: ../../x")  # fmt: skip
    home.list(candidate.url)
    assert home.run_day().fetched == 1
    assert home.files() == ["2024-05-02/example/00000.warc.gz"]
    assert {path.name for path in home.archive.root.parent.iterdir()} == {"collection", "warc"}


def test_links_of_a_feed_that_lead_inside_are_not_followed(server, look, home):
    places = ["http://169.254.169.254/latest/meta-data/", "http://10.0.0.1/", "http://[fd00::1]/", "http://0xc0a80001/"]
    files = ["file:///etc/passwd", "ftp://10.0.0.1/a", "data:text/html,x"]
    result = look("feed", feed(*(f"<item><link>{link}</link></item>" for link in [*places, *files])))
    assert result.failures == {"bad_link": 3}
    home.candidates.add(result.candidates)
    assert home.run(TODAY)["example", TODAY].failures == {"forbidden_address": 4}
    assert home.files() == []


def test_a_download_without_end_does_not_fill_the_disk(server, fetcher, tmp_path, monkeypatch):
    monkeypatch.setattr(fetch, "MAX_DOWNLOAD_BYTES", 1_000_000)
    endless = server.answer("/x.warc.gz", pour(b"HTTP/1.1 200 OK\r\n\r\n", b"x" * 65_536))
    for _ in range(2):  # nothing is left with which to go on
        with pytest.raises(CollectError) as caught:
            fetcher.download(endless, tmp_path / "x.warc.gz")
        assert caught.value.failure is Failure.TOO_LARGE
        assert list(tmp_path.rglob("x.*")) == []
    assert not any("range:" in head.lower() for head in server.requests)


MEMORY = """
import json, os, sys
from collections import Counter
from datetime import date
from pathlib import Path
from pydantic import TypeAdapter
from pipelines.collect import Fetcher, Visit, Window, poll
from pipelines.collect.archive.warc_reading import read_responses
from pipelines.errors import CollectError
from pipelines.settings import Http
from pipelines.sources import Source

def peak():
    lines = Path("/proc/self/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("VmHWM")).split()[1]) * 1024

def read(fetcher, kind, place):
    if kind == "warc":
        failures = Counter()
        return [response.url for response in read_responses(Path(place), failures, max_payload=cap)], failures
    values = {"id": "example", "name": "E", "type": kind, "url": place, "language": "en"}
    day = date(2024, 5, 6)
    polled = poll(Visit(TypeAdapter(Source).validate_python(values), fetcher, Window(day, day, day)))
    return [candidate.url for candidate in polled.candidates], polled.failures

def grown(kind, place, small):
    with Fetcher(Http(delay=0, max_bytes=cap, allow_loopback=True), backoff=0.01) as fetcher:
        assert read(fetcher, kind, small)[0]
        before = peak()
        try:
            failures = read(fetcher, kind, place)[1]
        except CollectError as error:
            failures = {error.failure: 1}
        return failures, peak() - before

cap, cases = json.loads(sys.argv[1])
for name, case in cases.items():
    if os.fork() == 0:  # so that each has a peak of its own
        print(json.dumps([name, *grown(*case)]), flush=True)
        os._exit(0)
    assert os.wait()[1] == 0, name
"""

PAGE = "Content-Type: text/html\r\n"
BOMBS: dict[str, tuple[str, Callable[[], bytes], dict[str, int]]] = {
    "packed sitemap": ("sitemap", lambda: gzip.compress(b"<urlset>" + bytes(100_000_000), 1), {"too_large": 1}),
    "sitemap of tags": (
        "sitemap", lambda: gzip.compress(b"<urlset>" + b"<url/>" * 1_600_000, 1),
        {"too_large": 1, "bad_link": MAX_ENTRIES},
    ),
    "sitemap of one tag": (
        "sitemap", lambda: gzip.compress(b"<urlset " + b" ".join(b"a%d=''" % n for n in range(800_000)), 1),
        {"bad_feed": 1},
    ),
    "list of URLs": ("sitemap", lambda: gzip.compress(b"http://a\n" * 1_100_000, 1), {"too_large": 1}),
    "feed of items": ("feed", lambda: gzip.compress(b"<rss><channel>" + b"<item/>" * 400_000, 1), {"bad_feed": 1}),
    "feed of attributes": (
        "feed", lambda: gzip.compress(b"<rss><item " + b" ".join(b"a%d=''" % n for n in range(800_000)) + b"/>", 1),
        {"bad_feed": 1},
    ),
    "feed in JSON": (
        "feed", lambda: gzip.compress(b'{"version": "jsonfeed.org/version/1", "items": [' + b"{}," * 3_000_000, 1),
        {"bad_feed": 1},
    ),
    "WARC record": (
        "warc", lambda: gzip.compress(record("https://news.example/b", bytes(100_000_000)), 1), {"too_large": 1}
    ),
    "page in a WARC record": (
        "warc",
        lambda: gzip.compress(record("https://news.example/b", gzip.compress(bytes(100_000_000), 1),
                                     headers=f"{PAGE}Content-Encoding: gzip\r\n")),
        {"too_large": 1},
    ),
    "page packed twice in a WARC record": (
        "warc",
        lambda: gzip.compress(record("https://news.example/b", gzip.compress(gzip.compress(bytes(100_000_000), 1)),
                                     headers=f"{PAGE}Content-Encoding: gzip, gzip\r\n")),
        {"too_large": 1},
    ),
}  # fmt: skip


@pytest.mark.skipif(sys.platform != "linux", reason="reads the peak of a process from /proc")
def test_no_bomb_costs_three_times_the_cap_in_memory(server, tmp_path: Path):
    """In processes of their own: what unpacks and parses takes memory outside of Python, too."""
    small = {kind: server.send(f"/{kind}", whole(entry("a")).encode()) for kind, (whole, entry) in LISTINGS.items()}
    small["warc"] = str(write_warc(tmp_path / "small.warc.gz", record("https://news.example/a", b"<p>page")))
    cases = {}
    for number, (name, (kind, bomb, _)) in enumerate(BOMBS.items()):
        if kind == "warc":
            place = str(write_warc(tmp_path / f"{number}.warc.gz", bomb(), packed=bytes))
        else:
            place = server.send(f"/{number}", bomb(), *(["Content-Encoding: gzip"] if kind == "feed" else []))
        cases[name] = (kind, place, small[kind])
    command = [sys.executable, "-c", MEMORY, json.dumps([CAP, cases])]
    finished = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert finished.returncode == 0, finished.stderr
    results = {name: (failures, grown) for name, failures, grown in map(json.loads, finished.stdout.splitlines())}
    assert {name: failures for name, (failures, _) in results.items()} == {name: b[2] for name, b in BOMBS.items()}
    assert {name: f"{grown:,} bytes" for name, (_, grown) in results.items() if grown >= 3 * CAP} == {}
