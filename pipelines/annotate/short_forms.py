"""Short forms of companies an article names in full: the first word alone, or what stands in brackets behind."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from pipelines.annotate.lexicon import Lexicon
from pipelines.annotate.matching import genitive_at
from pipelines.annotate.mentions import Name, Proposal
from pipelines.annotate.origins import is_inhabitant
from pipelines.annotate.slots import is_description

GENERIC_FIRST = frozenset(
    (
        "deutsche deutscher deutschen bitcoin erste neue american united first general national international british "
        "royal new bank great global air swiss japan china india north south west east northern southern western "
        "eastern central public state standard world saint san los best big blue red green black white high union "
        "group health energy power media digital advanced applied dr. the le la el super european europäische "
        "flughafen stadtwerke sparkasse volksbank börse verlag autohaus brauerei volksbanken financial capital "
        "real private smart social open home life food auto sport game data cloud code net web online mobile "
        "good golden silver grand royal true clear bright next total prime pure simple theater theatre tele port whole "
        "rolling banca banco banque volks radio tobacco associated institut institute school initiative klinik "
        "borussia eintracht kliniken technische allgemeine freie neues neuer alte young old hotel hotels shop studio "
        "studios center "
        "centre zentrum spiele games film music book books news times post journal magazin weekly daily morning"
    ).split()
)
"""First words of company names that are no short form of theirs."""
MIN_SHORT = 4
"""Letters a short form must have to be told from an abbreviation."""
TICKER = re.compile(r"[A-Z]{2,5}")
LABELS = frozenset("FOTO FOTOS BILD VIDEO AUDIO AKTE KORR NEU UPDATE DEU USA EUR USD CHF GBP".split())
"""Words in capitals that stand in brackets behind names and are none."""
BRACKETED = re.compile(r"(?:['’]s)?\s\(([A-ZÄÖÜ][\w&-]{1,11})\)")
"""A short name in brackets behind the full one: "Berliner Verkehrsbetriebe (BVG)"."""


def first_word_alone(name: str, lexicon: Lexicon) -> str | None:
    """The first word of a longer name if it can stand for the company: "Nordkai" of "Nordkai Logistik".

    A place or its people are no short form: "Bangkok Post", "Wiener Linien".
    """
    first, _, rest = name.partition(" ")
    is_distinct = len(first) >= MIN_SHORT and first.casefold() not in GENERIC_FIRST and first[0].isupper()
    is_distinct = is_distinct and first not in lexicon.regions and not is_inhabitant(first, lexicon.places)
    return first if rest and is_distinct and not is_description(first.casefold(), lexicon.descriptions) else None


def short_forms(
    proposals: Iterable[Proposal], seen: Iterable[str], lexicon: Lexicon, language: str, texts: Sequence[str]
) -> dict[str, str]:
    """Surface → company id of the short forms that count once the long form was seen in the article of these `texts`.

    "Nordkai Logistik GmbH" is then also "Nordkai Logistik" and "Nordkai"; "Microchip Technology" is "Microchip".
    """
    longs = [(p.name, p.company_id) for p in proposals]
    longs += [(lexicon.companies[c], c) for c in sorted(seen) if c in lexicon.companies]
    forms: dict[str, str] = {}
    for name, company_id in longs:
        forms.setdefault(name, company_id)
        first = first_word_alone(name, lexicon)
        if first and not (language == "de" and _is_place_in(texts, first)):
            forms.setdefault(first, company_id)
    return {form: c for form, c in forms.items() if form not in lexicon.aliases}


def _is_place_in(texts: Sequence[str], word: str) -> bool:
    """Whether a German article speaks of the word as of a place: "in Bangkok". English also buys shares "in" firms."""
    return any(f" in {word}" in text for text in texts)


def bracketed(text: str, start: int, end: int) -> str | None:
    """The short name in brackets behind text[start:end]: a ticker, or letters of the name in its order."""
    found = BRACKETED.match(text, end) if "(" in text[end : end + 4] else None
    if not found or found.group(1) in LABELS:
        return None
    short = found.group(1)
    is_short = TICKER.fullmatch(short) or _comes_from(short.casefold(), text[start:end].casefold())
    return short if is_short else None


def _comes_from(short: str, full: str) -> bool:
    letters = iter(full)
    return short[0] == full[0] and short != full and all(c in letters for c in short if c.isalnum())


def named_so(text: str, forms: Mapping[str, tuple[str, str]]) -> Iterator[Name]:
    """The places where one of `forms` (surface → company id, rule id) stands as a whole word, longest first."""
    for form in [form for form in forms if form in text]:
        company_id, rule_id = forms[form]
        at = text.find(form)
        while at >= 0:
            end = at + len(form)
            is_start = at == 0 or not (text[at - 1].isalnum() or text[at - 1] == "_")
            genitive = is_start and genitive_at(text, end) is not None
            if is_start and (genitive or end >= len(text) or not text[end].isalnum()):
                yield Name(at, end, company_id, rule_id, genitive)
            at = text.find(form, end)
