"""From a source to the raw tables, by archive date: candidates, pages, articles, annotations, raw_tables.

Each asset calls one step of `pipelines.steps`; a range of dates is one run, so a month costs one start of Dagster.
"""

import warnings
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import dagster as dg

from assets.in_parts import annotations_in_parts, articles_in_parts
from assets.partitions import DAYS_PER_RUN, days_of
from assets.reporting import counts, note
from assets.resources import Claimhouse
from pipelines import steps
from pipelines.inbox import import_inbox
from pipelines.parse import parser_version
from pipelines.settings import Settings
from pipelines.side_by_side import annotate_dates, bytes_of, parse_dates

OWNERS = ["team:claimhouse"]
GROUP = "ingestion"


def imported_pages_asset() -> dg.AssetsDefinition:
    """The asset that empties the inbox."""

    @dg.asset(group_name=GROUP, owners=OWNERS, kinds={"python", "file"}, pool="collection")
    def imported_pages(claimhouse: Claimhouse) -> dg.MaterializeResult:
        """Pages out of files that somebody put into the inbox, under the archive date of today."""
        today = datetime.now(UTC).date()
        report = import_inbox(claimhouse.settings(), today, claimhouse.tick("imported_pages"))
        counts = {"files": report.files, "pages": report.pages, "duplicates": report.duplicates}
        return dg.MaterializeResult(
            metadata={**counts, "failed": sum(report.failures.values()), "failures": dict(report.failures)}
        )

    return imported_pages


def ingestion_assets(partitions: dg.PartitionsDefinition, settings: Settings) -> list[dg.AssetsDefinition]:
    """The five assets over the given archive dates."""
    shared = {
        "partitions_def": partitions,
        "backfill_policy": dg.BackfillPolicy.multi_run(DAYS_PER_RUN),
        "group_name": GROUP,
        "owners": OWNERS,
    }
    # The parameter is still called beta in Dagster 1.13, to which pyproject.toml holds us.
    warnings.filterwarnings("ignore", category=dg.BetaWarning, message=".*backfill_policy.*")

    @dg.asset(**shared, kinds={"python", "json"}, pool="collection")
    def candidates(context: dg.AssetExecutionContext, claimhouse: Claimhouse) -> None:
        """Links that the sources list under these dates."""
        days = days_of(context)
        polled = steps.poll_sources(claimhouse.settings(), days, claimhouse.tick("candidates"))
        note(context, {day: {"candidates": count} for day, count in polled.candidates.items()})
        # What met the poll itself belongs to no date: as in the collection log, the last one has it.
        note(context, {max(days): {"new": polled.new, "failures": polled.failures, "problems": polled.problems}})

    @dg.asset(**shared, deps=[candidates], kinds={"python", "file"}, pool="collection")
    def pages(context: dg.AssetExecutionContext, claimhouse: Claimhouse) -> None:
        """What was fetched, as it came, in WARC files."""
        settings, days = claimhouse.settings(), days_of(context)
        note(context, counts(steps.fetch_dates(settings, days, claimhouse.tick("pages"))))
        note(context, {day: {"bytes": bytes_of(settings.home.warc.glob(f"{day}/*/*.gz"))} for day in days})

    @dg.asset(**shared, deps=["annotations"], kinds={"duckdb"}, pool="warehouse")
    def raw_tables(context: dg.AssetExecutionContext, claimhouse: Claimhouse) -> None:
        """Annotations in DuckDB, one transaction per archive date."""
        settings = claimhouse.settings()
        days = steps.dates_to_read(settings, days_of(context))
        loaded = steps.load(settings, days, context.run.run_id, claimhouse.tick("raw_tables"))
        note(context, {day: {**rows, "dagster/row_count": sum(rows.values())} for day, rows in loaded.items()})

    if settings.file.executor == "in_process":
        return [candidates, pages, *whole_dates(shared, settings), raw_tables]
    return [candidates, pages, articles_in_parts(shared), annotations_in_parts(shared, settings), raw_tables]


def whole_dates(shared: Mapping[str, Any], settings: Settings) -> list[dg.AssetsDefinition]:
    """`articles` and `annotations`, each date whole by the run's process and its helpers."""

    @dg.asset(**shared, deps=["pages", "imported_pages"], kinds={"python", "parquet"}, code_version=parser_version())
    def articles(context: dg.AssetExecutionContext, claimhouse: Claimhouse) -> None:
        """Articles read from the pages; one row per article version."""
        settings, tick = claimhouse.settings(), claimhouse.tick("articles")
        days = steps.dates_to_read(settings, days_of(context))
        note(context, counts(log for logs in parse_dates(settings, days, tick) for log in logs))
        parser = parser_version()
        note(context, {day: {"parser": parser} for day in days})

    @dg.asset(**shared, deps=[articles], kinds={"python", "parquet"}, code_version=steps.lexicon_version(settings))
    def annotations(context: dg.AssetExecutionContext, claimhouse: Claimhouse) -> None:
        """Facts about spans of text: sentences, mentions, cues, quantities, times, quotations."""
        settings, tick = claimhouse.settings(), claimhouse.tick("annotations")
        days = steps.dates_to_read(settings, days_of(context))
        note(context, dict(zip(days, annotate_dates(settings, days, tick), strict=True)))
        lexicon = steps.lexicon_version(settings)
        note(context, {day: {"lexicon": lexicon} for day in days})

    return [articles, annotations]
