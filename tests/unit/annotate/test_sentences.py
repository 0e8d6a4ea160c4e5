"""Where sentences end and which clause a word belongs to."""

from __future__ import annotations

import pytest

from pipelines.annotate.sentences import split_clauses, split_sentences


def sentences(text: str, language: str = "de") -> list[str]:
    return [text[a:b] for a, b in split_sentences(text, language)]


def clauses(sentence: str, language: str = "de") -> list[tuple[int, str]]:
    """Clause number and first word of each stretch."""
    return [(c.clause_no, sentence[c.start : c.end].split()[0]) for c in split_clauses(sentence, language)]


@pytest.mark.parametrize(
    ("language", "first", "second"),
    [
        ("de", "Die Werft gehört Dr. Elke Brand aus Kiel.", "Sie baut Fähren."),
        ("de", "Der Umsatz lag bei ca. 20 Mio. Euro im Jahr.", "Das ist viel."),
        ("de", "Der Gewinn stieg um 3.5 Prozent auf 1.200 Euro.", "Das freut alle."),
        ("de", "Am 3. Mai öffnet das Lager.", "Es liegt am Kanal."),
        ("de", "Es gibt Kräne, z. B. für Container.", "Sie sind neu."),
        ("en", "The yard belongs to Mr. Brand of Kiel.", "It builds ferries."),
        ("en", "Nordkai Inc. opened a U.S. office.", "It is small."),
        ("en", "Profit rose 3.5 percent to $1.2 million.", "Everybody cheered."),
        ("en", "The yard opened in May.", "It builds ferries."),
        ("en", "It began in May.", "Shares rose."),
        ("en", "Is it enough?", "Nobody knows."),
    ],
)
def test_two_sentences_are_two(language: str, first: str, second: str) -> None:
    assert sentences(f"{first} {second}", language) == [first, second]


def test_the_month_of_may_before_a_lower_case_word_ends_nothing() -> None:
    text = "Mr. May was there in May."
    assert sentences(text, "en") == [text]


@pytest.mark.parametrize("text", ["", "   ", "\n\n"])
def test_white_space_has_no_sentence(text: str) -> None:
    assert sentences(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "  Erst dies.  Dann das!\nUnd noch etwas? ",
        "Ein Satz ohne Ende",
        "„Wir wachsen.“ So sprach sie. Er schwieg …",
        "Zeichen:  geschützte\u00a0Leerzeichen, e\u0301, 🚢. Ende.",
    ],
)
def test_sentences_cover_all_but_white_space_in_order(text: str) -> None:
    spans = list(split_sentences(text, "de"))
    end = 0
    for start, stop in spans:
        assert text[end:start].strip() == ""
        assert text[start:stop] == text[start:stop].strip() != ""
        end = stop
    assert text[end:].strip() == ""


def test_clauses_cover_the_sentence_without_gaps() -> None:
    sentence = "Die Werft, die Fähren baut, wächst, weil der Markt wächst, und sie stellt Leute ein."
    stretches = split_clauses(sentence, "de")
    assert [c.start for c in stretches] == [0, *[c.end for c in stretches[:-1]]]
    assert stretches[-1].end == len(sentence)


def test_a_sentence_without_break_is_one_main_clause() -> None:
    (only,) = split_clauses("Die Werft baut zwei Fähren.", "de")
    assert (only.clause_no, only.kind) == (0, "main")


def test_a_relative_clause_interrupts_its_main_clause() -> None:
    sentence = "Die Werft, die seit Jahren Fähren baut, verkauft ihr Dock."
    assert clauses(sentence) == [(0, "Die"), (1, "die"), (0, "verkauft")]
    assert [c.kind for c in split_clauses(sentence, "de")] == ["main", "relative", "main"]


def test_an_apposition_opens_no_clause() -> None:
    sentence = "Die Werft, das Herz der Stadt, verkauft ihr Dock."
    assert {number for number, _ in clauses(sentence)} == {0}


def test_a_subordinate_clause_behind_has_its_own_number() -> None:
    sentence = "Die Werft verkauft ihr Dock, weil der Markt schrumpft."
    assert clauses(sentence) == [(0, "Die"), (1, "weil")]
    assert split_clauses(sentence, "de")[1].kind == "subordinate"


def test_a_subordinate_clause_in_front_is_told_from_the_main_clause() -> None:
    numbers = [number for number, _ in clauses("Weil der Markt schrumpft, verkauft die Werft ihr Dock.")]
    assert len(set(numbers)) == 2


def test_a_coordinate_clause_has_its_own_number() -> None:
    assert clauses("Die Werft baut Fähren, aber die Bank verkauft Aktien.") == [(0, "Die"), (1, "aber")]


def test_a_list_is_no_coordinate_clause() -> None:
    assert {n for n, _ in clauses("Die Werft baut Fähren, Kutter, und Yachten.")} == {0}


@pytest.mark.parametrize("mark", [";", ":", " –"])
def test_strong_marks_part_main_clauses(mark: str) -> None:
    assert clauses(f"Die Werft wächst{mark} die Bank schrumpft.") == [(0, "Die"), (1, "die")]


@pytest.mark.parametrize("opener", ["that", "which"])
def test_english_relative_clauses_interrupt(opener: str) -> None:
    sentence = f"The yard, {opener} builds ferries, sold its dock."
    assert clauses(sentence, "en") == [(0, "The"), (1, opener), (0, "sold")]


def test_english_subordinate_and_coordinate_clauses() -> None:
    assert clauses("The yard sold its dock, because the market shrank.", "en") == [(0, "The"), (1, "because")]
    assert clauses("The yard sold its dock, and the bank is happy.", "en") == [(0, "The"), (1, "and")]


def test_a_decimal_comma_is_no_break() -> None:
    assert len(split_clauses("Der Umsatz stieg um 1,5 Prozent.", "de")) == 1
