"""Companies that no register knows: the clues that make one of a capitalised name, and what is none."""

from __future__ import annotations

import pytest

from pipelines.records import Annotations, Region
from tests.unit.annotate.articles import Read


def proposed(annotations: Annotations) -> dict[str, str]:
    return {p.name: p.rule_id for p in annotations.proposed_companies}


def named(annotations: Annotations) -> list[tuple[str, str]]:
    return [(m.surface, m.company_id) for m in annotations.mentions]


@pytest.mark.parametrize(
    ("sentence", "name", "rule"),
    [
        ("Der Chiphersteller Quarzwerk baut um.", "Quarzwerk", "noun-before-de"),
        ("Die Bremer Reederei „Nordkai“ wächst.", "Nordkai", "noun-before-de"),
        ("Das Magazin „Hafenkontor“ berichtet.", "Hafenkontor", "noun-before-de"),
        ("Der Umsatz des Konkurrenten Blauwal Kontor sank.", "Blauwal Kontor", "noun-before-de"),
        ("Die Quarzwerk-Aktie stieg, die Anleger freut es.", "Quarzwerk", "compound-share-de"),
        ("Er kaufte Anteile an der Quarzwerk für ein Jahr, dann stieg Quarzwerk.", "Quarzwerk", "share-phrase-de"),
        ("Das sagt Eva Muster, Geschäftsführerin von Blauwal Kontor.", "Blauwal Kontor", "office-phrase-de"),
        ("Quarzwerk, ein Bremer Hersteller von Chips, wächst.", "Quarzwerk", "apposition-behind"),
        ("Quarzwerk ist ein Bremer Softwarehaus.", "Quarzwerk", "is-a-company"),
        ("Es fliegt auch Kutter Airlines.", "Kutter Airlines", "last-word"),
        ("Die Stadtwerke Elbtal erhöhen die Preise.", "Stadtwerke Elbtal", "first-word-de"),
        ("Samsung, Xiaomi und Quarzwerk Kontor bauen Telefone.", "Quarzwerk Kontor", "listed-with-companies"),
        ("BERLIN (Hafenwire) - Der Kurs stieg.", "Hafenwire", "dateline"),
    ],
)
def test_a_german_clue_proposes_a_company(read: Read, sentence: str, name: str, rule: str) -> None:
    found = read(sentence)
    assert proposed(found) == {name: rule}
    assert {m.rule_id for m in found.mentions if m.surface == name} == {rule}


@pytest.mark.parametrize(
    ("sentence", "name", "rule"),
    [
        ("The chipmaker Marshlight grew.", "Marshlight", "noun-before-en"),
        ("They shop at a chain called Harborlight.", "Harborlight", "naming-phrase-en"),
        ("Retailers like Harborlight suffer.", "Harborlight", "naming-phrase-en"),
        ("He sold shares of Marshlight.", "Marshlight", "share-phrase-en"),
        ("Jane Doe, an analyst at Harborlight, agreed.", "Harborlight", "office-phrase-en"),
        ("So Marshlight’s shares fell.", "Marshlight", "owned-en"),
        ("Then Marshlight CEO Jane Doe left.", "Marshlight", "behind-en"),
        ("It met Marshlight, a Dutch maker of ferries.", "Marshlight", "apposition-behind"),
        ("It met Marshlight, maker of ferries.", "Marshlight", "apposition-behind"),
        ("It met Marshlight Ferries (NYSE: MRSH) in May.", "Marshlight Ferries", "listing-behind"),
        ("It met Marshlight Therapeutics in May.", "Marshlight Therapeutics", "last-word"),
        ("Missouri-based Marshlight Brewing grew.", "Marshlight Brewing", "last-word"),
    ],
)
def test_an_english_clue_proposes_a_company(read: Read, sentence: str, name: str, rule: str) -> None:
    found = read(sentence, language="en")
    assert proposed(found) == {name: rule}
    assert name in [m.surface for m in found.mentions]


