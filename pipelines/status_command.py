"""`claimhouse status`: what a home holds and how far it is, on one screen. What is asked is in `home_status`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

import typer
from rich.table import Column, Table
from rich.text import Text

from pipelines import report
from pipelines.home_status import read_status
from pipelines.settings import load_settings
from pipelines.terminal import HomeOption, JsonOption, SourcesOption, age, errors_explained, out, size

LABEL = 14
"""Columns of the labels."""
FEW = 3
"""So many dates are named one by one."""


def status(home: HomeOption = None, sources: SourcesOption = None, as_json: JsonOption = False) -> None:
    """What this home holds and how far it is: sources, stale dates, backfills, warehouse and snapshots.

    Example: `claimhouse status --json`
    """
    with errors_explained():
        settings, now = load_settings(home, sources), datetime.now(UTC)
        facts = read_status(settings, now)
        if as_json:
            typer.echo(report.to_json(facts))
            return
        for label, value in _lines(facts, now):
            out.print(Text.assemble((f"{label:<{LABEL}}", "bold"), value), soft_wrap=True)
        for problem in facts["problems"]:
            out.print(Text.assemble(("! ", "yellow"), problem), soft_wrap=True)
        if facts["collection"]:
            out.print(_sources(facts["collection"], now))
        if facts["published"] is None:
            out.print("Nothing is published yet. Try `claimhouse demo`.", highlight=False)
        elif facts["rows"]:
            report.show_rows(settings, facts["rows"], out)


def _lines(facts: dict[str, Any], now: datetime) -> list[tuple[str, str]]:
    days, warehouse = facts["archived_days"], facts["warehouse"]
    lines = [
        ("home", facts["home"]),
        ("sources", f"{facts['sources_file']}: {len(facts['sources'])} enabled"),
        ("archive", f"{days} days, {facts['first_day']} to {facts['last_day']}" if days else "empty"),
    ]
    if facts["stale"] is not None:
        stale = "; ".join(f"{step} {_dates(dates)}" for step, dates in facts["stale"].items() if dates)
        lines.append(("stale dates", stale or "none"))
    else:
        lines.append(("stale dates", "not known, see below"))
    lines += [("backfill", _backfill(one)) for one in facts["backfills"]]
    if warehouse:
        changed = age(warehouse["changed_at"], now)
        lines.append(("warehouse", f"{size(warehouse['bytes'])}, changed {changed} ago"))
    lines += [("snapshot", _snapshot(one, now)) for one in facts["snapshots"]]
    return lines


def _backfill(one: dict[str, Any]) -> str:
    if "first" not in one:
        return f"unfinished; its file cannot be read: {one['file']}"
    days = (date.fromisoformat(one["last"]) - date.fromisoformat(one["first"])).days + 1
    failed = f", {len(one['failed'])} failed" if one["failed"] else ""
    source = f" of {one['source']}" if one["source"] else ""
    asked = f"{one['first']} to {one['last']} from {one['step']}{source}"
    return f"unfinished: {asked}, {one['done']} of {days} days done{failed}"


def _snapshot(one: dict[str, Any], now: datetime) -> str:
    rows, newest = sum(one["rows"].values()), one["newest_archive_date"] or "-"
    made = age(datetime.fromisoformat(one["published_at"]), now)
    published = ", published" if one["is_published"] else ""
    return f"{one['snapshot']}: {made} old, {size(one['bytes'])}, {rows:,} rows, to {newest}{published}"


def _dates(dates: Sequence[str]) -> str:
    """A few dates one by one; of many how many there are, and from when to when."""
    return ", ".join(dates) if len(dates) <= FEW else f"{len(dates)} days, {dates[0]} to {dates[-1]}"


def _sources(standings: Sequence[dict[str, Any]], now: datetime) -> Table:
    right = [Column(name, justify="right") for name in ("new", "pending", "oldest")]
    table = Table(
        Column("source", no_wrap=True), "last look", "last new", *right, Column("why it fails", overflow="fold")
    )
    for one in standings:
        looked, new = (datetime.fromisoformat(one[key]) if one[key] else None for key in ("last_look", "last_new"))
        table.add_row(
            Text(one["source"]), age(looked, now) if looked else "never", age(new, now) if new else "-",
            str(one["new"]), str(one["pending"]), f"{one['lag_days']} d" if one["pending"] else "-",
            Text(one["problem"] or ""),
        )  # fmt: skip
    return table
