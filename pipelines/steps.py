"""The steps of one archive date, each reading what the one before it left on disk. `cli` and `assets` both call these.

Every step can be repeated: it replaces what it wrote for that date. Only `load` and what follows it touch DuckDB.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache, partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pyarrow as pa

from pipelines import collect
from pipelines.annotate import Lexicon, annotate, annotator_version, load_lexicon
from pipelines.collect import (
    IMPORT,
    Archive,
    CandidateStore,
    Fetcher,
    ImportReport,
    LogStore,
    Look,
    PageIndex,
    State,
    Tombstones,
    Window,
    collect_pages,
    import_paths,
    read_health,
    sweep_spool,
)
from pipelines.identity import hash_of
from pipelines.locks import date_lock
from pipelines.parse import is_plain, parse_article, parse_plain, parser_version
from pipelines.records import Annotations, Article, Failure, Page, PageFault, SourceLog, StoredArticle
from pipelines.register import OwnCompany, read_own_register
from pipelines.settings import SEEDS, Settings
from pipelines.sources import AnySource
from pipelines.warehouse import AnnotationStore, ArticleStore, Provenance, load_dates, staged_tables

Tick = Callable[[], None]
Mapper = Callable[[Callable[[Any], Any], Iterable[Any]], Iterable[Any]]
"""`map`, or what does the same in several processes."""
PAGES_AT_ONCE, BYTES_AT_ONCE = 32, 8_000_000
"""Pages handed to a process together, at most, and of what size they may be until there are enough."""


def no_tick() -> None:
    """Progress that nobody watches."""


def poll_sources(settings: Settings, dates: Sequence[date], tick: Tick = no_tick) -> Look:
    """Poll every enabled source once and keep what it lists, each link under its own archive date.

    Links of other dates than the given ones wait in the store for the run of their date, and are not in the answer.
    What goes wrong is counted in the collection log of the last of the dates; the other sources go on.
    """
    window = Window(min(dates), max(dates), datetime.now(UTC).date())
    with _collecting(settings) as (state, fetcher):
        look = collect.poll_sources(
            settings.enabled_sources, window, store=CandidateStore(state), fetcher=fetcher,
            spool=settings.home.spool, on_source=tick,
        )  # fmt: skip
        for source_id, failures in look.failures.items():
            LogStore(state).merge(SourceLog(source_id, max(dates), failures=failures), stage="poll")
    look.candidates = Counter({day: look.candidates[day] for day in dates})
    return look


def fetch_dates(settings: Settings, dates: Sequence[date], tick: Tick = no_tick) -> list[SourceLog]:
    """Fetch the candidates of these dates that are not archived yet. Returns the dates' collection log.

    A run of yesterday or today also takes up what is pending or due again from the days before (`collect.late_days`,
    `collect.revisit_after`); `dates_to_read` names the dates that got pages so.
    """
    now = datetime.now(UTC)
    first, last = min(dates), max(dates)
    is_current = last >= now.date() - timedelta(days=1)
    if is_current:
        looking_back = first - timedelta(days=settings.file.collect.window_days)
        first = min(first, max(settings.file.start_date, looking_back))
    with _collecting(settings) as (state, fetcher):
        archive, logs = Archive(settings.home.warc, state), LogStore(state)
        archive.recover()
        found = collect_pages(
            settings.enabled_sources, first, last, state=state, archive=archive, fetcher=fetcher, now=now,
            again_from=min(dates), revisit_after=settings.file.collect.revisit_after if is_current else (),
            on_page=tick,
        )  # fmt: skip
        for log in found:
            logs.merge(log)
        sweep_spool(settings.home.spool, state)
        return [log for day in dates for log in logs.read(day)]


@contextmanager
def _collecting(settings: Settings) -> Iterator[tuple[State, Fetcher]]:
    """The state and a fetcher, as the only process that collects into this home."""
    with (
        State(settings.home.collection) as state,
        state.collecting(settings.file.collect.lock_wait),
        Fetcher(settings.file.http, state=state) as fetcher,
    ):
        yield state, fetcher


def ailing_sources(settings: Settings) -> dict[str, str]:
    """The enabled sources that could not be read at the last look, or have brought nothing new for days, and why."""
    if not settings.home.collection.is_dir():
        return {}
    with State(settings.home.collection) as state:
        health = read_health(state, datetime.now(UTC))
    looked_at = [(source, health[source.id]) for source in settings.enabled_sources if source.id in health]
    return {
        source.id: one.problem or f"nothing new for {one.silent_days} days"
        for source, one in looked_at
        if one.problem or (source.is_live and one.is_silent)
    }


def dates_to_read(settings: Settings, dates: Sequence[date]) -> list[date]:
    """These dates, and all others with pages that are not in the warehouse yet: late ones, corrected ones."""
    with State(settings.home.collection) as state:
        return sorted({*dates, *PageIndex(state).changed_dates()})


def import_files(settings: Settings, paths: Sequence[Path], archive_date: date, tick: Tick = no_tick) -> ImportReport:
    """Put files into the archive under the source `import`, and what could not be read into the collection log."""
    with State(settings.home.collection) as state, state.collecting(settings.file.collect.lock_wait):
        archive = Archive(settings.home.warc, state)
        archive.recover()
        report = import_paths(paths, archive, archive_date=archive_date, on_file=lambda _: tick())
        kept, _ = archive.index.count(archive_date, IMPORT)
        LogStore(state).merge(
            SourceLog(IMPORT, archive_date, report.pages + report.duplicates, kept, failures=report.failures)
        )
    return report


def parse_date(
    settings: Settings, archive_date: date, tick: Tick = no_tick, side_by_side: Mapper = map
) -> list[SourceLog]:
    """Parse the date's archived pages. Returns the date's collection log with what was parsed and what was not.

    The same text under the same canonical URL is one article, whichever source brought it. `side_by_side` is `map`, or
    does what it does in several processes.
    """
    with State(settings.home.collection) as state, _alone_with(settings, archive_date):
        return _parse_date(settings, archive_date, state, tick, side_by_side)


def _parse_date(
    settings: Settings, archive_date: date, state: State, tick: Tick, side_by_side: Mapper
) -> list[SourceLog]:
    logs, names = LogStore(state), {source.id: source for source in settings.file.sources}
    archive = Archive(settings.home.warc, state)
    provenance = Provenance(parser_version(), archive.index.changes_of(archive_date))
    counts: dict[str, Counter[str]] = {log.source_id: Counter() for log in logs.read(archive_date)}

    def articles() -> Iterator[StoredArticle]:
        known: set[str] = set()
        for source_id in archive.sources(archive_date):
            count, broken = counts.setdefault(source_id, Counter()), Counter[str]()
            pages = _in_parts(archive.pages(archive_date, source_id, failures=broken))
            for parsed in side_by_side(partial(_parse_pages, names.get(source_id)), pages):
                for stored in parsed:
                    tick()
                    if isinstance(stored, Failure):
                        count[stored] += 1
                    elif _is_erased(archive.tombstones, stored):
                        count[Failure.ERASED] += 1
                    else:
                        count["duplicate" if stored.version_id in known else "parsed"] += 1
                        if stored.version_id not in known:
                            known.add(stored.version_id)
                            yield stored
            count.update(broken)

    def note() -> None:
        for source_id, count in counts.items():
            duplicate, parsed = count.pop("duplicate", 0), count.pop("parsed", 0)
            log = SourceLog(source_id, archive_date, duplicate=duplicate, parsed=parsed, failures=count)
            logs.merge(log, stage="articles")

    ArticleStore(settings.home.articles).write(archive_date, articles(), provenance, note)
    return logs.read(archive_date)


def _in_parts(pages: Iterable[Page]) -> Iterator[list[Page]]:
    """Pages that are handed to a process together: some, or fewer large ones."""
    part: list[Page] = []
    size = 0
    for page in pages:
        part.append(page)
        size += len(page.body)
        if len(part) >= PAGES_AT_ONCE or size >= BYTES_AT_ONCE:
            yield part
            part, size = [], 0
    if part:
        yield part


def _is_erased(tombstones: Tombstones, stored: StoredArticle) -> bool:
    return tombstones.covers_link(stored.source_id, stored.url) or tombstones.covers_article(
        stored.article_id, stored.source_id, stored.article.authors
    )


def _alone_with(settings: Settings, archive_date: date) -> AbstractContextManager[None]:
    """No other run reads or loads this date meanwhile."""
    return date_lock(settings.home.date_lock, archive_date)


def _parse_pages(source: AnySource | None, pages: Sequence[Page]) -> list[StoredArticle | Failure]:
    return [_parse_page(page, source) for page in pages]


def _parse_page(page: Page, source: AnySource | None) -> StoredArticle | Failure:
    """The article of a page, or why it has none."""
    try:
        if is_plain(page.content_type):
            article = parse_plain(page.body, page.url, page.content_type)
        else:
            article = parse_article(page.body, page.url, content_type=page.content_type, fetched_at=page.fetched_at)
    except Exception:  # whatever a page does to the parser, the day goes on and the page is counted
        return Failure.PARSER_ERROR
    return identify(page, _completed(article, source)) if article.text else _why_no_text(article)


def article_of(page: Page) -> StoredArticle | None:
    """The article of a page as parsing a date would find it, without what its source adds. None for no article."""
    found = _parse_page(page, None)
    return None if isinstance(found, Failure) else found


def _why_no_text(article: Article) -> Failure:
    reasons = {
        PageFault.EMPTY: Failure.EMPTY_PAGE,
        PageFault.NOT_HTML: Failure.NOT_HTML,
        PageFault.COOKIE_WALL: Failure.COOKIE_WALL,
    }
    return next((reason for fault, reason in reasons.items() if fault in article.faults), Failure.NO_TEXT)


def _completed(article: Article, source: AnySource | None) -> Article:
    """What the page does not say and the source does: the publisher's name and the language."""
    if source is None:
        return article
    return replace(article, publisher=article.publisher or source.name, language=article.language or source.language)


