"""`claimhouse export`: the published tables as files for other programs."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from pipelines import report
from pipelines.demo import SOURCES
from pipelines.settings import load_settings
from pipelines.terminal import HomeOption, JsonOption, bar, errors_explained, finish, out, progress, size
from pipelines.warehouse import Exported, Format, export


def export_(
    folder: Annotated[Path, typer.Option("--to", metavar="DIR", help="Where to write; an export there is updated.")],
    form: Annotated[Format, typer.Option("--format", help="What to write.")] = Format.PARQUET,
    tables: Annotated[
        str,
        typer.Option(
            "--tables", metavar="NAMES", help="These tables or views, with commas between. Default: all tables."
        ),
    ] = "",
    since: Annotated[
        datetime | None,
        typer.Option("--since", formats=["%Y-%m-%d"], help="Months of archive dates from this one on. Default: all."),
    ] = None,
    plain: Annotated[
        bool, typer.Option("--plain", help="Do not compress CSV and JSON lines; a spreadsheet wants that.")
    ] = False,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write the published tables into files, by month; what has not changed since the last export is not written again.

    Example: `claimhouse export --format parquet --to ./export`
    """
    with errors_explained():
        names = [name.strip() for name in tables.split(",") if name.strip()]
        with progress() as display:
            done = export(
                load_settings(home, SOURCES), folder, form, names,
                since=since.date() if since else None, compressed=not plain, on_file=bar(display, "files"),
            )  # fmt: skip
            finish(display)
        if as_json:
            typer.echo(report.to_json(_data(folder, done)))
            return
        counts = f"{done.written} files written, {done.kept} as they were, {done.removed} removed"
        total = size(sum(part.bytes for part in done.manifest.files))
        out.print(f"[bold]{folder}[/bold]: {counts}; {total} in all.", highlight=False, soft_wrap=True)


def _data(folder: Path, done: Exported) -> dict[str, object]:
    rows: Counter[str] = Counter()
    for part in done.manifest.files:
        rows[part.table] += part.rows
    return {
        "folder": str(folder), "written": done.written, "kept": done.kept, "removed": done.removed,
        "rows": rows, "snapshot": done.manifest.snapshot,
    }  # fmt: skip
