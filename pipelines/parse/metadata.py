"""What the page says about its article outside the body, each value with the place it came from.

Headlines, names and dates are read by `titles`, `authors`, `dates`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from urllib.parse import urljoin, urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from pipelines.parse import jsonld
from pipelines.parse.authors import people
from pipelines.parse.blocks import Layout, squeeze
from pipelines.parse.dates import parse_stamp, parse_url_date, parse_visible, zone_for
from pipelines.parse.jsonld import Thing
from pipelines.parse.language import declared_language
from pipelines.parse.signals import BYLINE, DATED
from pipelines.parse.titles import best_title

PUBLISHED_META = tuple(
    (
        "article:published_time og:article:published_time datepublished article:published og:published_time "
        "parsely-pub-date sailthru.date dc.date.issued dcterms.issued dcterms.created dc.date.created "
        "dcterms.date dc.date dc.created pubdate publishdate publish-date publish_date publication_date "
        "published_time cxenseparse:recs:publishtime cxenseparse:publishtime bt:pubdate article.published "
        "article_date_original date citation_publication_date citation_date vr:published_time "
        "shareaholic:article_published_time rnews:datepublished datecreated created last-modified-original "
        "originalpublicationdate"
    ).split()
)
MODIFIED_META = tuple(
    (
        "article:modified_time og:updated_time datemodified last-modified dcterms.modified article:updated "
        "lastmod dc.date.modified"
    ).split()
)
AUTHOR_META = tuple(
    (
        "author article:author article:author_name dc.creator dcterms.creator parsely-author sailthru.author "
        "cxenseparse:author citation_author byl twitter:data1 og:article:author authors article.author"
    ).split()
)
PUBLISHER_META = tuple(
    ("og:site_name article:publisher application-name dc.publisher dcterms.publisher publisher copyright").split()
)
SECTION_META = tuple(
    ("article:section og:article:section cxenseparse:section parsely-section category section").split()
)

BYLINE_QUERY = (
    "[rel~=author], [itemprop=author], [class*=author i], [class*=autor i], [class*=byline i], [class*=writer i]"
)
DATE_QUERY = "time, [itemprop=datePublished], [class*=date i], [class*=datum i], [class*=publish i], [class*=posted i]"
BYLINE_TEXT = re.compile(
    r"^(?:von|by|text|autor(?:in)?|written by|ein (?:artikel|beitrag) von|author)\s*:?\s+(?=\S)", re.I
)
TWITTER_LABELS = frozenset(("written by", "verfasst von", "geschrieben von", "von", "author", "autor"))

OTHER_TEXTS = re.compile(
    r"comment(?:s|list|-list|-body|-\d|_|\b)|kommentar|sidebar|related|teaser|recommend|widget|caption|footer"
)

MAX_BYLINES = 8
NEAR_TITLE_BLOCKS = 14
"""Blocks after the headline in which a byline or date without markup is looked for."""


@dataclass(slots=True)
class Metadata:
    """The fields of `Article` that stand around the text, and the origin of each filled one."""

    title: str | None = None
    authors: tuple[str, ...] = ()
    credits: tuple[str, ...] = ()
    published: datetime | None = None
    modified: datetime | None = None
    publisher: str | None = None
    language: str | None = None
    section: str | None = None
    canonical_url: str | None = None
    is_paywalled: bool = False
    origins: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Head:
    """The raw material: meta values by lower-cased name, JSON-LD objects, the parsed tree."""

    tree: LexborHTMLParser
    url: str | None
    meta: dict[str, str]
    things: list[Thing]
    article: Thing | None

    def first(self, names: tuple[str, ...]) -> tuple[str | None, str]:
        for name in names:
            if value := self.meta.get(name):
                return value, "opengraph" if name.startswith(("og:", "article:")) else "meta"
        return None, ""


def read_head(tree: LexborHTMLParser, url: str | None) -> Head:
    """Collect meta tags and JSON-LD. To be called before scripts are removed from the tree."""
    meta: dict[str, str] = {}
    for node in tree.css("meta[content]"):
        attributes = node.attributes
        content = squeeze(attributes.get("content") or "")
        name = attributes.get("property") or attributes.get("name") or attributes.get("itemprop")
        if name and content:
            meta.setdefault(name.lower().strip(), content[:2000])
    scripts = [node.text() for node in tree.css("script[type*='ld+json' i]")]
    things = jsonld.things(scripts)
    return Head(tree, url, meta, things, jsonld.article_thing(things, url))


def read_metadata(head: Head, layout: Layout) -> Metadata:
    """Everything but the text. `language` may stay empty: the text decides then."""
    found = Metadata()
    article = head.article or {}
    _set(found, "language", *_language(head))
    _set(found, "publisher", *_publisher(head))
    _set(found, "section", *_first((_ld_text(article, "articleSection"), "json-ld"), head.first(SECTION_META)))
    _set(found, "canonical_url", *_canonical(head))
    host = urlsplit_host(head.url or found.canonical_url)
    _set(found, "title", *_title(head, found.publisher, host))
    zone = zone_for(found.language)
    _set(found, "published", *_published(head, layout, zone))
    _set(found, "modified", *_modified(head, zone))
    _read_authors(found, head, layout)
    free = article.get("isAccessibleForFree")
    found.is_paywalled = free is False or (
        isinstance(free, str) and free.strip().lower() in ("false", "no", "http://schema.org/false")
    )
    if found.is_paywalled:
        found.origins["is_paywalled"] = "json-ld"
    return found


def urlsplit_host(url: str | None) -> str:
    try:
        return urlsplit(url or "").hostname or ""
    except ValueError:
        return ""


def _set(found: Metadata, name: str, value: object, origin: str) -> None:
    if value:
        setattr(found, name, value)
        found.origins[name] = origin


def _first(*choices: tuple[str | None, str]) -> tuple[str | None, str]:
    return next(((squeeze(value), origin) for value, origin in choices if value and squeeze(value)), (None, ""))


def _ld_text(thing: Thing, key: str) -> str | None:
    return jsonld.text_of(thing.get(key))


def _language(head: Head) -> tuple[str | None, str]:
    root = head.tree.css_first("html")
    attributes = root.attributes if root is not None else {}
    choices = (
        (attributes.get("lang") or attributes.get("xml:lang"), "html"),
        (_ld_text(head.article or {}, "inLanguage"), "json-ld"),
        (head.meta.get("og:locale"), "opengraph"),
        (head.meta.get("content-language") or head.meta.get("language") or head.meta.get("dc.language"), "meta"),
    )
    return next(((code, origin) for value, origin in choices if (code := declared_language(value))), (None, ""))


def _publisher(head: Head) -> tuple[str | None, str]:
    things = jsonld.resolve((head.article or {}).get("publisher"), head.things)
    name = next((jsonld.text_of(thing) for thing in things), None)
    value, origin = _first((None if name and "://" in name else name, "json-ld"))
    if value:
        return value, origin
    value, origin = head.first(PUBLISHER_META)
    return (value, origin) if value and "://" not in value and len(value) < 100 else (None, "")


def _canonical(head: Head) -> tuple[str | None, str]:
    link = head.tree.css_first("link[rel~=canonical]")
    for value, origin in (
        (link.attributes.get("href") if link is not None else None, "link"),
        (head.meta.get("og:url"), "opengraph"),
    ):
        if not value:
            continue
        try:
            parts = urlsplit(urljoin(head.url or "", value.strip()))
        except ValueError:
            continue
        if parts.scheme in ("http", "https") and parts.hostname:
            return parts.geturl(), origin
    return None, ""


def _title(head: Head, publisher: str | None, host: str) -> tuple[str | None, str]:
    headings = [squeeze(node.text(separator=" ")) for node in head.tree.css("h1")[:6]]
    document = head.tree.css_first("head > title") or head.tree.css_first("title")
    article = head.article or {}
    return best_title(
        headings,
        head.meta.get("og:title") or head.meta.get("twitter:title"),
        _ld_text(article, "headline"),
        document.text() if document is not None else None,
        publisher or head.meta.get("og:site_name"),
        host,
    )


def _published(head: Head, layout: Layout, zone: tzinfo) -> tuple[datetime | None, str]:
    """JSON-LD, meta, marked elements, the address, a date near the headline: the first that gives a date."""
    article = head.article or {}
    for key in ("datePublished", "dateCreated", "uploadDate"):
        if moment := parse_stamp(_ld_text(article, key), zone):
            return moment, "json-ld"
    for name in PUBLISHED_META:
        if (value := head.meta.get(name)) and (moment := parse_stamp(value, zone)):
            return moment, "opengraph" if name.startswith(("og:", "article:")) else "meta"
    for thing in head.things:
        if moment := parse_stamp(_ld_text(thing, "datePublished"), zone):
            return moment, "json-ld"
    if (marked := _marked_date(head, zone))[0]:
        return marked
    if moment := parse_url_date(head.url, zone):
        return moment, "url"
    for text in _near_title(layout):
        if moment := parse_visible(text, zone):
            return moment, "text"
    for block in layout.blocks:
        if len(block.text) < 100 and (moment := parse_visible(block.text, zone)):
            return moment, "text"
    return parse_stamp(_ld_text(article, "dateModified"), zone) or _modified(head, zone)[0], "modified"


def _marked_date(head: Head, zone: tzinfo) -> tuple[datetime | None, str]:
    nodes = head.tree.css(DATE_QUERY)[:40]
    for itemprop in (True, False):
        for node in nodes:
            attributes = node.attributes
            if (attributes.get("itemprop") == "datePublished") is not itemprop:
                continue
            stamp = (
                attributes.get("datetime")
                or attributes.get("content")
                or (attributes.get("title") if node.tag in ("time", "abbr") else None)
            )
            if moment := parse_stamp(stamp, zone):
                return moment, "time"
            text = squeeze(node.text(separator=" "))
            if (
                len(text) < 120
                and (node.tag == "time" or itemprop or DATED.search((attributes.get("class") or "").lower()))
                and (moment := parse_visible(text, zone))
            ):
                return moment, "time" if node.tag == "time" else "class"
    return None, ""


def _near_title(layout: Layout) -> list[str]:
    start = next((i for i, block in enumerate(layout.blocks) if block.box.tag == "h1"), None)
    if start is None:
        return []
    after = layout.blocks[start + 1 : start + 1 + NEAR_TITLE_BLOCKS]
    before = layout.blocks[max(0, start - 4) : start]
    return [block.text[:160] for block in [*after, *before]]


def _modified(head: Head, zone: tzinfo) -> tuple[datetime | None, str]:
    if moment := parse_stamp(_ld_text(head.article or {}, "dateModified"), zone):
        return moment, "json-ld"
    for name in MODIFIED_META:
        if moment := parse_stamp(head.meta.get(name), zone):
            return moment, "opengraph" if name.startswith(("og:", "article:")) else "meta"
    return None, ""


def _read_authors(found: Metadata, head: Head, layout: Layout) -> None:
    """Fill authors and credits from the first place that names a person; agencies from all places tried."""
    credits: dict[str, None] = {}
    places = (
        ("json-ld", _ld_authors),
        ("meta", _meta_authors),
        ("byline", _byline_authors),
    )
    for origin, read in places:
        persons, agencies = people(read(head), found.publisher)
        credits.update(dict.fromkeys(agencies))
        if persons:
            _set(found, "authors", persons, origin)
            break
    else:
        texts = [t for t in _near_title(layout) if BYLINE_TEXT.match(t) and len(t) < 100]
        persons, agencies = people(texts[:2], found.publisher)
        credits.update(dict.fromkeys(agencies))
        _set(found, "authors", persons, "text")
    _set(found, "credits", tuple(credits), "byline")


def _ld_authors(head: Head) -> list[str]:
    article = head.article or {}
    names: list[str] = []
    for key in ("author", "creator"):
        for item in jsonld.resolve(article.get(key), head.things):
            if isinstance(item, str):
                names.append(item)
            elif jsonld.type_of(item) != "Organization":
                value = item.get("name")
                names.extend(v for v in (value if isinstance(value, list) else [value]) if isinstance(v, str))
        if names:
            break
    return names


def _meta_authors(head: Head) -> list[str]:
    values = []
    for name in AUTHOR_META:
        value = head.meta.get(name)
        if name == "twitter:data1" and head.meta.get("twitter:label1", "").lower() not in TWITTER_LABELS:
            continue
        if value and "://" not in value:
            values.append(value)
    return values[:1] if values else []


def _byline_authors(head: Head) -> list[str]:
    values: list[str] = []
    for node in head.tree.css(BYLINE_QUERY)[:30]:
        attributes = node.attributes
        signals = (attributes.get("class") or "").lower()
        if not (attributes.get("rel") or attributes.get("itemprop") or BYLINE.search(signals)):
            continue
        text = squeeze(node.text(separator=" "))
        if 3 < len(text) < 120 and not _is_elsewhere(node):
            values.append(text)
        if len(values) >= MAX_BYLINES or (values and people(values)[0]):
            break
    return values


def _is_elsewhere(node: LexborNode) -> bool:
    """Whether a byline belongs to a comment or to another article."""
    around = node.parent
    for _ in range(8):
        if around is None or around.tag == "body":
            return False
        attributes = around.attributes
        if around.tag == "aside" or OTHER_TEXTS.search(f"{attributes.get('class')} {attributes.get('id')}".lower()):
            return True
        around = around.parent
    return False
