"""Which phrase stands in the speaker's place beside a word of saying."""

from __future__ import annotations

import time

import pytest

from pipelines.annotate.noun_phrases import noun_phrase_at
from tests.unit.annotate.articles import Read


def speakers(read: Read, sentence: str, language: str = "de") -> list[str]:
    return [s.name for s in read(sentence, language=language).speakers]


@pytest.mark.parametrize(
    ("sentence", "name"),
    [
        ("Die Polizei sagte, der Hafen bleibe zu.", "Polizei"),
        ("Der Minister für Seefahrt sagte, der Hafen bleibe zu.", "Minister für Seefahrt"),
        ("Der Hafen bleibe zu, sagte die Hafenbehörde am Montag.", "Hafenbehörde"),
        ("„Der Hafen bleibt heute zu“, sagte gestern ein Kapitän.", "Kapitän"),
        ("Am Montag teilte die Werft mit, dass der Hafen zu bleibt.", "Werft"),
        ("Die Reederei hat am Montag angekündigt, den Hafen zu meiden.", "Reederei"),
        ("Wie die Reederei am Montag mitteilte, bleibt der Hafen zu.", "Reederei"),
        ("Der Vorsitzende des Vereins, Jonas Reet, sagte, der Hafen bleibe zu.", "Jonas Reet"),
        ("Der dänische Bootsbauer Jonas Reet sagte, der Hafen bleibe zu.", "Jonas Reet"),
        ("Der Hafen bleibe zu wie in Kiel, erklärte Reet, und das lange.", "Reet"),
        ("Das kündigte das Schiffskontor am Dienstag an.", "Schiffskontor"),
        ("Von der Polizei wurde bestätigt, dass der Hafen zu bleibt.", "Polizei"),
        ("Der Hafen bleibt, so die Kapitänin weiter, noch lange zu.", "Kapitänin"),
        ("Nach offiziellen Angaben der Hafenbehörde bleibt der Hafen zu.", "Hafenbehörde"),
        ("Nach Moors Ansicht bleibt der Hafen zu.", "Moor"),
        ("Nach Polizeiangaben bleibt der Hafen zu.", "Polizei"),
        ("Dem Bericht zufolge bleibt der Hafen zu.", "Bericht"),
        ("Nach Auskunft des Kapitäns bleibt der Hafen zu.", "Kapitän"),
        ("Er sagte, der Hafen bleibe zu.", "Er"),
        ("In einem Gespräch sagte sie, der Hafen bleibe zu.", "sie"),
        ("Der Hafen bleibe zu, sagte der Gründer und Vorstand Jonas Reet.", "Vorstand Jonas Reet"),
        ("Die Behörden vom Mittwoch sagten, der Hafen bleibe zu.", "Behörden"),
        ("Der Hafen bleibe zu, schrieb Reet in einem Statement.", "Reet"),
    ],
)
def test_who_speaks_in_german(read: Read, sentence: str, name: str) -> None:
    assert speakers(read, sentence) == [name]


@pytest.mark.parametrize(
    ("sentence", "name"),
    [
        ("The harbour authority said the port would stay shut.", "harbour authority"),
        ("“The port stays shut today,” said the mayor on Monday.", "mayor"),
        ("Ida Moor, chief executive of Nokia, said the port would stay shut.", "Ida Moor"),
        ("A spokesman for the yard, Jonas Reet, said the port would stay shut.", "Jonas Reet"),
        ("Ida Moor, who heads the yard, told reporters that the port stays shut.", "Ida Moor"),
        ("According to a recent report, the port stays shut.", "recent report"),
        ("Analysts at Harms Cole also expect that the port stays shut.", "Analysts at Harms Cole"),
        ("In a note on Friday, analysts at Harms Cole wrote that ports shut.", "analysts at Harms Cole"),
        ("Harms Cole's Ida Moor writes that the port stays shut.", "Ida Moor"),
        ("She said the port would stay shut.", "She"),
        ("The port stays shut, according to data compiled by Northview.", "Northview"),
        ("The port stays shut, according to a transcript of the event provided by Northview.", "Northview"),
        ("The port stays shut, according to data provided to Harms Cole by Northview.", "Northview"),
        ("The port stays shut, according to a report Monday from Northview.", "Northview"),
        ("The Northview report said that the port stays shut.", "Northview"),
        ("Northview’s latest survey found that the port stays shut.", "Northview"),
    ],
)
def test_who_speaks_in_english(read: Read, sentence: str, name: str) -> None:
    assert name in speakers(read, sentence, "en")


@pytest.mark.parametrize(
    ("language", "sentence", "names"),
    [
        ("de", "Die Polizei und der Verein sagten, der Hafen bleibe zu.", ["Polizei", "Verein"]),
        ("en", "Ida Moor and Jonas Reet said the port would stay shut.", ["Jonas Reet", "Ida Moor"]),
    ],
)
def test_two_speak_together(read: Read, language: str, sentence: str, names: list[str]) -> None:
    assert speakers(read, sentence, language) == names


def test_who_spoke_last_goes_on_behind_and(read: Read) -> None:
    sentence = "Der Hafen bleibe zu, sagte Vorstandschef Jonas Reet und kündigte neue Fähren an."
    assert speakers(read, sentence) == ["Vorstandschef Jonas Reet", "Vorstandschef Jonas Reet"]


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("de", "Ein Bericht lag auf dem Tisch."),
        ("de", "Die Werft will im Mai neue Fähren ankündigen."),
        ("de", "So bleibt der Hafen zu."),
        ("de", "Der Hafen ist so groß wie der See."),
        ("de", "Wir sagten nichts."),
        ("en", "That was less than expected."),
        ("en", "The port stays shut."),
        ("en", "Moreover, the price fell, implying that the port stays shut."),
        ("en", "The port stays shut based on the current price of ferries."),
        ("de", "Bitte folgen Sie den Schildern."),
    ],
)
def test_nobody_speaks(read: Read, language: str, sentence: str) -> None:
    assert speakers(read, sentence, language) == []


@pytest.mark.parametrize(
    ("sentence", "language", "phrase", "head"),
    [
        ("der frühere Minister für Seefahrt sagte", "de", "der frühere Minister für Seefahrt", "Minister"),
        ("Ursula von der Aue sagte", "de", "Ursula von der Aue", "Ursula von der Aue"),
        ("Hafenverband (HV) sagte", "de", "Hafenverband (HV)", "Hafenverband"),
        ("the yard in Kiel said", "en", "the yard in Kiel", "yard"),
    ],
)
def test_a_noun_phrase_and_its_head(sentence: str, language: str, phrase: str, head: str) -> None:
    found = noun_phrase_at(sentence, 0, language)
    assert found is not None
    assert (sentence[: found.end], sentence[found.core : found.head_end]) == (phrase, head)


@pytest.mark.parametrize("word", ["Montag", "Gestern", "Nach", "1500", "Mitte"])
def test_times_and_function_words_are_no_phrases(word: str) -> None:
    assert noun_phrase_at(f"{word} sagte", 0, "de") is None


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize("unit", ["A", "Aa ", "aa ", "Aa-", "(Aa ", "Aa, ", "der Aa "])
def test_a_phrase_of_a_flood_is_read_at_once(unit: str, language: str) -> None:
    flood = unit * (1_000_000 // len(unit))
    begun = time.process_time()
    noun_phrase_at(flood, 0, language)
    assert time.process_time() - begun < 1.0
