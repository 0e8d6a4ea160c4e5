"""The raw tables against the program, the loaded dates against the calendar, the snapshot against the last load."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import duckdb
import pytest

from pipelines.errors import WarehouseBusy
from pipelines.records import Annotations, SourceLog, StoredArticle
from pipelines.settings import Settings
from pipelines.warehouse import (
    AnnotationStore,
    Provenance,
    check_every_date,
    check_raw_tables,
    check_snapshot_age,
    load_dates,
    publish,
)
from pipelines.warehouse.integrity import last_due

DAY = date(2026, 3, 2)
BERLIN = ZoneInfo("Europe/Berlin")
MakeAnnotated = Callable[..., tuple[StoredArticle, Annotations]]


def execute(settings: Settings, *statements: str) -> None:
    with duckdb.connect(str(settings.home.warehouse)) as connection:
        for statement in statements:
            connection.execute(statement)


@pytest.fixture
def loaded(settings: Settings, annotated: MakeAnnotated) -> Settings:
    """A home with one article in every raw table."""
    AnnotationStore(settings.home.annotations).write(DAY, [annotated()], Provenance("parser-1", 3, "lexicon-1"))
    load_dates(settings, {DAY: [SourceLog("press", DAY, parsed=1)]}, "run-1")
    return settings


def test_raw_tables_as_the_loader_makes_them_have_no_fault(loaded: Settings) -> None:
    found = check_raw_tables(loaded)
    assert found.faults == {}
    assert found.counts["rows"] > 15


@pytest.mark.parametrize(
    ("statement", "fault"),
    [
        ("alter table raw.cues drop column cue_id", ("cues.cue_id", "it is missing")),
        ("alter table raw.mentions drop column rule_id", ("mentions.rule_id", "it is missing")),
        ("alter table raw.times alter region type blob", ("times.region", "it is BLOB and should be VARCHAR")),
        ("update raw.clauses set run_id = null", ("clauses.run_id", "2 rows without it")),
        ("update raw.collection_log set loaded_at = null", ("collection_log.loaded_at", "1 rows without it")),
    ],
)
def test_what_does_not_agree_is_named(loaded: Settings, statement: str, fault: tuple[str, str]) -> None:
    execute(loaded, statement)
    assert check_raw_tables(loaded).faults == dict([fault])


def test_a_missing_table_is_named_by_its_columns(loaded: Settings) -> None:
    execute(loaded, "drop table raw.quotations")
    faults = check_raw_tables(loaded).faults
    assert {name.partition(".")[0] for name in faults} == {"quotations"}
    assert set(faults.values()) == {"it is missing"}


def test_a_column_of_a_later_program_does_no_harm(loaded: Settings) -> None:
    execute(loaded, "alter table raw.cues add column weight integer")
    assert check_raw_tables(loaded).faults == {}


def test_a_held_warehouse_is_waited_for_and_then_its_holder_named(
    loaded: Settings, hold: Callable[..., object]
) -> None:
    holder = hold(loaded.home.warehouse)
    with pytest.raises(WarehouseBusy, match=f"process {holder.pid} "):  # type: ignore[attr-defined]
        check_raw_tables(loaded)


@pytest.mark.parametrize(
    ("now", "due"),
    [
        ("2026-03-10T07:59+01:00", date(2026, 3, 8)),
        ("2026-03-10T08:00+01:00", date(2026, 3, 9)),
        ("2026-03-10T00:30+01:00", date(2026, 3, 8)),  # in UTC it is still the ninth
        ("2026-03-29T08:00+02:00", date(2026, 3, 28)),  # clocks went forward this night
        ("2026-10-25T07:30+01:00", date(2026, 10, 23)),  # and back in this one
        ("2026-10-25T22:00-08:00", date(2026, 10, 24)),  # seven in the morning of the next day in Berlin
    ],
)
def test_yesterday_is_due_at_eight(now: str, due: date) -> None:
    assert last_due(datetime.fromisoformat(now), BERLIN) == due


def test_missing_dates_are_named_however_fresh_the_last_load_is(loaded: Settings) -> None:
    for days in (1, 4, 5, 8):
        day = DAY + timedelta(days=days)
        load_dates(loaded, {day: [SourceLog("press", day)]}, "run-2")
    found = check_every_date(loaded, datetime(2026, 3, 12, 9, tzinfo=BERLIN))
    assert list(found.faults) == ["2026-03-04 to 2026-03-05", "2026-03-08 to 2026-03-09", "2026-03-11"]
    assert found.counts == {"loaded": 5, "missing": 5, "days_behind": 1}
    assert list(check_every_date(loaded, datetime(2026, 3, 12, 7, tzinfo=BERLIN)).faults)[-1] != "2026-03-11"


def test_a_date_that_gave_nothing_was_loaded_all_the_same(loaded: Settings) -> None:
    """A day without articles has a collection log; one of files alone was annotated. Either will do."""
    execute(loaded, "delete from raw.collection_log")
    assert check_every_date(loaded, datetime(2026, 3, 3, 9, tzinfo=BERLIN)).faults == {}


def test_a_load_after_publication_makes_the_snapshot_old(loaded: Settings, write_marts: Callable[..., None]) -> None:
    assert check_snapshot_age(loaded).faults == {"snapshot": "nothing is published"}
    write_marts(loaded, 1)
    published = publish(loaded)
    assert check_snapshot_age(loaded).faults == {}
    load_dates(loaded, {DAY: [SourceLog("press", DAY)]}, "run-2")
    assert list(check_snapshot_age(loaded).faults) == [published.file]
