"""Fetching one URL politely and safely: robots, its host's turn, redirects, size caps. One attempt, no repetition.

Neither keeps nor reads what it fetched.
"""

from __future__ import annotations

import errno
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

import httpx

from pipelines.collect.pages.optout import TdmRules
from pipelines.collect.state import State
from pipelines.collect.web.exchange import NOT_MODIFIED, REDIRECTS, Exchange, Fetched, Headers, Validators
from pipelines.collect.web.guard import Guard
from pipelines.collect.web.hosts import Hosts, Rest, retry_after
from pipelines.collect.web.inflate import ACCEPT_ENCODING, BodyError, Inflater
from pipelines.collect.web.origins import Origins
from pipelines.collect.web.robots import product_token
from pipelines.collect.web.transport import GuardedTransport
from pipelines.collect.web.urls import host_of, resolve
from pipelines.durable import finish, part_of
from pipelines.errors import CollectError
from pipelines.records import Failure
from pipelines.settings import Http

MAX_REDIRECTS = 10
PARTIAL_CONTENT, RANGE_NOT_SATISFIABLE = 206, 416
FORGIVEN_AFTER = 24 * 3600.0
"""Seconds after the end of its rest when earlier failures of a host no longer count."""
MAX_DOWNLOAD = 6 * 3600.0
MAX_DOWNLOAD_BYTES = 8 << 30
"""Common Crawl's WARC files have 1 GB; an endless one must not fill the disk."""
BACKOFF = 2.0
"""Seconds a host is left alone after its first failure."""
TRANSIENT = frozenset({Failure.TIMEOUT, Failure.CONNECTION, Failure.HTTP_429, Failure.HTTP_5XX})
"""What may have passed in a moment."""
NO_SPACE = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS})
"""Of the disk that a download is written to."""

Read = Callable[[httpx.Response], bytes]
"""Takes the body of a successful answer."""


class Fetcher:
    """One HTTP client with manners. Safe to share between threads; with a `state` it remembers hosts between runs.

    >>> with Fetcher(settings.file.http) as fetcher:
    ...     fetched = fetcher.fetch("https://example.org/a", archive_date=day, source_id="example")
    """

    def __init__(
        self, http: Http, *, backoff: float = BACKOFF, guard: Guard | None = None, state: State | None = None
    ) -> None:
        self.http = http
        self.token = product_token(http.user_agent)
        self.hosts = Hosts(http.delay, backoff, _read_rests(state) if state else ())
        self._origins = Origins(self._get_file, self.token, state)
        self._state = state
        self._transport = GuardedTransport(http, guard or Guard(allow_loopback=http.allow_loopback))
        self._headers = {
            "User-Agent": http.user_agent,
            "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
            "Accept-Encoding": ACCEPT_ENCODING,
        }

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self._transport.close()

    def fetch(self, url: str, *, archive_date: date, source_id: str, validators: Validators | None = None) -> Fetched:
        """The page behind `url` after at most `MAX_REDIRECTS` redirects, robots asked for each hop.

        With the `validators` of an earlier answer, an unchanged page comes back as status 304 without a body.
        Raises `CollectError` with the reason: robots, forbidden_address, host_paused, timeout, connection, http_4xx,
        http_429, http_5xx, too_large, bad_encoding, bad_link, or bad_redirect for one that leads nowhere.
        """
        headers = {**self._headers, **(validators.conditions if validators else {})}
        limit = self.http.max_bytes
        here, head, body, hops = self._follow(
            url, headers, self.http.deadline, lambda answer: _read_body(answer, limit, cut=False)
        )
        if not (validators and head.status == NOT_MODIFIED):
            _raise_for_status(head)
        return Fetched(
            source_id, archive_date, url, here, head.status, head.reason, head.headers, head.request_headers, body,
            head.fetched_at, head.header("content-type"), tuple(hops),
        )  # fmt: skip

    def download(self, url: str, path: Path) -> None:
        """A large file, as it is sent, to `path`: whole or not at all. Goes on where an earlier attempt broke off.

        It may have `MAX_DOWNLOAD_BYTES` and take `MAX_DOWNLOAD` seconds; a server that sends nothing for `http.timeout`
        has failed.
        Raises `CollectError` as `fetch`.
        """
        path.parent.mkdir(parents=True, exist_ok=True)
        part = part_of(path)
        have = part.stat().st_size if part.is_file() else 0
        headers = {**self._headers, "Accept-Encoding": "identity"} | ({"Range": f"bytes={have}-"} if have else {})
        _, head, _, _ = self._follow(url, headers, MAX_DOWNLOAD, lambda answer: _append_body(url, answer, part))
        if head.status == RANGE_NOT_SATISFIABLE:  # what is there was whole, or belongs to another file
            part.unlink()
            raise CollectError(Failure.CONNECTION, f"{url}: could not be continued. It is begun anew next time.")
        _raise_for_status(head)
        finish(path)

    def _follow(
        self, url: str, headers: Mapping[str, str], seconds: float, read: Read
    ) -> tuple[str, Exchange, bytes, list[Exchange]]:
        """The last address, its answer, what `read` made of the body, and the redirects; robots asked at each hop."""
        if resolve(url) is None:
            raise CollectError(Failure.BAD_LINK, f"{url}: is no http(s) URL. Correct the link.")
        hops: list[Exchange] = []
        here = url
        while True:
            rules = self._origins.rules(here)
            if not rules.allows(here):
                raise CollectError(
                    Failure.ROBOTS, f"{here}: robots.txt forbids it to '{self.token}'. Ask the publisher, or leave it."
                )
            head, body = self._get(here, rules.crawl_delay, headers, seconds, read)
            if head.status not in REDIRECTS:
                return here, head, body, hops
            hops.append(head)
            here = _next_hop(url, head, hops)

    def tdm_rules(self, url: str) -> TdmRules:
        """What the page's origin reserves in its tdmrep.json."""
        return self._origins.tdm(url)

    def _get_file(self, url: str, limit: int) -> tuple[int, bytes]:
        """A file of an origin, of which no rules are known yet; endless redirects count as not found (RFC 9309)."""
        here, hops = url, list[Exchange]()
        while True:
            head, body = self._get(
                here, 0.0, self._headers, self.http.deadline, lambda answer: _read_body(answer, limit, cut=True)
            )
            if head.status not in REDIRECTS:
                return head.status, body
            hops.append(head)
            try:
                here = _next_hop(url, head, hops)
            except CollectError as error:
                if error.failure is not Failure.BAD_REDIRECT:
                    raise
                return 404, b""

    def _get(
        self, url: str, crawl_delay: float, headers: Mapping[str, str], seconds: float, read: Read
    ) -> tuple[Exchange, bytes]:
        """One GET in its host's turn. The host learns from the answer, or from none, when its next turn is."""
        host = host_of(url)
        with self.hosts.turn(host, crawl_delay):
            try:
                head, body = self._send(url, headers, seconds, read)
            except CollectError as error:
                if error.failure in TRANSIENT:
                    self._failed(host, error.failure)
                raise
            if head.status == 429 or head.status >= 500:
                self._failed(host, _failure_of(head.status), retry_after(head.header("retry-after")))
            elif self.hosts.answered(host) and self._state is not None:
                self._state.run("delete from rests where host = ?", host)
        return head, body

    def _failed(self, host: str, failure: Failure, asked: float | None = None) -> None:
        """A host failed; what it is owed is remembered at once, for a run that may be killed."""
        self.hosts.failed(host, failure, asked)
        if self._state is not None:
            rest = self.hosts.rest_of(host)
            self._state.run(
                "insert or replace into rests values (?, ?, ?, ?)", host, rest.until, rest.failures, rest.failure.value
            )

    def _send(self, url: str, headers: Mapping[str, str], seconds: float, read: Read) -> tuple[Exchange, bytes]:
        with _as_collect_error(url, self.http):
            # Validators come back as they came: some servers put letters beyond ASCII into an ETag.
            sent = httpx.Headers(headers, encoding="latin-1")
            request = httpx.Request("GET", url, headers=sent, extensions={"deadline": time.monotonic() + seconds})
            response = self._transport.handle_request(request)
            try:
                head = Exchange(
                    url, response.status_code, response.reason_phrase, _pairs(response.headers),
                    _pairs(request.headers), datetime.now(UTC),
                )  # fmt: skip
                return head, read(response) if response.is_success else b""
            finally:
                response.close()


