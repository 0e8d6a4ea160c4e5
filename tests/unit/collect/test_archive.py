"""WARC files of our own: what a record says, that nothing half is ever there, and that damage costs one record."""

from __future__ import annotations

import gzip
import hashlib
import random
import resource
from base64 import b32encode
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from fastwarc.warc import ArchiveIterator

from pipelines.collect import Archive, Fetched, State, source_of
from pipelines.collect.web.exchange import Exchange
from tests.archived import new_file

DAY = date(2024, 5, 2)
TIME = datetime(2024, 5, 2, 8, 30, 15, tzinfo=UTC)
HEADERS = (("Content-Type", "text/html; charset=utf-8"), ("Content-Encoding", "gzip"), ("Content-Length", "7"),
           ("Transfer-Encoding", "chunked"), ("ETag", '"x"'))  # fmt: skip
CANONICAL = "https://news.example/1?a=%C3%BC"
"""How the first page's address is known."""


def fetched(number: int = 1, body: bytes | None = None, **changes: object) -> Fetched:
    url = f"https://news.example/{number}?a=ü"
    noise = "".join(hashlib.sha512(f"{number}-{n}".encode()).hexdigest() for n in range(20)).encode()
    values = {
        "source_id": "example", "archive_date": DAY, "url": url, "final_url": url, "status": 200, "reason": "OK",
        "headers": HEADERS, "request_headers": (("Host", "news.example"), ("User-Agent", "claimhouse/test")),
        "body": body if body is not None else b"<p>%d %s</p>" % (number, noise), "fetched_at": TIME,
        "content_type": "text/html; charset=utf-8", "hops": (),
    }  # fmt: skip
    return Fetched(**{**values, **changes})  # type: ignore[arg-type]


@pytest.fixture
def archive(tmp_path) -> Iterator[Archive]:
    with State(tmp_path / "collection") as state:
        yield Archive(tmp_path / "warc", state)


def fill(archive: Archive, *pages: Fetched, source_id: str = "example") -> Path:
    with new_file(archive, DAY, source_id) as writer:
        for page in pages:
            writer.write(page, None)
    return max((archive.root / "2024-05-02" / source_id).iterdir())


def numbers(archive: Archive) -> tuple[list[int], dict[str, int]]:
    failures: Counter[str] = Counter()
    found = [int(page.url.split("/")[-1].split("?")[0]) for page in archive.pages(DAY, failures=failures)]
    return found, dict(failures)


def test_the_records_of_a_page(archive):
    page = fetched(hops=(Exchange("https://news.example/old", 301, "Moved", (("Location", "/1"),), (), TIME),))
    path = fill(archive, page)
    records = []
    with path.open("rb") as file:
        for record in ArchiveIterator(file):
            kind = record.headers["WARC-Type"]
            assert record.verify_payload_digest() or kind in ("warcinfo", "request")
            records.append((kind, record.headers.to_dict(), record.http_headers, record.reader.read()))
    assert [kind for kind, *_ in records] == ["warcinfo", "response", "request", "response"]
    (_, info, _, text), (_, hop, hop_http, _), (_, request, request_http, _), (_, response, http, body) = records
    assert info["WARC-Filename"] == "00000.warc.gz"
    assert b"software: claimhouse/" in text
    assert (hop["WARC-Target-URI"], hop_http.status_code) == ("https://news.example/old", 301)
    assert response["WARC-Target-URI"] == request["WARC-Target-URI"] == "https://news.example/1?a=ü"
    assert request["WARC-Concurrent-To"] == response["WARC-Record-ID"]
    assert ("User-Agent", "claimhouse/test") in request_http.to_tuples()
    assert response["WARC-Date"] == "2024-05-02T08:30:15Z"
    assert response["WARC-Payload-Digest"] == "sha1:" + b32encode(hashlib.sha1(page.body).digest()).decode()
    assert response["Content-Type"].replace(" ", "") == "application/http;msgtype=response"
    assert body == page.body
    assert http.status_line == "HTTP/1.1 200 OK"
    assert http.to_tuples() == (
        ("Content-Type", "text/html; charset=utf-8"), ("X-Archive-Orig-Content-Encoding", "gzip"),
        ("X-Archive-Orig-Content-Length", "7"), ("X-Archive-Orig-Transfer-Encoding", "chunked"), ("ETag", '"x"'),
        ("Content-Length", str(len(page.body))),
    )  # fmt: skip


