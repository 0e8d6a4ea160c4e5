"""The `claimhouse` command. It puts the steps together and shows what they did; the work is in the packages."""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
import yaml

from pipelines import report, steps
from pipelines.alert_commands import alerts_app
from pipelines.backfill import Backfill
from pipelines.collect import importable_files
from pipelines.company_commands import companies_app
from pipelines.demo import DEMO_END, DEMO_START, SOURCES, serve_press
from pipelines.doctor_command import doctor
from pipelines.erase_command import erase
from pipelines.errors import ClaimhouseError, UsageError
from pipelines.explain_command import explain
from pipelines.explore_command import explore
from pipelines.explore_command import report as report_
from pipelines.export_command import export_
from pipelines.launch import become_worker, run_ui
from pipelines.logs import log_format, write_log
from pipelines.migrate_command import migrate_
from pipelines.parse_command import parse
from pipelines.run_commands import backfill, rebuild, run, start
from pipelines.search_command import search_
from pipelines.settings import VERSION, Settings, load_settings
from pipelines.side_by_side import annotate_dates, parse_dates
from pipelines.snapshot_commands import snapshots_app
from pipelines.source_commands import sources_app
from pipelines.status_command import status
from pipelines.terminal import (
    DONE,
    HomeOption,
    JsonOption,
    SourcesOption,
    bar,
    err,
    errors_explained,
    finish,
    out,
    progress,
)
from pipelines.warehouse import LIMITS, Limits, build_models, publish, query

app = typer.Typer(
    name="claimhouse",
    help="Business news in, a DuckDB warehouse of claimed market moves, competitors and sources out.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
)
app.add_typer(sources_app, name="sources")
app.add_typer(companies_app, name="companies")
app.add_typer(alerts_app, name="alerts")
app.command()(parse)
app.command()(run)
app.command()(backfill)
app.command()(rebuild)
app.command()(explain)
app.command()(erase)
app.command("export")(export_)
app.command("migrate")(migrate_)
app.command("search")(search_)
app.command("explore")(explore)
app.command("report")(report_)
app.add_typer(snapshots_app, name="snapshots")
app.command()(status)
app.command()(doctor)


@app.callback(invoke_without_command=True)
def main(version: Annotated[bool, typer.Option("--version", help="Print the version and exit.")] = False) -> None:
    if version:
        out.print(f"claimhouse {VERSION}", highlight=False)
        raise typer.Exit(DONE)
    with errors_explained():
        write_log(log_format(os.environ))


@app.command()
def demo(home: HomeOption = None) -> None:
    """Run the whole way on the embedded press: three invented publishers, fourteen days, on loopback.

    Example: `claimhouse demo --home /tmp/claimhouse`
    """
    with errors_explained():
        settings = _run_press(home)
        report.show_collection(settings, out)
        report.show_marts(settings, out)
        flag = f" --home {home}" if home else ""
        out.print(f"\n[bold]Published:[/bold] {settings.home.published}", highlight=False, soft_wrap=True)
        report.next_things(
            [
                f'claimhouse query{flag} "select move_type, certainty, count(*) from market_moves group by all"',
                f"claimhouse import{flag} PATH/TO/YOUR/ARTICLES     # .html, .txt, .warc, .warc.gz",
                f"claimhouse ui{flag}     # Dagster: every asset, its runs and its checks",
            ],
            out,
        )


@app.command("import")
def import_(
    paths: Annotated[
        list[Path],
        typer.Argument(
            metavar="PATH…", help="Folders or files: .html, .htm, .txt, .warc, .warc.gz.", show_default=False
        ),
    ],
    home: HomeOption = None,
    sources: SourcesOption = None,
    as_json: JsonOption = False,
) -> None:
    """Read articles you already have, from parsing to publication. Importing twice changes nothing.

    Example: `claimhouse import ~/articles saved.warc.gz`
    """
    with errors_explained():
        settings, today = load_settings(home, sources), datetime.now(UTC).date()
        with progress() as display:
            read = bar(display, "files", len(importable_files(paths)))
            imported = steps.import_files(settings, paths, today, read)
            (logs,) = parse_dates(settings, [today], bar(display, "articles"))
            list(annotate_dates(settings, [today], bar(display, "annotations", sum(log.parsed for log in logs))))
            steps.load(settings, [today], f"import-{datetime.now(UTC):%Y%m%dT%H%M%SZ}", bar(display, "raw_tables", 1))
            models = display.add_task("models", total=None)
            build_models(settings, lambda done, total: display.update(models, completed=done, total=total))
            finish(display)
            manifest = publish(settings)
        report.show_problems(imported.problems, err)
        summary = {
            "files": imported.files, "pages": imported.pages, "duplicates": imported.duplicates,
            "failures": dict(imported.failures), "rows": manifest.rows, "published": str(settings.home.published),
        }  # fmt: skip
        failed = sum(imported.failures.values())
        if as_json:
            typer.echo(report.to_json(summary))
        else:
            counts = f"{imported.pages} pages added, {imported.duplicates} there already, {failed} not read"
            out.print(f"{imported.files} files: {counts}.", highlight=False)
            report.show_rows(settings, manifest.rows, out)
        if failed and not imported.pages + imported.duplicates:
            raise ClaimhouseError("Nothing of this could be read; the reasons stand above.")


