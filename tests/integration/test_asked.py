"""Queries in processes of their own: they give what DuckDB gives, and whatever becomes of one, the next is answered."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from pipelines.errors import QueryError
from pipelines.settings import Settings, load_settings
from pipelines.warehouse import Asking, Limits, query

ENDLESS = "select count(*) from range(100000000000) where random() < 0"


LONGEST_START = 60.0
"""Seconds in which a process must have begun its query."""


def children() -> list[int]:
    """The processes that this one has started."""
    return [int(child) for child in Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()]


def opened_by(process: int) -> set[Path]:
    """The files that a process has open."""
    found = set()
    with suppress(FileNotFoundError):  # it ends, or closes one, meanwhile
        for file in Path(f"/proc/{process}/fd").iterdir():
            found.add(file.readlink())
    return found


@pytest.fixture(scope="module")
def settings(demo_home: Path) -> Settings:
    return load_settings(demo_home)


@pytest.fixture
def asking(settings: Settings) -> Iterator[Asking]:
    found = Asking(settings, Limits(seconds=2, memory="500MB", rows=1000))
    yield found
    found.close()


def test_rows_and_types_are_duckdbs(asking: Asking, settings: Settings) -> None:
    sql = "select article_id, published_at, authors, faults from articles order by article_id"
    found, wanted = asking.ask(sql), query(settings, sql)
    assert tuple(found.column_names) == wanted.columns
    assert found["authors"].to_pylist() == [list(row[2]) for row in wanted.rows]  # type: ignore[call-overload]
    assert found.schema.field("published_at").type.tz == "UTC"


@pytest.mark.parametrize(
    ("sql", "told"),
    [
        ("selekt 1", "LINE 1: selekt 1"),
        (ENDLESS, "took more than 2 s"),
        ("from range(1001)", "more than 1,000 rows"),
        ("copy articles to '/tmp/articles.csv'", "nothing else"),
        ("drop table articles", "read-only"),
    ],
)
def test_what_is_wrong_is_said_and_the_next_is_answered(asking: Asking, sql: str, told: str) -> None:
    with pytest.raises(QueryError, match=told):
        asking.ask(sql)
    assert asking.ask("select 1 as one").to_pylist() == [{"one": 1}]


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="needs /proc to find the process that is to die")
def test_a_process_that_dies_is_named_and_another_goes_on(asking: Asking, settings: Settings) -> None:
    snapshot = settings.home.published.resolve()

    def kill_what_runs() -> None:
        """What has the snapshot open has got its query: before its first one a process has none."""
        end = time.monotonic() + LONGEST_START
        while time.monotonic() < end:
            for child in children():
                if snapshot in opened_by(child):
                    os.kill(child, signal.SIGKILL)
                    return
            time.sleep(0.02)

    killer = threading.Thread(target=kill_what_runs)
    killer.start()
    with pytest.raises(QueryError, match="ended the process"):
        asking.ask(ENDLESS)
    killer.join()
    assert asking.ask("select 1 as one").to_pylist() == [{"one": 1}]
