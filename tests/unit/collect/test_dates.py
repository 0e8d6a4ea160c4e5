"""Dates as sources write them, and days in addresses."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.collect.dates import is_plausible, parse_time
from pipelines.collect.source_types.url_dates import day_in_path, span_named

TODAY = date(2024, 5, 6)


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("Thu, 02 May 2024 10:30:00 +0200", (2024, 5, 2, 8, 30)),
        ("Thu, 2 May 2024 10:30:00 GMT", (2024, 5, 2, 10, 30)),
        ("Thu, 02 May 2024 10:30:00 CEST", (2024, 5, 2, 8, 30)),
        ("Thu, 02 May 2024 10:30:00 MESZ", (2024, 5, 2, 8, 30)),
        ("Tue, 02 Jan 2024 10:30:00 MEZ", (2024, 1, 2, 9, 30)),
        ("Thu, 02 May 2024 20:30:00 PDT", (2024, 5, 3, 3, 30)),
        ("Thu, 02 May 2024 10:30:00 XYZ", (2024, 5, 2, 10, 30)),
        ("Do, 02 Mai 2024 10:30:00 +0200", (2024, 5, 2, 8, 30)),
        ("02 May 24 10:30 GMT", (2024, 5, 2, 10, 30)),
        ("31 Dec 99 23:00 GMT", (1999, 12, 31, 23)),
        ("Thu, 2 May 2024 24:00:00 GMT", (2024, 5, 3)),
        ("Thu, 02 May 2024 10:30:00 +0000 (UTC)", (2024, 5, 2, 10, 30)),
        ("Thu May  2 10:30:00 CEST 2024", (2024, 5, 2, 8, 30)),
        ("Fri, 03 May 2024 10:30 GMT+2", (2024, 5, 3, 8, 30)),
        ("2024-05-02T23:30:00-05:00", (2024, 5, 3, 4, 30)),
        ("2024-05-02T10:30:00.5Z", (2024, 5, 2, 10, 30, 0, 500_000)),
        ("2024-05-02T10:30:00+0200", (2024, 5, 2, 8, 30)),
        ("2024-05-02 10:30:00 CEST", (2024, 5, 2, 8, 30)),
        ("2024-05-02T24:00:00Z", (2024, 5, 3)),
        ("2024-05-02", (2024, 5, 2)),
        ("2. Mai 2024", (2024, 5, 2)),
        ("1. Dezember 2023, 12:00 Uhr", (2023, 12, 1, 12)),
        ("Samstag, 2. März 2024 - 9.15 Uhr", (2024, 3, 2, 9, 15)),
        ("02.05.2024 10:30", (2024, 5, 2, 10, 30)),
        ("2.5.24", (2024, 5, 2)),
        ("May 2, 2024 12:30 p.m.", (2024, 5, 2, 12, 30)),
        ("May 2, 2024 12:30 AM", (2024, 5, 2, 0, 30)),
        ("3rd September 2024", (2024, 9, 3)),
        ("13/02/2024", (2024, 2, 13)),
        ("02/13/2024", (2024, 2, 13)),
    ],
)
def test_what_is_read(text, time):
    assert parse_time(f" {text} ") == datetime(*time, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        None, "", "neulich", "10:30", "2024", "2024-05", "Mai 2024", "05/02/2024", "2024-13-40", "1714600000",
        "Fri, 31 Feb 2024 10:00:00 GMT", "Thu, 01 Jan 1970 00:00:00 GMT", "0001-01-01T00:00:00Z", "30. Juni 70",
        "Thu, 02 May 2024 10:30:00 +9900", "1" * 5_000,
    ],
)  # fmt: skip
def test_what_is_no_date_or_may_be_two(text):
    assert parse_time(text) is None


@given(st.text(max_size=60) | st.from_regex(r"\d{1,4}[-./ ]\w{1,4}[-./ ]\d{1,4}[T ]\d{1,3}:\d\d ?\w*", fullmatch=True))
def test_any_text_is_a_date_or_none(text):
    time = parse_time(text)
    assert time is None or (time.tzinfo is UTC and time.year >= 1989)


def test_days_ahead_are_plausible_up_to_two():
    assert [is_plausible(date(2024, 5, day), TODAY) for day in (6, 8, 9)] == [True, True, False]
    assert not is_plausible(date(1989, 12, 31), TODAY)


@pytest.mark.parametrize(
    ("path", "day"),
    [
        ("/2024/05/02/a.html", (2024, 5, 2)),
        ("/wirtschaft/2024/5/2/a", (2024, 5, 2)),
        ("/2024-05-02-a", (2024, 5, 2)),
        ("/20240502/a", (2024, 5, 2)),
        ("/2024/05/", None),
        ("/a-20240502.html", None),
        ("/a?from=/2024/05/02/", None),
        ("/2024/13/02/a", None),
        ("/2034/05/02/a", None),
        ("/202405021/a", None),
    ],
)
def test_days_in_paths(path, day):
    assert day_in_path(f"https://news.example{path}", TODAY) == (date(*day) if day else None)


@pytest.mark.parametrize(
    ("name", "span"),
    [
        ("sitemap-2024-05.xml", ((2024, 5, 1), (2024, 5, 31))),
        ("2024/02/sitemap.xml.gz", ((2024, 2, 1), (2024, 2, 29))),
        ("map_20240502.xml", ((2024, 5, 2), (2024, 5, 2))),
        ("sitemap.xml?yyyy=2024&mm=05&dd=02", ((2024, 5, 2), (2024, 5, 2))),
        ("sitemap-2024.xml", None),
        ("post-sitemap12.xml", None),
        ("20240231.xml", None),
        ("1202405.xml", None),
    ],
)
def test_spans_in_names(name, span):
    assert span_named(f"https://news.example/{name}") == (tuple(date(*day) for day in span) if span else None)
