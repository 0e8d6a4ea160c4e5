"""A site of which only the address is given: its sitemaps are found, news sitemaps first."""

from __future__ import annotations

from datetime import date

import pytest

from pipelines.collect import Visit, Window, poll
from pipelines.errors import CollectError
from pipelines.records import Failure

TODAY = date(2024, 5, 6)
WINDOW = Window(TODAY, TODAY, TODAY)
PAST = Window(date(2024, 4, 1), date(2024, 4, 2), TODAY)


def urlset(*names: str) -> str:
    return f"<urlset>{''.join(f'<url><loc>https://news.example/{name}</loc></url>' for name in names)}</urlset>"


def names(result) -> list[str]:
    return [candidate.url.rpartition("/")[2] for candidate in result.candidates]


@pytest.fixture
def with_robots(site):
    site.add("/robots.txt", "User-agent: *\nDisallow: /x\nSitemap: /all.xml\nSitemap: /news.xml\nSitemap: ftp://x/\n")
    site.add("/all.xml", urlset("a", "b"))
    return site


@pytest.mark.parametrize(("window", "found"), [(WINDOW, ["a"]), (PAST, ["a", "b"])])
def test_news_sitemaps_serve_the_last_days_and_the_others_the_past(with_robots, fetcher, make_source, window, found):
    with_robots.add("/news.xml", urlset("a"))
    result = poll(Visit(make_source(with_robots, "site", "/wirtschaft/"), fetcher, window))
    assert names(result) == found
    assert result.failures == {}


def test_where_the_news_sitemap_is_gone_the_others_are_read(with_robots, fetcher, make_source):
    result = poll(Visit(make_source(with_robots, "site", "/"), fetcher, WINDOW))
    assert names(result) == ["a", "b"]
    assert result.failures == {"http_4xx": 1}


def test_without_robots_the_usual_places_are_tried(site, fetcher, make_source):
    site.add("/sitemap_index.xml", "<sitemapindex><sitemap><loc>/a.xml</loc></sitemap></sitemapindex>")
    site.add("/a.xml", urlset("a"))
    result = poll(Visit(make_source(site, "site", "/"), fetcher, WINDOW))
    assert (names(result), result.failures) == (["a"], {})


def test_a_robots_txt_that_has_not_changed_is_read_all_the_same(site, fetcher, make_source):
    site.add("/robots.txt", "Sitemap: /all.xml\n", ETag='"1"')
    site.add("/all.xml", urlset("a"), ETag='"1"')
    result = poll(Visit(make_source(site, "site", "/"), fetcher, WINDOW))
    assert set(result.validators) == {site.url + "/all.xml"}


def test_a_site_without_any_says_what_to_do(site, fetcher, make_source):
    site.add("/robots.txt", "<!doctype html><p>Sitemap: none</p>")
    with pytest.raises(CollectError, match="Give a feed") as caught:
        poll(Visit(make_source(site, "site", "/"), fetcher, WINDOW))
    assert caught.value.failure is Failure.BAD_FEED


def test_a_site_that_forbids_everything_is_left_alone(site, fetcher, make_source):
    site.add("/robots.txt", "User-agent: *\nDisallow: /\nSitemap: /all.xml\n")
    with pytest.raises(CollectError) as caught:
        poll(Visit(make_source(site, "site", "/"), fetcher, WINDOW))
    assert caught.value.failure is Failure.ROBOTS
