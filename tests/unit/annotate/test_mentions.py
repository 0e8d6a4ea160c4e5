"""Which names in a text are companies: by the register, by legal form, by short form, and when they are not."""

from __future__ import annotations

import pytest

from pipelines.annotate.mentions import slug
from pipelines.annotate.origins import is_inhabitant
from pipelines.records import Annotations
from tests.unit.annotate.articles import Read


def named(annotations: Annotations) -> list[tuple[str, str]]:
    return [(m.surface, m.company_id) for m in annotations.mentions]


def rules(annotations: Annotations) -> dict[str, str]:
    return {m.surface: m.rule_id for m in annotations.mentions}


def test_register_names_and_aliases_lead_to_one_company(read: Read) -> None:
    found = named(read("Samsung baut Telefone. VW baut Autos. Volkswagen baut sie in Wolfsburg."))
    assert found == [("Samsung", "samsung"), ("VW", "volkswagen"), ("Volkswagen", "volkswagen")]


def test_inflected_names_are_aliases(read: Read) -> None:
    assert named(read("Neben der Deutschen Bank steht ein Turm.")) == [("Deutschen Bank", "deutsche-bank")]


def test_a_name_in_a_compound_is_a_mention_with_its_head(read: Read) -> None:
    (mention,) = read("Die Samsung-Zentrale steht in Suwon.").mentions
    assert (mention.surface, mention.slot.compound_head) == ("Samsung", "Zentrale")


@pytest.mark.parametrize(
    ("language", "sentence", "surface"),
    [
        ("de", "VWs Werk ist groß.", "VW"),
        ("de", "Das ist Siemens’ Werk.", "Siemens"),
        ("en", "Samsung's plant is large.", "Samsung"),
        ("en", "Nokia’s plant is large.", "Nokia"),
    ],
)
def test_a_genitive_mark_is_outside_the_mention(read: Read, language: str, sentence: str, surface: str) -> None:
    (mention,) = read(sentence, language=language).mentions
    assert mention.surface == surface
    assert mention.slot.is_genitive


def test_a_name_inside_a_word_is_no_mention(read: Read) -> None:
    assert named(read("Das Bmwerk und die Siemensianer feiern.")) == []


def test_the_longest_name_wins(read: Read) -> None:
    assert named(read("Samsung Electronics baut Speicher.")) == [("Samsung Electronics", "samsung")]
    assert named(read("Das meldet die Siemens Energy AG.")) == [("Siemens Energy AG", "siemens-energy")]


def test_a_registered_company_with_its_legal_form_is_no_proposal(read: Read) -> None:
    found = read("Die Siemens AG baut Züge.")
    assert named(found) == [("Siemens AG", "siemens")]
    assert found.proposed_companies == ()
    assert rules(found) == {"Siemens AG": "register-legal-form"}


