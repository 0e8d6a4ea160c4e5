"""Other ways in which a registered name is written: capitals, hyphens, "&" as a word, apostrophes, no accents."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterator

MIN_CAPITALS = 5
"""Letters of the shortest name that is also looked for in capitals: shorter ones are abbreviations of much else."""
AMPERSANDS = (" & ", " + ")
WRITTEN_AND = (" und ", " and ", "&", " & ")
APOSTROPHES = str.maketrans({"'": "’", "’": "'"})
UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"})


def spellings(alias: str, taken: Collection[str]) -> Iterator[str]:
    """The other spellings of `alias`, none twice and none that is a name of its own (`taken`).

    "Deutsche Börse" is also "DEUTSCHE BÖRSE", "Deutsche-Börse" (in "Deutsche-Börse-Chef") and "Deutsche Boerse".
    """
    seen: set[str] = set()
    for written in _spellings(alias):
        if written != alias and written not in taken and written not in seen:
            seen.add(written)
            yield written


def _spellings(alias: str) -> Iterator[str]:
    if len(alias) >= MIN_CAPITALS and alias.replace(" ", "").isalpha() and alias[0].isupper():
        yield alias.upper()
    if " " in alias and all(part.isalnum() and part[0].isupper() for part in alias.split(" ")):
        yield alias.replace(" ", "-")
    for sign in AMPERSANDS:
        if sign in alias:
            yield from (alias.replace(sign, written) for written in WRITTEN_AND)
    yield alias.translate(APOSTROPHES)
    if not alias.isascii():
        yield alias.translate(UMLAUTS)
        yield _without_accents(alias)


def _without_accents(alias: str) -> str:
    """The name with é, ç and the like as plain letters; German umlauts stay, for they are letters of their own."""
    return "".join(c if c in "äöüÄÖÜ" else unicodedata.normalize("NFD", c)[0] for c in alias)
