"""Snapshots: what is looked at before one is published, what a publication that dies leaves, and going back to one."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from importlib.metadata import version
from pathlib import Path

import duckdb
import pytest

from pipelines.errors import UsageError, WarehouseBusy, WarehouseError
from pipelines.locks import process_lock
from pipelines.settings import Settings
from pipelines.warehouse import publish, query, read_manifest, read_snapshots, rollback, what_is_wrong
from pipelines.warehouse.snapshots import PUBLISHING, move_link

WriteMarts = Callable[..., None]
HEADERS, BLOCK = 3 * 4096, 1 << 18
"""Bytes of a DuckDB file's three headers, and of each of the blocks that follow them."""
DAMAGE = bytes(range(64))
"""No word of it twice: DuckDB's checksum is a sum without carry, in which equal changes undo each other."""


def change(settings: Settings, *statements: str) -> None:
    with duckdb.connect(str(settings.home.warehouse)) as connection:
        for statement in statements:
            connection.execute(statement)


def overwrite(path: Path, offset: int, content: bytes) -> None:
    with path.open("r+b") as file:
        file.seek(offset)
        file.write(content)


def names(settings: Settings) -> set[str]:
    """What lies in the folder of the snapshots, but for the lock."""
    return {path.name for path in settings.home.published.parent.iterdir()} - {PUBLISHING}


def pair(file: str) -> set[str]:
    return {file, file.replace(".duckdb", ".json")}


@pytest.fixture
def good(settings: Settings, write_marts: WriteMarts) -> str:
    """The file name of a snapshot that is published, of a warehouse with one row in each mart."""
    write_marts(settings, 1)
    return publish(settings).file


def assert_only(settings: Settings, file: str) -> None:
    assert names(settings) == {settings.home.published.name} | pair(file)
    assert settings.home.published.readlink() == Path(file)
    assert query(settings, "select count(*) from articles").rows == ((1,),)


# What is looked at


EVIDENCE = (
    "insert into articles (article_id, title, text) values ('a', 'Zwei Worte', '😀 Nordwerk kauft Talflut.')",
    "insert into market_moves (article_id, region, evidence, start_char, end_char) values "
    "('a', 'body', 'Nordwerk kauft', 2, 16), ('a', 'title', 'Worte', 5, 10)",
)


def test_evidence_at_its_offsets_is_published(settings: Settings, good: str) -> None:
    change(settings, *EVIDENCE)
    assert publish(settings).rows["market_moves"] == 3


@pytest.mark.parametrize(
    "wrong",
    [
        "update market_moves set start_char = 3 where region = 'body'",
        "update market_moves set region = 'body' where region = 'title'",
    ],
)
def test_evidence_elsewhere_is_not_published(settings: Settings, good: str, wrong: str) -> None:
    change(settings, *EVIDENCE, wrong)
    with pytest.raises(WarehouseError, match="in 1 rows of market_moves the evidence is not what the article has"):
        publish(settings)
    assert_only(settings, good)


def test_claims_without_their_article_are_not_published(settings: Settings, good: str) -> None:
    change(settings, *EVIDENCE, "update market_moves set article_id = 'b' where region = 'body'")
    with pytest.raises(WarehouseError, match="the articles of 1 rows of market_moves are missing"):
        publish(settings)
    assert_only(settings, good)


def test_a_mart_that_lacks_a_column_is_not_published(settings: Settings, good: str) -> None:
    change(settings, "alter table competitors drop column strength", "alter table competitors drop column market")
    with pytest.raises(WarehouseError, match="part: competitors lacks strength, market"):
        publish(settings)
    assert_only(settings, good)


