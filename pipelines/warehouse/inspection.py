"""Whether the working warehouse is sound: every table can be read, the raw tables are those of this code. Read-only."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import duckdb

from pipelines.errors import WarehouseError
from pipelines.settings import Settings
from pipelines.warehouse.connection import open_for_reading
from pipelines.warehouse.load import create_raw_schema

TABLES = """
select schema_name, table_name from duckdb_tables() where database_name = current_database() and not temporary
order by all
"""
COLUMNS = """
select table_name, column_name, data_type from duckdb_columns()
where schema_name = 'raw' and database_name = current_database()
"""


def unreadable_tables(settings: Settings) -> Iterator[str]:
    """What DuckDB says of each table that cannot be read to its end. Raises `WarehouseError` for a file that does not
    open, `WarehouseBusy` naming who holds it."""
    with _opened(settings) as connection:
        for schema, table in connection.execute(TABLES).fetchall():
            try:
                # A hash of whole rows has DuckDB read every block and compare its checksum.
                connection.execute(f'select bit_xor(hash(whole)) from "{schema}"."{table}" as whole').fetchall()
            except duckdb.FatalException as error:  # DuckDB reads nothing more from this file
                yield f"{schema}.{table}: {str(error).splitlines()[0]}"
                return
            except duckdb.Error as error:
                yield f"{schema}.{table}: {str(error).splitlines()[0]}"


def raw_differences(settings: Settings) -> tuple[list[str], list[str]]:
    """How the raw tables differ from those of this code: columns that are missing, and columns of another type."""
    with _opened(settings) as connection:
        differing = differing_columns(connection)
    missing = [f"raw.{name}" for name, (_, found) in differing.items() if found is None]
    other = [f"raw.{name} is {found} and not {wanted}" for name, (wanted, found) in differing.items() if found]
    return missing, other


def differing_columns(connection: duckdb.DuckDBPyConnection) -> dict[str, tuple[str, str | None]]:
    """Columns of raw tables, as `table.column`, whose type is not the wanted one: the wanted type and what is there.
    Columns that a later program added do no harm."""
    with duckdb.connect(":memory:") as fresh:
        create_raw_schema(fresh)
        wanted = _columns(fresh)
    found = _columns(connection)
    return {
        f"{table}.{column}": (kind, found.get((table, column)))
        for (table, column), kind in wanted.items()
        if found.get((table, column)) != kind
    }


def last_load(settings: Settings) -> datetime | None:
    """When rows were last loaded into the warehouse. Raises `WarehouseError` if that cannot be read."""
    with _opened(settings) as connection:
        return newest_load(connection)


def newest_load(connection: duckdb.DuckDBPyConnection) -> datetime | None:
    """When a date was loaded last, be it only with the log of a collection that gave nothing."""
    moments = []
    for table in ("raw.collection_log", "raw.loads"):
        try:
            moments += connection.execute(f"select max(loaded_at) from {table}").fetchall()
        except duckdb.CatalogException:  # made by an earlier claimhouse
            continue
    return max((moment for (moment,) in moments if moment), default=None)


@contextmanager
def _opened(settings: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    """`open_for_reading`, and whatever DuckDB says against the file as a `WarehouseError`."""
    try:
        with open_for_reading(settings) as connection:
            yield connection
    except duckdb.Error as error:
        raise WarehouseError(f"{settings.home.warehouse}: cannot be read: {str(error).splitlines()[0]}") from error


def _columns(connection: duckdb.DuckDBPyConnection) -> dict[tuple[str, str], str]:
    return {(table, column): kind for table, column, kind in connection.execute(COLUMNS).fetchall()}
