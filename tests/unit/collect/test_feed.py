"""Feeds of every kind, whole and broken, to entries."""

from __future__ import annotations

import time
from collections import Counter
from contextlib import suppress
from datetime import UTC, datetime

import pytest

from pipelines.collect.source_types.feed import parse_feed
from pipelines.collect.source_types.listing import Entry

RSS = """<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0"><channel><title>Werkbank</title><link>https://news.example/</link>
<item><title>Müller &amp; Söhne kauft zu</title><link>https://news.example/1</link>
<pubDate>Thu, 02 May 2024 00:30:00 +0200</pubDate></item>
<item><title>Ohne Zeit</title><link>/2</link></item>
</channel></rss>"""

ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><title>Ledger</title>
<entry><title>First</title><link rel="self" href="https://news.example/api/1"/>
<link rel="alternate" href="https://news.example/1"/>
<published>2024-05-02T23:30:00-05:00</published><updated>2024-06-01T00:00:00Z</updated></entry>
<entry><title>Second</title><link href="https://news.example/2"/><updated>2024-05-04T10:00:00Z</updated></entry>
</feed>"""

RDF = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
 xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="https://news.example/"><title>Old</title></channel>
<item rdf:about="https://news.example/1"><title>One</title><link>https://news.example/1</link>
<dc:date>2024-05-02T08:00:00+00:00</dc:date></item></rdf:RDF>"""


def read(body: str | bytes, **options: str) -> tuple[list[Entry], Counter[str]]:
    failures: Counter[str] = Counter()
    return parse_feed(body.encode() if isinstance(body, str) else body, failures=failures, **options), failures


def test_rss():
    entries, failures = read(RSS)
    assert entries == [
        Entry("https://news.example/1", "Müller & Söhne kauft zu", datetime(2024, 5, 1, 22, 30, tzinfo=UTC)),
        Entry("/2", "Ohne Zeit", None),
    ]
    assert not failures


def test_atom_takes_the_page_and_the_published_time_before_the_updated():
    entries, _ = read(ATOM)
    assert entries == [
        Entry("https://news.example/1", "First", datetime(2024, 5, 3, 4, 30, tzinfo=UTC)),
        Entry("https://news.example/2", "Second", datetime(2024, 5, 4, 10, tzinfo=UTC)),
    ]


def test_rdf():
    assert read(RDF)[0] == [Entry("https://news.example/1", "One", datetime(2024, 5, 2, 8, tzinfo=UTC))]


def test_a_guid_that_is_an_address_stands_in_for_the_link():
    body = RSS.replace("<link>/2</link>", "<guid>https://news.example/by-guid</guid>")
    assert read(body)[0][1].link == "https://news.example/by-guid"


def test_an_entry_without_any_link_is_kept_for_counting():
    assert read(RSS.replace("<link>/2</link>", ""))[0][1].link is None


