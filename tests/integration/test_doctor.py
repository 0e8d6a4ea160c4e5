"""`claimhouse doctor` on homes with one thing wrong each: it is found, its mend is named, and nothing is changed."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipelines.demo import SOURCES
from pipelines.doctor import Finding, Standing, examine
from pipelines.errors import CollectBusy
from pipelines.home import Home
from pipelines.locks import process_lock

HEADERS, BLOCK = 3 * 4096, 1 << 18
"""Bytes of a DuckDB file's three headers, and of each of the blocks that follow them."""
DAMAGE = bytes(range(64))
"""No word of it twice: DuckDB's checksum is a sum without carry, in which equal changes undo each other."""


@pytest.fixture
def home(demo_home: Path, tmp_path: Path) -> Home:
    """The demo's home, to be damaged."""
    shutil.copytree(demo_home, tmp_path / "home", symlinks=True)
    return Home(tmp_path / "home")


def overwrite(path: Path, offset: int, content: bytes) -> None:
    with path.open("r+b") as file:
        file.seek(offset)
        file.write(content)


def complaints(home: Home, sources: Path = SOURCES, now: datetime | None = None) -> list[Finding]:
    found = examine(home.path, sources, now or datetime.now(UTC))
    return [finding for finding in found if finding.standing is not Standing.OK]


def the_complaint(home: Home, sources: Path = SOURCES, now: datetime | None = None) -> Finding:
    [found] = complaints(home, sources, now)
    return found


def assert_error(finding: Finding, examination: str, message: str, mend: str) -> None:
    assert (finding.examination, finding.standing) == (examination, Standing.ERROR)
    assert message in finding.message
    assert mend in finding.mend


def state_of(home: Home) -> dict[str, tuple[int, int]]:
    """Every file with its size and time of change."""
    return {
        str(path): (path.lstat().st_size, path.lstat().st_mtime_ns)
        for path in home.path.rglob("*")
        if not path.is_dir()
    }


def test_a_sound_home_is_ok_and_stays_as_it_is(home: Home, claimhouse: Callable[..., Any]) -> None:
    before = state_of(home)
    answer = claimhouse("doctor", "--json", "--home", home.path, "--sources", SOURCES)
    assert answer.returncode == 0, answer.stdout
    found = json.loads(answer.stdout)
    assert {finding["standing"] for finding in found} == {"ok"}, found
    assert {finding["examination"] for finding in found} == {
        "settings", "home", "clock", "disk", "locks", "leftovers", "collection state", "warehouse", "raw tables",
        "publication", "dagster",
    }  # fmt: skip
    assert state_of(home) == before


def test_a_home_that_is_not_there_yet_is_no_error_and_is_not_made(tmp_path: Path) -> None:
    assert complaints(Home(tmp_path / "home")) == []
    assert not (tmp_path / "home").exists()


def test_a_home_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("")
    assert_error(the_complaint(Home(tmp_path / "home")), "home", "is no folder", "--home")


def test_a_damaged_header_of_the_warehouse(home: Home, claimhouse: Callable[..., Any]) -> None:
    overwrite(home.warehouse, 0, b"\x00" * 4096)
    answer = claimhouse("doctor", "--home", home.path, "--sources", SOURCES)
    assert answer.returncode == 1
    assert f"error   warehouse: {home.warehouse}: cannot be opened" in answer.stdout
    assert "`claimhouse rebuild`" in answer.stdout