def identify(page: Page, article: Article) -> StoredArticle:
    """Give an article its ids. A canonical link to a home page is a publisher's mistake and is not believed."""
    canonical = article.canonical_url
    parts = urlsplit(canonical or "")
    if canonical and not parts.path.strip("/") and not parts.query:
        canonical = None
        article = _without_canonical(article)
    article_id = hash_of(canonical or page.url)
    content_hash = hash_of(article.title or "", article.text)
    return StoredArticle(
        article_id, hash_of(article_id, content_hash), content_hash, page.source_id, page.archive_date, page.url,
        page.fetched_at, page.warc_file, page.warc_offset, article,
    )  # fmt: skip


def _without_canonical(article: Article) -> Article:
    return replace(
        article,
        canonical_url=None,
        origins={name: origin for name, origin in article.origins.items() if name != "canonical_url"},
        witnesses=tuple(replace(w, is_chosen=False) if w.field == "canonical_url" else w for w in article.witnesses),
    )


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
    with _alone_with(settings, archive_date):
        return _annotate_date(settings, archive_date, tick, side_by_side)


def _annotate_date(settings: Settings, archive_date: date, tick: Tick, side_by_side: Mapper) -> dict[str, int]:
    articles = ArticleStore(settings.home.articles)
    parsed = articles.provenance(archive_date) or Provenance("unknown")
    provenance = replace(parsed, annotator_version=lexicon_version(settings))
    sources: set[str] = set()
    failed: Counter[str] = Counter()

    def tables() -> Iterator[Mapping[str, pa.Table]]:
        annotated = side_by_side(partial(_annotate_articles, settings, provenance), articles.batches(archive_date))
        for staged, failed_here in annotated:
            failed.update(failed_here)
            sources.update(staged["articles"]["source_id"].unique().to_pylist())
            for _ in range(staged["articles"].num_rows):
                tick()
            yield staged

    def note() -> None:
        with State(settings.home.collection) as state:
            for source_id in sources:
                failures: dict[str, int] = {Failure.ANNOTATOR_ERROR: failed[source_id]} if failed[source_id] else {}
                LogStore(state).merge(SourceLog(source_id, archive_date, failures=failures), stage="annotations")

    rows = AnnotationStore(settings.home.annotations).write_tables(archive_date, tables(), provenance, note)
    return rows | ({str(Failure.ANNOTATOR_ERROR): failed.total()} if failed else {})


