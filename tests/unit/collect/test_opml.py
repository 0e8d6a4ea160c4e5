"""Source lists as OPML: those of other programs, and our own there and back."""

from __future__ import annotations

import time

import pytest
from pydantic import TypeAdapter

from pipelines.collect.source_types.opml import read_opml, write_opml
from pipelines.sources import Source

READER = """<?xml version="1.0" encoding="UTF-8"?>
<opml version="1.0"><head><title>Abos</title></head><body>
<outline text="Wirtschaft"><outline text="Mehr">
<outline type="rss" text="Werkbank &amp; Co" xmlUrl="https://a.example/feed" htmlUrl="https://a.example/"
 language="de"/>
</outline><outline title="Ledger" text="x" XMLURL=" https://b.example/rss "/></outline>
<outline text="Twice" xmlUrl="https://a.example/feed"/><outline text="A note"/>
</body></opml>"""

SOURCES = TypeAdapter(list[Source]).validate_python(
    [
        {"type": "feed", "id": "a", "name": 'Müller & "Söhne" <1>', "language": "de", "url": "https://a.example/feed",
         "include": [r"/wirtschaft/\d+"], "enabled": False},
        {"type": "sitemap", "id": "b", "name": "B", "language": "en", "url": "https://b.example/map.xml?a=1&b=2"},
        {"type": "site", "id": "c", "name": "C", "language": "en", "url": "https://c.example"},
        {"type": "archive", "id": "d", "name": "D", "language": "de", "url": "https://d.example/{yyyy}/{mm}/{dd}",
         "links": "h2 > a", "next": "a.next", "opt_outs": "skip"},
        {"type": "wayback", "id": "e", "name": "E", "language": "en", "site": "*.e.example"},
        {"type": "folder", "id": "f", "name": "F", "language": "en", "path": "press"},
    ]
)  # fmt: skip


def test_feeds_are_found_in_any_folder_and_once():
    feeds = read_opml(READER.encode())
    assert [(feed.title, feed.url, feed.html_url, feed.language) for feed in feeds] == [
        ("Werkbank & Co", "https://a.example/feed", "https://a.example/", "de"),
        ("Ledger", "https://b.example/rss", None, None),
    ]


def test_what_we_write_gives_the_same_sources():
    assert [feed.source for feed in read_opml(write_opml(SOURCES))] == SOURCES


def test_any_reader_knows_our_feeds_and_leaves_the_rest():
    feed, *others = read_opml(write_opml(SOURCES))
    assert (feed.url, feed.html_url) == ("https://a.example/feed", "https://a.example/")
    assert not any(other.url for other in others)
    assert b'category="/claimhouse/wayback"' in write_opml(SOURCES)


def test_settings_of_another_version_leave_a_plain_feed():
    data = write_opml(SOURCES[:1]).replace(b"include", b"unknown")
    (feed,) = read_opml(data)
    assert (feed.source, feed.url) == (None, "https://a.example/feed")


def test_of_a_file_that_breaks_off_the_whole_outlines_stay():
    assert len(read_opml(READER[: READER.index("Twice")].encode())) == 2


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("", "no OPML"), ("text", "no OPML"), ("<rss></rss>", "no OPML but <rss>"), ("<!doctype html><p>", "HTML"),
        ("<opml><body>" + "<outline>" * 100_000, "nested"),
        ('<!DOCTYPE opml [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>' + READER.partition("?>")[2], "DOCTYPE"),
        ('<!DOCTYPE opml SYSTEM "file:///etc/passwd"><opml/>', "DOCTYPE"),
    ],
)  # fmt: skip
def test_what_is_none_or_means_ill_is_refused(body, message):
    start = time.process_time()
    with pytest.raises(ValueError, match=message):
        read_opml(body.encode())
    assert time.process_time() - start < 0.5
