"""`claimhouse snapshots`: which states of the warehouse can be published, whether they are whole, and going back to
one."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.table import Column, Table

from pipelines import report
from pipelines.demo import SOURCES
from pipelines.errors import NothingPublished, WarehouseError
from pipelines.home_status import snapshot_data
from pipelines.settings import Settings, load_settings
from pipelines.terminal import HomeOption, JsonOption, age, errors_explained, out, size
from pipelines.warehouse import Snapshot, read_snapshots, rollback, what_is_wrong

snapshots_app = typer.Typer(
    help="What was published and is kept: list it, verify it, go back to it.", no_args_is_help=True
)


@snapshots_app.command("list")
def list_(home: HomeOption = None, as_json: JsonOption = False) -> None:
    """The kept snapshots, newest first, and which of them is published.

    Example: `claimhouse snapshots list`
    """
    with errors_explained():
        settings = load_settings(home, SOURCES)
        snapshots, now = read_snapshots(settings.home)[::-1], datetime.now(UTC)
        if as_json:
            typer.echo(report.to_json([snapshot_data(snapshot) for snapshot in snapshots]))
            return
        _expect_some(settings, snapshots)
        table = Table(Column("snapshot", no_wrap=True), "published", header_style="bold", box=None, pad_edge=False)
        for column in ("age", "size", "rows", "up to", "version"):
            table.add_column(column, justify="right", no_wrap=True)
        for snapshot in snapshots:
            manifest = snapshot.manifest
            table.add_row(
                snapshot.name, "yes" if snapshot.is_published else "",
                age(datetime.fromisoformat(manifest.published_at), now),
                size(manifest.bytes), f"{sum(manifest.rows.values()):,}", manifest.newest_archive_date or "-",
                manifest.code_version,
            )  # fmt: skip
        out.print(table)


@snapshots_app.command()
def verify(home: HomeOption = None, as_json: JsonOption = False) -> None:
    """Compare every kept snapshot with the digest in its manifest. Ends with 1 if one is not what was published.

    Example: `claimhouse snapshots verify`
    """
    with errors_explained():
        settings = load_settings(home, SOURCES)
        snapshots = read_snapshots(settings.home)[::-1]
        wrong = {snapshot.name: what_is_wrong(snapshot) for snapshot in snapshots}
        if as_json:
            typer.echo(report.to_json([snapshot_data(s) | {"problem": wrong[s.name]} for s in snapshots]))
        else:
            _expect_some(settings, snapshots)
            for snapshot in snapshots:
                published = " (published)" if snapshot.is_published else ""
                said = f"{snapshot.name}{published}: {wrong[snapshot.name] or 'is what was published'}"
                out.print(said, highlight=False, soft_wrap=True)
        if damaged := [snapshot for snapshot in snapshots if wrong[snapshot.name]]:
            raise WarehouseError(_mend(damaged))


@snapshots_app.command("rollback")
def rollback_(
    snapshot: Annotated[
        str | None,
        typer.Argument(metavar="SNAPSHOT", help="Default: the one before the published one.", show_default=False),
    ] = None,
    home: HomeOption = None,
) -> None:
    """Publish an older snapshot again. The warehouse stays as it is, and the next publication goes forward again.

    Example: `claimhouse snapshots rollback`
    """
    with errors_explained():
        chosen = rollback(load_settings(home, SOURCES), snapshot)
        out.print(f"Published: {chosen.name}, made {chosen.manifest.published_at[:16]} UTC.", highlight=False)
        out.print("The next publication, by schedule or by hand, goes forward again.", highlight=False)


def _expect_some(settings: Settings, snapshots: list[Snapshot]) -> None:
    if not snapshots:
        raise NothingPublished(
            f"{settings.home.published.parent}: there is no snapshot yet. `claimhouse demo`, `claimhouse import PATH` "
            "and `claimhouse run --date DAY` publish one."
        )


def _mend(damaged: list[Snapshot]) -> str:
    if any(snapshot.is_published for snapshot in damaged):
        return (
            "The published snapshot is damaged. `claimhouse snapshots rollback` publishes an older one, "
            "`claimhouse backfill --from-step models` a new one."
        )
    return "Delete the damaged files with their manifests; what is published is whole."
