"""What deleted rows leave behind in the files of the warehouse, and how it goes. Which rows go is decided elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb
import pyarrow.parquet as pq

from pipelines.durable import PART, replace_file
from pipelines.settings import Settings
from pipelines.warehouse.connection import connect_warehouse, quoted, remove_what_was_set_aside, writing
from pipelines.warehouse.lake import forget, read_pointer, rewrite

HEAD = ("article_id", "source_id", "url", "canonical_url", "title", "authors")


@dataclass(frozen=True, slots=True)
class ArticleHead:
    """Of a staged article, what tells whose and which it is."""

    archive_date: date
    article_id: str
    source_id: str
    url: str
    canonical_url: str | None
    title: str | None
    authors: tuple[str, ...]


def staged_heads(settings: Settings) -> Iterator[ArticleHead]:
    """All articles that were parsed, from the Parquet files of all dates."""
    for path in sorted(settings.home.articles.glob("*.parquet")):
        for row in pq.read_table(path, columns=list(HEAD)).to_pylist():
            authors = tuple(row.pop("authors") or ())
            yield ArticleHead(date.fromisoformat(path.stem), **row, authors=authors)


def compact(settings: Settings) -> None:
    """Write the warehouse anew, row by row: DuckDB keeps what was deleted in blocks that are free or not full.

    Raises as `open_warehouse` does. A process killed meanwhile leaves the old file.
    """
    path = settings.home.warehouse
    if settings.home.has_lake:
        with writing(settings):
            rewrite(settings)
            for old in (path, path.with_name(path.name + ".wal")):  # from before it moved into the lake
                old.unlink(missing_ok=True)
        return
    if not path.exists():
        return
    with writing(settings):
        with connect_warehouse(settings) as connection:
            connection.execute("checkpoint")
        replace_file(path, lambda part: _copy(path, part, settings.file.warehouse.memory_limit))
        path.with_name(path.name + ".wal").unlink(missing_ok=True)


def _copy(path: Path, part: Path, memory_limit: str) -> None:
    part.unlink(missing_ok=True)
    with duckdb.connect() as connection:
        connection.execute(f"set memory_limit = '{memory_limit}'; set timezone = 'UTC'")
        # Named as dbt names it, for views name the catalog of their tables.
        connection.execute(f"attach '{quoted(path)}' as {path.stem} (read_only); attach '{quoted(part)}' as anew")
        connection.execute(f"copy from database {path.stem} to anew")
        connection.execute("checkpoint anew; detach anew")


def remove_leftovers(settings: Settings) -> None:
    """Remove all snapshots but the published one, and what is unfinished or set aside there and beside the warehouse.

    A reader that has an old snapshot open keeps it until it closes.
    """
    link, warehouse = settings.home.published, settings.home.warehouse
    with writing(settings):
        current = link.resolve()
        for other in link.parent.glob("claimhouse.*"):  # what was published by another engine
            if other.is_symlink() and other != link:
                other.unlink()
        for old in link.parent.glob("claimhouse-*"):
            if not old.is_symlink() and old.name not in (current.name, current.with_suffix(".json").name):
                old.unlink()
        for folder in (link.parent, warehouse.parent):
            for old in folder.glob(f"*{PART}"):
                old.unlink()
        remove_what_was_set_aside(settings)
        if settings.home.has_lake:
            forget(settings, [read_pointer(current)] if current.exists() else [])


def remove_logs(settings: Settings) -> None:
    """Remove what dbt wrote of its last calls: a message may quote a row."""
    for path in (*(settings.home.dbt / "logs").glob("*"), settings.home.dbt / "target" / "run_results.json"):
        path.unlink(missing_ok=True)
