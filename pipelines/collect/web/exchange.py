"""What goes over the wire, as records: a request with its answer, a fetched page, and what to ask with next time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

NOT_MODIFIED = 304
REDIRECTS = frozenset({301, 302, 303, 307, 308})

Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Validators:
    """What an answer lets us ask later whether it has changed (RFC 9110, 8.8). True if there is anything to ask with.

    For a file, `etag` is its size and time of change.
    """

    etag: str | None = None
    last_modified: str | None = None

    def __bool__(self) -> bool:
        return bool(self.etag or self.last_modified)

    @property
    def conditions(self) -> dict[str, str]:
        """Request headers that make the server answer 304 if nothing has changed."""
        pairs = {"If-None-Match": self.etag, "If-Modified-Since": self.last_modified}
        return {name: value for name, value in pairs.items() if value}


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and the head of its answer: what a WARC record needs beside the body."""

    url: str
    status: int
    reason: str
    headers: Headers
    request_headers: Headers
    fetched_at: datetime

    def header(self, name: str) -> str | None:
        return next((value for key, value in self.headers if key.lower() == name), None)


@dataclass(frozen=True, slots=True)
class Fetched:
    """A successful answer: 2xx, or 304 to a question with validators. `body` is decoded; `headers` are as they came;
    `hops` are the redirects before it."""

    source_id: str
    archive_date: date
    url: str
    final_url: str
    status: int
    reason: str
    headers: Headers
    request_headers: Headers
    body: bytes
    fetched_at: datetime
    content_type: str | None
    hops: tuple[Exchange, ...] = ()

    @property
    def is_unmodified(self) -> bool:
        return self.status == NOT_MODIFIED

    @property
    def validators(self) -> Validators:
        named = {name.lower(): value for name, value in self.headers}
        return Validators(named.get("etag"), named.get("last-modified"))
