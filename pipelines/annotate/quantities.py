"""Numbers with their units, written out in full. What they measure is not decided here."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from pipelines.annotate.lexicon import Unit, Units
from pipelines.annotate.ranks import find_ranks

NUMBER = re.compile(
    r"(?<![\w.,/])(?P<currency>(?:US|CA?|AU?|HK|NZ|NT|S)\$|[$€£¥]|(?:EUR|USD|GBP|CHF|JPY|CAD|AUD)(?=\s?\d))?\s?"
    r"(?P<number>\d{1,3}(?:[.,’'\u2019\u00a0\u202f ]\d{3})+(?:[.,]\d+)?|\d+(?:[.,]\d+)?)"
    r"(?P<suffix>[bm]n|[mk]|bn\.|[BMK])?(?![\w])(?!\.\d)",
)
WORD = re.compile(r"\s*[-‑]?\s*([€$£%]|U\.S\.|[A-Z]{1,3}-?\d{2,4}[A-Za-z]*\b|[^\W\d_]+(?:[-‑][^\W\d_]+){0,6}\.?)")
"""What may stand between a number and its unit, one at a time: a word, a sign, a type ("90 A320 jets")."""
SYMBOLS = {
    "$": "USD", "US$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY", "C$": "CAD", "CA$": "CAD", "A$": "AUD", "AU$": "AUD",
    "HK$": "HKD", "NZ$": "NZD", "NT$": "TWD", "S$": "SGD",
} | {code: code for code in ("EUR", "USD", "GBP", "CHF", "JPY", "CAD", "AUD")}  # fmt: skip
DIGIT = re.compile(r"\d")
LETTERS = re.compile(r"[^\W\d_]+")
PREPOSITION = re.compile(
    r"\b(um|auf|von|bei|zu|mit|für|über|rund|nach|gegenüber|statt|als|unter|by|to|from|of|for|at|about|up|down|than|"
    r"versus|vs|against|below|above|compared (?:to|with))\s+"
    r"(?:(?:rund|etwa|knapp|gut|zirka|circa|ca\.|mehr als|fast|nahezu|ungefähr|bis zu|über|insgesamt|"
    r"weitere[nr]?|zuvor|almost|about|around|nearly|roughly|approximately|more than|over|as much as|up to|a|an|some|"
    r"another|satte|minus|"
    r"plus|just|only|nur|noch|~)\s*){0,2}$",
    re.I,
)
BETWEEN = re.compile(r"[a-zäöüß]+|[A-Z][\w-]+|U\.S")
CONJUNCTIONS = frozenset("und oder and or bis to".split())
"""Words behind which another amount begins."""
ONE = re.compile(
    r"(?<!half )(?<!halbe )\b(?:[Ee]ine?[nr]?|[Aa]n?|[Oo]ne)\s+"
    r"(?=(?:Million|Milliarde|Billion|million|billion|trillion)\b)"
)
COMPOUND_NUMBER = re.compile(r"-(?:two|three|four|five|six|seven|eight|nine)\b", re.I)
TENS = frozenset(range(20, 100, 10))
"""English tens that a digit may follow: "twenty-five"."""
ONE_SIGN = "illi"
"""What stands in every sentence in which `ONE` matches."""
LOOK_AHEAD = 3
"""Words between a number and its unit: "1500 weitere Patente", "2 million new users"."""
ARTICLES = frozenset("of the its their der dieser seiner ihrer".split())
"""Words that do not count between a number and its unit: "2,500 of the new vans"."""
MIN_COUNT_NOUN = 5
"""Letters a counted noun must have to be looked for at the end of a compound: "Großkunden"."""
UNSCALED = 1000
"""Below this the first of two amounts shares the scale of the second: "$3.2 to $3.4 billion"."""
GROUPED = {
    "de": re.compile(r"\d{1,3}(?:\.\d{3})+(?:,\d+)?"),
    "en": re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?"),
}
"""Numbers whose thousands are grouped."""
BLANK = re.compile(r"[’'\s]")
HYPHEN = re.compile(r"[-‑]")
FIRST_YEAR, LAST_YEAR = 1900, 2099
MINUS = re.compile(r"(?:\bminus\s+|(?:^|[\s(])[-−])$", re.I)
BETWEEN_TWO = re.compile(r"\b(?:zwischen|between)\s+\S*$", re.I)
SHARED = re.compile(
    r"(?P<range>\s*(?:[-–—‑]|- -)\s*|-?\s+(?:bis|to|bis zu)\s+(?:zu\s+)?)|(?P<level>\s+(?:auf|to)\s+(?:\w+\s+)?)"
    r"|(?P<total>\s+(?:ihrer|seiner|der|of (?:its|their|the)|out of)\s+(?:insgesamt\s+|total\s+)?)"
    r"|(?P<list>\s+(?:[a-zäöüß]+\s+)?(?:und|oder|and|or)\s+)"
)
"""What stands between two numbers of one unit: "5 bis 7 Prozent", "von 6,8 auf 8,8 Milliarden", "550 ihrer 1250
Stellen", "200 feste und 300 freie Mitarbeiter"."""
FRACTION = re.compile(
    r"\b(um|by)\s+(?:(?:rund|etwa|knapp|gut|mehr als|fast|über|about|around|nearly|almost|more than|over)\s+)?"
    r"(?:(?:ein|eine|einen|a|one|die|the)\s+)?"
    r"(Drittel|Viertel|Fünftel|Hälfte|third|quarter|fifth|half|zwei Drittel|drei Viertel|two[- ]thirds"
    r"|three[- ]quarters)\b"
)
FRACTIONS = {
    "Drittel": 33, "third": 33, "Viertel": 25, "quarter": 25, "Fünftel": 20, "fifth": 20, "Hälfte": 50, "half": 50,
    "zwei Drittel": 67, "two thirds": 67, "two-thirds": 67, "drei Viertel": 75, "three quarters": 75,
    "three-quarters": 75,
}  # fmt: skip
"""In whole percent: nobody who writes "um ein Drittel" has measured more exactly."""


