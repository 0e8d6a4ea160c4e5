"""The seed of clues for names keeps its shape: places, points, and words that mean one thing in one place."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

SEED = Path(__file__).resolve().parents[2] / "dbt" / "seeds" / "name_clues.csv"
HEADER = ["clue_id", "language", "place", "points", "words"]
SPEAKING = {
    "behind",
    "compound",
    "first_word",
    "kind_noun",
    "last_word",
    "noun_before",
    "owned",
    "phrase_before",
    "plain_noun",
}
"""Places whose clues count for a company."""
FORBIDDING = {"blocker", "common", "everyday", "generic", "given_name", "person_noun", "surname"}
"""Places whose words say what a name is not, or ask for more."""
OTHER = {"extension", "product_noun", "same_company"}


@pytest.fixture(scope="module")
def rows() -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(SEED.read_text(encoding="utf-8")), strict=True))


def test_it_is_csv_with_minimal_quoting() -> None:
    text = SEED.read_text(encoding="utf-8")
    table = list(csv.reader(io.StringIO(text), strict=True))
    assert table[0] == HEADER
    again = io.StringIO()
    csv.writer(again, lineterminator="\n").writerows(table)
    assert text == again.getvalue()


def test_rows_are_sorted_and_their_ids_unique(rows: list[dict[str, str]]) -> None:
    ids = [row["clue_id"] for row in rows]
    assert ids == sorted(set(ids))


def test_vocabulary(rows: list[dict[str, str]]) -> None:
    assert {row["language"] for row in rows} == {"de", "en", "any"}
    assert {row["place"] for row in rows} == SPEAKING | FORBIDDING | OTHER


def test_points_fit_the_place(rows: list[dict[str, str]]) -> None:
    for row in rows:
        points = int(row["points"])
        assert points in range(1, 4) if row["place"] in SPEAKING else row["place"] in OTHER or points == 0, row[
            "clue_id"
        ]


@pytest.mark.parametrize("language", ["de", "en"])
def test_a_word_is_listed_once_in_a_place(rows: list[dict[str, str]], language: str) -> None:
    seen: dict[tuple[str, str], str] = {}
    twice = []
    for row in rows:
        if row["language"] in (language, "any"):
            for word in row["words"].split("|"):
                assert word == word.strip() != "", row["clue_id"]
                key = row["place"], word
                if key in seen:
                    twice.append((*key, seen[key], row["clue_id"]))
                seen[key] = row["clue_id"]
    assert twice == []
