"""A page's tree read once, tag by tag as lexbor writes it, into blocks of text and the boxes they stand in.

What of it is the article is decided in `scoring` and `regions`.
"""

from __future__ import annotations

import re

from pipelines.parse.body.layout import Block, Box, Layout, Marked, closing_of
from pipelines.parse.body.markup import PLAIN, Opening, read_attributes, read_opening
from pipelines.parse.body.signals import INLINE, MARKED, SKIPPED, VOID
from pipelines.parse.text.characters import squeeze, unescape

MAX_BOXES = 20_000
"""Block-level elements read of one page, and stretches of text; the longest live blogs have ten thousand."""

MAX_LABEL_CHARS = 200
"""Inline elements marked as boilerplate are left out up to this length."""

MAX_LABEL_TAGS = 100
"""Tags in such an element; those with more are no labels."""

MAX_MARKED = 200
"""Elements kept as possible bylines and dates; a page of teasers has one for each."""

MENU_TAGS, MENU_CHARS = 10, 80
"""A part called boilerplate with so many tags and no longer text between two of them is passed over unread."""

MIN_PROSE = 200
"""Characters of sentences that make an article."""

IMAGE_LEVELS = 4
"""Elements that may end between a picture and its caption, and one."""

MENU_BYLINE_TAGS = 30
"""Tags at the beginning of such a part in which a byline or date is looked for."""

FIGURE_TAGS = 20
"""Tags at the beginning of a figure that tell what it holds."""

LISTS = frozenset(("ul", "ol"))
MENU_LINKS = 4
"""So many links make a list that holds little else a menu."""

LABEL_TAGS = frozenset(("span", "small", "label"))

BLOCK_TAGS = "div li p td ul tr h1 h2 h3 h4 h5 h6 section article header footer aside main form ol table tbody".split()
BLOCK, CLOSING, LINK, LINK_END, LABEL, EMPTY, INSIDE = range(1, 8)
PARTS: dict[str | None, int] = {
    None: INSIDE,
    **{f"{slash}{name}": INSIDE for name in INLINE for slash in ("", "/")},
    **dict.fromkeys((*LABEL_TAGS, "time"), LABEL),
    **dict.fromkeys(VOID, EMPTY),
    "a": LINK,
    "/a": LINK_END,
    "/button": INSIDE,
    **dict.fromkeys(BLOCK_TAGS, BLOCK),
    **dict.fromkeys((f"/{name}" for name in BLOCK_TAGS), CLOSING),
}
"""What a tag does to the block being gathered; those not named here (`<my-widget>`) begin or end one."""

TAG = re.compile(r"<(?:!--.*?--|[?!][^>]*|([^>]*))>", re.DOTALL)
BREAK = "\x0b"
"""Stands for `<br>` while a block is gathered; two in a row end a paragraph. A page's own ("&#11;") is a blank."""

PARAGRAPH_BREAK = re.compile(r"\x0b\s*\x0b[\s\x0b]*")
SENTENCE = re.compile(r"[.!?…][\"“”»«’')\]]*(?:\s|$)|[,;:]\s|[。、，！？]")
PROSE_CHARS = 40


def read_layout(body: str) -> Layout:
    """Read what is inside the body element, as lexbor writes it. Never raises; at most `MAX_BOXES` are read.

    A page of which no article's worth of sentences is left without what is hidden (until a script shows it) and what
    looks like menus is read whole.
    """
    tokens = TAG.split(body.replace(BREAK, " "))
    layout = _Reader(tokens, whole=False).read()
    if sum(len(block.text) for block in layout.blocks if block.is_prose) >= max(MIN_PROSE, layout.hidden_chars):
        return layout
    everything = _Reader(tokens, whole=True).read()
    return everything if len(everything.blocks) > len(layout.blocks) else layout


