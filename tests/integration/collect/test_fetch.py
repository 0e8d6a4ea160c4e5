"""Fetching against a real server: what is had, and that every way to fail has its own reason."""

from __future__ import annotations

import gzip
import time
import tracemalloc
import zlib
from datetime import date
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from pipelines.collect import Fetched, Fetcher
from pipelines.collect.web.exchange import Validators
from pipelines.collect.web.fetch import MAX_REDIRECTS
from pipelines.collect.web.hosts import BREAK_AFTER
from pipelines.errors import CollectError
from pipelines.records import Failure
from pipelines.settings import Http

DAY = date(2024, 5, 2)
PAGE = "<html><title>Test</title><p>A page of its own.</p></html>"


def get(fetcher: Fetcher, url: str) -> Fetched:
    return fetcher.fetch(url, archive_date=DAY, source_id="example")


def failure(fetcher: Fetcher, url: str) -> tuple[Failure, str]:
    with pytest.raises(CollectError) as caught:
        get(fetcher, url)
    assert url in str(caught.value)
    return caught.value.failure, str(caught.value)


def test_a_page_comes_with_the_facts_of_its_request(site, fetcher):
    site.add("/a", PAGE, X_Test="yes")
    fetched = get(fetcher, site.url + "/a")
    assert (fetched.status, fetched.reason, fetched.final_url) == (200, "OK", site.url + "/a")
    assert fetched.body == PAGE.encode()
    assert fetched.content_type == "text/html"
    assert ("X-Test", "yes") in fetched.headers
    assert ("User-Agent", "claimhouse/test (tests)") in fetched.request_headers
    assert fetched.fetched_at.tzinfo is not None
    assert [agent for _, _, agent in site.log] == ["claimhouse/test (tests)"] * 2


@pytest.mark.parametrize(
    ("coding", "pack"),
    [
        ("gzip", gzip.compress),
        ("x-gzip", gzip.compress),
        ("deflate", zlib.compress),
        ("deflate", lambda data: zlib.compress(data, wbits=-15)),
        ("gzip, gzip", lambda data: gzip.compress(gzip.compress(data))),
        ("gzip", lambda data: gzip.compress(data[:9]) + gzip.compress(data[9:])),
        ("gzip", lambda data: data),
        ("identity", lambda data: data),
    ],
)
def test_content_codings_are_undone(site, fetcher, coding, pack):
    site.add("/a", pack(PAGE.encode()), Content_Encoding=coding)
    assert get(fetcher, site.url + "/a").body == PAGE.encode()


@pytest.mark.parametrize(
    ("coding", "body"),
    [("br", b"x"), ("gzip", gzip.compress(PAGE.encode(), mtime=0)[:30]), ("gzip", b"\x1f\x8b\x08garbage")],
)
def test_a_body_in_no_known_coding_is_refused(site, fetcher, coding, body):
    site.add("/a", body, Content_Encoding=coding)
    assert failure(fetcher, site.url + "/a")[0] is Failure.BAD_ENCODING


@pytest.mark.parametrize("layers", [1, 2])
def test_a_gzip_bomb_is_refused_before_it_is_in_memory(site, fetcher, layers):
    body = gzip.compress(b"\0" * 60_000_000)
    for _ in range(layers - 1):
        body = gzip.compress(body)
    site.add("/a", body, Content_Encoding=", ".join(["gzip"] * layers))
    assert failure(fetcher, site.url + "/missing")[0] is Failure.HTTP_4XX  # robots.txt is read by now
    tracemalloc.start()
    try:
        assert failure(fetcher, site.url + "/a")[0] is Failure.TOO_LARGE
        assert tracemalloc.get_traced_memory()[1] < 3_000_000
    finally:
        tracemalloc.stop()


