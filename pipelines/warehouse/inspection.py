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
    with duckdb.connect(":memory:") as fresh:
        create_raw_schema(fresh)
        wanted = _columns(fresh)
    with _opened(settings) as connection:
        found = _columns(connection)
    missing = [f"raw.{table}.{column}" for table, column in wanted if (table, column) not in found]
    other = [
        f"raw.{table}.{column} is {found[table, column]} and not {kind}"
        for (table, column), kind in wanted.items()
        if found.get((table, column), kind) != kind
    ]
    return missing, other


def last_load(settings: Settings) -> datetime | None:
    """When rows were last loaded into the warehouse. Raises `WarehouseError` if that cannot be read."""
    with _opened(settings) as connection:
        try:
            found = connection.execute("select max(loaded_at) from raw.loads").fetchone()
        except duckdb.CatalogException:  # made by an earlier claimhouse
            return None
    return found[0] if found else None


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