@pytest.mark.parametrize(
    "sentence",
    [
        "Quarzwerk wächst.",
        "Der Konzern Mitarbeiter entlassen wird.",
        "Dem Konzern Kunden zu nehmen ist leicht.",
        "Der Chiphersteller drastische Einschnitte.",
        "Die SPD-Fraktion und der SPD-Chef streiten, die SPD zögert.",
        "Die Kult-Marke ist bekannt.",
        "Die Anteile der Mannschaft sind klein.",
        "Der Konkurrent Stefan Muster gewann das Rennen.",
        "Die Gewerkschaft Holz und Bau (GHB) streikt, die GHB-Mitarbeiter auch.",
        "Das Bundesministerium Verkehr Bank tagt.",
        "Der Hersteller Berlin verlassen will.",
        "Das Medikament Quarzol ist ein Hersteller von Ruhe.",
        "Die Anteile an der B GmbH wurden verkauft.",
    ],
)
def test_a_german_noun_person_or_authority_is_no_company(read: Read, sentence: str) -> None:
    assert proposed(read(sentence)) == {}


@pytest.mark.parametrize(
    "sentence",
    [
        "Marshlight grew.",
        "Capital Markets fell.",
        "The Federal Marshlight Commission Bank met.",
        "Jane Marshlight’s shares fell.",
        "Adelle Harbor, a company spokeswoman, said so.",
        "The drug Harborlol’s revenue fell and Harborlol grew.",
        "In 1Q17, Samsung’s sales grew; 1Q17 shares were dear.",
        "Bullish analyst notes followed.",
        "It raised its stake in the Harborlight mine.",
    ],
)
def test_an_english_noun_person_or_authority_is_no_company(read: Read, sentence: str) -> None:
    assert proposed(read(sentence, language="en")) == {}


def test_weak_clues_of_several_sentences_add_up(read: Read) -> None:
    first, second = "Fragt man die Partner von Quarzwerk.", "Die Gespräche über den Kauf von Quarzwerk laufen."
    assert proposed(read(second)) == {}
    assert list(proposed(read(first, second))) == ["Quarzwerk"]


def test_a_proposed_company_counts_everywhere_in_the_article(read: Read) -> None:
    found = read("Der Chiphersteller Quarzwerk baut um. Bei Quarzwerk freut man sich.", title="Quarzwerk baut um")
    assert [m.region for m in found.mentions] == [Region.TITLE, Region.BODY, Region.BODY]
    assert {m.company_id for m in found.mentions} == {"quarzwerk"}


def test_a_genitive_is_no_second_company(read: Read) -> None:
    found = read("Der Chiphersteller Quarzwerk baut um. Quarzwerks Konkurrent Blauwal auch, sagt Quarzwerks CEO.")
    assert set(proposed(found)) == {"Quarzwerk", "Blauwal"}


def test_long_and_short_names_are_one_company(read: Read) -> None:
    found = read(
        "Der Konkurrent Blauwal Kontor wächst. Der Chiphersteller Blauwal zahlt gut. Blauwal Kontor Gruppe lädt."
    )
    assert {company for _, company in named(found)} == {"blauwal-kontor-gruppe"}
    assert [p.name for p in found.proposed_companies] == ["Blauwal Kontor Gruppe"]


def test_initials_in_brackets_are_a_short_form(read: Read) -> None:
    found = read("Die Elbtaler Verkehrsbetriebe (EVB) fahren. Die EVB sucht Leute.")
    assert [surface for surface, _ in named(found)] == ["Elbtaler Verkehrsbetriebe", "EVB", "EVB"]
    assert len({company for _, company in named(found)}) == 1


def test_other_letters_in_brackets_are_none(read: Read) -> None:
    found = read("Die Elbtaler Verkehrsbetriebe (Foto) fahren. Das Foto gefällt.")
    assert [surface for surface, _ in named(found)] == ["Elbtaler Verkehrsbetriebe"]


def test_a_ticker_in_brackets_is_a_short_form(read: Read) -> None:
    found = read("It met Marshlight Therapeutics (MLTX). Then MLTX shares fell.", language="en")
    assert {company for _, company in named(found)} == {"marshlight-therapeutics"}


