"""What a check of the warehouse found, and how a check looks into it. The checks are in `integrity` and `drift`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

import duckdb

from pipelines.settings import Settings
from pipelines.warehouse.connection import open_for_reading, writing


@dataclass(frozen=True, slots=True)
class Findings:
    """What is not as it should be, by name, with a reason in figures; and what was counted. Never an article's text."""

    faults: Mapping[str, str] = field(default_factory=dict)
    counts: Mapping[str, float] = field(default_factory=dict)


@contextmanager
def looking(settings: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    """A read-only connection while none of our writers is at work: an open reader would stop dbt in its tracks.

    Raises `WarehouseBusy` naming the holder after `warehouse.lock_wait` seconds.
    """
    with writing(settings), open_for_reading(settings) as connection:
        yield connection
