"""WARC files as a source: which files are meant, which pages are taken, and what damage and hostility cost."""

from __future__ import annotations

import gzip
import time
import tracemalloc
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from pydantic import ValidationError

from pipelines.collect import Fetcher, Visit, Window, poll
from pipelines.collect.archive.held import place_in, read_held
from pipelines.collect.pages.page_language import page_language
from pipelines.collect.source_types.listing import Poll
from pipelines.errors import CollectError
from pipelines.records import Candidate, Failure
from tests.unit.collect.warcs import ENGLISH, GERMAN, HTTP, html, record, visit, write_warc

TODAY = date(2024, 5, 6)
WINDOW = Window(TODAY, TODAY, TODAY)


@pytest.fixture
def fetcher() -> Iterator[Fetcher]:
    with Fetcher(HTTP) as fetcher:
        yield fetcher


@pytest.fixture
def look(fetcher):  # type: ignore[no-untyped-def]
    def look(*paths: Path | str, known=None, spool: Path | None = None, **settings: object) -> Visit:  # type: ignore[no-untyped-def]
        names = [str(path) for path in paths]
        return visit(fetcher, WINDOW, known=known, spool=spool, type="warc", paths=names, **settings)

    return look


def urls(result: Poll) -> list[str]:
    return [candidate.url for candidate in result.candidates]


def readable(result: Poll) -> bool:
    for c in result.candidates:
        read_held(c.held_at or "", c.url, source_id=c.source_id, archive_date=c.archive_date, max_bytes=100_000)
    return bool(result.candidates)


def test_a_page_is_a_candidate_of_its_own_day_with_its_place(look, tmp_path):
    first = record("https://a.example/1", html("one"), date="2024-05-02T23:59:59Z")
    second = record("https://a.example/2?utm_source=x", html("two"), date="2019-01-02T03:04:05Z")
    path = write_warc(tmp_path / "x.warc.gz", first, second)
    result = poll(look(path))
    late, early = datetime(2024, 5, 2, 23, 59, 59, tzinfo=UTC), datetime(2019, 1, 2, 3, 4, 5, tzinfo=UTC)
    offset = len(gzip.compress(first))
    assert result.candidates == (
        Candidate("example", "https://a.example/1", late.date(), late, None, f"{place_in(path)}#0"),
        Candidate("example", "https://a.example/2", early.date(), early, None, f"{place_in(path)}#{offset}"),
    )
    assert result.failures == {}
    assert readable(result)


def twenty(path: Path) -> Path:
    """Twenty records: four sites by five kinds."""
    hosts = ("news.example", "www.news.example", "fakenews.example", "news.example.org")
    records = []
    for host in hosts:
        records += [
            record(f"https://{host}/de", html(GERMAN, "de-AT"), date="2024-05-01T10:00:00Z"),
            record(f"https://{host}/en", html(ENGLISH, "en"), date="2024-05-02T10:00:00Z"),
            record(f"https://{host}/guess", html(GERMAN * 3), date="2024-05-03T10:00:00Z"),
            record(f"https://{host}/gone", html("x"), status="404 Not Found"),
            record(f"https://{host}/picture", b"\x89PNG", headers="Content-Type: image/png\r\n"),
        ]
    return write_warc(path, *records)


def test_pages_are_chosen_by_site_and_language(look, tmp_path):
    path = twenty(tmp_path / "x.warc.gz")
    assert len(poll(look(path)).candidates) == 12
    by_site = poll(look(path, sites=["news.example"]))
    names = ("https://news.example/", "https://www.news.example/")
    assert urls(by_site) == [f"{name}{page}" for name in names for page in ("de", "en", "guess")]
    assert by_site.failures == {"excluded": 10, "not_html": 2}
    german = poll(look(path, sites=["news.example"], languages=["de"]))
    assert urls(german) == [f"{name}{page}" for name in names for page in ("de", "guess")]
    assert german.failures == {"excluded": 12, "not_html": 2}
    assert {c.archive_date.day for c in german.candidates} == {1, 3}
    assert urls(poll(look(path, languages=["fr"]))) == []
    assert len(poll(look(path, sites=["www.news.example"], include=["/d"])).candidates) == 1


