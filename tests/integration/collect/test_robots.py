"""robots.txt over a real connection: RFC 9309's table of statuses, and whose rules count where."""

from __future__ import annotations

import time
from datetime import date

import pytest

from pipelines.collect import Fetcher
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
    with Fetcher(Http(delay=0, timeout=2)) as fetcher:
        outcome(fetcher, page)
        start = time.monotonic()
        outcome(fetcher, page)
        assert time.monotonic() - start >= 0.25
