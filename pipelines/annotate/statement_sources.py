"""Who is named beside a noun or preposition of saying: "laut", "zufolge", "nach Angaben von", "…, so X"."""

from __future__ import annotations

import re

from pipelines.annotate.matching import Hit
from pipelines.annotate.phrase_reading import OBLIQUE, Phrase, PhraseReader

GOVERNORS = re.compile(
    r"(?i)\b(?:nach|laut|gemäß|entsprechend|zu|aus|unter Berufung auf|mit Blick auf)\s+(?:[\wäöüß-]+\s+){0,3}$"
)
"""What makes a noun of saying a source: "nach offiziellen Angaben"."""
BEHIND_NOUN = re.compile(r"\s+(?:zufolge|nach|gemäß)\b")
FAR_BEHIND_NOUN = re.compile(r"\s+[^,;:.]{3,70}?\szufolge\b")
OF = re.compile(r"\s+(?:(?:von|vom|aus|durch|seitens|gegenüber|in|im|bei|beim|of|from|by|at|in)\s+)?")
MADE_BY = re.compile(
    r"(?:(?:the|an?|its|their|recent|new|latest)\s+)*(?:[\w’'-]+\s+){0,3}?"
    r"(?:reports?|data|stud(?:y|ies)|surveys?|figures|numbers|analys[ie]s|notes?|research|polls?|filings?|statements?|memos?"
    r"|articles?|story|stories|estimates|forecasts|findings|(?:press )?releases?|documents?|records|statistics"
    r"|transcripts?|copy|calculations|results|presentation|letter|information|sources|projections)\s+"
    r"(?:(?:of|on)\s+(?:the|an?|its)\s+(?:[\w-]+\s+){1,3}?)?"
    r"(?:[a-z]+(?:ed|en)\s+|made\s+|seen\s+|(?:on\s+)?[A-Z][a-z]+day\s+|(?:last|this)\s+\w+\s+|earlier\s+"
    r"|to\s+[A-Z]\w+(?:\s[A-Z]\w+)?\s+|for\s+[A-Z]\w+\s+){0,3}(?:by|from|in|of|at)\s+(?:the\s+|(?:research|analytics|consulting|data|market|tracking)\s+"
    r"(?:firm|company|group|provider|researcher)\s+)*(?=[A-Z])"
)
"""A document up to its maker: "data compiled by X", "a transcript of … provided by X", "a report Monday from X"."""
OWNED = re.compile(
    r"(?:[’']s?)?(?:\s(?:latest|new|recent|annual|own|quarterly|monthly|weekly|preliminary|official|internal|regulatory))*$"
)
"""What stands between a house and its paper."""
SO_BEFORE = re.compile(r"[,“”«\"'–(]\s*$")
SO_BEHIND = re.compile(
    r"\s*(?:$|[,.;:!?)–—(„“”\"«]|(?:in|im|am|bei|beim|zu|zum|zur|auf|nach|vor|weiter|gegenüber|von|gestern|heute|über|wörtlich)\b)"
)
SO_FILLERS = re.compile(r"\s+(?:(?:auch|etwa|am Montag|gestern|heute|jetzt|nun|zuletzt|weiter)\s+)*")
POSSESSIVE = re.compile(r"\b(?:sein|ihr)e[rnm]?\s+(?:[a-zäöü]+\s+)?$")
OWNER = re.compile(r"\s([A-ZÄÖÜ][\w-]+(?:s|’s|'s|’|'))\s+$")
GENITIVE_MARK = re.compile(r"(?:’s|'s|s|’|')$")
COMPOUND_SOURCE = re.compile(
    r"(Polizei|Behörden|Regierungs|Ministeriums|Militär|Armee|Feuerwehr|Justiz|Gerichts|Botschafts|Unternehmens|Firmen|Konzern"
    r"|Hersteller|Betreiber|Veranstalter|Verbands|Gewerkschafts|Partei|Medien|Presse|Zeitungs|Agentur|Augenzeugen|Zeugen"
    r"|Experten|Branchen|Markt|Insider|Rebellen|Organisations|Krankenhaus)s?(?:angaben|berichte[ns]?|meldung(?:en)?|kreisen?"
    r"|informationen|aussagen?|schätzung(?:en)?|einschätzung|quellen?)"
)
"""Nouns of saying that name their source in their first part."""
LINKED = ("ungs", "ums", "ens", "fts", "nds", "hts")
"""Endings with the s that German puts between the parts of a compound."""


