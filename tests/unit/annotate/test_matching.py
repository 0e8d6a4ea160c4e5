"""How a surface form of a lexicon meets a sentence: boundaries, genitives, open words, gaps, capitals, length."""

from __future__ import annotations

import time

import pytest

from pipelines.annotate.matching import Hit, Matcher, entries, genitive_at, without_overlap


def find(form: str, sentence: str, *, is_name: bool = False) -> list[Hit]:
    return Matcher(entries("move", "key", form, is_name=is_name)).find(sentence)


def parts(form: str, sentence: str, *, is_name: bool = False) -> list[tuple[str, ...]]:
    """The words each hit covers, part by part."""
    return [tuple(sentence[a:b] for a, b in hit.parts) for hit in find(form, sentence, is_name=is_name)]


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("Die Firma kauft ein Lager.", 1),
        ("Sie kauft, was sie braucht.", 1),
        ("„kauft“, so heißt der Laden.", 1),
        ("kauft", 1),
        ("Sie verkauft ein Lager.", 0),
        ("Das kauftechnische Detail.", 0),
        ("Ihr kauftet viel.", 0),
        ("Er kauft und kauft und kauft.", 3),
    ],
)
def test_a_plain_form_stands_between_word_boundaries(sentence: str, expected: int) -> None:
    assert len(find("kauft", sentence)) == expected


@pytest.mark.parametrize("mark", ["s", "’s", "'s", "’", "'"])
def test_a_name_carries_its_genitive_outside_the_hit(mark: str) -> None:
    sentence = f"Nordkai{mark} Gewinn"
    (hit,) = find("Nordkai", sentence, is_name=True)
    assert sentence[hit.start : hit.end] == "Nordkai"
    assert hit.is_genitive


def test_a_name_without_a_mark_is_no_genitive() -> None:
    (hit,) = find("Nordkai", "Nordkai gewinnt.", is_name=True)
    assert not hit.is_genitive


@pytest.mark.parametrize("sentence", ["Nordkaier Hafen", "Nordkaisers Garten", "Altnordkai", "Nordkai2"])
def test_a_name_inside_a_longer_word_is_none(sentence: str) -> None:
    assert find("Nordkai", sentence, is_name=True) == []


def test_a_name_that_ends_in_s_takes_no_further_s() -> None:
    assert find("Ares", "Aress Umsatz", is_name=True) == []
    (hit,) = find("Ares", "Ares’ Umsatz", is_name=True)
    assert hit.is_genitive


def test_only_names_take_a_genitive() -> None:
    assert find("Vertrag", "des Vertrags") == []


def test_genitive_at_needs_the_end_of_the_word() -> None:
    assert genitive_at("Nordkais", 7) == "s"
    assert genitive_at("Nordkai’s neue", 7) == "’s"
    assert genitive_at("Nordkaisee", 7) is None
    assert genitive_at("Nordkai", 7) is None


def test_a_star_before_leaves_the_compound_open() -> None:
    assert parts("*übernahme", "Die Komplettübernahme steht an.") == [("Komplettübernahme",)]
    assert parts("*übernahme", "Die Übernahme steht an.") == [("Übernahme",)]
    assert parts("*übernahme", "Die Komplettübernahmen stehen an.") == []


def test_a_star_behind_leaves_the_ending_open() -> None:
    assert parts("gekauft*", "das gekaufte Werk") == [("gekaufte",)]
    assert parts("gekauft*", "hat gekauft") == [("gekauft",)]
    assert parts("gekauft*", "hat eingekauft") == []


def test_a_gap_joins_parts_of_one_sentence() -> None:
    assert parts("bringt … Markt", "Die Firma bringt im Herbst ein Telefon auf den Markt.") == [("bringt", "Markt")]
    assert parts("bringt … Markt", "Die Firma bringt im Herbst ein Telefon.") == []
    assert parts("bringt … Markt", "Der Markt bringt Neues.") == [], "the parts keep their order"


def test_a_gap_may_be_empty() -> None:
    assert parts("streicht … Stellen", "Das Werk streicht Stellen.") == [("streicht", "Stellen")]


def test_an_open_noun_behind_a_gap_ends_a_compound() -> None:
    assert parts("kauft … *patente", "Sie kauft 30 Patente.") == [("kauft", "Patente")]
    assert parts("kauft … *patente", "Sie kauft 30 Funkpatente.") == [("kauft", "Funkpatente")]
    assert parts("kauft … Anteil*", "Sie kauft weitere Anteile.") == [("kauft", "Anteile")]


def test_the_hit_ends_with_its_first_part_and_lasts_to_its_last() -> None:
    sentence = "Sie stellt die Fertigung ein."
    (hit,) = find("stellt … ein", sentence)
    assert sentence[hit.start : hit.end] == "stellt"
    assert sentence[: hit.last].endswith("ein")


@pytest.mark.parametrize(
    "sentence",
    [
        "Die Firma stellt die Fertigung ein.",
        "Die Firma stellt die Fertigung ein, sagt der Chef.",
        "Die Firma stellt die Fertigung ein und verkauft das Werk.",
        "Die Firma stellt die Fertigung ein – für immer.",
    ],
)
def test_a_separable_particle_ends_its_clause(sentence: str) -> None:
    assert parts("stellt … ein", sentence) == [("stellt", "ein")]


def test_the_same_word_as_article_or_preposition_is_no_particle() -> None:
    assert parts("stellt … ein", "Die Firma stellt ein Telefon vor.") == []
    assert parts("kündigt … an", "Er kündigt Kunden an der Küste Verträge.") == []


