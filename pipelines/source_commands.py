"""`claimhouse sources`: what is collected, whether it can be had, and adding to it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any, Literal

import typer
from pydantic import HttpUrl, TypeAdapter, ValidationError
from rich.markup import escape
from rich.table import Column, Table

from pipelines import report
from pipelines.collect import (
    Fetcher,
    Found,
    Health,
    OpmlFeed,
    Poll,
    State,
    Visit,
    WarcLedger,
    Window,
    discover,
    poll,
    read_health,
    read_opml,
    write_opml,
)
from pipelines.errors import ClaimhouseError, CollectError, UsageError
from pipelines.records import Failure
from pipelines.settings import Settings, load_settings
from pipelines.source_list import add_sources, line_of
from pipelines.sources import AnySource, CcNewsSource, FeedSource, Source, WarcSource
from pipelines.terminal import HomeOption, JsonOption, SourcesOption, err, errors_explained, out, progress

sources_app = typer.Typer(
    help="The sources that are collected: list them, check them, find and add new ones.", no_args_is_help=True
)
LanguageOption = Annotated[
    Literal["de", "en"] | None, typer.Option("--language", help="Of the articles. Default: what the site says.")
]
SAMPLES = 3
"""Headlines shown of each source that is checked."""


@sources_app.command("list")
def list_(home: HomeOption = None, sources: SourcesOption = None, as_json: JsonOption = False) -> None:
    """Every source, when it was last looked at, and since when it has brought nothing new.

    Example: `claimhouse sources list`
    """
    with errors_explained():
        settings = load_settings(home, sources)
        rows = [_row(source, health) for source, health in _with_health(settings)]
        if as_json:
            typer.echo(report.to_json(rows))
            return
        if not rows:
            out.print(f"{settings.sources_path} has no sources. Add one: claimhouse sources add https://example.org")
            return
        names = ("source", "type", "enabled", "last looked at", "listed", "new", "nothing new for")
        table = Table(*names, Column("problem", overflow="fold"))
        for row in rows:
            silent = f"{row['silent_days']} days" if row["silent_days"] else "-"
            shown = f"[yellow]{silent}[/yellow]" if row["is_silent"] else silent
            table.add_row(
                row["id"], row["type"], "yes" if row["enabled"] else "no", (row["polled_at"] or "never")[:16],
                str(row["listed"]), str(row["new"]), shown, escape(row["problem"] or ""),
            )  # fmt: skip
        out.print(table)


@sources_app.command()
def check(
    ids: Annotated[list[str] | None, typer.Argument(metavar="[ID…]", help="Sources. Default: all enabled.")] = None,
    day: Annotated[
        datetime | None,
        typer.Option("--date", formats=["%Y-%m-%d"], help="Archive date to look at. Default: yesterday and today."),
    ] = None,
    sources: SourcesOption = None,
    as_json: JsonOption = False,
) -> None:
    """Look at sources once, store nothing, and say what each would give and what is wrong with it.

    Ends with 1 if one of them cannot be had or lists nothing. Example: `claimhouse sources check heise`
    """
    with errors_explained():
        settings = load_settings(None, sources)
        chosen = [settings.source(name) for name in ids] if ids else settings.enabled_sources
        if not chosen:
            raise UsageError(f"{settings.sources_path} has no enabled source. Name one: claimhouse sources check ID")
        today = datetime.now(UTC).date()
        window = Window(day.date(), day.date(), today) if day else Window(today - timedelta(days=1), today, today)
        results: list[dict[str, Any]] = []
        with progress() as display, Fetcher(settings.file.http) as fetcher, TemporaryDirectory() as spool:
            task = display.add_task("sources", total=len(chosen))
            for source in chosen:
                results.append(_check(Visit(source, fetcher, window, spool=Path(spool))))
                display.advance(task)
        if as_json:
            typer.echo(report.to_json(results))
        else:
            for result in results:
                _show_check(result)
        if any(result["problem"] for result in results):
            raise typer.Exit(1)


@sources_app.command()
def files(
    source_id: Annotated[str, typer.Argument(metavar="ID", help="A source of type ccnews or warc.")],
    home: HomeOption = None,
    sources: SourcesOption = None,
    as_json: JsonOption = False,
) -> None:
    """The ledger of a source's WARC files: which were read to their end, what was wanted of them and what left out.

    Example: `claimhouse sources files ccnews-de`
    """
    with errors_explained():
        settings = load_settings(home, sources)
        source = settings.source(source_id)
        if not isinstance(source, WarcSource | CcNewsSource):
            raise UsageError(f"Source '{source_id}' is of type {source.type} and has no WARC files.")
        rows = []
        if settings.home.collection.is_dir():
            with State(settings.home.collection) as state:
                rows = WarcLedger(state).read(source_id)
        if as_json:
            typer.echo(report.to_json([asdict(row) for row in rows]))
            return
        table = Table(Column("file", overflow="fold"), "read", Column("pages", justify="right"), "left out")
        for row in rows:
            at = f"{row.read_at:%Y-%m-%d %H:%M}" if row.read_at else "[yellow]not yet[/yellow]"
            table.add_row(escape(row.file), at, f"{row.pages:,}", _reasons(row.left_out))
        out.print(table)
        unread = sum(row.read_at is None for row in rows)
        out.print(
            f"{len(rows):,} files, {unread:,} not read to the end, {sum(row.pages for row in rows):,} pages wanted"
        )


@sources_app.command()
def add(
    url: Annotated[str, typer.Argument(metavar="URL", help="A site, a section of it, a feed or a sitemap.")],
    source_id: Annotated[str | None, typer.Option("--id", help="Default: made from the host.")] = None,
    name: Annotated[
        str | None, typer.Option("--name", help="The publisher's name. Default: what the site says.")
    ] = None,
    language: LanguageOption = None,
    every: Annotated[bool, typer.Option("--all", help="Add everything that was found, not only the best.")] = False,
    sources: SourcesOption = None,
) -> None:
    """Find the feeds and sitemaps of a site and write the best one into the sources file.

    Example: `claimhouse sources add https://www.heise.de --language de`
    """
    with errors_explained():
        settings = load_settings(None, sources)
        with Fetcher(settings.file.http) as fetcher:
            address = url if "://" in url else f"https://{url}"
            found = discover(address, fetcher, datetime.now(UTC).date())
        if not found:
            raise ClaimhouseError(
                f"{url}: neither a feed nor a sitemap was found, on the page, in robots.txt or in the usual places. "
                "Give the address of one, or describe the site's archive pages: docs/sources.md."
            )
        known = {source.address for source in settings.file.sources}
        fresh = [item for item in found if item.url not in known]
        for item in found:
            mark = "+" if item in fresh[: None if every else 1] else ("=" if item.url in known else " ")
            line = f"{mark} {item.type:<8} {item.url}   ({item.evidence})"
            out.print(line, highlight=False, soft_wrap=True, markup=False)
        if not fresh:
            out.print("All of this is in the sources file already.")
            return
        taken = {source.id for source in settings.file.sources}
        new: list[Source] = []
        for item in fresh[: None if every else 1]:
            own = _numbered(source_id, taken) if source_id and new else source_id
            new.append(_source_of(item, own, name, language, taken))
        add_sources(settings.sources_path, new)
        _tell_added(settings, new)


@sources_app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(metavar="FILE.opml", help="An OPML list, as feed readers export it.")],
    language: LanguageOption = None,
    sources: SourcesOption = None,
) -> None:
    """Add the feeds of an OPML file to the sources file. Feeds that are there already are left alone.

    Example: `claimhouse sources import subscriptions.opml --language en`
    """
    with errors_explained():
        settings = load_settings(None, sources)
        try:
            listed = read_opml(file.read_bytes())
        except OSError as error:
            raise UsageError(f"{file}: cannot be read ({error.strerror}).") from error
        except ValueError as error:
            raise UsageError(f"{file}: {error}. Give an OPML file.") from error
        taken, known = {s.id for s in settings.file.sources}, {_place(s) for s in settings.file.sources}
        new = []
        for feed in listed:
            place = _place_of(feed)
            if place in known:
                continue
            known.add(place)
            new.append(_imported(feed, language, taken))
        if new:
            add_sources(settings.sources_path, new)
            _tell_added(settings, new)
        out.print(f"{file}: {len(listed)} listed, {len(new)} added.", highlight=False, soft_wrap=True, markup=False)


@sources_app.command()
def export(
    output: Annotated[Path | None, typer.Option("--output", metavar="FILE", help="Default: standard output.")] = None,
    sources: SourcesOption = None,
) -> None:
    """Write the sources as OPML, for a feed reader or another home.

    Example: `claimhouse sources export --output sources.opml`
    """
    with errors_explained():
        data = write_opml(load_settings(None, sources).file.sources)
        if output is None:
            typer.echo(data.decode(), nl=False)
            return
        try:
            output.write_bytes(data)
        except OSError as error:
            raise UsageError(f"{output}: cannot be written ({error.strerror}).") from error


def _with_health(settings: Settings) -> list[tuple[Source, Health | None]]:
    health = {}
    if settings.home.collection.is_dir():
        with State(settings.home.collection) as state:
            health = read_health(state, datetime.now(UTC))
    return [(source, health.get(source.id)) for source in settings.file.sources]


def _row(source: Source, health: Health | None) -> dict[str, Any]:
    return {
        "id": source.id, "name": source.name, "type": source.type, "address": source.address,
        "enabled": source.enabled,
        "polled_at": health.polled_at.isoformat() if health else None,
        "listed": health.listed if health else 0,
        "new": health.new if health else 0,
        "silent_days": health.silent_days if health else 0,
        "is_silent": bool(health and health.is_silent and source.is_live),
        "problem": health.problem if health else None,
    }  # fmt: skip


def _check(visit: Visit) -> dict[str, Any]:
    source = visit.source
    try:
        polled = poll(visit)
        problem = None if polled.candidates else "it lists no article"
    except CollectError as error:
        polled, problem = Poll((), {error.failure.value: 1}), str(error)
    except Exception as error:  # as in a run: what one source does to its reader, the others do not suffer for
        problem = f"the program itself failed on it: {error!r}. Please report it with the address."
        polled = Poll((), {Failure.PARSER_ERROR.value: 1})
    days = sorted(candidate.archive_date for candidate in polled.candidates)
    return {
        "id": source.id, "type": source.type, "address": source.address, "listed": len(polled.candidates),
        "duplicate": polled.duplicate, "first_day": _iso(days[:1]), "last_day": _iso(days[-1:]),
        "undated": sum(candidate.listed_at is None for candidate in polled.candidates),
        "samples": [candidate.title or candidate.url for candidate in polled.candidates[:SAMPLES]],
        "failures": dict(polled.failures), "problem": problem,
    }  # fmt: skip


def _iso(days: list[date]) -> str | None:
    return days[0].isoformat() if days else None


def _show_check(result: dict[str, Any]) -> None:
    """One source: a line with its counts, what was lost, a few headlines."""
    colour = "red" if result["problem"] else "green"
    span = f", {result['first_day']} to {result['last_day']}" if result["first_day"] else ""
    undated = f", {result['undated']} without a date" if result["undated"] else ""
    out.print(f"[{colour}]{result['id']}[/{colour}] ({result['type']}): {result['listed']} articles{span}{undated}")
    if result["problem"]:
        err.print(f"  {result['problem']}", highlight=False, soft_wrap=True, markup=False)
    if result["failures"]:
        out.print(f"  left out: {_reasons(result['failures'])}", highlight=False, soft_wrap=True)
    for sample in result["samples"]:
        out.print(f"  · {sample}", highlight=False, soft_wrap=True, markup=False)


def _reasons(failures: Mapping[str, int]) -> str:
    return ", ".join(f"{reason} {count:,}" for reason, count in failures.items())


def _source_of(item: Found, source_id: str | None, name: str | None, language: str | None, taken: set[str]) -> Source:
    """A source of what was found; `taken` are the ids in use, to which its own is added."""
    chosen = source_id or _free_id(item.url, taken)
    taken.add(chosen)
    spoken = language or re.split("[-_]", item.language or "")[0].lower()  # feed readers write en-us
    if spoken not in ("de", "en"):
        said = f"'{item.language}'" if item.language else "none"
        raise UsageError(
            f"{item.url}: the language could not be told ({said}). Say it: --language de or --language en."
        )
    values = {"id": chosen, "name": name or item.name or chosen, "type": item.type, "url": item.url, "language": spoken}
    try:
        source: Source = TypeAdapter(Source).validate_python(values)
    except ValidationError as error:
        first = error.errors()[0]
        raise UsageError(f"{item.url}: cannot be a source: {first['loc'][-1]}: {first['msg']}.") from error
    return source


def _place(source: AnySource) -> str:
    """What a source reads, whatever it is called and however it is filtered."""
    own = type(source).model_fields.keys() - AnySource.model_fields.keys()
    return source.model_dump_json(include={"type", *own})


def _place_of(feed: OpmlFeed) -> str:
    if feed.source is not None:
        return _place(feed.source)
    try:
        return _place(FeedSource(id="feed", name=feed.title, type="feed", language="en", url=HttpUrl(feed.url)))
    except ValidationError:
        return feed.url


def _imported(feed: OpmlFeed, language: str | None, taken: set[str]) -> Source:
    """A feed of an OPML file; one that we exported comes back as it was, under a free id."""
    if feed.source is None:
        item = Found("feed", feed.url, feed.title, "OPML", feed.language, feed.title)
        return _source_of(item, None, feed.title, language, taken)
    chosen = feed.source.id if feed.source.id not in taken else _free_id(feed.source.address or feed.source.id, taken)
    taken.add(chosen)
    return feed.source.model_copy(update={"id": chosen})


def _free_id(url: str, taken: set[str]) -> str:
    """From the host, without www and the top-level domain: www.heise.de gives heise, then heise-2."""
    host = re.sub(r"^https?://(?:www\.|feeds?\.|rss\.)?", "", url).partition("/")[0].partition(":")[0]
    labels = host.split(".")
    base = re.sub(r"[^a-z0-9]+", "-", "-".join(labels[:-1] or labels).lower()).strip("-")[:50]
    return _numbered(base or "source", taken)


def _numbered(base: str, taken: set[str]) -> str:
    """`base` itself, or the first of base-2, base-3 and so on that is free."""
    return next(name for n in range(1, len(taken) + 2) if (name := base if n == 1 else f"{base}-{n}") not in taken)


def _tell_added(settings: Settings, new: list[Source]) -> None:
    out.print(f"Added to {settings.sources_path}:", highlight=False, soft_wrap=True, markup=False)
    for source in new:
        out.print(f"  - {line_of(source)}", highlight=False, soft_wrap=True, markup=False)
    out.print(f"Check it: claimhouse sources check {new[0].id}", highlight=False)
