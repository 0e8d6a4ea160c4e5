"""After a crash: part files are finished with all whole records, and a lost index is made again from WARC alone."""

from __future__ import annotations

import gzip
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from pipelines.collect import Archive, Fetched, State, import_paths
from pipelines.collect.archive.archive import Writers
from pipelines.collect.archive.page_writing import named_address
from pipelines.collect.archive.reindexing import whole_length
from pipelines.collect.web.exchange import Exchange
from tests.archived import new_file

DAY, NEXT = date(2024, 5, 2), date(2024, 5, 3)
TIME = datetime(2024, 5, 2, 8, 30, 15, tzinfo=UTC)
SITE = "https://news.example"
TABLES = ("pages", "visited", "versions")
"""What must be the same in an index that was made again; `changed_dates` then names every date with pages."""


@contextmanager
def opened(folder: Path) -> Iterator[Archive]:
    with State(folder / "collection") as state:
        yield Archive(folder / "warc", state)


def html(text: str, canonical: str | None = None) -> bytes:
    link = f'<link rel="canonical" href="{canonical}">' if canonical else ""
    return f"<html><head><title>{text}</title>{link}</head><body><p>{text}</p></body></html>".encode()


def fetched(path: str, final: str | None = None, *, day: date = DAY, body: bytes | None = None, **more: Any) -> Fetched:
    """A page asked for at `path` and had at `final`, by way of a redirect if they differ."""
    url, target = SITE + path, SITE + (final or path)
    time = more.pop("fetched_at", TIME)
    hop = Exchange(url, 302, "Found", (("Location", final or path),), (("Host", "news.example"),), time)
    return Fetched(
        more.get("source_id", "alpha"), day, url, target, more.get("status", 200), "OK",
        (("Content-Type", "text/html"), ("ETag", '"1"'), ("Last-Modified", "Thu, 02 May 2024 08:00:00 GMT")),
        (("Host", "news.example"),), html(path) if body is None else body, time, "text/html", (hop,) if final else (),
    )  # fmt: skip


def write(archive: Archive, *pages: Fetched) -> None:
    with archive.writers() as writers:
        for page in pages:
            writers.of(page.archive_date, page.source_id).write(page, named_address(page.final_url, page.body))


def rows(archive: Archive) -> dict[str, list[tuple[object, ...]]]:
    return {table: archive._state.all(f"select * from {table} order by 1, 2") for table in TABLES}


def lose_index(folder: Path) -> None:
    for path in (folder / "collection").glob("state.sqlite*"):
        path.unlink()


def remade(folder: Path) -> dict[str, list[tuple[object, ...]]]:
    """The index as it is made again from the WARC files alone."""
    lose_index(folder)
    with opened(folder) as archive:
        archive.recover()
        return rows(archive)


def urls(archive: Archive, day: date = DAY) -> list[str]:
    failures: Counter[str] = Counter()
    found = [page.url.removeprefix(SITE) for page in archive.pages(day, failures=failures)]
    assert not failures
    return found


# The index from the files alone


def test_pages_their_ways_and_their_validators(tmp_path):
    with opened(tmp_path) as archive:
        write(
            archive,
            fetched("/1"),
            fetched("/short", "/2?utm_source=x"),
            fetched("/3?id=ü&utm_medium=y"),
            fetched("/amp/4", body=html("4", f"{SITE}/4")),
            fetched("/5", body=html("5", "https://www.news.example/five?utm_source=z")),
            fetched("/6", body=html("6", "https://else.example/6")),
            fetched("/7", day=NEXT, source_id="beta"),
            fetched("/8", "/8?utm_source=cookie"),
        )
        before = rows(archive)
        assert archive.index.page_of(f"{SITE}/short") == f"{SITE}/2"
        assert archive.index.page_of(f"{SITE}/4") == f"{SITE}/amp/4"
        assert archive.index.page_of("https://www.news.example/five") == f"{SITE}/5"
        assert archive.index.page_of("https://else.example/6") is None
    assert len(before["pages"]) == 8
    assert remade(tmp_path) == before


def test_a_chain_of_redirects(tmp_path):
    page = fetched("/a", "/d")
    hops = tuple(
        Exchange(SITE + path, 301, "Moved", (("Location", target),), (), TIME)
        for path, target in [("/a", "/b"), ("/b", "https://else.example/c"), ("/c", "/x")]
    )[:2]
    last = Exchange("https://else.example/c", 307, "Moved", (("Location", f"{SITE}/d#top"),), (), TIME)
    with opened(tmp_path) as archive:
        write(archive, Fetched(**{name: getattr(page, name) for name in page.__slots__} | {"hops": (*hops, last)}))
        before = rows(archive)
        for url in (f"{SITE}/a", f"{SITE}/b", "https://else.example/c", f"{SITE}/d"):
            assert archive.index.page_of(url) == f"{SITE}/d"
    assert remade(tmp_path) == before


