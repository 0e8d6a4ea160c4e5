"""What stands between quotation marks."""

from __future__ import annotations

import pytest

from pipelines.annotate.quotations import find_quotations
from pipelines.records import Region
from tests.unit.annotate.articles import Read


def quotations(block: str) -> list[str]:
    return [block[a:b] for a, b, _ in find_quotations(block)]


@pytest.mark.parametrize(
    "marks", ["„{}“", "„{}”", "“{}”", "»{}«", "«{}»", '"{}"', "``{}''"], ids=lambda m: m.format("…")
)
def test_each_pair_of_marks(marks: str) -> None:
    words = "Wir bauen zwei Fähren"
    assert quotations(f"{marks.format(words)}, hieß es.") == [words]


def test_words_are_counted() -> None:
    assert [n for _, _, n in find_quotations("„Wir bauen zwei neue Fähren“")] == [5]


@pytest.mark.parametrize("block", ["Das Magazin „Kontor“ kam.", "Der „rote Faden“ riss.", "„“", "Kein Wort.", ""])
def test_titles_and_terms_are_no_quotations(block: str) -> None:
    assert quotations(block) == []


def test_an_open_mark_alone_quotes_nothing() -> None:
    assert quotations("Offen „bleibt das Ende immer.") == []


def test_several_quotations_in_order() -> None:
    block = "„Wir bauen zwei Fähren“, sagte sie. „Wir streichen sie rot“, sagte er."
    assert quotations(block) == ["Wir bauen zwei Fähren", "Wir streichen sie rot"]


def test_a_quotation_over_two_sentences_belongs_to_the_first(read: Read) -> None:
    found = read("Es regnet. „Wir bauen zwei Fähren. Dann streichen wir sie“, sagte sie.")
    (quotation,) = found.quotations
    assert quotation.sentence_no == 2
    assert quotation.word_count == 8


def test_a_quotation_left_open_ends_with_the_paragraph_that_it_opens(read: Read) -> None:
    found = read("„Wir bauen zwei Fähren.", "„Dann streichen wir sie rot“, sagte sie.")
    assert [q.word_count for q in found.quotations] == [4, 5]
    assert [q.sentence_no for q in found.quotations] == [1, 2]


def test_quotations_do_not_cross_paragraphs(read: Read) -> None:
    found = read("„Wir bauen zwei Fähren", "und streichen sie rot“, sagte sie.")
    assert [(q.start_char, q.end_char) for q in found.quotations] == [(1, 22)]


@pytest.mark.parametrize(
    ("block", "expected"),
    [
        ("„Er sagte ‚wir fahren heute los‘ und ging“, hieß es.", ["Er sagte ‚wir fahren heute los‘ und ging"]),
        ("‘We don’t build ferries here,’ she said.", ["We don’t build ferries here,"]),
        ("'We build two ferries,' she said.", ["We build two ferries,"]),
        ("The boys' ferry isn't the owners' only one.", []),
        ("„Offen bleibt „wir bauen zwei Fähren“, sagte sie.", ["wir bauen zwei Fähren"]),
        ("` ` We build two ferries, ' ' she said.", [" We build two ferries, "]),
    ],
)
def test_nested_single_and_unbalanced_marks(block: str, expected: list[str]) -> None:
    assert quotations(block) == expected


def test_a_long_quotation_is_one() -> None:
    words = "Wir bauen Fähren. " * 400
    assert [n for _, _, n in find_quotations(f"Sie sagte: „{words}“")] == [1200]


@pytest.mark.parametrize("mark", ["„", "“", '"', "»", "'", "` ` ", "‘"])
def test_a_flood_of_marks_takes_one_pass(mark: str) -> None:
    assert list(find_quotations(f"{mark}a " * 200_000)) is not None


def test_quotations_of_noise_are_left_out(read: Read) -> None:
    assert read((Region.COMMENT, "„Ich fahre gern Fähre“")).quotations == ()
