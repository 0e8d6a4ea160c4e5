"""From the archived pages of a date to its articles, here or put together from parts that others read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pipelines.collect import Archive, LogStore, State, Tombstones, source_of
from pipelines.identity import hash_of
from pipelines.locks import date_lock
from pipelines.parse import is_plain, parse_article, parse_plain, parser_version
from pipelines.records import Article, Failure, Page, PageFault, SourceLog, StoredArticle
from pipelines.settings import Settings
from pipelines.sources import AnySource
from pipelines.warehouse import ArticleStore, Provenance

Tick = Callable[[], None]
Mapper = Callable[[Callable[[Any], Any], Iterable[Any]], Iterable[Any]]
"""`map`, or what does the same in several processes."""
PAGES_AT_ONCE, BYTES_AT_ONCE = 32, 8_000_000
"""Pages handed to a process together, at most, and of what size they may be until there are enough."""


def no_tick() -> None:
    """Progress that nobody watches."""


@dataclass(frozen=True, slots=True)
class Read:
    """What some pages of a source gave: articles, and why other pages gave none."""

    source_id: str
    articles: Sequence[StoredArticle]
    failures: Counter[str] = field(default_factory=Counter)


def parse_date(
    settings: Settings, archive_date: date, tick: Tick = no_tick, side_by_side: Mapper = map
) -> list[SourceLog]:
    """Parse the date's archived pages. Returns the date's collection log with what was parsed and what was not.

    The same text under the same canonical URL is one article, whichever source brought it. `side_by_side` is `map`, or
    does what it does in several processes.
    """
    with State(settings.home.collection) as state, alone_with(settings, archive_date):
        archive = Archive(settings.home.warc, state)
        provenance = Provenance(parser_version(), archive.index.changes_of(archive_date))
        read = read_files(settings, archive.files(archive_date), side_by_side)
        return keep_read(settings, archive_date, state, provenance, read, tick)


def read_files(settings: Settings, files: Iterable[Path], side_by_side: Mapper = map) -> Iterator[Read]:
    """What the pages of archived files give, in their order; the files of a source stand side by side."""
    names = {source.id: source for source in settings.file.sources}
    for source_id, own in groupby(files, source_of):
        broken = Counter[str]()
        pages = _in_parts(Archive.pages_in(settings.home.warc, own, broken))
        for parsed in side_by_side(partial(_parse_pages, names.get(source_id)), pages):
            articles = [one for one in parsed if isinstance(one, StoredArticle)]
            yield Read(source_id, articles, Counter(str(one) for one in parsed if isinstance(one, Failure)))
        yield Read(source_id, (), broken)


def keep_read(
    settings: Settings, archive_date: date, state: State, provenance: Provenance, read: Iterable[Read], tick: Tick
) -> list[SourceLog]:
    """Replace the date's articles by what was read of its pages, each version once. Returns the collection log.

    `tick` is called for each page. To be called within `alone_with`.
    """
    logs, tombstones = LogStore(state), Archive(settings.home.warc, state).tombstones
    counts: dict[str, Counter[str]] = {log.source_id: Counter() for log in logs.read(archive_date)}

    def articles() -> Iterator[StoredArticle]:
        known: set[str] = set()
        for some in read:
            count = counts.setdefault(some.source_id, Counter())
            count.update(some.failures)
            for _ in range(len(some.articles) + some.failures.total()):
                tick()
            for stored in some.articles:
                if _is_erased(tombstones, stored):
                    count[Failure.ERASED] += 1
                else:
                    count["duplicate" if stored.version_id in known else "parsed"] += 1
                    if stored.version_id not in known:
                        known.add(stored.version_id)
                        yield stored

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


def alone_with(settings: Settings, archive_date: date) -> AbstractContextManager[None]:
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
