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


def test_a_29th_of_february_without_a_year_is_one_that_exists() -> None:
    assert [found[1] for found in times("Am 29. Februar war es.", date(2024, 9, 1))] == ["2024-02-29"]


def test_the_first_of_january_looks_back_a_year() -> None:
    assert times("Es wuchs gestern.", date(2024, 1, 1))[0][1] == "2023-12-31"


@pytest.mark.parametrize(
    ("sentence", "first", "last", "rule"),
    [
        ("Im Quartal bis Ende Juni sank es.", "2023-04-01", "2023-06-30", "quarter-to"),
        ("It fell in the three months to June 2022.", "2022-04-01", "2022-06-30", "quarter-to"),
        ("It fell in the quarter ended June 30, 2022.", "2022-04-01", "2022-06-30", "quarter-to"),
        ("Es sank im Quartal bis Ende Januar 2022.", "2021-11-01", "2022-01-31", "quarter-to"),
        ("Es wuchs im ersten Halbjahr.", "2023-01-01", "2023-06-30", "half"),
        ("It grew in the second half of 2020.", "2020-07-01", "2020-12-31", "half"),
        ("Es wuchs in den ersten neun Monaten 2021.", "2021-01-01", "2021-09-30", "months-of"),
        ("Im Geschäftsjahr 2020/21 wuchs es.", "2020-01-01", "2021-12-31", "fiscal-year"),
        ("It grew in fiscal 2021.", "2021-01-01", "2021-12-31", "fiscal-year"),
        ("It fell in 1Q17.", "2017-01-01", "2017-03-31", "quarter"),
        ("Es endet Ende 2024.", "2024-10-01", "2024-12-31", "part-of-year"),
        ("Es endet Ende des kommenden Jahres.", "2024-10-01", "2024-12-31", "part-of-year"),
        ("It began in early 2020.", "2020-01-01", "2020-03-31", "part-of-year"),
        ("Es begann im Frühjahr 2022.", "2022-03-01", "2022-05-31", "season"),
        ("Es gilt in den kommenden drei Jahren.", "2023-09-01", "2026-12-31", "span"),
        ("It rose over the past 12 months.", "2022-09-01", "2023-09-01", "span"),
        ("Es begann vor zwei Jahren.", "2021-01-01", "2021-12-31", "ago"),
        ("It began two years ago.", "2021-01-01", "2021-12-31", "ago"),
        ("Es sank im Vorquartal.", "2023-04-01", "2023-06-30", "relative"),
        ("It opens next month.", "2023-10-01", "2023-10-31", "relative"),
        ("Sie sagte es am Montag.", "2023-08-28", "2023-08-28", "weekday"),
        ("It fell on Friday.", "2023-09-01", "2023-09-01", "weekday"),
        ("Es gilt ab Donnerstag.", "2023-09-07", "2023-09-07", "weekday"),
        ("It opens tomorrow.", "2023-09-02", "2023-09-02", "day-after"),
    ],
)
def test_longer_and_relative_times(sentence: str, first: str, last: str, rule: str) -> None:
    assert [found[1:] for found in times(sentence)] == [(first, last, rule)]


@pytest.mark.parametrize(
    ("sentence", "first"),
    [
        ("Im Dezember begann es.", "2022-12-01"),
        ("Im Dezember soll es beginnen.", "2023-12-01"),
        ("Im August sagte er, dass es bald beginnen soll.", "2023-08-01"),
        ("It began in October.", "2022-10-01"),
        ("It is expected to begin in October.", "2023-10-01"),
    ],
)
def test_a_month_without_a_year_lies_behind_unless_the_sentence_looks_ahead(sentence: str, first: str) -> None:
    assert [found[1] for found in times(sentence)] == [first]


@pytest.mark.parametrize(
    "sentence", ["Das sind 2015/18 Teile.", "It was Black Friday.", "A fall in sales hurt.", "vor 10000 Jahren"]
)
def test_what_only_looks_like_a_time(sentence: str) -> None:
    assert [rule for *_, rule in times(sentence) if rule != "year"] == []


@pytest.mark.parametrize(
    "sentence", ["am montag " * 30_000, "quartal bis " * 30_000, "2015 " * 30_000, "vor drei " * 30_000]
)
def test_hostile_times_do_not_hang(sentence: str) -> None:
    times(sentence)