def _annotate_articles(
    settings: Settings, provenance: Provenance, articles: Sequence[StoredArticle]
) -> tuple[dict[str, pa.Table], Counter[str]]:
    """The rows of some articles in every raw table, and the sources of those that the annotator failed on."""
    words, failed = lexicon(settings), Counter[str]()
    annotated: list[tuple[StoredArticle, Annotations]] = []
    for stored in articles:
        try:
            annotated.append((stored, annotate(stored.article, words)))
        except Exception:  # one text must not stop the day
            annotated.append((stored, Annotations()))
            failed[stored.source_id] += 1
    return staged_tables(annotated, provenance), failed


def load(settings: Settings, dates: Iterable[date], run_id: str, tick: Tick = no_tick) -> dict[date, dict[str, int]]:
    """Replace the dates in the warehouse's raw tables. Returns rows per date and table."""
    with State(settings.home.collection) as state:
        logs, index = LogStore(state), PageIndex(state)

        def loaded(day: date, provenance: Provenance | None) -> None:
            index.mark_loaded(day, provenance.changes if provenance else 0)
            tick()

        return load_dates(settings, {day: logs.read(day) for day in dates}, run_id, loaded)


def days(first: date, last: date) -> Iterator[date]:
    """Every day from first to last, both included."""
    for ordinal in range(first.toordinal(), last.toordinal() + 1):
        yield date.fromordinal(ordinal)
