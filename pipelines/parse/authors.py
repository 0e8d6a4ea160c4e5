"""Names of people out of bylines; desks, agencies and photographers go to the credits.

What a byline is, is `metadata`'s business.
"""

from __future__ import annotations

import re

from pipelines.parse.blocks import squeeze

MAX_AUTHORS = 12
NAME_CHARS = (4, 60)

PREFIX = re.compile(
    r"^\W*(?:(?:ein |eine )?(?:artikel|beitrag|text|bericht|interview|kommentar|analyse|gastbeitrag|"
    r"kolumne|story|article|words|written|posted|published|reporting|reported|edited|geschrieben|"
    r"veröffentlicht|verfasst|autor(?:in|en)?|author(?:s|\(s\))?)\s*)?"
    r"(?:\s*(?:by|von|par|por|auteur|autor(?:in|en)?|author(?:s)?|und|and|&|:)\b\s*:?\s*)+|"
    r"^\W*(?:autor(?:in|en)?|authors?|text|von|by)\s*:\s*",
    re.I,
)
AGENCY = re.compile(
    r"\b(?:deutsche presse-agentur|associated press|agence france-presse|dpa(?:[-/ ]\w+)*|afp|"
    r"reuters|ap|apa|sda|sid|epd|kna|upi|pti|ani|ians|bloomberg|awp|keystone|dts|afx|efe|ansa|tass|"
    r"dow jones|pr newswire|business wire|getty|imago|shutterstock|istock|pixabay|unsplash)\b",
    re.I,
)
NO_PERSON = re.compile(
    r"^(?:the|der|die|das)\b|redaktion|redaktör|newsroom|newsdesk|\b(?:staff|team|editors?|editorial|"
    r"desk|admin(?:istrator)?|gast(?:autor|beitrag)?|guest|contributors?|correspondents?|writers?|"
    r"agentur(?:en)?|agency|agencies|"
    r"press(?:e(?:stelle|mitteilung)?)?|pressedienst|online|news|nachrichten|zeitung|magazin|"
    r"magazine|verlag|gmbh|ag|inc|llc|ltd|blog|webmaster|anonym(?:ous)?|unknown|unbekannt|media|"
    r"medien|"
    r"service|user|author|autor|autoren|authors|verein|e\.v|institut|universität|university|stiftung|"
    r"foundation|copyright|minuten|min read|uhr|updated?|aktualisiert|published|for|für|mehr|more|"
    r"about|view|all|posts?|artikel|articles?|profile|profil|"
    r"facebook|twitter|follow|email|com|www|http|https|org|net|category|kategorie|comment|"
    r"kommentar|antworten|reply|login|source|quelle|foto|photo|bild)\b|[@/\\|<>{}\[\]=\d]|\.(?:de|"
    r"com|org|net|at|ch|co|io)\b",
    re.I,
)
ROLE = re.compile(
    r"\s*(?:,|\(|\||–| - |\bfor\b|\bfür\b|\baus\b|\bin\b|/|•|·).*$|\s+(?:redakteur(?:in)?|"
    r"korrespondent(?:in)?|reporter(?:in)?|senior|chief|editor|correspondent|staff writer|"
    r"contributor|is a)\b.*$",
    re.I,
)
SPLIT = re.compile(r"\s*(?:;|\||•|·|\bund\b|\band\b|&|\bsowie\b|\n)\s*", re.I)
COMMAS = re.compile(r"\s*,\s*")
TITLE = re.compile(
    r"^(?:(?:prof|dr|dipl|ing|mag|mr|mrs|ms|herr|frau)\.?[\s-]+(?:(?:med|phil|jur|rer|nat|h\.c)\.?\s+)*)+", re.I
)
PARTICLES = frozenset(
    "von van de der den del della di da dos du la le el al bin ibn zu zum zur und y ter ten af".split()
)


def people(values: list[str], publisher: str | None = None) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The persons and, apart, the agencies named in bylines, in order and without doubles."""
    persons: dict[str, str] = {}
    credits: dict[str, str] = {}
    house = squeeze(publisher or "").casefold()
    for value in values:
        for piece in _pieces(value):
            if AGENCY.search(piece) and len(piece.split()) <= 3:
                credits.setdefault(piece.casefold(), piece)
            elif is_person(piece) and piece.casefold() != house:
                persons.setdefault(piece.casefold(), piece)
    return tuple(persons.values())[:MAX_AUTHORS], tuple(credits.values())[:MAX_AUTHORS]


def is_person(name: str) -> bool:
    """Whether the words can be a person's name: two to five of them, capitalised, none that names a desk or a firm."""
    words = name.split()
    if not NAME_CHARS[0] <= len(name) <= NAME_CHARS[1] or not 2 <= len(words) <= 5 or NO_PERSON.search(name):
        return False
    proper = [word for word in words if word.casefold() not in PARTICLES]
    return len(proper) >= 1 and all(word[0].isupper() or not word[0].isascii() or word[0] in "'’" for word in proper)


def _pieces(value: str) -> list[str]:
    text = squeeze(value)[:400]
    text = PREFIX.sub("", text, count=1)
    found = []
    for piece in SPLIT.split(text):
        parts = COMMAS.split(piece)
        # "Anna Beispiel, Ben Muster" are two, "Beispiel, Anna" is one turned round,
        # "Anna Beispiel, Berlin" has a place.
        if len(parts) == 2 and all(len(part.split()) == 1 for part in parts):
            parts = [f"{parts[1]} {parts[0]}"]
        for part in parts:
            name = PREFIX.sub("", part, count=1)
            name = TITLE.sub("", ROLE.sub("", name)).strip(" .,:;–-*")
            found.append(_cased(name))
    return [name for name in found if name]


def _cased(name: str) -> str:
    """ANNA BEISPIEL to Anna Beispiel; mixed case stays."""
    letters = name.replace(" ", "")
    return name.title() if len(letters) > 5 and letters.isupper() and " " in name else name