@pytest.mark.parametrize(
    ("language", "sentence", "name", "legal_name"),
    [
        ("de", "Die Nordkai Logistik GmbH sucht Leute.", "Nordkai Logistik", "Nordkai Logistik GmbH"),
        ("de", "Nordkai Logistik GmbH & Co. KG sucht Leute.", "Nordkai Logistik", "Nordkai Logistik GmbH & Co. KG"),
        ("de", "Das Kölner Softwarehaus Blauwal Daten GmbH wächst.", "Blauwal Daten", "Blauwal Daten GmbH"),
        ("de", "Der Bremer Chiphersteller Quarzwerk AG wächst.", "Quarzwerk", "Quarzwerk AG"),
        ("de", "Laut der neuen Quarzwerk SE ist das so.", "Quarzwerk", "Quarzwerk SE"),
        ("de", "Das sagt die Reet & Halm KG.", "Reet & Halm", "Reet & Halm KG"),
        ("en", "The Harborlight Systems Inc. plant is new.", "Harborlight Systems", "Harborlight Systems Inc."),
        ("en", "It sold boats to Tidewater Ferries Ltd in May.", "Tidewater Ferries", "Tidewater Ferries Ltd"),
        ("en", "When Tidewater Ferries plc grew, all cheered.", "Tidewater Ferries", "Tidewater Ferries plc"),
        ("en", "It sold boats to Tidewater Ferries, Inc. in May.", "Tidewater Ferries", "Tidewater Ferries, Inc."),
        ("en", "Shares of Tidewater Ferries Inc. rose.", "Tidewater Ferries", "Tidewater Ferries Inc."),
        ("de", "Das war die Übernahme von Quarzwerk AG.", "Quarzwerk", "Quarzwerk AG"),
        ("de", "Bremen, 3. Mai 2016 Die Quarzwerk GmbH wächst.", "Quarzwerk", "Quarzwerk GmbH"),
        (
            "de",
            "Das Angebot der Quarzwerk Verwaltung S.à r.l. gilt.",
            "Quarzwerk Verwaltung",
            "Quarzwerk Verwaltung S.à r.l.",
        ),
    ],
)
def test_a_legal_form_proposes_a_company(read: Read, language: str, sentence: str, name: str, legal_name: str) -> None:
    found = read(sentence, language=language)
    assert [(p.name, p.legal_name) for p in found.proposed_companies] == [(name, legal_name)]
    assert named(found) == [(legal_name, slug(name))]


def test_an_and_between_two_companies_is_no_part_of_a_name(read: Read) -> None:
    found = read("It sold boats to Samsung and Tidewater Ferries Inc. in May.", language="en")
    assert named(found) == [("Samsung", "samsung"), ("Tidewater Ferries Inc.", "tidewater-ferries")]


def test_a_kind_word_before_the_legal_form_makes_no_other_company(read: Read) -> None:
    assert named(read("Das ist die Siemens Group AG.")) == [("Siemens Group AG", "siemens")]


def test_mbh_keeps_the_noun_it_is_short_for(read: Read) -> None:
    found = read("Die Baugesellschaft Elbtal mbH baut am Kanal.")
    assert [p.name for p in found.proposed_companies] == ["Baugesellschaft Elbtal"]


@pytest.mark.parametrize("sentence", ["Die GmbH wächst.", "Eine AG ist keine SE.", "Die Holding AG wächst."])
def test_a_legal_form_without_a_name_proposes_nothing(read: Read, sentence: str) -> None:
    assert read(sentence).proposed_companies == ()


def test_a_proposal_stands_once_however_often_it_is_named(read: Read) -> None:
    found = read("Die Quarzwerk AG wächst.", "Die Quarzwerk AG stellt Leute ein.")
    assert len(found.proposed_companies) == 1
    assert len(found.mentions) == 2


def test_short_forms_count_beside_the_long_form(read: Read) -> None:
    found = read(
        "Die Nordkai Logistik GmbH sucht Leute. Nordkai zahlt gut, Nordkais Chef auch. Nordkai Logistik wächst."
    )
    assert [surface for surface, _ in named(found)] == [
        "Nordkai Logistik GmbH",
        "Nordkai",
        "Nordkai",
        "Nordkai Logistik",
    ]
    assert {company for _, company in named(found)} == {"nordkai-logistik"}
    assert [m.slot.is_genitive for m in found.mentions] == [False, False, True, False]


def test_short_forms_need_the_long_form(read: Read) -> None:
    assert named(read("Nordkai zahlt gut. Nordkai Fjord wächst.")) == []


def test_a_headline_may_use_the_short_form_of_the_text(read: Read) -> None:
    found = read("Die Nordkai Logistik GmbH sucht Leute.", title="Nordkai wächst")
    assert named(found) == [("Nordkai", "nordkai-logistik"), ("Nordkai Logistik GmbH", "nordkai-logistik")]


def test_a_short_form_is_a_whole_word(read: Read) -> None:
    found = read("Die Nordkai Logistik GmbH sucht Leute. Die Nordkaier Straße ist gesperrt.")
    assert len(found.mentions) == 1


