"""Finding the records of a page in WARC files: the page itself, what was sent for it, ways that led to it, visits.

All files are read whole. The index knows the pages, but not the notes beside them, and not which pages call themselves
the same article.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

from ahocorasick_rs import BytesAhoCorasick
from fastwarc.warc import WarcRecord, WarcRecordType

from pipelines.collect.archive.reindexing import field_of, time_of
from pipelines.collect.archive.warc_reading import (
    ERASED,
    ERASED_PAGE,
    GZIP_MEMBER,
    PLAIN_RECORD,
    ends_whole,
    is_packed_whole,
    next_mark,
    records_from,
    target_of,
)
from pipelines.collect.archive.warc_writing import LEADS_TO, payload_digest
from pipelines.collect.erasing.blanking import unpacked
from pipelines.collect.erasing.tombstones import Place
from pipelines.collect.web.exchange import REDIRECTS
from pipelines.collect.web.urls import page_address, resolve
from pipelines.records import Page

Judge = Callable[[WarcRecord], bool | None]
"""Whether a record that goes is a page; None for a record that stays."""

PLAIN_PART = re.compile(r"[A-Za-z0-9/._~-]+")
"""What stands in a page as it stands in its address, however the page escapes the rest."""
SHORTEST_NAME = 3
"""Letters of a name's part that tell it from other words."""


class Search:
    """What is looked for, and what was found: further addresses of the pages, and digests of their contents.

    `covers` says whether an address or digest is one of those looked for; `is_same` judges a page in whose bytes one of
    `needles` stands.
    """

    def __init__(
        self, covers: Callable[..., bool], needles: Iterable[bytes] = (), is_same: Callable[[Page], bool] | None = None
    ) -> None:
        self._covers, self._is_same = covers, is_same
        words = [needle.lower() for needle in needles]
        self._needles = BytesAhoCorasick(words) if words and is_same else None
        self.urls: set[str] = set()
        self.digests: set[str] = set()

    def judge(self, record: WarcRecord, day: date, source_id: str, *, goes: bool = False) -> bool | None:
        """As a `Judge`; `goes` if all of the file does. The file's day and source are handed to `is_same`."""
        url = target_of(record)
        if record.record_type == WarcRecordType.warcinfo or url in (ERASED, ERASED_PAGE):
            return None
        goes = goes or (bool(url) and self._covers(url, page_address(url)))
        try:
            if record.record_type == WarcRecordType.response and record.is_http:
                return self._judge_response(record, url, day, source_id, goes=goes)
            if not goes and record.record_type == WarcRecordType.metadata:
                goes = self._covers(field_of(record, LEADS_TO) or "")
        except (OSError, ValueError):  # damaged: its head alone tells what it was
            pass
        return False if goes else None

    def _judge_response(self, record: WarcRecord, url: str, day: date, source_id: str, *, goes: bool) -> bool | None:
        record.parse_http()
        head = record.http_headers
        if head.status_code in REDIRECTS:
            target = resolve(head.get("Location") or "", url) or ""
            return False if goes or self._covers(target, page_address(target)) else None
        is_page = head.status_code == 200
        body = record.reader.read()
        if not goes and is_page and self._needles and self._needles.find_matches_as_indexes(body.lower()):
            page = Page(source_id, day, url, 200, head.get("Content-Type"), body, time_of(record))
            goes = self._is_same is not None and self._is_same(page)
        digest = record.headers.get("WARC-Payload-Digest") or payload_digest(body)
        if goes and is_page and body:
            self.urls.add(url)
            self.digests.update((digest, payload_digest(body)))
        return is_page if goes else None


def needles_of(urls: Iterable[str]) -> set[bytes]:
    """What stands in every page that names one of these web addresses as its own."""
    found = set()
    for url in urls:
        parts = PLAIN_PART.findall(urlsplit(url).path) if url.startswith("http") else []
        if longest := max(parts, key=len, default="").strip("/"):
            found.add(longest.encode())
    return found


def needles_of_name(name: str) -> set[bytes]:
    """What stands in every page that says this name, however it writes letters beyond ASCII."""
    longest: str = max(re.findall(r"[A-Za-z0-9]+", name), key=len, default="")
    return {longest.encode()} if len(longest) >= SHORTEST_NAME else {b"<"}


def find_places(path: Path, judge: Judge) -> list[Place]:
    """The records of a WARC file that go. Broken stretches are passed over; one behind a record that goes, goes too."""
    with path.open("rb") as file:
        is_gzip = file.read(len(GZIP_MEMBER)) == GZIP_MEMBER
    if is_gzip and is_packed_whole(path):
        with unpacked(path) as plain:
            return find_places(plain, judge)
    places: list[Place] = []
    found: tuple[int, bool] | None = None

    def close(end: int) -> None:
        nonlocal found
        if found is not None:
            places.append(Place(found[0], end - found[0], found[1]))
        found = None

    mark = GZIP_MEMBER if is_gzip else PLAIN_RECORD
    with path.open("rb") as file:
        start: int | None = 0
        while start is not None:
            last, broken = start, False
            for record in records_from(file, start):
                if record is None:
                    broken = True
                    break
                last = record.stream_pos
                close(last)
                if (is_page := judge(record)) is not None:
                    found = last, is_page
            if not broken and ends_whole(file, start, last, mark):
                break
            start = next_mark(file, mark, last + 1)
            close(path.stat().st_size if start is None else start)
    close(path.stat().st_size)
    return places
