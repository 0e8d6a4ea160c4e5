"""Bytes to characters: byte-order mark, UTF-8, what the page declares, Windows-1252.

Never fails, never looks at tags beyond `<meta>`.
"""

from __future__ import annotations

import codecs
import re

MAX_BYTES = 5_000_000
"""Bytes read of one page. The longest article pages have 2 MB of markup; what follows 5 MB is not the article."""

DECLARATION_BYTES = 4096
"""Bytes searched for a declared charset: the standard says 1024, pages with long scripts first need more."""

DECLARED = re.compile(rb"""(?:charset|encoding)\s*=\s*["']?\s*([a-zA-Z0-9_:.-]{2,40})""")

MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

# Browsers read these labels as their Windows superset, and so do the pages that use them.
SUPERSETS = {"iso8859-1": "cp1252", "ascii": "cp1252", "iso8859-9": "cp1254", "gb2312": "gb18030", "gbk": "gb18030"}

# First bytes of what is often served or saved under the name of a page: PDF, JPEG, PNG, GIF, ZIP, gzip, RIFF (WebP).
OTHER_FORMATS = (b"%PDF", b"\xff\xd8\xff", b"\x89PNG", b"GIF8", b"PK\x03\x04", b"\x1f\x8b", b"RIFF")

CONTROL = bytes([*range(9), 11, *range(14, 32), 127])
CONTROL_CHARACTERS = dict.fromkeys(CONTROL)


def is_html(data: bytes) -> bool:
    """Whether the bytes can be a page at all: no other format's signature, and not full of control bytes."""
    start = data[:1024]
    if start.startswith(OTHER_FORMATS):
        return False
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return True
    return b"<" in data and start.count(0) * 10 <= len(start)


def to_utf8(data: bytes) -> bytes:
    """The page in UTF-8 without control characters; at most `MAX_BYTES` are read."""
    data = data[:MAX_BYTES]
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or b"\x1b" in data:
        return _decode(data).translate(CONTROL_CHARACTERS).encode("utf-8", "replace")
    # On bytes this is a hundred times faster, and right for every encoding in which ASCII stands for itself.
    data = data.translate(None, CONTROL).removeprefix(codecs.BOM_UTF8)
    # Pages that declare Latin-1 and are UTF-8 are common; other text that happens to be
    # valid UTF-8 is unheard of.
    try:
        _, valid = codecs.utf_8_decode(data, "strict", False)
    except UnicodeDecodeError:
        return _decode(data).encode("utf-8", "replace")
    return data[:valid]


def _decode(data: bytes) -> str:
    for mark, encoding in MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, "replace")
    declared = _declared(data)
    if declared is None or declared == "utf-8":
        text = data.decode("utf-8", "replace")
        # A few broken bytes do not make a UTF-8 page another one: count them against the sound characters.
        broken = text.count("\ufffd")
        sound = sum(map(text.count, "äöüßéèáóñ’“”„–…"))
        return text if broken * 2 < sound else data.decode("cp1252", "replace")
    return data.decode(SUPERSETS.get(declared, declared), "replace")


def _declared(data: bytes) -> str | None:
    """The charset the page names, as Python calls it, or None if it names none that is known."""
    found = DECLARED.search(data[:DECLARATION_BYTES])
    if found is None:
        return None
    try:
        info = codecs.lookup(found.group(1).decode("ascii"))
    except LookupError:
        return None
    # A page could name a codec that is no character set ("hex", "zip") or one made to be misread ("utf-7").
    is_charset = getattr(info, "_is_text_encoding", True)
    return (
        info.name if is_charset and info.name not in ("utf-7", "unicode_escape", "raw_unicode_escape", "idna") else None
    )
