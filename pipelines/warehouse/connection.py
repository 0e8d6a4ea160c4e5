"""Opening the warehouse. DuckDB lets one process write; a second one waits here, bounded, and then says for whom.

Our own writers (loader, dbt, publication) take turns by a lock of their own, held over all that one of them does: dbt
opens the file in another process, which must not meet somebody else there.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from pipelines.errors import NoWarehouse, WarehouseBusy, WarehouseError
from pipelines.locks import process_lock, process_named
from pipelines.settings import Settings
from pipelines.warehouse.lake import explained, open_lake, read_pointer

POLL = 0.25
"""Seconds between two tries for the lock."""
WRITER = "writer.lock"
ASIDE = ".aside"
REBUILD = "If the file is damaged, `claimhouse rebuild` makes it anew from the archive."
NOT_WRITTEN = re.compile(r"could not write .+", re.IGNORECASE)
"""What DuckDB says, in errors of several classes, when the system refuses to store: a full disk, a quota."""
HOLDER = re.compile(r"held in (?P<program>.*?) \(PID (?P<pid>\d+)\)")


@contextmanager
def writing(settings: Settings, *, beside_others: bool = False) -> Iterator[None]:
    """Be the only one of our processes that writes to the warehouse, or starts one that does; or one of several that
    load, which only a lake allows.

    Raises `WarehouseBusy` naming the holding process after `warehouse.lock_wait` seconds.
    """
    wait = settings.file.warehouse.lock_wait
    path = settings.home.warehouse
    with process_lock(path.with_name(WRITER), wait, lambda holder: _busy(path, holder, wait), shared=beside_others):
        yield


@contextmanager
def open_warehouse(settings: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    """`connect_warehouse` for a writer that needs nothing else. Raises as this and `writing` do."""
    with writing(settings), connect_warehouse(settings) as connection:
        yield connection


@contextmanager
def connect_warehouse(settings: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    """A writing connection, within `writing`, closed at the end. Times in it are UTC.

    Raises `WarehouseBusy` naming a foreign process that has the file open after `warehouse.lock_wait` seconds,
    `WarehouseError` for a file that is no warehouse, and for one that cannot be written to.
    """
    path = settings.home.warehouse
    path.parent.mkdir(parents=True, exist_ok=True)
    connection = open_lake(settings) if settings.home.has_lake else _connect(path, settings.file.warehouse.lock_wait)
    try:
        set_limits(connection, settings)
        yield connection
    except duckdb.Error as error:
        if refused := NOT_WRITTEN.search(str(error)):
            raise WarehouseError(
                f"{path}: {refused[0].splitlines()[0]}. Make room there and give the same command again; "
                "what was published before stays."
            ) from error
        if settings.home.has_lake and (unreachable := explained(settings, str(error))):
            raise WarehouseError(unreachable) from error
        raise
    finally:
        connection.close()


def set_limits(connection: duckdb.DuckDBPyConnection, settings: Settings) -> None:
    """Memory and threads as the sources file has them. Times are UTC."""
    limits = settings.file.warehouse
    connection.execute(
        f"set memory_limit = '{limits.memory_limit}'; set threads = {limits.threads}; set timezone = 'UTC'"
    )


def quoted(path: Path) -> str:
    """A path as it stands between the quotes of an SQL string."""
    return str(path).replace("'", "''")


def set_aside(settings: Settings) -> None:
    """Move the warehouse's file and its log out of the way, whatever state they are in."""
    path = settings.home.warehouse
    with writing(settings):
        for old in (path, path.with_name(path.name + ".wal")):
            if old.exists():
                old.replace(old.with_name(old.name + ASIDE))


def remove_what_was_set_aside(settings: Settings) -> None:
    for old in settings.home.warehouse.parent.glob(f"*{ASIDE}"):
        old.unlink()


@contextmanager
def open_for_reading(settings: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    """A read-only connection to the working warehouse, where annotations and intermediate tables lie.

    It waits for a writer as a writer does. Raises `WarehouseError` when there is no warehouse yet.
    """
    path = settings.home.warehouse
    if settings.home.has_lake:
        connection = open_lake(settings, read_only=True)
        connection.execute("set timezone = 'UTC'")
    elif path.exists():
        connection = _connect(path, settings.file.warehouse.lock_wait, read_only=True)
        connection.execute("set timezone = 'UTC'; set enable_external_access = false")
    else:
        raise NoWarehouse(
            f"{path}: there is no working warehouse; `claimhouse import PATH` or `claimhouse run --date DAY` makes it."
        )
    try:
        yield connection
    finally:
        connection.close()


def open_snapshot(settings: Settings, path: Path) -> duckdb.DuckDBPyConnection:
    """A published file, read-only, for our own questions: the file itself, or the snapshot of the lake it names."""
    if settings.home.has_lake:
        return open_lake(settings, at=read_pointer(path))
    return duckdb.connect(str(path), read_only=True)


def _connect(path: Path, wait: float, *, read_only: bool = False) -> duckdb.DuckDBPyConnection:
    deadline = time.monotonic() + wait
    while True:
        try:
            return duckdb.connect(str(path), read_only=read_only)
        except duckdb.IOException as error:
            message = str(error)
            if "could not set lock" not in message.casefold():  # "block" stands in what is said of damage
                raise WarehouseError(f"{path}: cannot be opened: {message.splitlines()[0]}. {REBUILD}") from error
            if time.monotonic() >= deadline:
                raise _busy(path, _holder(message), wait) from error
            time.sleep(POLL)


def _holder(message: str) -> str:
    """The process that DuckDB says holds the lock, with its command line where the system tells it."""
    found = HOLDER.search(message)
    if not found:
        return "another process"
    named = process_named(found["pid"])
    return named if "(" in named else f"{named} ({found['program']})"


def _busy(path: Path, holder: str, wait: float) -> WarehouseBusy:
    return WarehouseBusy(
        f"{path}: still held by {holder} after {wait:g} s. End that process or raise warehouse.lock_wait in the "
        "sources file."
    )
