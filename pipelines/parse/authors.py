"""Names of people out of bylines; desks, agencies and photographers go to the credits.

What a byline is, is `bylines`' business.
"""

from __future__ import annotations

import re

from pipelines.parse.characters import squeeze
from pipelines.parse.titles import fold

MAX_AUTHORS = 12
MAX_BYLINE_CHARS = 300
NAME_CHARS = (4, 60)
PEN_NAME_CHARS = (2, 30)

_KINDS = (
    r"artikel|beitrag|blog-?\s?beitrag|text|bericht|interview|kommentar|analyse|gastbeitrag|gastkommentar|kolumne|"
    r"rezept|recipe|porträt|protokoll|reportage|essay|rezension|story|article|column|opinion|analysis|words|written|posted|"
    r"published|reporting|reported|edited|submitted|geschrieben|veröffentlicht|eingereicht|eingestellt|gepostet|"
    r"erstellt|verfasst|autor(?:in|en|innen)?|"
    r"author(?:s|\(s\))?|redaktion"
)
PREFIX = re.compile(
    rf"^\W*(?:(?:(?:ein |eine |a |an )?(?:{_KINDS})\s*)?"
    r"(?:(?:by|von|vom|par|por|auteur|und|and)\b\s*:?\s*|[&:]\s*)+|"
    r"(?:autor(?:in|en|innen)?|authors?|über|about)\b\s*:?\s*)",
    re.I,
)
PHOTO = re.compile(
    r"[\s(,;|/–-]*\b(?:fotos?|fotograf(?:in|ie)?|bild(?:er)?|photos?|photograph(?:s|er|y)?|pictures?|"
    r"illustration(?:en|s)?|grafik|video|kamera)\b\s*(?::|von\b|by\b)\s*",
    re.I,
)
AGENCY = re.compile(
    r"\b(?:deutsche presse-agentur|associated press|agence france-presse|dpa(?:[-/ ]\w+)*|afp|"
    r"reuters|ap|apa|sda|sid|epd|kna|upi|pti|ani|ians|bloomberg|awp|keystone|dts|afx|efe|ansa|tass|"
    r"dow jones|pr newswire|business wire|getty|imago|shutterstock|istock|pixabay|unsplash|ots|sp-x)\b",
    re.I,
)
NO_PERSON = re.compile(
    r"redaktion|redaktör|newsroom|newsdesk|webteam|sekretariat|\w(?:nachrichten|zeitung|zeitschrift|magazin|blatt|verlag|verband|verein|"
    r"anstalt|agentur|ministerium|partei|gesellschaft|portal|redaktionen)\b|\b(?:staff|team|editors?|editorial|"
    r"desk|admin(?:istrator)?|root|gast(?:autor|beitrag)?|guest|contributors?|correspondents?|writers?|"
    r"agentur(?:en)?|agencia|agency|agencies|reports?|reporters?|"
    r"press(?:e(?:stelle|mitteilung)?)?|pressedienst|online|news|nachrichten|zeitung|magazin|"
    r"magazine|verlag|gmbh|ag|inc|llc|ltd|blog|webmaster|anonym(?:ous)?|unknown|unbekannt|media|"
    r"medien|kreuz|bundes\w+|landes\w+|"
    r"service|user(?:name)?|benutzername|passwor[dt]|name|author|autor|autoren|authors|verein|verband|e\.v|institut|universität|university|stiftung|"
    r"foundation|copyright|minuten|min read|uhr|updated?|aktualisiert|published|posted|for|für|mehr|more|"
    r"about|view|all|alle|posts?|beiträge|artikel|articles?|profile?|archiv|archive|share|teilen|zeige|show|see|"
    r"facebook|twitter|instagram|linkedin|xing|follow|e-?mail|com|www|https?|org|net|category|kategorie|comments?|"
    r"kommentare?|antworten|reply|login|source|quelle|foto|photo|bild|lesezeit|tags?|datum|date|today|heute|gestern|"
    r"yesterday|ago|vor|stunden?|hours?|tage|days|permalink|print|drucken)\b|[@/\\|<>{}\[\]=\"„“*#]|\.(?:de|"
    r"com|org|net|at|ch|co|io)\b",
    re.I,
)
ABBREVIATION = re.compile(r"(?<![\w-])[A-ZÄÖÜ]{3,}(?![\w-])")
"""In a name of mixed case: "DJK Blau-Weiß" is a club."""
HAS_DIGIT = re.compile(r"[\d:]")
ROLE = re.compile(
    r"\s*(?:,|\(|\||–|—| - |\bfor\b|\bfür\b|\baus\b|\bin\b|\bfrom\b|•|·).*$|\s+(?:redakteur(?:in)?|"
    r"korrespondent(?:in)?|reporter(?:in)?|senior|chief|editor|correspondent|staff writer|"
    r"contributor|is a|ist)\b.*$",
    re.I,
)
WHEN = re.compile(
    r"\s+(?:am|on)\s+(?:\w+tag|mittwoch|\w+day)\b.*$|"
    r"\s*(?:\b(?:on|am|vom|at|um|den|published|posted|updated|veröffentlicht|aktualisiert|mon|tue|wed|thu|fri|sat|sun|mo|di|mi|do|fr|sa|so)\b[.,:]?\s)?"
    r"[\s,|@•·–—-]*(?:\d{1,2}[./:]\s?\d|\d{4}-\d|\d{1,2}\.?(?:st|nd|rd|th)?\s+\w{3,9}\.?,?\s+\d{4}|"
    r"(?:jan|feb|mar|mär|apr|mai|may|jun|jul|aug|sep|okt|oct|nov|dez|dec)\w*\.?\s+\d).*$",
    re.I,
)
BEHIND_NAME = re.compile(
    r"\s+(?:über|about|alle (?:artikel|beiträge)|all (?:articles|posts)|mehr|more|view|e-?mail|profil|zur person|"
    r"folgen|follow|autorenseite|veröffentlicht|published|posted|schreibt|says|sagt)\b.*$|\s+©.*$",
    re.I,
)
HANDLE = re.compile(r"\s*\(?@\w+\)?")
SPLIT = re.compile(
    r"\s*(?:;|\||•|·|/|\bund\b|\band\b|&|\bsowie\b|\bim gespräch mit\b|\bmit\b|\bwith\b|\bet\b|\bog\b|\n)\s*", re.I
)
COMMAS = re.compile(r"\s*,\s*")
TITLE = re.compile(
    r"^(?:(?:prof|dr|dipl|ing|mag|mr|mrs|ms|herr|frau)\.?[\s-]+(?:(?:med|phil|jur|rer|nat|h\.c)\.?\s+)*)+", re.I
)
PARTICLES = frozenset(
    "von van de der den del della di da dos du la le el al bin ibn zu zum zur und y ter ten af".split()
)
GERMAN_PREPOSITIONS = frozenset("zu zum zur von und".split())
"""Particles of names that begin no name: "Zum Inhalt"."""
NAME_WORD = re.compile(r"(?:[^\W\d_a-zäöüß]|['’]|[dDl]['’])[\w.'’‐-]*")
ARTICLES = frozenset("der den dem die das".split())
BLOG_HOST = re.compile(
    r"\.(?:wordpress|blogspot|tumblr|medium|substack|typepad|livejournal|blogger)\.[a-z.]+$|\.blog\.[a-z]+$"
)
"""Hosts where each blog has a name of its own, often its writer's."""
UNSPACED = re.compile("[\u4e00-\u9fff]{2,5}")
"""Names in scripts that put no blank between their parts."""
TWO_LETTERS = re.compile(r"[^\W\d_].*[^\W\d_]")


