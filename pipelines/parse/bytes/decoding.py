"""Bytes to UTF-8: byte-order mark, valid UTF-8, the HTTP header, `<meta>`, then the characters themselves.

Never fails, and looks at no tag beyond `<meta>`.
"""

from __future__ import annotations

import codecs
import re
from typing import NamedTuple

MAX_BYTES = 5_000_000
"""Bytes read of one page. The longest article pages have 2 MB of markup; what follows 5 MB is not the article."""

DECLARATION_BYTES = 8192
"""Bytes searched for a declared charset: the standard says 1024, pages with long scripts first need more."""

SAMPLE_BYTES = 100_000
"""Bytes looked at, from the first one beyond ASCII on, to tell the charset by its characters."""

PIECE_BYTES = 32_768

# `<meta charset=…>`, `<meta http-equiv=… content="…; charset=…">`, `<?xml … encoding=…?>`; scripts name charsets too.
DECLARED = re.compile(rb"""<(?:meta|\?xml)\s[^<>]*?(?:charset|encoding)\s*=\s*["']?\s*([a-z0-9_:.-]{2,40})""", re.I)
IN_HEADER = re.compile(r"""charset\s*=\s*["']?\s*([a-z0-9_:.-]{2,40})""", re.I)
ASCII = re.compile(r"[\x00-\x7f]+")
BEYOND_ASCII = re.compile(rb"[\x80-\xff]+")

MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

# What a page may declare: the encodings of https://encoding.spec.whatwg.org/#names-and-labels under Python's names.
# UTF-16 is not among them, as there: a page whose `<meta>` could be read is not in UTF-16.
CHARSETS = frozenset(
    (
        "utf-8 cp866 cp874 cp1250 cp1251 cp1252 cp1253 cp1254 cp1255 cp1256 cp1257 cp1258 iso8859-2 iso8859-3 "
        "iso8859-4 iso8859-5 iso8859-6 iso8859-7 iso8859-8 iso8859-10 iso8859-13 iso8859-14 iso8859-15 iso8859-16 "
        "koi8-r koi8-u mac-roman mac-cyrillic gb18030 big5hkscs euc_jp iso2022_jp cp932 cp949"
    ).split()
)
# Browsers read these labels as their Windows superset, and so do the pages that use them.
SUPERSETS = {
    "iso8859-1": "cp1252", "ascii": "cp1252", "iso8859-9": "cp1254", "iso8859-11": "cp874", "tis-620": "cp874",
    "gb2312": "gb18030", "gbk": "gb18030", "big5": "big5hkscs", "cp950": "big5hkscs", "shift_jis": "cp932",
    "euc_kr": "cp949",
}  # fmt: skip

# Characters beyond ASCII that are frequent in the texts of each charset: of alphabets nearly all, of the rest some 40.
FREQUENT = {
    "cp1252": "äöüßÄÖÜéèêáàâóíñçåøæãõú’‘“”„–—…«»·©€",
    "cp1250": "ąćęłńóśźżŁŚŻáéíýčďěňřšťůžőű„”–",
    "cp1251": "оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфі",
    "koi8-r": "оеаинтсрвлкмдпуяыьгзбчйхжшюцщэф",
    "cp1253": "αοιετσνηυρπκμλςίόάέήώύω",
    "gb18030": "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年，。",
    "big5hkscs": "的一是在不了有和人這中大為上個國我以要他時來用們生到作地於出就分對成會可主發年，。",
    "cp932": "のにはをたがでてとしれさいるなもあこかっりスンルトーイラリ、。",
    "euc_jp": "のにはをたがでてとしれさいるなもあこかっりスンルトーイラリ、。",
    "cp949": "이다는의에을가고하지은한를로기사도인대서자어그리나시해있아정부",
}
LATIN = ("cp1252", "cp1250")
LATIN_RUN = 1.5
"""Bytes beyond ASCII that stand side by side, on average: fewer in Latin script (1.1), more in any other (3 to 20)."""

USUAL_SHARE = {"gb18030": 0.25, "big5hkscs": 0.25, "cp949": 0.35, "cp932": 0.5, "euc_jp": 0.5}
"""Share of these frequent characters among those beyond ASCII in a text of the language; in alphabets it is 0.9."""

MIN_FREQUENT, MIN_SCORE = 20, 0.5
"""How many frequent characters, and what part of their usual share, speak for a charset."""

# First bytes of what is often served or saved under the name of a page: PDF, JPEG, PNG, GIF, ZIP, gzip, RIFF (WebP).
OTHER_FORMATS = (b"%PDF", b"\xff\xd8\xff", b"\x89PNG", b"GIF8", b"PK\x03\x04", b"\x1f\x8b", b"RIFF")


class Decoded(NamedTuple):
    """A page in UTF-8: the encoding it was in, how many stretches of bytes stood for no character, and whether it was
    longer than `MAX_BYTES`."""

    utf8: bytes
    encoding: str
    undecodable: int
    is_cut: bool


def is_blank(data: bytes) -> bool:
    """Whether there is nothing but white space."""
    return not data or data.isspace()


def is_html(data: bytes) -> bool:
    """Whether the bytes can be a page at all: no other format's signature, and not full of NUL bytes."""
    start = data[:1024]
    if start.startswith(OTHER_FORMATS):
        return False
    return b"<" in data and (start.count(0) * 10 <= len(start) or _wide(data) is not None)


