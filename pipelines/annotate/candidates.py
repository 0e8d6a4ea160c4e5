"""Capitalised names that no register knows, with the clues around each. What is a company is not decided here."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from pipelines.annotate.mentions import Name
from pipelines.annotate.name_clues import Clue, NameClues
from pipelines.annotate.origins import is_inhabitant, is_origin
from pipelines.annotate.short_forms import bracketed
from pipelines.annotate.slots import LIST_JOINT
from pipelines.annotate.surroundings import (
    FEMININE,
    LOOK_BACK,
    NUMBER_BEHIND,
    ORIGIN,
    before,
    behind,
    company_noun,
)

WORD = (
    r"(?:[A-ZÄÖÜÁÀÉÍÓØÅÇŠ]|[a-z]{1,2}(?=[A-Z])|\d+(?=[A-Z]))[^\W_]*"
    r"(?:[-‑.&+][^\W_]+|['’](?!s\b|S\b)[^\W_]+)*"
)
JOINT = r"(?:\s(?:&|\+|de|du|di|del|la|le)\s|\s(?<=\bBank\s)of\s|\s)"
RUN = re.compile(rf"(?<![\w@#&/.-])(?<!\w['’]){WORD}(?:{JOINT}{WORD})*")
AND_WORD = re.compile(rf"\s&\s{WORD}")
TOKEN = re.compile(r"\S+")
CONNECTING = frozenset("& + of de du di del la le".split())
FROM = ("-based", "-born", "-listed", "-backed", "-owned", "-led", "-headquartered")
"""How English words end that tell a name's origin and are none."""
ADDRESSED = re.compile(r"(?<!\w)(?:Mr|Mrs|Ms|Dr|Prof|Sir|Herrn?|Frau)\.?\s\Z")
NOBLE = re.compile(r"(?<![\w-])([A-ZÄÖÜÉ][^\W\d_]+)\s(?:von|van|de|di|da|zu)(?:\s(?:der|den|dem))?\s\Z")
LONGEST_GIVEN = 32
"""Characters before a name in which a given name and "von" are looked for."""
COMMON_HEADS = re.compile(
    r"(?:US|EU|UN|UNO|NATO|DVD|CD|PC|TV|IT|KI|AI|WM|EM|SPD|CDU|CSU|FDP|AfD|DDR|NS|GPS|SMS|Ex|Anti|Nicht|Mini|Multi|Online"
    r"|Internet|Video|Handy|Auto|Bio|Öko|Euro|Welt|Groß|Klein|Zusatz|Sonder|Spitzen)-[A-ZÄÖÜ][a-zäöüß]+"
)
"""German compounds with a hyphen that are common nouns: "EU-Büro", "DVD-Filmen"."""
LONGEST = 7
"""Words a company's name may have; longer runs of capitals are headlines."""
PERIOD = re.compile(r"\d?[QH]\d{0,4}|FY\d{2,4}|\d[QH]\d{2,4}E?")
"""Quarters and half-years as analysts write them: "1Q17", "FY2018"."""
FORM = re.compile(r"g?GmbH|AG|SE|KG|Inc|Corp|Ltd|LLC|plc|PLC")
SHAPE = re.compile(r"[a-zäöü][A-Z]|[A-Z]{2}|\d|&")
"""Capitals inside, digits or "&": common nouns have none."""
INITIALS = re.compile(r"\(([A-ZÄÖÜ]{2,8})\)")
DATELINE_ENDS = re.compile(r"\)\s?[-–—]")
LONGEST_DATELINE = 60
"""Characters of a line in which "LONDON (Agency) -" may name the agency that sent it."""
FIRM_LAST = 3
"""Points of a last word that makes a company even of what follows a role."""
LONGEST_TAIL = 3
"""Words by which the name of a subsidiary may go on behind its parent's."""
AFTER_CITY = "after-city-de"
HAS_SHAPE = Clue("shape", 1)
DATELINE = Clue("dateline", 3)
EXTENDED = Clue("extended-name", 3)
LISTED = {
    "de": (Clue("listed-with-company", 2), Clue("listed-with-companies", 3)),
    "en": (Clue("listed-with-company", 1), Clue("listed-with-companies", 3)),
}
"""One known company in a list, or several. English lists also join a company and its products."""


