"""The same articles listed by several sources, and listed again: one article each, of the day on which it was seen."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from email.utils import format_datetime

import pytest
from pydantic import TypeAdapter

from pipelines import steps
from pipelines.collect import Archive, State, Window, poll_sources
from pipelines.settings import Settings, load_settings
from pipelines.sources import Source
from pipelines.warehouse import ArticleStore
from tests.unit.collect.warcs import record, write_warc

NOW = datetime.now(UTC)
YESTERDAY = NOW.date() - timedelta(days=1)
NOON = datetime(YESTERDAY.year, YESTERDAY.month, YESTERDAY.day, 12, tzinfo=UTC)
MONDAY = date(2024, 5, 6)
TUESDAY, WEDNESDAY = MONDAY + timedelta(days=1), MONDAY + timedelta(days=2)


def feed(*items: str) -> str:
    return f"<rss version='2.0'><channel><title>E</title>{''.join(items)}</channel></rss>"


def item(link: str, published: datetime | None = None) -> str:
    date = f"<pubDate>{format_datetime(published)}</pubDate>" if published else ""
    return f"<item><title>A plant</title><link>{link}</link>{date}</item>"


def urlset(*locations: str) -> str:
    return f"<urlset>{''.join(f'<url><loc>{each}</loc></url>' for each in locations)}</urlset>"


def text_page(canonical: str) -> str:
    words = "<p>The maker will build a plant in the north next year and make machines there, it said on Monday.</p>" * 5
    return (
        f'<html lang="en"><head><title>A plant</title><link rel="canonical" href="{canonical}"></head>'
        f"<body><article><h1>A plant in the north</h1>{words}</article></body></html>"
    )


# One article, three discoveries


@pytest.fixture
def settings(site, tmp_path) -> Settings:
    """A feed, a sitemap of another day and a WARC file that name one article, each in its own way."""
    own = site.url + "/article?id=7"
    site.add("/article?id=7", text_page(own))
    site.add("/feed", feed(item(f"{own}&utm_source=rss#top", NOON)), Content_Type="application/rss+xml")
    day = f"<lastmod>{YESTERDAY}T09:00:00Z</lastmod>"
    site.add("/sitemap.xml", f"<urlset><url><loc>{own.replace('&', '&amp;')}</loc>{day}</url></urlset>")
    held = record(f"{own}&fbclid=x", text_page(own).encode(), date=f"{NOON:%Y-%m-%dT%H:%M:%SZ}")
    write_warc(tmp_path / "crawl.warc.gz", held)
    path = tmp_path / "sources.yaml"
    path.write_text(f"""\
start_date: {YESTERDAY - timedelta(days=30)}
environment: test
http: {{delay: 0, timeout: 2, allow_loopback: true}}
sources:
  - {{id: feed, name: Feed, type: feed, url: "{site.url}/feed", language: en}}
  - {{id: map, name: Map, type: sitemap, url: "{site.url}/sitemap.xml", language: en}}
  - {{id: warc, name: Warc, type: warc, paths: ["{tmp_path}/crawl.warc.gz"], language: en}}
