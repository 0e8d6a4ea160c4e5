"""`claimhouse migrate`: the warehouse from a file into a shared lake, and back."""

from __future__ import annotations

from typing import Annotated

import typer

from pipelines import report
from pipelines.errors import UsageError
from pipelines.settings import CATALOG, LAKE, Engine, load_settings
from pipelines.terminal import HomeOption, JsonOption, SourcesOption, errors_explained, out, progress
from pipelines.warehouse import migrate
from pipelines.warehouse.moving import STEPS

NO_LAKE = (
    "No lake is named. Give `warehouse.catalog` and `warehouse.data` in the sources file, or set "
    f"{CATALOG} and {LAKE}: docs/configuration.md says how."
)


def migrate_(
    to: Annotated[str, typer.Option("--to", metavar="ENGINE", help="`ducklake` or `duckdb`.")],
    home: HomeOption = None,
    sources: SourcesOption = None,
    as_json: JsonOption = False,
) -> None:
    """Copy the warehouse to the other engine, derive and publish it there. The old one stays where it is.

    Counts and digests of every raw table are compared before anything is derived, and those of the marts after it.

    Example: `claimhouse migrate --to ducklake`
    """
    with errors_explained():
        settings = load_settings(home, sources)
        if to not in ("duckdb", "ducklake"):
            raise UsageError(f"--to {to}: is no engine. There are duckdb and ducklake.")
        engine: Engine = "ducklake" if to == "ducklake" else "duckdb"
        if not (settings.file.warehouse.catalog and settings.file.warehouse.data):
            raise UsageError(NO_LAKE)
        with progress() as display:
            task = display.add_task("tables", total=STEPS)
            moved = migrate(settings.on("ducklake"), engine, lambda: display.advance(task))
        if as_json:
            typer.echo(report.to_json({"to": to, "rows": moved.rows, "different": list(moved.different)}))
            return
        out.print(f"{sum(moved.rows.values()):,} rows of {len(moved.rows)} raw tables are in {to} as they were.")
        if moved.different:
            out.print(f"Not as they were, since other models derived them before: {', '.join(moved.different)}.")
        else:
            out.print("Every mart holds the same rows.")
