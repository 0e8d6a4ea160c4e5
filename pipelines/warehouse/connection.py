"""Opening the warehouse. DuckDB lets one process write; a second one waits here, bounded, and then says for whom."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from pipelines.errors import WarehouseBusy, WarehouseError
from pipelines.settings import Settings

POLL = 0.25
"""Seconds between two tries for the lock."""
HOLDER = re.compile(r"held in (?P<program>.*?) \(PID (?P<pid>\d+)\)")


@contextmanager
def open_warehouse(settings: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    """A writing connection, closed at the end. Times in it are UTC.

    Raises `WarehouseBusy` naming the holding process after `warehouse.lock_wait` seconds, `WarehouseError` for a file
    that is no warehouse.
    """
    path = settings.home.warehouse
    path.parent.mkdir(parents=True, exist_ok=True)
    connection = _connect(path, settings.file.warehouse.lock_wait)
    try:
        limits = settings.file.warehouse
        connection.execute(
            f"set memory_limit = '{limits.memory_limit}'; set threads = {limits.threads}; set timezone = 'UTC'"
        )
        yield connection
    finally:
        connection.close()


@contextmanager
def open_for_reading(settings: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    """A read-only connection to the working warehouse, where annotations and intermediate tables lie.

    It waits for a writer as a writer does. Raises `WarehouseError` when there is no warehouse yet.
    """
    path = settings.home.warehouse
    if not path.exists():
        raise WarehouseError(
            f"{path}: there is no working warehouse; `claimhouse import PATH` or `claimhouse run --date DAY` makes it."
        )
    connection = _connect(path, settings.file.warehouse.lock_wait, read_only=True)
    try:
        connection.execute("set timezone = 'UTC'; set enable_external_access = false")
        yield connection
    finally:
        connection.close()


def _connect(path: Path, wait: float, *, read_only: bool = False) -> duckdb.DuckDBPyConnection:
    deadline = time.monotonic() + wait
    while True:
        try:
            return duckdb.connect(str(path), read_only=read_only)
        except duckdb.IOException as error:
            message = str(error)
            if "lock" not in message.casefold():
                raise WarehouseError(f"{path}: cannot be opened: {message.splitlines()[0]}") from error
            if time.monotonic() >= deadline:
                raise WarehouseBusy(
                    f"{path}: still held by {_holder(message)} after {wait:.0f} s. End that process or raise "
                    "warehouse.lock_wait in the sources file."
                ) from error
            time.sleep(POLL)


def _holder(message: str) -> str:
    """The process that DuckDB says holds the lock, with its command line where the system tells it."""
    found = HOLDER.search(message)
    if not found:
        return "another process"
    pid = found["pid"]
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes().decode("utf-8", "replace").split("\0")
        return f"process {pid} ({' '.join(words).strip()[:120]})"
    except OSError:
        return f"process {pid} ({found['program']})"
