"""Staged days into the raw tables: one transaction per archive date, delete then insert, so a day can be repeated."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict
from datetime import date
from functools import partial
from pathlib import Path

import duckdb
import pyarrow as pa

from pipelines.errors import NoWarehouse
from pipelines.locks import date_lock
from pipelines.records import SourceLog
from pipelines.settings import Settings
from pipelines.warehouse.connection import connect_warehouse, open_for_reading, writing
from pipelines.warehouse.lake import repeated
from pipelines.warehouse.staging import AnnotationStore, Provenance
from pipelines.warehouse.tables import LOADS_SCHEMA, LOG_SCHEMA, RAW_SCHEMAS

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
    logs: Mapping[date, Sequence[SourceLog]],
    run_id: str,
    on_date: Callable[[date, Provenance | None], None] | None = None,
) -> dict[date, dict[str, int]]:
    """Replace the given archive dates. Returns rows inserted per date and raw table.

    A date whose load fails is rolled back whole; the dates before it stay loaded. After each, `on_date` hears what the
    loaded rows were made from.
    """
    store = AnnotationStore(settings.home.annotations)
    rows: dict[date, dict[str, int]] = {}
    shared = settings.home.has_lake
    with writing(settings, beside_others=shared), connect_warehouse(settings) as connection:
        repeated(lambda: create_raw_schema(connection), "the raw tables")
        for archive_date in sorted(logs):
            with date_lock(settings.home.date_lock, archive_date):
                provenance = store.provenance(archive_date)
                logged = log_table(logs[archive_date])
                load = partial(_load_date, connection, store, archive_date, logged, provenance, run_id)
                rows[archive_date] = repeated(load, f"archive date {archive_date}")
            if on_date:
                on_date(archive_date, provenance)
        if not shared:
            connection.execute("checkpoint")  # closing does so, too, and says nothing where it fails
    return rows


def read_loads(settings: Settings) -> dict[date, Provenance]:
    """What the rows of each archive date in the warehouse are made from; empty where there is no warehouse yet."""
    try:
        with open_for_reading(settings) as connection:
            rows = connection.execute("select archive_date, parser_version, changes, annotator_version from raw.loads")
            return {day: Provenance(*made) for day, *made in rows.fetchall()}
    except (NoWarehouse, duckdb.CatalogException):  # the latter where it was made by an earlier claimhouse
        return {}


def _load_date(
    connection: duckdb.DuckDBPyConnection,
    store: AnnotationStore,
    archive_date: date,
    logged: pa.Table,
    provenance: Provenance | None,
    run_id: str,
) -> dict[str, int]:
    """Replace a date in one transaction. Returns rows inserted per raw table."""
    made = {"collection_log": logged, "loads": loads_table(archive_date, provenance)}
    connection.execute("begin")
    try:
        rows = {
            name: _replace(connection, name, archive_date, made.get(name, store.path(archive_date, name)), run_id)
            for name in RAW_SCHEMAS
        }
        connection.execute("commit")
    except BaseException:
        with suppress(duckdb.Error):  # a commit that failed has ended the transaction
            connection.execute("rollback")
        raise
    return rows


def _replace(
    connection: duckdb.DuckDBPyConnection, name: str, archive_date: date, rows: pa.Table | Path, run_id: str
) -> int:
    """Replace a date's rows in one raw table by those of an Arrow table or a Parquet file; number of rows inserted."""
    connection.execute(f'delete from raw."{name}" where archive_date = ?', [archive_date])
    if isinstance(rows, Path):
        if not rows.exists():
            return 0
        relation, parameters = "read_parquet(?)", [run_id, str(rows)]
    else:
        connection.register("staged_rows", rows)
        relation, parameters = "staged_rows", [run_id]
    # By name, so that a file staged before a column was added gives null in it.
    sql = f'insert into raw."{name}" by name select *, ? as run_id, now() as loaded_at from {relation}'
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


def loads_table(archive_date: date, provenance: Provenance | None) -> pa.Table:
    """What the rows of a day are made from, as Arrow: one row, or none for a day that was never annotated."""
    rows = [{"archive_date": archive_date, **asdict(provenance)}] if provenance else []
    return pa.Table.from_pylist(rows, schema=LOADS_SCHEMA)
