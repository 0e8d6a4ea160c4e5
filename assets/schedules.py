"""What happens by itself, and when. Schedules are off until they are switched on in the UI or by Dagster's CLI."""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, timedelta

import dagster as dg

from assets.jobs import DAILY, POLL, TIDY, AssetJob
from pipelines.settings import Schedules

RUN_KEY = "dagster/run_key"
LOOK_BACK = 30
"""Days for which a morning makes up when Dagster was off."""


def all_schedules(jobs: Mapping[str, AssetJob], settings: Schedules) -> list[dg.ScheduleDefinition]:
    """Every morning the day before, every hour a look at the sources; every Sunday a shared warehouse is tidied."""
    own = [daily_schedule(jobs[DAILY], settings), poll_schedule(jobs[POLL], settings)]
    return [*own, tidy_schedule(jobs[TIDY], settings)] if TIDY in jobs else own


def tidy_schedule(job: AssetJob, settings: Schedules) -> dg.ScheduleDefinition:
    """Sunday at noon, when no daily run is under way."""
    return dg.ScheduleDefinition(
        job=job, cron_schedule="0 12 * * 0", execution_timezone=settings.timezone, name="every_sunday"
    )


def daily_schedule(job: AssetJob, settings: Schedules) -> dg.ScheduleDefinition:
    """Yesterday's archive date every morning, and the dates before it that nobody has made."""

    @dg.schedule(
        job=job, cron_schedule=settings.daily_cron, execution_timezone=settings.timezone, name="every_morning"
    )  # fmt: skip
    def every_morning(context: dg.ScheduleEvaluationContext) -> Iterator[dg.RunRequest]:
        """The UTC day before this morning. The date comes from the time for which the morning was planned, and each
        date has one run key: so a clock that is wrong or set back asks for no date twice."""
        yesterday = context.scheduled_execution_time.astimezone(UTC).date() - timedelta(days=1)
        # A date whose run failed is asked for again the next morning, under another key.
        made = context.instance.get_materialized_partitions(dg.AssetKey("raw_tables"))
        for day in due_dates(yesterday, {date.fromisoformat(key) for key in made}):
            yield dg.RunRequest(run_key=run_key(context.instance, day, yesterday), partition_key=str(day))

    return every_morning


def due_dates(yesterday: date, made: set[date]) -> list[date]:
    """Yesterday, and of the `LOOK_BACK` days before it those that lack although an earlier one was made."""
    earliest = max(min(made, default=yesterday), yesterday - timedelta(days=LOOK_BACK))
    span = range(earliest.toordinal(), yesterday.toordinal())
    return [*(day for day in map(date.fromordinal, span) if day not in made), yesterday]


def run_key(instance: dg.DagsterInstance, day: date, yesterday: date) -> str:
    """The date, or where its run has failed, the date and the morning on which it is tried again."""
    failed = dg.RunsFilter(statuses=[dg.DagsterRunStatus.FAILURE], tags={RUN_KEY: str(day)})
    return f"{day} again after {yesterday}" if day != yesterday and instance.get_runs(failed, limit=1) else str(day)


def poll_schedule(job: AssetJob, settings: Schedules) -> dg.ScheduleDefinition:
    """Today's archive date, every hour: a feed of twenty entries may forget them before the morning."""

    @dg.schedule(job=job, cron_schedule=settings.poll_cron, execution_timezone="UTC", name="every_hour")
    def every_hour(context: dg.ScheduleEvaluationContext) -> dg.RunRequest:
        at = context.scheduled_execution_time.astimezone(UTC)
        return dg.RunRequest(run_key=f"{at:%Y-%m-%dT%H:%M}", partition_key=str(at.date()))

    return every_hour
