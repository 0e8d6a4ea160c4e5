"""Bytes of listings to characters: feeds, archive pages and the pages in which feeds are looked for.

Articles are decoded by the parser, which knows more of what pages declare.
"""

from __future__ import annotations

import codecs
import re

DECLARED_ENCODING = re.compile(rb"<\?xml[^>]*\sencoding\s*=\s*[\"']([\w.:-]+)", re.IGNORECASE)
CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE)

BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"), (b"<\0", "utf-16-le"), (b"\0<", "utf-16-be"),
)  # fmt: skip
"""Marks, and the first characters of documents without one."""

CODECS = ("utf", "iso", "cp", "koi8", "mac", "gb", "big5", "euc", "shift_jis", "ascii", "hz", "tis", "johab")
"""How the names of character encodings begin; Python has codecs for other things too, some of them very slow."""


def header_charset(content_type: str | None) -> str | None:
    match = CHARSET.search(content_type or "")
    return match.group(1) if match else None


def decoded(body: bytes, content_type: str | None) -> str:
    """RFC 7303: first the byte-order mark, then what the document declares, then the header; else UTF-8."""
    for mark, name in BOMS:
        if body.startswith(mark):
            return body.decode(name, errors="replace")
    declared = DECLARED_ENCODING.search(body[:200])
    name = declared.group(1).decode("ascii") if declared else header_charset(content_type) or "utf-8"
    try:
        codec = codecs.lookup(name).name
    except LookupError:
        codec = "utf-8"
    if codec in ("iso8859-1", "ascii"):
        codec = "cp1252"
    if codec != "utf-8" and codec.startswith(CODECS):
        return body.decode(codec, errors="replace")
    return _utf_8_or_windows(body)


def _utf_8_or_windows(body: bytes) -> str:
    """A text cut within a character is still UTF-8; one in which more is wrong than right is not."""
    text = body.decode("utf-8", errors="replace")
    wrong = text.count("\ufffd")
    if not wrong or wrong <= len(text.encode()) - len(text) - 2 * wrong:
        return text
    return body.decode("cp1252", errors="replace")
