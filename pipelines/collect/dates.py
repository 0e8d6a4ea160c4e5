"""When a source says that something was published: texts, German and English, to times in UTC. Knows no clock.

What can be read in two ways, or names no day, is no date: an article filed under a wrong day is worse than one that
is filed under the day on which it was first seen.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, timezone
from functools import lru_cache

EARLIEST_YEAR = 1990
"""Before it there was no news on the web; 1970 and 0001 are what programs write that have no date."""
MAX_AHEAD = timedelta(days=2)
"""A day may have begun elsewhere, and a clock may be wrong; a date beyond this is a mistake or a notice of an event."""
MAX_LENGTH = 100

MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan january januar jänner jaenner", "feb february februar feber", "mar march märz maerz mär mrz",
            "apr april", "may mai", "jun june juni", "jul july juli", "aug august", "sep sept september",
            "oct october okt oktober", "nov november", "dec december dez dezember",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip

ZONE_HOURS = {
    name: hours
    for hours, names in {
        0: "Z UT UTC GMT WET WEZ", 1: "CET MEZ MET BST WEST WESZ", 2: "CEST MESZ MEST EET OEZ SAST", 3: "EEST OESZ MSK",
        8: "HKT SGT AWST", 9: "JST KST", 10: "AEST", 11: "AEDT", 12: "NZST", 13: "NZDT",
        -3: "BRT ART", -4: "EDT AST", -5: "EST CDT", -6: "CST MDT", -7: "MST PDT", -8: "PST AKDT", -9: "AKST",
        -10: "HST",
    }.items()
    for name in names.split()
}  # fmt: skip
"""Names of zones in dates (RFC 5322, 4.3, and the usual ones of Europe and the Pacific). Any other name counts as UTC,
as RFC 5322 has it."""

ZONES = {name: timezone(timedelta(hours=hours)) for name, hours in ZONE_HOURS.items()}
ZONE_OFFSETS = {name: f"{hours:+03}:00" for name, hours in ZONE_HOURS.items()}
TWO_DIGITS = {name: f"{number:02}" for name, number in MONTHS.items()} | {
    name.title(): f"{number:02}" for name, number in MONTHS.items()
}
ZONE = re.compile(r"[\s(]*(?:(?:GMT|UTC)?\s*([+-])(\d\d?):?(\d\d)?(?!\d)|([A-Z]{1,5})\b\)?)")
CLOCK = re.compile(r"\b(\d\d?):(\d\d)(?::(\d\d))?(?:[.,]\d+)?(?:\s*([ap]\.?m\b\.?|uhr\b))?", re.IGNORECASE)
GERMAN_CLOCK = re.compile(r"\b(\d\d?)\.(\d\d)()() ?Uhr\b", re.IGNORECASE)
HALVES = {"a": 0, "p": 12}
"""Hours to add before and after noon."""
T_BETWEEN = re.compile(r"(?<=\d)T(?=\d)")
YEAR_FIRST = re.compile(r"(?<!\d)(\d{4})([-/.])(\d\d?)\2(\d\d?)(?!\d)")
DAY_MONTH_YEAR = re.compile(r"(?<!\d)(\d\d?)(?:\.|st|nd|rd|th)?[\s-]*([^\W\d_]{3,9})\.?,?[\s-]+(\d{4}|\d\d)(?!\d)")
MONTH_DAY_YEAR = re.compile(r"([^\W\d_]{3,9})\.?\s+(\d\d?)(?:st|nd|rd|th)?,?\s+(\d{4})(?!\d)")
DOTTED = re.compile(r"(?<!\d)(\d\d?)\.\s?(\d\d?)\.\s?(\d{4}|\d\d)(?!\d)")
SLASHED = re.compile(r"(?<!\d)(\d\d?)/(\d\d?)/(\d{4})(?!\d)")


@lru_cache(maxsize=4_096)  # sitemaps repeat one time thousands of times, and feeds are seen again and again
def parse_time(text: str | None) -> datetime | None:
    """The time that `text` names, in UTC; without a zone it is taken as UTC, without a clock time as midnight.

    Reads ISO 8601, RFC 5322 with two-digit years and names of zones (`CEST`, `MESZ`), and dates as people write them
    in German and English (`2. Mai 2024, 10:30 Uhr`, `May 2, 2024`, `02.05.2024`). None for anything else: a bare
    month, a clock time, `05/02/2024` (a day of May or of February), and what lies before `EARLIEST_YEAR`.
    """
    if not text or len(text) > MAX_LENGTH:
        return None
    text = text.strip()
    try:
        time = _standard(text) or _written(text)
        return None if time is None or time.year < EARLIEST_YEAR else utc(time)
    except (ValueError, OverflowError):
        return None


def utc(time: datetime) -> datetime:
    return time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)


def is_plausible(day: date, today: date) -> bool:
    """Whether something listed on `today` can be of `day`."""
    return day.year >= EARLIEST_YEAR and day <= today + MAX_AHEAD


def _standard(text: str) -> datetime | None:
    """RFC 5322 with the day of the week, and ISO 8601: nearly all of what is met, so this is made to be quick."""
    try:
        if text[:1].isdecimal():
            return datetime.fromisoformat(text) if len(text) >= 8 else None
        _, day, month, year, clock, zone = text.split()
        if len(day) == 1:
            day = f"0{day}"
        return datetime.fromisoformat(f"{year}-{TWO_DIGITS[month]}-{day}T{clock}{ZONE_OFFSETS.get(zone, zone)}")
    except (ValueError, KeyError):
        return None


def _written(text: str) -> datetime | None:
    """Anything else: the clock time, the zone behind it and the day are looked for one after the other."""
    text = T_BETWEEN.sub(" ", text)
    clock = GERMAN_CLOCK.search(text) or CLOCK.search(text)
    if clock is None:
        day = _day(text)
        return datetime(day.year, day.month, day.day) if day else None
    zone = ZONE.match(text, clock.end())
    end = zone.end() if zone else clock.end()
    day = _day(f"{text[: clock.start()]} {text[end:]}")
    if day is None:
        return None
    midnight = datetime(day.year, day.month, day.day, tzinfo=_zone(zone))
    hour, minute, second = int(clock[1]), int(clock[2]), int(clock[3] or 0)
    half = HALVES.get((clock[4] or "")[:1].lower())
    if half is not None:
        hour = hour % 12 + half
    if hour > 24 or minute > 59 or second > 60:
        return midnight
    return midnight + timedelta(hours=hour, minutes=minute, seconds=second)


def _zone(match: re.Match[str] | None) -> timezone:
    if match is None:
        return UTC
    sign, hours, minutes, name = match.groups()
    if name:
        return ZONES.get(name, UTC)
    delta = timedelta(hours=int(hours), minutes=int(minutes or 0))
    return timezone(-delta if sign == "-" else delta)


def _day(text: str) -> date | None:
    if match := YEAR_FIRST.search(text):
        return date(int(match[1]), int(match[3]), int(match[4]))
    if (match := DOTTED.search(text)) and int(match[2]) <= 12:
        return date(_year(match[3]), int(match[2]), int(match[1]))
    for match in DAY_MONTH_YEAR.finditer(text):
        if month := MONTHS.get(match[2].lower()):
            return date(_year(match[3]), month, int(match[1]))
    for match in MONTH_DAY_YEAR.finditer(text):
        if month := MONTHS.get(match[1].lower()):
            return date(int(match[3]), month, int(match[2]))
    if match := SLASHED.search(text):
        first, second = int(match[1]), int(match[2])
        if first > 12 or first == second:
            return date(int(match[3]), second, first)
        if second > 12:
            return date(int(match[3]), first, second)
    return None


def _year(text: str) -> int:
    """RFC 5322, 4.3: two digits up to 49 are of this century."""
    year = int(text)
    return year if len(text) == 4 else year + (2000 if year < 50 else 1900)
