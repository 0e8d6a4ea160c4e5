"""Writing the published tables to files that other programs read: Parquet, CSV or JSON lines, by month.

Articles and what stands in them lie under the month of their archive date (`month=2026-03`, as Hive names folders);
tables over all articles are one file each. What has not changed since the last export is not written again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import duckdb

from pipelines.durable import part_of, replace_file
from pipelines.errors import UsageError, WarehouseError
from pipelines.settings import Settings
from pipelines.warehouse.connection import open_snapshot, quoted, set_limits
from pipelines.warehouse.contract import SCHEMA_VERSION, Mart, read_contract, read_views
from pipelines.warehouse.exported import ExportManifest, Format, Part, read_export, write_manifest
from pipelines.warehouse.query import published_now

OPTIONS = {
    Format.PARQUET: "format parquet, compression zstd",
    Format.CSV: "format csv, header, compression {compression}",
    Format.JSONL: "format json, compression {compression}",
}
SORTED_BY = 4
"""Leading columns by which rows are sorted, so that the same rows make the same file."""


@dataclass(frozen=True, slots=True)
class Exported:
    """What an export did: files written, kept as they were, and removed; and what the folder holds now."""

    written: int
    kept: int
    removed: int
    manifest: ExportManifest


def export(
    settings: Settings,
    folder: Path,
    form: Format = Format.PARQUET,
    tables: Sequence[str] = (),
    *,
    since: date | None = None,
    compressed: bool = True,
    on_file: Callable[[], object] = lambda: None,
) -> Exported:
    """Write the published snapshot into a folder: all tables, or these; all months, or those from `since` on.

    Raises `UsageError` for an unknown table, and for a folder in the home or that holds something else or an export of
    another kind; `NothingPublished`; `WarehouseError` naming the file that cannot be written.
    """
    if folder.resolve().is_relative_to(settings.home.path.resolve()):
        raise UsageError(f"{folder}: lies in the home, where an erasure leaves nothing. Give a folder elsewhere.")
    chosen, before, snapshot = _chosen(tables), read_export(folder), published_now(settings)
    columns = {table.name: table.columns for table in chosen}
    found = ExportManifest(snapshot.name, form, compressed, SCHEMA_VERSION, duckdb.__version__, columns, ())
    with open_snapshot(settings, snapshot) as connection:
        set_limits(connection, settings)
        if before and (before.format, before.compressed) != (form, compressed):
            raise UsageError(f"{folder}: holds an export of another kind ({before.format}). Give another folder.")
        same = {part.path: part for part in before.files} if before and before.is_like(found) else {}
        files, written = [], 0
        for table in chosen:
            for month, rows, content in _months(connection, table, since):
                path = _path(table.name, month, form, compressed)
                old = same.get(path)
                if old and (old.rows, old.content) == (rows, content) and (folder / path).exists():
                    files.append(old)
                else:
                    files.append(_write(connection, folder, table, month, found, (rows, content)))
                    written += 1
                on_file()
    untouched = _untouched(before, columns, since)
    removed = _remove(folder, before, {part.path for part in (*files, *untouched)})
    known = before.columns if before else {}
    manifest = replace(found, columns=known | columns, files=(*files, *untouched))
    write_manifest(folder, manifest)
    return Exported(written, len(files) - written, removed, manifest)


def _chosen(names: Sequence[str]) -> list[Mart]:
    marts = {mart.name: mart for mart in read_contract()}
    known = marts | {view.name: view for view in read_views()}
    if unknown := [name for name in names if name not in known]:
        raise UsageError(f"There is no table {', '.join(unknown)}. There are {', '.join(known)}.")
    return [known[name] for name in names] or list(marts.values())


def _rows(table: Mart) -> str:
    """The rows of a table with the month they belong to: that of the archive date of the row, or of its article."""
    own = f'main."{table.name}" as own'
    if "archive_date" in table.columns:
        return f"select own.*, strftime(own.archive_date, '%Y-%m') as month_of_row from {own}"
    if "article_id" in table.columns:
        articles = "main.articles as articles on own.article_id = articles.article_id"
        return (
            f"select own.*, strftime(articles.archive_date, '%Y-%m') as month_of_row from {own} inner join {articles}"
        )
    return f"select own.*, null::varchar as month_of_row from {own}"


def _months(
    connection: duckdb.DuckDBPyConnection, table: Mart, since: date | None
) -> list[tuple[str | None, int, str]]:
    """The months of a table, with the rows of each and a digest of them; a table without months has one, None."""
    sql = f"""
        select month_of_row, count(*), sum(hash(rows)::hugeint)::varchar from ({_rows(table)}) as rows
        where $1 is null or month_of_row is null or month_of_row >= $1
        group by month_of_row order by month_of_row
    """
    found = connection.execute(sql, [f"{since:%Y-%m}" if since else None]).fetchall()
    return found or ([] if {"archive_date", "article_id"} & table.columns.keys() else [(None, 0, "0")])


def _path(table: str, month: str | None, form: Format, compressed: bool) -> str:
    ending = f"{form}.zst" if compressed and form is not Format.PARQUET else form
    return f"{table}/month={month}/{table}.{ending}" if month else f"{table}/{table}.{ending}"


def _write(
    connection: duckdb.DuckDBPyConnection,
    folder: Path,
    table: Mart,
    month: str | None,
    manifest: ExportManifest,
    counted: tuple[int, str],
) -> Part:
    path = _path(table.name, month, manifest.format, manifest.compressed)
    columns = ", ".join(_column(name, kind, manifest.format) for name, kind in table.columns.items())
    order = ", ".join(f'"{name}"' for name in list(table.columns)[:SORTED_BY])
    chosen = f"select {columns} from ({_rows(table)}) where month_of_row is not distinct from $month order by {order}"
    options = OPTIONS[manifest.format].format(compression="zstd" if manifest.compressed else "none")

    def copy(part: Path) -> None:
        connection.execute(f"copy ({chosen}) to '{quoted(part)}' ({options})", {"month": month})

    final = folder / path
    try:
        replace_file(final, copy)
    except (duckdb.Error, OSError) as error:
        with suppress(OSError):
            part_of(final).unlink()
        raise WarehouseError(f"{final}: cannot be written: {str(error).splitlines()[0]}") from error
    with final.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    rows, content = counted
    return Part(path, table.name, month, rows, content, final.stat().st_size, digest)


def _column(name: str, kind: str, form: Format) -> str:
    """CSV has no place for lists and maps; they are written as JSON."""
    is_nested = kind.endswith("[]") or kind.startswith("map(")
    return f'to_json("{name}") as "{name}"' if form is Format.CSV and is_nested else f'"{name}"'


def _untouched(before: ExportManifest | None, chosen: dict[str, dict[str, str]], since: date | None) -> list[Part]:
    """Files of an earlier export that this one was not about: other tables, and months before `since`."""
    if before is None:
        return []
    first = f"{since:%Y-%m}" if since else ""
    return [part for part in before.files if part.table not in chosen or (part.month and part.month < first)]


def _remove(folder: Path, before: ExportManifest | None, wanted: set[str]) -> int:
    """Remove files of an earlier export of which the snapshot has no rows any more. What is no export's stays."""
    gone = [part.path for part in before.files if part.path not in wanted] if before else []
    for path in gone:
        (folder / path).unlink(missing_ok=True)
    return len(gone)
