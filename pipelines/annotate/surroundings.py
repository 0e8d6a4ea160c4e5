"""What stands right before and right behind a name, as far as it tells a company: looked up in `name_clues.csv`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import islice

from pipelines.annotate.name_clues import Clue, NameClues
from pipelines.annotate.origins import is_origin

LOOK_BACK = 60
"""Characters before a name in which its governing words are looked for."""
LOOK_AHEAD = 80
"""Characters of an apposition in which its head is looked for."""
MARKS = "„“”\"»«‚‘’'( "
STOPS = frozenset(",;:.!?|–—/-")
"""What ends the words that may govern a name."""
ADJECTIVE_ENDS = ("en", "er", "e", "es")
DESCRIBING = re.compile(r"[a-zäöüß]+(?:en|er|e|es)(?<!te)(?<!ten)")
"""A German adjective, no verb of the past as in "das sagte"."""
NOWHERE: frozenset[str] = frozenset()
GERMAN_ARTICLES = frozenset("der die das den dem des".split())
DETERMINERS = frozenset(
    "zwei drei vier fünf mehrere viele einige alle das dem den des ihre ihren ihrem ihrer seine seinen seinem seiner "
    "ein eine einen einem einer eines kein keine keinen dieser diese dieses diesem jeder jede".split()
)
"""German words that stand before common nouns; "die" and "der" also stand before names of companies."""
PERSON_PREPOSITIONS = frozenset("von vom bei beim of at from with".split())
OWNED_BEFORE = re.compile(r"['’]s?\s(?:\([A-Z.]{1,5}\)\s)?$")
WORD_BEHIND = re.compile(r"\s([^\W\d_][\w-]*)")
OWNED_BEHIND = re.compile(r"['’]s?\s([^\W\d_][\w-]*)(?:\s([^\W\d_][\w-]*))?(?:\s([^\W\d_][\w-]*))?")
TICKER_BEHIND = re.compile(r"\s?\([A-Z]{1,5}(?:\.[A-Z]{1,2})?\)")
LISTING_BEHIND = re.compile(
    r"\s?\(\s?(?:NASDAQ|Nasdaq|NYSE|LSE|XETRA|Xetra|FRA|TSE|TSX|TSXV|HKEX|SIX|OTC\w{0,4}|AMEX|EURONEXT|Euronext|ISIN|WKN"
    r"|Kürzel|ticker|Ticker)\b"
)
NUMBER_BEHIND = re.compile(r"\s\d{1,3}(?=$|[,;.)]|\s(?![A-ZÄÖÜ]|percent|million|billion))")
"""A number that makes a name that of a thing: "Apollo 11", "Tier 3", but "eröffnet Rossmann 60 Filialen"."""
COMMA_OPENS = (",", "“", "”", '"', "»", "’")
COMMA_ARTICLE = {
    "de": re.compile(r"[“”\"»’]?,\s(?:ein(?:e[rmns]?)?\s)?"),
    "en": re.compile(r"[“”\"»’]?,\s(?:(?:an?|one of the)\s)?"),
}
COPULAS = frozenset("ist sei war gilt is was".split())
COPULA = {
    # "In Olpe war der Brand": the article alone tells no predicate
    "de": re.compile(
        r"\s(?:ist|sei|war|gilt als)\s(?:ein(?:e[rmns]?)?\s|(?:der|die|das)\s(?=[\w-]+[sß]te[rn]?\s|führende))"
    ),
    "en": re.compile(r"\s(?:is|was)\s(?:an?|the|one of the)\s"),
}
AHEAD = re.compile(r"[^\W_]+(?:[-’'][^\W_]+)*|[,.;:()]")
PHRASE_ENDS = frozenset(
    ", . ; : ( ) of that which who for in with at from to by on and im am beim vom zum zur mit bei nach für aus an auf "
    "gegen über".split()
)
BARE_NOUN_GOES_ON = frozenset("of von der des für".split())
LISTING = Clue("listing-behind", 4)
TICKER = Clue("ticker-behind", 2)
APPOSITION = Clue("apposition-behind", 3)
IS_A_COMPANY = Clue("is-a-company", 3)
ORIGIN = Clue("origin-before", 1)
PERSON_OF = Clue("person-of", 2)
OWNED = Clue("owned", -2)
"""A name in another's possession is a product or a brand: "Amgen’s Neupogen"."""
DETERMINED = Clue("determined", -2)
FEMININE = Clue("feminine", -1)


def company_noun(word: str, clues: NameClues) -> Clue | None:
    """What a noun before a name says: a plain "Konzern" less than "Chemiekonzern", for objects may follow it too."""
    said = clues.of(word)
    return (said.get("plain_noun") or said.get("noun_before")) if said else None


