"""The clues of `name_clues.csv`: words before, behind and within a capitalised name that make it a company or forbid it.

Nothing here reads a text; `candidates` looks up each name's surroundings, `proposals` adds the points up.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

ANY = "any"


@dataclass(frozen=True, slots=True)
class Clue:
    """A reason to take a name for a company. `points` add up over an article; a rule id may name it."""

    clue_id: str
    points: int


@dataclass(frozen=True, slots=True)
class NameClues:
    """The clues of one language: place → word → clue, and for open words ("*hersteller") their ends."""

    words: Mapping[str, Mapping[str, Clue]]
    ends: Mapping[str, Mapping[str, Clue]]

    def at(self, place: str, word: str) -> Clue | None:
        """The clue that `word` gives in `place`, by itself or by its end. Words are looked up as they are written."""
        found = self.words[place].get(word) if place in self.words else None
        if found or place not in self.ends:
            return found
        ends, low = self.ends[place], word.casefold()
        return next((ends[low[at:]] for at in range(len(low)) if low[at:] in ends), None)


def read_clues(rows: Iterable[Mapping[str, str]], language: str) -> NameClues:
    """The rows for `language` and for any."""
    words: dict[str, dict[str, Clue]] = defaultdict(dict)
    ends: dict[str, dict[str, Clue]] = defaultdict(dict)
    for row in rows:
        if row["language"] not in (language, ANY):
            continue
        clue = Clue(row["clue_id"], int(row["points"]))
        for form in row["words"].split("|"):
            if form.startswith("*"):
                ends[row["place"]].setdefault(form[1:], clue)
            else:
                words[row["place"]].setdefault(form, clue)
    return NameClues(dict(words), dict(ends))


def without_kind(name: str, clues: NameClues) -> str:
    """The name without the words that only say what the company is: "Bellevue" of "Bellevue Group"."""
    words = name.split()
    while len(words) > 1 and clues.at("same_company", words[-1]):
        words.pop()
    return " ".join(words)
