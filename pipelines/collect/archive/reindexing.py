"""What a WARC file of ours says of its pages, for an index that lost it; and how much of a torn file is whole."""

from __future__ import annotations

import zlib
from contextlib import suppress
from datetime import UTC, date, datetime
from pathlib import Path

from fastwarc.warc import ArchiveIterator, WarcRecord, WarcRecordType

from pipelines.collect.archive.page_index import Known, PageIndex
from pipelines.collect.archive.page_writing import named_address, spellings
from pipelines.collect.archive.warc_reading import ERASED, ERASED_PAGE, target_of
from pipelines.collect.archive.warc_writing import LEADS_TO
from pipelines.collect.dates import parse_time
from pipelines.collect.web.exchange import REDIRECTS, Validators
from pipelines.collect.web.urls import page_address, resolve

CHUNK = 1 << 20
"""Bytes read at a time."""
KINDS = WarcRecordType.response | WarcRecordType.revisit | WarcRecordType.metadata


def whole_length(path: Path) -> int:
    """Bytes of a file of gzip members up to the end of the last whole one."""
    whole = at = 0
    inflater = zlib.decompressobj(zlib.MAX_WBITS | 16)
    with path.open("rb") as file:
        while data := file.read(CHUNK):
            while data:
                try:
                    inflater.decompress(data)
                except zlib.error:
                    return whole
                if not inflater.eof:
                    at += len(data)
                    break
                at += len(data) - len(inflater.unused_data)
                whole, data = at, inflater.unused_data
                inflater = zlib.decompressobj(zlib.MAX_WBITS | 16)
    return whole


def index_file(path: Path, name: str, index: PageIndex) -> None:
    """Put what is missing of a whole file into the index; `name` is its path in the archive, `DATE/SOURCE/FILE`.

    Of a damaged file, what stands before the damage: the rest is fetched again.
    """
    day, source_id, _ = name.split("/")
    hops: dict[str, str] = {}
    ends: dict[str, str] = {}
    with path.open("rb") as file, suppress(OSError, ValueError):
        for record in ArchiveIterator(file, record_types=KINDS, parse_http=True):
            url = target_of(record)
            if url in (ERASED, ERASED_PAGE):
                continue
            if record.record_type == WarcRecordType.revisit:
                index.add_visit(url, time_of(record), unchanged=True)
            elif record.record_type == WarcRecordType.metadata:
                ends.setdefault(url, field_of(record, LEADS_TO) or page_address(url))
            elif not record.is_http:  # no answer of a web server: not written by us
                continue
            elif record.http_headers.status_code in REDIRECTS:
                hops.setdefault(url, resolve(record.http_headers.get("Location") or "", url) or url)
            else:
                _add(record, url, date.fromisoformat(day), source_id, name, index)
    for url in (*hops, *ends):
        page_url = _end(url, hops, ends, index)
        if page_url:
            index.add_aliases(spellings(url), page_url)


def _add(record: WarcRecord, url: str, day: date, source_id: str, name: str, index: PageIndex) -> None:
    head = record.http_headers
    page_url = page_address(url)
    known = Known(
        page_url, day, source_id, record.headers.get("WARC-Payload-Digest") or "", time_of(record),
        Validators(head.get("ETag"), head.get("Last-Modified")),
    )  # fmt: skip
    named = named_address(page_url, record.reader.read())
    index.add_version(known, name, record.stream_pos, [url, *([named] if named else [])])


def time_of(record: WarcRecord) -> datetime:
    """When a record was made; 1970 where it does not say."""
    return parse_time(record.headers.get("WARC-Date")) or datetime.fromtimestamp(0, UTC)


def field_of(record: WarcRecord, name: str) -> str | None:
    """A field of a metadata record."""
    lines = record.reader.read().decode("utf-8", "replace").splitlines()
    return next((line.removeprefix(f"{name}: ") for line in lines if line.startswith(f"{name}: ")), None)


def _end(url: str, hops: dict[str, str], ends: dict[str, str], index: PageIndex) -> str | None:
    """The page at the end of a chain of redirects; one in a file that was not read yet is known by a note."""
    for _ in range(len(hops) + 1):
        if url in ends:
            return ends[url]
        if url not in hops:
            return index.page_of(page_address(url))
        url = hops[url]
    return None
