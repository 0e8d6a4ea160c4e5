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


@pytest.fixture(scope="session")
def governed(lexicon: Lexicon) -> Quantities:
    """`governed(sentence, language)`: value, unit and preposition of each quantity, in text order."""

    def find(sentence: str, language: str = "de") -> list[tuple[float, str, str | None]]:
        found = sorted(find_quantities(sentence, lexicon.units[language], language), key=lambda q: q.start)
        return [(q.value, q.unit, q.preposition) for q in found]

    return find  # type: ignore[return-value]


@pytest.mark.parametrize(
    ("language", "sentence", "expected"),
    [
        ("de", "Sie steigen um 5 bis 7 Prozent im Jahr.", [(5, "percent", "um"), (7, "percent", "bis")]),
        ("de", "Sie steigen um 20-25 Prozent im Jahr.", [(20, "percent", "um"), (25, "percent", "bis")]),
        ("de", "Er stieg von 6,8 auf 8,8 Milliarden Euro.", [(6.8e9, "EUR", "from"), (8.8e9, "EUR", "auf")]),
        ("de", "Sie strich 550 ihrer 1250 Stellen.", [(550, "jobs", None), (1250, "jobs", "of")]),
        ("de", "Dort gehen 200 feste und 300 freie Mitarbeiter.", [(200, "jobs", None), (300, "jobs", "und")]),
        ("de", "Der Gewinn legte um 4 Prozent auf 9 Mio. Euro zu.", [(4, "percent", "um"), (9e6, "EUR", "auf")]),
        ("en", "It has between 3 and 5 million users.", [(3e6, "customers", "between"), (5e6, "customers", "bis")]),
        ("en", "It fell from $9 billion to $7 billion.", [(9e9, "USD", "from"), (7e9, "USD", "to")]),
        ("en", "It cut 2,500 of its 9,000 jobs.", [(2500, "jobs", None), (9000, "jobs", "of")]),
    ],
)
def test_joined_numbers_share_their_unit_and_tell_which_counts(
    governed: Quantities, language: str, sentence: str, expected: list[tuple[float, str, str | None]]
) -> None:
    found = [(v, u, None if p == "between" else p) for v, u, p in governed(sentence, language)]
    assert found == [(pytest.approx(v), u, None if p == "between" else p) for v, u, p in expected]


def test_a_year_takes_no_unit_from_the_next_number(governed: Quantities) -> None:
    assert [v for v, *_ in governed("Nach 2015 und 3 Millionen Euro war Schluss.")] == [3e6]


@pytest.mark.parametrize(
    ("language", "sentence", "value", "unit"),
    [
        ("de", "Das ist ein 1,7-Milliarden-Euro-Deal.", 1.7e9, "EUR"),
        ("de", "Das ist eine 15-Prozent-Beteiligung.", 15, "percent"),
        ("de", "Das ist eine 49-prozentige Beteiligung.", 49, "percent"),
        ("de", "Es kamen 50 Großkunden hinzu.", 50, "customers"),
        ("de", "Es gehen 12 000 Jobs verloren.", 12000, "jobs"),
        ("de", "Das Ergebnis lag bei minus 31 Millionen Euro.", -3.1e7, "EUR"),
        ("de", "Der Kurs gab nach (-3,5 Prozent).", -3.5, "percent"),
        ("de", "Die Zusagen legten um ein Drittel zu.", 33, "percent"),
        ("de", "Der Absatz fiel fast um die Hälfte.", 50, "percent"),
        ("en", "It was a 2.5 billion-dollar deal.", 2.5e9, "USD"),
        ("en", "It took a 15-percent stake.", 15, "percent"),
        ("en", "It ordered 2,500 of the new electric vans.", 2500, "units"),
        ("en", "Output fell by a third.", 33, "percent"),
    ],
)
def test_compounds_signs_and_fractions(
    quantities: Quantities, language: str, sentence: str, value: float, unit: str
) -> None:
    assert [(v, u) for _, v, u in quantities(sentence, language)] == [(pytest.approx(value), unit)]


def test_a_dash_before_a_list_item_is_no_minus(quantities: Quantities) -> None:
    assert [v for _, v, _ in quantities("- 80 Millionen Euro Gewinn")] == [8e7]


@pytest.mark.parametrize(
    "sentence", ["5 bis " * 20_000, "1 " * 20_000, "5 feste und " * 20_000, "1.000." * 20_000, "minus " * 50_000]
)
def test_hostile_numbers_do_not_hang(quantities: Quantities, sentence: str) -> None:
    quantities(sentence)


@pytest.mark.parametrize(
    ("language", "sentence", "expected"),
    [
        ("en", "It keeps 7,000 U.S. jobs.", [(7000, "jobs")]),
        ("en", "Haier sold a C$300 million bond.", [(300e6, "CAD")]),
        ("en", "It shipped 3.5M vehicles.", [(3.5e6, "units")]),
        ("en", "It has 500K subscribers.", [(500e3, "customers")]),
        ("en", "It sees $3.2 to $3.4 billion.", [(3.2e9, "USD"), (3.4e9, "USD")]),
        ("en", "The stock rose $2.40 to $88.10.", [(2.4, "USD"), (88.1, "USD")]),
        ("en", "It shut twenty-five stores.", [(25, "stores")]),
        ("en", "It ordered 90 Airbus A320 jets.", [(90, "aircraft")]),
        ("en", "Output fell by two thirds.", [(67, "percent")]),
        ("de", "Sie bestellte 45 A320-Flugzeuge.", [(45, "aircraft")]),
        ("de", "Es gab 6- bis 7-prozentiges Wachstum.", [(6, "percent"), (7, "percent")]),
    ],
)
def test_a_type_a_dollar_or_a_scale_belongs_to_its_number(
    quantities: Quantities, language: str, sentence: str, expected: list[tuple[float, str]]
) -> None:
    """Words between a number and its unit, foreign dollars, one-letter scales and amounts that share their scale."""
    found = [(value, unit) for _, value, unit in quantities(sentence, language)]
    assert [unit for _, unit in found] == [unit for _, unit in expected]
    assert [value for value, _ in found] == pytest.approx([value for value, _ in expected])
