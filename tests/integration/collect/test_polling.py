"""Polling feeds and sitemaps over a real connection: candidates with their days, and every loss counted."""

from __future__ import annotations

import gzip
from datetime import UTC, date, datetime

import pytest

from pipelines.collect import Visit, Window, poll
from pipelines.errors import CollectError
from pipelines.records import Candidate, Failure

TODAY = date(2024, 5, 6)
WINDOW = Window(TODAY, TODAY, TODAY)


def feed(items: str) -> str:
    return f'<rss version="2.0"><channel><title>Example</title>{items}</channel></rss>'


def urlset(*locations: str) -> str:
    return "<urlset>" + "".join(f"<url><loc>{location}</loc></url>" for location in locations) + "</urlset>"


def test_a_feed_becomes_candidates_of_their_days(site, fetcher, make_source):
    site.add(
        "/feed",
        feed(
            "<item><title>Late</title><link>/late?utm_source=rss</link>"
            "<pubDate>Fri, 03 May 2024 23:30:00 -0200</pubDate></item>"
            "<item><title>Undated</title><link>https://news.example/undated#top</link></item>"
            "<item><title>Again</title><link>/late?utm_medium=x</link></item>"
            "<item><title>No link</title></item>"
            "<item><title>Mail</title><link>mailto:desk@news.example</link></item>"
        ),
        Content_Type="application/rss+xml",
    )
    result = poll(Visit(make_source(site), fetcher, WINDOW))
    late = datetime(2024, 5, 4, 1, 30, tzinfo=UTC)
    assert result.candidates == (
        Candidate("example", site.url + "/late", date(2024, 5, 4), late, "Late"),
        Candidate("example", "https://news.example/undated", TODAY, None, "Undated"),
    )
    assert result.failures == {"bad_link": 2}
    assert result.duplicate == 1


def test_links_are_resolved_against_where_the_feed_was_found(site, other_site, fetcher, make_source):
    site.add("/feed", status=301, Location=other_site.url + "/deep/feed")
    other_site.add("/deep/feed", feed("<item><title>A</title><link>a.html</link></item>"))
    assert [c.url for c in poll(Visit(make_source(site), fetcher, WINDOW)).candidates] == [
        other_site.url + "/deep/a.html"
    ]


@pytest.mark.parametrize("kind", ["feed", "sitemap"])
@pytest.mark.parametrize(
    ("body", "status", "failure"),
    [
        ("", 500, Failure.HTTP_5XX),
        ("", 404, Failure.HTTP_4XX),
        ("<!doctype html><html><body><a href='/feed'>Feeds</a></body></html>", 200, Failure.BAD_FEED),
        ("", 200, Failure.BAD_FEED),
        ("x" * 200_000, 200, Failure.TOO_LARGE),
    ],
)
def test_a_source_that_cannot_be_had_says_why(site, fetcher, make_source, kind, body, status, failure):
    site.add("/feed", body, status=status)
    with pytest.raises(CollectError) as caught:
        poll(Visit(make_source(site, kind), fetcher, WINDOW))
    assert caught.value.failure is failure
    assert site.url + "/feed" in str(caught.value)


def test_robots_count_for_the_feed_too(site, fetcher, make_source):
    site.add("/robots.txt", "User-agent: *\nDisallow: /feed\n")
    site.add("/feed", feed(""))
    with pytest.raises(CollectError, match=r"robots\.txt forbids"):
        poll(Visit(make_source(site), fetcher, WINDOW))


def test_a_packed_sitemap_is_known_by_its_bytes(site, fetcher, make_source):
    site.add("/map", gzip.compress(urlset("https://news.example/1").encode()), Content_Type="text/plain")
    result = poll(Visit(make_source(site, "sitemap", "/map"), fetcher, WINDOW))
    assert [c.url for c in result.candidates] == ["https://news.example/1"]


def test_a_packed_bomb_is_refused(site, fetcher, make_source):
    site.add("/map", gzip.compress(b"<urlset>" + b" " * 50_000_000))
    with pytest.raises(CollectError) as caught:
        poll(Visit(make_source(site, "sitemap", "/map"), fetcher, WINDOW))
    assert caught.value.failure is Failure.TOO_LARGE


def test_an_index_is_followed_one_level_and_a_bad_child_is_counted(site, fetcher, make_source):
    children = ["/map", "/good.xml", "/down.xml", "/html", "/index.xml", "/cut.xml", "mailto:x@news.example"]
    site.add("/map", "<sitemapindex>" + "".join(f"<sitemap><loc>{c}</loc></sitemap>" for c in children)
             + "</sitemapindex>")  # fmt: skip
    site.add("/good.xml", urlset("https://news.example/1", "https://news.example/2"))
    site.add("/down.xml", status=503)
    site.add("/html", "<!doctype html><p>nothing here</p>")
    site.add("/index.xml", "<sitemapindex><sitemap><loc>/deeper.xml</loc></sitemap></sitemapindex>")
    site.add("/cut.xml", urlset("https://news.example/3", "https://news.example/4")[:-30])
    result = poll(Visit(make_source(site, "sitemap", "/map"), fetcher, WINDOW))
    assert [c.url for c in result.candidates] == [f"https://news.example/{n}" for n in (1, 2, 3)]
    assert result.failures == {"http_5xx": 1, "bad_feed": 3, "bad_link": 1}
    assert site.paths().count("/map") == 1
    assert "/deeper.xml" not in site.paths()


def test_of_a_huge_index_the_latest_children_are_read(site, fetcher, make_source):
    index = "".join(f"<sitemap><loc>/{n}.xml</loc><lastmod>{2000 + n}-01-01</lastmod></sitemap>" for n in range(60))
    site.add("/map", f"<sitemapindex>{index}</sitemapindex>")
    for n in range(60):
        site.add(f"/{n}.xml", urlset(f"https://news.example/{n}"))
    result = poll(Visit(make_source(site, "sitemap", "/map"), fetcher, WINDOW))
    assert {c.url for c in result.candidates} == {f"https://news.example/{n}" for n in range(10, 60)}
    assert result.failures == {"too_large": 10}
