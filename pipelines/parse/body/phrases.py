"""What short paragraphs say that are not the article: buttons, pointers to other articles, credits, offers, the end.

German and English as publishers write it; the commonest phrases of a few neighbours.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from pipelines.parse.text.dates import is_date_line
from pipelines.parse.text.screen import Phrases

_NETWORKS = (
    r"facebook|twitter|whatsapp|linkedin|xing|pinterest|telegram|reddit|instagram|tiktok|threads|bluesky|youtube|x"
)

LABEL = re.compile(
    r"^[\W\d]*(?:-?\s*anzeigen?\s*-?|werbung|advert(?:isement|orial)?|sponsored(?: content| post)?|promoted|ads?|"
    r"teilen|share(?: this)?(?: article| story| on \w+)?|tweet|tweeten|email|e-mail|print|drucken|merken|copy link|"
    rf"{_NETWORKS}|pocket|flipboard|link kopieren|save|speichern|kommentare?|comments?|zur startseite|nach oben|"
    r"back to top|read more|weiterlesen|mehr lesen|mehr|more|weiter|zurück|next|previous|close|schließen|schliessen|"
    r"loading\W*|(?:player|inhalt) wird geladen|embed|play|"
    r"video|audio|fotos?|bilder|bild vergrößern|gallery|tags?|themen|topics|schlagw[oö]rter|"
    r"markiert mit|filed under|artikel (?:drucken|versenden|teilen|anhören|merken)|listen to (?:this )?article|"
    rf"(?:auf|on|via|per) (?:{_NETWORKS}|mail|e-mail)(?: teilen)?|don'?t miss|"
    r"continue reading\W*|(?:advertisement|story|article) continues (?:below|after)\b.{0,40}|"
    r"scroll (?:down|to continue)\b.{0,40}|exklusiv|exclusive|breaking|update|"
    r"\d+\s*(?:kommentare?|comments?|shares?|views?|min(?:uten|utes)?\.?(?: lesezeit| read)?)|"
    r"lesezeit\W*(?:ca\.?|etwa)?\s*\d+ min\w*\.?|reading time\W*\d+ min\w*)[\W\d]*$",
    re.I,
)
READING_TIME = re.compile(
    r"\W*(?:(?:lese(?:dauer|zeit)|reading time)\W*(?:ca\.?|etwa)?\s*\d+ ?min\w*\.?|"
    r"\d+ ?min\w*\.? (?:lesezeit|lesedauer|read))",
    re.I,
)
CLOCK = re.compile(r"^\d{1,2}[:.]\d\d(?: uhr| [ap]\.?m\.?)?$", re.I)

POINTER = re.compile(
    r"^\W*(?:lesen sie (?:auch|hier|dazu|mehr)|lies auch|mehr (?:zum thema|dazu|infos?|informationen|themen)|"
    r"auch interessant|siehe auch|passend (?:dazu|zum (?:artikel|thema))|mehr lesen|weiterlesen|zum weiterlesen|"
    r"lesetipp|zum thema|das könnte (?:sie|dich) (?:auch )?interessieren|read (?:more|also|next)|see also|"
    r"related(?: articles| stories)?|more (?:on|from)|recommended|also read|don'?t miss|sign up|subscribe|newsletter|"
    r"follow us|click here|le puede interesar|lea también|veja também|leia (?:também|mais)|à lire aussi|lire aussi|"
    r"leggi anche|czytaj (?:także|też|również))\b",
    re.I,
)
SENTENCE_END = re.compile(r"[.!?…][\"“”»«’')\]]*$")

CREDIT = re.compile(
    r"^\W*(?:(?:titel|symbol|beitrags|aufmacher)?(?:foto|bild|fotos|bilder)(?:s|quelle|rechte|nachweis|credit)?|"
    r"photo(?:s|graph)?(?: by| credit)?|image(?:s)?(?: credit| source| by)?|picture|credit|copyright|©|\(c\)|"
    r"grafik|illustration|getty images)(?!\w)(?:\s*[:©/(|].{0,120}|(?:[^.!?]|\.(?!\s*$)){0,120})$",
    re.I,
)

PHOTO = {
    "photo": r"\b(?:file|handout|undated|archive) photo|\bin this (?:\w+\.? \d{1,2}, \d{4},? )?(?:file )?photo|"
    r"\bphotos?\s?: ?\w",
    "image": r"\b(?:file|handout|undated) image|\bin this (?:\w+\.? \d{1,2}, \d{4},? )?(?:aerial )?image|"
    r"\bimages?\s?: ?(?:getty|ap|reuters|afp)\b",
    "handout": r"\bhandout picture|\bin this (?:undated )?handout|/handout\b",
    "archivbild": r"archivbild",
    "archivfoto": r"archivfoto",
    "symbolbild": r"symbolbild",
    "symbolfoto": r"symbolfoto",
    "foto:": r"\bfotos?\s?: ?\w",
    "bild:": r"\bbild: ?\w",
    "credit:": r"\bcredit: ?\w",
    "getty": r"\(getty images[^)]{0,40}\)$|[/|©] ?getty images\b|getty images$",
    "reuters)": r"\(reuters\)$",
    "imago": r"\bimago(?: images)?[ /)]",
    "alliance": r"\bpicture[ -]?alliance\b",
    "dpa": r"\b(?:foto|bild|quelle)\s?: ?dpa",
}
"""What only captions say, by a string that must be in it."""

EMBED = {
    "extern": r"\bextern(?:e[nrs]?)? inhalte? (?:anzeigen|angezeigt|laden|zulassen|von)\b|\beinen? externen inhalt\b",
    "redaktionell": r"empfohlener redaktioneller inhalt|\bredaktionelle[rn]? (?:inhalt|empfehlung)",
    "-inhalt": r"^link zum .{2,30}-inhalt$",
    "personenbezogene daten": r"an (?:drittplattformen|drittanbieter)",
    "this content": r"^this content (?:contains|includes|is (?:provided|hosted))|\bto (?:view|see) this content",
    "javascript": r"enable javascript|javascript .{0,40}(?:deaktiviert|disabled|aktivieren)",
    "browser": r"\b(?:your|ihr|dein) browser .{0,40}(?:nicht|not support)",
}
"""What stands in the place of an embedded post until the reader agrees."""

# Calls to the reader stand at the beginning of a sentence: "customers can sign up for the service" is news.
_CALL = r"(?:^|[.!?:|>–-] ?)(?:please |bitte |jetzt |click here to |here to )?"
_FOR_READERS = r"(?:^|\b(?:artikel|beitrag|inhalt|text) .{0,30})(?:nur|exklusiv) für (?:unsere )?"
OFFER = {
    "abonnier": rf"{_CALL}abonnieren sie|\bjetzt abonnieren",
    "abonnent": rf"{_FOR_READERS}abonnent|\bsie (?:sind )?(?:bereits|schon) abonnent",
    "abonné": r"\baux abonnés",
    "abo": r"\bprobeabo\b|\bjetzt .{0,40}abo\b|\bmit (?:ihrem|einem|dem) \w+-?abo\b.{0,60}\b(?:lesen|testen|zugriff)|"
    r"\bsie (?:haben )?(?:bereits|schon) (?:ein )?abo\b",
    "testen": r"\b(?:hier|jetzt) (?:kostenlos |gratis )?testen\b",
    "anmelden": r"\b(?:hier|jetzt) (?:kostenlos )?anmelden\b",
    "registrier": r"\b(?:hier|jetzt) (?:kostenlos )?registrieren\b|\bsie (?:sind )?(?:bereits|schon) registriert",
    "newsletter": r"newsletter (?:abonnieren|anmelden|bestellen)|\b(?:unser(?:en|em)?|zum|kostenlosen|our|free daily) "
    r"newsletter\b",
    "folge": rf"{_CALL}folgen? sie uns\b|\bfolge uns\b",
    "unterstützen sie": rf"{_CALL}unterstützen sie (?:uns|unser)",
    "spende": r"\b(?:jetzt|bitte) spenden|\bihre spende|\bjede (?:kleine )?spende",
    "für mitglieder": rf"{_FOR_READERS}mitglieder",
    "app": rf"{_CALL}(?:download|get) (?:the|our)(?: free)? app\b|\bunsere(?:r)? (?:kostenlosen? )?app\b",
    "whatsapp": r"\bunser\w* whatsapp-kanal|our whatsapp channel",
    "sign up": rf"{_CALL}sign up (?:for|to|here|now|today)\b",
    "subscri": rf"{_CALL}subscribe (?:to|now|for|today|here)\b|\bsubscribers? only\b|"
    r"\b(?:already|become) a subscriber",
    "a member": rf"{_CALL}(?:already|become) a member\b",
    "join": rf"{_CALL}join (?:our|us on|the conversation)\b",
    "follow": rf"{_CALL}follow (?:us|@\w+|[\w ]{{2,40}} on (?:{_NETWORKS}))\b",
    "like us": rf"{_CALL}like us on\b",
    "inbox": r"\b(?:to|in) your inbox\b",
    "journalism": rf"{_CALL}support (?:our|independent|quality|local) journalism",
    "suscr": rf"{_CALL}suscríb",
    "iscriviti": rf"{_CALL}iscriviti\b",
}
"""Subscriptions, newsletters, donations, apps."""

REPORTED = re.compile(
    r"\b(?:sagte?|teilten? |mitteilten?|hieß es|kündigten? |erklärten?|said|says|told|announced|reported|"
    r"millionen?|milliarden?|prozent|millions?|billions?|percent)\b",
    re.I,
)
"""Words of news: who says it, and how much. A paragraph with them is about offers, not one."""
PHRASES = Phrases({"photo": (350, PHOTO), "offer": (280, OFFER), "embed": (280, EMBED)})
"""Each with the length up to which a paragraph is such a thing; a longer one is about it."""

TAIL = re.compile(
    r"^\W*(?:(?:das )?könnte (?:sie|dich|euch) auch interessieren|(?:weitere|ähnliche|verwandte|aktuelle|neueste|"
    r"letzte|beliebte) (?:artikel|beiträge|nachrichten|meldungen|themen|kommentare|news|links|infos|informationen)\b.*|"
    r"mehr (?:zum thema|zu diesem thema|aus|von|dazu|artikel|themen)\b.*|auch interessant|"
    r"lesen sie (?:auch|dazu|mehr)\b.*|passend (?:dazu|zum (?:artikel|thema))|zum weiterlesen|meistgelesen.*|"
    r"kommentare?|(?:\d+ )?(?:comments?|kommentare|responses?|antworten)|"
    r"(?:schreibe?n? sie )?(?:einen |deinen |ihren )?kommentar(?:e)? (?:schreiben|hinzufügen|verfassen|hinterlassen|"
    r"abgeben)|leave a (?:reply|comment)|(?:post|add|write) (?:a )?comments?|(?:related|similar|recommended|popular|"
    r"latest|recent|further|more) (?:articles?|posts?|stor(?:y|ies)|news|topics|content|links|reading|coverage|from|on|"
    r"in|by)\b.*|you (?:may|might) (?:also )?(?:like|be interested)\b.*|read (?:next|also|more)|see also|"
    r"most (?:read|popular|viewed)|trending.*|about the authors?|über (?:den autor|die autorin|den verfasser)|"
    r"autoreninfo|newsletter.*|sign up (?:for|to)\b.*|subscribe\b.*|share this.*|diesen artikel (?:teilen|empfehlen)|"
    r"teilen|share|schlagw[oö]rte?r?|tags|markiert mit|filed under.*|quellenangaben|kontakt|pressekontakt)\W*$",
    re.I,
)

CONSENT = re.compile(r"\bcookies?\b|einwilligung|\bconsent\b|privatsphäre|your privacy|tracking|werbefrei", re.I)
AGREE = re.compile(
    r"akzeptier|zustimm|stimmen sie|ablehn|widerruf|\baccept|\bagree|\breject|opt.?out|verwenden|we use", re.I
)
WALL_CHARS, WALL_SHARE = 2500, 0.6
"""A cookie wall is no longer than this, and so much of it speaks of consent."""

MAX_LABEL_CHARS = 200
MAX_CREDIT_CHARS = 140
TAIL_CHARS = 90
"""Longest label, and longest heading of what follows an article."""


def noise_of(text: str, tag: str, link_share: float, is_prose: bool) -> str | None:
    """The rule by which a block's words alone make it no paragraph of an article, or None."""
    length = len(text)
    if link_share > 0.8 and (length < 250 or not is_prose) and (tag != "p" or length < 200):
        return "links"
    if link_share > 0.5 and POINTER.match(text):
        return "pointer"
    if (found := PHRASES.find(text)) and not (is_prose and REPORTED.search(text)):
        return found
    return _label(text, tag, link_share) if length <= MAX_LABEL_CHARS else None


def _label(text: str, tag: str, link_share: float) -> str | None:
    if not any(map(str.isalnum, text)):
        return "no-letters"
    if len(text) <= TAIL_CHARS and LABEL.match(text):
        return "label"
    if POINTER.match(text) and (link_share > 0.3 or not SENTENCE_END.search(text)):
        return "pointer"
    if len(text) < MAX_CREDIT_CHARS and CREDIT.match(text):
        return "credit"
    if tag == "li":
        return None
    dated = READING_TIME.sub("", text) if "min" in text.lower() else text
    return "date" if CLOCK.match(dated) or is_date_line(dated) else None


def is_cookie_wall(paragraphs: Iterable[str]) -> bool:
    """Whether a page shows nothing but the question for consent."""
    texts = list(paragraphs)
    total = sum(map(len, texts))
    if not 0 < total <= WALL_CHARS:
        return False
    asking = [text for text in texts if CONSENT.search(text)]
    return sum(map(len, asking)) >= WALL_SHARE * total and any(map(AGREE.search, asking))
