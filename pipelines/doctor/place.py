"""The place where a home lies: can it be written to, is there room, who works in it, what have dead processes left,
and is the clock right."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from pipelines.doctor.finding import Finding, error, ok, warning
from pipelines.durable import PART
from pipelines.locks import holder
from pipelines.settings import Settings
from pipelines.warehouse import read_snapshots

LEFT_ALONE = timedelta(hours=1)
"""A part that nobody has written to for so long is nobody's any more."""
TOLERANCE = timedelta(minutes=5)
"""By so much may clocks differ."""
COPIES = 2
"""Warehouses that should have room: the next snapshot, and what a derivation writes before it removes the old."""
NAMED = 5
"""So many files are named; the others are counted."""


def examine_home(settings: Settings) -> Finding:
    path = settings.home.path
    if path.exists() and not path.is_dir():
        return error("home", f"{path} is no folder", "Move it away, or name another home with --home.")
    there = next(parent for parent in (path, *path.parents) if parent.exists())
    if not os.access(there, os.W_OK | os.X_OK):
        return error("home", f"{there} cannot be written to", "Change its owner or mode, or name another home.")
    locked = [folder for folder in _folders(path) if not os.access(folder, os.W_OK | os.X_OK)]
    if locked:
        return error("home", f"{_few(locked)} cannot be written to", "Change owner or mode of these folders.")
    return ok("home", f"{path} can be written to" if path.exists() else f"{path} is not there yet and can be made")


def examine_disk(settings: Settings) -> Finding:
    free = shutil.disk_usage(settings.home.path).free
    size = settings.home.warehouse.stat().st_size if settings.home.warehouse.exists() else 0
    said = f"{free:,} bytes are free, the warehouse has {size:,}"
    mend = "Make room, or keep fewer snapshots (warehouse.keep_snapshots)."
    if free < size:
        return error("disk", f"{said}: the next snapshot has no room", mend)
    return (
        warning("disk", f"{said}: that is less than {COPIES} of it", mend) if free < COPIES * size else ok("disk", said)
    )


def examine_locks(settings: Settings) -> Iterator[Finding]:
    """Being held is no fault: the holder is named, so that one sees whether it should be there."""
    home = settings.home
    for lock in (home.collection / "collecting.lock", home.warehouse.with_name("writer.lock")):
        held_by = holder(lock)
        name = str(lock.relative_to(home.path))
        yield ok("locks", f"{name} is held by {held_by}" if held_by else f"{name} is free")


def examine_leftovers(settings: Settings, now: datetime) -> Iterator[Finding]:
    home = settings.home
    mends = {
        home.warc: "The next run that collects takes up what is whole in them.",
        home.articles: "Delete them.",
        home.annotations: "Delete them.",
        home.published.parent: "The next publication removes them.",
    }
    found = False
    for folder, mend in mends.items():
        old = [path for path in sorted(folder.rglob(f"*{PART}")) if now - _changed(path) > LEFT_ALONE]
        if old:
            found = True
            yield warning("leftovers", f"{_few(old)}: left by a process that died", mend)
    if not found:
        yield ok("leftovers", "no part of a file is left by a process that died")


def examine_clock(settings: Settings, now: datetime) -> Finding:
    """What is written here was written in the past."""
    mend = "Set the clock (timedatectl shows it); runs of dates in the future are refused."
    for snapshot in read_snapshots(settings.home):
        made = datetime.fromisoformat(snapshot.manifest.published_at)
        if made > now + TOLERANCE:
            return error("clock", f"it is {now:%Y-%m-%d %H:%M} UTC, before {snapshot.path.name} was made", mend)
    days = sorted(path.name for path in settings.home.warc.glob("????-??-??"))
    if days and date.fromisoformat(days[-1]) > now.date() + timedelta(days=1):
        return warning("clock", f"it is {now:%Y-%m-%d %H:%M} UTC, and the archive has {days[-1]}", mend)
    return ok("clock", f"it is {now:%Y-%m-%d %H:%M} UTC")


def _folders(path: Path) -> list[Path]:
    return [folder for folder in sorted(path.iterdir()) if folder.is_dir()] if path.is_dir() else []


def _changed(path: Path) -> datetime:
    try:
        return datetime.fromtimestamp(path.stat().st_mtime, UTC)
    except FileNotFoundError:  # finished meanwhile
        return datetime.max.replace(tzinfo=UTC)


def _few(paths: list[Path]) -> str:
    more = f" and {len(paths) - NAMED} more" if len(paths) > NAMED else ""
    return ", ".join(map(str, paths[:NAMED])) + more
