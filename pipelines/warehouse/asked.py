"""A query in a process of its own, for a server that must outlive what strangers ask: DuckDB ends the process over some
statements, and one that is stuck can be killed. `Asking` starts it, `python -m pipelines.warehouse.asked` is it.
"""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path
from threading import Lock, Semaphore

import pyarrow as pa

from pipelines.errors import ClaimhouseError, QueryError
from pipelines.settings import ROOT, Settings, load_settings
from pipelines.warehouse.query import LIMITS, Limits, query_table

AT_ONCE = 2
"""Queries that run side by side; the others wait."""
GRACE = 5.0
"""Seconds after its limit until a process that does not stop by itself is killed."""


class Asking:
    """Runs queries in processes. One waits ready, since it takes half a second to start."""

    def __init__(self, settings: Settings, limits: Limits = LIMITS) -> None:
        self._settings, self._limits = settings, limits
        self._turn, self._lock = Semaphore(AT_ONCE), Lock()
        self._ready: subprocess.Popen[bytes] | None = self._start()

    def ask(self, sql: str) -> pa.Table:
        """The last statement's rows. Raises `QueryError` with DuckDB's message, or saying which limit was met."""
        order = {
            "home": str(self._settings.home.path), "sources": str(self._settings.sources_path),
            "sql": sql, "limits": asdict(self._limits),
        }  # fmt: skip
        with self._turn, self._taken() as process:
            try:
                answer, _ = process.communicate(json.dumps(order).encode() + b"\n", self._limits.seconds + GRACE)
            except subprocess.TimeoutExpired as stuck:
                process.kill()
                process.communicate()
                raise QueryError(f"The query was killed: it did not stop after {self._limits.seconds:g} s.") from stuck
        head, _, body = answer.partition(b"\n")
        if not head:
            raise QueryError(f"This query ended the process that ran it (exit code {process.returncode}).")
        if error := json.loads(head)["error"]:
            raise QueryError(error)
        with pa.ipc.open_stream(body) as stream:
            return stream.read_all()

    def close(self) -> None:
        """End the process that waits."""
        with self._lock:
            ready, self._ready = self._ready, None
        if ready:
            ready.kill()
            ready.communicate()

    def _taken(self) -> subprocess.Popen[bytes]:
        with self._lock:
            taken, self._ready = self._ready or self._start(), self._start()
        return taken

    def _start(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", __name__]
        return subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )


def main() -> None:
    """Read one order as a line of JSON; write a line that says what went wrong, or the rows as an Arrow stream."""
    line = sys.stdin.readline()
    if not line:
        return
    order = json.loads(line)
    out = sys.stdout.buffer
    try:
        settings = load_settings(Path(order["home"]), Path(order["sources"]), {})
        table = query_table(settings, order["sql"], Limits(**order["limits"]))
    except ClaimhouseError as error:
        out.write(json.dumps({"error": str(error)}).encode() + b"\n")
        return
    out.write(json.dumps({"error": None}).encode() + b"\n")
    with pa.ipc.new_stream(out, table.schema) as stream:
        stream.write_table(table)


if __name__ == "__main__":
    main()
