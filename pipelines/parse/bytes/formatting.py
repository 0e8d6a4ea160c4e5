"""Formatting tags that were not closed are opened again in every paragraph after: 1000 tags can give 250 000 elements.

`<a>` is none of them: the next one closes it.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from itertools import product

from ahocorasick_rs import BytesAhoCorasick

MAX_REPEATED_BYTES = 6_000_000
"""Bytes of the formatting tags left open, times all tags: so much markup lexbor may add. Real pages stay under 3 MB."""

ELEMENT_BYTES = 30
"""What an element costs beyond the bytes of its tag, in bytes."""

NEAR = 5000
"""Bytes between an opening and a closing formatting tag beyond which it is not trusted to close that one."""

FORMATTING = "b big code em font i nobr s small strike strong tt u".split()
MAX_ALIKE = 3
"""Of those that are all alike, attributes too, no more are."""
BARRIER = re.compile(rb"<(?:t[dhe]|caption|object|applet|marquee)", re.I)
"""Tags through which no formatting tag from before can be closed."""


def _beginnings(name: str) -> set[bytes]:
    """How tags of this name begin, in letters of either case: short names with what ends them, else four letters."""
    spellings = map("".join, product(*({letter, letter.upper()} for letter in name[:4])))
    return {(word + end).encode() for word in spellings for end in ("\t\n\f\r />" if len(name) < 4 else ("",))}


OPENING = {b"<" + word: name for name in FORMATTING for word in _beginnings(name)}
CLOSING = {b"</" + word: name for name in FORMATTING for word in _beginnings(name)}
FORMATTING_TAGS = BytesAhoCorasick([*OPENING, *CLOSING])
NAMES = (*OPENING.values(), *CLOSING.values())


def too_many_open(html: bytes, tags: int) -> int | None:
    """Where so many formatting tags are open that opening them again at every tag would pass `MAX_REPEATED_BYTES`."""
    limit = MAX_REPEATED_BYTES // (tags or 1)
    last = html.rfind(b">")  # lexbor drops a tag that does not end
    found = FORMATTING_TAGS.find_matches_as_indexes(html)
    opening = [at for which, at, _ in found if which < len(OPENING) and at < last]
    size = ELEMENT_BYTES * len(opening)
    if size <= limit and size + sum(html.find(b">", at) - at for at in opening) <= limit:
        return None
    left_open = 0
    alike: Counter[bytes] = Counter()
    open_tags: defaultdict[str, list[tuple[int, bytes]]] = defaultdict(list)
    for which, at, _ in found:
        if at > last:
            break
        opened = open_tags[NAMES[which]]
        if which < len(OPENING):
            end = html.find(b">", at)
            tag = html[at:end]
            opened.append((end, tag))
            alike[tag] += 1
            left_open += (len(tag) + ELEMENT_BYTES) * (alike[tag] <= MAX_ALIKE)
            if left_open > limit:
                return at
        elif opened:
            end, tag = opened.pop()
            if at - end < NEAR and not BARRIER.search(html, end, at):
                left_open -= (len(tag) + ELEMENT_BYTES) * (alike[tag] <= MAX_ALIKE)
                alike[tag] -= 1
    return None
