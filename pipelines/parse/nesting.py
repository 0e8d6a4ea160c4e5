"""The guard before lexbor, whose time is quadratic in the depth of the tree (100 000 nested divs: 18 s)."""

from __future__ import annotations

import re
from collections import Counter

MAX_DEPTH = 2000
"""Open tags at one point. Real pages stay under 200; at 2000 lexbor still needs only milliseconds."""

TAG = re.compile(rb"<(/?)([a-zA-Z][a-zA-Z0-9:-]*)")
MARKUP = re.compile(rb"</?[a-zA-Z!][^<>]*>?")

# Tags that never nest by themselves: void ones, and those the next of their kind closes (unclosed `<p>` are no depth).
FLAT = frozenset(
    (
        b"area base br col embed hr img input link meta param source track wbr p li dt dd tr td th tbody thead "
        b"tfoot option optgroup rp rt body html head"
    ).split()
)


def flatten(html: bytes) -> bytes:
    """The page as it is, or, where tags nest deeper than `MAX_DEPTH`, without any markup from there on."""
    if html.count(b"<") - html.count(b"</") <= MAX_DEPTH:
        return html
    depth = 0
    open_tags: Counter[bytes] = Counter()
    for tag in TAG.finditer(html):
        closing, name = tag.groups()
        name = name.lower()
        if name in FLAT:
            continue
        if not closing:
            open_tags[name] += 1
            depth += 1
            if depth > MAX_DEPTH:
                return html[: tag.start()] + MARKUP.sub(b" ", html[tag.start() :])
        elif open_tags[name]:
            open_tags[name] -= 1
            depth -= 1
    return html