def test_a_damaged_block_of_the_warehouse_is_not_published(settings: Settings, good: str) -> None:
    change(
        settings,
        "insert into articles (article_id, text) select range, sha256(range::varchar) from range(40000)",
        "insert into market_moves (article_id, region, evidence, start_char, end_char) "
        "select article_id, 'body', substr(text, 1, 9), 0, 9 from articles where text is not null",
    )
    for block in range(1, (settings.home.warehouse.stat().st_size - HEADERS) // BLOCK - 1):
        overwrite(settings.home.warehouse, HEADERS + block * BLOCK + BLOCK // 2, DAMAGE)
    with pytest.raises(WarehouseError, match=r"(?s)cannot be (opened|read).*claimhouse rebuild"):
        publish(settings)
    assert_only(settings, good)


def test_the_manifest_tells_versions_and_the_newest_date(settings: Settings, good: str) -> None:
    change(settings, "update articles set archive_date = date '2026-03-02'")
    change(settings, "update collection_log set archive_date = date '2026-03-04'")
    manifest = publish(settings)
    assert manifest.newest_archive_date == str(date(2026, 3, 4))
    assert (manifest.dbt_version, manifest.duckdb_version) == (version("dbt-core"), duckdb.__version__)
    assert read_manifest(settings) == manifest


def test_a_manifest_of_an_earlier_version_can_be_read(settings: Settings, good: str) -> None:
    path = settings.home.published.resolve().with_suffix(".json")
    said = json.loads(path.read_text())
    path.write_text(json.dumps({k: v for k, v in said.items() if k != "dbt_version"} | {"of_later": 1}))
    manifest = read_manifest(settings)
    assert manifest is not None
    assert (manifest.file, manifest.dbt_version) == (good, None)


@pytest.mark.parametrize("content", [None, "", "[]", '{"file": "a"}'])
def test_a_manifest_that_is_gone_or_none_is_told(settings: Settings, good: str, content: str | None) -> None:
    path = settings.home.published.resolve().with_suffix(".json")
    path.unlink()
    if content is not None:
        path.write_text(content)
    with pytest.raises(WarehouseError, match=rf"{path.name}: .*publishes anew"):
        read_manifest(settings)
    assert read_snapshots(settings.home) == []


# No room


@contextmanager
def files_of_at_most(size: int) -> Iterator[None]:
    """The system refuses this process larger files, as it does on a full disk."""
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, limits[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)


def test_without_room_the_old_snapshot_stays_and_the_need_is_told(settings: Settings, good: str) -> None:
    change(settings, "insert into articles (article_id) select sha256(range::varchar) from range(20000)", "checkpoint")
    needed = settings.home.warehouse.stat().st_size
    with files_of_at_most(needed - 1), pytest.raises(WarehouseError) as told:
        publish(settings)
    assert f"no room for the snapshot: it needs {needed:,} bytes, " in str(told.value)
    assert str(settings.home.published.parent) in str(told.value)
    assert_only(settings, good)
    assert publish(settings).bytes == needed


# What others leave, and do meanwhile


DYING = """
import os, sys
from pathlib import Path
from pipelines.settings import load_settings
from pipelines.warehouse import publish, query, read_manifest, read_snapshots

settings = load_settings(Path(sys.argv[1]), Path(sys.argv[2]), {})
CHANGES = {"os.rename", "os.remove", "os.symlink"}
left = 0

def die(event, arguments):
    global left
    writes = event == "open" and isinstance(arguments[2], int) and arguments[2] & (os.O_WRONLY | os.O_RDWR)
    if (writes or event in CHANGES) and "/published/" in str(arguments[0]) + str(arguments[1]):
        left -= 1
        if left < 0:
            os._exit(9)

def publish_and_die(operations):
    global left
    left = operations
    sys.addaudithook(die)
    publish(settings)

def look():
    manifest = read_manifest(settings)
    whole = {snapshot.path.name for snapshot in read_snapshots(settings.home)}
    assert manifest.file in whole
    assert query(settings, "select count(*) from articles").rows == ((manifest.rows["articles"],),)
    publish(settings)
    last = read_snapshots(settings.home)
    pairs = {name for s in last for name in (s.path.name, s.path.with_suffix(".json").name)}
    there = {path.name for path in settings.home.published.parent.iterdir()}
    assert there == pairs | {"claimhouse.duckdb", "publishing.lock"}, there
    assert len(last) == 2 and last[-1].is_published

def in_a_process(function, *arguments):
    child = os.fork()
    if not child:
        try:
            function(*arguments)
        except BaseException:
            import traceback
            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])

in_a_process(publish, settings)
in_a_process(publish, settings)
operations = 0
while (ended := in_a_process(publish_and_die, operations)) == 9:
    assert in_a_process(look) == 0, operations
    operations += 1
assert ended == 0
print(operations)
"""


def test_a_publication_killed_before_any_change_of_a_file_leaves_nothing_torn(
    make_settings: Callable[..., Settings], write_marts: WriteMarts
) -> None:
    """The process ends at its first, second, … change in the folder; each time the next one clears up behind it."""
    settings = make_settings(keep_snapshots=2)
    write_marts(settings, 1)
    command = [sys.executable, "-c", DYING, str(settings.home.path), str(settings.sources_path)]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert ended.returncode == 0, ended.stderr
    assert int(ended.stdout) >= 9  # lock, part, copy's name, manifest's part and name, link, its name, two old files


def test_two_publications_take_turns_and_the_other_is_named(settings: Settings, good: str) -> None:
    lock = settings.home.published.with_name(PUBLISHING)
    with process_lock(lock, 0, WarehouseBusy), pytest.raises(WarehouseBusy, match=r"process \d+ .*is publishing"):
        publish(settings)
    assert_only(settings, good)


def test_a_published_file_without_a_manifest_is_left_to_its_readers(settings: Settings, good: str) -> None:
    settings.home.published.resolve().with_suffix(".json").unlink()
    settings.home.warehouse.unlink()
    with pytest.raises(WarehouseError):
        publish(settings)
    assert query(settings, "select count(*) from articles").rows == ((1,),)


# Back and forth


@pytest.fixture
def three(make_settings: Callable[..., Settings], write_marts: WriteMarts) -> tuple[Settings, list[str]]:
    """A home with three snapshots of one, two and three rows, and their names."""
    settings = make_settings(keep_snapshots=3)
    for rows in (1, 2, 3):
        write_marts(settings, rows)
        publish(settings)
    return settings, [snapshot.name for snapshot in read_snapshots(settings.home)]


def published_rows(settings: Settings) -> object:
    return query(settings, "select count(*) from articles").rows[0][0]


def test_rollback_goes_back_one_by_one(three: tuple[Settings, list[str]]) -> None:
    settings, (oldest, middle, _) = three
    assert rollback(settings).name == middle
    assert published_rows(settings) == 2
    assert rollback(settings).name == oldest
    assert [snapshot.is_published for snapshot in read_snapshots(settings.home)] == [True, False, False]
    with pytest.raises(UsageError, match=f"nothing is older .*{oldest}, {middle}, "):
        rollback(settings)
    assert published_rows(settings) == 1


def test_rollback_takes_a_name_as_it_is_shown_or_as_the_file_is_called(three: tuple[Settings, list[str]]) -> None:
    settings, (oldest, _, newest) = three
    assert rollback(settings, f"claimhouse-{oldest}.duckdb").name == oldest
    assert rollback(settings, newest).name == newest
    assert published_rows(settings) == 3


def test_an_unknown_name_is_told_with_those_there_are(three: tuple[Settings, list[str]]) -> None:
    settings, (oldest, middle, newest) = three
    with pytest.raises(UsageError, match=rf"no snapshot '2026'. There are: {oldest}, {middle}, {newest}\."):
        rollback(settings, "2026")


def test_a_damaged_snapshot_is_not_gone_back_to(three: tuple[Settings, list[str]]) -> None:
    settings, (oldest, middle, _) = three
    older, before, _ = read_snapshots(settings.home)
    overwrite(before.path, before.manifest.bytes // 2, b"\x00\xff" * 50)
    with older.path.open("r+b") as file:
        file.truncate(older.manifest.bytes - 4096)
    assert "SHA-256" in str(what_is_wrong(before))
    assert f"instead of {older.manifest.bytes:,}" in str(what_is_wrong(older))
    for name in (None, middle, oldest):
        with pytest.raises(WarehouseError, match="It is not published"):
            rollback(settings, name)
    assert published_rows(settings) == 3


def test_the_next_publication_goes_forward_and_what_was_gone_back_to_may_go(
    make_settings: Callable[..., Settings], write_marts: WriteMarts, three: tuple[Settings, list[str]]
) -> None:
    settings, (oldest, _, newest) = three
    rollback(settings, oldest)
    write_marts(settings, 4)
    file = publish(settings).file
    assert published_rows(settings) == 4
    left = read_snapshots(settings.home)
    assert [snapshot.name for snapshot in left][1:] == [newest, file[11:-7]]


def test_the_published_snapshot_is_kept_even_if_it_seems_the_oldest(
    make_settings: Callable[..., Settings], write_marts: WriteMarts
) -> None:
    """As when the clock was set back after a publication."""
    settings = make_settings(keep_snapshots=1)
    write_marts(settings, 1)
    first = settings.home.published.parent / publish(settings).file
    later = first.with_name("claimhouse-29990101T000000000000Z.duckdb")
    first.rename(later)
    manifest = json.loads(first.with_suffix(".json").read_text()) | {"file": later.name}
    later.with_suffix(".json").write_text(json.dumps(manifest))
    first.with_suffix(".json").unlink()
    move_link(settings.home, later)
    write_marts(settings, 2)
    publish(settings)
    assert published_rows(settings) == 2
    assert [snapshot.is_published for snapshot in read_snapshots(settings.home)] == [True, False]
