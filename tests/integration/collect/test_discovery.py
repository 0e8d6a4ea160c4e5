"""Finding what a site offers, from any of its addresses."""

from __future__ import annotations

from datetime import date

import pytest

from pipelines.collect.source_types.discovery import Found, discover
from pipelines.errors import CollectError

TODAY = date(2024, 5, 6)
RSS = """<rss version="2.0"><channel><title>Ledger &amp; Co</title><language>en-GB</language>
<item><title>A</title><link>/a</link><pubDate>Thu, 02 May 2024 10:30:00 GMT</pubDate></item></channel></rss>"""
SITEMAP = "<urlset><url><loc>https://news.example/a</loc></url></urlset>"
NEWS = """<urlset xmlns:n="http://www.google.com/schemas/sitemap-news/0.9"><url><loc>https://news.example/a</loc>
<n:news><n:title>A</n:title></n:news></url></urlset>"""


def page(*links: str) -> str:
    return f"""<html lang="de-DE"><head><title>Start | Werkbank</title>
<meta property="og:site_name" content="Werkbank">{"".join(links)}</head><body><p>Hier</p></body></html>"""


def alternate(href: str, title: str, kind: str = "application/rss+xml") -> str:
    return f'<link rel="alternate" type="{kind}" title="{title}" href="{href}">'


def paths(site, found: list[Found]) -> list[tuple[str, str]]:
    return [(item.type, item.url.removeprefix(site.url)) for item in found]


def test_a_feed_is_found_where_it_is(site, fetcher):
    site.add("/rss", RSS)
    evidence = "a feed the address itself: 1 entries, the latest of 2024-05-02"
    assert discover(site.url + "/rss", fetcher, TODAY) == [
        Found("feed", site.url + "/rss", "Ledger & Co", evidence, "en", "Ledger & Co")
    ]


def test_a_sitemap_is_found_where_it_is(site, fetcher):
    site.add("/map", NEWS)
    assert paths(site, discover(site.url + "/map", fetcher, TODAY)) == [("sitemap", "/map")]


def test_of_a_page_its_own_feeds_come_first_then_the_sites_then_sitemaps(site, fetcher):
    site.add("/wirtschaft/", page(
        alternate("/feed", "Alles"), alternate("/comments/feed", "Kommentare"), alternate("/gone", "Weg"),
        alternate("/wirtschaft/feed?utm_source=x", "Wirtschaft", "application/atom+xml"),
        alternate("/p", "P", "text/html"),
        alternate("/also", "Moved"),
    ))  # fmt: skip
    site.add("/feed", RSS)
    site.add("/wirtschaft/feed", RSS)
    site.add("/also", status=301, Location="/feed")
    site.add("/robots.txt", "Sitemap: /all.xml\nSitemap: /news.xml\nSitemap: /gone.xml\n")
    site.add("/all.xml", SITEMAP)
    site.add("/news.xml", NEWS)
    found = discover(site.url + "/wirtschaft/", fetcher, TODAY)
    assert paths(site, found) == [
        ("feed", "/wirtschaft/feed"), ("feed", "/feed"), ("sitemap", "/news.xml"), ("sitemap", "/all.xml"),
    ]  # fmt: skip
    assert {(item.name, item.language) for item in found} == {("Werkbank", "de")}
    assert [item.title for item in found[:2]] == ["Wirtschaft", "Alles"]
    assert found[2].evidence.startswith("a news sitemap named in robots.txt")
    assert "/comments/feed" not in site.paths()
    assert "/sitemap.xml" not in site.paths()


def test_where_nothing_is_named_the_usual_places_are_tried(site, fetcher):
    site.add("/", page())
    site.add("/feed", page())
    site.add("/feed.xml", RSS)
    site.add("/sitemap.xml", SITEMAP)
    found = discover(site.url + "/", fetcher, TODAY)
    assert paths(site, found) == [("feed", "/feed.xml"), ("sitemap", "/sitemap.xml")]


@pytest.mark.parametrize("body", ["<p>nothing", "", "<div>" * 5_000, "\0\x01"])
def test_a_site_may_offer_nothing(site, fetcher, body):
    site.add("/", body)
    assert discover(site.url + "/", fetcher, TODAY) == []


def test_an_address_that_cannot_be_had_says_why(site, fetcher):
    with pytest.raises(CollectError, match="404"):
        discover(site.url + "/", fetcher, TODAY)
