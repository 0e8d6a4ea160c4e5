"""What stood in the body box and is not in the text, with what it is and the rule that says so.

For people who look at how a page was read; the article's text never depends on it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipelines.parse.body.layout import Layout
from pipelines.parse.body.regions import Selection
from pipelines.parse.body.signals import READERS
from pipelines.parse.text.wording import COMMENTS
from pipelines.records import Region

REGIONS = (
    (READERS, Region.COMMENT),
    (
        re.compile(r"advert|anzeige|werb|sponsor|promo|outbrain|taboola|plista|partner|native|affiliate|\bads?\b|"
                   r"ad(?:slot|box|unit)|gpt|dfp"),
        Region.ADVERTISEMENT,
    ),
    (re.compile(r"caption|bildunter|bildtext|figure|image|photo|behind-picture|galler|galerie"), Region.CAPTION),
    (re.compile(r"credit|copyright|bildquelle|byline|author|autor"), Region.CREDIT),
    (
        re.compile(r"relat|recommend|empfehl|teaser|more|mehr|read|see-?also|further|most|meist|popular|trend|latest|recirc|"
                   r"similar|next|prev|topic|weitere|verwandt|link|pointer|tail|articles"),
        Region.RELATED,
    ),
    (re.compile(r"title|heading"), Region.HEADING),
)  # fmt: skip
"""What the name of a rule says of the text it leaves out; anything else is the house's own."""


@dataclass(frozen=True, slots=True)
class Leftover:
    """A text that was left out. `before` counts the paragraphs of the article that stand before it."""

    text: str
    region: Region
    rule_id: str
    before: int


def leftovers(layout: Layout, selection: Selection) -> tuple[Leftover, ...]:
    """In reading order. Menus and hidden parts that were passed over unread are not among them."""
    kept = {block: number for number, block in enumerate(selection.kept)}
    left, before, in_comments = [], 0, False
    for block in layout.blocks:
        if block in kept:
            before = kept[block] + 1
        elif block.box.is_in(selection.body):
            rule = selection.rules.get(block) or block.box.noise or "outside"
            in_comments = rule == "tail" and (in_comments or COMMENTS.fullmatch(block.text) is not None)
            left.append(Leftover(block.text, Region.COMMENT if in_comments else region_of(rule), rule, before))
    return tuple(left)


def region_of(rule: str) -> Region:
    """The region a rule's name stands for."""
    return next((region for pattern, region in REGIONS if pattern.search(rule)), Region.PROMO)
