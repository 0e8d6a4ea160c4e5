"""What paragraphs of a finished text are, where their words say so: advertisement, promotion, comments, credits.

What markup shows has been left out or named before; this names plain paragraphs that only a reader would know as noise.
They stay in the text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from pipelines.parse.screen import Phrases
from pipelines.records import Paragraph, Region

PLAIN = frozenset({Region.BODY, Region.LEAD, Region.HEADING})
"""Regions given for want of better knowledge; what is known to be something else stays."""

MAX_PROMO_CHARS = 5000
"""Longer paragraphs are whole texts that lost their breaks."""

FLAGS = re.IGNORECASE | re.DOTALL | re.VERBOSE
AD_LABEL = re.compile(
    r"""
    -?\s* (?: anzeige | werbung | gesponsert
    | advertisement | advertorial | sponsored(?:\ content|\ post)? | promoted ) \W*
    """,
    FLAGS,
)
AD_OPENING = re.compile(
    r"(?: -?\s*anzeige\s*-? | werbung | advertisement | sponsored ) (?: \s*[:–-]\s | \s+ (?-i:[A-ZÄÖÜ]) )", FLAGS
)
"""A label that ran into its advertisement. "Anzeige gegen X" goes on in lower case and is none."""
TEASER_LABEL = re.compile(
    r"""
    (?: top-?\ ?themen | meist\ ?gelesen | meistgelesene\ artikel
    | (?:aktuelle|weitere|mehr)\ (?:nachrichten|meldungen|artikel)
    | most\ (?:read|popular) | trending(?:\ now)? | top\ stories | (?:latest|more)\ (?:news|stories)
    | you\ may\ also\ like )
    (?:\ heute|\ today)? \W*
    """,
    FLAGS,
)
COMMENTS = re.compile(
    r"""
    (?:\d+\s+)? (?:neueste\ |alle\ )? (?:leser)?kommentare?
        (?: \s*\(\d+\) | \s+(?:hinzufügen|schreiben|verfassen).* )? \W*
    | (?: ihr\ kommentar | neuer\ kommentar | noch\ keine\ kommentare | diskutieren\ sie\ mit )\b.*
    | (?:\d+\s+)? comments? \W* (?:\(\d+\))?
    | (?: leave\ a\ (?:comment|reply) | (?:post|add)\ a\ comment | no\ comments\ yet
        | join\ the\ (?:conversation|discussion) )\b.*
    """,
    FLAGS,
)
RELATED = re.compile(
    r"""
    (?: lesen\ sie\ (?:auch|dazu|hier|mehr) | mehr\ (?:zum\ thema|aus|dazu) | siehe\ auch | auch\ interessant | lesetipp
    | das\ könnte\ sie\ (?:auch\ )?interessieren | zum\ thema\s*:
    | read\ (?:more|also|next) | related(?:\ articles|\ stories|\s*:) | see\ also | more\ (?:from|on\ this) )
    (?!\w).*
    """,
    FLAGS,
)
PROMO_START = re.compile(
    r"""
    (?: tipp\s*: | hinweis\s*: | tip\s*: | newsletter | whitepaper | webinar | e-?book | free\ download
    | jetzt\ (?:abonnieren|anmelden|testen) | abonnieren\ sie | melden\ sie\ sich | folgen\ sie\ uns
    | sign\ up | subscribe | follow\ us | download\ (?:the|our) | kennen\ sie )
    (?!\w).*
    """,
    FLAGS,
)
_GUIDE = r"\b(?:in diesem|dieses|this|our|unser) (?:whitepaper|webinar|e-?book|ratgeber|leitfaden|guide)\b|"
_AIM = r"\b(?:ziel|inhalt) dieses (?:ratgebers|whitepapers|e-books|webinars|leitfadens)\b"
PROMO_INSIDE = Phrases(
    {
        "promo-words": (
            MAX_PROMO_CHARS,
            dict.fromkeys(("whitepaper", "webinar", "book", "ratgeber", "leitfaden", "guide"), _GUIDE + _AIM)
            | {
                "kostenlos": r"\bkostenlos(?:er|es)? (?:download|whitepaper|newsletter|testen)\b",
                "überprüfen sie": r"\büberprüfen sie ihr wissen\b",
                "jetzt": r"\bjetzt (?:kostenlos|herunterladen|registrieren|anmelden|bestellen|sichern)\b",
                "register now": r"\bregister now\b",
                "sign up": r"\bsign up (?:for|now)\b",
                "learn more at": r"\blearn more at\b",
            },
        )
    }
)
PHOTO_CREDIT = re.compile(
    r"\(? (?: foto | bild | bildquelle | photo | image | picture | grafik )s? (?:\ credit)? \s*:", FLAGS
)
MATERIAL_CREDIT = re.compile(
    r"""
    \W{0,2} (?: mit\ material\ von | quellen?\s*: | sources?\s*:
    | with\ (?:material|reporting)\ (?:from|by) | reporting\ by )
    """,
    FLAGS,
)
AGENCY_LINE = re.compile(
    r"[(\[] (?: dpa | dpa-afx | afp | ap | reuters | sda | apa | dts | ots ) (?:[/,\s-]+\w+)* [)\]] \.?", FLAGS
)
ANCHORED = (
    AD_LABEL, AD_OPENING, TEASER_LABEL, COMMENTS, RELATED, PROMO_START, PHOTO_CREDIT, MATERIAL_CREDIT, AGENCY_LINE,
)  # fmt: skip
ANY_OPENING = re.compile("|".join(rule.pattern for rule in ANCHORED), FLAGS)
"""Whether one of these can match: nearly all paragraphs open otherwise."""
SENTENCE_END = re.compile(r"[.!?…:;][\"“”»«’')\]]*\s*$")
HEADLINE_WORDS = 16
"""A paragraph of at most so many words that ends without a full stop may be a headline."""
CREDIT_CHARS = 300


def label_regions(text: str, paragraphs: Sequence[Paragraph]) -> tuple[Paragraph, ...]:
    """The same paragraphs, with noise marked. Only plain body, lead and heading paragraphs are looked at again."""
    labelled = list(paragraphs)
    in_comments, may_promote = False, PROMO_INSIDE.may_be_in(text)
    for number, paragraph in enumerate(paragraphs):
        content = text[paragraph.start : paragraph.end]
        opens = ANY_OPENING.match(content) is not None
        in_comments = in_comments or (opens and number > 0 and COMMENTS.fullmatch(content) is not None)
        if in_comments:
            labelled[number] = replace(paragraph, region=Region.COMMENT, rule_id="comments-begin")
        elif paragraph.region not in PLAIN:
            continue
        elif opens and (found := _opening(content)):
            labelled[number] = replace(paragraph, region=found[0], rule_id=found[1])
        elif may_promote and PROMO_INSIDE.find(content):
            labelled[number] = replace(paragraph, region=Region.PROMO, rule_id="promo-words")
    if labelled != list(paragraphs):
        _spread(text, labelled)
    return tuple(labelled)


def _opening(content: str) -> tuple[Region, str] | None:
    """What a paragraph says about itself in its first words."""
    if AD_LABEL.fullmatch(content):
        return Region.ADVERTISEMENT, "ad-label"
    if AD_OPENING.match(content):
        return Region.ADVERTISEMENT, "ad-opening"
    if TEASER_LABEL.fullmatch(content):
        return Region.RELATED, "teaser-label"
    if RELATED.fullmatch(content):
        return Region.RELATED, "related-start"
    if PROMO_START.fullmatch(content):
        return Region.PROMO, "promo-words"
    if len(content) <= CREDIT_CHARS and PHOTO_CREDIT.match(content):
        return Region.CAPTION, "photo-credit"
    if len(content) <= CREDIT_CHARS and (MATERIAL_CREDIT.match(content) or AGENCY_LINE.fullmatch(content)):
        return Region.CREDIT, "credit-line"
    return None


def _spread(text: str, labelled: list[Paragraph]) -> None:
    """A label covers the paragraph under it; the headline above a promotion belongs to the promotion."""
    for number, paragraph in enumerate(labelled):
        if paragraph.rule_id in ("ad-label", "teaser-label") and number + 1 < len(labelled):
            below = labelled[number + 1]
            if below.region in PLAIN:
                labelled[number + 1] = replace(below, region=paragraph.region, rule_id=f"under-{paragraph.rule_id}")
        if paragraph.region is Region.PROMO and number > 0:
            above = labelled[number - 1]
            if above.region in PLAIN and _is_headline(text[above.start : above.end]):
                labelled[number - 1] = replace(above, region=Region.PROMO, rule_id="promo-headline")


def _is_headline(content: str) -> bool:
    return len(content.split()) <= HEADLINE_WORDS and not SENTENCE_END.search(content)
