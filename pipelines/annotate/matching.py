"""One pass over a text for every surface form of every lexicon. What a match means is the caller's business."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick, MatchKind

from pipelines.annotate.form_parts import ALTERNATIVE, PREPOSITION_OPENERS, Part, Words, part_of
from pipelines.annotate.gate import Gate

GAP = " … "
GENITIVES = ("’s", "'s", "s", "’", "'")
GENITIVE_OPENS = frozenset(mark[0] for mark in GENITIVES)
OPENS = re.compile(r"[\s„“”\"»«‘’'(\[+•–-]*")
LONGEST_WORD = 80
"""Letters by which a word may go on around an open form. Longer ones are no words, and looking on would take long."""
HEAD = re.compile(r"[a-zä]{4,14}(?!\w)")
HEADS = frozenset(
    "chef chefs chefin aktie aktien aktionär aktionäre aktionären konzern konzerns konzerne vorstand vorstands "
    "mitarbeiter mitarbeitern mitarbeiterin sprecher sprechers sprecherin manager managern managerin betriebsrat "
    "aufsichtsrat aufsichtsrats gründer gründerin".split()
)
"""German heads of one-word compounds that only companies' names come before."""
TITLE_CASE_SHARE = 0.6
"""An English headline in which so many words of four letters and more are capitalised is set in title case."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A surface form of a lexicon row: which lexicon, which row, how far a word may go on around it, what must follow.

    `weight` counts the letters the form writes of its first part.
    `is_raised` marks the form with an initial capital that the lexicon does not write so.
    """

    kind: str
    key: str
    weight: int
    open_left: bool = False
    open_right: bool = False
    is_name: bool = False
    is_raised: bool = False
    rest: tuple[Part, ...] = ()


class Hit(NamedTuple):
    """`entry` where its first part stands, text[start:end]; `parts` are the (start, end) of all.

    `is_genitive` when a genitive mark follows.
    """

    start: int
    end: int
    entry: Entry
    parts: tuple[tuple[int, int], ...]
    is_genitive: bool = False

    @property
    def last(self) -> int:
        """Where the last part ends."""
        return self.parts[-1][1]

    @property
    def weight(self) -> int:
        """How much of the text the hit explains: of two that overlap the weightier counts."""
        if not self.entry.rest:
            return self.entry.weight
        return self.entry.weight + sum(end - start for start, end in self.parts[1:])

    def is_within(self, other: Hit) -> bool:
        """Whether every part of it overlaps the other. What else follows the same verb is another find."""
        return all(any(a < d and c < b for c, d in other.parts) for a, b in self.parts)


def entries(kind: str, key: str, form: str, *, is_name: bool = False) -> Iterator[tuple[str, Entry]]:
    """The patterns of one lexicon form.

    `*` at an end leaves the word open there ("*übernahme" also ends "Komplettübernahme"), ` … ` is a gap within a
    sentence, which may be empty; one at the end says that the clause goes on ("konkurriert … mit …"). In a form with
    gaps `/` parts alternatives ("streicht/strich … Stellen/Jobs"). Words that are no names also match with an initial
    capital where one opens a sentence.
    """
    goes_on = form.endswith(GAP.rstrip())
    opening, *rest = form.removesuffix(GAP.rstrip()).split(GAP)
    for first in opening.split(ALTERNATIVE) if rest else [opening]:
        open_left, open_right = first.startswith("*"), first.endswith("*")
        stem = first.strip("*")
        is_verb_final = first in PREPOSITION_OPENERS
        parts = tuple(
            part_of(part, is_last=part is rest[-1], is_verb_final=is_verb_final, goes_on=goes_on) for part in rest
        )
        yield stem, Entry(kind, key, len(stem), open_left, open_right, is_name, False, parts)
        capital = stem[:1].upper() + stem[1:]
        if capital != stem and not is_name:
            yield capital, Entry(kind, key, len(stem), False, open_right, is_name, not open_left, parts)


class Matcher:
    """An automaton over many surface forms, with the rows each form belongs to."""

    def __init__(self, patterns: Iterable[tuple[str, Entry]]) -> None:
        rows: dict[str, list[Entry]] = defaultdict(list)
        for text, entry in patterns:
            rows[text].append(entry)
        self._entries = list(rows.values())
        self._rows: list[_Rows | None] = [None] * len(rows)  # made when a text has the form: most forms never come
        self._automaton = AhoCorasick(list(rows), matchkind=MatchKind.Standard)
        parts = {part for entries in rows.values() for entry in entries for part in entry.rest}
        self._needles = Gate(needle for part in parts for needle in part.needles)

    def find(self, text: str) -> list[Hit]:
        """Every hit at word boundaries in one sentence, in text order and the longest first at one place."""
        hits: list[Hit] = []
        words = Words(text, self._needles)
        begins = _opening(text)
        any_capital: bool | None = None
        for number, start, end in self._automaton.find_matches_as_indexes(text, overlapping=True):
            rows = self._rows[number] or self._make_rows(number)
            # most of what the automaton finds stands inside a word: looked at before any row is
            left_is_free = start == 0 or not text[start - 1].isalnum()
            if not left_is_free and not (rows.open_left and text[start].islower()):
                continue
            if not rows.open_right and end < len(text) and text[end].isalnum() and text[end - 1].isalnum():
                continue
            if rows.raised and start != begins:
                if any_capital is None:
                    any_capital = is_title_case(text)
                group = rows.all if any_capital else rows.written
            else:
                group = rows.all
            for entry in group.of_one_part:
                if (left_is_free or entry.open_left) and (hit := _close(words, start, end, entry)):
                    hits.append(hit)
            if group.gapped and not group.signs.isdisjoint(words.signs):
                for entry in group.gapped:
                    if (left_is_free or entry.open_left) and (hit := _close(words, start, end, entry)):
                        hits.append(hit)
        if len(hits) > 1:
            hits.sort(key=lambda h: (h.start, -h.end, -h.weight, h.entry.kind, h.entry.key))
        return hits

    def _make_rows(self, number: int) -> _Rows:
        made = self._rows[number] = _Rows(self._entries[number])
        return made


