"""Which paragraphs are noise, and which only look like it."""

from __future__ import annotations

import pytest

from pipelines.parse.text.wording import label_regions
from pipelines.records import Region
from tests.unit.annotate.articles import Block, make_article

BODY = "Die Werft baut im Herbst zwei neue Fähren für den Verkehr auf der Elbe."


def regions(*blocks: Block) -> list[Region]:
    article = make_article(*blocks)
    return [p.region for p in label_regions(article.text, article.paragraphs)]


@pytest.mark.parametrize(
    "label", ["Anzeige", "ANZEIGE", "Werbung:", "- Anzeige -", "Advertisement", "Sponsored Content"]
)
def test_a_label_covers_itself_and_the_paragraph_under_it(label: str) -> None:
    expected = [Region.BODY, Region.ADVERTISEMENT, Region.ADVERTISEMENT, Region.BODY]
    assert regions(BODY, label, "Mehr Schwung mit Zauberseife.", BODY) == expected


@pytest.mark.parametrize(
    "content",
    ["Anzeige Die neue Zauberseife ist da.", "Anzeige: Zauberseife im Angebot", "Advertisement - scroll down"],
)
def test_a_label_may_run_into_its_advertisement(content: str) -> None:
    assert regions(BODY, content, BODY) == [Region.BODY, Region.ADVERTISEMENT, Region.BODY]


@pytest.mark.parametrize(
    "content",
    [
        "Anzeige gegen die Werft erstattet: Die Stadt prüft den Fall.",
        "Anzeigen kosten die Werft im Jahr 20.000 Euro.",
        "Werbung macht die Werft kaum.",
        "Werbung: Google verliert Anteile",
        "Advertisement revenue fell at the local paper.",
    ],
)
def test_sentences_about_advertising_stay_body(content: str) -> None:
    assert regions(BODY, content) == [Region.BODY, Region.BODY]


def test_a_label_does_not_overrule_the_parser_below() -> None:
    blocks = ("Anzeige", (Region.CAPTION, "Die Werft am Abend"))
    assert regions(*blocks) == [Region.ADVERTISEMENT, Region.CAPTION]


@pytest.mark.parametrize(
    "begin", ["Kommentare", "3 Kommentare", "Kommentare (12)", "Kommentar schreiben", "Comments", "Leave a comment"]
)
def test_comments_run_to_the_end(begin: str) -> None:
    blocks = (BODY, begin, "Ich fahre gern mit der Fähre.", (Region.HEADING, "Zweiter"), "Ich auch.")
    assert regions(*blocks) == [Region.BODY] + [Region.COMMENT] * 4


def test_comments_do_not_begin_with_the_first_paragraph() -> None:
    assert regions("Kommentar", BODY) == [Region.BODY, Region.BODY]


@pytest.mark.parametrize(
    "begin",
    [
        "Noch keine Kommentare zu Die Werft will „bald“ auch in den Hafen von Husum zurückkehren",
        "No comments yet. Be the first to write one!",
        "Join the discussion about this story",
        "Leave a reply Your email address will not be published.",
    ],
)
def test_comments_begin_with_a_headline_or_a_call_behind_their_label(begin: str) -> None:
    assert regions(BODY, begin, BODY) == [Region.BODY, Region.COMMENT, Region.COMMENT]


@pytest.mark.parametrize(
    "sentence",
    [
        "Kommentare wollte die Werft nicht abgeben.",
        "No comments yet came from the group's spokesman.",
        "Noch keine Kommentare zu den neuen Fähren gab die Werft ab.",
        "Ihr Kommentar zur Lage fiel knapp aus.",
        "Join the discussion about rates, bankers told clients on Monday.",
    ],
)
def test_a_sentence_about_comments_stays_body(sentence: str) -> None:
    assert regions(BODY, sentence, BODY) == [Region.BODY] * 3


@pytest.mark.parametrize("label", ["Meistgelesen", "Weitere Nachrichten", "Most read", "Top stories today"])
def test_a_teaser_label_covers_the_paragraph_under_it(label: str) -> None:
    expected = [Region.BODY, Region.RELATED, Region.RELATED, Region.BODY]
    assert regions(BODY, label, "Bank eröffnet Filiale am Markt", BODY) == expected


@pytest.mark.parametrize(
    "content",
    [
        "Lesen Sie auch: Bank eröffnet Filiale",
        "Read more: Bank opens a branch",
        "Related: Bank opens a branch",
        "Mehr aus dem Ressort Wirtschaft",
        "Mehr dazu finden Sie hier.",
    ],
)
def test_a_pointer_to_another_article_is_related(content: str) -> None:
    assert regions(BODY, content) == [Region.BODY, Region.RELATED]


