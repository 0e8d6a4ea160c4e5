"""Feeds, sitemaps and OPML damaged in any way: read, or refused with a `ValueError`, and soon."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.collect.source_types.feed import parse_feed
from pipelines.collect.source_types.opml import read_opml
from pipelines.collect.source_types.sitemap import parse_sitemap

RSS = b"""<?xml version="1.0" encoding="UTF-8"?><!-- a --><rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel><title>W</title><item><title>M\xc3\xbcller &amp; <![CDATA[<b>S</b>]]></title><link>https://news.example/1</link>
<pubDate>Thu, 02 May 2024 00:30:00 +0200</pubDate><dc:date>2024-05-02</dc:date></item>
<item><guid>https://news.example/2</guid></item></channel></rss>"""
ATOM = b"""<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://news.example/"><entry><title type="xhtml"><div>A
<b>b</b></div></title><link rel="alternate" href="1"/><updated>2024-05-04T10:00:00Z</updated></entry></feed>"""
JSON = b'{"version": "https://jsonfeed.org/version/1", "items": [{"id": "1", "url": "https://news.example/1"}]}'
SITEMAP = b"""<urlset xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"><url><loc>https://news.example/1</loc>
<lastmod>2024-05-02</lastmod><news:news><news:title>A &amp; B</news:title></news:news></url></urlset>"""
INDEX = b"<sitemapindex><sitemap><loc>https://news.example/a.xml</loc></sitemap></sitemapindex>"
OPML = b"""<opml version="2.0"><body><outline text="a"><outline text="b" xmlUrl="https://a.example/feed"/></outline>
</body></opml>"""

READERS: dict[str, tuple[Callable[[bytes], object], list[bytes]]] = {
    "feed": (lambda data: parse_feed(data, failures=Counter()), [RSS, ATOM, JSON]),
    "sitemap": (parse_sitemap, [SITEMAP, INDEX]),
    "opml": (read_opml, [OPML]),
}
LONGEST = 2.0
"""Seconds of CPU; these documents have a few hundred bytes, and up to a few thousand when nested."""


@st.composite
def damaged(draw: st.DrawFn, documents: list[bytes]) -> bytes:
    data = draw(st.sampled_from(documents))
    for _ in range(draw(st.integers(1, 4))):
        at, length = draw(st.integers(0, len(data))), draw(st.integers(0, 60))
        piece = data[at : at + length]
        match draw(st.sampled_from(["cut", "flip", "drop", "repeat", "swap", "insert"])):
            case "cut":
                data = data[:at]
            case "flip":
                data = data[:at] + bytes(byte ^ draw(st.integers(1, 255)) for byte in piece[:3]) + data[at + 3 :]
            case "drop":
                data = data[:at] + data[at + length :]
            case "repeat":  # nests what is opened in the piece
                data = data[:at] + piece * draw(st.integers(2, 60)) + data[at + length :]
            case "swap":
                pieces = data.split(b"<")
                one, other = draw(st.integers(0, len(pieces) - 1)), draw(st.integers(0, len(pieces) - 1))
                pieces[one], pieces[other] = pieces[other], pieces[one]
                data = b"<".join(pieces)
            case _:
                odd = [b"\0", b"\xff\xfe", b"&x;", b"&#0;", b"]]>", b"<![CDATA[", b"<!--", b"<?", b" " * 300, b"<item>",
                       b'<!DOCTYPE a [<!ENTITY x "y">]>', b'<?xml version="1.0" encoding="hex"?>']  # fmt: skip
                data = data[:at] + draw(st.sampled_from(odd)) + data[at:]
    return data


@pytest.mark.parametrize("kind", READERS)
@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_damaged_documents_are_read_or_refused(kind, data):
    read, documents = READERS[kind]
    document = data.draw(damaged(documents))
    start = time.process_time()
    with suppress(ValueError):
        read(document)
    assert time.process_time() - start < LONGEST


@pytest.mark.parametrize("kind", READERS)
@given(data=st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(kind, data):
    with suppress(ValueError):
        READERS[kind][0](data)


@pytest.mark.parametrize("kind", READERS)
@pytest.mark.parametrize("body", [b" " * 100_000 + b"x", b"<!--" * 50_000, b"<?xml " * 50_000, b"\n<" * 50_000])
def test_long_beginnings_are_no_trap(kind, body):
    start = time.process_time()
    with suppress(ValueError):
        READERS[kind][0](body)
    assert time.process_time() - start < LONGEST
