"""Looking at all sources, hosts side by side, and storing what they list. How one source is read is in `polling`."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from threading import Lock

from pipelines.collect.candidates import LOCAL, CandidateStore
from pipelines.collect.dispatch import Job, dispatch
from pipelines.collect.source_types.listing import Poll, Visit, Window
from pipelines.collect.source_types.polling import poll
from pipelines.collect.web.exchange import Validators
from pipelines.collect.web.fetch import Fetcher
from pipelines.collect.web.urls import host_of
from pipelines.errors import CollectError
from pipelines.sources import AnySource


@dataclass(slots=True)
class Look:
    """What looking at the sources gave: links per archive date, losses per source and reason, what went wrong."""

    candidates: Counter[date] = field(default_factory=Counter)
    new: int = 0
    failures: dict[str, dict[str, int]] = field(default_factory=dict)
    problems: dict[str, str] = field(default_factory=dict)
    lock: Lock = field(default_factory=Lock)


def poll_sources(
    sources: Sequence[AnySource],
    window: Window,
    *,
    store: CandidateStore,
    fetcher: Fetcher,
    spool: Path,
    on_source: Callable[[], None] = lambda: None,
) -> Look:
    """Poll each source once and store its candidates. A source that cannot be had is a problem, not an end."""
    look, lines = Look(), defaultdict[str, list[Job]](list)
    for source in sources:
        host = host_of(source.address) if source.address.startswith(("http://", "https://")) else LOCAL
        lines[host].append(_Poll(source, window, store, fetcher, spool, look, on_source))
    iterators: dict[str, Iterator[Job]] = {host: iter(jobs) for host, jobs in lines.items()}
    dispatch(iterators, fetcher.hosts, workers=fetcher.http.concurrency)
    return look


@dataclass(frozen=True, slots=True)
class _Poll:
    source: AnySource
    window: Window
    store: CandidateStore
    fetcher: Fetcher
    spool: Path
    look: Look
    tick: Callable[[], None]

    def run(self) -> None:
        source_id = self.source.id
        visit = Visit(self.source, self.fetcher, self.window, known=self._known, spool=self.spool)
        polled = self.store.without_erased(poll(visit))
        new = self.store.take(source_id, polled)
        with self.look.lock:
            self.look.new += new
            self.look.candidates.update(candidate.archive_date for candidate in polled.candidates)
        self._done(polled)

    def give_up(self, error: CollectError) -> None:
        self.store.note_poll(self.source.id, problem=str(error))
        with self.look.lock:
            self.look.problems[self.source.id] = str(error)
        self._done(Poll((), {error.failure.value: 1}))

    def _done(self, polled: Poll) -> None:
        if polled.failures:
            with self.look.lock:
                self.look.failures[self.source.id] = dict(polled.failures)
        self.tick()

    def _known(self, url: str) -> Validators | None:
        return self.store.validators(self.source.id, url)
