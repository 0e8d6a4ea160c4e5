"""Dates as pages write them (ISO, RFC 822, German, English, in addresses) to aware `datetime`s.

Which one counts is `metadata`'s business.
"""

from __future__ import annotations

import functools
import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from email.utils import parsedate_to_datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from pipelines.parse.text.screen import any_of
from pipelines.records import Precision

FIRST_YEAR, LAST_YEAR = 1990, 2100
"""Years a news page can have been published in; anything else is a placeholder (1970-01-01, 0001-01-01)."""

MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "januar jänner january jan janvier enero gennaio",
            "februar feber february feb février febrero febbraio",
            "märz maerz march mar mär mrz mars marzo",
            "april apr avril abril aprile",
            "mai may mayo maggio",
            "juni june jun juin junio giugno",
            "juli july jul juillet julio luglio",
            "august aug août agosto",
            "september sept sep septembre septiembre settembre",
            "oktober october okt oct octobre octubre ottobre",
            "november nov novembre noviembre",
            "dezember december dez dec décembre diciembre dicembre",
        ),
        start=1,
    )
    for name in names.split()
}
MAX_DATE_LINE = 90
"""Characters of a line that only dates the article."""

_MONTH = "(" + any_of(" ".join(sorted(MONTHS, key=len, reverse=True))).pattern + r")\b\.?"
_CLOCK = r"(?:[\s,;|–—-]*(?:um|at|ab|gegen)?\s*(\d{1,2})[:.](\d\d)(?:[:.]\d\d)?(?![\d.])\s*([ap]\.?m\b)?)?"

ISO = re.compile(
    r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T\s]+(\d{1,2}):(\d\d)(?::(\d\d))?(?:[.,]\d+)?\s*(Z|UTC|GMT|"
    r"[+-]\d\d:?\d\d|[+-]\d\d\b)?)?",
    re.I,
)
COMPACT = re.compile(r"^(\d{4})(\d\d)(\d\d)(?:T?(\d\d)(\d\d)(?:\d\d)?(Z)?)?$")
RFC_822 = re.compile(r"(?:[a-z]{3},?\s+)?\d{1,2}\s+[a-z]{3}\s+\d{4}\s+\d\d?:\d\d", re.I)
VISIBLE = (
    ((2, 1, 0), re.compile(r"(?<![\d.])(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4}|\d\d)(?!\d)" + _CLOCK)),
    (
        (2, 1, 0),
        re.compile(
            r"(?<!\d)(\d{1,2})(?:st|nd|rd|th|er)?\.?[\s-]+(?:de\s+)?" + _MONTH + r"[,\s-]+(?:de\s+)?(\d{4})" + _CLOCK,
        ),
    ),
    ((2, 0, 1), re.compile(r"\b" + _MONTH + r"\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})" + _CLOCK)),
    ((0, 1, 2), re.compile(r"(?<!\d)((?:19|20)\d\d)[-/.年](\d{1,2})[-/.月](\d{1,2})(?!\d)日?" + _CLOCK)),
)
"""The places of year, month and day, and the pattern for a text in lower case; behind them stand hour, minute, and half
of the day."""
SLASHED = re.compile(r"(?<![\d/-])(\d{1,2})(/|-| \| )(\d{1,2})\2(\d{4})(?!\d)" + _CLOCK)
DAY = re.compile(r"\d")
DAY_OR_YEAR = re.compile(r"\d\d\.|\d{4}")
LINE_LABELS = re.compile(
    r"\b(?:mo|di|mi|do|fr|sa|so)\b|\b\w+tag\b|\bmittwoch\b|\b\w+day\b|\b(?:stand|vom|von|um|am|uhr|"
    r"on|at|cet|cest|gmt|utc|bst|e[sd]t|p[sd]t"
    r"|veröffentlicht|aktualisiert|zuletzt|erstellt|geändert|erschienen|published|updated|posted|last|date|datum)\b",
    re.I,
)
IN_URL = re.compile(r"(?<!\d)((?:19|20)\d\d)[/_-]?(0[1-9]|1[0-2])[/_-]?(0[1-9]|[12]\d|3[01])(?!\d)")
IN_URL_DAY_FIRST = re.compile(r"(?<![\d-])(0[1-9]|[12]\d|3[01])[._-](0[1-9]|1[0-2])[._-]((?:19|20)\d\d)(?![\d-])")


class Stamp(NamedTuple):
    """A time and how exactly it was given. Midnight to the second is what systems write that know only the day."""

    moment: datetime
    precision: Precision


class DateStyle(NamedTuple):
    """How a page's dates are read where it leaves that open: `zone` for times without one; 03/02 as 2 March."""

    zone: tzinfo
    is_month_first: bool = False


def style_for(language: str | None) -> DateStyle:
    """The style of a language tag ("de", "en-US"): Germany's zone for German pages, UTC otherwise."""
    tag = (language or "").lower().replace("_", "-")
    return DateStyle(ZoneInfo("Europe/Berlin") if tag[:2] == "de" else UTC, tag == "en-us")


