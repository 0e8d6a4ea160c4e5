"""The inbox of a home: files that somebody puts there are imported and then moved aside, read or not."""

from __future__ import annotations

import time
from datetime import date
from pathlib import Path

from pipelines.collect import ImportReport, is_importable
from pipelines.settings import Settings
from pipelines.steps import Tick, import_files, no_tick

READ, UNREADABLE = "read", "unreadable"
SETTLED = 60.0
"""Seconds for which a file must have been left alone: a younger one may still be written to."""


def waiting_files(inbox: Path, *, settled: float = SETTLED) -> list[Path]:
    """What lies in the inbox to be imported, in order of names; hidden files and those just written are left."""
    moved = {inbox / READ, inbox / UNREADABLE}
    return sorted(
        path
        for path in inbox.rglob("*")
        if is_importable(path)
        and path.is_file()
        and not moved.intersection(path.parents)
        and not any(part.startswith(".") for part in path.relative_to(inbox).parts)
        and time.time() - path.stat().st_mtime >= settled
    )


def import_inbox(settings: Settings, archive_date: date, tick: Tick = no_tick) -> ImportReport:
    """Import what waits, under one archive date, and move it: what was read to `read/`, the rest to `unreadable/`.

    A run that dies before a file was moved imports it again, which adds nothing.
    """
    inbox = settings.home.inbox
    files = waiting_files(inbox)
    if not files:
        return ImportReport(0, 0, 0)
    report = import_files(settings, files, archive_date, tick)
    for path in files:
        folder = inbox / (UNREADABLE if path in report.unreadable else READ)
        target = _free(folder / path.relative_to(inbox))
        target.parent.mkdir(parents=True, exist_ok=True)
        path.rename(target)
    return report


def _free(path: Path) -> Path:
    """The path, or where another file has it, one with a number before its endings ("crawl.2.warc.gz")."""
    number, free = 1, path
    while free.exists():
        number += 1
        stem, dot, endings = path.name.partition(".")
        free = path.with_name(f"{stem}.{number}{dot}{endings}")
    return free
