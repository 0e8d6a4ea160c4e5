"""Making a snapshot: copy the warehouse, look at the copy, describe it, and only then move the link to it.

A process that dies between any two of these leaves the old snapshot published and something that the next one sweeps.
"""

from __future__ import annotations

import errno
import hashlib
import json
import shutil
from dataclasses import asdict
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import duckdb

from pipelines.durable import finish, part_of, replace_file
from pipelines.errors import WarehouseError
from pipelines.settings import VERSION, Settings
from pipelines.warehouse.audit import audit
from pipelines.warehouse.connection import open_warehouse
from pipelines.warehouse.contract import SCHEMA_VERSION
from pipelines.warehouse.derivation import waiting
from pipelines.warehouse.lake import snapshot_now, write_pointer
from pipelines.warehouse.snapshots import (
    Manifest,
    digest_while_copying,
    manifest_path,
    move_link,
    prune,
    publishing,
    sweep,
)

NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def publish(settings: Settings) -> Manifest:
    """Copy the warehouse and make the copy the published file.

    Raises `WarehouseError` naming what is wrong with the copy, or that the disk has no room for it, and
    `WarehouseBusy` as `writing` does. What was published stays published then, and the copy is removed.
    """
    link = settings.home.published
    link.parent.mkdir(parents=True, exist_ok=True)
    with publishing(settings):
        sweep(settings.home)
        moment = datetime.now(UTC)
        target = link.with_name(f"claimhouse-{moment:%Y%m%dT%H%M%S%fZ}{link.suffix}")
        try:
            manifest = _make(settings, target, moment)
        except BaseException:
            for left in (part_of(target), target, part_of(manifest_path(target)), manifest_path(target)):
                left.unlink(missing_ok=True)
            raise
        move_link(settings.home, target)
        settings.remember_engine()
        prune(settings.home, settings.file.warehouse.keep_snapshots)
    return manifest


def _make(settings: Settings, target: Path, moment: datetime) -> Manifest:
    """A whole snapshot that is not published yet: the copy, audited, and its manifest."""
    part = part_of(target)
    digest = _point(settings, part) if settings.home.has_lake else _copy(settings, part)
    found = audit(part, settings)
    manifest = Manifest(
        file=target.name,
        published_at=moment.isoformat(),
        rows=found.rows,
        schema_version=SCHEMA_VERSION,
        code_version=VERSION,
        sha256=digest,
        bytes=part.stat().st_size,
        dbt_version=version("dbt-core"),
        duckdb_version=duckdb.__version__,
        newest_archive_date=str(found.newest_archive_date) if found.newest_archive_date else None,
    )
    finish(target)
    text = json.dumps(asdict(manifest), indent=1) + "\n"
    replace_file(manifest_path(target), lambda path: path.write_text(text, encoding="utf-8"))
    return manifest


def _refuse_half(connection: duckdb.DuckDBPyConnection) -> None:
    """Raise `WarehouseError` between two of the builds that derive what was loaded, and after one that died."""
    if left := waiting(connection):
        raise WarehouseError(
            f"{left:,} articles wait to be derived, so nothing was published. Derive them first: "
            "claimhouse backfill --from-step models"
        )


def _point(settings: Settings, part: Path) -> str:
    """Name the newest snapshot of the lake, which keeps all it holds. Returns the SHA-256 of what was written."""
    with open_warehouse(settings) as connection:
        _refuse_half(connection)
        write_pointer(part, snapshot_now(connection))
    return hashlib.sha256(part.read_bytes()).hexdigest()


def _copy(settings: Settings, part: Path) -> str:
    """Copy the warehouse, all of its log written into it. Returns the copy's SHA-256. Nobody writes meanwhile."""
    source = settings.home.warehouse
    with open_warehouse(settings) as connection:
        _refuse_half(connection)
        connection.execute("checkpoint")
        needed, free = source.stat().st_size, shutil.disk_usage(part.parent).free
        try:
            if needed > free:
                raise OSError(errno.ENOSPC, "no room", str(part))
            return digest_while_copying(source, part)
        except OSError as error:
            if error.errno not in NO_ROOM:
                raise
            part.unlink(missing_ok=True)
            free = shutil.disk_usage(part.parent).free
            raise WarehouseError(
                f"{part}: no room for the snapshot: it needs {needed:,} bytes, {free:,} are free. Make room, or keep "
                "fewer snapshots (warehouse.keep_snapshots). What was published before stays."
            ) from error
