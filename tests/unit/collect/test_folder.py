"""A folder of pages as a source: what is found below it, under which address and day, and what is read only once."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from pipelines.collect import Fetcher, Visit, Window, poll
from pipelines.collect.archive.held import place_in, read_held
from pipelines.errors import CollectError
from pipelines.records import Candidate, Failure
from tests.unit.collect.warcs import HTTP, html, visit

TODAY = date(2024, 5, 6)
WINDOW = Window(TODAY, TODAY, TODAY)
TIME = datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)


@pytest.fixture
def fetcher() -> Iterator[Fetcher]:
    with Fetcher(HTTP) as fetcher:
        yield fetcher


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "in"
    (folder / "deep").mkdir(parents=True)
    (folder / "a.html").write_bytes(html("A", head='<link rel="canonical" href="https://news.example/a?utm_id=1">'))
    (folder / "b ü#.htm").write_bytes(html("B"))
    (folder / "deep" / "c.TXT").write_text("Only text")
    (folder / "notes.md").write_text("not read")
    for path in folder.rglob("*"):
        os.utime(path, (TIME.timestamp(), TIME.timestamp()))
    return folder


def look(fetcher: Fetcher, folder: Path, known=None, **settings: object) -> Visit:  # type: ignore[no-untyped-def]
    return visit(fetcher, WINDOW, known=known, type="folder", path=str(folder), **settings)


def test_pages_are_candidates_of_the_day_of_their_files(fetcher, folder):
    result = poll(look(fetcher, folder))
    plain, text = folder / "b ü#.htm", folder / "deep" / "c.TXT"
    assert result.candidates == tuple(
        Candidate("example", url, TIME.date(), TIME, None, place_in(path))
        for url, path in (("https://news.example/a", folder / "a.html"), (plain.as_uri(), plain), (text.as_uri(), text))
    )
    assert result.failures == {}
    for candidate in result.candidates:
        page = read_held(
            candidate.held_at or "", candidate.url, source_id="example", archive_date=TODAY, max_bytes=100_000
        )  # fmt: skip
        assert (page.url, page.fetched_at) == (candidate.url, TIME)


def test_only_new_and_changed_files_are_read_again(fetcher, folder):
    first = poll(look(fetcher, folder))
    again = poll(look(fetcher, folder, dict(first.validators)))
    assert (again.candidates, again.unmodified, again.validators) == ((), 3, {})
    (folder / "a.html").write_bytes(html("A, corrected"))
    changed = poll(look(fetcher, folder, dict(first.validators)))
    assert [c.held_at for c in changed.candidates] == [place_in(folder / "a.html")]
    wider = poll(look(fetcher, folder, dict(first.validators), exclude=["deep"]))
    assert len(wider.candidates) == 2


def test_files_that_hold_no_page_are_counted_and_not_tried_again_until_they_change(fetcher, folder):
    (folder / "empty.html").write_bytes(b" \n")
    (folder / "picture.html").write_bytes(b"\x89PNG\r\n\x1a\n")
    (folder / "large.html").write_bytes(b"<p>" + b"x" * 100_000)
    (folder / "dangling.html").symlink_to(folder / "nowhere")
    os.mkfifo(folder / "pipe.html")
    result = poll(look(fetcher, folder))
    assert len(result.candidates) == 3
    assert result.failures == {"empty_page": 1, "not_html": 1, "too_large": 1, "unreadable_file": 2}
    again = poll(look(fetcher, folder, dict(result.validators)))
    assert again.failures == {"unreadable_file": 2}


def test_a_missing_folder_is_named(fetcher, tmp_path):
    with pytest.raises(CollectError, match=r"nowhere: there is no such folder\. Correct `path`") as caught:
        poll(look(fetcher, tmp_path / "nowhere"))
    assert caught.value.failure is Failure.UNREADABLE_FILE


def test_the_home_folder_may_be_written_short(fetcher, folder, monkeypatch):
    monkeypatch.setenv("HOME", str(folder.parent))
    assert len(poll(look(fetcher, Path("~/in"))).candidates) == 3
