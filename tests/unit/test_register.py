"""The company register in dbt/seeds: keys, vocabulary, check digits. What the names match is tested elsewhere."""

from __future__ import annotations

import csv
import re
from collections import Counter
from pathlib import Path

import pytest

SEEDS = Path(__file__).resolve().parents[2] / "dbt" / "seeds"
COMPANY_COLUMNS = ["company_id", "name", "legal_name", "country", "sector", "ticker", "isin", "is_listed"]
ALIAS_COLUMNS = ["alias", "company_id", "match"]
SECTORS = frozenset(
    """
    aerospace agriculture apparel automotive banking biotech chemicals conglomerate construction consulting
    consumer_goods electronics energy engineering finance food gaming health hospitality insurance internet
    it_services logistics materials media metals news_agency pharma real_estate research retail semiconductors
    software telecoms tobacco transport travel utilities
    """.split()
)
COUNTRIES = frozenset(
    """
    AE AR AT AU BE BR BS CA CH CL CN CO CZ DE DK EE EG ES ET FI FR GB GR HK HR HU ID IE IL IN IR IT JP KE KR KW LT LU
    LV MT MX MY NG NL NO NZ PA PH PL PT QA RO RU SA SE SG SI SK SV TH TR TW UA US UY VE VN ZA
    """.split()
)
"""Seats the register has today. ISO 3166-1 has more; a new one is added here, a mistyped one is caught."""
MIN_COMPANIES = 600
COMPANIES = "company_register.csv"
ALIASES = "company_aliases.csv"
Row = dict[str, str]


def read(name: str) -> tuple[list[str], list[Row]]:
    with (SEEDS / name).open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file, strict=True)
        return list(reader.fieldnames or []), list(reader)


@pytest.fixture(scope="module")
def companies() -> list[Row]:
    return read(COMPANIES)[1]


@pytest.fixture(scope="module")
def aliases() -> list[Row]:
    return read(ALIASES)[1]


def isin_is_valid(isin: str) -> bool:
    """ISO 6166: two letters, nine letters or digits, a check digit by Luhn over the letters read as 10 to 35."""
    if not re.fullmatch(r"[A-Z]{2}[A-Z0-9]{9}[0-9]", isin):
        return False
    digits = [int(digit) for character in isin for digit in str(int(character, 36))]
    doubled = [digit * 2 if place % 2 else digit for place, digit in enumerate(reversed(digits))]
    return sum(number // 10 + number % 10 for number in doubled) % 10 == 0


def repeated(values: list[str]) -> list[str]:
    return sorted(value for value, count in Counter(values).items() if count > 1)


@pytest.mark.parametrize(
    ("isin", "valid"),
    [
        ("DE0007164600", True),
        ("US0378331005", True),
        ("DE000PAG9113", True),
        ("DE0007164601", False),
        ("DE0007614600", False),
        ("DE000716460", False),
        ("de0007164600", False),
    ],
)
def test_the_check_digit_catches_a_mistyped_isin(isin: str, valid: bool) -> None:
    assert isin_is_valid(isin) is valid


@pytest.mark.parametrize(("name", "columns"), [(COMPANIES, COMPANY_COLUMNS), (ALIASES, ALIAS_COLUMNS)])
def test_every_row_has_the_columns_and_no_surrounding_space(name: str, columns: list[str]) -> None:
    header, rows = read(name)
    assert header == columns
    ragged = [row for row in rows if None in row or None in row.values()]
    assert ragged == []
    assert [row for row in rows if any(value != value.strip() for value in row.values())] == []


@pytest.mark.parametrize("name", [COMPANIES, ALIASES])
def test_the_bytes_are_plain_utf8_with_unix_line_ends(name: str) -> None:
    data = (SEEDS / name).read_bytes()
    assert not data.startswith(b"\xef\xbb\xbf")
    assert b"\r" not in data
    assert data.decode("utf-8").endswith("\n")


def test_rows_are_sorted_so_that_changes_read_well(companies: list[Row], aliases: list[Row]) -> None:
    ids = [row["company_id"] for row in companies]
    assert ids == sorted(ids)
    keys = [(row["company_id"], row["alias"]) for row in aliases]
    assert keys == sorted(keys)


def test_ids_are_unique_readable_slugs(companies: list[Row]) -> None:
    ids = [row["company_id"] for row in companies]
    assert len(ids) >= MIN_COMPANIES
    assert repeated(ids) == []
    assert [i for i in ids if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", i)] == []


def test_companies_keep_to_the_vocabulary(companies: list[Row]) -> None:
    assert {row["sector"] for row in companies} <= SECTORS
    assert {row["country"] for row in companies} <= COUNTRIES
    assert {row["is_listed"] for row in companies} == {"true", "false"}
    assert [row["company_id"] for row in companies if not row["name"]] == []


def test_names_are_unique(companies: list[Row]) -> None:
    assert repeated([row["name"] for row in companies]) == []


def test_isins_are_valid_and_stand_once(companies: list[Row]) -> None:
    isins = [row["isin"] for row in companies if row["isin"]]
    assert [isin for isin in isins if not isin_is_valid(isin)] == []
    assert repeated(isins) == []


def test_only_listed_companies_have_a_ticker_or_isin(companies: list[Row]) -> None:
    wrong = [row["company_id"] for row in companies if row["is_listed"] == "false" and (row["ticker"] or row["isin"])]
    assert wrong == []


def test_an_alias_leads_to_one_company_that_exists(companies: list[Row], aliases: list[Row]) -> None:
    assert repeated([row["alias"] for row in aliases]) == []
    assert {row["company_id"] for row in aliases} <= {row["company_id"] for row in companies}


def test_aliases_are_usable(aliases: list[Row]) -> None:
    assert [row["alias"] for row in aliases if len(row["alias"]) < 2] == []
    assert [row["alias"] for row in aliases if "  " in row["alias"]] == []
    assert {row["match"] for row in aliases} == {"plain", "context"}


def test_every_company_is_found_by_its_own_name(companies: list[Row], aliases: list[Row]) -> None:
    known = {(row["alias"], row["company_id"]) for row in aliases}
    assert [row["company_id"] for row in companies if (row["name"], row["company_id"]) not in known] == []


@pytest.mark.parametrize(
    ("alias", "company_id", "match"),
    [
        ("VW", "volkswagen", "plain"),
        ("E.ON", "eon", "plain"),
        ("Deutsche Bahn", "deutsche-bahn", "plain"),
        ("Bahn", "deutsche-bahn", "context"),
        ("Facebook", "meta", "plain"),
        ("Research In Motion", "blackberry", "plain"),
        ("Google", "google", "plain"),
        ("Alphabet Inc.", "alphabet", None),
        ("Target", "target", "context"),
        ("Die Zeit", "die-zeit", "context"),
        ("dpa-AFX", "dpa-afx", "plain"),
    ],
)
def test_names_that_decide_what_the_register_means(
    companies: list[Row], aliases: list[Row], alias: str, company_id: str, match: str | None
) -> None:
    if match is None:  # a legal name: the register knows it, the matcher strips the form
        assert alias in [row["legal_name"] for row in companies if row["company_id"] == company_id]
    else:
        assert {"alias": alias, "company_id": company_id, "match": match} in aliases