@app.command("query")
def query_(
    sql: Annotated[
        str, typer.Argument(metavar="SQL", help="A query on the published file; - reads it from standard input.")
    ],
    home: HomeOption = None,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print the rows as CSV.")] = False,
    as_json: JsonOption = False,
    seconds: Annotated[
        float, typer.Option(min=0.1, metavar="N", help="Stop the query after so many seconds.")
    ] = LIMITS.seconds,
    memory: Annotated[
        str, typer.Option(metavar="SIZE", help="Stop it when it needs more memory, as 500MB or 8GB.")
    ] = LIMITS.memory,
) -> None:
    """Ask the published snapshot. The query reads it and nothing else, and cannot change it.

    Example: `claimhouse query "select move_type, count(*) from market_moves group by all order by 2 desc"`
    """
    with errors_explained():
        if as_csv and as_json:
            raise UsageError("--csv and --json exclude each other.")
        settings = load_settings(home, SOURCES)
        result = query(settings, sys.stdin.read() if sql == "-" else sql, limits=Limits(seconds, memory))
        if as_csv:
            typer.echo(report.as_csv(result), nl=False)
        elif as_json:
            typer.echo(report.as_json(result))
        else:
            out.print(report.as_table(result))
            out.print(f"{len(result.rows)} rows", style="dim", highlight=False)


@app.command()
def ui(
    home: HomeOption = None,
    sources: SourcesOption = None,
    port: Annotated[int, typer.Option(help="Port on 127.0.0.1.", min=1, max=65535)] = 3000,
) -> None:
    """Open Dagster's UI on this home: assets, runs, checks, schedule, backfills. Ends with Ctrl-C.

    Example: `claimhouse ui --port 3001`
    """
    with errors_explained():
        settings = load_settings(home, sources)
        out.print(f"Dagster on http://127.0.0.1:{port} for {settings.home.path}", highlight=False, soft_wrap=True)
        raise typer.Exit(run_ui(settings, port))


@app.command()
def worker(
    processes: Annotated[
        int | None, typer.Option("--processes", min=1, max=64, help="Steps done side by side. Default: `workers`.")
    ] = None,
    parts_only: Annotated[
        bool, typer.Option("--parts-only", help="Only read and annotate: for machines beside the one with the home.")
    ] = False,
    home: HomeOption = None,
    sources: SourcesOption = None,
) -> None:
    """Do steps of runs that others start, where the sources file says `executor: celery`. Ends with Ctrl-C.

    Redis, which gives the work, is named by CLAIMHOUSE_BROKER. Every machine needs the same home; only one does more
    than parts.

    Example: `claimhouse worker --processes 4`
    """
    with errors_explained():
        settings = load_settings(home, sources)
        if settings.file.executor != "celery":
            raise UsageError(f"{settings.sources_path}: workers have nothing to do without `executor: celery`.")
        become_worker(settings, processes, parts_only=parts_only)


def _run_press(home: Path | None) -> Settings:
    """Serve the embedded press and run its fourteen days. Its sources file names the press's port, so it goes again."""
    base = load_settings(home, SOURCES)
    own = base.home.path / "demo-sources.yaml"
    own.parent.mkdir(parents=True, exist_ok=True)
    data = yaml.safe_load(SOURCES.read_text(encoding="utf-8"))
    with serve_press() as press:
        data.setdefault("http", {})["proxy"] = press.proxy_url
        own.write_text("# Written by `claimhouse demo`.\n" + yaml.safe_dump(data, sort_keys=False))
        try:
            start(load_settings(home, own), Backfill(DEMO_START, DEMO_END))
        finally:
            own.unlink()
    return base
