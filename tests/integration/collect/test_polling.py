"""Polling feeds and sitemaps over a real connection: candidates with their days, and every loss counted."""

from __future__ import annotations

import gzip
from datetime import UTC, date, datetime

import pytest

from pipelines.collect import CandidateStore, Visit, Window, poll
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


def index(*children: str) -> str:
    return (
        "<sitemapindex>" + "".join(f"<sitemap><loc>{child}</loc></sitemap>" for child in children) + "</sitemapindex>"
    )


def test_an_index_is_followed_two_levels_and_every_loss_is_counted(site, fetcher, make_source):
    site.add(
        "/map", index("/map", "/good.xml", "/down.xml", "/html", "/index.xml", "/cut.xml", "mailto:x@news.example")
    )
    site.add("/good.xml", urlset("https://news.example/1", "https://news.example/2"))
    site.add("/down.xml", status=404)
    site.add("/html", "<!doctype html><p>nothing here</p>")
    site.add("/index.xml", index("/deeper.xml", "/map", "/good.xml", "/deepest-index.xml"))
    site.add("/deeper.xml", urlset("https://news.example/5"))
    site.add("/deepest-index.xml", index("/unread.xml"))
    site.add("/cut.xml", urlset("https://news.example/3", "https://news.example/4")[:-30])
    result = poll(Visit(make_source(site, "sitemap", "/map"), fetcher, WINDOW))
    assert [c.url for c in result.candidates] == [f"https://news.example/{n}" for n in (1, 2, 5, 3)]
    # bad_feed: /map twice and /good.xml once more, /html, the index below the second level, the broken end of /cut.xml
    assert result.failures == {"http_4xx": 1, "bad_feed": 6, "bad_link": 1}
    assert site.paths().count("/map") == 1
    assert "/unread.xml" not in site.paths()


def test_of_a_huge_index_the_latest_children_are_read(site, fetcher, make_source):
    dated = "".join(
        f"<sitemap><loc>/{n}.xml</loc><lastmod>2024-05-06T00:00:{n:02}Z</lastmod></sitemap>" for n in range(50)
    )
    undated = "".join(f"<sitemap><loc>/old/{n}.xml</loc></sitemap>" for n in range(1_000))
    site.add("/map", f"<sitemapindex>{undated}{dated}</sitemapindex>")
    for n in range(50):
        site.add(f"/{n}.xml", urlset(f"https://news.example/{n}"))
    result = poll(Visit(make_source(site, "sitemap", "/map"), fetcher, WINDOW))
    assert {c.url for c in result.candidates} == {f"https://news.example/{n}" for n in range(50)}
    assert result.failures == {"too_large": 1_000}


@pytest.mark.parametrize(
    ("window", "read"),
    [
        (WINDOW, {"/changed.xml", "/maps/2024-05.xml", "/map-20240506.xml.gz", "/undated.xml", "/future.xml"}),
        (
            Window(date(2024, 3, 10), date(2024, 3, 11), TODAY),
            {"/changed.xml", "/maps/2024-03.xml", "/undated.xml", "/april.xml", "/future.xml"},
        ),
    ],
)
def test_children_of_another_time_are_not_fetched_and_may_be_later(site, fetcher, make_source, window, read):
    dates = {"/changed.xml": "2024-05-06", "/april.xml": "2024-04-30T10:00:00Z", "/old.xml": "2024-02-01",
             "/future.xml": "2034-01-01"}  # fmt: skip
    named = ["/maps/2024-05.xml", "/maps/2024-03.xml", "/map-20240506.xml.gz", "/undated.xml"]
    site.add(
        "/map",
        "<sitemapindex>"
        + "".join(f"<sitemap><loc>{path}</loc><lastmod>{day}</lastmod></sitemap>" for path, day in dates.items())
        + "".join(f"<sitemap><loc>{path}</loc></sitemap>" for path in named)
        + "</sitemapindex>",
        ETag='"1"',
    )
    for path in [*dates, *named]:
        site.add(path, urlset(f"https://news.example{path}"), ETag='"1"')
    result = poll(Visit(make_source(site, "sitemap", "/map"), fetcher, window))
    assert {path for path in site.paths() if ".xml" in path and "robots" not in path} == read
    assert result.failures == {}
    assert set(result.validators) == {site.url + path for path in read}


