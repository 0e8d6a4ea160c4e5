"""What a home holds and how far it is: sources, archive, stale dates, backfills, warehouse, snapshots. Only reads.

What cannot be read is said in `problems`; the rest is told all the same. How it is shown is in `status_command`.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, TypeVar

from pipelines.backfill import unfinished
from pipelines.collect import CandidateStore, State, read_health
from pipelines.errors import ClaimhouseError
from pipelines.settings import Settings
from pipelines.staleness import archived_dates, stale_dates
from pipelines.steps import ailing_sources
from pipelines.warehouse import Manifest, Snapshot, read_manifest, read_snapshots

T = TypeVar("T")


def read_status(settings: Settings, now: datetime) -> dict[str, Any]:
    """Everything that `claimhouse status --json` tells, under the keys that docs/commands.md explains."""
    problems: list[str] = []

    def told(read: Callable[[], T], otherwise: T) -> T:
        try:
            return read()
        except ClaimhouseError as error:
            problems.append(str(error))
            return otherwise

    days = archived_dates(settings)
    manifest: Manifest | None = told(lambda: read_manifest(settings), None)
    standings: list[dict[str, Any]] = told(lambda: source_standings(settings, now), [])
    ailing: dict[str, str] = told(lambda: ailing_sources(settings), {})
    stale: dict[str, list[date]] | None = told(lambda: _stale(settings), None)
    return {
        "home": str(settings.home.path),
        "sources_file": str(settings.sources_path),
        "sources": [source.id for source in settings.enabled_sources],
        "ailing_sources": [f"{name}: {why}" for name, why in ailing.items()],
        "archived_days": len(days),
        "first_day": str(days[0]) if days else None,
        "last_day": str(days[-1]) if days else None,
        "published": str(settings.home.published) if settings.home.published.exists() else None,
        "published_at": manifest.published_at if manifest else None,
        "rows": manifest.rows if manifest else {},
        "newest_archive_date": manifest.newest_archive_date if manifest else None,
        "collection": standings,
        "stale": {step: [str(day) for day in dates] for step, dates in stale.items()} if stale else None,
        "backfills": [_backfill(path) for path in unfinished(settings.home)],
        "warehouse": _warehouse(settings.home.warehouse),
        "snapshots": [snapshot_data(snapshot) for snapshot in read_snapshots(settings.home)[::-1]],
        "problems": problems,
    }


def source_standings(settings: Settings, now: datetime) -> list[dict[str, Any]]:
    """Of each enabled source: its last look, what it brings, and what waits to be fetched."""
    if not settings.home.collection.is_dir():
        return [_standing(source.id) for source in settings.enabled_sources]
    with State(settings.home.collection) as state:
        health, backlogs = read_health(state, now), CandidateStore(state).backlogs()
    found = []
    for source in settings.enabled_sources:
        standing, looked, waiting = _standing(source.id), health.get(source.id), backlogs.get(source.id)
        if looked:
            standing |= {
                "last_look": looked.polled_at.isoformat(),
                "last_new": looked.last_new_at.isoformat() if looked.last_new_at else None,
                "listed": looked.listed,
                "new": looked.new,
                "problem": looked.problem,
            }
        if waiting:
            lag = (now.date() - waiting.oldest).days
            standing |= {"pending": waiting.pending, "oldest_pending": str(waiting.oldest), "lag_days": max(lag, 0)}
        found.append(standing)
    return found


def _standing(source_id: str) -> dict[str, Any]:
    """Of a source that nobody has looked at."""
    return {
        "source": source_id, "last_look": None, "last_new": None, "listed": 0, "new": 0, "problem": None,
        "pending": 0, "oldest_pending": None, "lag_days": None,
    }  # fmt: skip


def _stale(settings: Settings) -> dict[str, list[date]]:
    """The stale dates, without waiting for whoever holds the warehouse."""
    if not settings.home.collection.is_dir():
        return {"parse": [], "annotate": [], "load": []}
    limits = settings.file.warehouse.model_copy(update={"lock_wait": 0.0})
    return stale_dates(replace(settings, file=settings.file.model_copy(update={"warehouse": limits})))


def _backfill(path: Path) -> dict[str, Any]:
    """What its file says of an unfinished backfill; only the file's name if it cannot be read."""
    try:
        noted = json.loads(path.read_text())
        asked = noted["backfill"]
        return {
            "file": str(path), "first": asked["first"], "last": asked["last"], "step": asked["step"],
            "source": asked["source"], "done": len(noted["done"]), "failed": noted["failed"],
        }  # fmt: skip
    except (OSError, ValueError, KeyError, TypeError):
        return {"file": str(path)}


def _warehouse(path: Path) -> dict[str, Any] | None:
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return {"file": str(path), "bytes": found.st_size, "changed_at": datetime.fromtimestamp(found.st_mtime, UTC)}


def snapshot_data(snapshot: Snapshot) -> dict[str, Any]:
    """A snapshot as the commands give it to machines."""
    manifest = snapshot.manifest
    return {
        "snapshot": snapshot.name,
        "file": str(snapshot.path),
        "is_published": snapshot.is_published,
        "published_at": manifest.published_at,
        "bytes": manifest.bytes,
        "rows": manifest.rows,
        "newest_archive_date": manifest.newest_archive_date,
        "code_version": manifest.code_version,
        "sha256": manifest.sha256,
    }