def test_versions_and_visits(tmp_path):
    day, week = TIME + timedelta(days=1), TIME + timedelta(days=7)
    with opened(tmp_path) as archive:
        write(archive, fetched("/1"), fetched("/2"), fetched("/3?utm_source=x"))
        for path, time in (("/1", day), ("/3", day), ("/1", week)):
            known = archive.index.page(SITE + path)
            assert known is not None
            with new_file(archive, DAY, "alpha") as writer:
                writer.write_unchanged(fetched(path, status=304, body=b"", fetched_at=time), known)
        known = archive.index.page(f"{SITE}/2")
        assert known is not None
        write(archive, fetched("/2", body=html("corrected", "https://www.news.example/2"), fetched_at=day))
        with new_file(archive, DAY, "alpha") as writer:  # moved, and as before
            writer.write_unchanged(fetched("/2", "/moved", fetched_at=week), known)
        before = rows(archive)
        assert archive.index.count(DAY, "alpha") == (3, 4)
    assert len(before["versions"]) == 4
    assert remade(tmp_path) == before


@pytest.mark.parametrize("days", [(DAY, NEXT), (NEXT, DAY)])
def test_notes_of_where_an_address_leads_whichever_file_is_read_first(tmp_path, days):
    page_day, note_day = days
    with opened(tmp_path) as archive:
        write(archive, fetched("/1", day=page_day))
        with new_file(archive, note_day, "beta") as writer:
            writer.write_same(fetched("/t", "/m/1?utm_source=x", day=note_day, source_id="beta"), f"{SITE}/1")
        before = rows(archive)
        for path in ("/t", "/m/1", "/m/1?utm_source=x"):
            assert archive.index.page_of(SITE + path) == f"{SITE}/1"
    assert remade(tmp_path) == before


def test_a_page_that_was_reserved_is_not_asked_for_again(tmp_path):
    with opened(tmp_path) as archive, new_file(archive, DAY, "alpha") as writer:
        writer.write_notice(fetched("/r", "/reserved?utm_source=x"), {"optOut": "tdm_reservation", "evidence": "1"})
    lose_index(tmp_path)
    with opened(tmp_path) as archive:
        archive.recover()
        for path in ("/r", "/reserved", "/reserved?utm_source=x"):
            assert archive.index.page_of(SITE + path) == f"{SITE}/reserved"
        assert archive.index.page(f"{SITE}/reserved") is None


def test_imported_files(tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "a.txt").write_text("Only text")
    (folder / "b ä.html").write_bytes(html("B"))
    (folder / "c.html").write_bytes(html("C", f"{SITE}/c?utm_source=x"))
    with opened(tmp_path) as archive:
        import_paths([folder], archive, archive_date=DAY)
        before = [row for table in ("visited", "versions") for row in rows(archive)[table]]
    made = remade(tmp_path)
    assert [row for table in ("visited", "versions") for row in made[table]] == before
    with opened(tmp_path) as archive:
        assert import_paths([folder], archive, archive_date=NEXT).duplicates == 3


def test_every_date_is_to_be_loaded_again(tmp_path):
    with opened(tmp_path) as archive:
        write(archive, fetched("/1"), fetched("/2", day=NEXT))
    remade(tmp_path)
    with opened(tmp_path) as archive:
        assert set(archive.index.changed_dates()) == {DAY, NEXT}


def test_it_is_made_again_by_whoever_collects_next_though_others_opened_the_state_first(tmp_path):
    """`claimhouse sources list` after the file was moved away must not make the archive look empty."""
    with opened(tmp_path) as archive:
        write(archive, fetched("/1"), fetched("/2"))
        before = rows(archive)
    lose_index(tmp_path)
    with opened(tmp_path):
        pass
    with opened(tmp_path) as archive:
        assert archive.recover() == 1
        assert rows(archive) == before
    with opened(tmp_path) as archive:
        assert archive.recover() == 0


def test_nothing_there_is_nothing_to_do(tmp_path):
    with opened(tmp_path) as archive:
        assert archive.recover() == 0
        assert not archive.root.exists()


@pytest.mark.parametrize("at", [0, 3, 40])
def test_a_damaged_file_costs_what_stands_behind_the_damage_and_no_other_file(tmp_path, at):
    with opened(tmp_path) as archive:
        write(archive, *(fetched(f"/{n}") for n in range(4)), fetched("/other", day=NEXT))
        offsets = [page.warc_offset or 0 for page in archive.pages(DAY, failures=Counter())]
    path = tmp_path / "warc" / "2024-05-02" / "alpha" / "00000.warc.gz"
    data = bytearray(path.read_bytes())
    data[offsets[2] + at : offsets[2] + at + 8] = b"\xff" * 8
    path.write_bytes(data)
    lose_index(tmp_path)
    with opened(tmp_path) as archive:
        assert archive.recover() == 2
        assert archive.recover() == 0
        known = {page.rpartition("/")[2] for page, *_ in rows(archive)["pages"]}
    assert {"0", "1", "other"} <= known
    assert "2" not in known


