"""Numbers with their units, written out in full. What they measure is not decided here."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pipelines.annotate.lexicon import Unit

NUMBER = re.compile(
    r"(?<![\w.,/])(?P<currency>US\$|[$€£¥])?\s?(?P<number>\d{1,3}(?:[.,’' ]\d{3})+(?:[.,]\d+)?|\d+(?:[.,]\d+)?)"
    r"(?P<suffix>bn|mn|m|k|bn\.)?(?![\w])(?!\.\d)",
)
WORD = re.compile(r"\s*[-‑]?\s*([€$£%]|[^\W\d_]+(?:[-‑][^\W\d_]+)*\.?)")
SYMBOLS = {"$": "USD", "US$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY"}
PREPOSITION = re.compile(
    r"\b(um|auf|von|bei|zu|mit|über|rund|by|to|from|of|for|at|about|up|down)\s+"
    r"(?:(?:rund|etwa|knapp|gut|mehr als|fast|ungefähr|bis zu|über|insgesamt|weitere[nr]?|almost|about|around|nearly|"
    r"roughly|more than|over|as much as|up to|a|an|some|another|satte|minus|plus)\s+){0,2}$",
    re.I,
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
        found = WORD.match(sentence, at)
        if not found:
            break
        word = found.group(1)
        unit = units.get(word.casefold()) or units.get(word.casefold().rstrip("."))
        if unit is None and ("-" in word or "‑" in word):
            unit = units.get(re.split(r"[-‑]", word)[-1].casefold())
        if unit and unit.kind == "scale" and unit.factor:
            scale, end, at = scale * unit.factor, found.end(), found.end()
            continue
        if unit and unit.kind in ("currency", "percent") and (step == 0 or scale > 1):
            return scale * (unit.factor or 1), unit.unit, found.end()
        if unit and unit.kind == "count":
            return scale * (unit.factor or 1), unit.unit, found.end()
        if not re.fullmatch(r"[a-zäöüß]+(?:e|en|er|es)?|[A-Z]\w+", word) or step == LOOK_AHEAD - 1:
            break
        at = found.end()
    return scale, None, end
