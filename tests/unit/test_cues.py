"""The cue lexicon `dbt/seeds/cues.csv`: is every row well-formed and does every move type have words in both languages?

Whether the cues find the right claims is measured in tests/quality, not here.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter, defaultdict
from itertools import pairwise, product
from pathlib import Path

import pytest

CUES = Path(__file__).resolve().parents[2] / "dbt" / "seeds" / "cues.csv"
COLUMNS = (
    "cue_id", "language", "kind", "word", "forms", "move_type", "direction", "certainty", "manner", "strength", "slot",
)  # fmt: skip
MOVE_TYPES = frozenset(
    "market_entry market_exit market_presence product_launch product_end acquisition merger divestiture investment "
    "patent_deal partnership repositioning go_to_market price_change sales_change market_share_change financial_result "
    "capacity_change workforce_change legal_action insolvency leadership_change stock_price_change financing".split()
)
KINDS = frozenset(
    "move topic trend tendency offer hedge negation speech refusal unnamed rival role description people "
    "authority association medium".split()
)
GERMAN_KINDS = frozenset({"reported"})
"""Only German has a mood of reported speech."""
LANGUAGES = ("de", "en")
VALUES = {
    "direction": {"up", "down"},
    "certainty": {"actual", "announced", "possible", "denied"},
    "manner": {"direct", "indirect", "according_to", "credit"},
    "strength": {"stated", "implied", "speculative"},
}
REQUIRED = {
    "move": {"move_type", "slot"},
    "topic": {"move_type", "slot"},
    "offer": {"move_type", "slot"},
    "trend": {"direction"},
    "tendency": {"direction"},
    "hedge": {"certainty"},
    "speech": {"manner", "slot"},
    "rival": {"strength", "slot"},
}
ALLOWED = {"move": {"direction", "certainty"}, "hedge": {"slot"}}
"""Columns a kind may fill beyond those it must."""
SLOTS = {
    "move": {"subject", "object", "noun"},
    "topic": {"subject", "object", "noun"},
    "offer": {"subject"},
    "hedge": {"verb", "noun", "self", "sentence"},
    "speech": {"subject", "opinion", "announcement", "after", "before", "governed", "so"},
    "rival": {"name", "adjective", "peer", "leader", "between", "mutual", "contrast", "aside", "ranking", "bidding"},
}
GERMAN_SLOTS = {"announcement", "governed", "so"}
GAP = "…"
LEAST_FORMS = 25
"""Forms a move type needs in each language to be worth looking for."""


def read_cues() -> list[dict[str, str]]:
    with CUES.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def cues() -> list[dict[str, str]]:
    return read_cues()


def forms_of(cue: dict[str, str]) -> list[str]:
    """Every form of a row, the alternatives of forms with gaps written out."""
    return [one for form in cue["forms"].split("|") for one in written_out(form)]


def written_out(form: str) -> list[str]:
    parts = form.split(f" {GAP} ")
    if len(parts) == 1:
        return [form]
    return [f" {GAP} ".join(one) for one in product(*(part.split("/") for part in parts))]


def fault_of(form: str) -> str | None:
    """What is wrong with one surface form, or None."""
    if not form:
        return "empty"
    if form != form.strip() or "  " in form:
        return "stray space"
    if not form.isprintable() or '"' in form or ";" in form or "..." in form:
        return "character"
    tokens = form.removesuffix(f" {GAP}").split(" ")
    if tokens[0] == GAP or tokens[-1] == GAP or (GAP not in tokens and form.endswith(GAP)):
        return "gap at an end"
    if any(a == b == GAP for a, b in pairwise(tokens)):
        return "two gaps in a row"
    if any(GAP in token and token != GAP for token in tokens):
        return "gap without spaces"
    for part in (part.strip() for part in form.removesuffix(f" {GAP}").split(GAP)):
        if any("*" in token[1:-1] for token in part.split(" ")):
            return "star inside a word"
        if any(not any(c.isalnum() for c in token) for token in part.split(" ")):
            return "word without a letter"
        if any(token.startswith("*") and len(token.strip("*")) < 3 for token in part.split(" ")):
            return "star on too short an ending"
    return None


@pytest.mark.parametrize(
    ("form", "fault"),
    [
        ("stellt … ein", None),
        ("*übernahme", None),
        ("Stellenabbau*", None),
        ("baut … *stellen … ab", None),
        ("", "empty"),
        (" Kauf", "stray space"),
        ("tritt  an", "stray space"),
        ("… ein", "gap at an end"),
        ("stellt …", "gap at an end"),
        ("stellt … … ein", "two gaps in a row"),
        ("stellt…ein", "gap without spaces"),
        ("stellt ... ein", "character"),
        ("Kurs*ziel", "star inside a word"),
        ("in den * Markt", "word without a letter"),
        ("*ag", "star on too short an ending"),
    ],
)
def test_the_form_check_itself_can_fail(form: str, fault: str | None) -> None:
    assert fault_of(form) == fault


def test_columns_and_encoding() -> None:
    raw = CUES.read_bytes()
    assert not raw.startswith(b"\xef\xbb\xbf"), "no byte order mark"
    assert b"\r" not in raw, "lines end in LF"
    text = raw.decode("utf-8")
    rows = list(csv.reader(io.StringIO(text)))
    assert tuple(rows[0]) == COLUMNS
    assert {len(row) for row in rows} == {len(COLUMNS)}
    written = io.StringIO()
    csv.writer(written, lineterminator="\n").writerows(rows)
    assert written.getvalue() == text, "quoting is minimal"


def test_rows_are_sorted(cues: list[dict[str, str]]) -> None:
    keys = [(c["language"], c["kind"], c["move_type"], c["cue_id"]) for c in cues]
    assert keys == sorted(keys)


def test_cue_ids_are_unique_slugs_of_their_language(cues: list[dict[str, str]]) -> None:
    assert [k for k, n in Counter(c["cue_id"] for c in cues).items() if n > 1] == []
    odd = [c["cue_id"] for c in cues if not re.fullmatch(rf"{c['language']}(-[a-z0-9]+)+", c["cue_id"])]
    assert odd == []


def test_vocabularies(cues: list[dict[str, str]]) -> None:
    assert {c["language"] for c in cues} == set(LANGUAGES)
    assert {c["kind"] for c in cues} == KINDS | GERMAN_KINDS
    assert {c["move_type"] for c in cues} - {""} == MOVE_TYPES
    for column, values in VALUES.items():
        assert {c[column] for c in cues} - {""} <= values, column
    odd = [(c["cue_id"], c["slot"]) for c in cues if c["slot"] and c["slot"] not in SLOTS.get(c["kind"], set())]
    assert odd == []


def test_each_kind_fills_its_own_columns_and_no_others(cues: list[dict[str, str]]) -> None:
    optional = ("move_type", "direction", "certainty", "manner", "strength", "slot")
    for cue in cues:
        filled = {column for column in optional if cue[column]}
        required = REQUIRED.get(cue["kind"], set())
        assert required <= filled, f"{cue['cue_id']} lacks {required - filled}"
        extra = filled - required - ALLOWED.get(cue["kind"], set())
        assert not extra, f"{cue['cue_id']}: a {cue['kind']} has no {extra}"
        assert cue["word"].strip() == cue["word"] != "", cue["cue_id"]


def test_forms_are_well_formed(cues: list[dict[str, str]]) -> None:
    faults = [(c["cue_id"], form, fault) for c in cues for form in forms_of(c) if (fault := fault_of(form))]
    assert faults == []


def test_no_form_stands_twice_under_one_language_and_kind(cues: list[dict[str, str]]) -> None:
    owners: defaultdict[tuple[str, str, str], list[str]] = defaultdict(list)
    for cue in cues:
        for form in forms_of(cue):
            owners[cue["language"], cue["kind"], form].append(cue["cue_id"])
    assert {key: ids for key, ids in owners.items() if len(ids) > 1} == {}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("move_type", sorted(MOVE_TYPES))
def test_every_move_type_has_words_in_both_languages(cues: list[dict[str, str]], language: str, move_type: str) -> None:
    own = [c for c in cues if c["language"] == language and c["kind"] == "move" and c["move_type"] == move_type]
    assert sum(len(forms_of(c)) for c in own) >= LEAST_FORMS
    slots = {c["slot"] for c in own}
    assert "noun" in slots, "event nouns"
    assert slots & {"subject", "object"}, "verbs"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_kind_and_value_has_words_in_both_languages(cues: list[dict[str, str]], language: str) -> None:
    own = [c for c in cues if c["language"] == language]
    assert {c["kind"] for c in own} == (KINDS | GERMAN_KINDS if language == "de" else KINDS)
    for kind, column in [("trend", "direction"), ("speech", "manner"), ("rival", "strength"), ("speech", "slot")]:
        want = SLOTS["speech"] if column == "slot" else VALUES[column]
        want = want - GERMAN_SLOTS if language == "en" else want
        assert {c[column] for c in own if c["kind"] == kind} == want, (kind, column)
    assert {c["certainty"] for c in own if c["kind"] == "hedge"} == VALUES["certainty"]


def test_plain_negations_are_no_hedges(cues: list[dict[str, str]]) -> None:
    """A "nicht" turns a claim round only where the SQL says so; as a hedge it would deny every clause it stands in."""
    hedges = {form for c in cues if c["kind"] == "hedge" for form in forms_of(c)}
    assert hedges.isdisjoint({"nicht", "kein", "keine", "ohne", "not", "no", "never", "without"})


@pytest.mark.parametrize(
    ("language", "kind", "form", "column", "value"),
    [
        ("de", "move", "*übernahme", "move_type", "acquisition"),
        ("de", "move", "einzustellen", "move_type", "product_end"),
        ("de", "move", "zieht sich … zurück", "move_type", "market_exit"),
        ("de", "move", "Stellenabbau*", "direction", "down"),
        ("de", "topic", "Umsatz", "move_type", "financial_result"),
        ("de", "trend", "fiel", "direction", "down"),
        ("de", "hedge", "könnte", "certainty", "possible"),
        ("de", "speech", "zufolge", "slot", "before"),
        ("de", "speech", "Angaben", "slot", "governed"),
        ("de", "speech", "so", "slot", "so"),
        ("de", "speech", "bestätigte", "slot", "announcement"),
        ("de", "rival", "*konkurrent", "slot", "name"),
        ("en", "move", "files for bankruptcy", "move_type", "insolvency"),
        ("en", "move", "laid off", "direction", "down"),
        ("en", "topic", "shares", "move_type", "stock_price_change"),
        ("en", "trend", "rose", "direction", "up"),
        ("en", "hedge", "plans to", "certainty", "announced"),
        ("en", "speech", "according to", "slot", "after"),
        ("en", "rival", "competes with", "slot", "mutual"),
    ],
)
def test_words_a_reader_would_look_for(
    cues: list[dict[str, str]], language: str, kind: str, form: str, column: str, value: str
) -> None:
    found = [c[column] for c in cues if c["language"] == language and c["kind"] == kind and form in forms_of(c)]
    assert found == [value]
