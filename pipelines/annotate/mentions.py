"""Company names in a text: from the register, by legal form, by short form. Who acts is not decided here."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from pipelines.annotate.lexicon import Lexicon
from pipelines.annotate.matching import Hit
from pipelines.annotate.slots import is_description

LEGAL_FORM = (
    r"(?:GmbH\s*&\s*Co\.?\s*(?:KGaA|KG|OHG)|(?:AG|SE)\s*&\s*Co\.?\s*(?:KGaA|KG)|gGmbH|GmbH|mbH|KGaA|AG|SE|KG|OHG|eG|UG"
    r"|Incorporated|Inc\.?|Corporation|Corp\.?|Limited|Ltd\.?|LLC|LLP|L\.P\.|plc|PLC|S\.?A\.?S\.?|S\.A\.|S\.p\.A\.|SpA"
    r"|N\.V\.|NV|B\.V\.|BV|AB|ASA|A/S|Oyj|Oy|Pty Ltd|K\.K\.)"
)
NAME_WORD = r"(?:[A-ZÄÖÜ0-9][\w’'.&+-]*|[a-z]+[A-Z]\w*|&|\+|und|and|of|de|von|for)"
NAMED_BY_FORM = re.compile(rf"((?:{NAME_WORD}\s+){{1,6}}?)({LEGAL_FORM})(?![\w-])")
FORM_BEHIND = re.compile(rf"\s+(?:Holding\s+|Group\s+)?{LEGAL_FORM}(?![\w])")
TICKER_BEHIND = re.compile(r"\s*\((?:NASDAQ|Nasdaq|NYSE|LSE|XETRA|Xetra|ISIN|WKN|TSE|HKEX)\b")
CONNECTORS = frozenset({"&", "+", "und", "and", "of", "de", "von", "for"})
OPENERS = frozenset(
    (
        "der die das den dem des ein eine einer eines und oder aber auch bei mit von für the a an and at by "
        "for from in is its his her new neue neuer neuen wie als laut nach seit zur zum vom beim im am when "
        "while but"
    ).split()
)
GENERIC_FIRST = frozenset(
    (
        "deutsche erste neue american united first general national international british royal new bank "
        "great global air swiss japan china india north south west east northern southern western eastern "
        "central public state standard world saint san los best big blue red green black white high union "
        "group health energy power media digital advanced applied dr. the le la el"
    ).split()
)
"""First words of company names that are no short form of theirs."""
CORPORATE_HEADS = re.compile(
    r"(?:.*)(?:aktien?|aktionäre?n?|chef(?:s|in)?|ceo|boss|konzerns?|gruppe|manager(?:in|n|s)?|sprecher(?:in|s)?|"
    r"vorstand|vorstands\w*|tochter|papiere?n?|anteile?n?|anleihen?|titel|kurs|mitarbeiter[n]?|werke?[ns]?|zentrale|gründer[ns]?|rivalen?|"
    r"konkurrent(?:en)?|patente?n?|umsatz|gewinn|aufsichtsrats?\w*|management|mutter|übernahme|deal|zahlen|bilanz|analyst\w*)",
    re.I,
)
NO_NAMES = frozenset(
    "technologies holding holdings group gruppe beteiligungs verwaltungs management services international bank "
    "company deutschland europe germany capital solutions systems partners industries corporation".split()
)
"""Slugs of words that stand before a legal form and name nobody by themselves."""
MIN_SHORT = 4
"""Letters a short form must have to be told from an abbreviation."""


@dataclass(frozen=True, slots=True)
class Name:
    """A company's name at text[start:end], `is_genitive` when a genitive mark follows."""

    start: int
    end: int
    company_id: str
    rule_id: str
    is_genitive: bool = False


@dataclass(frozen=True, slots=True)
class Proposal:
    """An unregistered company found by its legal form."""

    company_id: str
    name: str
    legal_name: str


def slug(name: str) -> str:
    """A readable id: ASCII, lower case, hyphens."""
    table = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "&": " und ", "+": " plus "})
    folded = unicodedata.normalize("NFKD", name.casefold().translate(table)).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", folded).strip("-")


def by_legal_form(block: str, lexicon: Lexicon) -> Iterator[tuple[Name, Proposal | None]]:
    """Names that stand before a legal form: a registered company if the name is one, else a proposed one."""
    for found in NAMED_BY_FORM.finditer(block):
        start, name = _trim(found.start(1), found.group(1).rstrip(), found.group(2), lexicon)
        if not name or not any(c.isalpha() for c in name):
            continue
        company_id = lexicon.aliases.get(name)
        end = found.end(2)
        if company_id:
            yield Name(start, end, company_id, "register-legal-form"), None
        elif (company_id := slug(name)) and len(name) > 2 and company_id not in NO_NAMES:
            proposal = Proposal(company_id, name, f"{name} {found.group(2)}")
            yield Name(start, end, company_id, "legal-form"), None if company_id in lexicon.companies else proposal


