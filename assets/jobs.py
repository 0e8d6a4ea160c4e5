"""Which assets are made together."""

import dagster as dg
from dagster._core.definitions.unresolved_asset_job_definition import UnresolvedAssetJobDefinition as AssetJob

DAILY = "daily"


def daily_job() -> AssetJob:
    """Everything, for one archive date or a range of them: poll, fetch, read, derive, publish."""
    return dg.define_asset_job(
        DAILY,
        selection=dg.AssetSelection.all(),
        description="From the sources to the published snapshot, for one archive date or a range of them.",
    )
