"""What Dagster does when something happens, while its daemon runs: a run failed, a file came."""

from datetime import UTC, datetime

import dagster as dg

from assets.alerts import runs_to_tell, tell_failed_runs
from assets.runs import bury_dead_runs
from pipelines.alerts import are_wanted
from pipelines.settings import Settings

ALERTS_EVERY = 60
"""Seconds between two looks at failed runs."""


def all_sensors(settings: Settings) -> list[dg.SensorDefinition]:
    """The sensor of failed runs, on by itself where alerts are set."""
    return [failed_runs_sensor(settings)]


def failed_runs_sensor(settings: Settings) -> dg.SensorDefinition:
    """Tells of every run that failed, whoever executed it.

    Not a `run_failure_sensor`: Dagster shows each failure to one of those once, so what does not arrive then is lost.
    """
    wanted = are_wanted(settings.file.alerts, settings.secrets)
    status = dg.DefaultSensorStatus.RUNNING if wanted else dg.DefaultSensorStatus.STOPPED

    @dg.sensor(name="failed_runs", minimum_interval_seconds=ALERTS_EVERY, default_status=status)
    def failed_runs(context: dg.SensorEvaluationContext) -> dg.SkipReason:
        """One message per failed run, to the webhook and by mail."""
        bury_dead_runs(context.instance)
        told = tell_failed_runs(context.instance, settings, runs_to_tell(context.instance, settings, datetime.now(UTC)))
        return dg.SkipReason("; ".join([f"{told.delivered} messages arrived", *told.causes.values()]))

    return failed_runs
