"""A site of which only the address is known: its sitemaps, as robots.txt names them or where they usually lie."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from protego import Protego

from pipelines.collect.source_types.listing import Entry, Visit
from pipelines.collect.source_types.sitemap import Walk
from pipelines.collect.web.urls import canonical_url, origin_of
from pipelines.errors import CollectError
from pipelines.records import Failure
from pipelines.sources import SiteSource

WELL_KNOWN = ("/sitemap.xml", "/sitemap_index.xml", "/news-sitemap.xml")
MAX_SITEMAPS = 50
NEWS_HOLDS = timedelta(days=2)
"""A news sitemap lists the articles of the last two days (Google's rule for them)."""


def entries(visit: Visit) -> Iterator[Entry]:
    """What the site's sitemaps list. Where it has news sitemaps, the others are read for older days only.

    Raises `CollectError` if the site cannot be had or none of its sitemaps; the failure of one is counted.
    """
    source = visit.source
    assert isinstance(source, SiteSource)
    origin = origin_of(str(source.url))
    named = sitemaps_of(visit, origin)
    news = [url for url in named if "news" in url.lower()]
    others = [url for url in named if url not in news]
    walk = Walk(visit)
    had: list[str] = []
    errors: list[CollectError] = []
    yield from _read_all(visit, walk, news, had, errors)
    if not had or visit.window.last < visit.window.today - NEWS_HOLDS:
        yield from _read_all(visit, walk, others, had, errors)
    if not named:
        yield from _first_of(walk, [origin + path for path in WELL_KNOWN], had)
    if not had:
        failure, reason = (errors[-1].failure, f" ({errors[-1]})") if errors else (Failure.BAD_FEED, "")
        message = f"{origin}: no sitemap can be had{reason}. Give a feed or archive pages for source '{source.id}'."
        raise CollectError(failure, message)


def sitemaps_of(visit: Visit, origin: str) -> list[str]:
    """The sitemaps that robots.txt names, the first ones. None if there is no robots.txt; raises if it is forbidden."""
    url = f"{origin}/robots.txt"
    try:
        fetched = visit.get(url)
    except CollectError as error:
        if error.failure is not Failure.HTTP_4XX:
            raise
        return []
    visit.forget(url)
    return robots_sitemaps(fetched.body, url) if fetched else []


def robots_sitemaps(body: bytes, url: str) -> list[str]:
    """The `Sitemap:` lines of a robots.txt. A web page in its place names none."""
    lines = Protego.parse(body.decode("utf-8-sig", errors="replace")).sitemaps
    absolute = (canonical_url(line, url) for line in lines)
    return list(dict.fromkeys(address for address in absolute if address))[:MAX_SITEMAPS]


def _read_all(visit: Visit, walk: Walk, urls: list[str], had: list[str], errors: list[CollectError]) -> Iterator[Entry]:
    for url in urls:
        try:
            sitemap = walk.read(url)
        except CollectError as error:
            visit.fail(error.failure)
            errors.append(error)
            continue
        had.append(url)
        yield from walk.listed(sitemap)


def _first_of(walk: Walk, urls: list[str], had: list[str]) -> Iterator[Entry]:
    """The first sitemap that is there. That the others are not is no loss, and is not counted."""
    for url in urls:
        try:
            sitemap = walk.read(url)
        except CollectError as error:
            if error.failure in (Failure.HTTP_4XX, Failure.BAD_FEED):
                continue
            raise
        had.append(url)
        yield from walk.listed(sitemap)
        return
