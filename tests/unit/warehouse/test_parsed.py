"""What dbt has read of its project in one home is there for the next, as long as nobody edits the project."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from pipelines.settings import Settings, load_settings
from pipelines.warehouse import dbt_project, give_what_is_parsed, keep_what_is_parsed, newest_file_of_project


@pytest.fixture
def kept(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Where it is kept, in the test's own folder."""
    monkeypatch.setattr(dbt_project, "PARSED_ONCE", tmp_path / "kept")
    return tmp_path / "kept"


def home(tmp_path: Path, name: str, age: float | None) -> Settings:
    """A home whose dbt parsed so many seconds after the project was last edited, or never."""
    settings = load_settings(tmp_path / name, None, {})
    for file in dbt_project.PARSED if age is not None else ():
        path = settings.home.dbt / "target" / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{file} of {name}")
        os.utime(path, (newest_file_of_project() + (age or 0),) * 2)
    return settings


def parsed(settings: Settings) -> set[str]:
    return {path.read_text() for path in (settings.home.dbt / "target").glob("*")}


def test_the_next_home_begins_with_it(tmp_path: Path, kept: Path) -> None:
    first, second = home(tmp_path, "first", 1), home(tmp_path, "second", None)
    give_what_is_parsed(second)
    assert parsed(second) == set(), "nothing is kept yet"
    keep_what_is_parsed(first)
    give_what_is_parsed(second)
    assert parsed(second) == parsed(first) != set()
    assert {path.name for path in kept.iterdir()} == set(dbt_project.PARSED)


def test_a_home_that_has_its_own_keeps_it(tmp_path: Path, kept: Path) -> None:
    first, second = home(tmp_path, "first", 1), home(tmp_path, "second", 2)
    keep_what_is_parsed(first)
    give_what_is_parsed(second)
    assert parsed(second) == {f"{file} of second" for file in dbt_project.PARSED}


def test_what_is_older_than_an_edit_is_not_kept_and_what_was_kept_before_it_is_replaced(
    tmp_path: Path, kept: Path
) -> None:
    keep_what_is_parsed(home(tmp_path, "old", -1))
    assert not kept.exists()
    keep_what_is_parsed(home(tmp_path, "first", 1))
    keep_what_is_parsed(home(tmp_path, "second", 2))
    assert {path.read_text() for path in kept.iterdir()} == {f"{file} of first" for file in dbt_project.PARSED}
    for path in kept.iterdir():
        os.utime(path, (newest_file_of_project() - 1,) * 2)
    keep_what_is_parsed(home(tmp_path, "third", 3))
    assert {path.read_text() for path in kept.iterdir()} == {f"{file} of third" for file in dbt_project.PARSED}


def test_a_project_that_cannot_be_written_to_keeps_nothing(tmp_path: Path, kept: Path) -> None:
    kept.write_text("a file where the folder should be")
    keep_what_is_parsed(home(tmp_path, "first", 1))
    give_what_is_parsed(home(tmp_path, "second", None))
