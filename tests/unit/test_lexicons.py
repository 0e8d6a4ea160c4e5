"""The lexicons of sources, markets and units keep their shape: vocabularies, unique ids and forms, numeric factors.

Cues and the company register have their own tests.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from itertools import chain
from pathlib import Path

import pytest

SEEDS = Path(__file__).resolve().parents[2] / "dbt" / "seeds"

HEADERS = {
    "source_register.csv": ["source_id", "name", "kind", "company_id", "forms"],
    "markets.csv": ["market_id", "name", "kind", "country", "forms"],
    "units.csv": ["unit", "kind", "factor", "language", "forms"],
}
KINDS = {
    "source_register.csv": {"news_agency", "medium", "research_firm", "bank_analyst", "authority", "association"},
    "markets.csv": {"country", "region", "city", "segment"},
    "units.csv": {"currency", "percent", "scale", "count", "number_word"},
}
SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")

# Names of media and places that are ordinary words; bare, they would turn up in almost every article.
ORDINARY = {
    "Welt",
    "Zeit",
    "Bild",
    "Stern",
    "Focus",
    "Capital",
    "Standard",
    "Presse",
    "Essen",
    "Time",
    "Fortune",
    "Sun",
}

Row = dict[str, str]


def rows(name: str) -> list[Row]:
    with (SEEDS / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))


def forms(row: Row) -> list[str]:
    return row["forms"].split("|")


def repeated(values: list[str]) -> list[str]:
    return sorted(value for value, count in Counter(values).items() if count > 1)


@pytest.mark.parametrize("name", HEADERS)
def test_file_is_utf8_csv_with_minimal_quoting(name: str) -> None:
    text = (SEEDS / name).read_bytes().decode("utf-8")
    table = list(csv.reader(io.StringIO(text), strict=True))
    assert table[0] == HEADERS[name]
    assert {len(row) for row in table} == {len(HEADERS[name])}
    again = io.StringIO()
    csv.writer(again, lineterminator="\n").writerows(table)
    assert text == again.getvalue()


@pytest.mark.parametrize("name", HEADERS)
def test_kinds_are_of_the_vocabulary(name: str) -> None:
    assert {row["kind"] for row in rows(name)} <= KINDS[name]


@pytest.mark.parametrize("name", HEADERS)
def test_forms_are_there_and_trimmed(name: str) -> None:
    bad = [(row["forms"], form) for row in rows(name) for form in forms(row) if not form or form != form.strip()]
    assert bad == []


@pytest.mark.parametrize(("name", "key"), [("source_register.csv", "source_id"), ("markets.csv", "market_id")])
def test_ids_are_unique_slugs(name: str, key: str) -> None:
    ids = [row[key] for row in rows(name)]
    assert repeated(ids) == []
    assert [value for value in ids if not SLUG.fullmatch(value)] == []
    assert all(row["name"] for row in rows(name))


@pytest.mark.parametrize("name", ["source_register.csv", "markets.csv"])
def test_a_form_names_one_thing(name: str) -> None:
    every = list(chain.from_iterable(forms(row) for row in rows(name)))
    assert repeated(every) == []
    assert ORDINARY.isdisjoint(every)


@pytest.mark.parametrize(("name", "least"), [("source_register.csv", 350), ("markets.csv", 350), ("units.csv", 100)])
def test_lexicon_does_not_shrink(name: str, least: int) -> None:
    assert len(rows(name)) >= least


def test_companies_behind_sources_are_registered() -> None:
    registered = {row["company_id"] for row in rows("company_register.csv")}
    linked = {row["source_id"]: row["company_id"] for row in rows("source_register.csv") if row["company_id"]}
    assert linked, "no source is linked to a company"
    assert {source: company for source, company in linked.items() if company not in registered} == {}


def test_countries_and_cities_have_a_country_code() -> None:
    for row in rows("markets.csv"):
        placed = row["kind"] in {"country", "city"}
        assert bool(re.fullmatch(r"[A-Z]{2}", row["country"])) == placed, row["market_id"]
        assert placed or row["country"] == "", row["market_id"]


def test_every_country_code_is_one_country_and_cities_lie_in_one() -> None:
    countries = [row["country"] for row in rows("markets.csv") if row["kind"] == "country"]
    assert repeated(countries) == []
    assert {row["country"] for row in rows("markets.csv") if row["kind"] == "city"} <= set(countries)


def test_factors_are_positive_numbers_where_they_mean_something() -> None:
    for row in rows("units.csv"):
        if row["kind"] in {"scale", "number_word"}:
            assert row["factor"], row
        if row["factor"]:
            assert float(row["factor"]) > 0, row


def test_unit_names_fit_their_kind() -> None:
    for row in rows("units.csv"):
        expected = {
            "currency": r"[A-Z]{3}",
            "percent": r"percent|percentage_points",
            "scale": r"scale",
            "number_word": r"number",
            "count": r"[a-z]+(_[a-z]+)*",
        }[row["kind"]]
        assert re.fullmatch(expected, row["unit"]), row
        assert row["language"] in {"de", "en", "any"}, row
    assert repeated([f"{r['unit']} {r['factor']} {r['language']}" for r in rows("units.csv")]) == []


@pytest.mark.parametrize("language", ["de", "en"])
def test_a_unit_form_has_one_meaning_in_a_language(language: str) -> None:
    read = [row for row in rows("units.csv") if row["language"] in {language, "any"}]
    assert repeated(list(chain.from_iterable(forms(row) for row in read))) == []


@pytest.mark.parametrize(
    ("language", "form", "unit", "factor"),
    [
        ("de", "Billion", "scale", 1e12),  # a German Billion is an English trillion
        ("en", "billion", "scale", 1e9),
        ("de", "Mrd.", "scale", 1e9),
        ("en", "bn", "scale", 1e9),
        ("de", "Mio.", "scale", 1e6),
        ("de", "zwölf", "number", 12),
        ("en", "dozen", "number", 12),
        ("de", "Basispunkte", "percentage_points", 0.01),
        ("en", "hectares", "square_metres", 10_000),
    ],
)
def test_factor_of_a_form(language: str, form: str, unit: str, factor: float) -> None:
    found = [r for r in rows("units.csv") if r["language"] in {language, "any"} and form in forms(r)]
    assert [(r["unit"], float(r["factor"])) for r in found] == [(unit, factor)]


@pytest.mark.parametrize(
    ("name", "form", "expected"),
    [
        ("source_register.csv", "dpa-AFX", "dpa"),
        ("source_register.csv", "Europäischen Kommission", "EU-Kommission"),
        ("source_register.csv", "WSJ", "Wall Street Journal"),
        ("source_register.csv", "„Welt“", "Die Welt"),
        ("markets.csv", "Chinas", "China"),
        ("markets.csv", "US-Markt", "USA"),
        ("markets.csv", "smartphone market", "Smartphones"),
        ("markets.csv", "Niederlanden", "Niederlande"),
    ],
)
def test_name_of_a_form(name: str, form: str, expected: str) -> None:
    assert [row["name"] for row in rows(name) if form in forms(row)] == [expected]
