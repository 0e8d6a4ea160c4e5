"""Importing files: what comes in, under which URL, and that nothing bad stops the rest or goes unsaid."""

from __future__ import annotations

import gzip
import hashlib
import os
import resource
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from pipelines.collect import Archive, Fetched, State, import_paths, importable_files
from pipelines.collect.pages.links import canonical_link
from pipelines.errors import UsageError
from pipelines.records import Page
from tests.archived import new_file
from tests.unit.collect.warcs import record, write_warc

DAY, NEXT = date(2024, 5, 2), date(2024, 5, 3)


def html(text: str, link: str | None = None) -> str:
    head = f'<link rel="canonical" href="{link}">' if link else ""
    return f"<!doctype html><html><head><title>T</title>{head}</head><body><p>{text}</p></body></html>"


@pytest.fixture
def archive(tmp_path) -> Iterator[Archive]:
    with State(tmp_path / "collection") as state:
        yield Archive(tmp_path / "warc", state)


@pytest.fixture
def folder(tmp_path) -> Path:
    folder = tmp_path / "in"
    (folder / "deep").mkdir(parents=True)
    (folder / "b.html").write_text(html("B", "https://news.example/b?utm_source=x"))
    (folder / "a.txt").write_text("Only text, naïvely.", encoding="latin-1")
    (folder / "deep" / "c ä.HTM").write_text(html("C"))
    (folder / "notes.md").write_text("not imported")
    return folder


def kept(archive: Archive, day: date = DAY) -> list[Page]:
    failures: Counter[str] = Counter()
    pages = list(archive.pages(day, failures=failures))
    assert not failures
    return pages


def test_a_folder_comes_in_with_all_below_it(archive, folder):
    os.utime(folder / "a.txt", (1_700_000_000, 1_700_000_000))
    seen: list[Path] = []
    report = import_paths([folder], archive, archive_date=DAY, on_file=seen.append)
    assert (report.files, report.pages, report.duplicates, report.failures, report.problems) == (3, 3, 0, {}, ())
    assert seen == importable_files([folder])
    pages = {page.url: page for page in kept(archive)}
    text = pages[(folder / "a.txt").as_uri()]
    assert set(pages) == {text.url, "https://news.example/b", (folder / "deep" / "c ä.HTM").as_uri()}
    assert (text.content_type, text.body) == ("text/plain", "Only text, naïvely.".encode("latin-1"))
    assert (text.fetched_at, text.source_id) == (datetime.fromtimestamp(1_700_000_000, UTC), "import")
    assert pages["https://news.example/b"].content_type == "text/html"


def test_importing_again_on_any_day_changes_nothing_and_a_changed_page_is_a_version(archive, folder):
    import_paths([folder], archive, archive_date=DAY)
    again = import_paths([folder], archive, archive_date=NEXT, source_id="more")
    assert (again.pages, again.duplicates) == (0, 3)
    assert kept(archive, NEXT) == []
    (folder / "b.html").write_text(html("B, corrected", "https://news.example/b"))
    third = import_paths([folder / "b.html"], archive, archive_date=NEXT)
    assert (third.files, third.pages, third.duplicates) == (1, 1, 0)
    assert [page.url for page in kept(archive, NEXT)] == ["https://news.example/b"]


def test_the_same_page_twice_in_one_import_is_a_duplicate(archive, folder):
    (folder / "copy.html").write_bytes((folder / "b.html").read_bytes())
    report = import_paths([folder, folder / "b.html"], archive, archive_date=DAY)
    assert (report.files, report.pages, report.duplicates) == (4, 3, 1)


def test_bad_files_are_named_and_the_rest_is_read(archive, folder):
    (folder / "empty.html").write_bytes(b" \n")
    (folder / "picture.html").write_bytes(b"\x89PNG\r\n\x1a\n" + b"\0" * 50)
    (folder / "plain.html").write_text("no tag in here")
    (folder / "binary.txt").write_bytes(b"\0\1\2")
    (folder / "large.html").write_bytes(b"<p>" + b"x" * 10_000_001)
    (folder / "dangling.html").symlink_to(folder / "nowhere")
    (folder / "odd.warc.gz").write_bytes(b"no archive")
    report = import_paths([folder], archive, archive_date=DAY)
    assert report.pages == 3
    assert report.failures == {
        "empty_page": 1, "not_html": 3, "too_large": 1, "unreadable_file": 1, "bad_warc_record": 1,
    }  # fmt: skip
    problems = "\n".join(report.problems)
    for name in ("empty.html: is empty", "picture.html: is no HTML, but binary data", "plain.html: is no HTML",
                 "binary.txt: is no", "large.html: is larger", "dangling.html: cannot be read (No such file",
                 "odd.warc.gz: has broken WARC records"):  # fmt: skip
        assert name in problems


@pytest.mark.parametrize("name", ["nowhere", "in/notes.md", "in/none"])
def test_a_wrong_call_names_the_path_and_what_is_understood(archive, folder, tmp_path, name):
    (folder / "none").mkdir()
    with pytest.raises(UsageError) as caught:
        import_paths([folder, tmp_path / name], archive, archive_date=DAY)
    assert str(tmp_path / name) in str(caught.value)
    for ending in (".html", ".htm", ".txt", ".warc", ".warc.gz"):
        assert ending in str(caught.value)
    assert not archive.root.exists()


def test_nothing_named_is_a_wrong_call(archive):
    with pytest.raises(UsageError, match="Nothing to import"):
        import_paths([], archive, archive_date=DAY)


