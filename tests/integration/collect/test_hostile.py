"""Servers, feeds and archives that mean harm: nothing they do costs more than the page asked for."""

from __future__ import annotations

import gzip
import json
import socket
import subprocess
import sys
import threading
import time
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date

import brotli
import pytest
from backports import zstd
from pydantic import TypeAdapter

from pipelines.collect import Fetched, Fetcher, Visit, Window, poll
from pipelines.collect.archive.warc_reading import read_responses
from pipelines.collect.pages.page_files import page_failure
from pipelines.collect.web.guard import Guard
from pipelines.errors import CollectError
from pipelines.records import Failure
from pipelines.settings import Http
from pipelines.sources import Source
from tests.integration.collect.hostile import HostileServer, drip, hostile_server, pour, stall
from tests.unit.collect.warcs import record, write_warc

DAY = date(2024, 5, 2)
CAP = 100_000
DEADLINE = 0.6
SLACK = 0.6
"""Seconds: the machine may be busy."""

PRIVATE = {"inner.example": "10.0.0.1", "cloud.example": "169.254.169.254", "ula.example": "fd00::1"}
"""What the names of the tests resolve to; all others to loopback."""

PACK: dict[str, Callable[[bytes], bytes]] = {
    "gzip": lambda data: gzip.compress(data, 1),
    "deflate": zlib.compress,
    "br": lambda data: brotli.compress(data, quality=1),
    "zstd": zstd.compress,
}
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"


def resolve(host: str, port: int) -> list[str]:
    try:
        return [str(socket.getaddrinfo(host, port, flags=socket.AI_NUMERICHOST)[0][4][0])]
    except OSError:
        return [PRIVATE.get(host, "127.0.0.1")]


@pytest.fixture
def server() -> Iterator[HostileServer]:
    with hostile_server() as server:
        yield server


@pytest.fixture
def other() -> Iterator[HostileServer]:
    with hostile_server("127.0.0.2") as server:
        yield server


@pytest.fixture
def http() -> Http:
    return Http(user_agent="claimhouse/test", timeout=5, deadline=DEADLINE, delay=0, max_bytes=CAP, allow_loopback=True)


@pytest.fixture
def fetcher(http: Http) -> Iterator[Fetcher]:
    with Fetcher(http, backoff=0.01, guard=Guard(allow_loopback=True, resolve=resolve)) as fetcher:
        yield fetcher


def fetch(fetcher: Fetcher, url: str) -> Fetched:
    return fetcher.fetch(url, archive_date=DAY, source_id="example")


def failure_of(fetcher: Fetcher, url: str) -> Failure:
    with pytest.raises(CollectError) as caught:
        fetch(fetcher, url)
    return caught.value.failure


def page_of(body: bytes, coding: str = "") -> bytes:
    return HEAD + f"Content-Length: {len(body)}\r\nContent-Encoding: {coding}\r\n\r\n".encode() + body


# Addresses


@pytest.mark.parametrize(
    "url",
    [
        "http://10.0.0.1/", "http://192.168.0.1:8080/", "http://169.254.169.254/latest/meta-data/", "http://0.0.0.0/",
        "http://[fd00:ec2::254]/", "http://[fe80::1]/", "http://2852039166/", "http://0x0a000001/", "http://012.0.0.1/",
        "http://[::ffff:10.0.0.1]/", "http://inner.example/", "https://cloud.example/", "http://ula.example/",
    ],
)  # fmt: skip
def test_a_private_address_is_refused_on_the_first_url_and_on_a_redirect(server, fetcher, url):
    assert failure_of(fetcher, url) is Failure.FORBIDDEN_ADDRESS
    assert failure_of(fetcher, server.redirect("/moved", url)) is Failure.FORBIDDEN_ADDRESS


@pytest.mark.parametrize("host", ["127.0.0.1", "2130706433", "0x7f.1", "0177.0.0.1", "127.1", "[::ffff:127.0.0.1]"])
def test_loopback_is_refused_without_the_switch(server, host):
    server.send("/", b"<p>secret")
    with Fetcher(Http(delay=0, deadline=2), backoff=0.01) as fetcher:
        assert failure_of(fetcher, f"http://{host}:{server.port}/") is Failure.FORBIDDEN_ADDRESS
    assert server.connections == 0


