"""Dagster's event log as a home has it: the events that Dagster's own class would have stored, in the same files."""

from __future__ import annotations

import subprocess
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # of Dagster's own imports
    import dagster as dg
    from dagster._core.storage.event_log import SqliteEventLogStorage

    from assets.event_log import EventLog

from pipelines.settings import Settings, load_settings
from tests.instances import instance_of

CHECKS = [f"check_{number}" for number in range(20)]


@dg.asset(metadata={"rows": 3})
def things() -> None: ...


@dg.multi_asset_check(specs=[dg.AssetCheckSpec(name, asset="things") for name in CHECKS])
def checks() -> Iterator[dg.AssetCheckResult]:
    for name in CHECKS:
        yield dg.AssetCheckResult(passed=True, check_name=name, asset_key="things")


def events_of(instance: dg.DagsterInstance) -> list[tuple[str, str | None]]:
    """Make the asset; the stored events of the run, as type and asset check."""
    run = dg.materialize([things, checks], instance=instance)
    assert run.success
    return [told(entry) for entry in instance.all_logs(run.run_id)]


def told(entry: dg.EventLogEntry) -> tuple[str, str | None]:
    event = entry.dagster_event
    assert event is not None
    about = event.event_specific_data
    return event.event_type_value, getattr(about, "check_name", None)


@pytest.fixture
def home(tmp_path: Path) -> Settings:
    return load_settings(tmp_path / "home", None, {})


def test_a_home_stores_what_dagster_would(home: Settings, tmp_path: Path) -> None:
    with instance_of(home) as instance:
        stored = events_of(instance)
    with dg.DagsterInstance.local_temp(str(tmp_path), overrides={"telemetry": {"enabled": False}}) as instance:
        assert stored == events_of(instance)
    assert {name for _, name in stored} == {None, *CHECKS}


def test_the_files_are_those_that_dagster_reads_itself(home: Settings) -> None:
    with instance_of(home) as instance:
        assert isinstance(instance.event_log_storage, EventLog)
        stored = events_of(instance)
        [run] = instance.get_runs()
    own = SqliteEventLogStorage(str(home.home.dagster / "history" / "runs"))
    assert [told(entry) for entry in own.get_logs_for_run(run.run_id)] == stored
    [summary] = own.get_asset_check_summary_records([dg.AssetCheckKey(things.key, CHECKS[0])]).values()
    assert summary.last_run_id == run.run_id


def test_of_a_batch_all_is_stored_or_nothing(home: Settings) -> None:
    with instance_of(home) as instance:
        events_of(instance)
        log, [run] = instance.event_log_storage, instance.get_runs()
        before = log.get_logs_for_run(run.run_id)
        unfit = before[-1]._replace(dagster_event=None, user_message=object())  # type: ignore[arg-type]
        with pytest.raises(Exception, match="object"):
            log.store_event_batch([before[0], unfit])
        assert log.get_logs_for_run(run.run_id) == before
        log.store_event_batch([before[0], before[1]])
        assert [told(entry) for entry in log.get_logs_for_run(run.run_id)[-2:]] == [*map(told, before[:2])]


def test_dbt_is_not_in_dagsters_process_and_can_still_be_imported() -> None:
    code = """
import sys
import assets.definitions
assert "dbt" not in sys.modules, "hidden"
assert not [name for name in sys.modules if name.startswith("dbt.")], "imported"
import dbt.version
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
