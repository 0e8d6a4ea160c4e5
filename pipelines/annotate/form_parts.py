"""The later parts of a lexicon form with gaps: "streicht … Stellen/*arbeitsplätze", "baut … aus"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property

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
    """The words of a sentence with their places, looked at once however many forms ask."""

    def __init__(self, text: str) -> None:
        self.text = text

    @cached_property
    def spans(self) -> list[tuple[int, int, str]]:
        """(start, end, word) in text order."""
        return [(*found.span(), found[0]) for found in WORD.finditer(self.text)]

    @cached_property
    def vocabulary(self) -> frozenset[str]:
        return frozenset(word for _, _, word in self.spans)


@dataclass(frozen=True, slots=True)
class Part:
    """What a part may be: whole `words`, words that begin or end so, or several words in a row as a `phrase`.

    A noun that ends a word also stands alone: "*patente" is in "Patente", "Funkpatente" and "Microsoft-Patente". One of
    the `needles` stands in every text in which the phrase can be found.
    """

    words: frozenset[str]
    beginnings: tuple[str, ...]
    endings: tuple[str, ...]
    phrase: re.Pattern[str] | None
    needles: tuple[str, ...]
    ends_clause: bool

    def find(self, words: Words, start: int) -> tuple[int, int] | None:
        """The (start, end) of the first place at or after `start`, or None."""
        word = phrase = None
        if self.beginnings or self.endings or not self.words.isdisjoint(words.vocabulary):
            word = self._first(words.text, self._words(words, start))
        if self.phrase and any(needle in words.text for needle in self.needles):
            phrase = self._first(words.text, (found.span() for found in self.phrase.finditer(words.text, start)))
        return min((span for span in (word, phrase) if span), default=None)

    def _words(self, words: Words, start: int) -> Iterator[tuple[int, int]]:
        for at, end, word in words.spans:
            if at >= start and (word in self.words or word.endswith(self.endings) or word.startswith(self.beginnings)):
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
    return Part(
        words=frozenset(a for a in single if "*" not in a),
        beginnings=tuple(a.rstrip("*") for a in single if a.endswith("*")),
        endings=tuple(e for a in single if a.startswith("*") for e in _both_cases(a.lstrip("*"))),
        phrase=_phrase(others),
        needles=tuple(a.strip("*")[1:] for a in others),
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
