"""Who wrote the article: which of the names on the page count.

What a name is, is `authors`' business.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipelines.parse.body.layout import Block, Marked
from pipelines.parse.fields import jsonld
from pipelines.parse.fields.head import Head
from pipelines.parse.fields.places import BEHIND, Places
from pipelines.parse.text.characters import squeeze

AUTHOR_META = tuple(
    (
        "author article:author article:author_name dc.creator dcterms.creator parsely-author sailthru.author "
        "cxenseparse:author byl twitter:data1 og:article:author authors article.author "
        "shareaholic:article_author_name"
    ).split()
)
TWITTER_LABELS = frozenset(("written by", "verfasst von", "geschrieben von", "von", "author", "autor"))

NAME_CLASS = re.compile(r"(?:^|[\s_-])(?:vcard|fn|username|author|autor)(?:[\s_-]*(?:name|link))?(?=$|\s)")
_LABELS = (
    r"artikel|beitrag|text|bericht|interview|kommentar|kolumne|analyse|gastbeitrag|gastkommentar|blog-?\s?beitrag|essay|"
    r"written|posted|posted in .{3,60}?|geschrieben|verfasst|veröffentlicht|eingestellt|words|story"
)
BYLINE_TEXT = re.compile(
    rf"\W*(?P<label>(?:eine? |an? )?(?:{_LABELS})\s)?(?:von|by)\s*:?\s+(?=\S)|"
    r"(?P<colon>text|autor(?:in|en|innen)?|authors?|interview|protokoll)\s*:\s*(?=\S)|"
    r"(?P<date>\d{1,2}\.[\s\w.:,]{4,30}?(?:[-–|]|\b(?:von|by)\b))\s+(?=\S)"
)
"""How a byline begins, in lower case."""
CLOSING_NAME = re.compile(r"\(([^()]{5,60})\)\W*$")

WITH_DATE = re.compile(r"\d")

NAME_AND_DATE = re.compile(r"\D{5,40}[|•·,–-]\s*\d{1,2}\.")
MAX_NAMES_LINE = 60
MAX_BYLINE_CHARS = 120
BEFORE = 3
"""Blocks before the headline in which a byline without markup is looked for."""
MAX_AUTHORS = 8

Byline = tuple[str, list[str], bool]
"""The place, what it says, and whether it is made to hold names and nothing else."""


def told_bylines(head: Head) -> Iterator[Byline]:
    """What machines are told about the authors, the most trustworthy place first."""
    if names := said_authors(head):
        yield "json-ld", names, False  # a single word in it is more often an account than a name
    if len(head.author_metas) > 1:
        yield "meta", head.author_metas, False
    for name in AUTHOR_META:
        value = head.meta.get(name)
        if value and "://" not in value and not (name == "twitter:data1" and not _is_written_by(head)):
            yield "meta", [value], False


def shown_bylines(places: Places) -> Iterator[Byline]:
    """What readers see of the authors, the most trustworthy place first."""
    for is_name in (True, False):
        for group in _groups(places, is_name):
            yield "byline", group, True
    for text, is_named in _lines(places):
        yield "text", [text], is_named


def said_authors(head: Head) -> list[str]:
    """The names in the JSON-LD of the article. Organisations are no authors."""
    names: list[str] = []
    for key in ("author", "creator"):
        for item in jsonld.resolve(head.article.get(key), head.things):
            if isinstance(item, str):
                names.append(jsonld.unescape(item))
            elif jsonld.type_of(item) != "Organization":
                value = item.get("name")
                values = value if isinstance(value, list) else [value]
                names.extend(jsonld.unescape(name) for name in values if isinstance(name, str))
        if names:
            break
    return [name for name in names if "://" not in name]


def _is_written_by(head: Head) -> bool:
    return squeeze(head.meta.get("twitter:label1", "")).lower() in TWITTER_LABELS


def _groups(places: Places, is_name: bool) -> Iterator[list[str]]:
    """The texts of bylines, one list for each stretch of the page that names several with the same markup."""
    chosen = [
        mark
        for mark, names in places.marked.items()
        if mark.tag != "time" and (_is_name(mark) if is_name else names.is_byline)
    ]
    chosen.sort(key=lambda mark: not places.is_near(mark))
    seen: set[int] = set()
    for mark in chosen:
        if mark.index in seen:
            continue
        same = [m for m in chosen if _alike(m, mark)][:MAX_AUTHORS]
        seen.update(m.index for m in same)
        texts = [text for m in same if 1 < len(text := m.attributes.get("content") or m.text) < MAX_BYLINE_CHARS]
        if texts:
            yield texts


def _alike(one: Marked, other: Marked) -> bool:
    keys = ("class", "rel", "itemprop")
    return (
        one.tag == other.tag
        and 0 <= one.at - other.at <= 2
        and all(one.attributes.get(key) == other.attributes.get(key) for key in keys)
    )


def _is_name(mark: Marked) -> bool:
    """Whether the element is made for a name alone: `rel=author`, a microformat's `fn`, a class "author-name"."""
    attributes = mark.attributes
    return (
        "author" in attributes.get("rel", "").split()
        or attributes.get("itemprop") == "author"
        or NAME_CLASS.search(attributes.get("class", "").lower()) is not None
    )


def _lines(places: Places) -> Iterator[tuple[str, bool]]:
    """Lines without markup that read like a byline, and whether a date follows the name; then a line of names
    before the text, and a name in brackets that ends it.

    "Von Anna Beispiel" counts by the headline only, "Text: Anna Beispiel" anywhere.
    """
    blocks = places.layout.blocks
    start = places.start or 0
    first = next((i for i, block in enumerate(blocks) if i >= start and _is_text(block)), len(blocks))
    for index, block in enumerate(blocks):
        if len(block.text) < MAX_BYLINE_CHARS and (found := BYLINE_TEXT.match(block.text.lower())):
            is_near = start - BEFORE <= index <= start + BEHIND or first - BEFORE <= index <= first + 1
            if is_near or (block.box.noise is None and (found["label"] or found["colon"])):
                rest = block.text[found.end() :]
                is_dated = found["date"][-2:] in ("on", "by") if found["date"] else WITH_DATE.search(rest)
                yield rest, bool(is_dated) and len(rest) < MAX_NAMES_LINE
    if first < len(blocks):
        # <p><strong>Anna Beispiel/Ben Muster</strong></p> among the paragraphs, before the first of them.
        lines = blocks[max(start + 1, first - 2) : first + 1]
        yield from ((block.text, False) for block in lines if _is_names_line(block, blocks[first]))
    last = next((block for block in reversed(blocks) if _is_text(block)), None)
    if last is not None and (found := CLOSING_NAME.search(last.text)):
        yield found[1], False


def _is_text(block: Block) -> bool:
    return block.is_prose and block.box.noise is None and not block.is_heading


def _is_names_line(block: Block, first: Block) -> bool:
    """A short paragraph beside the first one, or a name with the date behind it."""
    box, text = block.box, block.text
    if block.link_chars or len(text) > MAX_NAMES_LINE or block.is_heading:
        return False
    return (box.tag == "p" and box.parent is first.box.parent) or NAME_AND_DATE.match(text) is not None
