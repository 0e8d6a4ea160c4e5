"""The working warehouse: it opens, every table can be read, and the raw tables are those of this code."""

from __future__ import annotations

from collections.abc import Iterator

from pipelines.doctor.finding import Finding, error, ok, warning
from pipelines.errors import WarehouseBusy, WarehouseError
from pipelines.settings import Settings
from pipelines.warehouse import raw_differences, unreadable_tables

REBUILD = "`claimhouse rebuild` makes it anew from the archive; readers keep the published file meanwhile."
LATER = "Ask again when that process has ended."


def examine_warehouse(settings: Settings) -> Iterator[Finding]:
    path = settings.home.warehouse
    if not settings.home.has_lake and not path.exists():
        yield ok("warehouse", f"{path} is not there yet")
        return
    try:
        damaged = list(unreadable_tables(settings))
    except WarehouseBusy as busy:
        yield warning("warehouse", f"not examined. {busy}", LATER)
        return
    except WarehouseError as wrong:
        yield error("warehouse", str(wrong), REBUILD)
        return
    if damaged:
        yield error("warehouse", f"{path}: cannot be read: {'; '.join(damaged)}", REBUILD)
        return
    place = settings.file.warehouse.data if settings.home.has_lake else path
    yield ok("warehouse", f"{place}: every table can be read")
    yield from _examine_raw_tables(settings)


def _examine_raw_tables(settings: Settings) -> Iterator[Finding]:
    try:
        missing, other = raw_differences(settings)
    except WarehouseError as wrong:
        yield warning("raw tables", f"not examined. {wrong}", LATER)
        return
    if other:
        yield error("raw tables", "; ".join(other), REBUILD)
    if missing:
        mend = "`claimhouse backfill --from-step parse --stale` adds and fills them."
        yield warning("raw tables", f"missing: {', '.join(missing)}", mend)
    if not other and not missing:
        yield ok("raw tables", "they have the columns of this code")
