"""What is published: the link leads to a file, its manifest is there, it is what was published, and it is of today."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from pipelines.doctor.finding import Finding, error, ok, warning
from pipelines.errors import WarehouseError
from pipelines.settings import Settings
from pipelines.warehouse import Snapshot, last_load, published_file, read_manifest, read_snapshots, what_is_wrong

PUBLISH = "`claimhouse backfill --from-step models` publishes anew."
GO_BACK = (
    "`claimhouse snapshots rollback` publishes the one before, `claimhouse backfill --from-step models` a new one."
)


def examine_publication(settings: Settings) -> Iterator[Finding]:
    link, file = settings.home.published, published_file(settings.home)
    if file is None:
        if link.exists():
            yield error("publication", f"{link} is no link to a snapshot", f"Move it away; {PUBLISH}")
        else:
            yield ok("publication", "nothing is published yet")
        return
    if not file.is_file():
        yield error("publication", f"{link} leads to {file}, which is not there", GO_BACK)
        return
    try:
        read_manifest(settings)
    except WarehouseError as wrong:
        yield error("publication", str(wrong), PUBLISH)
        return
    for snapshot in read_snapshots(settings.home):
        if snapshot.is_published:
            yield from _examine(settings, snapshot)


def _examine(settings: Settings, snapshot: Snapshot) -> Iterator[Finding]:
    if wrong := what_is_wrong(snapshot):
        yield error("publication", f"{snapshot.path}: {wrong}", GO_BACK)
        return
    yield ok("publication", f"{snapshot.path} is what was published")
    if not settings.home.warehouse.exists():
        return
    try:
        loaded = last_load(settings)
    except WarehouseError:  # told by the examination of the warehouse
        return
    published = datetime.fromisoformat(snapshot.manifest.published_at)
    if loaded and loaded > published:
        yield warning(
            "publication",
            f"it is of {published:%Y-%m-%d %H:%M} UTC, and rows were loaded at {loaded:%Y-%m-%d %H:%M}",
            PUBLISH,
        )
