"""The assets `articles` and `annotations` where workers share a date: parts are planned, done, and put together.

The same work as in `ingestion`, cut by `pipelines.parts` into steps that any worker can do.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any

import dagster as dg

from assets.executors import PARTS, QUEUE
from assets.partitions import days_of
from assets.reporting import counts, note
from assets.resources import Claimhouse
from pipelines import parts, steps
from pipelines.parse import parser_version
from pipelines.settings import Settings


def planning(name: str, cut: Callable[[Settings, list[date]], Iterator[Any]]) -> dg.OpDefinition:
    """The step that cuts the run's dates into parts."""

    @dg.op(name=name, description=cut.__doc__, out=dg.DynamicOut(), ins={"start": dg.In(dg.Nothing)})
    def plan(context: dg.AssetExecutionContext, claimhouse: Claimhouse) -> Iterator[dg.DynamicOutput[Any]]:
        settings = claimhouse.settings()
        for number, part in enumerate(cut(settings, steps.dates_to_read(settings, days_of(context)))):
            yield dg.DynamicOutput(part, f"{part.archive_date:%Y%m%d}_{number}")

    return plan


def articles_in_parts(shared: Mapping[str, Any]) -> dg.AssetsDefinition:
    """`articles`, read from archived files by as many workers as there are."""

    plan_reading = planning("plan_reading", parts.parts_of_pages)

    @dg.op(tags={QUEUE: PARTS})
    def read_part(claimhouse: Claimhouse, part: parts.PagesPart) -> parts.DonePart:
        """The articles of a part."""
        return parts.parse_part(claimhouse.settings(), part)

    @dg.op(out=dg.Out(dg.Nothing))
    def join_articles(context: dg.AssetExecutionContext, claimhouse: Claimhouse, done: list[parts.DonePart]) -> None:
        """The articles of each date, put together."""
        found = parts.join_parsed(claimhouse.settings(), done, claimhouse.tick("articles"))
        note(context, counts(log for logs in found.values() for log in logs))
        note(context, {day: {"parser": parser_version()} for day in found})

    @dg.graph_asset(
        **shared, name="articles", kinds={"python", "parquet"}, code_version=parser_version(),
        ins={name: dg.AssetIn(dagster_type=dg.Nothing) for name in ("pages", "imported_pages")},
    )  # fmt: skip
    def articles(pages: Any, imported_pages: Any) -> Any:
        """Articles read from the pages; one row per article version."""
        return join_articles(plan_reading(start=[pages, imported_pages]).map(read_part).collect())

    return articles


def annotations_in_parts(shared: Mapping[str, Any], settings: Settings) -> dg.AssetsDefinition:
    """`annotations`, by as many workers as there are."""

    plan_annotating = planning("plan_annotating", parts.parts_of_articles)

    @dg.op(tags={QUEUE: PARTS})
    def annotate_part(claimhouse: Claimhouse, part: parts.ArticlesPart) -> parts.DonePart:
        """The annotations of a part."""
        return parts.annotate_part(claimhouse.settings(), part)

    @dg.op(out=dg.Out(dg.Nothing))
    def join_annotations(context: dg.AssetExecutionContext, claimhouse: Claimhouse, done: list[parts.DonePart]) -> None:
        """The annotations of each date, put together."""
        own = claimhouse.settings()
        found = parts.join_annotated(own, done, claimhouse.tick("annotations"))
        note(context, found)
        note(context, {day: {"lexicon": steps.lexicon_version(own)} for day in found})

    @dg.graph_asset(
        **shared, name="annotations", kinds={"python", "parquet"}, code_version=steps.lexicon_version(settings),
        ins={"articles": dg.AssetIn(dagster_type=dg.Nothing)},
    )  # fmt: skip
    def annotations(articles: Any) -> Any:
        """Facts about spans of text: sentences, mentions, cues, quantities, times, quotations."""
        return join_annotations(plan_annotating(start=articles).map(annotate_part).collect())

    return annotations
