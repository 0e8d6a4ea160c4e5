"""What is noted of a backfill: days done, days that failed and why, so that the same command goes on."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from pipelines.backfill import Backfill, Ledger, unfinished
from pipelines.home import Home
from pipelines.staleness import Step

FIRST = date(2026, 3, 2)
REQUEST = Backfill(FIRST, FIRST + timedelta(days=4))


def day(number: int) -> date:
    return FIRST + timedelta(days=number)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


def test_a_new_one_has_all_days_to_do_and_no_file(home: Home) -> None:
    ledger = Ledger(home, REQUEST)
    assert ledger.remaining() == [day(n) for n in range(5)]
    assert not ledger.is_resumed
    assert unfinished(home) == []


def test_the_same_request_goes_on_with_failed_days_last(home: Home) -> None:
    ledger = Ledger(home, REQUEST)
    ledger.note_done([day(0), day(2)])
    ledger.note_failed(day(1), "articles: no space left")
    again = Ledger(home, Backfill(FIRST, FIRST + timedelta(days=4)))
    assert again.is_resumed
    assert again.remaining() == [day(3), day(4), day(1)]
    assert again.failed == {day(1): "articles: no space left"}
    assert len(unfinished(home)) == 1


def test_a_failed_day_that_is_done_later_has_failed_no_more(home: Home) -> None:
    ledger = Ledger(home, REQUEST)
    ledger.note_failed(day(1), "why")
    ledger.note_done([day(1)])
    assert Ledger(home, REQUEST).failed == {}


@pytest.mark.parametrize(
    "other",
    [
        Backfill(FIRST, FIRST + timedelta(days=5)),
        Backfill(FIRST - timedelta(days=1), FIRST + timedelta(days=4)),
        Backfill(FIRST, FIRST + timedelta(days=4), Step.PARSE),
        Backfill(FIRST, FIRST + timedelta(days=4), source="kurier"),
    ],
)
def test_another_request_begins_anew(home: Home, other: Backfill) -> None:
    Ledger(home, REQUEST).note_done(REQUEST.days)
    assert not Ledger(home, other).is_resumed
    assert Ledger(home, other).remaining() == other.days


def test_one_that_is_closed_or_forgotten_leaves_nothing(home: Home) -> None:
    for end in (Ledger.close, Ledger.forget):
        ledger = Ledger(home, REQUEST)
        ledger.note_done([day(0)])
        end(ledger)
        assert unfinished(home) == []
        assert Ledger(home, REQUEST).remaining() == REQUEST.days


@pytest.mark.parametrize("text", ["", "{", "[]", '{"done": ["yesterday"], "failed": {}}', '{"done": 3}'])
def test_a_file_that_cannot_be_read_counts_as_none(home: Home, text: str) -> None:
    Ledger(home, REQUEST).note_done([day(0)])
    [path] = unfinished(home)
    path.write_text(text)
    assert Ledger(home, REQUEST).remaining() == REQUEST.days
