"""Which host's work is done next, by a fixed number of threads. Knows when hosts are due, not what the work is."""

from __future__ import annotations

import heapq
import logging
import sqlite3
import threading
import time
from collections.abc import Iterator, Mapping
from itertools import count
from typing import Protocol

from pipelines.collect.web.fetch import TRANSIENT
from pipelines.collect.web.hosts import Hosts
from pipelines.errors import ClaimhouseError, CollectError
from pipelines.records import Failure

ATTEMPTS = 3
"""Times a piece of work is tried when it fails for a reason that may pass."""
PATIENCE = 300.0
"""Seconds a run waits for a host that asked for rest, while it serves the others. Longer rests it does without."""

ENDS_ALL = (OSError, sqlite3.Error, MemoryError, ClaimhouseError)
"""What is wrong with this machine or this home, not with one page: a full disk, a state that cannot be written to."""

log = logging.getLogger(__name__)


class Job(Protocol):
    """A piece of work on one host."""

    def run(self) -> None:
        """Do it. Raises `CollectError`."""

    def give_up(self, error: CollectError) -> None:
        """It cannot be done, in this run."""


def dispatch(lines: Mapping[str, Iterator[Job]], hosts: Hosts, *, workers: int) -> None:
    """Do all the work; returns when every line is empty. Each host's line is done in order, one job at a time.

    A host waits for its turn without keeping a thread, so few threads serve many hosts. What one page or listing does
    to the program costs that one only, as parser_error; `ENDS_ALL`, or an interruption, stops everything and is raised
    here, once the requests in flight have ended.
    """
    run = _Run(lines, hosts)
    try:
        run.start(min(workers, len(lines)))
        run.wait()
    except BaseException:
        run.stop()
        run.wait()
        raise
    if run.error is not None:
        raise run.error


class _Run:
    def __init__(self, lines: Mapping[str, Iterator[Job]], hosts: Hosts) -> None:
        self._lines, self._hosts = lines, hosts
        self._again: dict[str, tuple[Job, int]] = {}
        self._numbers = count()
        self._waiting = [self._turn_of(host) for host in lines]
        heapq.heapify(self._waiting)
        self._busy = self._threads = 0
        self._changed = threading.Condition()
        self._stopped = False
        self.error: BaseException | None = None

    def start(self, threads: int) -> None:
        for number in range(threads):
            with self._changed:
                threading.Thread(target=self._live, name=f"collect-{number}", daemon=True).start()
                self._threads += 1

    def wait(self) -> None:
        """Until all threads have ended. Not by `Thread.join`: one that was interrupted counts its thread as ended."""
        with self._changed:
            while self._threads:
                self._changed.wait()
        self._hosts.resume()

    def stop(self) -> None:
        """Nothing more is begun, no request of a job that is under way either."""
        self._hosts.stop()
        with self._changed:
            self._stopped = True
            self._changed.notify_all()

    def _live(self) -> None:
        try:
            self._work()
        finally:
            with self._changed:
                self._threads -= 1
                self._changed.notify_all()

    def _work(self) -> None:
        """One thread's life: take the host that is due, do one job, put the host back."""
        while (host := self._next_host()) is not None:
            try:
                more = self._do_one(host)
            except BaseException as error:
                self.error = self.error or error
                self.stop()
                more = False
            with self._changed:
                self._busy -= 1
                if more:
                    heapq.heappush(self._waiting, self._turn_of(host))
                self._changed.notify_all()

    def _turn_of(self, host: str) -> tuple[float, int, str]:
        """When to take the host up: when it is due, or at once if nobody waits for it and its work is given up."""
        due = self._hosts.due(host)
        return (0.0 if due - time.monotonic() > PATIENCE else due), next(self._numbers), host

    def _next_host(self) -> str | None:
        with self._changed:
            while not self._stopped and (self._waiting or self._busy):
                wait = self._waiting[0][0] - time.monotonic() if self._waiting else None
                if wait is not None and wait <= 0:
                    self._busy += 1
                    return heapq.heappop(self._waiting)[2]
                self._changed.wait(wait)
            return None

    def _do_one(self, host: str) -> bool:
        """Whether the host has more to do."""
        job, attempt = self._again.pop(host, (None, 0))
        job = job or next(self._lines[host], None)
        if job is None:
            return False
        if self._hosts.due(host) - time.monotonic() > PATIENCE:
            job.give_up(self._hosts.resting(host))
            return True
        try:
            job.run()
        except CollectError as error:
            if error.failure in TRANSIENT and attempt + 1 < ATTEMPTS:
                self._again[host] = (job, attempt + 1)
            else:
                job.give_up(error)
        except ENDS_ALL:
            raise
        except Exception as error:  # whatever it does to a library, the others go on
            log.exception("%s: a piece of work failed by a mistake of the program", host)
            message = f"{type(error).__name__}: {error}. This is a mistake of the program: please report it."
            job.give_up(CollectError(Failure.PARSER_ERROR, message))
        return True
