"""Company names by the legal form behind them: "Nordkai Logistik GmbH & Co. KG", "Woodward, Inc."."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from pipelines.annotate.gate import Gate
from pipelines.annotate.lexicon import Lexicon
from pipelines.annotate.mentions import Name, Proposal, slug
from pipelines.annotate.name_clues import cores
from pipelines.annotate.origins import is_origin
from pipelines.annotate.slots import is_description

LEGAL_FORM = (
    r"(?:GmbH\s*&\s*Co\.?\s*(?:KGaA|KG|OHG)|(?:AG|SE)\s*&\s*Co\.?\s*(?:KGaA|KG)|gGmbH|GmbH|GMBH|mbH|KGaA|AG|SE|KG|OHG"
    r"|eG|UG|\w{0,20}[Aa]ktiengesellschaft|Incorporated|Inc\.?|Corporation|Corp\.?|Limited|Ltd\.?|LLC|LLP|L\.P\.|plc|PLC"
    r"|S\.?A\.?S\.?|S\.?A\.?|S\.p\.A\.|SpA|S\.?\s?à\s?r\.?l\.?|N\.V\.|NV|B\.V\.|BV|AB|ASA|A/S|ApS|Oyj|Oy|Pty Ltd|K\.K\."
    r"|Z[Rr][Tt]|Kft|S\.A\.B\. de C\.V\.|A\.Ş\.|& Co\.)"
)
COMMA_FORM = r"(?:Inc|Ltd|LLC|Corp|L\.P|PLC|Co)\b\.?"
"""Forms that American usage sets off by a comma."""
NAME_WORD = r"(?:[A-ZÄÖÜ0-9][\w’'.&+-]*|[a-z]+[A-Z]\w*|&|\+|und|and|of|de|von|for)"
NAME_STARTS = r"(?<![\w.&+-])(?<!\w['’])"
NAMED_BY_FORM = re.compile(rf"{NAME_STARTS}((?:{NAME_WORD}\s+){{1,6}}?)({LEGAL_FORM})(?![\w-])")
NAMED_BY_COMMA_FORM = re.compile(rf"{NAME_STARTS}((?:{NAME_WORD}\s+){{0,5}}?{NAME_WORD}),\s+({COMMA_FORM})(?![\w-])")
FORM_BEHIND = re.compile(rf"\s+(?:Holding\s+|Group\s+)?{LEGAL_FORM}(?![\w])")
ANY_FORM = re.compile(
    r"(?:AG|SE|KG|mbH|MBH|UG|eG|aA|OHG|Inc|orp|L[tT][dD]|LLC|LLP|L\.P|imited|oration|orated|plc|PLC|S\.?[Ap]|SpA|N\.?V"
    r"|B\.?V|AB|ASA|A/S|ApS|Oyj?|K\.K|Z[Rr][Tt]|Kft|tiengesellschaft|A\.Ş|r\.?l|Co)(?!\w)"
)
"""The ends of legal forms: what a sentence must hold for a name by legal form to be looked for."""
FORM_SIGNS = Gate(
    "AG SE KG mbH MBH UG eG aA OHG Inc orp LtD Ltd LTD LTd LLC LLP L.P imited oration orated plc PLC S.A S.p SA Sp N.V "
    "NV B.V BV AB ASA A/S ApS Oy K.K Zrt ZRT ZRt ZrT Kft tiengesellschaft A.Ş rl r.l Co".split()
)
"""A cheaper look for the same: the letters of each end."""
CONNECTORS = frozenset({"&", "+", "und", "and", "of", "de", "von", "for"})
OPENERS = frozenset(
    (
        "der die das den dem des ein eine einer eines und oder aber auch bei mit von für the a an and at by "
        "for from in is its his her new neue neuer neuen wie als laut nach seit zur zum vom beim im am when "
        "while but why how what where as if since after before with to on into both that this former"
    ).split()
)
INNER_FORM = re.compile(r"(?:Inc|Corp|Co|Ltd|AG|SE|GmbH|plc|PLC|LLC)\.?")
CUTTING = frozenset("der die das dem den des the von for".split())
"""Words that a name by legal form cannot hold: it begins behind the last of them."""
LONGEST_OWNER = 3
"""So many words or more before a registered name are none of its own: "Why To Prefer Kinder Morgan"."""
NO_NAMES = frozenset(
    "technologies holding holdings group gruppe beteiligungs verwaltungs management services international bank "
    "company deutschland europe germany capital solutions systems partners industries corporation sparkasse co inc "
    "corp ltd".split()
)
"""Slugs of words that stand before a legal form and name nobody by themselves."""


def by_legal_form(block: str, language: str, lexicon: Lexicon) -> Iterator[tuple[Name, Proposal | None]]:
    """Names that stand before a legal form: a registered company if the name is one, else a proposed one."""
    if not FORM_SIGNS.is_open(block) or not ANY_FORM.search(block):
        return
    for pattern in (NAMED_BY_FORM, NAMED_BY_COMMA_FORM):
        for found in pattern.finditer(block):
            start, name = _trim(found.start(1), found.group(1).rstrip(), found.group(2), language, lexicon)
            if not name or not any(c.isalpha() for c in name):
                continue
            company_id = _registered(name, language, lexicon)
            end = found.end(2)
            if company_id is None and language == "de" and found.group(2) == "& Co.":
                continue  # "Muster & Co." means Muster and the like of them
            if company_id:
                yield Name(start, end, company_id, "register-legal-form"), None
            elif (company_id := slug(name)) and len(name) > 2 and company_id not in NO_NAMES:
                proposal = Proposal(company_id, name, block[start:end], "legal-form")
                yield Name(start, end, company_id, "legal-form"), None if company_id in lexicon.companies else proposal


def _trim(start: int, name: str, form: str, language: str, lexicon: Lexicon) -> tuple[int, str]:
    """Drop what stands before the name proper: articles, "Softwarehaus", "Kölner", openers, "Übernahme von"."""
    words = list(re.finditer(r"\S+", name))
    words = words[_owner_words(words, lexicon) :]
    cut = next((n for n in range(len(words) - 1, 0, -1) if _ends_another(words, n - 1, lexicon)), 0)
    words = words[cut:]
    while words:
        word = words[0].group()
        low = word.casefold().rstrip(".")
        if form == "mbH" and low.endswith("gesellschaft"):
            break  # "Baugesellschaft Muster mbH": the form is short for what the name says
        is_opener = low in OPENERS or word in CONNECTORS
        is_cut = is_opener or is_description(low, lexicon.descriptions)
        is_cut = is_cut or (language == "de" and lexicon.name_clues[language].at("common", word) is not None)
        is_from = len(words) > 1 and is_origin(word, lexicon.places) and slug(words[1].group()) not in NO_NAMES
        if not (is_cut or is_from) or (len(words) == 1 and low not in OPENERS):
            break
        words.pop(0)
    return (start + words[0].start(), name[words[0].start() :]) if words else (start, "")


def _owner_words(words: Sequence[re.Match[str]], lexicon: Lexicon) -> int:
    """How many words before a registered name belong to somebody else: "Eva Muster’s Berkshire Hathaway"."""
    name = words[0].string if words else ""
    for number in range(1, len(words)):
        owned = words[number - 1].group().endswith(("'s", "’s"))
        if (owned or number >= LONGEST_OWNER) and name[words[number].start() :].rstrip() in lexicon.aliases:
            return number
    return 0


def _ends_another(words: Sequence[re.Match[str]], number: int, lexicon: Lexicon) -> bool:
    """Whether the name begins behind this word: an article, a legal form, or an "and" between two names."""
    word = words[number].group()
    if word.casefold() in CUTTING or INNER_FORM.fullmatch(word):
        return True
    if word == "of":  # "Shares of Quarzwerk Inc.", but "Bank of Quarzwerk Inc."
        return number > 0 and lexicon.name_clues["en"].at("common", words[number - 1].group()) is not None
    if word not in ("and", "und"):
        return False
    before = " ".join(w.group() for w in words[:number])
    return len(words) - number > 2 or before in lexicon.aliases or words[-1].group() in lexicon.aliases


def _registered(name: str, language: str, lexicon: Lexicon) -> str | None:
    """The registered company of this name, or of what it is without a word that says its kind ("Newmont Mining")."""
    for core in cores(name, lexicon.name_clues[language]):
        if core in lexicon.aliases and (core == name or core not in lexicon.context_aliases):
            return lexicon.aliases[core]
    return None
