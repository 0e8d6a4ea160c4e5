"""German words that say where a company is from: "Kölner", "finnische", "US-amerikanische", "New York-based"."""

from __future__ import annotations

import re
from functools import lru_cache

ADJECTIVE = re.compile(r"(?:[A-ZÄÖÜ][\w-]*-)?[a-zäöü]*(?:isch|länd|deutsch)e[nrsm]?|[a-zäöü]+ansässige[nrsm]?")
STEMS = ("isch", "länd", "deutsch", "ansässig")
"""Without one of these no adjective of origin can match."""
ENDS = ("ische", "ischen", "ischer", "-based")
REMEMBERED = 20_000
"""Words whose answer is kept: most words of a text come again."""
MIN_ADJECTIVE = 7
"""Letters of the shortest adjective that is looked at, "deutsche" among them."""


def is_inhabitant(word: str, places: frozenset[str]) -> bool:
    """Whether a German word is the adjective of a known city: "Kölner", "Bremer", "Münchner"."""
    return word.endswith("er") and bool({word[:-2], word[:-2] + "en", word[:-3] + "en"} & places)


@lru_cache(maxsize=REMEMBERED)
def is_origin(word: str, places: frozenset[str]) -> bool:
    """Whether a word says where something is from; `places` are the cities known."""
    if len(word) >= MIN_ADJECTIVE:
        if word.endswith(ENDS):
            return True
        if any(stem in word for stem in STEMS) and ADJECTIVE.fullmatch(word):
            return True
    return is_inhabitant(word, places)
