"""The snapshots of a home: files with their manifests, and the link that says which one is published.

A snapshot is a file and its manifest, both whole; anything else in the folder is a leftover of a process that died.
How a snapshot is made is in `publish`.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields
from pathlib import Path

from pipelines.durable import PART, sync_folder
from pipelines.errors import UsageError, WarehouseBusy, WarehouseError
from pipelines.home import Home
from pipelines.locks import process_lock
from pipelines.settings import Settings

FILES = {".duckdb": "claimhouse-*.duckdb", ".lake": "claimhouse-*.lake"}
"""The snapshots of each engine: one leaves those of the other alone."""
PUBLISHING = "publishing.lock"
"""Locked while somebody makes or removes snapshots, or moves the link."""
NEW_LINK = ".new"
CHUNK = 1 << 23
"""Bytes read at a time."""
PUBLISH_AGAIN = "`claimhouse backfill --from-step models` publishes anew."


@dataclass(frozen=True, slots=True)
class Manifest:
    """What was published: the file, when, rows per mart, versions, and the file's SHA-256.

    What a manifest of an earlier version does not say is None.
    """

    file: str
    published_at: str
    rows: dict[str, int]
    schema_version: int
    code_version: str
    sha256: str
    bytes: int
    dbt_version: str | None = None
    duckdb_version: str | None = None
    newest_archive_date: str | None = None


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One that can be published: its file, and what was said of it when it was made."""

    path: Path
    manifest: Manifest
    is_published: bool

    @property
    def name(self) -> str:
        """What a user calls it: the time in its file's name."""
        return name_of(self.path)


def name_of(path: Path) -> str:
    """`20260302T051500000000Z` of `claimhouse-20260302T051500000000Z.duckdb`."""
    return path.stem.removeprefix("claimhouse-")


def manifest_path(snapshot: Path) -> Path:
    return snapshot.with_suffix(".json")


def published_file(home: Home) -> Path | None:
    """The file that the link names, whether it is there or not. None if nothing is published."""
    link = home.published
    return link.parent / link.readlink() if link.is_symlink() else None


def read_snapshots(home: Home) -> list[Snapshot]:
    """The whole ones, oldest first. A manifest that cannot be read makes no snapshot."""
    found, current = [], published_file(home)
    for path in sorted(home.published.parent.glob(FILES[home.published.suffix])):
        try:
            found.append(Snapshot(path, _read_manifest(path), path == current))
        except WarehouseError:
            continue
    return found


def read_manifest(settings: Settings) -> Manifest | None:
    """The manifest of what is published now, or None. Raises `WarehouseError` if it is gone or damaged."""
    current = published_file(settings.home)
    return _read_manifest(current) if current and current.exists() else None


def _read_manifest(snapshot: Path) -> Manifest:
    path = manifest_path(snapshot)
    known = {field.name for field in fields(Manifest)}
    try:
        said = json.loads(path.read_text(encoding="utf-8"))
        return Manifest(**{name: value for name, value in said.items() if name in known})
    except OSError as error:
        raise WarehouseError(f"{path}: the manifest cannot be read ({error.strerror}). {PUBLISH_AGAIN}") from error
    except (ValueError, TypeError, AttributeError) as error:
        raise WarehouseError(f"{path}: is no manifest ({error}). {PUBLISH_AGAIN}") from error


@contextmanager
def publishing(settings: Settings) -> Iterator[None]:
    """Be the only process that changes which snapshots there are. Raises `WarehouseBusy` naming the other one."""
    wait = settings.file.warehouse.lock_wait

    def busy(holder: str) -> WarehouseBusy:
        return WarehouseBusy(
            f"{settings.home.published}: {holder} is publishing, and has been for the {wait:g} s that were waited. "
            "Wait for it, or raise warehouse.lock_wait in the sources file."
        )

    with process_lock(settings.home.published.with_name(PUBLISHING), wait, busy):
        yield


