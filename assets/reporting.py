"""What assets tell of their dates: metadata of partitions."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date

import dagster as dg

from pipelines.collect import COUNTS
from pipelines.records import SourceLog


def note(context: dg.AssetExecutionContext, found: Mapping[date, Mapping[str, object]]) -> None:
    """Metadata of each date. Numbers stand by themselves, so that Dagster plots them; dates that the run took up
    beside its own are counted in the collection log."""
    own = set(context.partition_keys)
    for day, values in found.items():
        if str(day) in own:
            context.add_asset_metadata(values, partition_key=str(day))


def counts(logs: Iterable[SourceLog]) -> dict[date, dict[str, object]]:
    """For each date the counts over all sources, and every discard by reason."""
    total: dict[date, Counter[str]] = {}
    failures: dict[date, Counter[str]] = {}
    for log in logs:
        total.setdefault(log.archive_date, Counter()).update({name: getattr(log, name) for name in COUNTS})
        failures.setdefault(log.archive_date, Counter()).update(log.failures)
    return {
        day: {**found, "failed": failures[day].total(), "failures": dict(failures[day])} for day, found in total.items()
    }
