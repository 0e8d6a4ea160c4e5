"""What tags, classes and ids say about a part of a page: skipped, boilerplate, body, lead, byline.

Words only; nothing here walks a tree.
"""

from __future__ import annotations

import functools
import re
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick

from pipelines.parse.text.screen import any_of

STRIPPED = ["script", "style", "noscript", "template", "svg", "iframe", "nav", "noembed", "noframes", "xmp"]
"""Tags taken out of the tree: what fills pages, and what holds text that is not markup."""

SKIPPED = frozenset(
    "math frameset object canvas audio video picture map button select textarea datalist dialog menu title"
    " progress meter plaintext fencedframe amp-ad amp-analytics amp-sidebar amp-consent amp-social-share".split()
)
"""Tags whose content is no text of the page either."""

VOID = frozenset(
    "br hr meta link img input area base basefont bgsound col embed frame keygen param source track".split()
)
"""Tags without content, and so without a closing tag; `wbr` is one too, but breaks nothing."""

INLINE = frozenset(
    "a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd label mark nobr q rp rt "
    "ruby s samp small span"
    " strike strong sub sup time tt u var wbr output slot".split()
)
"""Tags that do not break a paragraph. Unknown tags (`<my-widget>`) do."""

HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))

NOISE_TAGS = {
    "aside": "tag-aside",
    "footer": "tag-footer",
    "form": "tag-form",
    "figure": "tag-figure",
    "figcaption": "tag-figcaption",
    "address": "tag-address",
}

NOISE_ROLES = frozenset(
    "navigation complementary banner contentinfo search dialog alertdialog alert menu menubar "
    "toolbar tablist doc-endnotes".split()
)

NOISE_WORDS = frozenset(
    # advertisement
    "ad ads adslot adbox adunit dfp gpt native partner partners affiliate commerce "
    # other articles and readers
    "mehr comment   kommentar  respond forum vote voting poll survey quiz "
    # the house's own
    "teilen  modal nav navi menu navbar topnav subnav pager toc cmp "
    # about the article, not of it
    "bio date datum   time  tag  keyword keywords category "
    "categories catlinks kicker rubrik "
    "ressort dachzeile overline figure player "
    # invisible
    "visuallyhidden noscript noprint".split()
)
"""Boilerplate if one of the words of a class or id; too short to be looked for inside words."""

NOISE_NAMES = (
    # advertisement
    r"advert anzeige werbung werbe-?(?:block|box|mittel) sponsor promo(?!t) outbrain taboola plista "
    # other articles
    r"relat(?:ed|ion) recommend empfehl teaser more-(?:on|from|stories|news|articles|about) mehr-zum "
    r"read-?(?:more|next|also|on)(?!ly) "
    r"see-?also further- most-?(?:read|popular|viewed|recent) meist-?gelesen popular trending latest recirc similar "
    r"also-?(?:like|read) next-?(?:article|post|up) prev(?:ious)?-?(?:article|post) post-?nav "
    r"topic-?(?:list|box) weitere verwandt link-?list "
    r"leseempf crosslink "
    # readers
    r"comment-?(?:s|list|form|area|section|box|wrap|respond|reply) kommentar-?(?:e|liste|box|"
    r"bereich) disqus feedback rating "
    # the house's own
    r"newsletter subscri(?:be|ption) abo-?(?:box|hinweis|banner) paywall piano login sign-?(?:up|in) "
    r"regist(?:er|rier) donat spende mailing "
    r"shar(?:e|ing)(?!d|holder|point) social follow-?us whatsapp addtoany "
    r"cookie consent gdpr dsgvo popup pop-?over overlay lightbox tooltip hover-?card notification "
    r"breadcrumb navigation pagination paging side-?bar footer fusszeile masthead site-?header "
    r"page-?header skip-?(?:link|to) toolbar "
    r"widget table-of-contents inhaltsverzeichnis copyright disclaimer impressum imprint "
    # about the article, not of it
    r"author autor(?!i) by-?line biograph profile contributor tag-?(?:s|list|cloud|links) "
    r"time-?stamp pub(?:lish(?:ed)?)?-?date date-?(?:line|time|published) metadata meta-?(?:data|info|line) "
    r"post-?ABOUT entry-?ABOUT article-?ABOUT story-?ABOUT content-?ABOUT "
    # pictures and players
    r"caption bildunterschrift bildtext bildquelle credit galler[yi] galerie slide(?:r|show) "
    r"carousel swiper slick image-?(?:source|info|text) "
    r"video-?(?:player|box|teaser|list|info|desc) audio-?(?:player|box) podcast "
    r"embed(?!ded-?content) tweet twitter instagram facebook "
    # invisible
    r"sr-only screen-?reader-?text visually-hidden element-invisible no-script print-only".replace(
        "-?ABOUT", "[_-]*(?:meta|info|tags|footer|author|date|tools|actions|utils)(?![a-z])"
    )
)
NOISE = any_of(NOISE_NAMES)

