"""One pass tells whether a text holds any of some strings, so that patterns are tried only where they can match."""

from __future__ import annotations

from collections.abc import Iterable

from ahocorasick_rs import AhoCorasick, Implementation


class Gate:
    """Of the strings one must stand in every text in which a pattern can match. Case counts."""

    def __init__(self, strings: Iterable[str]) -> None:
        # some hundred strings: the largest of the automata is small, and the fastest
        self._automaton = AhoCorasick(sorted(set(strings)), implementation=Implementation.DFA)

    def is_open(self, text: str) -> bool:
        """Whether one of the strings is in the text."""
        return bool(self._automaton.find_matches_as_indexes(text))

    def strings_in(self, text: str) -> set[str]:
        """Those of the strings that are in the text."""
        return set(self._automaton.find_matches_as_strings(text, overlapping=True))
