"""Who speaks a German verb of saying: the subject before or behind it, or behind "wie"; "von" in the passive."""

from __future__ import annotations

import re

from pipelines.annotate.matching import Hit
from pipelines.annotate.noun_phrases import QUOTE_MARKS, NounPhrase
from pipelines.annotate.phrase_reading import OBLIQUE, Phrase, PhraseReader
from pipelines.annotate.sentences import Stretch
from pipelines.annotate.statement_sources import COMPOUND_SOURCE, of_compound

FINAL = re.compile(r"\s*(?:$|[.,;:!?)“”\"«–—]|und\b|oder\b)")
HAVE = re.compile(r"\b(?:hat|haben|hatten?|habe|hätten?)\b")
PASSIVE = re.compile(r"\b(?:wird|werden?|wurden?|worden|würden?)\b")
MODAL = re.compile(r"\b(?:will|wollen|wollten?|wolle|soll|sollen|sollten?|kann|können|könnten?|muss|müssen|dürfen?)\b")
PASSIVE_BEHIND = re.compile(r"\s+(?:wird|werden|wurden?|worden|ist|sei|sind|seien)\b")
BY = re.compile(r"\b(?:[Vv]on|[Vv]om|[Dd]urch)\s+")
OPENERS = re.compile(
    r"[\s„“”»«\"'‚‘(\[–-]*(?:(?:[Aa]uch|[Uu]nd|[Aa]ber|[Dd]och|Selbst|Sogar|Nur|[Dd]enn|Oder|Nicht nur|Allein|Sowohl"
    r"|Ebenso)\s+)?"
)
"""What may stand before the first phrase of a clause."""
SUBORDINATOR = re.compile(
    r"(?i)\s*[„“\"(–-]?\s*(?:wie|so wie|dass|daß|weil|nachdem|ob|als|wenn|da|obwohl|während|bevor|indem|wobei|was"
    r"|worauf|nach dem|seit)\s+(?:(?:auch|es|dies|das|sich|gestern|heute|jetzt|nun|zuvor|bereits)\s+)*"
)
FILLERS = re.compile(
    r"\s+(?:(?:sich|auch|es|dies|dazu|ihm|ihn|ihr|ihnen|uns|zudem|außerdem|jedoch|dagegen|hingegen|aber|nun|jetzt|gestern"
    r"|heute|bereits|schon|zuletzt|zuvor|unterdessen|indes|derweil|weiter|ferner|gleichzeitig|allerdings|daraufhin"
    r"|danach|später|kürzlich|erneut|noch|am (?:Mon|Diens|Donners|Frei|Sams|Sonn)tag|am Mittwoch|am Abend|am Morgen"
    r"|am \d+\. \w+|im Interview|darauf|damit|deshalb|daher|etwa|einst|damals|folglich|somit|wörtlich"
    r"|unter anderem)\s+)*"
)
"""What may stand between a verb and the subject behind it."""
FIRST_PERSON = re.compile(r"(?:ich|wir|ihr|man|I|we|you)\b", re.IGNORECASE)
MEDIA = re.compile(r"\w*(?:[Zz]eitung|[Aa]gentur|[Mm]agazin|[Ss]ender|Presse|FAZ|BBC|ARD|ZDF|dpa|AFP|Reuters)\b")
"""What "sagte der …" puts in the dative: the medium told, not the one who tells."""
SOFT_BREAK = re.compile(r"[;:–—]\s|[“”»«\"]\s*,?\s|,\s(?:und|aber|doch|während)\s")
INNER_QUOTE = re.compile(r"[„“»\"]")
GOVERNED = re.compile(
    r"\b(?:von|vom|bei|beim|mit|an|am|auf|aus|für|gegen|durch|zu|zum|zur|um|über|unter|nach|in|im|der|des|den|dem)\s+$"
)
FROM_COMPOUND = re.compile(r"(?:aus|laut|nach)\s+(?=[A-Z]\w+(?:kreisen|angaben|berichten)\b)")
NEUTER = re.compile(r"\s+(es)\s(?!heißt|hieß|gibt|gab|sei|habe|dass)")
"""A company may be "es": "hatte es angekündigt"."""
LONG_REST = 90
"""Characters between a phrase and the verb from which on the phrase is less likely its subject."""


def german_subject(reader: PhraseReader, cue: Hit) -> Phrase | None:
    """The phrase that speaks a cue, by the order of the clause: verb-final, passive or verb-second."""
    start, end = cue.parts[0]
    clause = reader.clause_at(start)
    clause_start = reader.clause_start(start)
    is_verb_final = FINAL.match(reader.sentence, cue.last) is not None and len(cue.parts) == 1
    if is_verb_final:
        left = reader.sentence[clause_start:start]
        have = list(HAVE.finditer(left))
        passive = list(PASSIVE.finditer(left))
        if passive and not have:
            return _agent(reader, clause_start, start, cue)
        if clause and clause.kind == "main" and MODAL.search(left) and not have:
            return None  # "will … ankündigen" is an intention
        if have and not left.rstrip().endswith(","):
            start, end = clause_start + have[-1].start(), clause_start + have[-1].end()
    if PASSIVE_BEHIND.match(reader.sentence, cue.last):
        return _agent(reader, clause_start, start, cue)
    if clause and clause.kind in ("subordinate", "relative") and is_verb_final:
        return _verb_final_subject(reader, clause, clause_start, cue)
    return _second_position_subject(reader, clause_start, start, end, cue)


