"""A warehouse from one engine to the other: the raw tables are copied and compared, the marts derived from them."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass

import duckdb

from pipelines.errors import UsageError, WarehouseError
from pipelines.settings import Engine, Settings
from pipelines.warehouse.connection import open_snapshot, quoted, set_limits, writing
from pipelines.warehouse.contract import MARTS
from pipelines.warehouse.lake import NAME, open_lake
from pipelines.warehouse.load import create_raw_schema
from pipelines.warehouse.models import build_models
from pipelines.warehouse.publish import publish
from pipelines.warehouse.tables import RAW_SCHEMAS

FILE = "file"
"""What the file is called beside the lake."""
Counted = tuple[int, str]
"""Rows, and a digest of them in whatever order."""
STEPS = len(RAW_SCHEMAS) + len(MARTS)


@dataclass(frozen=True, slots=True)
class Moved:
    """Rows per raw table, and the marts that are not as they were: of a warehouse that was derived by other models."""

    rows: dict[str, int]
    different: tuple[str, ...]


def migrate(settings: Settings, to: Engine, on_table: Callable[[], object] = lambda: None) -> Moved:
    """Copy the warehouse to the other engine, derive it there, compare, publish. The old one stays as it was.

    `settings` name the lake, whichever way it goes. Calls `on_table` `STEPS` times. Raises `UsageError` when there is
    no warehouse, or one already where it shall go; `WarehouseError` naming a table that was not copied whole.
    """
    before, after = settings.on("duckdb" if to == "ducklake" else "ducklake"), settings.on(to)
    if not settings.home.warehouse.exists() and to == "ducklake":
        raise UsageError(f"{settings.home.warehouse}: there is no warehouse to move.")
    settings.home.warehouse.parent.mkdir(parents=True, exist_ok=True)
    with writing(settings), closing(open_lake(settings)) as connection:
        set_limits(connection, settings)
        connection.execute(f"attach '{quoted(settings.home.warehouse)}' as {FILE}")
        source, target = (FILE, NAME) if to == "ducklake" else (NAME, FILE)
        rows = _copy_raw(connection, source, target, on_table)
    build_models(after)
    publish(after)
    return Moved(rows, _different(before, after, on_table))


def _copy_raw(
    connection: duckdb.DuckDBPyConnection, source: str, target: str, on_table: Callable[[], object]
) -> dict[str, int]:
    """All raw tables in one transaction. Rows per table."""
    connection.execute(f"use {source}")
    create_raw_schema(connection)  # a table that came later is empty in a warehouse of before
    connection.execute(f"use {target}")
    create_raw_schema(connection)
    there = {name: _count(connection, f'{target}.raw."{name}"') for name in RAW_SCHEMAS}
    if filled := [name for name, (rows, _) in there.items() if rows]:
        if all(_count(connection, f'{source}.raw."{name}"') == counted for name, counted in there.items()):
            for _ in there:
                on_table()
            return {name: rows for name, (rows, _) in there.items()}  # copied before, by one that did not get further
        raise UsageError(f"The warehouse to move to is not empty ({', '.join(filled)}). Nothing was changed.")
    rows = {}
    connection.execute("begin")
    for name in RAW_SCHEMAS:
        old, new = f'{source}.raw."{name}"', f'{target}.raw."{name}"'
        connection.execute(f"insert into {new} by name from {old}")
        wanted, found = _count(connection, old), _count(connection, new)
        if wanted != found:
            connection.execute("rollback")
            raise WarehouseError(f"raw.{name}: {found[0]:,} rows of {wanted[0]:,} were copied as they were.")
        rows[name] = found[0]
        on_table()
    connection.execute("commit")
    return rows


def _different(before: Settings, after: Settings, on_table: Callable[[], object]) -> tuple[str, ...]:
    """The marts of which the two published states do not hold the same rows."""
    different = []
    old, new = (open_snapshot(one, one.home.published.resolve()) for one in (before, after))
    with closing(old), closing(new):
        for connection in (old, new):
            connection.execute("set timezone = 'UTC'")
        for mart in MARTS:
            try:
                same = _count(old, f'main."{mart}"') == _count(new, f'main."{mart}"')
            except duckdb.CatalogException:  # of an earlier claimhouse
                same = False
            different += [] if same else [mart]
            on_table()
    return tuple(different)


def _count(connection: duckdb.DuckDBPyConnection, table: str) -> Counted:
    sql = f"select count(*), coalesce(sum(hash(rows)::hugeint), 0)::varchar from {table} as rows"
    found = connection.execute(sql).fetchone()
    return (int(found[0]), str(found[1])) if found else (0, "0")
