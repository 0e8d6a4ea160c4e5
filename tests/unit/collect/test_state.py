"""The state file: whole transactions, writing later, one collector at a time, and files that are none."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from pipelines.collect import State
from pipelines.collect.state import QUEUE, VERSION
from pipelines.errors import ClaimhouseError, CollectBusy

ROOT = Path(__file__).resolve().parents[3]
ADD = "insert or ignore into rests values (?, 0, 0, 'timeout')"
ADD_LATER = ("insert or ignore into rests select value ->> 0, 0, 0, 'timeout' from json_each(?)",)


def hosts(state: State) -> list[str]:
    return [host for (host,) in state.all("select host from rests order by host")]


def test_what_is_written_is_there_when_it_is_opened_again(tmp_path):
    with State(tmp_path / "deep" / "collection") as state:
        state.run(ADD, "a.example")
        state.later(ADD_LATER, ("b.example",))
    with State(tmp_path / "deep" / "collection") as state:
        assert hosts(state) == ["a.example", "b.example"]
        assert state.one("select 1 from rests where host = 'c.example'") is None


def test_a_transaction_is_whole_or_nothing_and_inner_ones_belong_to_the_outermost(tmp_path):
    def write(fails: bool) -> None:
        with state.transaction():
            state.run(ADD, "a.example")
            with state.transaction():
                state.run_many(ADD, [("b.example",), ("c.example",)])
            if fails:
                raise RuntimeError("stopped")

    with State(tmp_path) as state:
        with pytest.raises(RuntimeError, match="stopped"):
            write(fails=True)
        assert hosts(state) == []
        write(fails=False)
        assert hosts(state) == ["a.example", "b.example", "c.example"]


def test_rows_written_later_are_seen_by_every_read_and_survive_a_failed_transaction(tmp_path):
    def fail() -> None:
        with state.transaction():
            state.run(ADD, "b.example")
            raise RuntimeError("stopped")

    with State(tmp_path) as state:
        state.later(ADD_LATER, ("a.example",))
        with pytest.raises(RuntimeError, match="stopped"):
            fail()
        assert hosts(state) == ["a.example"]
        state.later(ADD_LATER, ("c.example",))
        assert state.one("select count(*) from rests") == (2,)


def test_rows_written_later_are_written_at_the_latest_when_many_are_waiting(tmp_path):
    with State(tmp_path) as state, State(tmp_path) as other:
        for number in range(QUEUE - 1):
            state.later(ADD_LATER, (f"{number}.example",))
        assert len(hosts(other)) == 0
        state.later(ADD_LATER, ("last.example",))
        assert len(hosts(other)) == QUEUE


def test_many_threads_share_it(tmp_path):
    with State(tmp_path) as state:

        def write(thread: int) -> None:
            for number in range(40):
                state.later(ADD_LATER, (f"later-{thread}-{number}",))
                with state.transaction():
                    state.run(ADD, f"now-{thread}-{number}")
                    assert state.one("select 1 from rests where host = ?", f"now-{thread}-{number}")

        with ThreadPoolExecutor(8) as pool:
            list(pool.map(write, range(8)))
        assert len(hosts(state)) == 8 * 40 * 2


def test_another_process_that_writes_is_waited_for(tmp_path):
    """A reader of the log must not make a collecting run fail."""
    with State(tmp_path) as state:
        blocker = sqlite3.connect(tmp_path / "state.sqlite", isolation_level=None, check_same_thread=False)
        blocker.execute("begin immediate")
        release = threading.Timer(0.2, blocker.execute, ["commit"])
        release.start()
        state.run(ADD, "a.example")
        release.join()
        blocker.close()
        assert hosts(state) == ["a.example"]


@pytest.mark.parametrize("data", [b"no database" * 500, b"SQLite format 3\0" + b"\xff" * 4_000])
def test_a_file_that_is_no_state_is_named(tmp_path, data):
    (tmp_path / "state.sqlite").write_bytes(data)
    with pytest.raises(ClaimhouseError, match=r"state\.sqlite: cannot be used .* Move it away"):
        State(tmp_path)


def test_a_state_of_a_newer_version_is_left_alone(tmp_path):
    State(tmp_path).close()
    with sqlite3.connect(tmp_path / "state.sqlite") as database:
        database.execute(f"pragma user_version = {VERSION + 1}")
    database.close()
    with pytest.raises(ClaimhouseError, match="newer claimhouse"):
        State(tmp_path)


HOLDER = """
import sys
from pathlib import Path
from pipelines.collect.state import State
with State(Path(sys.argv[1])) as state, state.collecting(0):
    print("held", flush=True)
    sys.stdin.readline()
"""


@pytest.fixture
def holder(tmp_path) -> Iterator[subprocess.Popen[str]]:
    """A second process that collects into the same home until it is told to end."""
    command = [sys.executable, "-c", HOLDER, str(tmp_path)]
    process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    yield process
    process.kill()
    process.communicate()


def test_a_second_collector_waits_in_vain_and_is_told_who_is_at_it(tmp_path, holder):
    with State(tmp_path) as state:
        state.run(ADD, "a.example")  # reading and writing are free, collecting is not
        start = time.monotonic()
        with pytest.raises(CollectBusy) as caught, state.collecting(0.3):
            pytest.fail("two processes collect at a time")
        assert 0.3 <= time.monotonic() - start < 5
    assert f"process {holder.pid} " in str(caught.value)
    assert "collect.lock_wait" in str(caught.value)


def test_a_second_collector_goes_on_when_the_first_is_killed(tmp_path, holder):
    timer = threading.Timer(0.2, holder.kill)
    with State(tmp_path) as state:
        timer.start()
        with state.collecting(30):
            assert (tmp_path / "collecting.lock").read_text() == str(os.getpid())
        with state.collecting(0):  # and has given it back
            pass
    timer.join()


def test_rows_written_later_outlive_a_write_that_failed(tmp_path, monkeypatch):
    monkeypatch.setattr("pipelines.collect.state.BUSY_WAIT", 20)
    with State(tmp_path) as state:
        blocker = sqlite3.connect(tmp_path / "state.sqlite", isolation_level=None)
        blocker.execute("begin immediate")
        state.later(ADD_LATER, ("a.example",))
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            hosts(state)
        state.later(ADD_LATER, ("b.example",))
        blocker.execute("commit")
        blocker.close()
        assert hosts(state) == ["a.example", "b.example"]


def test_a_state_that_another_process_writes_to_can_be_opened_and_read(tmp_path, monkeypatch):
    monkeypatch.setattr("pipelines.collect.state.BUSY_WAIT", 20)
    State(tmp_path).close()
    blocker = sqlite3.connect(tmp_path / "state.sqlite", isolation_level=None)
    blocker.execute("begin immediate")
    with State(tmp_path) as state:
        assert hosts(state) == []
    blocker.close()


def test_nobody_is_told_to_move_a_state_away_that_is_only_locked(tmp_path, monkeypatch):
    monkeypatch.setattr("pipelines.collect.state.BUSY_WAIT", 20)
    blocker = sqlite3.connect(tmp_path / "state.sqlite", isolation_level=None)
    blocker.execute("begin exclusive")
    with pytest.raises(ClaimhouseError, match=r"locked.*which process holds it"):
        State(tmp_path)
    blocker.close()


def test_a_home_that_cannot_be_written_to_is_named(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(ClaimhouseError, match=r"file.collection.state\.sqlite: cannot be used .* another home"):
        State(tmp_path / "file" / "collection")
