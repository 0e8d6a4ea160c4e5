"""The guard before lexbor, whose time is quadratic in the depth of the tree (100 000 nested divs: 18 s) and in more.

A page with few tags takes it no time however they nest, so on nearly all they are only counted. Where a limit is passed
markup ends and text begins. What is let through takes lexbor 0.3 s at most.
"""

from __future__ import annotations

import re
from collections import Counter
from itertools import islice

from pipelines.parse.bytes.attributes import drop_crowded_tags, too_many_names
from pipelines.parse.bytes.formatting import too_many_open
from pipelines.records import PageFault

MAX_TAGS = 60_000
"""Tags read of one page. The longest live blogs have 30 000; what follows 60 000 is not the article."""

HARMLESS_TAGS = 14_000
"""Opening and closing tags up to which they may nest as they like: it takes 0.15 s. 1 page in 300 has more."""

MAX_DEPTH = 500
"""Open tags at one point of a page with more. Lexbor looks through them at every tag; real pages stay under 200."""

MAX_OPTIONS = 5000
"""Options of one page: every one makes lexbor look through those before it, which takes 0.1 s."""

OPTION = re.compile(rb"<option", re.I)
TAG = re.compile(rb"<(/?)([a-zA-Z][^\s/<>]*)([^<>]*)")
PARAGRAPH = re.compile(rb"<p(?:[\s/][^<>]*)?>", re.I)
BREAKS = b"<br><br>"
MARKUP = re.compile(rb"<(?:script|style)\b[^<>]*>[^<]*|<(?!br>)/?[a-zA-Z!?][^<>]*>?", re.I)

# Tags that never nest by themselves: void ones, and those the next of their kind closes (unclosed `<p>` are no depth).
FLAT = frozenset(b"br embed hr img meta p li dt dd head".split())
FLAT_IN_HTML = FLAT | frozenset(b"a area base col input link param source track wbr tr td th tbody thead tfoot".split())
# Within these the latter nest too, any tag may close itself (`<path/>`), and the HTML tags named here end it.
FOREIGN = frozenset((b"svg", b"math"))
ENDS_FOREIGN = FLAT | frozenset(
    (
        b"b big blockquote body center code div dl em h1 h2 h3 h4 h5 h6 i listing menu nobr ol pre ruby s small span "
        b"strong strike sub sup table tt u ul var"
    ).split()
)


def guard(html: bytes) -> tuple[bytes, PageFault | None]:
    """The page as it is, or cut, and why it was.

    From where a limit is passed on only the text is left, with breaks for paragraphs; what follows `MAX_TAGS` is
    left out, and so are tags with too many attributes.
    """
    tags = html.count(b"<")
    fault = None
    if tags > MAX_TAGS:
        html = html[: _nth(re.compile(b"<"), html, MAX_TAGS)]
        tags, fault = MAX_TAGS, PageFault.TOO_LARGE
    whole, html = html, drop_crowded_tags(html, is_suspicious=tags > HARMLESS_TAGS)
    if len(html) < len(whole):
        fault = PageFault.TOO_DEEP
    ends = [
        _nth(OPTION, html, MAX_OPTIONS) if tags > MAX_OPTIONS else None,
        _too_deep(html) if tags > HARMLESS_TAGS else None,
        too_many_open(html, tags),
        too_many_names(html),
    ]
    end = min((end for end in ends if end is not None), default=None)
    if end is None:
        return html, fault
    return html[:end] + MARKUP.sub(b" ", PARAGRAPH.sub(BREAKS, html[end:])), PageFault.TOO_DEEP


def _nth(pattern: re.Pattern[bytes], html: bytes, number: int) -> int | None:
    """Where the pattern is found when it was so many times before, if it is."""
    found = next(islice(pattern.finditer(html), number, None), None)
    return found.start() if found else None


def _too_deep(html: bytes) -> int | None:
    """Where the page passes `MAX_DEPTH`, if it does."""
    depth = 0
    is_foreign = False
    open_tags: Counter[bytes] = Counter()
    for tag in TAG.finditer(html):
        closing, name, rest = tag.groups()
        name = name.lower()
        if is_foreign:
            is_foreign = name not in ENDS_FOREIGN
            if is_foreign and rest.endswith(b"/"):
                continue
        if name in (FLAT if is_foreign else FLAT_IN_HTML):
            continue
        if not closing:
            open_tags[name] += 1
            depth += 1
            is_foreign |= name in FOREIGN
            if depth > MAX_DEPTH:
                return tag.start()
        elif open_tags[name]:
            open_tags[name] -= 1
            depth -= 1
            is_foreign &= name not in FOREIGN
    return None
