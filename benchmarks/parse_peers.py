"""The parsers that `benchmarks.parse` compares with, each as a function `(html, url) -> fields` that the scorer calls.

Every peer is called as its documentation advises for articles. Comments are left out where there is a switch for them
(the labels have none), and what a peer does not read is missing from its fields. A peer's import is in its function, so
that one measurement loads one peer. Nothing here reaches the network: a look-up or a connection is refused.
"""

from __future__ import annotations

import sys
from typing import Any

OFFLINE = ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname")
"""What Python tells its audit hooks before it asks for a name or a connection."""
BLOCKS = ("p", "div", "br", "li", "ul", "ol", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre", "tr", "td")

Fields = dict[str, Any]


def refuse_network(event: str, _: tuple[Any, ...]) -> None:
    """newspaper4k would fetch linked pages, images and a list of public suffixes; it does without when refused."""
    if event in OFFLINE:
        raise ConnectionRefusedError("a parser is measured on the page alone")


sys.addaudithook(refuse_network)


def trafilatura(html: bytes, url: str | None = None, *, fast: bool = False) -> Fields:
    from trafilatura import bare_extraction

    found = bare_extraction(html, url=url, fast=fast, with_metadata=True, include_comments=False)
    if found is None:
        return {}
    return {"title": found.title, "text": found.text, "published": found.date, "authors": found.author}


def trafilatura_fast(html: bytes, url: str | None = None) -> Fields:
    """Without its fall-back to other extractors."""
    return trafilatura(html, url, fast=True)


def newspaper4k(html: bytes, url: str | None = None) -> Fields:
    import newspaper

    article = newspaper.Article(url or "", fetch_images=False)
    article.download(input_html=html, ignore_read_more=True).parse()
    return {
        "title": article.title,
        "text": article.text,
        "published": article.publish_date,
        "authors": article.authors,
    }


def readability_lxml(html: bytes, url: str | None = None) -> Fields:
    """Its result is markup: every block starts a new line of text."""
    from lxml.html import fromstring
    from readability import Document

    document = Document(html, url=url)
    body = fromstring(document.summary(html_partial=True))
    for block in body.iter(*BLOCKS):
        block.tail = f"\n{block.tail or ''}"
    title, author = document.short_title(), document.author()
    return {
        "title": None if title == "[no-title]" else title,
        "text": body.text_content(),
        "authors": None if author == "[no-author]" else author,
    }


def resiliparse(html: bytes, url: str | None = None) -> Fields:
    from resiliparse.extract.html2text import extract_plain_text
    from resiliparse.parse.encoding import detect_encoding
    from resiliparse.parse.html import HTMLTree

    tree = HTMLTree.parse_from_bytes(html, detect_encoding(html))
    text = extract_plain_text(tree, main_content=True, list_bullets=False, alt_texts=False)
    return {"title": tree.title, "text": text}


def lexbor(html: bytes, url: str | None = None) -> Fields:
    """Parsing alone, with nothing read: what any parser built on it must cost at least."""
    from selectolax.lexbor import LexborHTMLParser

    LexborHTMLParser(html)
    return {}
