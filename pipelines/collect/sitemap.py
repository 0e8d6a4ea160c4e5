"""News sitemaps, plain ones and indexes of them, packed or not: bytes to entries, and polling one.

XML is read with expat alone; a document type declaration, the way to every expansion and external fetch, is refused.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from xml.parsers import expat

from pipelines.collect.inflate import BodyError, gunzip_if_gzip
from pipelines.collect.listing import Entry, Visit, parse_time
from pipelines.collect.urls import canonical_url
from pipelines.errors import CollectError
from pipelines.records import Failure
from pipelines.sources import SitemapSource

MAX_CHILDREN = 50
"""Sitemaps of one index read in one poll, the latest first. Publishers list one per month since the 1990s."""

MAX_DEPTH = 20
"""Levels of elements; a news sitemap has four."""

NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(slots=True)
class Sitemap:
    """What one document holds: entries (`urlset`) or children (`sitemapindex`), and whether it broke off."""

    entries: list[Entry] = field(default_factory=list)
    children: list[Entry] = field(default_factory=list)
    broken: str | None = None


def entries(visit: Visit) -> Iterator[Entry]:
    """Fetch and read a sitemap, and the sitemaps it names if it is an index (one level).

    Raises `CollectError` if the sitemap itself cannot be had or is none; a child's failure is counted.
    """
    source = visit.source
    assert isinstance(source, SitemapSource)
    try:
        top = read(visit, str(source.url))
    except CollectError as error:
        raise CollectError(error.failure, f"{error} Give the address of a sitemap for source '{source.id}'.") from error
    yield from top.entries
    for url in _children(top, str(source.url), visit):
        try:
            child = read(visit, url)
        except CollectError as error:
            visit.fail(error.failure)
            continue
        if child.children:  # an index in an index, or one that names itself
            visit.fail(Failure.BAD_FEED)
        yield from child.entries


def read(visit: Visit, url: str) -> Sitemap:
    """One document; empty if it has not changed. Raises `CollectError` if it cannot be had or is no sitemap."""
    fetched = visit.get(url)
    if fetched is None:
        return Sitemap()
    try:
        sitemap = parse_sitemap(gunzip_if_gzip(fetched.body, visit.fetcher.http.max_bytes))
    except BodyError as error:
        raise CollectError(error.failure, f"{fetched.final_url}: {error}.") from error
    except ValueError as error:
        raise CollectError(Failure.BAD_FEED, f"{fetched.final_url}: {error}.") from error
    if sitemap.broken:
        visit.fail(Failure.BAD_FEED)
        visit.forget(url)
    base = fetched.final_url
    sitemap.entries = [replace(entry, base=base) for entry in sitemap.entries]
    sitemap.children = [replace(child, base=base) for child in sitemap.children]
    return sitemap


def _children(top: Sitemap, base: str, visit: Visit) -> list[str]:
    newest_first = sorted(top.children, key=lambda child: child.listed_at or NEVER, reverse=True)
    urls = [canonical_url(child.link or "", child.base) for child in newest_first]
    known = list(dict.fromkeys(url for url in urls if url and url != base))
    if bad := urls.count(None):
        visit.fail(Failure.BAD_LINK, bad)
    if len(known) > MAX_CHILDREN:
        visit.fail(Failure.TOO_LARGE, len(known) - MAX_CHILDREN)
    return known[:MAX_CHILDREN]


def parse_sitemap(body: bytes) -> Sitemap:
    """Read one sitemap document; of one that breaks off, what was whole. Raises `ValueError` for what is none."""
    body = body.removeprefix(b"\xef\xbb\xbf").lstrip()
    reader = _Reader()
    try:
        try:
            reader.parser.Parse(body, True)
        except LookupError:  # an encoding nobody knows is declared; the protocol wants UTF-8 anyway
            reader = _Reader("utf-8")
            reader.parser.Parse(body, True)
    except expat.ExpatError as error:
        if not reader.is_sitemap:
            raise ValueError(f"it is no sitemap ({error})") from error
        reader.sitemap.broken = str(error)
    if not reader.is_sitemap:
        raise ValueError(f"it is no sitemap but <{reader.root}>")
    return reader.sitemap


class _Reader:
    """Collects `url` and `sitemap` elements as they close. Prefixes are cut, so an undeclared one does no harm;
    the path tells `url/loc` from `url/image:image/image:loc`."""

    def __init__(self, encoding: str | None = None) -> None:
        self.sitemap = Sitemap()
        self.root = ""
        self._path: list[str] = []
        self._values: dict[str, str] = {}
        self._text: list[str] = []
        self.parser = expat.ParserCreate(encoding)
        self.parser.buffer_text = True
        self.parser.StartDoctypeDeclHandler = self._doctype
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text.append

    @property
    def is_sitemap(self) -> bool:
        return self.root in ("urlset", "sitemapindex")

    def _doctype(self, *_: object) -> None:
        raise ValueError("it has a DOCTYPE, which no sitemap needs and which is not read for safety (or it is HTML)")

    def _start(self, name: str, _: dict[str, str]) -> None:
        local = name.rpartition(":")[2]
        self.root = self.root or local
        self._path.append(local)
        if len(self._path) > MAX_DEPTH:
            raise ValueError("its elements are nested too deeply for a sitemap")
        self._text.clear()
        if len(self._path) == 2:
            self._values = {}

    def _end(self, _: str) -> None:
        path = "/".join(self._path[1:])
        self._path.pop()
        if path in ("url", "sitemap"):
            self._close(path)
        else:
            self._values.setdefault(path, "".join(self._text).strip())
        self._text.clear()

    def _close(self, kind: str) -> None:
        values = self._values
        published = parse_time(values.get(f"{kind}/news/publication_date"))
        time = published or parse_time(values.get(f"{kind}/lastmod"))
        entry = Entry(values.get(f"{kind}/loc"), values.get(f"{kind}/news/title"), time)
        (self.sitemap.entries if kind == "url" else self.sitemap.children).append(entry)
