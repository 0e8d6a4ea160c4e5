"""Reading WARC files that may be damaged: every whole response record, its place, and a count of the broken ones.

Works on any archive's WARC (ours, CC-NEWS, wget's): packed record by record, packed whole, or plain.
"""

from __future__ import annotations

import io
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from fastwarc.stream_io import ChunkedReader
from fastwarc.warc import ArchiveIterator, WarcRecord, WarcRecordType

from pipelines.collect.dates import parse_time
from pipelines.collect.web.inflate import BodyError, inflate
from pipelines.records import Failure

WARC_ENDINGS = (".warc", ".warc.gz")

MAX_PAYLOAD = 20_000_000
"""Bytes of one payload, as stored and as decoded. The largest article pages are below 10 MB."""

GZIP_MEMBER = b"\x1f\x8b\x08"
PLAIN_RECORD = b"WARC/1."
WINDOW = 1 << 20
PEEK = 8_192

ERASED = "urn:claimhouse:erased"
"""WARC-Target-URI of a record that stands where one was erased."""
ERASED_PAGE = f"{ERASED}:page"
"""The same where the record was a page: such a one is counted, so that the collection log still adds up."""

Wanted = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Response:
    """One HTTP response record. `body` has no coding left; `digest` is WARC-Payload-Digest as it stands."""

    url: str
    status: int
    reason: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    date: datetime
    digest: str | None
    offset: int

    @property
    def content_type(self) -> str | None:
        return next((value for name, value in self.headers if name.lower() == "content-type"), None)


def read_responses(
    path: Path, failures: Counter[str], *, wanted: Wanted = lambda _: True, max_payload: int = MAX_PAYLOAD
) -> Iterator[Response]:
    """Every whole response record of a file whose URL is `wanted`, streaming. Broken stretches count once each
    (bad_warc_record), too large payloads as too_large; reading goes on at the next record that can be found.

    What is not wanted is unpacked, as there is no other way to the record behind it, but neither decoded nor kept.
    """
    with path.open("rb") as file:
        mark = GZIP_MEMBER if file.read(2) == GZIP_MEMBER[:2] else PLAIN_RECORD
        start: int | None = 0
        gap = False  # inside a broken stretch that has been counted
        while start is not None:
            last, broken = start, False
            for record in records_from(file, start):
                if record is None:
                    broken = True
                    break
                last = record.stream_pos
                response, reason = _read(record, wanted, max_payload)
                if reason is Failure.BAD_WARC_RECORD:
                    broken = True
                    break
                gap = False
                if reason is not None:
                    failures[reason.value] += 1
                if response is not None:
                    yield response
            if not broken and ends_whole(file, start, last, mark):
                return
            if not gap:
                failures[Failure.BAD_WARC_RECORD.value] += 1
            gap = True
            start = next_mark(file, mark, last + 1)


def records_from(file: BinaryIO, start: int) -> Iterator[WarcRecord | None]:
    """Records from `start` on; None where the reader gives up."""
    file.seek(start)
    try:
        yield from ArchiveIterator(file, record_types=WarcRecordType.any_type, parse_http=False)
    except (OSError, ValueError):
        yield None


def read_response_at(path: Path, offset: int, *, max_payload: int = MAX_PAYLOAD) -> Response:
    """The response record that begins at `offset`; no other is read. Raises `BodyError`, and `OSError` for the file."""
    with path.open("rb") as file:
        record = next(records_from(file, offset), None) if _head_at(file, offset) else None
        if record is None:
            raise BodyError(Failure.BAD_WARC_RECORD, "no record begins there")
        response, reason = _read(record, lambda _: True, max_payload)
    if reason is Failure.ERASED:
        raise BodyError(reason, "the page was erased")
    if reason is not None:
        raise BodyError(reason, f"the record is larger than {max_payload:,} bytes or damaged")
    if response is None:
        raise BodyError(Failure.BAD_WARC_RECORD, "the record there is no HTTP response")
    return response


def has_own_place(file: BinaryIO, response: Response) -> bool:
    """Whether a record can be read alone at its offset: of several in one gzip member, only the first can."""
    record = next(records_from(io.BytesIO(_head_at(file, response.offset)), 0), None)
    return record is not None and (target_of(record), _date(record)) == (response.url, response.date)


def is_packed_whole(path: Path) -> bool:
    """Whether a gzip file is one member, so that its records have no places."""
    with path.open("rb") as file:
        if file.read(len(GZIP_MEMBER)) != GZIP_MEMBER:
            return False
        second = next(islice(records_from(file, 0), 1, None), None)
        if second is None:
            return False
        file.seek(second.stream_pos)
        return file.read(len(GZIP_MEMBER)) != GZIP_MEMBER


