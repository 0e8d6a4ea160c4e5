"""One writer at a time: a second one waits a bounded time and says for whom; what is no warehouse is named."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import date

import duckdb
import pytest

from pipelines.errors import WarehouseBusy, WarehouseError
from pipelines.settings import Settings
from pipelines.warehouse import load_dates
from pipelines.warehouse.connection import open_for_reading, open_warehouse

DAY = date(2026, 3, 2)


def test_the_warehouse_is_made_where_there_is_none_with_its_limits_and_in_utc(
    make_settings: Callable[..., Settings],
) -> None:
    settings = make_settings(threads=1, memory_limit="512MB")
    with open_warehouse(settings) as connection:
        (row,) = connection.execute(
            "select current_setting('threads'), current_setting('memory_limit'), current_setting('timezone')"
        ).fetchall()
    assert row == (1, "488.2 MiB", "UTC")
    assert settings.home.warehouse.exists()


def test_the_warehouse_is_closed_after_an_error(settings: Settings) -> None:
    with pytest.raises(RuntimeError), open_warehouse(settings):
        raise RuntimeError
    with duckdb.connect(str(settings.home.warehouse), read_only=True) as connection:
        assert connection.execute("select 1").fetchall() == [(1,)]


@pytest.mark.parametrize("content", [b"words " * 1000, b"short"])
def test_a_file_that_is_no_warehouse_is_named_and_kept(settings: Settings, content: bytes) -> None:
    settings.home.warehouse.parent.mkdir(parents=True)
    settings.home.warehouse.write_bytes(content)
    with pytest.raises(WarehouseError, match="cannot be opened") as caught, open_warehouse(settings):
        pass
    assert str(settings.home.warehouse) in str(caught.value)
    assert not isinstance(caught.value, WarehouseBusy)
    assert settings.home.warehouse.read_bytes() == content


def test_a_folder_in_place_of_the_warehouse_is_named(settings: Settings) -> None:
    settings.home.warehouse.mkdir(parents=True)
    with pytest.raises(WarehouseError, match=r"claimhouse\.duckdb"), open_warehouse(settings):
        pass


def test_a_warehouse_held_by_another_process_is_waited_for_and_its_holder_named(
    settings: Settings, hold: Callable[..., object]
) -> None:
    holder = hold(settings.home.warehouse)
    started = time.monotonic()
    with pytest.raises(WarehouseBusy) as caught:
        load_dates(settings, {DAY: []}, "run-1")
    assert 0.3 <= time.monotonic() - started < 10
    message = str(caught.value)
    assert f"process {holder.pid} (" in message  # type: ignore[attr-defined]
    assert "python" in message
    assert str(settings.home.warehouse) in message
    assert "lock_wait" in message


def test_a_reader_holds_it_as_well_as_a_writer(settings: Settings, hold: Callable[..., object]) -> None:
    with open_warehouse(settings):
        pass
    holder = hold(settings.home.warehouse, read_only=True)
    with pytest.raises(WarehouseBusy, match=f"process {holder.pid}"), open_warehouse(settings):  # type: ignore[attr-defined]
        pass


def test_a_holder_that_ends_in_time_costs_only_the_wait(
    make_settings: Callable[..., Settings], hold: Callable[..., object]
) -> None:
    settings = make_settings(lock_wait=60)
    holder = hold(settings.home.warehouse)
    results: list[dict[date, dict[str, int]]] = []
    loader = threading.Thread(target=lambda: results.append(load_dates(settings, {DAY: []}, "run-1")))
    loader.start()
    loader.join(timeout=0.6)  # time for two tries, which must fail
    assert loader.is_alive()
    assert results == []
    holder.release()  # type: ignore[attr-defined]
    loader.join(timeout=30)
    assert not loader.is_alive()
    assert results[0][DAY]["articles"] == 0


def test_a_reader_waits_for_the_writer_too_and_writes_nothing(settings: Settings, hold: Callable[..., object]) -> None:
    with open_warehouse(settings):
        pass
    hold(settings.home.warehouse, read_only=True)
    with open_for_reading(settings) as connection, pytest.raises(duckdb.InvalidInputException, match="read-only"):
        connection.execute("create table things (thing integer)")


def test_a_reader_is_told_who_writes(settings: Settings, hold: Callable[..., object]) -> None:
    holder = hold(settings.home.warehouse)
    with pytest.raises(WarehouseBusy, match=str(holder.pid)), open_for_reading(settings):  # type: ignore[attr-defined]
        pass


def test_a_reader_makes_no_warehouse(settings: Settings) -> None:
    with pytest.raises(WarehouseError, match="no working warehouse"), open_for_reading(settings):
        pass
    assert not settings.home.warehouse.parent.exists()