def test_an_index_is_always_read_again_its_children_only_when_changed(site, fetcher, make_source):
    def changing(handler):
        unmodified = handler.headers.get("If-None-Match") == '"1"'
        body = b"" if unmodified else urlset("https://news.example/1").encode()
        handler.send_response(304 if unmodified else 200)
        handler.send_header("ETag", '"1"')
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    site.add("/map", index("/a.xml", "/b.xml"), ETag='"1"')
    site.add_answer("/a.xml", changing)
    site.add("/b.xml", status=404)
    site.add("/b.xml", urlset("https://news.example/2"), ETag='"1"')
    source = make_source(site, "sitemap", "/map")
    first = poll(Visit(source, fetcher, WINDOW))
    assert [c.url for c in first.candidates] == ["https://news.example/1"]
    assert set(first.validators) == {site.url + "/a.xml"}
    second = poll(Visit(source, fetcher, WINDOW, known=first.validators.get))
    assert [c.url for c in second.candidates] == ["https://news.example/2"]
    assert second.unmodified == 1


@pytest.mark.parametrize(
    ("kind", "body", "is_whole"),
    [
        ("feed", feed("<item><title>A</title><link>/a</link></item>"), True),
        ("feed", feed("<item><title>A</title><link>/a</link></item>")[:-8], False),
        ("sitemap", urlset("https://news.example/a"), True),
        ("sitemap", urlset("https://news.example/a", "https://news.example/b")[:-30], False),
    ],
)
def test_what_was_torn_is_read_again_even_if_it_has_not_changed(site, fetcher, make_source, kind, body, is_whole):
    site.add("/feed", body, ETag='"1"')
    result = poll(Visit(make_source(site, kind), fetcher, WINDOW))
    assert len(result.candidates) == 1
    assert bool(result.validators) is is_whole


def test_a_list_of_urls_is_a_sitemap_and_days_in_paths_count_where_no_date_is_given(site, fetcher, make_source):
    lines = ["https://news.example/2024/05/02/a", "https://news.example/b", "ftp://news.example/c", "",
             "https://news.example/2034/05/02/d"]  # fmt: skip
    site.add("/map", "\r\n".join(lines), Content_Type="text/plain")
    result = poll(Visit(make_source(site, "sitemap", "/map"), fetcher, WINDOW))
    assert [c.archive_date for c in result.candidates] == [date(2024, 5, 2), TODAY, TODAY]
    assert result.failures == {"bad_link": 1}


def test_a_date_that_cannot_be_is_none(site, fetcher, make_source):
    dates = ["Thu, 01 Jan 1970 00:00:00 GMT", "Sat, 01 Jan 2034 00:00:00 GMT", "Wed, 08 May 2024 00:00:00 GMT"]
    site.add("/feed", feed("".join(
        f"<item><title>{n}</title><link>/{n}</link><pubDate>{text}</pubDate></item>" for n, text in enumerate(dates)
    )))  # fmt: skip
    result = poll(Visit(make_source(site), fetcher, WINDOW))
    assert [(c.archive_date, c.listed_at is None) for c in result.candidates] == [
        (TODAY, True), (TODAY, True), (date(2024, 5, 8), False),
    ]  # fmt: skip


@pytest.mark.parametrize("kind", ["feed", "sitemap"])
def test_a_web_page_where_a_listing_was_is_called_one(site, fetcher, make_source, kind):
    site.add("/feed", "<!-- a --><html><head><title>Shop</title></head><body><p>Gone</body></html>")
    with pytest.raises(CollectError, match="it is HTML") as caught:
        poll(Visit(make_source(site, kind), fetcher, WINDOW))
    assert caught.value.failure is Failure.BAD_FEED


def test_half_a_surrogate_pair_in_a_title_can_be_stored(site, fetcher, make_source, state):
    """JSON can spell what UTF-8 cannot; titles are cut in the middle of an emoji."""
    item = '{"url": "/a", "title": "Cut \\ud83d"}'
    site.add("/feed", f'{{"version": "https://jsonfeed.org/version/1.1", "items": [{item}]}}')
    result = poll(Visit(make_source(site), fetcher, WINDOW))
    assert [candidate.title for candidate in result.candidates] == ["Cut ?"]
    assert CandidateStore(state).take("example", result) == 1
