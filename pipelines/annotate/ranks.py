"""Places in a ranking: "Nummer zwei", "third-largest", "Marktführer". What is ranked is not decided here."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipelines.annotate.gate import Gate

ORDINALS = {
    word: number
    for number, words in enumerate(
        (
            "eins erste ersten erster one first top 1st",
            "zwei zweite zweiten zweiter zweit two second 2nd",
            "drei dritte dritten dritter dritt three third 3rd",
            "vier vierte vierten vierter viert four fourth 4th",
            "fünf fünfte fünften fünfter fünft five fifth 5th",
            "sechs sechste sechsten sechster sechst six sixth 6th",
            "sieben siebte siebten siebter siebt seven seventh 7th",
            "acht achte achten achter eight eighth 8th",
            "neun neunte neunten neunter neunt nine ninth 9th",
            "zehn zehnte zehnten zehnter zehnt ten tenth 10th",
        ),
        start=1,
    )
    for word in words.split()
}
ENGLISH = "first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|[1-9]\\d?(?:st|nd|rd|th)"
GERMAN = "zweit|dritt|viert|fünft|sechst|siebt|acht|neunt|zehnt"
COUNTED = "eins|zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn|one|two|three|four|five|six|seven|eight|nine|ten"
RANK = re.compile(
    rf"\b(?P<german>{GERMAN})?-?(?:welt)?(?:größt|grösst|wertvollst|erfolgreichst|wichtigst|führend|meistverkauft)"
    r"(?:e|er|en|es|em)\b"
    r"|\b(?:[Nn]ummer|[Nn]umber|Nr\.|No\.|#|[Pp]latz|[Rr]ang|[Pp]osition)\s?"
    rf"(?P<number>[1-9]\d{{0,2}}|{COUNTED})(?!\w|[.,]\d)"
    rf"|\b(?P<english>{ENGLISH})[\s-](?:largest|biggest|most\svaluable|place\b|spot\b|position\b|rank\b)"
    r"|\b(?:Welt|[Mm]arkt|Weltmarkt|Branchen|Technologie)(?:führer\w*|primus)|\bSpitzenreiter\w*"
    r"|\b(?:market|industry|world|global)[\s-]leader(?:ship)?\b|\b(?:largest|biggest)\b|\btop\s(?:spot|position)\b",
)
"""Superlatives with and without an ordinal, numbered places, and the nouns that mean the first one."""
MAY_RANK = re.compile(
    r"größt|grösst|llst|chst|führe|primus|kauft|reiter|ummer|umber|N[ro]\.|#|latz|lac|ang|pos|Pos|lead|est\b|top|rank|spot"
)
"""A cheap look whether a sentence can rank anything."""
SIGNS = Gate(
    "größt grösst wertvollst erfolgreichst wichtigst führend meistverkauft ummer umber Nr. No. # latz Rang rang "
    "osition largest biggest valuable place spot rank führer primus Spitzenreiter leader".split()
)
"""A cheaper one: what stands in every sentence that `RANK` matches."""


def find_ranks(sentence: str) -> Iterator[tuple[int, int, int]]:
    """(start, end, place) of every place in a ranking; a superlative without an ordinal is the first one."""
    if not SIGNS.is_open(sentence) or not MAY_RANK.search(sentence):
        return
    for found in RANK.finditer(sentence):
        word = next((group for group in found.groups() if group), None)
        if word is None:
            place = 1
        elif word.casefold() in ORDINALS:
            place = ORDINALS[word.casefold()]
        else:
            place = int(re.sub(r"\D", "", word))
        yield found.start(), found.end(), place
