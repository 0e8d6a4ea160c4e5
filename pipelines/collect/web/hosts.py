"""Manners per host: one request at a time, a pause after each, rest when it asks for it or keeps failing.

Knows hosts and clocks, nothing of HTTP.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.utils import parsedate_to_datetime

from pipelines.errors import CollectError
from pipelines.records import Failure

MAX_WAIT = 30.0
"""Seconds a request waits for its turn in the middle of something; for longer rests it is given up."""
SLOW = 2.0
"""Seconds. A host that takes longer to answer is given as long a pause as its answer took, up to `MAX_PAUSE`."""
MAX_PAUSE = 30.0
BREAK_AFTER = 5
"""Failures in a row (no connection, timeouts, 5xx) after which a host is left alone."""
BREAK_FACTOR = 30
"""The first such rest in backoffs; each further failure doubles it."""
LONGEST_BREAK = 3_600.0
"""Seconds."""
LONGEST_REST = 24 * 3_600.0
"""Seconds that a Retry-After is believed: a slip of the pen must not close a host for years."""


@dataclass(frozen=True, slots=True)
class Rest:
    """A host that is to be left alone until a time (seconds since the epoch), and why."""

    host: str
    until: float
    failures: int
    failure: Failure


class Stopped(BaseException):
    """No request is begun any more: the run ends. No page is lost by it, so nothing that counts losses may catch it."""


@dataclass(slots=True)
class _Host:
    next_at: float = 0.0
    closed_until: float = 0.0
    failure: Failure = Failure.HOST_PAUSED
    failures: int = 0
    busy: bool = False


class Hosts:
    """Gives each host's turns out; safe to share between threads. `backoff` is the first pause after a failure."""

    def __init__(self, delay: float, backoff: float, rests: Iterable[Rest] = ()) -> None:
        self._delay, self._backoff = delay, backoff
        self._changed = threading.Condition()
        self._hosts: dict[str, _Host] = {}
        self._stopped = False
        for rest in rests:
            # A wall clock that was set back must not close a host for longer than any server may ask for.
            closed = time.monotonic() + min(rest.until - time.time(), LONGEST_REST)
            self._hosts[rest.host] = _Host(0.0, closed, rest.failure, rest.failures)

    @contextmanager
    def turn(self, host: str, crawl_delay: float = 0.0) -> Iterator[None]:
        """Wait for the host's turn and keep it while the block runs. Raises `CollectError` where the host rests."""
        state = self._take(host)
        began = time.monotonic()
        try:
            yield
        finally:
            took = time.monotonic() - began
            pause = max(self._delay, crawl_delay, min(took, MAX_PAUSE) if took > SLOW else 0.0)
            with self._changed:
                state.busy, state.next_at = False, time.monotonic() + pause
                self._changed.notify_all()

    def stop(self) -> None:
        """Give out no more turns until `resume`: who waits for one, or asks for one, gets `Stopped`."""
        with self._changed:
            self._stopped = True
            self._changed.notify_all()

    def resume(self) -> None:
        with self._changed:
            self._stopped = False

    def _take(self, host: str) -> _Host:
        with self._changed:
            state = self._hosts.setdefault(host, _Host())
            while True:
                if self._stopped:
                    raise Stopped
                now = time.monotonic()
                if state.closed_until - now > MAX_WAIT:
                    raise _resting(host, state)
                due = max(state.next_at, state.closed_until)
                if not state.busy and due <= now:
                    state.busy = True
                    return state
                self._changed.wait(None if state.busy else due - now)

    def due(self, host: str) -> float:
        """When the next request may be sent, on the clock of `time.monotonic`."""
        with self._changed:
            state = self._hosts.get(host)
            return max(state.next_at, state.closed_until) if state else 0.0

    def resting(self, host: str) -> CollectError:
        """The error of a request that is not made because the host rests."""
        with self._changed:
            return _resting(host, self._hosts.get(host, _Host()))

    def answered(self, host: str) -> bool:
        """The host works. Whether it had failed before."""
        with self._changed:
            state = self._hosts.setdefault(host, _Host())
            had_failed, state.failures = state.failures > 0, 0
            return had_failed

    def failed(self, host: str, failure: Failure, asked: float | None = None) -> None:
        """No answer, or one that asks for rest: wait as long as `asked` (seconds), else longer with each failure.

        A host that has failed `BREAK_AFTER` times in a row gets the longer of what it asks for and of its break.
        """
        with self._changed:
            state = self._hosts.setdefault(host, _Host())
            state.failures += 1
            wait = self._backoff * 2 ** min(state.failures - 1, 10) * random.uniform(0.75, 1.25)
            if asked is not None:
                wait = min(asked, LONGEST_REST)
            if state.failures >= BREAK_AFTER:
                rest = self._backoff * BREAK_FACTOR * 2 ** min(state.failures - BREAK_AFTER, 10)
                wait = max(wait, min(rest, LONGEST_BREAK))
            state.failure = failure if asked is not None else Failure.HOST_PAUSED
            state.closed_until = time.monotonic() + wait

    def rest_of(self, host: str) -> Rest:
        """What the next run must know of a host that failed."""
        with self._changed:
            state = self._hosts[host]
            until = state.closed_until + time.time() - time.monotonic()
            return Rest(host, until, state.failures, state.failure)


def _resting(host: str, state: _Host) -> CollectError:
    seconds = max(state.closed_until - time.monotonic(), 0)
    why = "asked for rest" if state.failure is not Failure.HOST_PAUSED else f"failed {state.failures} times in a row"
    return CollectError(state.failure, f"{host} {why} and is left alone for {seconds:.0f} s. Try again later.")


def retry_after(value: str | None) -> float | None:
    """Seconds a `Retry-After` header asks for (a number or an HTTP date); None if it says nothing readable."""
    value = (value or "").strip()
    if value.isascii() and value.isdigit():
        return float(value[:9])
    try:
        return max(parsedate_to_datetime(value).timestamp() - time.time(), 0.0)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
