"""Stated times as spans of days."""

from __future__ import annotations

from datetime import date

import pytest

from pipelines.annotate.times import find_times

PUBLISHED = date(2023, 9, 1)


def times(sentence: str, published: date | None = PUBLISHED) -> list[tuple[str, str, str, str]]:
    """Surface, first day, last day and rule, in text order."""
    found = sorted(find_times(sentence, published))
    return [(sentence[a:b], first.isoformat(), last.isoformat(), rule) for a, b, first, last, rule in found]


@pytest.mark.parametrize(
    ("sentence", "surface", "first", "last", "rule"),
    [
        ("Am 3. Mai 2021 begann es.", "3. Mai 2021", "2021-05-03", "2021-05-03", "day"),
        ("Am 3. Mai begann es.", "3. Mai", "2023-05-03", "2023-05-03", "day"),
        ("Am 24.12.2020 begann es.", "24.12.2020", "2020-12-24", "2020-12-24", "day"),
        ("It began on May 3, 2021.", "May 3, 2021", "2021-05-03", "2021-05-03", "day"),
        ("It began on June 5th.", "June 5th", "2023-06-05", "2023-06-05", "day"),
        ("It began on Sept. 5, 2020.", "Sept. 5, 2020", "2020-09-05", "2020-09-05", "day"),
        ("Im ersten Quartal 2022 wuchs es.", "ersten Quartal 2022", "2022-01-01", "2022-03-31", "quarter"),
        ("Im dritten Quartal wuchs es.", "dritten Quartal", "2023-07-01", "2023-09-30", "quarter"),
        ("Im Schlussquartal wuchs es.", "Schlussquartal", "2022-10-01", "2022-12-31", "quarter"),
        ("In the second quarter of 2020 it grew.", "second quarter of 2020", "2020-04-01", "2020-06-30", "quarter"),
        ("In Q4 2019 it grew.", "Q4 2019", "2019-10-01", "2019-12-31", "quarter"),
        ("Im Februar 2020 wuchs es.", "Im Februar 2020", "2020-02-01", "2020-02-29", "month"),
        ("Es wächst seit März.", "seit März", "2023-03-01", "2023-03-31", "month"),
        ("It grew in December 2022.", "in December 2022", "2022-12-01", "2022-12-31", "month"),
        ("Es wuchs im vergangenen Jahr.", "vergangenen Jahr", "2022-01-01", "2022-12-31", "last-year"),
        ("It grew last year.", "last year", "2022-01-01", "2022-12-31", "last-year"),
        ("Es wächst in diesem Jahr.", "diesem Jahr", "2023-01-01", "2023-12-31", "this-year"),
        ("It grows this year.", "this year", "2023-01-01", "2023-12-31", "this-year"),
        ("Es wächst im kommenden Jahr.", "kommenden Jahr", "2024-01-01", "2024-12-31", "next-year"),
        ("It grows next year.", "next year", "2024-01-01", "2024-12-31", "next-year"),
        ("Es wuchs gestern.", "gestern", "2023-08-31", "2023-08-31", "day-before"),
        ("It grew yesterday.", "yesterday", "2023-08-31", "2023-08-31", "day-before"),
        ("Es wächst heute.", "heute", "2023-09-01", "2023-09-01", "same-day"),
        ("It grows today.", "today", "2023-09-01", "2023-09-01", "same-day"),
        ("Es wuchs 2019 stark.", "2019", "2019-01-01", "2019-12-31", "year"),
    ],
)
def test_every_rule(sentence: str, surface: str, first: str, last: str, rule: str) -> None:
    assert times(sentence) == [(surface, first, last, rule)]


def test_a_british_date_is_a_day() -> None:
    assert [(first, rule) for _, first, _, rule in times("It began on 3 May 2021.")] == [("2021-05-03", "day")]


@pytest.mark.parametrize(
    "sentence",
    [
        "Am 3. Mai begann es.",
        "Es wuchs im dritten Quartal.",
        "Es wuchs im März.",
        "It grew last year and this year, next year too.",
        "Es wuchs gestern und heute.",
    ],
)
def test_relative_times_need_the_date_of_the_article(sentence: str) -> None:
    assert times(sentence, published=None) == []
    assert times(sentence) != []


@pytest.mark.parametrize(
    "sentence", ["Am 3. Mai 2021 begann es.", "Es wuchs im März 2021.", "Im Q3 2021 wuchs es.", "Es wuchs 2021 stark."]
)
def test_full_times_do_not(sentence: str) -> None:
    assert times(sentence, published=None) == times(sentence) != []


@pytest.mark.parametrize(
    "sentence", ["Am 31. Juni begann es.", "Am 30.02.2020 begann es.", "Am 3.13.2020 begann es.", "It was on Feb. 30."]
)
def test_impossible_days_are_no_times(sentence: str) -> None:
    assert times(sentence) == []


def test_the_29th_of_february_exists_in_leap_years_only() -> None:
    assert times("Am 29.02.2020 war es.") != []
    assert times("Am 29.02.2021 war es.") == []


@pytest.mark.parametrize(
    "sentence",
    [
        "Es gehen 2020 Mitarbeiter.",
        "Es kostet 2000 Euro.",
        "Das sind 12020 Teile.",
        "Das sind 2.020 Teile.",
        "Um 1815.",
    ],
)
def test_numbers_that_look_like_years_are_none(sentence: str) -> None:
    assert times(sentence) == []


def test_a_longer_time_takes_its_year_along() -> None:
    assert [surface for surface, *_ in times("Es wuchs im März 2021 und 2022.")] == ["im März 2021", "2022"]


def test_the_first_of_january_looks_back_a_year() -> None:
    assert times("Es wuchs gestern.", date(2024, 1, 1))[0][1] == "2023-12-31"
