"""Names of the register in a text, and what makes an ambiguous one a company where it stands."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipelines.annotate.legal_forms import FORM_BEHIND
from pipelines.annotate.lexicon import Lexicon
from pipelines.annotate.matching import Hit
from pipelines.annotate.mentions import Name
from pipelines.annotate.name_clues import NameClues
from pipelines.annotate.slots import NO_ADJECTIVES, PREPOSITIONS, is_description
from pipelines.annotate.surroundings import NUMBER_BEHIND
from pipelines.annotate.surroundings import before as clues_before
from pipelines.annotate.surroundings import behind as clues_behind

TICKER_BEHIND = re.compile(r"\s*\((?:NASDAQ|Nasdaq|NYSE|LSE|XETRA|Xetra|ISIN|WKN|TSE|HKEX)\b")
CORPORATE_HEADS = re.compile(
    r"(?:.*)(?:aktien?|aktionäre?n?|chef(?:s|in)?|ceo|boss|konzerns?|gruppe|manager(?:in|n|s)?|sprecher(?:in|s)?|"
    r"vorstand|vorstands\w*|tochter|papiere?n?|anteile?n?|anleihen?|titel|kurs|mitarbeiter[n]?|werke?[ns]?|zentrale|gründer[ns]?|rivalen?|"
    r"konkurrent(?:en)?|patente?n?|umsatz|gewinn|aufsichtsrats?\w*|management|mutter|übernahme|deal|zahlen|bilanz|analyst\w*)",
    re.I,
)


INDEX_NAMES = frozenset({"S&P", "Dow Jones", "Dow", "Nasdaq", "NASDAQ", "NYSE", "Nikkei", "FTSE", "Russell", "MSCI"})
INDEX_BEHIND = re.compile(r"[\s-]?(?:\d{2,4}\b|Composite|Industrial|Index\b|Average|:)")
"""What makes "S&P 500", "Dow Jones Industrial" and "NASDAQ:" an index or an exchange."""
BARE_TICKER_BEHIND = re.compile(r"(?:['’]s)?\s\([A-Z]{2,5}\)")
CREDIT_ENDS = re.compile(r"\)\s*[-–—]")
"""How a dateline goes on behind the agency: "FRANKFURT (Dow Jones)--"."""
VERB_BEHIND = {
    "de": re.compile(r"\s+[a-zäöüß]{2,}(?:t|te|ten|rd|rde|ll|nn|ss|at)\b"),
    "en": re.compile(r"(?:’s|'s)?\s+[a-z]"),
}
DETERMINED = re.compile(
    r"\b(?i:der|die|das|des|dem|den|ein|eine|einen|einem|einer|eines|kein\w*|dies\w*|jede\w*|sein\w*|ihr\w*|unser\w*|im|am"
    r"|vom|zum|zur|beim|ins|ans|the|an?|this|that|its|his|her|their|our|your|my|no|some|any|every|each)"
    r"\s+(?:[a-zäöüß-]+\s+){0,2}$"
)
"""An article or possessive, with adjectives, right before: what follows is a common noun."""
ACTS_BEHIND = re.compile(
    r"\s+(?:ist|sei|war|hat|habe|hatte|will|wolle|wollte|kann|könne|muss|müsse|soll|solle|wird|werde|teilte|streicht|plant"
    r"|fliegt|meldete|meldet|rechnet|erwartet|verzeichnete|steigerte|senkt|baut|kauft|kaufte|verkauft|verkaufte)\b"
)
"""Verbs by which "die Swiss hat" is told from "die swiss …" before a noun."""
PLACING = frozenset({"in", "nach", "ab"})
"""German prepositions of places and times, after which a bare ambiguous name is one: "in Freudenberg"."""
LONGEST_GIVEN = 24
"""Characters before a name in which a given name is looked for."""
CAPITAL_BEFORE = re.compile(r"(?<![\w-])([A-ZÄÖÜÉÁÓŞÇ][^\W\d_]+(?:-[A-Z][^\W\d_]+)?)(?:\s[A-Z]\.)?\s\Z")
SURNAME_BEHIND = re.compile(r"\s((?:von\s|van\s|de\s|di\s)?[A-ZÄÖÜ][a-zäöüßéáóíçşğ]+)\b")
FUGUE_COMPOUND = re.compile(r"s[-‑]|[-‑]\s")
COMPOUND_BEHIND = re.compile(r"[-‑]([^\W\d_]+)")
WORD_BEFORE = re.compile(r"([^\W_]+)\s+$")
WORD_BEHIND = re.compile(r"\s+([^\W\d_]+)")
CAPITAL_BEHIND = re.compile(r"\s+[A-Z]")
OPENS_BEHIND = re.compile(r"[.!?:„“\"»(]\s*$")
BY_CLUE = "context-clue"
"""Opens the rule of a name beside a strong clue; the clue stands behind a colon."""
JOINED_BEHIND = re.compile(r"\s+(?:und|and)\s+([^\W\d_]+)")
GOES_ON = frozenset(
    "and or to in on at for with from by as is was are were has had have will would could may might should can over "
    "after before into than but that which while when if also alone itself did does do says said about under against "
    "through because since between during not still now".split()
)
"""English words that may follow a name in the middle of a sentence: no noun it would be an adjective of."""
ADJECTIVE = re.compile(r"[a-zäöüß]+(?:er|em|en|es|e)")
CONTRACTED = frozenset({"Here", "Next", "Which"})
"""English names whose "’s" is short for "is": "Here’s why"."""
STRONG = 3
"""Points of a clue that makes any ambiguous name a company: "Target shares", "Aktien der Post"."""
CUES_OF_NAMES = frozenset({"move", "speech", "trend", "hedge", "rival"})


def of_register(block: str, hits: list[Hit], language: str, lexicon: Lexicon) -> Iterator[Name]:
    """Register names: longest first, ambiguous ones only with something near that makes them a company."""
    taken = 0
    cues: set[int] | None = None
    clues = lexicon.name_clues[language]
    for hit in hits:
        if hit.start < taken or hit.entry.kind != "company":
            continue
        surface = block[hit.start : hit.end]
        if is_person(block, hit.start, hit.end, clues) or (language == "en" and is_plural(block, hit)):
            continue
        rule = "register"
        if surface in lexicon.context_aliases:
            if is_index(block, surface, hit.end):
                continue
            if cues is None:
                cues = {at for h in hits if h.entry.kind in CUES_OF_NAMES for at in (h.start, h.end)}
            found = context_rule(block, hit, language, cues, lexicon)
            if not found:
                continue
            rule = found
        taken = hit.end
        yield Name(hit.start, hit.end, hit.entry.key, rule, hit.is_genitive)


def is_person(block: str, start: int, end: int, clues: NameClues) -> bool:
    """Whether the single word is part of a person's name: "Eva Siemens", "Otto Muster". Legal forms tell companies."""
    surface = block[start:end]
    if " " in surface or not surface[:1].isupper() or FORM_BEHIND.match(block, end):
        return False
    word = CAPITAL_BEFORE.search(block, max(0, start - LONGEST_GIVEN), start)
    if word and clues.at("given_name", word.group(1)):
        return True
    follower = SURNAME_BEHIND.match(block, end) if clues.at("given_name", surface) else None
    return follower is not None and not clues.is_no_name(follower.group(1))


