"""Sources that no lexicon knows, named behind a word that says what they are: "the union Usdaw", "Magazin „Kontor“"."""

from __future__ import annotations

import re
from collections import defaultdict

from pipelines.annotate.gate import Gate

KIND_NOUNS = {
    "research_firm": (
        "Marktforscher Marktforschern Marktforschungsfirma Marktforschungsinstitut Marktforschungsunternehmen "
        "Analysehaus Beratungsfirma Beratungshaus Beratungsgesellschaft Unternehmensberatung Forschungsinstitut "
        "Institut Instituts consultancy researcher pollster research_firm research_house research_company "
        "consulting_firm think_tank analytics_firm market_researcher data_provider"
    ),
    "bank_analyst": (
        "Analysten Analystenhaus Brokerhaus Wertpapierhaus Investmentbank Privatbank analysts brokerage "
        "investment_bank broker"
    ),
    "medium": (
        "Magazin Magazins Zeitung Tageszeitung Wochenzeitung Zeitschrift Fachmagazin Fachzeitschrift "
        "Nachrichtenmagazin Portal Nachrichtenportal Onlineportal Sender Fernsehsender Branchendienst Blog "
        "newspaper magazine broadcaster website journal daily weekly trade_journal news_site news_website"
    ),
    "news_agency": "Nachrichtenagentur news_agency newswire",
    "association": (
        "Verband Verbandes Branchenverband Branchenverbands Branchenverbandes Industrieverband Handelsverband "
        "Gewerkschaft Verbraucherzentrale union trade_body trade_association industry_group industry_body "
        "lobby_group trade_union"
    ),
    "authority": (
        "Behörde Aufsichtsbehörde Regulierer Regulierungsbehörde Kartellbehörde authority regulator watchdog "
        "agency ministry"
    ),
}
NAME = r"[A-ZÄÖÜ][\w&’.-]*[\w](?:\s(?:&\s)?[A-ZÄÖÜ][\w&’.-]*[\w]){0,3}"
AUTHORITY = re.compile(
    r"\b(?:(?:Bundes|Landes)(?:amt|anstalt|agentur|institut)\w*(?:\sfür\s[A-ZÄÖÜ]\w+(?:\sund\s[A-ZÄÖÜ]\w+)?)?"
    r"|[A-ZÄÖÜ]\w+ministerium|(?:Amts|Land|Oberlandes|Verwaltungs|Arbeits)gericht\s[A-ZÄÖÜ]\w+"
    r"|Staatsanwaltschaft\s[A-ZÄÖÜ]\w+)"
)


DATELINE = re.compile(
    r"(?:>\s*)?(?:[A-ZÄÖÜ][\w.,/&-]*\s){1,6}\(((?!Foto|Bild|Archiv|Symbol|Grafik|Photo|Image|Video)(?:www\.)?[A-Za-zÄÖÜäöü][\w.&+-]*(?:\s[\w.&+-]+){0,4})\)\s*[-–—]"
)
"""Place, agency in brackets, dash: "HAMBURG (Hafendienst) - …"."""
BARE_DATELINE = re.compile(
    r"(?:(?:[A-ZÄÖÜ][\w./-]*\s){1,4}\(((?:www\.)?[a-z][\w-]*\.(?:de|com|at|ch|net|org))\)"
    r"|[A-ZÄÖÜ]{4,}(?:\s[A-ZÄÖÜ/]+){0,2}\s\(([A-ZÄÖÜ][A-ZÄÖÜ.& -]{3,40})\))\s*$"
)
"""The same on a line of its own: "Kiel (www.hafendienst.de)", "KIEL (HAFENDIENST GMBH)"."""


WORD = re.compile(r"[A-Za-zÄÖÜäöü]\w+")
NAME_BEHIND = re.compile(rf"\s(?:(?:at|from|von|bei)\s)?[„“\"‚‘'»]?({NAME})")


def _by_last_word() -> dict[str, list[tuple[str, str]]]:
    """Last word of each noun in lower case -> the words before it, and the kind it tells."""
    table: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for kind, nouns in KIND_NOUNS.items():
        for noun in nouns.split():
            *before, last = noun.split("_")
            table[last.casefold()].append(("".join(f"{word} " for word in before), kind))
    return dict(table)


KIND_OF_NOUN = _by_last_word()
KINDS = Gate(KIND_OF_NOUN)
"""Open for sentences (case folded) in which one of the nouns stands."""
AUTHORITY_SIGNS = ("ministerium", "gericht ", "anwaltschaft ", "Bundes", "Landes")
"""Without one of these no authority's name can match."""


def find_named_sources(sentence: str) -> list[tuple[int, int, str, int]]:
    """(start, end, kind, start of the phrase) of each source named behind its kind or recognisable as an authority."""
    found: list[tuple[int, int, str, int]] = []
    for word in WORD.finditer(sentence) if KINDS.is_open(sentence.casefold()) else ():
        for before, kind in KIND_OF_NOUN.get(word.group().casefold(), ()):
            start = word.start() - len(before)
            if (
                start < 0
                or sentence[start : word.start()].casefold() != before
                or sentence[start - 1 : start].isalnum()
            ):
                continue
            name = NAME_BEHIND.match(sentence, word.end())
            if name:
                found.append((*name.span(1), kind, start))
    dateline = DATELINE.match(sentence)
    if dateline and not any(c.isdigit() for c in dateline.group(1)):
        found.append((*dateline.span(1), "news_agency", dateline.start(1)))
    bare = BARE_DATELINE.match(sentence) if len(sentence) < 100 else None
    if bare:
        group = 1 if bare.group(1) else 2
        found.append((*bare.span(group), "news_agency", bare.start(group)))
    if any(sign in sentence for sign in AUTHORITY_SIGNS):
        found += ((*m.span(), "authority", m.start()) for m in AUTHORITY.finditer(sentence))
    return found
