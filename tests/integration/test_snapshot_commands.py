"""`claimhouse snapshots` on a home with two snapshots: what is listed, going back and forth, and damage."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipelines.demo import SOURCES
from pipelines.settings import load_settings
from pipelines.warehouse import publish, query, read_snapshots

Command = Callable[..., Any]


@pytest.fixture
def home(demo_home: Path, tmp_path: Path) -> Path:
    """A home with the demo's warehouse, published twice."""
    copy = tmp_path / "home"
    shutil.copytree(demo_home / "warehouse", copy / "warehouse")
    settings = load_settings(copy, SOURCES, {})
    publish(settings)
    publish(settings)
    return copy


def names(home: Path) -> list[str]:
    return [snapshot.name for snapshot in read_snapshots(load_settings(home, SOURCES, {}).home)]


def test_snapshots_are_listed_gone_back_to_and_left_again(home: Path, claimhouse: Command) -> None:
    older, newer = names(home)
    listed = claimhouse("snapshots", "list", "--home", home)
    assert listed.returncode == 0, listed.stderr
    lines = [line for line in listed.stdout.splitlines() if older in line or newer in line]
    assert [newer in line for line in lines] == [True, False]
    assert ["yes" in line for line in lines] == [True, False]
    assert "2026-03-15" in lines[0]

    gone_back = claimhouse("snapshots", "rollback", "--home", home)
    assert gone_back.returncode == 0, gone_back.stderr
    assert f"Published: {older}" in gone_back.stdout
    assert "goes forward again" in gone_back.stdout
    facts = json.loads(claimhouse("snapshots", "list", "--json", "--home", home).stdout)
    assert {one["snapshot"]: one["is_published"] for one in facts} == {newer: False, older: True}
    assert query(load_settings(home, SOURCES, {}), "select count(*) > 0 from articles").rows == ((True,),)

    again = claimhouse("snapshots", "rollback", "--home", home)
    assert again.returncode == 2
    assert f"There are: {older}, {newer}." in again.stderr
    assert claimhouse("snapshots", "rollback", newer, "--home", home).returncode == 0


def test_a_truncated_snapshot_is_found(home: Path, claimhouse: Command) -> None:
    older, newer = names(home)
    assert claimhouse("snapshots", "verify", "--home", home).returncode == 0
    file = home / "published" / f"claimhouse-{newer}.duckdb"
    with file.open("r+b") as opened:
        opened.truncate(file.stat().st_size // 2)
    found = claimhouse("snapshots", "verify", "--home", home)
    assert found.returncode == 1
    assert f"{newer} (published): has " in found.stdout
    assert f"{older}: is what was published" in found.stdout
    assert "claimhouse snapshots rollback" in found.stderr
    problems = {
        one["snapshot"]: one["problem"]
        for one in json.loads(claimhouse("snapshots", "verify", "--json", "--home", home).stdout)
    }
    assert problems[older] is None
    assert problems[newer].startswith("has ")


def test_before_anything_is_published(claimhouse: Command, tmp_path: Path) -> None:
    answer = claimhouse("snapshots", "list", "--home", tmp_path)
    assert answer.returncode == 1
    assert "there is no snapshot yet" in answer.stderr
    assert json.loads(claimhouse("snapshots", "list", "--json", "--home", tmp_path).stdout) == []
    assert claimhouse("snapshots", "rollback", "--home", tmp_path).returncode == 2