def _append_body(url: str, response: httpx.Response, part: Path) -> bytes:
    """Write a body behind what `part` holds already, if the server sends the rest of it; else anew."""
    with part.open("ab" if response.status_code == PARTIAL_CONTENT else "wb") as file:
        for chunk in response.iter_raw():
            file.write(chunk)
            if file.tell() > MAX_DOWNLOAD_BYTES:
                part.unlink()
                message = f"{url}: is larger than {MAX_DOWNLOAD_BYTES:,} bytes. Take its source out, or split the file."
                raise CollectError(Failure.TOO_LARGE, message)
    return b""


def _read_body(response: httpx.Response, limit: int, *, cut: bool) -> bytes:
    """The decoded body, counting raw and inflated bytes; with `cut`, what is beyond the limit is left unread."""
    declared = response.headers.get("content-length", "")
    if not cut and declared.isascii() and declared.isdigit() and int(declared[:18]) > limit:
        raise BodyError(Failure.TOO_LARGE, f"{int(declared[:18]):,} bytes announced")
    inflater = Inflater(response.headers.get("content-encoding"), limit, cut=cut)
    raw, parts = 0, []
    for chunk in response.iter_raw():
        raw += len(chunk)
        parts.append(inflater.feed(chunk))
        if inflater.is_full:
            return b"".join(parts)
        if raw > limit:
            raise BodyError(Failure.TOO_LARGE, f"more than {limit:,} bytes")
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
        limits = f"{http.timeout:g} s (http.timeout), or not the whole within {http.deadline:g} s (http.deadline)"
        message = f"{url}: no answer within {limits}. Try again later, or raise them."
        raise CollectError(Failure.TIMEOUT, message) from error
    except (httpx.InvalidURL, httpx.UnsupportedProtocol, UnicodeError) as error:
        raise CollectError(Failure.BAD_LINK, f"{url}: is no usable URL ({error}). Correct the link.") from error
    except (httpx.HTTPError, OSError) as error:
        if isinstance(error, OSError) and error.errno in NO_SPACE:  # a download: no fault of the server
            raise
        message = f"{url}: no connection, or it broke off ({error}). Check the address and the network."
        raise CollectError(Failure.CONNECTION, message) from error


def _next_hop(url: str, head: Exchange, hops: list[Exchange]) -> str:
    target = resolve(head.header("location") or "", head.url)
    if target is None:
        message = f"{url}: redirected to '{head.header('location') or ''}', which is no http(s) URL. Correct the link."
        raise CollectError(Failure.BAD_REDIRECT, message)
    if len(hops) > MAX_REDIRECTS or any(hop.url == target for hop in hops):
        raise CollectError(Failure.BAD_REDIRECT, f"{url}: redirected in a circle or too often, last to {target}.")
    return target


def _read_rests(state: State) -> list[Rest]:
    state.run("delete from rests where until < ?", time.time() - FORGIVEN_AFTER)
    rows = state.all("select host, until, failures, failure from rests")
    return [Rest(host, until, failures, Failure(failure)) for host, until, failures, failure in rows]


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
