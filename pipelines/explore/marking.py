"""An article's text in paragraphs, with the sentences that make its claims marked at their offsets."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

PARAGRAPH_END = "\n\n"


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a text in code points, half-open; `is_chosen` where it is the evidence that was asked for."""

    start: int
    end: int
    is_chosen: bool = False


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a paragraph: evidence of a claim, of the one that was asked for, or neither."""

    text: str
    is_evidence: bool
    is_chosen: bool


def paragraphs(text: str, spans: Sequence[Span]) -> Iterator[list[Piece]]:
    """The paragraphs of a text as pieces that add up to them. Spans may overlap and cross paragraphs."""
    start = 0
    for paragraph in text.split(PARAGRAPH_END):
        end = start + len(paragraph)
        yield list(_pieces(text, start, end, spans))
        start = end + len(PARAGRAPH_END)


def _pieces(text: str, start: int, end: int, spans: Iterable[Span]) -> Iterator[Piece]:
    inside = [span for span in spans if span.start < end and span.end > start]
    bounds = {start, end} | {min(max(bound, start), end) for span in inside for bound in (span.start, span.end)}
    for first, last in pairwise(sorted(bounds)):
        over = [span for span in inside if span.start <= first and span.end >= last]
        yield Piece(text[first:last], bool(over), any(span.is_chosen for span in over))