def is_plural(block: str, hit: Hit) -> bool:
    """Whether an English name stands in the plural: "Guardians" are several, not the Guardian's."""
    return hit.is_genitive and block[hit.end] == "s"


def of_confirmed(block: str, hits: list[Hit], surfaces: set[str], language: str, clues: NameClues) -> Iterator[Name]:
    """Ambiguous names that another place of the article shows to be companies, unless they are common nouns here."""
    for hit in hits:
        if hit.entry.kind != "company" or block[hit.start : hit.end] not in surfaces:
            continue
        if is_person(block, hit.start, hit.end, clues) or (language == "en" and is_plural(block, hit)):
            continue
        before, behind = block[max(0, hit.start - 60) : hit.start], block[hit.end : hit.end + 40]
        compound = COMPOUND_BEHIND.match(behind)
        is_other = compound is not None and not CORPORATE_HEADS.fullmatch(compound.group(1))
        is_longer = language == "en" and CAPITAL_BEHIND.match(behind) is not None
        if not (
            is_other
            or is_longer
            or NUMBER_BEHIND.match(behind)
            or before.endswith(("-", "#", "@"))
            or DETERMINED.search(before)
        ):
            yield Name(hit.start, hit.end, hit.entry.key, "context-confirmed", hit.is_genitive)


def is_index(block: str, surface: str, end: int) -> bool:
    """Whether the name that ends there means an index or exchange: "S&P 500", "Nikkei-Index"."""
    return surface in INDEX_NAMES and INDEX_BEHIND.match(block, end) is not None


