"""Stated times as spans of days. Relative ones count from the article's own date; without it they are left out."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from datetime import date, timedelta

MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "januar january jan jänner",
            "februar february feb",
            "märz march mar mrz",
            "april apr",
            "mai may",
            "juni june jun",
            "juli july jul",
            "august aug",
            "september sept sep",
            "oktober october oct okt",
            "november nov",
            "dezember december dec dez",
        ),
        start=1,
    )
    for name in names.split()
}
MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
QUARTERS = {
    "ersten": 1,
    "zweiten": 2,
    "dritten": 3,
    "vierten": 4,
    "first": 1,
    "second": 2,
    "third": 3,
    "fourth": 4,
    "schlussquartal": 4,
    "auftaktquartal": 1,
    "q1": 1,
    "q2": 2,
    "q3": 3,
    "q4": 4,
}
YEAR = r"(?:19[5-9]\d|20[0-4]\d)"
PATTERNS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("day", re.compile(rf"\b(?P<day>\d{{1,2}})(?:\.\s?|\s)(?P<month>{MONTH})\b(?:\s(?P<year>{YEAR}))?", re.I)),
    (
        "day",
        re.compile(rf"\b(?P<month>{MONTH})\.?\s(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\b(?:,?\s(?P<year>{YEAR}))?", re.I),
    ),
    ("day", re.compile(rf"\b(?P<day>\d{{1,2}})\.(?P<month_no>\d{{1,2}})\.(?P<year>{YEAR})\b")),
    (
        "quarter",
        re.compile(
            rf"\b(?P<quarter>ersten|zweiten|dritten|vierten|first|second|third|fourth)[\s-](?:quartals?|quarter)\b"
            rf"(?:\s(?:of\s|des Jahres\s)?(?P<year>{YEAR}))?",
            re.I,
        ),
    ),
    ("quarter", re.compile(rf"\b(?P<quarter>schlussquartal|auftaktquartal|q[1-4])\b(?:[\s/]+(?P<year>{YEAR}))?", re.I)),
    (
        "month",
        re.compile(
            r"\b(?:im|in|seit|ab|bis|bis ende|anfang|ende|mitte|until|since|by|early|late|of)\s"
            rf"(?P<month>{MONTH})\b(?:\s(?P<year>{YEAR}))?",
            re.I,
        ),
    ),
    ("last-year", re.compile(r"\b(?:vergangenen|vorigen|letzten) jahr(?:es)?\b|\bvorjahr\b|\blast year\b", re.I)),
    ("this-year", re.compile(r"\b(?:laufenden|diesem) jahr(?:es)?\b|\bheuer\b|\bthis year\b", re.I)),
    ("next-year", re.compile(r"\b(?:kommenden|nächsten) jahr(?:es)?\b|\bnext year\b", re.I)),
    ("day-before", re.compile(r"\bgestern\b|\byesterday\b", re.I)),
    ("same-day", re.compile(r"\bheute\b|\btoday\b", re.I)),
    (
        "year",
        re.compile(
            rf"(?<![\d.,-])(?P<year>{YEAR})(?![\d,-]|\.\d|\s(?:Euro|Prozent|Mitarbeiter|Stellen|Dollar|jobs|employees))"
        ),
    ),
)


def find_times(sentence: str, published: date | None) -> Iterator[tuple[int, int, date, date, str]]:
    """(start, end, first day, last day, rule_id); what one pattern took, later ones leave alone."""
    taken: list[tuple[int, int]] = []
    for rule, pattern in PATTERNS:
        for found in pattern.finditer(sentence):
            if any(start < found.end() and found.start() < end for start, end in taken):
                continue
            period = _period(rule, found, published)
            if period:
                taken.append(found.span())
                yield found.start(), found.end(), *period, rule


def _period(rule: str, found: re.Match[str], published: date | None) -> tuple[date, date] | None:
    parts = found.groupdict()
    if parts.get("year"):
        year = int(parts["year"])
    elif published:
        year = published.year
    else:
        return None
    try:
        match rule:
            case "day":
                month = int(parts["month_no"]) if parts.get("month_no") else MONTHS[parts["month"].casefold()]
                day = date(year, month, int(parts["day"]))
                return day, day
            case "month":
                month = MONTHS[parts["month"].casefold()]
                return date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1])
            case "quarter":
                last = 3 * QUARTERS[parts["quarter"].casefold()]
                return date(year, last - 2, 1), date(year, last, calendar.monthrange(year, last)[1])
            case "year" | "this-year":
                return date(year, 1, 1), date(year, 12, 31)
            case "last-year":
                return date(year - 1, 1, 1), date(year - 1, 12, 31)
            case "next-year":
                return date(year + 1, 1, 1), date(year + 1, 12, 31)
    except (ValueError, KeyError):  # "31. Juni" is no day
        return None
    if published is None:
        return None
    day = published - timedelta(days=1) if rule == "day-before" else published
    return day, day