class Candidate(NamedTuple):
    """A name at text[start:end] with what speaks for a company here.

    `base` is the company it is another name of, `short` the short name in brackets behind it.
    """

    start: int
    end: int
    surface: str
    clues: tuple[Clue, ...]
    base: str | None = None
    short: str | None = None


class Scene(NamedTuple):
    """A sentence and what is known of it.

    `names` are found already, in text order; `barred` are spans that name no company, `countries` those that name a
    country; `places` are the cities known.
    """

    text: str
    language: str
    clues: NameClues
    names: Sequence[Name]
    barred: frozenset[tuple[int, int]]
    countries: frozenset[tuple[int, int]]
    places: frozenset[str]


@dataclass(slots=True)
class Sighted:
    """What one sentence shows: candidates, and what is none: family names, and initials of authorities."""

    candidates: list[Candidate] = field(default_factory=list)
    others: set[str] = field(default_factory=set)


@dataclass(slots=True)
class _Segment:
    """Words of a run that may be one name, with clues that the words cut off before and behind it gave.

    `end` cuts a compound: "Quarzwerk" of "Quarzwerk-Aktie".
    """

    words: list[re.Match[str]] = field(default_factory=list)
    clues: list[Clue] = field(default_factory=list)
    is_person: bool = False
    end: int | None = None


def sight(scene: Scene) -> Sighted:
    """The candidates of a sentence outside its names, and names that go on behind a registered one."""
    sighted = Sighted()
    firm = [n for n in scene.names if not n.rule_id.startswith("context")]
    starts = [n.start for n in firm]
    for run in RUN.finditer(scene.text):
        last = bisect_left(starts, run.end()) - 1
        if last >= 0 and firm[last].end > run.start():
            sighted.candidates += _extended(scene, run, firm[last])
            continue
        words = run.group()
        if " " in words or "-" in words:
            for segment in _segments(run, scene):
                _judge_words(segment, scene, sighted)
        elif not scene.clues.is_no_name(words):
            _judge(run.start(), words.rstrip("."), (), scene, sighted)
    if "(" in scene.text:
        sighted.others |= set(_abbreviated_authorities(scene.text, scene.clues))
    if firm and sighted.candidates:
        _note_lists(scene, firm, sighted)
    return sighted


def _segments(run: re.Match[str], scene: Scene) -> Iterator[_Segment]:
    """Cut a run of capitals where a word is no part of a name: common nouns, roles, "Kölner", "Chiphersteller"."""
    clues = scene.clues
    segment = _Segment()
    tokens = list(TOKEN.finditer(run.string, run.start(), run.end()))
    for token, after in zip(tokens, [*tokens[1:], None], strict=True):
        word, is_last = token.group(), after is None
        said = clues.of(word)
        opened: _Segment | None = None
        head, _, tail = word.rpartition("-")
        if head and (compound := clues.at("compound", tail)):  # "Quarzwerk-Aktie", "Quarzwerk-Chef Max Muster"
            segment.words.append(token)
            segment.clues.append(compound)
            segment.end = token.start() + len(head)
            opened = _Segment(is_person="person_noun" in said)
            if (noun := company_noun(word, clues)) and not is_last:
                opened.clues.append(noun)
        elif after and not segment.words and _names_after_city(word, after.group(), scene):
            pass  # "Bremer Landesbank"
        elif said and segment.words and clues.is_written("last_word", word):
            pass  # "German Pellets", "Barnes Group": common words that end names
        elif said and (noun := company_noun(word, clues)):
            # "Französische Bank Oddo": where the bank is from speaks for its name too
            opened = _Segment(clues=[] if is_last else [*(() if segment.words else segment.clues), noun])
        elif "person_noun" in said:
            opened = _Segment(is_person=True)
            if segment.words and (role := said.get("behind")):
                segment.clues.append(role)
        elif "common" in said:
            opened = _Segment()
        elif word.endswith(FROM):  # "New York-based Harborlight"
            segment, opened = _Segment(), _Segment(clues=[] if is_last else [ORIGIN])
        elif not is_last and not segment.words and is_origin(word, scene.places):
            opened = _Segment(clues=[*segment.clues, ORIGIN])
        if opened is None:
            segment.words.append(token)
        else:
            yield segment
            segment = opened
    yield segment


