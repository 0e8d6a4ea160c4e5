"""How the steps of a run are executed: in its process, in several, or by Celery's workers on any machines."""

from functools import lru_cache
from typing import Any

import dagster as dg

from pipelines.launch import check_executor
from pipelines.settings import BROKER, Settings, load_settings


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

    A task belongs to its worker until it is done; another one gets it when the worker's process dies, and, should the
    whole worker be gone, `lost_after` seconds after it was taken. Steps may be repeated, so nothing is lost or double.
    """
    seen = {"visibility_timeout": settings.file.celery.lost_after}
    return {
        "task_acks_late": True,
        "task_reject_on_worker_lost": True,
        "worker_prefetch_multiplier": 1,
        "broker_connection_retry_on_startup": True,
        "broker_transport_options": seen | {"max_retries": 3, "interval_start": 0, "interval_max": 0.5},
        "result_backend_transport_options": seen,
        "result_expires": 86_400,
    }


@lru_cache(maxsize=8)
def job_of(name: str, source: str) -> dg.JobDefinition:
    """A job as each process that takes part in a run of it makes it for itself. With `source`, only this one is
    collected."""
    from assets.definitions import build_definitions

    return build_definitions(load_settings(), source=source or None).resolve_job_def(name)
