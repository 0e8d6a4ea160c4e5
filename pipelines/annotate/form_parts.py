"""The later parts of a lexicon form with gaps: "streicht … Stellen/*arbeitsplätze", "baut … aus"."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import islice

from pipelines.annotate.gate import Gate

ALTERNATIVE = "/"
PARTICLES = frozenset(
    "ab an auf aus bei durch ein fest fort frei her hin los mit nach um vor weg weiter zu zurück zusammen".split()
)
"""Separable German prefixes. Cut off, they end their clause; elsewhere the same words are articles and prepositions."""
PREPOSITION_OPENERS = frozenset("mit gegen in an auf zu für aus vor bei".split())
"""A form that opens so ("mit … konkurriert") is a German verb-final clause: its verb ends the clause."""
CLAUSE_END = re.compile(r"\s*(?:$|[.,;:!?)\]“”\"»–—]|und\b|oder\b|sowie\b|aber\b|als\b|wie\b)")
WORD = re.compile(r"\w+")


class Words:
    """The words of a sentence with their places, looked at once however many forms ask.

    `needles` finds the strings of all parts that are no whole words.
    """

    def __init__(self, text: str, needles: Gate) -> None:
        self.text, self._needles = text, needles

    @cached_property
    def spans(self) -> list[tuple[int, int, str]]:
        """(start, end, word) in text order."""
        return [(*found.span(), found[0]) for found in WORD.finditer(self.text)]

    @cached_property
    def starts(self) -> list[int]:
        return [start for start, _, _ in self.spans]

    @cached_property
    def signs(self) -> set[str]:
        """The words, and the needles that stand in the sentence: of a part that is here, one sign is among them."""
        return self._needles.strings_in(self.text).union(WORD.findall(self.text))


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """What a part may be: whole `words`, words that begin or end so, or several words in a row as a `phrase`.

    A noun that ends a word also stands alone: "*patente" is in "Patente", "Funkpatente" and "Microsoft-Patente". One of
    the `signs` stands in every text in which the part can be found: a word, or one of the `needles` of the others.
    """

    words: frozenset[str]
    beginnings: tuple[str, ...]
    endings: tuple[str, ...]
    phrase: re.Pattern[str] | None
    needles: frozenset[str]
    signs: frozenset[str]
    ends_clause: bool

    def find(self, words: Words, start: int) -> tuple[int, int] | None:
        """The (start, end) of the first place at or after `start`, or None."""
        if self.signs.isdisjoint(words.signs):
            return None
        word = self._first(words.text, self._words(words, start))
        if not self.phrase or self.needles.isdisjoint(words.signs):
            return word
        phrase = self._first(words.text, (found.span() for found in self.phrase.finditer(words.text, start)))
        return min((span for span in (word, phrase) if span), default=None)

    def _words(self, words: Words, start: int) -> Iterator[tuple[int, int]]:
        first = bisect_left(words.starts, start)
        if self.endings or self.beginnings:
            for at, end, word in islice(words.spans, first, None):
                if word in self.words or word.endswith(self.endings) or word.startswith(self.beginnings):
                    yield at, end
        else:
            for at, end, word in islice(words.spans, first, None):
                if word in self.words:
                    yield at, end

    def _first(self, text: str, places: Iterator[tuple[int, int]]) -> tuple[int, int] | None:
        """The first place, where the part ends its clause the first that does."""
        return next((p for p in places if not self.ends_clause or CLAUSE_END.match(text, p[1])), None)


@cache
def part_of(written: str, *, is_last: bool, is_verb_final: bool, goes_on: bool) -> Part:
    """A later part as a form writes it. A separable particle and the verb of a verb-final form end their clause."""
    alternatives = written.split(ALTERNATIVE)
    single = [a for a in alternatives if WORD.fullmatch(a.strip("*")) and not (a[0] == "*" and a[-1] == "*")]
    others = [a for a in alternatives if a not in single]
    words = frozenset(a for a in single if "*" not in a)
    beginnings = tuple(a.rstrip("*") for a in single if a.endswith("*"))
    endings = tuple(e for a in single if a.startswith("*") for e in _both_cases(a.lstrip("*")))
    needles = frozenset((*beginnings, *endings, *(a.strip("*")[1:] for a in others)))
    return Part(
        words=words,
        beginnings=beginnings,
        endings=endings,
        phrase=_phrase(others),
        needles=needles,
        signs=words | needles,
        ends_clause=is_last and not goes_on and (is_verb_final or written in PARTICLES),
    )


def _both_cases(ending: str) -> tuple[str, str]:
    return ending[0].lower() + ending[1:], ending[0].upper() + ending[1:]


def _phrase(written: Sequence[str]) -> re.Pattern[str] | None:
    """One pattern for the parts of more than a word, in the order they are written."""
    branches = []
    for part in written:
        word = part.strip("*")
        left = rf"\w*(?i:{re.escape(word[0])})" if part.startswith("*") else re.escape(word[0])
        right = r"\w*" if part.endswith("*") else r"(?!\w)"
        branches.append(left + re.escape(word[1:]) + right)
    return re.compile(rf"(?<!\w)(?:{'|'.join(branches)})") if branches else None