def test_each_record_can_be_read_at_its_offset(archive):
    fill(archive, fetched(1), fetched(2))
    pages = list(archive.pages(DAY, failures=Counter()))
    for page in pages:
        with (archive.root / page.warc_file).open("rb") as file:
            file.seek(page.warc_offset)
            record = next(iter(ArchiveIterator(file)))
            assert record.headers["WARC-Target-URI"] == page.url
            assert record.reader.read() == page.body
    assert [page.warc_file for page in pages] == ["2024-05-02/example/00000.warc.gz"] * 2
    assert (pages[0].fetched_at, pages[0].status, pages[0].content_type) == (TIME, 200, HEADERS[0][1])


def test_a_full_file_is_followed_by_another(archive, monkeypatch):
    monkeypatch.setattr("pipelines.collect.archive.archive.FULL", 2_000)
    with archive.writers() as writers:
        for number in range(5):
            writers.of(DAY, "example").write(fetched(number), None)
    fill(archive, fetched(5))
    names = [path.name for path in archive.files(DAY)]
    assert len(names) > 2
    assert names == [f"{number:05d}.warc.gz" for number in range(len(names))]
    assert numbers(archive) == ([0, 1, 2, 3, 4, 5], {})


def test_pages_come_by_source(archive):
    fill(archive, fetched(2), source_id="b")
    fill(archive, fetched(1), source_id="a")
    fill(archive, fetched(3), source_id="a")
    assert numbers(archive) == ([1, 3, 2], {})
    assert [page.source_id for page in archive.pages(DAY, failures=Counter())] == ["a", "a", "b"]
    of_a = [path for path in archive.files(DAY) if source_of(path) == "a"]
    found = Archive.pages_in(archive.root, of_a, Counter())
    assert [page.url for page in found] == [fetched(1).url, fetched(3).url]
    assert archive.files(date(2024, 5, 3)) == []
    assert not list(archive.pages(date(2024, 5, 3), failures=Counter()))


def test_nothing_written_leaves_no_file(archive):
    with new_file(archive, DAY, "example"):
        pass
    assert not [path for path in archive.root.rglob("*") if path.is_file()]


def test_until_the_end_there_is_only_a_part_file(archive):
    folder = archive.root / "2024-05-02" / "example"
    with new_file(archive, DAY, "example") as writer:
        writer.write(fetched(1), None)
        assert [path.name for path in folder.iterdir()] == ["00000.warc.gz.part"]
        assert numbers(archive) == ([], {})
    assert [path.name for path in folder.iterdir()] == ["00000.warc.gz"]
    fill(archive, fetched(2))
    assert sorted(path.name for path in folder.iterdir()) == ["00000.warc.gz", "00001.warc.gz"]


def test_one_run_writes_many_files_side_by_side(archive):
    with archive.writers() as writers:
        for number in range(6):
            writers.of(DAY, "ab"[number % 2]).write(fetched(number), None)
        assert writers.of(DAY, "a") is writers.of(DAY, "a")
        writers.of(DAY, "empty")
    assert numbers(archive) == ([0, 2, 4, 1, 3, 5], {})
    assert len([path for path in archive.root.rglob("*") if path.is_file()]) == 2


def test_an_error_while_writing_keeps_the_whole_records(archive):
    def write_and_stop() -> None:
        with new_file(archive, DAY, "example") as writer:
            writer.write(fetched(1), None)
            raise RuntimeError("stopped")

    with pytest.raises(RuntimeError, match="stopped"):
        write_and_stop()
    assert numbers(archive) == ([1], {})


@pytest.mark.parametrize("room", [0, 100, 5_000, 12_000])
def test_a_full_disk_leaves_no_half_record_and_writing_can_go_on(archive, room):
    """The limit on the size of files stands in for the disk."""
    noise = hashlib.sha512(b"noise").digest() + random.Random(3).randbytes(30_000)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    with new_file(archive, DAY, "example") as writer:
        writer.write(fetched(1), None)
        whole = writer.whole
        resource.setrlimit(resource.RLIMIT_FSIZE, (whole + room, hard))
        try:
            with pytest.raises(OSError, match="too large"):
                writer.write(fetched(2, b"<p>" + noise), None)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        [part] = (archive.root / "2024-05-02" / "example").iterdir()
        assert part.stat().st_size == writer.whole == whole
        writer.write(fetched(3), None)
    assert numbers(archive) == ([1, 3], {})
    assert archive.index.page_of(fetched(2).url) is None
    [_, last] = archive.pages(DAY, failures=Counter())
    with (archive.root / last.warc_file).open("rb") as file:
        file.seek(last.warc_offset)
        assert next(iter(ArchiveIterator(file))).headers["WARC-Target-URI"] == fetched(3).url


