"""Many patterns at the cost of one: grouped by first letter, or tried only where a string is that they need."""

from __future__ import annotations

import re
from collections.abc import Mapping

from ahocorasick_rs import AhoCorasick


def any_of(alternatives: str) -> re.Pattern[str]:
    """One pattern of the blank-separated ones, grouped by their first letter: so `re` tries few at a place."""
    groups: dict[str, list[str]] = {}
    for alternative in alternatives.split():
        groups.setdefault(alternative[0], []).append(alternative[1:])
    return re.compile("|".join(f"{letter}(?:{'|'.join(rests)})" for letter, rests in groups.items()))


class Phrases:
    """Patterns by name, each with the string (lower case) that every text it matches has in it.

    `tables` has for each name the length in characters up to which a text is looked at, and patterns by string.
    """

    def __init__(self, tables: Mapping[str, tuple[int, Mapping[str, str]]]) -> None:
        self._patterns = [
            (name, limit, re.compile(pattern, re.DOTALL))
            for name, (limit, table) in tables.items()
            for pattern in table.values()
        ]
        self._screen = AhoCorasick([string for _, table in tables.values() for string in table])
        self._longest = max(limit for limit, _ in tables.values())

    def may_be_in(self, text: str) -> bool:
        """Whether one of the strings is in a text of any length."""
        return bool(self._screen.find_matches_as_indexes(text.lower()))

    def find(self, text: str) -> str | None:
        """The name of the first pattern found; case does not matter."""
        length = len(text)
        if length > self._longest:
            return None
        lowered = text.lower()
        for number in dict.fromkeys(n for n, _, _ in self._screen.find_matches_as_indexes(lowered, overlapping=True)):
            name, limit, pattern = self._patterns[number]
            if length <= limit and pattern.search(lowered):
                return name
        return None
