"""How German and English write times: patterns with named parts. What days they mean is worked out in `times`."""

from __future__ import annotations

import re
from typing import NamedTuple

from pipelines.annotate.gate import Gate

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
WEEKDAYS = {
    name: number
    for number, names in enumerate(
        (
            "montag monday",
            "dienstag tuesday",
            "mittwoch wednesday",
            "donnerstag thursday",
            "freitag friday",
            "samstag sonnabend saturday",
            "sonntag sunday",
        )
    )
    for name in names.split()
}
SEASONS = {
    "frühjahr": 3, "frühling": 3, "spring": 3, "sommer": 6, "summer": 6, "herbst": 9, "autumn": 9, "fall": 9,
    "winter": 12,
}  # fmt: skip
"""The first month of each season."""
NUMBERS = {
    word: number
    for number, words in enumerate(
        (
            "ersten erste erstes 1. first ein einem einer one a",
            "zweiten zweite zweites 2. second zwei two beiden",
            "dritten dritte drittes 3. third drei three",
            "vierten vierte viertes 4. fourth vier four",
            "fünf five",
            "sechs six",
            "sieben seven",
            "acht eight",
            "neun nine",
            "zehn ten",
            "elf eleven",
            "zwölf twelve",
        ),
        start=1,
    )
    for word in words.split()
}
UNITS = {
    "tag": "day", "day": "day", "woche": "week", "week": "week", "monat": "month", "month": "month",
    "quartal": "quarter", "quarter": "quarter", "jahr": "year", "year": "year",
}  # fmt: skip

MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
WEEKDAY = "|".join(WEEKDAYS)
YEAR = r"(?:19[5-9]\d|20[0-4]\d)"
ORDINAL = (
    r"(?:ersten|erste|erstes|zweiten|zweite|zweites|dritten|drittes|vierten|viertes|[1-4]\.|first|second|third|fourth)"
)
COUNT = "|".join(word for word in NUMBERS if not word.endswith(".") and word not in ("first", "second", "third", "a"))
UNIT = r"(?:tag|woche|monat|quartal|jahr|day|week|month|quarter|year)"
LAST = r"(?:vergangene|vorige|letzte|vorangegangene|zurückliegende)[nrs]?|last|past|previous|prior"
THIS = r"(?:laufende|aktuelle)[nrs]?|diese[mnrs]?|this|current"
NEXT = r"(?:kommende|nächste)[nrs]?|next|coming"
BEGINS, MIDDLE, ENDS = r"anfang|beginn|early|beginning of", r"mitte|mid|middle of", r"ende|late|end of|the end of"


LAST_SIGNS = "vergangene vorige letzte vorangegangene zurückliegende last past previous prior"
THIS_SIGNS = "laufende aktuelle diese this current"
NEXT_SIGNS = "kommende nächste next coming"
YEAR_SIGNS = "195 196 197 198 199 200 201 202 203 204"
MONTH_SIGNS = " ".join(MONTHS)
"""What stands in every text that `LAST`, `THIS`, `NEXT`, `YEAR` or `MONTH` match."""


class TimeRule(NamedTuple):
    """A pattern of times, and letters without which no sentence matches it: one of each set, if any, in lower case."""

    rule_id: str
    signs: frozenset[str]
    more_signs: frozenset[str]
    pattern: re.Pattern[str]


def _rule(rule_id: str, signs: str, pattern: str) -> TimeRule:
    """A rule; `;` parts the sets of its signs."""
    first, _, more = signs.partition(";")
    return TimeRule(rule_id, frozenset(first.split()), frozenset(more.split()), re.compile(pattern, re.I))


