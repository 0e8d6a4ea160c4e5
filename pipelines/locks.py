"""Locks between processes: one file, one holder that can be named, given back also when its process dies.

What is locked, and how long one waits for it, is said where it is locked.
"""

from __future__ import annotations

import fcntl
import logging
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

POLL = 0.1
"""Seconds between two tries for a lock."""
COMMAND_LENGTH = 120
"""Characters of a holder's command line that are told."""

log = logging.getLogger(__name__)


@contextmanager
def process_lock(path: Path, wait: float, busy: Callable[[str], Exception], *, shared: bool = False) -> Iterator[None]:
    """Be the only process in this block, among all that lock this file; or one of those that share it.

    Waits up to `wait` seconds, telling the log for whom, then raises what `busy` makes of the holder's name. Not to be
    entered twice by one process.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+") as file:
        end = time.monotonic() + wait
        told = False
        while not _locked(file.fileno(), shared):
            if time.monotonic() >= end:
                raise busy(holder(path) or "another process")
            if not told:
                log.info("%s: waiting up to %g s for %s", path, wait, holder(path) or "another process")
                told = True
            time.sleep(POLL)
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield  # closing the file gives the lock back


@contextmanager
def date_lock(path: Path, day: date) -> Iterator[None]:
    """Be the only process in this block with this archive date. Waits as long as it takes: a date is read in seconds,
    and the lock of a process that dies is free. The file stays empty; what is locked is its byte of that number."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as file:
        fcntl.lockf(file, fcntl.LOCK_EX, 1, day.toordinal())
        yield


def holder(path: Path) -> str | None:
    """The process that holds a `process_lock`, with its command line where the system tells it. None if it is free."""
    try:
        with path.open("r") as file:
            if _locked(file.fileno()):
                return None
            pid = file.read().strip()
    except OSError:
        return None
    return process_named(pid) if pid else "another process"


def process_named(pid: str) -> str:
    """A process as one can find it: "process 4711 (python -m …)"."""
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes().decode("utf-8", "replace").split("\0")
        return f"process {pid} ({' '.join(words).strip()[:COMMAND_LENGTH]})"
    except OSError:
        return f"process {pid}"


def process_id() -> str:
    """This process as no other one will be called, also after a restart and on another machine or in another container:
    number, machine and time of start."""
    return f"{os.getpid()}@{os.uname().nodename}/{_started(os.getpid())}"


def is_alive(process: str) -> bool:
    """Whether the process with this `process_id` still runs. Of one on another machine it is believed."""
    pid, _, place = process.partition("@")
    machine, _, started = place.rpartition("/")
    if machine not in ("", os.uname().nodename):
        return True
    return pid.isdigit() and _started(int(pid)) == started


def _started(pid: int) -> str:
    """Boot and clock tick at which a process began (proc(5), field 22); empty where there is no such process."""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()[:8]
        return f"{boot}-{Path(f'/proc/{pid}/stat').read_text().rpartition(')')[2].split()[19]}"
    except OSError:
        return ""


def _locked(descriptor: int, shared: bool = False) -> bool:
    try:
        fcntl.flock(descriptor, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
