"""The published snapshot: the last asset, made from marts that passed their checks."""

from collections.abc import Sequence

import dagster as dg

from assets.ingestion import OWNERS
from assets.resources import Claimhouse
from pipelines.warehouse import publish


def publication_asset(marts: Sequence[dg.AssetKey]) -> dg.AssetsDefinition:
    """The asset that swaps in a checked copy of the warehouse, and tells of each mart how many rows it has there."""

    @dg.asset(deps=marts, group_name="publication", owners=OWNERS, kinds={"duckdb"}, pool="warehouse")
    def published_snapshot(context: dg.AssetExecutionContext, claimhouse: Claimhouse) -> dg.MaterializeResult:
        """A read-only copy of the warehouse behind a link; readers never see half of one."""
        settings = claimhouse.settings()
        manifest = publish(settings)
        for mart in marts:
            rows = manifest.rows[mart.path[-1]]
            context.log_event(dg.AssetObservation(mart, metadata={"dagster/row_count": rows}))
        claimhouse.tick("published_snapshot")()
        return dg.MaterializeResult(
            metadata={
                "file": dg.MetadataValue.path(settings.home.published),
                "snapshot": manifest.file,
                "bytes": manifest.bytes,
                "sha256": manifest.sha256,
                "rows": manifest.rows,
                "dagster/row_count": sum(manifest.rows.values()),
            }
        )

    return published_snapshot
