"""What Dagster sees: definitions that load quickly and without a network, assets, checks, schedule, ranges, causes."""

from __future__ import annotations

import datetime
import json
import os
import re
import shutil
import subprocess
import sys
import warnings
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import duckdb
import pytest

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # of Dagster's own imports; ours are judged below
    import dagster as dg

    from assets.checks import all_checks
    from assets.definitions import build_definitions
    from assets.execution import run_range
    from assets.partitions import DAYS_PER_RUN as CHUNK
    from assets.partitions import archive_dates, chunks
    from assets.publication import export_assets
    from assets.resources import Claimhouse

from pipelines.demo import SOURCES
from pipelines.settings import ROOT, Export, Settings, load_settings
from tests.instances import instance_of

INGESTION = ["candidates", "pages", "articles", "annotations", "raw_tables"]
MARTS = (
    "articles article_metadata companies company_mentions market_moves competitors competitor_claims sources "
    "source_attributions collection_log article_versions stories story_articles moves move_claims"
).split()

LOAD = """
import json, sys

def refuse(event, arguments):
    if event == "socket.connect" and isinstance(arguments[1], tuple):
        raise OSError(f"the definitions reached for {arguments[1]}")
    if event == "socket.getaddrinfo":
        raise OSError(f"the definitions looked up {arguments[0]}")

sys.addaudithook(refuse)
from assets.definitions import defs
definitions = defs() if callable(defs) else defs
keys = [key.to_user_string() for key in definitions.resolve_asset_graph().get_all_asset_keys()]
print(json.dumps(keys))
"""


def environment(home: Path, **more: str) -> dict[str, str]:
    return {**os.environ, "CLAIMHOUSE_HOME": str(home), "CLAIMHOUSE_SOURCES": str(ROOT / "sources.yaml"), **more}


@pytest.fixture
def make_home(demo_home: Path, tmp_path: Path) -> Callable[[str], Settings]:
    """An empty home that has dbt's manifest already, with a sources file that starts on 1 March and has no source."""

    def make(warehouse: str = "lock_wait: 0.3") -> Settings:
        target = tmp_path / "home" / "dbt" / "target"
        target.mkdir(parents=True)
        shutil.copy2(demo_home / "dbt" / "target" / "manifest.json", target)
        path = tmp_path / "sources.yaml"
        path.write_text(f"start_date: 2026-03-01\nwarehouse: {{{warehouse}}}\n")
        return load_settings(tmp_path / "home", path, {})

    return make