def _trim(start: int, name: str, found_form: str, lexicon: Lexicon) -> tuple[int, str]:
    """Drop what stands before the name proper: articles, "Softwarehaus", "Kölner", sentence openers."""
    words = name.split()
    while words:
        low = words[0].casefold().rstrip(".")
        is_origin = len(words) > 1 and is_inhabitant(words[0], lexicon.places)
        if found_form == "mbH" and low.endswith("gesellschaft"):
            break  # "Baugesellschaft Muster mbH": the form is short for what the name says
        droppable = low in OPENERS or words[0] in CONNECTORS or is_description(low, lexicon.descriptions) or is_origin
        if not droppable or (len(words) == 1 and low not in OPENERS):
            break
        dropped = words.pop(0)
        start += len(dropped) + (len(name) - len(name[len(dropped) :].lstrip()) - len(dropped))
        name = name[len(dropped) :].lstrip()
    return start, name


def is_inhabitant(word: str, places: frozenset[str]) -> bool:
    """Whether a German word is the adjective of a known city: "Kölner", "Bremer", "Münchner"."""
    return word.endswith("er") and bool({word[:-2], word[:-2] + "en", word[:-3] + "en"} & places)


def short_forms(proposals: list[Proposal], seen: set[str], lexicon: Lexicon) -> dict[str, str]:
    """Surface → company id of the short forms that count once the long form was seen in the article.

    "Nordkai Logistik GmbH" is then also "Nordkai Logistik" and "Nordkai"; "Microchip Technology" is "Microchip".
    """
    longs = [(p.name, p.company_id) for p in proposals]
    longs += [(lexicon.companies[c], c) for c in seen if c in lexicon.companies]
    forms: dict[str, str] = {}
    for name, company_id in longs:
        forms.setdefault(name, company_id)
        first = name.split()[0]
        is_distinct = len(first) >= MIN_SHORT and first.casefold() not in GENERIC_FIRST and first[0].isupper()
        if " " in name and is_distinct and not is_description(first.casefold(), lexicon.descriptions):
            forms.setdefault(first, company_id)
    return {form: c for form, c in forms.items() if form not in lexicon.aliases}


def of_register(block: str, hits: list[Hit], language: str, lexicon: Lexicon) -> Iterator[Name]:
    """Register names: longest first, ambiguous ones only with something near that makes them a company."""
    taken = 0
    for hit in hits:
        if hit.start < taken or hit.entry.kind != "company":
            continue
        surface = block[hit.start : hit.end]
        rule = "register"
        if surface in lexicon.context_aliases:
            if surface in INDEX_NAMES and INDEX_BEHIND.match(block, hit.end):
                continue
            found = context_rule(block, hit, language, lexicon)
            if not found:
                continue
            rule = found
        taken = hit.end
        yield Name(hit.start, hit.end, hit.entry.key, rule, hit.is_genitive)


INDEX_NAMES = frozenset({"S&P", "Dow Jones", "Dow", "Nasdaq", "NASDAQ", "NYSE", "Nikkei", "FTSE", "Russell", "MSCI"})
INDEX_BEHIND = re.compile(r"[\s-]?(?:\d{2,4}\b|Composite|Industrial|Index\b|Average|:)")
"""What makes "S&P 500", "Dow Jones Industrial" and "NASDAQ:" an index or an exchange."""
VERB_BEHIND = {
    "de": re.compile(r"\s+[a-zäöüß]{2,}(?:t|te|ten|rd|rde|ll|nn|ss|at)\b"),
    "en": re.compile(r"(?:’s|'s)?\s+[a-z]"),
}
DETERMINED = re.compile(
    r"\b(?i:der|die|das|des|dem|den|ein|eine|einen|einem|einer|eines|kein\w*|dies\w*|jede\w*|sein\w*|ihr\w*|unser\w*|im|am"
    r"|vom|zum|zur|beim|ins|ans|the|an?|this|that|its|his|her|their|our|your|my|no|some|any|every|each)"
    r"\s+(?:[a-zäöüß]+\s+){0,2}$"
)
"""An article or possessive, with adjectives, right before: what follows is a common noun."""


def context_rule(block: str, hit: Hit, language: str, lexicon: Lexicon) -> str | None:
    """Why an ambiguous name is a company here, or None.

    A legal form, ticker or corporate compound behind it, or a describing noun before it, decide. Otherwise it must
    stand bare, as names do and common nouns do not ("Apple kündigte an", "said Target").
    """
    behind = block[hit.end : hit.end + 40]
    before = block[max(0, hit.start - 60) : hit.start]
    if FORM_BEHIND.match(behind) or TICKER_BEHIND.match(behind):
        return "context-legal-form"
    compound = re.match(r"[-‑]([^\W\d_]+)", behind)
    if compound:
        return "context-compound" if CORPORATE_HEADS.fullmatch(compound.group(1)) else None
    word = re.search(r"([^\W_]+)\s+$", before)
    if word and is_description(word.group(1).casefold(), lexicon.descriptions):
        return "context-description"
    if (
        before.endswith(("-", "#", "@"))
        or DETERMINED.search(before)
        or (re.match(r"\s+[A-Z]", behind) and language == "en")
    ):
        return None
    opens = not before or re.search(r"[.!?:„“\"»(]\s*$", before) is not None
    if opens:
        joined = re.match(r"\s+(?:und|and)\s+([^\W\d_]+)", behind)
        is_name = VERB_BEHIND[language].match(behind) or (joined and joined.group(1) in lexicon.aliases)
        return "context-opens" if is_name else None
    is_after_break = before.endswith((", ", "(", "– "))
    return "context-bare" if is_after_break or (word and word.group(1).islower()) else None
