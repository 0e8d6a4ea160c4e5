"""Noun phrases read from a given place: where one starts, where its head ends, what it is called. No meaning."""

from __future__ import annotations

import re
from typing import NamedTuple


class NounPhrase(NamedTuple):
    """sentence[start:end]; its core without determiner and adjectives is [core:head_end], what follows modifies it.

    `determiner` is in lower case, empty where there is none.
    """

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
NO_ADJECTIVE = (
    r"(?!(?:über|unter|hinter|wegen|neben|gegen|zwischen|ohne|während|sondern|oder|aber|wie|sie|habe|haben|hatten?|hätten?"
    r"|wären?|werden?|wurden?|würden?|worden|könnten?|können?|sollten?|sollen?|wollten?|wollen?|seien|seine|einer|dieser"
    r"|keiner?|immer|wieder|weiter|bisher|daher|heute|gerne|ihrer?|sagten?|erklärte)\s)"
)
ADJECTIVE = (
    rf"(?:{NO_ADJECTIVE}[a-zäöüß][\w-]*e[rnsm]?|\d{{1,3}}(?:\.|-[Jj]ährige[rn]?)?"
    r"|[A-ZÄÖÜ][\wäöü]*-?[a-zäöü]+er(?=\s[A-ZÄÖÜ„])|[A-ZÄÖÜ]+[a-z]*-[a-zäöüß]+e[rnsm]?)[,]?\s+"
)
NOUN = r"[„“»\"'‚]?(?:[A-ZÄÖÜÉ][\w&’./-]*\w|[A-ZÄÖÜ](?:\.|\b)|\d{2,4}\b)[”“«\"'’‘]?"
PARTICLE = (
    r"(?:(?:von der|von dem|van der|van den|van de|von|van|zu|de la|de|del|della|di|da|dos|du|la|le|al|bin|ten|ter"
    r"|af|y)\s+)"
)
PARENTHESIS = r"(?:\s*\([^()]{1,40}\))"
CORE = rf"{NOUN}(?:\s+{NOUN}){{0,5}}(?:\s+{PARTICLE}{NOUN}(?:\s+{NOUN})?)?"
LINK = (
    r"(?:des|der|dem|von|vom|von der|von den|für|für die|für das|für den|bei|bei der|beim|aus|aus der|aus dem|im|in"
    r"|in der|zur|zum)\s+"
)
OCCASION = (
    r"(?:(?:im|in|bei|beim|zum|zur|aus|von|vom)\s+(?:der\s+|dem\s+|den\s+|eine[mr]\s+)?(?:[a-zäöü]+e[nrm]\s+)?"
    r"(?:\w*(?:[Ii]nterview|[Gg]espräch|[Ss]tatement|[Kk]onferenz|[Vv]ersammlung|[Mm]itteilung|[Ss]chreiben|[Ee]rklärung"
    r"|[Ss]tellungnahme|[Mm]emo|[Nn]otiz|[Ss]tudie|[Kk]ommentar|[Bb]lick)s?|Rahmen|Anschluss|Finale|Nacht|Rande|Vorfeld|Zuge"
    r"|(?:Mon|Diens|Donners|Frei|Sams|Sonn)tag\w*|Mittwoch\w*|Sonnabend|Januar|Februar|März|April|Mai|Juni|Juli|August"
    r"|September|Oktober|November|Dezember|Jahr\w*|Vorjahr|Morgen|Abend|Vormittag|Nachmittag)(?!\w))"
)
"""When or where something was said: no part of the phrase that says it ("die Behörden vom Mittwoch")."""
MODIFIER = rf"\s+(?!{OCCASION}){LINK}(?:{ADJECTIVE}){{0,2}}{NOUN}(?:\s+(?:und\s+)?{NOUN}){{0,3}}{PARENTHESIS}?"
GERMAN = re.compile(
    rf"(?P<det>{DETERMINER})?(?:(?:{ADJECTIVE}){{0,3}})(?P<core>{CORE}){PARENTHESIS}?(?P<mod>(?:{MODIFIER}){{0,2}})"
)
TIMES = re.compile(
    r"(?:(?:Mon|Diens|Donners|Frei|Sams|Sonn)tag|Mittwoch|Sonnabend|Januar|Februar|März|April|Mai|Juni|Juli|August"
    r"|September|Oktober|November|Dezember|Anfang|Mitte|Ende|Jahr\w*|Woche\w*|Monat\w*|Tag\w*|Abend\w*|Morgen"
    r"|Vormittag|Nachmittag|Uhr|Prozent|Euro|Dollar|Millionen|Milliarden|Male?|Zeit\w*)(?!\w)"
)
"""A phrase with such a head says when or how much, not who."""
FIRST_WORD = re.compile(r"[\w-]+")
NO_NOUNS = frozenset(
    (
        "Ab Aber Abgesehen Acht Aktuell Alle Allein Allem Allen Aller Allerdings Alles Allgemein Als Also Am An "
        "Andere Anderen Anderer Andererseits Anders Angeblich Angesichts Anlässlich Anschließend Ansonsten "
        "Anstatt Auch Auf Aufgrund Aus Außer Außerdem Außerhalb Bald Basierend Begleitet Begründet Bei Beide "
        "Beiden Beider Beim Bereits Besonders Betroffen Bevor Bezüglich Bis Bisher Bislang Circa Da Dabei Dadurch "
        "Dafür Dagegen Daher Damals Damit Danach Dann Daran Darauf Daraufhin Daraus Darin Darum Darunter Darüber "
        "Das Dass Davon Davor Dazu Dem Dementsprechend Demgegenüber Demnach Demzufolge Den Denen Denn Dennoch Der "
        "Deren Derzeit Des Deshalb Dessen Deswegen Die Dies Diese Diesem Diesen Dieser Dieses Direkt Doch Dort "
        "Drei Durch Eben Ebenfalls Ebenso Eher Eigentlich Ein Eine Einem Einen Einer Einerseits Eines Einige "
        "Einigen Einiger Einmal Einschließlich Einst Endlich Entsprechend Er Erneut Erst Erstmals Es Etwa Etwas "
        "Falls Fast Ferner Folglich Freilich Früher Fünf Für Ganz Gefragt Gegen Gegenüber Gemeinsam Gemeint Gemäß "
        "Genau Genauso Gerade Gestern Gleichwohl Gleichzeitig Grundsätzlich Haben Hat Hatte Heute Hier Hierauf "
        "Hierbei Hierfür Hierzu Hingegen Hinter Hinterher Hinzu Häufig Höchstens Ich Ihm Ihn Ihnen Ihr Ihre Ihrem "
        "Ihren Ihrer Ihres Im Immer Immerhin In Indem Indes Indessen Infolge Inklusive Innerhalb Ins Insbesondere "
        "Insgesamt Inzwischen Ist Ja Je Jede Jedem Jeden Jedenfalls Jeder Jedes Jedoch Jemand Jene Jener Jenes "
        "Jetzt Jüngst Kaum Kein Keine Keinem Keinen Keiner Konkret Kritisch Kurz Kurzfristig Kurzzeitig Kürzlich "
        "Lange Laufend Laufende Laut Lediglich Leider Letzte Letzten Letztendlich Letzter Letztlich Man Manche "
        "Manchen Mancher Mehr Mehrere Mehreren Mehrerer Mein Meine Meinen Meiner Meist Meistens Mindestens Mit "
        "Mittels Mittlerweile Morgen Möglich Möglicherweise Nach Nachdem Nahe Nahezu Natürlich Neben Neu Neue "
        "Neues Neun Nicht Nichts Nie Niemand Noch Nun Nunmehr Nur Nächst Nämlich Ob Obgleich Obwohl Oder Offenbar "
        "Offensichtlich Offiziell Oft Ohne Parallel Per Plötzlich Pro Rechtlich Rund Rückblickend Schließlich "
        "Schon Sechs Sein Seine Seinem Seinen Seiner Seines Seit Seitdem Selbst Sich Sicher Sicherlich Sie Sieben "
        "So Sobald Sodass Sofern Sogar Solange Solche Solchen Solcher Solches Somit Sondern Sonst Soweit Sowie "
        "Sowohl Sozusagen Später Statt Stattdessen Sämtliche Tagsüber Tatsächlich Teils Teilweise Trotz Trotzdem "
        "Um Unabhängig Und Ungeachtet Ungefähr Unklar Unmittelbar Uns Unser Unsere Unserer Unter Unterdessen "
        "Unweit Vergangene Vergangenem Vergangenen Vergangenes Verglichen Vermutlich Verschiedene Viel Viele "
        "Vielen Vieler Vielleicht Vielmehr Vier Vom Von Vor Voraussichtlich Vorerst Vorher Völlig Wahrscheinlich "
        "Wann War Warum Was Weder Wegen Weil Weit Weiter Weitere Weiteren Weiterer Weiterhin Welche Welcher "
        "Welches Weltweit Wem Wen Wenig Wenige Weniger Wenn Wenngleich Wer Weshalb Wessen Wie Wieder Wir Wird Wo "
        "Wobei Wodurch Wofür Wohl Womit Wonach Worauf Woraus Wozu Wurde Während Zehn Zu Zudem Zuerst Zufolge "
        "Zugleich Zukünftig Zuletzt Zum Zunächst Zur Zusammen Zuständig Zusätzlich Zuvor Zwar Zwecks Zwei "
        "Zwischen Zwölf Ähnlich Ähnliche Ähnlicher Ähnliches Äußerst Über Überall Überdies Überraschend "
        "Üblicherweise Übrigens"
    ).split()
)
"""German words with an initial capital, where they open a sentence, that are no nouns."""