class _Reader:
    """Goes through the tags of a page; holds the text of the block being gathered.

    `tokens` are text and tag by turns, the first a text; a comment's tag is None. `whole`: read also what is hidden or
    looks like a menu.
    """

    __slots__ = (
        "box",
        "image_levels",
        "layout",
        "linked",
        "links",
        "list_end",
        "noise_end",
        "opened",
        "pieces",
        "tokens",
        "whole",
    )

    def __init__(self, tokens: list[str], whole: bool) -> None:
        self.tokens, self.whole = tokens, whole
        self.box = Box(None, "body")
        self.layout = Layout(self.box, [self.box])
        self.opened: list[tuple[int, int]] = []
        self.pieces: list[str] = []
        self.image_levels = 0
        self.linked = self.links = self.list_end = self.noise_end = 0

    def read(self) -> Layout:
        tokens, pieces, opened = self.tokens, self.pieces, self.opened
        index, end = 1, len(tokens)
        while index < end:
            tag = name = tokens[index]
            part = PARTS.get(tag)
            if part is None:
                name = tag.partition(" ")[0]
                part = PARTS.get(name) or (CLOSING if name[0] == "/" else BLOCK)
            if part == CLOSING:
                if pieces:
                    self._flush()
                if self.image_levels:
                    self.image_levels -= 1
                if opened:
                    opened.pop()
                else:
                    self._close(name)
            elif part == BLOCK:
                if pieces and name != "button":
                    self._flush()
                index = self._open(name, tag, index)
            elif part == LINK:
                self.links += 1
                if _may_name_author(tag):
                    index = self._mark_here(name, tag, index)
            elif part == LINK_END:
                self.links -= 1
            elif part == LABEL:
                if tag is not name or name == "time":
                    index = self._open_label(name, tag, index)
            elif part == EMPTY:
                index = self._open_void(name, tag, index)
            text = tokens[index + 1]
            if text and (pieces or not text.isspace()):
                index = self._gather(index)
            index += 2
        self._flush()
        for box in self.box.around(MAX_BOXES):
            box.end = len(self.layout.boxes)
        return self.layout

    def _gather(self, index: int) -> int:
        """Take the text behind a tag; the elements opened since the last text become boxes.

        Returns the index of the tag before the text that was taken: a later one if a menu was passed over.
        """
        while self.opened and (end := self._enter()):
            index = end
        text = self.tokens[index + 1]
        if self.pieces or not text.isspace():
            self.pieces.append(text)
            if self.links:
                self.linked += len(text.strip())
        return index

    def _close(self, name: str) -> None:
        box = self.box
        if box.tag == name[1:] and box.parent is not None:  # else out of step: text that looks like a tag
            box.end = len(self.layout.boxes)
            self.box = box.parent

    def _open(self, name: str, tag: str, index: int) -> int:
        """Note an element, or pass over one that is not read. Returns the index of the tag to go on behind."""
        if name in SKIPPED:
            end = closing_of(self.tokens, index, name)
            if name == "button" and self.pieces:
                if self._is_within(end):  # a word that a glossary explains
                    return index
                self._flush()
            if name == "picture":
                self.image_levels = IMAGE_LEVELS
            return end
        if name is not tag and not self.whole and ("hid" in tag or "none" in tag) and read_opening(tag).is_hidden:
            end = closing_of(self.tokens, index, name)
            self.layout.hidden_chars += sum(
                [len(text) for text in self.tokens[index + 1 : end : 2] if len(text) >= MENU_CHARS]
            )
            return end
        if name in LISTS and index > self.list_end:
            self.list_end = closing_of(self.tokens, index, name)
            if not self.whole and _is_link_list(self.tokens, index, self.list_end):
                return self.list_end
        self.opened.append((index, self.links))
        return index

    def _enter(self) -> int:
        """Make boxes of the opened elements, now that there is text in them. Returns where to go on if one of them is
        a menu, else 0."""
        boxes = self.layout.boxes
        for index, links in self.opened:
            tag = self.tokens[index]
            name = tag.partition(" ")[0]
            box = Box(self.box, name, len(boxes))
            opening = read_opening(tag)
            if max(len(boxes), len(self.layout.blocks)) >= MAX_BOXES:
                self.opened.clear()
                self.layout.is_cut = True
                return len(self.tokens) - 2
            if name == "figure" and not _is_picture(self.tokens, index):
                opening = PLAIN
            if opening.noise and index > self.noise_end:
                self.noise_end = closing_of(self.tokens, index, name)
                if not self.whole and _is_menu(self.tokens, index, self.noise_end):
                    box.verdict, self.links, self.image_levels = opening.noise, links, 0
                    self._mark_inside(box, index, min(self.noise_end, index + 2 * MENU_BYLINE_TAGS))
                    self.opened.clear()
                    return self.noise_end
            if name == "blockquote":
                self.layout.has_quotes = True
            if opening is not PLAIN:
                self._judge(box, opening)
                if opening.is_marked:
                    self._mark(name, tag, index)
            if self.box.noise:
                box.noise = self.box.noise
            boxes.append(box)
            self.box = box
        self.opened.clear()
        return 0

    def _judge(self, box: Box, opening: Opening) -> None:
        layout = self.layout
        if opening.is_named:
            layout.is_bare = False
        if opening.noise:
            box.verdict = box.noise = opening.noise
            layout.judged.append(box)
        if opening.is_body:
            box.is_body = True
        if opening.is_lead:
            box.is_lead = layout.has_leads = True
        if opening.is_main:
            box.is_main = True

    def _open_void(self, name: str, tag: str, index: int) -> int:
        if name == "br":
            self.pieces.append(BREAK)
        elif name == "hr" and self.pieces:
            self._flush()
        elif name == "img":
            self.image_levels = IMAGE_LEVELS
        elif name == "meta" and "itemprop" in tag:
            return self._mark_here(name, tag, index)
        return index

    def _open_label(self, name: str, tag: str, index: int) -> int:
        """Note a byline or date; pass over labels, share counts, credits, but not over long ones."""
        opening = read_opening(tag)
        if opening.is_marked and (end := self._mark_here(name, tag, index)) != index:
            return end
        if opening.is_named:
            self.layout.is_bare = False
        if opening.is_hidden or (opening.noise and name in LABEL_TAGS):
            end = closing_of(self.tokens, index, name, MAX_LABEL_TAGS)
            is_label = self.tokens[end] == "/" + name and (opening.is_hidden or not self._is_within(end))
            if is_label and sum(map(len, self.tokens[index + 1 : end : 2])) < MAX_LABEL_CHARS:
                self._mark_inside(self.box, index + 2, end)
                return end
        return index

    def _is_within(self, end: int) -> bool:
        """Whether an inline element that ends there has text right before and behind it."""
        return bool(self.pieces) and self.tokens[end + 1][:2].strip() != ""

    def _mark_here(self, name: str, tag: str, index: int) -> int:
        """Note an element in its box. Returns where to go on: behind the box if it is a menu."""
        if self.opened and (end := self._enter()):
            return end
        self._mark(name, tag, index)
        return index

    def _mark_inside(self, box: Box, index: int, end: int) -> None:
        """Note the bylines and dates of a part that is passed over: "By Anna Beispiel, 14 May" is often called meta."""
        passed = 0
        for place in range(index, end, 2):
            tag = self.tokens[place] or ""  # a comment's tag is None
            if tag == "time" or (" " in tag and _may_be_marked(tag)):
                name = tag.partition(" ")[0]
                if name in ("a", "meta") or read_opening(tag).is_marked:
                    self._mark(name, tag, place, box, passed)
            text = self.tokens[place + 1]
            passed += bool(text) and not text.isspace()

    def _mark(self, name: str, tag: str, index: int, box: Box | None = None, passed: int = 0) -> None:
        if len(self.layout.marked) < MAX_MARKED:
            at = len(self.layout.blocks) + bool(self.pieces) + passed
            self.layout.marked.append(Marked(name, read_attributes(tag), at, box or self.box, self.tokens, index))

    def _flush(self) -> None:
        """End the block being gathered."""
        box, raw, linked = self.box, unescape("".join(self.pieces)), self.linked
        self.pieces.clear()
        self.linked = 0
        if BREAK not in raw:
            if text := squeeze(raw):
                self.layout.blocks.append(_block(box, text, linked, self.image_levels > 0))
                self.image_levels = 0
            return
        parts = [part for raw_part in PARAGRAPH_BREAK.split(raw) if (part := squeeze(raw_part))]
        total = sum(map(len, parts))
        self.layout.blocks.extend(_block(box, part, linked * len(part) // total) for part in parts)


def _block(box: Box, text: str, linked: int, follows_image: bool = False) -> Block:
    prose = len(text) >= PROSE_CHARS and linked * 2 < len(text) and SENTENCE.search(text) is not None
    return Block(box, text, linked, prose, follows_image)


def _is_picture(tokens: list[str], index: int) -> bool:
    """Whether a figure is one: not a table or a quotation, which have figures around them too."""
    inner = tokens[index + 2 : closing_of(tokens, index, "figure", FIGURE_TAGS) : 2]
    return not any(tag and tag.partition(" ")[0] in ("table", "blockquote") for tag in inner)


def _may_name_author(link: str) -> bool:
    return "author" in link or "autor" in link


def _may_be_marked(tag: str) -> bool:
    """Whether a tag is worth a closer look for a byline or date."""
    if tag.startswith("a "):
        return _may_name_author(tag)
    return tag.startswith("time ") or "itemprop" in tag or MARKED.search(tag.lower()) is not None


def _is_menu(tokens: list[str], index: int, end: int) -> bool:
    """Whether an element called boilerplate is large and without a sentence: lists of links, share bars, footers."""
    return end - index > 2 * MENU_TAGS and max(map(len, tokens[index + 1 : end : 2])) < MENU_CHARS


def _is_link_list(tokens: list[str], index: int, end: int) -> bool:
    """Whether a list is a menu: short texts, most of them links."""
    links = tokens[index + 2 : end : 2].count("/a")
    if links < MENU_LINKS:
        return False
    texts = [text for text in tokens[index + 1 : end : 2] if text and not text.isspace()]
    return 2 * links > len(texts) and max(map(len, texts), default=0) < MENU_CHARS