@pytest.mark.parametrize("data", [b"", b"no warc", b"\x1f\x8b\x08\x00broken", gzip.compress(b"<html>" * 99, mtime=0)])
def test_a_file_that_is_no_warc_stops_nobody(tmp_path, data):
    folder = tmp_path / "warc" / "2024-05-02" / "alpha"
    folder.mkdir(parents=True)
    (folder / "00000.warc.gz").write_bytes(data)
    with opened(tmp_path) as archive:
        assert archive.recover() == 1
        write(archive, fetched("/1"))
    assert sorted(path.name for path in folder.iterdir()) == ["00000.warc.gz", "00001.warc.gz"]


# What a killed process leaves


def leave_part(folder: Path, *pages: Fetched, share: float = 1, less: int = 0) -> tuple[bytes, bool]:
    """A part file as a killed process leaves it: opened, written up to somewhere, never finished.

    Returns the bytes that the process would have written, and whether all of them are there.
    """
    part = folder / "warc" / "2024-05-02" / "alpha" / "00000.warc.gz.part"
    with opened(folder) as archive:
        archive.recover()
        writers = Writers(archive, archive._state)
        for page in pages:
            writers.of(page.archive_date, page.source_id).write(page, named_address(page.final_url, page.body))
    data = part.read_bytes()
    part.write_bytes(data[: int(len(data) * share) - less])
    return data, share == 1 and less == 0


def test_a_part_file_is_finished_and_its_pages_are_there(tmp_path):
    data, _ = leave_part(tmp_path, fetched("/1"), fetched("/short", "/2"))
    with opened(tmp_path) as archive:
        assert urls(archive) == []
        assert archive.recover() == 1
        assert urls(archive) == ["/1", "/2"]
        assert archive.index.page_of(f"{SITE}/short") == f"{SITE}/2"
        assert archive.recover() == 0
        folder = archive.folder(DAY, "alpha")
        assert [path.name for path in folder.iterdir()] == ["00000.warc.gz"]
        assert (folder / "00000.warc.gz").read_bytes() == data
        write(archive, fetched("/3"))
        assert urls(archive) == ["/1", "/2", "/3"]


@pytest.mark.parametrize("lost", [False, True])
def test_half_records_are_cut_off_wherever_the_process_was_killed(tmp_path, lost):
    """With its state as it was left, or lost as well."""
    pages = [fetched(f"/{n}") for n in range(3)]
    for number, (share, less) in enumerate([(1, 0), (1, 1), (1, 300), (0.5, 0), (0.3, 0), (0.02, 0), (0, 0)]):
        home = tmp_path / str(number)
        data, is_whole = leave_part(home, *pages, share=share, less=less)
        if lost:
            lose_index(home)
        with opened(home) as archive:
            assert archive.recover() == 1
            kept = urls(archive)
            assert kept == ["/0", "/1", "/2"][: len(kept)]
            assert (len(kept) == 3) == is_whole
            path = archive.folder(DAY, "alpha") / "00000.warc.gz"
            assert not path.with_name(path.name + ".part").exists()
            if path.exists():
                assert data.startswith(path.read_bytes())
                assert whole_length(path) == path.stat().st_size
            assert [archive.index.page_of(page.url) is not None for page in pages] == [
                f"/{n}" in kept for n in range(3)
            ]


def test_a_power_cut_takes_records_that_the_index_knew(tmp_path):
    """Not synced yet: the file may be gone as a whole, and with it a page, its ways and a new version of another."""
    with opened(tmp_path) as archive:
        write(archive, fetched("/1"))
        before = rows(archive)
    day = TIME + timedelta(days=1)
    with opened(tmp_path) as archive:
        archive.recover()
        writers = Writers(archive, archive._state)
        writers.of(DAY, "alpha").write(fetched("/1", body=html("corrected"), fetched_at=day), None)
        writers.of(DAY, "alpha").write(fetched("/short", "/2"), None)
    [part] = (tmp_path / "warc").rglob("*.part")
    part.unlink()
    with opened(tmp_path) as archive:
        assert archive.recover() == 1
        assert rows(archive)["visited"] == before["visited"]
        assert rows(archive)["versions"] == before["versions"]
        known = archive.index.page(f"{SITE}/1")
        assert known is not None
        assert (known.digest, bool(known.validators)) == ("", False)  # so that the next visit keeps what it gets


def test_whole_length_of_every_cut(tmp_path):
    members = [gzip.compress(bytes([n]) * 200, mtime=0) for n in range(3)]
    data, path = b"".join(members), tmp_path / "x"
    ends = [0, len(members[0]), len(members[0] + members[1]), len(data)]
    for cut in range(len(data) + 1):
        path.write_bytes(data[:cut])
        assert whole_length(path) == max(end for end in ends if end <= cut)
    path.write_bytes(data + b"rubbish")
    assert whole_length(path) == len(data)


def test_whole_length_of_a_file_larger_than_what_is_read_at_a_time(tmp_path, monkeypatch):
    monkeypatch.setattr("pipelines.collect.archive.reindexing.CHUNK", 64)
    members = [gzip.compress(bytes(range(256)) * n) for n in (1, 3, 2)]
    (tmp_path / "x").write_bytes(b"".join(members)[:-1])
    assert whole_length(tmp_path / "x") == len(members[0] + members[1])
