"""Checks that dbt cannot make, because they look outside the warehouse."""

import dagster as dg

from assets.resources import Claimhouse
from pipelines.steps import ailing_sources
from pipelines.warehouse import read_manifest
from pipelines.warehouse.audit import count_rows


def collection_checks() -> list[dg.AssetChecksDefinition]:
    """Checks of what the sources give."""

    @dg.asset_check(asset="candidates")
    def sources_yield(claimhouse: Claimhouse) -> dg.AssetCheckResult:
        """Every enabled source could be read and has brought something new lately. A warning: sources do rest."""
        ailing = ailing_sources(claimhouse.settings())
        return dg.AssetCheckResult(passed=not ailing, severity=dg.AssetCheckSeverity.WARN, metadata={"sources": ailing})

    return [sources_yield]


def publication_checks() -> list[dg.AssetChecksDefinition]:
    """Checks of the published file itself."""

    @dg.asset_check(asset="published_snapshot", blocking=True)
    def snapshot_is_whole(claimhouse: Claimhouse) -> dg.AssetCheckResult:
        """The published file opens, and holds the rows that its manifest promises."""
        settings = claimhouse.settings()
        manifest = read_manifest(settings)
        found = count_rows(settings.home.published.resolve())
        return dg.AssetCheckResult(
            passed=manifest is not None and manifest.rows == found,
            metadata={"promised": manifest.rows if manifest else {}, "found": found},
        )

    return [snapshot_is_whole]
