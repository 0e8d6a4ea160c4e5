"""Numbers with their units, written out in full. What they measure is not decided here."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pipelines.annotate.lexicon import Unit

NUMBER = re.compile(
    r"(?<![\w.,/])(?P<currency>US\$|[$€£¥]|(?:EUR|USD|GBP|CHF|JPY)(?=\s?\d))?\s?"
    r"(?P<number>\d{1,3}(?:[.,’' ]\d{3})+(?:[.,]\d+)?|\d+(?:[.,]\d+)?)"
    r"(?P<suffix>bn|mn|m|k|bn\.)?(?![\w])(?!\.\d)",
)
WORD = re.compile(r"\s*[-‑]?\s*([€$£%]|[^\W\d_]+(?:[-‑][^\W\d_]+)*\.?)")
SYMBOLS = {"$": "USD", "US$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY"} | {
    code: code for code in ("EUR", "USD", "GBP", "CHF", "JPY")
}
PREPOSITION = re.compile(
    r"\b(um|auf|von|bei|zu|mit|über|rund|by|to|from|of|for|at|about|up|down)\s+"
    r"(?:(?:rund|etwa|knapp|gut|mehr als|fast|ungefähr|bis zu|über|insgesamt|weitere[nr]?|almost|about|around|nearly|"
    r"roughly|more than|over|as much as|up to|a|an|some|another|satte|minus|plus)\s+){0,2}$",
    re.I,
)
BETWEEN = re.compile(r"[a-zäöüß]+|[A-Z]\w+")
CONJUNCTIONS = frozenset("und oder and or bis to".split())
"""Words behind which another amount begins."""
ONE = re.compile(
    r"(?<!half )(?<!halbe )\b(?:[Ee]ine?[nr]?|[Aa]n?|[Oo]ne)\s+"
    r"(?=(?:Million|Milliarde|Billion|million|billion|trillion)\b)"
)
LOOK_AHEAD = 3
"""Words between a number and its unit: "1500 weitere Patente", "2 million new users"."""


@dataclass(frozen=True, slots=True)
class FoundQuantity:
    """A quantity at sentence[start:end]."""

    start: int
    end: int
    value: float
    unit: str
    preposition: str | None
    rule_id: str


def find_quantities(sentence: str, units: Mapping[str, Unit], language: str) -> Iterator[FoundQuantity]:
    """Every number whose unit stands by it. Bare numbers (years, pages, scores) are left alone."""
    for start, end, value, symbol in _numbers(sentence, units, language):
        found = _unit_behind(sentence, end, units)
        scale, unit, last = found
        unit = symbol or unit
        if unit is None:
            continue
        before = PREPOSITION.search(sentence[max(0, start - 40) : start])
        yield FoundQuantity(
            start, last, value * scale, unit, before.group(1).casefold() if before else None, "number-unit"
        )


def _numbers(sentence: str, units: Mapping[str, Unit], language: str) -> Iterator[tuple[int, int, float, str | None]]:
    """Figures and number words: start, end, value, unit given by a currency sign before them."""
    for found in NUMBER.finditer(sentence):
        value = parse_number(found.group("number"), language)
        suffix = units.get((found.group("suffix") or "").casefold())
        if suffix and suffix.factor:
            value *= suffix.factor
        yield found.start(), found.end(), value, SYMBOLS.get(found.group("currency") or "")
    for one in ONE.finditer(sentence):
        yield one.start(), one.end() - 1, 1.0, None
    for word in re.finditer(r"[^\W\d_]+", sentence):
        unit = units.get(word.group().casefold())
        if unit and unit.kind == "number_word" and unit.factor:
            yield word.start(), word.end(), unit.factor, None


def parse_number(text: str, language: str) -> float:
    """German "1.500,5" and English "1,500.5"; a lone separator before three digits groups thousands."""
    thousands, decimal = (".", ",") if language == "de" else (",", ".")
    plain = re.sub(r"[’' ]", "", text)
    if re.fullmatch(rf"\d{{1,3}}(?:{re.escape(thousands)}\d{{3}})+(?:{re.escape(decimal)}\d+)?", plain):
        plain = plain.replace(thousands, "")
    return float(plain.replace(",", "."))


def _unit_behind(sentence: str, at: int, units: Mapping[str, Unit]) -> tuple[float, str | None, int]:
    """Scale factor, unit and end of what follows a number."""
    scale, end = 1.0, at
    for step in range(LOOK_AHEAD):
        unit, word, behind = _unit_at(sentence, at, units)
        if unit and unit.kind == "scale" and unit.factor:
            scale, end, at = scale * unit.factor, behind, behind
            continue
        if unit and (unit.kind == "count" or (unit.kind in ("currency", "percent") and (step == 0 or scale > 1))):
            return scale * (unit.factor or 1), unit.unit, behind
        if not BETWEEN.fullmatch(word) or word in CONJUNCTIONS:
            break
        at = behind
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
    return units.get(re.split(r"[-‑]", bare)[-1].casefold()), bare, found.start(1) + len(bare)
