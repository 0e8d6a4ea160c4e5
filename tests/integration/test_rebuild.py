"""A warehouse that is damaged is made anew from the archive by the command that `claimhouse doctor` names."""

from __future__ import annotations

import shutil
from pathlib import Path

from pipelines.demo import SOURCES
from pipelines.home import Home
from tests.conftest import RunCommand
from tests.marts import hashes


def test_a_damaged_warehouse_is_made_anew_from_the_archive(
    demo_home: Path, tmp_path: Path, claimhouse: RunCommand
) -> None:
    shutil.copytree(
        demo_home, tmp_path / "home", symlinks=True, ignore=shutil.ignore_patterns("annotations", "articles")
    )
    home, given = Home(tmp_path / "home"), ("--home", tmp_path / "home", "--sources", SOURCES)
    whole = home.warehouse.read_bytes()
    home.warehouse.write_bytes(b"\0" * 8192 + whole[8192 : len(whole) // 2])
    before = home.published.resolve()

    told = claimhouse("doctor", *given)
    assert told.returncode == 1
    assert str(home.warehouse) in told.stdout
    assert "`claimhouse rebuild`" in told.stdout
    refused = claimhouse("backfill", "--from-step", "models", *given)
    assert refused.returncode == 1
    assert "claimhouse rebuild" in refused.stderr
    assert home.published.resolve() == before

    rebuilt = claimhouse("rebuild", *given)
    assert rebuilt.returncode == 0, rebuilt.stderr
    assert home.published.resolve() != before
    assert hashes(home.path) == hashes(demo_home)
    well = claimhouse("doctor", *given)
    assert well.returncode == 0, well.stdout
