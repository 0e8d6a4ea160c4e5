"""Sources that hold their pages: from files here and on a server to the archive, once, again, and after failures."""

from __future__ import annotations

import gzip
import os
from collections import Counter
from datetime import UTC, date, datetime

import pytest
from pydantic import TypeAdapter

from pipelines.collect import Visit, Window, poll
from pipelines.collect.archive.archive import Archive
from pipelines.collect.archive.held import read_held
from pipelines.collect.candidates import CandidateStore
from pipelines.collect.collecting import collect_pages
from pipelines.collect.looking import poll_sources
from pipelines.collect.source_types import ccnews
from pipelines.collect.source_types.listing import FileRead
from pipelines.collect.state import State
from pipelines.collect.warc_ledger import WarcLedger
from pipelines.settings import Http
from pipelines.sources import Source
from tests.unit.collect.warcs import ENGLISH, GERMAN, HTTP, html, record

TODAY = date(2026, 3, 6)
WINDOW = Window(date(2026, 3, 1), date(2026, 3, 2), TODAY)
LISTING = "/crawl-data/CC-NEWS/2026/03/warc.paths.gz"


@pytest.fixture
def http() -> Http:
    return HTTP.model_copy(update={"timeout": 2.0, "allow_loopback": True})


def make(kind: str, **settings: object) -> Source:
    values = {"id": kind, "name": "Example", "language": "en", "type": kind, **settings}
    return TypeAdapter(Source).validate_python(values)


def path_of(time: str) -> str:
    return f"/crawl-data/CC-NEWS/2026/03/CC-NEWS-{time}-00001.warc.gz"


def packed(*records: bytes) -> bytes:
    return b"".join(map(gzip.compress, records))


def publish(site, *times: str, more: str = "") -> None:  # type: ignore[no-untyped-def]
    """Files of three pages each, one of them wanted, and their listing."""
    for time in times:
        stamp = f"{time[:4]}-{time[4:6]}-{time[6:8]}T12:00:00Z"
        pages = (
            record(f"https://other.example/{time}", html(GERMAN, "de"), date=stamp),
            record(f"https://www.news.example/{time}", html(GERMAN, "de"), date=stamp),
            record(f"https://news.example/en/{time}", html(ENGLISH, "en"), date=stamp),
        )
        site.add(path_of(time), packed(*pages), Content_Type="application/octet-stream")
    lines = "".join(f"{path_of(time)[1:]}\n" for time in times) + more
    site.add(LISTING, gzip.compress(lines.encode()), Content_Type="application/octet-stream")


@pytest.fixture
def look(site, fetcher, tmp_path):  # type: ignore[no-untyped-def]
    def look(known=None) -> Visit:  # type: ignore[no-untyped-def]
        source = make(
            "ccnews", listing=site.url + "/crawl-data/CC-NEWS/{yyyy}/{mm}/warc.paths.gz", base=site.url,
            sites=["news.example"], languages=["de"],
        )  # fmt: skip
        return Visit(source, fetcher, WINDOW, known=(known or {}).get, spool=tmp_path / "spool")

    return look


def downloads(site) -> Counter[str]:  # type: ignore[no-untyped-def]
    return Counter(path[-28:-14] for path in site.paths() if path.endswith("-00001.warc.gz"))


def test_of_remote_files_only_the_wanted_pages_stay_here(site, look, tmp_path):
    publish(site, "20260301120000", "20260302120000", "20260303120000")
    result = poll(look())
    assert [c.url for c in result.candidates] == [
        "https://www.news.example/20260301120000", "https://www.news.example/20260302120000",
    ]  # fmt: skip
    assert result.failures == {"excluded": 4}
    spooled = list((tmp_path / "spool").rglob("*.gz"))
    assert len(spooled) == 2
    for c in result.candidates:
        assert (c.held_at or "").startswith(tuple(path.as_uri() for path in spooled))
        page = read_held(c.held_at or "", c.url, source_id="ccnews", archive_date=c.archive_date, max_bytes=100_000)
        assert (page.body, page.fetched_at.date()) == (html(GERMAN, "de"), c.archive_date)
    again = poll(look(dict(result.validators)))
    assert (again.candidates, again.unmodified) == ((), 2)
    assert downloads(site) == {"20260301120000": 1, "20260302120000": 1}


def test_a_file_that_fails_stops_no_other_and_is_tried_again(site, look):
    publish(site, "20260301120000", "20260301130000", more=path_of("20260301123000")[1:])
    site.add(path_of("20260301123000"), status=404)
    first = poll(look())
    assert [c.url[-6:] for c in first.candidates] == ["120000", "130000"]
    assert first.failures == {"excluded": 4, "http_4xx": 1}
    poll(look(dict(first.validators)))
    assert downloads(site) == {"20260301120000": 1, "20260301130000": 1, "20260301123000": 2}


def test_what_an_interrupted_visit_has_copied_is_not_downloaded_again(site, look):
    publish(site, "20260301120000", "20260301130000")
    entries = iter(ccnews.entries(look()))
    assert next(entries).link == "https://www.news.example/20260301120000"
    result = poll(look())
    assert [c.url[-6:] for c in result.candidates] == ["120000", "130000"]
    assert result.failures == {"excluded": 4}, "what the interrupted visit left out of its copy is counted"
    assert downloads(site) == {"20260301120000": 1, "20260301130000": 1}


