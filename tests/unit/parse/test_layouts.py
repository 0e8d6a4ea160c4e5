"""Layouts as content systems make them: nothing of the text is lost in them, and nothing else gets in."""

from __future__ import annotations

import pytest

from pipelines.parse import parse_article
from pipelines.parse.body.phrases import noise_of
from pipelines.records import PageFault, Region
from tests.unit.parse.pages import PARAGRAPHS, TITLE, article, page, paragraphs

ONE, TWO, THREE, FOUR = PARAGRAPHS
JOINED = "\n\n".join(PARAGRAPHS)


@pytest.mark.parametrize(
    ("sentence", "read"),
    [
        (
            'Der Konzern <span class="company-tag">Nordwerk AG</span> übernimmt <span class="related-company">Talflut'
            "</span> ganz.",
            "Der Konzern Nordwerk AG übernimmt Talflut ganz.",
        ),
        ("Die <button>Dividende</button> steigt auf zwei Euro.", "Die Dividende steigt auf zwei Euro."),
        ('Die Werft wächst weiter. <span class="share-count">12 Mal geteilt</span>', "Die Werft wächst weiter."),
        ("Die Werft wächst weiter. <button>Teilen</button>", "Die Werft wächst weiter."),
    ],
)
def test_words_inside_a_sentence_stay_and_labels_behind_it_go(sentence: str, read: str) -> None:
    html = page(article(ONE.join(("<p>", "</p>")), f"<p>{sentence}</p>", *paragraphs()[1:]))
    assert parse_article(html).text.split("\n\n")[1] == read


@pytest.mark.parametrize(
    "between",
    [
        '<p>Lesen Sie auch: <a href="/x">Talflut baut ein Werk</a></p>',
        "<p>Newsletter</p>",
        "<p>Weitere Informationen will der Konzern am Freitag geben.</p>",
    ],
)
def test_the_text_goes_on_behind_a_pointer(between: str) -> None:
    html = page(article(*paragraphs()[:3], between, paragraphs()[3]))
    assert FOUR in parse_article(html).text


@pytest.mark.parametrize(
    "sentence",
    [
        "Bildung kostet Geld, und das fehlt der Stadt.",
        "Bild berichtete am Montag über den Verkauf.",
        "Credit Suisse raised its target for the yard.",
        'Related parties <a href="/x">sold shares</a> worth 12 million euros, the filing showed.',
        "Nutzer könnten sich jetzt anmelden, sagte ein Sprecher.",
    ],
)
def test_news_that_begins_like_a_credit_or_pointer_stays(sentence: str) -> None:
    assert (
        sentence.replace('<a href="/x">', "").replace("</a>", "")
        in parse_article(page(article(paragraphs()[0], f"<p>{sentence}</p>", *paragraphs()[1:]))).text
    )


@pytest.mark.parametrize("names", ["cmp-text", "elementor-widget-text-editor widget", "widget_sow-editor"])
def test_components_of_content_systems_are_text(names: str) -> None:
    parts = "".join(f'<div class="{names}">{text}</div>' for text in paragraphs())
    assert parse_article(page(f'<main class="site">{parts}</main><footer class="x">Impressum</footer>')).text == JOINED


def test_tables_and_quotations_in_figures_are_text_and_pictures_are_not() -> None:
    table = "<figure class='wp-block-table'><table><tr><td>Umsatz</td><td>3 Millionen Euro</td></tr></table></figure>"
    picture = "<figure class='image'><img src='a.jpg'><figcaption>Die Halle in Kiel</figcaption></figure>"
    read = parse_article(page(article(*paragraphs()[:2], table, picture, *paragraphs()[2:]))).text
    assert "3 Millionen Euro" in read
    assert "Die Halle" not in read


def test_text_in_front_of_a_paywall_is_kept() -> None:
    html = page(
        article(paragraphs()[0], f"<div class='paywall'>{''.join(paragraphs()[1:])}</div>")
        + f"<div class='x'>{''.join(paragraphs())}</div>" * 2
    )
    assert FOUR in parse_article(html).text


def test_paragraphs_with_pictures_between_them_are_no_captions() -> None:
    inner = "".join(f"<div>{text}</div><div><img src='a.jpg'></div>" for text in PARAGRAPHS)
    html = page(f'<article class="entry"><h1>{TITLE}</h1>{inner}<div>{ONE[:60]}.</div><div>{TWO[:50]}.</div></article>')
    assert JOINED in parse_article(html).text


def test_many_large_headings_are_chapters() -> None:
    chapters = "".join(f"<h1>Kapitel {n}</h1><p>{text}</p>" for n, text in enumerate(PARAGRAPHS))
    read = parse_article(page(f'<article class="entry"><h1>{TITLE}</h1>{chapters}</article>'))
    headings = [read.text[p.start : p.end] for p in read.paragraphs if p.region is Region.HEADING]
    assert headings == ["Kapitel 0", "Kapitel 1", "Kapitel 2", "Kapitel 3"]


def test_the_posts_of_a_live_blog_are_its_text() -> None:
    posts = "".join(
        f"<article class='post'><h3>{n}.30 Uhr</h3><p>{text}</p></article>" for n, text in enumerate(PARAGRAPHS)
    )
    lead = f"<article class='intro'><p>{ONE}</p><p>{TWO} {THREE}</p></article>"
    script = '<script type="application/ld+json">{"@type":"LiveBlogPosting","headline":"' + TITLE + '"}</script>'
    html = page(f"<main class='x'><h1>{TITLE}</h1>{lead}<section>{posts}</section></main>", script)
    read = parse_article(html)
    assert read.is_live_blog
    assert FOUR in read.text


def test_text_that_only_a_script_would_show_is_read() -> None:
    shell = "<p>Wird geladen, bitte haben Sie einen Augenblick Geduld, gleich geht es weiter mit der Seite.</p>" * 3
    html = page(
        f"<div class='shell'>{shell}</div><div hidden id='S:0'><div class='x'>{''.join(paragraphs() * 2)}</div></div>"
    )
    assert ONE in parse_article(html).text


def test_a_page_of_too_many_elements_is_cut_and_marked() -> None:
    html = page(f"<main class='x'><article><h1>{TITLE}</h1>{''.join(paragraphs())}{'<p>Noch ein Satz, kurz.' * 30_000}")
    read = parse_article(html)
    assert ONE in read.text
    assert PageFault.TOO_LARGE in read.faults


def test_offers_are_told_from_news_about_them() -> None:
    assert noise_of("Jetzt kostenlos anmelden und den Newsletter lesen.", "p", 0.0, True) == "offer"
    assert noise_of("Kunden können sich jetzt anmelden, teilte der Konzern mit.", "p", 0.0, True) is None


def test_signs_of_markup_in_attributes_and_comments_are_no_markup() -> None:
    # The page is read as lexbor writes it: this holds as long as lexbor escapes `<` and `>` in attributes.
    odd = f'<p title="a > b <b> & \' c" data-x="</div></article>" x"y=1><!-- > <p>kein Text</p> -->{ONE}</p>'
    assert parse_article(page(article(odd, *paragraphs()[1:]))).text == JOINED
