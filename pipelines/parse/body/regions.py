"""Which blocks of the body box are the article's paragraphs, and what each is: lead, heading, quote, body.

Finding the box is `scoring`'s work; what words give a block away is said in `phrases`, what is left out and why in
`leftovers`.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from itertools import groupby, pairwise

from pipelines.parse.body.layout import Block, Box, Layout
from pipelines.parse.body.phrases import SENTENCE_END, TAIL, TAIL_CHARS, noise_of
from pipelines.parse.body.signals import HEADINGS
from pipelines.parse.text.characters import fold
from pipelines.records import Region

LEAD_CHARS = (40, 900)
"""A lead is a few sentences: shorter ones are labels, longer ones whole texts in a box of that name."""

LEAD_WITHIN = 4
"""Paragraphs at the beginning among which a lead can stand."""

LEAD_BLOCKS = 25
"""Blocks between the headline and the text among which a lead is looked for."""

BYLINE_WITHIN, BYLINE_CHARS = 8, 25
"""Blocks at the beginning among which a byline is looked for, and characters in it beside the names."""

CAPTION_CHARS = 300
CAPTION_TAGS = frozenset(("div", "section", "center", "td", "dd", "figure"))
"""Boxes whose short text behind a picture is its caption; paragraphs, lists and headings have meanings of their own."""

TAIL_SHARE = 0.35
"""After "Related articles" and its like, what follows is cut if it is at most this share of the prose."""

MIN_CHAPTERS = 3

LISTS = frozenset(("ul", "ol", "dl", "table"))


@dataclass(frozen=True, slots=True)
class Part:
    """A paragraph of the article before it has a place in the text."""

    text: str
    region: Region
    rule_id: str


@dataclass(slots=True)
class Selection:
    """The blocks that are the article, and the rule by which each of the others in the body box was left out."""

    body: Box
    kept: list[Block]
    rules: dict[Block, str] = field(default_factory=dict)

    def drop(self, blocks: list[Block], rule: str) -> None:
        """Leave these out."""
        if blocks:
            self.rules.update(dict.fromkeys(blocks, rule))
            self.kept = [block for block in self.kept if block not in self.rules]


def select(layout: Layout, body: Box, title: str | None, authors: tuple[str, ...] = ()) -> Selection:
    """The article's paragraphs in reading order.

    A page without any layout markup is taken whole (but for its title): it has no boilerplate that markup could show.
    """
    folded = fold(title or "")
    heading = _heading(layout, folded)
    if heading is not None:
        _pardon_lead(layout, layout.blocks[heading + 1 : heading + 1 + LEAD_WITHIN])
    selection = Selection(body, [b for b in layout.blocks if b.box.noise is None and b.box.is_in(body)])
    if not layout.is_bare:
        _cut_tail(selection)
        _drop_boilerplate(selection)
        if layout.has_leads:
            selection.drop(_teasers(selection.kept), "teaser")
        selection.drop(_captions(selection.kept), "behind-picture")
        selection.drop(_empty_headings(selection.kept), "empty-heading")
        selection.drop(_bylines(selection.kept[:BYLINE_WITHIN], authors), "byline")
        selection.kept[:0] = _leads_before(layout, body, heading, selection.kept)
    selection.drop(_titles(selection.kept, folded), "title")
    return selection


def part_of(block: Block, layout: Layout) -> Part:
    """The paragraph a block becomes."""
    tag = block.box.tag
    if layout.has_leads and _lead_box(block):
        return Part(block.text, Region.LEAD, "class-lead")
    if tag in HEADINGS:
        return Part(block.text, Region.HEADING, "tag-" + tag)
    if layout.has_quotes and any(box.tag == "blockquote" for box in block.box.around(4)):
        return Part(block.text, Region.QUOTE, "tag-blockquote")
    return Part(block.text, Region.BODY, "tag-" + tag if tag.isalnum() else "tag-other")


def _heading(layout: Layout, folded: str) -> int | None:
    """The block that is the article's headline: the first that says the title, else the last `<h1>`."""
    last = None
    for number, block in enumerate(layout.blocks):
        if block.box.tag in HEADINGS:
            if _says(block, folded):
                return number
            if block.box.tag == "h1":
                last = number
    return last


def _pardon_lead(layout: Layout, following: list[Block]) -> None:
    """What is called a teaser right behind the headline is the lead."""
    for block in following:
        if block.is_prose and block.box.noise is None:
            return
        if block.box.noise == "class-teaser" and block.is_prose and block.link_share < 0.2:
            block.box.noise, block.box.is_lead, layout.has_leads = None, True, True


def _leads_before(layout: Layout, body: Box, heading: int | None, kept: list[Block]) -> list[Block]:
    """Leads that stand between the headline and the body box: marked as such, or sentences that are no link."""
    first = next((i for i, b in enumerate(layout.blocks) if b.box.is_in(body)), 0)
    if heading is not None and heading >= first:
        heading = None
    start = max(0, first - LEAD_BLOCKS) if heading is None else heading
    leads = []
    for block in layout.blocks[start:first]:
        if not LEAD_CHARS[0] <= len(block.text) <= LEAD_CHARS[1] or block.box.noise or block.link_share > 0.3:
            continue
        if _lead_box(block) or (heading is not None and block.is_prose and first - heading <= LEAD_BLOCKS):
            leads.append(block)
    have = [fold(block.text) for block in kept[:6]] if leads else []
    leads = [block for block in leads if not any(fold(block.text) in text for text in have)]
    for block in leads:
        block.box.is_lead = layout.has_leads = True
    return leads


