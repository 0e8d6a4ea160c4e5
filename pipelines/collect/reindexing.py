"""What a WARC file of ours says of its pages, for an index that lost it; and how much of a torn file is whole."""

from __future__ import annotations

import zlib
from datetime import UTC, date, datetime
from pathlib import Path

from fastwarc.warc import ArchiveIterator, WarcRecord, WarcRecordType

from pipelines.collect.fetch import REDIRECTS, Validators
from pipelines.collect.links import canonical_link
from pipelines.collect.listing import parse_time
from pipelines.collect.page_index import Known, PageIndex
from pipelines.collect.urls import canonical_url, own_address, resolve
from pipelines.collect.warc_writing import LEADS_TO

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
    """Put what is missing of a whole file into the index; `name` is its path in the archive, `DATE/SOURCE/FILE`."""
    day, source_id, _ = name.split("/")
    redirects: dict[str, str] = {}
    with path.open("rb") as file:
        for record in ArchiveIterator(file, record_types=KINDS, parse_http=True):
            url = (record.headers.get("WARC-Target-URI") or "").strip("<> ")
            if record.record_type == WarcRecordType.revisit:
                index.add_visit(canonical_url(url) or url, _time(record), unchanged=True)
            elif record.record_type == WarcRecordType.metadata:
                lines = record.reader.read().decode().splitlines()
                redirects.update((url, line.partition(": ")[2]) for line in lines if line.startswith(LEADS_TO))
            elif record.http_headers.status_code in REDIRECTS:
                redirects[url] = resolve(record.http_headers.get("Location") or "", url) or url
            else:
                _add(record, url, date.fromisoformat(day), source_id, name, index)
    for url in redirects:
        page_url = _end(url, redirects, index)
        if page_url:
            index.add_aliases([url], page_url)


def _add(record: WarcRecord, url: str, day: date, source_id: str, name: str, index: PageIndex) -> None:
    head = record.http_headers
    page_url = canonical_url(url) or url
    known = Known(
        page_url, day, source_id, record.headers.get("WARC-Payload-Digest") or "", _time(record),
        Validators(head.get("ETag"), head.get("Last-Modified")),
    )  # fmt: skip
    canonical = own_address(page_url, canonical_link(record.reader.read()))
    index.add_version(known, name, record.stream_pos, [url, *([canonical] if canonical else [])])


def _time(record: WarcRecord) -> datetime:
    return parse_time(record.headers.get("WARC-Date")) or datetime.fromtimestamp(0, UTC)


def _end(url: str, redirects: dict[str, str], index: PageIndex) -> str | None:
    """The page at the end of a chain of redirects, if it is in the archive."""
    for _ in range(len(redirects) + 1):
        target = redirects.get(url)
        if target is None:
            return index.page_of(canonical_url(url) or url)
        url = target
    return None
