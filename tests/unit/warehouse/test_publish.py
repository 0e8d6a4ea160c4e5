"""Publication: a checked copy behind a link, a manifest beside it, readers undisturbed, old snapshots removed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import UTC, datetime

import duckdb
import pytest

from pipelines.errors import WarehouseBusy, WarehouseError
from pipelines.settings import VERSION, Settings
from pipelines.warehouse import publish, query, read_manifest
from pipelines.warehouse.audit import count_rows
from pipelines.warehouse.contract import MARTS, SCHEMA_VERSION

WriteMarts = Callable[..., None]


def snapshots(settings: Settings) -> list[str]:
    return sorted(path.name for path in settings.home.published.parent.glob("claimhouse-*"))


def test_the_published_file_holds_what_the_warehouse_holds(settings: Settings, write_marts: WriteMarts) -> None:
    write_marts(settings, 5)
    manifest = publish(settings)
    assert manifest.rows == dict.fromkeys(MARTS, 5)
    assert query(settings, "select count(*), max(id) from market_moves").rows == ((5, 4),)
    assert settings.home.published.is_symlink()
    assert settings.home.published.readlink().name == manifest.file


def test_the_link_can_be_moved_with_its_home(settings: Settings, write_marts: WriteMarts) -> None:
    write_marts(settings, 1)
    publish(settings)
    assert not settings.home.published.readlink().is_absolute()


def test_the_manifest_tells_what_was_published(settings: Settings, write_marts: WriteMarts) -> None:
    write_marts(settings, 2)
    before = datetime.now(UTC)
    manifest = publish(settings)
    file = settings.home.published.resolve()
    assert before <= datetime.fromisoformat(manifest.published_at) <= datetime.now(UTC)
    assert manifest.file == file.name
    assert manifest.bytes == file.stat().st_size
    assert manifest.sha256 == hashlib.sha256(file.read_bytes()).hexdigest()
    assert (manifest.schema_version, manifest.code_version) == (SCHEMA_VERSION, VERSION)
    assert json.loads(file.with_suffix(".json").read_text())["rows"] == dict.fromkeys(MARTS, 2)
    assert read_manifest(settings) == manifest


def test_nothing_published_has_no_manifest(settings: Settings) -> None:
    assert read_manifest(settings) is None


@pytest.mark.parametrize("keep", [1, 3])
def test_the_newest_snapshots_are_kept_and_older_ones_go_with_their_manifests(
    make_settings: Callable[..., Settings], write_marts: WriteMarts, keep: int
) -> None:
    settings = make_settings(keep_snapshots=keep)
    files = []
    for rows in range(1, 6):
        write_marts(settings, rows)
        files.append(publish(settings).file)
    kept = files[-keep:]
    assert snapshots(settings) == sorted([*kept, *(name.replace(".duckdb", ".json") for name in kept)])
    assert query(settings, "select count(*) from articles").rows == ((5,),)


def test_a_reader_keeps_the_snapshot_that_it_opened(
    make_settings: Callable[..., Settings], write_marts: WriteMarts
) -> None:
    settings = make_settings(keep_snapshots=1)
    write_marts(settings, 1)
    publish(settings)
    with duckdb.connect(str(settings.home.published), read_only=True) as reader:
        write_marts(settings, 2)
        publish(settings)  # replaces the link, and removes the file that is open
        assert reader.execute("select count(*), max(id) from articles").fetchall() == [(1, 0)]
        assert query(settings, "select count(*) from articles").rows == ((2,),)
        assert reader.execute("select count(*) from sources").fetchall() == [(1,)]


def test_a_warehouse_without_one_mart_is_not_published(settings: Settings, write_marts: WriteMarts) -> None:
    write_marts(settings, 1)
    good = publish(settings)
    settings.home.warehouse.unlink()
    write_marts(settings, 9, without="sources")
    with pytest.raises(WarehouseError, match="part: sources is missing"):
        publish(settings)
    assert read_manifest(settings) == good
    assert query(settings, "select count(*) from articles").rows == ((1,),)
    assert snapshots(settings) == sorted([good.file, good.file.replace(".duckdb", ".json")])


def test_what_is_still_in_the_write_ahead_log_is_published_too(settings: Settings, write_marts: WriteMarts) -> None:
    write_marts(settings, 1)
    with duckdb.connect(str(settings.home.warehouse)) as connection:
        connection.execute("pragma disable_checkpoint_on_shutdown")
        connection.execute("insert into articles (id) values (7)")
    assert settings.home.warehouse.with_name("claimhouse.duckdb.wal").exists()
    assert publish(settings).rows["articles"] == 2


def test_a_held_warehouse_leaves_the_published_file_alone(
    settings: Settings, write_marts: WriteMarts, hold: Callable[..., object]
) -> None:
    write_marts(settings, 1)
    good = publish(settings)
    hold(settings.home.warehouse)
    with pytest.raises(WarehouseBusy):
        publish(settings)
    assert read_manifest(settings) == good


def test_rows_are_counted_for_every_mart(settings: Settings, write_marts: WriteMarts) -> None:
    write_marts(settings, 4)
    assert count_rows(settings, settings.home.warehouse) == dict.fromkeys(MARTS, 4)
