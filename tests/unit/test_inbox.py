"""The inbox: what is imported, what is left alone, and where files go afterwards."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import pytest

from pipelines.inbox import import_inbox, waiting_files
from pipelines.settings import Settings, load_settings

DAY = date(2026, 3, 2)
PAGE = (
    "<!DOCTYPE html><html><head><title>{0}</title></head><body><article><h1>{0}</h1><p>{0} opens.</p></article></body>"
)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    path = tmp_path / "sources.yaml"
    path.write_text("start_date: 2026-03-01\n")
    return load_settings(tmp_path / "home", path, {})


def put(settings: Settings, name: str, text: str | bytes = "", age: float = 3600) -> Path:
    path = settings.home.inbox / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    moment = path.stat().st_mtime - age
    os.utime(path, (moment, moment))
    return path


def names(settings: Settings) -> list[str]:
    inbox = settings.home.inbox
    return sorted(str(path.relative_to(inbox)) for path in inbox.rglob("*") if path.is_file())


def test_files_of_understood_kinds_wait_and_others_are_left(settings: Settings) -> None:
    page, crawl = put(settings, "a.html"), put(settings, "deep/b.warc.gz")
    for name in ("notes.pdf", ".c.html", "d.html.part", ".hidden/e.html", "read/f.html", "unreadable/g.html"):
        put(settings, name)
    assert waiting_files(settings.home.inbox) == [page, crawl]


def test_a_file_that_is_still_being_written_is_left_for_later(settings: Settings) -> None:
    young = put(settings, "a.html", age=5)
    assert waiting_files(settings.home.inbox) == []
    assert waiting_files(settings.home.inbox, settled=1) == [young]


def test_a_missing_or_empty_inbox_is_nothing_to_import(settings: Settings) -> None:
    assert import_inbox(settings, DAY).files == 0
    settings.home.inbox.mkdir(parents=True)
    assert import_inbox(settings, DAY).files == 0


def test_what_was_read_and_what_was_not_is_moved_apart(settings: Settings) -> None:
    put(settings, "a.html", PAGE.format("Nordwerk"))
    put(settings, "deep/b.html", PAGE.format("Talflut"))
    put(settings, "c.html", "")
    report = import_inbox(settings, DAY)
    assert (report.files, report.pages, report.failures) == (3, 2, {"empty_page": 1})
    assert names(settings) == ["read/a.html", "read/deep/b.html", "unreadable/c.html"]
    assert import_inbox(settings, DAY).files == 0


def test_a_file_of_a_name_that_was_there_before_keeps_both(settings: Settings) -> None:
    for number in range(3):
        put(settings, "a.html", PAGE.format(f"Nordwerk {number}"))
        import_inbox(settings, DAY)
    assert names(settings) == ["read/a.2.html", "read/a.3.html", "read/a.html"]


def test_the_same_pages_again_are_duplicates(settings: Settings) -> None:
    put(settings, "a.html", PAGE.format("Nordwerk"))
    import_inbox(settings, DAY)
    (settings.home.inbox / "read" / "a.html").rename(settings.home.inbox / "a.html")
    os.utime(settings.home.inbox / "a.html", (0, 0))
    report = import_inbox(settings, DAY)
    assert (report.pages, report.duplicates) == (0, 1)
