"""Where a lake is named, which of it counts, and that its password stands nowhere else."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pipelines.settings import CATALOG, LAKE, load_settings, split_password


@pytest.mark.parametrize(
    ("address", "without", "password"),
    [
        ("postgresql://me:s%40crt@db.example:5432/c", "postgresql://me@db.example:5432/c", "s@crt"),
        ("postgresql://me@db.example/c", "postgresql://me@db.example/c", None),
        ("postgresql://db.example/c?user=me&password=secret", "postgresql://db.example/c?user=me&", "secret"),
        ("host=db user=me password=secret dbname=c", "host=db user=me  dbname=c", "secret"),
        ("host=db password='my secret' dbname=c", "host=db  dbname=c", "my secret"),
        (None, None, None),
    ],
)
def test_a_password_is_taken_out_of_an_address(address: str | None, without: str | None, password: str | None) -> None:
    assert split_password(address) == (without, password)


def test_the_password_is_shown_nowhere(tmp_path: Path) -> None:
    named = {CATALOG: "postgresql://me:secret@db.example/c", LAKE: "/files"}
    settings = load_settings(tmp_path, None, named)
    assert settings.catalog_password == "secret"
    assert "secret" not in repr(settings)
    settings.remember_engine()
    assert "secret" not in settings.home.lake.read_text()


def test_what_the_sources_file_says_counts_before_what_the_home_remembers(tmp_path: Path) -> None:
    sources = tmp_path / "sources.yaml"
    sources.write_text("start_date: 2026-03-01\nwarehouse: {catalog: 'postgresql://new/c'}\n")
    home = tmp_path / "home"
    load_settings(home, None, {CATALOG: "postgresql://old/c", LAKE: "/files"}).remember_engine()
    found = load_settings(home, sources, {})
    assert found.home.has_lake
    assert (found.file.warehouse.catalog, found.file.warehouse.data) == ("postgresql://new/c", "/files")


def test_a_word_about_the_lake_that_is_damaged_is_named(tmp_path: Path) -> None:
    settings = load_settings(tmp_path, None, {CATALOG: "postgresql://old/c", LAKE: "/files"})
    settings.remember_engine()
    assert json.loads(settings.home.lake.read_text())["engine"] == "ducklake"
    settings.home.lake.write_text("{")
    with pytest.raises(Exception, match=r"lake\.json: does not say which lake"):
        load_settings(tmp_path, None, {})
