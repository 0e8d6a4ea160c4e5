"""Examining a home: is everything there that the pipeline needs, whole, and free? Nothing here changes anything.

Each examination is a function of the settings and yields findings; `examine` puts them in their order.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from pipelines.demo import SOURCES
from pipelines.doctor.databases import examine_collection_state, examine_dagster
from pipelines.doctor.finding import Finding, Standing, error, ok, warning
from pipelines.doctor.place import examine_clock, examine_disk, examine_home, examine_leftovers, examine_locks
from pipelines.doctor.publication import examine_publication
from pipelines.doctor.warehouse import examine_warehouse
from pipelines.errors import SettingsError
from pipelines.settings import Settings, load_settings

__all__ = ["Finding", "Standing", "examine"]


def examine(home: Path | None, sources_path: Path | None, now: datetime) -> Iterator[Finding]:
    """Every finding, as it is made. With settings that are not valid, the home is examined all the same."""
    try:
        settings = load_settings(home, sources_path)
    except SettingsError as wrong:
        yield error("settings", str(wrong), "Correct the file; docs/configuration.md explains every key.")
        settings = load_settings(home, SOURCES)
    else:
        yield _enabled(settings)
    settings = _without_waiting(settings)
    yield examine_home(settings)
    yield examine_clock(settings, now)
    if not settings.home.path.is_dir():
        return
    yield examine_disk(settings)
    yield from examine_locks(settings)
    yield from examine_leftovers(settings, now)
    yield examine_collection_state(settings)
    yield from examine_warehouse(settings)
    yield from examine_publication(settings)
    yield from examine_dagster(settings)


def _enabled(settings: Settings) -> Finding:
    if count := len(settings.enabled_sources):
        return ok("settings", f"{settings.sources_path} is valid; {count} sources are enabled")
    return warning(
        "settings", f"{settings.sources_path}: no source is enabled", "`claimhouse sources add URL` adds one."
    )


def _without_waiting(settings: Settings) -> Settings:
    """Who holds the warehouse is named, not waited for."""
    limits = settings.file.warehouse.model_copy(update={"lock_wait": 0.0})
    return replace(settings, file=settings.file.model_copy(update={"warehouse": limits}))
