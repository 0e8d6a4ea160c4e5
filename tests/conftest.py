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
