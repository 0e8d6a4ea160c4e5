"""Fetching what is pending or due again into the archive. One bad page never stops a run; every loss is counted."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from threading import Lock

from pipelines.collect.archive.archive import Archive, Writers
from pipelines.collect.archive.held import read_held
from pipelines.collect.archive.page_index import Known
from pipelines.collect.archive.page_writing import aliases_of, named_address
from pipelines.collect.archive.warc_writing import payload_digest
from pipelines.collect.candidates import CandidateStore
from pipelines.collect.dispatch import Job, dispatch
from pipelines.collect.pages.optout import find_opt_outs
from pipelines.collect.pages.page_files import page_failure
from pipelines.collect.state import State
from pipelines.collect.web.exchange import Fetched
from pipelines.collect.web.fetch import TRANSIENT, Fetcher
from pipelines.collect.web.urls import host_of, page_address
from pipelines.errors import CollectError
from pipelines.records import Candidate, Failure, SourceLog
from pipelines.sources import AnySource

Tick = Callable[[], None]


def collect_pages(
    sources: Sequence[AnySource],
    first: date,
    last: date,
    *,
    state: State,
    archive: Archive,
    fetcher: Fetcher,
    again_from: date | None = None,
    revisit_after: Sequence[int] = (),
    now: datetime | None = None,
    on_page: Tick = lambda: None,
) -> list[SourceLog]:
    """Fetch the pages that the sources' links of these dates lead to and that are not in the archive yet, and look
    again at those that are due (`revisit_after`, days). A link that failed for a reason that does not pass (404, a PDF)
    is tried again if its date is not before `again_from`, by default `first`. Calls `on_page` after each, had or not.

    Hosts are served side by side. Returns a log for every source and date that has anything.
    """
    run = _Run({source.id: source for source in sources}, state, archive, fetcher)
    with archive.writers() as run.writers:
        lines = {
            place: run.pages(place, first, last, again_from or first, on_page)
            for place in run.candidates.pending_places(first, last)
        }  # fmt: skip
        dispatch(lines, fetcher.hosts, workers=fetcher.http.concurrency)
        due: dict[str, list[Job]] = {}
        for known in archive.index.due(first, last, revisit_after, now or datetime.now(UTC)):
            if known.source_id in run.sources:
                due.setdefault(host_of(known.url), []).append(_Revisit(run, known, on_page))
        dispatch({host: iter(jobs) for host, jobs in due.items()}, fetcher.hosts, workers=fetcher.http.concurrency)
    return run.logs(first, last)


class _Run:
    """What all pages of one run share."""

    writers: Writers

    def __init__(
        self, sources: Mapping[str, AnySource], state: State, archive: Archive, fetcher: Fetcher
    ) -> None:  # fmt: skip
        self.sources, self.state, self.archive, self.fetcher = sources, state, archive, fetcher
        self.candidates = CandidateStore(state)
        self._lock = Lock()
        self._kept: dict[str, str] = {}

    def pages(self, place: str, first: date, last: date, again_from: date, tick: Tick) -> Iterator[Job]:
        for candidate in self.candidates.pending(place, first, last, self.sources, again_from=again_from):
            yield _Page(self, candidate, tick)

    def logs(self, first: date, last: date) -> list[SourceLog]:
        found = []
        for ordinal in range(first.toordinal(), last.toordinal() + 1):
            day = date.fromordinal(ordinal)
            for source_id in self.sources:
                discovered, duplicate, failures = self.candidates.counts(day, source_id)
                fetched, unchanged = self.archive.index.count(day, source_id)
                if discovered or fetched:
                    found.append(SourceLog(source_id, day, discovered, fetched, unchanged, duplicate, 0, failures))
        return found

    def keep(self, fetched: Fetched, *, is_live: bool) -> None:
        """Put a page where it belongs: to a page that is there already, or into the archive if its owner lets us.

        `is_live` if it was asked of its own server, so that what this server reserves counts.
        """
        if not fetched.url.startswith("file:"):  # a file was judged as it was read, and may be a plain text
            check_page(fetched)
        page_url = page_address(fetched.final_url)
        named = named_address(page_url, fetched.body)
        self.refuse_erased(fetched, named)
        with self._as_one(fetched, page_url, named) as known_as:
            writer = self.writers.of(fetched.archive_date, fetched.source_id)
            if known_as is not None:
                writer.write_same(fetched, known_as)
                return
            self.refuse_opted_out(fetched, is_live=is_live)
            writer.write(fetched, named)

    def refuse_erased(self, fetched: Fetched, named: str | None) -> None:
        """Raises `CollectError` for a page that was erased, by any of its addresses, or by its content."""
        if self.archive.tombstones.covers_link(
            fetched.source_id, payload_digest(fetched.body), *aliases_of(fetched, named)
        ):
            raise CollectError(Failure.ERASED, "The page was erased from this home.")

    @contextmanager
    def _as_one(self, fetched: Fetched, page_url: str, named: str | None) -> Iterator[str | None]:
        """The page in the archive that this one is. If it is none yet, it is from now on what other threads find:
        a page and its mobile twin are often under way at the same time."""
        urls = [page_url, *([named] if named else [])]
        with self._lock:
            met = next((self._kept[url] for url in urls if url in self._kept), None)
            known_as = met or self._known_as(fetched, page_url, named)
            if known_as is None:
                self._kept.update(dict.fromkeys(urls, page_url))
        try:
            yield known_as
        finally:
            if known_as is None:
                with self._lock:
                    for url in urls:
                        del self._kept[url]

    def _known_as(self, fetched: Fetched, page_url: str, named: str | None) -> str | None:
        """The page an address leads to that nobody has looked up yet, or that was kept while this page was fetched."""
        index = self.archive.index
        if (page_url != fetched.url or index.has_met(page_url)) and (found := index.page_of(page_url)):
            return found
        return index.page_of(named) if named else None

    def refuse_opted_out(self, fetched: Fetched, *, is_live: bool) -> None:
        """Note what page and server say against mining, with the evidence; `CollectError` if it is to be heeded."""
        reserved = self.fetcher.tdm_rules(fetched.final_url).reservation(fetched.final_url) if is_live else None
        found = find_opt_outs(fetched.headers, fetched.body, token=self.fetcher.token, site=reserved)
        if not found:
            return
        url, seen = page_address(fetched.final_url), fetched.fetched_at.isoformat()
        self.state.run_many(
            "insert or replace into opt_outs values (?, ?, ?, ?, ?, ?, ?)",
            [(url, o.kind, o.place, o.evidence, o.policy_url, fetched.source_id, seen) for o in found],
        )
        policy = self.sources[fetched.source_id].opt_outs
        if policy == "keep":
            return
        if policy == "metadata":
            writer = self.writers.of(fetched.archive_date, fetched.source_id)
            writer.write_notice(fetched, {"optOut": found[0].kind, "evidence": found[0].evidence})
        self.archive.index.add_aliases(aliases_of(fetched), url)
        raise CollectError(Failure.OPTED_OUT, f"{url}: its publisher says '{found[0].evidence}'.")


@dataclass(frozen=True, slots=True)
class _Page:
    """Fetching one candidate."""

    shared: _Run
    candidate: Candidate
    tick: Tick

    def run(self) -> None:
        candidate, shared = self.candidate, self.shared
        if not shared.archive.index.has_met(candidate.url):  # else another link led there meanwhile
            shared.keep(self._fetch(), is_live=candidate.held_at is None)
        shared.candidates.settle(candidate.url, None)
        self.tick()

    def _fetch(self) -> Fetched:
        c, fetcher = self.candidate, self.shared.fetcher
        if c.held_at and c.held_at.startswith("file:"):
            return read_held(
                c.held_at, c.url, source_id=c.source_id, archive_date=c.archive_date, max_bytes=fetcher.http.max_bytes
            )
        fetched = fetcher.fetch(c.held_at or c.url, archive_date=c.archive_date, source_id=c.source_id)
        if c.held_at is None:
            return fetched
        replayed = (*fetched.headers, ("X-Archive-Replayed-From", fetched.final_url))
        return replace(fetched, url=c.url, final_url=c.url, hops=(), headers=replayed)

    def give_up(self, error: CollectError) -> None:
        self.shared.candidates.settle(self.candidate.url, error.failure)
        if error.failure is Failure.ERASED:
            self.shared.candidates.forget_titles(self.candidate.url)
        self.tick()


@dataclass(frozen=True, slots=True)
class _Revisit:
    """Looking again at a page that is in the archive."""

    shared: _Run
    known: Known
    tick: Tick

    def run(self) -> None:
        known, shared = self.known, self.shared
        fetched = shared.fetcher.fetch(
            known.url, archive_date=known.archive_date, source_id=known.source_id, validators=known.validators
        )
        writer = shared.writers.of(known.archive_date, known.source_id)
        if fetched.is_unmodified or payload_digest(fetched.body) == known.digest:
            writer.write_unchanged(fetched, known)
        else:
            check_page(fetched)
            page_url = page_address(fetched.final_url)
            moved_to = shared.archive.index.page_of(page_url) if page_url != known.url else None
            if moved_to:  # where it leads now is another article that is here already
                writer.write_same(fetched, moved_to)
            else:
                named = named_address(page_url, fetched.body)
                shared.refuse_erased(fetched, named)
                shared.refuse_opted_out(fetched, is_live=True)
                writer.write(fetched, named)
            shared.archive.index.add_visit(known.url, fetched.fetched_at, unchanged=False)
        self.tick()

    def give_up(self, error: CollectError) -> None:
        """A page that is gone, or no page any more, stays as it was; what may pass is tried again by the next run."""
        if error.failure not in TRANSIENT and error.failure is not Failure.HOST_PAUSED:
            self.shared.archive.index.add_visit(self.known.url, datetime.now(UTC), unchanged=False)
        self.tick()


def check_page(fetched: Fetched) -> None:
    """Raises `CollectError` for what is no web page or an empty one."""
    is_answer = fetched.status == 200
    failure = page_failure(fetched.body, fetched.content_type) if is_answer else Failure.EMPTY_PAGE
    if failure is not None:
        what = "the page is empty" if failure is Failure.EMPTY_PAGE else f"is {fetched.content_type}, no web page"
        raise CollectError(failure, f"{fetched.final_url}: {what}.")
