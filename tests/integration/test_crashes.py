"""`kill -9` at twenty seeded points of fetch, load, dbt and publication, and the same command again each time.

One home gets the demo's fourteen days: the first by the daily job, the others as one backfill. Each of the two commands
is killed again and again before it may come to its end. A reader looks at the published file all the while.
"""

from __future__ import annotations

import hashlib
import json
import random
import sqlite3
import threading
import time
import warnings
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

import duckdb
import pytest
import yaml

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # of Dagster's own imports
    import dagster as dg

    from assets.runs import IN_PROGRESS

from pipelines.demo import SOURCES, serve_press
from pipelines.launch import dagster_environment
from pipelines.locks import holder
from pipelines.settings import Settings, load_settings
from pipelines.staleness import stale_dates
from pipelines.warehouse.contract import MARTS
from tests.instances import instance_of
from tests.killable import Run, Server, command_server
from tests.marts import hashes

FIRST, LAST = date(2026, 3, 2), date(2026, 3, 15)
COMMANDS = {
    (str(FIRST), str(FIRST), "--daily"): ["fetch"] * 2 + ["load"] * 3 + ["dbt"] * 2 + ["publish"] * 2,
    (str(FIRST + timedelta(days=1)), str(LAST)): ["fetch"] * 4 + ["load"] * 4 + ["dbt"] * 1 + ["publish"] * 2,
}
"""The commands, and the stages in which each is killed, in the order of a run, so that each try gets as far as the one
before."""
STAGES = {"fetch": {"pages"}, "load": {"raw_tables"}, "dbt": {"dbt_models"}, "publish": {"published_snapshot"}}
"""The steps, in Dagster's words, that make a stage."""
SEED = 6
LONGEST_DELAYS = {"fetch": 0.1, "load": 0.2, "dbt": 0.3, "publish": 0.01}
"""Seconds between the moment that is waited for and the kill, at most."""
SLOW = 0.15
"""Seconds the press takes for an answer, so that fetching is a time in which one can die."""
PATIENCE = 120
"""Seconds after which a moment that was waited for counts as missed."""
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")


@dataclass(frozen=True, slots=True)
class Point:
    """Where to kill: in which stage, after how many of its ticks, how many seconds later; the whole group or alone."""

    stage: str
    ticks: int
    delay: float
    alone: bool

    def has_come(self, run: Run, settings: Settings) -> bool:
        if self.stage == "load":
            lock = settings.home.warehouse.with_name("writer.lock")
            return lock.exists() and lock.read_text() == str(run.pid)
        if self.stage == "publish":
            return run.ticks["models"] > 0 and any(settings.home.published.parent.glob("*.part"))
        return run.ticks[{"fetch": "pages", "dbt": "models"}[self.stage]] >= self.ticks


@dataclass(slots=True)
class Walk:
    """What happened on the way."""

    settings: Settings
    hits: list[tuple[Point, set[str]]] = field(default_factory=list)
    """For each kill the steps that were being done."""
    looks: int = 0
    snapshots: set[str] = field(default_factory=set)
    troubles: list[str] = field(default_factory=list)
    """What a reader or the home's state had to complain of."""


def seeded_points() -> list[list[Point]]:
    """For each command its points."""
    chance = random.Random(SEED)

    def point(stage: str) -> Point:
        ticks = {"fetch": 1, "dbt": chance.randint(1, 40)}.get(stage, 0)
        delay = chance.uniform(0, LONGEST_DELAYS[stage])
        return Point(stage, ticks, delay, chance.random() < 0.5)

    return [[point(stage) for stage in stages] for stages in COMMANDS.values()]


class Reader(threading.Thread):
    """Opens the published file, counts, closes, again and again; what it finds is the walk's."""

    def __init__(self, walk: Walk) -> None:
        super().__init__(name="reader", daemon=True)
        self._walk, self._link, self._end = walk, walk.settings.home.published, threading.Event()

    def run(self) -> None:
        while not self._end.wait(0.02):
            if self._walk.looks or self._link.is_symlink():
                try:
                    self._look()
                except Exception as error:
                    self._walk.troubles.append(f"reader: {error!r}")
                self._walk.looks += 1

    def _look(self) -> None:
        before = self._link.resolve()
        with duckdb.connect(str(self._link), read_only=True) as connection:
            rows = {mart: connection.execute(f"select count(*) from {mart}").fetchone()[0] for mart in MARTS}
        if self._link.resolve() != before:
            return  # swapped meanwhile: nobody knows which of the two this was
        manifest = json.loads(before.with_suffix(".json").read_text())
        assert manifest["file"] == before.name
        assert manifest["rows"] == rows
        if before.name not in self._walk.snapshots:
            self._walk.snapshots.add(before.name)
            content = before.read_bytes()
            assert (len(content), hashlib.sha256(content).hexdigest()) == (manifest["bytes"], manifest["sha256"])

    def stop(self) -> None:
        self._end.set()
        self.join()


