"""Whether two warehouses say the same: a hash of every mart, over all its rows but for what tells of the run.

Another order of days, a run twice, a crash and a second try must leave these hashes as they are.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path

import duckdb

from pipelines.settings import Settings
from pipelines.warehouse.connection import open_snapshot
from pipelines.warehouse.contract import MARTS
from pipelines.warehouse.tables import RAW_SCHEMAS

OF_THE_RUN: Mapping[str, tuple[str, ...]] = {
    "articles": ("fetched_at", "loaded_at", "warc_file", "warc_offset"),
    "collection_log": ("unchanged", "duplicate"),
    "article_versions": ("fetched_at",),
}
"""Columns that tell of the run and not of the text.

When a page was fetched and loaded; the file that holds it and where in it, since a run that dies leaves its file and
the next one opens another, and the compressed size depends on the digits of those times. How often a page was looked at
again, and was as before or had other teasers around the same text, depends on the mornings on which runs took place."""
OF_THE_LOAD = ("run_id", "loaded_at", "fingerprint")
"""What the loader adds to every raw row, and the fingerprint, which is over `fetched_at` and the place in the archive
too."""
UNDATED: Mapping[str, tuple[str, ...]] = {
    "companies": ("first_mentioned_at", "last_mentioned_at"),
    "competitors": ("first_claimed_at", "last_claimed_at"),
    "market_moves": ("claimed_at",),
    "competitor_claims": ("claimed_at",),
    "source_attributions": ("claimed_at",),
    "sources": ("first_cited_at", "last_cited_at"),
    "stories": ("first_told_at", "last_told_at"),
    "story_articles": ("claimed_at",),
    "moves": ("possible_at", "announced_at", "actual_at", "denied_at", "first_claimed_at", "last_claimed_at"),
    "move_claims": ("claimed_at",),
}
"""Columns that take `fetched_at` for an article without a date, and then tell of the run too."""


def open_published(home: Path) -> duckdb.DuckDBPyConnection:
    """The published snapshot, read-only, with times in UTC."""
    connection = duckdb.connect(str((home / "published" / "claimhouse.duckdb").resolve()), read_only=True)
    connection.execute("set timezone = 'UTC'")
    return connection


def hashes(home: Path) -> dict[str, str]:
    """Of every published mart, over all its rows in the order of all columns that do not tell of the run."""
    with open_published(home) as connection:
        return _hashes(connection)


def hashes_of(settings: Settings) -> dict[str, str]:
    """The same, wherever the tables lie."""
    with open_snapshot(settings, settings.home.published.resolve()) as connection:
        connection.execute("set timezone = 'UTC'")
        return _hashes(connection)


def _hashes(connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    return {mart: _hash(connection, f"main.{mart}", OF_THE_RUN.get(mart, ()), UNDATED.get(mart, ())) for mart in MARTS}


def raw_hashes(home: Path) -> dict[str, str]:
    """Of every raw table that marts are derived from; the same here is the same there, and takes no dbt."""
    with duckdb.connect(str(home / "warehouse" / "claimhouse.duckdb"), read_only=True) as connection:
        connection.execute("set timezone = 'UTC'")
        return {
            table: _hash(connection, f'raw."{table}"', (*OF_THE_LOAD, *OF_THE_RUN.get(table, ())))
            for table in RAW_SCHEMAS
            if table != "loads"
        }


def _hash(
    connection: duckdb.DuckDBPyConnection, table: str, left_out: Sequence[str], undated: Sequence[str] = ()
) -> str:
    fetched = "select fetched_at from main.articles where published_at is null"
    dated = ", ".join(f"case when {column} not in ({fetched}) then {column} end as {column}" for column in undated)
    replaced = f"* replace ({dated})" if dated else "*"
    kept = "columns(name -> not list_contains(?, name))"
    sql = f"select {kept} from (select {replaced} from {table}) order by all"
    rows = connection.execute(sql, [list(left_out)]).fetchall()
    digest = hashlib.blake2b(digest_size=16)
    for row in rows:
        digest.update(repr(row).encode())
    return f"{len(rows)} rows {digest.hexdigest()}"
