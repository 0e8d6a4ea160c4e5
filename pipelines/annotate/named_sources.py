"""Sources that no lexicon knows, named behind a word that says what they are: "the union Usdaw", "Magazin „Kontor“"."""

from __future__ import annotations

import re
from collections.abc import Iterator

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


def _pattern(nouns: str) -> re.Pattern[str]:
    words = "|".join(f"(?i:{noun[0]}){noun[1:]}".replace("_", r"\s") for noun in nouns.split())
    return re.compile(rf"\b(?:{words})\s(?:(?:at|from|von|bei)\s)?[„“\"‚‘'»]?({NAME})")


BEHIND_NOUN = {kind: _pattern(nouns) for kind, nouns in KIND_NOUNS.items()}


def find_named_sources(sentence: str) -> Iterator[tuple[int, int, str, int]]:
    """(start, end, kind, start of the phrase) of each source named behind its kind or recognisable as an authority."""
    for kind, pattern in BEHIND_NOUN.items():
        for found in pattern.finditer(sentence):
            yield *found.span(1), kind, found.start()
    dateline = DATELINE.match(sentence)
    if dateline and not any(c.isdigit() for c in dateline.group(1)):
        yield *dateline.span(1), "news_agency", dateline.start(1)
    for found in AUTHORITY.finditer(sentence):
        yield *found.span(), "authority", found.start()