def test_a_damaged_block_in_the_middle_of_the_warehouse(home: Home) -> None:
    with duckdb.connect(str(home.warehouse)) as connection:
        sql = "select block_id from pragma_storage_info('raw.articles') where column_name = 'text' and block_id >= 0"
        [(block,)] = connection.execute(f"{sql} limit 1").fetchall()
    overwrite(home.warehouse, HEADERS + block * BLOCK + BLOCK // 2, DAMAGE)
    found = the_complaint(home)
    assert_error(found, "warehouse", "raw.articles: ", "claimhouse rebuild")
    assert "checksum" in found.message


def test_a_held_warehouse_is_not_examined_and_its_holder_named(home: Home, hold: Callable[..., Any]) -> None:
    holder = hold(home.warehouse)
    found = the_complaint(home)
    assert (found.examination, found.standing) == ("warehouse", Standing.WARNING)
    assert f"process {holder.pid}" in found.message


def test_who_collects_is_named(home: Home) -> None:
    with process_lock(home.collection / "collecting.lock", 0, CollectBusy):
        locks = [
            finding for finding in examine(home.path, SOURCES, datetime.now(UTC)) if finding.examination == "locks"
        ]
    assert f"collecting.lock is held by process {os.getpid()}" in locks[0].message
    assert locks[1].message == "warehouse/writer.lock is free"


def test_raw_tables_of_other_code(home: Home) -> None:
    with duckdb.connect(str(home.warehouse)) as connection:
        connection.execute("alter table raw.cues drop column surface")
        connection.execute("alter table raw.quotations alter column word_count type varchar")
    other, missing = (finding for finding in complaints(home) if finding.examination == "raw tables")
    assert_error(other, "raw tables", "raw.quotations.word_count is VARCHAR and not INTEGER", "claimhouse rebuild")
    assert (missing.standing, missing.message) == (Standing.WARNING, "missing: raw.cues.surface")


def test_a_truncated_snapshot(home: Home) -> None:
    with home.published.resolve().open("r+b") as file:
        file.truncate(100_000)
    assert_error(the_complaint(home), "publication", "has 100,000 bytes instead of", "claimhouse snapshots rollback")


def test_a_deleted_manifest(home: Home) -> None:
    home.published.resolve().with_suffix(".json").unlink()
    assert_error(the_complaint(home), "publication", "the manifest cannot be read", "--from-step models")


def test_a_link_that_leads_nowhere(home: Home) -> None:
    home.published.resolve().unlink()
    assert_error(the_complaint(home), "publication", "which is not there", "claimhouse snapshots rollback")


def test_rows_loaded_after_the_publication(home: Home) -> None:
    with duckdb.connect(str(home.warehouse)) as connection:
        connection.execute("update raw.loads set loaded_at = now() where archive_date = date '2026-03-04'")
    found = the_complaint(home)
    assert (found.examination, found.standing) == ("publication", Standing.WARNING)
    assert "rows were loaded at" in found.message


@pytest.mark.parametrize("place", ["warc/2026-03-04/x.warc.gz.part", "published/claimhouse-2.duckdb.part"])
def test_a_stale_part_is_told_and_a_fresh_one_is_somebodys(home: Home, place: str) -> None:
    part = home.path / place
    part.write_bytes(b"half")
    assert complaints(home) == []
    long_ago = (datetime.now(UTC) - timedelta(hours=2)).timestamp()
    os.utime(part, (long_ago, long_ago))
    found = the_complaint(home)
    assert (found.examination, found.standing) == ("leftovers", Standing.WARNING)
    assert str(part) in found.message


@pytest.mark.parametrize(
    ("place", "examination"), [("collection/state.sqlite", "collection state"), ("dagster/history/runs.db", "dagster")]
)
def test_a_damaged_sqlite_file(home: Home, place: str, examination: str) -> None:
    path = home.path / place
    path.write_bytes(b"\xff" * path.stat().st_size)
    assert_error(the_complaint(home), examination, f"{path}: cannot be read", "Move it away")


@pytest.mark.parametrize("content", ["telemetry: [", "- a list\n"])
def test_broken_settings_of_dagster(home: Home, content: str) -> None:
    (home.dagster / "dagster.yaml").write_text(content)
    assert_error(the_complaint(home), "dagster", "dagster.yaml: ", "delete it")


def test_broken_sources_are_told_and_the_home_is_examined_all_the_same(home: Home, tmp_path: Path) -> None:
    sources = tmp_path / "sources.yaml"
    sources.write_text("start_date: 2026-03-01\nhttp:\n  tiemout: 3\n")
    home.published.resolve().with_suffix(".json").unlink()
    settings, publication = complaints(home, sources)
    assert_error(settings, "settings", f"{sources}:3: http.tiemout: unknown key", "docs/configuration.md")
    assert publication.examination == "publication"


def test_a_clock_that_was_set_back(home: Home) -> None:
    found = the_complaint(home, now=datetime(2026, 3, 15, tzinfo=UTC))
    assert_error(found, "clock", "it is 2026-03-15 00:00 UTC, before claimhouse-", "Set the clock")
