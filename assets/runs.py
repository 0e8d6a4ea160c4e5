"""What became of runs: the causes of failures in our own words, and runs whose process died."""

from collections.abc import Iterable

import dagster as dg

from pipelines import errors
from pipelines.locks import is_alive, process_id

PROCESS = "claimhouse/process"
"""Tag of the runs that a command of ours executes: the process that does so."""
RANGE_START, RANGE_END = "dagster/asset_partition_range_start", "dagster/asset_partition_range_end"
"""The tags by which Dagster knows that one run makes a range of partitions."""
OUR_ERRORS = frozenset(name for name in vars(errors) if isinstance(getattr(errors, name), type))
IN_PROGRESS = [
    dg.DagsterRunStatus.NOT_STARTED,
    dg.DagsterRunStatus.STARTING,
    dg.DagsterRunStatus.STARTED,
    dg.DagsterRunStatus.CANCELING,
]


def process_tags() -> dict[str, str]:
    """Tags by which a later process knows that this one has died."""
    return {PROCESS: process_id()}


def executing_process(run: dg.DagsterRun) -> str | None:
    """The process of ours that executes a run. A run that repeats another one inherits its tags, not its process."""
    return run.tags.get(PROCESS) if run.parent_run_id is None else None


def bury_dead_runs(instance: dg.DagsterInstance) -> list[str]:
    """Note as failed the runs whose process was killed, and free what they held. Returns their ids.

    Only runs that a command of ours executed: those of Dagster's daemon are watched by its run monitoring.
    """
    dead = [
        run
        for run in instance.get_runs(dg.RunsFilter(statuses=IN_PROGRESS))
        if (process := executing_process(run)) is not None and not is_alive(process)
    ]
    for run in dead:
        instance.report_run_failed(run, "The process of this run was killed. The same command goes on where it was.")
        instance.event_log_storage.free_concurrency_slots_for_run(run.run_id)
    return [run.run_id for run in dead]


def failures_of(events: Iterable[dg.DagsterEvent]) -> list[str]:
    """One line for each failed step, with its cause; where none has failed, what the run itself failed of."""
    failures = [event for event in events if event.is_failure]
    steps = [f"{event.step_key}: {cause_of(event)}" for event in failures if event.step_key]
    return steps or [cause_of(event) for event in failures] or ["failed"]


def cause_of(event: dg.DagsterEvent) -> str:
    """Our own error's message, which says what to do; of other errors the innermost one's."""
    error = getattr(event.event_specific_data, "error", None)
    while error is not None and error.cls_name not in OUR_ERRORS and error.cause is not None:
        error = error.cause
    if error is None:
        return event.message or "failed"
    return error.message.strip().removeprefix(f"{errors.__name__}.{error.cls_name}: ")
