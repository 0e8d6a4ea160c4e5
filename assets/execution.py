"""Running archive dates: what `claimhouse run` and `claimhouse backfill` start. Steps are done in this process, or by
those whom the settings' `executor` names.

`python -m assets FIRST LAST [--from-step STEP] [--source ID] [--daily]` writes progress as JSON lines to
standard output and ends with 0 or 1. The runs are recorded in DAGSTER_HOME like those of the UI, and make the same
assets.
"""

import argparse
import time
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

import dagster as dg

from assets.alerts import alert_failed_runs
from assets.definitions import build_definitions
from assets.executors import check_workers
from assets.jobs import BY_DATE, DAILY, DERIVE, run_config
from assets.partitions import chunks
from assets.progress import tell, telling_steps
from assets.runs import RANGE_END, RANGE_START, bury_dead_runs, failures_of, process_tags
from pipelines.backfill import Backfill, Ledger
from pipelines.errors import ClaimhouseError
from pipelines.logs import write_log
from pipelines.settings import Settings, load_settings
from pipelines.staleness import Step
from pipelines.steps import days

SAME_CAUSE = 3
"""Days in a row that may fail for one cause before a backfill gives up: it is not about these days then."""


def run_job(
    definitions: dg.Definitions,
    job: str,
    instance: dg.DagsterInstance,
    first: date | None = None,
    last: date | None = None,
) -> list[str]:
    """Execute a job, for a range of dates if it is about dates. Returns what failed, one line each; empty when all
    went well."""
    dates = {} if first is None else {RANGE_START: str(first), RANGE_END: str(last or first)}
    claimhouse = definitions.resources["claimhouse"]
    settings: Settings = claimhouse.settings()
    # With a range for tag, Dagster does not take the configuration that the job itself has.
    given = {
        "run_config": run_config(settings.log),
        "instance": instance,
        "tags": {**dates, **process_tags()},
        "raise_on_error": False,
    }
    if settings.file.executor == "in_process":
        result: Any = definitions.resolve_job_def(job).execute_in_process(**given)
    else:
        way = dg.build_reconstructable_job("assets.executors", "job_of", (job, claimhouse.source))
        with telling_steps(instance):
            result = dg.execute_job(way, **given)
    if result.success:
        return []
    alert_failed_runs(instance, settings, [result.run_id])
    return failures_of(result.all_events)


def run_range(definitions: dg.Definitions, first: date, last: date, instance: dg.DagsterInstance) -> list[str]:
    """The daily job for a range in one run. Returns what failed, one line each with its dates."""
    return [f"{first} to {last}: {line}" for line in run_job(definitions, DAILY, instance, first, last)]


def run_backfill(definitions: dg.Definitions, ledger: Ledger, instance: dg.DagsterInstance) -> list[str]:
    """Make the raw tables of the days that are left, in chunks; then the models and the snapshot, once.

    The days of a chunk that fails are made one by one, so that the one that cannot be made is named and the others
    are done. Returns what failed, one line each.
    """
    job = BY_DATE[ledger.backfill.step]
    if job is not None:
        for chunk in _with_progress(ledger):
            failed = run_job(definitions, job, instance, chunk[0], chunk[-1])
            if not failed:
                ledger.note_done(chunk)
            elif len(chunk) == 1:
                ledger.note_failed(chunk[0], failed[0])
            elif _one_by_one(definitions, job, ledger, chunk, instance):
                break
    lines = [f"{day}: {cause}" for day, cause in sorted(ledger.failed.items())]
    if ledger.done or job is None:
        lines += run_job(definitions, DERIVE, instance)
    if not lines and not ledger.remaining():
        ledger.close()
    return lines


def _with_progress(ledger: Ledger) -> Iterator[list[date]]:
    """The chunks that are left; after each, a line says how many days are done and how long this one took."""
    total = len(ledger.backfill.days)
    for first, last in list(chunks(ledger.remaining())):
        began = time.monotonic()
        chunk = list(days(first, last))
        yield chunk
        counts = {"days": len(ledger.done), "of": total, "failed_days": len(ledger.failed), "chunk": len(chunk)}
        tell({**counts, "seconds": time.monotonic() - began})


def _one_by_one(
    definitions: dg.Definitions, job: str, ledger: Ledger, chunk: Sequence[date], instance: dg.DagsterInstance
) -> bool:
    """Make each day by itself. Returns whether to give up, because days fail one after the other for one cause."""
    causes: list[str] = []
    for day in chunk:
        failed = run_job(definitions, job, instance, day, day)
        if not failed:
            causes = []
            ledger.note_done([day])
            continue
        ledger.note_failed(day, failed[0])
        causes = [*causes, failed[0]] if causes[-1:] == failed[:1] else failed[:1]
        if len(causes) == SAME_CAUSE:
            return True
    return False


def execute(settings: Settings, backfill: Backfill, *, daily: bool) -> list[str]:
    """One archive date by the daily job, or a backfill. Returns what failed, one line each."""
    check_workers(settings)
    definitions = build_definitions(settings, progress=True, source=backfill.source)
    with dg.DagsterInstance.get() as instance:
        alert_failed_runs(instance, settings, bury_dead_runs(instance))
        if daily:
            return [f"{backfill.first}: {line}" for line in run_job(definitions, DAILY, instance, backfill.first)]
        return run_backfill(definitions, Ledger(settings.home, backfill), instance)


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m assets", description=__doc__)
    parser.add_argument("first", type=date.fromisoformat)
    parser.add_argument("last", type=date.fromisoformat)
    parser.add_argument("--from-step", type=Step, default=Step.POLL, choices=list(Step))
    parser.add_argument("--source")
    parser.add_argument("--daily", action="store_true", help="the daily job, for one date")
    given = parser.parse_args(arguments)
    backfill = Backfill(given.first, given.last, given.from_step, given.source)
    settings = load_settings()
    write_log(settings.log)
    try:
        failed = execute(settings, backfill, daily=given.daily)
    except ClaimhouseError as error:
        failed = [str(error)]
    tell({"failed": failed})
    return 1 if failed else 0
