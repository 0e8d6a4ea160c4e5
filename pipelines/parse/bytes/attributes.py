"""Attributes without end: lexbor compares each with those before it in the tag, and its table of new names is slow."""

from __future__ import annotations

import re
from collections.abc import Iterator

MAX_ATTRIBUTES = 300
"""Different attributes of one tag. Real tags have under 100."""

LONG_TAG = 1200
HARMLESS_AREA = 2_000_000_000
"""A tag's attributes are counted if it has so many bytes: `MAX_ATTRIBUTES` different ones need 1200, and on pages so
short that this times their length is below the other number, more in one tag take 0.1 s in all."""

MAX_NAMES = 5000
"""Different names of attributes on a large page."""

LARGE_PAGE = 400_000
"""Bytes below which these need not be counted: 40 000 different names take lexbor 0.1 s."""

SLICES = 8
SLICE_BYTES = 1000
SAMPLE_NAMES = 150
"""Different names in that many slices from which on all are counted. Real pages have under 60 there."""

WHOLE_TAG = re.compile(rb"""<[a-zA-Z][\w:.-]*[\s/](?:[^=>]++|=\s*+(?:"[^"]*+"|'[^']*+')?+)*+>?""")
OPENING = re.compile(rb"<[a-zA-Z][^\s/<>]*+([^<>]*+)>")
ATTRIBUTE = re.compile(rb"""([^\s"'<>/=]+)(?:\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"'<>]+))?""")


def drop_crowded_tags(html: bytes, *, is_suspicious: bool) -> bytes:
    """The page without tags that have more than `MAX_ATTRIBUTES`.

    All tags are looked at only if the page is suspicious, else those followed by many bytes without a `<`.
    """
    length = max(LONG_TAG, HARMLESS_AREA // (len(html) or 1))
    kept, done = [], 0
    for tag in WHOLE_TAG.finditer(html) if is_suspicious else _tags_before_gaps(html, length):
        if len(tag[0]) >= length and len(set(ATTRIBUTE.findall(tag[0]))) > MAX_ATTRIBUTES:
            kept.append(html[done : tag.start()])
            done = tag.end()
    return b"".join([*kept, html[done:]]) if kept else html


def _tags_before_gaps(html: bytes, length: int) -> Iterator[re.Match[bytes]]:
    at = 0
    while 0 <= at < len(html) - length:
        if (last := html.rfind(b"<", at + 1, at + length)) >= 0:
            at = last
        elif tag := WHOLE_TAG.match(html, at):
            yield tag
            at = html.find(b"<", max(at + length, tag.end()))
        else:
            at = html.find(b"<", at + length)


def too_many_names(html: bytes) -> int | None:
    """Where a large page passes `MAX_NAMES`, if it does."""
    if len(html) < LARGE_PAGE:
        return None
    step = len(html) // SLICES
    sample = b"<".join(html[at : at + SLICE_BYTES] for at in range(0, len(html), step))
    if len({name for tag in OPENING.findall(sample) for name in ATTRIBUTE.findall(tag)}) <= SAMPLE_NAMES:
        return None
    names: set[bytes] = set()
    for opening in OPENING.finditer(html):
        names.update(ATTRIBUTE.findall(opening[1]))
        if len(names) > MAX_NAMES:
            return opening.start()
    return None
