"""Persons by their role, their title or the verb of saying beside them, with the company they speak for."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from pipelines.annotate.gate import Gate
from pipelines.annotate.matching import Hit
from pipelines.annotate.mentions import Name
from pipelines.annotate.noun_phrases import NO_NOUNS

GIVEN = r"(?:[A-ZÄÖÜÉ][\w’'éèáíóúñçøåæ-]*[\wé]|[A-Z]\.(?:-?[A-Z]\.)?)"
PARTICLE = r"(?:(?:(?:von|van)(?:\s+(?:der|den|dem|de))?|zu|de|al|bin|le|la|du|di|da|dos|ten)\s+)?"
FAMILY = rf"{PARTICLE}[A-ZÄÖÜÉØÅ][\w’'éèáíóúñçøåæ-]*[\wé]"
FULL_NAME = rf"(?:(?:Dr|Prof|Mr|Mrs|Ms)\.?\s+)*{GIVEN}(?:\s+{GIVEN}){{0,2}}\s+{FAMILY}"
FULL_NAME_HERE = re.compile(FULL_NAME)
SINGLE_NAME_HERE = re.compile(r"[A-ZÄÖÜ][\w’'é-]*[\wé]")
PLAIN_NAME_HERE = re.compile(rf"{GIVEN}\s+[A-ZÄÖÜÉ][\w’'éèáíóúñçøåæ-]*[\wé]")
ROLE_END = re.compile(r"(?:in|s|n|en)?,?\s+")
ROLE_FAMILY_NAME = re.compile(
    r"(?:in|s|n|en)?\s+((?:(?:von der|van der|van|de|al|el)\s)?[A-ZÄÖÜÉ][\w’-]*[a-zäöüßéèç])(?!\w)"
    r"(?=\s*(?:$|[,.;:!?(“”\"«–]|[a-zäöü]))"
)
"""A name alone behind a role: "Kanzlerin Moor", where no further word with a capital follows."""
APPOSED_NAME = re.compile(
    rf"(?:in|s|n|en)?(?:\s[^,;:.()„“”\"]{{1,90}})?(?:\s\([^()]{{1,30}}\))?,\s+({FULL_NAME})(?=\s*(?:[,.;:(]|$))"
)
FAMILY_BEFORE = re.compile(r"(?<![\w-])([A-ZÄÖÜ][\w’'é-]*[\wé])\s+$")
SPEECH_GAP = re.compile(
    r"\s+(?:(?:auch|zudem|weiter|jedoch|dagegen|gestern|heute|der|die|etwa"
    r"|am (?:Mon|Diens|Donners|Frei|Sams|Sonn)tag|am Mittwoch)\s+)?"
)
POSSESSIVE_MARK = re.compile(r"[’']s?\s+")
ORGANISATION_BEFORE = re.compile(r"\b(?:at|of|for|with|from|in|by|bei|von|vom|der|des|beim|im|für)\s+$")
LOOK_BACK = 80
"""Characters before a role or a verb of saying within which its name may stand."""
HONORIFIC = re.compile(r"\b(?:Herrn?|Frau|Mr|Mrs|Ms|Sir|Dr|Prof)\.?\s+")
HONORIFICS = Gate("Herr Frau Mr Ms Sir Dr Prof".split())
"""What stands in every sentence with an honorific."""
TITLE = re.compile(
    r"(?:[A-ZÄÖÜ][\w-]*(?:leiter|chef|sprecher|minister|präsident|direktor|manager|analyst|forscher|experte|expert|händler|"
    r"anwalt|anwält|verwalter|vorsitzende|geschäftsführer|vorständ|gründer|professor|kommissar|ökonom|volkswirt)(?:in|r|n)?"
    r"|Vorstand|Doktor|Professor)\s+"
)
NAME_BEFORE = re.compile(rf"({FULL_NAME})(?:,?\s+)$")
APPOSITION = re.compile(
    rf"({FULL_NAME})(?:,\s+(?:der |die |the |a |an |its )?|\s+(?:as|als|zum|zur)\s+(?:its |the |new |neuen? |neuer )*)$"
)
ORGANISATION_BEHIND = re.compile(
    r"\s*,?\s*(?:von|bei|beim|der|des|vom|of|at|for|with)\s+(?:der |dem |the |des )?"
    r"(?:[a-zäöü]+en |[A-ZÄÖÜ][\w-]+(?:bank|haus|firma) )?"
)
NOT_A_NAME = frozenset(
    (
        "Der Die Das Den Dem Des Ein Eine Einen Im In Am Zum Zur Nach Vor Bei Mit Auf Für Aus Wie Und Aber "
        "Doch Er Sie Es Wir Ich Man Dies Diese Dieser Damit Dabei Dazu Das Auch Nun Jetzt Heute Gestern "
        "Montag Dienstag Mittwoch Donnerstag Freitag Samstag Sonntag Januar Februar März April Mai Juni Juli "
        "Mitte August September Oktober November Dezember Experten Analysten Ende Anfang The A An In On At By For "
        "From It He She We They This That These But And Or If When While After Before Monday Tuesday "
        "Wednesday Thursday Friday Saturday Sunday January February March June July August October November "
        "December Analysts Unternehmen Konzern Firma Angaben Sprecher Sprecherin Chef Chefin Vorstand Anleger "
        "Aktie Aktien Euro Dollar Prozent Millionen Milliarden Mitarbeiter Kunden Deutschland Europa Asien "
        "Company Group Shares Uhr Gewerkschaft Regierung"
    ).split()
)


@dataclass(frozen=True, slots=True)
class Found:
    """A person at block[start:end]."""

    start: int
    end: int
    name: str
    role: str | None
    organisation_id: str | None
    rule_id: str


def find_persons(
    sentence: str,
    hits: Sequence[Hit],
    names: Sequence[Name],
    sources: Sequence[tuple[int, int, str, int]],
    known: dict[str, str],
) -> list[Found]:
    """The persons of a sentence. `known` maps family names to full names seen before in the article; it is added to.

    `sources` are what `find_named_sources` found; they are no persons.
    """
    roles = [hit for hit in hits if hit.entry.kind == "role"]
    said = [hit for hit in hits if hit.entry.kind == "speech"]
    is_titled = HONORIFICS.is_open(sentence)
    if not (roles or said or is_titled or any(name.is_genitive for name in names)):
        return []
    blocked = [(n.start, n.end) for n in names] + [
        (h.start, h.end) for h in hits if h.entry.kind in ("source", "description", "unnamed")
    ]
    blocked += [(start, end) for start, end, *_ in sources]
    nouns = [(h.start, h.end) for h in hits if h.entry.kind in ("role", "people", "authority", "association", "market")]
    found: list[Found] = []
    for hit in roles:  # roles first: they say more of a person than a verb of saying does
        _add(found, _by_role(sentence, hit, names, blocked, nouns))
    for hit in said:
        _add(found, _by_speech(sentence, hit, blocked, known))
    for name in names:
        if name.is_genitive and (mark := POSSESSIVE_MARK.match(sentence, name.end)):
            place = _full_name_at(sentence, mark.end(), blocked)
            if place:
                _add(found, Found(*place, sentence[slice(*place)], None, name.company_id, "company-possessive-name"))
    for title in HONORIFIC.finditer(sentence) if is_titled else ():
        single = SINGLE_NAME_HERE.match(sentence, title.end())
        full = FULL_NAME_HERE.match(sentence, title.end())
        addressed = full or single
        if addressed and _is_name(addressed.group(), addressed.span(), blocked):
            _add(found, Found(*addressed.span(), addressed.group(), None, None, "honorific"))
    found = [_without_title(person) for person in found]
    for person in found:
        if " " in person.name:
            known.setdefault(person.name.split()[-1], person.name)
    return [
        Found(p.start, p.end, known.get(p.name, p.name), p.role, p.organisation_id, p.rule_id)
        for p in sorted(found, key=lambda p: p.start)
    ]


def _without_title(person: Found) -> Found:
    """German titles stand before the name without a mark: "Werksleiterin Eva Muster"."""
    title = TITLE.match(person.name)
    if not title or " " not in person.name[title.end() :]:
        return person
    return replace(person, start=person.start + title.end(), name=person.name[title.end() :])


def _add(found: list[Found], person: Found | None) -> None:
    """Keep it unless one found before, by a firmer rule, stands there already."""
    if person and not any(p.start < person.end and person.start < p.end for p in found):
        found.append(person)


def _by_role(
    sentence: str, hit: Hit, names: Sequence[Name], blocked: list[tuple[int, int]], taken: list[tuple[int, int]]
) -> Found | None:
    """ "Vizepräsident Hugo Barra", "Tim Cook, CEO of Apple", "der Chef von Siemens, Jonas Reet"."""
    role = sentence[hit.start : hit.end]
    behind = ROLE_END.match(sentence, hit.end)
    if behind:
        place = _full_name_at(sentence, behind.end(), blocked)
        if place:
            return Found(
                *place, sentence[slice(*place)], role, _organisation(sentence, hit, place[1], names), "role-name"
            )
    apposed = APPOSED_NAME.match(sentence, hit.end)
    if apposed and _is_name(apposed.group(1), apposed.span(1), blocked):
        company = next((n for n in names if hit.end <= n.start and n.end <= apposed.start(1)), None)
        organisation = company.company_id if company else _organisation(sentence, hit, hit.end, names)
        return Found(*apposed.span(1), apposed.group(1), role, organisation, "role-comma-name")
    window = max(0, hit.start - LOOK_BACK)
    before = APPOSITION.search(sentence[window : hit.start])
    if before:
        window = hit.start - len(before.string)
    else:
        before, window = _behind_company(sentence, hit, names)
    if before:
        span = (window + before.start(1), window + before.end(1))
        if _is_name(before.group(1), span, blocked):
            return Found(*span, before.group(1), role, _organisation(sentence, hit, hit.end, names), "name-role")
    single = ROLE_FAMILY_NAME.match(sentence, hit.end)
    if single and _is_name(single.group(1), single.span(1), blocked + taken):
        organisation = _organisation(sentence, hit, single.end(1), names)
        return Found(*single.span(1), single.group(1), role, organisation, "role-family-name")
    return None


def _full_name_at(sentence: str, at: int, blocked: list[tuple[int, int]]) -> tuple[int, int] | None:
    """Where the full name that starts at `at` stands, without "von der" and a company behind it."""
    for pattern in (FULL_NAME_HERE, PLAIN_NAME_HERE):
        place = pattern.match(sentence, at)
        if place and _is_name(place.group(), place.span(), blocked):
            return place.span()
    return None


def _behind_company(sentence: str, hit: Hit, names: Sequence[Name]) -> tuple[re.Match[str] | None, int]:
    """ "Tim Cook, Apple’s chief executive", "Lutz Grüten, Commerzbank-Analyst"; with the offset of the search."""
    company = next((n for n in names if 0 <= hit.start - n.end <= 4), None)
    if not company:
        return None, 0
    window = max(0, company.start - LOOK_BACK)
    return APPOSITION.search(sentence[window : company.start]), window


def _organisation(sentence: str, role: Hit, at: int, names: Sequence[Name]) -> str | None:
    """The company of a role: in a compound or genitive before it, or behind it with "von", "bei", "of"."""
    for name in names:
        gap = role.start - name.end
        if 0 <= gap <= 4 and re.fullmatch(
            r"(?:[-‑]|(?:s|’s|'s|’|')\s+|\s+)\S{0,2}", sentence[name.end : role.start] or " "
        ):
            return name.company_id
    for end in (role.end, at):
        owner = ORGANISATION_BEHIND.match(sentence, end)
        if owner:
            company = next((n for n in names if n.start == owner.end()), None)
            if company:
                return company.company_id
    return None


def _by_speech(sentence: str, hit: Hit, blocked: list[tuple[int, int]], known: dict[str, str]) -> Found | None:
    """The name right behind or right before a verb of saying: "sagte Hugo Barra", "Barra said", "laut Barra"."""
    gap = SPEECH_GAP.match(sentence, hit.end)
    if gap:
        place = _full_name_at(sentence, gap.end(), blocked)
        if place:
            return Found(*place, sentence[slice(*place)], None, None, "speech-name")
        single = SINGLE_NAME_HERE.match(sentence, gap.end())
        if single and single.group() in known and _is_name(single.group(), single.span(), blocked):
            return Found(*single.span(), single.group(), None, None, "speech-family-name")
    window = max(0, hit.start - LOOK_BACK)
    before = NAME_BEFORE.search(sentence[window : hit.start])
    if before:
        span = (window + before.start(1), window + before.end(1))
        is_affiliation = ORGANISATION_BEFORE.search(sentence, max(0, span[0] - 6), span[0])
        if not is_affiliation and _is_name(before.group(1), span, blocked):
            return Found(*span, before.group(1), None, None, "name-speech")
    family = FAMILY_BEFORE.search(sentence, window, hit.start)
    if family and family.group(1) in known:
        return Found(*family.span(1), family.group(1), None, None, "family-name-speech")
    return None


def _is_name(text: str, span: tuple[int, int], blocked: list[tuple[int, int]]) -> bool:
    """Not a company, source or description, and no word of it one that opens sentences or names things."""
    if any(start < span[1] and span[0] < end for start, end in blocked):
        return False
    words = text.split()
    return words[0] not in NO_NOUNS and not any(word in NOT_A_NAME for word in words)
