"""Plain-text files to `Article`: a headline if the first line looks like one; paragraphs at blank lines, or at every
line of a text that is not wrapped."""

from __future__ import annotations

import re

from pipelines.parse.article import assemble
from pipelines.parse.characters import squeeze
from pipelines.parse.metadata import Metadata
from pipelines.parse.regions import Part
from pipelines.records import Article, Region

MAX_TITLE_CHARS = 150
"""A first line longer than this is text already."""

MAX_WRAPPED_CHARS = 160
"""No text is wrapped at lines longer than this."""

SENTENCE_LINE = re.compile(r"[.!?…:][\"“”»«’')\]]*[^\S\n]*$", re.MULTILINE)
BLANK_LINE = re.compile(r"\n[^\S\n]*\n\s*")


def parse_text(text: str, url: str | None = None) -> Article:
    """The article in a text file. The first line is the title if it is short and more text follows."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\ufeff", "").strip()
    first, _, rest = text.partition("\n")
    title = squeeze(first)
    metadata = Metadata()
    if title and len(title) <= MAX_TITLE_CHARS and rest.strip():
        metadata.title, metadata.origins["title"] = title, "first-line"
        text = rest
    stretches = BLANK_LINE.split(text) if _is_wrapped(text.strip()) else text.splitlines()
    parts = [Part(part, Region.BODY, "text-paragraph") for raw in stretches if (part := squeeze(raw))]
    return assemble(url, metadata, parts)


def _is_wrapped(text: str) -> bool:
    """Whether lines are parts of paragraphs: none is very long; and without any blank line, few end with a sentence."""
    lines = text.splitlines()
    if max(map(len, lines), default=0) > MAX_WRAPPED_CHARS:
        return False
    return BLANK_LINE.search(text) is not None or 2 * len(SENTENCE_LINE.findall(text)) < len(lines)