def test_a_generic_first_word_is_no_short_form(read: Read) -> None:
    found = read("Global Kutterbau Inc. grew. Global trade grew.", language="en")
    assert [surface for surface, _ in named(found)] == ["Global Kutterbau Inc."]


@pytest.mark.parametrize(
    ("sentence", "rule"),
    [
        ("Apple stellt ein neues Telefon vor.", "context-opens"),
        ("Telefone von Apple sind teuer.", "context-bare"),
        ("Der Handyhersteller Apple wächst.", "context-description"),
        ("Die Apple-Zentrale steht in Cupertino.", "context-compound"),
        ("Der Apple-Chef reist nach Berlin.", "context-compound"),
        ("Die Target Corporation eröffnet Filialen.", "register-legal-form"),
        ("Wer Aktien der Post hält, freut sich.", "context-clue:share-phrase-de"),
        ("FRANKFURT (Dow Jones) - Der Markt ruht.", "context-credit"),
    ],
)
def test_an_ambiguous_name_with_german_context_counts(read: Read, sentence: str, rule: str) -> None:
    (mention,) = read(sentence).mentions
    assert mention.rule_id == rule


@pytest.mark.parametrize(
    "sentence",
    [
        "Sein neues Target war klar.",
        "Die Visa gelten drei Jahre.",
        "Er fuhr mit der Metro.",
        "Der Apple-Kuchen war gut.",
        "In letzter Zeit regnet es.",
        "Seit Mai ist das in Kraft.",
        "Sie essen gern Chips vor dem Fernseher.",
        "Das sagte gestern Merz.",
    ],
)
def test_an_ambiguous_name_without_german_context_does_not(read: Read, sentence: str) -> None:
    assert named(read(sentence)) == []


@pytest.mark.parametrize(
    ("sentence", "rule"),
    [
        ("Apple said it would hire people.", "context-opens"),
        ("Phones from Apple are dear.", "context-bare"),
        ("The retailer Target grew.", "context-description"),
        ("It bought shares of Target (NYSE: TGT) in May.", "context-legal-form"),
        ("Then Target CEO Jane Doe left.", "context-clue:behind-en"),
        ("She told Fortune.", "context-bare"),
    ],
)
def test_an_ambiguous_name_with_english_context_counts(read: Read, sentence: str, rule: str) -> None:
    (mention,) = read(sentence, language="en").mentions
    assert mention.rule_id == rule


@pytest.mark.parametrize(
    "sentence",
    [
        "She missed her new Target again.",
        "He ate an Apple pie.",
        "The Shell was empty.",
        "#Target",
        "Total debt fell.",
        "Times are hard.",
        "Here's the plan.",
        "The purchase of Swiss firms ended.",
    ],
)
def test_an_ambiguous_name_without_english_context_does_not(read: Read, sentence: str) -> None:
    assert named(read(sentence, language="en")) == []


def test_a_ticker_makes_a_company_and_is_a_name_of_it(read: Read) -> None:
    found = read("It met Target (TGT) in May.", language="en")
    assert rules(found) == {"Target": "context-ticker", "TGT": "bracketed-form"}
    assert {m.company_id for m in found.mentions} == {"target"}


def test_quotation_marks_make_a_medium_and_are_no_part_of_it(read: Read) -> None:
    assert named(read("Das schrieb der „Focus“ gestern.")) == [("Focus", "focus")]


def test_an_ambiguous_name_shown_to_be_a_company_counts_elsewhere(read: Read) -> None:
    found = rules(read("The retailer Apple grew. They all love Apple products.", language="en"))
    assert found == {"Apple": "context-confirmed"}


@pytest.mark.parametrize(
    "sentence",
    [
        "Shares in the S&P 500 fell.",
        "Traders watch S&P 500 prices.",
        "S&P 500 falls again.",
        "Dow Jones Industrial fell.",
    ],
)
def test_an_index_is_no_company(read: Read, sentence: str) -> None:
    assert named(read(sentence, language="en")) == []


