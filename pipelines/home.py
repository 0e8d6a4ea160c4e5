"""Where everything of a home lies. What is in which place is told in docs/configuration.md."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Home:
    """Where everything lies. One directory a run's whole state can be moved with."""

    path: Path
    has_lake: bool = False
    """The tables lie in a lake; what is published says which snapshot of it."""

    @property
    def warc(self) -> Path:
        return self.path / "warc"

    @property
    def collection(self) -> Path:
        return self.path / "collection"

    @property
    def spool(self) -> Path:
        return self.path / "spool"

    @property
    def articles(self) -> Path:
        return self.path / "articles"

    @property
    def parts(self) -> Path:
        """What workers have made of parts of a date, until it is put together."""
        return self.path / "parts"

    @property
    def date_lock(self) -> Path:
        """Locked, a byte for each archive date, while the date's files are read and replaced."""
        return self.path / "articles" / "dates.lock"

    @property
    def inbox(self) -> Path:
        """Files that the sensor `inbox` imports."""
        return self.path / "inbox"

    @property
    def backfills(self) -> Path:
        """What backfills have done so far, one file each."""
        return self.path / "backfills"

    @property
    def annotations(self) -> Path:
        return self.path / "annotations"

    @property
    def register(self) -> Path:
        """The user's own companies, `*.csv`."""
        return self.path / "register"

    @property
    def warehouse(self) -> Path:
        return self.path / "warehouse" / "claimhouse.duckdb"

    @property
    def lake(self) -> Path:
        """Which lake the home's tables lie in, for commands that only read; not there where they lie in a file."""
        return self.path / "warehouse" / "lake.json"

    @property
    def published(self) -> Path:
        return self.path / "published" / f"claimhouse.{'lake' if self.has_lake else 'duckdb'}"

    @property
    def dbt(self) -> Path:
        return self.path / "dbt"

    @property
    def dagster(self) -> Path:
        return self.path / "dagster"
