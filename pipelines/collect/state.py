"""What collecting remembers between runs, in one SQLite file: its tables, one writer at a time, transactions.

What the rows mean is in the modules that read and write them. Pages themselves are in the archive; what `pages`,
`visited` and `versions` say can be had again from the WARC files, except of a page left out whole (`opt_outs: skip`).
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pipelines.errors import ClaimhouseError, CollectBusy
from pipelines.locks import process_lock

VERSION = 3
QUEUE = 200
"""Rows that may wait to be written together."""
BUSY_WAIT = 30_000
"""Milliseconds SQLite waits while another process commits."""
COLLECTING = "collecting.lock"
EVERY_FILE = "*"
"""In `open_files`: this state is new, and the archive beside it may not be."""

SCHEMA = """
create table links (                -- one article's address, under the day and source that listed it first
    url text primary key, host text not null, archive_date text not null, source_id text not null,
    listed_at text, title text, held_at text, found_at text not null, failure text
);
create index links_by_day on links (archive_date, source_id);
create index links_by_host on links (host, archive_date);
create table discoveries (          -- every source that listed it
    source_id text, url text, listed_at text, title text, found_at text not null, primary key (source_id, url)
) without rowid;
create index discoveries_by_url on discoveries (url);
create table validators (           -- listings read whole: what to ask with next time
    source_id text, url text, etag text, last_modified text, primary key (source_id, url)
) without rowid;
create table warc_files (           -- files that a source names: the ledger of what was read of them
    source_id text, file text, read_at text, pages integer not null, left_out text not null,
    primary key (source_id, file)
) without rowid;
create table pages (                -- the newest version of each page in the archive, and when it was looked at
    url text primary key, archive_date text not null, source_id text not null, digest text not null,
    fetched_at text not null, visited_at text not null, etag text, last_modified text,
    unchanged integer not null default 0        -- visits that found it as it was
) without rowid;
create index pages_by_day on pages (archive_date, source_id);
create table visited (              -- every address that led to a page: itself, redirects, its canonical link
    url text primary key, page_url text not null
) without rowid;
create table versions (             -- every different content of a page, and where it lies
    url text, digest text, archive_date text not null, warc_file text not null, warc_offset integer not null,
    primary key (url, digest)
) without rowid;
create table changed_dates (        -- how often a date got pages or lost links, and how often when it was loaded
    archive_date text primary key, changes integer not null, loaded integer not null
) without rowid;
create table open_files (           -- files that are being written, or must be indexed; see EVERY_FILE
    name text primary key
) without rowid;
create table robots (origin text, path text, status integer, body blob, fetched_at real, primary key (origin, path))
    without rowid;
