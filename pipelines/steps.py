"""The steps of one archive date, each reading what the one before it left on disk. `cli` and `assets` both call these.

Every step can be repeated: it replaces what it wrote for that date. Only `load` and what follows it touch DuckDB.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import lru_cache
from itertools import islice
from pathlib import Path
from urllib.parse import urlsplit

from pipelines.annotate import Lexicon, annotate, load_lexicon
from pipelines.collect import (
    Archive,
    CandidateStore,
    Fetcher,
    ImportReport,
    LogStore,
    Poll,
    Visit,
    Window,
    collect_pages,
    import_paths,
    poll,
)
from pipelines.errors import CollectError
from pipelines.parse import parse_article, parse_text
from pipelines.records import Annotations, Article, Failure, Page, SourceLog, StoredArticle
from pipelines.settings import ROOT, Settings
from pipelines.sources import AnySource
from pipelines.warehouse import AnnotationStore, ArticleStore, load_dates

Tick = Callable[[], None]
COUNTS = ("discovered", "fetched", "unchanged", "duplicate", "parsed")
"""The counts of a collection log, in the order in which a page meets them."""
IMPORT = "import"
"""The source under which a user's own files are kept."""


def no_tick() -> None:
    """Progress that nobody watches."""


@dataclass(frozen=True, slots=True)
class Polled:
    """What polling the sources gave: candidates per archive date, failures per source and reason."""

    candidates: dict[date, int]
    failures: dict[str, dict[str, int]]


def poll_sources(settings: Settings, dates: Sequence[date], tick: Tick = no_tick) -> Polled:
    """Poll every enabled source once and keep what it lists, each link under its own archive date.

    Links of other dates than the given ones wait in the store for the run of their date. What goes wrong is counted in
    the collection log of the last of the dates; the other sources go on.
    """
    store, logs = CandidateStore(settings.home.candidates), LogStore(settings.home.collection)
    found = Counter[date]()
    failures: dict[str, dict[str, int]] = {}
    window = Window(min(dates), max(dates), datetime.now(UTC).date())
    with Fetcher(settings.file.http) as fetcher:
        for source in settings.enabled_sources:
            try:
                polled = poll(Visit(source, fetcher, window))
            except CollectError as error:
                polled = Poll((), {error.failure: 1})
            store.add(polled.candidates)
            found.update(c.archive_date for c in polled.candidates)
            if polled.failures:
                failures[source.id] = dict(polled.failures)
                logs.merge(SourceLog(source.id, max(dates), failures=polled.failures), stage="poll")
            tick()
    return Polled({day: found[day] for day in dates}, failures)


def fetch_date(settings: Settings, archive_date: date, tick: Tick = no_tick) -> list[SourceLog]:
    """Fetch the date's candidates that are not archived yet. Returns the date's collection log."""
    candidates, logs = CandidateStore(settings.home.candidates), LogStore(settings.home.collection)
    archive = Archive(settings.home.warc)
    with Fetcher(settings.file.http) as fetcher:
        for source in settings.enabled_sources:
            torn: Counter[str] = Counter()
            listed = candidates.read(archive_date, source.id, failures=torn)
            if torn:
                logs.merge(SourceLog(source.id, archive_date, failures=torn), stage="poll")
            if listed:
                logs.merge(collect_pages(source, listed, archive=archive, fetcher=fetcher, on_page=tick))
    return logs.read(archive_date)


def import_files(settings: Settings, paths: Sequence[Path], archive_date: date, tick: Tick = no_tick) -> ImportReport:
    """Put files into the archive under the source `import`, and what could not be read into the collection log."""
    archive = Archive(settings.home.warc)
    report = import_paths(paths, archive, archive_date=archive_date, on_file=lambda _: tick())
    kept = len(archive.urls(archive_date, IMPORT))
    LogStore(settings.home.collection).merge(
        SourceLog(IMPORT, archive_date, report.pages + report.duplicates, kept, failures=report.failures)
    )
    return report


