"""Locks between processes: one holder, named, and free again when it dies."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest

from pipelines.locks import date_lock, holder, is_alive, process_id, process_lock

DAY = date(2026, 3, 2)
HOLD = """
import sys
from contextlib import nullcontext
from datetime import date
from pathlib import Path
from pipelines.locks import date_lock, process_id, process_lock
path = Path(sys.argv[2])
locks = {"process": lambda: process_lock(path, 0, RuntimeError), "date": lambda: date_lock(path, date(2026, 3, 2))}
with locks[sys.argv[1]]():
    print(process_id(), flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def other() -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Another process that holds a lock: `other("process" | "date", path)`."""
    started: list[subprocess.Popen[str]] = []

    def start(kind: str, path: Path) -> subprocess.Popen[str]:
        command = [sys.executable, "-c", HOLD, kind, str(path)]
        started.append(subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True))
        return started[-1]

    yield start
    for process in started:
        process.kill()
        with process:  # closes its pipes
            pass


def said(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def test_a_lock_that_is_held_names_its_holder_when_the_wait_ends(tmp_path: Path, other: Callable[..., object]) -> None:
    process = other("process", tmp_path / "lock")
    said(process)
    name = f"process {process.pid} \\(.*python"
    with pytest.raises(TimeoutError, match=name), process_lock(tmp_path / "lock", 0.2, TimeoutError):
        raise AssertionError("two hold it")
    assert re.match(name, holder(tmp_path / "lock") or "")


def test_a_lock_is_free_when_its_holder_was_killed(tmp_path: Path, other: Callable[..., object]) -> None:
    process = other("process", tmp_path / "lock")
    said(process)
    process.kill()
    process.wait()
    assert holder(tmp_path / "lock") is None
    with process_lock(tmp_path / "lock", 5, TimeoutError):
        pass


def test_who_waits_goes_on_when_the_holder_ends(tmp_path: Path, other: Callable[..., object]) -> None:
    process = other("process", tmp_path / "lock")
    said(process)
    process.stdin.close()
    with process_lock(tmp_path / "lock", 30, TimeoutError):
        assert process.wait(10) == 0


def test_a_missing_or_free_lock_has_no_holder(tmp_path: Path) -> None:
    assert holder(tmp_path / "none") is None
    with process_lock(tmp_path / "lock", 0, TimeoutError):
        pass
    assert holder(tmp_path / "lock") is None


def test_a_date_is_locked_and_its_neighbours_are_not(tmp_path: Path, other: Callable[..., object]) -> None:
    path = tmp_path / "dates.lock"
    process = other("date", path)
    said(process)
    with date_lock(path, date(2026, 3, 3)), date_lock(path, date(2026, 3, 1)):
        pass
    second = other("date", path)
    time.sleep(0.5)
    assert second.poll() is None
    process.stdin.close()
    assert said(second).startswith(str(second.pid))


def test_a_process_is_alive_until_it_ends_and_its_number_alone_does_not_count(
    tmp_path: Path, other: Callable[..., object]
) -> None:
    process = other("process", tmp_path / "lock")
    name = said(process)
    assert is_alive(name)
    assert not is_alive(f"{process.pid}@another-start")
    process.kill()
    process.wait()
    assert not is_alive(name)
    assert is_alive(process_id())
    assert not is_alive("nonsense")
    assert is_alive(f"{process.pid}@another-machine/another-start")