create table rests (host text primary key, until real, failures integer, failure text) without rowid;
create table polls (                -- how the last look at each source ended, and when it last brought something new
    source_id text primary key, polled_at text not null, problem text, listed integer not null, new integer not null,
    first_at text not null, last_new_at text
) without rowid;
create table opt_outs (             -- what a page or site says against being mined
    url text, kind text, place text, evidence text, policy_url text, source_id text, seen_at text,
    primary key (url, kind, place)
) without rowid;
create table collection_log (
    archive_date text, source_id text, stage text, counts text not null, primary key (archive_date, source_id, stage)
) without rowid;
"""

MIGRATIONS = {
    1: (
        "alter table changed_dates rename column parsed to loaded",
        "update changed_dates set loaded = 0",
    ),
    2: (
        "create table warc_files (source_id text, file text, read_at text, pages integer not null, "
        "left_out text not null, primary key (source_id, file)) without rowid",
    ),
}
"""What makes the next format of a state of this one."""


class State:
    """One open state file. Safe to share between threads; other processes may read and write the same file."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lock = threading.RLock()
        self._depth = 0
        self._queue: dict[tuple[str, ...], list[Sequence[Any]]] = {}
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._db = sqlite3.connect(folder / "state.sqlite", isolation_level=None, check_same_thread=False)
        except (OSError, sqlite3.Error) as error:
            raise self._unusable(error, "Make the folder one that can be written to, or name another home.") from error
        try:
            self._db.execute(f"pragma busy_timeout = {BUSY_WAIT}")
            self._db.execute("pragma journal_mode = wal")
            self._db.execute("pragma synchronous = normal")
            self._prepare()
        except sqlite3.OperationalError as error:  # locked, not to be written to, no space: the file itself is whole
            self._db.close()
            mend = "See which process holds it, and whether its disk can be written to."
            raise self._unusable(error, mend) from error
        except sqlite3.DatabaseError as error:
            self._db.close()
            mend = "Move it away: it is made again from the archive, and what is listed again is found again."
            raise self._unusable(error, mend) from error
        except BaseException:
            self._db.close()
            raise

    def _unusable(self, error: Exception, mend: str) -> ClaimhouseError:
        return ClaimhouseError(f"{self.folder / 'state.sqlite'}: cannot be used ({error}). {mend}")

    def _prepare(self) -> None:
        if self._version() == VERSION:  # nothing to write, so a reader need not wait for a writer
            return
        with self.transaction():
            found = self._version()
            if found == VERSION:
                return
            if found > VERSION:
                written = sqlite3.DatabaseError(f"it was written by a newer claimhouse, in format {found}")
                raise self._unusable(written, "Update this one, or name another home.")
            if found == 0:
                for statement in SCHEMA.split(";\n"):
                    self._db.execute(statement)
                self._db.execute("insert into open_files values (?)", (EVERY_FILE,))
            for version in range(found, VERSION) if found else ():
                for statement in MIGRATIONS[version]:
                    self._db.execute(statement)
            self._db.execute(f"pragma user_version = {VERSION}")

    def _version(self) -> int:
        (found,) = self.one("pragma user_version") or (0,)
        return int(found)

    def close(self) -> None:
        with self._lock:
            try:
                self._write_queue()
            finally:
                self._db.close()

    def __enter__(self) -> State:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All of the block or nothing; blocks in blocks belong to the outermost one."""
        with self._lock:
            if self._depth == 0:
                self._write_queue()
                self._db.execute("begin immediate")
            self._depth += 1
            try:
                yield
                if self._depth == 1:
                    self._db.execute("commit")
            except BaseException:
                if self._depth == 1 and self._db.in_transaction:  # on a full disk SQLite has rolled back by itself
                    self._db.execute("rollback")
                raise
            finally:
                self._depth -= 1

    def run(self, sql: str, *values: Any) -> int:
        """Execute one statement; returns the number of rows it changed."""
        with self.transaction():
            return self._db.execute(sql, values).rowcount

    def later(self, statements: tuple[str, ...], row: Sequence[Any]) -> None:
        """Write a row together with others: before anything is read, or when enough are waiting.

        Each statement gets the rows as one JSON array of arrays. Python gives other threads their turn at every
        statement, so with many threads one statement for many rows is an order of magnitude cheaper than many.
        A killed process loses what waits: only for what can be had again.
        """
        with self._lock:
            rows = self._queue.setdefault(statements, [])
            rows.append(row)
            if len(rows) >= QUEUE and self._depth == 0:
                self._write_queue()

    def _write_queue(self) -> None:
        queue, self._queue = self._queue, {}
        if not queue:
            return
        try:
            with self.transaction():
                for statements, rows in queue.items():
                    values = json.dumps(rows)
                    for statement in statements:
                        self._db.execute(statement, (values,))
        except BaseException:
            self._queue = queue  # nothing of it was written; the next who reads or writes tries again
            raise

    def run_many(self, sql: str, rows: Iterable[tuple[Any, ...]]) -> None:
        with self.transaction():
            self._db.executemany(sql, rows)

    def all(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        with self._lock:
            self._write_queue()
            return self._db.execute(sql, values).fetchall()

    def one(self, sql: str, *values: Any) -> tuple[Any, ...] | None:
        with self._lock:
            self._write_queue()
            row: tuple[Any, ...] | None = self._db.execute(sql, values).fetchone()
            return row

    def scrub(self) -> None:
        """Leave no byte of deleted rows: neither in free pages of the file nor in its log.

        Raises `ClaimhouseError` when another process reads for so long that the log cannot be emptied.
        """
        with self._lock:
            self._write_queue()
            self._db.execute("pragma secure_delete = on")
            self._db.execute("vacuum")
            row = self._db.execute("pragma wal_checkpoint(truncate)").fetchone()
        if row[0]:
            raise ClaimhouseError(
                f"{self.folder / 'state.sqlite'}: another process reads it, so its log still holds what was deleted. "
                "End that process and give the same command again."
            )

    @contextmanager
    def collecting(self, wait: float) -> Iterator[None]:
        """Be the only process that collects into this home, so that hosts are paced together and files have one writer.

        Waits up to `wait` seconds for another one, then raises `CollectBusy`, which names its process.
        """

        def busy(holder: str) -> CollectBusy:
            return CollectBusy(
                f"{self.folder.parent}: {holder} is collecting into this home, and has been for the {wait:g} s that "
                "were waited. Wait for it, or raise collect.lock_wait."
            )

        with process_lock(self.folder / COLLECTING, wait, busy):
            yield