NO_ENGLISH_NOUNS = frozenset(
    (
        "Additionally Again Almost Already Altogether Amid Among Apparently Arguably Barely Besides Between Both "
        "Certainly Clearly Compared Consequently Currently Each Either Elsewhere Especially Essentially Even "
        "Eventually Ever Every Everyone Everything Evidently Excluding Finally First Firstly Fortunately "
        "Furthermore Generally Given Hence Hopefully However Importantly Including Increasingly Indeed Initially "
        "Instead Interestingly Ironically Lastly Lately Likewise Maybe Meantime Meanwhile Moreover Mostly Much "
        "Namely Nearly Neither Nevertheless Next Nonetheless Notably Nothing Obviously Occasionally Often Once "
        "Otherwise Overall Particularly Perhaps Please Plus Possibly Potentially Presumably Previously Probably "
        "Quite Rather Recently Regarding Regardless Reportedly Second Secondly Separately Similarly Simply "
        "Something Sometimes Soon Specifically Still Subsequently Surely Surprisingly Tellingly There Therefore "
        "Third Thirdly Thus Together Traditionally Typically Ultimately Understandably Unfortunately Unless Unlike "
        "Unsurprisingly Usually Watch Whatever Whether Worse Yet"
    ).split()
)
"""English words with an initial capital, where they open a sentence, that name nobody."""