def people(
    values: list[str], publisher: str | None = None, host: str = "", *, is_named: bool = False
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The people whom bylines name, and the agencies and photographers.

    `is_named`: the page marks the values as names, so that a single word or a pen name counts ("gnaddrig").
    The house itself, as `publisher` and `host` name it, is none of them, but on a host of blogs.
    """
    persons: dict[str, str] = {}
    credits: dict[str, str] = {}
    house = "" if BLOG_HOST.search(host) else fold(publisher or "")
    letters = "" if BLOG_HOST.search(host) else fold(host)
    for value in values:
        byline, *pictures = PHOTO.split(squeeze(value[:MAX_BYLINE_CHARS]))
        for picture in pictures:
            credits.update({piece.casefold(): piece for piece in _pieces(picture) if is_person(piece)})
        pieces = _pieces(byline)
        for piece in pieces:
            folded = fold(piece)
            if AGENCY.search(piece) and len(piece.split()) <= 3:
                credits.setdefault(folded, piece)
            elif folded != house and (
                is_person(piece)
                or UNSPACED.fullmatch(piece)
                or (is_named and len(pieces) == 1 and folded not in letters and is_pen_name(piece))
            ):
                persons.setdefault(folded, piece)
    return tuple(persons.values())[:MAX_AUTHORS], tuple(credits.values())[:MAX_AUTHORS]


def is_person(name: str) -> bool:
    """Whether the words can be a person's name: two to five of them, capitalised, none that names a desk or a firm."""
    words = name.split()
    if not NAME_CHARS[0] <= len(name) <= NAME_CHARS[1] or not 2 <= len(words) <= 5:
        return False
    if NO_PERSON.search(name) or HAS_DIGIT.search(name) or ABBREVIATION.search(name):
        return False
    before = ""
    for word in words:
        low = word.casefold()
        # "Anna von der Ley" is a name, "Buch der Woche" is none.
        if low in ARTICLES and before not in PARTICLES:
            return False
        if low not in PARTICLES and not NAME_WORD.fullmatch(word):
            return False
        if low in PARTICLES and (word.istitle() or not before) and low in GERMAN_PREPOSITIONS:
            return False
        before = low
    return before not in PARTICLES


def is_pen_name(name: str) -> bool:
    """Whether the text, marked as a name by the page, can be one: a word or three, no desk, no address, no date."""
    words = name.split()
    return (
        PEN_NAME_CHARS[0] <= len(name) <= PEN_NAME_CHARS[1]
        and len(words) <= 3
        and (len(words) == 1 or words[-1][0].isupper())
        and TWO_LETTERS.search(name) is not None
        and (len(name) > 3 or not name.islower())  # "cpm" is a shorthand that only the desk can resolve
        and ":" not in name
        and not any(word.isdigit() for word in words)
        and NO_PERSON.search(name) is None
    )


def _pieces(value: str) -> list[str]:
    text = PREFIX.sub("", HANDLE.sub("", value), count=1)
    text = BEHIND_NAME.sub("", WHEN.sub("", text))
    found = []
    for piece in SPLIT.split(text):
        parts = COMMAS.split(piece)
        # "Anna Beispiel, Ben Muster" are two, "Beispiel, Anna" is one turned round,
        # "Anna Beispiel, Berlin" has a place.
        if len(parts) == 2 and all(len(part.split()) == 1 for part in parts):
            parts = [f"{parts[1]} {parts[0]}"]
        for part in parts:
            name = PREFIX.sub("", part, count=1)
            name = TITLE.sub("", ROLE.sub("", name)).strip(" ,:;–-*()~").removesuffix(".")
            # "Joe S." keeps its dot.
            found.append(_cased(name + "." if name[-2:-1] == " " and name[-1].isupper() else name))
    return [name for name in found if name]


def _cased(name: str) -> str:
    """ANNA BEISPIEL to Anna Beispiel; mixed case stays."""
    letters = name.replace(" ", "")
    return name.title() if len(letters) > 5 and letters.isupper() and " " in name else name
