"""Archive pages that list a day's articles (source type `archive`): an address a day, links by CSS selector, paging."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from pipelines.collect.source_types.html_links import base_of, link_of, read_page, text_of
from pipelines.collect.source_types.listing import Entry, Visit
from pipelines.collect.web.urls import resolve
from pipelines.errors import CollectError
from pipelines.records import Failure
from pipelines.sources import ArchiveSource

MAX_REQUESTS = 1_000
"""Pages read in one visit. A window of years is better cut into several; what is left over is counted (too_large)."""

SETTLED = timedelta(days=2)
"""A day's page may still grow while the day lasts somewhere, so until then it is always read again."""


def entries(visit: Visit) -> Iterator[Entry]:
    """The links of the pages of every day of the window, the latest day first.

    A day without a page (404) had no articles; that and every other failure of a day is counted. Raises `CollectError`
    when no day's page could be had for another reason than 404, and for a selector that is none.
    """
    source = visit.source
    assert isinstance(source, ArchiveSource)
    archive = _Archive(visit, source)
    window = visit.window
    days = [window.last - timedelta(days=n) for n in range((window.last - window.first).days + 1)]
    last_error: CollectError | None = None
    answered = False
    for day in days:
        if day > window.today:
            continue
        if archive.left <= 0:
            visit.fail(Failure.TOO_LARGE)
            continue
        try:
            yield from archive.links_of(day)
            answered = True
        except CollectError as error:
            visit.fail(error.failure)
            answered = answered or error.failure is Failure.HTTP_4XX
            last_error = error
    if last_error and not answered:
        raise last_error


class _Archive:
    def __init__(self, visit: Visit, source: ArchiveSource) -> None:
        self._visit, self._source = visit, source
        self.left = MAX_REQUESTS

    def links_of(self, day: date) -> Iterator[Entry]:
        """The day's links, page by page until one brings nothing new. Raises for the first page only."""
        url: str | None = page_url(self._source.url, day, 1)
        read: list[str] = []
        seen: set[str | None] = set()
        is_whole = day < self._visit.window.today - SETTLED
        while url is not None:
            if len(read) >= self._source.max_pages or self.left <= 0:
                self._visit.fail(Failure.TOO_LARGE)
                is_whole = False
                break
            self.left -= 1
            read.append(url)
            try:
                found, following = self._page(url, day)
            except CollectError as error:
                if len(read) == 1:
                    raise
                if error.failure is not Failure.HTTP_4XX:  # counting up ends with a page that is not there
                    self._visit.fail(error.failure)
                    is_whole = False
                break
            new = [entry for entry in found if resolve(entry.link or "", entry.base) not in seen]
            seen.update(resolve(entry.link or "", entry.base) for entry in new)
            yield from new
            if following is None and "{page}" in self._source.url and not self._source.next:
                following = page_url(self._source.url, day, len(read) + 1)
            url = following if new and following not in read else None
        if not is_whole:
            for url in read:
                self._visit.forget(url)

    def _page(self, url: str, day: date) -> tuple[list[Entry], str | None]:
        """The links of one page and the address of the next one; neither if it has not changed."""
        fetched = self._visit.get(url)
        if fetched is None:
            return [], None
        try:
            page = read_page(fetched.body, fetched.content_type)
            nodes = page.css(self._source.links)
            following = page.css_first(self._source.next) if self._source.next else None
        except ValueError as error:
            self._visit.forget(url)
            message = f"{fetched.final_url}: {error}. Correct `links` or `next` of source '{self._source.id}'."
            raise CollectError(Failure.BAD_FEED, message) from error
        base = base_of(page, fetched.final_url)
        found = [Entry(link_of(node), text_of(node) or None, base=base, day=day) for node in nodes]
        return found, resolve(link_of(following) or "", base) if following else None


def page_url(template: str, day: date, page: int) -> str:
    """`template` with {yyyy}, {mm}, {dd}, {m}, {d} and {page} filled in; other braces stay."""
    values = {
        "yyyy": f"{day.year:04}", "mm": f"{day.month:02}", "dd": f"{day.day:02}",
        "m": str(day.month), "d": str(day.day), "page": str(page),
    }  # fmt: skip
    for name, value in values.items():
        template = template.replace(f"{{{name}}}", value)
    return template
