"""What Dagster does when something happens, while its daemon runs: a run failed, a file came."""

import hashlib
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path

import dagster as dg

from assets.alerts import runs_to_tell, tell_failed_runs
from assets.jobs import INBOX, AssetJob
from assets.runs import IN_PROGRESS, bury_dead_runs
from assets.schedules import RUN_KEY
from pipelines.alerts import names_of_channels
from pipelines.inbox import waiting_files
from pipelines.settings import Settings

QUEUED = dg.DagsterRunStatus.QUEUED
ALERTS_EVERY, INBOX_EVERY = 60, 60
"""Seconds between two looks at failed runs, and into the inbox."""


def all_sensors(jobs: Mapping[str, AssetJob], settings: Settings) -> list[dg.SensorDefinition]:
    """The sensor of failed runs, on by itself where alerts are set; that of the inbox, off until it is switched on."""
    return [failed_runs_sensor(settings), inbox_sensor(jobs[INBOX], settings.home.inbox)]


def failed_runs_sensor(settings: Settings) -> dg.SensorDefinition:
    """Tells of every run that failed, whoever executed it.

    Not a `run_failure_sensor`: Dagster shows each failure to one of those once, so what does not arrive then is lost.
    """
    wanted = names_of_channels(settings.file.alerts, settings.secrets)
    status = dg.DefaultSensorStatus.RUNNING if wanted else dg.DefaultSensorStatus.STOPPED

    @dg.sensor(name="failed_runs", minimum_interval_seconds=ALERTS_EVERY, default_status=status)
    def failed_runs(context: dg.SensorEvaluationContext) -> dg.SkipReason:
        """One message per failed run, to the webhook and by mail."""
        bury_dead_runs(context.instance)
        told = tell_failed_runs(context.instance, settings, runs_to_tell(context.instance, settings, datetime.now(UTC)))
        return dg.SkipReason("; ".join([f"{told.delivered} messages arrived", *told.causes.values()]))

    return failed_runs


def inbox_sensor(job: AssetJob, inbox: Path) -> dg.SensorDefinition:
    """Asks for an import when files wait in the inbox."""

    @dg.sensor(job=job, name="inbox", minimum_interval_seconds=INBOX_EVERY)
    def watch(context: dg.SensorEvaluationContext) -> dg.RunRequest | dg.SkipReason:
        """Files put into HOME/inbox are imported a minute after they were last written to, under today (UTC). What lies
        there still after its import failed is tried again every hour."""
        files = waiting_files(inbox)
        if not files:
            return dg.SkipReason(f"No file waits in {inbox}.")
        if context.instance.get_runs(dg.RunsFilter(job_name=INBOX, statuses=[*IN_PROGRESS, QUEUED]), limit=1):
            return dg.SkipReason("An import is under way; what it leaves comes next.")
        now, key = datetime.now(UTC), inbox_run_key(inbox, files)
        failed = dg.RunsFilter(statuses=[dg.DagsterRunStatus.FAILURE], tags={RUN_KEY: key})
        again = f" again {now:%Y-%m-%dT%H}" if context.instance.get_runs(failed, limit=1) else ""
        return dg.RunRequest(run_key=key + again, partition_key=str(now.date()))

    return watch


def inbox_run_key(inbox: Path, files: Iterable[Path]) -> str:
    """The same for the same files, so that one lot is imported once although it waits until its run has read it."""
    facts = [f"{path.relative_to(inbox)} {(at := path.stat()).st_size} {at.st_mtime_ns}" for path in files]
    return hashlib.sha256("\n".join(facts).encode()).hexdigest()[:16]
