"""Capitalised names that no register knows, with the clues around each. Whether one is a company is not decided here."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from pipelines.annotate.lexicon import Lexicon
from pipelines.annotate.mentions import Name
from pipelines.annotate.name_clues import Clue, NameClues
from pipelines.annotate.slots import LIST_JOINT

WORD = (
    r"(?:[A-ZÄÖÜÁÀÉÍÓØÅÇŠ]|[a-z]{1,2}(?=[A-Z])|\d+(?=[A-Z]))[^\W_]*"
    r"(?:[-‑.&+][^\W_]+|['’](?!s\b|S\b)[^\W_]+)*"
)
JOINT = r"(?:\s(?:&|\+|de|du|di|del|la|le)\s|\s(?<=\bBank\s)of\s|\s)"
RUN = re.compile(rf"(?<![\w@#&/.’'-]){WORD}(?:{JOINT}{WORD})*")
TOKEN = re.compile(r"\S+")
MARKS = "„“”\"»«‚‘’'( "
STOPS = frozenset(",;:.!?|–—/-")
"""What ends the words that may govern a name."""
ADJECTIVE_ENDS = ("en", "er", "e", "es")
NOWHERE: frozenset[str] = frozenset()
WORD_BEHIND = re.compile(r"\s([^\W\d_][\w-]*)")
OWNED_BEHIND = re.compile(r"['’]s?\s([^\W\d_][\w-]*)(?:\s([^\W\d_][\w-]*))?(?:\s([^\W\d_][\w-]*))?")
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
COPULAS = frozenset("ist sei war gilt is was".split())
CONNECTING = frozenset("& + of de du di del la le".split())
APOSTROPHES = ("'", "’")
COMMA_OPENS = (",", "“", "”", '"', "»", "’")
AHEAD = re.compile(r"[^\W_]+(?:[-’'][^\W_]+)*|[,.;:()]")
BARE_NOUN_GOES_ON = frozenset("of von der des für".split())
PHRASE_ENDS = frozenset(", . ; : ( ) of that which who for in with at from to by on and".split())
PERIOD = re.compile(r"\d?[QH]\d{0,4}|FY\d{2,4}|\d[QH]\d{2,4}E?")
"""Quarters and half-years as analysts write them: "1Q17", "FY2018"."""
OWNED_BEFORE = re.compile(r"['’]s?\s(?:\([A-Z.]{1,5}\)\s)?$")
ORIGIN = re.compile(r"(?:[A-ZÄÖÜ][\w-]*-)?[a-zäöü]*(?:isch|länd|deutsch)e[nrsm]?|US-|[a-zäöü]+ansässige[nrsm]?")
DETERMINERS = frozenset(
    "zwei drei vier fünf mehrere viele einige alle das dem ein eine einen einem einer eines kein keine keinen dieser diese "
    "dieses diesem jeder jede".split()
)
"""German words that stand before common nouns; "die" and "der" also stand before names of companies."""
PERSON_PREPOSITIONS = frozenset("von vom bei beim of at from with".split())
GERMAN_ARTICLES = frozenset("der die das den dem des".split())
DATELINE_ENDS = re.compile(r"\)\s?[-–—]")
LONGEST_DATELINE = 60
"""Characters of a line in which "LONDON (Agency) -" may name the agency that sent it."""
SHAPE = re.compile(r"[a-zäöü][A-Z]|[A-Z]{2}|\d|&")
"""Capitals inside, digits or "&": common nouns have none."""
LOOK_BACK = 60
"""Characters before a name in which its governing words are looked for."""
LONGEST = 7
"""Words a company's name may have; longer runs of capitals are headlines."""
ORIGIN_CLUE = Clue("origin-before", 1)
LISTING_CLUE = Clue("listing-behind", 4)
TICKER_CLUE = Clue("ticker-behind", 2)
APPOSITION_CLUE = Clue("apposition-behind", 3)
COPULA_CLUE = Clue("is-a-company", 3)
SHAPE_CLUE = Clue("shape", 1)
LISTED_CLUES = {
    "de": (Clue("listed-with-company", 2), Clue("listed-with-companies", 3)),
    "en": (Clue("listed-with-company", 1), Clue("listed-with-companies", 3)),
}
"""One known company in a list, or several. English lists also join a company and its products."""
EXTENDED_CLUE = Clue("extended-name", 3)
OWNED_CLUE = Clue("owned", -2)
FEMININE_CLUE = Clue("feminine", -1)
PERSON_OF_CLUE = Clue("person-of", 2)
DATELINE_CLUE = Clue("dateline", 3)
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
    text: str, names: Sequence[Name], markets: Mapping[tuple[int, int], str], language: str, lexicon: Lexicon
) -> Sighted:
    """The candidates of a sentence outside `names`, and names that go on behind a registered one.

    `markets` maps the places of market names to their ids.
    """
    sighted = Sighted([], set())
    clues = lexicon.name_clues[language]
    firm = [n for n in names if not n.rule_id.startswith("context")]
    starts = [n.start for n in firm]
    for run in RUN.finditer(text):
        last = bisect_left(starts, run.end()) - 1
        if last >= 0 and firm[last].end > run.start():
            sighted.candidates += _extended(text, run, firm[last], markets, language, lexicon)
        elif " " in run.group() or "-" in run.group():
            for segment in _segments(run, clues, lexicon.places):
                _judge(text, segment, markets, language, clues, sighted)
        elif not clues.is_no_name(run.group()):
            _judge(text, _Segment([run], []), markets, language, clues, sighted)
    if firm and sighted.candidates:
        _note_lists(text, firm, language, sighted)
    return sighted


