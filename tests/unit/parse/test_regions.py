"""Which blocks are paragraphs, and what each is: leads, quotes, captions, lists, other articles, noise in words."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pipelines.parse import parse_article, parse_text
from pipelines.records import Article, Region
from tests.unit.parse.pages import PARAGRAPHS, TITLE, article, page, paragraphs

WHOLE = "\n\n".join(PARAGRAPHS)
LEAD = "Die Branche sortiert sich neu: Nordwerk greift nach dem nächsten Rivalen, und weitere dürften folgen."

# A text as it comes out of a page that shows its noise in words alone.
NOISY = (
    (Region.BODY, PARAGRAPHS[0]),
    (Region.BODY, PARAGRAPHS[1]),
    (Region.PROMO, "So vermeiden Hafenbetreiber Fehler bei der Einführung neuer Lagersoftware"),
    (Region.PROMO, "Ziel dieses Ratgebers ist es, Hafenbetreibern zu zeigen, wie sie solche Vorhaben planen."),
    (Region.BODY, PARAGRAPHS[2]),
    (Region.BODY, PARAGRAPHS[3]),
    (Region.CREDIT, "[mit Material von Enno Lüders, Hafenbote.example]"),
    (Region.PROMO, "Tipp: Kennen Sie die größten Werften der Geschichte? Überprüfen Sie Ihr Wissen im Quiz."),
    (Region.COMMENT, "Neueste Kommentare"),
    (Region.COMMENT, f"Noch keine Kommentare zu {TITLE}"),
    (Region.COMMENT, "Kommentar hinzufügenVielen Dank für Ihren Kommentar."),
    (Region.COMMENT, "Ihr Kommentar wurde gespeichert und wartet auf Moderation."),
)  # fmt: skip
TEXTS = tuple(text for _, text in NOISY)


def regions(read: Article) -> list[tuple[Region, str]]:
    return [(p.region, read.text[p.start : p.end]) for p in read.paragraphs]


def bare(texts: tuple[str, ...]) -> Article:
    return parse_article(page(f"<article><h1>{TITLE}</h1>{''.join(paragraphs(texts))}</article>"))


@pytest.mark.parametrize(
    "read",
    [
        bare,
        lambda texts: parse_text("\n".join([TITLE, *texts])),
        lambda texts: parse_text("\n\n".join([TITLE, *texts])),
    ],
    ids=["html", "lines", "blank lines"],
)
def test_noise_that_only_words_show_stays_and_is_named(read: Callable[[tuple[str, ...]], Article]) -> None:
    """An advertorial between two paragraphs, a tip for a quiz and the form for comments behind them."""
    got = read(TEXTS)
    assert got.title == TITLE
    assert regions(got) == list(NOISY)


def test_noise_that_markup_shows_is_left_out() -> None:
    one, two, promo_title, promo, three, four, *_, first, second, third, last = paragraphs(TEXTS)
    html = page(
        article(one, two, f'<div class="advertorial">{promo_title}{promo}</div>', three, four)
        + f'<section id="comments">{first}{second}<form>{third}{last}</form></section>'
    )
    assert parse_article(html).text == WHOLE


def test_a_post_that_the_text_quotes_is_part_of_it() -> None:
    one, two, three, four = paragraphs()
    post = (
        '<blockquote class="twitter-tweet"><p lang="de">Wir freuen uns auf die Kollegen aus Kiel.</p></blockquote>'
        '<script async src="https://widgets.example/w.js"></script>'
    )
    read = parse_article(page(article(one, two, post, three, four)))
    assert regions(read)[2] == (Region.QUOTE, "Wir freuen uns auf die Kollegen aus Kiel.")
    assert len(read.paragraphs) == 5


@pytest.mark.parametrize("tag", ["div", "span"])
@pytest.mark.parametrize("place", [0, 2])
def test_what_stands_behind_a_picture_is_its_caption(tag: str, place: int) -> None:
    pieces = paragraphs()
    pieces.insert(place, f'<div><img src="a.jpg" alt=""><{tag}>Greta Holm im Werk Kiel</{tag}></div>')
    assert parse_article(page(article(*pieces))).text == WHOLE


def test_paragraphs_behind_pictures_are_no_captions() -> None:
    with_pictures = "".join(f'<div><img src="{n}.jpg" alt="">{text}</div>' for n, text in enumerate(PARAGRAPHS))
    assert parse_article(page(article(with_pictures))).text == WHOLE
    behind = [f'<img src="a.jpg" alt="">{paragraph}' for paragraph in paragraphs()]
    assert parse_article(page(article(*behind))).text == WHOLE


def teasers(count: int) -> str:
    return "".join(
        f'<article><h2><a href="/{n}">Hafen {n} wird größer</a></h2><p>In Hafen {n} wird gebaut, und das noch bis in '
        "den Herbst hinein, sagte ein Sprecher der Stadt.</p></article>"
        for n in range(count)
    )


@pytest.mark.parametrize("count", [4, 12, 40])
def test_a_row_of_other_articles_is_left_out(count: int) -> None:
    html = page(
        f'<main class="layout"><h1>{TITLE}</h1><article>{"".join(paragraphs())}</article>'
        f'<div class="grid">{teasers(count)}</div></main>'
    )
    assert parse_article(html).text == WHOLE


def test_a_row_of_articles_that_is_all_there_is_stays() -> None:
    """A live blog has an `<article>` for each entry."""
    html = page(f'<main class="layout"><h1>{TITLE}</h1><div class="grid">{teasers(4)}</div></main>')
    assert all(f"In Hafen {n} wird gebaut" in parse_article(html).text for n in range(4))


@pytest.mark.parametrize("css", ["teaser", "standfirst", "intro"])
def test_a_teaser_right_behind_the_headline_is_the_lead(css: str) -> None:
    html = page(article(*paragraphs())).replace(b"</h1>", f'</h1><p class="{css}">{LEAD}</p>'.encode())
    assert regions(parse_article(html)) == [(Region.LEAD, LEAD), *((Region.BODY, text) for text in PARAGRAPHS)]


def test_a_teaser_between_the_paragraphs_is_none_of_them() -> None:
    one, two, three, four = paragraphs()
    teaser = f'<div class="teaser-box"><p>{LEAD}</p></div>'
    assert LEAD not in parse_article(page(article(one, two, three, four, teaser) + teaser)).text


def test_several_marked_bodies_under_one_headline_are_one_text() -> None:
    one, two, three, four = paragraphs()
    html = page(
        f'<div class="layout"><h1>{TITLE}</h1><div class="article-body">{one}{two}</div>'
        '<div class="ad-slot"><p>Jetzt die besten Pumpen der Saison sichern, nur diese Woche.</p></div>'
        f'<div class="article-body">{three}{four}</div></div>'
    )
    assert parse_article(html).text == WHOLE


def test_several_marked_bodies_under_headlines_of_their_own_are_several_texts() -> None:
    one, two, three, four = paragraphs()
    html = page(
        f'<div class="layout"><section><h1>{TITLE}</h1><div class="article-body">{one}{two}{three}</div></section>'
        f'<section><h1>Der Markt für Pumpen</h1><div class="article-body">{four}</div></section></div>'
    )
    assert parse_article(html).text == "\n\n".join(PARAGRAPHS[:3])


ITEMS = ('320 Beschäftigte in <a href="/kiel">Kiel</a> und Aarhus', "zwei Werke", "40 Millionen Euro Kaufpreis")


def listed(*items: str) -> str:
    return f"<ul>{''.join(f'<li>{item}</li>' for item in items)}</ul>"


@pytest.mark.parametrize(
    "menu",
    [
        listed(*(f'<a href="/thema/{n}">Thema {n}</a>' for n in range(8))),
        listed(
            "Alle Texte",
            *(
                f'<a href="/{n}">Wie der Hafen {n} im Norden zum Umschlagplatz für die Region wurde</a>'
                for n in range(3)
            ),
        ),
    ],
    ids=["topics", "articles"],
)
def test_lists_of_links_are_left_out_and_lists_of_the_text_kept(menu: str) -> None:
    one, two, three, four = paragraphs()
    read = parse_article(page(article(one, two, menu, listed(*ITEMS), three, four)))
    items = ["320 Beschäftigte in Kiel und Aarhus", *ITEMS[1:]]
    assert read.text.split("\n\n") == [*PARAGRAPHS[:2], *items, *PARAGRAPHS[2:]]
