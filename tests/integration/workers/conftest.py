"""A home that Celery's workers share, a Redis, and workers as processes of their own."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from benchmarks.warc import write
from pipelines import steps
from pipelines.launch import dagster_environment
from pipelines.settings import BROKER, ROOT, Settings, load_settings
from tests.archived import what_is_left_of
from tests.bounded import until
from tests.instances import instance_of
from tests.servers import Redis, redis_server

DAY = date(2026, 3, 12)
FILES, PAGES = 3, 100
"""Archived files of the date, each as large as a part, and pages of each."""
READY = 300
"""Seconds in which a worker must have begun, and a run ended."""


@dataclass(frozen=True, slots=True)
class Worker:
    """A worker, its log, and the process group in which it and its children are."""

    process: subprocess.Popen[bytes]
    log: Path

    @property
    def name(self) -> str:
        return f"claimhouse-{self.process.pid}"

    def kill(self) -> None:
        """The worker and its children at once, as when a machine is gone."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


@dataclass(frozen=True, slots=True)
class Cluster:
    """A home with one archived date, and those who work on it."""

    settings: Settings
    redis: Redis
    _stack: ExitStack
    _more: dict[str, str]

    @property
    def environment(self) -> dict[str, str]:
        return {**dagster_environment(self.settings), BROKER: self.redis.url, "PYTHONPATH": str(ROOT), **self._more}

    def lose_after(self, seconds: int) -> None:
        """Let workers that start from now on think a step lost so soon."""
        file = self.settings.sources_path
        file.write_text(file.read_text().replace("3600", str(seconds)))

    def keep_records_in(self, database: str) -> None:
        """Have Dagster's records in PostgreSQL, by the settings that we give for that."""
        self.settings.home.dagster.mkdir(parents=True)
        shutil.copy2(ROOT / "deploy" / "workers" / "dagster.yaml", self.settings.home.dagster)
        self._more["DAGSTER_POSTGRES_URL"] = database.replace("postgresql:", "postgresql+psycopg2:", 1)

    def start(self, count: int, **more: str) -> list[Worker]:
        """So many workers, ready to work."""
        workers = [self._stack.enter_context(self._worker(more)) for _ in range(count)]
        for worker in workers:
            until(lambda worker=worker: " ready." in worker.log.read_text(errors="replace"), seconds=READY)
        return workers

    @contextmanager
    def _worker(self, more: dict[str, str]) -> Iterator[Worker]:
        log = self.settings.home.path / f"worker-{len(list(self.settings.home.path.glob('worker-*')))}.log"
        with log.open("wb") as output:
            process = subprocess.Popen(
                [sys.executable, "-m", "assets.worker", "--processes", "1"],
                env=self.environment | more, stdout=output, stderr=output, start_new_session=True,
            )  # fmt: skip
        worker = Worker(process, log)
        try:
            yield worker
        finally:
            if process.poll() is None:
                worker.kill()

    def reparse(self) -> subprocess.Popen[str]:
        """A run over the date; what it prints last is a list of what failed."""
        command = [sys.executable, str(Path(__file__).with_name("reparse.py")), str(DAY)]
        log = (self.settings.home.path / "run.log").open("w")
        self._stack.callback(log.close)
        process = subprocess.Popen(command, env=self.environment, stdout=subprocess.PIPE, stderr=log, text=True)
        self._stack.enter_context(process)
        self._stack.callback(process.kill)
        return process

    def events(self) -> list[dg.DagsterEvent]:
        """All that the newest run has told so far."""
        with instance_of(self.settings, self._more) as instance:
            runs = instance.get_runs(limit=1)
            entries = instance.all_logs(runs[0].run_id) if runs else []
        return [entry.dagster_event for entry in entries if entry.dagster_event]

    def doers(self) -> dict[str, list[str]]:
        """The names of the workers that took each step of the newest run."""
        found: dict[str, list[str]] = {}
        for event in self.events():
            if event.event_type_value == "ENGINE_EVENT" and "in celery worker" in (event.message or ""):
                name = str(event.engine_event_data.metadata["Celery worker"].value).partition("@")[0]
                found.setdefault(str(event.step_key), []).append(name)
        return found


def failed(run: subprocess.Popen[str]) -> list[str]:
    """What a run says in the end that has failed."""
    output, _ = run.communicate(timeout=READY)
    assert output, "the run ended without a word: see run.log in its home"
    lines: list[str] = json.loads(output.splitlines()[-1])
    return lines


@pytest.fixture(scope="module")
def archived_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the pages of one date in some files, whose steps are for Celery."""
    folder = tmp_path_factory.mktemp("archived")
    (folder / "sources.yaml").write_text(
        "start_date: 2026-03-01\nexecutor: celery\nworkers: 1\ncelery: {lost_after: 3600}\n"
    )
    settings = load_settings(folder / "home", folder / "sources.yaml", {})
    for seed in range(FILES):
        file = folder / f"{seed}.warc.gz"
        write(file, PAGES, 100, seed)
        steps.import_files(settings, [file], DAY)
        file.unlink()
    return folder


@pytest.fixture(scope="module")
def whole(archived_home: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What the date leaves when one process does it."""
    folder = tmp_path_factory.mktemp("whole")
    shutil.copytree(archived_home / "home", folder / "home")
    settings = load_settings(folder / "home", archived_home / "sources.yaml", {})
    steps.parse_date(settings, DAY)
    steps.annotate_date(settings, DAY)
    return what_is_left_of(settings, [DAY])


@pytest.fixture
def cluster(archived_home: Path, tmp_path: Path) -> Iterator[Cluster]:
    shutil.copytree(archived_home, tmp_path, dirs_exist_ok=True)
    settings = load_settings(tmp_path / "home", tmp_path / "sources.yaml", {})
    with ExitStack() as stack:
        redis = stack.enter_context(redis_server(tmp_path / "redis"))
        yield Cluster(settings, redis, stack, {})
