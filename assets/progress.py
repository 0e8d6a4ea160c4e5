"""How a run goes on whose steps others do: what its log says while one waits for it."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread

import dagster as dg

from assets.runs import process_tags

STEPS = {
    "candidates": "candidates",
    "pages": "pages",
    "articles": "articles",
    "annotations": "annotations",
    "raw_tables": "raw_tables",
    "dbt_models": "models",
    "published_snapshot": "published_snapshot",
}
"""What the steps of a run are called where it is shown; a part of a date counts as a step, a check is none."""
POLL = 1.0
"""Seconds between two looks."""


def tell(message: dict[str, object]) -> None:
    """A line for the process that started this one."""
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()


@contextmanager
def telling_steps(instance: dg.DagsterInstance) -> Iterator[None]:
    """While the block lasts, a line for each step that ends of the newest run of this process."""
    done, before = Event(), {run.run_id for run in _runs(instance)}
    thread = Thread(target=_follow, args=(instance, before, done), daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def _follow(instance: dg.DagsterInstance, before: set[str], done: Event) -> None:
    cursor: str | None = None
    is_last = False
    while not is_last:
        is_last = done.wait(POLL)
        for run in _runs(instance):
            if run.run_id in before:
                continue
            ended = instance.get_records_for_run(run.run_id, cursor, of_type=dg.DagsterEventType.STEP_SUCCESS)
            cursor = ended.cursor
            for record in ended.records:
                event = record.event_log_entry.dagster_event
                name = (event.step_key or "").partition(".")[0] if event else ""
                if name in STEPS:
                    tell({"step": STEPS[name]})


def _runs(instance: dg.DagsterInstance) -> list[dg.DagsterRun]:
    """The newest run of this process."""
    return list(instance.get_runs(dg.RunsFilter(tags=process_tags()), limit=1))
