"""Undoing content codings with a bound on what comes out. Knows gzip, deflate, br and zstd; touches no network.

`httpx.Response.iter_bytes` inflates a whole chunk at once, so a small bomb is in memory before its size can be seen.
Here a coding gives its bytes out in pieces, the next coding takes them piece by piece, and all stop at the limit.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Protocol

import brotli
from backports import zstd
from isal import isal_zlib

from pipelines.records import Failure

ACCEPT_ENCODING = "gzip, deflate, br, zstd"
"""What we ask for: exactly what can be undone here, whatever else happens to be installed."""

MAX_CODINGS = 2
"""Doubly encoded bodies exist (a proxy that compresses once more); longer chains are only seen in attacks."""

PIECE = 1 << 20
"""Bytes a coding gives out at once: most pages come in one piece, and a bomb is never further ahead than that."""

SLICE = 1 << 16
"""Bytes a coding takes in at once: what is left of it is copied at the end of every stream."""

CUT_SLACK = 20
"""Where only the beginning is wanted, a coding may still give the next one that many times as much to get there."""

MAX_STREAMS = 1_000
"""gzip members or zstd frames in a row. Tools that pack in blocks make 160 of 10 MB; 500,000 empty ones are an attack
on the processor."""

ZSTD_WINDOW_LOG = 23
"""8 MB, which is all that a sender may count on (RFC 9659); the format itself allows terabytes."""

GZIP_MAGIC = b"\x1f\x8b"
ZSTD_MAGIC = b"\x28\xb5\x2f\xfd"
ZSTD_SKIPPABLE = b"\x2a\x4d\x18"
GZIP_WBITS, ZLIB_WBITS, RAW_WBITS = 31, 15, -15


class BodyError(Exception):
    """A body that cannot be had: too large, or not in the coding it claims."""

    def __init__(self, failure: Failure, message: str) -> None:
        super().__init__(message)
        self.failure = failure


class _Stream(Protocol):
    """One stream of a coding. Once it has `ended`, `rest` is what came after it."""

    @property
    def ended(self) -> bool: ...
    @property
    def rest(self) -> bytes: ...
    def pieces(self, data: bytes, size: int) -> Iterator[bytes]:
        """All that `data` gives, about `size` bytes at a time."""
        ...


class _Bounded:
    """A decompressor with the attributes that Python's own have."""

    def __init__(self, inner: Any) -> None:
        self._inner = inner

    @property
    def ended(self) -> bool:
        return bool(self._inner.eof)

    @property
    def rest(self) -> bytes:
        return bytes(self._inner.unused_data)


class _Deflated(_Bounded):
    def __init__(self, wbits: int) -> None:
        super().__init__(isal_zlib.decompressobj(wbits))

    def pieces(self, data: bytes, size: int) -> Iterator[bytes]:
        while True:
            yield (piece := self._inner.decompress(data, size))
            data = self._inner.unconsumed_tail
            if self._inner.eof or (len(piece) < size and not data):
                return


class _Brotli:
    """Gives out 32 KB even if asked for less. What follows its end is an error to the library, so there is no rest."""

    rest = b""

    def __init__(self) -> None:
        self._inner = brotli.Decompressor()

    @property
    def ended(self) -> bool:
        return bool(self._inner.is_finished())

    def pieces(self, data: bytes, size: int) -> Iterator[bytes]:
        yield (piece := self._inner.process(data, output_buffer_limit=size))
        # A full piece may have more behind it although all of the input has been taken.
        while len(piece) >= size or not self._inner.can_accept_more_data():
            yield (piece := self._inner.process(b"", output_buffer_limit=size))


class _Zstd(_Bounded):
    def __init__(self) -> None:
        super().__init__(zstd.ZstdDecompressor(options={zstd.DecompressionParameter.window_log_max: ZSTD_WINDOW_LOG}))

    def pieces(self, data: bytes, size: int) -> Iterator[bytes]:
        yield self._inner.decompress(data, size)
        while not (self._inner.eof or self._inner.needs_input):
            yield self._inner.decompress(b"", size)


HEAD_SIZES = {"gzip": 2, "deflate": 2, "br": 1, "zstd": 4}
"""The codings, and how many bytes tell what a stream of theirs is."""

ERRORS: tuple[type[Exception], ...] = (
    isal_zlib.IsalError,  # type: ignore[assignment]  # its stubs take the class for an instance
    brotli.error,
    zstd.ZstdError,
)


