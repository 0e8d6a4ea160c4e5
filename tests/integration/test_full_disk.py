"""A disk without room: at the load, at the checkpoint, at the publication. What cannot be written is named, readers
keep what was published, and with room again the same command ends well.

A limit on the size of files does what a full disk does, and needs no right to mount one.
"""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from tests.conftest import COMMAND, LONGEST, Finished

KB = 1024
SENTENCE = "Siemens baut in Leipzig ein Werk für Antriebe, sagte Sprecherin Jana Reuß am Montag. "
PUBLISH = """
import sys
from pathlib import Path
from pipelines.demo import SOURCES
from pipelines.errors import WarehouseError
from pipelines.settings import load_settings
from pipelines.warehouse import publish
try:
    publish(load_settings(Path(sys.argv[1]), SOURCES, {}))
except WarehouseError as error:
    sys.exit(str(error))
"""


@pytest.fixture
def home(demo_home: Path, tmp_path: Path) -> Path:
    """A home of its own on which the demo ran."""
    shutil.copytree(demo_home, tmp_path / "home", symlinks=True)
    return tmp_path / "home"


def run(*command: object, room: int | None = None) -> Finished:
    """A command that can write files of `room` bytes and no longer ones."""

    def limit() -> None:
        if room is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))

    environment = {name: value for name, value in os.environ.items() if not name.startswith("CLAIMHOUSE_")}
    return subprocess.run(
        [*map(str, command)],
        env={**environment, "COLUMNS": "200", "NO_COLOR": "1"},
        preexec_fn=limit,
        capture_output=True,
        text=True,
        timeout=LONGEST,
        check=False,
    )


def published(home: Path) -> tuple[Path, int]:
    """The file behind the link and the articles in it."""
    file = (home / "published" / "claimhouse.duckdb").resolve()
    with duckdb.connect(str(file), read_only=True) as connection:
        (row,) = connection.execute("select count(*) from articles").fetchall()
    return file, row[0]


def test_no_room_for_the_load_or_its_checkpoint_is_said_and_with_room_the_same_import_ends_well(
    home: Path, tmp_path: Path
) -> None:
    article = tmp_path / "article.txt"
    article.write_text("Siemens baut ein Werk\n\n" + SENTENCE * 300)  # too much for the log in which it is committed
    command = [COMMAND, "import", article, "--home", home]
    file, before = published(home)
    state = (home / "collection" / "state.sqlite").stat().st_size
    log = home / "warehouse" / "claimhouse.duckdb.wal"

    for room in (state + 64 * KB, home.joinpath("warehouse", "claimhouse.duckdb").stat().st_size // 2):
        done = run(*command, room=room)
        assert done.returncode == 1, done.stderr
        assert f"{home / 'warehouse' / 'claimhouse.duckdb'}: Could not write" in done.stderr
        assert "Make room there and give the same command again" in done.stderr
        assert "Traceback" not in done.stderr
        assert published(home) == (file, before)
    assert log.exists(), "the second time the load was committed, and only the checkpoint had no room"

    done = run(*command)
    assert done.returncode == 0, done.stderr
    assert not log.exists()
    assert published(home)[0] != file
    assert published(home)[1] == before + 1


def test_no_room_for_a_snapshot_is_said_and_with_room_it_is_published(home: Path) -> None:
    command = [sys.executable, "-c", PUBLISH, home]
    file, before = published(home)
    done = run(*command, room=home.joinpath("warehouse", "claimhouse.duckdb").stat().st_size // 2)
    assert done.returncode == 1, done.stderr
    assert str(home / "published") in done.stderr
    assert "Make room" in done.stderr
    assert "Traceback" not in done.stderr
    assert published(home) == (file, before)
    assert not list(home.joinpath("published").glob("*.part"))

    done = run(*command)
    assert done.returncode == 0, done.stderr
    assert published(home)[0] != file
    assert published(home)[1] == before
