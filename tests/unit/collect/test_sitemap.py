"""Sitemaps, whole and broken, to entries and children."""

from __future__ import annotations

import time
from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.collect.source_types.listing import Entry
from pipelines.collect.source_types.sitemap import parse_sitemap

NEWS = """<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"
 xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">
<url><loc>https://news.example/1?a=1&amp;b=2</loc><lastmod>2024-05-09</lastmod>
<image:image><image:loc>https://news.example/1.jpg</image:loc><image:title>Foto</image:title></image:image>
<news:news><news:publication><news:name>Ledger</news:name></news:publication>
<news:publication_date>2024-05-02T23:30:00-02:00</news:publication_date><news:title>Ärger &amp; Co</news:title>
</news:news></url>
<url><loc> https://news.example/2 </loc><lastmod>2024-05-03</lastmod></url>
<url><loc>https://news.example/3</loc><lastmod>gestern</lastmod></url>
</urlset>"""

INDEX = """<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
<sitemap><loc>https://news.example/a.xml</loc><lastmod>2024-05-01T10:00:00Z</lastmod></sitemap>
<sitemap><loc>https://news.example/b.xml.gz</loc></sitemap></sitemapindex>"""


def test_the_publication_date_counts_before_lastmod_and_pictures_are_no_articles():
    assert parse_sitemap(NEWS.encode()).entries == [
        Entry("https://news.example/1?a=1&b=2", "Ärger & Co", datetime(2024, 5, 3, 1, 30, tzinfo=UTC)),
        Entry("https://news.example/2", None, datetime(2024, 5, 3, tzinfo=UTC)),
        Entry("https://news.example/3", None, None),
    ]


def test_an_index_names_its_children():
    sitemap = parse_sitemap(INDEX.encode())
    assert not sitemap.entries
    assert [child.link for child in sitemap.children] == ["https://news.example/a.xml", "https://news.example/b.xml.gz"]


@pytest.mark.parametrize(
    "change",
    [
        lambda text: "\n " + text,
        lambda text: "\ufeff" + text,
        lambda text: text.replace('"UTF-8"', '"UT-8"'),
        lambda text: text.replace('xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"', ""),
        lambda text: text.replace("<url>", "<s:url>").replace("</url>", "</s:url>"),
    ],
)
def test_common_slips_do_no_harm(change):
    sitemap = parse_sitemap(change(NEWS).encode())
    assert len(sitemap.entries) == 3
    assert sitemap.broken is None


def test_of_a_sitemap_cut_off_what_was_whole_stays():
    sitemap = parse_sitemap(NEWS[: NEWS.index("news.example/3")].encode())
    assert [entry.link for entry in sitemap.entries] == ["https://news.example/1?a=1&b=2", "https://news.example/2"]
    assert sitemap.broken


@pytest.mark.parametrize(
    "body", ["", "<!doctype html><html></html>", "<html><body/></html>", "<rss></rss>", "text", "\0", "{}"]
)
def test_what_is_no_sitemap_is_refused(body):
    with pytest.raises(ValueError, match="it "):
        parse_sitemap(body.encode())


LAYERS = "".join(f'<!ENTITY {name} "{f"&{inner};" * 10}">' for inner, name in zip("abcdefgh", "bcdefghi", strict=True))


@pytest.mark.parametrize(
    "doctype",
    [
        f'<!DOCTYPE urlset [<!ENTITY a "ha">{LAYERS}]>',
        '<!DOCTYPE urlset [<!ENTITY i SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE urlset SYSTEM "http://127.0.0.1:9/x.dtd">',
    ],
)
def test_a_document_type_is_refused_at_once(doctype):
    start = time.process_time()
    with pytest.raises(ValueError, match="DOCTYPE"):
        parse_sitemap((doctype + NEWS.partition("?>")[2].replace("Ledger", "&i;")).encode())
    assert time.process_time() - start < 0.2


def test_deep_nesting_is_refused():
    with pytest.raises(ValueError, match="nested"):
        parse_sitemap(b"<urlset>" + b"<url>" * 100_000)


@given(st.sampled_from([NEWS, INDEX]), st.integers(0, 900), st.binary(max_size=6), st.integers(0, 40))
def test_mutated_sitemaps_never_crash(body, at, insert, dropped):
    data = body.encode()
    with suppress(ValueError):
        parse_sitemap(data[:at] + insert + data[at + dropped :])
