"""Fetching a source's candidates into the archive. One bad page never stops the source; every loss is counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import date

from pipelines.collect.archive import Archive, PageWriter
from pipelines.collect.fetch import Fetched, Fetcher
from pipelines.collect.sniff import is_html
from pipelines.collect.urls import canonical_url
from pipelines.errors import CollectError
from pipelines.records import Candidate, Failure, SourceLog
from pipelines.sources import AnySource


def collect_pages(
    source: AnySource,
    candidates: Iterable[Candidate],
    *,
    archive: Archive,
    fetcher: Fetcher,
    archive_date: date | None = None,
    on_page: Callable[[], None] | None = None,
) -> SourceLog:
    """Fetch what is not yet in the archive for this date; call `on_page` after each candidate, had or not.

    The candidates must be of one archive date, which `archive_date` names where there may be none at all.
    In the log, `fetched` counts the pages now in the archive for source and date, `unchanged` the candidates that
    were there before, `duplicate` those that turned out to be a page already there under another URL.
    """
    unique = {candidate.url: candidate for candidate in candidates}
    day = _one_day(unique.values(), archive_date)
    run = _Run(source, day, archive, fetcher)
    todo = [url for url in unique if url not in run.answered]
    unchanged = len(unique) - len(todo)
    tell = on_page or (lambda: None)
    for _ in range(unchanged):
        tell()
    if todo:
        with archive.writer(day, source.id) as writer:
            for url in todo:
                run.take(url, writer)
                tell()
    return SourceLog(
        source.id,
        day,
        discovered=len(unique),
        fetched=len(run.pages),
        unchanged=unchanged,
        duplicate=run.duplicate,
        failures=dict(sorted(run.failures.items())),
    )


class _Run:
    """What one run over a source's candidates knows and counts."""

    def __init__(self, source: AnySource, day: date, archive: Archive, fetcher: Fetcher) -> None:
        self.source, self.day, self.fetcher = source, day, fetcher
        statuses = list(archive.statuses(day, source.id))
        self.answered = {url for url, _ in statuses}
        self.pages = {canonical_url(url) or url for url, status in statuses if status == 200}
        self.duplicate = 0
        self.failures: Counter[str] = Counter()

    def take(self, url: str, writer: PageWriter) -> None:
        if url in self.pages:  # another candidate was redirected here
            self.duplicate += 1
            return
        try:
            fetched = self.fetcher.fetch(url, archive_date=self.day, source_id=self.source.id)
            self._check(fetched)
        except CollectError as error:
            self.failures[error.failure.value] += 1
            return
        page_url = canonical_url(fetched.final_url) or fetched.final_url
        if page_url in self.pages:
            writer.write_hops(fetched.hops)
            self.duplicate += 1
            return
        writer.write(fetched)
        self.pages.add(page_url)

    def _check(self, fetched: Fetched) -> None:
        if fetched.status != 200 or not fetched.body.strip():
            raise CollectError(Failure.EMPTY_PAGE, f"{fetched.final_url}: the page is empty.")
        if not is_html(fetched.body, fetched.content_type):
            raise CollectError(Failure.NOT_HTML, f"{fetched.final_url}: is {fetched.content_type}, no web page.")


def _one_day(candidates: Iterable[Candidate], archive_date: date | None) -> date:
    days = {candidate.archive_date for candidate in candidates} | ({archive_date} if archive_date else set())
    if len(days) != 1:
        raise ValueError(f"candidates of exactly one archive date are needed, not of {len(days)}")
    return days.pop()
