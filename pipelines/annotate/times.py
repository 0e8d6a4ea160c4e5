"""Stated times as spans of days. Relative ones count from the article's own date; without it they are left out."""

from __future__ import annotations

import calendar
import re
from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta

from pipelines.annotate.time_patterns import (
    AHEAD,
    AHEAD_SIDES,
    MONTHS,
    NUMBERS,
    RULES,
    SEASONS,
    UNITS,
    WEEKDAYS,
    signs_in,
)

Period = tuple[date, date]
NAMED_QUARTERS = {"schlussquartal": 4, "auftaktquartal": 1}
QUARTER, HALF, SEASON = 3, 6, 3
"""Months in each."""
JUST_PAST = timedelta(days=45)
"""A time without a year that ended so lately is meant even in a sentence that looks ahead: "said in May it will"."""
NEAR_YEARS = (-1, 0, 1)
"""Years around the article's own in which a time without a year may lie."""
MOST_MONTHS = 600
"""More months back or ahead than any article means."""


def find_times(sentence: str, published: date | None) -> Iterator[tuple[int, int, date, date, str]]:
    """(start, end, first day, last day, rule_id); what one pattern took, later ones leave alone."""
    low = sentence.lower()
    signs = signs_in(low)
    if not signs:
        return
    taken: list[tuple[int, int]] = []  # sorted, without overlap
    ahead: tuple[int, ...] | None = None
    for rule, needed, more, pattern in RULES:
        if signs.isdisjoint(needed) or (more and signs.isdisjoint(more)):
            continue
        for found in pattern.finditer(sentence):
            at = bisect_left(taken, found.span())
            if (at and taken[at - 1][1] > found.start()) or (at < len(taken) and taken[at][0] < found.end()):
                continue
            if ahead is None:
                ahead = _ahead_marks(low)
            is_ahead = any(mark < found.start() or mark >= found.end() for mark in ahead)
            try:
                period = _period(rule, found, published, is_ahead=is_ahead)
            except (ValueError, KeyError, OverflowError):  # "31. Juni" is no day
                continue
            if period:
                taken.insert(at, found.span())
                yield found.start(), found.end(), *period, rule


def _ahead_marks(low: str) -> tuple[int, ...]:
    """Where the first and the last word stand that look ahead: if neither is outside of a time, none is."""
    marks = [found.start() for found in AHEAD.finditer(low)]
    return (marks[0], marks[-1]) if marks else ()


def _period(rule: str, found: re.Match[str], published: date | None, *, is_ahead: bool) -> Period | None:
    parts = {name: value.casefold() for name, value in found.groupdict().items() if value}
    if rule in IN_A_YEAR:
        is_ahead = is_ahead or parts.get("side") in AHEAD_SIDES
        return _in_a_year(IN_A_YEAR[rule], parts, published, is_ahead=is_ahead)
    if rule == "part-of-year" and "year" in parts:
        return _part_of_year(int(parts["year"]), parts)
    return COUNTED[rule](parts, published) if published else None


def _in_a_year(
    within: Callable[[int, Mapping[str, str]], Period],
    parts: Mapping[str, str],
    published: date | None,
    *,
    is_ahead: bool,
) -> Period | None:
    """The time in its stated year, else the one that is meant: the last that has begun, or the next in a look ahead."""
    if "year" in parts or "short" in parts:
        return within(int(parts["year"]) if "year" in parts else 2000 + int(parts["short"]), parts)
    if not published:
        return None
    near = [period for year in NEAR_YEARS for period in _possible(within, published.year + year, parts)]
    begun = max((period for period in near if period[0] <= published), default=None)
    ahead = min((period for period in near if period[0] > published), default=None)
    return ahead if ahead and is_ahead and not (begun and begun[1] + JUST_PAST >= published) else begun


def _possible(
    within: Callable[[int, Mapping[str, str]], Period], year: int, parts: Mapping[str, str]
) -> Iterator[Period]:
    """The time in that year, unless the year has none: a 29th of February."""
    try:
        yield within(year, parts)
    except ValueError:
        return


