"""Records of WARC files overwritten in place by records of the same length that say no more than that one was erased.

All other records keep their places, so what points to them holds. Which records go is decided elsewhere.
"""

from __future__ import annotations

import gzip
import os
import shutil
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

from fastwarc.warc import ArchiveIterator, WarcRecordType

from pipelines.collect.archive.reindexing import whole_length
from pipelines.collect.archive.warc_reading import (
    ERASED,
    ERASED_PAGE,
    GZIP_MEMBER,
    is_packed_whole,
    records_from,
    target_of,
)
from pipelines.collect.erasing.tombstones import Place
from pipelines.durable import PART, replace_file

GZIP_HEAD = GZIP_MEMBER + b"\x10" + b"\0\0\0\0" + b"\0\xff"
"""The first ten bytes of a gzip member with a comment (RFC 1952, 2.3): it may have any length, and is passed over."""
SHORTEST = b"WARC/1.1\r\nWARC-Type: metadata\r\nContent-Length: 0\r\n\r\n\r\n\r\n"
"""A record that says nothing, where one is too short for more."""
UNPACKED = ".plain"
LEAST = 256
"""Bytes of a packed tombstone that points to nothing."""


def blank(path: Path, places: Iterable[Place]) -> None:
    """Overwrite these records. Doing it again, also after it was done by half, changes nothing more.

    The places are those that a reader of the file gives: in a file that is packed whole, places in the unpacked one.
    """
    if not _is_gzip(path):
        _overwrite(path, places, packed=False)
    elif is_packed_whole(path):
        _blank_packed_whole(path, places)
    else:
        _overwrite(path, places, packed=True)


def _overwrite(path: Path, places: Iterable[Place], *, packed: bool) -> None:
    with path.open("r+b") as file:
        for place in places:
            file.seek(place.offset)
            file.write(packed_tombstone(place) if packed else plain_tombstone(place))
        file.flush()
        os.fsync(file.fileno())


def _blank_packed_whole(path: Path, places: Iterable[Place]) -> None:
    with unpacked(path) as plain:
        _overwrite(plain, places, packed=False)

        def pack(part: Path) -> None:
            with plain.open("rb") as source, gzip.open(part, "wb") as packed:
                shutil.copyfileobj(source, packed)

        replace_file(path, pack)


@contextmanager
def unpacked(path: Path) -> Iterator[Path]:
    """A file that is packed whole, unpacked beside it for as long as the block lasts."""
    plain = path.with_name(path.name + UNPACKED + PART)
    try:
        with gzip.open(path) as packed, plain.open("wb") as copy:
            shutil.copyfileobj(packed, copy)
        yield plain
    finally:
        plain.unlink(missing_ok=True)


def packed_tombstone(place: Place) -> bytes:
    """A gzip member of exactly the place's length. Raises `ValueError` for one that is too short for any record."""
    for plain in (_record(place, 0), SHORTEST):
        packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
        packed = packer.compress(plain) + packer.flush()
        tail = packed + zlib.crc32(plain).to_bytes(4, "little") + len(plain).to_bytes(4, "little")
        room = place.length - len(GZIP_HEAD) - len(tail) - 1
        if room >= 0:
            return GZIP_HEAD + b" " * room + b"\0" + tail
    raise ValueError(f"no packed record has {place.length} bytes")


def plain_tombstone(place: Place) -> bytes:
    """A record of exactly the place's length. Raises `ValueError` for one that is too short for any record."""
    spare = 0
    for _ in range(3):  # the number of digits of the length is part of the length
        record = _record(place, spare)
        spare = max(spare + place.length - len(record), 0)
    if len(record) != place.length:
        record = SHORTEST + b"\r\n" * ((place.length - len(SHORTEST)) // 2) + b"\n" * (place.length % 2)
    if len(record) != place.length:
        raise ValueError(f"no record has {place.length} bytes")
    return record


def _record(place: Place, spare: int) -> bytes:
    head = (
        f"WARC/1.1\r\nWARC-Type: metadata\r\nWARC-Record-ID: <urn:uuid:{uuid4()}>\r\n"
        f"WARC-Date: {datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}\r\n"
        f"WARC-Target-URI: {ERASED_PAGE if place.is_page else ERASED}\r\nContent-Length: {spare}\r\n\r\n"
    )
    return head.encode() + b" " * spare + b"\r\n\r\n"


def shrink(path: Path) -> None:
    """Give back the room of a file of the archive in which all was erased: nothing points into it any more.

    One tombstone stays for each page, so that they are still counted.
    """
    pages = 0
    with path.open("rb") as file:
        for record in ArchiveIterator(file, record_types=WarcRecordType.any_type, parse_http=False):
            pages += target_of(record) == ERASED_PAGE
    least = Place(0, LEAST, is_page=True)
    replace_file(path, lambda part: part.write_bytes(b"".join(packed_tombstone(least) for _ in range(pages))))


def is_erased_whole(path: Path) -> bool:
    """Whether nothing but tombstones is in a file, besides the record that opens it. False for a damaged one."""
    with path.open("rb") as file:
        for record in records_from(file, 0):
            if record is None or not (
                record.record_type == WarcRecordType.warcinfo or target_of(record) in (ERASED, ERASED_PAGE)
            ):
                return False
    return whole_length(path) == path.stat().st_size


def _is_gzip(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(len(GZIP_MEMBER)) == GZIP_MEMBER
