"""Reads the noun phrases of one sentence that may speak, with what the lexicons know of their nouns."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from typing import NamedTuple

from pipelines.annotate.matching import Hit
from pipelines.annotate.noun_phrases import QUOTE_MARKS, NounPhrase, noun_phrase_at
from pipelines.annotate.sentences import Stretch

OBLIQUE = re.compile(r"(?:de[nms]|(?:[ksm]?ein|ihr|unser|dies|jen|jed)e[nms]|einer|dessen|deren)")
"""German determiners that no subject has (in the singular)."""
PRONOUN = {
    "de": re.compile(r"(?:[Ee]r|[Ss]ie|[Dd]ieser|[Dd]iese)(?=\s|[,.;:“”«\"]|$)"),
    "en": re.compile(r"(?:[Hh]e|[Ss]he|[Ii]t|[Tt]hey)\b"),
}
JOINT_BEFORE = re.compile(r"\s+(?:und|sowie|and)\s+$")
JOINT = re.compile(r"\s+(?:und|sowie|and)\s+(?:auch\s+)?")
POSSESSOR = re.compile(r"[A-Z][^’']*[’']s\s+([A-Z][\w’.-]+(?:\s[A-Z][\w’.-]*){1,2})$")
OF_HOUSE = re.compile(r"\s+(?:von|vom|bei|beim)(?:\s+(?:der|dem|den))?\s+$")
GENITIVE = re.compile(r"(?:des|(?:k?ein|sein|ihr|unser|dies)es)")
GENITIVE_ENDING = re.compile(r"(?<=[tdlgr])es$|(?<=[^s\W])s$")
APPOSED = re.compile(
    r",\s+((?:(?:Dr|Prof)\.\s+)?[A-ZÄÖÜÉ][\w’'é-]+(?:\s+[A-Z]\.)?(?:\s+(?:von|van|de|zu|der|al|bin))*"
    r"(?:\s+[A-ZÄÖÜÉ][\w’'é-]+){1,2})(?=[,.;:]|\s\(|\s[a-z]|$)"
)
"""A name behind its role: "der Vorsitzende des Betriebsrats, Ida Moor, …"."""
HOUSE_DOCUMENT = re.compile(
    r"((?:[A-Z][\w&.’'-]*\s)*?[A-Z][\w&.-]*)(?:['’]s)?\s(?:[a-z-]+\s)?"
    r"(?:reports?|data|study|survey|figures|numbers|analysis|note|research|poll|filing|statement|memo|article|story|estimates?"
    r"|forecasts?|findings|press release|index|documents?|records|statistics)"
)
"""What a house publishes, with the house before it."""
WORD_START = re.compile(r"(?<![\w-])[\w„“\"]")
REACH = 160
"""Characters to the left of a verb within which its subject may begin."""
PHRASE_REACH = 90
"""Characters a phrase may reach back from its end."""


class Phrase(NamedTuple):
    """The phrase sentence[start:end] speaks the word of saying at `cue_start`.

    `head_end` ends its head without what modifies it; `name` is what it is called; `noun_id` the lexicon row of its
    head noun, if any.
    """

    start: int
    end: int
    head_end: int
    name: str
    noun_id: str | None
    cue_start: int
    rule_id: str


class PhraseReader:
    """One sentence. Offsets of `companies` and `persons` are into it, `nouns` are hits of nouns that can speak."""

    def __init__(
        self,
        sentence: str,
        nouns: Sequence[Hit],
        companies: Sequence[tuple[int, int]],
        persons: Sequence[tuple[int, int]],
        clauses: Sequence[Stretch],
        language: str,
    ) -> None:
        self.sentence, self.language = sentence, language
        self._nouns = sorted(nouns, key=lambda h: h.start)
        self._noun_starts = [h.start for h in self._nouns]
        self.companies = sorted(companies)
        self._company_starts = [start for start, _ in self.companies]
        self._person_starts = sorted(start for start, _ in persons)
        self._named_starts = sorted(start for start, _ in (*companies, *persons))
        sources = [h.start for h in self._nouns if h.entry.kind == "source"]
        self._house_starts = sorted({*self._company_starts, *sources})
        self._clauses = clauses
        self._clause_ends = [c.end for c in clauses]
        self._first_starts: dict[int, int] = {}
        for clause in clauses:
            self._first_starts.setdefault(clause.clause_no, clause.start)

    def clause_at(self, at: int) -> Stretch | None:
        """The stretch of a clause in which a place stands."""
        number = bisect_right(self._clause_ends, at)
        return self._clauses[number] if number < len(self._clauses) else None

    def clause_start(self, at: int) -> int:
        """Where the clause of a place begins, over the clauses that interrupt it, at most `REACH` characters before."""
        own = self.clause_at(at)
        start = self._first_starts.get(own.clause_no, 0) if own else 0
        if start >= at - REACH:
            return start
        blank = self.sentence.find(" ", at - REACH, at)  # never in the middle of a word
        return blank + 1 if blank >= 0 else at

    def has_company(self, start: int, end: int) -> bool:
        """Whether a company's name begins in sentence[start:end]."""
        number = bisect_left(self._company_starts, start)
        return number < len(self._company_starts) and self._company_starts[number] < end

    def phrase_at(self, start: int, stop: int | None = None) -> NounPhrase | None:
        """The phrase that starts here; "von der" before a house belongs to no name ("Ida Moor von der IG Metall")."""
        phrase = noun_phrase_at(self.sentence, start, self.language, stop)
        if phrase is None or self.language != "de":
            return phrase
        for house in self._house_starts[bisect_right(self._house_starts, phrase.core) :]:
            if house >= phrase.head_end:
                break
            of = OF_HOUSE.search(self.sentence, phrase.core, house)
            if of:
                return phrase._replace(head_end=of.start())
        return phrase

    def noun_of(self, phrase: NounPhrase) -> Hit | None:
        """The lexicon's noun in the head of a phrase, the last one."""
        first = bisect_left(self._noun_starts, phrase.start)
        inside = self._nouns[first : bisect_left(self._noun_starts, phrase.head_end)]
        return max(inside, key=lambda h: (h.last, h.entry.kind != "unnamed", -h.start, h.entry.key), default=None)

    def noun_at(self, at: int) -> Hit | None:
        """The lexicon's noun that starts at a place, the first of its row ids."""
        first, last = bisect_left(self._noun_starts, at), bisect_right(self._noun_starts, at)
        return min(self._nouns[first:last], key=lambda h: h.entry.key, default=None)

    def is_known(self, phrase: NounPhrase) -> bool:
        """Whether the lexicon has a noun of it, or a company or person is named in it."""
        number = bisect_left(self._named_starts, phrase.start)
        is_named = number < len(self._named_starts) and self._named_starts[number] < phrase.end
        return is_named or self.noun_of(phrase) is not None

    def is_speaker(self, phrase: NounPhrase) -> bool:
        """Whether a phrase names somebody: a known noun or name, or words with capitals."""
        words = self.sentence[phrase.core : phrase.head_end].split()
        return self.is_known(phrase) or all(w[0].isupper() for w in words)

    def made(self, phrase: NounPhrase, cue: Hit, rule: str) -> Phrase:
        """What a noun phrase calls the speaker; `rule` gives way to "speaker-name" where it is a person's name."""
        noun = self.noun_of(phrase)
        words = self.sentence[phrase.core : phrase.head_end].split()
        is_bare = noun is None and not phrase.determiner and len(words) > 1
        name = self.sentence[phrase.core : phrase.head_end if is_bare else phrase.end].strip(QUOTE_MARKS + " ,.")
        owner = POSSESSOR.match(name)
        if owner:  # "Harms Cole's Ida Moor"
            name = owner.group(1)
        if noun is not None:
            apposed = APPOSED.match(self.sentence, phrase.end)
            if apposed and not self.has_company(*apposed.span(1)):
                end = apposed.end(1)
                return Phrase(phrase.start, end, end, apposed.group(1), noun.entry.key, cue.start, "speaker-name")
        if self.language == "en" and noun is None and (of_house := HOUSE_DOCUMENT.fullmatch(name)):
            name = of_house.group(1)  # "the Harms Cole report"
        if GENITIVE.fullmatch(phrase.determiner) and phrase.head_end == phrase.end:
            name = GENITIVE_ENDING.sub("", name)
        if self.language == "de" and noun is None and phrase.determiner and len(words) > 2 and "(" not in name:
            # "der ugandische Schriftsteller Musa Okwanga": the last two words are the name
            name, rule = " ".join(words[-2:]), "speaker-name"
        elif is_bare and all(w[0].isupper() for w in words):
            rule = "speaker-name"
        key = noun.entry.key if noun else None
        return Phrase(phrase.start, phrase.end, phrase.head_end, name, key, cue.start, rule)

    def joined_to(self, first: Phrase, cue: Hit) -> Phrase | None:
        """The second of two who speak together: "die Werft und der Verband teilten mit"."""
        if first.rule_id == "speaker-pronoun":
            return None
        earlier = JOINT_BEFORE.search(self.sentence, max(0, first.start - 8), first.start)
        if earlier and self.language == "en":
            return self.ending_at(earlier.start(), cue, "speaker-joined")
        joint = JOINT.match(self.sentence, first.end)
        if not joint:
            return None
        stop = cue.start if joint.end() < cue.start else len(self.sentence)
        phrase = self.phrase_at(joint.end(), stop)
        if phrase is None or OBLIQUE.fullmatch(phrase.determiner):
            return None
        if self.is_known(phrase) or self.sentence[phrase.core : phrase.head_end].isupper():
            return self.made(phrase, cue, "speaker-joined")
        return None

    def is_second_role(self, first: Phrase, second: Phrase, cue: Hit) -> bool:
        """Whether two joined phrases are one person with two roles: "der Gründer und Vorstand Ida Moor sagte"."""
        is_plural = self.sentence[cue.start : cue.parts[0][1]].endswith("n")
        if self.language != "de" or " " in first.name or is_plural or not self.sentence[second.start].isupper():
            return False
        number = bisect_right(self._person_starts, second.start)
        return number < len(self._person_starts) and self._person_starts[number] < second.end

    def pronoun(self, at: int, cue: Hit) -> Phrase | None:
        """The pronoun that starts here, if one does."""
        found = PRONOUN[self.language].match(self.sentence, at)
        if not found:
            return None
        return self.pronoun_of(at, found.end(), cue)

    def pronoun_of(self, start: int, end: int, cue: Hit) -> Phrase:
        """A phrase that stands for somebody named before."""
        return Phrase(start, end, end, self.sentence[start:end], None, cue.start, "speaker-pronoun")

    def ending_at(self, end: int, cue: Hit, rule: str) -> Phrase | None:
        """The longest noun phrase that ends at `end`."""
        window = max(0, end - PHRASE_REACH)
        for word in WORD_START.finditer(self.sentence, window, end):
            phrase = self.phrase_at(word.start(), end)
            if not phrase or phrase.end < end - 1:
                continue
            words = self.sentence[phrase.core : phrase.head_end].split()
            is_mixed = words[0][0].islower() and not phrase.determiner and any(w[0].isupper() for w in words)
            if self.language == "de" or (self.is_speaker(phrase) and not is_mixed):
                return self.made(phrase, cue, rule)
        return None