def _head_at(file: BinaryIO, offset: int) -> bytes:
    """The first bytes of the record at `offset`, unpacked; empty, without looking any further, if none begins there."""
    file.seek(offset)
    head = file.read(PEEK)
    if head.startswith(GZIP_MEMBER):
        try:
            head = zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(head, PEEK)
        except zlib.error:
            return b""
    return head if head.startswith(PLAIN_RECORD) else b""


def _read(record: WarcRecord, wanted: Wanted, max_payload: int) -> tuple[Response | None, Failure | None]:
    """The response of a record, or why there is none; neither for records of other types and unwanted ones."""
    if "Content-Length" not in record.headers:  # a head cut off by the end of the file
        return None, Failure.BAD_WARC_RECORD
    url = target_of(record)
    if url == ERASED_PAGE:
        return None, Failure.ERASED
    if record.record_type != WarcRecordType.response or not record.is_http or (url and not wanted(url)):
        return None, None if _is_whole(record) else Failure.BAD_WARC_RECORD
    try:
        record.parse_http()
        expected = record.content_length
        payload = record.reader.read(max_payload + 1)
    except (OSError, ValueError):
        return None, Failure.BAD_WARC_RECORD
    if len(payload) > max_payload:
        return None, Failure.TOO_LARGE
    status = record.http_headers.status_code
    if len(payload) < expected or status is None or not url:
        return None, Failure.BAD_WARC_RECORD
    headers = record.http_headers.to_tuples()
    try:
        body = _decode(payload, headers, max_payload)
    except BodyError as error:
        return None, error.failure
    return Response(
        url, status, record.http_headers.reason_phrase or "", headers, body, _date(record),
        record.headers.get("WARC-Payload-Digest"), record.stream_pos,
    ), None  # fmt: skip


def target_of(record: WarcRecord) -> str:
    """The address a record is about."""
    return (record.headers.get("WARC-Target-URI") or "").strip("<> ")


def _date(record: WarcRecord) -> datetime:
    return parse_time(record.headers.get("WARC-Date")) or datetime.fromtimestamp(0, UTC)


def _is_whole(record: WarcRecord) -> bool:
    expected = record.content_length
    try:
        return record.reader.consume() >= expected
    except OSError:
        return False


def _decode(payload: bytes, headers: tuple[tuple[str, str], ...], limit: int) -> bytes:
    """Undo transfer and content coding; many archives have undone them already and kept the headers."""
    named = {name.lower(): value for name, value in headers}
    if "chunked" in named.get("transfer-encoding", "").lower():
        with suppress(OSError, ValueError):
            payload = ChunkedReader(io.BytesIO(payload)).read(limit + 1)
    return inflate(payload, named.get("content-encoding"), limit)


def ends_whole(file: BinaryIO, start: int, last: int, mark: bytes) -> bool:
    """Whether the file ends with the record at `last`: the reader stops in silence at a head that is cut off."""
    file.seek(last)
    if mark == PLAIN_RECORD:
        return _plain_ends_whole(file, last)
    if file.read(len(mark)) != mark:  # packed whole: a record has no place of its own in the file
        last = start
    file.seek(last)
    inflater = zlib.decompressobj(zlib.MAX_WBITS | 16)
    while data := file.read(WINDOW):
        try:
            while data:
                inflater.decompress(data, WINDOW)
                data = inflater.unused_data if inflater.eof else inflater.unconsumed_tail
                if inflater.eof and data:
                    if not data.strip(b"\0"):
                        return True
                    inflater = zlib.decompressobj(zlib.MAX_WBITS | 16)
        except zlib.error:
            return False
    return inflater.eof


def _plain_ends_whole(file: BinaryIO, last: int) -> bool:
    head = file.read(WINDOW).split(b"\r\n\r\n", 1)[0]
    lengths = [line[15:] for line in head.split(b"\r\n") if line[:15].lower() == b"content-length:"]
    try:
        file.seek(last + len(head) + 4 + int(lengths[0] if lengths else 0))
    except ValueError:
        return False
    return not file.read(WINDOW).strip()


def next_mark(file: BinaryIO, mark: bytes, start: int) -> int | None:
    """The next place at or after `start` where a record may begin."""
    position, carry = start, b""
    file.seek(start)
    while block := file.read(WINDOW):
        found = (carry + block).find(mark)
        if found >= 0:
            return position - len(carry) + found
        position += len(block)
        carry = (carry + block)[-(len(mark) - 1) :]
    return None