HIDDEN_CLASSES = frozenset(("hidden", "hide", "invisible", "is-hidden"))
"""Hidden if one of the names is exactly this: "label-hidden" and "md:hidden" are about something else."""

WORD = re.compile(r"[a-z]+")

READERS = re.compile(r"(?:^|-)(?:comment|kommentar|disqus|respond|forum)")
"""Of the rules above, those that mean readers' words: often longer than the article, and never part of it."""

# Words above inside names that mean the body or a layout that has one.
NOT_NOISE = re.compile(
    r"article-?(?:body|text|content|main)|articlebody|(?:post|entry|story)-?(?:body|content|text)|"
    r"body-?(?:text|copy|content)|main-?content|"
    r"(?:no|has|with|without|hide|show)-(?:sidebar|comments?|share|social|ads?|author|footer|header|"
    r"nav)|(?:sidebar|comments?|ads?)-(?:none|off|enabled|disabled)|"
    r"hentry|type-post|type-page|post-\d|page-id-|"  # WordPress puts the names of all topics on the article itself
    r"cmp-(?:text|title|container)|text-editor|widget-container|sow-editor|"  # components of AEM, Elementor, SiteOrigin
    r"content-?(?:body|text|main|inner|area)|richtext|rich-text|text-?block|paragraph|article__body"
)
LAYOUT_STEMS = (
    "article post entry story body main no- has- with- without- hide- show- sidebar- comment ads- ad- hentry type- "
    "page-id content rich text paragraph widget cmp-"
)

BODY_NAMES = (
    r"article_*-*(?:body|text|content|copy|inhalt|detail) "
    r"entryOF postOF storyOF newsOF singleOF blogOF detailOF artikelOF meldungOF textOF beitragOF theOF pageOF nodeOF "
    r"storybody body-?(?:copy|text|content) content[_-]*body field-+name-body maincontent main-content".replace(
        "OF ", r"[_-]*(?:content|body|text|inhalt)(?![a-z]) "
    )
)
BODY = any_of(BODY_NAMES)
BODY_WORDS = frozenset("richtext rte prose fliesstext artikel copy".split())

LEAD_NAMES = (
    r"stand-first lead-?text intro-?text teaser-?text sub-title articleOF storyOF postOF entryOF "
    r"contentOF artikelOF ".replace(
        "OF ", r"[_-]*(?:lead|intro|teaser|summary|excerpt|description|subtitle|standfirst|deck|dek|vorspann)(?![a-z]) "
    )
)
LEAD = any_of(LEAD_NAMES)
LEAD_WORDS = frozenset(
    "lead lede intro introduction standfirst vorspann anlauf dek deck einleitung subtitle untertitel unterzeile "
    "subhead subheadline subheading strapline abstract kurzfassung chapo entradilla bajada".split()
)

# Grouped by first letter, and without a border in front, which would be tried at every place.
BYLINE = re.compile(
    r"aut(?:hor(?![ai])|or(?!i))|by-?line|fn(?<![a-z]fn)(?![a-z])|item-?poster|posted-?by|redakteur|submitted|username|"
    r"v(?:card|erfasser)|writer"
)
DATED = re.compile(
    r"dat(?:e|um)|erschienen|meta(?:-?(?:data|info))?(?!\S)|p(?:ublish|osted)|stand(?<![a-z]stand)(?![a-z])|"
    r"time(?:stamp|(?![a-z]))|veroeffentlicht"
)
MARKED = re.compile(BYLINE.pattern + "|" + DATED.pattern)
MARKED_STEMS = (
    "author autor by fn item posted redakteur submitted username vcard verfasser writer "
    "date datum erschienen meta publish stand time veroeffentlicht"
)