def steps_in_progress(settings: Settings) -> set[str]:
    """The steps that the newest run began and did not end."""
    with instance_of(settings) as instance:
        (run,) = instance.get_runs(limit=1)
        statistics = instance.get_run_step_stats(run.run_id)
    return {step.step_key for step in statistics if step.start_time and not step.end_time}


def until(moment: Callable[[], bool], run: Run) -> bool:
    """Whether the moment came before the run's end."""
    end = time.monotonic() + PATIENCE
    while not (came := moment()) and not run.has_told_all and time.monotonic() < end:
        time.sleep(0.001)
    return came


def kill_at(point: Point, run: Run, walk: Walk) -> None:
    if not until(lambda: point.has_come(run, walk.settings), run):
        walk.troubles.append(f"{point} never came: {run.errors.read_text()[-2000:]}")
        run.kill()
        run.wait()
        return
    time.sleep(point.delay)
    run.kill(alone=point.alone)
    run.wait()
    walk.hits.append((point, steps_in_progress(walk.settings)))


def complaints(settings: Settings) -> Iterator[str]:
    """What a command that ended well has left behind, and should not have."""
    with instance_of(settings) as instance:
        for run in instance.get_runs(dg.RunsFilter(statuses=IN_PROGRESS)):
            yield f"run {run.run_id} is still {run.status}"
    for path in settings.home.path.rglob("*.part"):
        yield f"{path} is left"
    with sqlite3.connect(settings.home.collection / "state.sqlite") as state:
        yield from (f"open file {name}" for (name,) in state.execute("select name from open_files"))
    if who := holder(settings.home.warehouse.with_name("writer.lock")):
        yield f"the writer's lock is held by {who}"


def complete(run: Run, walk: Walk) -> None:
    code = run.wait()
    if code or run.failed:
        walk.troubles.append(f"exit {code}, {run.failed}: {run.errors.read_text()[-2000:]}")
    walk.troubles += complaints(walk.settings)


def take(walk: Walk, server: Server, environment: Mapping[str, str]) -> None:
    for command, points in zip(COMMANDS, seeded_points(), strict=True):
        for point in points:
            kill_at(point, server.start([*command], environment), walk)
        complete(server.start([*command], environment), walk)


@pytest.fixture(scope="module")
def walk(tmp_path_factory: pytest.TempPathFactory) -> Walk:
    folder = tmp_path_factory.mktemp("crashes")
    with (
        serve_press(on_request=lambda _: time.sleep(SLOW)) as press,
        command_server(folder / "output") as server,
    ):
        sources = yaml.safe_load(SOURCES.read_text())
        sources["http"]["proxy"] = press.proxy_url
        (folder / "sources.yaml").write_text(yaml.safe_dump(sources, sort_keys=False))
        taken = Walk(load_settings(folder / "home", folder / "sources.yaml", {}))
        reader = Reader(taken)
        reader.start()
        try:
            take(taken, server, dagster_environment(taken.settings))
        finally:
            reader.stop()
    return taken


def test_every_stage_was_hit(walk: Walk) -> None:
    """Without this the other tests could pass by killing nothing. A kill may come a moment late, when its step is just
    done, which is a point like others; but half of those of a stage must hit it."""
    kills = [stage for stages in COMMANDS.values() for stage in stages]
    assert len(walk.hits) == len(kills) == 20
    for stage, steps in STAGES.items():
        hit = [point for point, begun in walk.hits if begun & steps]
        assert len(hit) >= kills.count(stage) / 2, (stage, walk.hits)


def test_readers_see_a_whole_snapshot_at_every_moment_and_nothing_is_left_behind(walk: Walk) -> None:
    assert walk.troubles == []
    assert len(walk.snapshots) >= len(COMMANDS)
    assert walk.looks > 100


def test_the_marts_are_those_of_a_run_that_nobody_disturbed(walk: Walk, demo_home: Path) -> None:
    assert hashes(walk.settings.home.path) == hashes(demo_home)


def test_every_date_is_as_new_as_its_pages(walk: Walk) -> None:
    assert stale_dates(walk.settings) == {"parse": [], "annotate": [], "load": []}
