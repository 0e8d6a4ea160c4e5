"""Who is a person, in which role and for which company."""

from __future__ import annotations

import pytest

from pipelines.records import Annotations
from tests.unit.annotate.articles import Read


def people(annotations: Annotations) -> list[tuple[str, str | None, str | None]]:
    return [(p.name, p.role, p.organisation_id) for p in annotations.persons]


@pytest.mark.parametrize(
    ("language", "sentence", "expected"),
    [
        ("de", "Vizepräsidentin Ida Moor reist viel.", ("Ida Moor", "Vizepräsidentin", None)),
        ("de", "Siemens-Chef Jonas Reet reist viel.", ("Jonas Reet", "Chef", "siemens")),
        ("de", "Commerzbank-Analystin Ute Halm reist viel.", ("Ute Halm", "Analystin", "commerzbank")),
        (
            "de",
            "Jonas Reet, Vorstandsvorsitzender von Siemens, geht.",
            ("Jonas Reet", "Vorstandsvorsitzender", "siemens"),
        ),
        ("de", "Der Chef von Siemens, Jonas Reet, geht.", ("Jonas Reet", "Chef", "siemens")),
        ("en", "Chief executive Ida Moor left.", ("Ida Moor", "Chief executive", None)),
        ("en", "Nokia Chief Executive Ida Moor left.", ("Ida Moor", "Chief Executive", "nokia")),
        ("en", "Nokia’s chief executive Ida Moor left.", ("Ida Moor", "chief executive", "nokia")),
        ("en", "Ida Moor, chief executive of Nokia, left.", ("Ida Moor", "chief executive", "nokia")),
        ("en", "Ida Moor, Nokia’s chief executive, left.", ("Ida Moor", "chief executive", "nokia")),
    ],
)
def test_a_role_beside_a_name(
    read: Read, language: str, sentence: str, expected: tuple[str, str | None, str | None]
) -> None:
    assert people(read(sentence, language=language)) == [expected]


@pytest.mark.parametrize(
    ("language", "sentence", "name"),
    [
        ("de", "Das Werk wachse, sagte Ida Moor.", "Ida Moor"),
        ("de", "Jonas Reet sagte, das Werk wachse.", "Jonas Reet"),
        ("de", "Laut Jonas Reet wächst das Werk.", "Jonas Reet"),
        ("de", "Der Preis falle, sagte Jan de Vries.", "Jan de Vries"),
        ("en", "Prices will fall, said Ida Moor.", "Ida Moor"),
        ("en", "Ida Moor said prices would fall.", "Ida Moor"),
        ("en", "Ludwig van Brand told reporters.", "Ludwig van Brand"),
        ("en", "According to Ida Moor, prices fall.", "Ida Moor"),
    ],
)
def test_a_name_beside_a_verb_of_saying(read: Read, language: str, sentence: str, name: str) -> None:
    (person,) = read(sentence, language=language).persons
    assert (person.name, person.surface) == (name, name)


def test_the_role_behind_an_inverted_verb_of_saying(read: Read) -> None:
    found = read("“We grow each year,” said Ida Moor, chief executive of Nokia.", language="en")
    assert people(found) == [("Ida Moor", "chief executive", "nokia")]


def test_the_role_behind_laut_is_no_part_of_the_name(read: Read) -> None:
    assert people(read("Laut Analyst Jan de Vries fällt der Preis.")) == [("Jan de Vries", "Analyst", None)]


@pytest.mark.parametrize(
    ("language", "first", "second"),
    [
        ("de", "Siemens-Chef Jonas Reet reist viel.", "Reet sagte, das Werk wachse."),
        ("de", "Siemens-Chef Jonas Reet reist viel.", "Das Werk wachse, sagte Reet."),
        ("en", "Chief executive Jonas Reet left.", "Reet said the plant would grow."),
    ],
)
def test_a_family_name_counts_after_the_full_name(read: Read, language: str, first: str, second: str) -> None:
    found = read(first, second, language=language).persons
    assert [(p.surface, p.name) for p in found] == [("Jonas Reet", "Jonas Reet"), ("Reet", "Jonas Reet")]
    assert read(second, language=language).persons == (), "alone it may be anything"


def test_full_names_of_one_article_are_unknown_in_the_next(read: Read) -> None:
    assert read("Siemens-Chef Jonas Reet reist viel.").persons
    assert read("Das Werk wachse, sagte Reet.").persons == ()


@pytest.mark.parametrize(("language", "sentence"), [("de", "Herr Reet kam spät."), ("en", "Mr. Reet came late.")])
def test_an_honorific_makes_a_person(read: Read, language: str, sentence: str) -> None:
    (person,) = read(sentence, language=language).persons
    assert person.name == "Reet"


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("de", "Samsung Electronics sagte nichts."),
        ("de", "Die Blauwal Daten GmbH sagte nichts."),
        ("de", "Die Deutsche Bank sagte nichts."),
        ("de", "Der Chef sagte nichts."),
        ("de", "Am Montag sagte niemand etwas."),
        ("en", "Deutsche Bank said nothing."),
        ("en", "Harborlight Systems Inc. said nothing."),
        ("en", "On Monday the company said so."),
    ],
)
def test_companies_and_days_are_no_persons(read: Read, language: str, sentence: str) -> None:
    assert read(sentence, language=language).persons == ()


def test_a_source_named_behind_its_kind_is_no_person(read: Read) -> None:
    german = read("Das sagt der Branchenverband Hafenbund.")
    english = read("The newspaper Harbour Post wrote so.", language="en")
    assert [s.surface for s in (*german.source_mentions, *english.source_mentions)] == ["Hafenbund", "Harbour Post"]
    assert german.persons + english.persons == ()
