"""Staged days into the raw tables: one transaction per archive date, delete then insert, so a day can be repeated."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

import duckdb
import pyarrow as pa

from pipelines.records import SourceLog
from pipelines.settings import Settings
from pipelines.warehouse.connection import open_warehouse
from pipelines.warehouse.staging import AnnotationStore
from pipelines.warehouse.tables import LOG_SCHEMA, RAW_SCHEMAS

TYPES = {
    pa.string(): "varchar", pa.int32(): "integer", pa.int64(): "bigint", pa.float64(): "double", pa.bool_(): "boolean",
    pa.date32(): "date", pa.timestamp("us", tz="UTC"): "timestamptz", pa.list_(pa.string()): "varchar[]",
    pa.map_(pa.string(), pa.int32()): "map(varchar, integer)",
}  # fmt: skip


def create_raw_schema(connection: duckdb.DuckDBPyConnection) -> None:
    """The raw tables and their columns, where they are not there yet; rows of before hold null in a new column."""
    connection.execute("create schema if not exists raw")
    of_raw = "schema_name = 'raw' and database_name = current_database()"
    found = connection.execute(f"select table_name, column_name from duckdb_columns() where {of_raw}").fetchall()
    there, tables = set(found), {name for name, _ in found}
    for name, schema in RAW_SCHEMAS.items():
        columns = {field.name: TYPES[field.type] for field in schema} | {
            "run_id": "varchar",
            "loaded_at": "timestamptz",
        }
        if name not in tables:
            defined = ", ".join(f'"{column}" {kind}' for column, kind in columns.items())
            connection.execute(f'create table raw."{name}" ({defined})')
            continue
        for column, kind in columns.items():
            if (name, column) not in there:
                connection.execute(f'alter table raw."{name}" add column "{column}" {kind}')


def load_dates(
    settings: Settings,
    logs: dict[date, list[SourceLog]],
    run_id: str,
    on_date: Callable[[date], None] | None = None,
) -> dict[str, int]:
    """Replace the given archive dates. Returns rows inserted per raw table.

    A date whose load fails is rolled back whole; the dates before it stay loaded.
    """
    store = AnnotationStore(settings.home.annotations)
    rows = dict.fromkeys(RAW_SCHEMAS, 0)
    with open_warehouse(settings) as connection:
        create_raw_schema(connection)
        for archive_date in sorted(logs):
            connection.execute("begin")
            try:
                for name in RAW_SCHEMAS:
                    rows[name] += _replace(connection, store, name, archive_date, logs[archive_date], run_id)
                connection.execute("commit")
            except BaseException:
                connection.execute("rollback")
                raise
            if on_date:
                on_date(archive_date)
    return rows


def _replace(
    connection: duckdb.DuckDBPyConnection,
    store: AnnotationStore,
    name: str,
    archive_date: date,
    logs: Sequence[SourceLog],
    run_id: str,
) -> int:
    connection.execute(f'delete from raw."{name}" where archive_date = ?', [archive_date])
    staged = store.path(archive_date, name)
    if name == "collection_log":
        staged_rows = log_table(logs)
        relation = "staged_rows"
        parameters: list[object] = [run_id]
    elif staged.exists():
        relation, parameters = "read_parquet(?)", [run_id, str(staged)]
    else:
        return 0
    # By name, so that a file staged before a column was added gives null in it.
    sql = f'insert into raw."{name}" by name select *, ? as run_id, now() as loaded_at from {relation}'
    if name == "collection_log":
        connection.register("staged_rows", staged_rows)
    inserted = connection.execute(sql, parameters).fetchone()
    return int(inserted[0]) if inserted else 0


def log_table(logs: Sequence[SourceLog]) -> pa.Table:
    """The collection log of a day, one row per source, as Arrow."""
    rows = [
        {
            **{name: getattr(log, name) for name in LOG_SCHEMA.names if name not in ("failed", "failures")},
            "failed": sum(log.failures.values()),
            "failures": sorted(log.failures.items()),
        }
        for log in logs
    ]
    return pa.Table.from_pylist(rows, schema=LOG_SCHEMA)
