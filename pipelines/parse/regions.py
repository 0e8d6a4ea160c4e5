"""Which blocks of the body box are the article's paragraphs, and what each is: lead, heading, quote, body.

Finding the box is `scoring`'s work.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipelines.parse.blocks import Block, Box, Layout, is_heading, is_prose
from pipelines.parse.dates import is_date_line
from pipelines.parse.signals import HEADINGS
from pipelines.parse.titles import fold
from pipelines.records import Region

LEAD_CHARS = (40, 900)
"""A lead is a few sentences: shorter ones are labels, longer ones whole texts in a box of that name."""

TAIL_SHARE = 0.35
"""After "Related articles" and its like, what follows is cut if it is at most this share of the prose."""

LABEL = re.compile(
    r"^[\W\d]*(?:anzeige|werbung|advertisement|sponsored(?: content)?|promoted|ad|teilen|share(?: "
    r"this)?(?: article| story| on \w+)?|tweet|tweeten|email|e-mail|print|drucken|merken|"
    r"facebook|twitter|whatsapp|linkedin|xing|pinterest|telegram|reddit|pocket|flipboard|copy link|"
    r"link kopieren|save|speichern|kommentare?|comments?|zur startseite|nach oben|back to top|"
    r"read more|weiterlesen|mehr lesen|mehr|more|weiter|zurück|next|previous|close|schließen|"
    r"loading\W*|play|video|audio|fotos?|bilder|gallery|tags?|themen|topics|"
    r"artikel (?:drucken|versenden|teilen)|(?:auf|on|via|per) (?:facebook|twitter|whatsapp|linkedin|"
    r"xing|mail|e-mail)(?: teilen)?|"
    r"advertisement continues below|continue reading\W*|story continues below(?: advertisement)?|"
    r"article continues (?:below|after)\b.{0,40}|scroll (?:down|to continue)\b.{0,40}|"
    r"\d+\s*(?:kommentare?|comments?|shares?|views?|min(?:uten|utes)?(?: lesezeit| read)?))[\W\d]*$",
    re.I,
)
POINTER = re.compile(
    r"^\W*(?:lesen sie (?:auch|hier|dazu|mehr)|lies auch|mehr (?:zum thema|dazu|infos?|"
    r"informationen)|auch interessant|siehe auch|passend dazu|mehr lesen|weiterlesen|"
    r"read (?:more|also|next)|see also|related|more (?:on|from)|recommended|also read|don't miss|"
    r"sign up|subscribe|newsletter|follow us|click here)\b.{0,160}$",
    re.I,
)
CREDIT = re.compile(
    r"^\W*(?:(?:titel)?(?:foto|bild|fotos|bilder)(?:s|quelle|rechte|nachweis|credit)?|photo(?:s|"
    r"graph)?(?: by| credit)?|image(?:s)?(?: credit| source| by)?|picture|credit|copyright|©|\(c\)|"
    r"grafik|illustration|getty images)\s*[:©/(]?.{0,120}$",
    re.I,
)
TAIL = re.compile(
    r"^\W*(?:(?:das )?könnte (?:sie|dich|euch) auch interessieren|(?:weitere|ähnliche|verwandte|"
    r"aktuelle|neueste|letzte|beliebte) (?:artikel|beiträge|nachrichten|meldungen|themen|kommentare|"
    r"news|links|infos|informationen)\b.*|"
    r"mehr (?:zum thema|zu diesem thema|aus|von|dazu|artikel)\b.*|auch interessant|lesen sie (?:auch|"
    r"dazu|mehr)\b.*|meistgelesen.*|kommentare?|(?:\d+ )?(?:comments?|kommentare|responses?|"
    r"antworten)|"
    r"(?:schreibe?n? sie )?(?:einen |deinen |ihren )?kommentar(?:e)? (?:schreiben|hinzufügen|"
    r"verfassen|hinterlassen|abgeben)|"
    r"leave a (?:reply|comment)|(?:post|add|write) (?:a )?comments?|(?:related|similar|recommended|"
    r"popular|latest|recent|further|more) (?:articles?|posts?|stor(?:y|ies)|news|topics|content|"
    r"links|reading|coverage|from|on|in|by)\b.*|"
    r"you (?:may|might) (?:also )?(?:like|be interested)\b.*|read (?:next|also|more)|see also|most "
    r"(?:read|popular|viewed)|trending.*|about the authors?|über (?:den autor|die autorin|den "
    r"verfasser)|autoreninfo|"
    r"newsletter.*|sign up (?:for|to)\b.*|subscribe\b.*|share this.*|diesen artikel (?:teilen|"
    r"empfehlen)|teilen|share|schlagw[oö]rte?r?|tags|filed under.*|quellenangaben|kontakt|"
    r"pressekontakt)\W*$",
    re.I,
)
CONTAINERS = frozenset(("ul", "ol", "dl", "table", "section", "div"))


@dataclass(frozen=True, slots=True)
class Part:
    """A paragraph of the article before it has a place in the text."""

    text: str
    region: Region
    rule_id: str


def article_parts(layout: Layout, body: Box, title: str | None) -> list[Part]:
    """The article's paragraphs in reading order.

    A page without any layout markup is taken whole (but for its title): it has no boilerplate that markup could show.
    """
    inside = _blocks_inside(layout, body)
    if layout.is_bare:
        kept = [block for block in inside if block.box.noise is None]
    else:
        kept = _without_boilerplate(inside)
        kept = _leads_before(layout, body, kept) + kept
    folded = fold(title or "")
    parts = [_part(block) for block in kept if not (folded and _is_title(block, folded))]
    return parts


def _blocks_inside(layout: Layout, body: Box) -> list[Block]:
    return [block for block in layout.blocks if block.box.is_in(body)]


def _without_boilerplate(inside: list[Block]) -> list[Block]:
    kept = [block for block in inside if block.box.noise is None]
    kept = _cut_tail(kept)
    dense = _dense_lists(kept)
    kept = [block for block in kept if not _is_boilerplate(block) and _list_of(block) not in dense]
    return _without_empty_headings(kept)


def _is_boilerplate(block: Block) -> bool:
    text = block.text
    if block.box.tag == "h1":
        return True
    if not any(map(str.isalnum, text)):
        return True
    if block.link_share > 0.8 and (len(text) < 250 or not is_prose(block)):
        return block.box.tag != "p" or len(text) < 200
    if len(text) > 200:
        return False
    if block.box.tag != "li" and is_date_line(text):
        return True
    return bool(
        LABEL.match(text) or (block.link_chars and POINTER.match(text)) or (len(text) < 140 and CREDIT.match(text))
    )


def _list_of(block: Block) -> Box | None:
    return next((box for box in block.box.around(4) if box.tag in ("ul", "ol", "dl", "table")), None)


def _dense_lists(blocks: list[Block]) -> set[Box | None]:
    """Lists that are mostly links: more articles, topics, shares."""
    chars: dict[Box, list[int]] = {}
    for block in blocks:
        if (found := _list_of(block)) is not None:
            sums = chars.setdefault(found, [0, 0])
            sums[0] += len(block.text)
            sums[1] += block.link_chars
    return {box for box, (total, linked) in chars.items() if linked > 0.5 * total}


def _cut_tail(blocks: list[Block]) -> list[Block]:
    """Without what follows a heading or label that opens the end of the page."""
    total = sum(len(b.text) for b in blocks if is_prose(b))
    seen = 0
    for index, block in enumerate(blocks):
        if len(block.text) <= 90 and seen >= (1 - TAIL_SHARE) * total and total and TAIL.match(block.text):
            return blocks[:index]
        if is_prose(block):
            seen += len(block.text)
    return blocks


def _without_empty_headings(blocks: list[Block]) -> list[Block]:
    """Without headings at the end, whose text was boilerplate or is none."""
    end = len(blocks)
    while end and is_heading(blocks[end - 1]):
        end -= 1
    return blocks[:end] if end else blocks


def _leads_before(layout: Layout, body: Box, kept: list[Block]) -> list[Block]:
    """Leads that stand between the page's heading and the body box."""
    first = next((i for i, b in enumerate(layout.blocks) if b.box.is_in(body)), 0)
    have = [fold(block.text) for block in kept[:6]]
    start = max((i for i, b in enumerate(layout.blocks[:first]) if b.box.tag == "h1"), default=max(0, first - 12))
    leads = []
    for block in layout.blocks[start:first]:
        if (
            _lead_box(block)
            and LEAD_CHARS[0] <= len(block.text) <= LEAD_CHARS[1]
            and block.box.noise is None
            and block.link_share < 0.3
        ):
            folded = fold(block.text)
            if not any(folded in text for text in have):
                leads.append(block)
    return leads


def _lead_box(block: Block) -> Box | None:
    return next((box for box in block.box.around(3) if box.is_lead), None)


def _part(block: Block) -> Part:
    tag = block.box.tag
    if tag in HEADINGS:
        return Part(block.text, Region.HEADING, "tag-" + tag)
    if _lead_box(block) and len(block.text) <= LEAD_CHARS[1]:
        return Part(block.text, Region.LEAD, "class-lead")
    if any(box.tag == "blockquote" for box in block.box.around(4)):
        return Part(block.text, Region.QUOTE, "tag-blockquote")
    return Part(block.text, Region.BODY, "tag-" + tag if tag.isalnum() else "tag-other")


def _is_title(block: Block, folded: str) -> bool:
    if block.box.tag == "h1":
        return True
    return len(block.text) < 2 * len(folded) and fold(block.text) == folded
