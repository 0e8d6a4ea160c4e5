"""From the articles of a date to its annotations, here or put together from parts that others made."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import lru_cache, partial

import pyarrow as pa

from pipelines.annotate import Lexicon, annotate, annotator_version, load_lexicon
from pipelines.collect import LogStore, State
from pipelines.reading import Mapper, Tick, alone_with, no_tick
from pipelines.records import Annotations, Failure, SourceLog, StoredArticle
from pipelines.register import OwnCompany, read_own_register
from pipelines.settings import SEEDS, Settings
from pipelines.warehouse import AnnotationStore, ArticleStore, Provenance, staged_tables

Staged = tuple[Mapping[str, pa.Table], Counter[str]]
"""The rows of some articles in every raw table, and the sources of those that the annotator failed on."""


def shipped_lexicon() -> Lexicon:
    """The lexicon of this checkout's dbt seeds alone."""
    return _lexicon(())


def lexicon(settings: Settings) -> Lexicon:
    """The lexicon of this checkout's dbt seeds and this home's own companies. Raises `SettingsError` for a bad file."""
    return _lexicon(read_own_register(settings.home.register))


def lexicon_version(settings: Settings) -> str:
    """The version of the annotator with this home's own companies."""
    return annotator_version(SEEDS, read_own_register(settings.home.register))


@lru_cache(maxsize=1)
def _lexicon(own: tuple[OwnCompany, ...]) -> Lexicon:
    """Building the automata takes a moment, so the last lexicon is kept."""
    return load_lexicon(SEEDS, own)


def annotate_date(
    settings: Settings, archive_date: date, tick: Tick = no_tick, side_by_side: Mapper = map
) -> dict[str, int]:
    """Annotate the date's articles. Returns rows per raw table, and how many articles the annotator failed on.

    Such an article stays in the warehouse without annotations, and is counted in the collection log.
    """
    with alone_with(settings, archive_date):
        articles = ArticleStore(settings.home.articles)
        provenance = annotated_by(settings, articles.provenance(archive_date))
        staged = annotate_batches(settings, provenance, articles.batches(archive_date), side_by_side)
        return keep_annotated(settings, archive_date, provenance, staged, tick)


def annotated_by(settings: Settings, parsed: Provenance | None) -> Provenance:
    """What makes the annotations of articles that were parsed so."""
    return replace(parsed or Provenance("unknown"), annotator_version=lexicon_version(settings))


def annotate_batches(
    settings: Settings, provenance: Provenance, batches: Iterable[Sequence[StoredArticle]], side_by_side: Mapper = map
) -> Iterator[Staged]:
    """The annotations of articles, some after others."""
    yield from side_by_side(partial(_annotate_articles, settings, provenance), batches)


def keep_annotated(
    settings: Settings, archive_date: date, provenance: Provenance, staged: Iterable[Staged], tick: Tick
) -> dict[str, int]:
    """Replace the date's annotations. Returns rows per raw table, and how many articles the annotator failed on.

    `tick` is called for each article. To be called within `alone_with`.
    """
    sources: set[str] = set()
    failed: Counter[str] = Counter()

    def tables() -> Iterator[Mapping[str, pa.Table]]:
        for some, failed_here in staged:
            failed.update(failed_here)
            sources.update(some["articles"]["source_id"].unique().to_pylist())
            for _ in range(some["articles"].num_rows):
                tick()
            yield some

    def note() -> None:
        with State(settings.home.collection) as state:
            for source_id in sources:
                failures: dict[str, int] = {Failure.ANNOTATOR_ERROR: failed[source_id]} if failed[source_id] else {}
                LogStore(state).merge(SourceLog(source_id, archive_date, failures=failures), stage="annotations")

    rows = AnnotationStore(settings.home.annotations).write_tables(archive_date, tables(), provenance, note)
    return rows | ({str(Failure.ANNOTATOR_ERROR): failed.total()} if failed else {})


def _annotate_articles(settings: Settings, provenance: Provenance, articles: Sequence[StoredArticle]) -> Staged:
    words, failed = lexicon(settings), Counter[str]()
    annotated: list[tuple[StoredArticle, Annotations]] = []
    for stored in articles:
        try:
            annotated.append((stored, annotate(stored.article, words)))
        except Exception:  # one text must not stop the day
            annotated.append((stored, Annotations()))
            failed[stored.source_id] += 1
    return staged_tables(annotated, provenance), failed