class _Stage:
    """One coding, undone piece by piece, over as many streams as follow one another.

    Padding after the last one is let go. A body that claims gzip and is none passes unchanged, as browsers let it.
    """

    def __init__(self, coding: str, wanted: int, limit: int) -> None:
        self._coding, self._limit, self._size = coding, limit, min(PIECE, wanted + 1)
        self._head = b""  # the beginning of a stream, while it is too short to tell what it is
        self._stream: _Stream | None = None
        self._streams = self._produced = 0
        self._ignores = self._copies = False

    def feed(self, pieces: Iterable[bytes], *, last: bool) -> Iterator[bytes]:
        try:
            for data in pieces:
                for start in range(0, len(data), SLICE):
                    yield from self._counted(self._decode(data[start : start + SLICE]))
            if last:
                yield from self._counted(self._finish())
        except ERRORS as error:
            raise BodyError(Failure.BAD_ENCODING, f"not valid {self._coding} data ({error})") from error

    def _counted(self, pieces: Iterable[bytes]) -> Iterator[bytes]:
        for piece in pieces:
            self._produced += len(piece)
            if self._produced > self._limit:
                raise BodyError(Failure.TOO_LARGE, f"more than {self._limit:,} bytes when decompressed")
            yield piece

    def _decode(self, data: bytes) -> Iterator[bytes]:
        while data and not self._ignores:
            if self._copies:
                yield data
                return
            if self._stream is None:
                data, self._head = self._head + data, b""
                if len(data) < HEAD_SIZES[self._coding]:
                    self._head = data
                    return
                self._stream = self._open(data)
                continue
            yield from self._stream.pieces(data, self._size)
            data = b""
            if self._stream.ended:
                data, self._stream = self._stream.rest, None

    def _finish(self) -> Iterator[bytes]:
        if self._head and not self._streams:  # shorter than any head, so it is plain or broken
            data, self._head = self._head, b""
            self._stream = self._open(data)
            if self._copies:
                yield data
        if self._stream is not None:
            raise BodyError(Failure.BAD_ENCODING, f"{self._coding} data cut off")

    def _open(self, data: bytes) -> _Stream | None:
        """The stream that begins with `data`; without one, the rest is copied or ignored."""
        first, self._streams = not self._streams, self._streams + 1
        if self._streams > MAX_STREAMS:
            raise BodyError(Failure.BAD_ENCODING, f"more than {MAX_STREAMS:,} {self._coding} streams in a row")
        if self._coding == "gzip":
            if data.startswith(GZIP_MAGIC):
                return _Deflated(GZIP_WBITS)
            self._copies, self._ignores = first, not first
            return None
        is_zstd = data.startswith(ZSTD_MAGIC) or data[1:4] == ZSTD_SKIPPABLE
        if not first and not (self._coding == "zstd" and is_zstd):
            self._ignores = True
            return None
        if self._coding == "deflate":
            # "deflate" means zlib (RFC 9110), but many servers send the bare stream.
            wrapped = data[0] & 0x0F == 8 and int.from_bytes(data[:2], "big") % 31 == 0
            return _Deflated(ZLIB_WBITS if wrapped else RAW_WBITS)
        return _Brotli() if self._coding == "br" else _Zstd()


class Inflater:
    """Undoes the codings of a `Content-Encoding` header, never giving out more than `limit` bytes.

    What goes beyond is too large; with `cut` it is left, and the body `is_full`.
    """

    def __init__(self, content_encoding: str | None, limit: int, *, cut: bool = False) -> None:
        names = [name.strip().lower() for name in (content_encoding or "").split(",")]
        codings = [name.removeprefix("x-") for name in names if name not in ("", "identity", "none", "utf-8")]
        if len(codings) > MAX_CODINGS or any(name not in HEAD_SIZES for name in codings):
            raise BodyError(Failure.BAD_ENCODING, f"content coding '{content_encoding}' is not one we asked for")
        self._left, self._limit, self._cut = limit, limit, cut
        most = max(limit * CUT_SLACK, PIECE) if cut else limit
        self._stages = [_Stage(coding, limit, most) for coding in reversed(codings)]
        self.is_full = False

    def feed(self, data: bytes, *, last: bool = False) -> bytes:
        """What `data` gives; with `last`, the body must be whole. Raises `BodyError`: too_large, bad_encoding."""
        pieces: Iterable[bytes] = (data,)
        for stage in self._stages:
            pieces = stage.feed(pieces, last=last)
        taken: list[bytes] = []
        for piece in pieces:
            if len(piece) > self._left and not self._cut:
                raise BodyError(Failure.TOO_LARGE, f"more than {self._limit:,} bytes")
            taken.append(piece[: self._left])
            self._left -= len(taken[-1])
            if self._cut and not self._left:
                self.is_full = True
                break
        return b"".join(taken)


def inflate(body: bytes, content_encoding: str | None, limit: int) -> bytes:
    """A whole body decoded; raises `BodyError`."""
    return Inflater(content_encoding, limit).feed(body, last=True)


def gunzip_if_gzip(body: bytes, limit: int) -> bytes:
    """Unpack a body that is a gzip file by its first bytes (`sitemap.xml.gz` comes with any content type)."""
    return inflate(body, "gzip", limit)
