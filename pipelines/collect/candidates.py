"""What sources have listed: one link per address, and every source that listed it. No network, no pages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any

from pipelines.collect.dates import parse_time
from pipelines.collect.erasing.tombstones import ErasureStore
from pipelines.collect.source_types.listing import Poll
from pipelines.collect.state import State
from pipelines.collect.warc_ledger import WarcLedger
from pipelines.collect.web.exchange import Validators
from pipelines.collect.web.fetch import TRANSIENT
from pipelines.collect.web.urls import host_of, page_address
from pipelines.records import Candidate, Failure

CHUNK = 200
"""Links of one host held in memory at a time."""
LOCAL = ""
"""The host of links whose page is in a file of this machine."""

LINK = "l.source_id, l.url, l.archive_date, l.listed_at, l.title, l.held_at"


@dataclass(frozen=True, slots=True)
class Backlog:
    """Links of a source that a run may still make a page of, and the archive date of the oldest."""

    pending: int
    oldest: date


class CandidateStore:
    """Links under the archive date under which they were listed first, by whichever source."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._erased = ErasureStore(state.folder).tombstones()

    def without_erased(self, poll: Poll) -> Poll:
        """A poll without the links that were erased; these are counted."""
        if not self._erased:
            return poll
        left = tuple(
            c for c in poll.candidates if not self._erased.covers_link(c.source_id, c.url, page_address(c.url))
        )
        if not (erased := len(poll.candidates) - len(left)):
            return poll
        failures = Counter(poll.failures) + Counter({Failure.ERASED.value: erased})
        return replace(poll, candidates=left, failures=failures)

    def forget_titles(self, url: str) -> None:
        """A link turned out to lead to what was erased: what sources say of it goes."""
        self._state.run("update links set title = null where url = ?", url)
        self._state.run("update discoveries set title = null where url = ?", url)

    def add(self, candidates: Iterable[Candidate]) -> int:
        """Take up candidates, all or none. Returns how many links are new.

        The first listing of an address stays; what later ones say is kept as a discovery. Only a page that could not be
        had is looked for where it was listed last: a file was moved, a web archive has what its own server has lost.
        """
        now, new = datetime.now(UTC).isoformat(), 0
        with self._state.transaction():
            for c in candidates:
                at = c.listed_at.isoformat() if c.listed_at else None
                host = place_of(c)
                is_new = self._state.run(
                    "insert or ignore into links values (?, ?, ?, ?, ?, ?, ?, ?, null)",
                    c.url, host, c.archive_date.isoformat(), c.source_id, at, c.title, c.held_at, now,
                )  # fmt: skip
                new += is_new
                if not is_new:
                    self._state.run(MOVE, c.held_at, host, c.url, c.held_at)
                self._state.run(
                    "insert or ignore into discoveries values (?, ?, ?, ?, ?)", c.source_id, c.url, at, c.title, now
                )
        return new

    def take(self, source_id: str, poll: Poll) -> int:
        """Store a whole poll of a source, all of it or nothing. Returns how many links are new.

        Once the validators of its listings are stored, an unchanged listing is not read again.
        """
        with self._state.transaction():
            new = self.add(poll.candidates)
            self._state.run_many(
                "insert or replace into validators values (?, ?, ?, ?)",
                [(source_id, url, v.etag, v.last_modified) for url, v in poll.validators.items()],
            )
            WarcLedger(self._state).note(source_id, poll.files)
            unread = not poll.candidates and poll.unmodified > 0
            self.note_poll(source_id, listed=None if unread else len(poll.candidates), new=new)
        return new

    def note_poll(self, source_id: str, *, listed: int | None = 0, new: int = 0, problem: str | None = None) -> None:
        """How the last look at a source ended; `problem` says why it gave nothing. `listed` is None for a source that
        lists what it listed before."""
        now = datetime.now(UTC).isoformat()
        self._state.run(
            "insert into polls values (?, ?, ?, ?, ?, ?, ?) on conflict (source_id) do update set "
            "polled_at = excluded.polled_at, problem = excluded.problem, listed = coalesce(?, listed), "
            "new = excluded.new, last_new_at = coalesce(excluded.last_new_at, last_new_at)",
            source_id, now, problem, listed or 0, new, now, now if new else None, listed,
        )  # fmt: skip

    def validators(self, source_id: str, url: str) -> Validators | None:
        """What a listing was when it was last read whole."""
        row = self._state.one(
            "select etag, last_modified from validators where source_id = ? and url = ?", source_id, url
        )
        return Validators(*row) if row else None

    def read(self, archive_date: date, source_id: str | None = None) -> list[Candidate]:
        """Every link of a day that a source (or any) listed, the source named as the one that lists it."""
        sql = (
            "select d.source_id, l.url, l.archive_date, d.listed_at, d.title, l.held_at from links l "
            "join discoveries d on d.url = l.url where l.archive_date = ? and coalesce(?, d.source_id) = d.source_id "
            "order by d.source_id, l.rowid"
        )
        return [_candidate(row) for row in self._state.all(sql, archive_date.isoformat(), source_id)]

    def pending_places(self, first: date, last: date) -> list[str]:
        """The hosts that have links of these dates which led to no page yet."""
        sql = f"select distinct l.host {PENDING} and l.archive_date between ? and ?"
        return [host for (host,) in self._state.all(sql, *_iso(first, last))]

    def pending(
        self, place: str, first: date, last: date, sources: Collection[str], *, again_from: date | None = None
    ) -> Iterator[Candidate]:  # fmt: skip
        """One host's links of these dates which led to no page yet, day by day, each for the first of `sources` that
        listed it. Of the days before `again_from` (if given), not those that failed for a reason that does not pass.

        Streams: what becomes of a link while this runs does not matter, each is given once.
        """
        at = (first.isoformat(), 0)
        while True:
            rows = self._state.all(
                f"select l.rowid, {LINK} {PENDING} and l.host = ? and l.archive_date <= ? "
                f"and (l.archive_date >= ? or l.failure is null or l.failure in {PASSING}) "
                f"and (l.archive_date, l.rowid) > (?, ?) order by l.archive_date, l.rowid limit {CHUNK}",
                place, last.isoformat(), (again_from or first).isoformat(), *at,
            )  # fmt: skip
            for rowid, source_id, url, *row in rows:
                at = (row[0], rowid)
                if source_id in sources or (source_id := self._new_owner(url, sources)) is not None:
                    yield _candidate((source_id, url, *row))
            if len(rows) < CHUNK:
                return

    def backlogs(self) -> dict[str, Backlog]:
        """By source id, for every source that has links which led to no page yet and have not failed for good."""
        rows = self._state.all(
            f"select l.source_id, count(*), min(l.archive_date) {PENDING} "
            f"and (l.failure is null or l.failure in {PASSING}) group by l.source_id"
        )
        return {source_id: Backlog(pending, date.fromisoformat(oldest)) for source_id, pending, oldest in rows}

    def _new_owner(self, url: str, sources: Collection[str]) -> str | None:
        """The source to which a link passes whose own is collected no more: from now on it is counted there."""
        rows = self._state.all("select source_id from discoveries where url = ? order by found_at", url)
        owner: str | None = next((source_id for (source_id,) in rows if source_id in sources), None)
        if owner is not None:
            self._state.run("update links set source_id = ? where url = ?", owner, url)
        return owner

    def settle(self, url: str, failure: Failure | None) -> None:
        """What became of a link: a page, or nothing for a reason."""
        self._state.later(SETTLE, (url, failure.value if failure else None))

    def counts(self, archive_date: date, source_id: str) -> tuple[int, int, dict[str, int]]:
        """Of a source and date: links it listed; those that are another's, or led to a page that another link led to;
        and the links of its own that led nowhere, by reason."""
        day = archive_date.isoformat()
        (listed, others) = self._state.one(
            "select count(*), coalesce(sum(l.source_id <> d.source_id), 0) from discoveries d "
            "join links l on l.url = d.url where d.source_id = ? and l.archive_date = ?",
            source_id, day,
        ) or (0, 0)  # fmt: skip
        (same,) = self._state.one(
            "select count(*) - count(distinct case when p.url is null or (p.source_id = l.source_id and "
            "p.archive_date = l.archive_date) then v.page_url end) from links l join visited v on v.url = l.url "
            "left join pages p on p.url = v.page_url where l.source_id = ? and l.archive_date = ?",
            source_id, day,
        ) or (0,)  # fmt: skip
        failures = self._state.all(
            "select failure, count(*) from links left join visited using (url) where failure is not null "
            f"and (page_url is null or failure = '{Failure.OPTED_OUT}') and source_id = ? and archive_date = ? "
            "group by failure",
            source_id, day,
        )  # fmt: skip
        return listed, others + same, dict(failures)