@pytest.mark.parametrize("cut", ["<pubDate>Thu, 02", "<link>/2", "</channel></rss>", "<title>Ohne"])
def test_of_a_feed_cut_off_the_whole_entries_stay(cut):
    entries, failures = read(RSS[: RSS.index(cut) + len(cut) // 2])
    whole = 2 if cut.startswith("</channel") else 0 if "pubDate" in cut else 1
    assert [entry.link for entry in entries] == ["https://news.example/1", "/2"][:whole]
    assert failures == {"bad_feed": 1}


def test_bad_characters_and_entities_do_not_lose_the_rest():
    entries, _ = read(RSS.replace("Ohne Zeit", "Ohne &nbsp; Zeit & mehr \x0b"))
    assert [entry.link for entry in entries] == ["https://news.example/1", "/2"]


def test_the_charset_of_the_header_counts_where_the_feed_names_none():
    body = RSS.replace(' encoding="UTF-8"', "").encode("iso-8859-1")
    entries, _ = read(body, content_type="application/rss+xml; charset=ISO-8859-1")
    assert entries[0].title == "Müller & Söhne kauft zu"


def test_what_the_fast_parser_leaves_out_the_patient_one_fills_in():
    markup = ATOM.replace("<title>First</title>", "<title type='xhtml'><div>First <b>word</b></div></title>")
    entries, _ = read(markup)
    assert [bool(entry.title) for entry in entries] == [True, True]
    assert entries[0].listed_at == datetime(2024, 5, 3, 4, 30, tzinfo=UTC)
    unreadable = RSS.replace("<title>Ohne Zeit</title>", "<pubDate>neulich</pubDate>")
    assert [entry.listed_at for entry in read(unreadable)[0]] == [datetime(2024, 5, 1, 22, 30, tzinfo=UTC), None]


JSON_FEED = """{"version": "https://jsonfeed.org/version/1.1", "title": "Ledger", "items": [
{"id": "1", "url": "https://news.example/1", "title": " First ", "date_published": "2024-05-02T23:30:00-05:00"},
{"id": "https://news.example/2", "content_text": "no title", "date_modified": "2024-05-04T10:00:00Z"},
{"external_url": "https://other.example/3", "title": 7}, "no item", {}]}"""


def test_json_feed():
    entries, failures = read(JSON_FEED)
    assert entries == [
        Entry("https://news.example/1", "First", datetime(2024, 5, 3, 4, 30, tzinfo=UTC)),
        Entry("https://news.example/2", None, datetime(2024, 5, 4, 10, tzinfo=UTC)),
        Entry("https://other.example/3", None, None),
        Entry(None, None, None),
        Entry(None, None, None),
    ]
    assert not failures


@pytest.mark.parametrize("body", ['{"items": []}', '{"version": "2", "items": []}', "{" * 100_000, '{"a":' * 100_000])
def test_other_json_is_refused(body):
    with pytest.raises(ValueError, match="JSON"):
        read(body)


@pytest.mark.parametrize(
    ("title", "plain"),
    [
        ("Kauf &amp;amp; Verkauf", "Kauf & Verkauf"),
        ("<![CDATA[<b>Kauf</b>\n &amp; Verkauf]]>", "Kauf & Verkauf"),
        ("5 &lt; 6 Werke", "5 < 6 Werke"),
        ("Stra&szlig;e", "Straße"),
        ("Müller & Söhne", "Müller & Söhne"),
        ("A\x0bB &#11; C", "AB \ufffd C"),
    ],
)
def test_titles_are_plain_text(title, plain):
    assert read(RSS.replace("Ohne Zeit", title))[0][1].title == plain


@pytest.mark.parametrize(
    ("item", "date"),
    [
        ("<pubDate>neulich</pubDate><dc:date>2024-05-02</dc:date>", (2024, 5, 2)),
        ("<dc:date>2024-05-02T10:00:00+02:00</dc:date>", (2024, 5, 2, 8)),
        ("<pubDate>2. Mai 2024, 10:30 Uhr MESZ</pubDate>", (2024, 5, 2, 8, 30)),
        ("<pubDate>Thu, 02 May 24 10:30:00 CEST</pubDate>", (2024, 5, 2, 8, 30)),
        ("<pubDate>10:30</pubDate>", None),
        ("<atom:updated>2024-05-02T10:00:00Z</atom:updated>", (2024, 5, 2, 10)),
        ("<media:published>2024-05-02T10:00:00Z</media:published>", None),
    ],
)
def test_dates_of_items(item, date):
    """None of the prefixes is declared, which is common and makes the whole no XML."""
    entries, failures = read(RSS.replace("<link>/2</link>", f"<link>/2</link>{item}"))
    assert [entry.listed_at for entry in entries][1:] == [datetime(*date, tzinfo=UTC) if date else None]
    assert not failures


def test_links_are_relative_to_xml_base():
    based = ATOM.replace("https://news.example/2", "b").replace(
        "<feed ", '<feed xml:base="https://news.example/feeds/" '
    )
    assert read(based.replace("<entry>", '<entry xml:base="x/">'))[0][1].link == "https://news.example/feeds/x/b"
    assert read(based)[0][1].link == "https://news.example/feeds/b"


def test_a_broken_item_does_not_take_the_others_with_it():
    broken = RSS.replace("<item><title>Ohne", "<item><title>Kaputt</wrong></item><item><title>Ohne")
    entries, failures = read(broken)
    assert [entry.link for entry in entries if entry.link] == ["https://news.example/1", "/2"]
    assert len(entries) == 3 or failures == {"bad_feed": 1}


@pytest.mark.parametrize(
    "content",
    [
        "<content>&lt;p&gt;A&lt;/p&gt;</content>",
        "<content src='/x'/>",
        "<content:encoded xmlns:content='urn:c'><![CDATA[<title>B</title></item>]]></content:encoded>",
        "<description><![CDATA[the <content> element]]></description>",
        "<description><![CDATA[<content>x</content>]]></description><content>y</content>",
        "<content><content>x</content></content>",
        "<content",
    ],
)
def test_the_articles_text_does_not_matter(content):
    body = RSS.replace("<link>/2</link>", f"{content}<link>/2</link>{content}")
    assert read(body)[0][0].link == "https://news.example/1"
    if content != "<content":
        assert [(entry.link, entry.title) for entry in read(body)[0]][1] == ("/2", "Ohne Zeit")


@pytest.mark.parametrize("declared", ["windows-1252", "utf-8"])
def test_bytes_that_are_not_what_is_declared(declared):
    body = RSS.replace("UTF-8", declared).replace("kauft zu", "kauft „zu“").encode("windows-1252")
    assert read(body)[0][0].title == "Müller & Söhne kauft „zu“"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-8-sig"])
def test_wide_and_marked_feeds(encoding):
    assert read(RSS.replace('encoding="UTF-8"', "").encode(encoding))[0][0].title == "Müller & Söhne kauft zu"


def test_one_bad_byte_does_not_spoil_the_letters():
    body = RSS.encode().replace(b"Ohne Zeit", b"Ohne Zeit\xc3")
    assert [entry.title for entry in read(body)[0]] == ["Müller & Söhne kauft zu", "Ohne Zeit\ufffd"]


def test_what_stands_before_the_feed_is_passed_over():
    assert len(read("\n<br />Warning: something\n" + RSS)[0]) == 2


def test_an_empty_feed_is_a_feed():
    assert read('<rss version="2.0"><channel><title>Still</title></channel></rss>') == ([], Counter())


@pytest.mark.parametrize(
    "body", ["", "  ", "<!doctype html><html><body><p>Not here</p></body></html>", "just text", "%PDF-1.4", "<a/>"]
)
def test_what_is_no_feed_is_refused(body):
    with pytest.raises(ValueError, match=r"it |empty"):
        read(body)


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))


