"""The shared warehouse: DuckLake, with its catalog in PostgreSQL and its tables as Parquet in a folder or in S3.

Nothing here is home-made: these are the calls with which DuckDB opens, repeats and tidies such a lake. What is loaded
and derived in it, and what readers ask of it, is the same as with a file.
"""

from __future__ import annotations

import json
import logging
import os
import random
import re
import time
from collections.abc import Callable, Collection, Mapping
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeVar

import duckdb

from pipelines.errors import NoWarehouse, WarehouseBusy, WarehouseError
from pipelines.settings import CATALOG, Settings
from pipelines.warehouse.extensions import LAKE, extension

NAME = "claimhouse"
"""What the lake is called in a connection, as a file's database is."""
S3_KEYS = {"key_id": "AWS_ACCESS_KEY_ID", "secret": "AWS_SECRET_ACCESS_KEY", "session_token": "AWS_SESSION_TOKEN"}
"""The variables that hold the keys to S3: they stand in no file."""
ATTEMPTS = 12
"""Times a transaction is begun anew when somebody else has changed the same table meanwhile."""
FIRST_PAUSE, LONGEST_PAUSE = 0.05, 2.0
"""Seconds, of which a random share is waited; twice as many after each attempt."""
CONFLICTS = ("transaction conflict", "could not serialize", "write-write conflict", "deadlock", "already exists")
"""How DuckLake and PostgreSQL say that somebody else was quicker; the last one, that he made the table."""
OTHER_VERSION = re.compile(r"DuckLake.*version|version.*DuckLake", re.IGNORECASE)
NOT_YET = re.compile(r"does not exist|no DuckLake", re.IGNORECASE)
NO_STORE = re.compile(r"HTTP|s3://", re.IGNORECASE)
NO_CATALOG = re.compile(r"postgres|connection to server|libpq|could not connect", re.IGNORECASE)
KEPT_FOR = timedelta(days=7)
"""A snapshot of the lake that is not published is kept so long: who began to read it has ended by then."""

log = logging.getLogger(__name__)
T = TypeVar("T")


def make_ready(connection: duckdb.DuckDBPyConnection, settings: Settings) -> None:
    """What opening a lake takes: extensions from the packages, keys to S3, and the catalog's password. libpq takes that
    from the environment, so that no attached database tells it."""
    os.environ.update(environment(settings))
    connection.execute("set autoinstall_known_extensions = false; set autoload_known_extensions = false")
    for name in LAKE:
        connection.execute(f"load {quoted_text(extension(name))}")
    if secret := s3_secret(settings):
        connection.execute(secret)


def environment(settings: Settings) -> dict[str, str]:
    """The variables that a process needs that opens the lake."""
    return {"PGPASSWORD": settings.catalog_password} if settings.catalog_password else {}


def s3_secret(settings: Settings) -> str | None:
    """A statement that tells DuckDB how to reach S3, with the keys that stand in the environment; None for a folder."""
    if not (settings.file.warehouse.data or "").startswith("s3://"):
        return None
    given = s3_options(settings, {option: os.environ.get(name, "") for option, name in S3_KEYS.items()})
    return f"create or replace secret lake ({', '.join(f'{key} {quoted_text(value)}' for key, value in given.items())})"


def s3_options(settings: Settings, keys: Mapping[str, str]) -> dict[str, object]:
    """What DuckDB is told of S3: how it is reached, and with which keys."""
    return {"type": "s3", **keys, **settings.file.warehouse.s3.model_dump(exclude_none=True)}


def attach_lake(
    connection: duckdb.DuckDBPyConnection, settings: Settings, *, at: int | None = None, read_only: bool = False
) -> None:
    """Open the lake in a connection and use it: as it is now, or as it was in one of its snapshots."""
    make_ready(connection, settings)
    limits = settings.file.warehouse
    options = [f"data_path {quoted_text(limits.data)}"]
    options += [f"snapshot_version {at}"] if at is not None else []
    options += ["read_only"] if read_only or at is not None else ["data_inlining_row_limit 0"]
    catalog = quoted_text(f"ducklake:postgres:{limits.catalog}")
    attach = f"attach {catalog} as {NAME} ({', '.join(options)})"
    repeated(lambda: connection.execute(attach), "the lake's catalog")  # somebody else may make it at this moment
    connection.execute(f"use {NAME}")


def open_lake(settings: Settings, *, at: int | None = None, read_only: bool = False) -> duckdb.DuckDBPyConnection:
    """A connection in which the lake is in use. Raises `WarehouseError` saying what of it cannot be reached."""
    connection = duckdb.connect()
    try:
        attach_lake(connection, settings, at=at, read_only=read_only)
    except duckdb.Error as error:
        connection.close()
        if read_only and NOT_YET.search(str(error)):
            raise NoWarehouse(f"{settings.file.warehouse.data}: there is nothing in the lake yet.") from error
        what = explained(settings, str(error)) or f"{settings.file.warehouse.data}: cannot be opened: {error}"
        raise WarehouseError(what) from error
    return connection