MOVE = "update links set held_at = ?, host = ? where url = ? and failure is not null and held_at is not ?"
SETTLE = (
    # A link that led nowhere changes what was counted of its date, which may be long past.
    """
    insert into changed_dates (archive_date, changes, loaded)
    select links.archive_date, count(*), 0 from json_each(?) as row inner join links on url = row.value ->> 0
    where row.value ->> 1 is not null and failure is not row.value ->> 1
    group by 1 on conflict do update set changes = changes + excluded.changes
    """,
    """
    update links set failure = row.value ->> 1 from json_each(?) as row
    where url = row.value ->> 0 and failure is not row.value ->> 1
    """,
)
PASSING = str(tuple(failure.value for failure in (*TRANSIENT, Failure.HOST_PAUSED, Failure.ROBOTS)))
"""As a list in SQL: what may be otherwise tomorrow."""
PENDING = "from links l left join visited v on v.url = l.url where v.url is null"


def place_of(candidate: Candidate) -> str:
    """The host that a candidate's page is to be asked for; `LOCAL` for one in a file."""
    address = candidate.held_at or candidate.url
    return LOCAL if address.startswith("file:") else host_of(address)


def _iso(*days: date) -> list[str]:
    return [day.isoformat() for day in days]


def _candidate(row: Iterable[Any]) -> Candidate:
    source_id, url, day, listed_at, title, held_at = row
    return Candidate(source_id, url, date.fromisoformat(day), parse_time(listed_at), title, held_at)
