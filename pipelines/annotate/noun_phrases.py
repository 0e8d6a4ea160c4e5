"""Noun phrases read from a given place: where one starts, where its head ends, what it is called. No meaning."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class NounPhrase:
    """sentence[start:end]; its core without determiner and adjectives is [core:head_end], what follows modifies it."""

    start: int
    core: int
    head_end: int
    end: int
    determiner: str


DETERMINER = (
    r"(?:[Dd](?:er|ie|as|en|em|es)|[Ee]in(?:e[rnms]?)?|[Ss]ein(?:e[rnms]?)?|[Ii]hr(?:e[rnms]?)?|[Kk]ein(?:e[rnms]?)?"
    r"|[Uu]nser(?:e[rnms]?)?|[Dd]iese[rnms]?|[Jj]ene[rnms]?|[Jj]ede[rnms]?|[Mm]ehrere[rn]?|[Vv]iele[rn]?|[Ee]inige[rn]?"
    r"|[Zz]ahlreiche[rn]?|[Mm]anche[rn]?|[Bb]eide[rn]?|[Aa]lle[rn]?|[Ww]eitere[rn]?|[Aa]ndere[rn]?|[Dd]eren|[Dd]essen"
    r"|[Vv]erschiedene[rn]?|[Ww]enige[rn]?|[Zz]wei|[Dd]rei|[Vv]ier)\s+"
)
ADJECTIVE = (
    r"(?:[a-zäöüß][\w-]*e[rnsm]?|\d{1,3}(?:\.|-[Jj]ährige[rn]?)?|[A-ZÄÖÜ][\wäöü]*-?[a-zäöü]+er(?=\s[A-ZÄÖÜ„])"
    r"|[A-ZÄÖÜ]+[a-z]*-[a-zäöüß]+e[rnsm]?)[,]?\s+"
)
NOUN = r"[„“»\"'‚]?(?:[A-ZÄÖÜÉ][\w&’./-]*\w|[A-ZÄÖÜ](?:\.|\b)|\d{2,4}\b)[”“«\"'’‘]?"
PARTICLE = r"(?:(?:von der|von dem|van der|van den|van de|von|van|zu|de la|de|del|della|di|da|dos|du|la|le|al|bin|ten|ter|af|y)\s+)"
PARENTHESIS = r"(?:\s*\([^()]{1,40}\))"
CORE = rf"{NOUN}(?:\s+{NOUN}){{0,5}}(?:\s+{PARTICLE}{NOUN}(?:\s+{NOUN})?)?"
LINK = r"(?:des|der|dem|von|vom|von der|von den|für|für die|für das|für den|bei|bei der|beim|aus|aus der|aus dem|im|in|in der|zur|zum)\s+"
MODIFIER = rf"\s+{LINK}(?:{ADJECTIVE}){{0,2}}{NOUN}(?:\s+(?:und\s+)?{NOUN}){{0,3}}{PARENTHESIS}?"
GERMAN = re.compile(
    rf"(?P<det>{DETERMINER})?(?:(?:{ADJECTIVE}){{0,3}})(?P<core>{CORE}){PARENTHESIS}?(?P<mod>(?:{MODIFIER}){{0,2}})"
)
TIMES = re.compile(
    r"(?:(?:Mon|Diens|Donners|Frei|Sams|Sonn)tag|Mittwoch|Sonnabend|Januar|Februar|März|April|Mai|Juni|Juli|August"
    r"|September|Oktober|November|Dezember|Anfang|Mitte|Ende|Jahr\w*|Woche\w*|Monat\w*|Tag\w*|Abend\w*|Morgen|Vormittag"
    r"|Nachmittag|Uhr|Prozent|Euro|Dollar|Millionen|Milliarden|Male?|Zeit\w*)(?!\w)"
)
"""A phrase with such a head says when or how much, not who."""

ENGLISH_DETERMINER = (
    r"(?:[Tt]he|[Aa]n?|[Ii]ts|[Hh]is|[Hh]er|[Tt]heir|[Oo]ur|[Mm]y|[Ss]ome|[Mm]any|[Ss]everal|[Mm]ost|[Oo]ne|[Tt]wo|[Tt]hree|[Oo]ther"
    r"|[Aa]nother|[Bb]oth|[Aa]ll|[Tt]hese|[Tt]hose|[Aa] number of|[Oo]ne of the)\s+"
)
WORD = r"[\w$&][\w’'&./-]*"
STOP = (
    r"(?:that|which|who|whom|whose|said|says|say|told|has|have|had|is|was|were|are|will|would|to|when|while|as|after|before|by"
    r"|and that|but|because|during|since|if|it|he|she|they|in|on|with|about|over|also)\b"
)
ENGLISH = re.compile(
    rf"(?P<det>{ENGLISH_DETERMINER})?(?P<core>(?!{STOP}){WORD}(?:\s+(?!(?:{STOP}|of\b|for\b|at\b|from\b)){WORD}){{0,6}})"
    rf"(?P<mod>(?:\s+(?:of|for|at|from|in|with)\s+(?:the\s+|a\s+|its\s+)?(?!{STOP}){WORD}(?:\s+(?!(?:{STOP}|of\b|for\b|at\b|from\b)){WORD}){{0,4}}){{0,2}})"
)
OF_LANGUAGE = {"de": GERMAN, "en": ENGLISH}
QUOTE_MARKS = "„“”»«\"'‚‘’"


def noun_phrase_at(sentence: str, start: int, language: str) -> NounPhrase | None:
    """The noun phrase that starts at `start`, the longest that the pattern takes; None for times and amounts."""
    found = OF_LANGUAGE[language].match(sentence, start)
    if not found or (language == "de" and TIMES.match(sentence, found.start("core"))):
        return None
    determiner = (found.group("det") or "").strip().lower()
    return NounPhrase(start, found.start("core"), found.end("core"), found.end(), determiner)