def foreign_warc(tmp_path: Path) -> bytes:
    """A WARC as others write it: coded bodies kept as they came, pictures, failed pages, redirects."""

    def record(url: str, head: str, body: bytes) -> bytes:
        block = f"HTTP/1.1 {head}\r\n\r\n".encode() + body
        warc = (
            f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:{url[-1]}>\r\n"
            f"WARC-Date: 2020-01-02T03:04:05Z\r\nWARC-Target-URI: <{url}>\r\n"
            f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(block)}\r\n\r\n"
        )
        return gzip.compress(warc.encode() + block + b"\r\n\r\n")

    packed = gzip.compress(html("one").encode())
    chunked = b"%x\r\n%b\r\n0\r\n\r\n" % (len(packed), packed)
    coded = "200 OK\r\nContent-Type: text/html\r\nContent-Encoding: gzip"
    return b"".join(
        [
            record("https://old.example/1", coded + "\r\nTransfer-Encoding: chunked", chunked),
            record("https://old.example/2", coded + "\r\nTransfer-Encoding: chunked", html("two").encode()),
            record("https://old.example/3", "200 OK\r\nContent-Type: image/png", b"\x89PNG"),
            record("https://old.example/4", "404 Not Found\r\nContent-Type: text/html", html("four").encode()),
            record("https://old.example/5", coded, gzip.compress(b"\0" * 30_000_000)),
            record("https://old.example/6", "200 OK\r\nContent-Type: text/html", b""),
            record("https://old.example/7", "200 OK\r\nContent-Type: text/html", html("seven").encode()),
        ]
    )


def test_the_pages_of_a_foreign_warc_are_copied_decoded(archive, tmp_path):
    path = tmp_path / "foreign.warc.gz"
    path.write_bytes(foreign_warc(tmp_path))
    report = import_paths([path], archive, archive_date=DAY)
    pages = kept(archive)
    assert [(page.url[-1], page.body) for page in pages] == [
        ("1", html("one").encode()), ("2", html("two").encode()), ("7", html("seven").encode()),
    ]  # fmt: skip
    assert {page.fetched_at for page in pages} == {datetime(2020, 1, 2, 3, 4, 5, tzinfo=UTC)}
    assert report.failures == {"empty_page": 1, "not_html": 1, "too_large": 1}
    assert len(report.problems) == 2
    assert import_paths([path], archive, archive_date=NEXT).duplicates == 3


def test_a_broken_record_costs_one_page(archive, tmp_path):
    path = tmp_path / "broken.warc.gz"
    data = foreign_warc(tmp_path)
    second = data.index(b"\x1f\x8b", 10)
    path.write_bytes(data[:second] + b"\0\0\0" + data[second + 3 :])
    report = import_paths([path], archive, archive_date=DAY)
    assert [page.url[-1] for page in kept(archive)] == ["1", "7"]
    assert report.failures["bad_warc_record"] == 1
    assert any("broken.warc.gz" in problem for problem in report.problems)


def test_our_own_archive_can_be_imported_into_another(archive, tmp_path):
    with new_file(archive, DAY, "example") as writer:
        page = html("own").encode()
        headers = (("Content-Type", "text/html"), ("Content-Encoding", "gzip"))
        time = datetime(2024, 5, 2, tzinfo=UTC)
        url = "https://news.example/own"
        writer.write(Fetched("example", DAY, url, url, 200, "OK", headers, (), page, time, "text/html"), None)
    with State(tmp_path / "other-collection") as state:
        other = Archive(tmp_path / "other", state)
        assert import_paths([archive.root], other, archive_date=NEXT).pages == 1
        assert [(page.url, page.body) for page in kept(other, NEXT)] == [(url, page)]
    assert import_paths([archive.root], archive, archive_date=NEXT).duplicates == 1


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ('<link rel="canonical" href="https://news.example/a?id=1&amp;b=2"/>', "https://news.example/a?id=1&b=2"),
        ("<link href='https://news.example/a' rel='canonical'>", "https://news.example/a"),
        ("<LINK REL=canonical HREF=https://news.example/a>", "https://news.example/a"),
        ('<link rel="canonical"\n href="https://news.example/a#x">', "https://news.example/a"),
        ('<!-- <link rel="canonical" href="https://old.example/"> -->', None),
        ("""<script>var s = '<link rel="canonical" href="https://old.example/">';</script>""", None),
        ('<link rel="canonical" href="/relative">', None),
        ('<link rel="canonical" href="">', None),
        ('<link rel="canonicalx" href="https://news.example/a">', None),
        ('<link rel="amphtml" href="https://news.example/canonical">', None),
        ('<link rel="canonical" href="file:///etc/passwd">', None),
    ],
)
def test_the_canonical_link(head, expected):
    assert canonical_link(f"<html><head>{head}</head>".encode()) == expected


def test_looking_for_the_link_is_quick_on_hostile_pages():
    import time

    start = time.process_time()
    for piece in (b"<link ", b"<!--", b"<script", b"<link rel=canonical href=", b"<link\t"):
        canonical_link(piece * 20_000)
    assert time.process_time() - start < 1


def test_a_full_disk_of_ours_is_no_fault_of_the_file_that_is_imported(archive, tmp_path):
    """The import must stop, not go on and report every file as unreadable."""
    noise = "".join(hashlib.sha512(str(n).encode()).hexdigest() for n in range(20_000))
    file = write_warc(tmp_path / "x.warc.gz", record("https://news.example/a", html(noise).encode()))
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (600_000, hard))
    try:
        with pytest.raises(OSError, match="too large"):
            import_paths([file], archive, archive_date=DAY)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