def _cut_tail(selection: Selection) -> None:
    """Leave out what follows a heading or label that opens the end of the page."""
    blocks = selection.kept
    total = sum(len(block.text) for block in blocks if block.is_prose)
    seen = 0
    for number, block in enumerate(blocks):
        if (
            len(block.text) <= TAIL_CHARS
            and seen >= (1 - TAIL_SHARE) * total
            and total
            and TAIL.match(block.text)
            and (block.link_chars or not SENTENCE_END.search(block.text))
            and not _goes_on(blocks, number)
        ):
            selection.drop(blocks[number:], "tail")
            return
        if block.is_prose:
            seen += len(block.text)


def _goes_on(blocks: list[Block], number: int) -> bool:
    """Whether a pointer stands between two paragraphs of one text."""
    if blocks[number].is_heading or not 0 < number < len(blocks) - 1:
        return False
    before, after = blocks[number - 1], blocks[number + 1]
    around = {block.box.parent for block in (before, blocks[number], after)}
    return before.is_prose and after.is_prose and before.box.tag == after.box.tag and len(around) == 1


def _drop_boilerplate(selection: Selection) -> None:
    dense = _dense_lists(selection.kept)
    for block in selection.kept:
        if rule := noise_of(block.text, block.box.tag, block.link_share, block.is_prose):
            selection.rules[block] = rule
        elif dense and _list_of(block) in dense:
            selection.rules[block] = "link-list"
    selection.kept = [block for block in selection.kept if block not in selection.rules]


def _list_of(block: Block) -> Box | None:
    return next((box for box in block.box.around(4) if box.tag in LISTS), None)


def _dense_lists(blocks: list[Block]) -> set[Box | None]:
    """Lists that are mostly links: more articles, topics, shares."""
    suspects = {_list_of(block) for block in blocks if 2 * block.link_chars > len(block.text)} - {None}
    if not suspects:
        return set()
    surplus: Counter[Box | None] = Counter()
    for block in blocks:
        if (found := _list_of(block)) in suspects:
            surplus[found] += 2 * block.link_chars - len(block.text)
    return {box for box, chars in surplus.items() if chars > 0}


def _bylines(beginning: list[Block], authors: tuple[str, ...]) -> list[Block]:
    """Lines that name the authors and say little else: "Von Anna Beispiel, Berlin"."""
    names = [fold(name) for name in authors]
    return [
        block
        for block in beginning
        if len(block.text) <= sum(map(len, authors)) + BYLINE_CHARS
        and not SENTENCE_END.search(block.text)
        and any(name in fold(block.text) for name in names)
    ]


def _captions(blocks: list[Block]) -> list[Block]:
    """Short texts right behind a picture. Not where the text begins or goes on in that way."""
    captions, seen = [], 0
    running = Counter(b.box.parent for b in blocks if b.is_prose and b.box.tag in CAPTION_TAGS and not b.follows_image)
    for block in blocks:
        if (
            block.follows_image
            and len(block.text) <= CAPTION_CHARS
            and block.box.tag in CAPTION_TAGS
            and (seen or not block.is_prose or not SENTENCE_END.search(block.text))
            and not (block.is_prose and running[block.box.parent] >= 2)
        ):
            captions.append(block)
        else:
            seen += block.is_prose
    return captions if sum(block.is_prose for block in captions) <= seen else []


def _teasers(blocks: list[Block]) -> list[Block]:
    """Leads of one paragraph each that stand behind the beginning: they open other articles."""
    seen = 0
    late: Counter[Box] = Counter()
    for block in blocks:
        if seen >= LEAD_WITHIN and (box := _lead_box(block)):
            late[box] += 1
        seen += block.is_prose
    teasers = {box for box, count in late.items() if count == 1}
    return [block for block in blocks if _lead_box(block) in teasers] if len(teasers) >= 2 else []


def _empty_headings(blocks: list[Block]) -> list[Block]:
    """Headings whose text was boilerplate: at the end, or before one of no lower rank. Three in a row are a list."""
    end = len(blocks)
    while end and blocks[end - 1].is_heading:
        end -= 1
    empty = blocks[end:] if end else []
    runs = groupby(blocks[:end], key=lambda block: block.is_heading)
    pairs = [run for is_heading, group in runs if is_heading and len(run := list(group)) == 2]
    return empty + [first for first, second in pairs if second.box.tag <= first.box.tag]


def _lead_box(block: Block) -> Box | None:
    """The box that makes a block a lead. A box of that name with more in it holds the whole text."""
    return next((box for box in block.box.around(3) if box.is_lead and box.prose <= LEAD_CHARS[1]), None)


def _titles(blocks: list[Block], folded: str) -> list[Block]:
    """The title, and `<h1>`s, unless several stand right above paragraphs: then they are chapters."""
    chapters = {
        block
        for block, below in pairwise(blocks)
        if block.box.tag == "h1" and below.is_prose and below.box.parent is block.box.parent
    }
    if len(chapters) < MIN_CHAPTERS:
        chapters = set()
    return [b for b in blocks if _says(b, folded) or (b.box.tag == "h1" and b not in chapters)]


def _says(block: Block, folded: str) -> bool:
    """Whether the block is the title, but for case and signs."""
    return len(folded) <= len(block.text) < 2 * len(folded) and fold(block.text) == folded
