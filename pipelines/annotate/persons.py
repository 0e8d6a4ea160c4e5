"""Persons by their role, their title or the verb of saying beside them, with the company they speak for."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from pipelines.annotate.matching import Hit
from pipelines.annotate.mentions import Name
from pipelines.annotate.named_sources import find_named_sources

GIVEN = r"(?:[A-ZÄÖÜÉ][\w’'éèáíóúñçøåæ-]*[\wé]|[A-Z]\.(?:-?[A-Z]\.)?)"
PARTICLE = r"(?:(?:(?:von|van)(?:\s+(?:der|den|dem|de))?|zu|de|al|bin|le|la|du|di|da|dos|ten)\s+)?"
FAMILY = rf"{PARTICLE}[A-ZÄÖÜÉØÅ][\w’'éèáíóúñçøåæ-]*[\wé]"
FULL_NAME = rf"(?:(?:Dr|Prof|Mr|Mrs|Ms)\.?\s+)*{GIVEN}(?:\s+{GIVEN}){{0,2}}\s+{FAMILY}"
FULL_NAME_HERE = re.compile(FULL_NAME)
SINGLE_NAME_HERE = re.compile(r"[A-ZÄÖÜ][\w’'é-]*[\wé]")
HONORIFIC = re.compile(r"\b(?:Herrn?|Frau|Mr|Mrs|Ms|Sir|Dr|Prof)\.?\s+")
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
        "August September Oktober November Dezember Experten Analysten Ende Anfang The A An In On At By For "
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


def find_persons(sentence: str, hits: Sequence[Hit], names: Sequence[Name], known: dict[str, str]) -> list[Found]:
    """The persons of a sentence. `known` maps family names to full names seen before in the article; it is added to."""
    blocked = [(n.start, n.end) for n in names] + [
        (h.start, h.end) for h in hits if h.entry.kind in ("source", "description", "unnamed")
    ]
    blocked += [(start, end) for start, end, *_ in find_named_sources(sentence)]
    found: list[Found] = []
    for hit in hits:  # roles first: they say more of a person than a verb of saying does
        if hit.entry.kind == "role":
            _add(found, _by_role(sentence, hit, names, blocked))
    for hit in hits:
        if hit.entry.kind == "speech":
            _add(found, _by_speech(sentence, hit, blocked, known))
    for title in HONORIFIC.finditer(sentence):
        single = SINGLE_NAME_HERE.match(sentence, title.end())
        full = FULL_NAME_HERE.match(sentence, title.end())
        place = full or single
        if place and _is_name(place.group(), place.span(), blocked):
            _add(found, Found(*place.span(), place.group(), None, None, "honorific"))
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


def _by_role(sentence: str, hit: Hit, names: Sequence[Name], blocked: list[tuple[int, int]]) -> Found | None:
    """ "Vizepräsident Hugo Barra", "Apple-Chef Tim Cook", "Tim Cook, CEO of Apple"."""
    role = sentence[hit.start : hit.end]
    behind = re.match(r"(?:in|s|n|en)?,?\s+", sentence[hit.end :])
    if behind:
        at = hit.end + behind.end()
        place = FULL_NAME_HERE.match(sentence, at)
        if place and _is_name(place.group(), place.span(), blocked):
            return Found(
                *place.span(), place.group(), role, _organisation(sentence, hit, place.end(), names), "role-name"
            )
        owner = ORGANISATION_BEHIND.match(sentence, hit.end)
        company = owner and next((n for n in names if n.start == owner.end()), None)
        if company:
            at = company.end
            place = re.compile(rf",?\s+({FULL_NAME})").match(sentence, at)
            if place and _is_name(place.group(1), place.span(1), blocked):
                return Found(*place.span(1), place.group(1), role, company.company_id, "role-company-name")
    before = APPOSITION.search(sentence[: hit.start]) or _behind_company(sentence, hit, names)
    if before and _is_name(before.group(1), before.span(1), blocked):
        return Found(*before.span(1), before.group(1), role, _organisation(sentence, hit, hit.end, names), "name-role")
    return None


def _behind_company(sentence: str, hit: Hit, names: Sequence[Name]) -> re.Match[str] | None:
    """ "Tim Cook, Apple’s chief executive", "Lutz Grüten, Commerzbank-Analyst"."""
    company = next((n for n in names if 0 <= hit.start - n.end <= 4), None)
    return APPOSITION.search(sentence[: company.start]) if company else None


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
    gap = re.match(r"\s+(?:(?:auch|zudem|weiter|jedoch|dagegen|gestern|heute|der|die)\s+)?", sentence[hit.end :])
    if gap:
        at = hit.end + gap.end()
        for pattern, rule in ((FULL_NAME_HERE, "speech-name"), (SINGLE_NAME_HERE, "speech-family-name")):
            place = pattern.match(sentence, at)
            if (
                place
                and _is_name(place.group(), place.span(), blocked)
                and (" " in place.group() or place.group() in known)
            ):
                return Found(*place.span(), place.group(), None, None, rule)
    before = NAME_BEFORE.search(sentence[: hit.start])
    if before and _is_name(before.group(1), before.span(1), blocked):
        return Found(*before.span(1), before.group(1), None, None, "name-speech")
    single = re.search(r"([A-ZÄÖÜ][\w’'é-]*[\wé])\s+$", sentence[: hit.start])
    if single and single.group(1) in known:
        return Found(*single.span(1), single.group(1), None, None, "family-name-speech")
    return None


def _is_name(text: str, span: tuple[int, int], blocked: list[tuple[int, int]]) -> bool:
    """Not a company, source or description, and no word of it one that opens sentences or names things."""
    if any(start < span[1] and span[0] < end for start, end in blocked):
        return False
    return not any(word in NOT_A_NAME for word in text.split())