def test_a_source_id_cannot_leave_the_archive(archive):
    with pytest.raises(ValueError, match="no source id"):
        fill(archive, fetched(), source_id="../other")


def test_a_line_break_in_a_header_cannot_end_the_head(archive):
    fill(archive, fetched(headers=(("X-A", "b\r\n\r\n<p>evil</p>"), ("Content-Type", "text/html"))))
    [page] = archive.pages(DAY, failures=Counter())
    assert page.body == fetched().body


def test_a_page_that_was_looked_at_again_is_a_revisit_record(archive):
    fill(archive, fetched(1))
    known = archive.index.page(CANONICAL)
    assert known is not None
    later = fetched(1, status=304, reason="Not Modified", body=b"", fetched_at=TIME + timedelta(days=1),
                    headers=(("ETag", '"y"'),))  # fmt: skip
    with new_file(archive, DAY, "example") as writer:
        writer.write_unchanged(later, known)
        writer.write_unchanged(fetched(1, fetched_at=TIME + timedelta(days=7)), known)
    path = archive.root / "2024-05-02" / "example" / "00001.warc.gz"
    with path.open("rb") as file:
        _, *records = [
            (record.headers.to_dict(), record.http_headers, record.reader.read()) for record in ArchiveIterator(file)
        ]
    assert [record["WARC-Type"] for record, _, _ in records] == ["revisit", "revisit"]
    assert [record["WARC-Profile"].rpartition("/")[2] for record, _, _ in records] == [
        "server-not-modified", "identical-payload-digest",
    ]  # fmt: skip
    for (record, http, body), status in zip(records, (304, 200), strict=True):
        assert record["WARC-Target-URI"] == record["WARC-Refers-To-Target-URI"] == CANONICAL
        assert record["WARC-Refers-To-Date"] == "2024-05-02T08:30:15Z"
        assert record["WARC-Payload-Digest"] == known.digest
        assert (http.status_code, http["Content-Length"], body) == (status, "0", b"")
    assert numbers(archive) == ([1], {})
    assert archive.index.count(DAY, "example") == (1, 2)


def test_a_page_met_under_another_address_is_a_note_and_the_way_to_it(archive):
    fill(archive, fetched(1))
    hop = Exchange("https://news.example/short", 302, "Found", (("Location", "/2?a=ü"),), (), TIME)
    with new_file(archive, DAY, "example") as writer:
        writer.write_same(fetched(2, url=hop.url, hops=(hop,)), CANONICAL)
        writer.write_notice(fetched(3), {"optOut": "noai", "evidence": "X-Robots-Tag:\r\n noai"})
    path = archive.root / "2024-05-02" / "example" / "00001.warc.gz"
    with path.open("rb") as file:
        _, *records = [
            (record.headers["WARC-Type"], record.headers.get("WARC-Target-URI"), record.reader.read())
            for record in ArchiveIterator(file)
        ]
    assert records == [
        ("response", hop.url, b""),
        ("metadata", fetched(2).url, f"leadsTo: {CANONICAL}\r\n".encode()),
        ("metadata", fetched(3).url, b"optOut: noai\r\nevidence: X-Robots-Tag:   noai\r\n"),
    ]
    assert numbers(archive) == ([1], {})
    assert archive.index.page_of(hop.url) == archive.index.page_of(fetched(2).url) == CANONICAL
    assert archive.index.page_of(fetched(3).url) is None


def offsets(archive: Archive) -> list[int]:
    return [page.warc_offset or 0 for page in archive.pages(DAY, failures=Counter())]


def overwrite(data: bytes, at: int, new: bytes) -> bytes:
    return data[:at] + new + data[at + len(new) :]


