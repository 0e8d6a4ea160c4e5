"""One open snapshot for many readers at once: what a server asks of it. A new snapshot is taken up as soon as it is
published; who still reads the old one ends in peace."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Sequence
from pathlib import Path
from threading import Lock, Semaphore
from typing import Any

import duckdb

from pipelines.errors import QueryError
from pipelines.settings import Settings
from pipelines.warehouse.query import Limits, connect_to, published_now, stopped_after

READING = Limits(seconds=10, memory="4GB")
"""For all readers together the memory, for each question the seconds."""

AT_ONCE = 4
"""Questions that run side by side; the others wait, and their seconds do not run. More would slow each other down."""

KEPT, ROWS_KEPT = 1000, 200
"""Answers that are remembered, and the rows of the longest of them: a snapshot never changes, so neither do they."""

Record = dict[str, Any]
Question = tuple[Path, str, bytes]
"""The snapshot, the SQL, and a digest of the parameters, which may be thousands of ids."""


class Reader:
    """Asks the published snapshot, from any thread. The SQL is ours; what users give stands in parameters."""

    def __init__(self, settings: Settings, limits: Limits = READING) -> None:
        self._settings, self._limits = settings, limits
        self._lock, self._opening, self._turn = Lock(), Lock(), Semaphore(AT_ONCE)
        self._path: Path | None = None
        self._connection: duckdb.DuckDBPyConnection | None = None
        self._answers: OrderedDict[Question, list[Record]] = OrderedDict()

    def ask(self, sql: str, parameters: Sequence[object] | dict[str, object] = ()) -> list[Record]:
        """The rows, as records of column names, which are not to be changed: others who ask the same get them too.

        Raises `NothingPublished`, and `QueryError` for what takes too long.
        """
        asked = sql, hashlib.blake2b(repr(parameters).encode()).digest()
        newest = self.snapshot()
        with self._lock:
            if (newest, *asked) in self._answers:
                self._answers.move_to_end((newest, *asked))
                return self._answers[newest, *asked]
        with self._turn:
            path, rows = self._ask(sql, parameters)
        if len(rows) <= ROWS_KEPT:
            with self._lock:
                self._answers[path, *asked] = rows
                while len(self._answers) > KEPT:
                    self._answers.popitem(last=False)
        return rows

    def _ask(self, sql: str, parameters: Sequence[object] | dict[str, object]) -> tuple[Path, list[Record]]:
        path, cursor = self._cursor()
        try:
            with stopped_after(self._limits.seconds, cursor) as stopped:
                found = cursor.execute(sql, parameters)
                names = [column[0] for column in found.description or ()]
                return path, [dict(zip(names, row, strict=True)) for row in found.fetchall()]
        except duckdb.Error as error:
            if stopped.is_set():
                raise QueryError(
                    f"This took more than {self._limits.seconds:g} s and was stopped. Ask for less."
                ) from error
            raise QueryError(str(error)) from error
        finally:
            cursor.close()

    def snapshot(self) -> Path:
        """The file that is published now."""
        return published_now(self._settings)

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            if self._connection:
                self._connection.close()
            self._path = self._connection = None

    def _cursor(self) -> tuple[Path, duckdb.DuckDBPyConnection]:
        newest = self.snapshot()
        # who finds an older one open does not wait until somebody else has opened the newest
        if newest != self._path and self._opening.acquire(blocking=self._path is None):
            try:
                if newest != self._path:
                    self._take_up(newest)
            finally:
                self._opening.release()
        with self._lock:
            assert self._connection is not None
            assert self._path is not None
            path, cursor = self._path, self._connection.cursor()
        cursor.execute("use claimhouse")  # which a cursor does not inherit
        return path, cursor

    def _take_up(self, path: Path) -> None:
        fresh = connect_to(self._settings, path, self._limits)
        with self._lock:
            # the old one is not closed: that would close the cursors of those who still read it, and the last of them
            # lets go of the file
            self._path, self._connection = path, fresh