def repeated(work: Callable[[], T], what: str) -> T:
    """Do it, and again from its beginning when somebody else has changed the same table meanwhile.

    Raises `WarehouseBusy` when that has happened too often; whatever else goes wrong is raised at once.
    """
    pause = FIRST_PAUSE
    for attempt in range(1, ATTEMPTS + 1):
        try:
            return work()
        except duckdb.Error as error:
            if not any(said in str(error).lower() for said in CONFLICTS):
                raise
            if attempt == ATTEMPTS:
                raise WarehouseBusy(
                    f"{what}: others changed the same tables {ATTEMPTS} times meanwhile. Nothing of it was kept; give "
                    "the same command again."
                ) from error
            log.info("%s: somebody else changed the same table; once more", what)
            time.sleep(random.uniform(0, pause))
            pause = min(2 * pause, LONGEST_PAUSE)
    raise AssertionError("the last attempt returns or raises")


def snapshot_now(connection: duckdb.DuckDBPyConnection) -> int:
    """The number of the newest snapshot of the lake."""
    found = connection.execute(f"select max(snapshot_id) from ducklake_snapshots('{NAME}')").fetchone()
    return int(found[0]) if found else 0


def write_pointer(path: Path, snapshot: int) -> None:
    """A published file of a lake: which of its snapshots readers see."""
    path.write_text(json.dumps({"lake_snapshot": snapshot}) + "\n", encoding="utf-8")


def read_pointer(path: Path) -> int:
    """Raises `WarehouseError` for a file that says nothing of the kind."""
    try:
        return int(json.loads(path.read_text(encoding="utf-8"))["lake_snapshot"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise WarehouseError(f"{path}: does not say which snapshot of the lake is published ({error}).") from error


def rewrite(settings: Settings) -> None:
    """Write anew the files of which rows were deleted: DuckLake only notes which rows are gone. Older snapshots keep
    them until `forget`."""
    with closing(open_lake(settings)) as connection:
        connection.execute(f"call ducklake_rewrite_data_files('{NAME}', delete_threshold => 0)")


def forget(settings: Settings, kept: Collection[int], before: datetime | None = None) -> dict[str, int]:
    """Forget the snapshots of before a moment, but for the newest and those to be kept, and remove the files that were
    no snapshot's by then: also what a loader left that was killed. Without a moment, all that there are now.

    Returns how many of both. Others may read meanwhile; they may load where a moment is given that is long gone.
    """
    with closing(open_lake(settings)) as connection:
        newest = snapshot_now(connection)
        old = connection.execute(
            f"select snapshot_id from ducklake_snapshots('{NAME}') where snapshot_time < coalesce(?, now())", [before]
        ).fetchall()
        forgotten = [number for (number,) in old if number not in {newest, *kept}]
        if forgotten:
            connection.execute(f"call ducklake_expire_snapshots('{NAME}', versions => {forgotten})")
        which = f"older_than => timestamptz {quoted_text(before.isoformat())}" if before else "cleanup_all => true"
        removed = 0
        for clean in ("ducklake_cleanup_old_files", "ducklake_delete_orphaned_files"):
            removed += len(connection.execute(f"call {clean}('{NAME}', {which})").fetchall())
        return {"snapshots": len(forgotten), "files": removed}


def tidy(settings: Settings, published: Collection[int], now: datetime) -> dict[str, int]:
    """Join small files, and `forget` what is neither published nor young."""
    with closing(open_lake(settings)) as connection:
        connection.execute(f"call ducklake_merge_adjacent_files('{NAME}')")
    return forget(settings, published, now - KEPT_FOR)


def explained(settings: Settings, message: str) -> str | None:
    """What of the lake cannot be reached, and where to look; None for what is about something else."""
    limits = settings.file.warehouse
    catalog = str(limits.catalog).rpartition("@")[2]
    first = message.replace(str(limits.catalog), catalog).splitlines()[0]
    if OTHER_VERSION.search(message):
        return f"{catalog}: the catalog was made by another version of DuckLake: {first}"
    if NO_STORE.search(message):
        keys = ", ".join(S3_KEYS.values())
        return f"{limits.data}: the lake's files cannot be reached: {first} Look at {keys} and warehouse.s3."
    if NO_CATALOG.search(message):
        return f"{catalog}: the lake's catalog cannot be reached: {first} Look at warehouse.catalog or {CATALOG}."
    return None


def quoted_text(value: object) -> str:
    """As an SQL string."""
    return "'" + str(value).replace("'", "''") + "'"
