"""Celery's workers share an archive date, and whatever happens to them or to Redis, it comes out as one process would
have made it."""

from __future__ import annotations

import re
import subprocess
import sys
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.archived import what_is_left_of
from tests.bounded import until
from tests.integration.workers.conftest import DAY, FILES, READY, Cluster, Worker, failed
from tests.servers import postgres_server

PARTS = [f"articles.read_part[20260312_{number}]" for number in range(FILES)]
FAKETIME = next(iter(sorted(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"))), None)


def times_taken(cluster: Cluster) -> Counter[str]:
    return Counter({step: len(names) for step, names in cluster.doers().items()})


def is_at_a_part(worker: Worker) -> bool:
    told = worker.log.read_text(errors="replace")
    begun, done = (len(re.findall(rf"read_part\S+ - {what}", told)) for what in ("STEP_START", "STEP_SUCCESS"))
    return begun > done


def test_two_workers_share_a_date_and_postgresql_keeps_the_records(
    cluster: Cluster, whole: dict[str, Any], tmp_path: Path
) -> None:
    with postgres_server(tmp_path / "postgres") as postgres:
        cluster.keep_records_in(postgres.create("dagster"))
        workers = cluster.start(2)
        assert failed(cluster.reparse()) == []
        assert what_is_left_of(cluster.settings, [DAY]) == whole
        doers = cluster.doers()
        assert {name for part in PARTS for name in doers[part]} == {worker.name for worker in workers}
        assert set(times_taken(cluster).values()) == {1}


def test_processes_of_one_machine_share_a_date(cluster: Cluster, whole: dict[str, Any]) -> None:
    file = cluster.settings.sources_path
    file.write_text(file.read_text().replace("celery", "multiprocess", 1))
    assert failed(cluster.reparse()) == []
    assert what_is_left_of(cluster.settings, [DAY]) == whole


def test_what_a_killed_worker_was_at_is_done_by_another(cluster: Cluster, whole: dict[str, Any]) -> None:
    cluster.lose_after(20)  # longer than any step lasts that is alive
    workers = cluster.start(2)
    run = cluster.reparse()
    reading: list[Worker] = []

    def is_one_at_a_part() -> bool:
        assert run.poll() is None, "the run has ended: see run.log in its home"
        reading.extend(worker for worker in workers if is_at_a_part(worker))
        return bool(reading)

    until(is_one_at_a_part, seconds=READY)
    reading[0].kill()
    assert failed(run) == []
    assert what_is_left_of(cluster.settings, [DAY]) == whole
    assert max(times_taken(cluster).values()) == 2


def test_without_a_worker_or_redis_a_run_does_not_begin(cluster: Cluster) -> None:
    command = [sys.executable, "-m", "assets", str(DAY), str(DAY), "--from-step", "parse"]

    def said() -> str:
        done = subprocess.run(
            command, env=cluster.environment, capture_output=True, text=True, timeout=READY, check=False
        )
        assert done.returncode == 1
        return done.stdout.splitlines()[-1]

    assert "No worker answers by the Redis of CLAIMHOUSE_BROKER. Start one: claimhouse worker" in said()
    cluster.redis.kill()
    assert re.search(rf"CLAIMHOUSE_BROKER: Redis cannot be reached there: .*127.0.0.1:{cluster.redis.port}", said())


def test_redis_gone_in_the_middle_fails_the_run_by_name_and_the_next_one_makes_it(
    cluster: Cluster, whole: dict[str, Any]
) -> None:
    cluster.start(1)
    run = cluster.reparse()
    until(lambda: any(event.is_step_success for event in cluster.events()), seconds=READY)
    cluster.redis.kill()
    (cause,) = failed(run)
    assert f"127.0.0.1:{cluster.redis.port}" in cause
    cluster.redis.start()
    assert failed(cluster.reparse()) == []
    assert what_is_left_of(cluster.settings, [DAY]) == whole


@pytest.mark.skipif(FAKETIME is None, reason="needs libfaketime: apt-get install faketime")
def test_a_worker_whose_clock_is_wrong_does_no_harm(cluster: Cluster, whole: dict[str, Any]) -> None:
    """To a clock that is two hours ahead, what another worker is at was lost long ago: it may do that once more."""
    late = {"LD_PRELOAD": str(FAKETIME), "FAKETIME": "+2h", "FAKETIME_DONT_FAKE_MONOTONIC": "1"}
    cluster.start(1)
    (ahead,) = cluster.start(1, **late)
    (told,) = re.findall(r"\[(.+?),\d+: INFO/MainProcess\] \S+ ready\.", ahead.log.read_text(errors="replace"))
    assert datetime.fromisoformat(told) > datetime.now() + timedelta(hours=1)
    assert failed(cluster.reparse()) == []
    assert what_is_left_of(cluster.settings, [DAY]) == whole
