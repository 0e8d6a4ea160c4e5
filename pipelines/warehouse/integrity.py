"""Are the raw tables what the program says they are, and is every date in them? Whether figures are usual is in
`drift`; what one mart owes to another is a data test in `dbt/`."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

import duckdb
import pyarrow as pa

from pipelines.settings import Settings
from pipelines.warehouse.findings import Findings, looking
from pipelines.warehouse.load import TYPES
from pipelines.warehouse.publish import read_manifest
from pipelines.warehouse.tables import RAW_SCHEMAS

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
        faults = _faulty_columns(connection)
        rows = 0
        for name, schema in RAW_SCHEMAS.items():
            if name in faults:
                continue
            owed = [c for c in PROVENANCE if c in _columns(schema) and f"{name}.{c}" not in faults]
            counted = ", ".join(f'count(*) - count("{column}")' for column in owed)
            total, *nulls = connection.execute(f'select count(*), {counted} from raw."{name}"').fetchall()[0]
            rows += total
            faults |= {f"{name}.{c}": f"{count} rows without it" for c, count in zip(owed, nulls, strict=True) if count}
    return Findings(faults, {"tables": len(RAW_SCHEMAS), "rows": rows, "faults": len(faults)})


def _faulty_columns(connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """Tables and columns that lack or are of another type. Columns that a later program added do no harm."""
    sql = "select table_name, column_name, lower(data_type) from duckdb_columns() where schema_name = 'raw'"
    found = {(table, column): kind for table, column, kind in connection.execute(sql).fetchall()}
    there = {table for table, _ in found}
    faults = {name: "the table is missing" for name in RAW_SCHEMAS if name not in there}
    for name, schema in RAW_SCHEMAS.items():
        if name in faults:
            continue
        for column, kind in _columns(schema).items():
            is_a = found.get((name, column))
            if is_a is None:
                faults[f"{name}.{column}"] = "the column is missing"
            elif is_a.replace("timestamp with time zone", "timestamptz") != kind:
                faults[f"{name}.{column}"] = f"it is {is_a} and should be {kind}"
    return faults


def _columns(schema: pa.Schema) -> dict[str, str]:
    """The columns of a raw table and their types: what is staged, and what the loader adds."""
    return {f.name: TYPES[f.type] for f in schema} | {"run_id": "varchar", "loaded_at": "timestamptz"}


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
        row = connection.execute("select max(loaded_at) from raw.collection_log").fetchone()
        annotated = connection.execute("select max(loaded_at) from raw.loads").fetchone()
    loads = [moment for (moment,) in (row or (None,), annotated or (None,)) if moment is not None]
    manifest = read_manifest(settings)
    if not loads or manifest is None:
        return Findings({} if manifest else {"snapshot": "nothing is published"}, {"hours_behind": 0.0})
    published = datetime.fromisoformat(manifest.published_at)
    behind = max((max(loads).astimezone(UTC) - published).total_seconds() / 3600, 0.0)
    faults = {manifest.file: f"{behind:.1f} hours older than the last load"} if behind else {}
    return Findings(faults, {"hours_behind": round(behind, 2)})
