"""A derived warehouse multiplied in SQL, for sizes that take hours to derive: each copy of an article has other ids and
lies some years earlier, in all tables; nothing is parsed or derived.

What is counted by company, rival or source stays as it was, until a build counts anew what a new day names.
"""

from __future__ import annotations

from collections.abc import Iterator

import duckdb

from pipelines.settings import Settings
from pipelines.warehouse.connection import open_warehouse

PREFIXES = [f"{letter}{digit}" for letter in "ghijklmnopqrstuvwxyz" for digit in "0123456789"]
"""What an id of a copy begins with, instead of two digits in base 16."""
SPAN = """
    select max(archive_date) - min(archive_date) + 1 from raw.articles
"""
TABLES = """
    select schema_name, table_name
    from duckdb_tables()
    where
        schema_name in ('raw', 'intermediate', 'main')
        or schema_name = 'increment' and table_name = 'derived_articles'
    order by all
"""
SAMPLE = 2_000
"""Rows by which it is seen whether a column holds ids of ours."""


def multiply(settings: Settings, times: int) -> None:
    """Make `times` as many articles of a derived home's."""
    with open_warehouse(settings) as connection:
        (days,) = connection.execute(SPAN).fetchone() or (0,)
        for schema, table in connection.execute(TABLES).fetchall():
            connection.execute(f"create or replace temp table old as from {schema}.{table}")
            for copy in range(1, times):
                if replaced := ", ".join(_replaced(connection, PREFIXES[copy - 1], copy * days)):
                    connection.execute(f"insert into {schema}.{table} by name select * replace ({replaced}) from old")
        connection.execute("drop table if exists old")
        connection.execute("checkpoint")


def _replaced(connection: duckdb.DuckDBPyConnection, prefix: str, days: int) -> Iterator[str]:
    """The columns of the table `old` that are others in a copy; none for what is counted over all articles."""
    described = connection.execute("describe old").fetchall()
    columns = {name: kind for name, kind, *_ in described}
    ids = {name for name, kind in columns.items() if kind == "VARCHAR" and name.endswith("_id")}
    ours = {name for name in ids if _are_hashes(connection, name)}
    if not ours and not columns.keys() & {"archive_date", "month"}:
        return
    for name, kind in columns.items():
        if name in ours:
            yield f"concat('{prefix}', substr({name}, 3)) as {name}"
        elif kind == "DATE":
            yield f"{name} - {days} as {name}"
        elif kind.startswith("TIMESTAMP"):
            yield f"{name} - to_days({days}) as {name}"


def _are_hashes(connection: duckdb.DuckDBPyConnection, column: str) -> bool:
    """Whether a column of `old` holds ids that are hashes, by some of its rows; those of companies are names."""
    sample = f"select {column} from old where {column} is not null limit {SAMPLE}"
    asked = f"select bool_and(regexp_full_match({column}, '[0-9a-f]{{16}}')) from ({sample})"
    return bool((connection.execute(asked).fetchone() or (None,))[0])
