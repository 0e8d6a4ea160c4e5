"""What a site offers to collect from: its feeds and sitemaps, found from any of its addresses. Adds nothing itself."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from html import unescape
from urllib.parse import urlsplit

from selectolax.lexbor import LexborHTMLParser

from pipelines.collect.source_types.decoding import decoded
from pipelines.collect.source_types.feed import parse_feed
from pipelines.collect.source_types.html_links import base_of, read_page
from pipelines.collect.source_types.listing import Entry
from pipelines.collect.source_types.site import robots_sitemaps
from pipelines.collect.source_types.sitemap import parse_sitemap
from pipelines.collect.web.exchange import Fetched
from pipelines.collect.web.fetch import Fetcher
from pipelines.collect.web.inflate import BodyError, gunzip_if_gzip
from pipelines.collect.web.urls import canonical_url, origin_of
from pipelines.errors import CollectError

FEED_TYPES = frozenset(("application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf+xml"))
FEED_PLACES = ("/feed", "/rss", "/rss.xml", "/atom.xml", "/feed.xml", "/index.xml")
SITEMAP_PLACES = ("/sitemap-news.xml", "/news-sitemap.xml", "/sitemap.xml")
MAX_FEEDS, MAX_SITEMAPS = 12, 6
"""Listings read to see whether they are what they are said to be. Portals declare hundreds of feeds on one page."""

COMMENTS = re.compile(r"comment|kommentar", re.IGNORECASE)
SITEMAP_ROOT = re.compile(rb"<(?:\w+:)?(?:urlset|sitemapindex)[\s>]")
TITLE = re.compile(r"<title[^<>]*>\s*(?:<!\[CDATA\[)?([^<\]]*)", re.IGNORECASE)
LANGUAGE = re.compile(r"<(?:dc:)?language>\s*([A-Za-z-]{2,10})|xml:lang=[\"']([A-Za-z-]{2,10})", re.IGNORECASE)
HEAD = 5_000
"""Characters in which a feed says what it is called."""


@dataclass(frozen=True, slots=True)
class Found:
    """One listing that was read and is what it seems.

    `type` is a source type; `evidence` says why it is thought so and what it holds. `name` is what the site calls
    itself, `language` the one it says it is in: `de` of `de-DE`.
    """

    type: str
    url: str
    title: str | None
    evidence: str
    language: str | None = None
    name: str | None = None


def discover(url: str, fetcher: Fetcher, today: date) -> list[Found]:
    """Look at `url`: it may be a feed or sitemap itself, or a page of a site that has some.

    The best first: feeds of the page's section, those of the site, news sitemaps, sitemaps. Raises `CollectError` if
    `url` itself cannot be had; that something else cannot be had means that it is not offered.
    """
    search = _Search(fetcher, today)
    first = search.fetch(url)
    own = search.read(first, None, "the address itself")
    if own is not None:
        match = LANGUAGE.search(decoded(first.body, first.content_type)[:HEAD])
        spoken = _primary(match.group(1) or match.group(2)) if match else None
        return [replace(own, language=spoken, name=own.title)]
    try:
        page = read_page(first.body, first.content_type)
    except ValueError:
        page = LexborHTMLParser("")
    origin = origin_of(first.final_url)
    feeds = search.all(_declared(page, first.final_url), "named on the page", MAX_FEEDS)
    if not feeds:
        feeds = search.all([(origin + place, None) for place in FEED_PLACES], "at a usual place", MAX_FEEDS)[:1]
    name = _meta(page, "og:site_name") or _meta(page, "application-name") or _title(page)
    return [replace(found, language=_language(page), name=name) for found in (*feeds, *search.sitemaps(origin))]


class _Search:
    def __init__(self, fetcher: Fetcher, today: date) -> None:
        self._fetcher, self._today = fetcher, today
        self._known: set[str] = set()

    def fetch(self, url: str) -> Fetched:
        return self._fetcher.fetch(url, archive_date=self._today, source_id="discovery")

    def all(self, places: list[tuple[str, str | None]], why: str, limit: int) -> list[Found]:
        found = []
        for url, title in places[:limit]:
            try:
                fetched = self.fetch(url)
            except CollectError:
                continue
            if fetched.final_url not in self._known and (listing := self.read(fetched, title, why)):
                self._known.add(fetched.final_url)
                found.append(listing)
        return found

    def sitemaps(self, origin: str) -> list[Found]:
        """Those that robots.txt names, or else the usual ones; news sitemaps first."""
        try:
            robots = self.fetch(f"{origin}/robots.txt")
            named = robots_sitemaps(robots.body, robots.final_url)
        except CollectError:
            named = []
        news_first = sorted(named, key=lambda url: "news" not in url.lower())
        found = self.all([(url, None) for url in news_first], "named in robots.txt", MAX_SITEMAPS)
        if not found:
            found = self.all([(origin + place, None) for place in SITEMAP_PLACES], "at a usual place", MAX_SITEMAPS)
        return sorted(found, key=lambda sitemap: "news" not in sitemap.evidence)

    def read(self, fetched: Fetched, title: str | None, why: str) -> Found | None:
        """What was fetched as a listing, or None if it is none."""
        try:
            body = gunzip_if_gzip(fetched.body, self._fetcher.http.max_bytes)
            if SITEMAP_ROOT.search(body[:HEAD]):
                sitemap = parse_sitemap(body)
                kind = "a news sitemap" if any(entry.title for entry in sitemap.entries) else "a sitemap"
                kind = "an index of sitemaps" if sitemap.children else kind
                return Found("sitemap", fetched.final_url, title, f"{kind} {why}{_extent(sitemap.entries)}")
            entries = parse_feed(body, content_type=fetched.content_type, failures=Counter())
        except (BodyError, ValueError):
            return None
        match = TITLE.search(decoded(body, fetched.content_type)[:HEAD])
        own = " ".join(unescape(match.group(1)).split()) if match else None
        return Found("feed", fetched.final_url, title or own or None, f"a feed {why}{_extent(entries)}")


def _extent(entries: list[Entry]) -> str:
    times = [entry.listed_at for entry in entries if entry.listed_at]
    newest = f", the latest of {max(times):%Y-%m-%d}" if times else ""
    return f": {len(entries)} entries{newest}"


def _declared(page: LexborHTMLParser, url: str) -> list[tuple[str, str | None]]:
    """The feeds a page names and their titles, those of its own section first; feeds of comments are left out."""
    base, section = base_of(page, url), urlsplit(url).path.rstrip("/")
    feeds: dict[str, str | None] = {}
    for href, title in _alternates(page):
        feed = canonical_url(href, base)
        if feed and not COMMENTS.search(f"{urlsplit(feed).path} {title}"):
            feeds.setdefault(feed, title or None)
    return sorted(feeds.items(), key=lambda item: not (section and urlsplit(item[0]).path.startswith(section)))


def _alternates(page: LexborHTMLParser) -> Iterator[tuple[str, str]]:
    for node in page.css("link[rel][href]"):
        named = {name: value or "" for name, value in node.attributes.items()}
        if "alternate" in named["rel"].lower().split() and named.get("type", "").strip().lower() in FEED_TYPES:
            yield named["href"], " ".join(named.get("title", "").split())


def _meta(page: LexborHTMLParser, name: str) -> str | None:
    node = page.css_first(f'meta[property="{name}"], meta[name="{name}"]')
    return " ".join((node.attributes.get("content") or "").split()) or None if node else None


def _title(page: LexborHTMLParser) -> str | None:
    node = page.css_first("head > title")
    return " ".join(node.text().split()) or None if node else None


def _language(page: LexborHTMLParser) -> str | None:
    node = page.css_first("html[lang]")
    declared = node.attributes.get("lang") if node else None
    return _primary(declared or _meta(page, "og:locale"))


def _primary(tag: str | None) -> str | None:
    """`de` of `de-DE` and `de_DE`."""
    return re.split(r"[-_]", tag.strip())[0].lower() or None if tag else None
