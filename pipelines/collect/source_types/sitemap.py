"""News sitemaps, plain ones, lists of URLs and indexes of them, packed or not: bytes to entries, and polling one."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from io import BytesIO
from itertools import islice

from pipelines.collect.dates import parse_time
from pipelines.collect.source_types.listing import Entry, Visit, Window
from pipelines.collect.source_types.url_dates import day_in_path, span_named
from pipelines.collect.source_types.xml_reading import Reader, looks_like_html
from pipelines.collect.web.inflate import BodyError, gunzip_if_gzip
from pipelines.collect.web.urls import canonical_url
from pipelines.errors import CollectError
from pipelines.records import Failure
from pipelines.sources import SitemapSource

MAX_CHILDREN = 50
"""Sitemaps of an index read in one visit, the latest first. Publishers list one per month since the 1990s."""
MAX_LEVELS = 2
"""An index may name indexes; one that those name is left unread."""
MAX_DEPTH = 20
"""Levels of elements; a news sitemap has four."""
MAX_ENTRIES = 50_000
"""Of one document, as sitemaps.org has it; ten megabytes hold a million, which would take a quarter of a gigabyte."""
SLACK = timedelta(days=1)
"""A publisher's day begins up to a day before or after ours (UTC)."""


@dataclass(slots=True)
class Sitemap:
    """What one document holds: entries (`urlset`, lines) or children (`sitemapindex`), whether it broke off, and
    whether there was more than `MAX_ENTRIES`."""

    entries: list[Entry] = field(default_factory=list)
    children: list[Entry] = field(default_factory=list)
    broken: str | None = None
    is_cut: bool = False


def entries(visit: Visit) -> Iterator[Entry]:
    """Fetch and read a sitemap, and the sitemaps it names if it is an index.

    Raises `CollectError` if the sitemap itself cannot be had or is none; a child's failure is counted.
    """
    source = visit.source
    assert isinstance(source, SitemapSource)
    walk = Walk(visit)
    try:
        top = walk.read(str(source.url))
    except CollectError as error:
        raise CollectError(error.failure, f"{error} Give the address of a sitemap for source '{source.id}'.") from error
    yield from walk.listed(top)


class Walk:
    """One visit's way through sitemaps: each is read once, and no more than `MAX_CHILDREN` of indexes."""

    def __init__(self, visit: Visit) -> None:
        self._visit = visit
        self._read: set[str] = set()
        self._left = MAX_CHILDREN

    def read(self, url: str) -> Sitemap:
        """One document; empty if it has not changed. Raises `CollectError` if it cannot be had or is no sitemap.

        An index is always read again: that it has not changed says nothing about the sitemaps it names.
        """
        visit = self._visit
        self._read.add(url)
        fetched = visit.get(url)
        if fetched is None:
            return Sitemap()
        self._read.add(fetched.final_url)
        try:
            sitemap = parse_sitemap(gunzip_if_gzip(fetched.body, visit.fetcher.http.max_bytes))
        except (BodyError, ValueError) as error:
            visit.forget(url)
            failure = error.failure if isinstance(error, BodyError) else Failure.BAD_FEED
            raise CollectError(failure, f"{fetched.final_url}: {error}.") from error
        if sitemap.broken:
            visit.fail(Failure.BAD_FEED)
        if sitemap.is_cut:
            visit.fail(Failure.TOO_LARGE)
        if sitemap.broken or sitemap.children:
            visit.forget(url)
        base, today = fetched.final_url, visit.window.today
        sitemap.entries = [_dated(replace(entry, base=base), today) for entry in sitemap.entries]
        sitemap.children = [replace(child, base=base) for child in sitemap.children]
        return sitemap

    def listed(self, sitemap: Sitemap, level: int = 1) -> Iterator[Entry]:
        """The entries of a sitemap and of those it names, as far as they may hold something of the visit's window."""
        yield from sitemap.entries
        if not sitemap.children:
            return
        visit = self._visit
        if level > MAX_LEVELS:
            visit.fail(Failure.BAD_FEED)
            return
        for url in self._chosen(sitemap.children):
            if url in self._read:  # an index that names itself, or two that name each other
                visit.fail(Failure.BAD_FEED)
                continue
            if not self._left:
                visit.fail(Failure.TOO_LARGE)
                continue
            self._left -= 1
            try:
                child = self.read(url)
            except CollectError as error:
                visit.fail(error.failure)
                continue
            yield from self.listed(child, level + 1)

    def _chosen(self, children: Collection[Entry]) -> list[str]:
        """The URLs of what may hold something of the window, the latest first."""
        urls: dict[str, date] = {}
        for child in children:
            url = canonical_url(child.link or "", child.base)
            if url is None:
                self._visit.fail(Failure.BAD_LINK)
            elif _may_hold(url, child, self._visit.window):
                span = span_named(url)
                time = child.listed_at
                urls.setdefault(url, time.date() if time else span[1] if span else date.min)
        return sorted(urls, key=lambda url: urls[url], reverse=True)


