"""A query in a process of its own, for a server that must outlive what strangers ask: DuckDB ends the process over some
statements, and one that is stuck can be killed. `Asking` starts it, `python -m pipelines.warehouse.asked` is it.
"""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from threading import Lock, Semaphore, Timer

import duckdb
import pyarrow as pa

from pipelines.errors import ClaimhouseError, QueryError
from pipelines.settings import CATALOG, LAKE, ROOT, Settings, load_settings
from pipelines.warehouse.lake import environment
from pipelines.warehouse.query import LIMITS, Limits, connect_to, published_now, query_table_on

AT_ONCE = 2
"""Queries that run side by side; the others wait."""
GRACE = 5.0
"""Seconds after its limit until a process that does not stop by itself is killed."""


class Asking:
    """Runs queries in processes that are kept for the next one. Each query has a connection of its own, so none finds
    anything of another; a process that is stuck is killed, and one that died is replaced."""

    def __init__(self, settings: Settings, limits: Limits = LIMITS) -> None:
        self._settings, self._limits = settings, limits
        self._turn, self._lock = Semaphore(AT_ONCE), Lock()
        self._idle = [self._start()]

    def ask(self, sql: str) -> pa.Table:
        """The last statement's rows. Raises `QueryError` with DuckDB's message, or saying which limit was met."""
        with self._turn:
            with self._lock:
                process = self._idle.pop() if self._idle else self._start()
            error, body = self._answer(process, sql)
            if process.poll() is None:
                with self._lock:
                    self._idle.append(process)
        if error:
            raise QueryError(error)
        with pa.ipc.open_stream(body) as stream:
            return stream.read_all()

    def close(self) -> None:
        """End the processes that wait."""
        with self._lock:
            idle, self._idle = self._idle, []
        for process in idle:
            process.kill()
            process.communicate()

    def _answer(self, process: subprocess.Popen[bytes], sql: str) -> tuple[str | None, bytes]:
        """What went wrong, and the rows as an Arrow stream."""
        assert process.stdin is not None
        assert process.stdout is not None
        order = {
            "home": str(self._settings.home.path), "sources": str(self._settings.sources_path),
            "lake": {CATALOG: self._settings.file.warehouse.catalog, LAKE: self._settings.file.warehouse.data},
            "sql": sql, "limits": asdict(self._limits),
        }  # fmt: skip
        killer = Timer(self._limits.seconds + GRACE, process.kill)
        killer.start()
        try:
            process.stdin.write(json.dumps(order).encode() + b"\n")
            process.stdin.flush()
            head = json.loads(process.stdout.readline() or b"{}")
            body = process.stdout.read(head.get("bytes", 0))
        except (BrokenPipeError, json.JSONDecodeError):
            head, body = {}, b""
        finally:
            killer.cancel()
        if not head or len(body) < head["bytes"]:
            process.kill()
            process.communicate()
            return "This query ended the process that ran it, or was killed since it did not stop.", b""
        return head["error"], body

    def _start(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", __name__]
        return subprocess.Popen(
            command,
            cwd=ROOT,
            env=os.environ | environment(self._settings),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )


def main() -> None:
    """Read orders, each a line of JSON; answer with a line that says what went wrong and how many bytes of an Arrow
    stream follow."""
    out, ahead = sys.stdout.buffer, Ahead()
    for line in sys.stdin:
        order = json.loads(line)
        error, body = None, b""
        try:
            lake = {name: value for name, value in order["lake"].items() if value}
            settings = load_settings(Path(order["home"]), Path(order["sources"]), lake)
            limits = Limits(**order["limits"])
            connection = ahead.take(settings, published_now(settings), limits)
            body = _as_stream(query_table_on(connection, settings, order["sql"], limits))
        except ClaimhouseError as problem:
            error = str(problem)
        out.write(json.dumps({"error": error, "bytes": len(body)}).encode() + b"\n" + body)
        out.flush()
        ahead.open_next()


class Ahead:
    """Connections of one query each, of which the next one is opened while nobody waits: that takes longer than many a
    query."""

    def __init__(self) -> None:
        self._wanted: tuple[Settings, Path, Limits] | None = None
        self._next: duckdb.DuckDBPyConnection | None = None
        self._used: duckdb.DuckDBPyConnection | None = None

    def take(self, settings: Settings, path: Path, limits: Limits) -> duckdb.DuckDBPyConnection:
        """A connection that nobody had before. Raises as `connect_to`."""
        if self._next is not None and self._wanted != (settings, path, limits):
            self._next.close()
            self._next = None
        self._wanted = (settings, path, limits)
        self._used, self._next = self._next or connect_to(*self._wanted), None
        return self._used

    def open_next(self) -> None:
        """Close the one that was used, and open another like it. One that cannot be opened will fail whoever asks."""
        if self._used is not None:
            self._used.close()
            self._used = None
        if self._wanted is not None and self._next is None:
            with suppress(ClaimhouseError):
                self._next = connect_to(*self._wanted)


def _as_stream(table: pa.Table) -> bytes:
    out = io.BytesIO()
    with pa.ipc.new_stream(out, table.schema) as stream:
        stream.write_table(table)
    return out.getvalue()


if __name__ == "__main__":
    main()