def test_a_redirect_to_loopback_is_refused_without_the_switch(server):
    """The name's first address stands for a public server."""
    server.redirect("/moved", f"{server.url}/secret")
    guard = Guard(allow_loopback=False, resolve=lambda host, port: ["10.0.0.1"])
    with Fetcher(Http(delay=0, deadline=2), backoff=0.01, guard=guard) as fetcher:
        assert failure_of(fetcher, f"http://public.example:{server.port}/moved") is Failure.FORBIDDEN_ADDRESS
    assert server.connections == 0


def test_a_name_that_answers_public_then_private_is_connected_where_it_was_checked(server, http):
    answers = iter([["127.0.0.1"], ["10.0.0.1"]])
    guard = Guard(allow_loopback=True, resolve=lambda host, port: next(answers))
    server.send("/", b"<p>page", "Connection: close")
    with Fetcher(http, backoff=0.01, guard=guard) as fetcher:
        url = f"http://rebind.example:{server.port}/"
        assert fetch(fetcher, url).body == b"<p>page"  # one connection, one look-up, for robots.txt and the page
        assert failure_of(fetcher, url) is Failure.FORBIDDEN_ADDRESS
    assert server.connections == 1


def test_a_robots_txt_that_redirects_inside_is_not_followed(server, fetcher):
    server.redirect("/robots.txt", "http://169.254.169.254/latest/")
    assert failure_of(fetcher, server.send("/", b"<p>page")) is Failure.FORBIDDEN_ADDRESS


# Redirects and what goes with them


@pytest.mark.parametrize(
    "target",
    [
        "file:///etc/passwd",
        "ftp://127.0.0.1/x",
        "data:text/html,<p>x",
        "javascript:x()",
        "gopher://127.0.0.1/",
        "//",
        "",
    ],
)
def test_a_redirect_away_from_http_leads_nowhere(server, fetcher, target):
    assert failure_of(fetcher, server.redirect("/moved", target)) is Failure.BAD_REDIRECT


def test_a_redirect_in_a_circle_ends(server, fetcher):
    server.redirect("/a", "/b")
    server.redirect("/b", "/a")
    assert failure_of(fetcher, server.url + "/a") is Failure.BAD_REDIRECT
    assert failure_of(fetcher, server.redirect("/self", "/self")) is Failure.BAD_REDIRECT
    assert len(server.paths()) <= 6


def test_ten_hops_are_followed_and_eleven_are_not(server, fetcher):
    for number in range(1, 30):
        server.redirect(f"/{number}", f"/{number - 1}")
    server.send("/0", b"<p>page")
    assert fetch(fetcher, server.url + "/10").body == b"<p>page"
    assert failure_of(fetcher, server.url + "/11") is Failure.BAD_REDIRECT
    before = len(server.requests)
    assert failure_of(fetcher, server.url + "/29") is Failure.BAD_REDIRECT
    assert len(server.requests) - before <= 11


def test_no_credentials_go_anywhere(server, other, fetcher):
    """Neither across origins nor to the same one: userinfo, cookies and Referer are never sent."""
    target = other.send("/b", b"<p>page", "Set-Cookie: c=2").replace("http://", "http://us:pa@")
    server.redirect("/a", target, "Set-Cookie: a=1; Path=/", 'WWW-Authenticate: Basic realm="x"')
    fetched = fetch(fetcher, f"{server.url}/a".replace("http://", "http://user:secret@"))
    fetch(fetcher, other.url + "/b")
    assert "us:pa" not in fetched.final_url
    for head in server.requests + other.requests:
        names = {line.partition(":")[0].lower() for line in head.splitlines()[1:]}
        assert not names & {"authorization", "cookie", "referer", "proxy-authorization"}
        assert "secret" not in head


def test_a_challenge_is_not_answered(server, fetcher):
    url = server.send("/", b"", 'WWW-Authenticate: Basic realm="x"', status="401 Unauthorized")
    assert failure_of(fetcher, url.replace("http://", "http://user:secret@")) is Failure.HTTP_4XX
    assert "authorization" not in "".join(server.requests).lower()


# Bombs and endless bodies


