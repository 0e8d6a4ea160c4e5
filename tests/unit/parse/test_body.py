"""What of a page is the article: all its paragraphs in order, nothing around or between them."""

from __future__ import annotations

from pipelines.parse import parse_article
from pipelines.records import Article, Region
from tests.unit.parse.pages import PARAGRAPHS, TITLE, article, page, paragraphs

WHOLE = "\n\n".join(PARAGRAPHS)


def regions(read: Article) -> list[tuple[Region, str]]:
    return [(p.region, read.text[p.start : p.end]) for p in read.paragraphs]


def test_layout_around_the_article_is_left_out() -> None:
    read = parse_article(page(article(*paragraphs())))
    assert read.text == WHOLE
    assert read.title == TITLE


def test_an_advertisement_in_the_middle_is_left_out() -> None:
    one, two, three, four = paragraphs()
    ad = (
        '<div class="ad-slot"><h3>Anzeige</h3><p>Jetzt die besten Pumpen der Saison sichern, nur diese '
        "Woche zum halben Preis.</p></div>"
    )
    read = parse_article(page(article(one, two, ad, three, four)))
    assert read.text == WHOLE


def test_related_newsletter_share_author_box_and_comments_are_left_out() -> None:
    one, two, three, four = paragraphs()
    noise = (
        '<aside class="related"><h3>Mehr zum Thema</h3><p>Wie Talflut einst aus einer Werkstatt am '
        "Hafen entstand, erzählt der Gründer.</p></aside>",
        '<div class="newsletter-box"><p>Bestellen Sie unseren Newsletter, er kommt jeden Morgen um '
        "sechs Uhr in Ihr Postfach.</p></div>",
        '<ul class="share-bar"><li><a href="#">Teilen</a></li></ul>',
        '<div class="author-box"><p>Lena Brandt schreibt seit zehn Jahren über Maschinen, Häfen und die '
        "Leute, die dort arbeiten.</p></div>",
        '<section id="comments"><h3>Kommentare</h3><form><label>Ihr Kommentar</label><textarea></textarea></form>'
        + "<p>Das war doch lange klar, schreibt ein Leser, und andere stimmen ihm wortreich zu.</p>" * 12
        + "</section>",
        '<div class="cookie-banner"><p>Wir verwenden Cookies, damit diese Seite funktioniert. Mehr '
        "erfahren Sie hier.</p></div>",
    )
    read = parse_article(page(article(one, noise[0], two, noise[1], three, noise[2], four, *noise[3:])))
    assert read.text == WHOLE


def test_a_page_without_layout_is_taken_whole() -> None:
    odd = ("dpa", "Neueste Kommentare", *PARAGRAPHS, "Tipp: Kennen Sie schon unser Quiz?", "Mehr", "Foto: Archiv")
    read = parse_article(page(f"<article><h1>{TITLE}</h1>{''.join(paragraphs(odd))}</article>"))
    assert read.text.split("\n\n") == list(odd)
    assert TITLE not in read.text


def test_headings_lists_quotes_and_leads_are_marked() -> None:
    one, two, three, _ = paragraphs()
    inner = (
        '<p class="lead">Die Branche sortiert sich neu: Nordwerk greift nach dem nächsten Rivalen.</p>',
        one,
        "<h2>Wachstum im Norden</h2>",
        two,
        "<ul><li>320 Beschäftigte</li><li>zwei Werke</li></ul>",
        "<blockquote><p>Das ist ein guter Tag für beide Häuser.</p></blockquote>",
        three,
    )
    read = parse_article(page(article(*inner)))
    assert [region for region, _ in regions(read)] == [
        Region.LEAD,
        Region.BODY,
        Region.HEADING,
        Region.BODY,
        Region.BODY,
        Region.BODY,
        Region.QUOTE,
        Region.BODY,
    ]
    assert [p.rule_id for p in read.paragraphs][:5] == ["class-lead", "tag-p", "tag-h2", "tag-p", "tag-li"]


def test_a_lead_between_headline_and_body_is_kept() -> None:
    lead = "Die Branche sortiert sich neu: Nordwerk greift nach dem nächsten Rivalen."
    html = page(article(*paragraphs())).replace(b"</h1>", f'</h1><p class="standfirst">{lead}</p>'.encode())
    assert regions(parse_article(html))[0] == (Region.LEAD, lead)


def test_line_breaks_make_paragraphs_where_there_are_no_tags() -> None:
    html = page(
        '<div class="menu"><a href="/">Start</a></div><div class="news">' + "<br>\n<br />".join(PARAGRAPHS) + "</div>"
    )
    assert parse_article(html).text == WHOLE


def test_white_space_entities_and_soft_hyphens() -> None:
    html = page(
        "<article><p>  Der Pumpen&shy;bauer&nbsp;Nordwerk \n\t <b>wächst</b>&#8203; weiter.&amp; </p></article>"
    )
    assert parse_article(html).text == "Der Pumpenbauer Nordwerk wächst weiter.&"


def test_a_page_whose_class_names_mislead_is_still_read() -> None:
    html = page(
        f'<div class="sidebar-layout promo"><div class="teaser '
        f'related"><h1>{TITLE}</h1>{"".join(paragraphs())}</div></div>'
    )
    assert parse_article(html).text == WHOLE
