"""What paragraphs of a finished text are, where their words say so: advertisement, promotion, comments, credits.

What markup shows has been left out or named before; this names plain paragraphs that only a reader would know as noise.
They stay in the text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from pipelines.parse.text.screen import Phrases
from pipelines.records import Paragraph, Region

PLAIN = frozenset({Region.BODY, Region.LEAD, Region.HEADING})
"""Regions given for want of better knowledge; what is known to be something else stays."""

MAX_NOISE_CHARS = 400
"""Longer paragraphs are text, whatever they open with."""

FLAGS = re.IGNORECASE | re.DOTALL | re.VERBOSE
AD_LABEL = re.compile(
    r"""
    -?\s* (?: anzeige | werbung | gesponsert
    | advertisement | advertorial | sponsored(?:\ content|\ post)? | promoted ) \W*
    """,
    FLAGS,
)
AD_OPENING = re.compile(
    r"""
    (?: -?\s*anzeige\s*-? | sponsored ) \s* [:–-]\s
    | (?: -?\s*anzeige\s*-? | werbung | advertisement | sponsored ) \s+ (?-i:[A-ZÄÖÜ])
    | advertisement \W+ (?: scroll | continue | skip | (?:story|article)\ continues )\b
    """,
    FLAGS,
)
"""A label that ran into its advertisement. "Anzeige gegen X" goes on in lower case and is none; what stands behind
"Werbung:" is as often a headline about advertising."""
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
    (?:\d+\s+)? (?:neueste\ |alle\ )? (?:leser)?kommentare? (?: \s*\(\d+\) )? \W*
    | (?:\d+\s+)? comments? \W* (?:\(\d+\))?
    | (?: kommentare?\ (?:hinzufügen|schreiben|verfassen) | ihr\ kommentar | neuer\ kommentar | noch\ keine\ kommentare
        | no\ comments\ yet )
      (?: \s zu[mr]?\s .{1,200} (?<![.,;:])
        | (?: \W+ (?: be\ the\ first | sei(?:en\ sie)? | schreib\w* | add | post | leave | log | sign )\b .{0,80} )?
          \W* )
    | (?: diskutieren\ sie\ mit | leave\ a\ (?:comment|reply) | (?:post|add)\ a\ comment
        | join\ the\ (?:conversation|discussion) )\b
      (?: [^.,;]{0,40} \W* | .{0,40} \be-?mail\b .{0,80} )
    """,
    FLAGS,
)
"""All that follows is readers' words, so that a sentence that opens like this must not count: behind it stands
nothing, an article's headline, or a call to write."""
RELATED_CALL = re.compile(
    r"""
    (?: lesen\ sie\ (?:auch|dazu|hier|mehr) | (?:mehr\ zum\ thema|auch\ interessant)\s*: | siehe\ auch | lesetipp
    | das\ könnte\ sie\ (?:auch\ )?interessieren | read\ (?:more(?!\ than\b)|also|next) | see\ also ) (?!\w)
    """,
    FLAGS,
)
RELATED_LABEL = re.compile(
    r"""
    (?: mehr\ (?:zum\ thema|aus|dazu) | auch\ interessant | zum\ thema\s*: | related(?:\ articles|\ stories|\s*:)
    | more\ (?:from|on\ this) ) (?!\w)
    """,
    FLAGS,
)
_END = r"(?= \W*\Z | \s*[!:|»>–]"
PROMO_CALL = re.compile(
    rf"""
    (?: abonnieren\ sie | melden\ sie\ sich | folgen\ sie\ uns | follow\ us | download\ (?:the|our)
    | jetzt\ (?:abonnieren|anmelden|testen) {_END} | \ (?:und|für|zum)\b )
    | (?:sign\ up|subscribe) {_END} | \ (?:to|for|now|today|here)\b ) ) (?!\w)
    """,
    FLAGS,
)
PROMO_LABEL = re.compile(
    rf"""
    (?:tipp|hinweis|tip)\s*: | free\ download\b
    | (?:newsletter|whitepaper|webinar|e-?book) {_END} | \ (?:abonnieren|bestellen|anmelden|herunterladen|zum)\b )
    """,
    FLAGS,
)
READER = re.compile(
    r"(?<=[a-zäöüß,]\s)(?:Sie|Ihr(?:e[nmrs]?)?)\b | \b[Dd](?:u|ich|ir|eine?[nmrs]?)\b | \b[Yy]our?\b | \bhier\b",
    re.VERBOSE,
)
"""Words that speak to the reader; behind a full stop "Sie" is somebody else."""
FULL_STOP = re.compile(r"\.[\"“”»«’')\]]*\s*$")
_OPENS = r"(?:\A\W*|[.!?:|–»]\s+)"
_PAPER = r"(?:whitepaper|webinar|e-?book)s?"
_GUIDE = r"(?:ratgeber|leitfaden|guide)s?"
_NETWORK = r"(?:facebook|twitter|x|instagram|linkedin|xing|youtube|telegram|whatsapp|google news|threads|bluesky)"
_PAPERS = (
    rf"\b(?:diese[ms]|this) {_PAPER}\b|\b(?:ziel|inhalt) dieses (?:{_PAPER}|{_GUIDE}|leitfadens)\b|"
    rf"\b(?:download|get|read|check out|lesen sie|laden sie) (?:this|our|unseren|unser) (?:{_PAPER}|{_GUIDE})\b"
)
PROMO_INSIDE = Phrases(
    {
        "promo-words": (
            MAX_NOISE_CHARS,
            dict.fromkeys(("whitepaper", "webinar", "book", "ratgeber", "leitfaden", "guide"), _PAPERS)
            | {
                "kostenlos": r"\A\W*(?:zum )?kostenlos(?:e[nrs])? (?:download|whitepaper|newsletter)\b",
                "überprüfen sie": r"\büberprüfen sie ihr wissen\b.{0,60}\b(?:fragen|quiz|test)\b",
                "jetzt": rf"{_OPENS}jetzt (?:kostenlos |gratis |hier )?(?:herunterladen|registrieren|anmelden|"
                r"bestellen|sichern|testen)(?=\W*\Z|\s*[!.:|»>]| und\b)",
                "sie erhalten": r"\A\W*sie erhalten (?:auf|bei|hier)\b.{0,60}\bkostenlos",
                "sie finden": r"\A\W*sie finden (?:auf|bei|hier)\b.{0,60}\bkostenlos",
                "folgen sie": rf"{_OPENS}folgen sie .{{1,40}} (?:auf|bei) {_NETWORK}\b",
                "follow": rf"{_OPENS}follow (?:us|me|@?[\w.-]+) on {_NETWORK}\b",
                "register now": rf"{_OPENS}register now\b",
                "sign up": r"\bsign up (?:for|to)\b[^.]{0,40}\bnewsletters?\b",
                "learn more at": rf"{_OPENS}learn more at\b",
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
    AD_LABEL, AD_OPENING, TEASER_LABEL, COMMENTS, RELATED_CALL, RELATED_LABEL, PROMO_CALL, PROMO_LABEL, PHOTO_CREDIT,
    MATERIAL_CREDIT, AGENCY_LINE,
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
    if len(content) <= MAX_NOISE_CHARS:
        if RELATED_CALL.match(content) or (RELATED_LABEL.match(content) and _points(content)):
            return Region.RELATED, "related-start"
        if PROMO_CALL.match(content) or (PROMO_LABEL.match(content) and _points(content)):
            return Region.PROMO, "promo-words"
    if len(content) <= CREDIT_CHARS and PHOTO_CREDIT.match(content):
        return Region.CAPTION, "photo-credit"
    if len(content) <= CREDIT_CHARS and (MATERIAL_CREDIT.match(content) or AGENCY_LINE.fullmatch(content)):
        return Region.CREDIT, "credit-line"
    return None


def _points(content: str) -> bool:
    """Whether a paragraph speaks to the reader or is no full sentence, as pointers and offers do."""
    return READER.search(content) is not None or FULL_STOP.search(content) is None


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
