"""Two runs that are started at once on one home: both end well, and the warehouse is that of one after the other."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from pipelines.demo import DEMO_END, DEMO_START, SOURCES
from tests.conftest import COMMAND, LONGEST
from tests.marts import hashes, raw_hashes


def test_two_backfills_at_once_both_end_well(demo_home: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    shutil.copytree(demo_home, home, symlinks=True)
    middle = DEMO_START + (DEMO_END - DEMO_START) / 2
    command = [COMMAND, "backfill", "--from-step", "parse", "--restart", "--home", home, "--sources", SOURCES]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("CLAIMHOUSE_")}
    running = [
        subprocess.Popen(
            [*map(str, command), "--from", str(first), "--to", str(last)],
            env=environment | {"NO_COLOR": "1", "COLUMNS": "200"},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for first, last in ((DEMO_START, middle), (middle, DEMO_END))  # one date is in both
    ]
    ended = [(process.communicate(timeout=LONGEST), process.returncode) for process in running]
    assert [code for _, code in ended] == [0, 0], ended
    assert raw_hashes(home) == raw_hashes(demo_home)
    assert hashes(home) == hashes(demo_home)
