"""What `read_page` says of the texts it left out: where they stood, what they are, and which rule left them out."""

from __future__ import annotations

from pipelines.parse import Leftover, parse_article, read_page
from pipelines.records import PageFault, Region
from tests.unit.parse.pages import PARAGRAPHS, TITLE, article, page, paragraphs


def left_out(html: bytes) -> dict[str, Leftover]:
    reading = read_page(html)
    assert reading.article == parse_article(html)
    return {part.text: part for part in reading.left_out}


def test_each_text_has_region_rule_and_place() -> None:
    one, two, three, four = paragraphs()
    html = page(
        article(
            one, '<div class="ad-slot"><p>Pumpen zum halben Preis</p></div>',
            two, '<figure><figcaption>Greta Holm in Kiel</figcaption></figure>',
            '<div class="related"><p>Wie Talflut einst entstand</p></div>',
            three, "<p>Jetzt den Newsletter abonnieren</p>", four, '<p>Foto: Lena Brandt</p>',
        )
    )  # fmt: skip
    parts = left_out(html)
    assert {text: (part.region, part.before) for text, part in parts.items()} == {
        "Pumpen zum halben Preis": (Region.ADVERTISEMENT, 1),
        "Greta Holm in Kiel": (Region.CAPTION, 2),
        "Wie Talflut einst entstand": (Region.RELATED, 2),
        "Jetzt den Newsletter abonnieren": (Region.PROMO, 3),
        "Foto: Lena Brandt": (Region.CAPTION, 4),
    }
    assert parts["Pumpen zum halben Preis"].rule_id == "class-ad"
    assert parts["Greta Holm in Kiel"].rule_id == "tag-figure"
    assert parts["Wie Talflut einst entstand"].rule_id == "class-related"
    assert all(part.rule_id for part in parts.values())


def test_menus_are_passed_over_unread() -> None:
    menu = f"<ul>{''.join(f'<li><a href=/{n}>Thema {n}</a></li>' for n in range(8))}</ul>"
    one, two, *rest = paragraphs()
    assert left_out(page(article(one, menu, '<p style="display:none">Bald mehr davon.</p>', two, *rest))) == {}


def test_the_end_of_the_page_is_other_articles_or_comments() -> None:
    ends = {"Weitere Artikel": "Hafen wird größer", "Neueste Kommentare": "Das war doch lange klar."}
    regions = []
    for heading, below in ends.items():
        parts = left_out(page(article(*paragraphs((*PARAGRAPHS, heading, below)))))
        assert {parts[heading].rule_id, parts[below].rule_id} == {"tail"}
        assert parts[heading].region == parts[below].region
        regions.append(parts[below].region)
    assert regions == [Region.RELATED, Region.COMMENT]


def test_the_headline_is_told_where_it_stands_in_the_body() -> None:
    html = page(f'<div class="x">{"".join([f"<h1>{TITLE}</h1>", *paragraphs()])}</div>')
    assert left_out(html)[TITLE] == Leftover(TITLE, Region.HEADING, "title", 0)


def test_the_question_for_consent_is_told() -> None:
    wall = (
        "Wir und unsere Partner verwenden Cookies, um Inhalte zu zeigen. Mit „Akzeptieren“ stimmen Sie dem zu.",
        "Ihre Einwilligung können Sie jederzeit in den Cookie-Einstellungen widerrufen.",
    )
    html = page(f'<div class="x">{"".join(paragraphs(wall))}</div>')
    assert parse_article(html).faults == {PageFault.COOKIE_WALL: 1}
    assert [(text, part.rule_id) for text, part in left_out(html).items()] == [(t, "cookie-wall") for t in wall]


def test_a_file_that_is_no_page_has_none() -> None:
    assert left_out(b"%PDF-1.7") == left_out(b"") == left_out(b"<p></p>") == {}
