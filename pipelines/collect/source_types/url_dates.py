"""The day or the stretch of time that a URL names. Nothing on what lies behind it."""

from __future__ import annotations

import calendar
import re
from datetime import date

from pipelines.collect.dates import is_plausible

DAY_IN_PATH = re.compile(r"/((?:19|20)\d\d)(?:([/-])(\d\d?)\2(\d\d?)|(\d\d)(\d\d))(?=[/_-]|$)")
MONTH_NAMED = re.compile(
    r"(?<!\d)((?:19|20)\d\d)(?:[-_/.]|&\w{1,5}=)?(0[1-9]|1[0-2])(?:(?:[-_/.]|&\w{1,5}=)?(0[1-9]|[12]\d|3[01]))?(?!\d)"
)


def day_in_path(url: str, today: date) -> date | None:
    """The day that publishers put before an article's name: `/2024/05/02/…`, `/2024-05-02-…`, `/20240502/…`.

    None where the path names none, or one that cannot be (a number that only looks like a date).
    """
    match = DAY_IN_PATH.search(url.partition("?")[0])
    if match is None:
        return None
    year, _, month, day, *short = match.groups()
    try:
        named = date(int(year), int(month or short[0]), int(day or short[1]))
    except ValueError:
        return None
    return named if is_plausible(named, today) else None


def span_named(url: str) -> tuple[date, date] | None:
    """The first and the last day of what a sitemap's name says it holds: `sitemap-2024-05.xml`, `20240502.xml.gz`.

    A year alone is none: it may as well be a number (`sitemap-2010.xml`).
    """
    match = MONTH_NAMED.search(url)
    if match is None:
        return None
    year, month = int(match[1]), int(match[2])
    last = calendar.monthrange(year, month)[1]
    if match[3]:
        day = int(match[3])
        return (date(year, month, day), date(year, month, day)) if day <= last else None
    return date(year, month, 1), date(year, month, last)
