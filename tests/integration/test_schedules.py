"""The schedules as Dagster's daemon evaluates them: each archive date is asked for once, whatever the clocks do.

`Daemon` plays the daemon's part: Dagster's own iterator of planned times, and its rule that no run key is used twice.
"""

from __future__ import annotations

import shutil
import time
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import takewhile
from pathlib import Path

import pytest
import time_machine

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # of Dagster's own imports
    import dagster as dg
    from dagster._utils.schedules import schedule_execution_time_iterator  # what Dagster's daemon itself asks

    from assets.definitions import build_definitions
    from assets.schedules import LOOK_BACK, RUN_KEY

from pipelines.settings import load_settings

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")

NO_SHIFT = timedelta()
CHANGES = {
    "Europe/Berlin": [date(2026, 3, 29), date(2026, 10, 25)],
    "America/Los_Angeles": [date(2026, 3, 8), date(2026, 11, 1)],
    "Pacific/Auckland": [date(2026, 4, 5), date(2026, 9, 27)],
}
"""When clocks change, by time zone."""
MORNINGS = [
    ("Europe/Berlin", "05:15", "UTC"),
    ("Europe/Berlin", "05:15", "America/St_Johns"),
    ("Europe/Berlin", "02:30", "Asia/Kolkata"),
    ("America/Los_Angeles", "16:30", "Europe/Berlin"),
    ("Pacific/Auckland", "05:15", "America/Los_Angeles"),
]
"""Zone and time of the schedule, and the machine's own zone. In Berlin, 02:30 is skipped once and comes twice once;
16:30 in Los Angeles is on one UTC day in winter and on the next in summer."""


@dataclass
class Daemon:
    """Evaluates a schedule at its planned times and carries out at once what is asked for."""

    definitions: dg.Definitions
    instance: dg.DagsterInstance
    asked: list[str] = field(default_factory=list)
    """Archive dates, in the order in which runs were started for them."""
    keys: set[str] = field(default_factory=set)

    def planned(self, name: str, first: date, last: date) -> list[datetime]:
        schedule = self.definitions.resolve_schedule_def(name)
        start = datetime(first.year, first.month, first.day, tzinfo=UTC)
        ticks = schedule_execution_time_iterator(start.timestamp(), schedule.cron_schedule, schedule.execution_timezone)
        return list(takewhile(lambda tick: tick.astimezone(UTC).date() <= last, ticks))

    def evaluate(self, name: str, planned: datetime, clock: timedelta = NO_SHIFT) -> list[str]:
        """The partitions asked for at a planned time, while this machine's clock is wrong by so much."""
        repository = self.definitions.get_repository_def()
        with (
            time_machine.travel(planned.astimezone(UTC) + timedelta(seconds=3) + clock, tick=False),
            dg.build_schedule_context(
                self.instance, scheduled_execution_time=planned, repository_def=repository
            ) as context,
        ):
            requests = self.definitions.resolve_schedule_def(name).evaluate_tick(context).run_requests or []
        new = [request for request in requests if request.run_key not in self.keys]
        self.keys |= {str(request.run_key) for request in new}
        return [str(request.partition_key) for request in new]

    def morning(
        self, planned: datetime, clock: timedelta = NO_SHIFT, fails: Callable[[str], bool] = lambda _: False
    ) -> None:
        for day in self.evaluate("every_morning", planned, clock):
            self.asked.append(day)
            if fails(day):
                tags = {RUN_KEY: day}
                self.instance.add_run(dg.DagsterRun("daily", status=dg.DagsterRunStatus.FAILURE, tags=tags))
            else:
                self.instance.report_runless_asset_event(dg.AssetMaterialization("raw_tables", partition=day))


@pytest.fixture(scope="module")
def definitions_of(demo_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, str], dg.Definitions]:
    """The definitions with schedules in a time zone, of an empty home that has dbt's manifest."""
    folder = tmp_path_factory.mktemp("schedules")
    (folder / "home" / "dbt" / "target").mkdir(parents=True)
    shutil.copy2(demo_home / "dbt" / "target" / "manifest.json", folder / "home" / "dbt" / "target")

    @cache
    def build(zone: str, at: str) -> dg.Definitions:
        path = folder / "sources.yaml"
        path.write_text(f'start_date: 2026-01-01\nschedules: {{timezone: {zone}, daily_at: "{at}"}}\n')
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return build_definitions(load_settings(folder / "home", path, {}))

    return build


