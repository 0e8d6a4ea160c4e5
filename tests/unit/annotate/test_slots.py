"""What governs a name: preposition, determiner, apposition, compound head, and the list it stands in."""

from __future__ import annotations

import pytest

from pipelines.records import Annotations, Slot
from tests.unit.annotate.articles import Read


def slots(annotations: Annotations) -> dict[str, Slot]:
    return {m.surface: m.slot for m in annotations.mentions}


@pytest.mark.parametrize(
    ("language", "sentence", "preposition", "determiner"),
    [
        ("de", "Er sprach mit Samsung.", "mit", None),
        ("de", "Er sprach mit dem Konzern Samsung.", "mit", "dem"),
        ("de", "Er sprach mit dem südkoreanischen Konzern Samsung.", "mit", "dem"),
        ("de", "Er kaufte vom Chiphersteller Samsung Speicher.", "vom", "dem"),
        ("de", "Die Samsung wuchs.", None, "die"),
        ("de", "Neben der kleinen Commerzbank steht ein Turm.", "neben", "der"),
        ("en", "He spoke with Samsung.", "with", None),
        ("en", "He spoke with the chipmaker Samsung.", "with", "the"),
        ("en", "It sells memory to its rival Samsung.", "to", "its"),
        ("en", "The chipmaker Samsung grew.", None, "the"),
    ],
)
def test_the_governing_words(
    read: Read, language: str, sentence: str, preposition: str | None, determiner: str | None
) -> None:
    (mention,) = read(sentence, language=language).mentions
    assert (mention.slot.preposition, mention.slot.determiner) == (preposition, determiner)


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("de", "Mit viel Mut baut Samsung Speicher."),
        ("de", "Nach der Pause stellte Samsung Speicher her."),
        ("de", "Auf dem Markt, Samsung zufolge, wird es eng."),
        ("en", "With much courage built Samsung a plant."),
        ("en", "On the market, Samsung grew."),
        ("en", "Even in Texas, Samsung grew."),
    ],
)
def test_a_verb_or_a_break_frees_the_name(read: Read, language: str, sentence: str) -> None:
    (mention,) = read(sentence, language=language).mentions
    assert mention.slot.preposition is None


def test_a_phrase_that_only_looks_prepositional_governs_nothing(read: Read) -> None:
    (mention,) = read("Gewachsen ist vor allem Samsung.").mentions
    assert mention.slot.preposition is None


@pytest.mark.parametrize(
    ("language", "sentence", "description"),
    [
        ("de", "Der Chiphersteller Samsung wuchs.", "Chiphersteller"),
        ("de", "Der US-Rivale Nokia wuchs.", "US-Rivale"),
        ("en", "Its rival Nokia grew.", "rival"),
        ("de", "Gestern wuchs Samsung.", None),
    ],
)
def test_the_noun_in_apposition(read: Read, language: str, sentence: str, description: str | None) -> None:
    (mention,) = read(sentence, language=language).mentions
    assert mention.slot.description == description


@pytest.mark.parametrize(
    ("sentence", "head"),
    [
        ("Der Samsung-Chef kommt.", "Chef"),
        ("Der Samsung-Vize-Chef kommt.", "Vize-Chef"),
        ("Samsung kommt.", None),
        ("Samsung - Chef der Zunft - kommt.", None),
    ],
)
def test_the_rest_of_a_compound(read: Read, sentence: str, head: str | None) -> None:
    (mention,) = read(sentence).mentions
    assert mention.slot.compound_head == head


def test_a_list_shares_what_governs_its_first_name(read: Read) -> None:
    found = slots(read("Samsung verkauft Speicher an die Rivalen Huawei, Oppo und Xiaomi."))
    assert found["Samsung"] == Slot()
    for name in ("Huawei", "Oppo", "Xiaomi"):
        assert (found[name].preposition, found[name].determiner, found[name].description) == ("an", "die", "Rivalen")
        assert found[name].list_no == 1


def test_an_english_list_shares_too(read: Read) -> None:
    found = slots(read("It competes with Samsung, Nokia, and Huawei.", language="en"))
    assert {(s.preposition, s.list_no) for s in found.values()} == {("with", 1)}


def test_two_lists_have_two_numbers(read: Read) -> None:
    found = slots(read("Samsung und Nokia liefern an Huawei und Oppo."))
    assert found["Samsung"].list_no == found["Nokia"].list_no == 1
    assert found["Huawei"].list_no == found["Oppo"].list_no == 2
    assert found["Samsung"].preposition is None


def test_names_apart_share_no_list(read: Read) -> None:
    found = slots(read("Neben Huawei baut auch Xiaomi Telefone."))
    assert found["Huawei"] == Slot(preposition="neben")
    assert found["Xiaomi"] == Slot()


def test_a_list_without_governor_shares_its_number(read: Read) -> None:
    found = slots(read("Samsung, Huawei und Xiaomi bauen Telefone."))
    assert set(found.values()) == {Slot(list_no=1)}


def test_a_name_with_a_compound_head_opens_no_list(read: Read) -> None:
    found = slots(read("Der Samsung-Chef und Nokia sprachen."))
    assert found["Nokia"].list_no == 0
