"""A lake that cannot be opened says what is wrong with what, strangers only read, and tidying takes nothing from
readers."""

from __future__ import annotations

import subprocess
import warnings
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
import pytest

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # of Dagster's own imports
    import dagster as dg

    from assets.definitions import build_definitions

from pipelines.demo import SOURCES
from pipelines.errors import QueryError, SettingsError, WarehouseError
from pipelines.settings import CATALOG, LAKE, Settings, load_settings
from pipelines.warehouse import (
    build_models,
    compact,
    publish,
    query,
    read_pointer,
    read_snapshots,
    remove_leftovers,
    tidy,
)
from pipelines.warehouse.connection import connect_warehouse
from pipelines.warehouse.lake import KEPT_FOR, open_lake
from pipelines.warehouse.tables import RAW_SCHEMAS
from tests.integration.lake.conftest import MakeLake, open_home
from tests.integration.lake.loader import load_days
from tests.servers import Postgres, free_port, refusing_store

DAY = date(2026, 3, 5)


@pytest.fixture(scope="module")
def lake(make_lake: MakeLake) -> dict[str, str]:
    return make_lake("access")


@pytest.fixture(scope="module")
def settings(lake: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A home with a day that was derived and published."""
    found = open_home(tmp_path_factory.mktemp("access") / "home", lake)
    load_days(found, [DAY])
    build_models(found)
    publish(found)
    return found


@pytest.mark.parametrize(
    "sql",
    [
        "copy (select 1) to '{files}/stolen.csv'",
        "select * from read_text('/etc/passwd')",
        "insert into articles select * from articles",
        "attach 'postgres:{catalog}' as other",
        "select * from postgres_scan('{catalog}', 'public', 'ducklake_snapshot')",
        "select * from postgres_query('__ducklake_metadata_claimhouse', 'select 1')",
        "call postgres_execute('__ducklake_metadata_claimhouse', 'create table stolen (a int)')",
        "select * from __ducklake_metadata_claimhouse.public.ducklake_snapshot",
        "with a as (select * from query('select 1')) select * from a",
        "call ducklake_expire_snapshots('claimhouse', versions => [1])",
        "select * from ducklake_expire_snapshots('claimhouse', versions => [1])",
        "explain analyze select * from postgres_query('__ducklake_metadata_claimhouse', 'select 1')",
        "select path from duckdb_databases()",
        "pragma database_list",
        "from duckdb_settings()",
        "from json_execute_serialized_sql(json_serialize_sql('select 1'))",
        "select * from __ducklake_metadata_claimhouse.ducklake_snapshot",
        "select * from articles at (version => 1)",
        "select current_setting('allowed_directories')",
        "set enable_external_access = true",
        "install httpfs",
        "drop table articles",
    ],
)
def test_a_stranger_only_reads(settings: Settings, lake: dict[str, str], sql: str) -> None:
    before = sorted(Path(lake[LAKE]).rglob("*"))
    with pytest.raises(QueryError):
        query(settings, sql.format(files=lake[LAKE], catalog=lake[CATALOG]))
    assert sorted(Path(lake[LAKE]).rglob("*")) == before
    assert query(settings, "select count(*) from articles").rows == ((DAY.day,),)


def test_what_strangers_ask_for_is_answered(settings: Settings) -> None:
    """The list above refuses no more than it should."""
    shown = query(settings, "show tables").rows
    assert ("market_moves",) in shown
    assert query(settings, "select count(*) from search_articles('Kuka', n := 3)").rows == ((3,),)
    assert query(settings, "with a as (select 1 as b) select b from a").rows == ((1,),)
    assert query(settings, "describe articles").rows


def test_small_loads_leave_no_rows_in_the_catalog(settings: Settings, lake: dict[str, str]) -> None:
    """DuckLake would keep some rows there, where no erasure finds them."""
    asked = "select table_name from information_schema.tables where table_name like 'ducklake_inlined_data_%'"
    found = subprocess.run(["psql", lake[CATALOG], "-Atc", asked], check=True, capture_output=True, text=True).stdout
    for table in found.split():
        counted = subprocess.run(
            ["psql", lake[CATALOG], "-Atc", f"select count(*) from {table}"], check=True, capture_output=True, text=True
        ).stdout
        assert int(counted) == 0 or table == "ducklake_inlined_data_tables", table


def test_a_catalog_that_is_not_there_is_named_without_its_password(tmp_path: Path) -> None:
    port = free_port()
    away = {CATALOG: f"postgresql://claimhouse:secret@127.0.0.1:{port}/gone", LAKE: str(tmp_path / "files")}
    with pytest.raises(WarehouseError, match=rf"127\.0\.0\.1:{port}/gone: .*warehouse\.catalog") as raised:
        load_days(open_home(tmp_path / "home", away), [DAY])
    assert "secret" not in str(raised.value)


def test_a_catalog_without_a_place_for_files_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"CLAIMHOUSE_LAKE.*`data`"):
        open_home(tmp_path, {CATALOG: "postgresql://db.example/claimhouse"})


@pytest.mark.parametrize(("kind", "said"), [("gone", ""), ("refusing", "403")])
def test_a_store_that_cannot_be_had_is_named(
    postgres: Postgres, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, said: str
) -> None:
    """One that is not there, and one that gives us no rights: nothing is loaded, and a message names the store."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "nobody")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "nothing")
    named = {CATALOG: postgres.create(f"store_{kind}"), LAKE: "s3://bucket/lake"}
    sources = tmp_path / "sources.yaml"
    with refusing_store() as refusing:
        place = f"127.0.0.1:{refusing if kind == 'refusing' else free_port()}"
        sources.write_text(
            "start_date: 2026-03-01\n"
            f"warehouse: {{s3: {{endpoint: '{place}', url_style: path, use_ssl: false, region: eu}}}}\n"
        )
        settings = load_settings(tmp_path / "home", sources, named)
        with pytest.raises(WarehouseError, match=rf"s3://bucket/lake: the lake's files cannot be reached: .*{said}"):
            load_days(settings, [DAY])
    with connect_warehouse(settings) as warehouse:
        assert warehouse.execute("select count(*) from raw.articles").fetchone() == (0,)


def test_a_catalog_of_a_newer_ducklake_is_said(postgres: Postgres, make_lake: MakeLake, tmp_path: Path) -> None:
    lake = make_lake("newer")
    settings = open_home(tmp_path / "home", lake)
    load_days(settings, [DAY])
    newer = "update ducklake_metadata set value = '99.0' where key = 'version'"
    subprocess.run(["psql", lake[CATALOG], "-c", newer], check=True, capture_output=True)
    with pytest.raises(WarehouseError, match="another version of DuckLake"):
        load_days(settings, [DAY])


def test_tidying_takes_nothing_that_is_published(settings: Settings) -> None:
    first = settings.home.published.resolve()
    load_days(settings, [DAY, DAY, DAY])
    publish(settings)
    published = [read_pointer(snapshot.path) for snapshot in read_snapshots(settings.home)]
    young = tidy(settings, published, datetime.now(UTC))
    assert young["snapshots"] == 0
    old = tidy(settings, published, datetime.now(UTC) + 2 * KEPT_FOR)
    assert old["snapshots"] > 3
    for pointer in published:
        with closing(open_lake(settings, at=pointer)) as reader:
            assert reader.execute("select count(*) from main.articles").fetchone() == (DAY.day,)
    assert first.exists()


def test_a_day_that_was_erased_leaves_no_byte(settings: Settings, lake: dict[str, str]) -> None:
    """What DuckLake deletes it first keeps, for readers of older snapshots."""

    def files_with_word() -> list[Path]:
        with duckdb.connect() as reader:
            told = "select count(*) from read_parquet(?) as rows where contains(rows::varchar, 'Euro übernehmen')"
            files = Path(lake[LAKE]).rglob("*.parquet")
            return [file for file in files if (reader.execute(told, [str(file)]).fetchone() or (0,))[0]]

    assert files_with_word()
    with connect_warehouse(settings) as warehouse:
        for name in RAW_SCHEMAS:
            warehouse.execute(f'delete from raw."{name}"')
    build_models(settings)
    compact(settings)
    publish(settings)
    remove_leftovers(settings)
    assert files_with_word() == []
    assert query(settings, "select count(*) from articles").rows == ((0,),)


def test_a_lake_in_the_settings_is_remembered_only_while_it_is_the_homes(lake: dict[str, str], tmp_path: Path) -> None:
    settings = open_home(tmp_path / "home", {CATALOG: "postgresql://me:secret@db.example/c", LAKE: "/files"})
    settings.remember_engine()
    assert "secret" not in settings.home.lake.read_text()
    again = load_settings(tmp_path / "home", None, {})
    assert again.home.has_lake
    assert again.file.warehouse.catalog == "postgresql://me@db.example/c"
    again.on("duckdb").remember_engine()
    assert not load_settings(tmp_path / "home", None, {}).home.has_lake


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")
def test_dagster_tidies_a_lake_by_a_job_of_its_own(settings: Settings, tmp_path: Path) -> None:
    definitions = build_definitions(settings)
    tidied = dg.AssetKey("tidied_lake")
    assert tidied not in definitions.resolve_job_def("daily").asset_layer.executable_asset_keys
    with dg.DagsterInstance.ephemeral() as instance:
        done = definitions.resolve_job_def("tidy").execute_in_process(instance=instance)
    (made,) = done.get_asset_materialization_events()
    assert made.asset_key == tidied
    assert made.materialization.metadata["snapshots"].value == 0
    assert "every_sunday" in {schedule.name for schedule in definitions.schedules or ()}
    file = build_definitions(load_settings(tmp_path / "file", SOURCES, {}))
    assert "every_sunday" not in {schedule.name for schedule in file.schedules or ()}
