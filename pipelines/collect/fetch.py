"""Fetching one URL politely: robots, pacing, redirects, size caps, one retry.

Neither keeps nor reads what it fetched.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from http.cookiejar import CookieJar, DefaultCookiePolicy
from types import TracebackType
from typing import Self

import httpx

from pipelines.collect.inflate import ACCEPT_ENCODING, BodyError, Inflater
from pipelines.collect.pacing import MAX_WAIT, Pacer, retry_after
from pipelines.collect.robots import MAX_ROBOTS_BYTES, Rules, product_token, read_rules
from pipelines.collect.urls import host_of, origin_of, resolve
from pipelines.errors import CollectError
from pipelines.records import Failure
from pipelines.settings import Http

MAX_REDIRECTS = 5
NOT_MODIFIED = 304
REDIRECTS = frozenset({301, 302, 303, 307, 308})
RETRY_BACKOFF = 2.0
"""Seconds before the one retry where the server names none."""
DEADLINE_FACTOR = 3
"""A body may take this many timeouts in all: `timeout` alone never ends a server that sends a byte a second."""

CUT_SLACK = 20
"""Where only the beginning is wanted, one packed chunk may unpack to this many times that; beyond, it is a bomb."""

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


class Fetcher:
    """One HTTP client with manners. Safe to share between threads; robots.txt is remembered for its life.

    >>> with Fetcher(settings.file.http) as fetcher:
    ...     fetched = fetcher.fetch("https://example.org/a", archive_date=day, source_id="example")
    """

    def __init__(self, http: Http, *, backoff: float = RETRY_BACKOFF) -> None:
        self.http = http
        self._backoff = backoff
        self._token = product_token(http.user_agent)
        self._pacer = Pacer(http.delay)
        self._rules: dict[str, Rules | CollectError] = {}
        self._locks: dict[str, threading.Lock] = {}
        self._guard = threading.Lock()
        self._client = httpx.Client(
            headers={
                "User-Agent": http.user_agent,
                "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
                "Accept-Encoding": ACCEPT_ENCODING,
            },
            timeout=httpx.Timeout(http.timeout),
            proxy=str(http.proxy) if http.proxy else None,
            trust_env=False,  # a proxy is a setting here, never a leftover of the shell
            follow_redirects=False,
            # Pages must not depend on what was read before, so no cookie is ever kept.
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self._client.close()

    def fetch(self, url: str, *, archive_date: date, source_id: str, validators: Validators | None = None) -> Fetched:
        """The page behind `url` after at most `MAX_REDIRECTS` redirects, robots asked for each hop.

        With the `validators` of an earlier answer, an unchanged page comes back as status 304 without a body.
        Raises `CollectError` with the reason: robots, timeout, connection, http_4xx, http_429, http_5xx, too_large,
        bad_encoding, or bad_link for a redirect that leads nowhere.
        """
        if resolve(url) is None:
            raise CollectError(Failure.BAD_LINK, f"{url}: is no http(s) URL. Correct the link.")
        hops: list[Exchange] = []
        here = url
        while True:
            rules = self._rules_for(here)
            if not rules.allows(here):
                raise CollectError(
                    Failure.ROBOTS, f"{here}: robots.txt forbids it to '{self._token}'. Ask the publisher, or leave it."
                )
            head, body = self._get(here, self.http.max_bytes, rules.crawl_delay, validators=validators)
            if head.status not in REDIRECTS:
                break
            hops.append(head)
            here = _next_hop(url, head, hops)
        if not (validators and head.status == NOT_MODIFIED):
            _raise_for_status(head)
        return Fetched(
            source_id, archive_date, url, here, head.status, head.reason, head.headers, head.request_headers, body,
            head.fetched_at, head.header("content-type"), tuple(hops),
        )  # fmt: skip

    def _rules_for(self, url: str) -> Rules:
        origin = origin_of(url)
        with self._guard:
            lock = self._locks.setdefault(origin, threading.Lock())
        with lock:
            if origin not in self._rules:
                self._rules[origin] = self._read_robots(origin)
        rules = self._rules[origin]
        if isinstance(rules, CollectError):
            raise CollectError(rules.failure, f"{url}: {rules}")
        return rules

    def _read_robots(self, origin: str) -> Rules | CollectError:
        """RFC 9309, 2.3.1: 4xx and endless redirects mean free; 5xx and no answer mean that nothing may be fetched."""
        here = f"{origin}/robots.txt"
        try:
            for _ in range(MAX_REDIRECTS + 1):
                head, body = self._get(here, MAX_ROBOTS_BYTES + 1, 0.0, cut=True)
                target = resolve(head.header("location") or "", here)
                if head.status not in REDIRECTS or target is None:
                    break
                here = target
        except CollectError as error:
            return CollectError(error.failure, f"robots.txt is out of reach, so nothing here may be fetched: {error}")
        if head.status >= 500:
            failure = Failure.HTTP_5XX
            return CollectError(failure, f"robots.txt answers {head.status}, so nothing here may be fetched now.")
        return read_rules(body, self._token) if 200 <= head.status < 300 else Rules(self._token)

    def _get(
        self, url: str, limit: int, crawl_delay: float, *, cut: bool = False, validators: Validators | None = None
    ) -> tuple[Exchange, bytes]:
        """One GET in its turn, and once more after 429 or 5xx if the server wants it within `MAX_WAIT`."""
        host = host_of(url)
        for attempt in (1, 2):
            self._pacer.wait(host, crawl_delay)
            head, body = self._send(url, limit, cut, validators.conditions if validators else {})
            if head.status != 429 and head.status < 500:
                break
            asked = retry_after(head.header("retry-after"))
            pause = self._backoff if asked is None else asked
            if asked is not None or attempt == 1:
                self._pacer.hold(host, pause, _failure_of(head.status))
            if pause > MAX_WAIT:
                break
        return head, body

    def _send(self, url: str, limit: int, cut: bool, conditions: dict[str, str]) -> tuple[Exchange, bytes]:
        with _as_collect_error(url, self.http), self._client.stream("GET", url, headers=conditions) as response:
            head = Exchange(
                url, response.status_code, response.reason_phrase, _pairs(response.headers),
                _pairs(response.request.headers), datetime.now(UTC),
            )  # fmt: skip
            body = _read_body(response, limit, self.http.timeout * DEADLINE_FACTOR, cut) if response.is_success else b""
            return head, body


def _read_body(response: httpx.Response, limit: int, seconds: float, cut: bool) -> bytes:
    """The decoded body, counting raw and inflated bytes; with `cut`, what is beyond the limit is left unread."""
    declared = response.headers.get("content-length", "")
    if not cut and declared.isascii() and declared.isdigit() and int(declared[:18]) > limit:
        raise BodyError(Failure.TOO_LARGE, f"{int(declared[:18]):,} bytes announced")
    inflater = Inflater(response.headers.get("content-encoding"), limit * CUT_SLACK if cut else limit)
    deadline = time.monotonic() + seconds
    raw, parts, size = 0, [], 0
    for chunk in response.iter_raw():
        raw += len(chunk)
        parts.append(inflater.feed(chunk))
        size += len(parts[-1])
        if cut and size >= limit:
            return b"".join(parts)[:limit]
        if raw > limit:
            raise BodyError(Failure.TOO_LARGE, f"more than {limit:,} bytes")
        if time.monotonic() > deadline:
            raise BodyError(Failure.TIMEOUT, f"not complete after {seconds:.0f} s")
    parts.append(inflater.feed(b"", last=True))
    return b"".join(parts)


@contextmanager
def _as_collect_error(url: str, http: Http) -> Iterator[None]:
    """Every way a request can fail, as a `CollectError` that names the URL and what to do."""
    try:
        yield
    except BodyError as error:
        mend = " Raise http.max_bytes to allow it." if error.failure is Failure.TOO_LARGE else ""
        raise CollectError(error.failure, f"{url}: {error}.{mend}") from error
    except httpx.TimeoutException as error:
        message = f"{url}: no answer within {http.timeout:g} s. Try again later, or raise http.timeout."
        raise CollectError(Failure.TIMEOUT, message) from error
    except (httpx.InvalidURL, httpx.UnsupportedProtocol, UnicodeError) as error:
        raise CollectError(Failure.BAD_LINK, f"{url}: is no usable URL ({error}). Correct the link.") from error
    except (httpx.HTTPError, OSError) as error:
        message = f"{url}: no connection, or it broke off ({error}). Check the address and the network."
        raise CollectError(Failure.CONNECTION, message) from error


def _next_hop(url: str, head: Exchange, hops: list[Exchange]) -> str:
    target = resolve(head.header("location") or "", head.url)
    if target is None:
        message = f"{url}: redirected to '{head.header('location') or ''}', which is no http(s) URL. Correct the link."
        raise CollectError(Failure.BAD_LINK, message)
    if len(hops) > MAX_REDIRECTS or any(hop.url == target for hop in hops):
        raise CollectError(Failure.BAD_LINK, f"{url}: redirected in a circle or too often, last to {target}.")
    return target


def _failure_of(status: int) -> Failure:
    if status == 429:
        return Failure.HTTP_429
    return Failure.HTTP_5XX if status >= 500 else Failure.HTTP_4XX


def _raise_for_status(head: Exchange) -> None:
    if not 200 <= head.status < 300:
        hint = "Try again later." if head.status == 429 or head.status >= 500 else "Check the link."
        message = f"{head.url}: the server answered {head.status} {head.reason}. {hint}"
        raise CollectError(_failure_of(head.status), message)


def _pairs(headers: httpx.Headers) -> Headers:
    return tuple((key.decode("latin-1"), value.decode("latin-1")) for key, value in headers.raw)
