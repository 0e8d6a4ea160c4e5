"""RSS, RDF, Atom and JSON Feed: bytes to entries, and polling one.

Never crashes on a feed, never fetches or expands what it names.
"""

from __future__ import annotations

import calendar
import io
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import fastfeedparser
import feedparser

from pipelines.collect.listing import Entry, Visit, parse_time
from pipelines.errors import CollectError
from pipelines.records import Failure
from pipelines.sources import FeedSource

DECLARED_ENCODING = re.compile(rb"<\?xml[^>]*\sencoding=", re.IGNORECASE)
CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE)
ENTRY_END = re.compile(rb"</(?:\w+:)?(?:item|entry)\s*>", re.IGNORECASE)
ROOT_END = re.compile(rb"</(?:\w+:)?(?:rss|feed|rdf)\s*>\s*(?:<!--.*?-->\s*)*\Z", re.IGNORECASE | re.DOTALL)
ROOT_START = re.compile(rb"<(?:\w+:)?(?:rss|feed|rdf)[\s>]", re.IGNORECASE)
ENTITY = re.compile(rb"<!ENTITY\s", re.IGNORECASE)
MAX_ENTITIES = 300
"""HTML's own entities may be declared by a DTD written into the feed (about 250); more is an attack."""
MAX_PATIENT_BYTES = 2_000_000
"""What the patient parser gets to see: it takes about a second for a million bytes."""
TAIL = 2_000
"""Bytes at the end of a feed in which its closing tag must stand."""


def entries(visit: Visit) -> list[Entry]:
    """Fetch and read one feed. Raises `CollectError` if it cannot be had or is none (bad_feed)."""
    source = visit.source
    assert isinstance(source, FeedSource)
    url = str(source.url)
    fetched = visit.get(url)
    if fetched is None:
        return []
    try:
        found = parse_feed(fetched.body, content_type=fetched.content_type, failures=visit.failures)
    except ValueError as error:
        message = f"{fetched.final_url}: {error}. Give the address of an RSS or Atom feed for source '{source.id}'."
        raise CollectError(Failure.BAD_FEED, message) from error
    if visit.failures:
        visit.forget(url)
    return [replace(entry, base=fetched.final_url) for entry in found]


def parse_feed(body: bytes, *, content_type: str | None = None, failures: Counter[str]) -> list[Entry]:
    """The entries of a feed, in its order; of one cut off in the middle, the whole ones (the torn one is counted).

    Raises `ValueError` for what is no feed.
    """
    if not body.strip():
        raise ValueError("the answer is empty")
    if len(ENTITY.findall(body)) > MAX_ENTITIES:
        raise ValueError("it declares hundreds of entities, which no feed needs")
    try:
        entries = _read_fast(body, content_type)
    except Exception:  # the parser meets anything the web holds; what it cannot read, the patient one may
        entries = []
    if not entries or _filled(entries) < 2 * len(entries):
        entries = _better(entries, body, content_type)
    return _without_torn(entries, body, failures)


def _filled(entries: list[Entry]) -> int:
    return sum(bool(entry.link) + bool(entry.title) for entry in entries)


def _better(entries: list[Entry], body: bytes, content_type: str | None) -> list[Entry]:
    """Where the fast parser left gaps (titles with markup in them, odd namespaces), the patient one may fill them."""
    try:
        patient = _read_patiently(body, content_type)
    except ValueError:
        if not entries:
            raise
        return entries
    return patient if _filled(patient) > _filled(entries) or not entries else entries


def _read_fast(body: bytes, content_type: str | None) -> list[Entry]:
    parsed = fastfeedparser.parse(
        _decoded(body, content_type),
        include_content=False,
        include_tags=False,
        include_media=False,
        include_enclosures=False,
    )
    return [_entry(item, parse_time(item.get("published") or item.get("updated"))) for item in parsed["entries"]]


def _decoded(body: bytes, content_type: str | None) -> bytes | str:
    """RFC 7303: a charset in the header counts where the document itself says nothing."""
    match = CHARSET.search(content_type or "")
    if match is None or body.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")) or b"\0" in body[:4]:
        return body
    if DECLARED_ENCODING.search(body[:200]):
        return body
    try:
        text = body.decode(match.group(1), errors="replace")
    except LookupError:
        return body
    # A text that looks like a URL would be fetched by the parser.
    return text if text.lstrip().startswith(("<", "{")) else body


def _read_patiently(body: bytes, content_type: str | None) -> list[Entry]:
    # As a stream: given bytes or text, feedparser would try them as a URL and as a file name.
    headers = {"content-type": content_type} if content_type else {}
    try:
        parsed = feedparser.parse(
            io.BytesIO(body[:MAX_PATIENT_BYTES]),
            response_headers=headers,
            sanitize_html=False,
            resolve_relative_uris=False,
        )
    except Exception as error:
        raise ValueError(f"it cannot be read as a feed ({error})") from error
    if not parsed.entries and not parsed.get("version") and not ROOT_START.search(body[:TAIL]):
        raise ValueError("it is neither RSS nor Atom")
    return list(_patient_entries(parsed.entries))


def _patient_entries(items: list[Any]) -> Iterator[Entry]:
    for item in items:
        # dict.get: asked for `updated`, feedparser's own answers with `published` and a deprecation warning.
        stamp = item.get("published_parsed") or dict.get(item, "updated_parsed")
        time = None
        if stamp:
            try:
                time = datetime.fromtimestamp(calendar.timegm(stamp), UTC)
            except (ValueError, OverflowError, OSError):
                time = None
        yield _entry(item, time)


def _entry(item: Mapping[str, Any], time: datetime | None) -> Entry:
    """A guid or atom:id that is a web address stands in for a missing link (RSS 2.0: isPermaLink is the default)."""
    link, identifier = item.get("link"), item.get("id")
    if not link and isinstance(identifier, str) and identifier.strip().lower().startswith(("http://", "https://")):
        link = identifier
    title = item.get("title")
    return Entry(link if isinstance(link, str) else None, title.strip() if isinstance(title, str) else None, time)


def _without_torn(entries: list[Entry], body: bytes, failures: Counter[str]) -> list[Entry]:
    """Of a feed that breaks off, the last entry may end inside its link: it is kept only if it was closed."""
    if ROOT_END.search(body[-TAIL:]) or not ROOT_START.search(body[:TAIL]):
        return entries
    failures[Failure.BAD_FEED.value] += 1
    closed = len(ENTRY_END.findall(body))
    return entries[:closed] if closed < len(entries) else entries