def decode(data: bytes, content_type: str | None = None) -> Decoded:
    """The page in UTF-8 without NUL bytes. `content_type` is the HTTP header's; at most `MAX_BYTES` are read."""
    is_cut = len(data) > MAX_BYTES
    data = data[:MAX_BYTES]
    if (wide := _wide(data)) or (b"\x1b" in data and b"\x1b$" in data):  # the latter is how ISO-2022-JP begins
        encoding = wide or _choose(data, content_type)
        return _recoded(data, encoding, is_cut)
    if b"\x00" in data:
        data = data.replace(b"\x00", b"")
    # Pages that declare Latin-1 and are UTF-8 are common; other text that happens to be valid UTF-8 is unheard of.
    try:
        valid = _valid_utf8(data)
    except UnicodeDecodeError:
        return _recoded(data, _choose(data, content_type), is_cut)
    return Decoded(data[:valid].removeprefix(codecs.BOM_UTF8), "utf-8", int(valid < len(data) and not is_cut), is_cut)


def _valid_utf8(data: bytes) -> int:
    """How many bytes are whole characters; the rest is the beginning of one. Raises UnicodeDecodeError.

    In pieces that stay in the processor's cache this takes two thirds of the time.
    """
    valid, view = 0, memoryview(data)
    while read := codecs.utf_8_decode(view[valid : valid + PIECE_BYTES], "strict", False)[1]:
        valid += read
    return valid


def _recoded(data: bytes, encoding: str, is_cut: bool) -> Decoded:
    text = data.decode(encoding, "replace").removeprefix("\ufeff")
    undecodable = text.count("\ufffd")
    if encoding == "utf-8":  # a page may also hold the sign itself, written by whoever broke it before
        undecodable -= data.count("\ufffd".encode())
    if is_cut and text.endswith("\ufffd"):
        undecodable -= 1
    return Decoded(text.replace("\x00", "").encode("utf-8", "replace"), encoding, max(undecodable, 0), is_cut)


def _wide(data: bytes) -> str | None:
    """UTF-16 or UTF-32 by its mark, or UTF-16 by every other byte of its start being NUL."""
    for mark, encoding in MARKS:
        if data.startswith(mark):
            return encoding
    start = data[:256]
    if start.count(0) * 3 > len(start):
        if 0 not in start[::2]:
            return "utf-16-le"
        if 0 not in start[1::2]:
            return "utf-16-be"
    return None


def _choose(data: bytes, content_type: str | None) -> str:
    """The encoding of a page that is not valid UTF-8."""
    in_header = IN_HEADER.search(content_type or "")
    in_page = DECLARED.search(data[:DECLARATION_BYTES])
    names = [in_header and in_header.group(1), in_page and in_page.group(1).decode("ascii")]
    declared = [charset for name in names if name and (charset := _charset(name))]
    if data.startswith(codecs.BOM_UTF8) or _is_mostly_utf8(data):
        return "utf-8"
    likely = _likely(data)
    # The server's default "iso-8859-1" fits any bytes, and "utf-8" was found to be wrong: neither is believed
    # against the characters. Other charsets are, and the header before the page.
    candidates = [charset for charset in declared if charset not in ("utf-8", "cp1252") and _fits(data, charset)]
    if likely in candidates or not candidates:
        return likely
    return candidates[0]


def _charset(label: str) -> str | None:
    """The charset a label names, as Python calls it; None for what is none ("hex", "utf-7") or unknown."""
    try:
        name = codecs.lookup(label.lower().removeprefix("x-")).name
    except LookupError:
        return None
    name = SUPERSETS.get(name, name)
    return name if name in CHARSETS else None


def _is_mostly_utf8(data: bytes) -> bool:
    """Whether only a few bytes are broken: less than half as many as there are sound characters beyond ASCII."""
    text = data.decode("utf-8", "replace")
    return text.count("\ufffd") * 3 < len(_beyond_ascii(text))


def _fits(data: bytes, charset: str) -> bool:
    """Whether nearly all bytes are characters in this charset (1 in 50 beyond ASCII may be broken)."""
    text = data.decode(charset, "replace")
    return text.count("\ufffd") * 50 <= len(_beyond_ascii(text))


def _likely(data: bytes) -> str:
    """The charset in which the characters beyond ASCII are those that are frequent in its languages, else cp1252."""
    first = BEYOND_ASCII.search(data)
    start = first.start() if first else 0
    sample = data[start : start + SAMPLE_BYTES]
    runs = BEYOND_ASCII.findall(sample)
    is_latin = sum(map(len, runs)) < LATIN_RUN * len(runs)
    best, most = "cp1252", MIN_SCORE
    for charset, frequent in FREQUENT.items():
        if (charset in LATIN) != is_latin:
            continue
        beyond = _beyond_ascii(sample.decode(charset, "replace"))
        found = sum(map(beyond.count, frequent))
        score = found / (len(beyond) or 1) / USUAL_SHARE.get(charset, 0.9)
        if found >= MIN_FREQUENT and score > most:
            best, most = charset, score
    return best


def _beyond_ascii(text: str) -> str:
    return ASCII.sub("", text)
