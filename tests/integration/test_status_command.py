"""`claimhouse status` on a home with a history: stale dates, what waits, unfinished backfills, a held warehouse."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from pipelines.backfill import Backfill, Ledger
from pipelines.collect import CandidateStore, State
from pipelines.demo import SOURCES
from pipelines.home_status import read_status
from pipelines.records import Candidate, Failure
from pipelines.settings import Settings, load_settings
from pipelines.staleness import Step

NOW = datetime.now(UTC)
DAY = date(2026, 3, 4)


@pytest.fixture
def settings(demo_home: Path, tmp_path: Path) -> Settings:
    """The demo's home, to be changed, with one snapshot: other tests may have published into it."""
    shutil.copytree(demo_home, tmp_path / "home", symlinks=True, ignore=shutil.ignore_patterns("dagster", "dbt"))
    copied = load_settings(tmp_path / "home", SOURCES, {})
    published = copied.home.published.resolve()
    for file in published.parent.glob("claimhouse-*"):
        if file.stem != published.stem:
            file.unlink()
    return copied


def standing(settings: Settings, source: str) -> dict[str, Any]:
    [found] = [one for one in read_status(settings, NOW)["collection"] if one["source"] == source]
    return found


def test_what_waits_is_counted_for_its_source_with_its_lag(settings: Settings) -> None:
    before = standing(settings, "harbourledger")["pending"]
    old = NOW.date() - timedelta(days=400)
    with State(settings.home.collection) as state:
        store = CandidateStore(state)
        links = [f"https://harbourledger.example/{name}" for name in ("waits", "later", "gone")]
        for url, day in zip(links, (old, NOW.date(), old - timedelta(days=1)), strict=True):
            store.add([Candidate("harbourledger", url, day)])
        store.settle(links[1], Failure.TIMEOUT)
        store.settle(links[2], Failure.HTTP_4XX)
    found = standing(settings, "harbourledger")
    assert (found["pending"], found["oldest_pending"], found["lag_days"]) == (before + 2, str(old), 400)


def test_the_last_look_is_told_with_its_problem(settings: Settings) -> None:
    with State(settings.home.collection) as state:
        CandidateStore(state).note_poll("technikspiegel", problem="the server answered 503.")
    found = standing(settings, "technikspiegel")
    assert found["problem"] == "the server answered 503."
    assert found["last_new"] < found["last_look"]


def test_dates_to_be_made_again_are_told_by_step(settings: Settings) -> None:
    assert read_status(settings, NOW)["stale"] == {"parse": [], "annotate": [], "load": []}
    shutil.rmtree(settings.home.annotations / str(DAY))
    assert read_status(settings, NOW)["stale"] == {"parse": [], "annotate": [str(DAY)], "load": [str(DAY)]}


def test_an_unfinished_backfill_is_told_even_if_its_file_is_broken(settings: Settings) -> None:
    ledger = Ledger(settings.home, Backfill(DAY, DAY + timedelta(days=2), Step.PARSE))
    ledger.note_done([DAY])
    ledger.note_failed(DAY + timedelta(days=1), "no room")
    broken = settings.home.backfills / "broken.json"
    broken.write_text("{")
    first, second = read_status(settings, NOW)["backfills"]
    assert (first["first"], first["last"], first["step"], first["done"]) == ("2026-03-04", "2026-03-06", "parse", 1)
    assert first["failed"] == {"2026-03-05": "no room"}
    assert second == {"file": str(broken)}


def test_a_snapshot_without_manifest_is_a_problem_and_not_the_end(settings: Settings) -> None:
    settings.home.published.resolve().with_suffix(".json").unlink()
    facts = read_status(settings, NOW)
    assert facts["published"] == str(settings.home.published)
    assert (facts["published_at"], facts["rows"], facts["snapshots"]) == (None, {}, [])
    assert ["the manifest cannot be read" in problem for problem in facts["problems"]] == [True]


def test_nothing_is_made_in_an_empty_home(tmp_path: Path) -> None:
    facts = read_status(load_settings(tmp_path / "home", SOURCES, {}), NOW)
    assert (facts["published"], facts["warehouse"], facts["snapshots"], facts["backfills"]) == (None, None, [], [])
    assert facts["problems"] == []
    assert [one["last_look"] for one in facts["collection"]] == [None, None, None]
    assert not (tmp_path / "home").exists()


def test_a_held_warehouse_is_said_and_the_rest_told(
    settings: Settings, hold: Callable[..., Any], claimhouse: Callable[..., Any]
) -> None:
    holder = hold(settings.home.warehouse)
    answer = claimhouse("status", "--home", settings.home.path, "--sources", SOURCES)
    assert answer.returncode == 0, answer.stderr
    assert f"still held by process {holder.pid}" in answer.stdout
    assert "stale dates   not known" in answer.stdout
    assert "14 days, 2026-03-02 to 2026-03-15" in answer.stdout
    facts = json.loads(claimhouse("status", "--json", "--home", settings.home.path, "--sources", SOURCES).stdout)
    assert facts["stale"] is None
    assert facts["warehouse"]["bytes"] == settings.home.warehouse.stat().st_size
    assert [one["is_published"] for one in facts["snapshots"]] == [True]
