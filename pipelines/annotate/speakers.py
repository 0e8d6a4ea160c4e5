"""Who stands where the one who speaks stands: the subject of a verb of saying, the name behind "laut" or "according to".

Says which phrase that is, not who is meant by it: that is for SQL. Only sentences with a word of saying cost anything.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from pipelines.annotate.matching import Hit
from pipelines.annotate.noun_phrases import QUOTE_MARKS, NounPhrase, noun_phrase_at
from pipelines.annotate.sentences import Stretch

NOUN_KINDS = frozenset(("description", "role", "people", "unnamed", "authority", "association", "medium"))
"""Lexicons of nouns that can speak."""
OBLIQUE = re.compile(r"(?:de[nms]|(?:[ksm]?ein|ihr|unser|dies|jen|jed)e[nms]|einer|dessen|deren)")
"""German determiners that no subject has (in the singular)."""
FINAL = re.compile(r"\s*(?:$|[.,;:!?)“”\"«–—]|und\b|oder\b)")
HAVE = re.compile(r"\b(?:hat|haben|hatten?|habe|hätten?)\b")
PASSIVE = re.compile(r"\b(?:wird|werden|wurden?|worden|würden?)\b")
MODAL = re.compile(r"\b(?:will|wollen|wollten?|wolle|soll|sollen|sollten?|kann|können|könnten?|muss|müssen|dürfen?)\b")
BY_ENGLISH = re.compile(r"\s+by\s+")
PASSIVE_BEHIND = re.compile(r"\s+(?:wird|werden|wurden?|worden|ist|sei|sind|seien)\b")
BY = re.compile(r"\b(?:von|vom|durch)\s+")
OPENERS = re.compile(
    r"[\s„“”»«\"'‚‘(\[–-]*(?:(?:Auch|Und|Aber|Doch|Selbst|Sogar|Nur|Denn|Oder|Nicht nur|Allein|Sowohl|Ebenso|und|aber|doch|auch|denn"
    r"|But|And|Meanwhile,|However,|Still,|and|but|Even|Only|Also)\s+)?"
)
SUBORDINATOR = re.compile(
    r"(?i)\s*[„“\"(–-]?\s*(?:wie|so wie|dass|daß|weil|nachdem|ob|als|wenn|da|obwohl|während|bevor|indem|wobei|was|worauf|nach dem|seit)"
    r"\s+(?:(?:auch|es|dies|das|sich|gestern|heute|jetzt|nun|zuvor|bereits)\s+)*"
)
FILLERS = re.compile(
    r"\s+(?:(?:sich|auch|es|dies|dazu|ihm|ihn|ihr|ihnen|uns|zudem|außerdem|jedoch|dagegen|hingegen|aber|nun|jetzt|gestern"
    r"|heute|bereits|schon|zuletzt|zuvor|unterdessen|indes|derweil|weiter|ferner|gleichzeitig|allerdings|daraufhin"
    r"|danach|später|kürzlich|erneut|noch|am (?:Mon|Diens|Donners|Frei|Sams|Sonn)tag|am Mittwoch|am Abend|am Morgen"
    r"|am \d+\. \w+|im Interview|darauf|damit|deshalb|daher|etwa|einst|damals|folglich|somit|wörtlich|unter anderem)\s+)*"
)
PRONOUN = {
    "de": re.compile(r"(?:[Ee]r|[Ss]ie|[Dd]ieser|[Dd]iese)(?=\s+(?!selbst[a-z])|[,.;:“”«\"]|$)"),
    "en": re.compile(r"(?:[Hh]e|[Ss]he|[Ii]t|[Tt]hey)\b"),
}
FIRST_PERSON = re.compile(r"(?:ich|wir|ihr|man|I|we|you)\b", re.IGNORECASE)
MEDIA = re.compile(
    r"\w*(?:[Zz]eitung|[Aa]gentur|[Mm]agazin|[Ss]ender|Presse|Nachrichtenagentur|Tageszeitung|FAZ|BBC|ARD|ZDF|dpa|AFP|Reuters)\b"
)
"""What "sagte der …" puts in the dative: the medium told, not the one who tells."""
SOFT_BREAK = re.compile(r"[;:–—]\s|[“”»«\"]\s*,?\s|'\s'\s|,\s(?:and|but|while|und|aber|doch|während)\s")
GOVERNORS = re.compile(
    r"(?i)\b(?:nach|laut|gemäß|entsprechend|zu|aus|unter Berufung auf|mit Blick auf)\s+(?:[\wäöüß-]+\s+){0,3}$"
)
BEHIND_NOUN = re.compile(r"\s+(?:zufolge|nach|gemäß)\b")
OF = re.compile(r"\s+(?:(?:von|vom|aus|durch|seitens|gegenüber|in|im|bei|beim|of|from|by|at|in)\s+)?")
SO_BEFORE = re.compile(r"[,“”«\"'–(]\s*$")
SO_BEHIND = re.compile(
    r"\s*(?:$|[,.;:!?)–—(„“”\"«]|(?:in|im|am|bei|beim|zu|zum|zur|auf|nach|vor|weiter|gegenüber|von|gestern|heute|über|wörtlich)\b)"
)
COMPOUND_SOURCE = re.compile(
    r"(Polizei|Behörden|Regierungs|Ministeriums|Militär|Armee|Feuerwehr|Justiz|Gerichts|Botschafts|Unternehmens|Firmen|Konzern"
    r"|Hersteller|Betreiber|Veranstalter|Verbands|Gewerkschafts|Partei|Medien|Presse|Zeitungs|Agentur|Augenzeugen|Zeugen"
    r"|Experten|Branchen|Markt|Insider|Rebellen|Organisations|Krankenhaus)s?(?:angaben|berichte[ns]?|meldung(?:en)?|kreisen?"
    r"|informationen|aussagen?|schätzung(?:en)?|einschätzung|quellen?)"
)
ADVERBS = re.compile(
    r"\s+(?:(?:also|has|have|had|later|already|first|then|still|now|just|once|been|being|further|repeatedly|recently|[a-z]+ly|often|even"
    r"|again|who|last (?:week|month|year)|on (?:Mon|Tues|Wednes|Thurs|Fri)day|(?:Mon|Tues|Wednes|Thurs|Fri)day|kept|keeps|did|does|would|will"
    r"|each|both|all)\s+)*$"
)
"""Words that may stand between an English subject and its verb."""
PRONOUN_BEFORE = re.compile(r"\b(?:[Hh]e|[Ss]he|[Tt]hey|[Ii]t)$")
RELATIVE_BEFORE = re.compile(r",?\s+(?:which|who|that)$")
COORDINATED = re.compile(r"(?:,|\b(?:and|but|then))$")
ENDS_INVERSION = re.compile(
    r"\s*(?:$|[,.;:()”\"'`–-]|(?:in|on|at|who|during|of|to|about|from|last|this|Mon|Tues|Wednes|Thurs|Fri)\b)"
)
REACH = 160
"""Characters to the left of a verb within which its subject may begin."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """The phrase sentence[start:end] speaks the word of saying at `cue_start`.

    `head_end` ends its head without what modifies it; `name` is what it is called; `noun_id` the lexicon row of its head
    noun, if any.
    """

    start: int
    end: int
    head_end: int
    name: str
    noun_id: str | None
    cue_start: int
    rule_id: str


def find_speakers(
    sentence: str,
    cues: Sequence[Hit],
    nouns: Sequence[Hit],
    companies: Sequence[tuple[int, int]],
    persons: Sequence[tuple[int, int]],
    clauses: Sequence[Stretch],
    slots: Mapping[str, str],
    language: str,
) -> Iterator[Phrase]:
    """The phrases that speak the `cues` of a sentence, at most one each.

    `nouns` are hits of `NOUN_KINDS` and of sources, `companies` and `persons` the places of names, `slots` says on which
    side of a cue its speaker stands.
    """
    reader = _Reader(sentence, nouns, [*companies, *persons], companies, clauses, language)
    for cue in cues:
        slot = slots.get(cue.entry.key, "subject")
        if slot == "so":
            phrase = reader.behind_so(cue)
        elif slot == "governed":
            phrase = reader.of_statement(cue)
        elif slot == "after":
            phrase = reader.behind(cue)
        elif slot == "before":
            phrase = reader.before(cue)
        elif language == "de":
            phrase = reader.german_subject(cue)
        else:
            phrase = reader.english_subject(cue)
        if phrase:
            yield phrase
            other = reader.joined_to(phrase, cue)
            if other:
                yield other


JOINT_BEFORE = re.compile(r"\s+(?:und|sowie|and)\s+$")
JOINT = re.compile(r"\s+(?:und|sowie|and)\s+(?:auch\s+)?")
OWNER = re.compile(r"\s([A-ZÄÖÜ][\w-]+(?:s|’s|'s|’|'))\s+$")
GOVERNED = re.compile(
    r"\b(?:von|vom|bei|beim|mit|an|am|auf|aus|für|gegen|durch|zu|zum|zur|um|über|unter|nach|in|im|der|des|den|dem)\s+$"
)
POSSESSOR = re.compile(r"[A-Z][^’']*[’']s\s+([A-Z][\w’.-]+(?:\s[A-Z][\w’.-]*){1,2})$")
OF_HOUSE = re.compile(r"\s+(?:von|vom|bei|beim)(?:\s+(?:der|dem|den))?\s+$")
FULL_ENGLISH_NAME = re.compile(r"[A-Z][\w’'-]+(?:\s[A-Z]\.)?(?:\s[A-Z][\w’'-]+){1,2}")
FROM_COMPOUND = re.compile(r"(?:aus|laut|nach)\s+(?=[A-Z]\w+(?:kreisen|angaben|berichten)\b)")
NEUTER = re.compile(r"\s+(es)\s(?!heißt|hieß|gibt|gab|sei|habe|dass)")
"""A company may be "es": "hatte es angekündigt"."""
GENITIVE = re.compile(r"(?:des|(?:k?ein|sein|ihr|unser|dies)es)")
APPOSED = re.compile(
    r",\s+((?:(?:Dr|Prof)\.\s+)?[A-ZÄÖÜÉ][\w’'é-]+(?:\s+[A-Z]\.)?(?:\s+(?:von|van|de|zu|der|al|bin))*(?:\s+[A-ZÄÖÜÉ][\w’'é-]+){1,2})(?=[,.;:]|\s\(|\s[a-z]|$)"
)
"""A name behind its role: "der Vorsitzende des Betriebsrats, Ida Moor, …"."""


class _Reader:
    """One sentence, with what is known of its nouns."""

    def __init__(
        self,
        sentence: str,
        nouns: Sequence[Hit],
        named: Sequence[tuple[int, int]],
        companies: Sequence[tuple[int, int]],
        clauses: Sequence[Stretch],
        language: str,
    ) -> None:
        self.sentence, self.nouns, self.named, self.clauses, self.language = sentence, nouns, named, clauses, language
        self.companies = companies

    def clause_at(self, at: int) -> Stretch | None:
        return next((c for c in self.clauses if c.start <= at < c.end), None)

    def clause_start(self, at: int) -> int:
        """Where the clause of a place begins, over the clauses that interrupt it."""
        own = self.clause_at(at)
        start = next((c.start for c in self.clauses if own and c.clause_no == own.clause_no), 0)
        if start >= at - REACH:
            return start
        blank = self.sentence.find(" ", at - REACH, at)  # never in the middle of a word
        return blank + 1 if blank >= 0 else at

    def phrase_at(self, start: int, stop: int | None = None) -> NounPhrase | None:
        """The phrase that starts here; "von der" before a house belongs to no name ("Ida Moor von der IG Metall")."""
        phrase = noun_phrase_at(self.sentence, start, self.language, stop)
        if phrase is None or self.language != "de":
            return phrase
        for house, _ in [*self.companies, *((h.start, h.last) for h in self.nouns if h.entry.kind == "source")]:
            if phrase.core < house < phrase.head_end:
                of = OF_HOUSE.search(self.sentence, phrase.core, house)
                if of:
                    return replace(phrase, head_end=of.start())
        return phrase

    def noun_of(self, phrase: NounPhrase) -> Hit | None:
        """The lexicon's noun in the head of a phrase, the last one."""
        inside = [h for h in self.nouns if phrase.start <= h.start and h.start < phrase.head_end]
        return max(inside, key=lambda h: (h.last, h.entry.kind != "unnamed", -h.start, h.entry.key), default=None)

    def is_known(self, phrase: NounPhrase) -> bool:
        return self.noun_of(phrase) is not None or any(
            phrase.start <= start and start < phrase.end for start, _ in self.named
        )

    def made(self, phrase: NounPhrase, cue: Hit, rule: str) -> Phrase:
        noun = self.noun_of(phrase)
        is_person = noun is None and not phrase.determiner and " " in self.sentence[phrase.core : phrase.head_end]
        name = self.sentence[phrase.core : phrase.head_end if is_person else phrase.end].strip(QUOTE_MARKS + " ,.")
        words = self.sentence[phrase.core : phrase.head_end].split()
        start = phrase.start
        owner = POSSESSOR.match(name)
        if owner:  # "Harms Cole's Ida Moor"
            name = owner.group(1)
        apposed = APPOSED.match(self.sentence, phrase.end) if noun is not None else None
        if apposed and not any(s < apposed.end(1) and apposed.start(1) < e for s, e in self.companies):
            return Phrase(
                start, apposed.end(1), apposed.end(1), apposed.group(1), noun.entry.key, cue.start, "speaker-name"
            )
        if GENITIVE.fullmatch(phrase.determiner) and phrase.head_end == phrase.end:
            name = re.sub(r"(?<=[tdlgr])es$|(?<=[^s\W])s$", "", name)
        if self.language == "de" and noun is None and phrase.determiner and len(words) > 2 and "(" not in name:
            # "der ugandische Schriftsteller Musa Okwanga": the last two words are the name
            name = " ".join(words[-2:])
            rule = "speaker-name"
        elif not phrase.determiner and len(words) > 1 and noun is None and all(w[0].isupper() for w in words):
            rule = "speaker-name"
        return Phrase(start, phrase.end, phrase.head_end, name, noun.entry.key if noun else None, cue.start, rule)

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

    def pronoun(self, at: int, cue: Hit) -> Phrase | None:
        found = PRONOUN[self.language].match(self.sentence, at)
        if not found:
            return None
        return self.pronoun_of(at, found.end(), cue)

    def pronoun_of(self, start: int, end: int, cue: Hit) -> Phrase:
        return Phrase(start, end, end, self.sentence[start:end], None, cue.start, "speaker-pronoun")

    def german_subject(self, cue: Hit) -> Phrase | None:
        start, end = cue.parts[0]
        clause = self.clause_at(start)
        clause_start = self.clause_start(start)
        is_verb_final = FINAL.match(self.sentence, cue.last) is not None and len(cue.parts) == 1
        if is_verb_final:
            left = self.sentence[clause_start:start]
            have = [m for m in HAVE.finditer(left)]
            passive = [m for m in PASSIVE.finditer(left)]
            if passive and not have:
                return self.agent(clause_start + passive[-1].end(), start, cue)
            if clause and clause.kind == "main" and MODAL.search(left) and not have:
                return None  # "will … ankündigen" is an intention
            if have and not left.rstrip().endswith(","):
                start, end = clause_start + have[-1].start(), clause_start + have[-1].end()
        if PASSIVE_BEHIND.match(self.sentence, cue.last):
            return self.agent(clause_start, start, cue)
        if clause and clause.kind in ("subordinate", "relative") and is_verb_final:
            return self.verb_final_subject(clause, clause_start, cue)
        return self.second_position_subject(clause_start, start, end, cue)

    def agent(self, start: int, end: int, cue: Hit) -> Phrase | None:
        """ "wurde von der Polizei bestätigt"."""
        by = BY.search(self.sentence, start, end)
        phrase = by and self.phrase_at(by.end())
        return self.made(phrase, cue, "speaker-agent") if phrase and self.is_known(phrase) else None

    def verb_final_subject(self, clause: Stretch, clause_start: int, cue: Hit) -> Phrase | None:
        """ "wie der Konzern mitteilte", "der Sprecher, der das bestätigte"."""
        if clause.kind == "relative":
            comma = self.sentence.rfind(",", 0, clause_start + 1)
            return self.ending_at(comma, cue, "speaker-relative") if comma > 0 else None
        opener = SUBORDINATOR.match(self.sentence, clause_start)
        if not opener:
            return None
        phrase = self.phrase_at(opener.end())
        is_as = opener.group().strip(' „“"(–-').lower().startswith(("wie", "so wie"))
        if is_as and (compound := FROM_COMPOUND.match(self.sentence, opener.end())):
            return self.compound(COMPOUND_SOURCE.match(self.sentence, compound.end()), cue)
        if phrase and not OBLIQUE.fullmatch(phrase.determiner):
            made = self.made(phrase, cue, "speaker-as" if is_as else "speaker-verb-final")
            return replace(made, rule_id="speaker-as") if is_as and made.rule_id != "speaker-name" else made
        return self.pronoun(opener.end(), cue)

    def second_position_subject(self, clause_start: int, start: int, end: int, cue: Hit) -> Phrase | None:
        """The subject before its verb, or behind it where something else opens the clause."""
        opener = OPENERS.match(self.sentence, clause_start)
        at = opener.end() if opener else clause_start
        soft = [m for m in SOFT_BREAK.finditer(self.sentence, clause_start, start)]
        if soft:
            at = soft[-1].end()
        left = self.phrase_at(at) if at < start else None
        if left and (left.end > start + 1 or OBLIQUE.fullmatch(left.determiner)):
            left = None
        if left is None and at < start and self.sentence[start - 2 : start - 1] not in ',“”«"–':
            # "Die im Freiverkehr notierte X AG gibt bekannt": the name stands right before the verb
            direct = self.ending_at(start - 1, cue, "speaker-before-verb")
            if direct and not GOVERNED.search(self.sentence, max(0, direct.start - 14), direct.start):
                if any(direct.start <= s < direct.end for s, _ in self.companies):
                    return direct
        neuter = NEUTER.match(self.sentence, end)
        if neuter and left is None:
            return self.pronoun_of(neuter.start(1), neuter.end(1), cue)
        right_at = FILLERS.match(self.sentence, end)
        behind = right_at.end() if right_at and not self.sentence[end : end + 1].isalnum() else end
        right = self.phrase_at(behind)
        if right and OBLIQUE.fullmatch(right.determiner):
            right = None
        front = self.sentence[at:start].strip()
        pronoun = self.pronoun(behind, cue)
        if pronoun and (not left or left.end + 2 < start):
            return pronoun
        if at < start and (found := self.pronoun(at, cue)) and found.end + 1 >= start - 12:
            return found
        if FIRST_PERSON.match(self.sentence, behind) or FIRST_PERSON.fullmatch(front):
            return None
        if not front and at >= start and clause_start:  # "… und kündigte an": the subject is the sentence's
            opener = OPENERS.match(self.sentence)
            first = opener.end() if opener else 0
            shared = self.phrase_at(first)
            if not right or self.worth_right(right, front) < 3.0:
                if shared and shared.end < start and self.is_known(shared) and not OBLIQUE.fullmatch(shared.determiner):
                    return self.made(shared, cue, "speaker-shared")
                return self.pronoun(first, cue)
        left_worth = self.worth_left(left, start) if left else 0.0
        right_worth = self.worth_right(right, front) if right else 0.0
        if left and left_worth >= max(right_worth, 1.0):
            return self.made(left, cue, "speaker-before-verb")
        if right and right_worth >= 1.0:
            return self.made(right, cue, "speaker-behind-verb")
        return None

    def worth_left(self, phrase: NounPhrase, verb: int) -> float:
        rest = self.sentence[phrase.end : verb].strip()
        if rest == "," or (rest.endswith((",", "“", "”", "«", '"')) and not rest.startswith(",")):
            return 0.5  # "Der Umsatz steige, sagte Ida Moor"
        worth = 3.0 + (1.0 if self.is_known(phrase) else 0.0)
        if not rest:
            worth += 0.5
        elif rest.endswith(",") and not rest.startswith(",") or re.search(r"[„“»\"]", rest):
            worth -= 2.5  # another clause lies between
        elif len(rest) > 90:
            worth -= 1.0
        return worth

    def worth_right(self, phrase: NounPhrase, front: str) -> float:
        worth = 2.0 + (1.5 if self.is_known(phrase) else 0.0)
        if not front or front[-1] in QUOTE_MARKS + ",:)" or front[0].islower() or front[0] in QUOTE_MARKS:
            worth += 1.5
        if phrase.determiner == "der" and MEDIA.match(self.sentence, phrase.core):
            worth -= 2.5
        if (
            not phrase.determiner
            and not self.is_known(phrase)
            and " " not in self.sentence[phrase.core : phrase.head_end]
        ):
            worth -= 1.0 if front and front[-1] in QUOTE_MARKS + "," else 1.5
        return worth

    def ending_at(self, end: int, cue: Hit, rule: str) -> Phrase | None:
        """The longest noun phrase that ends at `end`."""
        window = max(0, end - 90)
        for word in re.finditer(r"(?<![\w-])[\w„“\"]", self.sentence[window:end]):
            phrase = self.phrase_at(window + word.start(), end)
            if not phrase or phrase.end < end - 1:
                continue
            words = self.sentence[phrase.core : phrase.head_end].split()
            is_mixed = words[0][0].islower() and not phrase.determiner and any(w[0].isupper() for w in words)
            if self.language == "de" or (self.is_speaker(phrase) and not is_mixed):
                return self.made(phrase, cue, rule)
        return None

    def before(self, cue: Hit) -> Phrase | None:
        """ "dem Bericht zufolge", "Konzernangaben zufolge"."""
        end = len(self.sentence[: cue.start].rstrip())
        compound = next(
            (m for m in COMPOUND_SOURCE.finditer(self.sentence, max(0, end - 40), end) if m.end() == end), None
        )
        if compound:
            return self.compound(compound, cue)
        return self.ending_at(end, cue, "speaker-before-postposition")

    def compound(self, found: re.Match[str] | None, cue: Hit) -> Phrase | None:
        """ "nach Polizeiangaben": the first part of the compound speaks."""
        if found is None:
            return None
        name = found.group(1)
        name = name.removesuffix("s") if name.endswith(("ungs", "ums", "ens", "fts", "nds", "hts")) else name
        noun = next((h for h in self.nouns if h.start <= found.start() < h.last), None)
        end = found.end()
        return Phrase(found.start(), end, end, name, noun.entry.key if noun else None, cue.start, "speaker-compound")

    def behind(self, cue: Hit) -> Phrase | None:
        """ "laut dem Bericht", "according to analysts at X"."""
        first = cue.last if len(cue.parts) == 1 else cue.end  # "wie die Werft … mitteilt"
        gap = OF.match(self.sentence, first)
        at = gap.end() if gap else first
        compound = COMPOUND_SOURCE.match(self.sentence, at)
        if compound:
            return self.compound(compound, cue)
        phrase = self.phrase_at(at)
        if phrase is None:
            return None
        if self.language == "en" and not (phrase.determiner or self.is_known(phrase)):
            words = self.sentence[phrase.core : phrase.head_end].split()
            if not words[0][0].isupper():
                return None
        return self.made(phrase, cue, "speaker-behind-preposition")

    def of_statement(self, cue: Hit) -> Phrase | None:
        """ "nach offiziellen Angaben der Ämter", "der Einschätzung der Ermittler zufolge"; alone the noun says nothing."""
        before = self.sentence[max(0, cue.start - 60) : cue.start]
        governed = GOVERNORS.search(before)
        compound = COMPOUND_SOURCE.match(self.sentence, cue.start)
        if not governed and not BEHIND_NOUN.match(self.sentence, cue.last):
            tail = re.compile(r"\s+[^,;:.]{3,70}?\szufolge\b").match(self.sentence, cue.last)
            if not tail:
                return None
        if compound:
            return self.compound(compound, cue)
        gap = OF.match(self.sentence, cue.last)
        phrase = self.phrase_at(gap.end()) if gap and gap.end() > cue.last else None
        possessive = re.search(r"\b(?:sein|ihr)e[rnm]?\s+(?:[a-zäöü]+\s+)?$", before)
        if possessive:
            at = cue.start - len(before) + possessive.start()
            return Phrase(at, cue.start, cue.start, possessive.group().strip(), None, cue.start, "speaker-pronoun")
        owner = OWNER.search(before)
        if owner:  # "nach Moors Ansicht"
            at = cue.start - len(before) + owner.start(1)
            name = re.sub(r"(?:’s|'s|s|’|')$", "", owner.group(1))
            return Phrase(at, at + len(owner.group(1)), at + len(owner.group(1)), name, None, cue.start, "speaker-name")
        return self.made(phrase, cue, "speaker-of-statement") if phrase else None

    def behind_so(self, cue: Hit) -> Phrase | None:
        """ "…, so Ida Moor.", "…, so die Polizei weiter"; elsewhere "so" is an adverb."""
        if not SO_BEFORE.search(self.sentence, max(0, cue.start - 4), cue.start) and cue.start > 0:
            return None
        gap = FILLERS.match(self.sentence, cue.last)
        at = gap.end() if gap else cue.last + 1
        phrase = self.phrase_at(at)
        if phrase and not OBLIQUE.fullmatch(phrase.determiner) and SO_BEHIND.match(self.sentence, phrase.end):
            return self.made(phrase, cue, "speaker-behind-so")
        return self.pronoun(at, cue)

    def english_subject(self, cue: Hit) -> Phrase | None:
        """The subject before the verb ("Analysts at X said"), or behind it once a quotation or comma has passed."""
        start = cue.parts[0][0]
        by = BY_ENGLISH.match(self.sentence, cue.last)
        if by:
            phrase = self.phrase_at(by.end())
            return self.made(phrase, cue, "speaker-agent") if phrase and self.is_speaker(phrase) else None
        window = max(0, start - 2 * REACH)
        before = self.sentence[window:start]
        if re.search(r"[,'”\"]\s*$", before) and not cue.entry.key.endswith("ing"):
            phrase = self.phrase_at(cue.last + 1)
            if phrase and self.is_speaker(phrase) and ENDS_INVERSION.match(self.sentence, phrase.end):
                return self.made(phrase, cue, "speaker-behind-verb")
        gap = ADVERBS.search(before)
        end = window + (gap.start() if gap else len(before))
        if self.sentence[end - 1 : end] == ",":
            return self.behind_apposition(window, end, cue)
        pronoun = PRONOUN_BEFORE.search(self.sentence, window, end)
        if pronoun:
            return self.pronoun(pronoun.start(), cue)
        relative = RELATIVE_BEFORE.search(self.sentence, window, end)
        if relative:
            return self.ending_at(relative.start(), cue, "speaker-relative")
        if COORDINATED.search(self.sentence, window, end):
            opener = OPENERS.match(self.sentence)
            phrase = self.phrase_at(opener.end() if opener else 0)
            own = self.pronoun(opener.end() if opener else 0, cue)
            if own or (phrase and phrase.end < start and self.is_speaker(phrase)):
                return own or (self.made(phrase, cue, "speaker-shared") if phrase else None)
            return None
        return self.ending_at(end, cue, "speaker-before-verb")

    def behind_apposition(self, window: int, end: int, cue: Hit) -> Phrase | None:
        """ "X, chief executive of Y, said": the name stands before the apposition."""
        commas = [m.start() for m in re.finditer(",", self.sentence[window : end - 1])]
        if commas:  # "a spokesman for Y, Ida Moor, said": the name is the apposition
            at = window + commas[-1] + 1
            found = FULL_ENGLISH_NAME.fullmatch(self.sentence[at : end - 1].strip())
            if found:
                return self.ending_at(end - 1, cue, "speaker-before-verb")
        for comma in reversed(commas):
            phrase = self.ending_at(window + comma, cue, "speaker-before-apposition")
            if phrase and (phrase.noun_id is None or phrase.rule_id == "speaker-name"):
                return phrase
        return None

    def is_speaker(self, phrase: NounPhrase) -> bool:
        """Whether a phrase names somebody: a known noun or name, or words with capitals."""
        words = self.sentence[phrase.core : phrase.head_end].split()
        return self.is_known(phrase) or all(w[0].isupper() for w in words)
