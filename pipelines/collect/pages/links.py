"""The canonical link of a page, read without parsing the page. What to believe of it is not decided here."""

from __future__ import annotations

import re

from pipelines.collect.pages.tags import attributes, head_of, without_unseen
from pipelines.collect.web.urls import canonical_url

LINK = re.compile(rb"<link\b[^<>]{0,2000}>", re.IGNORECASE)


def canonical_link(body: bytes) -> str | None:
    """The absolute http(s) URL in a page's `<link rel="canonical">`."""
    for tag in LINK.findall(without_unseen(head_of(body))):
        if b"canonical" not in tag.lower():
            continue
        named = attributes(tag)
        if "canonical" in named.get("rel", "").lower().split() and "href" in named:
            return canonical_url(named["href"])
    return None
