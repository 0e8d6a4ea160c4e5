"""Files that are there whole or not at all: written beside, synced, renamed into place."""

from __future__ import annotations

import os
from pathlib import Path

PART = ".part"
"""Ending of what is being written; nobody reads it."""


def write_whole(path: Path, data: bytes) -> None:
    """Write `data` so that a reader, now or after a crash, sees the old file or the new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.{os.getpid()}{PART}")
    with part.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
    sync_folder(path.parent)


def sync_file(path: Path, size: int) -> None:
    """Cut a file to `size` bytes and wait until these are on the disk."""
    with path.open("r+b") as file:
        file.truncate(size)
        os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Make a rename in `folder` survive a power cut (where the system can open folders)."""
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except OSError:
        return
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