@pytest.mark.parametrize(
    ("damage", "left"),
    [
        (lambda data, at: overwrite(data, at[1] + 150, b"\xff" * 40), [1, 3, 4]),
        (lambda data, at: overwrite(data, at[1], b"\0"), [1, 3, 4]),
        (lambda data, at: data[: at[1] + 20] + data[at[1] + 90 :], [1, 3, 4]),
        (lambda data, at: overwrite(overwrite(data, at[1], b"\0"), at[3], b"\0"), [1, 3]),
        (lambda data, at: data[: at[3] + 500], [1, 2, 3]),
        (lambda data, at: data[: at[3] + 30], [1, 2, 3]),
        (lambda data, at: data[: at[3] + 5], [1, 2, 3]),
        (lambda data, at: data + b"rubbish at the end", [1, 2, 3, 4]),
    ],
)
def test_damage_costs_the_damaged_record_only(archive, damage: Callable[[bytes, list[int]], bytes], left: list[int]):
    path = fill(archive, *(fetched(n) for n in range(1, 5)))
    path.write_bytes(damage(path.read_bytes(), offsets(archive)))
    found, failures = numbers(archive)
    assert found == left
    assert failures["bad_warc_record"] == (2 if left == [1, 3] else 1)


@pytest.mark.parametrize("repack", [lambda data: data, gzip.compress])
def test_plain_and_wholly_packed_files_are_read_too(archive, repack):
    path = fill(archive, *(fetched(n) for n in range(1, 5)))
    path.write_bytes(repack(gzip.decompress(path.read_bytes())))
    assert numbers(archive) == ([1, 2, 3, 4], {})


def test_a_wholly_packed_file_cut_off_gives_what_came_before(archive):
    path = fill(archive, *(fetched(n) for n in range(1, 30)))
    packed = gzip.compress(gzip.decompress(path.read_bytes()))
    path.write_bytes(packed[: len(packed) // 2])
    found, failures = numbers(archive)
    assert found == list(range(1, len(found) + 1))
    assert len(found) > 10
    assert failures == {"bad_warc_record": 1}


@pytest.mark.parametrize(
    ("damage", "left"),
    [
        (lambda data: data[:-1500], [1, 2, 3]),
        (lambda data: data[: data.rindex(b"WARC/1.1") + 40], [1, 2, 3]),
        (lambda data: data.replace(b"WARC/1.1\r\nWARC-Type: resp", b"WARC/x.1\r\nWARC-Type: resp", 1), [2, 3, 4]),
        (lambda data: data.replace(b"Content-Length: 2", b"Content-Length: 922222", 1), [2, 3, 4]),
    ],
)  # fmt: skip
def test_damage_in_a_plain_file(archive, damage: Callable[[bytes], bytes], left: list[int]):
    path = fill(archive, *(fetched(n) for n in range(1, 5)))
    path.write_bytes(damage(gzip.decompress(path.read_bytes())))
    found, failures = numbers(archive)
    assert found == left
    assert failures["bad_warc_record"] >= 1


@pytest.mark.parametrize(
    "data", [b"", b"no warc at all\n" * 100, b"\x1f\x8b\x08\x00broken", gzip.compress(b"<html>", mtime=0)]
)
def test_files_that_are_no_warc_end_quietly(archive, data):
    path = fill(archive, fetched())
    path.write_bytes(data)
    assert numbers(archive) == ([], {"bad_warc_record": 1} if data else {})


def test_nothing_of_a_record_that_did_not_fit_is_written_behind_the_cut(tmp_path, archive):
    """A small record waits in a buffer; closing the file would write it once more, and the next record behind it."""
    small = fetched(1, b"<p>small</p>")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    with new_file(archive, DAY, "example") as writer:
        writer.write(small, None)
        part = next(tmp_path.rglob("*.part"))
        whole = part.stat().st_size
        resource.setrlimit(resource.RLIMIT_FSIZE, (whole + 100, hard))
        try:
            with pytest.raises(OSError, match="too large"):
                writer.write(fetched(2), None)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        assert part.stat().st_size == whole
        writer.write(fetched(3), None)
    failures: Counter[str] = Counter()
    assert len(list(archive.pages(DAY, failures=failures))) == 2
    assert not failures


def test_a_thread_that_comes_too_late_is_refused(archive):
    with new_file(archive, DAY, "example") as writer:
        writer.write(fetched(1), None)
    with pytest.raises(OSError, match="finished"):
        writer.write(fetched(2), None)
    assert not list(archive.root.rglob("*.part"))
    assert archive.index.page_of("https://news.example/2?a=%C3%BC") is None