def context_rule(block: str, hit: Hit, language: str, cues: set[int], lexicon: Lexicon) -> str | None:
    """Why an ambiguous name is a company here, or None. `cues` are the places where words of claims start and end.

    A legal form, ticker or corporate compound behind it, or a describing noun before it, decide. Otherwise it must
    stand bare, as names do and common nouns do not ("Apple kündigte an", "said Target"); everyday words and surnames
    also need a verb of companies behind them, a verb of telling before, or quotation marks.
    """
    behind = block[hit.end : hit.end + 40]
    before = block[max(0, hit.start - 60) : hit.start]
    clues = lexicon.name_clues[language]
    if language == "en" and hit.is_genitive and block[hit.start : hit.end] in CONTRACTED:
        return None
    if FORM_BEHIND.match(behind) or TICKER_BEHIND.match(behind):
        return "context-legal-form"
    if language == "en" and BARE_TICKER_BEHIND.match(behind):
        return "context-ticker"
    ticker = lexicon.tickers.get(hit.entry.key)
    if ticker and behind.startswith(f" {ticker}") and not behind[len(ticker) + 1 : len(ticker) + 2].isalnum():
        return "context-ticker"
    if before.endswith("(") and CREDIT_ENDS.match(behind) and block[hit.start].isupper():
        return "context-credit"
    if behind[:1].isalnum() and not hit.is_genitive:  # "Bahnchef", but a "Weltkonzern" is any
        is_any = behind.startswith("konzern") and clues.at("everyday", block[hit.start : hit.end])
        return None if is_any else "context-compound"
    if compound := COMPOUND_BEHIND.match(behind):
        return "context-compound" if CORPORATE_HEADS.fullmatch(compound.group(1)) else None
    word = WORD_BEFORE.search(before)
    if FUGUE_COMPOUND.match(behind) or NUMBER_BEHIND.match(behind):  # "Hamas-Chef", "Zeit- und", "Apollo 11"
        return None
    is_role = word is not None and clues.at("person_noun", word.group(1)) is not None
    if word and not is_role and is_description(word.group(1).casefold(), lexicon.descriptions):
        return "context-description"
    around = [*clues_behind(block, hit.end, language, clues, lexicon.places)]
    if language == "de" or _goes_on(block, hit.end, cues):  # not "the purchase of Swiss biotech …"
        around += clues_before(block, hit.start, language, clues)
    if strong := next((clue for clue in around if clue.points >= STRONG), None):
        return f"{BY_CLUE}:{strong.clue_id}"
    is_longer = language == "en" and CAPITAL_BEHIND.match(behind) is not None
    if is_role or before.endswith(("-", "#", "@")) or is_longer:
        return None
    if DETERMINED.search(before):
        is_feminine = language == "de" and word is not None and word.group(1) in ("die", "Die")
        is_word = clues.at("everyday", block[hit.start : hit.end]) is not None
        return "context-feminine" if is_feminine and not is_word and ACTS_BEHIND.match(behind) else None
    opens = not before or OPENS_BEHIND.search(before) is not None
    is_by_cue = hit.start - 1 in cues or (language == "en" and hit.end + 1 in cues)  # "Shell took a stake in"
    if not is_by_cue and _is_doubtful(block[hit.start : hit.end], before, behind, opens, language, lexicon):
        return None
    if opens:
        joined = JOINED_BEHIND.match(behind)
        is_name = VERB_BEHIND[language].match(behind) or (joined and joined.group(1) in lexicon.aliases)
        return "context-opens" if is_name else None
    if before.endswith((", ", "(", "– ")):
        return "context-bare"
    if language == "de" and word and word.group(1) in PLACING:
        return None
    is_bare = word and word.group(1).islower() and _stands_bare(block, hit, word.group(1), language, cues)
    return "context-bare" if is_bare else None


def _is_doubtful(surface: str, before: str, behind: str, opens: bool, language: str, lexicon: Lexicon) -> bool:
    """Whether an everyday word or a surname stands there without a sign of a company. English tells by the capital,
    unless the word opens the sentence."""
    clues = lexicon.name_clues[language]
    is_everyday = clues.at("everyday", surface) and (language == "de" or opens)
    if not is_everyday and not clues.at("surname", surface):
        return False
    follower = WORD_BEHIND.match(behind)
    acts = follower is not None and clues.at("behind", follower.group(1)) is not None
    is_quoted = before.endswith(("„", "»", "“", "«")) and behind.startswith(("“", "«", "»", "”"))
    return not acts and not is_quoted


def _stands_bare(block: str, hit: Hit, word: str, language: str, cues: set[int]) -> bool:
    """Whether the small `word` before and what follows leave room for a name, not for a noun with its adjective."""
    if language == "en":
        return _goes_on(block, hit.end, cues)
    if hit.is_genitive and block[hit.end] == "s":
        return False
    is_adjective = ADJECTIVE.fullmatch(word) and word not in NO_ADJECTIVES and word not in PREPOSITIONS["de"]
    return not is_adjective or hit.start - 1 in cues


def _goes_on(block: str, end: int, cues: set[int]) -> bool:
    """Whether an English sentence goes on behind the name as it does behind nouns, not as behind adjectives."""
    follower = WORD_BEHIND.match(block, end)
    return follower is None or follower.group(1) in GOES_ON or follower.start(1) in cues
