"""Sentences, and the clauses in them, by punctuation and the small words that open a clause. No names, no meaning."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

import sentencex

SUBORDINATORS = {
    "de": frozenset(
        (
            "dass daß ob weil wenn obwohl während nachdem bevor damit sodass falls sobald solange indem wie wo "
            "woran womit wodurch wofür worauf worüber was wer da als um ohne statt seit bis"
        ).split()
    ),
    "en": frozenset(
        (
            "that which who whom whose because although though while whereas after before if unless when where "
            "since until as whether how what"
        ).split()
    ),
}
FRONT_SUBORDINATORS = frozenset(
    "weil wenn obwohl während nachdem bevor damit falls sobald solange indem dass da wie although because though while "
    "whereas after before if unless when since as until".split()
)
NO_MAIN = -1
RELATIVES = frozenset(("der die das dem den dessen deren denen welche welcher welches welchem welchen").split())
COORDINATORS = {
    "de": frozenset("und aber sondern doch denn oder sowie jedoch".split()),
    "en": frozenset("and but or so yet nor".split()),
}
FINITE = {
    "de": frozenset(
        (
            "ist sind war waren wird werden werde würde wurde wurden hat haben hatte hatten habe sei seien kann "
            "können könnte könnten konnte soll sollen solle sollte will wollen wolle wollte wollten muss müssen "
            "musste darf dürfte dürften gab gibt ging geht kam kommt stieg steigt sank sinkt fiel fällt sagte "
            "erklärte teilte"
        ).split()
    ),
    "en": frozenset(
        (
            "is are was were will would has have had can could may might must should shall does did do said says say"
        ).split()
    ),
}
BREAK = re.compile(r",\s+|;\s+|:\s+|\s[–—-]\s+")
# A break inside a figure or a list of names is none: "1,5", "Berlin, 3. Mai".
VERB_ENDING = re.compile(r"\b[a-zäöüß]{2,}(?:t|te|ten|en|st)\b")
LEFT_TOGETHER = re.compile(r"(?<=\bMay\.)(?=\s+[A-Z])|(?<=[a-z]{2}[.!?])(?=\s+`\s?`\s)|(?<=[.!?] '\s')(?=\s+[A-Z`])")
"""Ends of sentences that the splitter does not see: behind the month May, and at the marks ``…'' of tokenizers."""
LEFT_TOGETHER_SIGNS = ("May.", "`", "'")
FIRST_WORD = re.compile(r"[\s„“”\"»«‘’'(\[]*([^\W\d_]+)")


class Stretch(NamedTuple):
    """Part of a clause: offsets into the sentence, the clause's number and how it was opened."""

    start: int
    end: int
    clause_no: int
    kind: str


def split_sentences(text: str, language: str) -> Iterator[tuple[int, int]]:
    """Offsets of each sentence, without the white space around it."""
    at = 0
    for piece in sentencex.segment(language, text):
        start = text.find(piece, at)
        if start < 0:  # the splitter normalised something away: take the rest as one sentence
            piece, start = text[at:], at
        at = start + len(piece)
        for part in _left_together(piece):
            stripped = part.strip()
            if stripped:
                begin = start + part.index(stripped[0])
                yield begin, begin + len(stripped)
            start += len(part)


def _left_together(piece: str) -> list[str]:
    """A piece cut where the splitter left two sentences together."""
    if not any(map(piece.__contains__, LEFT_TOGETHER_SIGNS)):
        return [piece]
    return LEFT_TOGETHER.split(piece)


def split_clauses(sentence: str, language: str) -> list[Stretch]:
    """The stretches of a sentence's clauses, in order, covering the sentence.

    A clause interrupted by a relative or other subordinate clause goes on under its own number behind it.
    """
    stretches: list[Stretch] = []
    main, current, newest = 0, 0, 0
    kind = "main"
    for start, end, mark in _pieces(sentence):
        opener = _opener(sentence[start:end], language) if start else _first_opener(sentence[:end], end, sentence)
        if not start:
            kind, main = opener, 0 if opener == "main" else NO_MAIN
        elif opener in ("subordinate", "relative"):
            newest += 1
            current, kind = newest, opener
        elif mark in ";:–—-" or opener == "coordinate" or (kind != "main" and not _is_interrupted(stretches, main)):
            newest += 1
            main = current = newest
            kind = "main"
        elif kind != "main":
            current, kind = main, "main"
        stretches.append(Stretch(start, end, current, kind))
    return stretches


def _is_interrupted(stretches: list[Stretch], main: int) -> bool:
    """Whether the main clause opened the sentence and was broken off by the clause that has just ended."""
    return [s.clause_no for s in stretches].count(main) == 1 and stretches[0].clause_no == main


def _first_opener(piece: str, end: int, sentence: str) -> str:
    """A sentence may open with a subordinate clause ("Weil der Markt schrumpft, …") if something follows it."""
    found = FIRST_WORD.match(piece)
    is_opener = found is not None and found.group(1).casefold() in FRONT_SUBORDINATORS
    return "subordinate" if is_opener and end < len(sentence) else "main"


def _pieces(sentence: str) -> Iterator[tuple[int, int, str]]:
    """The sentence cut at its breaks: start, end, and the mark before the piece."""
    start, mark = 0, ""
    for found in BREAK.finditer(sentence):
        if found.start() <= start:
            continue
        yield start, found.end(), mark
        start, mark = found.end(), found.group().strip()
    if start < len(sentence):
        yield start, len(sentence), mark


def _opener(piece: str, language: str) -> str:
    """How a piece opens: "subordinate", "relative", "coordinate", or "" when nothing says that a clause begins."""
    found = FIRST_WORD.match(piece)
    word = found.group(1) if found else ""
    if word in SUBORDINATORS[language]:
        return "subordinate"
    if language == "de" and word in RELATIVES and _ends_in_verb(piece):
        return "relative"
    if word in COORDINATORS[language] and _has_verb(piece, language):
        return "coordinate"
    return ""


def _ends_in_verb(piece: str) -> bool:
    """German verb-final order: a relative clause ends in its verb, an apposition in a noun."""
    words = re.findall(r"[^\W\d_]+", piece)
    return (
        len(words) > 2
        and words[-1][0].islower()
        and bool(VERB_ENDING.fullmatch(words[-1]) or words[-1] in FINITE["de"])
    )


def _has_verb(piece: str, language: str) -> bool:
    words = re.findall(r"[^\W\d_]+", piece)
    return any(w in FINITE[language] for w in words) or bool(VERB_ENDING.search(piece) and language == "de")
