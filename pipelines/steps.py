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
from urllib.parse import urlsplit

from pipelines.annotate import Lexicon, annotate, load_lexicon
from pipelines.collect import Archive, CandidateStore, Fetcher, LogStore, collect_pages, poll
from pipelines.parse import parse_article, parse_text
from pipelines.records import Annotations, Article, Failure, Page, SourceLog, StoredArticle
from pipelines.settings import ROOT, Settings, Source
from pipelines.warehouse import AnnotationStore, ArticleStore, load_dates

Tick = Callable[[], None]


def no_tick() -> None:
    """Progress that nobody watches."""


@dataclass(frozen=True, slots=True)
class Polled:
    """What polling the sources gave: candidates per archive date, failures per source and reason."""

    candidates: dict[date, int]
    failures: dict[str, dict[str, int]]


def poll_sources(settings: Settings, dates: Sequence[date], tick: Tick = no_tick) -> Polled:
    """Poll every enabled source once and keep the candidates of the given archive dates.

    A source that fails is noted in the collection log of the last of the dates; the others go on.
    """
    store, logs = CandidateStore(settings.home.candidates), LogStore(settings.home.collection)
    wanted, found = set(dates), Counter[date]()
    failures: dict[str, dict[str, int]] = {}
    with Fetcher(settings.file.http) as fetcher:
        for source in settings.enabled_sources:
            polled = poll(source, fetcher, today=datetime.now(UTC).date())
            chosen = [c for c in polled.candidates if c.archive_date in wanted]
            store.add(chosen)
            found.update(c.archive_date for c in chosen)
            if polled.failures:
                failures[source.id] = dict(polled.failures)
                logs.merge(SourceLog(source.id, max(dates), failures=polled.failures))
            tick()
    return Polled({day: found[day] for day in dates}, failures)


def fetch_date(settings: Settings, archive_date: date, tick: Tick = no_tick) -> list[SourceLog]:
    """Fetch the date's candidates that are not archived yet. Returns the date's collection log."""
    candidates, logs = CandidateStore(settings.home.candidates), LogStore(settings.home.collection)
    archive = Archive(settings.home.warc)
    with Fetcher(settings.file.http) as fetcher:
        for source in settings.enabled_sources:
            listed = candidates.read(archive_date, source.id)
            if listed:
                logs.merge(collect_pages(source, listed, archive=archive, fetcher=fetcher, on_page=tick))
    return logs.read(archive_date)


def parse_date(settings: Settings, archive_date: date, tick: Tick = no_tick) -> list[SourceLog]:
    """Parse the date's archived pages. Returns what was parsed, and what was not and why, per source."""
    failures: dict[str, Counter[str]] = {}
    broken: Counter[str] = Counter()
    names = {source.id: source for source in settings.file.sources}
    articles: dict[tuple[str, str], StoredArticle] = {}
    duplicates, parsed = Counter[str](), Counter[str]()
    for page in Archive(settings.home.warc).pages(archive_date, failures=broken):
        count = failures.setdefault(page.source_id, Counter())
        stored = _parse_page(page, names.get(page.source_id), count)
        if stored and (key := (stored.source_id, stored.version_id)) not in articles:
            articles[key] = stored
            parsed[page.source_id] += 1
        elif stored:
            duplicates[page.source_id] += 1
        tick()
    if broken:
        failures.setdefault(next(iter(failures), "import"), Counter()).update(broken)
    logs = [
        SourceLog(
            source_id, archive_date, duplicate=duplicates[source_id], parsed=parsed[source_id], failures=dict(count)
        )
        for source_id, count in sorted(failures.items())
    ]
    ArticleStore(settings.home.articles).write(archive_date, list(articles.values()), logs)
    return logs


def _parse_page(page: Page, source: Source | None, failures: Counter[str]) -> StoredArticle | None:
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


def _completed(article: Article, source: Source | None) -> Article:
    """What the page does not say and the source does: the publisher's name and the language."""
    if source is None:
        return article
    return replace(article, publisher=article.publisher or source.name, language=article.language or source.language)


def identify(page: Page, article: Article) -> StoredArticle:
    """Give an article its ids. A canonical link to a home page is a publisher's mistake and is not believed."""
    canonical = article.canonical_url
    if canonical and urlsplit(canonical).path.strip("/") == "":
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


@lru_cache(maxsize=1)
def lexicon() -> Lexicon:
    """The lexicon of this checkout's dbt seeds; building its automata takes a moment, so it is kept."""
    return load_lexicon(ROOT / "dbt" / "seeds")


def annotate_date(settings: Settings, archive_date: date, tick: Tick = no_tick) -> dict[str, int]:
    """Annotate the date's articles. Returns rows per raw table; an article that fails is counted in the parse log."""
    store, words = ArticleStore(settings.home.articles), lexicon()
    annotated: list[tuple[StoredArticle, Annotations]] = []
    failed: Counter[str] = Counter()
    for stored in store.read(archive_date):
        try:
            annotated.append((stored, annotate(stored.article, words)))
        except Exception:  # the article stays in the warehouse, without annotations, and is counted
            annotated.append((stored, Annotations()))
            failed[stored.source_id] += 1
        tick()
    rows = AnnotationStore(settings.home.annotations).write(archive_date, annotated, words.version)
    return rows | ({Failure.ANNOTATOR_ERROR: failed.total()} if failed else {})


def collection_log(settings: Settings, archive_date: date) -> list[SourceLog]:
    """Fetching and parsing of one date in one row per source."""
    merged: dict[str, SourceLog] = {}
    fetched = LogStore(settings.home.collection).read(archive_date)
    parsed = ArticleStore(settings.home.articles).logs(archive_date)
    for log in (*fetched, *parsed):
        merged[log.source_id] = _joined(merged[log.source_id], log) if log.source_id in merged else log
    return list(merged.values())


def _joined(one: SourceLog, other: SourceLog) -> SourceLog:
    counts = {
        name: getattr(one, name) + getattr(other, name)
        for name in ("discovered", "fetched", "unchanged", "duplicate", "parsed")
    }
    return replace(one, **counts, failures=dict(Counter(one.failures) + Counter(other.failures)))


def load(settings: Settings, dates: Iterable[date], run_id: str, tick: Tick = no_tick) -> dict[str, int]:
    """Replace the dates in the warehouse's raw tables. Returns rows per table."""
    return load_dates(settings, {day: collection_log(settings, day) for day in dates}, run_id, lambda _: tick())


def days(first: date, last: date) -> Iterator[date]:
    """Every day from first to last, both included."""
    for ordinal in range(first.toordinal(), last.toordinal() + 1):
        yield date.fromordinal(ordinal)
