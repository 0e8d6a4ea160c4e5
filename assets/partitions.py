"""Archive dates as Dagster partitions: UTC days from `start_date` of the sources file up to today."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

import dagster as dg

DAYS_PER_RUN = 30
"""Days in one run. Many partitions in one run are slow in Dagster's event storage; many runs are slow to start."""


def archive_dates(start: date) -> dg.DailyPartitionsDefinition:
    """Today is included, so that a feed polled during the day has a partition to go into."""
    return dg.DailyPartitionsDefinition(start_date=start.isoformat(), timezone="UTC", end_offset=1)


def days_of(context: dg.AssetExecutionContext) -> list[date]:
    """The archive dates of a run, one or a range."""
    return [date.fromisoformat(key) for key in context.partition_keys]


def chunks(days: Iterable[date]) -> Iterator[tuple[date, date]]:
    """Days in ascending order as runs: unbroken ranges of at most `DAYS_PER_RUN` days, first and last included."""
    first = last = None
    for day in days:
        if first is not None and day == last + timedelta(days=1) and (day - first).days < DAYS_PER_RUN:
            last = day
            continue
        if first is not None:
            yield first, last
        first = last = day
    if first is not None:
        yield first, last
