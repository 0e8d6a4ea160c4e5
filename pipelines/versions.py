"""Which code made a row: digests of the files that say how a step reads."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

CODE = (".py", ".yaml", ".csv")
"""Endings of files that decide what a step makes of its input."""


def files_of(folder: Path) -> list[Path]:
    """The files of a package that decide what it does, in the order of their names."""
    return sorted(path for path in folder.rglob("*") if path.suffix in CODE)


def digest_of(paths: Iterable[Path], *more: str) -> str:
    """Eight hex digits that change with any of the files and words."""
    digest = hashlib.blake2b(digest_size=4)
    for path in paths:
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    for word in more:
        digest.update(word.encode() + b"\0")
    return digest.hexdigest()
