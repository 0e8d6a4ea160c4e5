"""From a source to the raw tables, by archive date: candidates, pages, articles, annotations, raw_tables.

Each asset calls one step of `pipelines.steps`; a range of dates is one run, so a month costs one start of Dagster.
"""

import warnings
from collections import Counter
from collections.abc import Iterable

import dagster as dg

from assets.partitions import days_of
from assets.resources import Claimhouse
from pipelines import steps
from pipelines.collect import COUNTS
from pipelines.records import SourceLog

OWNERS = ["team:claimhouse"]


def ingestion_assets(partitions: dg.PartitionsDefinition) -> list[dg.AssetsDefinition]:
    """The five assets over the given archive dates."""
    shared = {
        "partitions_def": partitions,
        "backfill_policy": dg.BackfillPolicy.single_run(),
        "group_name": "ingestion",
        "owners": OWNERS,
    }
    # The parameter is still called beta in Dagster 1.13, to which pyproject.toml holds us.
    warnings.filterwarnings("ignore", category=dg.BetaWarning, message=".*backfill_policy.*")

    @dg.asset(**shared, kinds={"python", "json"})
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

    @dg.asset(**shared, deps=[candidates], kinds={"python", "file"})
    def pages(context: dg.AssetExecutionContext, claimhouse: Claimhouse) -> dg.MaterializeResult:
        """What was fetched, as it came, in WARC files."""
        settings, tick = claimhouse.settings(), claimhouse.tick("pages")
        logs = steps.fetch_dates(settings, days_of(context), tick)
        stored = sum(
            path.stat().st_size for day in days_of(context) for path in settings.home.warc.glob(f"{day}/*/*.gz")
        )
        return dg.MaterializeResult(metadata=_counts(logs) | {"bytes": stored})

    @dg.asset(**shared, deps=[pages], kinds={"python", "parquet"})
    def articles(context: dg.AssetExecutionContext, claimhouse: Claimhouse) -> dg.MaterializeResult:
        """Articles read from the pages; one row per article version."""
        settings, tick = claimhouse.settings(), claimhouse.tick("articles")
        days = steps.dates_to_read(settings, days_of(context))
        logs = [log for day in days for log in steps.parse_date(settings, day, tick)]
        return dg.MaterializeResult(metadata=_counts(logs))

    @dg.asset(**shared, deps=[articles], kinds={"python", "parquet"})
    def annotations(context: dg.AssetExecutionContext, claimhouse: Claimhouse) -> dg.MaterializeResult:
        """Facts about spans of text: sentences, mentions, cues, quantities, times, quotations."""
        settings, tick = claimhouse.settings(), claimhouse.tick("annotations")
        rows: Counter[str] = Counter()
        for day in steps.dates_to_read(settings, days_of(context)):
            rows.update(steps.annotate_date(settings, day, tick))
        return dg.MaterializeResult(metadata={"rows": dict(rows), "lexicon": steps.lexicon(settings).version})

    @dg.asset(**shared, deps=[annotations], kinds={"duckdb"}, pool="warehouse")
    def raw_tables(context: dg.AssetExecutionContext, claimhouse: Claimhouse) -> dg.MaterializeResult:
        """Annotations in DuckDB, one transaction per archive date."""
        settings = claimhouse.settings()
        days = steps.dates_to_read(settings, days_of(context))
        rows = steps.load(settings, days, context.run_id, claimhouse.tick("raw_tables"))
        return dg.MaterializeResult(metadata={"rows": rows, "dagster/row_count": sum(rows.values())})

    return [candidates, pages, articles, annotations, raw_tables]


def _counts(logs: Iterable[SourceLog]) -> dict[str, object]:
    """Counts over all sources, and every discard by reason."""
    total, failures = Counter(), Counter()
    for log in logs:
        total.update({name: getattr(log, name) for name in COUNTS})
        failures.update(log.failures)
    return {**total, "failed": failures.total(), "failures": dict(failures)}