def built(settings: Settings) -> dg.Definitions:
    """The definitions, whatever Dagster warns of meanwhile: one test below is about that, the others are not."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return build_definitions(settings)


@pytest.fixture(scope="module")
def demo_settings(demo_home: Path) -> Settings:
    return load_settings(demo_home, SOURCES, {})


@pytest.fixture(scope="module")
def definitions(demo_settings: Settings) -> dg.Definitions:
    return built(demo_settings)


@pytest.fixture(scope="module")
def graph(definitions: dg.Definitions):
    return definitions.resolve_asset_graph()


# Loading


def test_the_definitions_load_without_a_network(demo_home: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", LOAD], cwd=ROOT, env=environment(demo_home), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert {*INGESTION, "published_snapshot"} <= set(json.loads(done.stdout.splitlines()[-1]))


def test_dagster_itself_finds_them_valid_on_an_empty_home(tmp_path: Path) -> None:
    """Here there is no manifest yet, so this also shows that one is made."""
    (tmp_path / "dagster").mkdir()
    (tmp_path / "dagster" / "dagster.yaml").write_text("telemetry: {enabled: false}\n")
    done = subprocess.run(
        [Path(sys.executable).with_name("dagster"), "definitions", "validate", "-m", "assets.definitions", "-d", "."],
        cwd=ROOT,
        env=environment(tmp_path / "home", DAGSTER_HOME=str(tmp_path / "dagster")),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert (tmp_path / "home" / "dbt" / "target" / "manifest.json").exists()


def test_the_definitions_use_nothing_that_dagster_warns_of(demo_settings: Settings) -> None:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        build_definitions(demo_settings)
    told = [str(warning.message) for warning in caught if issubclass(warning.category, DeprecationWarning)]
    assert told == []


# Assets


@pytest.mark.parametrize("name", INGESTION)
def test_the_steps_are_assets_by_utc_day(graph, name: str) -> None:
    partitions = graph.get(dg.AssetKey(name)).partitions_def
    assert isinstance(partitions, dg.DailyPartitionsDefinition)
    assert partitions.timezone == "UTC"
    assert partitions.get_first_partition_key() == "2026-03-02"


def test_each_step_comes_after_the_one_before(graph) -> None:
    for before, after in pairwise(INGESTION):
        imported = {dg.AssetKey("imported_pages")} if after == "articles" else set()
        assert graph.get(dg.AssetKey(after)).parent_keys == {dg.AssetKey(before), *imported}
    staging = [key for key in graph.get_all_asset_keys() if key.path[0] == "staging"]
    assert len(staging) > 5
    assert all(dg.AssetKey("raw_tables") in graph.get(key).parent_keys for key in staging)


def test_the_snapshot_comes_after_all_marts_and_is_last(graph) -> None:
    snapshot = graph.get(dg.AssetKey("published_snapshot"))
    assert snapshot.parent_keys == {dg.AssetKey(["marts", name]) for name in MARTS}
    assert not snapshot.child_keys


def test_files_are_made_of_the_snapshot_where_the_settings_name_a_folder(
    demo_settings: Settings, tmp_path: Path
) -> None:
    assert export_assets(demo_settings) == []
    wanted = Export(to=tmp_path / "export", tables=("companies", "market_moves"))
    settings = replace(demo_settings, file=demo_settings.file.model_copy(update={"export": wanted}))
    made = build_definitions(settings).resolve_asset_graph().get(dg.AssetKey("exported_files"))
    assert made.parent_keys == {dg.AssetKey("published_snapshot")}
    home = Claimhouse(home=str(settings.home.path), sources_file=str(settings.sources_path))
    result = dg.materialize(export_assets(settings), resources={"claimhouse": home})
    (event,) = result.asset_materializations_for_node("exported_files")
    assert event.metadata["written"].value == 2
    assert (tmp_path / "export" / "companies" / "companies.parquet").exists()


def test_every_asset_says_what_it_is_whose_it_is_and_where_it_belongs(graph) -> None:
    nodes = [graph.get(key) for key in graph.get_all_asset_keys()]
    lacking = {
        node.key.to_user_string(): (bool(node.description), bool(node.owners), node.group_name)
        for node in nodes
        if not (node.description and node.description.strip() and node.owners and node.group_name != "default")
    }
    assert lacking == {}


def test_every_asset_that_is_made_here_has_kinds(graph) -> None:
    nodes = [graph.get(key) for key in graph.get_all_asset_keys()]
    assert [node.key.to_user_string() for node in nodes if node.is_materializable and not node.kinds] == []


@pytest.mark.parametrize("mart", MARTS)
def test_the_tests_of_every_mart_are_asset_checks(graph, mart: str) -> None:
    checks = [key.name for key in graph.asset_check_keys if key.asset_key == dg.AssetKey(["marts", mart])]
    assert checks


def test_the_checks_include_keys_vocabulary_relations_and_evidence(graph) -> None:
    names = " ".join(
        key.name for key in graph.asset_check_keys if key.asset_key == dg.AssetKey(["marts", "market_moves"])
    )
    assert all(word in names for word in ("unique", "not_null", "accepted_values", "relationships", "evidence"))


def test_the_tests_of_dbt_and_the_checks_of_its_models_are_the_same(graph, demo_settings: Settings) -> None:
    """None gets lost, not even one that refers to several models."""
    manifest = json.loads((demo_settings.home.dbt / "target" / "manifest.json").read_text())
    nodes = [node for node in manifest["nodes"].values() if node["resource_type"] == "test"]
    singular = {
        node["name"]: node["config"]["meta"]["dagster"]["ref"]["name"] for node in nodes if "test_metadata" not in node
    }
    assert singular == {"move_told_by_another_article": "market_moves", "version_newer_than_shown": "articles"}
    wanted = [(singular.get(node["name"]) or node["attached_node"].split(".")[-1], node["name"]) for node in nodes]
    of_dbt = [key for key in graph.asset_check_keys if "dagster_dbt/unique_id" in graph.get_check_spec(key).metadata]
    found = [(key.asset_key.path[-1], key.name) for key in of_dbt]
    assert sorted(found) == sorted(wanted)


def test_the_published_file_is_checked_too(graph) -> None:
    keys = {key.name for key in graph.asset_check_keys if key.asset_key == dg.AssetKey("published_snapshot")}
    assert keys == {"snapshot_is_whole", "snapshot_is_current"}


def test_the_checks_that_are_no_dbt_tests_are_those_that_the_docs_explain(graph) -> None:
    """docs/checks.md against the graph: name, asset, what stops and what only warns."""
    rows = re.findall(
        r"^\| `(\w+)` \| `([\w/]+)` \| (error|warning) \| (yes|no) \| .+ \|$",
        (ROOT / "docs/checks.md").read_text(),
        re.M,
    )
    explained = {(asset, name): blocks == "yes" for name, asset, _, blocks in rows}
    assert all((severity == "error") is (blocks == "yes") for _, _, severity, blocks in rows)
    own = [key for key in graph.asset_check_keys if "dagster_dbt/unique_id" not in graph.get_check_spec(key).metadata]
    assert {(key.asset_key.to_user_string(), key.name): graph.get_check_spec(key).blocking for key in own} == explained
    assert len(rows) == len(own)
    assert all(graph.get_check_spec(key).description for key in own)


# Days


def test_today_has_a_partition_and_tomorrow_has_none() -> None:
    today = datetime.datetime.now(datetime.UTC)
    keys = archive_dates(date(2026, 3, 1)).get_partition_keys(current_time=today)
    assert keys[0] == "2026-03-01"
    assert keys[-1] == str(today.date())


@pytest.mark.parametrize("days", [1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK, 366])
def test_a_long_range_is_cut_into_runs_without_gap_or_overlap(days: int) -> None:
    first = date(2027, 12, 20)
    last = first + timedelta(days=days - 1)
    cut = list(chunks(first + timedelta(days=n) for n in range(days)))
    assert (cut[0][0], cut[-1][1]) == (first, last)
    assert all(0 <= (end - start).days < CHUNK for start, end in cut)
    assert all(after[0] - before[1] == timedelta(days=1) for before, after in pairwise(cut))
    assert len(cut) == -(-days // CHUNK)


def test_no_days_are_no_run() -> None:
    assert list(chunks([])) == []


# Running


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")
def test_a_step_that_fails_says_why_and_nothing_after_it_runs(make_home: Callable[..., Settings]) -> None:
    settings = make_home()
    settings.home.warehouse.parent.mkdir(parents=True)
    settings.home.warehouse.write_text("no database\n" * 500)
    with dg.DagsterInstance.ephemeral() as instance:
        failed = run_range(built(settings), date(2026, 3, 1), date(2026, 3, 2), instance)
    (line,) = failed
    assert line.startswith("2026-03-01 to 2026-03-02: raw_tables: ")
    assert str(settings.home.warehouse) in line
    assert "cannot be opened" in line
    assert not settings.home.published.exists()
    assert settings.home.warehouse.read_text().startswith("no database")


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")
def test_a_held_warehouse_fails_the_run_with_the_holders_process(
    make_home: Callable[..., Settings], hold: Callable[..., object]
) -> None:
    settings = make_home()
    holder = hold(settings.home.warehouse)
    with dg.DagsterInstance.ephemeral() as instance:
        failed = run_range(built(settings), date(2026, 3, 1), date(2026, 3, 1), instance)
    assert f"process {holder.pid} (" in failed[0]  # type: ignore[attr-defined]


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")
def test_an_increment_makes_no_seed_and_answers_for_every_model(demo_home: Path, tmp_path: Path) -> None:
    shutil.copytree(demo_home, tmp_path / "home", symlinks=True)
    settings = load_settings(tmp_path / "home")
    job = built(settings).resolve_job_def("derive")
    with duckdb.connect(str(settings.home.warehouse)) as connection:  # so that the article's rows come twice
        connection.execute(
            "delete from increment.derived_articles where article_id = (select min(article_id) from main.market_moves)"
        )
    with dg.DagsterInstance.ephemeral() as instance:
        done = job.execute_in_process(instance=instance, raise_on_error=False)
        made = {event.asset_key.path[0] for event in done.get_asset_materialization_events() if event.asset_key}
        checks = {key: key.name for key in job.asset_layer.asset_graph.asset_check_keys}
        found = {one.asset_check_key: one.passed for one in done.get_asset_check_evaluations()}
    assert not done.success
    assert "seeds" not in made
    assert {"marts", "intermediate"} <= made
    ours = {key for check in all_checks() for key in check.check_keys}
    of_models = {key for key in checks if key.asset_key.path[0] in ("marts", "intermediate", "staging")} - ours
    assert of_models <= found.keys()
    failed = {key.name for key, passed in found.items() if not passed}
    assert "unique_market_moves_move_id" in failed
    assert "not_null_market_moves_move_id" not in failed


def test_the_runs_of_the_demo_are_recorded_as_those_of_the_ui_are(demo_home: Path) -> None:
    with instance_of(load_settings(demo_home, SOURCES, {})) as instance:
        runs = instance.get_runs()
        assert runs
        assert {run.job_name for run in runs} == {"ingest", "derive"}
        assert {run.status for run in runs} == {dg.DagsterRunStatus.SUCCESS}
        made = instance.get_materialized_partitions(dg.AssetKey("raw_tables"))
        assert made == {str(date(2026, 3, 2) + timedelta(days=n)) for n in range(14)}
        records = instance.fetch_materializations(dg.AssetKey("articles"), limit=100).records
        parsed = {record.partition_key: record.asset_materialization.metadata["parsed"].value for record in records}
        assert len(parsed) == 14
        assert sum(parsed.values()) == 55
        assert max(parsed.values()) < 10, "each date has its own counts, not those of the range"