IS_NOISE, IS_BODY, IS_LEAD, IS_MARKED, IS_LAYOUT, IS_NOISE_WORD, IS_BODY_WORD, IS_LEAD_WORD = (1 << n for n in range(8))
WHOLE_WORD = IS_NOISE_WORD | IS_BODY_WORD | IS_LEAD_WORD
"""Bits of the rules a stem can belong to. Plain integers: a flag class costs more than the search it saves."""


def _stems() -> dict[str, int]:
    """Whole words, and the letters each alternative of the patterns begins with."""
    stems: dict[str, int] = {}
    words = ((IS_NOISE_WORD, NOISE_WORDS | HIDDEN_CLASSES), (IS_BODY_WORD, BODY_WORDS), (IS_LEAD_WORD, LEAD_WORDS))
    names = (
        (IS_NOISE, NOISE_NAMES),
        (IS_BODY, BODY_NAMES),
        (IS_LEAD, LEAD_NAMES),
        (IS_MARKED, MARKED_STEMS),
        (IS_LAYOUT, LAYOUT_STEMS),
    )
    beginnings = [(kind, re.findall(r"(?<!\S)[a-z]+(?:-(?![?*]))?(?![?*])", text)) for kind, text in names]
    for kind, group in (*words, *beginnings):
        for stem in group:
            stems[stem] = stems.get(stem, 0) | kind
    return stems


_STEMS = _stems()
KINDS = list(_STEMS.values())
SCREEN = AhoCorasick(list(_STEMS))
"""Tells in a tenth of the time of one pattern which rules can apply: most names ("row", "container") say nothing."""


def _kinds(signals: str) -> int:
    """The rules that can apply. Words count only between characters that are no letters."""
    kinds = 0
    for stem, start, end in SCREEN.find_matches_as_indexes(signals, overlapping=True):
        kind = KINDS[stem]
        if kind & WHOLE_WORD and (signals[start - 1 : start].isalpha() or signals[end : end + 1].isalpha()):
            kind &= ~WHOLE_WORD
        kinds |= kind
    return kinds


class Meaning(NamedTuple):
    """What the class and id of one element say: a boilerplate rule, a body, a lead, a byline or date."""

    noise: str | None = None
    is_body: bool = False
    is_lead: bool = False
    is_marked: bool = False


NEUTRAL = Meaning()


@functools.lru_cache(maxsize=1 << 12)  # a memo of a pure function: a site's pages share their class names
def read_signals(signals: str) -> Meaning:
    """Read the lower-cased class and id names of an element. Names of a body or a lead outdo names of boilerplate."""
    kinds = _kinds(signals)
    if not kinds:
        return NEUTRAL
    is_marked = bool(kinds & IS_MARKED) and MARKED.search(signals) is not None
    is_body = bool(kinds & IS_BODY_WORD) or (bool(kinds & IS_BODY) and BODY.search(signals) is not None)
    is_lead = bool(kinds & IS_LEAD_WORD) or (bool(kinds & IS_LEAD) and LEAD.search(signals) is not None)
    if is_body or is_lead:
        return Meaning(None, is_body, is_lead, is_marked)
    noise = _noise(signals, kinds)
    return Meaning(noise, False, False, is_marked) if noise or is_marked else NEUTRAL


def _noise(signals: str, kinds: int) -> str | None:
    """The rule that calls the element boilerplate, named by the word it found."""
    if kinds & IS_NOISE and (found := NOISE.search(signals)):
        word = found.group()
    elif not kinds & IS_NOISE_WORD:
        return None
    elif hidden := HIDDEN_CLASSES.intersection(signals.split()):
        word = min(hidden)
    elif known := NOISE_WORDS.intersection(WORD.findall(signals)):
        word = min(known)
    else:
        return None
    return None if kinds & IS_LAYOUT and NOT_NOISE.search(signals) else "class-" + word
