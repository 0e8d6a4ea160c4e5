"""Starting Dagster for the command line: a process of its own, its progress read from its standard output.

Nothing of Dagster is imported here; `assets.execution` is the other end.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NoReturn

from pipelines.backfill import Backfill
from pipelines.errors import ClaimhouseError, SettingsError
from pipelines.home import Home
from pipelines.settings import BROKER, ROOT, Settings

INSTANCE = """\
# Written once by claimhouse; yours to change.
telemetry:
  enabled: false
nux:
  enabled: false
event_log_storage:
  module: assets.event_log
  class: EventLog
  config:
    home:
      env: DAGSTER_HOME
"""
EVENT_BATCH = 1_000
"""Events that Dagster stores together, where it can: those of what a run plans."""


def dagster_environment(settings: Settings) -> dict[str, str]:
    """The environment in which Dagster finds this home. Makes DAGSTER_HOME with telemetry switched off."""
    folder = settings.home.dagster
    folder.mkdir(parents=True, exist_ok=True)
    instance = folder / "dagster.yaml"
    if not instance.exists():
        instance.write_text(INSTANCE)
    return {
        **os.environ,
        "CLAIMHOUSE_HOME": str(settings.home.path),
        "CLAIMHOUSE_SOURCES": str(settings.sources_path.resolve()),
        "DAGSTER_HOME": str(folder),
        "DAGSTER_EVENT_BATCH_SIZE": str(EVENT_BATCH),
    }


def check_executor(settings: Settings) -> None:
    """Raise `SettingsError` when steps are for Celery, and it is not installed or nobody says where its Redis is."""
    if settings.file.executor != "celery":
        return
    if find_spec("dagster_celery") is None:
        raise SettingsError("executor: celery needs packages that are not installed here. Install them: make workers")
    if not os.environ.get(BROKER):
        raise SettingsError(f"executor: celery needs {BROKER} in the environment, like redis://127.0.0.1:6379/0.")


def log_path(home: Home) -> Path:
    """Where the last run's own log lies."""
    return home.dagster / "last-run.log"


@dataclass(frozen=True, slots=True)
class Progress:
    """Days done so far by a backfill, of how many; the days tried last, and the seconds they took together."""

    days: int
    of: int
    failed_days: int
    chunk: int
    seconds: float


def run_dagster(
    settings: Settings,
    backfill: Backfill,
    on_step: Callable[[str], None],
    on_days: Callable[[Progress], None] = lambda _: None,
    *,
    daily: bool = False,
) -> None:
    """Make every asset for the archive dates of a backfill, or of one date by the job that the schedule starts, too.

    `on_step(name)` hears each page, article and model, `on_days` each chunk of days. Raises `ClaimhouseError` with the
    causes when a run failed. Runs are recorded in Dagster as those of its UI are.
    """
    check_executor(settings)
    command = [sys.executable, "-m", "assets", str(backfill.first), str(backfill.last)]
    command += ["--from-step", backfill.step, *(["--source", backfill.source] if backfill.source else [])]
    command += ["--daily"] if daily else []
    failed: list[str] | None = None
    environment = dagster_environment(settings)
    with (
        log_path(settings.home).open("w") as log,
        subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=log, text=True) as process,
    ):
        assert process.stdout is not None
        for line in process.stdout:
            message = _message(line)
            if message is None:
                log.write(line)
            elif "failed" in message:
                failed = message["failed"]
            elif "days" in message:
                on_days(Progress(**message))
            else:
                on_step(message["step"])
    if failed is None:
        raise ClaimhouseError(f"Dagster ended before its work did.\n{_tail(log_path(settings.home))}")
    if failed:
        raise ClaimhouseError("\n".join([*failed, f"The whole log: {log_path(settings.home)}"]))


def run_ui(settings: Settings, port: int) -> int:
    """Dagster's web server and daemon on this home until they are stopped. Returns their exit code."""
    check_executor(settings)
    command = [str(Path(sys.executable).with_name("dagster")), "dev", "--workspace", str(ROOT / "workspace.yaml")]
    command += ["--host", "127.0.0.1", "--port", str(port)]
    try:
        return subprocess.run(command, env=dagster_environment(settings), check=False).returncode
    except KeyboardInterrupt:  # the way to end it
        return 0


def become_worker(settings: Settings, processes: int | None, *, parts_only: bool) -> NoReturn:
    """Be a worker from now on, so that who ends this process ends the worker. See `assets.worker`."""
    check_executor(settings)
    more = [*(["--processes", str(processes)] if processes else []), *(["--parts-only"] if parts_only else [])]
    os.execve(sys.executable, [sys.executable, "-m", "assets.worker", *more], dagster_environment(settings))


def _message(line: str) -> dict[str, Any] | None:
    """A line of progress; None for what dbt and others print in between."""
    if not line.startswith('{"'):
        return None
    try:
        message = json.loads(line)
    except ValueError:
        return None
    return message if {"step", "days", "failed"} & message.keys() else None


def _tail(path: Path, lines: int = 8) -> str:
    return "\n".join(path.read_text(errors="replace").splitlines()[-lines:]) + f"\nThe whole log: {path}"