@dataclass(frozen=True, slots=True)
class FoundQuantity:
    """A quantity at sentence[start:end].

    `preposition` governs it; "from" marks where a change started, "bis" the upper end of a range, "of" a total.
    """

    start: int
    end: int
    value: float
    unit: str
    preposition: str | None
    rule_id: str


@dataclass(frozen=True, slots=True)
class _Number:
    """A number on its way to a quantity: its own end, the end of its unit, and both factors of its value."""

    start: int
    end: int
    value: float
    scale: float
    unit: str | None
    last: int
    preposition: str | None


def find_quantities(sentence: str, units: Units, language: str) -> Iterator[FoundQuantity]:
    """Every number whose unit stands by it, and places in rankings. Bare numbers (years, scores) are left alone."""
    numbers = [
        _with_unit(sentence, start, end, value, symbol, units)
        for start, end, value, symbol in sorted(_numbers(sentence, units, language), key=lambda number: number[:2])
    ]
    for number in _shared(sentence, numbers):
        if number.unit is not None:
            yield FoundQuantity(
                number.start,
                number.last,
                number.value * number.scale,
                number.unit,
                number.preposition,
                "number-unit",
            )
    for found in FRACTION.finditer(sentence) if any(map(sentence.__contains__, FRACTIONS)) else ():
        yield FoundQuantity(
            found.start(2), found.end(2), FRACTIONS[found.group(2)], "percent", found.group(1), "fraction"
        )
    for start, end, place in find_ranks(sentence):
        yield FoundQuantity(start, end, place, "rank", None, "rank")


def _with_unit(
    sentence: str, start: int, end: int, value: float, symbol: str | None, units: Mapping[str, Unit]
) -> _Number:
    scale, unit, last = _unit_behind(sentence, end, units)
    left = sentence[max(0, start - 48) : start]
    before = PREPOSITION.search(left)
    if MINUS.search(left):
        value = -value
    return _Number(
        start, end, value, scale, symbol or unit, last, before.group(1).split()[0].casefold() if before else None
    )


def _shared(sentence: str, numbers: list[_Number]) -> Iterator[_Number]:
    """Numbers joined by a range or a list share the unit that stands behind the last of them."""
    whole: list[_Number] = []
    for number in reversed(numbers):
        after = whole[-1] if whole else None
        joint = SHARED.fullmatch(sentence, number.last, after.start) if after else None
        if after and joint and number.unit in (None, after.unit):
            second = _second(sentence, number, after, joint)
            is_year = FIRST_YEAR <= number.value <= LAST_YEAR and number.scale == 1
            if number.unit is None and after.unit and not is_year:
                scale = number.scale if number.scale > 1 else after.scale
                number = replace(number, unit=after.unit, scale=scale)
            elif number.unit and joint["range"] and number.scale == 1 and number.value < UNSCALED:
                number = replace(number, scale=after.scale)
            whole[-1] = replace(after, preposition=second)
            if joint["level"] or (joint["range"] and whole[-1].preposition == "to"):
                number = replace(number, preposition="from")
        whole.append(number)
    yield from reversed(whole)