RULES: tuple[TimeRule, ...] = (
    _rule(
        "quarter-to",
        "quart months monate",
        r"\b(?:quartal|quarter|dreimonatszeitraum|(?:drei|three)[\s-](?:monaten?|months))\s"
        r"(?:bis|zum|to|ended|ending|through)\s(?:zum\s|ende\s|(?:the\s)?end(?:\sof)?\s)?"
        rf"(?:\d{{1,2}}\.\s)?(?P<month>{MONTH})\b(?:\.?\s\d{{1,2}}(?!\d),?)?(?:\s(?P<year>{YEAR}))?",
    ),
    _rule("day", MONTH_SIGNS, rf"\b(?P<day>\d{{1,2}})(?:\.\s?|\s)(?P<month>{MONTH})\b(?:\s(?P<year>{YEAR}))?"),
    _rule(
        "day",
        MONTH_SIGNS,
        rf"\b(?P<month>{MONTH})\.?\s(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\b(?:,?\s(?P<year>{YEAR}))?",
    ),
    _rule("day", ".19 .20", rf"\b(?P<day>\d{{1,2}})\.(?P<month_no>\d{{1,2}})\.(?P<year>{YEAR})\b"),
    _rule("day", f"-0 -1;{YEAR_SIGNS}", rf"\b(?P<year>{YEAR})-(?P<month_no>\d\d)-(?P<day>\d\d)\b"),
    _rule(
        "quarter",
        "quart",
        rf"\b(?P<quarter>{ORDINAL})[\s-](?:quartals?|(?:fiscal[\s-])?quarter)\b"
        rf"(?:\s(?:of\s|des Jahres\s|fiscal\s)?(?P<year>{YEAR}))?",
    ),
    _rule(
        "quarter",
        "schlussquartal auftaktquartal q1 q2 q3 q4 1q 2q 3q 4q",
        rf"\b(?P<quarter>schlussquartal|auftaktquartal|q[1-4]|[1-4]q)(?:[\s/]+(?P<year>{YEAR})|(?P<short>[0-4]\d)\b)?(?!\w)",
    ),
    _rule(
        "half",
        "half halbjahr jahreshälfte h1 h2",
        r"\b(?:(?P<half>ersten|erstes|erste|zweiten|zweites|zweite|[12]\.|first|second)[\s-]"
        r"(?:halbjahr(?:es)?|jahreshälfte|half(?:[\s-]year)?)|(?P<short_half>h[12]))\b"
        rf"(?:\s(?:of\s|des Jahres\s|(?:of\s)?the\syear\s?)?(?P<year>{YEAR}))?",
    ),
    _rule(
        "months-of",
        "monate months",
        rf"\b(?:ersten|first)\s(?P<count>{COUNT}|\d{{1,2}})\s(?:monaten?|months)\b"
        rf"(?:\s(?:of\s|des Jahres\s|im Jahr\s)?(?P<year>{YEAR}))?",
    ),
    _rule("fiscal-year", f"/;{YEAR_SIGNS}", rf"\b(?P<year>{YEAR})/(?:20)?(?P<second>\d\d)\b"),
    _rule("fiscal-year", f"fy fiscal;{YEAR_SIGNS}", rf"\b(?:fy|fiscal(?:\syear)?)[\s-]?(?P<year>{YEAR})\b"),
    _rule(
        "month",
        MONTH_SIGNS,
        r"\b(?P<side>im|in|seit|ab|bis|bis ende|bis anfang|anfang|ende|mitte|vom|von|zum|until|till|since|by|early|"
        rf"late|mid|of|from|last|next|this)[\s-](?P<month>{MONTH})\b(?:\s(?P<year>{YEAR}))?",
    ),
    _rule(
        "part-of-year",
        f"anfang beginn mitte ende early mid late end;jahres year {YEAR_SIGNS}",
        rf"\b(?:(?P<begins>{BEGINS})|(?P<middle>{MIDDLE})|(?P<ends>{ENDS}))[\s-](?:des\s(?:jahres\s)?|the\s(?:year\s)?)?"
        rf"(?:(?P<year>{YEAR})|(?P<last>{LAST})\s(?:jahres|year)|(?P<next>{NEXT})\s(?:jahres|year)|"
        rf"(?P<this>{THIS})\s(?:jahres|year))(?![\d,-]|\.\d)",
    ),
    _rule(
        "season",
        "frühjahr frühling sommer herbst winter spring summer autumn fall",
        rf"\b(?:im|in|bis|ab|seit|the|by|since|last|next|this|(?:{LAST}|{THIS}|{NEXT}))\s"
        r"(?P<season>frühjahr|frühling|sommer|herbst|winter|spring|summer|autumn|fall|winter)\b"
        rf"(?:\s(?:of\s)?(?P<year>{YEAR})|(?<!in fall)(?<!the fall)(?<!by fall))",
    ),
    _rule(
        "span",
        f"tag woche monat quartal jahr day week month quarter year;{LAST_SIGNS} {NEXT_SIGNS}",
        rf"\b(?:(?P<last>{LAST})|(?P<next>{NEXT}))\s(?P<count>{COUNT}|\d{{1,3}})\s(?P<unit>{UNIT})(?:e|en|n|s)?\b",
    ),
    _rule(
        "ago",
        "vor ago;tag woche monat jahr day week month year",
        rf"\bvor\s(?P<count>{COUNT}|\d{{1,3}})\s(?P<unit>tag|woche|monat|jahr)(?:e|en|n)?\b"
        rf"|\b(?P<count_en>{COUNT}|a|\d{{1,3}})\s(?P<unit_en>day|week|month|year)s?\s(?:ago|earlier)\b",
    ),
    _rule(
        "last-year",
        f"jahr year;vorjahr {LAST_SIGNS}",
        rf"\b(?:{LAST})\sjahr(?:es)?\b|\bvorjahr(?:es)?\b|\blast\syear\b|\bvergangenes\sjahr\b",
    ),
    _rule(
        "this-year",
        f"jahr heuer year;heuer {THIS_SIGNS}",
        rf"\b(?:{THIS})\s(?:geschäfts)?jahr(?:es)?\b|\bheuer\b|\bthis\s(?:fiscal\s)?year\b",
    ),
    _rule("next-year", f"jahr year;{NEXT_SIGNS}", rf"\b(?:{NEXT})\sjahr(?:es)?\b|\bnext\syear\b"),
    _rule(
        "relative",
        f"woche monat quartal week month quarter;vor {LAST_SIGNS} {THIS_SIGNS} {NEXT_SIGNS}",
        rf"\b(?:(?P<last>{LAST}|vor)|(?P<this>{THIS})|(?P<next>{NEXT}))\s?(?P<unit>woche|monat|quartal|week|month|quarter)"
        r"(?:s|es)?\b(?!\s(?:bis|to|ended))",
    ),
    _rule(
        "weekday",
        " ".join(WEEKDAYS),
        rf"\b(?:(?P<next>(?:am|an|ab|bis|bis zum|by|from|until)?\s?(?:{NEXT})|ab|bis|bis zum|by|from|until)"
        rf"|(?P<last>(?:am|im|on)?\s?(?:{LAST})|am|seit|on|since))\s"
        rf"(?P<weekday>{WEEKDAY})(?:abend|morgen|nachmittag|vormittag|mittag|nacht)?\b",
    ),
    _rule(
        "weekday",
        " ".join(day for day in WEEKDAYS if day.endswith("day")),
        r"(?<!black )(?<!cyber )\b(?P<weekday>monday|tuesday|wednesday|thursday|friday|saturday|sunday)\b"
        r"(?!\s(?:times|mirror|telegraph|night football))",
    ),
    _rule("day-before", "gestern yesterday", r"\b(?<!vor)gestern\b|\byesterday\b"),
    _rule("same-day", "heute today", r"\bheute\b|\btoday\b"),
    _rule("day-after", "tomorrow", r"\btomorrow\b"),
    _rule(
        "year",
        YEAR_SIGNS,
        rf"(?<![\d.,-])(?P<year>{YEAR})(?![\d,-]|\.\d|\s(?:Euro|Prozent|Mitarbeiter|Stellen|Dollar|jobs|employees))",
    ),
)
"""In order: what an earlier rule took, later ones leave alone."""
_SIGNS = Gate(sign for rule in RULES for sign in rule.signs | rule.more_signs)
_MONTH_NAMES = frozenset(MONTHS)
_WORD = re.compile(r"\w+")


def signs_in(low: str) -> set[str]:
    """The signs of all rules that stand in a sentence (in lower case), found in one pass; months as whole words."""
    signs = _SIGNS.strings_in(low)
    if not _MONTH_NAMES.isdisjoint(signs) and _MONTH_NAMES.isdisjoint(_WORD.findall(low)):  # "Markt" is no March
        signs -= _MONTH_NAMES
    return signs


AHEAD = re.compile(
    r"\b(?:will|wird|werden|werde|soll|sollen|wollen|wolle|plant|planen|geplante?[nrs]?|kommende[nrs]?|nächste[nrs]?|next|"
    r"coming|expects?|scheduled|due|könnten?|dürften?|voraussichtlich|upcoming|plans?|planned|would|could|künftig|"
    r"starting|beginning)\b|\b(?:is|are)\s(?:expected|set|to)\b"
)
"""Words of a sentence that looks ahead; in others a time without a year lies behind the article."""
AHEAD_SIDES = frozenset(("ab", "bis", "bis ende", "bis anfang", "until", "till", "by", "next", "from", "vom", "zum"))
"""Prepositions that look ahead by themselves: "ab Mai", "by June"."""
