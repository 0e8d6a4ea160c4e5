"""One request at a time per host and a pause between them. Knows hosts and clocks, nothing of HTTP."""

from __future__ import annotations

import threading
import time
from email.utils import parsedate_to_datetime

from pipelines.errors import CollectError
from pipelines.records import Failure

MAX_WAIT = 30.0
"""Seconds we are willing to wait because a server asked for it (Retry-After)."""


class Pacer:
    """Gives each host's next turn out in order; safe to share between threads."""

    def __init__(self, delay: float) -> None:
        self._delay = delay
        self._lock = threading.Lock()
        self._next_turn: dict[str, float] = {}
        self._closed_until: dict[str, tuple[float, Failure]] = {}

    def wait(self, host: str, crawl_delay: float = 0.0) -> None:
        """Sleep until it is this caller's turn. Raises `CollectError` for a host that asked for a longer rest."""
        with self._lock:
            now = time.monotonic()
            until, failure = self._closed_until.get(host, (0.0, Failure.HTTP_429))
            if until - now > MAX_WAIT:
                raise CollectError(failure, f"{host} asked for {until - now:.0f} s without requests; try again later")
            turn = max(now, until, self._next_turn.get(host, 0.0))
            self._next_turn[host] = turn + max(self._delay, crawl_delay)
        if turn > now:
            time.sleep(turn - now)

    def hold(self, host: str, seconds: float, failure: Failure) -> None:
        """Send nothing to `host` for `seconds`, as it asked with `failure`."""
        with self._lock:
            self._closed_until[host] = (time.monotonic() + seconds, failure)


def retry_after(value: str | None) -> float | None:
    """Seconds a `Retry-After` header asks for (a number or an HTTP date); None if it says nothing readable."""
    value = (value or "").strip()
    if value.isascii() and value.isdigit():
        return float(value[:9])
    try:
        return max(parsedate_to_datetime(value).timestamp() - time.time(), 0.0)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
