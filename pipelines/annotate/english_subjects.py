"""Who speaks an English verb of saying: the subject before it, behind it after a quotation, or "by" in the passive."""

from __future__ import annotations

import re

from pipelines.annotate.matching import Hit
from pipelines.annotate.phrase_reading import REACH, Phrase, PhraseReader

BY = re.compile(r"\s+by\s+")
OPENERS = re.compile(r"[\s“”\"'‘(\[–-]*(?:(?:[Bb]ut|[Aa]nd|Meanwhile,|However,|Still,|Even|Only|Also)\s+)?")
"""What may stand before the first phrase of a sentence."""
INVERTED = re.compile(r"[,'”\"]\s*$")
ADVERBS = re.compile(
    r"\s+(?:(?:also|has|have|had|later|already|first|then|still|now|just|once|been|being|further|repeatedly|recently"
    r"|[a-z]+ly|often|even|again|who|last (?:week|month|year)|(?:on )?(?:Mon|Tues|Wednes|Thurs|Fri)day|kept|keeps|did"
    r"|does|would|will|each|both|all)\s+)*$"
)
"""Words that may stand between an English subject and its verb."""
PRONOUN_BEFORE = re.compile(r"\b(?:[Hh]e|[Ss]he|[Tt]hey|[Ii]t)$")
RELATIVE_BEFORE = re.compile(r",?\s+(?:which|who|that)$")
COORDINATED = re.compile(r"(?:,|\b(?:and|but|then))$")
ENDS_INVERSION = re.compile(
    r"\s*(?:$|[,.;:()”\"'`–-]|(?:in|on|at|who|during|of|to|about|from|last|this|Mon|Tues|Wednes|Thurs|Fri)\b)"
)
"""What follows the subject of "…,” said Ida Moor"."""
FULL_NAME = re.compile(r"[A-Z][\w’'-]+(?:\s[A-Z]\.)?(?:\s[A-Z][\w’'-]+){1,2}")
COMMA = re.compile(",")


def english_subject(reader: PhraseReader, cue: Hit) -> Phrase | None:
    """The subject before the verb ("Analysts at X said"), or behind it once a quotation or comma has passed."""
    start = cue.parts[0][0]
    by = BY.match(reader.sentence, cue.last)
    if by:
        phrase = reader.phrase_at(by.end())
        return reader.made(phrase, cue, "speaker-agent") if phrase and reader.is_speaker(phrase) else None
    window = max(0, start - 2 * REACH)
    before = reader.sentence[window:start]
    if INVERTED.search(before) and not reader.sentence[start : cue.end].endswith("ing"):
        phrase = reader.phrase_at(cue.last + 1)
        if phrase and reader.is_speaker(phrase) and ENDS_INVERSION.match(reader.sentence, phrase.end):
            return reader.made(phrase, cue, "speaker-behind-verb")
    gap = ADVERBS.search(before)
    end = window + (gap.start() if gap else len(before))
    if reader.sentence[end - 1 : end] == ",":
        return _behind_apposition(reader, window, end, cue)
    pronoun = PRONOUN_BEFORE.search(reader.sentence, window, end)
    if pronoun:
        return reader.pronoun(pronoun.start(), cue)
    relative = RELATIVE_BEFORE.search(reader.sentence, window, end)
    if relative:
        return reader.ending_at(relative.start(), cue, "speaker-relative")
    if COORDINATED.search(reader.sentence, window, end):
        opener = OPENERS.match(reader.sentence)
        phrase = reader.phrase_at(opener.end() if opener else 0)
        own = reader.pronoun(opener.end() if opener else 0, cue)
        if own or (phrase and phrase.end < start and reader.is_speaker(phrase)):
            return own or (reader.made(phrase, cue, "speaker-shared") if phrase else None)
        return None
    return reader.ending_at(end, cue, "speaker-before-verb")


def _behind_apposition(reader: PhraseReader, window: int, end: int, cue: Hit) -> Phrase | None:
    """ "X, chief executive of Y, said": the name stands before the apposition."""
    commas = [m.start() for m in COMMA.finditer(reader.sentence[window : end - 1])]
    if commas:  # "a spokesman for Y, Ida Moor, said": the name is the apposition
        at = window + commas[-1] + 1
        if FULL_NAME.fullmatch(reader.sentence[at : end - 1].strip()):
            return reader.ending_at(end - 1, cue, "speaker-before-verb")
    for comma in reversed(commas):
        phrase = reader.ending_at(window + comma, cue, "speaker-before-apposition")
        if phrase and (phrase.noun_id is None or phrase.rule_id == "speaker-name"):
            return phrase
    return None