def _note_lists(text: str, firm: Sequence[Name], language: str, sighted: Sighted) -> None:
    """Names in one list with known companies are likely companies: "Oppo, Quarzwerk und Vivo"."""
    places = [(n.start, n.end, -1) for n in firm]
    places += [(c.start, c.end, number) for number, c in enumerate(sighted.candidates)]
    places.sort()
    lists: list[list[tuple[int, int, int]]] = []
    for place in places:
        if lists and LIST_JOINT.fullmatch(text, lists[-1][-1][1], place[0]):
            lists[-1].append(place)
        else:
            lists.append([place])
    for together in lists:
        known = sum(number < 0 for _, _, number in together)
        if known and known < len(together):
            clue = LISTED_CLUES[language][min(known, 2) - 1]
            for _, _, number in together:
                if number >= 0:
                    candidate = sighted.candidates[number]
                    sighted.candidates[number] = replace(candidate, clues=(*candidate.clues, clue))


def _segments(run: re.Match[str], clues: NameClues, places: frozenset[str]) -> Iterator[_Segment]:
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
            if not (segment.words and not compound and clues.is_written("last_word", word)):
                carried = [noun] if not is_last else []
        elif clues.at("person_noun", word):
            carried, is_person = [], True
            if segment.words and not compound and (behind := clues.at("behind", word)):
                segment.clues.append(behind)
        elif segment.words and not compound and clues.is_written("last_word", word):
            pass  # "German Pellets", "Barnes Group": common words that end names
        elif not compound and clues.at("common", word):
            carried = []
        elif not is_last and word.endswith("-based"):  # "New York-based Harborlight"
            segment, carried = _Segment([], []), [ORIGIN_CLUE]
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
    text: str,
    segment: _Segment,
    markets: Mapping[tuple[int, int], str],
    language: str,
    clues: NameClues,
    sighted: Sighted,
) -> None:
    """Add the segment to what was sighted, as candidate or as person, unless it is neither."""
    words = segment.words
    while words and words[-1].group().islower():
        words.pop()
    while words and words[0].group().islower():
        words.pop(0)
    if not words or len(words) > LONGEST:
        return
    start, end = words[0].start(), segment.end or words[-1].end()
    surface = text[start:end].rstrip(".")
    end = start + len(surface)
    parts = surface.split()
    last = clues.at("last_word", parts[-1]) if len(parts) > 1 else None
    first = clues.at("first_word", parts[0]) if len(parts) > 1 else None
    if segment.is_person or (len(parts) > 1 and not last and clues.at("given_name", parts[0])):
        sighted.family_names |= {parts[-1], parts[-1].rpartition("-")[2]}
        return
    is_place = (start, end) in markets and not first
    if is_place or len(surface) < 2 or PERIOD.fullmatch(surface) or _says_no_name(parts, clues):
        return
    found = [*segment.clues, *(c for c in (last, first) if c), *_before(text, start, language, clues)]
    if segment.end is None:
        found += _behind(text, end, language, clues)
    if text[start - 1 : start] == "(" and start < LONGEST_DATELINE and DATELINE_ENDS.match(text, end):
        found.append(DATELINE_CLUE)
    if len(parts) > 1:
        found = [clue for clue in found if clue is not FEMININE_CLUE]
    elif len(surface) > 2 and SHAPE.search(surface):
        found.append(SHAPE_CLUE)
    sighted.candidates.append(Candidate(start, end, surface, tuple(found)))


def _says_no_name(parts: Sequence[str], clues: NameClues) -> bool:
    """Whether the words forbid a company ("Federal", "Ministerium") or are all common ones ("Capital Markets")."""
    if len(parts) == 1:
        return clues.is_no_name(parts[0])
    if any(clues.at("blocker", part) for part in parts):
        return True
    return all(
        clues.at("last_word", p) or clues.at("generic", p) or clues.at("common", p) or p in CONNECTING for p in parts
    )


