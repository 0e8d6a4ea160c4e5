"""Single tags found in a page's bytes without parsing the page, in one pass whatever the bytes are."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping

HEAD_WINDOW = 64 * 1024
"""Bytes of a page in which the tags of its head must stand."""

UNSEEN = re.compile(rb"<!--|<(script|style)\b", re.IGNORECASE)
SCRIPT_END = re.compile(rb"</script\s*>", re.IGNORECASE)
STYLE_END = re.compile(rb"</style\s*>", re.IGNORECASE)
ATTRIBUTE = re.compile(rb"\s([a-z:_-]{1,40})\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))", re.IGNORECASE)


def head_of(body: bytes) -> bytes:
    """A page up to the end of its head, at most `HEAD_WINDOW`; not cut at a `</head>` that stands in a script."""
    end = body.find(b"</head", 0, HEAD_WINDOW)
    if end < 0 or body.rfind(b"<script", 0, end) > body.rfind(b"</script", 0, end):
        end = HEAD_WINDOW
    return body[:end]


def without_unseen(markup: bytes) -> bytes:
    """Markup without comments, scripts and style sheets. A lazy pattern would take quadratic time on unclosed ones."""
    parts, at = [], 0
    while opening := UNSEEN.search(markup, at):
        parts.append(markup[at : opening.start()])
        if opening.group() == b"<!--":
            end = markup.find(b"-->", opening.end())
            at = end + 3 if end >= 0 else len(markup)
        else:
            ending = SCRIPT_END if opening.group(1).lower() == b"script" else STYLE_END
            closing = ending.search(markup, opening.end())
            at = closing.end() if closing else len(markup)
    return b" ".join([*parts, markup[at:]])


def attributes(tag: bytes) -> Mapping[str, str]:
    """The attributes of one tag that have a value, names in lower case; of a name given twice the first."""
    found: dict[str, str] = {}
    for name, *values in ATTRIBUTE.findall(tag):
        raw = next((value for value in values if value), b"")
        found.setdefault(name.decode("ascii").lower(), html.unescape(raw.decode("utf-8", errors="replace")).strip())
    return found
