"""Files that are there whole or not at all: written beside, synced, renamed into place."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

PART = ".part"
"""Ending of what is being written; nobody reads it."""


def part_of(final: Path) -> Path:
    """Where a file is written until it is whole."""
    return final.with_name(final.name + PART)


def replace_file(final: Path, write: Callable[[Path], object]) -> None:
    """Give a file new content by `write(part)`; a process killed meanwhile leaves the old one."""
    final.parent.mkdir(parents=True, exist_ok=True)
    write(part_of(final))
    finish(final)


def finish(final: Path, size: int | None = None) -> None:
    """Give what was written to `part_of(final)` its name, cut to `size` bytes if given.

    A reader, now or after a crash, sees the old file or the new one.
    """
    part = part_of(final)
    with part.open("r+b") as file:
        if size is not None:
            file.truncate(size)
        os.fsync(file.fileno())
    part.replace(final)
    sync_folder(final.parent)


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