@pytest.mark.parametrize(
    ("head", "header", "text", "language"),
    [
        ('<html lang="de-DE">', "en", ENGLISH, "de"),
        ("<!-- x --><HTML class=a xml:lang='EN'>", "", GERMAN, "en"),
        ("<html>", "de", ENGLISH, "de"),
        ("<html lang=''>", "de, en", ENGLISH * 2, "en"),
        ("<html>", "", f"<script>var text = '{ENGLISH * 9}';</script><p>{GERMAN}</p>", "de"),
        ("<html>", "", "Zu kurz.", None),
        ("<html lang='x'>", "", "", None),
    ],
)
def test_the_language_a_page_says_goes_before_the_language_of_its_words(head, header, text, language):
    assert page_language((("Content-Language", header),), f"{head}<body><p>{text}</p>".encode()) == language


@pytest.mark.parametrize("piece", [b"<html ", b"<", b"<!--", b"<style>", b"&", b"<html lang=\t"])
def test_the_language_of_a_hostile_page_takes_no_time(piece):
    start = time.process_time()
    page_language((), piece * 20_000)
    assert time.process_time() - start < 1


def test_files_are_meant_by_name_folder_and_pattern(look, tmp_path, monkeypatch):
    names = ("a.warc.gz", "deep/b.WARC.GZ", "deep/er/c.warc", "d.html")
    for n, name in enumerate(names):
        packed = bytes if name.endswith(".warc") else gzip.compress
        write_warc(tmp_path / "in" / name, record(f"https://a.example/{n}", html("x")), packed=packed)
    pages = [f"https://a.example/{n}" for n in range(3)]
    folder = tmp_path / "in"
    assert sorted(urls(poll(look(folder)))) == pages
    twice = poll(look(f"{folder}/**/*.warc*", folder, folder / "a.warc.gz"))
    assert (sorted(urls(twice)), twice.duplicate) == (pages, 0)
    monkeypatch.setenv("HOME", str(tmp_path))
    assert urls(poll(look("~/in/*.warc.gz"))) == pages[:1]
    some = poll(look(folder / "a.warc.gz", folder / "none*.warc", tmp_path / "nowhere"))
    assert (urls(some), some.failures) == (pages[:1], {"unreadable_file": 2})


def test_no_file_at_all_is_a_mistake_that_names_the_paths(look, tmp_path):
    with pytest.raises(CollectError, match=r"nowhere\*.*Correct `paths` of source 'example'") as caught:
        poll(look(tmp_path / "nowhere*"))
    assert caught.value.failure is Failure.UNREADABLE_FILE


@pytest.mark.parametrize("site", ["https://news.example/", "News.example", "a b", "", "news.example:80"])
def test_a_site_that_is_no_host_is_refused_with_the_settings(look, tmp_path, site):
    with pytest.raises(ValidationError):
        look(tmp_path, sites=[site])


def test_a_file_is_read_once_until_it_or_what_is_wanted_changes(look, tmp_path):
    path = write_warc(tmp_path / "x.warc.gz", record("https://a.example/1", html("x")))
    known = dict(poll(look(path)).validators)
    again = poll(look(path, known=known))
    assert (again.candidates, again.unmodified, again.validators) == ((), 1, {})
    assert len(poll(look(path, known=known, languages=["de"])).candidates) == 1
    with path.open("ab") as file:
        file.write(gzip.compress(record("https://a.example/2", html("y"))))
    assert len(poll(look(path, known=known)).candidates) == 2


def test_a_truncated_file_gives_what_is_whole(look, tmp_path):
    path = twenty(tmp_path / "x.warc.gz")
    path.write_bytes(path.read_bytes()[:-900])
    result = poll(look(path))
    assert 9 <= len(result.candidates) <= 11
    assert result.failures["bad_warc_record"] == 1
    assert readable(result)


def test_a_broken_record_costs_itself_alone(look, tmp_path):
    first, second, third = (record(f"https://a.example/{n}", html("x" * n)) for n in (1, 2, 3))
    path = write_warc(tmp_path / "x.warc.gz", first, second, third)
    data = bytearray(path.read_bytes())
    at = len(gzip.compress(first))
    data[at + 30 : at + 60] = b"\xff" * 30
    path.write_bytes(data)
    result = poll(look(path))
    assert urls(result) == ["https://a.example/1", "https://a.example/3"]
    assert result.failures == {"bad_warc_record": 1}
    assert readable(result)


def test_a_file_that_cannot_be_read_is_counted_beside_others(look, tmp_path):
    write_warc(tmp_path / "good.warc.gz", record("https://a.example/1", html("x")))
    (tmp_path / "gone.warc.gz").symlink_to(tmp_path / "nowhere")
    (tmp_path / "zero.warc.gz").symlink_to("/dev/zero")
    (tmp_path / "empty.warc.gz").write_bytes(b"")
    (tmp_path / "none.warc.gz").write_bytes(b"no archive at all")
    result = poll(look(tmp_path))
    assert (urls(result), result.failures) == (["https://a.example/1"], {"unreadable_file": 2, "bad_warc_record": 1})
    assert set(result.validators) == {place_in(tmp_path / f"{name}.warc.gz") for name in ("good", "empty", "none")}


