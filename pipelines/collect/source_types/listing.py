"""What every source type is given and yields, and how its entries become candidates. Knows no format.

A source type is a function of a `Visit` that yields entries; everything else is done for it here: conditional
requests, canonical links, filters, doubles, archive dates, counting what goes wrong.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Protocol

from pipelines.collect.dates import is_plausible
from pipelines.collect.web.exchange import Fetched, Validators
from pipelines.collect.web.fetch import Fetcher
from pipelines.collect.web.urls import canonical_url
from pipelines.errors import CollectError
from pipelines.records import Candidate, Failure
from pipelines.sources import AnySource

Known = Callable[[str], Validators | None]
"""The validators of an earlier answer of a URL or of an earlier state of a file."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One article as a source lists it; nothing is checked yet.

    `base` is what a relative link is relative to. `day` is given by listings of a day; else the UTC day of `listed_at`
    is the archive date, and without that today. `held_at` as in `Candidate`.
    """

    link: str | None
    title: str | None = None
    listed_at: datetime | None = None
    base: str | None = None
    day: date | None = None
    held_at: str | None = None


@dataclass(frozen=True, slots=True)
class FileRead:
    """What became of a file that a source names: the pages that were wanted of it, what else was in it by reason, and
    whether it was read to its end."""

    pages: int = 0
    left_out: Mapping[str, int] = field(default_factory=dict)
    is_whole: bool = False


@dataclass(frozen=True, slots=True)
class Window:
    """The archive dates a poll is made for, both ends included, and the UTC day on which it is made."""

    first: date
    last: date
    today: date

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last


class Visit:
    """One look at one source. A source type reads through it, so that it need not know what was seen before.

    `spool` is a folder for what a source must download whole before its pages can be listed.
    """

    def __init__(
        self, source: AnySource, fetcher: Fetcher, window: Window, *, known: Known = lambda _: None,
        spool: Path | None = None,
    ) -> None:  # fmt: skip
        self.source, self.fetcher, self.window, self.spool = source, fetcher, window, spool
        self.failures: Counter[str] = Counter()
        self.validators: dict[str, Validators] = {}
        self.files: dict[str, FileRead] = {}
        self.unmodified = 0
        self.known = known

    def get(self, url: str) -> Fetched | None:
        """Fetch a listing; None if it has not changed since it was last read whole. Raises `CollectError`."""
        day, validators = self.window.today, self.known(url)
        fetched = self.fetcher.fetch(url, archive_date=day, source_id=self.source.id, validators=validators)
        if fetched.is_unmodified:
            self.unmodified += 1
            return None
        self.remember(url, fetched.validators)
        return fetched

    def fail(self, failure: Failure, count: int = 1) -> None:
        """Count something lost."""
        self.failures[failure.value] += count

    def remember(self, url: str, validators: Validators | None) -> None:
        """`url` (or a file) was read whole; it is kept with the entries once they are stored."""
        if validators:
            self.validators[url] = validators

    def read_file(self, place: str, mark: Validators, entries: Iterable[Entry]) -> Iterator[Entry]:
        """The entries of a file, noted as its own; at their end it was read whole. What cannot be read is counted."""
        before, pages, is_whole = Counter(self.failures), 0, False
        try:
            for entry in entries:
                pages += 1
                yield entry
            is_whole = True
        except OSError:
            self.fail(Failure.UNREADABLE_FILE)
        except CollectError as error:
            self.fail(error.failure)
        self.files[place] = FileRead(pages, self.failures - before, is_whole)
        if is_whole:
            self.remember(place, mark)

    def forget(self, url: str) -> None:
        """`url` was broken: next time it must be read again even if it has not changed."""
        self.validators.pop(url, None)


@dataclass(frozen=True, slots=True)
class Poll:
    """What one look at a source gave.

    `failures` counts by `Failure` value, `duplicate` entries listed twice, `unmodified` listings that had not changed.
    `validators` are to be stored together with the candidates, never before them.
    """

    candidates: tuple[Candidate, ...]
    failures: Mapping[str, int] = field(default_factory=dict)
    duplicate: int = 0
    unmodified: int = 0
    validators: Mapping[str, Validators] = field(default_factory=dict)
    files: Mapping[str, FileRead] = field(default_factory=dict)
    """What became of the files that were read, or could not be, in this visit."""


class SourceType(Protocol):
    """How one kind of source is read.

    Raises `CollectError` when the source itself cannot be had; a broken part of it is counted with `Visit.fail`.
    """

    def __call__(self, visit: Visit) -> Iterable[Entry]: ...


def candidates_of(visit: Visit, entries: Iterable[Entry]) -> Poll:
    """Entries to candidates: links canonical, doubles dropped, each under its UTC day.

    An undated entry belongs to today, and so does one whose date cannot be (before 1990, days ahead).
    """
    source, today = visit.source, visit.window.today
    wanted = _url_filter(source)
    found: dict[str, Candidate] = {}
    duplicate = 0
    for entry in entries:
        # A page file that names no address goes by where it lies; a link in a listing or a WARC record never does.
        is_own_place = entry.link == entry.held_at and re.match("file:[^#]*$", entry.link or "")
        url = entry.link if is_own_place else canonical_url(entry.link or "", entry.base)
        if url is None:
            visit.fail(Failure.BAD_LINK)
        elif not wanted(url):
            visit.fail(Failure.EXCLUDED)
        elif url in found:
            duplicate += 1
        else:
            listed_at = entry.listed_at if entry.listed_at and is_plausible(entry.listed_at.date(), today) else None
            day = entry.day or (listed_at.date() if listed_at else today)
            found[url] = Candidate(source.id, url, day, listed_at, _storable(entry.title), entry.held_at)
    return Poll(
        tuple(found.values()), dict(visit.failures), duplicate, visit.unmodified, dict(visit.validators),
        dict(visit.files),
    )  # fmt: skip


def _storable(title: str | None) -> str | None:
    """JSON may name half a surrogate pair ("\\ud83d", an emoji cut in the middle), which no file and no table takes."""
    return (title or "").encode("utf-8", errors="replace").decode() or None


def _url_filter(source: AnySource) -> Callable[[str], bool]:
    include, exclude = ([re.compile(p) for p in patterns] for patterns in (source.include, source.exclude))
    return lambda url: (
        (not include or any(p.search(url) for p in include)) and not any(p.search(url) for p in exclude)
    )  # fmt: skip
