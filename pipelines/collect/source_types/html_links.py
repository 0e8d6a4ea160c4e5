"""Web pages as lists of links: where they lead and what they say. Knows no source type."""

from __future__ import annotations

import re

from selectolax.lexbor import LexborHTMLParser, LexborNode

from pipelines.collect.source_types.decoding import decoded
from pipelines.collect.web.urls import resolve

MAX_LEVELS = 2_000
"""Lexbor takes time with the square of the nesting (100 000 levels: 18 s); real pages stay below 100."""
BOUNDARY = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9-]*)")
NOT_NESTING = frozenset(
    (
        "area base br col embed hr img input link meta source track wbr p li dt dd option tr td th thead tbody tfoot"
    ).split()
)
"""Elements without content, and those that may be left open: a long list of open `<li>` is no deep page."""


def read_page(body: bytes, content_type: str | None) -> LexborHTMLParser:
    """The page as a tree. Raises `ValueError` for one that is nested beyond all measure."""
    text = decoded(body, content_type)
    if _is_deeper_than(MAX_LEVELS, text):
        raise ValueError(f"its elements are nested more than {MAX_LEVELS:,} deep")
    return LexborHTMLParser(text)


def base_of(page: LexborHTMLParser, url: str) -> str:
    """What the page's relative links are relative to."""
    base = page.css_first("base[href]")
    return resolve(base.attributes.get("href") or "", url) or url if base else url


def link_of(node: LexborNode) -> str | None:
    """Where an element leads, or the first link within it."""
    if not node.attributes.get("href"):
        inner = node.css_first("a[href]")
        return inner.attributes.get("href") if inner else None
    return node.attributes.get("href")


def text_of(node: LexborNode) -> str:
    return " ".join(node.text().split())


def _is_deeper_than(limit: int, text: str) -> bool:
    if text.count("<") <= limit:
        return False
    level = 0
    for match in BOUNDARY.finditer(text):
        closing, name = match.groups()
        if name.lower() not in NOT_NESTING:
            level = max(level + (-1 if closing else 1), 0)
            if level > limit:
                return True
    return False