def _months(year: int, month: int, count: int) -> Period:
    """`count` months from the first day of a month; months beyond December run into the next year."""
    first = date(year + (month - 1) // 12, (month - 1) % 12 + 1, 1)
    end = month + count - 1
    year, month = year + (end - 1) // 12, (end - 1) % 12 + 1
    return first, date(year, month, calendar.monthrange(year, month)[1])


def _day(year: int, parts: Mapping[str, str]) -> Period:
    month = int(parts["month_no"]) if "month_no" in parts else MONTHS[parts["month"]]
    day = date(year, month, int(parts["day"]))
    return day, day


def _quarter(year: int, parts: Mapping[str, str]) -> Period:
    word = parts["quarter"]
    number = NAMED_QUARTERS.get(word) or NUMBERS.get(word) or int(word.strip("q"))
    return _months(year, QUARTER * number - 2, QUARTER)


def _half(year: int, parts: Mapping[str, str]) -> Period:
    number = int(parts["short_half"][1]) if "short_half" in parts else NUMBERS[parts["half"]]
    return _months(year, HALF * number - 5, HALF)


def _part_of_year(year: int, parts: Mapping[str, str]) -> Period:
    """The first quarter, the middle half or the last quarter of a year."""
    if "middle" in parts:
        return _months(year, 4, HALF)
    return _months(year, 1 if "begins" in parts else 10, QUARTER)


def _quarter_to(year: int, parts: Mapping[str, str]) -> Period:
    return _months(year - 1, 12 + MONTHS[parts["month"]] - QUARTER + 1, QUARTER)


def _fiscal_year(year: int, parts: Mapping[str, str]) -> Period:
    """ "2015/16" lies somewhere in both years; "2015/18" is no fiscal year."""
    if "second" not in parts:
        return _months(year, 1, 12)
    if int(parts["second"]) != (year + 1) % 100:
        raise ValueError
    return _months(year, 1, 24)


IN_A_YEAR: Mapping[str, Callable[[int, Mapping[str, str]], Period]] = {
    "day": _day,
    "month": lambda year, parts: _months(year, MONTHS[parts["month"]], 1),
    "quarter": _quarter,
    "quarter-to": _quarter_to,
    "half": _half,
    "months-of": lambda year, parts: _months(year, 1, _count(parts["count"])),
    "season": lambda year, parts: _months(year, SEASONS[parts["season"]], SEASON),
    "year": lambda year, _: _months(year, 1, 12),
    "fiscal-year": _fiscal_year,
}
"""Rules whose times lie in a year that is stated or found out."""


def _count(word: str) -> int:
    return int(word) if word.isdigit() else NUMBERS[word]


def _shifted(published: date, unit: str, by: int) -> Period:
    """The day, week, month, quarter or year that lies `by` units from the article's own."""
    if unit == "day":
        day = published + timedelta(days=by)
        return day, day
    if unit == "week":
        monday = published - timedelta(days=published.weekday()) + timedelta(weeks=by)
        return monday, monday + timedelta(days=6)
    size = {"month": 1, "quarter": QUARTER, "year": 12}[unit]
    if abs(by * size) > MOST_MONTHS:
        raise OverflowError
    month = 12 * published.year + (published.month - 1) // size * size + by * size
    return _months(month // 12, month % 12 + 1, size)


def _span(parts: Mapping[str, str], published: date) -> Period:
    """ "in the next three years", "over the past 12 months": up to the article's day, or from it on."""
    unit, count = UNITS[parts["unit"]], _count(parts["count"])
    if "next" in parts:
        return published, _shifted(published, unit, count)[1]
    return _shifted(published, unit, -count)[0], published


def _ago(parts: Mapping[str, str], published: date) -> Period:
    unit = UNITS[parts.get("unit") or parts["unit_en"]]
    return _shifted(published, unit, -_count(parts.get("count") or parts["count_en"]))


def _weekday(parts: Mapping[str, str], published: date) -> Period:
    """The last such day up to the article's, or the next one after it."""
    back = (published.weekday() - WEEKDAYS[parts["weekday"]]) % 7
    day = published + timedelta(days=7 - back) if "next" in parts else published - timedelta(days=back)
    return day, day


def _side(parts: Mapping[str, str]) -> int:
    return -1 if "last" in parts else 1 if "next" in parts else 0


COUNTED: Mapping[str, Callable[[Mapping[str, str], date], Period]] = {
    "part-of-year": lambda parts, published: _part_of_year(published.year + _side(parts), parts),
    "span": _span,
    "ago": _ago,
    "last-year": lambda _, published: _shifted(published, "year", -1),
    "this-year": lambda _, published: _shifted(published, "year", 0),
    "next-year": lambda _, published: _shifted(published, "year", 1),
    "relative": lambda parts, published: _shifted(published, UNITS[parts["unit"]], _side(parts)),
    "weekday": _weekday,
    "day-before": lambda _, published: _shifted(published, "day", -1),
    "same-day": lambda _, published: _shifted(published, "day", 0),
    "day-after": lambda _, published: _shifted(published, "day", 1),
}
"""Rules whose times are counted from the article's own date."""
