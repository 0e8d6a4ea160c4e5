"""What stands between quotation marks. Who said it is for SQL to say."""

from __future__ import annotations

import re
from collections.abc import Iterator

MARK = re.compile(
    r"[„“”»«\"]|[‘’‚]|(?<!\w)'(?=\w)|(?<=[.,!?…])'(?!\w)"
    r"|`\s?`|'\s?'"  # as typewriters and tokenizers leave them: ``…''
)
CLOSERS = {"„": '“”"', "“": "”“", "”": "”", '"': '"', "»": "«", "«": "»", "‚": "‘’", "‘": "’", "'": "'", "``": "''"}
"""Opening mark to the marks that may close it; a mark that stands in both columns is told apart by its neighbours."""
SINGLE = frozenset("‚‘'")
"""Marks that are apostrophes as well: they quote whole sentences only where nothing longer is open."""
MIN_WORDS = 3
"""Fewer words in marks are a title or a term rather than somebody's words."""
MAX_SINGLE = 600
"""Characters between single marks; what is longer was opened by an apostrophe."""


def find_quotations(block: str) -> Iterator[tuple[int, int, int]]:
    """(start, end, words) of each outermost quotation of a paragraph, inside its marks, in one pass.

    A mark that opens again before it was closed starts anew; one that is never closed holds to the end of the paragraph
    where it opens the paragraph (the quotation goes on in the next one), and is dropped elsewhere.
    """
    opened, start = "", 0
    for found in MARK.finditer(block):
        mark = found.group().replace(" ", "")
        if opened and _closes(block, opened, mark, found.start(), found.end()):
            if opened not in SINGLE or found.start() - start <= MAX_SINGLE:
                yield from _worth(block, start, found.start())
            opened = ""
        elif mark in CLOSERS and _may_open(block, found.start(), found.end()) and _outranks(opened, mark):
            opened, start = mark, found.end()
    if opened and opened not in SINGLE and not block[: start - len(opened)].strip("` "):
        yield from _worth(block, start, len(block.rstrip()))


def _worth(block: str, start: int, end: int) -> Iterator[tuple[int, int, int]]:
    words = len(block[start:end].split())
    if words >= MIN_WORDS:
        yield start, end, words


def _closes(block: str, opened: str, mark: str, start: int, end: int) -> bool:
    if mark not in CLOSERS[opened]:
        return False
    if mark != opened and opened not in SINGLE:
        return True
    return not block[end : end + 1].isalnum()  # an apostrophe or a mark that opens stands before a letter


def _may_open(block: str, start: int, end: int) -> bool:
    """An opening mark does not stand behind a letter; German „…“ closes with what opens in English."""
    return not (start and block[start - 1].isalnum())


def _outranks(opened: str, mark: str) -> bool:
    """Inside a quotation only its own mark opens anew; single marks give way to double ones."""
    return not opened or mark == opened or (opened in SINGLE and mark not in SINGLE)
