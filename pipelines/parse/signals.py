"""What tags, classes and ids say about a part of a page: skipped, boilerplate, body, lead, byline.

Words only; nothing here walks a tree.
"""

from __future__ import annotations

import functools
import re
from typing import NamedTuple


def any_of(alternatives: str) -> re.Pattern[str]:
    """One pattern of the blank-separated ones, grouped by their first letter: so `re` tries few at a place."""
    groups: dict[str, list[str]] = {}
    for alternative in alternatives.split():
        groups.setdefault(alternative[0], []).append(alternative[1:])
    return re.compile("|".join(f"{letter}(?:{'|'.join(rests)})" for letter, rests in groups.items()))


SKIPPED = frozenset(
    "script style noscript template nav svg math iframe object embed canvas audio video picture img map area"
    " button select textarea input datalist dialog menu head link meta title source track progress meter param"
    " fencedframe amp-ad amp-analytics amp-sidebar amp-consent amp-social-share".split()
)
"""Tags whose content is no text of the page."""

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
    "dialog": "tag-dialog",
}

NOISE_ROLES = frozenset(
    "navigation complementary banner contentinfo search dialog alertdialog alert menu menubar "
    "toolbar tablist doc-endnotes".split()
)

NOISE_WORDS = frozenset(
    # advertisement
    "ad ads adslot adbox adunit dfp gpt native partner partners affiliate commerce "
    # other articles and readers
    "mehr comment comments discomments kommentar kommentare respond forum vote voting poll survey quiz "
    # the house's own
    "teilen socials modal nav navi menu navbar topnav subnav pager toc cmp "
    # about the article, not of it
    "bio date datum dateline datetime time timestamp tag tags taglist keyword keywords category "
    "categories catlinks kicker rubrik "
    "ressort dachzeile overline figure player "
    # invisible
    "visuallyhidden noscript noprint".split()
)
"""Boilerplate if one of the words of a class or id; too short to be looked for inside words."""

NOISE = any_of(
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
    r"cookie consent gdpr dsgvo popup pop-up overlay lightbox tooltip notification "
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
    r"sr-only screen-?reader-?text visually-hidden element-invisible no-script hide-me print-only".replace(
        "-?ABOUT", "[_-]*(?:meta|info|tags|footer|author|date|tools|actions|utils)(?![a-z])"
    )
)

HIDDEN_CLASSES = frozenset(("hidden", "hide", "invisible", "is-hidden"))
"""Hidden if one of the names is exactly this: "label-hidden" and "md:hidden" are about something else."""

WORD = re.compile(r"[a-z]+")

READERS = re.compile(r"(?:^|-)(?:discomments|comment|kommentar|disqus|respond|forum)")
"""Of the rules above, those that mean readers' words: often longer than the article, and never part of it."""

# Words above inside names that mean the body or a layout that has one.
NOT_NOISE = re.compile(
    r"article-?(?:body|text|content|main)|articlebody|(?:post|entry|story)-?(?:body|content|text)|"
    r"body-?(?:text|copy|content)|main-?content|"
    r"(?:no|has|with|without|hide|show)-(?:sidebar|comments?|share|social|ads?|author|footer|header|"
    r"nav)|(?:sidebar|comments?|ads?)-(?:none|off|enabled|disabled)|"
    r"hentry|type-post|type-page|post-\d|page-id-|"  # WordPress puts the names of all topics on the article itself
    r"content-?(?:body|text|main|inner|area)|richtext|rich-text|text-?block|paragraph|article__body"
)

BODY = any_of(
    r"article_*-*(?:body|text|content|copy|inhalt|detail) "
    r"entryOF postOF storyOF newsOF singleOF blogOF detailOF artikelOF meldungOF textOF beitragOF theOF pageOF nodeOF "
    r"storybody body-?(?:copy|text|content) content[_-]*body field-+name-body maincontent main-content".replace(
        "OF ", r"[_-]*(?:content|body|text|inhalt)(?![a-z]) "
    )
)
BODY_WORDS = frozenset("richtext rte prose fliesstext artikel copy".split())

LEAD = any_of(
    r"stand-first lead-?text intro-?text teaser-?text sub-title articleOF storyOF postOF entryOF "
    r"contentOF artikelOF ".replace(
        "OF ", r"[_-]*(?:lead|intro|teaser|summary|excerpt|description|subtitle|standfirst|deck|dek|vorspann)(?![a-z]) "
    )
)
LEAD_WORDS = frozenset(
    "lead lede intro introduction standfirst vorspann anlauf dek deck einleitung subtitle untertitel unterzeile "
    "subhead subheadline subheading strapline abstract kurzfassung chapo entradilla bajada".split()
)

BYLINE = re.compile(
    r"by-?line|(?:^|[\s_-])(?:author|autor|authors|autoren|verfasser|redakteur|writer)(?:s|en|name|"
    r"-name|_name|__name|-link)?(?=$|[\s_-])"
)
DATED = re.compile(
    r"(?:^|[\s_-])(?:date|datum|dateline|datetime|time|timestamp|published|publish|pubdate|posted|"
    r"erschienen|stand|veroeffentlicht)|(?:date|datum|time|published)(?=$|[\s_-])|date"
)


class Meaning(NamedTuple):
    """What the class and id of one element say: a boilerplate rule, a body, a lead."""

    noise: str | None
    is_body: bool
    is_lead: bool


@functools.lru_cache(maxsize=1 << 14)  # a memo of a pure function: a site's pages share their class names
def read_signals(signals: str) -> Meaning:
    """Read the lower-cased class and id names of an element. Names of a body or a lead outdo names of boilerplate."""
    words = WORD.findall(signals)
    is_body = BODY.search(signals) is not None or not BODY_WORDS.isdisjoint(words)
    is_lead = LEAD.search(signals) is not None or not LEAD_WORDS.isdisjoint(words)
    if is_body or is_lead:
        return Meaning(None, is_body, is_lead)
    if found := NOISE.search(signals):
        word = found.group()
    elif hidden := HIDDEN_CLASSES.intersection(signals.split()):
        word = min(hidden)
    elif noise := NOISE_WORDS.intersection(words):
        word = min(noise)
    else:
        return NEUTRAL
    return NEUTRAL if NOT_NOISE.search(signals) else Meaning("class-" + word, False, False)


NEUTRAL = Meaning(None, False, False)