class _Group:
    """Rows of one form. Where one with a gap goes on, one of the `signs` of all second parts stands in the sentence."""

    __slots__ = ("gapped", "of_one_part", "signs")

    def __init__(self, rows: Sequence[Entry]) -> None:
        self.of_one_part = tuple(row for row in rows if not row.rest)
        self.gapped = tuple(row for row in rows if row.rest)
        self.signs = frozenset(sign for row in self.gapped for sign in row.rest[0].signs)


class _Rows:
    """The rows of one surface form: `written` so in the lexicon, or `raised` to a capital, which opens sentences only.

    `open_left` and `open_right` say whether a word may go on around the form in any row; names may have a genitive s.
    """

    __slots__ = ("all", "open_left", "open_right", "raised", "written")

    def __init__(self, rows: Sequence[Entry]) -> None:
        self.raised = any(row.is_raised for row in rows)
        self.all = _Group(rows)
        self.written = _Group([row for row in rows if not row.is_raised]) if self.raised else self.all
        self.open_left = any(row.open_left for row in rows)
        self.open_right = any(row.open_right or row.is_name for row in rows)


def _opening(text: str) -> int:
    """Where the first word of a sentence starts."""
    found = OPENS.match(text)
    return found.end() if found else 0


def is_title_case(text: str) -> bool:
    """Whether an English headline capitalises its words."""
    if text[-1:] in ".!":
        return False
    words = [w for w in re.findall(r"[^\W\d_]+", text) if len(w) > 3]
    return len(words) > 2 and sum(w[0].isupper() for w in words) >= TITLE_CASE_SHARE * len(words)


def _close(words: Words, start: int, end: int, entry: Entry) -> Hit | None:
    """The hit if the word ends where it may and every further part follows."""
    if entry.rest and entry.rest[0].signs.isdisjoint(words.signs):
        return None
    text = words.text
    is_genitive = False
    if entry.open_left:
        floor = max(0, start - LONGEST_WORD)
        while start > floor and text[start - 1].isalnum():
            start -= 1
    if entry.open_right:
        ceiling = min(len(text), end + LONGEST_WORD)
        while end < ceiling and text[end].isalnum():
            end += 1
    elif entry.is_name and (mark := genitive_at(text, end)):
        is_genitive = True
        if mark == "s" and text[end - 1] == "s":
            return None
    elif end < len(text) and text[end].isalnum() and text[end - 1].isalnum() and not _heads_compound(text, end, entry):
        return None
    if not entry.rest:
        return Hit(start, end, entry, ((start, end),), is_genitive)
    parts = [(start, end)]
    for part in entry.rest:
        found = part.find(words, parts[-1][1])
        if not found:
            return None
        parts.append(found)
    return Hit(start, end, entry, tuple(parts), is_genitive)


def _heads_compound(text: str, end: int, entry: Entry) -> bool:
    """Whether a company's name goes on there with a word for its people or shares: "Bahnchef", "Siemensaktie"."""
    if entry.kind != "company" or not ("a" <= text[end] <= "z") or not text[end - 1].islower():
        return False
    rest = HEAD.match(text, end)
    return rest is not None and rest.group() in HEADS


def genitive_at(text: str, end: int) -> str | None:
    """The genitive mark that stands at `end`, when a word ends behind it."""
    if text[end : end + 1] not in GENITIVE_OPENS:
        return None
    for mark in GENITIVES:
        after = end + len(mark)
        if text.startswith(mark, end) and (after >= len(text) or not text[after].isalnum()):
            return mark
    return None


def without_overlap(hits: list[Hit]) -> list[Hit]:
    """The weightiest hits, in text order, without those that lie within a weightier: "record" within "record low"."""
    if len(hits) < 2:
        return hits
    chosen: list[Hit] = []
    for hit in sorted(hits, key=lambda h: (-h.weight, h.start, h.entry.key)):
        if not any(hit.is_within(other) for other in chosen):
            chosen.append(hit)
    return sorted(chosen, key=lambda h: (h.start, h.end))
