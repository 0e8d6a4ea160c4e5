"""Archive dates as Dagster partitions: UTC days from `start_date` of the sources file up to today."""

from datetime import date

import dagster as dg


def archive_dates(start: date) -> dg.DailyPartitionsDefinition:
    """Today is included, so that a feed polled during the day has a partition to go into."""
    return dg.DailyPartitionsDefinition(start_date=start.isoformat(), timezone="UTC", end_offset=1)


def days_of(context: dg.AssetExecutionContext) -> list[date]:
    """The archive dates of a run, one or a range."""
    return [date.fromisoformat(key) for key in context.partition_keys]