ENGLISH_DETERMINER = (
    r"(?:[Tt]he|[Aa]n?|[Ii]ts|[Hh]is|[Hh]er|[Tt]heir|[Oo]ur|[Mm]y|[Ss]ome|[Mm]any|[Ss]everal|[Mm]ost|[Oo]ne|[Tt]wo|[Tt]hree"
    r"|[Oo]ther|[Aa]nother|[Bb]oth|[Aa]ll|[Tt]hese|[Tt]hose|[Aa] number of|[Oo]ne of the)"
)
NO_WORD = (
    "that|this|there|now|so|what|why|how|we|i|i'm|you|it|she|he|they|in|on|at|by|for|from|as|and|but|if|"
    "when|while|after|before|despite|with|adding|tracking|given|last|earlier|later|then|here|also|just|"
    "not|no|yet|though|although|because|since|until|to|of|than|or|we'll|don't|doesn't|didn't|above|below|"
    "around|under|up|down|out|off|only|like|such|essentially|which|who|whom|whose|said|says|say|told|has|"
    "have|had|is|was|were|are|will|would|during|about|over|been|be|being|can|could|may|might|must|should|"
    "do|does|did|more|less|today|yesterday|monday|tuesday|wednesday|thursday|friday"
)
"""English words at which a phrase ends: verbs, conjunctions, adverbs of time."""
STOP = rf"(?i:(?:{NO_WORD})(?![\w’'-]))"
WORD = r"[\w$&][\w’'&./-]*"
LINKED = rf"{STOP}|(?:of|for|at|from)\b"
ENGLISH = re.compile(
    rf"(?P<det>{ENGLISH_DETERMINER}\s+)?(?P<core>(?!{STOP}){WORD}(?:\s+(?!{LINKED}){WORD}){{0,6}})"
    rf"(?P<mod>(?:\s+(?:of|for|at|from|in|with)\s+(?:the\s+|a\s+|its\s+)?(?!{STOP}){WORD}"
    rf"(?:\s+(?!{LINKED}){WORD}){{0,4}}){{0,2}})"
)
BARE = re.compile(ENGLISH_DETERMINER)
"""An English determiner alone is no phrase."""
OF_LANGUAGE = {"de": GERMAN, "en": ENGLISH}
QUOTE_MARKS = "„“”»«\"'‚‘’"


def noun_phrase_at(sentence: str, start: int, language: str, stop: int | None = None) -> NounPhrase | None:
    """The longest noun phrase that starts at `start` and ends before `stop`; None for times and amounts."""
    found = OF_LANGUAGE[language].match(sentence, start, len(sentence) if stop is None else stop)
    if not found:
        return None
    core = found.start("core")
    if language == "de":
        first = FIRST_WORD.match(sentence, core)
        is_function_word = core == start and first is not None and first.group() in NO_NOUNS
        if is_function_word or TIMES.match(sentence, core) or sentence[core].isdigit():
            return None
    else:
        first = FIRST_WORD.match(sentence, core)
        if core == start and first is not None and first.group() in NO_ENGLISH_NOUNS:
            return None
        if found.end("core") == found.end() and BARE.fullmatch(found.group()):
            return None
    determiner = (found.group("det") or "").strip().lower()
    return NounPhrase(start, core, found.end("core"), found.end(), determiner)
