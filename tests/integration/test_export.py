"""Exported files: read back they are the tables, and only what has changed is written again."""

from __future__ import annotations

import hashlib
import json
import shutil
from datetime import date
from pathlib import Path

import duckdb
import pytest

from pipelines.errors import NothingPublished, UsageError, WarehouseError
from pipelines.settings import Settings, load_settings
from pipelines.warehouse import Exported, Format, export, publish
from pipelines.warehouse.contract import MARTS, VIEWS
from tests.conftest import RunCommand

BY_ARTICLE = set(MARTS) - {"companies", "competitors", "sources", "stories", "moves"}
READERS = {
    Format.PARQUET: "read_parquet({files}, hive_partitioning = false)",
    Format.CSV: (
        "read_csv({files}, header = true, columns = {texts}, allow_quoted_nulls = false, hive_partitioning = false)"
    ),
    Format.JSONL: "read_json({files}, format = 'newline_delimited', columns = {types}, hive_partitioning = false)",
}


@pytest.fixture
def settings(demo_home: Path) -> Settings:
    return load_settings(demo_home)


@pytest.fixture
def own(demo_home: Path, tmp_path: Path) -> Settings:
    """A copy of the demo's home."""
    shutil.copytree(demo_home, tmp_path / "home", symlinks=True)
    return load_settings(tmp_path / "home")


def publish_after(settings: Settings, sql: str) -> None:
    with duckdb.connect(str(settings.home.warehouse)) as connection:
        connection.execute(sql)
    publish(settings)


def in_folder(folder: Path) -> dict[str, int]:
    """The files of an export, with the time at which each was written."""
    files = (path for path in folder.rglob("*") if path.is_file() and path.name != "manifest.json")
    return {str(path.relative_to(folder)): path.stat().st_mtime_ns for path in files}


def value(name: str, kind: str, form: Format) -> str:
    """A column as the table has it: CSV knows texts only, and has lists and maps as JSON."""
    is_nested = kind.endswith("[]") or kind.startswith("map")
    if form is not Format.CSV:
        return f'"{name}"'
    return f'"{name}"::json::{kind} as "{name}"' if is_nested else f'"{name}"::{kind} as "{name}"'


def counts(done: Exported) -> tuple[int, int, int]:
    return done.written, done.kept, done.removed


@pytest.mark.parametrize("compressed", [True, False], ids=["compressed", "plain"])
@pytest.mark.parametrize("form", list(Format))
def test_files_read_back_have_the_counts_and_digests_of_the_tables(
    settings: Settings, tmp_path: Path, form: Format, compressed: bool
) -> None:
    manifest = export(settings, tmp_path / "out", form, compressed=compressed).manifest
    with duckdb.connect(str(settings.home.published.resolve()), read_only=True) as connection:
        connection.execute("set timezone = 'UTC'")
        for table, columns in manifest.columns.items():
            files = [str(tmp_path / "out" / part.path) for part in manifest.files if part.table == table]
            source = READERS[form].format(files=files, types=columns, texts=dict.fromkeys(columns, "varchar"))
            values = ", ".join(value(name, kind, form) for name, kind in columns.items())
            digest = "select count(*), sum(hash(rows)::hugeint) from ({}) as rows"
            found = connection.execute(digest.format(f"select {values} from {source}")).fetchall()
            assert found == connection.execute(digest.format(f'from main."{table}"')).fetchall(), table
    assert manifest.columns.keys() == set(MARTS)