@pytest.mark.parametrize(
    "promo", ["Melden Sie sich für unseren Newsletter an.", "In diesem Whitepaper lesen Sie mehr.", "Sign up for more."]
)
def test_the_headline_above_a_promotion_belongs_to_it(promo: str) -> None:
    assert regions(BODY, "Häfen der Zukunft", promo) == [Region.BODY, Region.PROMO, Region.PROMO]


@pytest.mark.parametrize(
    "promo",
    [
        "Tipp: Kennen Sie die ältesten Fähren der Elbe? Überprüfen Sie Ihr Wissen – mit 9 Fragen beim Hafenboten.",
        "Ziel dieses Ratgebers ist es, Werften die Planung zu erleichtern.",
        "Jetzt kostenlos testen!",
        "Mehr Wissen über Fähren? Jetzt anmelden und Plätze sichern.",
        "For more on ferries, sign up for our newsletter.",
        "Whitepaper: So planen Werften",
        "Sie erhalten auf Kursportal.de kostenlose Realtime-Kurse von Quarzwerk.",
        "Folgen Sie Kursportal.de auf Facebook und Instagram.",
        "Follow us on LinkedIn or write to us.",
    ],
)
def test_an_offer_to_the_reader_is_a_promotion(promo: str) -> None:
    assert regions(BODY, promo) == [Region.BODY, Region.PROMO]


@pytest.mark.parametrize(
    "sentence",
    [
        "Tipp: Auf der Elbe gilt für Fähren ein Tempolimit.",
        "Hinweis: Die Werft hat die Zahlen nachträglich berichtigt.",
        "Webinar software maker Zoom raised its forecast on Monday.",
        "Kennen Sie das? Die Fähre ist weg, und die nächste kommt in einer Stunde.",
        "Related: the group sold its stake in the yard in 2019.",
        "Mehr aus der Firma drang nicht nach draußen.",
        "Jetzt testen deutsche Banken den digitalen Euro.",
        "Die Stadt müsse das Gelände jetzt sichern, sagte der Bürgermeister.",
        "Buyers can sign up for notifications, and our guide to prices found few below 900 dollars.",
        "Read more than 40 books a year, the chairman advises.",
        "Sie erhalten auf der Werft mehr Lohn.",
        "Die Kurse folgen Sie auf Schritt und Tritt.",
    ],
)
def test_a_sentence_that_only_opens_like_an_offer_stays_body(sentence: str) -> None:
    assert regions(BODY, sentence) == [Region.BODY, Region.BODY]


@pytest.mark.parametrize("opening", ["Tipp: Wenn Sie", "Lesen Sie dazu:", "Melden Sie sich bei der Werft, wenn"])
def test_a_long_paragraph_is_text_whatever_it_opens_with(opening: str) -> None:
    assert regions(BODY, f"{opening} {BODY * 6}") == [Region.BODY, Region.BODY]


def test_a_sentence_above_a_promotion_stays_body() -> None:
    assert regions(BODY, "Newsletter abonnieren") == [Region.BODY, Region.PROMO]


def test_a_photo_credit_is_a_caption_and_a_material_credit_a_credit() -> None:
    blocks = (BODY, "Foto: Elke Brand", "(Bild: Werft)", "[mit Material von Elke Brand, ZDNet.com]", "Quelle: Werft")
    assert regions(*blocks) == [Region.BODY, Region.CAPTION, Region.CAPTION, Region.CREDIT, Region.CREDIT]


@pytest.mark.parametrize("line", ["(dpa)", "(Reuters/dpa)", "[AFP]", "(dpa-AFX)"])
def test_an_agency_line_is_a_credit(line: str) -> None:
    assert regions(BODY, line) == [Region.BODY, Region.CREDIT]


def test_a_long_paragraph_that_opens_like_a_credit_stays_body() -> None:
    assert regions(BODY, "Quelle: " + BODY * 5) == [Region.BODY, Region.BODY]


def test_what_the_parser_knows_stays() -> None:
    blocks = ((Region.QUOTE, "Anzeige"), (Region.CAPTION, "Newsletter"), (Region.RELATED, "Foto: Brand"))
    assert regions(*blocks) == [Region.QUOTE, Region.CAPTION, Region.RELATED]


def test_offsets_stay_and_the_rule_is_named() -> None:
    given = make_article(BODY, "Anzeige", "Zauberseife.")
    labelled = label_regions(given.text, given.paragraphs)
    assert [(p.start, p.end) for p in labelled] == [(p.start, p.end) for p in given.paragraphs]
    assert [p.rule_id for p in labelled] == ["test", "ad-label", "under-ad-label"]
