"""Puts the annotators together, sentence by sentence. Each kind of annotation has its own module beside this one."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby

from pipelines.annotate.lexicon import Lexicon
from pipelines.annotate.matching import Hit, without_overlap
from pipelines.annotate.mentions import Name, slug
from pipelines.annotate.named_sources import find_named_sources
from pipelines.annotate.naming import name_companies
from pipelines.annotate.persons import find_persons
from pipelines.annotate.quantities import find_quantities
from pipelines.annotate.quotations import find_quotations
from pipelines.annotate.references import find_references
from pipelines.annotate.sentences import Stretch, split_clauses, split_sentences
from pipelines.annotate.slots import share_lists, slot_at
from pipelines.annotate.speakers import NOUN_KINDS, find_speakers
from pipelines.annotate.times import find_times
from pipelines.records import (
    Annotations,
    Article,
    Clause,
    Cue,
    MarketMention,
    Mention,
    Person,
    ProposedCompany,
    Quantity,
    Quotation,
    Reference,
    Region,
    Sentence,
    SourceMention,
    Speaker,
    TimeExpression,
)

NAMING = frozenset(
    (Region.TITLE, Region.LEAD, Region.HEADING, Region.BODY, Region.QUOTE, Region.CAPTION, Region.CREDIT)
)
"""Regions in which a name counts as named by the article; claims are read in the first five."""

NAME_KINDS = frozenset({"company", "source", "market"})


@dataclass(slots=True)
class Line:
    """A sentence on its way: where it stands and what was found in it so far. Offsets of finds are into `text`."""

    text: str
    start: int
    region: Region
    number: int
    paragraph_no: int
    clauses: list[Stretch]
    hits: list[Hit]
    sources: list[tuple[int, int, str, int]]
    names: list[Name] = field(default_factory=list)
    hits_by_kind: dict[str, list[Hit]] = field(init=False, default_factory=dict)
    _of_kinds: dict[str, list[Hit]] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        for hit in self.hits:
            self.hits_by_kind.setdefault(hit.entry.kind, []).append(hit)

    def of_kind(self, kind: str) -> list[Hit]:
        """Hits of one lexicon outside companies' names, the longest where two overlap. `names` must be complete."""
        if kind not in self._of_kinds:
            hits = without_overlap(self.hits_by_kind.get(kind, []))
            self._of_kinds[kind] = [h for h in hits if not self._is_in_name(h)] if self.names else hits
        return self._of_kinds[kind]

    def _is_in_name(self, hit: Hit) -> bool:
        return any(n.start <= hit.start and hit.end <= n.end for n in self.names)

    def place(self, start: int, end: int, rule_id: str) -> tuple[Region, int, int, int, int, str]:
        """The fields of a `Span`, in its order."""
        clause_no = 0
        for clause in self.clauses:
            if clause.start <= start < clause.end:
                clause_no = clause.clause_no
                break
        return self.region, self.start + start, self.start + end, self.number, clause_no, rule_id


def annotate(article: Article, lexicon: Lexicon) -> Annotations:
    """Everything that stands in one article. Equal articles and lexicons give equal annotations, in text order."""
    language = article.language if article.language in lexicon.matchers else "en"
    assert language is not None
    lines = list(_lines(article, language, lexicon))
    proposals = name_companies(lines, language, lexicon)
    published = article.published.date() if article.published else None
    known: dict[str, str] = {}
    people = [p for line in lines for p in _persons(line, known)]
    people_in: dict[int, list[Person]] = defaultdict(list)
    for person in people:
        people_in[person.sentence_no].append(person)
    return Annotations(
        paragraphs=article.paragraphs,
        sentences=tuple(
            Sentence(s.region, s.start, s.start + len(s.text), s.number, 0, "sentencex", s.paragraph_no) for s in lines
        ),
        clauses=tuple(
            Clause(s.region, s.start + c.start, s.start + c.end, s.number, c.clause_no, c.kind, c.kind)
            for s in lines
            for c in s.clauses
        ),
        mentions=tuple(m for s in lines for m in _mentions(s, language, lexicon)),
        proposed_companies=tuple(ProposedCompany(p.company_id, p.name, p.legal_name, p.rule_id) for p in proposals),
        references=tuple(r for s in lines for r in _references(s, language, lexicon)),
        persons=tuple(people),
        source_mentions=tuple(m for s in lines for m in _source_mentions(s, language, lexicon)),
        speakers=tuple(p for s in lines for p in _speakers(s, people_in.get(s.number, ()), language, lexicon)),
        cues=tuple(c for s in lines for c in _cues(s)),
        market_mentions=tuple(m for s in lines for m in _market_mentions(s, language)),
        quantities=tuple(q for s in lines for q in _quantities(s, language, lexicon)),
        times=tuple(t for s in lines for t in _times(s, published)),
        quotations=tuple(_quotations(article, lines)),
    )


def _lines(article: Article, language: str, lexicon: Lexicon) -> Iterator[Line]:
    """The sentences of the regions that count, the title first as sentence 0."""
    matcher = lexicon.matchers[language]
    if article.title:
        yield Line(
            article.title,
            0,
            Region.TITLE,
            0,
            -1,
            split_clauses(article.title, language),
            matcher.find(article.title),
            find_named_sources(article.title),
        )
    number = 0
    for paragraph_no, paragraph in enumerate(article.paragraphs):
        if paragraph.region not in NAMING or paragraph.region is Region.TITLE:
            continue
        block = article.text[paragraph.start : paragraph.end]
        for start, end in split_sentences(block, language):
            number += 1
            sentence = block[start:end]
            yield Line(
                sentence,
                paragraph.start + start,
                paragraph.region,
                number,
                paragraph_no,
                split_clauses(sentence, language),
                matcher.find(sentence),
                find_named_sources(sentence),
            )


