"""RSS, RDF, Atom and JSON Feed: bytes to entries, and polling one.

Never crashes on a feed, never fetches or expands what it names. What is no XML is mended in `feed_mending`.
"""

from __future__ import annotations

import io
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from html import unescape
from operator import attrgetter
from urllib.parse import urljoin
from xml.etree.ElementTree import XML, Element, ParseError

import feedparser

from pipelines.collect.dates import parse_time
from pipelines.collect.source_types.decoding import decoded, header_charset
from pipelines.collect.source_types.feed_mending import mended, taken_apart
from pipelines.collect.source_types.listing import Entry, Visit
from pipelines.collect.source_types.xml_reading import looks_like_html
from pipelines.errors import CollectError
from pipelines.records import Failure
from pipelines.sources import FeedSource

MAX_TAGS = 500_000
"""Elements cost about 100 bytes each; a feed of 10 MB with HTML in it has 300 000 tags."""
MAX_ITEMS = 50_000
"""As of a sitemap; a publisher's feed has a few dozen, one that holds a whole archive a few thousand."""
MAX_PATIENT_CHARACTERS = 500_000
"""What feedparser gets to see: it takes a quarter of a second for it, and up to two if somebody means it ill."""

ROOTS = frozenset(("rss", "feed", "rdf"))
ITEMS = frozenset(("item", "entry"))
DUBLIN_CORE = ("http://purl.org/dc/elements/1.1/", "http://purl.org/dc/terms/")
ATOM = ("http://www.w3.org/2005/Atom", "http://purl.org/atom/ns#")
DATES = (
    "pubdate", "published", "issued", "dc:date", "dc:issued", "dc:created", "created", "updated", "modified",
    "dc:modified",
)  # fmt: skip
"""First when an entry was published, then when it was changed."""
XML_BASE = "{http://www.w3.org/XML/1998/namespace}base"
ABOUT = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}about"
TAG = re.compile(r"</?[A-Za-z][^<>]*>")
ITEM = re.compile(rb"<(?:[\w.-]{1,30}:)?(?:item|entry)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Fields:
    """Which tags hold what in the items of one feed, in the order of preference."""

    titles: tuple[str, ...]
    links: tuple[str, ...]
    dates: tuple[str, ...]
    identifiers: tuple[str, ...]


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
    """The entries of a feed, in its order; of a broken one those that are whole (the others count as bad_feed).

    Raises `ValueError` for what is no feed.
    """
    if not body.strip():
        raise ValueError("the answer is empty")
    _refuse_huge(body)
    if body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        return list(_json_entries(body))
    root = _tree(_without_content(body)) if _speaks_for_itself(body, content_type) else None
    if root is not None and _local(root.tag) in ROOTS:
        return _tree_entries(root)
    if looks_like_html(body):
        raise ValueError("it is HTML, a web page and no feed")
    return _mended_entries(decoded(body, content_type), failures)


def _refuse_huge(body: bytes) -> None:
    """What is read becomes objects many times its size: elements and attributes, values in JSON."""
    is_json = body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{")
    if len(body) > MAX_TAGS and sum(map(body.count, (b",", b"{", b"[") if is_json else (b"<", b"="))) > MAX_TAGS:
        raise ValueError(
            f"it has more than {MAX_TAGS:,} {'JSON values' if is_json else 'tags and attributes'}, which no feed needs"
        )
    if len(body) > MAX_ITEMS * len("<item/>") and sum(1 for _ in ITEM.finditer(body)) > MAX_ITEMS:
        raise ValueError(f"it has more than {MAX_ITEMS:,} items, which no feed needs")


def _speaks_for_itself(body: bytes, content_type: str | None) -> bool:
    """Whether the XML parser may see it as it is: no entity is ever declared to it, so none can be expanded."""
    if b"<!DOCTYPE" in body or b"\0" in body[:4]:
        return False
    charset = header_charset(content_type)
    return charset is None or charset.lower() == "utf-8" or b"encoding" in body[:200]


def _without_content(body: bytes) -> bytes:
    """The feed without the articles' text, which is not looked at: half of the time would go into building it.

    Wherever `<content` is no plain element (one without end, or a word in a text), the feed is left as it is.
    """
    head, *pieces = body.split(b"<content")
    parts = [head]
    for piece in pieces:
        tag, _, text = piece.partition(b">")
        _, end, rest = text.partition(b"</content")
        if not end or tag.endswith(b"/"):
            return body
        parts += (b"<content", tag, b"></content", rest)
    return b"".join(parts)


def _tree(document: bytes | str) -> Element | None:
    try:
        return XML(document)
    except (ParseError, LookupError, ValueError):  # the latter two: encodings that nobody knows, or cannot be
        return None


def _mended_entries(text: str, failures: Counter[str]) -> list[Entry]:
    feed = mended(text)
    if feed is None:
        return _read_patiently(text)
    root = _tree(feed)
    if root is not None:
        return _tree_entries(root)
    torn = taken_apart(feed)
    trees = [_tree(item) for item in torn.items]
    entries = [entry for tree in trees if tree is not None for entry in _tree_entries(tree)]
    lost = trees.count(None)
    if lost or not entries:
        patient = _read_patiently(feed)[: len(trees) if torn.is_cut else None]
        if _filled(patient) > _filled(entries):
            entries, lost = patient, 0
    if lost or torn.is_cut:
        failures[Failure.BAD_FEED.value] += max(lost, 1)
    return entries


def _filled(entries: list[Entry]) -> int:
    return sum(bool(entry.link) + bool(entry.title) for entry in entries)


def _tree_entries(root: Element) -> list[Entry]:
    """Items are the children of `feed` and `rdf:RDF`, and of the `channel` of `rss`."""
    tags = dict.fromkeys(map(attrgetter("tag"), root.iter()))
    fields = {tag: _fields(tags, tag) for tag in tags if _local(tag) in ITEMS}
    if not fields:
        return []
    items = [
        (item, urljoin(root.get(XML_BASE, ""), parent.get(XML_BASE, "")))
        for parent in (root, *(child for child in root if _local(child.tag) == "channel"))
        for item in parent
        if item.tag in fields
    ] or [(item, "") for item in root.iter() if item.tag in fields]
    return [_entry(item, fields[item.tag], base) for item, base in items]


def _local(tag: str) -> str:
    return tag.rpartition("}")[2].lower()


def _fields(tags: Iterable[str], item_tag: str) -> Fields:
    named: dict[str, list[str]] = {}
    for tag in tags:
        named.setdefault(_name(tag, item_tag), []).append(tag)

    def holding(*names: str) -> tuple[str, ...]:
        return tuple(tag for name in names for tag in named.get(name, ()))

    return Fields(holding("title", "dc:title"), holding("link"), holding(*DATES), holding("guid", "id"))


def _name(tag: str, item_tag: str) -> str:
    """A tag without its namespace: what is in the item's own, in Atom's or in none is RSS or Atom."""
    namespace, _, local = tag.removeprefix("{").rpartition("}")
    if namespace in DUBLIN_CORE:
        return f"dc:{local.lower()}"
    known = not namespace or namespace in ATOM or item_tag.startswith("{" + namespace + "}")
    return local.lower() if known else tag


def _entry(item: Element, fields: Fields, base: str) -> Entry:
    time, title = None, ""
    for tag in fields.dates:
        if (text := item.findtext(tag)) and (time := parse_time(text)):
            break
    for tag in fields.titles:
        if (element := item.find(tag)) is not None and (title := _title(element)):
            break
    return Entry(_link(item, fields.links, base) or _address(item, fields.identifiers), title or None, time)


def _title(element: Element) -> str:
    """Plain text: titles hold markup (Atom's xhtml), escaped markup, and characters escaped twice."""
    text = "".join(element.itertext()) if len(element) else element.text or ""
    if "<" in text:
        text = TAG.sub("", text)
    if "&" in text:
        text = unescape(text)
    return " ".join(text.split())


def _link(item: Element, tags: tuple[str, ...], base: str) -> str | None:
    """The page: RSS's text, or Atom's alternate, HTML first."""
    best = None
    for tag in tags:
        for link in item.findall(tag):
            if base or link.keys() or item.keys():
                href = _alternate(link, item, base)
                if href and (best is None or "html" in link.get("type", "")):
                    best = href
            elif best is None and link.text:
                best = link.text.strip()
    return best


def _alternate(link: Element, item: Element, base: str) -> str | None:
    href = (link.get("href") or link.text or "").strip()
    if not href or link.get("rel", "alternate") != "alternate":
        return None
    for own in (link.get(XML_BASE), item.get(XML_BASE), base):
        href = urljoin(own, href) if own else href
    return href


def _address(item: Element, tags: tuple[str, ...]) -> str | None:
    """A guid or atom:id (or rdf:about) that is an address stands in for a missing link; a number or a tag: does not."""
    texts = [item.findtext(tag) or "" for tag in tags] + [item.get(ABOUT, "")]
    addresses = (text.strip() for text in texts)
    return next((a for a in addresses if a.lower().startswith(("http://", "https://", "/"))), None)


def _json_entries(body: bytes) -> Iterable[Entry]:
    """https://www.jsonfeed.org/version/1.1/"""
    try:
        feed = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"it cannot be read as a JSON Feed ({error})") from error
    items = feed.get("items")
    if not isinstance(items, list) or "jsonfeed.org/version" not in str(feed.get("version"))[:100]:
        raise ValueError("it is JSON, but no JSON Feed")
    if len(items) > MAX_ITEMS:
        raise ValueError(f"it has more than {MAX_ITEMS:,} items, which no feed needs")
    for item in items:
        texts = (
            {name: value for name, value in item.items() if isinstance(value, str)} if isinstance(item, dict) else {}
        )
        link = texts.get("url") or texts.get("external_url") or texts.get("id")
        time = parse_time(texts.get("date_published")) or parse_time(texts.get("date_modified"))
        yield Entry(link, texts.get("title", "").strip() or None, time)


def _read_patiently(text: str) -> list[Entry]:
    """What is no XML and not to be mended, and CDF. Raises `ValueError` for what is no feed."""
    if "<!ENTITY" in text:
        raise ValueError("it declares entities and cannot be read as a feed without them")
    # As a stream: given bytes or text, feedparser would try them as a URL and as a file name.
    stream = io.BytesIO(text[:MAX_PATIENT_CHARACTERS].encode(errors="replace"))
    try:
        parsed = feedparser.parse(
            stream,
            response_headers={"content-type": "application/xml; charset=utf-8"},
            sanitize_html=False,
            resolve_relative_uris=False,
        )
    except Exception as error:  # it meets anything the web holds
        raise ValueError(f"it cannot be read as a feed ({error})") from error
    if not parsed.entries and not parsed.get("version"):
        raise ValueError("it is neither RSS nor Atom")
    return list(_patient_entries(parsed.entries))


def _patient_entries(items: Iterable[dict[str, object]]) -> Iterator[Entry]:
    for item in items:
        # dict.get: asked for `updated`, feedparser's own answers with `published` and a deprecation warning.
        texts = {key: value for key in ("link", "id", "title", "published", "updated")
                 if isinstance(value := dict.get(item, key), str)}  # fmt: skip
        identifier = texts.get("id", "")
        link = texts.get("link") or (identifier if identifier.lower().startswith(("http://", "https://")) else None)
        title = " ".join(unescape(TAG.sub("", texts.get("title", ""))).split())
        yield Entry(link, title or None, parse_time(texts.get("published")) or parse_time(texts.get("updated")))
