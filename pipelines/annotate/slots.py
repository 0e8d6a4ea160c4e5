"""The words around a name that tell which part it plays: preposition, determiner, compound head, apposition, list."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from pipelines.records import Slot

PREPOSITIONS = {
    "de": frozenset(
        (
            "von vom bei beim mit an am auf aus für gegen durch zu zum zur um über unter nach seit vor zwischen "
            "neben als wie gegenüber laut in im ins ohne gemeinsam statt trotz wegen dank hinter"
        ).split()
    ),
    "en": frozenset(
        (
            "of by with at on from for against through to in into over under after before between alongside as "
            "like via than about without behind among including per despite"
        ).split()
    ),
}
DETERMINERS = {
    "de": frozenset(
        (
            "der die das des dem den ein eine einen einem einer eines sein seine seinen seinem seiner seines ihr "
            "ihre ihren ihrem ihrer ihres dessen deren beim vom zum zur im am ins"
        ).split()
    ),
    "en": frozenset("the a an its his her their our this that these those".split()),
}
NO_ADJECTIVES = frozenset(
    "habe haben hatte hatten hätte hätten werde werden wurde wurden würde würden könne können könnte könnten "
    "konnte konnten solle sollen sollte sollten wolle wollen wollte wollten müsse müssen musste mussten dürfe "
    "dürfen dürfte dürften möchte wäre wären seien gebe geben komme kommen bleibe bleiben aber oder weder immer "
    "wieder weiter bisher daher jedoch heute sagte sagten erklärte erklärten meldete meldeten teilte teilten "
    "kündigte kündigten machte machten".split()
)
"""German words that end like adjectives and are none."""
FUSED = {"vom": "dem", "beim": "dem", "zum": "dem", "im": "dem", "am": "dem", "zur": "der", "ins": "das"}
"""German prepositions that carry their article."""
WORD = re.compile(r"[^\W_]+(?:[-.&/’'][^\W_]+)*")
COMPOUND_HEAD = re.compile(r"[-‑–]([A-ZÄÖÜ][^\W\d_]+(?:[-‑][^\W\d_]+)*)")
MIN_SUFFIX = 5
"""Letters a describing noun must have to be looked for at the end of compounds."""
LOOK_BACK = 5
"""How many words of apposition and adjective may stand between a name and the word that governs it."""
PARTICLE_PHRASES = re.compile(
    r"\b(?:vor allem|unter anderem|zum Beispiel|in Kürze|in particular|for example|above all)\s"
)
"""Phrases that open like prepositional ones and govern nothing."""
LIST_JOINT = re.compile(
    r"(?:\s\([\w.: -]{1,15}\))?(?:\s(?:aus|in|from|of) [A-ZÄÖÜ]\w+)?\s*(?:,|/|,?\s*(?:und|sowie|oder|and|or|&))\s+"
    r"(?:auch |also )?(?:die |der |das |den |dem |vom |the )?(?:[a-zäöü]+en |[A-Z][a-z]+ese |[A-Z][a-z]+an )?"
)
"""What joins names of a list: "Globalwafers aus Taiwan und der japanischen Shin-Etsu"."""


def slot_at(
    sentence: str, start: int, end: int, language: str, descriptions: frozenset[str], *, is_genitive: bool
) -> Slot:
    """The slot of the name at sentence[start:end]."""
    words = PARTICLE_PHRASES.sub("", sentence[max(0, start - 90) : start])
    before = [m.group() for m in WORD.finditer(words)]
    if re.search(r"[,;:–—(\"„“»]\s*$", sentence[:start]):
        before = []  # a break before the name: nothing governs it
    preposition = determiner = description = None
    for steps, word in enumerate(reversed(before[-LOOK_BACK:])):
        low = word.casefold()
        if steps == 0 and is_description(low, descriptions):
            description = word
        if low in PREPOSITIONS[language]:
            preposition, determiner = low, FUSED.get(low, determiner)
            break
        if low in DETERMINERS[language]:
            if determiner:
                break
            determiner = low
        elif not _may_stand_between(word, steps, description is not None, language):
            break
    compound = COMPOUND_HEAD.match(sentence, end)
    return Slot(preposition, determiner, compound.group(1) if compound else None, is_genitive, 0, description)


@lru_cache(maxsize=50_000)
def is_description(word: str, descriptions: frozenset[str]) -> bool:
    """Whether a noun, or the end of a compound, is one that describes companies: "Chiphersteller", "US-Rivalen"."""
    tail = word.rsplit("-", 1)[-1]
    first = max(0, len(tail) - _longest(descriptions))
    return tail in descriptions or any(tail[at:] in descriptions for at in range(first, len(tail) - MIN_SUFFIX + 1))


@lru_cache(maxsize=8)
def _longest(words: frozenset[str]) -> int:
    return max(map(len, words), default=0)


def _may_stand_between(word: str, steps: int, described: bool, language: str) -> bool:
    """Adjectives and the noun in apposition may stand between a name and what governs it; verbs and others may not."""
    if steps == 0 and described:
        return True
    if language == "de":
        is_adjective = word.endswith(("en", "er", "e", "es", "em")) and word not in NO_ADJECTIVES
        return is_adjective and (word[0].islower() or (word.endswith("er") and len(word) > MIN_SUFFIX))
    return described or word[0].isupper()


def share_lists(sentence: str, spans: Sequence[tuple[int, int]], slots: Sequence[Slot]) -> list[Slot]:
    """Names in one list ("Oppo und Vivo", "Apple, Samsung and LG") share the list's number and the first one's slot."""
    shared: list[Slot] = []
    list_no = 0
    for number, slot in enumerate(slots):
        joined = number > 0 and LIST_JOINT.fullmatch(sentence, spans[number - 1][1], spans[number][0])
        if joined and not shared[-1].compound_head:
            first = shared[-1]
            if not first.list_no:
                list_no += 1
                first = _with(first, first, list_no)
                shared[-1] = first
            shared.append(_with(slot, first, first.list_no))
        else:
            shared.append(slot)
    return shared


def _with(slot: Slot, governor: Slot, list_no: int) -> Slot:
    return Slot(
        slot.preposition or governor.preposition,
        slot.determiner or governor.determiner,
        slot.compound_head,
        slot.is_genitive or governor.is_genitive,
        list_no,
        slot.description or governor.description,
    )
