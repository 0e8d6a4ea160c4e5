"""The clues of `name_clues.csv`: words around and within a capitalised name that make it a company or forbid it.

Nothing here reads a text: `surroundings` and `candidates` look the words up, `proposals` adds the points up.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

ANY = "any"
NO_NAME_PLACES = frozenset(
    ("common", "blocker", "plain_noun", "noun_before", "person_noun", "last_word", "first_word", "generic")
)
REMEMBERED = 50_000
"""Look-ups kept per language."""
LONGEST_WORD = 60
"""Letters of a word whose end is looked up; longer ones are no words."""


@dataclass(frozen=True, slots=True)
class Clue:
    """A reason to take a name for a company. `points` add up over an article; a rule id may name it."""

    clue_id: str
    points: int


NOTHING: Mapping[str, Clue] = {}


class NameClues:
    """The clues of one language. What was looked up lately is remembered: most words of a text come again."""

    def __init__(self, rows: Iterable[Mapping[str, str]], language: str) -> None:
        """The rows for `language` and for any."""
        self._words: dict[str, dict[str, Clue]] = defaultdict(dict)
        self._ends: dict[str, dict[str, Clue]] = defaultdict(dict)
        for row in rows:
            if row["language"] in (language, ANY):
                clue = Clue(row["clue_id"], int(row["points"]))
                for form in row["words"].split("|"):
                    table = self._ends if form.startswith("*") else self._words
                    table[form.removeprefix("*")].setdefault(row["place"], clue)
        self._longest_end = max(map(len, self._ends), default=0)
        self.phrase_ends = frozenset(form.rsplit(" ", 1)[-1] for form in self._words if self.phrase(form))
        """Last words of the phrases that govern names: few words are, so few phrases need be looked up."""
        self.of = lru_cache(maxsize=REMEMBERED)(self._of)
        """Place → the clue that a word gives there, by itself or by its end ("*hersteller"); most words give none."""

    def at(self, place: str, word: str) -> Clue | None:
        """The clue that a word gives in one place."""
        return self.of(word).get(place)

    def _of(self, word: str) -> Mapping[str, Clue]:
        said: dict[str, Clue] = {}
        if len(word) <= LONGEST_WORD:
            low = word.casefold()
            for at in range(max(0, len(low) - self._longest_end), len(low)):
                if low[at:] in self._ends:
                    said = self._ends[low[at:]] | said  # the longer end counts
        if word in self._words:
            said |= self._words[word]
        return said or NOTHING

    def is_no_name(self, word: str) -> bool:
        """Whether a word alone is a common noun, a role or an authority."""
        said = self.of(word)
        return bool(said) and not NO_NAME_PLACES.isdisjoint(said)

    def is_written(self, place: str, word: str) -> bool:
        """Whether the word itself, not only its end, is listed."""
        return word in self._words and place in self._words[word]

    def phrase(self, words: str) -> Clue | None:
        """The clue of a phrase that governs the name behind it."""
        return self._words[words].get("phrase_before") if words in self._words else None


def cores(name: str, clues: NameClues) -> Iterator[str]:
    """The name, then without the words at its end that only say what the company is: "Bellevue Group", "Bellevue"."""
    words = name.split()
    yield name
    while len(words) > 1 and clues.at("same_company", words[-1].rstrip(".")):
        words.pop()
        yield " ".join(words)
