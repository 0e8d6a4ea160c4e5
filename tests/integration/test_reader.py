"""One open snapshot for many: what is published next is read next, whoever reads the old one ends in peace."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from pipelines.settings import Settings, load_settings
from pipelines.warehouse import Reader, publish
from pipelines.warehouse.reader import ROWS_KEPT, Record

NAME = "select name from companies where company_id = 'veltronik'"
LONG = "select count(*) as found from range(300000) as a, range(1000) as b where (a.range * b.range) % 7 = 3"
"""A second of work or two."""


@pytest.fixture
def settings(demo_home: Path, tmp_path: Path) -> Settings:
    shutil.copytree(demo_home, tmp_path / "home", symlinks=True)
    return load_settings(tmp_path / "home")


@pytest.fixture
def reader(settings: Settings) -> Iterator[Reader]:
    found = Reader(settings)
    yield found
    found.close()


def publish_another_name(settings: Settings) -> None:
    with duckdb.connect(str(settings.home.warehouse)) as warehouse:
        warehouse.execute("update main.companies set name = 'Veltronik Neu' where company_id = 'veltronik'")
    publish(settings)


def test_an_answer_is_remembered_until_another_snapshot_is_published(reader: Reader, settings: Settings) -> None:
    first = reader.ask(NAME)
    assert reader.ask(NAME) is first
    assert reader.ask("select name from companies where company_id = ?", ["veltronik"]) == first
    publish_another_name(settings)
    assert reader.ask(NAME) == [{"name": "Veltronik Neu"}] != first


def test_parameters_are_part_of_the_question(reader: Reader) -> None:
    asked = "select ? as given"
    assert [reader.ask(asked, [given]) for given in (1, "1", 2)] == [[{"given": 1}], [{"given": "1"}], [{"given": 2}]]


def test_a_long_answer_is_not_remembered(reader: Reader) -> None:
    many = f"from range({ROWS_KEPT + 1})"
    assert reader.ask(many) is not reader.ask(many)


def test_who_reads_the_old_snapshot_ends_in_peace(reader: Reader, settings: Settings) -> None:
    found: list[list[Record]] = []
    begun = threading.Event()

    def read() -> None:
        begun.set()
        found.append(reader.ask(LONG))

    reader.ask(NAME)
    thread = threading.Thread(target=read)
    thread.start()
    begun.wait()
    publish_another_name(settings)
    assert reader.ask(NAME) == [{"name": "Veltronik Neu"}]
    thread.join()
    assert found[0][0]["found"] > 0
