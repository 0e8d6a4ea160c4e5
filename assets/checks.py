"""Checks that dbt cannot make, because they look outside the warehouse or at its past. What they ask is in
`pipelines.warehouse`; docs/checks.md says what to do about each."""

from collections.abc import Sequence
from datetime import UTC, datetime

import dagster as dg

from assets.resources import Claimhouse
from pipelines.steps import ailing_sources
from pipelines.warehouse import (
    Findings,
    check_claims_per_article,
    check_every_date,
    check_missing_fields,
    check_raw_tables,
    check_silent_sources,
    check_snapshot_age,
    read_manifest,
)
from pipelines.warehouse.audit import count_rows

POOL = "warehouse"
WARN, ERROR = dg.AssetCheckSeverity.WARN, dg.AssetCheckSeverity.ERROR
SHOWN_FAULTS = 50


def all_checks() -> Sequence[dg.AssetChecksDefinition]:
    """Every check that is no dbt test, in the order of the data."""
    return [*collection_checks(), *raw_checks(), *mart_checks(), *publication_checks()]


def result_of(findings: Findings, severity: dg.AssetCheckSeverity) -> dg.AssetCheckResult:
    """Figures by themselves, so that Dagster plots them; the faults as a table of names and reasons."""
    shown = dict(list(findings.faults.items())[:SHOWN_FAULTS])
    return dg.AssetCheckResult(
        passed=not findings.faults, severity=severity, metadata={**findings.counts, "found": shown}
    )


def collection_checks() -> list[dg.AssetChecksDefinition]:
    """Checks of what the sources give."""

    @dg.asset_check(asset="candidates")
    def sources_yield(claimhouse: Claimhouse) -> dg.AssetCheckResult:
        """Every enabled source could be read and has brought something new lately. A warning: sources do rest."""
        ailing = ailing_sources(claimhouse.settings())
        return result_of(Findings(ailing, {"ailing": len(ailing)}), WARN)

    return [sources_yield]


def raw_checks() -> list[dg.AssetChecksDefinition]:
    """Checks of what was loaded, before the models read it."""

    @dg.asset_check(asset="raw_tables", blocking=True, pool=POOL)
    def raw_tables_agree(claimhouse: Claimhouse) -> dg.AssetCheckResult:
        """Columns and types are the program's, and every row says which article, rule, code and run it comes from."""
        return result_of(check_raw_tables(claimhouse.settings()), ERROR)

    @dg.asset_check(asset="raw_tables", pool=POOL)
    def every_date_is_loaded(claimhouse: Claimhouse) -> dg.AssetCheckResult:
        """No archive date is missing between the first loaded one and yesterday, which is due at 08:00."""
        return result_of(check_every_date(claimhouse.settings(), datetime.now(UTC)), WARN)

    @dg.asset_check(asset="raw_tables", pool=POOL)
    def sources_give_as_usual(claimhouse: Claimhouse) -> dg.AssetCheckResult:
        """No enabled source has been giving nothing for longer than its own history makes believable."""
        return result_of(check_silent_sources(claimhouse.settings()), WARN)

    return [raw_tables_agree, every_date_is_loaded, sources_give_as_usual]


def mart_checks() -> list[dg.AssetChecksDefinition]:
    """Checks of what was derived against what used to be derived, after dbt has ended."""

    @dg.asset_check(asset=["marts", "articles"], pool=POOL)
    def fields_are_found_as_usual(claimhouse: Claimhouse) -> dg.AssetCheckResult:
        """No publisher's articles lack a date, title, body or author more often than they used to."""
        return result_of(check_missing_fields(claimhouse.settings()), WARN)

    @dg.asset_check(asset=["marts", "market_moves"], pool=POOL)
    def claims_are_found_as_usual(claimhouse: Claimhouse) -> dg.AssetCheckResult:
        """No recent date has far more or far fewer market moves per article than the dates before it."""
        return result_of(check_claims_per_article(claimhouse.settings()), WARN)

    return [fields_are_found_as_usual, claims_are_found_as_usual]


def publication_checks() -> list[dg.AssetChecksDefinition]:
    """Checks of the published file itself."""

    @dg.asset_check(asset="published_snapshot", blocking=True)
    def snapshot_is_whole(claimhouse: Claimhouse) -> dg.AssetCheckResult:
        """The published file opens, and holds the rows that its manifest promises."""
        settings = claimhouse.settings()
        manifest = read_manifest(settings)
        found = count_rows(settings, settings.home.published.resolve())
        return dg.AssetCheckResult(
            passed=manifest is not None and manifest.rows == found,
            metadata={"promised": manifest.rows if manifest else {}, "found": found},
        )

    @dg.asset_check(asset="published_snapshot", pool=POOL)
    def snapshot_is_current(claimhouse: Claimhouse) -> dg.AssetCheckResult:
        """What is published was copied after the last load."""
        return result_of(check_snapshot_age(claimhouse.settings()), WARN)

    return [snapshot_is_whole, snapshot_is_current]
