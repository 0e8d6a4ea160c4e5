"""Pages that tests put into an archive, and what reading them leaves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Any

from pipelines.collect import Archive, LogStore, PageWriter, State
from pipelines.settings import Settings
from pipelines.warehouse import AnnotationStore, ArticleStore


@contextmanager
def new_file(archive: Archive, archive_date: date, source_id: str) -> Iterator[PageWriter]:
    """A new file for the folder of a date and source, there at the end of the block."""
    with archive.writers() as writers:
        yield writers.of(archive_date, source_id)


def what_is_left_of(settings: Settings, dates: Sequence[date]) -> dict[str, Any]:
    """All that reading and annotating some dates has left: articles, annotations, what made them, and the counts."""
    articles, annotations = ArticleStore(settings.home.articles), AnnotationStore(settings.home.annotations)
    with State(settings.home.collection) as state:
        logs = {day: LogStore(state).read(day) for day in dates}
    return {
        "articles": {day: articles.read(day) for day in dates},
        "provenance": {day: (articles.provenance(day), annotations.provenance(day)) for day in dates},
        "tables": {day: {n: t.to_pylist() for n, t in annotations.read(day).items()} for day in dates},
        "logs": logs,
    }