def test_the_ledger_says_of_each_file_what_was_in_it_and_which_are_still_to_be_read(site, look, tmp_path, monkeypatch):
    monkeypatch.setattr(ccnews, "MAX_DOWNLOADS", 2)
    times = ["20260301120000", "20260301130000", "20260301140000"]
    site.add(path_of(times[0]), status=404)  # the first time
    publish(site, *times)
    with State(tmp_path / "state") as state:
        store, ledger = CandidateStore(state), WarcLedger(state)
        store.take("ccnews", poll(look()))
        rows = [(row.file[-28:-14], row.read_at is not None, row.pages, row.left_out) for row in ledger.read("ccnews")]
        assert rows == [
            (times[0], False, 0, {"http_4xx": 1}),
            (times[2], False, 0, {}),
            (times[1], True, 1, {"excluded": 2}),
        ]
        first_read = ledger.read("ccnews")[2].read_at
        known = {row.file: store.validators("ccnews", row.file) for row in ledger.read("ccnews")}
        store.take("ccnews", poll(look(known)))
        rows_now = ledger.read("ccnews")
        assert all(row.read_at and (row.pages, row.left_out) == (1, {"excluded": 2}) for row in rows_now)
        assert rows_now[1].read_at == first_read
        ledger.note("ccnews", {rows_now[0].file: FileRead(left_out={"http_5xx": 1})})
        assert ledger.read("ccnews") == rows_now, "what was read whole stays so"


def test_a_visit_downloads_so_many_files_and_the_next_one_goes_on(site, look, monkeypatch):
    monkeypatch.setattr(ccnews, "MAX_DOWNLOADS", 1)
    publish(site, "20260301130000", "20260301120000")
    first = poll(look())
    assert ([c.url[-6:] for c in first.candidates], first.failures) == (["120000"], {"excluded": 2, "too_large": 1})
    second = poll(look(dict(first.validators)))
    assert ([c.url[-6:] for c in second.candidates], second.failures) == (["130000"], {"excluded": 2})


def test_robots_and_names_out_of_the_base_are_heeded(site, look, tmp_path):
    site.add("/robots.txt", f"User-agent: *\nDisallow: {path_of('20260301120000')}\n")
    names = "../../x.warc.gz\n//evil.example/x.warc.gz\nfile:///etc/x.warc.gz\na/%2e%2e/x\n"
    publish(site, "20260301120000", more=names)
    result = poll(look())
    assert result.candidates == ()
    assert result.failures == {"robots": 1, "bad_link": 3, "http_4xx": 1}
    assert sorted({path for path in site.paths() if path not in ("/robots.txt", LISTING)}) == ["/x.warc.gz"]
    assert [path for path in (tmp_path / "spool").rglob("*") if path.is_file()] == []


def test_a_broken_download_gives_what_is_whole_and_leaves_nothing_else(site, look, tmp_path):
    first = record("https://news.example/1", html(GERMAN, "de"), date="2026-03-01T12:00:00Z")
    site.add(path_of("20260301120000"), packed(first, first)[:-50])
    site.add(path_of("20260301130000"), "<!doctype html><p>Sorry</p>")
    site.add(LISTING, "".join(f"{path_of(time)[1:]}\n" for time in ("20260301120000", "20260301130000")))
    result = poll(look())
    assert [c.url for c in result.candidates] == ["https://news.example/1"]
    assert result.failures == {"bad_warc_record": 2}
    assert all(
        path.name.endswith((".warc.gz", ".warc.gz.json")) for path in (tmp_path / "spool").rglob("*") if path.is_file()
    )


def test_files_of_all_kinds_end_in_the_archive_once(site, fetcher, tmp_path):
    folder, files = tmp_path / "in", tmp_path / "files"
    folder.mkdir()
    files.mkdir()
    day = datetime(2026, 3, 1, 12, tzinfo=UTC)
    (folder / "a.html").write_bytes(html("A", head='<link rel="canonical" href="https://news.example/a">'))
    (folder / "b.txt").write_text("Only text, by its own address.")
    for path in folder.iterdir():
        os.utime(path, (day.timestamp(), day.timestamp()))
    stamp = f"{day:%Y-%m-%dT%H:%M:%SZ}"
    (files / "x.warc.gz").write_bytes(
        packed(
            record("https://news.example/a", html("A, elsewhere"), date=stamp),
            record("https://news.example/c", html("C"), date=stamp),
        )
    )
    sources = [make("folder", path=str(folder)), make("warc", paths=[str(files)])]
    state = State(tmp_path / "state")
    store, archive = CandidateStore(state), Archive(tmp_path / "warc", state)
    for _ in range(2):
        look = poll_sources(sources, WINDOW, store=store, fetcher=fetcher, spool=tmp_path / "spool")
        assert (look.failures, look.problems) == ({}, {})
        collect_pages(sources, WINDOW.first, WINDOW.last, state=state, archive=archive, fetcher=fetcher)
    pages = {page.url: page for page in archive.pages(day.date(), failures=Counter())}
    text = (folder / "b.txt").resolve().as_uri()
    assert set(pages) == {"https://news.example/a", "https://news.example/c", text}
    assert (pages[text].content_type, pages[text].body) == ("text/plain", b"Only text, by its own address.")
    assert pages["https://news.example/c"].fetched_at == day
    assert site.paths() == []
