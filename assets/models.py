"""The dbt models as assets, their tests as asset checks. What the models say is in `dbt/` and not repeated here."""

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any

import dagster as dg
from packaging.version import Version

from assets.dbt_integration import DagsterDbtTranslator, DagsterDbtTranslatorSettings, DbtCliResource, dbt_assets
from assets.ingestion import OWNERS
from assets.resources import Claimhouse
from pipelines.errors import ModelsFailed
from pipelines.settings import Settings
from pipelines.warehouse import (
    ALL,
    ARTICLES_AT_ONCE,
    DBT,
    PROJECT,
    build_models,
    count_waiting,
    dbt_environment,
    dbt_flags,
    give_what_is_parsed,
    keep_what_is_parsed,
    newest_file_of_project,
    plan_derivation,
    read_tests,
    run_dbt,
    write_profile,
    writing,
)


class Translator(DagsterDbtTranslator):
    """dbt's sources are the one asset `raw_tables`; every other node stands under its folder: `marts/market_moves`."""

    def get_asset_key(self, dbt_resource_props: Mapping[str, Any]) -> dg.AssetKey:
        if dbt_resource_props["resource_type"] == "source":
            return dg.AssetKey("raw_tables")
        return dg.AssetKey([self.get_group_name(dbt_resource_props), dbt_resource_props["name"]])

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str:
        folder: str = dbt_resource_props["fqn"][1]
        return folder if dbt_resource_props["resource_type"] == "model" else dbt_resource_props["schema"]

    def get_owners(self, dbt_resource_props: Mapping[str, Any]) -> list[str]:
        return OWNERS


def fresh_manifest(settings: Settings) -> Path:
    """The manifest of the dbt project, parsed anew when it is missing or older than any file of the project."""
    manifest = settings.home.dbt / "target" / "manifest.json"
    give_what_is_parsed(settings)
    if not manifest.exists() or manifest.stat().st_mtime < newest_file_of_project():
        done = run_dbt(settings, "parse")
        if done.returncode != 0:
            raise ModelsFailed(f"dbt parse failed:\n{done.stdout[-3000:]}")
        manifest.touch()
        keep_what_is_parsed(settings)
    return manifest


class Dbt(DbtCliResource):
    """dbt as a process of its own, and nothing of it in Dagster's.

    dagster-dbt 0.29 also starts `dbt --version` and opens the warehouse from Dagster's process before each run. That
    costs eight seconds, and an open reader would keep dbt itself from writing; we use neither answer.
    """

    @property
    def _cli_version(self) -> Version:
        return Version(version("dbt-core"))

    def _initialize_dbt_core_adapter(self, args: Sequence[str]) -> Any:
        return None


@contextmanager
def environment(more: Mapping[str, str]) -> Iterator[None]:
    """Variables for the processes started meanwhile. dagster-dbt gives dbt this process's environment and no other."""
    before = {name: os.environ.get(name) for name in more}
    os.environ.update(more)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def dbt_resource(settings: Settings) -> Dbt:
    """dbt on this home's warehouse."""
    return Dbt(
        project_dir=str(PROJECT),
        profiles_dir=str(write_profile(settings)),
        dbt_executable=str(DBT),
        global_config_flags=dbt_flags(settings),
    )


def test_results(context: dg.AssetExecutionContext, failures: Mapping[str, int]) -> Iterator[dg.AssetCheckResult]:
    """The checks of this run among data tests of which it is known how many rows failed."""
    for key in context.selected_asset_check_keys:
        if key.name in failures:
            failed = failures[key.name]
            yield dg.AssetCheckResult(
                passed=failed == 0,
                asset_key=key.asset_key,
                check_name=key.name,
                metadata={"dagster_dbt/failed_row_count": failed},
            )


def dbt_models(settings: Settings) -> dg.AssetsDefinition:
    """Every seed and model of the project as an asset.

    All data tests are asked in one statement. An increment makes no seeds and views, which are what they were. Of a
    selection of models all that was selected is made. What is more than a build takes at once is derived after it, as
    the command does.
    """
    translator = Translator(DagsterDbtTranslatorSettings(enable_duplicate_source_asset_keys=True))

    @dbt_assets(
        manifest=fresh_manifest(settings), dagster_dbt_translator=translator, name="dbt_models", pool="warehouse"
    )
    def models(context: dg.AssetExecutionContext, dbt: Dbt, claimhouse: Claimhouse) -> Iterator[Any]:
        own = claimhouse.settings()
        tick = claimhouse.tick("models")
        with writing(own):
            derivation = plan_derivation(own)
            arguments = ALL if context.is_subset else derivation.arguments
            limit = {ARTICLES_AT_ONCE: ""} if context.is_subset else {}
            with environment(derivation.environment | dbt_environment(own) | limit):
                target = own.home.dbt / "target"
                invocation = dbt.cli(list(arguments), context=context, target_path=target, raise_on_error=False)
            for event in invocation.stream():
                tick()
                yield event
        error = invocation.get_error()
        if error is None and not context.is_subset and count_waiting(own):
            try:
                build_models(own, lambda *_: tick())
            except ModelsFailed as failed:
                error = failed
        with writing(own):
            failures = read_tests(own)
        yield from test_results(context, failures)
        if error is not None:
            raise error

    return models


def mart_keys(models: dg.AssetsDefinition) -> list[dg.AssetKey]:
    """The assets that users query."""
    return [key for key in models.keys if models.group_names_by_key[key] == "marts"]
