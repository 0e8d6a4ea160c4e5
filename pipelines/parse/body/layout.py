"""A page as boxes and blocks: the records that `blocks` fills and later steps read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from pipelines.parse.body.signals import HEADINGS, VOID
from pipelines.parse.text.characters import squeeze, unescape

MARKED_TAGS, MARKED_CHARS = 30, 300
"""Tags read and characters kept of a possible byline."""


class Box:
    """A block-level element.

    `verdict` names the rule that calls it boilerplate, `noise` the rule that counts in the end, its own or that of a
    box around it. `order` and `end` count boxes: those inside it are `order` to `end`. `prose` counts characters
    of sentences below it. What is the same for most boxes is kept on the class: a page has hundreds of them.
    """

    end: int = 1
    verdict: str | None = None
    noise: str | None = None
    is_body: bool = False
    is_lead: bool = False
    is_main: bool = False
    prose: int = 0
    prose_with_noise: int = 0

    def __init__(self, parent: Box | None, tag: str, order: int = 0) -> None:
        self.parent, self.tag, self.order = parent, tag, order

    def around(self, levels: int) -> Iterator[Box]:
        """This box and those around it, innermost first, at most `levels`."""
        box: Box | None = self
        while box is not None and levels:
            yield box
            box, levels = box.parent, levels - 1

    def is_in(self, outer: Box) -> bool:
        """Whether this is `outer` or stands inside it."""
        return outer.order <= self.order < outer.end


@dataclass(slots=True, eq=False)
class Block:
    """One stretch of text without a block border in it. `is_prose`: it reads like sentences: long enough, punctuated,
    mostly not links."""

    box: Box
    text: str
    link_chars: int = 0
    is_prose: bool = False
    follows_image: bool = False

    @property
    def link_share(self) -> float:
        return self.link_chars / len(self.text) if self.text else 0.0

    @property
    def is_heading(self) -> bool:
        return self.box.tag in HEADINGS


@dataclass(slots=True, eq=False)
class Marked:
    """An element that may name authors or a date. `at` counts the blocks before it; `box` is the one around it."""

    tag: str
    attributes: dict[str, str]
    at: int
    box: Box
    tokens: list[str]
    index: int

    @property
    def text(self) -> str:
        """Its text, at most `MARKED_CHARS` characters."""
        if self.tag in VOID:
            return ""
        end = closing_of(self.tokens, self.index, self.tag, MARKED_TAGS)
        return squeeze(unescape(" ".join(self.tokens[self.index + 1 : end : 2])))[:MARKED_CHARS]


@dataclass(slots=True)
class Layout:
    """The page as boxes and blocks, in reading order; only elements with text in them have a box.

    `judged` are the boxes with a verdict of their own. `is_bare`: no element carries a class, id or role;
    `is_cut`: the page was too long to be read to its end. `hidden_chars` counts the long texts passed over as hidden.
    """

    root: Box
    boxes: list[Box] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    marked: list[Marked] = field(default_factory=list)
    judged: list[Box] = field(default_factory=list)
    has_leads: bool = False
    has_quotes: bool = False
    is_bare: bool = True
    is_cut: bool = False
    hidden_chars: int = 0


def closing_of(tokens: list[str], index: int, name: str, tags: int | None = None) -> int:
    """The index of the tag that ends the element opened at `index`, or of the last of `tags` tags looked at."""
    closing, same, depth = "/" + name, name + " ", 1
    last = len(tokens) - 2 if tags is None else min(len(tokens) - 2, index + 2 * tags)
    for place in range(index + 2, last + 1, 2):
        tag = tokens[place]
        if tag == closing:
            depth -= 1
            if not depth:
                return place
        elif tag == name or (tag and tag.startswith(same)):
            depth += 1
    return last
