"""How the steps of a run are executed: in its process, in several, or by Celery's workers on any machines."""

import os
from functools import lru_cache
from typing import Any

import dagster as dg

from pipelines.errors import ClaimhouseError
from pipelines.launch import check_executor
from pipelines.settings import BROKER, Settings, load_settings

PARTS = "parts"
"""The queue of the steps that need nothing but the files of the home: for workers on other machines, too."""
QUEUE = "dagster-celery/queue"
"""The tag by which a step is given to the workers of a queue."""
ANSWER = 5.0
"""Seconds in which a worker must answer."""


def executor_of(settings: Settings) -> dg.ExecutorDefinition:
    """The executor that the settings name. Raises `SettingsError` when what it needs is not there."""
    match settings.file.executor:
        case "in_process":
            return dg.in_process_executor
        case "multiprocess":
            return dg.multiprocess_executor.configured({"max_concurrent": settings.file.workers})
        case "celery":
            check_executor(settings)
            from dagster_celery import celery_executor

            address = {"env": BROKER}
            return celery_executor.configured(
                {"broker": address, "backend": address, "config_source": celery_options(settings)}
            )


def celery_options(settings: Settings) -> dict[str, Any]:
    """Celery's options, the same for those who give work and those who take it.

    A step belongs to its worker until it is done. One whose process dies has failed; when a whole worker is gone,
    another one gets its steps `lost_after` seconds after they were taken. Steps may be done twice: nothing is lost.
    """
    seen = {"visibility_timeout": settings.file.celery.lost_after}
    looked_for = {"unacked_restore_interval": 10, "unacked_restore_throttle": 1}
    return {
        "task_acks_late": True,
        "worker_prefetch_multiplier": 1,
        "worker_cancel_long_running_tasks_on_connection_loss": True,
        "broker_connection_retry_on_startup": True,
        "broker_connection_max_retries": None,
        "broker_transport_options": seen | looked_for | {"max_retries": 3, "interval_start": 0, "interval_max": 0.5},
        "result_backend_transport_options": seen,
        "result_expires": 86_400,
    }


def celery_app(settings: Settings) -> Any:
    """The app of Celery by which steps are given and taken."""
    from dagster_celery.executor import CeleryExecutor
    from dagster_celery.make_app import make_app

    address, options = os.environ[BROKER], celery_options(settings)
    return make_app(CeleryExecutor.for_cli(broker=address, backend=address, config_source=options).app_args())


def check_workers(settings: Settings) -> None:
    """Raise `ClaimhouseError` when nobody is there to do the steps of a run, which would wait without an end."""
    if settings.file.executor != "celery":
        return
    from kombu.exceptions import KombuError

    try:
        is_answered = bool(celery_app(settings).control.ping(timeout=ANSWER))
    except (KombuError, OSError) as error:
        raise ClaimhouseError(f"{BROKER}: Redis cannot be reached there: {error}") from error
    if not is_answered:
        raise ClaimhouseError(f"No worker answers by the Redis of {BROKER}. Start one: claimhouse worker")


@lru_cache(maxsize=8)
def job_of(name: str, source: str) -> dg.JobDefinition:
    """A job as each process that takes part in a run of it makes it for itself. With `source`, only this one is
    collected."""
    from assets.definitions import build_definitions

    return build_definitions(load_settings(), source=source or None).resolve_job_def(name)