def test_a_subsidiary_is_a_company_of_its_own(read: Read) -> None:
    found = read("Samsung Deutschland sucht Leute, Samsung Electronics auch.")
    assert named(found) == [("Samsung Deutschland", "samsung-deutschland"), ("Samsung Electronics", "samsung")]


def test_a_word_that_says_the_kind_makes_no_other_company(read: Read) -> None:
    found = read("Es kam von Samsung Group in Suwon.")
    assert named(found) == [("Samsung Group", "samsung")]
    assert found.proposed_companies == ()


def test_a_medium_of_the_source_lexicon_is_a_company(read: Read) -> None:
    found = read("Das berichtete Antara in Berlin.")
    assert proposed(found) == {"Antara": "source-lexicon"}


def test_an_authority_of_the_source_lexicon_is_none(read: Read) -> None:
    assert named(read("Die Aktien der BaFin gibt es nicht, sagt der BaFin-Vorstand.")) == []


def test_english_headlines_in_title_case_propose_nothing(read: Read) -> None:
    assert named(read("We rest.", title="Retailer Harborlight Cuts Many Jobs", language="en")) == []


def test_a_common_english_word_needs_more(read: Read) -> None:
    weak = "So Harbor’s revenue fell. Harbor’s plan failed. A harbor is a place."
    assert proposed(read(weak, language="en")) == {}
    strong = "So Harbor’s shares fell, and Harbor CEO Jane Doe left. A harbor is a place."
    assert list(proposed(read(strong, language="en"))) == ["Harbor"]


def test_only_named_companies_are_proposed(read: Read) -> None:
    found = read("Die Nordkai Logistik GmbH und der Chiphersteller Quarzwerk wachsen.")
    assert {p.company_id for p in found.proposed_companies} == {m.company_id for m in found.mentions}


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("de", "Damals war das Haus ein Hersteller von Uhren, damals wie heute."),
        ("de", "Zuletzt gab es eine schwere Explosion, eine weitere im Krankenhaus."),
        ("de", "Wegen Beteiligung an den Unruhen sitzen sie, die Unruhen dauern an."),
        ("de", "In Olpe war der Brand in einem Unternehmen ausgebrochen."),
        ("de", "Eva Muster vom UN-Büro warnte, das UN-Büro half."),
        ("de", "Minister Max Muster: Beim Reiseverkehr wächst der Reiseverkehr."),
        ("de", "Der Aufsichtsratschef Heinrich von Blauwal, Chef von Blauwal, geht."),
        ("de", "Die Tochter Maria kauft Aktien der Maria."),
        ("de", "Der Verkauf von DVD-Filmen an Händler wie DVD-Filmen sank."),
        ("de", "Die Miliz Blaue Front verhandelt mit dem Betreiber Blaue Front."),
        ("en", "Mr. Harborlight’s shares fell."),
        ("en", "Incoming CEO Jane Doe starts."),
        ("en", "It is run by India-born CEO Jane Doe."),
    ],
)
def test_a_person_place_or_common_noun_is_no_company(read: Read, language: str, sentence: str) -> None:
    assert proposed(read(sentence, language=language)) == {}


@pytest.mark.parametrize(
    ("sentence", "name"),
    [
        ("Die Französische Bank Blauwal baut um.", "Blauwal"),
        ("Am Tisch saß Eva Muster, CEO Nordkai Gruppe.", "Nordkai Gruppe"),
        ("Quarzwerk ist der größte Hersteller von Chips.", "Quarzwerk"),
    ],
)
def test_more_signs_of_a_company(read: Read, sentence: str, name: str) -> None:
    assert name in proposed(read(sentence))


def test_english_firms_have_shares_in_them(read: Read) -> None:
    found = read("Harborlight Brewing grew. He has a stake in Harborlight.", language="en")
    assert named(found) == [
        ("Harborlight Brewing", "harborlight-brewing"),
        ("Harborlight", "harborlight-brewing"),
    ]
