"""Short texts that give themselves away. Every string of the tables has a text that is found by it alone."""

from __future__ import annotations

import pytest

from pipelines.parse.body.phrases import EMBED, OFFER, PHOTO, PHRASES, noise_of
from pipelines.parse.text.screen import Phrases

FOUND = {
    "photo": (
        PHOTO,
        {
            "photo": "Greta Holm at the plant in this file photo.",
            "image": "In this aerial image the yard is empty.",
            "handout": "The yard at dawn. Nordwerk/Handout",
            "archivbild": "Greta Holm in Kiel (Archivbild)",
            "archivfoto": "Archivfoto aus dem Werk",
            "symbolbild": "Pumpen in einer Halle (Symbolbild)",
            "symbolfoto": "Ein Symbolfoto aus Kiel",
            "foto:": "Die Halle in Kiel. Foto: Lena Brandt",
            "bild:": "Die Halle in Kiel. Bild: Lena Brandt",
            "credit:": "The yard at dawn. Credit: Ann Low",
            "getty": "The yard at dawn (Getty Images)",
            "reuters)": "The yard at dawn (Reuters)",
            "imago": "Die Halle in Kiel (Imago Images / Nordlicht)",
            "alliance": "Die Halle in Kiel, picture alliance",
            "dpa": "Die Halle in Kiel. Quelle: dpa",
        },
    ),
    "embed": (
        EMBED,
        {
            "extern": "Hier können Sie externe Inhalte anzeigen.",
            "redaktionell": "Empfohlener redaktioneller Inhalt",
            "-inhalt": "Link zum Videoportal-Inhalt",
            "personenbezogene daten": "Personenbezogene Daten können an Drittplattformen übermittelt werden.",
            "this content": "To view this content, change your settings.",
            "javascript": "Please enable JavaScript.",
            "browser": "Ihr Browser kann dieses Video nicht abspielen.",
        },
    ),
    "offer": (
        OFFER,
        {
            "abonnier": "Abonnieren Sie den Hafenboten.",
            "abonnent": "Exklusiv für Abonnenten",
            "abonné": "Article réservé aux abonnés",
            "abo": "Jetzt das Digital-Abo sichern",
            "testen": "Hier kostenlos testen",
            "anmelden": "Jetzt anmelden und mitreden",
            "registrier": "Hier kostenlos registrieren",
            "newsletter": "Unser Newsletter kommt jeden Morgen um sechs.",
            "folge": "Folgen Sie uns im Netz.",
            "unterstützen sie": "Unterstützen Sie uns",
            "spende": "Jede Spende zählt.",
            "für mitglieder": "Nur für Mitglieder",
            "app": "Download our free app.",
            "whatsapp": "Abonniere unseren WhatsApp-Kanal",
            "sign up": "Please sign up for more from the yard.",
            "subscri": "Subscribe now.",
            "a member": "Already a member?",
            "join": "The yard never sleeps. Join our community.",
            "follow": "Follow us for more.",
            "like us": "Like us on your favourite network.",
            "inbox": "The news of the yard in your inbox every morning",
            "journalism": "Support independent journalism.",
            "suscr": "Suscríbase al boletín",
            "iscriviti": "Iscriviti alla lista",
        },
    ),
}
EXAMPLES = [(name, string, text) for name, (_, texts) in FOUND.items() for string, text in texts.items()]

NEAR_MISSES = (
    "Kunden können sich für den Dienst anmelden.",
    "Users can sign up for the service from Monday.",
    "Der Händler führt ein Digital-Abo ein.",
    "Der Verlag hat im vergangenen Jahr 20.000 Abonnenten gewonnen, sagte die Chefin.",
    "Kostenlos ist das neue Angebot nur für Abonnenten.",
    "Der Zugang zum Lager ist exklusiv für Mitglieder der Genossenschaft.",
    "The app was downloaded two million times, and more users will follow.",
    "Readers who subscribe pay nine euros a month, the publisher said.",
    "Nordwerk wird Mitglied im Verband, ein Beitrag für Mitglieder kostet 300 Euro.",
    "The company said it would join the alliance and support journalism.",
    "Die Nutzer testen den Dienst seit Mai.",
    "Wer den Newsletter liest, kauft mehr, sagt die Studie.",
    "Das Unternehmen spendet eine Million Euro an den Verein.",
    "Der Browser des Herstellers hat in Europa Marktanteile verloren.",
    "Der Fotodienst zeigt ein Bild des Gründers.",
    "The photo app from Getty rival Talflut has a new image format.",
    "Das berichtet die Agentur dpa aus Kiel.",
    "Externe Berater prüfen die Inhalte des Vertrags.",
)


@pytest.mark.parametrize("name", FOUND)
def test_every_string_of_a_table_has_an_example(name: str) -> None:
    table, texts = FOUND[name]
    assert list(texts) == list(table)


@pytest.mark.parametrize(("name", "string", "text"), EXAMPLES, ids=[f"{n}-{s}" for n, s, _ in EXAMPLES])
def test_the_example_is_found_by_its_string_and_by_no_other(name: str, string: str, text: str) -> None:
    table, _ = FOUND[name]
    assert PHRASES.find(text) == name
    assert Phrases({name: (400, {string: table[string]})}).find(text) == name
    others = {other: pattern for other, pattern in table.items() if other != string}
    assert Phrases({name: (400, others)}).find(text) is None


@pytest.mark.parametrize("text", NEAR_MISSES)
def test_news_about_such_things_is_news(text: str) -> None:
    assert PHRASES.find(text) is None
    assert noise_of(text, "p", 0.0, True) is None


@pytest.mark.parametrize("name", FOUND)
def test_a_long_paragraph_is_about_it(name: str) -> None:
    _, texts = FOUND[name]
    for text in texts.values():
        assert PHRASES.find("Nordwerk wächst weiter. " * 15 + text) is None
