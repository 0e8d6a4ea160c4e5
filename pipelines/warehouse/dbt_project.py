"""The dbt project as files: what it is made of, when it was edited, and what dbt has read of it."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path

from pipelines.durable import replace_file
from pipelines.register import OwnCompany
from pipelines.settings import ROOT, Settings

PROJECT = ROOT / "dbt"
PROJECT_PARTS = ("models", "seeds", "macros", "tests")
PROGRAMS = ("dbt-core", "dbt-duckdb", "duckdb")
PARSED = ("manifest.json", "partial_parse.msgpack")
"""What dbt leaves in a target folder of what it has read of the project."""
PARSED_ONCE = PROJECT / "target" / "parsed"
"""The same for every home that has none yet; dbt itself sees what of it an edit of the project has made old."""


def give_what_is_parsed(settings: Settings) -> None:
    """Let dbt and Dagster begin with what was read of the project in another home."""
    for name in PARSED:
        known, own = PARSED_ONCE / name, settings.home.dbt / "target" / name
        if known.exists() and not own.exists():
            _copy(known, own)


def keep_what_is_parsed(settings: Settings) -> None:
    """Keep what dbt has read of the project for other homes, where the project's folder can be written to."""
    edited = newest_file_of_project()

    def is_fresh(path: Path) -> bool:
        return path.exists() and path.stat().st_mtime >= edited

    for name in PARSED:
        known, own = PARSED_ONCE / name, settings.home.dbt / "target" / name
        if is_fresh(own) and not is_fresh(known):
            with suppress(OSError):
                _copy(own, known)


def _copy(file: Path, to: Path) -> None:
    replace_file(to, lambda part: shutil.copy2(file, part))


def newest_file_of_project() -> float:
    """When a file of the dbt project was last changed, in seconds since the epoch."""
    files = (path for part in PROJECT_PARTS for path in (PROJECT / part).rglob("*"))
    return max(path.stat().st_mtime for path in (*files, PROJECT / "dbt_project.yml"))


def project_fingerprint(own: Sequence[OwnCompany]) -> str:
    """Changes with every file of the dbt project, with the programs that run it and with the home's own companies."""
    digest = hashlib.blake2b(digest_size=16)
    for name in PROGRAMS:
        digest.update(f"{name} {version(name)}\n".encode())
    for path in sorted(p for folder in PROJECT_PARTS for p in (PROJECT / folder).rglob("*") if p.is_file()):
        digest.update(f"{path.relative_to(PROJECT)}\n".encode() + path.read_bytes())
    digest.update((PROJECT / "dbt_project.yml").read_bytes())
    digest.update(json.dumps([asdict(company) for company in own]).encode())
    return digest.hexdigest()
