"""When the daily job runs by itself."""

import datetime

import dagster as dg

from assets.jobs import AssetJob

HOUR, MINUTE, ZONE = 5, 15, "Europe/Berlin"
"""Early enough for the morning, late enough that the evening's corrections are in."""


def daily_schedule(job: AssetJob) -> dg.ScheduleDefinition:
    """Yesterday's archive date, every morning. Off until it is switched on in the UI or by `dagster schedule start`."""

    @dg.schedule(job=job, cron_schedule=f"{MINUTE} {HOUR} * * *", execution_timezone=ZONE, name="every_morning")
    def every_morning(context: dg.ScheduleEvaluationContext) -> dg.RunRequest:
        now = context.scheduled_execution_time.astimezone(datetime.UTC)
        yesterday = (now - datetime.timedelta(days=1)).date().isoformat()
        return dg.RunRequest(run_key=yesterday, partition_key=yesterday)

    return every_morning