def _names_after_city(word: str, after: str, scene: Scene) -> bool:
    """Whether the two words are a name as houses take after their city: "Bremer Landesbank", no "Bremer Hersteller"."""
    clue = scene.clues.at("last_word", after)
    return clue is not None and clue.clue_id == AFTER_CITY and is_inhabitant(word, scene.places)


def _judge_words(segment: _Segment, scene: Scene, sighted: Sighted) -> None:
    """Judge the words of a segment that begin and end with a capital."""
    words = segment.words
    while words and words[-1].group().islower():
        words.pop()
    while words and words[0].group().islower():
        words.pop(0)
    if not words or len(words) > LONGEST:
        return
    start = words[0].start()
    surface = scene.text[start : segment.end or words[-1].end()].rstrip(".")
    _judge(
        start, surface, segment.clues, scene, sighted,
        is_compound=segment.end is not None, is_person=segment.is_person,
    )  # fmt: skip


def _judge(
    start: int, surface: str, own: Sequence[Clue], scene: Scene, sighted: Sighted,
    *, is_compound: bool = False, is_person: bool = False,
) -> None:  # fmt: skip
    """Add the name at text[start:] to what was sighted, as candidate or as person, unless it is neither.

    `own` are clues of the words cut off from it; `is_person` says that one of them was a word for a person.
    """
    text, clues, end = scene.text, scene.clues, start + len(surface)
    parts = surface.split()
    is_long = len(parts) > 1
    last = clues.at("last_word", parts[-1]) if is_long else None
    opening = clues.of(parts[0])
    first = opening.get("first_word") if is_long else None
    is_office = is_person and last is not None and last.points >= FIRM_LAST  # "CEO Harborlight Group"
    is_human = is_person or ADDRESSED.search(text, max(0, start - 6), start)
    is_given = "given_name" in opening
    if (is_human and (is_given or not is_office)) or (is_given and not last) or _is_noble(scene, start):
        sighted.others |= _family_names(surface)
        return
    if scene.language == "de" and COMMON_HEADS.fullmatch(surface):
        return
    is_place = not first and ((start, end) in scene.barred or (surface.isupper() and surface.title() in scene.places))
    is_thing = not is_long and not is_compound and NUMBER_BEHIND.match(text, end) is not None
    found = [*own, *(clue for clue in (last, first) if clue)]
    if is_place or is_thing or len(surface) < 2 or _is_period(surface) or _says_no_name(parts, clues):
        return
    if not is_compound:  # what stands around a compound belongs to its head
        found += before(text, start, scene.language, clues)
        found += behind(text, end, scene.language, clues, scene.places)
    if _is_in_dateline(text, start, end):
        found.append(DATELINE)
    if is_long:
        found = [clue for clue in found if clue is not FEMININE]
    elif len(surface) > 2 and _has_shape(surface):
        found.append(HAS_SHAPE)
    sighted.candidates.append(Candidate(start, end, surface, tuple(found), None, bracketed(text, start, end)))


def _family_names(person: str) -> set[str]:
    family = person.split()[-1]
    return {family, family.rpartition("-")[2]}


def _is_period(surface: str) -> bool:
    return (surface[0].isdigit() or surface[-1].isdigit()) and PERIOD.fullmatch(surface) is not None