def _may_hold(url: str, child: Entry, window: Window) -> bool:
    """A sitemap changed last before the window cannot hold anything of it, nor can one named after another time."""
    if child.listed_at and child.listed_at.date() < window.first - SLACK:
        return False
    span = span_named(url)
    return span is None or (span[1] >= window.first - SLACK and span[0] <= window.last + SLACK)


def _dated(entry: Entry, today: date) -> Entry:
    if entry.listed_at or not entry.link:
        return entry
    day = day_in_path(entry.link, today)
    return replace(entry, day=day) if day else entry


def parse_sitemap(body: bytes) -> Sitemap:
    """Read one sitemap document; of one that breaks off, what was whole. Raises `ValueError` for what is none."""
    if looks_like_html(body):
        raise ValueError("it is HTML, a web page and no sitemap")
    if body.removeprefix(b"\xef\xbb\xbf").lstrip()[:8].lower().startswith((b"http://", b"https://")):
        lines = BytesIO(body.removeprefix(b"\xef\xbb\xbf"))
        named = (line.decode("utf-8", errors="replace").strip() for line in islice(lines, MAX_ENTRIES))
        return Sitemap([Entry(line) for line in named if line], is_cut=bool(lines.readline().strip()))
    collected = _Collected()
    reader = Reader(max_depth=MAX_DEPTH, start=collected.start, end=collected.end)
    try:
        reader.read(body)
    except _Full:
        collected.sitemap.is_cut = True
    if reader.root not in ("urlset", "sitemapindex"):
        raise ValueError(
            f"it is no sitemap ({reader.broken})" if reader.broken else f"it is no sitemap but <{reader.root}>"
        )
    collected.sitemap.broken = reader.broken
    return collected.sitemap


class _Full(Exception):
    """There are `MAX_ENTRIES` and one more: reading on would only take time."""


class _Collected:
    """`url` and `sitemap` elements as they close; the path tells `url/loc` from `url/image:image/image:loc`."""

    def __init__(self) -> None:
        self.sitemap = Sitemap()
        self._values: dict[tuple[str, ...], str] = {}

    def start(self, path: tuple[str, ...], _: Mapping[str, str]) -> None:
        if len(path) == 1:
            self._values = {}

    def end(self, path: tuple[str, ...], text: str) -> None:
        if len(path) > 1:
            self._values.setdefault(path[1:], text)
        elif path in (("url",), ("sitemap",)):
            values = self._values
            time = parse_time(values.get(("news", "publication_date"))) or parse_time(values.get(("lastmod",)))
            entry = Entry(values.get(("loc",)), values.get(("news", "title")), time)
            found = self.sitemap.entries if path == ("url",) else self.sitemap.children
            if len(found) == MAX_ENTRIES:
                raise _Full
            found.append(entry)
