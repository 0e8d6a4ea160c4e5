"""Many at once: loaders of different dates lose nothing, a reader never sees half a date, a killed one leaves none."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path

import pytest

from pipelines.settings import LAKE, Settings
from pipelines.warehouse.connection import connect_warehouse
from pipelines.warehouse.lake import open_lake
from tests.bounded import until
from tests.conftest import ROOT
from tests.integration.lake.conftest import MakeLake, open_home
from tests.integration.lake.loader import load_days

FIRST = date(2026, 3, 1)
DAYS = [FIRST + timedelta(days=number) for number in range(30)]
"""Thirty loads by each of two processes."""
LONGEST = 120.0
"""Seconds in which a loader must have written something."""
COUNTED = """
select
    (select count(*) from raw.articles where archive_date = ?),
    (select count(distinct article_id) from raw.sentences where archive_date = ?),
    (select sum(parsed) from raw.collection_log where archive_date = ?)
"""


@pytest.fixture
def lake(make_lake: MakeLake, request: pytest.FixtureRequest) -> dict[str, str]:
    return make_lake(request.node.name[:50])


@pytest.fixture
def settings(tmp_path: Path, lake: dict[str, str]) -> Settings:
    found = open_home(tmp_path / "home", lake)
    load_days(found, [FIRST - timedelta(days=1)])
    return found


def loading(settings: Settings, lake: dict[str, str], days: list[date]) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.integration.lake.loader", settings.home.path, *map(str, days)]
    return subprocess.Popen(command, cwd=ROOT, env=os.environ | lake, stderr=subprocess.PIPE, text=True)


def halves(settings: Settings, loaders: list[subprocess.Popen[str]]) -> Iterator[tuple[date, tuple[int, ...]]]:
    """What a reader sees of each day that is neither nothing nor all of it, as long as somebody loads."""
    with closing(open_lake(settings, read_only=True)) as reader:
        while any(one.poll() is None for one in loaders):
            for day in DAYS:
                found = tuple(int(number or 0) for number in reader.execute(COUNTED, [day] * 3).fetchone() or ())
                if found not in ((0, 0, 0), (day.day,) * 3):
                    yield day, found


def test_two_processes_load_thirty_dates_each_and_a_reader_sees_no_half_of_one(
    settings: Settings, lake: dict[str, str], tmp_path: Path
) -> None:
    other = open_home(tmp_path / "other", lake)
    loaders = [loading(settings, lake, DAYS[::2] * 2), loading(other, lake, DAYS[1::2] * 2)]
    assert list(halves(settings, loaders)) == []
    for one in loaders:
        _, errors = one.communicate(timeout=300)
        assert one.returncode == 0, errors
    with connect_warehouse(settings) as warehouse:
        for day in DAYS:
            assert warehouse.execute(COUNTED, [day] * 3).fetchone() == (day.day,) * 3


def test_three_processes_may_begin_a_lake_at_once(lake: dict[str, str], tmp_path: Path) -> None:
    homes = [open_home(tmp_path / f"home{number}", lake) for number in range(3)]
    loaders = [loading(home, lake, [day]) for home, day in zip(homes, DAYS, strict=False)]
    for one in loaders:
        _, errors = one.communicate(timeout=300)
        assert one.returncode == 0, errors
    with connect_warehouse(homes[0]) as warehouse:
        for day in DAYS[:3]:
            assert warehouse.execute(COUNTED, [day] * 3).fetchone() == (day.day,) * 3


def wait_for_a_file(folder: Path, loader: subprocess.Popen[str]) -> None:
    """Until the loader has written a file of a table, which it does before its transaction ends."""
    before = set(folder.iterdir())

    def is_there() -> bool:
        if set(folder.iterdir()) != before:
            return True
        assert loader.poll() is None, "it ended before"
        return False

    until(is_there, seconds=LONGEST, every=0.001)


def test_a_loader_that_is_killed_leaves_what_was_there_and_can_be_repeated(
    settings: Settings, lake: dict[str, str]
) -> None:
    day = FIRST + timedelta(days=20)
    whole = loading(settings, lake, [day])
    _, errors = whole.communicate(timeout=120)
    assert whole.returncode == 0, errors
    for table in ("articles", "sentences", "mentions", "cues", "collection_log"):
        killed = loading(settings, lake, [day] * 20)
        wait_for_a_file(Path(lake[LAKE]) / "raw" / table, killed)
        killed.send_signal(signal.SIGKILL)
        killed.communicate()
        assert killed.returncode == -signal.SIGKILL
        with connect_warehouse(settings) as warehouse:
            assert warehouse.execute(COUNTED, [day] * 3).fetchone() == (day.day,) * 3
    load_days(settings, [day])
    with connect_warehouse(settings) as warehouse:
        assert warehouse.execute(COUNTED, [day] * 3).fetchone() == (day.day,) * 3