def _agent(reader: PhraseReader, start: int, end: int, cue: Hit) -> Phrase | None:
    """ "wurde von der Polizei bestätigt"."""
    by = BY.search(reader.sentence, start, end)
    phrase = by and reader.phrase_at(by.end())
    return reader.made(phrase, cue, "speaker-agent") if phrase and reader.is_known(phrase) else None


def _verb_final_subject(reader: PhraseReader, clause: Stretch, clause_start: int, cue: Hit) -> Phrase | None:
    """ "wie der Konzern mitteilte", "der Sprecher, der das bestätigte"."""
    if clause.kind == "relative":
        comma = reader.sentence.rfind(",", max(0, clause_start - 3), clause_start + 1)
        return reader.ending_at(comma, cue, "speaker-relative") if comma > 0 else None
    opener = SUBORDINATOR.match(reader.sentence, clause_start)
    if not opener:
        return None
    phrase = reader.phrase_at(opener.end())
    is_as = opener.group().strip(' „“"(–-').lower().startswith(("wie", "so wie"))
    if is_as and (compound := FROM_COMPOUND.match(reader.sentence, opener.end())):
        return of_compound(reader, COMPOUND_SOURCE.match(reader.sentence, compound.end()), cue)
    if phrase and not OBLIQUE.fullmatch(phrase.determiner):
        made = reader.made(phrase, cue, "speaker-as" if is_as else "speaker-verb-final")
        return made._replace(rule_id="speaker-as") if is_as and made.rule_id != "speaker-name" else made
    return reader.pronoun(opener.end(), cue)


def _second_position_subject(reader: PhraseReader, clause_start: int, start: int, end: int, cue: Hit) -> Phrase | None:
    """The subject before its verb, or behind it where something else opens the clause."""
    opener = OPENERS.match(reader.sentence, clause_start)
    at = opener.end() if opener else clause_start
    soft = list(SOFT_BREAK.finditer(reader.sentence, clause_start, start))
    if soft:
        at = soft[-1].end()
    left = reader.phrase_at(at) if at < start else None
    if left and (left.end > start + 1 or OBLIQUE.fullmatch(left.determiner)):
        left = None
    if (
        (left is None or not reader.is_known(left))
        and at < start
        and reader.sentence[start - 2 : start - 1] not in ',“”«"–'
    ):
        # "Die im Freiverkehr notierte X AG gibt bekannt": the name stands right before the verb
        direct = reader.ending_at(start - 1, cue, "speaker-before-verb")
        if (
            direct
            and reader.has_company(direct.start, direct.end)
            and not GOVERNED.search(reader.sentence, max(0, direct.start - 14), direct.start)
        ):
            return direct
    neuter = NEUTER.match(reader.sentence, end)
    if neuter and left is None:
        return reader.pronoun_of(neuter.start(1), neuter.end(1), cue)
    right_at = FILLERS.match(reader.sentence, end)
    behind = right_at.end() if right_at and not reader.sentence[end : end + 1].isalnum() else end
    right = reader.phrase_at(behind)
    if right and OBLIQUE.fullmatch(right.determiner):
        right = None
    front = reader.sentence[at:start].strip()
    pronoun = reader.pronoun(behind, cue)
    if pronoun and (not left or left.end + 2 < start):
        return pronoun
    if at < start and (found := reader.pronoun(at, cue)) and found.end + 1 >= start - 12:
        return found
    if FIRST_PERSON.match(reader.sentence, behind) or FIRST_PERSON.fullmatch(front):
        return None
    if not front and at >= start and clause_start:  # "… und kündigte an": the subject is the sentence's
        opener = OPENERS.match(reader.sentence)
        first = opener.end() if opener else 0
        shared = reader.phrase_at(first)
        if not right or _worth_right(reader, right, front) < 3.0:
            if shared and shared.end < start and reader.is_known(shared) and not OBLIQUE.fullmatch(shared.determiner):
                return reader.made(shared, cue, "speaker-shared")
            return reader.pronoun(first, cue)
    left_worth = _worth_left(reader, left, start) if left else 0.0
    right_worth = _worth_right(reader, right, front) if right else 0.0
    if left and left_worth >= max(right_worth, 1.0):
        return reader.made(left, cue, "speaker-before-verb")
    if right and right_worth >= 1.0:
        return reader.made(right, cue, "speaker-behind-verb")
    return None


def _worth_left(reader: PhraseReader, phrase: NounPhrase, verb: int) -> float:
    rest = reader.sentence[phrase.end : verb].strip()
    if rest == "," or (rest.endswith((",", "“", "”", "«", '"')) and not rest.startswith(",")):
        return 0.5  # "Der Umsatz steige, sagte Ida Moor"
    worth = 3.0 + (1.0 if reader.is_known(phrase) else 0.0)
    if not rest:
        worth += 0.5
    elif (rest.endswith(",") and not rest.startswith(",")) or INNER_QUOTE.search(rest):
        worth -= 2.5  # another clause lies between
    elif len(rest) > LONG_REST:
        worth -= 1.0
    return worth


def _worth_right(reader: PhraseReader, phrase: NounPhrase, front: str) -> float:
    worth = 2.0 + (1.5 if reader.is_known(phrase) else 0.0)
    if not front or front[-1] in QUOTE_MARKS + ",:)" or front[0].islower() or front[0] in QUOTE_MARKS:
        worth += 1.5
    if phrase.determiner == "der" and MEDIA.match(reader.sentence, phrase.core):
        worth -= 2.5
    if (
        not phrase.determiner
        and not reader.is_known(phrase)
        and " " not in reader.sentence[phrase.core : phrase.head_end]
    ):
        worth -= 1.0 if front and front[-1] in QUOTE_MARKS + "," else 1.5
    return worth