def _second(sentence: str, first: _Number, second: _Number, joint: re.Match[str]) -> str | None:
    """What governs the second of two joined numbers: the upper end of a range, a new level, a total."""
    is_between = joint["list"] and BETWEEN_TWO.search(sentence[max(0, first.start - 12) : first.start])
    if joint["total"]:
        return "of"
    if joint["level"] or (joint["range"] and joint["range"].strip() == "to" and first.preposition == "from"):
        return "to" if joint.group().strip().startswith("to") else "auf"
    if joint["range"] or is_between:
        return "bis"
    if joint["list"] and first.unit is None:
        return "und"
    return second.preposition


def _numbers(sentence: str, units: Units, language: str) -> Iterator[tuple[int, int, float, str | None]]:
    """Figures and number words: start, end, value, unit given by a currency sign before them."""
    for found in NUMBER.finditer(sentence) if DIGIT.search(sentence) else ():
        value = parse_number(found.group("number"), language)
        suffix = units.get((found.group("suffix") or "").casefold())
        if suffix and suffix.factor:
            value *= suffix.factor
        start = found.start("currency") if found.group("currency") else found.start("number")
        yield start, found.end(), value, SYMBOLS.get(found.group("currency") or "")
    for one in ONE.finditer(sentence) if ONE_SIGN in sentence else ():
        yield one.start(), one.end() - 1, 1.0, None
    tens: tuple[int, float] | None = None
    low = sentence.casefold()
    is_written = units.number_letters.is_open(low) and not units.number_words.isdisjoint(LETTERS.findall(low))
    for word in LETTERS.finditer(sentence) if is_written else ():
        unit = units.get(word.group().casefold())
        if not unit or unit.kind != "number_word" or not unit.factor:
            continue
        if unit.factor in TENS and COMPOUND_NUMBER.match(sentence, word.end()):
            tens = word.start(), unit.factor
            continue
        yield tens[0] if tens else word.start(), word.end(), (tens[1] if tens else 0) + unit.factor, None
        tens = None


def parse_number(text: str, language: str) -> float:
    """German "1.500,5" and English "1,500.5"; a lone separator before three digits groups thousands."""
    if text.isdigit():
        return float(text)
    plain = BLANK.sub("", text)
    if GROUPED[language].fullmatch(plain):
        plain = plain.replace("." if language == "de" else ",", "")
    return float(plain.replace(",", "."))


def _unit_behind(sentence: str, at: int, units: Mapping[str, Unit]) -> tuple[float, str | None, int]:
    """Scale factor, unit and end of what follows a number."""
    scale, end, step = 1.0, at, 0
    while step < LOOK_AHEAD:
        unit, word, behind = _unit_at(sentence, at, units)
        if unit and unit.kind == "scale" and unit.factor:
            scale, end, at, step = scale * unit.factor, behind, behind, step + 1
            continue
        if unit and (unit.kind == "count" or (unit.kind in ("currency", "percent") and (step == 0 or scale > 1))):
            return scale * (unit.factor or 1), unit.unit, behind
        if not BETWEEN.fullmatch(word) or word in CONJUNCTIONS:
            break
        at = behind
        step += word not in ARTICLES
    return scale, None, end


def _unit_at(sentence: str, at: int, units: Mapping[str, Unit]) -> tuple[Unit | None, str, int]:
    """The unit at a place, of two words if such a one is known ("percentage points"), with its words and their end."""
    found = WORD.match(sentence, at)
    if not found:
        return None, "", at
    word, end = found.group(1), found.end()
    second = WORD.match(sentence, end)
    if second and (unit := units.get(f"{word} {second.group(1).rstrip('.')}".casefold())):
        return unit, word, second.start(1) + len(second.group(1).rstrip("."))
    if unit := units.get(word.casefold()):
        return unit, word, end
    bare = word.rstrip(".")
    last = end if "." in bare else found.start(1) + len(bare)
    parts = HYPHEN.split(bare)
    if len(parts) > 1 and (unit := units.get(parts[0].casefold())) and unit.kind != "count":
        # "1,7-Milliarden-Deal", "15-Prozent-Beteiligung": the rest of the compound is looked at in its turn
        return unit, parts[0], found.start(1) + len(parts[0])
    return units.get(parts[-1].casefold()) or _counted_compound(parts[-1], units), bare, last


def _counted_compound(noun: str, units: Mapping[str, Unit]) -> Unit | None:
    """The counted noun at the end of a German compound: "Großkunden" are customers."""
    if not noun[:1].isupper():
        return None
    for at in range(2, len(noun) - MIN_COUNT_NOUN + 1):
        unit = units.get(noun[at:])
        if unit and unit.kind == "count":
            return unit
    return None
