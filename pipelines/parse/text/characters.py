"""Text as characters: white space, invisible signs, the entities that lexbor writes."""

from __future__ import annotations

import functools
import re

CONTROL = re.compile(r"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f]")
"""Control characters that are no white space."""
INVISIBLE = "\xad\u200b\ufeff\u2060"
"""Soft hyphens, zero-width blanks and joiners."""


def squeeze(text: str) -> str:
    """White space to single blanks; soft hyphens, invisible joiners and control characters ("&#27;") out."""
    if not text.isascii():
        for char in INVISIBLE:
            text = text.replace(char, "")
    if not text.isprintable() and CONTROL.search(text):
        text = CONTROL.sub(" ", text)
    return " ".join(text.split())


def unescape(text: str) -> str:
    """Resolve the entities lexbor writes; it resolves all others itself."""
    if "&" not in text:
        return text
    text = text.replace("&nbsp;", " ").replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", '"')
    return text.replace("&amp;", "&")


@functools.lru_cache(maxsize=1 << 10)  # a memo of a pure function: one page's headlines are compared many times
def fold(text: str) -> str:
    """Letters and digits only, to compare headlines that differ in quotation marks and blanks."""
    words = text.casefold().split()
    return "".join([word if word.isalnum() else "".join(filter(str.isalnum, word)) for word in words])