def before_postposition(reader: PhraseReader, cue: Hit) -> Phrase | None:
    """ "dem Bericht zufolge", "Konzernangaben zufolge"."""
    end = cue.start - (reader.sentence[cue.start - 1 : cue.start] == " ")
    compound = next(
        (m for m in COMPOUND_SOURCE.finditer(reader.sentence, max(0, end - 40), end) if m.end() == end), None
    )
    if compound:
        return of_compound(reader, compound, cue)
    if reader.language == "en":
        owned = OWNED.search(reader.sentence, max(0, end - 30), end)
        end = owned.start() if owned else end  # "X’s latest survey found"
    return reader.ending_at(end, cue, "speaker-before-postposition")


def behind_preposition(reader: PhraseReader, cue: Hit) -> Phrase | None:
    """ "laut dem Bericht", "according to analysts at X"."""
    first = cue.last if len(cue.parts) == 1 else cue.end  # "wie die Werft … mitteilt"
    gap = OF.match(reader.sentence, first)
    at = gap.end() if gap else first
    compound = COMPOUND_SOURCE.match(reader.sentence, at)
    if compound:
        return of_compound(reader, compound, cue)
    phrase = reader.phrase_at(at)
    if phrase is None:
        return None
    if reader.language == "en" and (maker := MADE_BY.match(reader.sentence, at)):
        made_by = reader.phrase_at(maker.end())
        if made_by and reader.sentence[made_by.core].isupper():
            return reader.made(made_by, cue, "speaker-behind-preposition")
    if reader.language == "en" and not (phrase.determiner or reader.is_known(phrase)):
        words = reader.sentence[phrase.core : phrase.head_end].split()
        if not words[0][0].isupper():
            return None
    return reader.made(phrase, cue, "speaker-behind-preposition")


def of_statement(reader: PhraseReader, cue: Hit) -> Phrase | None:
    """ "nach offiziellen Angaben der Ämter", "der Einschätzung der Ermittler zufolge"; alone the noun says nothing."""
    before = reader.sentence[max(0, cue.start - 60) : cue.start]
    governed = GOVERNORS.search(before)
    compound = COMPOUND_SOURCE.match(reader.sentence, cue.start)
    if not (
        governed or BEHIND_NOUN.match(reader.sentence, cue.last) or FAR_BEHIND_NOUN.match(reader.sentence, cue.last)
    ):
        return None
    if compound:
        return of_compound(reader, compound, cue)
    gap = OF.match(reader.sentence, cue.last)
    phrase = reader.phrase_at(gap.end()) if gap and gap.end() > cue.last else None
    possessive = POSSESSIVE.search(before)
    if possessive:
        at = cue.start - len(before) + possessive.start()
        return Phrase(at, cue.start, cue.start, possessive.group().strip(), None, cue.start, "speaker-pronoun")
    owner = OWNER.search(before)
    if owner:  # "nach Moors Ansicht"
        at = cue.start - len(before) + owner.start(1)
        name = GENITIVE_MARK.sub("", owner.group(1))
        return Phrase(at, at + len(owner.group(1)), at + len(owner.group(1)), name, None, cue.start, "speaker-name")
    return reader.made(phrase, cue, "speaker-of-statement") if phrase else None


def behind_so(reader: PhraseReader, cue: Hit) -> Phrase | None:
    """ "…, so Ida Moor.", "…, so die Polizei weiter"; elsewhere "so" is an adverb."""
    if not SO_BEFORE.search(reader.sentence, max(0, cue.start - 4), cue.start) and cue.start > 0:
        return None
    gap = SO_FILLERS.match(reader.sentence, cue.last)
    at = gap.end() if gap else cue.last + 1
    phrase = reader.phrase_at(at)
    if phrase and not OBLIQUE.fullmatch(phrase.determiner) and SO_BEHIND.match(reader.sentence, phrase.end):
        return reader.made(phrase, cue, "speaker-behind-so")
    return reader.pronoun(at, cue)


def of_compound(reader: PhraseReader, found: re.Match[str] | None, cue: Hit) -> Phrase | None:
    """ "nach Polizeiangaben": the first part of the compound speaks."""
    if found is None:
        return None
    name = found.group(1)
    name = name.removesuffix("s") if name.endswith(LINKED) else name
    noun = reader.noun_at(found.start())
    end = found.end()
    return Phrase(found.start(), end, end, name, noun.entry.key if noun else None, cue.start, "speaker-compound")