@pytest.fixture
def daemon(definitions_of: Callable[[str, str], dg.Definitions], tmp_path: Path) -> Iterator[Callable[..., Daemon]]:
    """A daemon that knows nothing yet, for schedules in a time zone."""

    def start(zone: str = "Europe/Berlin", at: str = "05:15") -> Daemon:
        instance.wipe()
        return Daemon(definitions_of(zone, at), instance)

    with dg.DagsterInstance.local_temp(str(tmp_path), overrides={"telemetry": {"enabled": False}}) as instance:
        yield start


def dates(first: date, last: date) -> list[str]:
    return [str(date.fromordinal(day)) for day in range(first.toordinal(), last.toordinal() + 1)]


@pytest.mark.parametrize(("zone", "at", "machine"), MORNINGS)
def test_each_archive_date_is_asked_for_once_over_every_change_of_clocks(
    daemon: Callable[..., Daemon], monkeypatch: pytest.MonkeyPatch, zone: str, at: str, machine: str
) -> None:
    monkeypatch.setenv("TZ", machine)
    time.tzset()
    try:
        for change in CHANGES[zone]:
            running = daemon(zone, at)
            ticks = running.planned("every_morning", change - timedelta(days=2), change + timedelta(days=2))
            for tick in ticks:
                running.morning(tick)
            yesterday, first = (tick.astimezone(UTC).date() - timedelta(days=1) for tick in (ticks[-1], ticks[0]))
            assert running.asked == dates(first, yesterday)
    finally:
        monkeypatch.undo()
        time.tzset()


@pytest.mark.parametrize("hours", [-1, 1])
def test_a_clock_that_is_an_hour_off_or_was_set_back_asks_for_no_date_twice(
    daemon: Callable[..., Daemon], hours: int
) -> None:
    running, change = daemon(), date(2026, 3, 29)
    for tick in running.planned("every_morning", change - timedelta(days=3), change + timedelta(days=3)):
        running.morning(tick, timedelta(hours=hours))
        running.morning(tick)  # the clock was put right, and the daemon comes by this time again
    assert running.asked == dates(date(2026, 3, 25), date(2026, 3, 31))


def test_after_days_without_dagster_the_missed_dates_come_first(daemon: Callable[..., Daemon]) -> None:
    running = daemon()
    before, *_, after = running.planned("every_morning", date(2026, 6, 1), date(2026, 6, 7))
    running.morning(before)
    running.morning(after)
    assert running.asked == dates(date(2026, 5, 31), date(2026, 6, 6))


def test_what_nobody_ever_made_is_no_gap_and_longer_gaps_are_for_a_backfill(daemon: Callable[..., Daemon]) -> None:
    running = daemon()
    long_ago, *_, today = running.planned("every_morning", date(2026, 3, 1), date(2026, 6, 1))
    running.morning(today)
    assert running.asked == ["2026-05-31"]
    running.instance.report_runless_asset_event(dg.AssetMaterialization("raw_tables", partition=str(long_ago.date())))
    running.morning(today + timedelta(days=1))
    assert running.asked[1:] == [*dates(date(2026, 6, 1) - timedelta(days=LOOK_BACK), date(2026, 5, 30)), "2026-06-01"]


def test_a_date_that_failed_is_asked_for_again_the_next_morning(daemon: Callable[..., Daemon]) -> None:
    running = daemon()
    first, second, third, fourth = running.planned("every_morning", date(2026, 6, 1), date(2026, 6, 4))
    running.morning(first)
    running.morning(second, fails=lambda _: True)
    assert running.asked == ["2026-05-31", "2026-06-01"]
    running.morning(third)
    running.morning(fourth)
    assert running.asked[2:] == ["2026-06-01", "2026-06-02", "2026-06-03"]


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/Los_Angeles"])
def test_every_hour_the_sources_are_looked_at_for_the_utc_day(daemon: Callable[..., Daemon], zone: str) -> None:
    running = daemon(zone)
    ticks = running.planned("every_hour", date(2026, 3, 28), date(2026, 3, 29))
    found = [running.evaluate("every_hour", tick) for tick in ticks]
    assert found == [["2026-03-28"]] * 24 + [["2026-03-29"]] * 24
