"""The published snapshot, made from marts that passed their checks, and what is made of it: files for others."""

from collections.abc import Sequence
from datetime import UTC, datetime

import dagster as dg

from assets.ingestion import OWNERS
from assets.resources import Claimhouse
from pipelines.settings import Settings
from pipelines.warehouse import Format, export, publish, published_file, read_pointer, read_snapshots, tidy

MAINTENANCE = "maintenance"
"""The group of what keeps a shared warehouse tidy, which is no part of a day."""


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


def lake_assets(settings: Settings) -> list[dg.AssetsDefinition]:
    """The asset that tidies a shared warehouse; none where the tables lie in a file, which needs none."""
    if not settings.home.has_lake:
        return []

    @dg.asset(group_name=MAINTENANCE, owners=OWNERS, kinds={"ducklake"}, pool="warehouse")
    def tidied_lake(claimhouse: Claimhouse) -> dg.MaterializeResult:
        """Small files of the lake joined, and what neither a published snapshot nor a week-old reader needs removed."""
        own = claimhouse.settings()
        current = published_file(own.home)
        kept = {snapshot.path for snapshot in read_snapshots(own.home)} | ({current} if current else set())
        published = [read_pointer(path) for path in kept]
        return dg.MaterializeResult(metadata=tidy(own, published, datetime.now(UTC)))

    return [tidied_lake]


def export_assets(settings: Settings) -> list[dg.AssetsDefinition]:
    """The asset that writes the published tables into the folder that the settings name; none where they name none."""
    wanted = settings.file.export
    if wanted.to is None:
        return []
    folder = wanted.to

    @dg.asset(deps=["published_snapshot"], group_name="publication", owners=OWNERS, kinds={wanted.format})
    def exported_files(claimhouse: Claimhouse) -> dg.MaterializeResult:
        """The published tables as files by month; only what has changed is written again."""
        done = export(claimhouse.settings(), folder, Format(wanted.format), wanted.tables)
        return dg.MaterializeResult(
            metadata={
                "folder": dg.MetadataValue.path(folder),
                "written": done.written,
                "kept": done.kept,
                "removed": done.removed,
                "bytes": sum(part.bytes for part in done.manifest.files),
                "dagster/row_count": sum(part.rows for part in done.manifest.files),
            }
        )

    return [exported_files]
