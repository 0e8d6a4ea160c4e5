"""Feeds of every kind, whole and broken, to entries."""

from __future__ import annotations

import time
from collections import Counter
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.collect.feed import parse_feed
from pipelines.collect.listing import Entry

CORPUS = Path(__file__).resolve().parents[4] / "shared" / "corpora" / "feeds"

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


def test_an_empty_feed_is_a_feed():
    assert read('<rss version="2.0"><channel><title>Still</title></channel></rss>') == ([], Counter())


@pytest.mark.parametrize(
    "body", ["", "  ", "<!doctype html><html><body><p>Not here</p></body></html>", "just text", "%PDF-1.4", "{}"]
)
def test_what_is_no_feed_is_refused(body):
    with pytest.raises(ValueError, match=r"it |empty"):
        read(body)


def test_a_billion_laughs_are_not_expanded():
    layers = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    bomb = f'<!DOCTYPE rss [<!ENTITY l0 "lol">{layers}]>' + RSS.partition("?>")[2].replace("Ohne Zeit", "&l9;")
    start = time.process_time()
    try:
        entries, _ = read(bomb)
        assert sum(len(entry.title or "") for entry in entries) < 10_000
    except ValueError:
        pass
    assert time.process_time() - start < 1


def test_an_external_entity_and_a_file_name_are_not_read(tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("<rss><channel><item><link>https://stolen.example/</link></item></channel></rss>")
    declared = f'<!DOCTYPE rss [<!ENTITY x SYSTEM "{secret.as_uri()}">]>' + RSS.partition("?>")[2]
    entries, _ = read(declared.replace("Ohne Zeit", "&x;"))
    assert not any("stolen" in f"{entry.title}{entry.link}" for entry in entries)
    with pytest.raises(ValueError, match="neither RSS nor Atom"):
        read(str(secret))


@settings(max_examples=60, deadline=None)
@given(st.sampled_from([RSS, ATOM, RDF]), st.integers(0, 600), st.binary(max_size=6), st.integers(0, 40))
def test_mutated_feeds_never_crash(body, at, insert, dropped):
    data = body.encode()
    with suppress(ValueError):
        read(data[:at] + insert + data[at + dropped :])


def test_the_corpus_of_real_and_malformed_feeds_never_crashes():
    if not CORPUS.is_dir():
        pytest.skip(f"{CORPUS} is not here")
    read_feeds = 0
    for path in sorted(CORPUS.glob("*.xml")):
        with suppress(ValueError):
            read(path.read_bytes())
            read_feeds += 1
    assert read_feeds > 900
