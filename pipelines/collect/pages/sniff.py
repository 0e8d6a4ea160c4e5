"""Whether bytes are a web page or a text. Decides nothing about what stands in them."""

from __future__ import annotations

import codecs
import re

BINARY_MAGIC = (
    b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"PK\x03\x04", b"\x1f\x8b", b"\x7fELF", b"RIFF", b"\x00\x00\x01\x00",
    b"OggS", b"ID3", b"\xd0\xcf\x11\xe0", b"BZh9", b"7z\xbc\xaf", b"MZ\x90",
)  # fmt: skip
"""How common formats that get saved or sent under the name of a page begin."""

WIDE_BOMS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
TAG = re.compile(rb"<(?:!doctype|!--|/?[a-z][a-z0-9]*[\s>/])", re.IGNORECASE)
PAGE_START = re.compile(rb"<(?:!doctype\s+html|html|head|body|title|article|main)[\s>]", re.IGNORECASE)
HEAD = 4_096
HTML_TYPES = frozenset({"text/html", "application/xhtml+xml"})
VAGUE_TYPES = frozenset({"", "text/plain", "text/xml", "application/xml", "application/octet-stream"})
"""Content types servers send for anything; the bytes decide."""


def media_type(content_type: str | None) -> str:
    """`text/html` of `Text/HTML; charset=utf-8`."""
    return (content_type or "").partition(";")[0].strip().lower()


def is_binary(body: bytes) -> bool:
    """True for what is no text: a known format, or zero bytes where no UTF-16 mark explains them."""
    return body.startswith(BINARY_MAGIC) or (b"\0" in body[:HEAD] and not _is_wide(body))


def is_html(body: bytes, content_type: str | None) -> bool:
    """True if the server calls it HTML and it has a tag, or says nothing useful and it begins like a page."""
    if is_binary(body):
        return False
    kind = media_type(content_type)
    text = body.replace(b"\0", b"") if _is_wide(body) else body
    if kind in HTML_TYPES:
        return TAG.search(text) is not None
    return kind in VAGUE_TYPES and PAGE_START.search(text[:HEAD]) is not None


def _is_wide(body: bytes) -> bool:
    return body.startswith(WIDE_BOMS)
