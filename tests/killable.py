"""`python -m assets …` in process groups of their own that start at once and can be killed whole.

Most of such a command's start is five seconds of imports. A server has them behind it and forks; the child runs the
very module that `python -m assets` runs, and everything that depends on a home happens in the child. It leaves without
the interpreter's farewell: DuckDB waits there for threads that were the server's and that no fork has.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

SERVER = """
import json, os, runpy, sys, warnings
warnings.simplefilter("ignore")
import assets.execution
for line in sys.stdin:
    request = json.loads(line)
    if "wait" in request:
        answer = os.waitstatus_to_exitcode(os.waitpid(request["wait"], 0)[1])
    else:
        answer = os.fork()
    if not answer and "start" in request:
        os.setsid()
        os.environ.update(request["environment"])
        for descriptor, path in enumerate([os.devnull, request["output"], request["errors"]]):
            opened = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC if descriptor else os.O_RDONLY)
            os.dup2(opened, descriptor)
            os.close(opened)
        sys.argv[1:] = request["start"]
        try:
            runpy.run_module("assets", run_name="__main__", alter_sys=True)
        except SystemExit as end:
            sys.stdout.flush()
            os._exit(end.code)
    print(json.dumps(answer), flush=True)
"""
LONGEST = 180
"""Seconds after which a command counts as hung."""
QUIET = {"OPENBLAS_NUM_THREADS": "1", "PYTHONWARNINGS": "ignore"}
"""No threads in the server, of which a fork would copy the locks only."""


class Run:
    """One command: what it told so far, and its end."""

    def __init__(self, server: Server, pid: int, output: IO[str], errors: Path) -> None:
        self.pid, self.errors = pid, errors
        self.ticks: Counter[str] = Counter()
        self.failed: list[str] | None = None
        self._server, self._output = server, output
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()

    def _listen(self) -> None:
        for line in self._output:
            if line.startswith('{"step"'):
                self.ticks[json.loads(line)["step"]] += 1
            elif line.startswith('{"failed"'):
                self.failed = json.loads(line)["failed"]

    @property
    def has_told_all(self) -> bool:
        return not self._listener.is_alive()

    def kill(self, *, alone: bool = False) -> None:
        """As the power does it: every process of the command at once; or as the kernel does it that is out of memory:
        this one process `alone`."""
        (os.kill if alone else os.killpg)(self.pid, signal.SIGKILL)

    def wait(self) -> int:
        """Its exit code, when it has ended; that of a signal is negative. One that hangs is killed, and fails."""
        self._listener.join(LONGEST)
        if not self.has_told_all:
            self.kill()
            raise TimeoutError(f"not done within {LONGEST} s: {self.errors.read_text()[-2000:]}")
        code = self._server.ask({"wait": self.pid})
        self._listener.join()
        self._output.close()
        return code


class Server:
    """Starts commands."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._started = folder, 0
        self._process = subprocess.Popen(
            [sys.executable, "-c", SERVER],
            env={**os.environ, **QUIET},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def ask(self, request: Mapping[str, Any]) -> int:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline())

    def start(self, arguments: list[str], environment: Mapping[str, str]) -> Run:
        self._started += 1
        output, errors = (self._folder / f"{self._started}.{name}" for name in ("out", "err"))
        os.mkfifo(output)
        request = {"start": arguments, "environment": dict(environment), "output": str(output), "errors": str(errors)}
        pid = self.ask(request)
        return Run(self, pid, output.open(), errors)

    def stop(self) -> None:
        self._process.communicate()


@contextmanager
def command_server(folder: Path) -> Iterator[Server]:
    """A server that keeps the commands' output in a folder, until the block ends."""
    folder.mkdir()
    server = Server(folder)
    try:
        yield server
    finally:
        server.stop()
