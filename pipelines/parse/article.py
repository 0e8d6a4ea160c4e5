"""Puts the parts together: bytes to `Article`. Every decision is made in the module it belongs to."""

from __future__ import annotations

from selectolax.lexbor import LexborHTMLParser

from pipelines.parse.blocks import Layout, read_layout
from pipelines.parse.decoding import is_html, to_utf8
from pipelines.parse.language import detect_language
from pipelines.parse.metadata import Metadata, read_head, read_metadata
from pipelines.parse.nesting import flatten
from pipelines.parse.regions import Part, article_parts
from pipelines.parse.scoring import find_body
from pipelines.records import Article, Paragraph

NEVER_TEXT = ["script", "style", "noscript", "template", "svg", "iframe"]


def parse_article(html: bytes, url: str | None = None) -> Article:
    """The article of a page. Never raises for any bytes: what is no page gives an article without title and text.

    At most `decoding.MAX_BYTES` are read, and markup nested deeper than `nesting.MAX_DEPTH` is taken as text.
    """
    if not is_html(html):
        return Article(url, None, "")
    tree = LexborHTMLParser(flatten(to_utf8(html)))
    if tree.body is None:
        return Article(url, None, "")
    head = read_head(tree, url)
    tree.strip_tags(NEVER_TEXT)
    layout = read_layout(tree.body)
    metadata = read_metadata(head, layout)
    return assemble(url, metadata, _parts(layout, metadata))


def assemble(url: str | None, metadata: Metadata, parts: list[Part]) -> Article:
    """Join the paragraphs and note where each stands."""
    paragraphs, start = [], 0
    for part in parts:
        paragraphs.append(Paragraph(start, start + len(part.text), part.region, part.rule_id))
        start += len(part.text) + 2
    text = "\n\n".join(part.text for part in parts)
    origins, language = metadata.origins, metadata.language
    if language is None and (language := detect_language(text)):
        origins = {**origins, "language": "text"}
    return Article(
        url=url,
        title=metadata.title,
        text=text,
        paragraphs=tuple(paragraphs),
        authors=metadata.authors,
        published=metadata.published,
        modified=metadata.modified,
        publisher=metadata.publisher,
        language=language,
        section=metadata.section,
        canonical_url=metadata.canonical_url,
        is_paywalled=metadata.is_paywalled,
        credits=metadata.credits,
        origins=origins,
    )


def _parts(layout: Layout, metadata: Metadata) -> list[Part]:
    return article_parts(layout, find_body(layout), metadata.title)
