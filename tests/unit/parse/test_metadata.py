"""Title, names, times and addresses, from each of the places pages keep them in."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime, timedelta

import pytest
from selectolax.lexbor import LexborHTMLParser

from pipelines.parse import parse_article
from pipelines.parse.article import STRIPPED
from pipelines.parse.body.blocks import read_layout
from pipelines.parse.fields.authors import people
from pipelines.parse.fields.head import Head, read_head
from pipelines.parse.fields.jsonld import text_of, things
from pipelines.parse.fields.metadata import Metadata, read_metadata
from pipelines.parse.fields.paging import next_page
from pipelines.parse.fields.titles import strip_site
from pipelines.parse.text.dates import DateStyle, parse_stamp, parse_url_date, parse_visible, style_for
from pipelines.records import PageFault, Precision, Witness
from tests.unit.parse.pages import PARAGRAPHS, TITLE, article, page, paragraphs

URL = "https://hafenbote.example/wirtschaft/nordwerk-talflut"
GERMAN, AMERICAN, PLAIN = style_for("de"), style_for("en-US"), DateStyle(UTC)


def json_ld(data: object) -> str:
    return f'<script type="application/ld+json">{json.dumps(data, ensure_ascii=False)}</script>'


def metadata(body: str, head: str = "", *, url: str = URL, title: str = f"{TITLE} - Hafenbote") -> Metadata:
    """The metadata of a page with an <article> of the usual paragraphs; `body` stands between headline and text."""
    return raw_metadata(page(f"<article>{body}{''.join(paragraphs())}</article>", head, title=title), url)


def raw_metadata(html: bytes, url: str = URL) -> Metadata:
    tree = LexborHTMLParser(html)
    head = read_head(tree, url)
    assert tree.body is not None
    tree.strip_tags(STRIPPED)
    return read_metadata(head, read_layout(tree.body.inner_html or ""))


H1 = f"<h1>{TITLE}</h1>"

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
    byline = "<p>Von Lena Brandt</p>"
    read = parse_article(page(article(byline, *paragraphs()), json_ld(GRAPH)), URL)
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
    assert read.published == datetime(2024, 5, 14, tzinfo=GERMAN.zone)


def test_open_graph() -> None:
    head = (
        f'<meta property="og:title" content="{TITLE}"><meta property="og:site_name" content="Hafenbote">'
        '<meta property="article:published_time" content="2024-05-14T07:30:00Z"><meta name="author" '
        'content="Von Lena Brandt und Omar Seidel">'
        '<link rel="canonical" href="/wirtschaft/talflut"><meta property="article:section" content="Wirtschaft">'
    )
    byline = "<p>Von Lena Brandt und Omar Seidel</p>"
    read = parse_article(page(article(byline, *paragraphs()), head), URL)
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
    assert read.published == datetime(2024, 5, 14, 7, 30, tzinfo=GERMAN.zone)
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


# Titles


@pytest.mark.parametrize(
    "title",
    [
        "Pumpen: Nordwerk kauft zu | Hafenbote",
        "Hafenbote - Pumpen: Nordwerk kauft zu",
        "Pumpen: Nordwerk kauft zu | Wirtschaft | Hafenbote",
        "Hafenbote » Blog Archiv » Pumpen: Nordwerk kauft zu",
    ],
)
def test_the_site_is_cut_from_the_title(title: str) -> None:
    assert strip_site(title, "Hafenbote", "www.hafenbote.example") == "Pumpen: Nordwerk kauft zu"


def og(title: str) -> str:
    return f'<meta property="og:title" content="{title}">'


@pytest.mark.parametrize(
    ("body", "head", "title", "expected"),
    [
        # a kicker in the heading, with and without an element of its own
        ('<h1><span class="kicker">Pumpen</span> <span>Nordwerk kauft Konkurrenten Talflut</span></h1>', "", "", TITLE),
        (f"<h1>Pumpen: {TITLE}</h1>", og(TITLE), TITLE, TITLE),
        # the heading is the site's logo
        ("<h1>Hafenbote</h1><h2>Nordwerk kauft Konkurrenten Talflut</h2>", og(TITLE), "", TITLE),
        ("<h1>Das Blatt der Küste</h1>", "", f"{TITLE} | Das Blatt der Küste", TITLE),
        # several headings: the one other places know
        (f"<h1>Anmelden und sparen beim Abo</h1>{H1}", og(TITLE), "", TITLE),
        # a date in front of it
        (f"<h1>14.05.2024 {TITLE}</h1>", "", "", TITLE),
        # without JSON-LD what the reader sees counts more than what search engines are told
        (H1, og("Pumpenbauer 2024: alle Käufe im Vergleich"), "Pumpenbauer 2024: alle Käufe im Vergleich", TITLE),
        # with it the desk's own headline counts
        ("<h1>Kauf in Kiel: Das müssen Sie wissen</h1>", json_ld({"@type": "Article", "headline": TITLE}), "", TITLE),
        # escaped twice, soft hyphens, zero width blanks
        ("", og("Nordwerk &amp;amp; Tal\u00adflut:\u200b Der Kauf"), "", "Nordwerk & Talflut: Der Kauf"),
        ("<h1>Die<br>Pumpe</h1>", "", "Die Pumpe - Hafenbote", "Die Pumpe"),
        ("", "", "Hafenbote", "Hafenbote"),
    ],
)
def test_the_headline_is_chosen_among_all_places(body: str, head: str, title: str, expected: str) -> None:
    assert metadata(body, head, title=title).title == expected


# Authors


@pytest.mark.parametrize(
    ("byline", "expected"),
    [
        ("Von Lena Brandt und Omar Seidel", ("Lena Brandt", "Omar Seidel")),
        ("LENA BRANDT", ("Lena Brandt",)),
        ("By Dr. Lena van der Brandt, Berlin correspondent", ("Lena van der Brandt",)),
        ("Brandt, Lena", ("Lena Brandt",)),
        ("Por Ana de Souza", ("Ana de Souza",)),
        ("Interview: Lena Brandt", ("Lena Brandt",)),
        ("Ein Gastbeitrag von Lena Brandt", ("Lena Brandt",)),
        ("Omar Seidel im Gespräch mit Lena Brandt", ("Omar Seidel", "Lena Brandt")),
        ("Lena Brandt 14.05.2024, 07:30 Uhr", ("Lena Brandt",)),
        ("Lena Brandt | Mehr von Lena Brandt", ("Lena Brandt",)),
        ("Lena Brandt @lbrandt", ("Lena Brandt",)),
        ("Die Redaktion", ()),
        ("Hafenbote Online", ()),
        ("Hafener Nachrichten", ()),
        ("DJK Blau-Weiß Hafen", ()),
        ("Buch der Woche", ()),
        ("Zum Inhalt", ()),
        ("gnaddrig", ()),
        ("lena.brandt@hafenbote.example", ()),
        ("https://hafenbote.example/lena", ()),
    ],
)
def test_authors_are_people(byline: str, expected: tuple[str, ...]) -> None:
    assert people([byline])[0] == expected


@pytest.mark.parametrize(
    ("byline", "authors", "credits"),
    [
        ("Lena Brandt, dpa", ("Lena Brandt",), ("dpa",)),
        ("Lena Brandt/Reuters", ("Lena Brandt",), ("Reuters",)),
        ("Text: Lena Brandt Fotos: Omar Seidel", ("Lena Brandt",), ("Omar Seidel",)),
        ("Deutsche Presse-Agentur", (), ("Deutsche Presse-Agentur",)),
    ],
)
def test_agencies_and_photographers_are_credited(
    byline: str, authors: tuple[str, ...], credits: tuple[str, ...]
) -> None:
    assert people([byline]) == (authors, credits)


@pytest.mark.parametrize(
    ("name", "host", "expected"),
    [
        ("gnaddrig", "", ("gnaddrig",)),
        ("by Freeman1984 on May 14, 2024", "", ("Freeman1984",)),
        ("Joe S.", "", ("Joe S.",)),
        ("cpm", "", ()),
        ("Redaktion", "", ()),
        ("admin", "", ()),
        ("Hafenbote", "hafenbote.example", ()),
        ("gnaddrig", "gnaddrig.wordpress.com", ("gnaddrig",)),
    ],
)
def test_what_is_marked_as_a_name_may_be_a_pen_name(name: str, host: str, expected: tuple[str, ...]) -> None:
    assert people([name], host=host, is_named=True)[0] == expected


LD_LENA = json_ld({"@type": "NewsArticle", "headline": TITLE, "author": {"@type": "Person", "name": "Lena Brandt"}})


@pytest.mark.parametrize(
    ("byline", "expected"),
    [
        (
            '<span class="byline">von <span class="author vcard"><a class="url fn n">gnaddrig</a></span></span>',
            "gnaddrig",
        ),
        ('<a rel="author nofollow" href="/lb">Lena Brandt</a>', "Lena Brandt"),
        ('<div itemprop="author"><span itemprop="name">Lena Brandt</span></div>', "Lena Brandt"),
        ('<div class="article-author__name">LENA BRANDT</div>', "Lena Brandt"),
        ("<p>Von Lena Brandt</p>", "Lena Brandt"),
        ("<p>Posted by Konstantin @ 12:00 am</p>", "Konstantin"),
        ("<p><strong>Lena Brandt</strong></p>", "Lena Brandt"),
        ("<p>Von Montag an wird es teurer</p>", None),
        ('<div class="comments"><span class="author vcard">Omar Seidel</span></div>', None),
        (
            '<div class="teaser-list"><p>a</p><p>b</p><p>c</p><p>d</p><p>e</p><b class="author">Omar Seidel</b></div>',
            None,
        ),
    ],
)
def test_bylines(byline: str, expected: str | None) -> None:
    assert metadata(H1 + byline).authors == ((expected,) if expected else ())


def test_a_name_in_brackets_ends_the_text() -> None:
    read = raw_metadata(
        page(f"<article>{H1}{''.join(paragraphs())}<p>Mehr ist noch nicht bekannt. (Lena Brandt)</p></article>")
    )
    assert (read.authors, read.origins["authors"]) == (("Lena Brandt",), "text")


def test_two_links_of_one_kind_name_two_authors() -> None:
    links = '<p><a rel="author" href="/l">Lena Brandt</a>, <a rel="author" href="/o">Omar Seidel</a></p>'
    assert metadata(H1 + links).authors == ("Lena Brandt", "Omar Seidel")


def test_an_author_whom_only_machines_are_told_is_a_witness_only() -> None:
    read = metadata(H1, LD_LENA)
    assert read.authors == ()
    assert Witness("authors", "json-ld", "Lena Brandt") in read.witnesses
    assert metadata(H1 + "<p>VON LENA BRANDT</p>", LD_LENA).origins["authors"] == "json-ld"


# Times


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("14.05.2024, 07:30 Uhr", datetime(2024, 5, 14, 7, 30)),
        ("Dienstag, 14. Mai 2024", datetime(2024, 5, 14)),
        ("Mo., 3. Feb. 2020", datetime(2020, 2, 3)),
        ("3. Februar 2020, 14.05 Uhr", datetime(2020, 2, 3, 14, 5)),
        ("May 14th, 2024 at 7:30 p.m.", datetime(2024, 5, 14, 19, 30)),
        ("Feb 3rd, 2020", datetime(2020, 2, 3)),
        ("14 May 2024", datetime(2024, 5, 14)),
        ("14-May-2024", datetime(2024, 5, 14)),
        ("5/14/2024", datetime(2024, 5, 14)),
        ("03/02/2020", datetime(2020, 2, 3)),
        ("26 | 01 | 2022", datetime(2022, 1, 26)),
        ("1. März 2021", datetime(2021, 3, 1)),
        ("Le 30 septembre 2018 à 12:57", datetime(2018, 9, 30)),
        ("2024/05/14 7:30 PM", datetime(2024, 5, 14, 19, 30)),
    ],
)
def test_visible_dates(text: str, expected: datetime) -> None:
    stamp = parse_visible(text, PLAIN)
    assert stamp is not None
    assert stamp.moment == expected.replace(tzinfo=UTC)


def test_an_american_page_writes_the_month_first() -> None:
    assert parse_visible("03/02/2020", AMERICAN) == (datetime(2020, 3, 2, tzinfo=UTC), Precision.DAY)


@pytest.mark.parametrize(
    "text", ["31.02.2024", "99.99.9999", "Mai", "Mai 2024", "© 2024", "1970-01-01", "Version 3.11.7", "auguſt 1"]
)
def test_no_date(text: str) -> None:
    assert parse_visible(text, PLAIN) is None


@pytest.mark.parametrize(
    ("stamp", "expected", "precision"),
    [
        ("Tue, 14 May 2024 07:30:00 +0200", datetime(2024, 5, 14, 5, 30, tzinfo=UTC), Precision.SECOND),
        ("2024-05-14T07:30:09+02:00", datetime(2024, 5, 14, 5, 30, 9, tzinfo=UTC), Precision.SECOND),
        ("2024-05-14T07:30Z", datetime(2024, 5, 14, 7, 30, tzinfo=UTC), Precision.MINUTE),
        ("2024-05-14", datetime(2024, 5, 13, 22, tzinfo=UTC), Precision.DAY),
        ("2024-05-14T00:00:00", datetime(2024, 5, 13, 22, tzinfo=UTC), Precision.DAY),
        ("20240514T0730Z", datetime(2024, 5, 14, 7, 30, tzinfo=UTC), Precision.MINUTE),
        ("1715671800", datetime(2024, 5, 14, 7, 30, tzinfo=UTC), Precision.SECOND),
        ("14. Mai 2024", datetime(2024, 5, 13, 22, tzinfo=UTC), Precision.DAY),
    ],
)
def test_stamps(stamp: str, expected: datetime, precision: Precision) -> None:
    assert parse_stamp(stamp, GERMAN) == (expected, precision)


def test_placeholders_are_no_stamps() -> None:
    assert parse_stamp("0001-01-01T00:00:00Z", PLAIN) is None


@pytest.mark.parametrize("path", ["/2024/05/14/pumpe", "/pumpe-20240514.html", "/meldung/14-05-2024"])
def test_days_in_addresses(path: str) -> None:
    assert parse_url_date("https://x.example" + path, PLAIN) == (datetime(2024, 5, 14, tzinfo=UTC), Precision.DAY)


def test_a_month_in_an_address_is_no_day() -> None:
    assert parse_url_date("https://x.example/2024/05/pumpe", PLAIN) is None


def meta(name: str, content: str) -> str:
    return f'<meta name="{name}" content="{content}">'


DATED_LD = json_ld({"@type": "NewsArticle", "headline": TITLE, "datePublished": "2024-05-14T02:25:54Z"})


@pytest.mark.parametrize(
    ("body", "head", "day", "origin"),
    [
        ('<meta itemprop="datePublished" content="2024-05-14"><p class="date">1. Mai 2024</p>', "", 14, "meta"),
        ("<p>Kiel, 14. Mai 2024</p>", "", 14, "text"),
        ('<p class="post-meta">14.05.2024 von Lena Brandt</p>', meta("dcterms.date", "2024-05-01"), 14, "class"),
        ('<time datetime="2024-05-14">gestern</time>', meta("date", "2024-05-16"), 14, "time"),
        ('<p class="datum">16.05.2024</p>', meta("date", "2024-05-14"), 14, "meta"),
        ('<time class="updated" datetime="2024-05-20"></time><p>14. Mai 2024</p>', "", 14, "text"),
        # two places against one
        ('<time datetime="2024-05-15"></time>', DATED_LD + meta("pubdate", "2024-05-15"), 15, "meta"),
        # only the change is dated
        ("", meta("article:modified_time", "2024-05-14T07:30:00Z"), 14, "modified"),
    ],
)
def test_the_places_of_a_date(body: str, head: str, day: int, origin: str) -> None:
    read = metadata(H1 + body, head)
    assert read.published is not None
    assert (read.published.day, read.origins["published"]) == (day, origin)


@pytest.mark.parametrize(
    "body",
    [
        '<section class="comments"><h3>Kommentare</h3><p>Omar</p><p>x</p><time datetime="2024-05-14"></time></section>',
        "<p>Der Vertrag läuft noch bis Ende 2031.</p><p>© 2024 Hafenbote</p>",
    ],
)
def test_these_do_not_date_the_article(body: str) -> None:
    read = raw_metadata(page(f"<article>{H1}{''.join(paragraphs())}</article>{body}"))
    assert read.published is None


@pytest.mark.parametrize(
    ("body", "url", "hours"),
    [
        ('<p class="date">May 13, 2024 | 9:25pm</p>', "https://x.example/a", -5),
        ("", "https://x.example/2024/05/14/a", 0),
    ],
)
def test_utc_is_told_in_the_zone_the_page_shows(body: str, url: str, hours: int) -> None:
    html = page(f"<article>{H1}{body}{''.join(paragraphs())}</article>", DATED_LD, lang="en-US")
    published = raw_metadata(html, url).published
    assert published == datetime(2024, 5, 14, 2, 25, 54, tzinfo=UTC)
    assert published is not None
    assert published.utcoffset() == timedelta(hours=hours)


def test_a_time_gives_way_to_a_day_that_more_places_name() -> None:
    first = '<meta property="article:published_time" content="2024-05-10T09:00:00+02:00">'
    other = '<meta name="date" content="2024-05-14">'
    shown = H1 + "<p><time>14.05.2024</time></p>"
    assert metadata(H1, first + other).origins["published"] == "opengraph"
    assert metadata(shown, first + other).origins["published"] == "time"
    assert metadata(shown, first + '<meta name="datepublished" content="2024-05-10">' + other).origins["published"] == (
        "opengraph"
    )


@pytest.mark.parametrize(("blocks", "is_found"), [(900, True), (1100, False)])
def test_a_date_is_not_looked_for_beyond_a_thousand_blocks(blocks: int, is_found: bool) -> None:
    lines = "".join(f"<p>Boot {number}</p>" for number in range(blocks))
    assert (raw_metadata(page(f"{H1}{lines}<p>14. Mai 2024</p>")).published is not None) is is_found


def test_modified_and_precision() -> None:
    ld = {
        "@type": "Article",
        "headline": TITLE,
        "datePublished": "2024-05-14",
        "dateModified": "2024-05-15T07:30+02:00",
    }
    read = metadata(H1, json_ld(ld))
    assert read.published_precision is Precision.DAY
    assert read.modified == datetime(2024, 5, 15, 5, 30, tzinfo=UTC)
    assert read.modified_precision is Precision.MINUTE


# JSON-LD


@pytest.mark.parametrize(
    "script",
    [
        '<!-- {"headline": "x"} -->',
        '//<![CDATA[\n{"headline": "x"}\n//]]>',
        '/* <![CDATA[ */ {"headline": "x"} /* ]]> */',
        '{"headline": "x",}',
        '{"headline": "x", "list": [1, 2,],};',
        '{"headline": "x"}{"headline": "y"}',
        '[{"headline": "x"}],\n{"@type": "Person"}',
        '{"headline": "x", "text": "two\nlines"}',
        '{"@graph": [[{"headline": "x"}]]}',
        '/* the article */\n{"headline": "x"}',
    ],
)
def test_json_ld_as_publishers_write_it(script: str) -> None:
    found, broken = things([script])
    assert "x" in [thing.get("headline") for thing in found]
    assert broken == 0


def test_scripts_that_are_no_json_are_counted_and_their_fields_kept() -> None:
    script = (
        '{"@type": "Article", "headline": "Der "Kauf"", "datePublished": "2024-05-14", "author": [{"name": "Lena B"}]'
    )
    found, broken = things([script, "window.x = 1", "", "{}"])
    assert broken == 2
    assert found[0]["datePublished"] == "2024-05-14"
    assert found[0]["author"] == "Lena B"
    head = f'<script type="application/ld+json">{script}</script>'
    assert metadata(H1, head).faults == {PageFault.BROKEN_JSON_LD: 1}
    assert metadata(H1).faults == {}


def test_entities_within_strings() -> None:
    assert text_of([{"name": "Nordwerk &amp;quot;Tal&amp;quot;"}]) == 'Nordwerk "Tal"'


def test_a_long_list_takes_no_long_time() -> None:
    found, broken = things(["[" + ",".join(["1"] * 200_000) + ',{"headline": "x"}]'])
    assert (len(found), broken) == (1, 0)


@pytest.mark.parametrize("piece", ["<!-- /* ", "// ", '"author":{', '"headline" : ', "\\ud8", ", ", "\n"])
def test_hostile_scripts_take_no_long_time(piece: str) -> None:
    start = time.process_time()
    assert things(["x" + piece * 100_000 + "y"])[1] == 1
    assert time.process_time() - start < 2


# The rest


def test_every_place_is_a_witness() -> None:
    head = LD_LENA + og("Nordwerk kauft zu") + meta("author", "Omar Seidel") + meta("date", "2024-05-14")
    body = H1 + '<p class="byline">Von Lena Brandt</p><time datetime="2024-05-15T07:30:00+02:00"></time>'
    said = {(w.field, w.origin, w.value) for w in metadata(body, head).witnesses}
    assert said >= {
        ("title", "json-ld", TITLE),
        ("title", "opengraph", "Nordwerk kauft zu"),
        ("title", "title", f"{TITLE} - Hafenbote"),
        ("title", "h1", TITLE),
        ("authors", "json-ld", "Lena Brandt"),
        ("authors", "meta", "Omar Seidel"),
        ("published", "meta", "2024-05-14T00:00:00+02:00"),
        ("published", "time", "2024-05-15T07:30:00+02:00"),
        ("language", "html", "de"),
    }


def chosen(read: Metadata, field: str) -> list[tuple[str, str]]:
    return [(w.origin, w.value) for w in read.witnesses if w.field == field and w.is_chosen]


def test_of_places_of_one_kind_that_is_chosen_which_gave_the_value() -> None:
    byline = "<p>Von Lena Brandt</p>"
    head = '<meta name="author" content="Redaktion"><meta name="parsely-author" content="Lena Brandt">'
    assert chosen(metadata(H1 + byline, head), "authors") == [("meta", "Lena Brandt")]
    said = json_ld({"@type": "NewsArticle", "headline": TITLE, "author": [{"name": "dpa"}, {"name": "Lena Brandt"}]})
    assert chosen(metadata(H1 + byline, said), "authors") == [("json-ld", "Lena Brandt")]
    both = "<p>Von Lena Brandt und Omar Seidel</p>"
    assert chosen(metadata(H1 + both), "authors") == [("text", "Lena Brandt und Omar Seidel")]


def test_the_chosen_headline_may_be_any_of_the_page_and_have_more_around_it() -> None:
    logos = "<h1>Hafenbote</h1><h1>Die Zeitung von der Küste</h1>"
    assert chosen(metadata(logos + H1), "title") == [("h1", TITLE)]
    assert chosen(metadata("<p>Pumpen</p>"), "title") == [("title", f"{TITLE} - Hafenbote")]
    assert chosen(metadata("<p>Pumpen</p>", title=f"{TITLE} &amp;amp; Söhne | Hafenbote"), "title") == [
        ("title", f"{TITLE} &amp; Söhne | Hafenbote")
    ]


def test_the_chosen_time_is_that_of_its_place_before_its_zone_is_found() -> None:
    head = '<meta property="article:published_time" content="2024-05-13T23:30:00Z">'
    read = metadata(H1 + "<p><time>14.05.2024</time></p>", head)
    assert read.published is not None
    assert read.published.isoformat() == "2024-05-14T01:30:00+02:00"
    assert chosen(read, "published") == [("opengraph", "2024-05-13T23:30:00+00:00")]


def test_a_change_that_dates_the_article_is_its_witness() -> None:
    head = '<meta property="article:modified_time" content="2024-05-14T09:00:00Z">'
    read = metadata(H1, head)
    assert chosen(read, "published") == [("modified", "2024-05-14T09:00:00+00:00")]
    assert chosen(read, "modified") == [("opengraph", "2024-05-14T09:00:00+00:00")]


def test_witnesses_are_bounded() -> None:
    head = "".join(meta(f"{name}", f"value {name} {i}") for i in range(9) for name in ("author", "section", "og:title"))
    head += json_ld(
        [{"@type": "Person", "name": str(i), "datePublished": f"2024-05-{i % 28 + 1:02}"} for i in range(500)]
    )
    assert len(metadata(H1, head).witnesses) <= 40


@pytest.mark.parametrize(
    ("here", "link", "is_next"),
    [
        ("/wirtschaft/kauf", "/wirtschaft/kauf/2", True),
        ("/wirtschaft/kauf/", "/wirtschaft/kauf/page/2/", True),
        ("/wirtschaft/kauf/2", "/wirtschaft/kauf/3", True),
        ("/wirtschaft/kauf.html", "/wirtschaft/kauf-2.html", True),
        ("/wirtschaft/kauf.html", "kauf.html?seite=2", True),
        ("/wirtschaft/kauf?page=2", "?page=3", True),
        ("/wirtschaft/kauf", "/wirtschaft/anderer-kauf", False),
        ("/podcast/folge-12", "/podcast/folge-13", False),
        ("/wirtschaft/kauf/2", "/wirtschaft/kauf/1", False),
        ("/wirtschaft/kauf", "https://anderswo.example/wirtschaft/kauf/2", False),
        ("/wirtschaft/kauf", "javascript:weiter(2)", False),
    ],
)
def test_next_pages(here: str, link: str, is_next: bool) -> None:
    found = next_page([link], "https://hafenbote.example" + here)
    assert (found is not None) is is_next


def test_the_next_page_is_read_from_links_in_head_and_body() -> None:
    assert metadata(H1, '<link rel="next" href="/wirtschaft/nordwerk-talflut/2">').next_url == URL + "/2"
    assert metadata(H1 + '<a rel="next" href="/wirtschaft/nordwerk-talflut/2">2</a>').next_url == URL + "/2"
    assert metadata(H1).next_url is None


@pytest.mark.parametrize(
    ("head", "is_paywalled"),
    [
        (json_ld({"@type": "Article", "headline": TITLE, "isAccessibleForFree": False}), True),
        (json_ld({"@type": "Article", "headline": TITLE, "hasPart": [{"isAccessibleForFree": "False"}]}), True),
        (json_ld({"@type": "Article", "headline": TITLE, "isAccessibleForFree": "http://schema.org/False"}), True),
        (json_ld({"@type": "Article", "headline": TITLE, "isAccessibleForFree": True}), False),
        ('<meta property="article:content_tier" content="metered">', True),
        ('<meta property="article:content_tier" content="free">', False),
    ],
)
def test_paywalls(head: str, is_paywalled: bool) -> None:
    assert metadata(H1, head).is_paywalled is is_paywalled


@pytest.mark.parametrize(
    ("head", "is_live"),
    [
        (json_ld({"@type": ["LiveBlogPosting", "NewsArticle"], "headline": TITLE}), True),
        ('<meta property="og:type" content="live_blog">', True),
        ('<meta property="og:type" content="article">', False),
    ],
)
def test_live_blogs(head: str, is_live: bool) -> None:
    assert metadata(H1, head).is_live_blog is is_live


def test_a_page_without_head() -> None:
    assert raw_metadata(b"<p>x</p>").title is None
    assert Head(None, "").said("headline") is None
