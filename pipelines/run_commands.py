"""`claimhouse run`, `backfill` and `rebuild`. Dagster makes the archive dates; here it is started and watched."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Annotated

import typer
from rich.progress import Progress as Display
from rich.progress import TaskID

from pipelines import report
from pipelines.backfill import Backfill, Ledger
from pipelines.errors import UsageError
from pipelines.launch import Progress, run_dagster
from pipelines.settings import Settings, load_settings
from pipelines.staleness import Step, archived_dates, stale_dates
from pipelines.terminal import HomeOption, JsonOption, SourcesOption, bar, err, errors_explained, finish, out, progress
from pipelines.warehouse import read_manifest, remove_what_was_set_aside, set_aside

Day = Annotated[
    datetime | None, typer.Option("--date", formats=["%Y-%m-%d"], help="Archive date (UTC day). Default: yesterday.")
]
FirstDay = Annotated[
    datetime | None,
    typer.Option("--from", formats=["%Y-%m-%d"], help="First archive date. Default where nothing is polled: all."),
]
LastDay = Annotated[
    datetime | None,
    typer.Option("--to", formats=["%Y-%m-%d"], help="Last archive date, included. Default likewise."),
]
FromStep = Annotated[
    Step, typer.Option("--from-step", help="Where to begin; from parse on, the network is not touched.")
]
Stale = Annotated[bool, typer.Option("--stale", help="Only dates that other code made, or that have changed since.")]
Restart = Annotated[bool, typer.Option("--restart", help="Begin anew, whatever an earlier call has done.")]
STALE_AT = {Step.PARSE: ("parse", "annotate", "load"), Step.ANNOTATE: ("annotate", "load"), Step.MODELS: ("load",)}


def run(
    day: Day = None,
    home: HomeOption = None,
    sources: SourcesOption = None,
    as_json: JsonOption = False,
) -> None:
    """Collect, read, derive and publish one archive date of the sources in the sources file.

    Example: `claimhouse run --date 2026-03-02`
    """
    with errors_explained():
        settings = load_settings(home, sources)
        chosen = day.date() if day else datetime.now(UTC).date() - timedelta(days=1)
        _check_dates(settings, chosen, chosen)
        start(settings, Backfill(chosen, chosen), daily=True)
        _tell(settings, chosen, chosen, as_json)


def backfill(
    first: FirstDay = None,
    last: LastDay = None,
    source: Annotated[str | None, typer.Option("--source", metavar="ID", help="Collect from this source only.")] = None,
    step: FromStep = Step.POLL,
    stale: Stale = False,
    restart: Restart = False,
    home: HomeOption = None,
    sources: SourcesOption = None,
    as_json: JsonOption = False,
) -> None:
    """The same for a range of archive dates, a month at a time. What is in the archive already is not fetched again.

    A backfill that was stopped, or in which days failed, goes on with what is left when the command is given again.

    Example: `claimhouse backfill --from 2026-03-02 --to 2026-03-15`
    """
    with errors_explained():
        settings = load_settings(home, sources)
        request = Backfill(*_range(settings, first, last, step), step, source)
        if source is not None:
            settings.source(source)
        if stale and step is Step.POLL:
            raise UsageError("--stale is about reading again: give --from-step parse, annotate or models with it.")
        if step is Step.POLL:
            _check_dates(settings, request.first, request.last)
        ledger = Ledger(settings.home, request)
        if restart:
            ledger.forget()
        elif ledger.is_resumed:
            done = f"{len(ledger.done)} of {len(request.days)} days were done before, {len(ledger.failed)} failed"
            err.print(f"Going on: {done}. --restart begins anew.", highlight=False)
        if stale:
            dates = stale_dates(settings)
            ledger.note_done(set(request.days) - {day for name in STALE_AT[step] for day in dates[name]})
        start(settings, request)
        _tell(settings, request.first, request.last, as_json)


def rebuild(home: HomeOption = None, sources: SourcesOption = None, as_json: JsonOption = False) -> None:
    """Make the warehouse anew from the archived pages: when its file is damaged, or to be sure that it is theirs.

    The old file is moved aside and removed when the new one is published. Readers keep the published file meanwhile.

    Example: `claimhouse rebuild`
    """
    with errors_explained():
        settings = load_settings(home, sources)
        request = Backfill(*_range(settings, None, None, Step.PARSE), Step.PARSE)
        Ledger(settings.home, request).forget()
        set_aside(settings)
        start(settings, request)
        remove_what_was_set_aside(settings)
        _tell(settings, request.first, request.last, as_json)


def start(settings: Settings, request: Backfill, *, daily: bool = False) -> None:
    """Start Dagster for the dates and show how it goes on."""
    with progress() as display:
        bars: dict[str, Callable[[], None]] = {}
        starting = display.add_task("starting Dagster", total=None)
        days = display.add_task("days", total=len(request.days), visible=False)

        def on_step(name: str) -> None:
            display.update(starting, visible=False)
            if name not in bars:
                bars[name] = bar(display, name)
            bars[name]()

        pace = _Pace()
        run_dagster(settings, request, on_step, lambda now: pace.show(display, days, now), daily=daily)
        finish(display)


class _Pace:
    """How long the days that are left will take, by what those of this call took."""

    def __init__(self) -> None:
        self._days, self._seconds = 0, 0.0

    def show(self, display: Display, task: TaskID, now: Progress) -> None:
        self._days += now.chunk
        self._seconds += now.seconds
        left = now.of - now.days - now.failed_days
        about = f", {_about(left * self._seconds / self._days)} left" if left else ""
        display.update(task, completed=now.days, visible=True, description=f"days{about}")


def _about(seconds: float) -> str:
    """A time as people say it: "about 40 s", "about 5 min", "about 3 h"."""
    for unit, length in (("h", 3600), ("min", 60)):
        if seconds >= 1.5 * length:
            return f"about {seconds / length:.0f} {unit}"
    return f"about {max(seconds, 1):.0f} s"


def _range(settings: Settings, first: datetime | None, last: datetime | None, step: Step) -> tuple[date, date]:
    """The dates asked for; of what is not said, those of the archive."""
    if first and last:
        return first.date(), last.date()
    if step is Step.POLL:
        raise UsageError("Say which archive dates: --from and --to.")
    archived = archived_dates(settings)
    if not archived:
        raise UsageError(f"{settings.home.warc}: no pages are archived here. `claimhouse run` or `import` comes first.")
    return first.date() if first else archived[0], last.date() if last else archived[-1]


def _check_dates(settings: Settings, first: date, last: date) -> None:
    start_date, today = settings.file.start_date, datetime.now(UTC).date()
    if first > last:
        raise UsageError(f"--from {first} is after --to {last}.")
    if first < start_date:
        raise UsageError(
            f"{first} is before start_date {start_date} in {settings.sources_path}. Set an earlier start_date there."
        )
    if last > today:
        raise UsageError(f"{last} is in the future; today is {today} (UTC).")
    if not settings.enabled_sources:
        raise UsageError(f"{settings.sources_path} has no enabled source. Add one, or set `enabled: true`.")


def _tell(settings: Settings, first: date, last: date, as_json: bool) -> None:
    manifest = read_manifest(settings)
    rows = manifest.rows if manifest else {}
    if as_json:
        typer.echo(report.to_json({"from": first, "to": last, "rows": rows, "published": str(settings.home.published)}))
        return
    report.show_collection(settings, out, first, last)
    report.show_rows(settings, rows, out)
