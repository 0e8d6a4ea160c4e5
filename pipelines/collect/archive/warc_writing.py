"""Writing pages as WARC 1.1 records, packed record by record. Where the files lie is the archive's business."""

from __future__ import annotations

import base64
import hashlib
import io
from collections.abc import Mapping
from datetime import UTC, datetime
from urllib.parse import urlsplit

from fastwarc.warc import WarcRecord, WarcRecordType
from isal import igzip

from pipelines.collect.web.exchange import Exchange, Fetched, Headers
from pipelines.settings import VERSION

COMPRESSION_LEVEL = 1
"""Of igzip: a tenth of the time of zlib's default for about an eighth more bytes on HTML."""

STORED_DECODED = frozenset({"content-encoding", "transfer-encoding", "content-length"})
"""Headers that speak of the body as it was sent. It is stored decoded, so they are kept as X-Archive-Orig-*."""

LEADS_TO = "leadsTo"
"""The field that names the page of another address with the same article."""


def payload_digest(body: bytes) -> str:
    """WARC-Payload-Digest: SHA-1 in base 32, as every archive writes it."""
    return "sha1:" + base64.b32encode(hashlib.sha1(body, usedforsecurity=False).digest()).decode()


EMPTY_DIGEST = payload_digest(b"")


def warcinfo_record(file_name: str, source_id: str) -> bytes:
    """The packed record that opens a file and says who wrote it."""
    lines = f"software: claimhouse/{VERSION}\r\nformat: WARC File Format 1.1\r\nisPartOf: {source_id}\r\n"
    record = _record(WarcRecordType.warcinfo, datetime.now(UTC), None, lines.encode())
    record.headers["Content-Type"] = "application/warc-fields"
    record.headers["WARC-Filename"] = file_name
    return _pack([record])


def hop_records(hop: Exchange) -> bytes:
    """Request and response of a redirect, packed; its body is not kept."""
    return _pack(_exchange(hop, b"", EMPTY_DIGEST))


def page_records(page: Fetched, digest: str) -> tuple[bytes, int]:
    """Request and response of a page, packed, and where the response begins in these bytes."""
    *request, response = _exchange(_head(page), page.body, digest)
    before = _pack(request)
    return before + _pack([response]), len(before)


def revisit_record(page: Fetched, digest: str, first_at: datetime) -> bytes:
    """That a page was looked at again and was as before, packed (WARC 1.1, 6.7).

    The server said so (304), or sent the same content once more; `digest` and `first_at` are of the record it repeats.
    """
    profile = "server-not-modified" if page.is_unmodified else "identical-payload-digest"
    head = _head(page)
    record = _record(
        WarcRecordType.revisit, page.fetched_at, page.final_url,
        _block(f"HTTP/1.1 {head.status} {head.reason}", _stored_headers(head.headers, 0)),
    )  # fmt: skip
    record.headers["WARC-Profile"] = f"http://netpreserve.org/warc/1.1/revisit/{profile}"
    record.headers["WARC-Payload-Digest"] = digest
    record.headers["WARC-Refers-To-Target-URI"] = page.final_url
    record.headers["WARC-Refers-To-Date"] = _timestamp(first_at)
    return _pack([record])


def metadata_record(url: str, time: datetime, fields: Mapping[str, str]) -> bytes:
    """What is known of a page that is not kept itself, packed."""
    lines = "".join(f"{name}: {_line(value)}\r\n" for name, value in fields.items())
    record = _record(WarcRecordType.metadata, time, None, lines.encode())
    record.headers["WARC-Target-URI"] = url
    record.headers["Content-Type"] = "application/warc-fields"
    return _pack([record])


def _head(page: Fetched) -> Exchange:
    return Exchange(page.final_url, page.status, page.reason, page.headers, page.request_headers, page.fetched_at)


def _exchange(head: Exchange, body: bytes, digest: str) -> list[WarcRecord]:
    """The request record (where there was a request: an imported file had none) and the response record."""
    response = _record(
        WarcRecordType.response, head.fetched_at, head.url,
        _block(f"HTTP/1.1 {head.status} {head.reason}", _stored_headers(head.headers, len(body))) + body,
    )  # fmt: skip
    response.headers["WARC-Payload-Digest"] = digest
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
    record.headers["WARC-Date"] = _timestamp(time)
    if url is not None:
        record.headers["WARC-Target-URI"] = url
        record.is_http = True
    record.set_bytes_content(block)
    return record


def _block(first_line: str, headers: Headers) -> bytes:
    lines = [first_line, *(f"{name}: {value}" for name, value in headers)]
    # A header with a line break in it would end the head early.
    return "\r\n".join([*map(_line, lines), "", ""]).encode("latin-1", errors="replace")


def _stored_headers(headers: Headers, length: int) -> Headers:
    kept = tuple(
        (f"X-Archive-Orig-{name}" if name.lower() in STORED_DECODED else name, value) for name, value in headers
    )
    return (*kept, ("Content-Length", str(length)))


def _line(text: str) -> str:
    return text.replace("\r", " ").replace("\n", " ")


def _timestamp(time: datetime) -> str:
    return time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _pack(records: list[WarcRecord]) -> bytes:
    """Each record as a gzip member of its own, so that one can be read, or be broken, alone."""
    packed = []
    for record in records:
        plain = io.BytesIO()
        record.write(plain)
        packed.append(igzip.compress(plain.getvalue(), COMPRESSION_LEVEL))
    return b"".join(packed)
