"""Listings of WARC files like Common Crawl's `warc.paths.gz` as a source: which files, and having them. The pages of a
file that is not on this machine are copied to the spool and the file is let go, so that the disk stays small."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path, PurePosixPath

from pipelines.collect.archive.warc_reading import WARC_ENDINGS
from pipelines.collect.source_types.listing import Entry, FileRead, Visit
from pipelines.collect.source_types.warc_source import (
    copy_wanted,
    file_entries,
    page_entries,
    recall_left_out,
    settings_mark,
    spooled_name,
)
from pipelines.collect.web.exchange import Validators
from pipelines.collect.web.inflate import BodyError, gunzip_if_gzip
from pipelines.collect.web.urls import resolve
from pipelines.errors import CollectError
from pipelines.records import Failure
from pipelines.sources import CcNewsSource

MAX_DOWNLOADS = 500
"""Files downloaded in one visit, the earliest first; the rest is counted as too_large and comes with the next visit.
Common Crawl has about this many a month, of 1 GB each."""

CRAWL_TIME = re.compile(r"-(\d{14})-")
"""As in CC-NEWS-20260301012345-00001.warc.gz."""


def entries(visit: Visit) -> Iterator[Entry]:
    """The wanted pages of all files of the window that were not read before.

    Raises `CollectError` if no listing can be had; a listing or a file that cannot be had beside others is counted.
    """
    source = visit.source
    assert isinstance(source, CcNewsSource)
    names = [name for name in _listed(visit, source) if _is_in_window(name, visit)]
    names.sort(key=lambda name: crawl_time(name) or datetime.max.replace(tzinfo=UTC))
    places = [place for name in dict.fromkeys(names) if (place := file_place(source.base, name))]
    if bad := len(set(names)) - len(places):
        visit.fail(Failure.BAD_LINK, bad)
    for path in (place for place in places if isinstance(place, Path)):
        yield from file_entries(visit, path)
    yield from _remote_entries(visit, [place for place in places if isinstance(place, str)])


def _remote_entries(visit: Visit, urls: list[str]) -> Iterator[Entry]:
    mark = Validators(etag=settings_mark(visit.source))
    new = [url for url in urls if visit.known(url) != mark]
    visit.unmodified += len(urls) - len(new)
    if len(new) > MAX_DOWNLOADS:
        visit.fail(Failure.TOO_LARGE, len(new) - MAX_DOWNLOADS)
    for url in new[MAX_DOWNLOADS:]:
        visit.files[url] = FileRead()
    for url in new[:MAX_DOWNLOADS]:
        yield from visit.read_file(url, mark, _wanted(visit, url))


def _wanted(visit: Visit, url: str) -> Iterator[Entry]:
    yield from page_entries(visit, _copy(visit, url))


def crawl_time(name: str) -> datetime | None:
    """When the crawl that wrote a file began, as far as its name says."""
    found = CRAWL_TIME.search(name)
    try:
        return datetime.strptime(found.group(1), "%Y%m%d%H%M%S").replace(tzinfo=UTC) if found else None
    except ValueError:
        return None


def _is_in_window(name: str, visit: Visit) -> bool:
    time = crawl_time(name)
    return time is None or time.date() in visit.window


def _listed(visit: Visit, source: CcNewsSource) -> list[str]:
    """The names in the listings of all months of the window."""
    names: list[str] = []
    failed: list[CollectError] = []
    listings = dict.fromkeys(_filled(source.listing, month) for month in _months(visit.window.first, visit.window.last))
    for listing in listings:
        try:
            names += _read_listing(visit, listing)
        except CollectError as error:
            failed.append(error)
    if len(failed) == len(listings):
        message = f"{failed[0]} Correct `listing` of source '{source.id}', or wait until it is published."
        raise CollectError(failed[0].failure, message) from failed[0]
    for missing in failed:
        visit.fail(missing.failure)
    return names


def _read_listing(visit: Visit, listing: str) -> list[str]:
    """The names in one listing. It is always read whole: another window wants other files of the same listing."""
    limit = visit.fetcher.http.max_bytes
    if _is_url(listing):
        day = visit.window.today
        body = visit.fetcher.fetch(listing, archive_date=day, source_id=visit.source.id).body
    else:
        try:
            with Path(listing).expanduser().open("rb") as file:
                body = file.read(limit + 1)
        except OSError as error:
            message = f"{listing}: cannot be read ({error.strerror or error})."
            raise CollectError(Failure.UNREADABLE_FILE, message) from error
    try:
        text = gunzip_if_gzip(body, limit).decode("utf-8", errors="replace")
    except BodyError as error:
        raise CollectError(error.failure, f"{listing}: {error}.") from error
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    names = [line for line in lines if line.lower().endswith(WARC_ENDINGS)]
    if lines and not names:
        raise CollectError(Failure.BAD_FEED, f"{listing}: is no listing of WARC files.")
    if len(names) < len(lines):
        visit.fail(Failure.BAD_LINK, len(lines) - len(names))
    return names


def file_place(base: str, name: str) -> Path | str | None:
    """Where a listed file lies; None for a name that leads out of the base."""
    if _is_url(base):
        root = resolve(base if base.endswith("/") else f"{base}/")
        url = resolve(name, root) if root else None
        return url if root and url and url.startswith(root) else None
    relative = PurePosixPath(name)
    if relative.is_absolute() or ".." in relative.parts or "\0" in name:
        return None
    return Path(base).expanduser() / relative


def _copy(visit: Visit, url: str) -> Path:
    """What is wanted of a remote file, on this disk. A copy that an interrupted visit has made is used again."""
    if visit.spool is None:
        raise ValueError("a listing of files that are not on this machine needs a spool")
    copy = visit.spool / visit.source.id / spooled_name(PurePosixPath(url).name, url, visit.source)
    if copy.is_file():
        recall_left_out(visit, copy)
    else:
        copy.parent.mkdir(parents=True, exist_ok=True)
        download = copy.with_name(f"{copy.name}.download")
        visit.fetcher.download(url, download)
        try:
            copy_wanted(visit, download, copy)
        finally:
            download.unlink()
    return copy


def _is_url(text: str) -> bool:
    return text.startswith(("http://", "https://"))


def _filled(listing: str, month: date) -> str:
    return listing.replace("{yyyy}", f"{month:%Y}").replace("{mm}", f"{month:%m}")


def _months(first: date, last: date) -> Iterator[date]:
    month = first.replace(day=1)
    while month <= last:
        yield month
        month = date(month.year + month.month // 12, month.month % 12 + 1, 1)
