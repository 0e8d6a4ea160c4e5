"""What every source type yields, and how its entries become candidates. Knows no format and no network."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime
from typing import Protocol

from pipelines.collect.fetch import Fetcher
from pipelines.collect.urls import canonical_url
from pipelines.records import Candidate, Failure
from pipelines.settings import Source


@dataclass(frozen=True, slots=True)
class Entry:
    """One article as a feed or sitemap lists it; nothing is checked yet."""

    link: str | None
    title: str | None = None
    listed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Poll:
    """What one look at a source gave. `failures` counts by `Failure` value, `duplicate` entries listed twice."""

    candidates: tuple[Candidate, ...]
    failures: Mapping[str, int] = field(default_factory=dict)
    duplicate: int = 0


class SourceType(Protocol):
    """How one kind of source is polled.

    Raises `CollectError` when the source itself cannot be had; a broken part of it is counted in `Poll.failures`.
    """

    def __call__(self, source: Source, fetcher: Fetcher, *, today: date) -> Poll: ...


def candidates_of(source: Source, entries: Iterable[Entry], *, base: str, today: date, failures: Counter[str]) -> Poll:
    """Entries to candidates: links canonical, doubles dropped, each under its UTC day (undated: `today`)."""
    found: dict[str, Candidate] = {}
    duplicate = 0
    for entry in entries:
        url = canonical_url(entry.link or "", base)
        if url is None:
            failures[Failure.BAD_LINK.value] += 1
        elif url in found:
            duplicate += 1
        else:
            day = entry.listed_at.date() if entry.listed_at else today
            found[url] = Candidate(source.id, url, day, entry.listed_at, entry.title or None)
    return Poll(tuple(found.values()), dict(failures), duplicate)


def parse_time(text: str | None) -> datetime | None:
    """An ISO 8601 or RFC 5322 time in UTC; a time without zone is taken as UTC. None for anything else."""
    text = (text or "").strip()
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            return utc(read(text))
        except (ValueError, TypeError, IndexError, OverflowError):
            continue
    return None


def utc(time: datetime) -> datetime:
    return time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)