def test_the_company_behind_an_index_is_one(read: Read) -> None:
    assert named(read("S&P Global grew in May.", language="en")) == [("S&P Global", "sp-global")]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Nordkai Logistik", "nordkai-logistik"),
        ("Bühler & Söhne", "buehler-und-soehne"),
        ("Straße+", "strasse-plus"),
        ("Café Île", "cafe-ile"),
        ("…", ""),
    ],
)
def test_slugs_are_ascii(name: str, expected: str) -> None:
    assert slug(name) == expected


def test_inhabitants_of_known_cities() -> None:
    places = frozenset({"Köln", "Bremen", "München"})
    assert is_inhabitant("Kölner", places)
    assert is_inhabitant("Bremer", places)
    assert is_inhabitant("Münchner", places)
    assert not is_inhabitant("Müller", places)
    assert not is_inhabitant("Köln", places)


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("de", "Der Torwart Heinz Muster ist verletzt."),
        ("de", "Staatschef Rafael Muster sprach am Montag."),
        ("de", "Finanzvorstand Eva Siemens begründete das."),
        ("en", "Then Jane Goldman agreed."),
        ("de", "Sie spielten gegen Otto Muster."),
    ],
)
def test_a_person_is_no_company(read: Read, language: str, sentence: str) -> None:
    assert named(read(sentence, language=language)) == []


@pytest.mark.parametrize("sentence", ["Die Eva Siemens AG wächst.", "Der Autobauer Ford wächst."])
def test_a_company_beside_a_given_name_or_role_is_one(read: Read, sentence: str) -> None:
    assert len(named(read(sentence))) == 1


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("de", "Die Sendung beginnt in 20 Minuten."),
        ("de", "Das sagte Hamas-Chef Muster."),
        ("de", "Sie landeten mit Apollo 11 auf dem Mond."),
        ("de", "Sie verhandeln über Zeit- und Lohnfragen."),
        ("de", "In Freudenberg staut es sich, auch nach Freudenberg."),
        ("de", "Der Gast eines New Yorker Hotels klagte."),
        ("de", "Der Weltmeister und der BVB jubeln."),
        ("en", "He saw the Guardians of the sea."),
        ("en", "Here's an idea."),
        ("en", "They drew down the price-weighted Dow again."),
    ],
)
def test_things_places_and_clubs_are_no_companies(read: Read, language: str, sentence: str) -> None:
    assert named(read(sentence, language=language)) == []


def test_the_feminine_article_goes_with_airlines(read: Read) -> None:
    assert rules(read("Die Swiss hat wenig Piloten.")) == {"Swiss": "context-feminine"}


def test_a_place_is_no_short_form(read: Read) -> None:
    found = named(read("Die Hannover Rück wächst. Das sagte der Chef in Hannover. Hannover liegt an der Leine."))
    assert [surface for surface, _ in found] == ["Hannover Rück"]
    found = named(read("Die Blauort Kontor GmbH wächst. Ihr Sitz ist in Blauort."))
    assert [surface for surface, _ in found] == ["Blauort Kontor GmbH"]


def test_what_a_picture_is_is_no_short_form(read: Read) -> None:
    assert [surface for surface, _ in named(read("Die Nordkai AG (FOTO) wächst. Ein FOTO zeigt es."))] == ["Nordkai AG"]


@pytest.mark.parametrize(
    ("sentence", "surface"),
    [
        ("Eva Muster’s Berkshire Hathaway Inc. bought it.", "Berkshire Hathaway Inc."),
        ("Why Savers Should Prefer Kinder Morgan Inc. now.", "Kinder Morgan Inc."),
        ("It belongs to Macy's Inc. now.", "Macy's Inc."),
    ],
)
def test_an_owner_or_headline_is_no_part_of_the_name(read: Read, sentence: str, surface: str) -> None:
    assert [s for s, _ in named(read(sentence, language="en"))] == [surface]


def test_and_the_like_is_no_legal_form(read: Read) -> None:
    assert named(read("Das gilt für Muster & Co. und ihre Freunde.")) == []