def test_a_file_packed_in_one_piece_is_copied_so_that_its_pages_have_places(look, tmp_path):
    records = [record(f"https://a.example/{n}", html("x" * 50 * n)) for n in range(1, 5)]
    path = write_warc(tmp_path / "x.warc.gz", gzip.compress(b"".join(records)), packed=bytes)
    spool = tmp_path / "spool"
    result = poll(look(path, spool=spool, include=["[1-3]$"]))
    assert (urls(result), result.failures) == ([f"https://a.example/{n}" for n in (1, 2, 3)], {"excluded": 1})
    [copy] = spool.rglob("*.warc.gz")
    assert all((c.held_at or "").startswith(f"{copy.as_uri()}#") for c in result.candidates)
    assert readable(result)
    assert set(result.validators) == {place_in(path)}


def test_without_a_spool_its_pages_are_counted_as_lost(look, tmp_path):
    records = [record(f"https://a.example/{n}", html("x")) for n in range(4)]
    path = write_warc(tmp_path / "x.warc.gz", gzip.compress(b"".join(records)), packed=bytes)
    result = poll(look(path))
    assert (urls(result), result.failures) == (["https://a.example/0"], {"bad_warc_record": 3})
    assert readable(result)


def test_of_two_records_packed_together_the_one_without_a_place_is_counted(look, tmp_path):
    first, second, third = (record(f"https://a.example/{n}", html("x")) for n in (1, 2, 3))
    path = write_warc(tmp_path / "x.warc.gz", first + second, third)
    result = poll(look(path))
    assert (urls(result), result.failures) == (["https://a.example/1", "https://a.example/3"], {"bad_warc_record": 1})
    assert readable(result)


@pytest.mark.parametrize(
    "url",
    ["https://a.example/../../etc/passwd", "../../etc/passwd", "file:///etc/passwd", "https://[bad/x", "dns:a.example",
     "file://{path}#0", "https://a.example/" + "x" * 3_000],
)  # fmt: skip
def test_the_url_of_a_record_is_never_a_path(look, tmp_path, url):
    path = tmp_path / "x.warc.gz"
    write_warc(path, record(url.format(path=path), html("x")))
    before = sorted(tmp_path.rglob("*"))
    result = poll(look(path, spool=tmp_path / "spool"))
    assert [c.url for c in result.candidates] in ([], ["https://a.example/etc/passwd"])
    assert all((c.held_at or "").startswith(path.as_uri()) for c in result.candidates)
    assert sorted(tmp_path.rglob("*")) == before
    assert poll(look(path, sites=["b.example"])).candidates == ()


def test_bombs_cost_one_page_each_and_no_memory(look, tmp_path):
    coded = "Content-Type: text/html\r\nContent-Encoding: gzip\r\n"
    doubly = coded.replace("gzip", "gzip, gzip")
    spaces = gzip.compress(b" " * 50_000_000)
    long_line = b"X-A: " + b"a" * 50_000_000 + b"\r\nWARC-Date"
    path = write_warc(
        tmp_path / "x.warc.gz",
        record("https://a.example/1", spaces, headers=coded),
        record("https://a.example/2", gzip.compress(spaces), headers=doubly),
        record("https://a.example/3", b"<p>" + b" " * 50_000_000),
        record("https://a.example/5", html("x")),
        record("https://a.example/4", b"x").replace(b"WARC-Date", long_line),
        record("https://a.example/6", html("x")),
    )
    del long_line, spaces
    tracemalloc.start()
    result = poll(look(path))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert urls(result) == ["https://a.example/5", "https://a.example/6"]
    assert result.failures == {"too_large": 3, "bad_warc_record": 1}
    assert peak < 10_000_000


def test_a_thousand_unwanted_records_are_passed_over_quickly(look, tmp_path):
    """Bound: ten times what was measured. What is not wanted is unpacked, but neither decoded nor looked at."""
    coded = "Content-Type: text/html\r\nContent-Encoding: gzip\r\n"
    packed = gzip.compress(record("https://other.example/1", gzip.compress(html("word " * 10_000)), headers=coded))
    path = tmp_path / "x.warc.gz"
    path.write_bytes(packed * 1_000)
    start = time.process_time()
    result = poll(look(path, sites=["news.example"]))
    assert result.failures == {"excluded": 1_000}
    assert time.process_time() - start < 1
