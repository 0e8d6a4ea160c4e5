"""Finds the companies an article names: register, legal forms, clues around unknown names, then short forms of all."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

from pipelines.annotate.candidates import Candidate, Scene, sight, spans_of
from pipelines.annotate.legal_forms import by_legal_form
from pipelines.annotate.lexicon import Lexicon
from pipelines.annotate.matching import Hit, is_title_case
from pipelines.annotate.mentions import Name, Proposal, longest
from pipelines.annotate.origins import is_inhabitant
from pipelines.annotate.proposals import enough, gather, name_them
from pipelines.annotate.register_names import is_index, is_person, is_plural, of_confirmed, of_register
from pipelines.annotate.short_forms import bracketed, named_so, short_forms

QUOTES = "„“”\"»«‚‘’'"


class Named(Protocol):
    """A sentence whose names are looked for."""

    text: str
    hits: list[Hit]
    names: list[Name]


def name_companies(lines: Sequence[Named], language: str, lexicon: Lexicon) -> list[Proposal]:
    """Fill `names` of every line; what it returns are the companies that no register knows."""
    proposals: dict[str, Proposal] = {}
    for line in lines:
        by_form = list(by_legal_form(line.text, language, lexicon))
        proposals.update({p.company_id: p for _, p in by_form if p and p.company_id not in proposals})
        cited = list(_cited(line.hits, line.text, language, lexicon))
        line.names = longest(
            [name for name, _ in by_form],
            of_register(line.text, line.hits, language, lexicon),
            [name for name, _ in cited],
        )
        for name, proposal in cited:
            if proposal and name in line.names:
                proposals.setdefault(proposal.company_id, proposal)
    _confirm(lines, language, lexicon)
    forms = _known_forms(lines, list(proposals.values()), language, lexicon)
    known = {form.casefold(): c for form, (c, _) in forms.items()}
    for company_id in sorted({name.company_id for line in lines for name in line.names}):
        if ticker := lexicon.tickers.get(company_id):
            known.setdefault(ticker.casefold(), company_id)
    surfaces, found = _by_clues(lines, known, language, lexicon)
    proposals.update({p.company_id: p for p in found if p.company_id not in proposals})
    if surfaces:
        _add(lines, surfaces)
        forms = _known_forms(lines, list(proposals.values()), language, lexicon)
    if forms:
        _add(lines, forms)
    named = {name.company_id for line in lines for name in line.names}
    return [proposal for proposal in proposals.values() if proposal.company_id in named]


def _confirm(lines: Sequence[Named], language: str, lexicon: Lexicon) -> None:
    """What is a company in one place is one in the others too, but everyday words must show it each time."""
    clues = lexicon.name_clues[language]
    shown = {s.text[n.start : n.end] for s in lines for n in s.names if n.rule_id.startswith("context-")}
    shown = {name for name in shown if not clues.at("everyday", name) and not clues.at("surname", name)}
    for line in lines if shown else ():
        line.names = longest(line.names, of_confirmed(line.text, line.hits, shown, language, clues))


def _cited(hits: Sequence[Hit], text: str, language: str, lexicon: Lexicon) -> Iterator[tuple[Name, Proposal | None]]:
    """Media and agencies of the source lexicon are companies too, without the quotation marks around them."""
    clues = lexicon.name_clues[language]
    for hit in hits:
        if hit.entry.kind == "source" and hit.entry.key in lexicon.speaking_companies:
            company_id, name = lexicon.speaking_companies[hit.entry.key]
            surface = text[hit.start : hit.end]
            if is_index(text, surface, hit.end) or is_person(text, hit.start, hit.end, clues):
                continue
            if language == "de" and is_inhabitant(surface, lexicon.places):  # "des New Yorker Hotels"
                continue
            if language == "en" and is_plural(text, hit):
                continue
            start = hit.start + len(surface) - len(surface.lstrip(QUOTES))
            end = hit.end - len(surface) + len(surface.rstrip(QUOTES))
            proposal = None if company_id in lexicon.companies else Proposal(company_id, name, None, "source-lexicon")
            yield Name(start, end, company_id, "source-lexicon", hit.is_genitive), proposal


def _known_forms(
    lines: Sequence[Named], proposals: list[Proposal], language: str, lexicon: Lexicon
) -> dict[str, tuple[str, str]]:
    """Short forms of everything named so far."""
    seen = {name.company_id for line in lines for name in line.names}
    texts = [line.text for line in lines]
    forms = {form: (c, "short-form") for form, c in short_forms(proposals, seen, lexicon, language, texts).items()}
    for line in lines:
        for name in line.names if "(" in line.text else ():
            form = bracketed(line.text, name.start, name.end)
            if form and form not in lexicon.aliases:
                forms.setdefault(form, (name.company_id, "bracketed-form"))
    return forms


def _by_clues(
    lines: Sequence[Named], known: dict[str, str], language: str, lexicon: Lexicon
) -> tuple[dict[str, tuple[str, str]], list[Proposal]]:
    """Surface → (company id, rule id) of names the clues of the article make companies, and the new ones among them."""
    candidates: list[Candidate] = []
    others: set[str] = set()
    for line in lines:
        if language == "en" and is_title_case(line.text):
            continue
        sighted = sight(_scene(line, language, lexicon))
        candidates += sighted.candidates
        others |= sighted.others
    evidence = gather(candidates, language)
    likely = {s: e for s, e in evidence.items() if e.points > 0}
    if not likely:
        return {}, []
    texts = [line.text for line in lines]
    accepted = {s: e for s, e in likely.items() if enough(s, e, language, others, texts)}
    return name_them(accepted, known, language, lexicon)


def _scene(line: Named, language: str, lexicon: Lexicon) -> Scene:
    markets = {(h.start, h.end): h.entry.key for h in line.hits if h.entry.kind == "market"}
    bodies = {(h.start, h.end) for h in line.hits if h.entry.kind == "source" and h.entry.key in lexicon.public_bodies}
    return Scene(
        line.text,
        language,
        lexicon.name_clues[language],
        line.names,
        frozenset(markets) | bodies,
        spans_of(markets, lexicon.countries),
        lexicon.places,
    )


def _add(lines: Sequence[Named], forms: dict[str, tuple[str, str]]) -> None:
    for line in lines:
        found = list(named_so(line.text, forms))
        if found:
            line.names = longest(line.names, found)
