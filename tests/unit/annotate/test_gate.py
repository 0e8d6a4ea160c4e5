"""Gates are open wherever their patterns match, and hostile text costs them little."""

import time

import pytest

from pipelines.annotate.gate import Gate
from pipelines.annotate.legal_forms import ANY_FORM, FORM_SIGNS
from pipelines.annotate.ranks import RANK, SIGNS
from pipelines.annotate.slots import is_description
from pipelines.annotate.time_patterns import RULES, signs_in

LONGEST_WAIT = 2.0
"""Seconds of CPU; a quadratic look takes minutes."""


def test_a_gate_tells_which_of_its_strings_stand_in_a_text() -> None:
    gate = Gate(["herr", "err", "dr"])
    assert gate.is_open("der herrscher")
    assert not gate.is_open("die frau")
    assert gate.strings_in("der herrscher") == {"herr", "err"}


@pytest.mark.parametrize(
    "sentence",
    [
        "Im dritten Quartal 2025 wuchs Quarzwerk, im Quartal bis Ende März 2026 nicht.",
        "Am 3. Mai 2024, am 03.05.2024 und am 2024-05-03 fiel die Aktie; im Geschäftsjahr 2023/24 stieg sie.",
        "Harborlight grew in the second half of 2024, in FY2025, in Q3 2025, 2Q25 and on May 3, 2026.",
        "In den ersten neun Monaten 2025, in den vergangenen drei Jahren und vor zwei Wochen sank der Umsatz.",
        "Anfang 2026, Ende des Jahres 2025, early next year, late 2024: it was a year ago, this year or last year.",
        "Im Frühjahr 2025 und im Herbst, heuer, im Vorjahr, im laufenden Jahr, nächstes Jahr, last summer.",
        "Diese Woche, im vergangenen Monat, next quarter, am kommenden Montag, seit Freitagabend und on Tuesday.",
        "Gestern und heute, yesterday, today and tomorrow, im Dezember und by June.",
    ],
)
def test_the_signs_of_a_time_stand_wherever_its_pattern_matches(sentence: str) -> None:
    signs = signs_in(sentence.lower())
    matching = [rule for rule in RULES if rule.pattern.search(sentence)]
    assert matching
    assert all(signs & rule.signs and (not rule.more_signs or signs & rule.more_signs) for rule in matching)


@pytest.mark.parametrize(
    "rank",
    "zweitgrößte|wichtigste|Nummer 2|Nr. 3|Platz 4|Rang 5|second-largest|third place|Marktführer|Branchenprimus"
    "|Spitzenreiter|market leader|biggest|top spot".split("|"),
)
def test_the_signs_of_a_rank_stand_wherever_its_pattern_matches(rank: str) -> None:
    assert RANK.search(rank)
    assert SIGNS.is_open(rank)


@pytest.mark.parametrize(
    "form",
    "GmbH GMBH AG SE KGaA OHG eG UG Aktiengesellschaft Inc. Corp Ltd LTD Limited Incorporated Corporation LLC LLP L.P "
    "plc PLC S.A S.p SpA N.V NV B.V BV AB ASA A/S ApS Oyj K.K ZRt Kft A.Ş r.l Co".split(),
)
def test_the_signs_of_a_legal_form_stand_wherever_it_ends(form: str) -> None:
    assert ANY_FORM.search(form)
    assert FORM_SIGNS.is_open(form)


@pytest.mark.parametrize(
    "text", ["x" * 5_000_000, "Ab " * 100_000, "1 " * 50_000], ids=["one-word", "capitals", "digits"]
)
def test_hostile_text_costs_little(text: str) -> None:
    began = time.process_time()
    signs_in(text.lower())
    FORM_SIGNS.is_open(text)
    is_description(text, frozenset({"hersteller", "rivale"}))
    assert time.process_time() - began < LONGEST_WAIT