def test_an_article_before_the_particle_does_not_hide_it() -> None:
    assert parts("stellt … ein", "Die Firma stellt ein altes Programm ein.") == [("stellt", "ein")]


def test_a_form_that_goes_on_ends_no_clause() -> None:
    going_on = "Die Firma konkurriert seit Jahren mit der Bahn."
    assert parts("konkurriert … mit …", going_on) == [("konkurriert", "mit")]
    assert parts("konkurriert … mit", going_on) == []


def test_a_verb_final_form_ends_its_clause() -> None:
    assert parts("mit … konkurriert", "Ein Anbieter, der mit der Bahn konkurriert, wächst.") == [("mit", "konkurriert")]
    assert parts("mit … konkurriert", "Mit dem Zug konkurriert auch das Auto.") == []


def test_an_initial_capital_counts_where_a_sentence_opens() -> None:
    assert parts("verkauft", "Verkauft wird auch das Werk.") == [("Verkauft",)]
    assert parts("verkauft", "„Verkauft wird auch das Werk“, hieß es.") == [("Verkauft",)]
    assert parts("verkauft", "Der Laden heißt Verkauft wie gesehen.") == []


def test_an_initial_capital_counts_in_title_case() -> None:
    assert parts("launches", "Nordkai Launches Cheaper Harbour Crane in Norway") == [("Launches",)]
    assert parts("launches", "The boat Launches of the yard are small and old.") == []


def test_names_keep_their_case() -> None:
    assert find("nordkai", "Nordkai wächst.", is_name=True) == []


def test_hits_come_in_text_order_the_longest_first() -> None:
    matcher = Matcher([*entries("move", "short", "record"), *entries("move", "long", "record low")])
    found = matcher.find("A record low after a record.")
    assert [h.entry.key for h in found] == ["long", "short", "short"]
    assert [h.entry.key for h in without_overlap(found)] == ["long", "short"]


def test_the_weightier_hit_wins_though_it_begins_later() -> None:
    matcher = Matcher([*entries("move", "light", "hit record"), *entries("move", "heavy", "record low price")])
    assert [h.entry.key for h in without_overlap(matcher.find("They hit record low prices, a record low price."))] == [
        "light",
        "heavy",
    ]
    assert [h.entry.key for h in without_overlap(matcher.find("They hit record low price levels."))] == ["heavy"]


def test_equal_forms_of_two_rows_both_hit() -> None:
    matcher = Matcher([*entries("move", "b", "Angebot"), *entries("speech", "a", "Angebot")])
    assert [(h.entry.kind, h.entry.key) for h in matcher.find("ein Angebot")] == [("move", "b"), ("speech", "a")]


def test_hits_between_the_parts_of_another_do_not_overlap_it() -> None:
    matcher = Matcher([*entries("move", "gap", "stellt … ein"), *entries("move", "inner", "Fertigung")])
    found = without_overlap(matcher.find("Sie stellt die Fertigung ein."))
    assert [h.entry.key for h in found] == ["gap", "inner"]


def test_an_empty_sentence_has_no_hits() -> None:
    assert find("kauft", "") == []


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("Nordkai streicht 300 Stellen.", [("streicht", "Stellen")]),
        ("Nordkai strich im Herbst viele Arbeitsplätze und Stellen.", [("strich", "Arbeitsplätze")]),
        ("Nordkai streicht Führungspositionen im Werk.", [("streicht", "Führungspositionen")]),
        ("Nordkai streicht Leute in der Zentrale.", [("streicht", "Leute in der")]),
        ("Nordkai streicht den Zaun.", []),
        ("Stellen streicht Nordkai keine.", []),
    ],
)
def test_alternatives_stand_for_each_other_and_the_first_counts(sentence: str, expected: list[tuple[str, ...]]) -> None:
    assert parts("streicht/strich … Stellen/Arbeitsplätze/*positionen/Leute in der", sentence) == expected


def test_alternatives_of_a_verb_at_the_end_of_its_clause() -> None:
    form = "mit … konkurriert/rivalisiert"
    assert parts(form, "Die Firma, die mit Nordkai rivalisiert, wächst.") == [("mit", "rivalisiert")]
    assert parts(form, "Mit Nordkai konkurriert die Firma.") == []


def test_a_form_without_gaps_has_no_alternatives() -> None:
    assert parts("und/oder", "Das gilt und/oder gilt nicht.") == [("und/oder",)]


def test_a_hit_weighs_what_it_covers() -> None:
    (long,) = find("streicht … Arbeitsplätze/Jobs", "Nordkai streicht Arbeitsplätze.")
    (short,) = find("streicht … Arbeitsplätze/Jobs", "Nordkai streicht Jobs.")
    assert long.weight > short.weight


def test_what_follows_a_gap_may_begin_another_hit() -> None:
    matcher = Matcher([*entries("move", "launch", "launched … service"), *entries("move", "sale", "delivery service")])
    found = without_overlap(matcher.find("Nordkai launched a delivery service."))
    assert [h.entry.key for h in found] == ["launch", "sale"]


def test_words_of_unlimited_length_are_passed_over_quickly() -> None:
    started = time.process_time()
    assert len(find("*gesellschaft", "gesellschaft" * 80_000)) <= 1
    assert time.process_time() - started < 5


def test_a_verb_with_two_objects_is_two_hits() -> None:
    sites, apps = entries("move", "site", "launched … restaurants"), entries("move", "launch", "launched … app")
    matcher = Matcher([*sites, *apps, *entries("move", "verb", "launched")])
    found = without_overlap(matcher.find("Nordkai launched an app for its restaurants."))
    assert [h.entry.key for h in found] == ["site", "launch"]
