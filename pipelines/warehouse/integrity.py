"""Are the raw tables what the program says they are, and is every date in them? Whether figures are usual is in
`drift`; what one mart owes to another is a data test in `dbt/`."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from pipelines.settings import Settings
from pipelines.warehouse.findings import Findings, looking
from pipelines.warehouse.inspection import differing_columns, newest_load
from pipelines.warehouse.snapshots import read_manifest

PROVENANCE = ("article_id", "archive_date", "rule_id", "annotator_version", "run_id", "loaded_at")
"""What every row owes, where its table has the column."""
DUE_AT = time(8)
"""When yesterday's archive date must be there, in the time zone of the schedules: the daily run starts at a quarter
past five and takes minutes."""


def check_raw_tables(settings: Settings) -> Findings:
    """The columns and types of the raw tables are those of the program, and no provenance is null.

    The nulls cost next to nothing: DuckDB keeps statistics of columns, and where these know of no null it counts none.
    """
    with looking(settings) as connection:
        faults = {
            name: f"it is {found} and should be {wanted}" if found else "it is missing"
            for name, (wanted, found) in differing_columns(connection).items()
        }
        sql = "select table_name, column_name from duckdb_columns() where schema_name = 'raw' order by all"
        owed: dict[str, list[str]] = {}
        for table, column in connection.execute(sql).fetchall():
            owed.setdefault(table, []).extend([column] if column in PROVENANCE else [])
        rows = 0
        for table, columns in owed.items():
            counted = ", ".join(["count(*)", *(f'count(*) - count("{column}")' for column in columns)])
            total, *nulls = connection.execute(f'select {counted} from raw."{table}"').fetchall()[0]
            rows += total
            counts = zip(columns, nulls, strict=True)
            faults |= {f"{table}.{column}": f"{count} rows without it" for column, count in counts if count}
    return Findings(faults, {"tables": len(owed), "rows": rows, "faults": len(faults)})


def check_every_date(settings: Settings, now: datetime) -> Findings:
    """Every archive date from the first loaded one to the last that is due has a collection log or was annotated.

    It looks at the dates and not at when something was loaded last: a hole of last week is as old today.
    """
    with looking(settings) as connection:
        sql = "select archive_date from raw.collection_log union select archive_date from raw.loads"
        loaded = {day for (day,) in connection.execute(sql).fetchall()}
    last = last_due(now, ZoneInfo(settings.file.schedules.timezone))
    first = min(loaded, default=last)
    due = map(date.fromordinal, range(first.toordinal(), last.toordinal() + 1))
    missing = [day for day in due if day not in loaded]
    faults = {name_range(days): f"{len(days)} dates" for days in _unbroken(missing)}
    behind = (last - max(loaded)).days if loaded else 0
    return Findings(faults, {"loaded": len(loaded), "missing": len(missing), "days_behind": max(behind, 0)})


def last_due(now: datetime, zone: ZoneInfo) -> date:
    """The last archive date that must have been loaded by `now`: yesterday, or before `DUE_AT` the day before it."""
    local = now.astimezone(zone)
    return local.date() - timedelta(days=1 if local.time() >= DUE_AT else 2)


def name_range(days: list[date]) -> str:
    return str(days[0]) if len(days) == 1 else f"{days[0]} to {days[-1]}"


def _unbroken(days: Iterable[date]) -> Iterable[list[date]]:
    """Ascending days as ranges without a gap."""
    for _, found in groupby(enumerate(days), lambda numbered: numbered[1].toordinal() - numbered[0]):
        yield [day for _, day in found]


def check_snapshot_age(settings: Settings) -> Findings:
    """What is published was copied after the last load."""
    with looking(settings) as connection:
        loaded = newest_load(connection)
    manifest = read_manifest(settings)
    if loaded is None or manifest is None:
        return Findings({} if manifest else {"snapshot": "nothing is published"}, {"hours_behind": 0.0})
    published = datetime.fromisoformat(manifest.published_at)
    behind = max((loaded - published).total_seconds() / 3600, 0.0)
    faults = {manifest.file: f"{behind:.1f} hours older than the last load"} if behind else {}
    return Findings(faults, {"hours_behind": round(behind, 2)})