def _mentions(line: Line, language: str, lexicon: Lexicon) -> Iterator[Mention]:
    if not line.names:
        return
    slots = [
        slot_at(line.text, n.start, n.end, language, lexicon.descriptions, is_genitive=n.is_genitive)
        for n in line.names
    ]
    slots = share_lists(line.text, [(n.start, n.end) for n in line.names], slots)
    for name, slot in zip(line.names, slots, strict=True):
        place = line.place(name.start, name.end, name.rule_id)
        yield Mention(*place, name.company_id, line.text[name.start : name.end], slot)


def _references(line: Line, language: str, lexicon: Lexicon) -> Iterator[Reference]:
    for start, end, kind, rule in sorted(find_references(line.text, line.hits, language)):
        if any(n.start < end and start < n.end for n in line.names):
            continue
        slot = slot_at(line.text, start, end, language, lexicon.descriptions, is_genitive=False)
        yield Reference(*line.place(start, end, rule), kind, line.text[start:end], slot)


def _persons(line: Line, known: dict[str, str]) -> Iterator[Person]:
    for p in find_persons(line.text, line.hits, line.names, line.sources, known):
        surface = line.text[p.start : p.end]
        yield Person(*line.place(p.start, p.end, p.rule_id), surface, p.name, p.role, p.organisation_id)


def _source_mentions(line: Line, language: str, lexicon: Lexicon) -> Iterator[SourceMention]:
    """Sources of the lexicon, then those that only their context names, unless a company stands there."""
    # a company that only clues propose may also be a source whose kind is named: "Magazin „Kontor“"
    taken = [(n.start, n.end) for n in line.names if n.company_id in lexicon.companies or n.rule_id == "legal-form"]
    found: list[SourceMention] = []

    def add(start: int, end: int, source_id: str, kind: str | None, rule: str, phrase: int) -> None:
        slot = slot_at(line.text, phrase, end, language, lexicon.descriptions, is_genitive=False)
        found.append(SourceMention(*line.place(start, end, rule), source_id, kind, line.text[start:end], slot))

    for hit in without_overlap(line.hits_by_kind.get("source", [])):
        add(hit.start, hit.end, hit.entry.key, None, "source-lexicon", hit.start)
        taken.append((hit.start, hit.end))
    for start, end, kind, phrase in line.sources:
        if not any(s < end and start < e for s, e in taken):
            # "analysts at X said": the phrase is the subject, so what governs it is looked for before the phrase
            add(start, end, slug(line.text[start:end]), kind, "kind-noun", phrase)
            taken.append((start, end))
    yield from sorted(found, key=lambda mention: mention.start_char)


def _speakers(line: Line, people: Sequence[Person], language: str, lexicon: Lexicon) -> Iterator[Speaker]:
    """The phrases that speak, where the sentence has a word of saying."""
    said = line.of_kind("speech")
    if not said:
        return
    nouns = [hit for hit in line.hits if hit.entry.kind in NOUN_KINDS]
    companies = [(n.start, n.end) for n in line.names]
    persons = [(p.start_char - line.start, p.end_char - line.start) for p in people]
    for p in find_speakers(line.text, said, nouns, companies, persons, line.clauses, lexicon.speech_slots, language):
        place = line.place(p.start, p.end, p.rule_id)
        yield Speaker(*place, p.name, p.noun_id, line.start + p.head_end, line.start + p.cue_start)


def _cues(line: Line) -> Iterator[Cue]:
    """Cue words in text order. A word may be a cue of several kinds."""
    hits = [hit for kind in line.hits_by_kind if kind not in NAME_KINDS for hit in line.of_kind(kind)]
    for hit in sorted(hits, key=lambda h: (h.start, h.last, h.entry.key)):
        place = line.place(hit.start, hit.end, hit.entry.kind)
        yield Cue(*place, hit.entry.key, line.text[hit.start : hit.end], line.start + hit.last)


def _market_mentions(line: Line, language: str) -> Iterator[MarketMention]:
    for hit in line.of_kind("market"):
        slot = slot_at(line.text, hit.start, hit.end, language, frozenset(), is_genitive=hit.is_genitive)
        place = line.place(hit.start, hit.end, "market-lexicon")
        yield MarketMention(*place, hit.entry.key, line.text[hit.start : hit.end], slot.preposition)


def _quantities(line: Line, language: str, lexicon: Lexicon) -> Iterator[Quantity]:
    found = find_quantities(line.text, lexicon.units[language], language)
    for q in sorted(found, key=lambda q: (q.start, q.end)):
        surface = line.text[q.start : q.end]
        yield Quantity(*line.place(q.start, q.end, q.rule_id), surface, q.value, q.unit, q.preposition)


def _times(line: Line, published: date | None) -> Iterator[TimeExpression]:
    for start, end, first, last, rule in sorted(find_times(line.text, published)):
        yield TimeExpression(*line.place(start, end, rule), line.text[start:end], first, last)


def _quotations(article: Article, lines: Sequence[Line]) -> Iterator[Quotation]:
    """Quotations may run over several sentences: they are looked for by paragraph, and numbered by their first one."""
    for paragraph_no, group in groupby(lines, key=lambda line: line.paragraph_no):
        if paragraph_no < 0:
            continue
        paragraph, own = article.paragraphs[paragraph_no], list(group)
        starts = [line.start for line in own]
        for start, end, words in find_quotations(article.text[paragraph.start : paragraph.end]):
            at = paragraph.start + start
            line = own[max(0, bisect_right(starts, at) - 1)]
            place = line.place(at - line.start, at - line.start + end - start, "quotation-marks")
            yield Quotation(*place, words)
