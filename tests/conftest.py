"""What the whole suite shares: the command as users call it, and one home on which the demo ran.

Building a warehouse takes dbt a quarter of a minute, so homes are made once a session and shared. A test that changes
a shared home leaves it as it found it; everything else works in a folder of its own.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest

ROOT = Path(__file__).resolve().parents[1]
COMMAND = Path(sys.executable).with_name("claimhouse")
LONGEST = 300
"""Seconds after which a command counts as hung. Nothing here takes a third of it on two busy cores."""

Finished = subprocess.CompletedProcess[str]
RunCommand = Callable[..., Finished]


@dataclass(frozen=True, slots=True)
class Demo:
    """A home on which `claimhouse demo` ran once, and what the command printed."""

    home: Path
    finished: Finished

    @property
    def published(self) -> Path:
        return self.home / "published" / "claimhouse.duckdb"


def run_command(*arguments: object, cwd: Path = ROOT, stdin: str | None = None) -> Finished:
    """`claimhouse ARGUMENTS` in a process of its own, on a wide terminal and without the caller's settings."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("CLAIMHOUSE_")}
    environment |= {"COLUMNS": "200", "NO_COLOR": "1"}
    return subprocess.run(
        [COMMAND, *map(str, arguments)],
        cwd=cwd,
        env=environment,
        input=stdin,
        capture_output=True,
        text=True,
        timeout=LONGEST,
        check=False,
    )


@pytest.fixture(scope="session")
def claimhouse() -> RunCommand:
    """The command, as a function of its arguments."""
    return run_command


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    """`claimhouse demo --home HOME`, run once for the whole suite."""
    home = tmp_path_factory.mktemp("demo") / "home"
    return Demo(home, run_command("demo", "--home", home))


@pytest.fixture(scope="session")
def demo_home(demo: Demo) -> Path:
    """The home of the demo. Where the demo failed there is nothing to look at, and its own words are the message."""
    assert demo.finished.returncode == 0, demo.finished.stderr
    return demo.home


@pytest.fixture(scope="session")
def demo_warehouse(demo: Demo, demo_home: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A read-only connection to what the demo published first; later snapshots do not show in it."""
    connection = duckdb.connect(str(demo.published.resolve()), read_only=True)
    connection.execute("set timezone = 'UTC'")
    yield connection
    connection.close()


HOLDER = """
import sys, duckdb
connection = duckdb.connect(sys.argv[1], read_only=sys.argv[2] == "True")
print("held", flush=True)
sys.stdin.read()
connection.close()
"""


class Holder:
    """A process that has a DuckDB file open until it is released."""

    def __init__(self, path: Path, read_only: bool) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, "-c", HOLDER, str(path), str(read_only)]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.pid = self._process.pid
        assert self._process.stdout is not None
        assert self._process.stdout.readline() == "held\n"

    def release(self) -> None:
        self._process.communicate(timeout=30)


@pytest.fixture
def hold() -> Iterator[Callable[..., Holder]]:
    """Let another process hold a DuckDB file: `hold(path)` returns it, with its `pid` and `release()`."""
    holders: list[Holder] = []

    def start(path: Path, read_only: bool = False) -> Holder:
        holders.append(Holder(path, read_only))
        return holders[-1]

    yield start
    for holder in holders:
        holder.release()
