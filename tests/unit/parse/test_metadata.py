"""Title, names, times and addresses, from each of the places pages keep them in."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from pipelines.parse import parse_article
from pipelines.parse.authors import people
from pipelines.parse.dates import parse_stamp, parse_url_date, parse_visible, zone_for
from pipelines.parse.titles import strip_site
from tests.unit.parse.pages import PARAGRAPHS, TITLE, article, page, paragraphs

URL = "https://hafenbote.example/wirtschaft/nordwerk-talflut"


def json_ld(data: object) -> str:
    return f'<script type="application/ld+json">{json.dumps(data, ensure_ascii=False)}</script>'


GRAPH = {
    "@context": "https://schema.org",
    "@graph": [
        {"@type": "Organization", "@id": "#house", "name": "Hafenbote"},
        {"@type": "Person", "@id": "#lena", "name": "Lena Brandt"},
        {
            "@type": ["NewsArticle"],
            "headline": TITLE,
            "datePublished": "2024-05-14T07:30:00+02:00",
            "dateModified": "2024-05-14T09:00:00Z",
            "author": [{"@id": "#lena"}, {"@type": "Person", "name": "Redaktion Wirtschaft"}, {"name": "dpa"}],
            "publisher": {"@id": "#house"},
            "articleSection": "Wirtschaft",
            "isAccessibleForFree": "False",
        },
    ],
}


def test_json_ld_graph_gives_every_field_with_its_origin() -> None:
    read = parse_article(page(article(*paragraphs()), json_ld(GRAPH)), URL)
    assert read.title == TITLE
    assert read.authors == ("Lena Brandt",)
    assert read.credits == ("dpa",)
    assert read.published == datetime(2024, 5, 14, 5, 30, tzinfo=UTC)
    assert read.published is not None
    assert read.published.utcoffset() == timedelta(hours=2)
    assert read.modified == datetime(2024, 5, 14, 9, tzinfo=UTC)
    assert (read.publisher, read.section, read.language) == ("Hafenbote", "Wirtschaft", "de")
    assert read.is_paywalled
    assert read.origins["published"] == read.origins["authors"] == read.origins["publisher"] == "json-ld"
    assert read.origins["language"] == "html"


def test_broken_json_ld_still_gives_the_date() -> None:
    broken = (
        "<script "
        'type="application/ld+json">{"@type":"NewsArticle","datePublished":"2024-05-14","headline":"x",,}</script>'
    )
    read = parse_article(page(article(*paragraphs()), broken), URL)
    assert read.published == datetime(2024, 5, 14, tzinfo=zone_for("de"))


def test_open_graph() -> None:
    head = (
        f'<meta property="og:title" content="{TITLE}"><meta property="og:site_name" content="Hafenbote">'
        '<meta property="article:published_time" content="2024-05-14T07:30:00Z"><meta name="author" '
        'content="Von Lena Brandt und Omar Seidel">'
        '<link rel="canonical" href="/wirtschaft/talflut"><meta property="article:section" content="Wirtschaft">'
    )
    read = parse_article(page(article(*paragraphs()), head), URL)
    assert (read.title, read.publisher, read.section) == (TITLE, "Hafenbote", "Wirtschaft")
    assert read.authors == ("Lena Brandt", "Omar Seidel")
    assert read.published == datetime(2024, 5, 14, 7, 30, tzinfo=UTC)
    assert read.canonical_url == "https://hafenbote.example/wirtschaft/talflut"
    assert read.origins["published"] == "opengraph"


def test_bare_time_and_byline() -> None:
    line = (
        '<p class="byline">Von <a rel="author" href="/lb">Lena Brandt</a>, Kiel</p><time '
        'datetime="2024-05-14 07:30">14. Mai 2024</time>'
    )
    read = parse_article(page(f"<article><h1>{TITLE}</h1>{line}{''.join(paragraphs())}</article>"), URL)
    assert read.published == datetime(2024, 5, 14, 7, 30, tzinfo=zone_for("de"))
    assert read.authors == ("Lena Brandt",)
    assert (read.origins["published"], read.origins["authors"]) == ("time", "byline")
    assert read.text == "\n\n".join(PARAGRAPHS)


def test_language_is_read_from_the_text_if_the_page_does_not_say() -> None:
    english = "The pump maker said on Tuesday that it would buy its smaller rival for 40 million euros in cash."
    for text, expected in ((english, "en"), (PARAGRAPHS[0], "de")):
        read = parse_article(f"<article><p>{text}</p></article>".encode())
        assert (read.language, read.origins["language"]) == (expected, "text")


@pytest.mark.parametrize("address", ["javascript:alert(1)", "ftp://x.example/a", "http://[broken", "//"])
def test_an_address_that_is_none_is_not_canonical(address: str) -> None:
    assert parse_article(page("<p>Text</p>", f'<link rel="canonical" href="{address}">')).canonical_url is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("14.05.2024, 07:30 Uhr", datetime(2024, 5, 14, 7, 30)),
        ("Dienstag, 14. Mai 2024", datetime(2024, 5, 14)),
        ("May 14th, 2024 at 7:30 p.m.", datetime(2024, 5, 14, 19, 30)),
        ("14 May 2024", datetime(2024, 5, 14)),
        ("5/14/2024", datetime(2024, 5, 14)),
        ("1. März 2021", datetime(2021, 3, 1)),
    ],
)
def test_visible_dates(text: str, expected: datetime) -> None:
    assert parse_visible(text, UTC) == expected.replace(tzinfo=UTC)


@pytest.mark.parametrize("text", ["31.02.2024", "99.99.9999", "Mai", "1970-01-01", "Version 3.11.7", "auguſt 1"])
def test_no_date(text: str) -> None:
    assert parse_visible(text, UTC) is None


def test_stamps() -> None:
    assert parse_stamp("Tue, 14 May 2024 07:30:00 +0200", UTC) == datetime(2024, 5, 14, 5, 30, tzinfo=UTC)
    assert parse_stamp("20240514T0730Z", UTC) == datetime(2024, 5, 14, 7, 30, tzinfo=UTC)
    assert parse_stamp("1715671800", UTC) == datetime(2024, 5, 14, 7, 30, tzinfo=UTC)
    assert parse_stamp("0001-01-01T00:00:00Z", UTC) is None
    assert parse_url_date("https://x.example/2024/05/14/pumpe", UTC) == datetime(2024, 5, 14, tzinfo=UTC)


@pytest.mark.parametrize(
    ("byline", "expected"),
    [
        ("Von Lena Brandt und Omar Seidel", ("Lena Brandt", "Omar Seidel")),
        ("LENA BRANDT", ("Lena Brandt",)),
        ("By Dr. Lena van der Brandt, Berlin correspondent", ("Lena van der Brandt",)),
        ("Brandt, Lena", ("Lena Brandt",)),
        ("Por Ana de Souza", ("Ana de Souza",)),
        ("Die Redaktion", ()),
        ("Hafenbote Online", ()),
        ("lena.brandt@hafenbote.example", ()),
        ("https://hafenbote.example/lena", ()),
    ],
)
def test_authors_are_people(byline: str, expected: tuple[str, ...]) -> None:
    assert people([byline])[0] == expected


@pytest.mark.parametrize(
    "title",
    [
        "Pumpen: Nordwerk kauft zu | Hafenbote",
        "Hafenbote - Pumpen: Nordwerk kauft zu",
        "Pumpen: Nordwerk kauft zu | Wirtschaft | Hafenbote",
    ],
)
def test_the_site_is_cut_from_the_title(title: str) -> None:
    assert strip_site(title, "Hafenbote", "www.hafenbote.example") == "Pumpen: Nordwerk kauft zu"