def _before(text: str, start: int, language: str, clues: NameClues) -> Iterator[Clue]:
    """Clues of the words right before: "der Hersteller", "Anteile an der", "shares of"."""
    split = text[max(0, start - LOOK_BACK) : start].rstrip(MARKS).split()
    words = [word.strip(MARKS) for word in split[-6:]]
    while words and language == "de" and words[-1].endswith(ADJECTIVE_ENDS) and is_origin(words[-1], NOWHERE):
        words.pop()
        yield ORIGIN_CLUE
    if not words or not words[-1] or words[-1][-1] in STOPS:
        return
    if (noun := company_noun(words[-1], clues)) and (language == "en" or words[-1][0].isupper()):
        yield noun
    elif product := clues.at("product_noun", words[-1]):
        yield product
    low = [w.casefold() for w in words]
    tails = [low[-n:] for n in (2, 3, 4, 1)] + ([low[-3:-1], low[-4:-1]] if low[-1] in GERMAN_ARTICLES else [])
    for tail in tails:
        if phrase := clues.at("phrase_before", " ".join(tail)):
            yield phrase
            break
    if _is_person_of(words, low, clues):
        yield PERSON_OF_CLUE
    if OWNED_BEFORE.search(text[max(0, start - 12) : start]):
        yield OWNED_CLUE
    if language == "de" and low[-1] in DETERMINERS:
        yield DETERMINED_CLUE
    elif language == "de" and low[-1] in ("der", "die"):
        yield FEMININE_CLUE


def _is_person_of(words: Sequence[str], low: Sequence[str], clues: NameClues) -> bool:
    """Whether a person's full name and "von", "of" or "at" stand before: "Eva Muster von der", "Jane Doe of"."""
    at = len(low) - (2 if low[-1] in GERMAN_ARTICLES else 1)
    if at < 2 or low[at] not in PERSON_PREPOSITIONS or not words[at - 1]:
        return False
    return words[at - 1][0].isupper() and clues.at("given_name", words[at - 2]) is not None


def _behind(text: str, end: int, language: str, clues: NameClues) -> Iterator[Clue]:
    """Clues of what follows: "’s shares", "CEO", "(NYSE: ABC)", ", a maker of", "is a retailer"."""
    follows = text[end : end + 2]
    if "(" in follows:
        if LISTING_BEHIND.match(text, end):
            yield LISTING_CLUE
        elif language == "en" and TICKER_BEHIND.match(text, end):
            yield TICKER_CLUE
        return
    if follows[:1] in APOSTROPHES and (owned := OWNED_BEHIND.match(text, end)):
        found = (clues.at("owned", word.casefold()) for word in owned.groups() if word)
        yield from [clue for clue in found if clue][:1]
    if follows[:1] in COMMA_OPENS and (comma := COMMA_ARTICLE[language].match(text, end)):
        is_bare = comma.group().rstrip()[-1] == ","
        if _company_noun_ahead(text, comma.end(), is_bare, language, clues):
            yield APPOSITION_CLUE
    if follows[:1] == " " and (word := WORD_BEHIND.match(text, end)):
        if clue := clues.at("behind", word.group(1)):
            # "Harborlight analyst Jane Doe", but not "bullish analyst had"
            is_role = word.group(1)[0].islower() and clues.at("person_noun", word.group(1))
            if not is_role or text[word.end() + 1 : word.end() + 2].isupper():
                yield clue
        if word.group(1) in COPULAS and (copula := COPULA[language].match(text, end)):
            if _company_noun_ahead(text, copula.end(), False, language, clues):
                yield COPULA_CLUE


def _company_noun_ahead(text: str, at: int, is_bare: bool, language: str, clues: NameClues) -> bool:
    """Whether the phrase at `at` has a company noun for its head; without an article it must be the first word."""
    words = AHEAD.findall(text, at, at + 80)
    if is_bare:  # "Quarzwerk, Hersteller von", "Harborlight, maker of"
        return len(words) > 1 and words[1] in BARE_NOUN_GOES_ON and bool(clues.at("noun_before", words[0]))
    for word, after in zip(words[:7], [*words[1:8], ""], strict=False):
        is_noun = language == "en" or word[0].isupper()
        if is_noun and (company_noun(word, clues) or clues.at("kind_noun", word)):
            return not clues.at("person_noun", after)  # not "a company spokeswoman"
        if word in PHRASE_ENDS or clues.at("person_noun", word):
            return False
        if language == "de" and is_noun and not is_origin(word, NOWHERE):
            return False
    return False


def _extended(
    text: str, run: re.Match[str], name: Name, markets: Mapping[tuple[int, int], str], language: str, lexicon: Lexicon
) -> Iterator[Candidate]:
    """A registered name with more behind it: "Alibaba Sports Group", "T-Mobile Niederlande", "Regeneron Pharmaceuticals"."""
    clues = lexicon.name_clues[language]
    tail = list(TOKEN.finditer(text, name.end, run.end())) if name.end < run.end() and text[name.end] == " " else []
    for number, word in enumerate(tail[:3]):
        surface = word.group()
        is_country = language == "de" and number == 0 and markets.get(word.span()) in lexicon.countries
        kind = clues.at("same_company", surface)
        if kind or is_country or clues.at("extension", surface):
            base = name.company_id if kind and number == 0 else None
            more = re.compile(rf"\s&\s{WORD}").match(text, word.end())
            end = more.end() if more else word.end()
            yield Candidate(name.start, end, text[name.start : end], (EXTENDED_CLUE,), base)
        if clues.at("common", surface) or clues.at("person_noun", surface) or clues.at("noun_before", surface):
            break