def test_a_page_over_the_limit_is_refused_by_its_length_and_by_its_bytes(site, fetcher):
    site.add("/announced", b"x" * 200_000)

    def endless(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Connection", "close")
        handler.end_headers()
        while not site.finished.is_set():
            handler.wfile.write(b"x" * 10_000)

    site.add_answer("/endless", endless)
    assert "200,000 bytes announced" in failure(fetcher, site.url + "/announced")[1]
    reason, message = failure(fetcher, site.url + "/endless")
    assert reason is Failure.TOO_LARGE
    assert "http.max_bytes" in message


def test_a_server_that_stalls_or_drips_times_out(site, http):
    def stall(handler: BaseHTTPRequestHandler) -> None:
        site.finished.wait(5)

    def drip(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", "10000")
        handler.end_headers()
        while not site.finished.wait(0.1):
            handler.wfile.write(b"x")
            handler.wfile.flush()

    site.add_answer("/stall", stall)
    site.add_answer("/drip", drip)
    with Fetcher(http.model_copy(update={"deadline": 0.6}), backoff=0.05) as fetcher:
        for path in ("/stall", "/drip"):
            start = time.monotonic()
            reason, message = failure(fetcher, site.url + path)
            assert reason is Failure.TIMEOUT
            assert "http.deadline" in message
            assert time.monotonic() - start < 3


def test_no_server_and_a_broken_answer_are_connection_failures(site, other_site, fetcher):
    def short(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", "100")
        handler.end_headers()
        handler.wfile.write(b"too short")
        handler.close_connection = True

    site.add_answer("/short", short)
    assert failure(fetcher, site.url + "/short")[0] is Failure.CONNECTION
    other_site.server.server_close()
    reason, message = failure(fetcher, other_site.url + "/a")
    assert reason is Failure.CONNECTION
    assert "robots.txt" in message


def test_statuses_have_their_reasons_and_each_is_one_attempt(site, fetcher):
    """Whether to try again is the dispatcher's business; the host waits in any case."""
    statuses = {"/gone": 410, "/down": 500, "/busy": 503, "/many": 429, "/odd": 302}
    for path, status in statuses.items():
        site.add(path, status=status)
    reasons = [failure(fetcher, site.url + path)[0] for path in statuses]
    assert reasons == [
        Failure.HTTP_4XX, Failure.HTTP_5XX, Failure.HTTP_5XX, Failure.HTTP_429, Failure.BAD_REDIRECT,
    ]  # fmt: skip
    assert site.paths() == ["/robots.txt", *statuses]


def test_a_host_that_failed_is_given_a_moment(site, http):
    site.add("/a", status=503)
    site.add("/a", PAGE)
    with Fetcher(http, backoff=0.2) as fetcher:
        assert failure(fetcher, site.url + "/a")[0] is Failure.HTTP_5XX
        start = time.monotonic()
        assert get(fetcher, site.url + "/a").status == 200
        assert time.monotonic() - start >= 0.14
        start = time.monotonic()
        assert get(fetcher, site.url + "/a").status == 200
        assert time.monotonic() - start < 0.14


def test_retry_after_is_honoured_exactly(site, http):
    site.add("/a", status=429, Retry_After="1")
    site.add("/a", PAGE)
    with Fetcher(http, backoff=60) as fetcher:
        assert failure(fetcher, site.url + "/a")[0] is Failure.HTTP_429
        start = time.monotonic()
        assert get(fetcher, site.url + "/a").status == 200
    assert 0.9 <= time.monotonic() - start < 3


def test_a_host_that_asks_for_a_long_rest_gets_it_in_later_runs_too(site, http, state):
    site.add("/a", status=429, Retry_After="3600")
    site.add("/b", PAGE)
    with Fetcher(http, state=state) as fetcher:
        assert failure(fetcher, site.url + "/a")[0] is Failure.HTTP_429
    for _ in range(2):
        with Fetcher(http, state=state) as fetcher, pytest.raises(CollectError) as caught:
            get(fetcher, site.url + "/b")
        assert caught.value.failure is Failure.HTTP_429
        assert "asked for rest and is left alone for 3" in str(caught.value)
    assert site.paths() == ["/robots.txt", "/a"]


def test_a_host_that_is_down_is_left_alone(other_site, http, state):
    other_site.server.server_close()
    with Fetcher(http, backoff=0.001, state=state) as fetcher:
        for _ in range(BREAK_AFTER - 1):
            assert failure(fetcher, other_site.url + "/a")[0] is Failure.CONNECTION
    with Fetcher(http, backoff=1.1, state=state) as fetcher:  # the next run knows how often it has failed
        assert failure(fetcher, other_site.url + "/a")[0] is Failure.CONNECTION
        assert failure(fetcher, other_site.url + "/a")[0] is Failure.HOST_PAUSED


def test_an_unchanged_page_is_a_304_and_a_304_nobody_asked_for_is_a_failure(site, fetcher):
    asked: list[tuple[str | None, str | None]] = []

    def answer(handler: BaseHTTPRequestHandler) -> None:
        asked.append((handler.headers.get("If-None-Match"), handler.headers.get("If-Modified-Since")))
        handler.send_response(304)
        handler.end_headers()

    site.add("/a", PAGE, ETag='W/"7"', Last_Modified="Thu, 02 May 2024 08:00:00 GMT")
    site.add_answer("/a", answer)
    first = get(fetcher, site.url + "/a")
    assert first.validators == Validators('W/"7"', "Thu, 02 May 2024 08:00:00 GMT")
    assert not first.is_unmodified
    again = fetcher.fetch(site.url + "/a", archive_date=DAY, source_id="example", validators=first.validators)
    assert (again.status, again.body, again.is_unmodified) == (304, b"", True)
    assert asked == [('W/"7"', "Thu, 02 May 2024 08:00:00 GMT")]
    with pytest.raises(CollectError, match="304"):
        get(fetcher, site.url + "/a")
    assert asked[1] == (None, None)


def test_redirects_are_followed_and_remembered(site, other_site, fetcher):
    site.add("/a", status=302, Location="/b?utm_source=x#top")
    site.add("/b?utm_source=x", status=301, Location=other_site.url + "/c")
    other_site.add("/c", PAGE)
    fetched = get(fetcher, site.url + "/a")
    assert fetched.final_url == other_site.url + "/c"
    assert [(hop.url, hop.status) for hop in fetched.hops] == [
        (site.url + "/a", 302),
        (site.url + "/b?utm_source=x", 301),
    ]


@pytest.mark.parametrize("target", ["file:///etc/passwd", "ftp://127.0.0.1/a", "data:text/html,x", "", "http://"])
def test_redirects_out_of_the_web_are_refused(site, fetcher, target):
    site.add("/a", status=302, Location=target)
    assert failure(fetcher, site.url + "/a")[0] is Failure.BAD_REDIRECT


def test_redirect_loops_and_chains_end(site, fetcher):
    site.add("/a", status=302, Location="/b")
    site.add("/b", status=302, Location="/a")
    site.add("/self", status=302, Location="#top")
    for number in range(20):
        site.add(f"/{number}", status=302, Location=f"/{number + 1}")
    for path in ("/a", "/self", "/0"):
        reason, message = failure(fetcher, site.url + path)
        assert reason is Failure.BAD_REDIRECT
        assert "in a circle or too often" in message
    assert f"/{MAX_REDIRECTS}" in site.paths()
    assert f"/{MAX_REDIRECTS + 1}" not in site.paths()


def test_ten_redirects_are_allowed(site, fetcher):
    assert MAX_REDIRECTS == 10
    for number in range(10):
        site.add(f"/{number}", status=302, Location=f"/{number + 1}")
    site.add("/10", PAGE)
    fetched = get(fetcher, site.url + "/0")
    assert (fetched.final_url, len(fetched.hops)) == (site.url + "/10", 10)


@pytest.mark.parametrize("url", ["", "no url", "file:///etc/passwd", "http://[::1", "ftp://127.0.0.1/"])
def test_what_is_no_web_address_is_a_bad_link(fetcher, url):
    assert failure(fetcher, url)[0] is Failure.BAD_LINK


def test_no_cookie_comes_back(site, fetcher):
    seen: list[str | None] = []

    def watch(handler: BaseHTTPRequestHandler) -> None:
        seen.append(handler.headers.get("Cookie"))
        handler.send_response(200)
        handler.send_header("Set-Cookie", "a=b; Path=/")
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    site.add_answer("/a", watch)
    get(fetcher, site.url + "/a")
    get(fetcher, site.url + "/a")
    assert seen == [None, None]


def test_a_proxy_gets_every_request_in_absolute_form_and_the_environment_gets_none(site, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    site.add("http://news.example/robots.txt", "User-agent: *\nDisallow: /intern/", Content_Type="text/plain")
    site.add("http://news.example/a", PAGE)
    settings = Http.model_validate({"proxy": site.url, "delay": 0, "timeout": 2})
    with Fetcher(settings) as fetcher:
        assert get(fetcher, "http://news.example/a").body == PAGE.encode()
        assert failure(fetcher, "http://news.example/intern/b")[0] is Failure.ROBOTS
    assert site.paths() == ["http://news.example/robots.txt", "http://news.example/a"]
    with Fetcher(Http(delay=0, timeout=2, allow_loopback=True)) as fetcher:
        site.add("/a", PAGE)
        assert get(fetcher, site.url + "/a").status == 200


def test_requests_to_one_host_keep_their_distance_and_other_hosts_do_not_wait(site, other_site):
    site.add("/a", PAGE)
    other_site.add("/a", PAGE)
    with Fetcher(Http(delay=1.5, timeout=2, allow_loopback=True)) as fetcher:
        start = time.monotonic()
        get(fetcher, site.url + "/a")  # robots, then the page
        one = time.monotonic() - start
        get(fetcher, other_site.url + "/a")
        get(fetcher, site.url + "/a")
        both = time.monotonic() - start
    assert one >= 1.49
    assert 2.99 <= both < 4.5


def test_an_etag_beyond_ascii_goes_back_as_it_came(site, fetcher):
    seen = []

    def answer(handler):
        seen.append(handler.headers.get("If-None-Match"))
        handler.send_response(304 if seen[-1] else 200)
        handler.send_header("ETag", '"\xfc"')
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    site.add_answer("/a", answer)
    first = fetcher.fetch(site.url + "/a", archive_date=DAY, source_id="example")
    again = fetcher.fetch(site.url + "/a", archive_date=DAY, source_id="example", validators=first.validators)
    assert again.is_unmodified
    assert seen == [None, '"\xfc"']


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="/dev/full is Linux's")
def test_a_full_disk_is_no_fault_of_the_server(site, fetcher, tmp_path):
    site.add("/big", b"x" * 300_000)
    (tmp_path / "big.part").symlink_to("/dev/full")
    with pytest.raises(OSError, match="No space left"):
        fetcher.download(site.url + "/big", tmp_path / "big")
    assert fetcher.hosts.due(site.url.removeprefix("http://")) <= time.monotonic()
