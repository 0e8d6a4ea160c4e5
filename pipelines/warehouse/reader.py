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
from pipelines.warehouse.query import Limits, attach, published_now, stopped_after

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
        self._lock, self._turn = Lock(), Semaphore(AT_ONCE)
        self._path: Path | None = None
        self._connection: duckdb.DuckDBPyConnection | None = None
        self._answers: OrderedDict[Question, list[Record]] = OrderedDict()

    def ask(self, sql: str, parameters: Sequence[object] | dict[str, object] = ()) -> list[Record]:
        """The rows, as records of column names, which are not to be changed: others who ask the same get them too.

        Raises `NothingPublished`, and `QueryError` for what takes too long.
        """
        question = (self.snapshot(), sql, hashlib.blake2b(repr(parameters).encode()).digest())
        with self._lock:
            if question in self._answers:
                self._answers.move_to_end(question)
                return self._answers[question]
        with self._turn:
            rows = self._ask(sql, parameters)
        if len(rows) <= ROWS_KEPT and self.snapshot() == question[0]:
            with self._lock:
                self._answers[question] = rows
                while len(self._answers) > KEPT:
                    self._answers.popitem(last=False)
        return rows

    def _ask(self, sql: str, parameters: Sequence[object] | dict[str, object]) -> list[Record]:
        cursor = self._cursor()
        try:
            with stopped_after(self._limits.seconds, cursor) as stopped:
                found = cursor.execute(sql, parameters)
                names = [column[0] for column in found.description or ()]
                return [dict(zip(names, row, strict=True)) for row in found.fetchall()]
        except duckdb.Error as error:
            if stopped.is_set():
                raise QueryError(
                    f"This took more than {self._limits.seconds:g} s and was stopped. Ask for less."
                ) from error
            raise QueryError(str(error)) from error
        finally:
            cursor.close()

    def snapshot(self) -> Path:
        """The file that is read now."""
        return published_now(self._settings)

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            if self._connection:
                self._connection.close()
            self._path = self._connection = None

    def _cursor(self) -> duckdb.DuckDBPyConnection:
        path = published_now(self._settings)
        with self._lock:
            if self._connection is None or path != self._path:
                fresh = duckdb.connect()
                attach(fresh, path, self._limits)
                # not closed: that would close the cursors of those who still read it, and they hold the file until then
                self._path, self._connection = path, fresh
            cursor = self._connection.cursor()
        cursor.execute("use claimhouse")  # which a cursor does not inherit
        return cursor
