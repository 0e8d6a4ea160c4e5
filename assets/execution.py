"""Running the daily job for a range of dates in this process: what `claimhouse run` and `backfill` start.

`python -m assets.execution FIRST LAST` writes progress as JSON lines to standard output and ends with 0 or 1. The runs
are recorded in DAGSTER_HOME like those of the UI.
"""

import json
import sys
from collections.abc import Iterator
from datetime import date, timedelta

import dagster as dg

from assets.definitions import build_definitions
from assets.jobs import DAILY
from pipelines import errors
from pipelines.settings import load_settings

RANGE_START, RANGE_END = "dagster/asset_partition_range_start", "dagster/asset_partition_range_end"
"""The tags by which Dagster knows that one run makes a range of partitions."""
OUR_ERRORS = frozenset(name for name in vars(errors) if isinstance(getattr(errors, name), type))
CHUNK = 30
"""Days in one run. Many partitions in one run are slow in Dagster's event storage; many runs are slow to start."""


def chunks(first: date, last: date) -> Iterator[tuple[date, date]]:
    """The range cut into runs."""
    while first <= last:
        end = min(first + timedelta(days=CHUNK - 1), last)
        yield first, end
        first = end + timedelta(days=1)


def run_range(definitions: dg.Definitions, first: date, last: date, instance: dg.DagsterInstance) -> list[str]:
    """Execute the job for the range. Returns what failed, one line each; empty when all went well."""
    job = definitions.resolve_job_def(DAILY)
    tags = {RANGE_START: str(first), RANGE_END: str(last)}
    result = job.execute_in_process(instance=instance, tags=tags, raise_on_error=False)
    if result.success:
        return []
    failures = [event for event in result.all_events if event.is_failure and event.step_key]
    return [f"{first} to {last}: {event.step_key}: {_cause(event)}" for event in failures] or [
        f"{first} to {last}: failed"
    ]


def _cause(event: dg.DagsterEvent) -> str:
    """Our own error's message, which says what to do; of other errors the innermost one's."""
    error = getattr(event.event_specific_data, "error", None)
    while error is not None and error.cls_name not in OUR_ERRORS and error.cause is not None:
        error = error.cause
    if error is None:
        return event.message or "failed"
    return error.message.strip().removeprefix(f"{errors.__name__}.{error.cls_name}: ")


def main(arguments: list[str]) -> int:
    first, last = (date.fromisoformat(text) for text in arguments)
    definitions = build_definitions(load_settings(), progress=True)
    failed: list[str] = []
    with dg.DagsterInstance.get() as instance:
        for start, end in chunks(first, last):
            failed += run_range(definitions, start, end, instance)
    sys.stdout.write(json.dumps({"failed": failed}) + "\n")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
