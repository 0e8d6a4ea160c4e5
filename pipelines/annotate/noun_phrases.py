"""Noun phrases read from a given place: where one starts, where its head ends, what it is called. No meaning."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class NounPhrase:
    """sentence[start:end]; its core without determiner and adjectives is [core:head_end], what follows modifies it."""

    start: int
    core: int
    head_end: int
    end: int
    determiner: str


DETERMINER = (
    r"(?:[Dd](?:er|ie|as|en|em|es)|[Ee]in(?:e[rnms]?)?|[Ss]ein(?:e[rnms]?)?|[Ii]hr(?:e[rnms]?)?|[Kk]ein(?:e[rnms]?)?"
    r"|[Uu]nser(?:e[rnms]?)?|[Dd]iese[rnms]?|[Jj]ene[rnms]?|[Jj]ede[rnms]?|[Mm]ehrere[rn]?|[Vv]iele[rn]?|[Ee]inige[rn]?"
    r"|[Zz]ahlreiche[rn]?|[Mm]anche[rn]?|[Bb]eide[rn]?|[Aa]lle[rn]?|[Ww]eitere[rn]?|[Aa]ndere[rn]?|[Dd]eren|[Dd]essen"
    r"|[Vv]erschiedene[rn]?|[Ww]enige[rn]?|[Zz]wei|[Dd]rei|[Vv]ier)\s+"
)
ADJECTIVE = (
    r"(?:(?!(?:über|unter|hinter|wegen|neben|gegen|zwischen|ohne|während|sondern|oder|aber|wie|sie|habe|haben|hatte|hatten|hätte|hätten|wäre"
    r"|wären|werde|werden|wurde|wurden|würde|würden|worden|könne|können|könnte|könnten|solle|sollen|sollte|sollten|wolle|wollen|wollte"
    r"|wollten|seien|seine|einer|dieser|keine|keiner|immer|wieder|weiter|bisher|daher|heute|gerne|ihre|ihrer|sagte|sagten|erklärte)\s)"
    r"[a-zäöüß][\w-]*e[rnsm]?|\d{1,3}(?:\.|-[Jj]ährige[rn]?)?|[A-ZÄÖÜ][\wäöü]*-?[a-zäöü]+er(?=\s[A-ZÄÖÜ„])"
    r"|[A-ZÄÖÜ]+[a-z]*-[a-zäöüß]+e[rnsm]?)[,]?\s+"
)
NOUN = r"[„“»\"'‚]?(?:[A-ZÄÖÜÉ][\w&’./-]*\w|[A-ZÄÖÜ](?:\.|\b)|\d{2,4}\b)[”“«\"'’‘]?"
PARTICLE = r"(?:(?:von der|von dem|van der|van den|van de|von|van|zu|de la|de|del|della|di|da|dos|du|la|le|al|bin|ten|ter|af|y)\s+)"
PARENTHESIS = r"(?:\s*\([^()]{1,40}\))"
CORE = rf"{NOUN}(?:\s+{NOUN}){{0,5}}(?:\s+{PARTICLE}{NOUN}(?:\s+{NOUN})?)?"
LINK = r"(?:des|der|dem|von|vom|von der|von den|für|für die|für das|für den|bei|bei der|beim|aus|aus der|aus dem|im|in|in der|zur|zum)\s+"
MODIFIER = rf"\s+{LINK}(?:{ADJECTIVE}){{0,2}}{NOUN}(?:\s+(?:und\s+)?{NOUN}){{0,3}}{PARENTHESIS}?"
GERMAN = re.compile(
    rf"(?P<det>{DETERMINER})?(?:(?:{ADJECTIVE}){{0,3}})(?P<core>{CORE}){PARENTHESIS}?(?P<mod>(?:{MODIFIER}){{0,2}})"
)
TIMES = re.compile(
    r"(?:(?:Mon|Diens|Donners|Frei|Sams|Sonn)tag|Mittwoch|Sonnabend|Januar|Februar|März|April|Mai|Juni|Juli|August"
    r"|September|Oktober|November|Dezember|Anfang|Mitte|Ende|Jahr\w*|Woche\w*|Monat\w*|Tag\w*|Abend\w*|Morgen|Vormittag"
    r"|Nachmittag|Uhr|Prozent|Euro|Dollar|Millionen|Milliarden|Male?|Zeit\w*)(?!\w)"
)
"""A phrase with such a head says when or how much, not who."""

NO_NOUNS = re.compile(
    r"(?:D(?:er|ie|as|en|em|es|ies|iese[rnms]?|abei|amit|adurch|afür|agegen|aher|anach|ann|aran|arauf|araufhin|araus|arin|arüber"
    r"|arum|arunter|avon|avor|azu|ementsprechend|emnach|enn|ennoch|erzeit|eshalb|eswegen|och|ort|ortige[rn]?|ort|urch|a|ass|afuer"
    r"|enen|eren|essen|amals|emgegenüber|emzufolge|ennoch|rei|irekt)"
    r"|E(?:in(?:e[rnms]?|ige[rn]?|mal|erseits|schließlich|st)?|r|s|ben|benso|benfalls|her|igentlich|ndlich|rneut|rst|rstmals|twa|twas|uch|ntsprechend)"
    r"|S(?:ie|ein(?:e[rnms]?)?|ich|o|obald|odass|ofern|ogar|olange|olche[rnms]?|omit|ondern|onst|owie|owohl|eit|eitdem|either|elbst|chließlich"
    r"|chon|päter|tatt|tattdessen|icherlich|icher|oweit|ämtliche|ozusagen)"
    r"|W(?:ir|er|as|ie|o|em|en|essen|ann|arum|eil|enn|ährend|egen|eder|eiter|eiterhin|eitere[rn]?|eit|elche[rnms]?|enig|enige[rn]?|enngleich|eshalb"
    r"|ieder|obei|odurch|ofür|omit|onach|orauf|oraus|ozu|ohl|ahrscheinlich|eltweit|ird|urde|ar|obei)"
    r"|I(?:ch|hr(?:e[rnms]?)?|hn|hm|hnen|m|n|ns|mmer|mmerhin|ndem|ndes|ndessen|nfolge|nklusive|nnerhalb|nsbesondere|nsgesamt|nzwischen|n dem|st)"
    r"|A(?:uch|n|m|uf|us|ls|lso|lle[rnms]?|llein|llerdings|ls ob|ndere[rnms]?|ndererseits|nders|ngeblich|ngesichts|nschließend|nsonsten|nstatt|ufgrund"
    r"|ußer|ußerdem|ußerhalb|llgemein|ktuell|ber|b|bgesehen|uslöser|uffällig|nlässlich)"
    r"|N(?:ach|achdem|ahe|atürlich|eben|icht|ichts|iemand|och|och|un|ur|ie|ein|eu|eue|eues|ahezu|ächst|unmehr|ämlich)"
    r"|V(?:on|om|or|iele[rn]?|iel|ielmehr|ielleicht|ergangene[nsm]?|ermutlich|erschiedene[rn]?|ier|oraussichtlich|orher|orerst|öllig|erglichen)"
    r"|M(?:it|an|ehr|ehrere[rn]?|ein(?:e[rnms]?)?|eist|eistens|ittels|ittlerweile|anche[rnms]?|öglicherweise|öglich|indestens|orgen)"
    r"|B(?:ei|eim|is|isher|islang|ereits|evor|eide[rns]?|esonders|ald|asierend|ezüglich|egründet|etroffen|egleitet)"
    r"|U(?:nd|m|ns|nser(?:e[rnms]?)?|nter|nd|ngefähr|ngeachtet|nklar|nterdessen|nabhängig|nweit|nmittelbar)"
    r"|F(?:ür|alls|erner|olglich|rüher|reilich|rau und|ast)|G(?:egen|egenüber|emeinsam|emäß|enau|erade|estern|leichzeitig|leichwohl|anz|rund|rundsätzlich|emeint|efragt|enauso)"
    r"|H(?:eute|ier|ierbei|ierfür|ierzu|ingegen|inter|interher|inzu|ierauf|öchstens|äufig|atte|at|aben)|J(?:e|ede[rnms]?|edoch|edenfalls|emand|ene[rnms]?|etzt|üngst|a|edes Jahr)"
    r"|K(?:ein(?:e[rnms]?)?|aum|ürzlich|urz|urzfristig|urzzeitig|onkret|ritisch)|L(?:aut|aut|ediglich|aufend|eider|ange|etztlich|etztendlich|etzte[rns]?|aufende)"
    r"|O(?:b|bwohl|der|hne|ft|ffenbar|ffensichtlich|ffiziell|bgleich)|P(?:er|ro|lötzlich|arallel)|R(?:und|echtlich|ückblickend)"
    r"|T(?:rotz|rotzdem|atsächlich|eilweise|eils|agsüber)|Z(?:u|um|ur|uvor|uerst|uletzt|unächst|ugleich|udem|ufolge|war|wei|wischen|usätzlich|uständig|usammen|wölf|ehn|wecks|ukünftig)"
    r"|Ü(?:ber|berall|berdies|brigens|berraschend|blicherweise)|Ä(?:hnlich|hnliche[rns]?|ußerst)|C(?:irca)|S(?:echs|ieben)|Fünf|Acht|Neun)(?![\w-])"
)
"""Words with an initial capital, where they open a sentence, that are no nouns."""

ENGLISH_DETERMINER = (
    r"(?:[Tt]he|[Aa]n?|[Ii]ts|[Hh]is|[Hh]er|[Tt]heir|[Oo]ur|[Mm]y|[Ss]ome|[Mm]any|[Ss]everal|[Mm]ost|[Oo]ne|[Tt]wo|[Tt]hree|[Oo]ther"
    r"|[Aa]nother|[Bb]oth|[Aa]ll|[Tt]hese|[Tt]hose|[Aa] number of|[Oo]ne of the)\s+"
)
WORD = r"[\w$&][\w’'&./-]*"
STOP = (
    r"(?:[Tt]hat|[Tt]his|[Aa]bove|[Bb]elow|[Aa]round|under|up|down|out|off|only|like|such|essentially|All(?= told)|[Tt]here|[Nn]ow|[Ss]o|[Ww]hat|[Ww]hy|[Hh]ow|[Ww]e|[Ii]|I'm|[Yy]ou|[Ii]t|[Ss]he|[Hh]e|[Tt]hey|[Ii]n|[Oo]n|[Aa]t|[Bb]y|[Ff]or|[Ff]rom|[Aa]s|[Aa]nd|[Bb]ut|[Ii]f|[Ww]hen|[Ww]hile|[Aa]fter|[Bb]efore|[Dd]espite|[Ww]ith|[Aa]dding|[Tt]racking|[Gg]iven|[Ll]ast|[Ee]arlier|[Ll]ater|[Tt]hen|[Hh]ere|[Aa]lso|[Jj]ust|[Nn]ot|[Nn]o|[Yy]et|[Tt]hough|[Aa]lthough|[Bb]ecause|[Ss]ince|[Uu]ntil|[Tt]o|[Oo]f|[Tt]han|[Oo]r|we'll|We'll|don't|doesn't|didn't|which|who|whom|whose|said|says|say|told|has|have|had|is|was|were|are|will|would|to|when|while|as|after|before|by"
    r"|and that|during|about|over|been|be|being|can|could|may|might|should|must|do|does|did|more|less|[Tt]oday|[Yy]esterday|Monday|Tuesday|Wednesday|Thursday|Friday)\b"
)
ENGLISH = re.compile(
    rf"(?P<det>{ENGLISH_DETERMINER})?(?P<core>(?!{STOP}){WORD}(?:\s+(?!(?:{STOP}|of\b|for\b|at\b|from\b)){WORD}){{0,6}})"
    rf"(?P<mod>(?:\s+(?:of|for|at|from|in|with)\s+(?:the\s+|a\s+|its\s+)?(?!{STOP}){WORD}(?:\s+(?!(?:{STOP}|of\b|for\b|at\b|from\b)){WORD}){{0,4}}){{0,2}})"
)
BARE = re.compile(ENGLISH_DETERMINER.replace(r"\s+", ""))
"""An English determiner alone is no phrase."""
OF_LANGUAGE = {"de": GERMAN, "en": ENGLISH}
QUOTE_MARKS = "„“”»«\"'‚‘’"


def noun_phrase_at(sentence: str, start: int, language: str, stop: int | None = None) -> NounPhrase | None:
    """The noun phrase that starts at `start` and ends before `stop`, the longest there is; None for times and amounts."""
    found = OF_LANGUAGE[language].match(sentence, start, len(sentence) if stop is None else stop)
    if not found:
        return None
    core = found.start("core")
    if language == "de" and (TIMES.match(sentence, core) or NO_NOUNS.match(sentence, core) or sentence[core].isdigit()):
        return None
    determiner = (found.group("det") or "").strip().lower()
    if language == "en" and found.end("core") == found.end() and BARE.fullmatch(found.group()):
        return None
    return NounPhrase(start, found.start("core"), found.end("core"), found.end(), determiner)
