"""Pronouns and definite descriptions that may stand for a company. Which company is for SQL to say."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from pipelines.annotate.matching import Hit

PRONOUNS = {
    "de": re.compile(r"\b(?:er|es|sie|ihm|ihn|man)\b|^(?:Er|Es|Sie)\b"),
    "en": re.compile(r"\b(?:it|they|he|she)\b|^(?:It|They|He|She)\b"),
}
POSSESSIVES = {
    "de": re.compile(r"\b[Ss]ein(?:e|en|em|er|es)?\b|\b[Ii]hr(?:e|en|em|er|es)\b"),
    "en": re.compile(r"\b(?:[Ii]ts|[Tt]heir)\b"),
}
EXPLETIVE = {
    "de": re.compile(
        r"\b[Ee]s\s+(?:gibt|gab|heißt|hieß|geht|ging|sei|ist|war|bleibt|dürfte|werde|handelt|gelang|gelingt)\b"
        r"|(?<=gelang )es\b|(?<=gelingt )es\b|(?<=gibt )es\b|(?<=gab )es\b|(?<=geht )es\b|(?<=heißt )es\b"
        r"|(?<=hieß )es\b"
    ),
    "en": re.compile(
        r"\b[Ii]t\s+(?:is|was|seems|appears|remains|would be)\s+(?:\w+\s+)?(?:that|to|clear|unclear|likely|possible)\b"
    ),
}
"""An "es" or "it" that stands for nothing."""
MAY_BE_EMPTY = frozenset(("es", "Es", "it", "It"))


def find_references(sentence: str, hits: Sequence[Hit], language: str) -> Iterator[tuple[int, int, str, str]]:
    """(start, end, kind, rule_id) of each reference in a sentence."""
    for hit in hits:
        if hit.entry.kind == "description":
            yield hit.start, hit.end, "description", hit.entry.key
    empty: set[int] | None = None
    for found in PRONOUNS[language].finditer(sentence):
        if empty is None and found.group() in MAY_BE_EMPTY:
            empty = {m.start() for m in EXPLETIVE[language].finditer(sentence)}
        if not empty or found.start() not in empty:
            yield found.start(), found.end(), "pronoun", "pronoun"
    for found in POSSESSIVES[language].finditer(sentence):
        yield found.start(), found.end(), "possessive", "possessive"
