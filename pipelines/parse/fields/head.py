"""What a page says about itself apart from its text: meta tags, links, JSON-LD, `<title>`, `<h1>`.

It is gathered here, not judged.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from pipelines.parse.body.signals import INLINE, SKIPPED, STRIPPED, read_signals
from pipelines.parse.fields import jsonld
from pipelines.parse.fields.jsonld import Thing
from pipelines.parse.fields.titles import Heading
from pipelines.parse.text.characters import squeeze

PLACES = "meta[content], h1, title, link[rel~=canonical], [rel~=next], script[type*='ld+json' i]"
"""All that is read, in one query: each query goes through the whole tree."""

MAX_VALUE_CHARS = 2000
MAX_HEADINGS = 6
MAX_HEADING_NODES, MAX_HEADING_LEVELS = 40, 20
UNREAD = SKIPPED | frozenset(STRIPPED)


@dataclass(slots=True)
class Head:
    """The raw material. `meta` has lower-cased names and values as they are written; `author_metas` are the values of
    all tags that name an author."""

    url: str | None
    host: str
    meta: dict[str, str] = field(default_factory=dict)
    author_metas: list[str] = field(default_factory=list)
    canonical: str | None = None
    next_links: list[str] = field(default_factory=list)
    document_title: str | None = None
    language_tag: str | None = None
    headings: list[Heading] = field(default_factory=list)
    things: list[Thing] = field(default_factory=list)
    article: Thing = field(default_factory=dict)
    broken_scripts: int = 0

    @property
    def is_live_blog(self) -> bool:
        return any(jsonld.type_of(thing) == "LiveBlogPosting" for thing in self.things)

    def said(self, key: str) -> str | None:
        """The text of a property of the article's JSON-LD object."""
        return jsonld.text_of(self.article.get(key))


def read_head(tree: LexborHTMLParser, url: str | None) -> Head:
    """Go through the tree once. To be called before anything is removed from it."""
    head = Head(url, host_of(url))
    scripts: list[str] = []
    for node in tree.css(PLACES):
        tag = node.tag
        if tag == "meta":
            _read_meta(head, node.attributes)
        elif tag == "script":
            scripts.append(node.text())
        elif tag == "h1":
            if len(head.headings) < MAX_HEADINGS and (heading := _heading(node)).text:
                head.headings.append(heading)
        elif tag == "title":
            if head.document_title is None:
                head.document_title = node.text()[:MAX_VALUE_CHARS]
        else:
            _read_link(head, node.attributes)
    root = tree.root
    if root is not None:
        attributes = root.attributes
        head.language_tag = attributes.get("lang") or attributes.get("xml:lang")
    head.things, head.broken_scripts = jsonld.things(scripts)
    head.article = jsonld.article_thing(head.things, url) or {}
    return head


@functools.lru_cache(maxsize=1 << 6)  # a memo of a pure function: a page names its own address several times
def host_of(url: str | None) -> str:
    """The host of an address, "" for what is none."""
    try:
        return urlsplit(url or "").hostname or ""
    except ValueError:
        return ""


@functools.lru_cache(maxsize=1 << 6)  # a memo of a pure function: as above
def absolute(url: str | None, base: str | None) -> str | None:
    """A link's http(s) address, None for what is none ("javascript:…", "http://[broken")."""
    link = (url or "").strip()
    try:
        parts = urlsplit(link if link.startswith(("https://", "http://")) else urljoin(base or "", link))
    except ValueError:
        return None
    return parts.geturl() if parts.scheme in ("http", "https") and parts.hostname else None


def origin_of(name: str) -> str:
    return "opengraph" if name.startswith(("og:", "article:")) else "meta"


def _read_meta(head: Head, attributes: dict[str, str | None]) -> None:
    name = attributes.get("property") or attributes.get("name") or attributes.get("itemprop")
    content = (attributes.get("content") or "")[:MAX_VALUE_CHARS].strip()
    if name and content:
        name = name.lower().strip()
        if name in ("citation_author", "author") and len(head.author_metas) < MAX_HEADINGS:
            head.author_metas.append(content)
        head.meta.setdefault(name, content)


def _read_link(head: Head, attributes: dict[str, str | None]) -> None:
    target = attributes.get("href")
    if not target:
        return
    if "next" in (attributes.get("rel") or "").lower().split():
        head.next_links.append(target)
    elif head.canonical is None:
        head.canonical = target


def _heading(node: LexborNode) -> Heading:
    """An `<h1>` without icons and labels in it (kickers), unless it is nothing but labels."""
    pieces: list[tuple[str, bool]] = []
    _gather(node, pieces, is_label=False, levels=MAX_HEADING_LEVELS)
    text = squeeze("".join(piece for piece, is_label in pieces if not is_label))
    text = text or squeeze("".join(piece for piece, _ in pieces))
    return Heading(text, len(pieces) == 1)


def _gather(node: LexborNode, pieces: list[tuple[str, bool]], is_label: bool, levels: int) -> None:
    for child in node.iter(include_text=True):
        tag = child.tag
        if len(pieces) > MAX_HEADING_NODES or not levels:
            return
        if tag == "-text":
            pieces.append((child.text_content or "", is_label))
        elif tag is not None and tag not in UNREAD:
            names = (child.attributes.get("class") or "").lower()
            is_apart = bool(names) or tag not in INLINE
            if is_apart:
                pieces.append((" ", is_label))
            _gather(child, pieces, is_label or bool(names and read_signals(names).noise), levels - 1)
            if is_apart:
                pieces.append((" ", is_label))
