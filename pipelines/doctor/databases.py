"""The SQLite files of a home, and Dagster's settings: can they be read. Dagster itself is not asked."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import yaml

from pipelines.doctor.finding import Finding, error, ok
from pipelines.settings import Settings

STATE_MEND = "Move it away: it is made again from the archive, and what is listed again is found again."
DAGSTER_MEND = "Move it away: Dagster makes a new one. Its runs are forgotten; no data of the warehouse are in it."


def examine_collection_state(settings: Settings) -> Finding:
    path = settings.home.collection / "state.sqlite"
    if not path.exists():
        return ok("collection state", f"{path} is not there yet")
    if wrong := sqlite_problem(path):
        return error("collection state", f"{path}: {wrong}", STATE_MEND)
    return ok("collection state", f"{path} is whole")


def examine_dagster(settings: Settings) -> Iterator[Finding]:
    folder = settings.home.dagster
    found = [*_instance(folder / "dagster.yaml"), *_storage(folder)]
    yield from found or [ok("dagster", f"{folder} is whole" if folder.is_dir() else f"{folder} is not there yet")]


def _instance(path: Path) -> Iterator[Finding]:
    mend = "Correct it, or delete it: the next run writes one."
    try:
        said = yaml.safe_load(path.read_text(encoding="utf-8")) if path.exists() else None
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as wrong:
        yield error("dagster", f"{path}: cannot be read: {' '.join(str(wrong).split())}", mend)
        return
    if said is not None and not isinstance(said, dict):
        yield error("dagster", f"{path}: is no mapping of settings", mend)


def _storage(folder: Path) -> Iterator[Finding]:
    for path in sorted(folder.rglob("*.db")):
        if wrong := sqlite_problem(path):
            yield error("dagster", f"{path}: {wrong}", DAGSTER_MEND)


def sqlite_problem(path: Path) -> str | None:
    """What SQLite's quick check says against a file; None if it is whole or empty."""
    log = path.with_name(path.name + "-wal")
    # Reading beside a log wants its index file; without a log SQLite is kept from making either.
    mode = "mode=ro" if log.exists() and log.stat().st_size else "mode=ro&immutable=1"
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?{mode}", uri=True)) as connection:
            (said,) = connection.execute("pragma quick_check(1)").fetchone()
    except sqlite3.Error as wrong:
        return f"cannot be read ({wrong})"
    return None if said == "ok" else f"is damaged ({said})"
