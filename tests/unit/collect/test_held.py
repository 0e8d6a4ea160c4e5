"""Pages that files hold: read back from where they lie, and from nowhere else."""

from __future__ import annotations

import gzip
import os
import time
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from pipelines.collect.archive.held import place_in, read_held
from pipelines.collect.web.exchange import Fetched
from pipelines.errors import CollectError
from pipelines.records import Failure
from tests.unit.collect.warcs import html, record, write_warc

URL = "https://news.example/a"
DAY = date(2024, 5, 3)


def read(held_at: str, url: str = URL, max_bytes: int = 100_000) -> Fetched:
    return read_held(held_at, url, source_id="example", archive_date=DAY, max_bytes=max_bytes)


def at(path: Path, offset: int) -> str:
    return f"{place_in(path)}#{offset}"


def refused(held_at: str, url: str = URL) -> tuple[Failure, str]:
    with pytest.raises(CollectError) as caught:
        read(held_at, url)
    return caught.value.failure, str(caught.value)


def test_a_page_of_a_file_comes_with_the_time_of_the_file(tmp_path):
    path = tmp_path / "an #odd% näme.html"
    body = html("Text", head=f'<link rel="canonical" href="{URL}?utm_source=x">')
    path.write_bytes(body)
    os.utime(path, (1_700_000_000, 1_700_000_000))
    page = read(place_in(path))
    assert page == Fetched(
        "example", DAY, URL, URL, 200, "OK", (("Content-Type", "text/html"),), (), body,
        datetime.fromtimestamp(1_700_000_000, UTC), "text/html",
    )  # fmt: skip


def test_a_text_goes_by_the_address_of_its_file(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("Only text")
    page = read(place_in(path), path.as_uri())
    assert (page.content_type, page.body) == ("text/plain", b"Only text")


@pytest.mark.parametrize("packed", [gzip.compress, bytes])
def test_a_record_is_read_at_its_offset_decoded(tmp_path, packed):
    coded = "Content-Type: text/html\r\nContent-Encoding: gzip\r\n"
    first = record("https://news.example/1", html("one"))
    second = record(f"<{URL}?utm_source=x>", gzip.compress(html("two")), headers=coded)
    path = write_warc(tmp_path / "x.warc.gz", first, second, packed=packed)
    page = read(at(path, len(packed(first))))
    assert (page.url, page.final_url, page.status, page.reason) == (URL, URL, 200, "OK")
    assert page.body == html("two")
    assert page.headers == (("Content-Type", "text/html"), ("Content-Encoding", "gzip"))
    assert (page.fetched_at, page.request_headers) == (datetime(2024, 5, 2, 10, tzinfo=UTC), ())


def test_a_record_late_in_a_large_file_is_had_at_once(tmp_path):
    path = tmp_path / "large.warc.gz"
    noise = gzip.compress(record("https://news.example/noise", os.urandom(1_000_000)), 1)
    with path.open("wb") as file:
        for _ in range(60):
            file.write(noise)
        file.write(gzip.compress(record(URL, html("late"))))
    start = time.process_time()
    for _ in range(20):
        assert read(at(path, 60 * len(noise))).body == html("late")
        refused(at(path, 7))
    assert time.process_time() - start < 0.5


@pytest.mark.parametrize(
    ("held_at", "failure"),
    [
        ("https://news.example/x.warc.gz#0", Failure.UNREADABLE_FILE),
        ("file://other.example/x.warc.gz#0", Failure.UNREADABLE_FILE),
        ("file:///nowhere/x.warc.gz#0", Failure.UNREADABLE_FILE),
        ("file:///nowhere/x.html", Failure.UNREADABLE_FILE),
        ("file:///dev/zero#0", Failure.UNREADABLE_FILE),
        ("file:///dev/zero", Failure.UNREADABLE_FILE),
        ("file:///tmp#0", Failure.UNREADABLE_FILE),
        ("file:///x.warc.gz#-1", Failure.UNREADABLE_FILE),
        ("", Failure.UNREADABLE_FILE),
    ],
)
def test_what_is_no_place_in_a_file_is_named(held_at, failure):
    caught, message = refused(held_at)
    assert caught is failure
    assert held_at.removeprefix("file://").partition("#")[0] in message
    assert "Poll its source again" in message


def test_a_pipe_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe.html")
    assert refused(place_in(tmp_path / "pipe.html"))[0] is Failure.UNREADABLE_FILE


@pytest.mark.parametrize(
    ("made", "failure"),
    [
        (record("https://news.example/other", html("x")), Failure.BAD_WARC_RECORD),
        (record(URL, html("x"), status="404 Not Found"), Failure.BAD_WARC_RECORD),
        (record(URL, html("x"), kind="request"), Failure.BAD_WARC_RECORD),
        (record(URL, html("x"))[:-60], Failure.BAD_WARC_RECORD),
        (record(URL, b""), Failure.EMPTY_PAGE),
        (record(URL, b"\x89PNG"), Failure.NOT_HTML),
        (record(URL, b"<p>" + b"x" * 100_000), Failure.TOO_LARGE),
        (
            record(URL, gzip.compress(b"x" * 30_000_000, mtime=0), headers="Content-Encoding: gzip\r\n"),
            Failure.TOO_LARGE,
        ),
        (record(URL, b"x", headers="Content-Encoding: br, br, br\r\n"), Failure.BAD_ENCODING),
        (b"no record", Failure.BAD_WARC_RECORD),
    ],
)
def test_a_record_that_is_no_such_page_is_named(tmp_path, made, failure):
    path = write_warc(tmp_path / "x.warc.gz", made)
    caught, message = refused(at(path, 0))
    assert caught is failure
    assert str(path) in message


@pytest.mark.parametrize("offset", [1, 30, 10_000])
def test_an_offset_at_which_no_record_begins(tmp_path, offset):
    path = write_warc(tmp_path / "x.warc.gz", record(URL, html("x")), record(URL, html("y")))
    assert refused(at(path, offset))[0] is Failure.BAD_WARC_RECORD


@pytest.mark.parametrize(
    ("body", "failure"),
    [
        (b" ", Failure.EMPTY_PAGE), (b"\x89PNG\0", Failure.NOT_HTML), (b"<p>" + b"x" * 100_000, Failure.TOO_LARGE),
        (html("x", head='<link rel="canonical" href="https://news.example/other">'), Failure.UNREADABLE_FILE),
    ],
)  # fmt: skip
def test_a_file_that_is_no_such_page_is_named(tmp_path, body, failure):
    path = tmp_path / "x.html"
    path.write_bytes(body)
    caught, message = refused(place_in(path))
    assert caught is failure
    assert str(path) in message


def bomb(path: Path) -> Path:
    """A record that is 1 GB when it is unpacked, in a file of 1 MB."""
    head = record(URL, b"").replace(b"Content-Length: 44", b"Content-Length: 1000000044").removesuffix(b"\r\n\r\n")
    with gzip.open(path, "wb", compresslevel=1) as file:
        file.write(head)
        for _ in range(200):
            file.write(b" " * 1_000_000)
    return path


def test_a_bomb_is_not_unpacked_beyond_the_cap(tmp_path):
    start = time.process_time()
    path = bomb(tmp_path / "x.warc.gz")
    written = time.process_time()
    assert refused(at(path, 0))[0] is Failure.TOO_LARGE
    assert time.process_time() - written < (written - start) / 2
