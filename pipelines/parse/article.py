"""Puts the parts together: bytes to `Article`. Every decision is made in the module it belongs to."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from datetime import datetime, timedelta

from selectolax.lexbor import LexborHTMLParser

from pipelines.parse.body.blocks import read_layout
from pipelines.parse.body.layout import Layout
from pipelines.parse.body.leftovers import Leftover, leftovers
from pipelines.parse.body.phrases import is_cookie_wall
from pipelines.parse.body.regions import Part, Selection, part_of, select
from pipelines.parse.body.scoring import find_body
from pipelines.parse.body.signals import STRIPPED
from pipelines.parse.bytes.decoding import decode, is_blank, is_html
from pipelines.parse.bytes.memory import LARGE_PAGE, give_back
from pipelines.parse.bytes.nesting import guard
from pipelines.parse.fields.head import Head, read_head
from pipelines.parse.fields.metadata import Metadata, read_metadata
from pipelines.parse.publishers import Override, apply, find_override, read_values
from pipelines.parse.text.characters import squeeze
from pipelines.parse.text.language import detect_language
from pipelines.parse.text.wording import label_regions
from pipelines.records import Article, PageFault, Paragraph, Region

CLOCK_SKEW = timedelta(days=1)
"""A page may be dated so much later than it was fetched: clocks are wrong, and zones are missing."""

MARKUP = re.compile(r"</|<br")

MIN_BODY_CHARS = 200
"""Below this, a page's JSON-LD `articleBody` is taken for the text: scripts would have shown it."""


@dataclass(frozen=True, slots=True)
class PageReading:
    """An article, what stood around its paragraphs and was left out, and the override that helped to read it."""

    article: Article
    left_out: tuple[Leftover, ...] = ()
    override: Override | None = None


@dataclass(slots=True)
class _Reading:
    """A page taken apart."""

    head: Head
    layout: Layout
    metadata: Metadata
    selection: Selection
    override: Override | None


def parse_article(
    html: bytes, url: str | None = None, *, content_type: str | None = None, fetched_at: datetime | None = None
) -> Article:
    """The article of a page. Never raises for any bytes: what is no page gives an article without title and text,
    and `faults` says why.

    `content_type` is the HTTP header's; dates more than a day after `fetched_at` are marked. At most
    `decoding.MAX_BYTES` are read, and markup behind which lexbor would be busy for seconds is taken as text.
    """
    faults: dict[PageFault, int] = {}
    reading = _read(html, url, content_type, fetched_at, faults)
    article = _article(reading, url, fetched_at, faults)
    if len(html) >= LARGE_PAGE:
        del reading
        give_back()
    return article


def read_page(
    html: bytes, url: str | None = None, *, content_type: str | None = None, fetched_at: datetime | None = None
) -> PageReading:
    """As `parse_article`, and what was left out of the text."""
    faults: dict[PageFault, int] = {}
    reading = _read(html, url, content_type, fetched_at, faults)
    article = _article(reading, url, fetched_at, faults)
    if reading is None:
        return PageReading(article)
    return PageReading(article, leftovers(reading.layout, reading.selection), reading.override)


def assemble(url: str | None, metadata: Metadata, parts: list[Part]) -> Article:
    """Join the paragraphs and note where each stands."""
    paragraphs, start = [], 0
    for part in parts:
        paragraphs.append(Paragraph(start, start + len(part.text), part.region, part.rule_id))
        start += len(part.text) + 2
    text = "\n\n".join(part.text for part in parts)
    if metadata.language is None and (language := detect_language(text)):
        metadata.language, metadata.origins["language"] = language, "text"
    return Article(
        url=url,
        text=text,
        paragraphs=label_regions(text, paragraphs),
        **{field.name: getattr(metadata, field.name) for field in fields(metadata)},
    )


def _read(
    html: bytes, url: str | None, content_type: str | None, fetched_at: datetime | None, faults: dict[PageFault, int]
) -> _Reading | None:
    """Take the page apart; None for what is no page. Notes in `faults` what is wrong with the bytes."""
    if is_blank(html):
        faults[PageFault.EMPTY] = 1
        return None
    if not is_html(html):
        faults[PageFault.NOT_HTML] = 1
        return None
    page = decode(html, content_type)
    utf8, cut = guard(page.utf8)
    if page.undecodable:
        faults[PageFault.UNDECODABLE_BYTES] = page.undecodable
    if page.is_cut:
        faults[PageFault.TOO_LARGE] = 1
    if cut:
        faults[cut] = 1
    tree = LexborHTMLParser(utf8)
    if tree.body is None:
        return None
    head = read_head(tree, url)
    override, known = find_override(url, fetched_at.date() if fetched_at else None), None
    if override:
        known = read_values(tree, override)
        apply(tree, override)
    tree.strip_tags(STRIPPED)
    layout = read_layout(tree.body.inner_html or "")
    if layout.is_cut:
        faults[PageFault.TOO_LARGE] = 1
    body = find_body(layout, head.is_live_blog)
    metadata = read_metadata(head, layout, known)
    return _Reading(head, layout, metadata, select(layout, body, metadata.title, metadata.authors), override)


def _article(
    reading: _Reading | None, url: str | None, fetched_at: datetime | None, faults: dict[PageFault, int]
) -> Article:
    if reading is None:
        return Article(url, None, "", faults=faults or {PageFault.NO_TEXT: 1})
    metadata, selection = reading.metadata, reading.selection
    parts = [part_of(block, reading.layout) for block in selection.kept]
    chars = sum(len(part.text) for part in parts)
    if is_cookie_wall(part.text for part in parts):
        selection.drop(selection.kept, "cookie-wall")
        parts = []
        faults[PageFault.COOKIE_WALL] = 1
    elif chars < MIN_BODY_CHARS and (said := reading.head.said("articleBody")) and len(said) > chars + MIN_BODY_CHARS:
        parts = [Part(text, Region.BODY, "json-ld") for text in _paragraphs(said)]
    if not parts and not faults:
        faults[PageFault.NO_TEXT] = 1
    if fetched_at and metadata.published and metadata.published > fetched_at + CLOCK_SKEW:
        faults[PageFault.FUTURE_DATE] = 1
    metadata.faults = {**faults, **metadata.faults}
    return assemble(url, metadata, parts)


def _paragraphs(said: str) -> list[str]:
    """The paragraphs of a JSON-LD `articleBody`: lines, or markup in spite of the standard."""
    if MARKUP.search(said):
        body = LexborHTMLParser(guard(said.encode("utf-8", "replace"))[0]).body
        return [block.text for block in read_layout(body.inner_html or "").blocks] if body else []
    return [text for line in said.splitlines() if (text := squeeze(line))]