def parse_date(settings: Settings, archive_date: date, tick: Tick = no_tick) -> list[SourceLog]:
    """Parse the date's archived pages. Returns the date's collection log with what was parsed and what was not.

    The same text under the same canonical URL is one article, whichever source brought it.
    """
    logs, names = LogStore(settings.home.collection), {source.id: source for source in settings.file.sources}
    counts: dict[str, Counter[str]] = {log.source_id: Counter() for log in logs.read(archive_date)}
    articles: dict[str, StoredArticle] = {}
    for source_id in Archive(settings.home.warc).sources(archive_date):
        count, broken = counts.setdefault(source_id, Counter()), Counter[str]()
        for page in Archive(settings.home.warc).pages(archive_date, source_id, failures=broken):
            stored = _parse_page(page, names.get(source_id), count)
            if stored:
                count["duplicate" if stored.version_id in articles else "parsed"] += 1
                articles.setdefault(stored.version_id, stored)
            tick()
        count.update(broken)
    for source_id, count in counts.items():
        duplicate, parsed = count.pop("duplicate", 0), count.pop("parsed", 0)
        log = SourceLog(source_id, archive_date, duplicate=duplicate, parsed=parsed, failures=count)
        logs.merge(log, stage="articles")
    ArticleStore(settings.home.articles).write(archive_date, list(articles.values()))
    return logs.read(archive_date)


def _parse_page(page: Page, source: AnySource | None, failures: Counter[str]) -> StoredArticle | None:
    if not page.body.strip():
        failures[Failure.EMPTY_PAGE] += 1
        return None
    try:
        if (page.content_type or "").startswith("text/plain"):
            article = parse_text(page.body.decode("utf-8", "replace"), page.url)
        else:
            article = parse_article(page.body, page.url)
    except Exception:  # whatever a page does to the parser, the day goes on and the page is counted
        failures[Failure.PARSER_ERROR] += 1
        return None
    if not article.text:
        failures[Failure.NO_TEXT] += 1
        return None
    return identify(page, _completed(article, source))


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
        article = replace(article, canonical_url=None)
    article_id = _hash(canonical or page.url)
    content_hash = _hash(article.title or "", article.text)
    return StoredArticle(
        article_id, _hash(article_id, content_hash), content_hash, page.source_id, page.archive_date, page.url,
        page.fetched_at, page.warc_file, page.warc_offset, article,
    )  # fmt: skip


def _hash(*parts: str) -> str:
    """Sixteen hex digits: for a billion articles the chance of one collision is below 3 %."""
    return hashlib.blake2b("\x00".join(parts).encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


def sample_articles(settings: Settings, dates: Iterable[date], count: int = 5) -> list[str]:
    """A few headlines with their text's length, for people who watch a run."""
    store = ArticleStore(settings.home.articles)
    stored = islice((s for day in dates for s in store.read(day)), count)
    return [f"{s.article.title} ({s.source_id}, {len(s.article.text)} characters)" for s in stored]


@lru_cache(maxsize=1)
def lexicon() -> Lexicon:
    """The lexicon of this checkout's dbt seeds; building its automata takes a moment, so it is kept."""
    return load_lexicon(ROOT / "dbt" / "seeds")


def annotate_date(settings: Settings, archive_date: date, tick: Tick = no_tick) -> dict[str, int]:
    """Annotate the date's articles. Returns rows per raw table, and how many articles the annotator failed on.

    Such an article stays in the warehouse without annotations, and is counted in the collection log.
    """
    words, logs = lexicon(), LogStore(settings.home.collection)
    annotated: list[tuple[StoredArticle, Annotations]] = []
    failed: Counter[str] = Counter()
    for stored in ArticleStore(settings.home.articles).read(archive_date):
        try:
            annotated.append((stored, annotate(stored.article, words)))
        except Exception:  # one text must not stop the day
            annotated.append((stored, Annotations()))
            failed[stored.source_id] += 1
        tick()
    for source_id in {stored.source_id for stored, _ in annotated}:
        failures: dict[str, int] = {Failure.ANNOTATOR_ERROR: failed[source_id]} if failed[source_id] else {}
        logs.merge(SourceLog(source_id, archive_date, failures=failures), stage="annotations")
    rows = AnnotationStore(settings.home.annotations).write(archive_date, annotated, words.version)
    return rows | ({str(Failure.ANNOTATOR_ERROR): failed.total()} if failed else {})


def load(settings: Settings, dates: Iterable[date], run_id: str, tick: Tick = no_tick) -> dict[str, int]:
    """Replace the dates in the warehouse's raw tables. Returns rows per table."""
    logs = LogStore(settings.home.collection)
    return load_dates(settings, {day: logs.read(day) for day in dates}, run_id, lambda _: tick())


def days(first: date, last: date) -> Iterator[date]:
    """Every day from first to last, both included."""
    for ordinal in range(first.toordinal(), last.toordinal() + 1):
        yield date.fromordinal(ordinal)
