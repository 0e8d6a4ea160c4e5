"""Capitalised names that no register knows, with the clues around each. Whether one is a company is not decided here."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from pipelines.annotate.mentions import Name
from pipelines.annotate.name_clues import Clue, NameClues

WORD = (
    r"(?:[A-ZÄÖÜÁÀÉÍÓØÅÇŠ]|[a-z]{1,2}(?=[A-Z])|\d+(?=[A-Z]))[^\W_]*"
    r"(?:[-‑.&+][^\W_]+|['’](?!s\b|S\b)[^\W_]+)*"
)
JOINT = r"(?:\s(?:&|\+|de|du|di|del|la|le)\s|\s(?<=\bBank\s)of\s|\s)"
RUN = re.compile(rf"(?<![\w@#&/.’'-]){WORD}(?:{JOINT}{WORD})*")
TOKEN = re.compile(r"\S+")
BEFORE = re.compile(r"[^\W_]+(?:[-‑’'.][^\W_]+)*|[,;:.!?()|–—]")
WORD_BEHIND = re.compile(r"\s([^\W\d_][\w-]*)")
OWNED_BEHIND = re.compile(r"['’](?:s\s(?:\w+\s)?|\s)([^\W\d_][\w-]*)")
TICKER_BEHIND = re.compile(r"\s?\((?:[A-Z]{1,5}(?:\.[A-Z]{1,2})?)\)")
LISTING_BEHIND = re.compile(
    r"\s?\(\s?(?:NASDAQ|Nasdaq|NYSE|LSE|XETRA|Xetra|FRA|TSE|TSX|TSXV|HKEX|SIX|OTC\w*|AMEX|EURONEXT|Euronext|ISIN|WKN|Kürzel"
    r"|ticker|Ticker)\b"
)
COMMA_ARTICLE = {
    "de": re.compile(r"[“”\"»’]?,\s(?:ein(?:e[rmns]?)?\s)?"),
    "en": re.compile(r"[“”\"»’]?,\s(?:(?:an?|one of the)\s)?"),
}
COPULA = {
    "de": re.compile(r"\s(?:ist|sei|war|gilt als)\s(?:ein(?:e[rmns]?)?|der|die|das)\s"),
    "en": re.compile(r"\s(?:is|was)\s(?:an?|the|one of the)\s"),
}
AHEAD = re.compile(r"[^\W_]+(?:[-’'][^\W_]+)*|[,.;:()]")
BARE_NOUN_GOES_ON = frozenset("of von der des für".split())
PHRASE_ENDS = frozenset(", . ; : ( ) of that which who for in with at from to by on and".split())
ORIGIN = re.compile(r"(?:[A-ZÄÖÜ][\w-]*-)?[a-zäöü]*(?:isch|länd|deutsch)e[nrsm]?|US-|[a-zäöü]+ansässige[nrsm]?")
DETERMINERS = {
    "de": frozenset("zwei drei vier fünf mehrere viele einige alle das dem ein eine einen einem einer eines kein keine keinen dieser diese dieses diesem jeder jede".split()),
    "en": frozenset("a an this that these those its his her their our your my no some any every each".split()),
}
GERMAN_ARTICLES = frozenset("der die das den dem des".split())
LOOK_BACK = 70
"""Characters before a name in which its governing words are looked for."""
LONGEST = 7
"""Words a company's name may have; longer runs of capitals are headlines."""
ORIGIN_CLUE = Clue("origin-before", 1)
LISTING_CLUE = Clue("listing-behind", 4)
TICKER_CLUE = Clue("ticker-behind", 2)
APPOSITION_CLUE = Clue("apposition-behind", 3)
COPULA_CLUE = Clue("is-a-company", 3)
SHAPE_CLUE = Clue("shape", 1)
EXTENDED_CLUE = Clue("extended-name", 3)
DETERMINED_CLUE = Clue("determined", -2)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A name at text[start:end] with what speaks for a company here. `base` is the registered company it goes on from."""

    start: int
    end: int
    surface: str
    clues: tuple[Clue, ...]
    base: str | None = None


@dataclass(slots=True)
class Sighted:
    """What one sentence shows: candidates, and the family names of persons in it."""

    candidates: list[Candidate]
    family_names: set[str]


@dataclass(slots=True)
class _Segment:
    """Words of a run that may be one name, with clues that the words cut off before and behind it gave."""

    words: list[re.Match[str]]
    clues: list[Clue]
    is_person: bool = False
    end: int | None = None


def sight(
    text: str, names: Sequence[Name], markets: Iterable[tuple[int, int]], language: str, clues: NameClues, places: frozenset[str]
) -> Sighted:
    """The candidates of a sentence outside `names`, and names that go on behind a registered one."""
    sighted = Sighted([], set())
    places_at = frozenset(markets)
    firm = [n for n in names if not n.rule_id.startswith("context")]
    for run in RUN.finditer(text):
        inside = [n for n in firm if n.start < run.end() and run.start() < n.end]
        if inside:
            sighted.candidates += _extended(text, run, inside[-1], places_at, language, clues)
            continue
        for segment in _segments(run, language, clues, places):
            _judge(text, segment, places_at, language, clues, sighted)
    return sighted


def _segments(run: re.Match[str], language: str, clues: NameClues, places: frozenset[str]) -> Iterator[_Segment]:
    """Cut a run of capitalised words where a word is no part of a name: common nouns, roles, "Kölner", "Chiphersteller"."""
    segment = _Segment([], [])
    text = run.string
    tokens = list(TOKEN.finditer(text, run.start(), run.end()))
    for number, token in enumerate(tokens):
        word = token.group()
        is_last = number == len(tokens) - 1
        carried: list[Clue] | None = None
        is_person = False
        head = word.rpartition("-")
        compound = clues.at("compound", head[2]) if head[0] else None
        if compound:
            segment.words.append(token)
            segment.clues.append(compound)
            segment.end = token.start() + len(head[0])
            carried, is_person = [], bool(clues.at("person_noun", word))
        if noun := company_noun(word, clues):
            if not (segment.words and not compound and word in clues.words.get("last_word", ())):
                carried = [noun] if not is_last else []
        elif clues.at("person_noun", word):
            carried, is_person = [], True
            if segment.words and not compound and (behind := clues.at("behind", word)):
                segment.clues.append(behind)
        elif not compound and (clues.at("common", word) or (number == 0 and clues.at("common", word.capitalize()))):
            carried = []
        elif not is_last and not segment.words and not compound and is_origin(word, places):
            carried = [*segment.clues, ORIGIN_CLUE]
        if carried is None:
            segment.words.append(token)
            continue
        yield segment
        segment = _Segment([], carried, is_person)
    yield segment


def company_noun(word: str, clues: NameClues) -> Clue | None:
    """What a noun before a name says: a plain "Konzern" less than "Chemiekonzern", for objects may follow it too."""
    return clues.at("plain_noun", word) or clues.at("noun_before", word)


def is_origin(word: str, places: frozenset[str]) -> bool:
    """Whether a German word says where a company is from: "Kölner", "finnische", "US-amerikanische"."""
    is_city = word.endswith("er") and bool({word[:-2], word[:-2] + "en", word[:-3] + "en"} & places)
    return is_city or (len(word) > 6 and ORIGIN.fullmatch(word) is not None) or word.endswith(("ische", "ischen", "ischer", "-based"))


def _judge(
    text: str, segment: _Segment, markets: frozenset[tuple[int, int]], language: str, clues: NameClues, sighted: Sighted
) -> None:
    """Add the segment to what was sighted, as candidate or as person, unless it is neither."""
    words = list(segment.words)
    while words and not any(c.isupper() for c in words[-1].group()):
        words.pop()
    while words and not any(c.isupper() for c in words[0].group()):
        words.pop(0)
    if not words or len(words) > LONGEST:
        return
    start, end = words[0].start(), segment.end or words[-1].end()
    surface = text[start:end].rstrip(".")
    end = start + len(surface)
    parts = surface.split()
    last = clues.at("last_word", parts[-1]) if len(parts) > 1 else None
    first = clues.at("first_word", parts[0]) if len(parts) > 1 else None
    is_person = segment.is_person or (len(parts) > 1 and clues.at("given_name", parts[0]) and not last)
    if is_person:
        sighted.family_names.add(parts[-1].split("-")[-1])
        sighted.family_names.add(parts[-1])
        return
    if len(surface) < 2 or any(clues.at("blocker", part) for part in parts):
        return
    if all(clues.at("last_word", p) or clues.at("generic", p) or clues.at("common", p) or p in "&+" for p in parts):
        return
    if (start, end) in markets and not first:
        return
    if len(parts) == 1 and (clues.at("common", surface) or company_noun(surface, clues)):
        return
    found = [*segment.clues, *(c for c in (last, first) if c)]
    found += _before(text, start, language, clues)
    if segment.end is None:
        found += _behind(text, end, language, clues)
    if len(parts) == 1 and (re.search(r"[a-z][A-Z]|[A-Z]{2}|\d|&", surface)) and len(surface) > 2:
        found.append(SHAPE_CLUE)
    sighted.candidates.append(Candidate(start, end, surface, tuple(found)))


def _before(text: str, start: int, language: str, clues: NameClues) -> Iterator[Clue]:
    """Clues of the words right before: "der Hersteller", "Anteile an der", "shares of"."""
    words = [m.group() for m in BEFORE.finditer(text, max(0, start - LOOK_BACK), start)][-6:]
    while words and language == "de" and words[-1][0].islower() and words[-1].endswith(("en", "er", "e", "es")) and is_origin(words[-1], frozenset()):
        words.pop()
        yield ORIGIN_CLUE
    if not words:
        return
    if (noun := company_noun(words[-1], clues)) and (language == "en" or words[-1][0].isupper()):
        yield noun
    low = [w.casefold() for w in words]
    tails = [low[-n:] for n in (2, 3, 4, 1)] + ([low[-3:-1], low[-4:-1]] if low[-1] in GERMAN_ARTICLES else [])
    for tail in tails:
        if phrase := clues.at("phrase_before", " ".join(tail)):
            yield phrase
            break
    if low[-1] in DETERMINERS[language]:
        yield DETERMINED_CLUE


def _behind(text: str, end: int, language: str, clues: NameClues) -> Iterator[Clue]:
    """Clues of what follows: "’s shares", "CEO", "(NYSE: ABC)", ", a maker of", "is a retailer"."""
    if LISTING_BEHIND.match(text, end):
        yield LISTING_CLUE
    elif language == "en" and TICKER_BEHIND.match(text, end):
        yield TICKER_CLUE
    if (owned := OWNED_BEHIND.match(text, end)) and (clue := clues.at("owned", owned.group(1).casefold())):
        yield clue
    if (word := WORD_BEHIND.match(text, end)) and (clue := clues.at("behind", word.group(1))):
        # "Harborlight analyst Jane Doe", but not "bullish analyst had"
        is_person = word.group(1)[0].islower() and clues.at("person_noun", word.group(1))
        if not is_person or re.match(r"\s[A-Z]", text[word.end() :]):
            yield clue
    comma = COMMA_ARTICLE[language].match(text, end)
    if comma and _company_noun_ahead(text, comma.end(), comma.group().rstrip()[-1] == ",", language, clues):
        yield APPOSITION_CLUE
    copula = COPULA[language].match(text, end)
    if copula and _company_noun_ahead(text, copula.end(), False, language, clues):
        yield COPULA_CLUE


def _company_noun_ahead(text: str, at: int, is_bare: bool, language: str, clues: NameClues) -> bool:
    """Whether the phrase at `at` has a company noun for its head; without an article it must be the first word."""
    words = AHEAD.findall(text, at, at + 80)
    if is_bare:  # "Quarzwerk, Hersteller von", "Harborlight, maker of"
        return len(words) > 1 and words[1] in BARE_NOUN_GOES_ON and bool(clues.at("noun_before", words[0]))
    for word in words[:7]:
        is_noun = language == "en" or word[0].isupper()
        if is_noun and (clues.at("noun_before", word) or clues.at("kind_noun", word)):
            return True
        if word in PHRASE_ENDS or clues.at("person_noun", word):
            return False
        if language == "de" and is_noun and not is_origin(word, frozenset()):
            return False
    return False


def _extended(
    text: str, run: re.Match[str], name: Name, markets: frozenset[tuple[int, int]], language: str, clues: NameClues
) -> Iterator[Candidate]:
    """A registered name with more behind it: "Alibaba Sports Group", "T-Mobile Niederlande", "Regeneron Pharmaceuticals"."""
    tail = list(TOKEN.finditer(text, name.end, run.end())) if name.end < run.end() and text[name.end] == " " else []
    for number, word in enumerate(tail[:3]):
        surface = word.group()
        is_country = language == "de" and number == 0 and word.span() in markets
        kind = clues.at("same_company", surface)
        if kind or is_country or clues.at("extension", surface):
            base = name.company_id if kind and number == 0 else None
            more = re.compile(rf"\s&\s{WORD}").match(text, word.end())
            end = more.end() if more else word.end()
            yield Candidate(name.start, end, text[name.start : end], (EXTENDED_CLUE,), base)
        if clues.at("common", surface) or clues.at("person_noun", surface) or clues.at("noun_before", surface):
            break
