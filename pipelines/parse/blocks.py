"""A page's tree read once into blocks of text and the boxes they stand in.

What of it is the article is decided in `scoring` and `regions`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from selectolax.lexbor import LexborNode

from pipelines.parse.signals import HEADINGS, INLINE, NOISE_ROLES, NOISE_TAGS, SKIPPED, read_signals

MAX_TREE_DEPTH = 250
"""Levels walked into; below, text is taken without looking at tags. Python's own stack ends at 1000 calls."""

MAX_BOXES = 30_000
"""Block-level elements read of one page; the longest live blogs have ten thousand."""

MAX_LABEL_CHARS = 200
"""Inline elements marked as boilerplate are left out up to this length."""

LABEL_TAGS = frozenset(("span", "small", "label"))

BREAK = "\x0b"
"""Stands for `<br>` while a block is gathered; two in a row end a paragraph. A page's own ("&#11;") is a blank."""

CONTROL = re.compile(r"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f]")
"""Control characters that are no white space."""
PARAGRAPH_BREAK = re.compile(r"\x0b\s*\x0b[\s\x0b]*")
SENTENCE = re.compile(r"[.!?…][\"“”»«’')\]]*(?:\s|$)|[,;:]\s|[。、，！？]")


@dataclass(slots=True, eq=False)
class Box:
    """A block-level element. `verdict` names the rule that calls it boilerplate,
    `noise` the rule that counts in the end, its own or that of a box around it. Sizes count
    characters of prose below it.
    """

    parent: Box | None
    tag: str
    order: int = 0
    end: int = 1
    verdict: str | None = None
    noise: str | None = None
    is_body: bool = False
    is_lead: bool = False
    is_main: bool = False
    prose: int = 0
    prose_with_noise: int = 0
    chars: int = 0
    link_chars: int = 0

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
    """One stretch of text without a block border in it."""

    box: Box
    text: str
    link_chars: int = 0

    @property
    def link_share(self) -> float:
        return self.link_chars / len(self.text) if self.text else 0.0


@dataclass(slots=True)
class Layout:
    """The page as boxes and blocks, in reading order. `is_bare`: no element carries a class, id or role."""

    root: Box
    boxes: list[Box] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    is_bare: bool = True


def read_layout(body: LexborNode) -> Layout:
    """Walk the tree below `body` once. Never raises; a page of hostile size is read up to the limits above.

    A page that hides everything (until a script shows it) is read as if it did not.
    """
    layout = _read(body, with_hidden=False)
    return layout if layout.blocks else _read(body, with_hidden=True)


def _read(body: LexborNode, with_hidden: bool) -> Layout:
    root = Box(None, "body")
    walker = _Walker(Layout(root, [root]), with_hidden)
    walker.walk(body, root, False, 0)
    walker.flush(root)
    root.end = len(walker.layout.boxes)
    return walker.layout


