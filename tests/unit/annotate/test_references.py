"""Pronouns, possessives and definite descriptions that may stand for a company."""

from __future__ import annotations

import pytest

from pipelines.records import Annotations
from tests.unit.annotate.articles import Read


def references(annotations: Annotations) -> list[tuple[str, str]]:
    return sorted((r.surface, r.kind) for r in annotations.references)


@pytest.mark.parametrize(
    ("language", "sentence", "expected"),
    [
        ("de", "Dann wuchs es weiter.", [("es", "pronoun")]),
        ("de", "Er wuchs weiter.", [("Er", "pronoun")]),
        ("de", "Sein Umsatz wuchs.", [("Sein", "possessive")]),
        ("de", "Damit wuchs ihr Umsatz.", []),
        ("de", "Damit wuchsen ihre Umsätze.", [("ihre", "possessive")]),
        ("de", "Das Unternehmen wuchs.", [("Das Unternehmen", "description")]),
        ("de", "Gestern wuchs der Chiphersteller.", [("der Chiphersteller", "description")]),
        ("en", "Then it grew.", [("it", "pronoun")]),
        ("en", "They grew.", [("They", "pronoun")]),
        ("en", "Its sales grew.", [("Its", "possessive")]),
        ("en", "The company grew.", [("The company", "description")]),
    ],
)
def test_what_may_stand_for_a_company(
    read: Read, language: str, sentence: str, expected: list[tuple[str, str]]
) -> None:
    assert references(read(sentence, language=language)) == expected


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("de", "Es gibt Regen."),
        ("de", "Gestern gab es Regen."),
        ("de", "Es ist kalt."),
        ("en", "It is clear that prices fell."),
        ("en", "It was likely to rain."),
    ],
)
def test_an_empty_subject_stands_for_nothing(read: Read, language: str, sentence: str) -> None:
    assert references(read(sentence, language=language)) == []


@pytest.mark.parametrize(
    ("language", "sentence"), [("de", "Das Essen war gut, das Fest ernst."), ("en", "The exit of items was bitter.")]
)
def test_pronouns_inside_words_are_none(read: Read, language: str, sentence: str) -> None:
    assert references(read(sentence, language=language)) == []


def test_a_reference_has_a_slot(read: Read) -> None:
    (reference,) = read("Ida Moor sprach gestern mit dem Unternehmen über Fähren.").references
    assert (reference.surface, reference.slot.preposition) == ("dem Unternehmen", "mit")


def test_a_description_that_is_part_of_a_name_is_no_reference(read: Read) -> None:
    found = read("Die Nordkai Bank AG wuchs.")
    assert [m.surface for m in found.mentions] == ["Nordkai Bank AG"]
    assert references(found) == []