def _has_shape(surface: str) -> bool:
    rest = surface[1:]
    is_plain = rest.isalpha() and rest.islower()
    return not is_plain and SHAPE.search(surface) is not None


def _is_noble(scene: Scene, start: int) -> bool:
    """Whether the name is a person's behind "von" and the like: "Eva von Muster"."""
    given = NOBLE.search(scene.text, max(0, start - LONGEST_GIVEN), start)
    return given is not None and scene.clues.at("given_name", given.group(1)) is not None


def _is_in_dateline(text: str, start: int, end: int) -> bool:
    return 0 < start < LONGEST_DATELINE and text[start - 1] == "(" and DATELINE_ENDS.match(text, end) is not None


def _says_no_name(parts: Sequence[str], clues: NameClues) -> bool:
    """Whether the words forbid a company ("Federal", "Ministerium") or are all common ones ("Capital Markets")."""
    if len(parts) == 1:
        return clues.is_no_name(parts[0])
    if FORM.fullmatch(parts[-1]):
        return True  # names by legal form are looked for elsewhere; "die B GmbH" names nobody
    if any(clues.at("blocker", part) for part in parts):
        return True
    return all(
        part in CONNECTING or any(clues.at(place, part) for place in ("last_word", "generic", "common"))
        for part in parts
    )


def _extended(scene: Scene, run: re.Match[str], name: Name) -> Iterator[Candidate]:
    """A registered name with more behind it: "Alibaba Sports Group", "T-Mobile Niederlande", "Newmont Mining"."""
    text, clues = scene.text, scene.clues
    if name.end >= run.end() or text[name.end] != " ":
        return
    for number, word in enumerate(TOKEN.finditer(text, name.end, run.end())):
        surface = word.group()
        is_country = scene.language == "de" and number == 0 and word.span() in scene.countries
        same = clues.at("same_company", surface)
        if same or is_country or clues.at("extension", surface):
            more = AND_WORD.match(text, word.end())
            end = more.end() if more else word.end()
            base = name.company_id if same and number == 0 else None
            yield Candidate(name.start, end, text[name.start : end], (EXTENDED,), base)
        if number + 1 == LONGEST_TAIL or any(
            clues.at(place, surface) for place in ("common", "person_noun", "noun_before")
        ):
            return


def _note_lists(scene: Scene, firm: Sequence[Name], sighted: Sighted) -> None:
    """Names in one list with known companies are likely companies: "Oppo, Quarzwerk und Vivo"."""
    items = [(n.start, n.end, -1) for n in firm]
    items += [(c.start, c.end, number) for number, c in enumerate(sighted.candidates)]
    items.sort()
    lists: list[list[tuple[int, int, int]]] = []
    for item in items:
        if lists and LIST_JOINT.fullmatch(scene.text, lists[-1][-1][1], item[0]):
            lists[-1].append(item)
        else:
            lists.append([item])
    for together in lists:
        known = sum(number < 0 for _, _, number in together)
        if not known:
            continue
        clue = LISTED[scene.language][min(known, 2) - 1]
        for _, _, number in together:
            if number >= 0:
                candidate = sighted.candidates[number]
                sighted.candidates[number] = candidate._replace(clues=(*candidate.clues, clue))


def _abbreviated_authorities(text: str, clues: NameClues) -> Iterator[str]:
    """Initials in brackets behind an authority, association or the like: "Gewerkschaft Bau und Holz (GBH)"."""
    for found in INITIALS.finditer(text):
        words = text[max(0, found.start() - LOOK_BACK) : found.start()].split()
        if any(clues.at("blocker", word) for word in words[-5:]):
            yield found.group(1)


def spans_of(markets: Mapping[tuple[int, int], str], wanted: frozenset[str]) -> frozenset[tuple[int, int]]:
    """The spans whose lexicon row is one of `wanted`."""
    return frozenset(span for span, row in markets.items() if row in wanted)
