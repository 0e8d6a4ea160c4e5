"""Reading the published snapshot. Nothing a user types can change it, reach another file or the network, or go on for
ever."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Timer

import duckdb
import pyarrow as pa

from pipelines.errors import NothingPublished, QueryError, WarehouseError
from pipelines.settings import Settings
from pipelines.warehouse.connection import quoted
from pipelines.warehouse.extensions import STEMMER, extension
from pipelines.warehouse.lake import NAME, attach_lake, quoted_text, read_pointer

BATCH = 10_000
"""Rows taken from DuckDB at once, between two looks at how many there are."""
LOCKED = """
set timezone = 'UTC';
set temp_directory = '';
set python_enable_replacements = false;
set autoinstall_known_extensions = false;
set autoload_known_extensions = false;
set enable_external_access = false;
set lock_configuration = true
"""
"""What follows reads the attached file and no other; nobody can undo that while the connection is open."""

REACHING = re.compile(
    r'"(?:function|table)_name":"((?:\w*postgres|ducklake_|duckdb_databases|duckdb_settings|duckdb_secrets|pragma_|json_execute'
    r'|current_setting|which_secret|getenv|query\b|query_table)\w*)"|"(?:catalog|schema)_name":"(__ducklake\w*)"'
    r'|"(at_clause)":\{|"(error)":true',
    re.IGNORECASE,
)
"""In a statement as JSON: functions that reach PostgreSQL, tell how it is reached, change the lake or run another
statement; the catalog's own tables; other snapshots; and what cannot be read as JSON."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a query may take: seconds from its start to its last row, memory, and rows."""

    seconds: float = 60
    memory: str = "2GB"
    rows: int = 1_000_000


@dataclass(frozen=True, slots=True)
class Result:
    """Column names and rows of a query."""

    columns: tuple[str, ...]
    rows: tuple[tuple[object, ...], ...]


LIMITS = Limits()


def published_now(settings: Settings) -> Path:
    """The file that is published at this moment. Raises `NothingPublished` when there is none."""
    path = settings.home.published
    if not path.exists():
        raise NothingPublished(
            f"Nothing is published under {settings.home.path} yet. Run `claimhouse demo`, `claimhouse import PATH` or "
            "`claimhouse run --date DAY` first, or give another --home."
        )
    return path.resolve()


@contextmanager
def open_published(settings: Settings, limits: Limits = LIMITS) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection that reads the published snapshot, attached as `claimhouse`, and nothing else.

    Of the limits that of memory holds for it. Raises `NothingPublished` when there is no snapshot, `WarehouseError`
    when the file is no warehouse, `QueryError` for a size of memory that DuckDB does not understand.
    """
    connection = connect_to(settings, published_now(settings), limits)
    try:
        yield connection
    finally:
        connection.close()


def connect_to(settings: Settings, path: Path, limits: Limits) -> duckdb.DuckDBPyConnection:
    """The same to a snapshot of which the path is known, for whoever closes it. Raises as `open_published`."""
    connection = duckdb.connect()
    try:
        _attach(connection, settings, path, limits)
    except BaseException:
        connection.close()
        raise
    return connection


def _attach(connection: duckdb.DuckDBPyConnection, settings: Settings, path: Path, limits: Limits) -> None:
    """Let a new connection read a snapshot and nothing else from then on."""
    try:
        connection.execute("set memory_limit = $memory", {"memory": limits.memory})
    except duckdb.Error as error:
        raise QueryError(f"{limits.memory!r} is no size of memory: write it like 500MB or 2GB.") from error
    try:
        if settings.home.has_lake:
            attach_lake(connection, settings, at=read_pointer(path))
            data = f"{str(settings.file.warehouse.data).rstrip('/')}/"
            connection.execute(f"set allowed_directories = [{quoted_text(data)}]")
        else:
            connection.execute(f"attach '{quoted(path)}' as {NAME} (read_only); use {NAME}")
    except duckdb.Error as error:
        raise WarehouseError(f"{path}: cannot be opened: {str(error).splitlines()[0]}") from error
    connection.execute(f"load '{quoted(extension(STEMMER))}'")
    connection.execute(LOCKED)


def _check_statements(connection: duckdb.DuckDBPyConnection, settings: Settings, sql: str) -> None:
    """In a lake the files of the tables must be reachable, and PostgreSQL: so what could write to the ones and ask the
    other is refused. Raises `QueryError` naming it."""
    if not settings.home.has_lake:
        return
    for statement in connection.extract_statements(sql):
        if statement.type != duckdb.StatementType.SELECT:
            raise QueryError(f"A shared warehouse is only read: {statement.type.name.lower()} is refused.")
        (tree,) = connection.execute("select json_serialize_sql(?)", [statement.query]).fetchone() or ("{}",)
        if found := REACHING.search(tree):
            named = next(name for name in (*found.groups(), "this form of it") if name)
            raise QueryError(f"A shared warehouse is only read, as it was published: {named} is refused.")


def query(settings: Settings, sql: str, parameters: Sequence[object] = (), limits: Limits = LIMITS) -> Result:
    """Run one or more statements and return the last one's rows; `?` stands for a parameter.

    Raises `QueryError` with DuckDB's own message, which marks the place, or saying which limit was met.
    """
    with open_published(settings, limits) as connection, _explained_limits(settings, limits, connection):
        _check_statements(connection, settings, sql)
        return _fetch(connection.execute(sql, parameters), limits)


def query_table(settings: Settings, sql: str, limits: Limits = LIMITS) -> pa.Table:
    """The same as an Arrow table, which keeps DuckDB's types."""
    with open_published(settings, limits) as connection:
        return query_table_on(connection, settings, sql, limits)


