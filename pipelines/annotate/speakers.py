"""Who stands in the speaker's place: the subject of a verb of saying, the name behind "laut" or "according to".

Says which phrase that is, not who is meant by it: that is for SQL. Only sentences with a word of saying cost anything.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from pipelines.annotate.english_subjects import english_subject
from pipelines.annotate.german_subjects import german_subject
from pipelines.annotate.matching import Hit
from pipelines.annotate.phrase_reading import Phrase, PhraseReader
from pipelines.annotate.sentences import Stretch
from pipelines.annotate.statement_sources import before_postposition, behind_preposition, behind_so, of_statement

NOUN_KINDS = frozenset(("description", "role", "people", "unnamed", "authority", "association", "medium", "source"))
"""Lexicons of nouns that can speak."""
BY_SLOT = {
    "so": behind_so,
    "governed": of_statement,
    "after": behind_preposition,
    "before": before_postposition,
}
"""The reader of each slot of the cue lexicon; every other slot asks for the subject."""
SUBJECT = {"de": german_subject, "en": english_subject}

GOES_ON = re.compile(r"[^„“”»«\";:]{0,80}\s(?:und|and)\s(?:(?:auch|zugleich|also|then|later)\s)?")
"""What stands between somebody who spoke and the next thing that he says."""


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
    """The phrases that speak the `cues` of a sentence: one each, two where two speak together.

    `nouns` are hits of `NOUN_KINDS`, `companies` and `persons` the places of names, `slots` says on which side of a cue
    its speaker stands.
    """
    reader = PhraseReader(sentence, nouns, companies, persons, clauses, language)
    said: Phrase | None = None
    for cue in sorted(cues, key=lambda hit: (hit.start, hit.last, hit.entry.key)):
        read = BY_SLOT.get(slots.get(cue.entry.key, "subject"), SUBJECT[language])
        phrase = read(reader, cue)
        is_before = said and said.start < cue.start and (phrase is None or phrase.start < said.start)
        if said and is_before and GOES_ON.fullmatch(sentence, said.end, cue.start):
            # "…, sagte Ida Moor und kündigte … an": the one who spoke last goes on, not the sentence's first phrase
            phrase = said._replace(cue_start=cue.start)
        if phrase:
            said = phrase
            other = reader.joined_to(phrase, cue)
            if not (other and reader.is_second_role(phrase, other, cue)):
                yield phrase
            if other:
                yield other
