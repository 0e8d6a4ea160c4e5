"""Reading the published snapshot. Opens it read-only, so nothing a user types can change it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import duckdb

from pipelines.errors import NothingPublished, QueryError, WarehouseError
from pipelines.settings import Settings


@dataclass(frozen=True, slots=True)
class Result:
    """Column names and rows of a query."""

    columns: tuple[str, ...]
    rows: tuple[tuple[object, ...], ...]


@contextmanager
def open_published(settings: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    """A read-only connection to the published snapshot. Raises `NothingPublished` when there is none, `WarehouseError`
    when the file is no warehouse.
    """
    path = settings.home.published
    if not path.exists():
        raise NothingPublished(
            f"Nothing is published under {settings.home.path} yet. Run `claimhouse demo`, `claimhouse import PATH` or "
            "`claimhouse run --date DAY` first, or give another --home."
        )
    try:
        connection = duckdb.connect(str(path.resolve()), read_only=True)
    except duckdb.IOException as error:
        raise WarehouseError(f"{path.resolve()}: cannot be opened: {str(error).splitlines()[0]}") from error
    try:
        # The user's SQL may read this file and no other; DuckDB lets nobody undo that while the file is open.
        connection.execute("set timezone = 'UTC'; set enable_external_access = false")
        yield connection
    finally:
        connection.close()


def query(settings: Settings, sql: str, parameters: Sequence[object] = ()) -> Result:
    """Run one or more statements and return the last one's rows; `?` stands for a parameter.

    Raises `QueryError` with DuckDB's own message.
    """
    with open_published(settings) as connection:
        try:
            cursor = connection.execute(sql, parameters)
            columns = tuple(column[0] for column in (cursor.description if cursor else None) or ())
            return Result(columns, tuple(cursor.fetchall()) if columns else ())
        except duckdb.Error as error:
            if "read-only" in str(error):
                raise QueryError(
                    "The published snapshot is read-only. Copy the file if you want to change something in it: "
                    f"{settings.home.published}"
                ) from error
            raise QueryError(str(error)) from error