def what_is_wrong(snapshot: Snapshot) -> str | None:
    """How a snapshot's file differs from its manifest; None if it does not. Reads the whole file."""
    size = snapshot.path.stat().st_size
    if size != snapshot.manifest.bytes:
        return f"has {size:,} bytes instead of {snapshot.manifest.bytes:,}"
    with snapshot.path.open("rb") as file:
        if hashlib.file_digest(file, "sha256").hexdigest() != snapshot.manifest.sha256:
            return "does not have the content that was published (its SHA-256 is another)"
    return None


def choose(home: Home, name: str | None) -> Snapshot:
    """The snapshot of this name, or the one before the published one. Raises `UsageError` naming those there are."""
    snapshots, current = read_snapshots(home), published_file(home)
    there = ", ".join(snapshot.name for snapshot in snapshots) or "none"
    if name is None:
        before = [s for s in snapshots if current is None or s.path.name < current.name]
        if not before:
            raise UsageError(f"{home.published.parent}: nothing is older than what is published. There are: {there}.")
        return before[-1]
    wanted = name_of(Path(name)) if name.endswith((".duckdb", ".lake", ".json")) else name.removeprefix("claimhouse-")
    for snapshot in snapshots:
        if snapshot.name == wanted:
            return snapshot
    raise UsageError(f"{home.published.parent}: no snapshot '{name}'. There are: {there}.")


def rollback(settings: Settings, name: str | None = None) -> Snapshot:
    """Publish an older snapshot again, or any other one there is. The next publication goes forward again.

    Raises `UsageError` for a name that is none, `WarehouseError` for a damaged file; the link stays then.
    """
    with publishing(settings):
        chosen = choose(settings.home, name)
        if wrong := what_is_wrong(chosen):
            raise WarehouseError(f"{chosen.path}: {wrong}. It is not published; choose another snapshot.")
        move_link(settings.home, chosen.path)
    return chosen


def move_link(home: Home, snapshot: Path) -> None:
    """Publish this file: a reader sees the old one or the new one. Within `publishing`."""
    new = home.published.with_name(home.published.name + NEW_LINK)
    new.unlink(missing_ok=True)
    new.symlink_to(snapshot.name)
    new.replace(home.published)
    sync_folder(new.parent)


def sweep(home: Home) -> None:
    """Remove what a publication that died has left: parts, half a pair, a link not moved. Within `publishing`."""
    folder, current = home.published.parent, published_file(home)
    whole = {snapshot.path for snapshot in read_snapshots(home)}
    others = [path for suffix in FILES if suffix != home.published.suffix for path in folder.glob(FILES[suffix])]
    kept = {current, *whole} | {manifest_path(path) for path in (*whole, *others, *([current] if current else ()))}
    for pattern in (
        FILES[home.published.suffix],
        "claimhouse-*.json",
        f"claimhouse-*{PART}",
        f"*{NEW_LINK}",
        "claimhouse-*.wal",
    ):
        for path in folder.glob(pattern):
            if path not in kept:
                path.unlink()


def prune(home: Home, keep: int) -> None:
    """Remove all but the newest `keep` snapshots and the published one. Within `publishing`.

    A reader that has an old one open keeps it until it closes.
    """
    for old in read_snapshots(home)[:-keep]:
        if not old.is_published:
            old.path.unlink()
            manifest_path(old.path).unlink()
    sync_folder(home.published.parent)


def digest_while_copying(source: Path, target: Path) -> str:
    """Copy a file in one pass, synced; returns the SHA-256 of what was copied, in hex."""
    digest, buffer = hashlib.sha256(), memoryview(bytearray(CHUNK))
    with source.open("rb", buffering=0) as read, target.open("wb", buffering=0) as write:
        while size := read.readinto(buffer):
            digest.update(buffer[:size])
            _write_all(write.fileno(), buffer[:size])
        os.fsync(write.fileno())
    return digest.hexdigest()


def _write_all(descriptor: int, content: memoryview) -> None:
    while content:
        content = content[os.write(descriptor, content) :]