@pytest.mark.parametrize("coding", sorted(PACK))
def test_a_bomb_is_too_large(server, fetcher, coding):
    url = server.send_raw("/", page_of(PACK[coding](bytes(20_000_000)), coding))
    assert failure_of(fetcher, url) is Failure.TOO_LARGE


@pytest.mark.parametrize("inner", ["gzip", "br", "zstd"])
@pytest.mark.parametrize("outer", ["gzip", "deflate", "br", "zstd"])
def test_a_bomb_in_a_bomb_is_too_large(server, fetcher, inner, outer):
    bomb = PACK[outer](PACK[inner](bytes(5_000_000)))
    assert failure_of(fetcher, server.send_raw("/", page_of(bomb, f"{inner}, {outer}"))) is Failure.TOO_LARGE


@pytest.mark.parametrize("coding", sorted(PACK))
def test_a_page_in_any_coding_comes_whole(server, fetcher, coding):
    page = b"<p>page</p>" * 5_000
    assert fetch(fetcher, server.send_raw("/", page_of(PACK[coding](page), coding))).body == page


def test_too_many_codings_are_refused(server, fetcher):
    body = gzip.compress(gzip.compress(gzip.compress(b"<p>page")))
    assert failure_of(fetcher, server.send_raw("/", page_of(body, "gzip, gzip, gzip"))) is Failure.BAD_ENCODING


CODED = PACK["gzip"](bytes(30_000))
ENDLESS = {
    "until it closes": (HEAD + b"\r\n", b"x" * 65_536),
    "chunked": (HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"10000\r\n" + b"x" * 65_536 + b"\r\n"),
    "gzip members": (HEAD + b"Content-Encoding: gzip\r\n\r\n", CODED),
    "empty gzip members": (HEAD + b"Content-Encoding: gzip\r\n\r\n", PACK["gzip"](b"") * 500),
    "heads": (b"HTTP/1.1 200 OK\r\n", b"X-More: y\r\n" * 500),
    "interim answers": (b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 500),
}


@pytest.mark.parametrize("kind", ENDLESS)
def test_what_never_ends_is_cut(server, fetcher, kind):
    began = time.monotonic()
    failure = failure_of(fetcher, server.answer("/", pour(*ENDLESS[kind])))
    assert failure in (Failure.TOO_LARGE, Failure.BAD_ENCODING, Failure.CONNECTION, Failure.TIMEOUT)
    assert time.monotonic() - began < DEADLINE + SLACK


def test_a_length_beyond_the_cap_is_not_even_begun(server, fetcher):
    url = server.send_raw("/", HEAD + b"Content-Length: 99999999999\r\n\r\n")
    assert failure_of(fetcher, url) is Failure.TOO_LARGE


