"""`claimhouse erase`: what is asked for, the question, and what was done. The work is in `erasing`."""

from __future__ import annotations

import sys
from typing import Annotated, Any

import typer

from pipelines import report
from pipelines.collect import Erasure, Kind
from pipelines.erasing import Prepared, carry_out, prepare, unfinished
from pipelines.errors import UsageError
from pipelines.settings import Settings, load_settings
from pipelines.terminal import HomeOption, JsonOption, SourcesOption, err, errors_explained, out, progress

SHOWN = 20


def erase(
    url: Annotated[str | None, typer.Option("--url", metavar="URL", help="The article at this address.")] = None,
    author: Annotated[str | None, typer.Option("--author", metavar="NAME", help="All that names this author.")] = None,
    source: Annotated[str | None, typer.Option("--source", metavar="ID", help="All that this source brought.")] = None,
    article: Annotated[str | None, typer.Option("--article", metavar="ID", help="The article with this id.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would go, and change nothing.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    home: HomeOption = None,
    sources: SourcesOption = None,
    as_json: JsonOption = False,
) -> None:
    """Erase texts from everything under HOME, for good, and keep them away. An erasure that was killed is completed.

    Example: `claimhouse erase --url https://news.example/story --dry-run`
    """
    with errors_explained():
        kind, given = _asked({Kind.URL: url, Kind.AUTHOR: author, Kind.SOURCE: source, Kind.ARTICLE: article})
        settings = load_settings(home, sources)
        completed = 0 if dry_run else _complete(settings)
        try:
            prepared = prepare(settings, kind, given)
        except UsageError:
            if not completed:
                raise
            if as_json:
                typer.echo(report.to_json({"erased": True, "completed": completed}))
            return
        if not as_json:
            _show(prepared)
        if not dry_run:
            _confirm(yes)
            _watch(settings, prepared.erasure)
        if as_json:
            typer.echo(report.to_json(_facts(prepared) | {"erased": not dry_run, "completed": completed}))


def _asked(options: dict[Kind, str | None]) -> tuple[Kind, str]:
    given = [(kind, value.strip()) for kind, value in options.items() if value and value.strip()]
    if len(given) != 1:
        raise UsageError("Say what to erase by one of --url, --author, --source and --article.")
    return given[0]


def _complete(settings: Settings) -> int:
    """Complete what was begun and killed: it was agreed to then. Returns how many erasures that were."""
    begun = unfinished(settings)
    for erasure in begun:
        err.print(
            f"Completing the erasure by {erasure.kind} of {erasure.noted_at}, which was stopped.", highlight=False
        )
        _watch(settings, erasure)
    return len(begun)


def _confirm(yes: bool) -> None:
    if yes:
        return
    if not sys.stdin.isatty():
        raise UsageError(
            "Erasing cannot be undone. Give --yes where nobody can be asked, or --dry-run to see what goes."
        )
    if not typer.confirm("Erase this for good?", err=True):
        raise UsageError("Nothing was erased.")


def _watch(settings: Settings, erasure: Erasure) -> None:
    with progress() as display:
        task = display.add_task("erasing", total=None)
        carry_out(settings, erasure, lambda step: display.update(task, description=step))
    err.print("Erased. Backups and copies of published files that you made are not under HOME.", highlight=False)


def _facts(prepared: Prepared) -> dict[str, Any]:
    return {
        "articles": [
            {"article_id": head.article_id, "url": head.url, "title": head.title} for head in prepared.articles
        ],
        "pages": prepared.found.pages,
        "warc_files": list(prepared.found.records),
        "files": list(prepared.plan.files),
        "links": prepared.found.links,
        "archive_dates": list(prepared.plan.dates),
        "dagster_databases": [str(path) for path in prepared.logs],
    }


def _show(prepared: Prepared) -> None:
    found, articles = prepared.found, prepared.articles
    for head in articles[:SHOWN]:
        out.print(
            f"{head.article_id}  {head.url}\n    {head.title or ''}", highlight=False, markup=False, soft_wrap=True
        )
    if len(articles) > SHOWN:
        out.print(f"… and {len(articles) - SHOWN} more")
    out.print(
        f"{len(articles)} articles, {found.pages} pages in {len(found.records)} WARC files, {found.links} links, "
        f"{len(prepared.plan.files)} files, on {len(prepared.plan.dates)} archive dates.",
        highlight=False, soft_wrap=True,
    )  # fmt: skip
    for path in prepared.logs:
        out.print(
            f"{path}: Dagster's log names an address or title; it is not rewritten.", soft_wrap=True, markup=False
        )
