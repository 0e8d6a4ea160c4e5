"""robots.txt over a real connection: RFC 9309's table of statuses, and whose rules count where."""

from __future__ import annotations

import time
from datetime import date
from http.server import BaseHTTPRequestHandler

import pytest

from pipelines.collect import Fetcher
from pipelines.collect.web.origins import MAX_AGE
from pipelines.errors import CollectError
from pipelines.records import Failure
from pipelines.settings import Http

DAY = date(2024, 5, 2)
FORBID = "User-agent: *\nDisallow: /\n"


def outcome(fetcher: Fetcher, url: str) -> Failure | int:
    try:
        return fetcher.fetch(url, archive_date=DAY, source_id="example").status
    except CollectError as error:
        return error.failure


@pytest.fixture
def page(site):
    site.add("/a", "<p>page</p>")
    return site.url + "/a"


@pytest.mark.parametrize(
    ("status", "expected"),
    [(200, Failure.ROBOTS), (404, 200), (401, 200), (403, 200), (429, 200), (500, Failure.HTTP_5XX)],
)
def test_the_status_of_robots_decides(site, fetcher, page, status, expected):
    site.add("/robots.txt", FORBID, status=status)
    assert outcome(fetcher, page) == expected
    assert ("/a" in site.paths()) == (expected == 200)


def test_a_host_that_is_asked_too_much_for_its_robots_is_free_after_the_rest_it_wants(site, fetcher, page):
    site.add("/robots.txt", FORBID, status=429, Retry_After="1")
    start = time.monotonic()
    assert outcome(fetcher, page) == 200
    assert time.monotonic() - start >= 0.9


def test_what_was_out_of_reach_is_asked_again_next_time(site, fetcher, page):
    """A failure forbids for now, and is remembered nowhere."""
    site.add("/robots.txt", status=503)
    site.add("/robots.txt", status=404)
    assert outcome(fetcher, page) is Failure.HTTP_5XX
    assert outcome(fetcher, page) == 200
    assert site.paths() == ["/robots.txt", "/robots.txt", "/a"]


def test_without_a_connection_nothing_is_allowed_and_without_an_answer_neither(site, other_site, http):
    def stall(handler: BaseHTTPRequestHandler) -> None:
        site.finished.wait(5)

    site.add_answer("/robots.txt", stall)
    site.add("/a", "<p>page</p>")
    other_site.server.server_close()
    with Fetcher(http, backoff=0.01) as fetcher:
        assert outcome(fetcher, site.url + "/a") is Failure.TIMEOUT
        assert outcome(fetcher, other_site.url + "/a") is Failure.CONNECTION
    assert "/a" not in site.paths()


def test_it_is_remembered_for_a_day_over_all_runs(site, http, page, state):
    site.add("/robots.txt", "User-agent: *\nDisallow: /intern/\n")
    for _ in range(2):
        with Fetcher(http, state=state) as fetcher:
            assert outcome(fetcher, page) == 200
            assert outcome(fetcher, site.url + "/intern/") is Failure.ROBOTS
    assert site.paths().count("/robots.txt") == 1
    state.run("update robots set fetched_at = fetched_at - ?", MAX_AGE)
    site.answers["/robots.txt"].clear()
    site.add("/robots.txt", FORBID)
    with Fetcher(http, state=state) as fetcher:
        assert outcome(fetcher, page) is Failure.ROBOTS
    assert site.paths().count("/robots.txt") == 2


def test_a_failure_is_not_remembered_between_runs(site, http, page, state):
    site.add("/robots.txt", status=500)
    with Fetcher(http, backoff=0.01, state=state) as fetcher:
        assert outcome(fetcher, page) is Failure.HTTP_5XX
    assert state.all("select * from robots") == []


def test_what_an_origin_reserves_is_asked_once_and_only_where_robots_allow_it(site, other_site, fetcher):
    site.add("/.well-known/tdmrep.json", '[{"location": "/a", "tdm-reservation": 1}]')
    other_site.add("/robots.txt", "User-agent: *\nDisallow: /.well-known/")
    for url, reserved in [(site.url + "/a", True), (site.url + "/b", False), (other_site.url + "/a", False)]:
        assert (fetcher.tdm_rules(url).reservation(url) is not None) == reserved
    assert site.paths() == ["/robots.txt", "/.well-known/tdmrep.json"]
    assert other_site.paths() == ["/robots.txt"]


@pytest.mark.parametrize(("status", "body"), [(404, b"[]"), (500, b"[]"), (200, b"<html>"), (200, b"x" * 2_000_000)])
def test_a_tdmrep_that_cannot_be_had_or_read_reserves_nothing(site, fetcher, status, body):
    site.add("/.well-known/tdmrep.json", body, status=status)
    for _ in range(2):
        assert fetcher.tdm_rules(site.url + "/a").rules == ()
    assert site.paths().count("/.well-known/tdmrep.json") == 1


def test_it_is_read_once(site, fetcher, page):
    for _ in range(3):
        assert outcome(fetcher, page) == 200
    assert site.paths().count("/robots.txt") == 1


def test_a_redirected_robots_counts_and_an_endless_one_means_free(site, other_site, fetcher, page):
    site.add("/robots.txt", status=301, Location=other_site.url + "/rules")
    other_site.add("/rules", FORBID)
    assert outcome(fetcher, page) is Failure.ROBOTS
    other_site.add("/robots.txt", status=301, Location="/robots.txt")
    other_site.add("/a", "<p>page</p>")
    assert outcome(fetcher, other_site.url + "/a") == 200


def test_each_hop_is_asked_at_its_own_host(site, other_site, fetcher):
    site.add("/a", status=302, Location=other_site.url + "/b")
    other_site.add("/robots.txt", FORBID)
    other_site.add("/b", "<p>page</p>")
    assert outcome(fetcher, site.url + "/a") is Failure.ROBOTS
    assert other_site.paths() == ["/robots.txt"]


def test_our_own_group_counts_before_the_general_one(site, fetcher, page):
    site.add("/robots.txt", "User-agent: *\nDisallow: /\n\nUser-agent: Claimhouse\nAllow: /\nDisallow: /intern\n")
    assert outcome(fetcher, page) == 200
    assert outcome(fetcher, site.url + "/intern/x") is Failure.ROBOTS


def test_only_the_first_500_kib_count_and_a_cut_line_does_not(site, http, page):
    head = "User-agent: *\nDisallow: /secret\n"
    filler = "# " + "x" * 97 + "\n"
    body = head + filler * ((500 * 1024 - len(head)) // 100)
    body += "Disallow: /a".ljust(500 * 1024 - len(body), "b") + "c\nDisallow: /a\n" + filler * 1_000
    site.add("/robots.txt", body)
    with Fetcher(http.model_copy(update={"timeout": 3.0})) as fetcher:
        assert outcome(fetcher, site.url + "/secret") is Failure.ROBOTS
        assert outcome(fetcher, page) == 200


def test_crawl_delay_widens_the_distance(site, page):
    site.add("/robots.txt", "User-agent: *\nCrawl-delay: 0.3\n")
    with Fetcher(Http(delay=0, timeout=2, allow_loopback=True)) as fetcher:
        outcome(fetcher, page)
        start = time.monotonic()
        outcome(fetcher, page)
        assert time.monotonic() - start >= 0.25
