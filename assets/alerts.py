"""Telling of failed runs: which are to be told, what Dagster noted about them, and that they were told.

A run is told once by each channel. What has been told stands in a tag of the run, so that commands, the sensor and a
restarted daemon agree; a lock keeps two of them from telling at the same time.
"""

import logging
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import dagster as dg
from dagster import DagsterEventType as Event

from assets.runs import RANGE_END, RANGE_START, cause_of, executing_process
from pipelines.alerts import Channel, FailedRun, about_run, channels, deliver, names_of_channels
from pipelines.errors import ClaimhouseError
from pipelines.locks import is_alive, process_lock
from pipelines.settings import Settings

ALERTED = "claimhouse/alerted"
"""Tag: the run's id (a retry inherits the tags of its run), how often it was tried, and the channels that took it."""
LOOK_BACK = timedelta(days=1)
"""A run that failed longer ago is not told any more."""
MOST_TRIES = 10
FIRST_WAIT = timedelta(minutes=1)
"""Before the second try. Each wait is twice the one before, so the tenth try comes after about half a day."""
LOCK_WAIT = 60.0
"""Seconds to wait for another process that is telling."""

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Told:
    """How many messages arrived, and for the channels that took none, why."""

    delivered: int = 0
    causes: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Note:
    """What the tag of a run says."""

    tries: int
    by: frozenset[str]


def alert_failed_runs(instance: dg.DagsterInstance, settings: Settings, runs: Iterable[str]) -> None:
    """Tell of those of these runs that failed and were not told yet. Never raises for a message that does not arrive:
    that is logged, and left to the sensor."""
    try:
        tell_failed_runs(instance, settings, runs)
    except (ClaimhouseError, OSError) as error:
        log.error("Failed runs could not be told: %s", error)


def tell_failed_runs(instance: dg.DagsterInstance, settings: Settings, runs: Iterable[str]) -> Told:
    """The same, and what came of it. Raises `ClaimhouseError` when the settings of alerts cannot be used, or another
    process tells for longer than a minute."""
    told, ways, ids = Told(), channels(settings.file.alerts, settings.secrets), list(runs)
    if not ways or not ids:
        return told
    lock = settings.home.dagster / "alerts.lock"
    with process_lock(lock, LOCK_WAIT, lambda holder: ClaimhouseError(f"{holder} is telling of failed runs already.")):
        filters = dg.RunsFilter(run_ids=ids, statuses=[dg.DagsterRunStatus.FAILURE])
        for record in instance.get_run_records(filters, ascending=True):
            _tell(instance, settings, record, ways, told)
    return told


def runs_to_tell(instance: dg.DagsterInstance, settings: Settings, now: datetime) -> list[str]:
    """Runs of the last day that failed, were not told by every channel, and whose turn to be tried has come; oldest
    first. Not those that a living command executes: it tells of them itself."""
    names = names_of_channels(settings.file.alerts, settings.secrets)
    recent = dg.RunsFilter(statuses=[dg.DagsterRunStatus.FAILURE], updated_after=now - LOOK_BACK)
    due = []
    for record in instance.get_run_records(recent, ascending=True) if names else ():
        run, note, failed_at = record.dagster_run, _note_of(record.dagster_run), _failed_at(record)
        process = executing_process(run)
        wait = FIRST_WAIT * (2**note.tries - 1)
        is_theirs = process is not None and is_alive(process)
        if names - note.by and note.tries < MOST_TRIES and failed_at > now - LOOK_BACK and not is_theirs:
            due += [run.run_id] if now >= failed_at + wait else []
    return due


def _tell(
    instance: dg.DagsterInstance, settings: Settings, record: dg.RunRecord, ways: list[Channel], told: Told
) -> None:
    """One run, by the channels that have not taken it. A channel that failed in this call is not asked again in it:
    one that hangs would take its time for every run."""
    run, note = record.dagster_run, _note_of(record.dagster_run)
    message, by = about_run(failed_run(instance, record), settings.file.alerts), set(note.by)
    for channel in ways:
        if channel.name in by or channel.name in told.causes:
            continue
        cause = deliver(message, channel)
        if cause is None:
            told.delivered += 1
            by.add(channel.name)
        else:
            told.causes[channel.name] = f"{channel.name} ({channel.receiver}): {cause}"
    missing = {channel.name for channel in ways} - by
    if missing and note.tries + 1 >= MOST_TRIES:
        log.error("Run %s: not told by %s; giving up", run.run_id, ", ".join(sorted(missing)))
    instance.add_run_tags(run.run_id, {ALERTED: " ".join([run.run_id, str(note.tries + 1), *sorted(by)])})


def failed_run(instance: dg.DagsterInstance, record: dg.RunRecord) -> FailedRun:
    """What Dagster noted about a failed run: the failed steps with their causes, or where no step failed, the run's."""
    run = record.dagster_run
    entries = instance.all_logs(run.run_id, of_type={Event.STEP_FAILURE, Event.RUN_FAILURE})
    events = [entry.dagster_event for entry in entries if entry.dagster_event]
    failures = [event for event in events if event.event_type is Event.STEP_FAILURE] or events
    tags = run.tags
    first, last = tags.get(RANGE_START), tags.get(RANGE_END)
    dates = f"{first} to {last}" if first != last else first or tags.get("dagster/partition", "")
    return FailedRun(
        run_id=run.run_id,
        job=run.job_name,
        causes={event.step_key or "": cause_of(event) for event in failures} or {"": "Dagster noted no cause."},
        dates=dates,
        failed_at=_failed_at(record),
        will_retry=tags.get("dagster/will_retry") == "true",
    )


def _failed_at(record: dg.RunRecord) -> datetime:
    return datetime.fromtimestamp(record.end_time, UTC) if record.end_time else record.update_timestamp


def _note_of(run: dg.DagsterRun) -> Note:
    run_id, tries, *by = run.tags.get(ALERTED, f"{run.run_id} 0").split()
    return Note(int(tries), frozenset(by)) if run_id == run.run_id else Note(0, frozenset())
