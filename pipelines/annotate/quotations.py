"""What stands between quotation marks. Who said it is for SQL to say."""

from __future__ import annotations

import re
from collections.abc import Iterator

PAIRS = re.compile(
    r"„([^„“”]{1,1500})[“”]|“([^“”]{1,1500})”|»([^»«]{1,1500})«|«([^»«]{1,1500})»|\"([^\"]{1,1500})\""
    r"|`\s?`([^`]{1,1500}?)'\s?'"  # as typewriters and tokenizers leave them: ``…''
)
MIN_WORDS = 3
"""Fewer words in marks are a title or a term rather than somebody's words."""


def find_quotations(block: str) -> Iterator[tuple[int, int, int]]:
    """(start, end, words) of each quotation, inside its marks."""
    for found in PAIRS.finditer(block):
        number = next(i for i in range(1, 7) if found.group(i) is not None)
        words = len(found.group(number).split())
        if words >= MIN_WORDS:
            yield found.start(number), found.end(number), words
