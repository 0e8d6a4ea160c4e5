"""Looking at a warehouse file before it is published: does it open, are the marts there, does evidence stand where
it says. Read-only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from pipelines.errors import WarehouseError
from pipelines.settings import Settings
from pipelines.warehouse.connection import open_snapshot, set_limits
from pipelines.warehouse.contract import MARTS, VIEWS, Mart, read_contract, read_views

DERIVE = "`claimhouse backfill --from-step models` derives the marts anew."
READ_AGAIN = 5_000
"""Articles whose evidence is compared, about; of more than that a sample, since texts are most of a warehouse."""
MISPLACED = """
with some_articles as (select article_id, title, text from main.articles tablesample system ({percent} percent))

select count(*)
from main."{mart}" as claimed
inner join some_articles using (article_id)
where claimed."{evidence}" is distinct from substr(
    case when claimed.region = 'title' then some_articles.title else some_articles.text end,
    claimed.start_char + 1,
    claimed.end_char - claimed.start_char
)
"""
WITHOUT_ARTICLE = """
select count(*) from main."{mart}" as claimed anti join main.articles using (article_id) where article_id is not null
"""
NEWEST = """
select max(archive_date) from (
    select archive_date from main.articles union all select archive_date from main.collection_log
)
"""


@dataclass(frozen=True, slots=True)
class Audit:
    """Rows of every mart, and the newest archive date that was collected; None for an empty warehouse."""

    rows: dict[str, int]
    newest_archive_date: date | None


def audit(path: Path, settings: Settings) -> Audit:
    """Look at all that readers of a published file rely on.

    Raises `WarehouseError` naming the file and what is wrong: it does not open, a block is damaged, a mart or a column
    or a view is missing, or evidence has no article or does not stand at its offsets.
    """
    try:
        with open_snapshot(settings, path) as connection:
            set_limits(connection, settings)
            marts = read_contract()
            for mart in (*marts, *read_views()):
                _expect_columns(connection, path, mart)
            for view in VIEWS:
                connection.execute(f'from main."{view}" limit 0')
            for mart in marts:
                _expect_evidence(connection, path, mart)
            rows = {mart.name: _count(connection, f'select count(*) from main."{mart.name}"') for mart in marts}
            newest = connection.execute(NEWEST).fetchone()
            return Audit(rows, newest[0] if newest else None)
    except duckdb.Error as error:
        raise WarehouseError(
            f"{path}: cannot be read: {str(error).splitlines()[0]} `claimhouse rebuild` makes the warehouse anew."
        ) from error


def count_rows(settings: Settings, path: Path) -> dict[str, int]:
    """Rows of every mart in a published file, read-only. Raises `WarehouseError` naming a mart that is missing."""
    with open_snapshot(settings, path) as connection:
        try:
            return {mart: _count(connection, f'select count(*) from main."{mart}"') for mart in MARTS}
        except duckdb.CatalogException as error:
            raise WarehouseError(f"{path}: a mart is missing: {str(error).splitlines()[0]} {DERIVE}") from error


def _expect_columns(connection: duckdb.DuckDBPyConnection, path: Path, mart: Mart) -> None:
    sql = (
        "select column_name from duckdb_columns() where schema_name = 'main' and table_name = ? "
        "and database_name = current_database()"
    )
    found = {name for (name,) in connection.execute(sql, [mart.name]).fetchall()}
    if not found:
        raise WarehouseError(f"{path}: {mart.name} is missing. {DERIVE}")
    if missing := [column for column in mart.columns if column not in found]:
        raise WarehouseError(f"{path}: {mart.name} lacks {', '.join(missing)}. {DERIVE}")


def _expect_evidence(connection: duckdb.DuckDBPyConnection, path: Path, mart: Mart) -> None:
    """dbt has compared what it derived, so this is about the file: what was derived is in it, and can be read."""
    if mart.evidence is None:
        return
    if orphans := _count(connection, WITHOUT_ARTICLE.format(mart=mart.name)):
        raise WarehouseError(f"{path}: the articles of {orphans} rows of {mart.name} are missing. {DERIVE}")
    articles = _count(connection, "select count(*) from main.articles")
    percent = min(100.0, 100 * READ_AGAIN / max(articles, 1))
    sql = MISPLACED.format(mart=mart.name, evidence=mart.evidence, percent=percent)
    if misplaced := _count(connection, sql):
        raise WarehouseError(
            f"{path}: in {misplaced} rows of {mart.name} the {mart.evidence} is not what the article has at their "
            "offsets. `claimhouse rebuild` makes the warehouse anew."
        )


def _count(connection: duckdb.DuckDBPyConnection, sql: str) -> int:
    found = connection.execute(sql).fetchone()
    return int(found[0]) if found else 0
