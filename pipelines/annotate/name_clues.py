"""The clues of `name_clues.csv`: words around and within a capitalised name that make it a company or forbid it.

Nothing here reads a text: `surroundings` and `candidates` look the words up, `proposals` adds the points up.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

ANY = "any"
NO_NAME_PLACES = ("common", "blocker", "plain_noun", "noun_before", "person_noun", "last_word", "first_word", "generic")
REMEMBERED = 50_000
"""Look-ups kept per language."""
LONGEST_WORD = 60
"""Letters of a word whose end is looked up; longer ones are no words."""


@dataclass(frozen=True, slots=True)
class Clue:
    """A reason to take a name for a company. `points` add up over an article; a rule id may name it."""

    clue_id: str
    points: int


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
                    table[row["place"]].setdefault(form.removeprefix("*"), clue)
        self.is_no_name = lru_cache(maxsize=REMEMBERED)(self._is_no_name)
        """Whether a word alone is a common noun, a role or an authority, as `is_no_name(word)`."""
        self.at = lru_cache(maxsize=REMEMBERED)(self._at)
        """The clue that a word gives in a place, as `at(place, word)`: by itself, or by its end ("*hersteller")."""

    def _at(self, place: str, word: str) -> Clue | None:
        found = self._words[place].get(word) if place in self._words else None
        if found or place not in self._ends or len(word) > LONGEST_WORD:
            return found
        ends, low = self._ends[place], word.casefold()
        return next((ends[low[at:]] for at in range(len(low)) if low[at:] in ends), None)

    def _is_no_name(self, word: str) -> bool:
        return any(self._at(place, word) for place in NO_NAME_PLACES)

    def is_written(self, place: str, word: str) -> bool:
        """Whether the word itself, not only its end, is listed."""
        return place in self._words and word in self._words[place]


def cores(name: str, clues: NameClues) -> Iterator[str]:
    """The name, then without the words at its end that only say what the company is: "Bellevue Group", "Bellevue"."""
    words = name.split()
    yield name
    while len(words) > 1 and clues.at("same_company", words[-1].rstrip(".")):
        words.pop()
        yield " ".join(words)
