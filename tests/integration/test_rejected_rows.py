"""Rows that a data test rejects: the rest is made, readers keep the old snapshot, and the next run mends it all."""

from __future__ import annotations

import shutil
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # of Dagster's own imports
    import dagster as dg

    from assets.definitions import build_definitions

from pipelines.settings import Settings, load_settings
from pipelines.warehouse.contract import MARTS
from tests.marts import hashes

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")

REJECTED = "accepted_values_company_mentions_region"
"""Begins the name of the data test that looks at regions."""


@dataclass(frozen=True)
class Warehouse:
    """A home on which the demo ran, and the job that makes all that follows from its raw tables."""

    settings: Settings
    derive: dg.JobDefinition
    instance: dg.DagsterInstance

    def ask(self, sql: str) -> list[tuple[object, ...]]:
        with duckdb.connect(str(self.settings.home.warehouse)) as connection:
            return connection.execute(sql).fetchall()

    def run(self) -> dg.ExecuteInProcessResult:
        return self.derive.execute_in_process(instance=self.instance, raise_on_error=False)

    def set_region(self, region: str) -> str:
        """Of the first mention; its article counts as changed by that. Returns the region before."""
        first = "(article_id, start_char) = (select min((article_id, start_char)) from raw.mentions)"
        ((article, before),) = self.ask(f"select article_id, region from raw.mentions where {first}")
        self.ask(f"update raw.mentions set region = '{region}' where {first}")
        self.ask(f"update raw.articles set fingerprint = '{region}' where article_id = '{article}'")
        return str(before)


@pytest.fixture
def warehouse(demo_home: Path, tmp_path: Path) -> Iterator[Warehouse]:
    shutil.copytree(demo_home, tmp_path / "home", symlinks=True)
    settings = load_settings(tmp_path / "home")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        derive = build_definitions(settings).resolve_job_def("derive")
    with dg.DagsterInstance.ephemeral() as instance:
        yield Warehouse(settings, derive, instance)


def made(done: dg.ExecuteInProcessResult) -> set[str]:
    """The assets that a run made: marts by name, all else with its group."""
    paths = [event.asset_key.path for event in done.get_asset_materialization_events() if event.asset_key]
    return {path[-1] if path[0] == "marts" else "/".join(path) for path in paths}


def row_counts(done: dg.ExecuteInProcessResult) -> dict[str, object]:
    observed = [event.event_specific_data for event in done.all_events if event.event_type_value == "ASSET_OBSERVATION"]
    told = [data.asset_observation for data in observed]  # type: ignore[union-attr]
    return {one.asset_key.path[-1]: one.metadata["dagster/row_count"].value for one in told}


def rejections(done: dg.ExecuteInProcessResult) -> set[str]:
    return {one.check_name for one in done.get_asset_check_evaluations() if not one.passed}


def test_rejected_rows_keep_the_old_snapshot_until_a_run_has_mended_them(warehouse: Warehouse) -> None:
    home = warehouse.settings.home
    snapshot, content = home.published.resolve(), hashes(home.path)
    loaded = {path: path.stat().st_mtime_ns for path in home.path.rglob("*.parquet")}

    region = warehouse.set_region("margin")
    increment = warehouse.run()
    assert not increment.success
    assert all(name.startswith(REJECTED) for name in rejections(increment))
    assert len(rejections(increment)) == 1
    assert made(increment) >= set(MARTS), "the tests are asked when all tables are made"

    whole = warehouse.run()
    assert not whole.success
    assert rejections(whole) == rejections(increment)
    assert made(whole) >= set(MARTS)
    assert "published_snapshot" not in made(increment) | made(whole)
    assert (home.published.resolve(), hashes(home.path)) == (snapshot, content)

    warehouse.set_region(region)
    mended = warehouse.run()
    assert mended.success
    assert made(mended) >= {*MARTS, "published_snapshot"}
    assert home.published.resolve() != snapshot
    assert hashes(home.path) == content
    assert {path: path.stat().st_mtime_ns for path in home.path.rglob("*.parquet")} == loaded, "nothing is read again"

    counted = {mart: warehouse.ask(f"select count(*) from main.{mart}")[0][0] for mart in MARTS}
    assert row_counts(mended) == counted, "each mart shows how many of its rows were published"
