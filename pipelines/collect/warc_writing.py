"""Writing pages as WARC 1.1 records, packed record by record. Where the files lie is the archive's business."""

from __future__ import annotations

import base64
import hashlib
import io
from datetime import UTC, datetime
from urllib.parse import urlsplit

from fastwarc.stream_io import GzipWriter
from fastwarc.warc import WarcRecord, WarcRecordType

from pipelines.collect.fetch import Exchange, Fetched, Headers
from pipelines.settings import VERSION

COMPRESSION_LEVEL = 6
"""gzip's default; 9 costs twice the time for about 1 % of size on HTML."""

STORED_DECODED = frozenset({"content-encoding", "transfer-encoding", "content-length"})
"""Headers that speak of the body as it was sent. It is stored decoded, so they are kept as X-Archive-Orig-*."""


def payload_digest(body: bytes) -> str:
    """WARC-Payload-Digest: SHA-1 in base 32, as every archive writes it."""
    return "sha1:" + base64.b32encode(hashlib.sha1(body, usedforsecurity=False).digest()).decode()


def warcinfo_record(file_name: str, source_id: str) -> bytes:
    """The packed record that opens a file and says who wrote it."""
    lines = f"software: claimhouse/{VERSION}\r\nformat: WARC File Format 1.1\r\nisPartOf: {source_id}\r\n"
    record = _record(WarcRecordType.warcinfo, datetime.now(UTC), None, lines.encode())
    record.headers["Content-Type"] = "application/warc-fields"
    record.headers["WARC-Filename"] = file_name
    return _pack([record])


def hop_records(hop: Exchange) -> bytes:
    """Request and response of a redirect, packed; its body is not kept."""
    return _pack(_exchange(hop, b""))


def page_records(page: Fetched) -> tuple[bytes, int]:
    """Request and response of a page, packed, and where the response begins in these bytes."""
    head = Exchange(page.final_url, page.status, page.reason, page.headers, page.request_headers, page.fetched_at)
    *request, response = _exchange(head, page.body)
    before = _pack(request)
    return before + _pack([response]), len(before)


def _exchange(head: Exchange, body: bytes) -> list[WarcRecord]:
    """The request record (where there was a request: an imported file had none) and the response record."""
    response = _record(
        WarcRecordType.response, head.fetched_at, head.url,
        _block(f"HTTP/1.1 {head.status} {head.reason}", _stored_headers(head.headers, len(body))) + body,
    )  # fmt: skip
    response.headers["WARC-Payload-Digest"] = payload_digest(body)
    if not head.request_headers:
        return [response]
    parts = urlsplit(head.url)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    block = _block(f"GET {target} HTTP/1.1", head.request_headers)
    request = _record(WarcRecordType.request, head.fetched_at, head.url, block)
    request.headers["WARC-Concurrent-To"] = response.headers["WARC-Record-ID"]
    return [request, response]


def _record(kind: WarcRecordType, time: datetime, url: str | None, block: bytes) -> WarcRecord:
    record = WarcRecord()
    record.init_headers(kind)
    record.headers["WARC-Date"] = time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    if url is not None:
        record.headers["WARC-Target-URI"] = url
        record.is_http = True
    record.set_bytes_content(block)
    return record


def _block(first_line: str, headers: Headers) -> bytes:
    lines = [first_line, *(f"{name}: {value}" for name, value in headers)]
    # A header with a line break in it would end the head early.
    clean = [line.replace("\r", " ").replace("\n", " ") for line in lines]
    return "\r\n".join([*clean, "", ""]).encode("latin-1", errors="replace")


def _stored_headers(headers: Headers, length: int) -> Headers:
    kept = tuple(
        (f"X-Archive-Orig-{name}" if name.lower() in STORED_DECODED else name, value) for name, value in headers
    )
    return (*kept, ("Content-Length", str(length)))


def _pack(records: list[WarcRecord]) -> bytes:
    """Each record as a gzip member of its own, so that one can be read, or be broken, alone."""
    packed = io.BytesIO()
    writer = GzipWriter(packed, COMPRESSION_LEVEL)
    for record in records:
        record.write(writer)
        writer.finish()
    return packed.getvalue()
