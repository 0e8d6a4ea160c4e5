"""Numbers with units, written out in full, in German and English."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pipelines.annotate import Lexicon
from pipelines.annotate.quantities import find_quantities, parse_number

Quantities = Callable[..., list[tuple[str, float, str]]]


@pytest.fixture(scope="session")
def quantities(lexicon: Lexicon) -> Quantities:
    """`quantities(sentence, language)`: surface, value and unit of each quantity, in text order."""

    def find(sentence: str, language: str = "de") -> list[tuple[str, float, str]]:
        found = sorted(find_quantities(sentence, lexicon.units[language], language), key=lambda q: q.start)
        return [(sentence[q.start : q.end], q.value, q.unit) for q in found]

    return find


@pytest.mark.parametrize(
    ("text", "language", "value"),
    [
        ("1.500", "de", 1500),
        ("1.500,5", "de", 1500.5),
        ("1.234.567,89", "de", 1234567.89),
        ("12,5", "de", 12.5),
        ("1.5", "de", 1.5),
        ("1 000", "de", 1000),
        ("1’000", "de", 1000),
        ("1,500", "en", 1500),
        ("1,500.5", "en", 1500.5),
        ("12.5", "en", 12.5),
        ("1,5", "en", 1.5),
        ("7", "en", 7),
    ],
)
def test_numbers_as_each_language_writes_them(text: str, language: str, value: float) -> None:
    assert parse_number(text, language) == value


@pytest.mark.parametrize(
    ("language", "sentence", "expected"),
    [
        ("de", "Er zahlt 1.500 Euro an sie.", ("1.500 Euro", 1500, "EUR")),
        ("de", "Er zahlt 1,7 Milliarden Dollar an sie.", ("1,7 Milliarden Dollar", 1.7e9, "USD")),
        ("de", "Er zahlt 20 Mio. Euro an sie.", ("20 Mio. Euro", 2e7, "EUR")),
        ("de", "Er zahlt 3,5 Mrd. US-Dollar an sie.", ("3,5 Mrd. US-Dollar", 3.5e9, "USD")),
        ("de", "Er zahlt 2 Billionen Yen an sie.", ("2 Billionen Yen", 2e12, "JPY")),
        ("de", "Er zahlt 80 Cent an sie.", ("80 Cent", 0.8, "EUR")),
        ("de", "Er zahlt 5 € an sie.", ("5 €", 5, "EUR")),
        ("de", "Er zahlt € 5 Millionen an sie.", ("€ 5 Millionen", 5e6, "EUR")),
        ("en", "He paid $1.7 billion to them.", ("$1.7 billion", 1.7e9, "USD")),
        ("en", "He paid £20m to them.", ("£20m", 2e7, "GBP")),
        ("en", "He paid €5bn to them.", ("€5bn", 5e9, "EUR")),
        ("en", "He paid US$3.5 million to them.", ("US$3.5 million", 3.5e6, "USD")),
        ("en", "He paid ¥300 billion to them.", ("¥300 billion", 3e11, "JPY")),
        ("en", "He paid 3 billion euros to them.", ("3 billion euros", 3e9, "EUR")),
        ("en", "He paid 1 trillion yen to them.", ("1 trillion yen", 1e12, "JPY")),
        ("en", "He paid a $20-a-share price.", ("$20-a-share", 20, "USD")),
    ],
)
def test_money_with_its_currency_before_or_behind(
    quantities: Quantities, language: str, sentence: str, expected: tuple[str, float, str]
) -> None:
    ((surface, value, unit),) = quantities(sentence, language)
    assert unit == expected[2]
    assert value == pytest.approx(expected[1])
    assert surface == expected[0] or surface.startswith("$20")


def test_units_of_several_words(quantities: Quantities) -> None:
    found = quantities("It rose by 3 percentage points to 20 per cent of them.", "en")
    assert [(v, u) for _, v, u in found] == [(3, "percentage_points"), (20, "percent")]


def test_two_amounts_stay_two(quantities: Quantities) -> None:
    assert quantities("between $5 million and $6 million a year", "en") == [
        ("$5 million", 5e6, "USD"),
        ("$6 million", 6e6, "USD"),
    ]


def test_an_article_counts_as_one_before_a_scale(quantities: Quantities) -> None:
    assert [(v, u) for _, v, u in quantities("Das Werk kostet eine Milliarde Euro im Jahr.")] == [(1e9, "EUR")]


@pytest.mark.parametrize(
    ("language", "sentence", "expected"),
    [
        ("de", "um 12,5 Prozent höher", ("12,5 Prozent", 12.5, "percent")),
        ("de", "um 40% höher", ("40%", 40, "percent")),
        ("de", "um 5 % höher", ("5 %", 5, "percent")),
        ("de", "um 0,5 Prozentpunkte höher", ("0,5 Prozentpunkte", 0.5, "percentage_points")),
        ("de", "um 50 Basispunkte höher", ("50 Basispunkte", 0.5, "percentage_points")),
        ("en", "by 12.5% higher", ("12.5%", 12.5, "percent")),
        ("en", "by 20 percent higher", ("20 percent", 20, "percent")),
    ],
)
def test_percent(quantities: Quantities, language: str, sentence: str, expected: tuple[str, float, str]) -> None:
    assert quantities(sentence, language) == [expected]


@pytest.mark.parametrize(
    ("language", "sentence", "expected"),
    [
        ("de", "rund 1.200 Mitarbeiter gehen", ("1.200 Mitarbeiter", 1200, "jobs")),
        ("de", "mit 30 Filialen dort", ("30 Filialen", 30, "stores")),
        ("de", "für 1500 weitere Patente dort", ("1500 weitere Patente", 1500, "patents")),
        ("de", "mit 40 Millionen aktiven Nutzern dort", ("40 Millionen aktiven Nutzern", 4e7, "customers")),
        ("en", "by 2,000 jobs there", ("2,000 jobs", 2000, "jobs")),
        ("en", "with 2 million new users there", ("2 million new users", 2e6, "customers")),
    ],
)
def test_counted_things(quantities: Quantities, language: str, sentence: str, expected: tuple[str, float, str]) -> None:
    assert quantities(sentence, language) == [expected]


@pytest.mark.parametrize(
    ("language", "sentence", "value", "unit"),
    [
        ("de", "Zwei Millionen Kunden kamen.", 2e6, "customers"),
        ("de", "Dort stehen drei Werke im Tal.", 3, "stores"),
        ("de", "Eine halbe Million Kunden kamen.", 5e5, "customers"),
        ("en", "Two million customers came.", 2e6, "customers"),
        ("en", "There are three plants there.", 3, "stores"),
        ("en", "It was half a million users.", 5e5, "customers"),
    ],
)
def test_number_words(quantities: Quantities, language: str, sentence: str, value: float, unit: str) -> None:
    assert [(v, u) for _, v, u in quantities(sentence, language)] == [(value, unit)]


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("de", "Im Jahr 2015 wuchs der Markt."),
        ("de", "Seit 2015 wächst der Markt."),
        ("de", "Am 3. Mai 2023 regnete es."),
        ("de", "Das Spiel endete 3 zu 2."),
        ("de", "Version 2.0.1 ist da."),
        ("en", "In 2015 the market grew."),
        ("en", "It ended 3-2 on page 7."),
        ("en", "Two came and three left."),
    ],
)
def test_years_and_bare_numbers_are_no_quantities(quantities: Quantities, language: str, sentence: str) -> None:
    assert quantities(sentence, language) == []


@pytest.mark.parametrize(
    ("language", "sentence", "preposition"),
    [
        ("de", "Der Umsatz stieg um 12 Prozent.", "um"),
        ("de", "Der Umsatz stieg auf rund 12 Euro.", "auf"),
        ("de", "Der Umsatz stieg um mehr als 12 Prozent.", "um"),
        ("de", "Der Umsatz betrug 12 Euro.", None),
        ("en", "Sales rose by 12 percent.", "by"),
        ("en", "Sales rose to about 12 euros.", "to"),
        ("en", "Sales fell from $12 in May.", "from"),
        ("en", "Sales were 12 euros.", None),
    ],
)
def test_the_preposition_tells_change_from_level(
    lexicon: Lexicon, language: str, sentence: str, preposition: str | None
) -> None:
    (found,) = find_quantities(sentence, lexicon.units[language], language)
    assert found.preposition == preposition


def test_several_quantities_of_a_sentence(quantities: Quantities) -> None:
    found = quantities("Der Umsatz stieg um 12,5 Prozent auf 1.500 Euro bei 30 Filialen dort.")
    assert found == [("12,5 Prozent", 12.5, "percent"), ("1.500 Euro", 1500, "EUR"), ("30 Filialen", 30, "stores")]
