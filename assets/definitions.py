"""What Dagster loads. Settings are read when it asks for the definitions, never at import."""

import dagster as dg

from assets.checks import all_checks
from assets.executors import executor_of
from assets.ingestion import imported_pages_asset, ingestion_assets
from assets.jobs import CONSOLE, all_jobs
from assets.models import dbt_models, dbt_resource, mart_keys
from assets.partitions import archive_dates
from assets.publication import export_assets, lake_assets, publication_asset
from assets.resources import Claimhouse
from assets.schedules import all_schedules
from assets.sensors import all_sensors
from pipelines.settings import Settings, load_settings


def build_definitions(settings: Settings, *, progress: bool = False, source: str | None = None) -> dg.Definitions:
    """All assets, checks, jobs and schedules of one home. With `source`, only this source is collected."""
    models, jobs = dbt_models(settings), all_jobs(settings.log, has_lake=settings.home.has_lake)
    ingestion = ingestion_assets(archive_dates(settings.file.start_date), settings)
    home, sources_file = str(settings.home.path), str(settings.sources_path)
    return dg.Definitions(
        assets=[
            imported_pages_asset(),
            *ingestion,
            models,
            publication_asset(mart_keys(models)),
            *export_assets(settings),
            *lake_assets(settings),
        ],
        asset_checks=all_checks(),
        jobs=list(jobs.values()),
        schedules=all_schedules(jobs, settings.file.schedules),
        sensors=all_sensors(jobs, settings),
        resources={
            "claimhouse": Claimhouse(home=home, sources_file=sources_file, progress=progress, source=source or ""),
            "dbt": dbt_resource(settings),
            # in the home, which all who do steps of a run share, whatever Dagster's own is
            "io_manager": dg.FilesystemIOManager(base_dir=str(settings.home.dagster / "storage")),
        },
        executor=executor_of(settings),
        loggers={CONSOLE: dg.json_console_logger} if settings.log == "json" else None,
    )


@dg.definitions
def defs() -> dg.Definitions:
    return build_definitions(load_settings())