""")
    return load_settings(tmp_path / "home", path, {})


@pytest.mark.parametrize("order", [["feed", "map", "warc"], ["warc", "map", "feed"], None])
def test_an_article_found_by_feed_sitemap_and_warc_is_one_article_with_three_discoveries(site, settings, order):
    """Whichever finds it first; None: all at once."""
    url = site.url + "/article?id=7"
    for only in [[name] for name in order] if order else [["feed", "map", "warc"]]:
        chosen = settings.file.model_copy(update={"sources": tuple(settings.source(name) for name in only)})
        polled = steps.poll_sources(Settings(settings.home, chosen, settings.sources_path), [YESTERDAY])
        assert (polled.failures, polled.problems) == ({}, {})
    for _ in range(2):
        logs = {log.source_id: log for log in steps.fetch_dates(settings, [YESTERDAY])}
    assert {name: log.discovered for name, log in logs.items()} == {"feed": 1, "map": 1, "warc": 1}
    assert sorted((log.fetched, log.duplicate) for log in logs.values()) == [(0, 1), (0, 1), (1, 0)]
    assert not any(log.failures for log in logs.values())
    with State(settings.home.collection) as state:
        assert state.all("select source_id, url from discoveries order by source_id") == [
            ("feed", url), ("map", url), ("warc", url),
        ]  # fmt: skip
        failures: Counter[str] = Counter()
        pages = list(Archive(settings.home.warc, state).pages(YESTERDAY, failures=failures))
    assert ([page.url for page in pages], failures) == ([url], {})
    if order:
        assert pages[0].source_id == order[0]
    assert site.paths().count("/article?id=7") == (0 if pages[0].source_id == "warc" else 1)
    steps.parse_date(settings, YESTERDAY)
    [article] = ArticleStore(settings.home.articles).read(YESTERDAY)
    assert article.url == url


def test_twins_that_three_sources_list_are_one_article(site, settings):
    """The feed names the page by a short link, the WARC file holds its AMP form."""
    own = site.url + "/article?id=7"
    site.add("/short", status=301, Location="/article?id=7&utm_source=short")
    site.add("/article?id=7&utm_source=short", text_page(own))
    site.answers["/feed"] = []
    site.add("/feed", feed(item(site.url + "/short", NOON)))
    held = record(f"{site.url}/amp/article", text_page(own).encode(), date=f"{NOON:%Y-%m-%dT%H:%M:%SZ}")
    write_warc(settings.sources_path.parent / "crawl.warc.gz", held)
    steps.poll_sources(settings, [YESTERDAY])
    logs = steps.fetch_dates(settings, [YESTERDAY])
    assert [log.discovered for log in logs] == [1, 1, 1]
    assert (sum(log.fetched for log in logs), sum(log.duplicate for log in logs)) == (1, 2)
    steps.parse_date(settings, YESTERDAY)
    assert len(list(ArticleStore(settings.home.articles).read(YESTERDAY))) == 1
    with State(settings.home.collection) as state:
        rows = state.all("select count(*), count(distinct page_url) from discoveries join visited using (url)")
    assert rows == [(3, 1)]


# The day on which an undated article was seen


@pytest.fixture
def look(home, site, make_source, tmp_path):
    """A look of a feed, a sitemap or both on a day; what they list is what the test has put there."""

    def look(day: date, *kinds: str) -> None:
        sources = [TypeAdapter(Source).validate_python(make_source(site, kind, f"/{kind}", id=kind)) for kind in kinds]
        look = poll_sources(
            sources, Window(day, day, day), store=home.candidates, fetcher=home.fetcher, spool=tmp_path / "spool"
        )
        assert (look.failures, look.problems) == ({}, {})

    return look


def test_an_undated_article_belongs_to_the_day_on_which_any_source_listed_it_first(site, home, look, make_source):
    a, b = site.url + "/a", site.url + "/b"
    site.add("/feed", feed(item(a)))
    site.add("/sitemap", urlset(a, b))
    look(MONDAY, "feed")
    look(TUESDAY, "feed", "sitemap")
    site.answers["/feed"] = []
    site.add("/feed", feed(item(a, datetime(2024, 5, 8, 9, tzinfo=UTC)), item(b)))  # dated after all
    look(WEDNESDAY, "feed", "sitemap")
    assert [(c.source_id, c.url) for c in home.candidates.read(MONDAY)] == [("feed", a), ("sitemap", a)]
    assert [(c.source_id, c.url) for c in home.candidates.read(TUESDAY)] == [("feed", b), ("sitemap", b)]
    assert home.candidates.read(WEDNESDAY) == []
    for name in "ab":
        site.add(f"/{name}", text_page(f"{site.url}/{name}"))
    both = [make_source(site, id=name) for name in ("feed", "sitemap")]
    logs = home.run(MONDAY, WEDNESDAY, sources=both)
    assert {key: (log.discovered, log.fetched, log.duplicate) for key, log in logs.items()} == {
        ("feed", MONDAY): (1, 1, 0), ("sitemap", MONDAY): (1, 0, 1),
        ("feed", TUESDAY): (1, 0, 1), ("sitemap", TUESDAY): (1, 1, 0),
    }  # fmt: skip
    assert [site.paths().count(f"/{name}") for name in "ab"] == [1, 1]


def test_an_entry_belongs_to_the_date_that_its_source_lists_whenever_it_is_seen(site, home, look):
    site.add("/feed", feed(item(site.url + "/a", datetime(2024, 5, 3, 23, 30, tzinfo=UTC))))
    look(MONDAY, "feed")
    assert [c.archive_date for c in home.candidates.read(date(2024, 5, 3))] == [date(2024, 5, 3)]
