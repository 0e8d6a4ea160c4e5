"""The demo's warehouse moved into a lake and back: the same rows everywhere, and commands find it by themselves."""

from __future__ import annotations

import json
import shutil
from datetime import date
from pathlib import Path

import pytest

from pipelines.demo import SOURCES
from pipelines.errors import UsageError
from pipelines.settings import Settings, load_settings
from pipelines.warehouse import compact, migrate, plan_derivation, query, read_snapshots, remove_leftovers
from pipelines.warehouse.contract import MARTS, VIEWS
from tests.conftest import RunCommand
from tests.integration.lake.conftest import MakeLake, open_home
from tests.integration.lake.loader import load_days
from tests.marts import hashes, hashes_of
from tests.portions import in_portions


@pytest.fixture(scope="module")
def moved(make_lake: MakeLake, demo_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A copy of the demo's home, moved into a lake and derived there in several builds."""
    home = tmp_path_factory.mktemp("moved") / "home"
    shutil.copytree(demo_home, home, symlinks=True)
    settings = open_home(home, make_lake("moved"))
    done = migrate(in_portions(settings, 30), "ducklake")
    assert done.different == ()
    assert done.rows["articles"] > 50
    return settings


def test_every_mart_holds_the_same_rows(moved: Settings, demo_home: Path) -> None:
    assert hashes_of(moved) == hashes(demo_home)


def test_every_view_holds_the_same_rows(moved: Settings, demo_home: Path) -> None:
    for view in VIEWS:
        digest = f"select count(*), sum(hash(rows)::hugeint)::varchar from {view} as rows"
        assert query(moved, digest).rows == query(load_settings(demo_home, SOURCES, {}), digest).rows, view


def test_an_increment_will_do_from_then_on(moved: Settings) -> None:
    assert plan_derivation(moved).is_increment


def test_the_home_knows_its_lake(moved: Settings, claimhouse: RunCommand) -> None:
    """Whoever only reads need not say where the tables lie."""
    found = claimhouse("query", "--home", moved.home.path, "--json", "select count(*) as n from market_moves")
    assert found.returncode == 0, found.stderr
    assert json.loads(found.stdout)[0]["n"] == query(moved, "select count(*) from market_moves").rows[0][0]
    assert "password" not in moved.home.lake.read_text()
    searched = claimhouse("search", "--home", moved.home.path, "Veltronik")
    assert "Veltronik" in searched.stdout


def test_words_are_found_in_a_lake_too(moved: Settings, demo_home: Path) -> None:
    sql = "select article_id, score from search_articles('Insolvenz', n := 50) order by all"
    assert query(moved, sql).rows == query(load_settings(demo_home, SOURCES, {}), sql).rows


def test_an_export_is_the_same(moved: Settings, demo_home: Path, tmp_path: Path, claimhouse: RunCommand) -> None:
    counted = []
    for home, to in ((moved.home.path, tmp_path / "lake"), (demo_home, tmp_path / "file")):
        done = claimhouse("export", "--home", home, "--to", to)
        assert done.returncode == 0, done.stderr
        files = json.loads((to / "manifest.json").read_text())["files"]
        counted.append([(part["path"], part["rows"], part["content"]) for part in files])
    unlike = [(a[0], b[0]) for a, b in zip(*counted, strict=True) if a != b]
    assert unlike == []


def test_it_goes_back(moved: Settings, demo_home: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    shutil.copytree(moved.home.path, home, symlinks=True, ignore=shutil.ignore_patterns("claimhouse.duckdb"))
    back = load_settings(
        home,
        SOURCES,
        {"CLAIMHOUSE_CATALOG": moved.file.warehouse.catalog or "", "CLAIMHOUSE_LAKE": moved.file.warehouse.data or ""},
    )
    assert migrate(back, "duckdb").different == ()
    assert hashes(home) == hashes(demo_home)
    assert not load_settings(home, SOURCES, {}).home.has_lake


def test_a_move_that_did_not_come_to_its_end_goes_on(moved: Settings) -> None:
    """Its raw tables are there and the same."""
    before = hashes_of(moved)
    assert migrate(moved, "ducklake").different == ()
    assert hashes_of(moved) == before


def test_each_engine_has_snapshots_of_its_own(moved: Settings) -> None:
    names = {snapshot.path.suffix for snapshot in read_snapshots(moved.home)}
    assert names == {".lake"}
    in_file = read_snapshots(moved.on("duckdb").home)
    assert {snapshot.path.suffix for snapshot in in_file} == {".duckdb"}
    assert any(snapshot.is_published for snapshot in in_file), "it stays as it was"


def test_a_lake_that_holds_something_else_is_left_alone(moved: Settings) -> None:
    load_days(moved, [date(2026, 4, 1)])
    with pytest.raises(UsageError, match="not empty"):
        migrate(moved, "ducklake")
    assert set(hashes_of(moved)) == set(MARTS)


def test_an_erasure_takes_what_the_home_held_before_it_moved(moved: Settings) -> None:
    assert moved.home.warehouse.exists()
    compact(moved)
    remove_leftovers(moved)
    assert not moved.home.warehouse.exists()
    assert {path.name for path in moved.home.published.parent.glob("*.duckdb")} == set()
    assert set(hashes_of(moved)) == set(MARTS)
