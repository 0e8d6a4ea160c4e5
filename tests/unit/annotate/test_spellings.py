"""Other spellings of registered names."""

from __future__ import annotations

import pytest

from pipelines.annotate.spellings import spellings
from tests.unit.annotate.articles import Read


@pytest.mark.parametrize(
    ("alias", "expected"),
    [
        ("Nordkai", ["NORDKAI"]),
        ("Kai", []),
        ("Deutsche Kaibörse", ["DEUTSCHE KAIBÖRSE", "Deutsche-Kaibörse", "Deutsche Kaiboerse"]),
        ("Kai & Möwe", ["Kai und Möwe", "Kai and Möwe", "Kai&Möwe", "Kai & Moewe"]),
        ("Kai + Co", ["Kai und Co", "Kai and Co", "Kai&Co", "Kai & Co"]),
        ("Möwe’s", ["Möwe's", "Moewe’s"]),
        ("Crédit Kai", ["CRÉDIT KAI", "Crédit-Kai", "Credit Kai"]),
    ],
)
def test_spellings_of_a_name(alias: str, expected: list[str]) -> None:
    assert list(spellings(alias, {alias})) == expected


def test_a_spelling_that_is_a_name_of_its_own_is_left_to_it() -> None:
    assert "NORDKAI" not in spellings("Nordkai", {"Nordkai", "NORDKAI"})


@pytest.mark.parametrize(
    ("sentence", "surface", "company"),
    [
        ("- SIEMENS - Der Hersteller baut um.", "SIEMENS", "siemens"),
        ("Er ist Deutsche-Börse-Chef geworden.", "Deutsche-Börse", "deutsche-boerse"),
        ("Dort steht ein Laden von Marks and Spencer.", "Marks and Spencer", "marks-spencer"),
        ("Das sagt die Societe Generale.", "Societe Generale", "societe-generale"),
        ("Siemensaktien sind gefragt.", "Siemens", "siemens"),
        ("Der Lufthansachef geht.", "Lufthansa", "lufthansa"),
        ("Der Bahnchef geht.", "Bahn", "deutsche-bahn"),
    ],
)
def test_other_spellings_are_found(read: Read, sentence: str, surface: str, company: str) -> None:
    assert [(m.surface, m.company_id) for m in read(sentence).mentions] == [(surface, company)]


@pytest.mark.parametrize(
    "sentence",
    ["Der Bahnhof ist alt.", "Ein Weltkonzern wächst.", "Das Siemenswerkzeug rostet.", "TARGET IST ENGLISCH."],
)
def test_other_words_are_none(read: Read, sentence: str) -> None:
    assert read(sentence).mentions == ()