def parse_stamp(value: str | None, style: DateStyle) -> Stamp | None:
    """A machine-readable time (ISO 8601 and its misspellings, RFC 822, epoch), else a visible date, else None."""
    text = value.strip() if value else ""
    return _parse_stamp(text, style) if 6 <= len(text) <= 200 else None


@functools.lru_cache(maxsize=1 << 8)  # a memo of a pure function: several places of a page give the same time
def _parse_stamp(text: str, style: DateStyle) -> Stamp | None:
    zone = style.zone
    if found := ISO.search(text):
        year, month, day, hour, minute, second, offset = found.groups()
        return _stamp(year, month, day, hour, minute, _offset(offset) or zone, second)
    if found := COMPACT.match(text):
        year, month, day, hour, minute, zulu = found.groups()
        return _stamp(year, month, day, hour, minute, UTC if zulu else zone)
    if text.isdecimal() and len(text) in (10, 13):
        moment = datetime.fromtimestamp(int(text[:10]), UTC)
        return Stamp(moment, Precision.SECOND) if FIRST_YEAR <= moment.year <= LAST_YEAR else None
    if RFC_822.match(text):
        try:
            moment = parsedate_to_datetime(text)
        except (ValueError, TypeError, IndexError, OverflowError):
            return parse_visible(text, style)
        if not FIRST_YEAR <= moment.year <= LAST_YEAR:
            return None
        return Stamp(moment if moment.tzinfo else moment.replace(tzinfo=zone), Precision.SECOND)
    return parse_visible(text, style)


def parse_visible(text: str, style: DateStyle) -> Stamp | None:
    """The first date written in the text the way people write it, with the clock time that follows it."""
    if not DAY.search(text):
        return None
    text = text.lower()
    best: tuple[int, Stamp] | None = None
    for (year, month, day), pattern in VISIBLE:
        for found in pattern.finditer(text):
            if best and found.start() >= best[0]:
                break
            parts = found.groups()
            hour, minute, half = parts[3:]
            if stamp := _stamp(parts[year], parts[month], parts[day], _hour(hour, half), minute, style.zone):
                best = found.start(), stamp
                break
    return best[1] if best else _slashed(text, style)


def _slashed(text: str, style: DateStyle) -> Stamp | None:
    """The first date of the form 14/05/2024; 12/31/2024 can only be American."""
    found = SLASHED.search(text)
    if found is None:
        return None
    first, _, second, year, hour, minute, half = found.groups()
    # What fits both ways is read as the page's country reads it.
    is_month_first = int(second) > 12 or (style.is_month_first and int(first) <= 12)
    day, month = (second, first) if is_month_first else (first, second)
    return _stamp(year, month, day, _hour(hour, half), minute, style.zone)


def is_date_line(text: str) -> bool:
    """Whether the text is nothing but a date, a clock time and their labels ("Stand: 14.05.2024, 07:30 Uhr")."""
    if len(text) > MAX_DATE_LINE or not DAY_OR_YEAR.search(text):
        return False
    text = rest = text.lower()
    for _, pattern in VISIBLE:
        rest = pattern.sub("", rest)
    return rest != text and not any(map(str.isalpha, LINE_LABELS.sub("", rest)))


def parse_url_date(url: str | None, style: DateStyle) -> Stamp | None:
    """The day in an address such as https://news.example/2024/05/17/title; a month alone is no day."""
    if found := IN_URL.search(url or ""):
        year, month, day = found.groups()
    elif found := IN_URL_DAY_FIRST.search(url or ""):
        day, month, year = found.groups()
    else:
        return None
    return _stamp(year, month, day, None, None, style.zone)


def _hour(hour: str | None, half: str | None) -> str | None:
    if hour and half and int(hour) <= 12:
        return str(int(hour) % 12 + (12 if half[0] == "p" else 0))
    return hour


def _offset(text: str | None) -> tzinfo | None:
    if not text:
        return None
    if text[0] not in "+-":
        return UTC
    digits = text[1:].replace(":", "").ljust(4, "0")
    minutes = int(digits[:2]) * 60 + int(digits[2:])
    return timezone(timedelta(minutes=minutes if text[0] == "+" else -minutes)) if minutes < 1440 else None


def _stamp(
    year: str, month: str, day: str, hour: str | None, minute: str | None, zone: tzinfo, second: str | None = None
) -> Stamp | None:
    number = int(year) + 2000 if len(year) == 2 else int(year)
    month_number = int(month) if month.isdigit() else MONTHS[month]
    if not FIRST_YEAR <= number <= LAST_YEAR:
        return None
    try:
        moment = datetime(
            number, month_number, int(day), int(hour or 0), int(minute or 0), int(second or 0), tzinfo=zone
        )
    except ValueError:
        # An impossible clock ("24:00", or a number that only looked like one) does not unmake the day.
        return _stamp(year, month, day, None, None, zone) if hour else None
    is_midnight = not (moment.hour or moment.minute or moment.second)
    if hour is None or (second is not None and is_midnight):
        return Stamp(moment, Precision.DAY)
    return Stamp(moment, Precision.MINUTE if second is None else Precision.SECOND)