def query_table_on(connection: duckdb.DuckDBPyConnection, settings: Settings, sql: str, limits: Limits) -> pa.Table:
    """The same on a connection that `connect_to` gave, which is not to be used again."""
    with _explained_limits(settings, limits, connection):
        _check_statements(connection, settings, sql)
        batches, count = connection.execute(sql).to_arrow_reader(BATCH), 0
        found = []
        for batch in batches:
            count += batch.num_rows
            _check_rows(count, limits)
            found.append(batch)
        return pa.Table.from_batches(found, batches.schema)


@contextmanager
def _explained_limits(settings: Settings, limits: Limits, connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    with stopped_after(limits.seconds, connection) as stopped:
        try:
            yield
        except duckdb.OutOfMemoryException as error:
            raise QueryError(
                f"The query was stopped: it needs more memory than {limits.memory}. Ask for less at once, or give it "
                "more memory."
            ) from error
        except duckdb.Error as error:
            if stopped.is_set():  # between two batches DuckDB has other words for it
                raise QueryError(
                    f"The query was stopped: it took more than {limits.seconds:g} s. Ask for less at once, or give it "
                    "more time."
                ) from error
            raise QueryError(_explained(str(error), settings)) from error


def _fetch(cursor: duckdb.DuckDBPyConnection, limits: Limits) -> Result:
    columns = tuple(column[0] for column in (cursor.description if cursor else None) or ())
    rows: list[tuple[object, ...]] = []
    while columns and (batch := cursor.fetchmany(BATCH)):
        rows += batch
        _check_rows(len(rows), limits)
    return Result(columns, tuple(rows))


def _check_rows(count: int, limits: Limits) -> None:
    if count > limits.rows:
        raise QueryError(f"The query was stopped: it gives more than {limits.rows:,} rows. Add a limit.")


@contextmanager
def stopped_after(seconds: float, connection: duckdb.DuckDBPyConnection) -> Iterator[Event]:
    """Interrupt what the connection does after so many seconds; the event says whether that was so."""
    stopped = Event()

    def stop() -> None:
        stopped.set()
        connection.interrupt()

    timer = Timer(seconds, stop)
    timer.daemon = True
    timer.start()
    try:
        yield stopped
    finally:
        timer.cancel()


def _explained(message: str, settings: Settings) -> str:
    if "read-only" in message:
        copy = f"Copy the file if you want to change something in it: {settings.home.published}"
        return f"The published snapshot is read-only. {copy}"
    if "configuration has been locked" in message or "file system operations are disabled" in message:
        return f"{message}\nA query reads the published snapshot and nothing else."
    return message
