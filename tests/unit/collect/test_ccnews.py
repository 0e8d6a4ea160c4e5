"""Listings of WARC files on this machine: which of the files are read, and that no name leads out of the base."""

from __future__ import annotations

import gzip
import os
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from pipelines.collect import Fetcher, Visit, Window, poll
from pipelines.collect.archive.held import read_held
from pipelines.collect.source_types import ccnews
from pipelines.collect.source_types.listing import Poll
from pipelines.errors import CollectError
from pipelines.records import Failure
from tests.unit.collect.warcs import HTTP, html, record, visit, write_warc

TODAY = date(2026, 3, 6)
WINDOW = Window(date(2026, 2, 27), date(2026, 3, 2), TODAY)


@pytest.fixture
def fetcher() -> Iterator[Fetcher]:
    with Fetcher(HTTP) as fetcher:
        yield fetcher


@pytest.fixture
def look(fetcher, tmp_path):  # type: ignore[no-untyped-def]
    def look(window: Window = WINDOW, known=None, **settings: object) -> Visit:  # type: ignore[no-untyped-def]
        values = {
            "listing": str(tmp_path / "base/{yyyy}/{mm}/warc.paths.gz"), "base": str(tmp_path / "base"),
            "sites": ["news.example"], "type": "ccnews",
        }  # fmt: skip
        return visit(fetcher, window, known=known, spool=tmp_path / "spool", **{**values, **settings})

    return look


def publish(base: Path, month: str, *times: str) -> list[str]:
    """A month's files, one page each, and their listing."""
    names = [f"{month}/CC-NEWS-{time}-00001.warc.gz" for time in times]
    for name, time in zip(names, times, strict=True):
        write_warc(
            base / name,
            record(f"https://news.example/{time}", html("x")),
            record(f"https://other.example/{time}", html("x")),
        )
    (base / month).mkdir(parents=True, exist_ok=True)
    (base / month / "warc.paths.gz").write_bytes(gzip.compress("\n".join(names).encode(), mtime=0))
    return names


def pages(result: Poll) -> list[str]:
    return [candidate.url.rpartition("/")[2] for candidate in result.candidates]


def test_the_files_of_the_window_are_read_in_place_month_by_month(look, tmp_path):
    publish(tmp_path / "base", "2026/02", "20260226235959", "20260227000000")
    publish(tmp_path / "base", "2026/03", "20260302235959", "20260301120000", "20260303000000", "99999999999999")
    result = poll(look())
    assert pages(result) == ["20260227000000", "20260301120000", "20260302235959", "99999999999999"]
    assert result.failures == {"excluded": 4}
    assert not (tmp_path / "spool").exists()
    for c in result.candidates:
        assert (c.held_at or "").startswith((tmp_path / "base").as_uri())
        read_held(c.held_at or "", c.url, source_id="example", archive_date=TODAY, max_bytes=100_000)
    again = poll(look(known=dict(result.validators)))
    assert (again.candidates, again.failures, again.unmodified) == ((), {}, 4)
    wider = poll(look(Window(date(2026, 2, 26), date(2026, 3, 2), TODAY), known=dict(result.validators)))
    assert pages(wider) == ["20260226235959"]


def test_a_month_without_listing_is_counted_and_no_listing_at_all_is_named(look, tmp_path):
    publish(tmp_path / "base", "2026/03", "20260301120000")
    result = poll(look())
    assert (pages(result), result.failures) == (["20260301120000"], {"unreadable_file": 1, "excluded": 1})
    with pytest.raises(CollectError, match=r"2026/01/warc.paths.gz.*Correct `listing` of source 'example'"):
        poll(look(Window(date(2026, 1, 1), date(2026, 1, 31), TODAY)))


@pytest.mark.parametrize(
    ("listing", "failure"),
    [
        (b"<!doctype html><p>Not found</p>", Failure.BAD_FEED),
        (gzip.compress(b"x" * 50_000_000, mtime=0), Failure.TOO_LARGE),
        (b"x.warc.gz\n" * 20_000, Failure.TOO_LARGE),
        (gzip.compress(b"x.warc.gz" * 9, mtime=0)[:-5], Failure.BAD_ENCODING),
    ],
)
def test_a_listing_that_is_none_is_named(look, tmp_path, listing, failure):
    path = tmp_path / "listing"
    path.write_bytes(listing)
    with pytest.raises(CollectError) as caught:
        poll(look(listing=str(path)))
    assert caught.value.failure is failure
    assert str(path) in str(caught.value)


def test_an_empty_listing_is_no_mistake(look, tmp_path):
    (tmp_path / "listing").write_bytes(b"\n")
    assert poll(look(listing=str(tmp_path / "listing"))).candidates == ()


def test_names_that_lead_out_of_the_base_are_not_followed(look, tmp_path):
    outside = write_warc(tmp_path / "outside.warc.gz", record("https://news.example/outside", html("x")))
    publish(tmp_path / "base", "2026/03", "20260301120000")
    names = ["../outside.warc.gz", str(outside), "2026/../../outside.warc.gz", "x/\0.warc.gz", "nothing.txt"]
    (tmp_path / "base" / "listing").write_text("\n".join([*names, "2026/03/CC-NEWS-20260301120000-00001.warc.gz"]))
    result = poll(look(listing=str(tmp_path / "base" / "listing")))
    assert (pages(result), result.failures) == (["20260301120000"], {"bad_link": 5, "excluded": 1})


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("a/x.warc.gz", "https://data.example/news/a/x.warc.gz"),
        ("./x.warc.gz", "https://data.example/news/x.warc.gz"),
        ("https://data.example/news/x.warc.gz", "https://data.example/news/x.warc.gz"),
        ("../x.warc.gz", None),
        ("a/%2e%2e/%2e%2e/x.warc.gz", None),
        ("/x.warc.gz", None),
        ("//evil.example/x.warc.gz", None),
        ("\\\\evil.example\\x.warc.gz", None),
        ("https://data.example.evil.example/news/x.warc.gz", None),
        ("file:///etc/x.warc.gz", None),
    ],
)
def test_names_below_a_url(name, place):
    for base in ("https://data.example/news", "https://data.example/news/"):
        assert ccnews.file_place(base, name) == place


@pytest.mark.parametrize("name", ["../../x.warc.gz", "..", "", ".warc.gz", "/etc/passwd", "a\0b", "ü" * 400, "x" * 400])
def test_the_name_in_the_spool_stays_in_its_folder(look, name):
    spooled = ccnews.spooled_name(name, "https://data.example/x", look().source)
    assert Path(spooled).name == spooled
    assert spooled.endswith(".warc.gz")
    assert not spooled.startswith(".")
    assert len(os.fsencode(spooled)) < 200
    assert spooled != ccnews.spooled_name(name, "https://data.example/y", look().source)
