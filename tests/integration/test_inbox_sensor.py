"""The sensor of the inbox: what it asks for, and that it asks once."""

from __future__ import annotations

import os
import time
import warnings
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # of Dagster's own imports
    import dagster as dg

    from assets.jobs import INBOX, all_jobs
    from assets.schedules import RUN_KEY
    from assets.sensors import inbox_sensor

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.ephemeral() as made:
        yield made


@dg.job(name=INBOX)
def imports() -> None: ...


def put(inbox: Path, name: str, text: str, age: float = 3600) -> None:
    path = inbox / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    moment = time.time() - age
    os.utime(path, (moment, moment))


def look(instance: dg.DagsterInstance, inbox: Path) -> dg.RunRequest | str:
    """One evaluation: the run that is asked for, or why none is."""
    found = inbox_sensor(all_jobs()[INBOX], inbox)(dg.build_sensor_context(instance=instance))
    assert isinstance(found, dg.RunRequest | dg.SkipReason)
    return found if isinstance(found, dg.RunRequest) else str(found.skip_message)


def ask(instance: dg.DagsterInstance, inbox: Path) -> dg.RunRequest:
    found = look(instance, inbox)
    assert isinstance(found, dg.RunRequest), found
    return found


def test_nothing_waits_where_there_is_no_inbox_or_a_file_is_still_written_to(
    instance: dg.DagsterInstance, tmp_path: Path
) -> None:
    assert look(instance, tmp_path) == f"No file waits in {tmp_path}."
    put(tmp_path, "a.warc.gz", "half", age=5)
    put(tmp_path, "read/b.warc.gz", "done")
    put(tmp_path, "notes.pdf", "not ours")
    assert look(instance, tmp_path / "none") == f"No file waits in {tmp_path / 'none'}."
    assert look(instance, tmp_path) == f"No file waits in {tmp_path}."


def test_one_lot_of_files_is_one_run_and_any_change_another(instance: dg.DagsterInstance, tmp_path: Path) -> None:
    put(tmp_path, "a.warc.gz", "one")
    before, first, after = datetime.now(UTC).date(), ask(instance, tmp_path), datetime.now(UTC).date()
    assert str(before) <= str(first.partition_key) <= str(after)
    assert ask(instance, tmp_path).run_key == first.run_key
    put(tmp_path, "a.warc.gz", "other")
    larger = ask(instance, tmp_path)
    put(tmp_path, "a.warc.gz", "other", age=7200)
    older = ask(instance, tmp_path)
    put(tmp_path, "b.html", "")
    keys = {first.run_key, larger.run_key, older.run_key, ask(instance, tmp_path).run_key}
    assert len(keys) == 4


@pytest.mark.parametrize("status", [dg.DagsterRunStatus.STARTING, dg.DagsterRunStatus.STARTED])
def test_no_second_import_is_asked_for_while_one_is_under_way(
    instance: dg.DagsterInstance, tmp_path: Path, status: dg.DagsterRunStatus
) -> None:
    put(tmp_path, "a.warc.gz", "one")
    instance.create_run_for_job(imports, status=status)
    assert look(instance, tmp_path) == "An import is under way; what it leaves comes next."


def test_what_a_failed_run_has_left_is_asked_for_again(instance: dg.DagsterInstance, tmp_path: Path) -> None:
    put(tmp_path, "a.warc.gz", "one")
    key = str(ask(instance, tmp_path).run_key)
    instance.create_run_for_job(imports, status=dg.DagsterRunStatus.FAILURE, tags={RUN_KEY: key})
    again = str(ask(instance, tmp_path).run_key)
    assert again.startswith(f"{key} again ")


def test_the_partition_it_asks_for_exists(instance: dg.DagsterInstance, tmp_path: Path) -> None:
    put(tmp_path, "a.warc.gz", "one")
    from assets.partitions import archive_dates

    today = datetime.now(UTC)
    assert str(ask(instance, tmp_path).partition_key) in archive_dates(today.date()).get_partition_keys(today)
