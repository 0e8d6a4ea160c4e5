"""Backfills: a day that fails is named, the others are done, the same request goes on; dead runs are buried."""

from __future__ import annotations

import json
import shutil
import warnings
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # of Dagster's own imports
    import dagster as dg

    from assets.definitions import build_definitions
    from assets.execution import run_backfill
    from assets.runs import PROCESS, bury_dead_runs, process_tags

from pipelines.backfill import Backfill, Ledger
from pipelines.demo import SOURCES
from pipelines.settings import Settings, load_settings
from pipelines.staleness import Step, stale_dates
from pipelines.warehouse import read_manifest

FIRST = date(2026, 3, 4)
LAST = FIRST + timedelta(days=3)
BAD = FIRST + timedelta(days=1)
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")


@pytest.fixture
def instance(tmp_path: Path) -> Iterator[dg.DagsterInstance]:
    (tmp_path / "dagster").mkdir()
    with dg.DagsterInstance.local_temp(str(tmp_path / "dagster")) as made:
        yield made


@pytest.fixture
def settings(demo_home: Path, tmp_path: Path) -> Settings:
    """A home of its own with the demo's archive and warehouse."""
    shutil.copytree(demo_home, tmp_path / "home", symlinks=True)
    return load_settings(tmp_path / "home", SOURCES, {})


def definitions(settings: Settings) -> dg.Definitions:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return build_definitions(settings, progress=True)


def told(output: str) -> list[dict[str, int]]:
    """The lines on days among what a run writes."""
    return [json.loads(line) for line in output.splitlines() if line.startswith('{"days"')]


def test_a_day_that_fails_is_named_the_others_are_done_and_it_is_retried_alone(
    settings: Settings, instance: dg.DagsterInstance, capfd: pytest.CaptureFixture[str]
) -> None:
    request = Backfill(FIRST, LAST, Step.PARSE)
    file = settings.home.articles / f"{BAD}.parquet"
    file.unlink()
    file.mkdir()  # nothing can be written there
    before = read_manifest(settings)
    failed = run_backfill(definitions(settings), Ledger(settings.home, request), instance)

    assert len(failed) == 1
    assert failed[0].startswith(f"{BAD}: articles: ")
    assert str(file) in failed[0]
    assert Ledger(settings.home, request).remaining() == [BAD]
    assert read_manifest(settings) != before, "the other days are published"
    (line,) = told(capfd.readouterr().out)
    assert (line["days"], line["of"], line["failed_days"], line["chunk"]) == (3, 4, 1, 4)

    file.rmdir()
    assert run_backfill(definitions(settings), Ledger(settings.home, request), instance) == []
    assert not Ledger(settings.home, request).is_resumed
    (line,) = told(capfd.readouterr().out)
    assert (line["days"], line["failed_days"], line["chunk"]) == (4, 0, 1)
    assert stale_dates(settings) == {"parse": [], "annotate": [], "load": []}
    runs = instance.get_runs(dg.RunsFilter(job_name="reparse", statuses=[dg.DagsterRunStatus.SUCCESS]))
    assert len(runs) == len(request.days), "three days one by one after their chunk had failed, the fourth later"


def test_a_cause_that_is_not_about_a_day_ends_the_backfill_early(
    settings: Settings, instance: dg.DagsterInstance
) -> None:
    shutil.rmtree(settings.home.articles)
    settings.home.articles.write_text("no folder")
    ledger = Ledger(settings.home, Backfill(FIRST, FIRST + timedelta(days=9), Step.PARSE))
    failed = run_backfill(definitions(settings), ledger, instance)
    assert len(failed) == 3
    assert len(ledger.remaining()) == 10


def test_a_run_whose_process_is_gone_is_noted_as_failed_and_others_are_not(instance: dg.DagsterInstance) -> None:
    started = dg.DagsterRunStatus.STARTED
    dead = instance.create_run_for_job(JOB, status=started, tags={PROCESS: "99999999@gone"})
    mine = instance.create_run_for_job(JOB, status=started, tags=process_tags())
    foreign = instance.create_run_for_job(JOB, status=started)
    assert bury_dead_runs(instance) == [dead.run_id]
    statuses = {run.run_id: run.status for run in instance.get_runs()}
    assert statuses == {dead.run_id: dg.DagsterRunStatus.FAILURE, mine.run_id: started, foreign.run_id: started}
    assert bury_dead_runs(instance) == []


@dg.job
def JOB() -> None:  # noqa: N802
    """Nothing."""
