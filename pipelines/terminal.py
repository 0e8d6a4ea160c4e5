"""What all commands share: options, consoles, progress, how an error is told and an age or a size is written.

No command lives here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from pipelines.errors import ClaimhouseError, UsageError

DONE, FAILED, WRONG_USAGE = 0, 1, 2
DAY, HOUR, MINUTE = 86_400, 3_600, 60

out = Console()
err = Console(stderr=True)

HomeOption = Annotated[
    Path | None,
    typer.Option("--home", metavar="DIR", help="Where all data live. Default: $CLAIMHOUSE_HOME, else ./data."),
]
SourcesOption = Annotated[
    Path | None,
    typer.Option("--sources", metavar="FILE", help="Default: $CLAIMHOUSE_SOURCES, else sources.yaml of the checkout."),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]


@contextmanager
def errors_explained() -> Iterator[None]:
    """Our own errors become one message and an exit code; a stack trace is for bugs."""
    try:
        yield
    except ClaimhouseError as error:
        err.print(f"[red]error:[/red] {escape(str(error))}", highlight=False, soft_wrap=True)
        raise typer.Exit(WRONG_USAGE if isinstance(error, UsageError) else FAILED) from error
    except KeyboardInterrupt as stopped:
        err.print("[yellow]stopped.[/yellow] What was finished stays; run the same command to go on.")
        raise typer.Exit(FAILED) from stopped


@contextmanager
def progress() -> Iterator[Progress]:
    """A progress display on standard error, so that standard output stays clean for scripts."""
    columns = (
        SpinnerColumn(), TextColumn("{task.description:<20}"), BarColumn(bar_width=30), MofNCompleteColumn(),
        TimeElapsedColumn(),
    )  # fmt: skip
    with Progress(*columns, console=err, transient=False) as display:
        yield display


def finish(display: Progress) -> None:
    """All that was to do is done: bars of unknown length are full."""
    for task in display.tasks:
        display.update(task.id, total=task.completed)


def bar(display: Progress, name: str, total: int | None = None) -> Callable[[], None]:
    """A bar and the tick that advances it."""
    task = display.add_task(name, total=total)
    return lambda: display.advance(task)


def age(moment: datetime, now: datetime) -> str:
    """How long ago a time was, in the largest whole unit: "3 d", "5 h", "2 min"."""
    seconds = max((now - moment).total_seconds(), 0)
    for unit, name in ((DAY, "d"), (HOUR, "h")):
        if seconds >= unit:
            return f"{seconds // unit:.0f} {name}"
    return f"{seconds // MINUTE:.0f} min"


def size(number: int) -> str:
    """Bytes as one reads them: "12.5 MB", of a million bytes each."""
    return f"{number / 1e9:,.1f} GB" if number >= 1e9 else f"{number / 1e6:,.1f} MB"
