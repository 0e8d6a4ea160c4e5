"""What one origin says for all its pages: robots.txt and tdmrep.json, asked once a day. Does not send requests itself.

The rules of RFC 9309 on what an answer, or none, means are here; how a robots.txt is read is in `robots`.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from pipelines.collect.pages.optout import TdmRules, read_tdmrep
from pipelines.collect.state import State
from pipelines.collect.web.robots import MAX_ROBOTS_BYTES, Rules, read_rules
from pipelines.collect.web.urls import origin_of
from pipelines.errors import CollectError
from pipelines.records import Failure

ROBOTS, TDMREP = "/robots.txt", "/.well-known/tdmrep.json"
MAX_AGE = 24 * 3600.0
"""Seconds for which an answer holds (RFC 9309, 2.4)."""
MAX_TDMREP_BYTES = 1_000_000

Get = Callable[[str, int], tuple[int, bytes]]
"""Fetches a URL, redirects followed, up to so many bytes: status and body. Raises `CollectError` without an answer."""


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    body: bytes
    fetched_at: float

    @property
    def is_fresh(self) -> bool:
        return 0 <= time.time() - self.fetched_at < MAX_AGE


class Origins:
    """The rules of every origin met so far. Safe to share between threads; with a `state`, remembered for a day."""

    def __init__(self, get: Get, token: str, state: State | None) -> None:
        self._get, self._token, self._state = get, token, state
        self._rules: dict[str, tuple[_Answer, Rules]] = {}
        self._tdm: dict[str, tuple[_Answer, TdmRules]] = {}
        self._locks: dict[str, threading.RLock] = {}
        self._guard = threading.Lock()

    def rules(self, url: str) -> Rules:
        """What robots.txt allows. Raises `CollectError` where it cannot be had, which forbids everything for now."""
        origin = origin_of(url)
        with self._lock_of(origin):
            known = self._rules.get(origin)
            if known is None or not known[0].is_fresh:
                known = self._rules[origin] = self._read_rules(url, origin)
        return known[1]

    def _read_rules(self, url: str, origin: str) -> tuple[_Answer, Rules]:
        answer = self._stored(origin, ROBOTS)
        if answer is None:
            try:
                status, body = self._get(origin + ROBOTS, MAX_ROBOTS_BYTES + 1)
            except CollectError as error:
                message = f"{url}: robots.txt is out of reach, so nothing here may be fetched: {error}"
                raise CollectError(error.failure, message) from error
            if status >= 500:
                message = f"{url}: robots.txt answers {status}, so nothing here may be fetched now. Try again later."
                raise CollectError(Failure.HTTP_5XX, message)
            answer = self._store(origin, ROBOTS, status, body)
        is_file = 200 <= answer.status < 300
        return answer, read_rules(answer.body, self._token) if is_file else Rules(self._token)

    def tdm(self, url: str) -> TdmRules:
        """What tdmrep.json reserves; a file that cannot be had or read reserves nothing."""
        origin = origin_of(url)
        with self._lock_of(origin):
            known = self._tdm.get(origin)
            if known is None or not known[0].is_fresh:
                answer = self._stored(origin, TDMREP) or self._ask_tdmrep(origin)
                known = self._tdm[origin] = (answer, read_tdmrep(answer.body))
        return known[1]

    def _ask_tdmrep(self, origin: str) -> _Answer:
        try:
            if not self.rules(origin + TDMREP).allows(origin + TDMREP):
                return _Answer(403, b"", time.time())
            status, body = self._get(origin + TDMREP, MAX_TDMREP_BYTES)
        except CollectError:
            return _Answer(0, b"", time.time())
        return self._store(origin, TDMREP, status, body if 200 <= status < 300 else b"")

    def _stored(self, origin: str, path: str) -> _Answer | None:
        if self._state is None:
            return None
        row = self._state.one("select status, body, fetched_at from robots where origin = ? and path = ?", origin, path)
        answer = _Answer(*row) if row else None
        return answer if answer and answer.is_fresh else None

    def _store(self, origin: str, path: str, status: int, body: bytes) -> _Answer:
        answer = _Answer(status, body, time.time())
        if self._state is not None:
            self._state.run(
                "insert or replace into robots values (?, ?, ?, ?, ?)", origin, path, status, body, answer.fetched_at
            )
        return answer

    def _lock_of(self, origin: str) -> threading.RLock:
        with self._guard:
            return self._locks.setdefault(origin, threading.RLock())
