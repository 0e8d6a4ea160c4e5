"""Names of people out of bylines; desks, agencies and photographers go to the credits.

What a byline is, is `bylines`' business.
"""

from __future__ import annotations

import functools
import re

from pipelines.parse.text.characters import fold, squeeze
from pipelines.parse.text.screen import any_of

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
DESK_WORDS = (
    r"staff team editors? editorial desk admin(?:istrator)? root gast(?:autor|beitrag)? guest contributors? "
    r"correspondents? writers? agentur(?:en)? agencia agency agencies reports? reporters? "
    r"press(?:e(?:stelle|mitteilung)?)? pressedienst online news nachrichten zeitung magazin magazine verlag gmbh "
    r"ag inc llc ltd blog webmaster anonym(?:ous)? unknown unbekannt media medien kreuz bundes\w+ landes\w+ "
    r"service user(?:name)? benutzername passwor[dt] name author autor autoren authors verein verband e\.v "
    r"institut universität university stiftung foundation copyright minuten min\sread uhr updated? aktualisiert "
    r"published posted for für mehr more about view all alle posts? beiträge artikel articles? profile? archiv "
    r"archive share teilen zeige show see facebook twitter instagram linkedin xing follow e-?mail com www https? "
    r"org net category kategorie comments? kommentare? antworten reply login source quelle foto photo bild "
    r"lesezeit tags? datum date today heute gestern yesterday ago vor stunden? hours? tage days permalink print "
    r"drucken"
)
NO_PERSON = re.compile(
    r"redaktion|redaktör|newsroom|newsdesk|webteam|sekretariat|\w(?:nachrichten|zeitung|zeitschrift|magazin|blatt|verlag|"
    r"verband|verein|anstalt|agentur|ministerium|partei|gesellschaft|portal|redaktionen)\b|"
    rf"\b(?:{any_of(DESK_WORDS).pattern})\b|"
    r"[@/\\|<>{}\[\]=\"„“*#]|\.(?:de|com|org|net|at|ch|co|io)\b"
)
"""What no name of a person holds, in lower case."""
ABBREVIATION = re.compile(r"(?<![\w-])[A-ZÄÖÜ]{3,}(?![\w-])")
"""In a name of mixed case: "DJK Blau-Weiß" is a club."""
HAS_DIGIT = re.compile(r"[\d:]")
ROLE = re.compile(
    r"\s*(?:,|\(|\||–|—| - |\bfor\b|\bfür\b|\baus\b|\bin\b|\bfrom\b|•|·).*$|\s+(?:redakteur(?:in)?|"
    r"korrespondent(?:in)?|reporter(?:in)?|senior|chief|editor|correspondent|staff writer|"
    r"contributor|is a|ist)\b.*$",
    re.I,
)
ON_WEEKDAY = re.compile(r"\s+(?:am|on)\s+(?:\w+tag|mittwoch|\w+day)\b.*$", re.I)
DIGIT = re.compile(r"\d")
WHEN = re.compile(
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
    is_blog = BLOG_HOST.search(host) is not None
    house, letters = ("", "") if is_blog else (fold(publisher or ""), fold(host))
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
    if HAS_DIGIT.search(name) or ABBREVIATION.search(name) or _is_desk(name):
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
        and not _is_desk(name)
    )


@functools.lru_cache(maxsize=1 << 8)  # a memo of a pure function: several places of a page name the same people
def _pieces(value: str) -> tuple[str, ...]:
    text = PREFIX.sub("", HANDLE.sub("", value) if "@" in value else value, count=1)
    text = ON_WEEKDAY.sub("", text)
    if DIGIT.search(text):
        text = WHEN.sub("", text)
    text = BEHIND_NAME.sub("", text)
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
    return tuple(name for name in found if name)


@functools.lru_cache(maxsize=1 << 8)  # a memo of a pure function: asked of a name, then of a pen name
def _is_desk(name: str) -> bool:
    """Whether a word says that this names a desk, a firm, a link or a label."""
    return NO_PERSON.search(name.lower()) is not None


def _cased(name: str) -> str:
    """ANNA BEISPIEL to Anna Beispiel; mixed case stays."""
    letters = name.replace(" ", "")
    return name.title() if len(letters) > 5 and letters.isupper() and " " in name else name