class _Walker:
    """Holds the text of the block being gathered."""

    __slots__ = ("layout", "linked", "pieces", "with_hidden")

    def __init__(self, layout: Layout, with_hidden: bool) -> None:
        self.with_hidden = with_hidden
        self.layout = layout
        self.pieces: list[str] = []
        self.linked = 0

    def walk(self, node: LexborNode, box: Box, in_link: bool, depth: int) -> None:
        pieces = self.pieces
        for child in node.iter(include_text=True):
            tag = child.tag
            if tag == "-text":
                text = (child.text_content or "").replace(BREAK, " ")
                if pieces or not text.isspace():
                    pieces.append(text)
                    if in_link:
                        self.linked += len(text.strip())
            elif tag is None or tag in SKIPPED:
                continue
            elif tag in INLINE:
                if depth > MAX_TREE_DEPTH:
                    pieces.append(child.text(separator=" "))
                elif tag not in LABEL_TAGS or self._is_shown(child):
                    self.walk(child, box, in_link or tag == "a", depth + 1)
            elif tag == "br":
                pieces.append(BREAK)
            else:
                if pieces:
                    self.flush(box)
                self._block(child, tag, box, in_link, depth)

    def _block(self, node: LexborNode, tag: str, parent: Box, in_link: bool, depth: int) -> None:
        """Read a block-level element, if it can be seen, into a box of its own."""
        if tag == "hr" or len(self.layout.boxes) >= MAX_BOXES:
            return
        if depth > MAX_TREE_DEPTH:
            self.pieces.append(node.text(separator=" "))
            self.flush(parent)
            return
        boxes = self.layout.boxes
        box = Box(parent, tag, len(boxes))
        if attributes := node.attributes:
            if not self.with_hidden and _hidden(attributes):
                return
            self._read_attributes(box, attributes)
        if box.verdict is None:
            box.verdict = NOISE_TAGS.get(tag)
        boxes.append(box)
        self.walk(node, box, in_link, depth + 1)
        if self.pieces:
            self.flush(box)
        box.end = len(boxes)

    def _read_attributes(self, box: Box, attributes: dict[str, str | None]) -> None:
        if signals := _signals(attributes):
            self.layout.is_bare = False
            box.verdict, box.is_body, box.is_lead = read_signals(signals)
        if len(attributes) == 1 and signals:
            return
        itemprop, role = attributes.get("itemprop"), attributes.get("role")
        if itemprop == "articleBody":
            box.verdict, box.is_body = None, True
        elif itemprop == "description":
            box.verdict, box.is_lead = None, True
        if role:
            box.is_main = role == "main"
            if role in NOISE_ROLES:
                self.layout.is_bare = False
                box.verdict = f"role-{role}"

    def _is_shown(self, node: LexborNode) -> bool:
        """Whether an inline element belongs to the text: not a label, a share count, a credit. Long ones do."""
        attributes = node.attributes
        if not attributes:
            return True
        hidden = _hidden(attributes)
        if signals := _signals(attributes):
            self.layout.is_bare = False
            hidden = hidden or read_signals(signals).noise is not None
        return not hidden or len(node.text_content or "") >= MAX_LABEL_CHARS

    def flush(self, box: Box) -> None:
        """End the block being gathered; it belongs to `box`."""
        raw, linked = "".join(self.pieces), self.linked
        self.pieces.clear()
        self.linked = 0
        if BREAK not in raw:
            if text := squeeze(raw):
                self.layout.blocks.append(Block(box, text, linked))
            return
        parts = [part for raw_part in PARAGRAPH_BREAK.split(raw) if (part := squeeze(raw_part))]
        total = sum(map(len, parts))
        self.layout.blocks.extend(Block(box, part, linked * len(part) // total) for part in parts)


def squeeze(text: str) -> str:
    """White space to single blanks; soft hyphens, invisible joiners and control characters ("&#27;") out."""
    if not text.isascii():
        text = text.replace("\xad", "").replace("\u200b", "").replace("\ufeff", "").replace("\u2060", "")
    if CONTROL.search(text):
        text = CONTROL.sub(" ", text)
    return " ".join(text.split())


def is_prose(block: Block) -> bool:
    """Whether the block reads like sentences: long enough, punctuated, mostly not links."""
    return len(block.text) >= 40 and block.link_chars * 2 < len(block.text) and SENTENCE.search(block.text) is not None


def is_heading(block: Block) -> bool:
    return block.box.tag in HEADINGS


def _signals(attributes: dict[str, str | None]) -> str:
    """The names an element bears. Test ids and component names say more than generated class names do."""
    get = attributes.get
    names = get("class") or ""
    if not names or len(attributes) > 1:
        for key in ("id", "data-component", "data-testid"):
            if name := get(key):
                names += " " + name
    return names[:400].lower()


def _hidden(attributes: dict[str, str | None]) -> bool:
    if len(attributes) == 1 and "class" in attributes:  # most elements
        return False
    if "hidden" in attributes or attributes.get("aria-hidden") == "true":
        return True
    style = attributes.get("style")
    return style is not None and "display:none" in style.replace(" ", "").lower()