@pytest.mark.parametrize(
    "doctype",
    [
        f'<!DOCTYPE rss [<!ENTITY l0 "lol">{LAUGHS}]>',
        f'<!DOCTYPE rss [<!ENTITY l9 "{"lol" * 100_000}">]>',
        f'<!DOCTYPE rss [<!ENTITY % p "{LAUGHS.replace(chr(34), chr(39))}"> %p;]>',
    ],
)
@pytest.mark.parametrize("is_whole", [True, False])
def test_declared_entities_are_not_expanded(doctype, is_whole):
    bomb = doctype + RSS.partition("?>")[2].replace("Ohne Zeit", "&l9;" * 1_000)
    start = time.process_time()
    entries, _ = read(bomb if is_whole else bomb.replace("</item>\n</channel>", "<b></item>\n</channel>"))
    assert sum(len(entry.title or "") for entry in entries) < 10_000
    assert entries[0].link == "https://news.example/1"
    assert time.process_time() - start < 1


def test_an_external_entity_and_a_file_name_are_not_read(tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("<rss><channel><item><link>https://stolen.example/</link></item></channel></rss>")
    declared = f'<!DOCTYPE rss [<!ENTITY x SYSTEM "{secret.as_uri()}">]>' + RSS.partition("?>")[2]
    entries, _ = read(declared.replace("Ohne Zeit", "&x;"))
    assert entries[0].link == "https://news.example/1"
    assert not any("stolen" in f"{entry.title}{entry.link}" for entry in entries)
    with pytest.raises(ValueError, match="neither RSS nor Atom"):
        read(str(secret))


def test_a_feed_of_nothing_but_tags_is_refused():
    with pytest.raises(ValueError, match="tags"):
        read(b"<rss>" + b"<a>" * 600_000)


@pytest.mark.parametrize(
    "inside", ["<a>" * 20_000, "<![CDATA[" * 50_000, "&" * 100_000, "<item>" * 20_000, "<" * 50_000, "x:y " * 50_000]
)
def test_hostile_feeds_take_bounded_time(inside):
    start = time.process_time()
    with suppress(ValueError):
        read(RSS.replace("Ohne Zeit", inside))
    assert time.process_time() - start < 2
