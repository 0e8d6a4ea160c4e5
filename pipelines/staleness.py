"""Which archive dates were made by other code than today's, or from less than the archive holds now."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from pipelines.collect import PageIndex, State
from pipelines.parse import parser_version
from pipelines.settings import Settings
from pipelines.steps import lexicon_version
from pipelines.warehouse import AnnotationStore, ArticleStore, read_loads


class Step(StrEnum):
    """Where a backfill begins. What comes after it is done in any case."""

    POLL = "poll"
    PARSE = "parse"
    ANNOTATE = "annotate"
    MODELS = "models"


def archived_dates(settings: Settings) -> list[date]:
    """The dates of which the archive holds pages."""
    return sorted(date.fromisoformat(path.name) for path in settings.home.warc.glob("????-??-??"))


def stale_dates(settings: Settings) -> dict[str, list[date]]:
    """For each of the steps parse, annotate and load, the archived dates it would make otherwise today.

    A date is stale when the code is another one, or when what the step reads has changed. Raises `WarehouseBusy` as
    reading the warehouse does.
    """
    articles, annotations = ArticleStore(settings.home.articles), AnnotationStore(settings.home.annotations)
    loads = read_loads(settings)
    parser, annotator = parser_version(), lexicon_version(settings)
    stale: dict[str, list[date]] = {"parse": [], "annotate": [], "load": []}
    with State(settings.home.collection) as state:
        index = PageIndex(state)
        for day in archived_dates(settings):
            parsed, annotated, changes = articles.provenance(day), annotations.provenance(day), index.changes_of(day)
            if parsed is None or (parsed.parser_version, parsed.changes) != (parser, changes):
                stale["parse"].append(day)
            read = annotated and (annotated.parser_version, annotated.changes)
            made = parsed and (parsed.parser_version, parsed.changes)
            if annotated is None or annotated.annotator_version != annotator or read != made:
                stale["annotate"].append(day)
            if annotated is None or loads.get(day) != annotated:
                stale["load"].append(day)
    return stale