def test_the_manifest_says_what_lies_there(settings: Settings, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    export(settings, folder)
    told = json.loads((folder / "manifest.json").read_text())
    assert in_folder(folder).keys() == {part["path"] for part in told["files"]}
    for part in told["files"]:
        content = (folder / part["path"]).read_bytes()
        assert (len(content), hashlib.sha256(content).hexdigest()) == (part["bytes"], part["sha256"])
        assert ("month=2026-03" in part["path"]) == (part["table"] in BY_ARTICLE)
    assert told["snapshot"] == settings.home.published.resolve().name


def test_only_what_has_changed_is_written_again(own: Settings, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    assert counts(export(own, folder)) == (len(MARTS), 0, 0)
    (folder / "notes.txt").write_text("not ours")
    before = in_folder(folder)
    publish_after(
        own, "update main.sources set name = name || '!' where source_id = (select min(source_id) from main.sources)"
    )
    assert counts(export(own, folder)) == (1, len(MARTS) - 1, 0)
    assert {path for path, at in in_folder(folder).items() if before[path] != at} == {"sources/sources.parquet"}

    moved = "article_id = (select min(article_id) from main.market_moves)"
    publish_after(own, f"update main.articles set archive_date = archive_date + 31 where {moved}")
    assert export(own, folder).written > 2
    april = {path for path in in_folder(folder) if "month=2026-04" in path}
    assert {"articles/month=2026-04/articles.parquet", "market_moves/month=2026-04/market_moves.parquet"} <= april

    publish_after(own, f"update main.articles set archive_date = archive_date - 31 where {moved}")
    assert export(own, folder).removed == len(april)
    assert in_folder(folder).keys() == before.keys()
    (folder / "sources" / "sources.parquet").unlink()
    assert counts(export(own, folder)) == (1, len(MARTS) - 1, 0), "what was lost comes again"


def test_tables_views_and_months_can_be_chosen_and_the_rest_stays(settings: Settings, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    assert counts(export(settings, folder, tables=["market_moves", *VIEWS])) == (1 + len(VIEWS), 0, 0)
    first = in_folder(folder)
    assert counts(export(settings, folder, tables=["articles"])) == (1, 0, 0)
    later = export(settings, folder, since=date(2026, 4, 1))
    timeless = len(set(MARTS) - BY_ARTICLE)
    assert counts(later) == (timeless, 0, 0), "what is about all articles has no months"
    assert first.items() <= in_folder(folder).items()
    assert len(later.manifest.files) == len(in_folder(folder)) == 1 + len(VIEWS) + 1 + timeless


def test_what_cannot_be_exported_is_said(settings: Settings, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    with pytest.raises(UsageError, match=r"no table nothing. There are articles, .*who_said_what"):
        export(settings, folder, tables=["articles", "nothing"])
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "mine.txt").write_text("mine")
    with pytest.raises(UsageError, match="other: is not empty and holds no export"):
        export(settings, tmp_path / "other")
    export(settings, folder, Format.CSV, ["sources"])
    with pytest.raises(UsageError, match=r"holds an export of another kind \(csv\)"):
        export(settings, folder, Format.JSONL)
    with pytest.raises(UsageError, match=r"holds an export of another kind \(csv\)"):
        export(settings, folder, Format.CSV, compressed=False)
    (folder / "articles").write_text("in the way")
    with pytest.raises(WarehouseError, match=r"articles\.csv\.zst: cannot be written"):
        export(settings, folder, Format.CSV)
    with pytest.raises(UsageError, match="lies in the home"):
        export(settings, settings.home.path / "exports" / "out")
    with pytest.raises(NothingPublished):
        export(load_settings(tmp_path / "nowhere"), tmp_path / "new")


@pytest.mark.parametrize("path", ["../home/published/claimhouse.duckdb", "/etc/hostname", "a/../../b"])
def test_a_manifest_that_points_out_of_its_folder_is_none(settings: Settings, tmp_path: Path, path: str) -> None:
    folder = tmp_path / "out"
    export(settings, folder, tables=["sources"])
    told = json.loads((folder / "manifest.json").read_text())
    told["files"][0]["path"] = path
    (folder / "manifest.json").write_text(json.dumps(told))
    with pytest.raises(UsageError, match="lies outside of the folder"):
        export(settings, folder, tables=["companies"])
    assert settings.home.published.exists()


def test_the_command_tells_what_it_did(claimhouse: RunCommand, demo_home: Path, tmp_path: Path) -> None:
    call = ("export", "--home", demo_home, "--to", tmp_path / "out", "--format", "csv", "--plain")
    done = claimhouse(*call, "--tables", "companies, sources")
    assert done.returncode == 0, done.stderr
    assert "2 files written, 0 as they were, 0 removed" in done.stdout
    again = json.loads(claimhouse(*call, "--json").stdout)
    assert (again["written"], again["kept"]) == (len(MARTS) - 2, 2)
    assert again["rows"].keys() == set(MARTS)
    assert (tmp_path / "out" / "companies" / "companies.csv").read_text().startswith("company_id,name,")
