"""What Dagster loads. Settings are read when it asks for the definitions, never at import."""

import dagster as dg

from assets.checks import collection_checks, publication_checks
from assets.ingestion import ingestion_assets
from assets.jobs import daily_job
from assets.models import dbt_models, dbt_resource, mart_keys
from assets.partitions import archive_dates
from assets.publication import publication_asset
from assets.resources import Claimhouse
from assets.schedules import daily_schedule
from pipelines.settings import Settings, load_settings


def build_definitions(settings: Settings, *, progress: bool = False) -> dg.Definitions:
    """All assets, checks, jobs and schedules of one home."""
    partitions = archive_dates(settings.file.start_date)
    models = dbt_models(settings)
    job = daily_job()
    return dg.Definitions(
        assets=[*ingestion_assets(partitions), models, publication_asset(mart_keys(models))],
        asset_checks=[*collection_checks(), *publication_checks()],
        jobs=[job],
        schedules=[daily_schedule(job)],
        resources={
            "claimhouse": Claimhouse(
                home=str(settings.home.path), sources_file=str(settings.sources_path), progress=progress
            ),
            "dbt": dbt_resource(settings),
        },
        executor=dg.in_process_executor,
    )


@dg.definitions
def defs() -> dg.Definitions:
    return build_definitions(load_settings())
