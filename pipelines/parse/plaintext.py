"""Plain-text files to `Article`: a headline if the first line looks like one; paragraphs at blank lines, or at every
line of a text that is not wrapped."""

from __future__ import annotations

import re
from dataclasses import replace

from pipelines.parse.article import assemble
from pipelines.parse.body.regions import Part
from pipelines.parse.bytes.decoding import decode, is_blank
from pipelines.parse.fields.metadata import Metadata
from pipelines.parse.text.characters import squeeze
from pipelines.records import Article, PageFault, Region

MAX_TITLE_CHARS = 150
"""A first line longer than this is text already."""

MAX_WRAPPED_CHARS = 160
"""No text is wrapped at lines longer than this."""

SENTENCE_LINE = re.compile(r"[.!?…:][\"“”»«’')\]]*[^\S\n]*$", re.MULTILINE)
STATEMENT = re.compile(r"[.…:;][\"“”»«’')\]]*\s*$")
BLANK_LINE = re.compile(r"\n[^\S\n]*\n\s*")


def is_plain(content_type: str | None) -> bool:
    """Whether the HTTP header says that there is no markup to read."""
    return (content_type or "").startswith("text/plain")


def parse_plain(data: bytes, url: str | None = None, content_type: str | None = None) -> Article:
    """The article in the bytes of a text file, decoded as pages are; `faults` says what was wrong with them.

    `content_type` is the HTTP header's.
    """
    file = decode(data, content_type)
    faults = {
        PageFault.EMPTY: int(is_blank(data)),
        PageFault.UNDECODABLE_BYTES: file.undecodable,
        PageFault.TOO_LARGE: int(file.is_cut),
    }
    article = parse_text(file.utf8.decode(), url)
    return replace(article, faults={fault: count for fault, count in faults.items() if count})


def parse_text(text: str, url: str | None = None) -> Article:
    """The article in a text. The first line is the title if it is short, does not end like a statement, and is not
    broken off to go on in the next line."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\ufeff", "").strip()
    first, _, rest = text.partition("\n")
    title = squeeze(first)
    metadata = Metadata()
    is_short = 0 < len(title) <= MAX_TITLE_CHARS and not STATEMENT.search(first)
    if is_short and rest.strip() and not _goes_on(first, rest):
        metadata.title, metadata.origins["title"] = title, "first-line"
        text = rest
    stretches = BLANK_LINE.split(text) if _is_wrapped(text.strip()) else text.splitlines()
    parts = [Part(part, Region.BODY, "text-paragraph") for raw in stretches if (part := squeeze(raw))]
    return assemble(url, metadata, parts)


def _goes_on(first: str, rest: str) -> bool:
    """Whether the first line is wrapped text: the next one follows at once, and its first word had no room before."""
    if not rest.partition("\n")[0].strip() or not _is_wrapped(f"{first}\n{rest}"):
        return False
    paragraph = BLANK_LINE.split(rest, 1)[0]
    return len(first) + 1 + len(paragraph.split(None, 1)[0]) > max(map(len, paragraph.splitlines()))


def _is_wrapped(text: str) -> bool:
    """Whether lines are parts of paragraphs: none is very long; and without any blank line, few end with a sentence."""
    lines = text.splitlines()
    if max(map(len, lines), default=0) > MAX_WRAPPED_CHARS:
        return False
    return BLANK_LINE.search(text) is not None or 2 * len(SENTENCE_LINE.findall(text)) < len(lines)
