"""From a source to the raw tables, by archive date: candidates, pages, articles, annotations, raw_tables.

Each asset calls one step of `pipelines.steps`; a range of dates is one run, so a month costs one start of Dagster.
"""

import warnings
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

import dagster as dg

from assets.partitions import DAYS_PER_RUN, days_of
from assets.resources import Claimhouse
from pipelines import steps
from pipelines.collect import COUNTS
from pipelines.inbox import import_inbox
from pipelines.parse import parser_version
from pipelines.records import SourceLog
from pipelines.settings import Settings
from pipelines.side_by_side import over_dates
from pipelines.staleness import lexicon_version

OWNERS = ["team:claimhouse"]
GROUP = "ingestion"
PARSED = 10
"""How much smaller parsed articles are than their packed pages."""


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
    def candidates(context: dg.AssetExecutionContext, claimhouse: Claimhouse) -> dg.MaterializeResult:
        """Links that the sources list under these dates."""
        polled = steps.poll_sources(claimhouse.settings(), days_of(context), claimhouse.tick("candidates"))
        return dg.MaterializeResult(
            metadata={
                "candidates": sum(polled.candidates.values()),
                "by_date": {str(day): count for day, count in polled.candidates.items()},
                "new": polled.new,
                "failures": polled.failures,
                "problems": polled.problems,
            }
        )

    @dg.asset(**shared, deps=[candidates], kinds={"python", "file"}, pool="collection")
    def pages(context: dg.AssetExecutionContext, claimhouse: Claimhouse) -> dg.MaterializeResult:
        """What was fetched, as it came, in WARC files."""
        settings, tick = claimhouse.settings(), claimhouse.tick("pages")
        logs = steps.fetch_dates(settings, days_of(context), tick)
        stored = bytes_of(path for day in days_of(context) for path in settings.home.warc.glob(f"{day}/*/*.gz"))
        return dg.MaterializeResult(metadata=_counts(logs) | {"bytes": stored})

    @dg.asset(
        **shared, deps=[pages, "imported_pages"], kinds={"python", "parquet"}, code_version=parser_version()
    )  # fmt: skip
    def articles(context: dg.AssetExecutionContext, claimhouse: Claimhouse) -> dg.MaterializeResult:
        """Articles read from the pages; one row per article version."""
        settings, tick = claimhouse.settings(), claimhouse.tick("articles")
        days = steps.dates_to_read(settings, days_of(context))
        size = bytes_of(path for day in days for path in settings.home.warc.glob(f"{day}/*/*.gz"))
        logs = [
            log for found in over_dates(steps.parse_date, settings, days, tick, bytes_to_read=size) for log in found
        ]
        return dg.MaterializeResult(metadata=_counts(logs) | {"dates": len(days), "parser": parser_version()})

    @dg.asset(**shared, deps=[articles], kinds={"python", "parquet"}, code_version=lexicon_version(settings))
    def annotations(context: dg.AssetExecutionContext, claimhouse: Claimhouse) -> dg.MaterializeResult:
        """Facts about spans of text: sentences, mentions, cues, quantities, times, quotations."""
        settings, tick = claimhouse.settings(), claimhouse.tick("annotations")
        rows: Counter[str] = Counter()
        days = steps.dates_to_read(settings, days_of(context))
        size = PARSED * bytes_of(settings.home.articles / f"{day}.parquet" for day in days)
        for found in over_dates(steps.annotate_date, settings, days, tick, bytes_to_read=size):
            rows.update(found)
        return dg.MaterializeResult(metadata={**rows, "lexicon": steps.lexicon(settings).version})

    @dg.asset(**shared, deps=[annotations], kinds={"duckdb"}, pool="warehouse")
    def raw_tables(context: dg.AssetExecutionContext, claimhouse: Claimhouse) -> dg.MaterializeResult:
        """Annotations in DuckDB, one transaction per archive date."""
        settings = claimhouse.settings()
        days = steps.dates_to_read(settings, days_of(context))
        rows = steps.load(settings, days, context.run_id, claimhouse.tick("raw_tables"))
        return dg.MaterializeResult(metadata={**rows, "dates": len(days), "dagster/row_count": sum(rows.values())})

    return [candidates, pages, articles, annotations, raw_tables]


def bytes_of(paths: Iterable[Path]) -> int:
    return sum(path.stat().st_size for path in paths if path.exists())


def _counts(logs: Iterable[SourceLog]) -> dict[str, object]:
    """Counts over all sources, and every discard by reason; numbers by themselves, so that Dagster plots them."""
    total, failures = Counter(), Counter()
    for log in logs:
        total.update({name: getattr(log, name) for name in COUNTS})
        failures.update(log.failures)
    return {**total, "failed": failures.total(), "failures": dict(failures)}