def before(text: str, start: int, language: str, clues: NameClues) -> Sequence[Clue]:
    """Clues of the words right before text[start]: "der Hersteller", "Anteile an der", "shares of"."""
    left = text[max(0, start - LOOK_BACK) : start].rstrip(MARKS)
    ending = left.rsplit(None, 2)[-2:]
    if not ending:
        return ()
    found: list[Clue] = []
    last = ending[-1].strip(MARKS)
    is_attributed = False
    words: list[str] | None = None
    while language == "de" and last.endswith(ADJECTIVE_ENDS) and is_origin(last, NOWHERE):
        words = words or _last_words(left)
        words.pop()
        last = words[-1] if words else ""
        is_attributed = True
        found.append(ORIGIN)
    if not last or last[-1] in STOPS:
        return found
    low = last.casefold()
    if said := clues.of(last):
        noun = company_noun(last, clues) if language == "en" or last[0].isupper() else None
        if noun and not is_attributed:  # not "der Konzern drastische Einschnitte"
            found.append(noun)
        elif product := said.get("product_noun"):
            found.append(product)
    has_article = low in GERMAN_ARTICLES
    governor = ending[0].strip(MARKS).casefold() if has_article and not is_attributed else low
    # few words govern names, and only behind them further ones are looked at
    is_governed = low in clues.phrase_ends or governor in clues.phrase_ends or governor in PERSON_PREPOSITIONS
    if is_governed or (has_article and is_attributed):
        words = words or _last_words(left)
        lows = [word.casefold() for word in words]
        if phrase := _phrase(lows, clues):
            found.append(phrase)
        if _is_person_of(words, lows, clues):
            found.append(PERSON_OF)
    near = text[max(0, start - 12) : start]
    if ("'" in near or "’" in near) and OWNED_BEFORE.search(near):
        found.append(OWNED)
    if language == "de":
        if low in DETERMINERS:
            found.append(DETERMINED)
        elif low in ("der", "die"):
            found.append(FEMININE)
        elif DESCRIBING.fullmatch(last):
            words = words or _last_words(left)
            if len(words) > 1 and words[-2].casefold() in DETERMINERS:
                found.append(DETERMINED)  # "einer schweren Explosion"
    return found


def _last_words(left: str) -> list[str]:
    """Enough words for every phrase, without marks."""
    return [word.strip(MARKS) for word in left.split()[-6:]]


def _phrase(low: Sequence[str], clues: NameClues) -> Clue | None:
    """The clue of the last words, with the article before the name or without: "Anteile an", "Anteile an der"."""
    tails: list[Sequence[str]] = []
    if low[-1] in clues.phrase_ends:
        tails += [low[-2:], low[-3:], low[-4:], low[-1:]]
    if low[-1] in GERMAN_ARTICLES and len(low) > 1 and low[-2] in clues.phrase_ends:
        tails += [low[-3:-1], low[-4:-1]]
    return next((clue for tail in tails if (clue := clues.phrase(" ".join(tail)))), None)


def _is_person_of(words: Sequence[str], low: Sequence[str], clues: NameClues) -> bool:
    """Whether a person's full name and "von", "of" or "at" stand before: "Eva Muster von der", "Jane Doe of"."""
    at = len(low) - (2 if low[-1] in GERMAN_ARTICLES else 1)
    if at < 2 or low[at] not in PERSON_PREPOSITIONS or not words[at - 1] or words[at - 1][-1] in STOPS:
        return False
    return words[at - 1][0].isupper() and clues.at("given_name", words[at - 2]) is not None


def behind(text: str, end: int, language: str, clues: NameClues, places: frozenset[str]) -> Sequence[Clue]:
    """Clues of what follows text[:end]: "’s shares", "CEO", "(NYSE: ABC)", ", a maker of", "is a retailer"."""
    follows = text[end : end + 2]
    if "(" in follows:
        if LISTING_BEHIND.match(text, end):
            return (LISTING,)
        return (TICKER,) if language == "en" and TICKER_BEHIND.match(text, end) else ()
    if follows[:1] == " ":
        return _word_behind(text, end, language, clues, places)
    found: list[Clue] = []
    if follows[:1] in ("'", "’") and (owned := OWNED_BEHIND.match(text, end)):
        own = (clues.at("owned", word.casefold()) for word in owned.groups() if word)
        found += [clue for clue in own if clue][:1]
    if follows[:1] in COMMA_OPENS and (comma := COMMA_ARTICLE[language].match(text, end)):
        is_bare = comma.group().rstrip()[-1] == ","
        if _company_noun_ahead(text, comma.end(), language, clues, places, is_bare=is_bare):
            found.append(APPOSITION)
    return found


def _word_behind(text: str, end: int, language: str, clues: NameClues, places: frozenset[str]) -> Sequence[Clue]:
    """The clues of the next word: "CEO", "analyst Jane Doe", "is a retailer"."""
    word = WORD_BEHIND.match(text, end)
    if not word:
        return ()
    follower = word.group(1)
    said = clues.of(follower)
    if not said and follower not in COPULAS:
        return ()
    found: list[Clue] = []
    if clue := said.get("behind"):
        # "Harborlight analyst Jane Doe", but not "bullish analyst had"
        is_role = follower[0].islower() and "person_noun" in said
        if not is_role or text[word.end() + 1 : word.end() + 2].isupper():
            found.append(clue)
    copula = COPULA[language].match(text, end) if follower in COPULAS else None
    if copula and _company_noun_ahead(text, copula.end(), language, clues, places, is_bare=False):
        found.append(IS_A_COMPANY)
    return found


def _company_noun_ahead(
    text: str, at: int, language: str, clues: NameClues, places: frozenset[str], *, is_bare: bool
) -> bool:
    """Whether the phrase at `at` has a company noun for its head; without an article it must be the first word."""
    found = AHEAD.finditer(text, at, at + LOOK_AHEAD)
    words = [word.group() for word in islice(found, 2 if is_bare else 8)]
    if is_bare:  # "Quarzwerk, Hersteller von", "Harborlight, maker of"
        return len(words) > 1 and words[1] in BARE_NOUN_GOES_ON and bool(clues.at("noun_before", words[0]))
    for word, after in zip(words[:7], [*words[1:8], ""], strict=False):
        is_noun = language == "en" or word[0].isupper()
        if is_noun and (company_noun(word, clues) or clues.at("kind_noun", word)):
            return not clues.at("person_noun", after)  # not "a company spokeswoman"
        if word in PHRASE_ENDS or clues.at("person_noun", word):
            return False
        if language == "de" and is_noun and not is_origin(word, places):
            return False
    return False