MEMORY = """
import json, sys
from datetime import date
from pathlib import Path
from pipelines.collect import Fetcher
from pipelines.errors import CollectError
from pipelines.settings import Http

def peak():
    lines = Path("/proc/self/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("VmHWM")).split()[1]) * 1024

cap, small, *urls = json.loads(sys.argv[1])
http = Http(delay=0, deadline=30, max_bytes=cap, allow_loopback=True)
with Fetcher(http, backoff=0.01) as fetcher:
    fetcher.fetch(small, archive_date=date(2024, 5, 2), source_id="x")
    before, grown = peak(), {}
    for url in urls:
        try:
            fetcher.fetch(url, archive_date=date(2024, 5, 2), source_id="x")
            raise SystemExit("the bomb came through")
        except CollectError as error:
            grown[url] = [error.failure, peak() - before]
print(json.dumps(grown))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="reads the peak of a process from /proc")
def test_a_bomb_costs_less_than_three_times_the_cap_in_memory(server):
    """In a process of its own, so that what the decoders take outside of Python counts, too."""
    cap = 10_000_000
    bombs = {f"/{coding}": (pack(bytes(100_000_000)), coding) for coding, pack in PACK.items()}
    bombs["/double"] = (PACK["br"](bombs["/gzip"][0]), "gzip, br")
    urls = [server.send_raw(path, page_of(*bomb)) for path, bomb in bombs.items()]
    urls.append(server.answer("/endless", pour(HEAD + b"\r\n", b"x" * 65_536)))
    arguments = json.dumps([cap, server.send("/small", b"<p>page"), *urls])
    command = [sys.executable, "-c", MEMORY, arguments]
    finished = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert finished.returncode == 0, finished.stderr
    for url, (failure, grown) in json.loads(finished.stdout).items():
        assert failure == Failure.TOO_LARGE, url
        assert grown < 3 * cap, f"{url}: {grown:,} bytes"


# Slow servers


@pytest.mark.parametrize(
    "script",
    [
        stall(HEAD + b"Content-Length: 9\r\n\r\n"),
        drip(HEAD + b"Content-Length: 99\r\n\r\n"),
        drip(b"", b"H"),
        stall(b""),
    ],
    ids=["stall after the head", "one byte at a time", "slow head", "silence"],
)
def test_a_slow_server_ends_at_the_deadline_and_holds_no_other_up(server, other, fetcher, script):
    slow, quick = server.answer("/", script), other.send("/", b"<p>page")
    failures: list[Failure] = []
    began = time.monotonic()
    thread = threading.Thread(target=lambda: failures.append(failure_of(fetcher, slow)))
    thread.start()
    server.wait_for("/")
    for _ in range(20):
        assert fetch(fetcher, quick).body == b"<p>page"
    assert thread.is_alive(), "the quick host had to wait for the slow one"
    thread.join(10)
    assert failures == [Failure.TIMEOUT]
    assert time.monotonic() - began < DEADLINE + SLACK


# Answers that are not what they say


def test_a_length_too_short_cuts_the_page_and_harms_no_other(server, fetcher):
    server.send_raw("/", HEAD + b"Content-Length: 7\r\n\r\n<p>page and something more")
    assert fetch(fetcher, server.url + "/").body == b"<p>page"
    assert fetch(fetcher, server.send("/next", b"<p>next")).body == b"<p>next"


def test_a_length_too_long_is_no_page(server, fetcher):
    url = server.send_raw("/", HEAD + b"Content-Length: 99\r\n\r\n<p>page", keep=False)
    assert failure_of(fetcher, url) is Failure.CONNECTION


def test_a_body_that_hides_an_answer_does_not_become_the_next_page(server, fetcher):
    hidden = HEAD + b"Content-Length: 8\r\n\r\n<p>hoax!"
    server.send_raw("/", HEAD + b"Content-Length: 7\r\n\r\n<p>page" + hidden)
    assert fetch(fetcher, server.url + "/").body == b"<p>page"
    assert fetch(fetcher, server.send("/next", b"<p>next")).body == b"<p>next"


@pytest.mark.parametrize("body", [b"", b" \r\n\t "])
def test_an_empty_200_is_an_empty_page(server, fetcher, body):
    fetched = fetch(fetcher, server.send("/", body))
    assert page_failure(fetched.body, fetched.content_type) is Failure.EMPTY_PAGE


@pytest.mark.parametrize("header", ["X: " + "y" * 300_000, "\r\n".join(["X: y"] * 50_000), "X: y\0z", "nocolon"])
def test_a_huge_or_broken_head_is_no_answer(server, fetcher, header):
    assert failure_of(fetcher, server.send("/", b"<p>page", header)) is Failure.CONNECTION


# robots.txt


def test_of_a_robots_txt_of_600_kb_the_first_500_kib_count(server, fetcher):
    padding = b"# padding\n" * 52_000
    server.send("/robots.txt", b"User-agent: *\nDisallow: /early\n" + padding + padding[:80_000] + b"Disallow: /late\n")
    assert failure_of(fetcher, server.send("/early", b"<p>page")) is Failure.ROBOTS
    assert fetch(fetcher, server.send("/late", b"<p>page")).body == b"<p>page"


def test_a_robots_txt_that_is_html_forbids_nothing(server, fetcher):
    server.send(
        "/robots.txt", b"<!doctype html><title>Home</title><p>User-agent of the year", "Content-Type: text/html"
    )
    assert fetch(fetcher, server.send("/a", b"<p>page")).body == b"<p>page"


def test_a_robots_txt_in_a_redirect_loop_forbids_nothing_and_ends(server, fetcher):
    server.redirect("/robots.txt", "/robots.txt?again")
    server.redirect("/robots.txt?again", "/robots.txt")
    assert fetch(fetcher, server.send("/a", b"<p>page")).body == b"<p>page"
    assert len(server.paths()) <= 12


@pytest.mark.parametrize("coding", sorted(PACK))
def test_of_a_robots_txt_that_is_a_bomb_the_beginning_counts(server, fetcher, coding):
    bomb = PACK[coding](b"User-agent: *\nDisallow: /early\n" + bytes(20_000_000))
    server.send_raw("/robots.txt", page_of(bomb, coding))
    assert failure_of(fetcher, server.send("/early", b"<p>page")) is Failure.ROBOTS
    assert fetch(fetcher, server.send("/a", b"<p>page")).body == b"<p>page"


# Feeds, sitemaps and archives


def visit(fetcher: Fetcher, kind: str, url: str) -> Visit:
    values = {"id": "example", "name": "Example", "type": kind, "url": url, "language": "en"}
    return Visit(TypeAdapter(Source).validate_python(values), fetcher, Window(DAY, DAY, DAY))


def poll_failure(fetcher: Fetcher, kind: str, url: str) -> Failure:
    with pytest.raises(CollectError) as caught:
        poll(visit(fetcher, kind, url))
    return caught.value.failure


def test_a_packed_sitemap_that_is_a_bomb_is_too_large(server, fetcher):
    bomb = PACK["gzip"](b"<urlset>" + b" " * 20_000_000)
    url = server.send("/sitemap.xml.gz", bomb, "Content-Type: application/gzip")
    assert poll_failure(fetcher, "sitemap", url) is Failure.TOO_LARGE
    twice = server.send_raw("/twice.xml.gz", page_of(PACK["gzip"](bomb), "gzip"))
    assert poll_failure(fetcher, "sitemap", twice) is Failure.TOO_LARGE


def test_a_bomb_among_the_children_of_an_index_is_counted(server, fetcher):
    bomb = server.send("/bomb.xml.gz", PACK["gzip"](b"<urlset>" + b" " * 20_000_000))
    good = server.send("/good.xml.gz", gzip.compress(b"<urlset><url><loc>http://news.example/a</loc></url></urlset>"))
    inside = "http://169.254.169.254/sitemap.xml"
    children = "".join(f"<sitemap><loc>{url}</loc></sitemap>" for url in (bomb, good, inside))
    index = server.send("/index.xml", f"<sitemapindex>{children}</sitemapindex>".encode())
    result = poll(visit(fetcher, "sitemap", index))
    assert [candidate.url for candidate in result.candidates] == ["http://news.example/a"]
    assert result.failures == {"too_large": 1, "forbidden_address": 1}


@pytest.mark.parametrize("kind", ["feed", "sitemap"])
def test_html_where_xml_is_expected_is_a_bad_feed(server, fetcher, kind):
    page = b"<!doctype html><html><head><title>Sorry</title></head><body><p>Moved.</body></html>"
    assert poll_failure(fetcher, kind, server.send("/feed", page)) is Failure.BAD_FEED


@pytest.mark.parametrize("coding", sorted(PACK))
def test_a_bomb_in_a_warc_record_is_counted_and_the_next_record_read(tmp_path, coding):
    headers = f"Content-Type: text/html\r\nContent-Encoding: {coding}\r\n"
    bomb = record("http://news.example/bomb", PACK[coding](bytes(20_000_000)), headers=headers)
    packed = record("http://news.example/a", PACK[coding](b"<p>page"), headers=headers)
    path = write_warc(tmp_path / "x.warc.gz", bomb, packed)
    failures: Counter[str] = Counter()
    pages = [(page.url, page.body) for page in read_responses(path, failures, max_payload=CAP)]
    assert pages == [("http://news.example/a", b"<p>page")]
    assert failures == {"too_large": 1}


def test_a_warc_record_that_is_packed_into_a_bomb_is_counted(tmp_path):
    bomb = record("http://news.example/bomb", bytes(50_000_000))
    path = write_warc(tmp_path / "x.warc.gz", bomb, record("http://news.example/a", b"<p>page"))
    failures: Counter[str] = Counter()
    assert [page.url for page in read_responses(path, failures, max_payload=CAP)] == ["http://news.example/a"]
    assert failures == {"too_large": 1}
